"""Codes of other catalogues have one form each: a CIS number says of which benchmark and version it is."""

from __future__ import annotations

import re

from orienteer import controls
from orienteer.controls.control import Control
from tests.each import each


@each("control", controls.registry().values(), ids=lambda c: c.id)
def test_a_cis_number_names_its_benchmark(control: Control) -> None:
    named = re.compile(r"CIS AWS Foundations v\d+\.\d+\.\d+ \d+(\.\d+)+")
    assert [one for one in control.mappings.get("cis", ()) if not named.fullmatch(one)] == []
