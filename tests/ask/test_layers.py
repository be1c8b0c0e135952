"""Every layer decides some case: left out, the answer is another one."""

import pytest

from orienteer.ask import access
from orienteer.ask.answer import LAYERS
from tests.ask.test_can import CASES, put


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_that_is_left_out_gives_a_wrong_answer(layer, monkeypatch):
    deciding = [one for one in CASES if one.by and layer in one.by and one.want in ("explicit", "implicit")]
    assert len(deciding) >= 5, f"too few cases rest on {layer}"
    monkeypatch.setattr(access, "_LAYERS", tuple(name for name in LAYERS if name != layer))
    wrong = [one for one in deciding if put(one).answer != one.want]
    assert wrong, f"no case of {len(deciding)} misses {layer}"


def test_the_cases_name_every_layer():
    assert {layer for one in CASES for layer in one.by or ()} == set(LAYERS)
