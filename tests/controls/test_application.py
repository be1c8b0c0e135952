from __future__ import annotations

import json
from typing import Any

import pytest

from orienteer.facts.seen import Unseen
from tests.facts.support import PLACE, UNSEEN, fact, verdict

# --- APP-01

PLAIN = {"location": "environment", "forms": (), "suspects": ()}


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, "PASS"),
        ({"forms": ("KEY (private key)",)}, "FAIL critical"),
        ({"suspects": ("API_TOKEN",)}, "FAIL high"),
        ({"forms": UNSEEN, "suspects": UNSEEN}, "NOT_ASSESSED"),
        ({"forms": UNSEEN, "suspects": ("API_TOKEN",)}, "FAIL critical"),
    ],
)
def test_plain_secrets(changed: dict[str, Any], found: str) -> None:
    told = verdict("APP-01", PLAIN | changed)
    assert told is not None
    assert " ".join(told) == found if found.startswith("FAIL") else told[0] == found


def values(*signs: tuple[str, str, float], **more: Any) -> Any:
    told = json.dumps([{"name": name, "kind": kind, "entropy": entropy} for name, kind, entropy in signs])
    (row,) = fact("plain_values", lambda_functions=[{**PLACE, "resource_id": "f", "signs": told, **more}])
    return row


def test_what_counts() -> None:
    row = values(("KEY", "private key", 5.9), ("API_TOKEN", "", 4.0), ("PASSWORD", "", 2.0), ("STAGE", "", 5.0))
    assert (row["forms"], row["suspects"]) == (("KEY (private key)",), ("API_TOKEN",))
    none = values(signs=None)
    assert (none["forms"], none["suspects"]) == ((), ())


def test_variables_that_lambda_could_not_decrypt_were_not_seen() -> None:
    assert isinstance(values(environment_error="AccessDeniedException")["forms"], Unseen)


def test_a_plain_parameter_counts_by_its_name() -> None:
    named = [{**PLACE, "name": name, "resource_id": name} for name in ("/app/db-password", "/app/stage")]
    rows = fact("plain_values", ssm_plain_parameters=named)
    assert [row["suspects"] for row in rows] == [("/app/db-password",), ()]
