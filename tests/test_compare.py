"""Two runs of a client side by side: what is new, gone, changed; the rest is not told."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from orienteer import snapshot
from orienteer.compare import changes
from orienteer.errors import OrienteerError
from orienteer.judge import FINDINGS
from orienteer.report import export


def run(folder: Path, findings: dict[str, str], slug: str = "acme") -> Path:
    """A finished run whose findings are these: resource to status."""
    rows = [
        dict.fromkeys(FINDINGS, "") | {
            "control_id": "IAM-05", "title": "Keys", "severity": "high", "status": status, "account_id": "111111111111",
            "region": "global", "resource_id": name, "fingerprint": f"f-{name}", "evidence": "{}",
        }
        for name, status in findings.items()
    ]  # fmt: skip
    path = snapshot.private_folder(folder)
    snapshot.write_tables(path, {"coverage": snapshot.COVERAGE}, iter([{"coverage": []}]))
    export.write_findings(pd.DataFrame(rows, columns=list(FINDINGS), dtype="string"), path)
    snapshot.write_manifest(path, {"client": {"slug": slug, "name": slug}, "accounts": [], "summary": []})
    return path


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    before = run(tmp_path / "one", {"ada": "FAIL", "bob": "FAIL", "eve": "PASS", "old": "FAIL"})
    after = run(tmp_path / "two", {"ada": "PASS", "bob": "FAIL", "eve": "NOT_ASSESSED", "new": "FAIL"})
    return before, after


def told(rows: list[dict[str, str]]) -> dict[str, tuple[str, str, str]]:
    return {row["resource_id"]: (row["change"], row["before"], row["after"]) for row in rows}


def test_what_is_new_gone_and_changed(two):
    assert told(changes(*two)) == {
        "ada": ("changed", "FAIL", "PASS"), "eve": ("changed", "PASS", "NOT_ASSESSED"),
        "new": ("new", "", "FAIL"), "old": ("gone", "FAIL", ""),
    }  # fmt: skip


def test_equal_runs_and_empty_runs(two, tmp_path):
    assert changes(two[0], two[0]) == []
    nothing = run(tmp_path / "none", {})
    assert {row["change"] for row in changes(nothing, two[0])} == {"new"}
    assert {row["change"] for row in changes(two[0], nothing)} == {"gone"}
    assert changes(nothing, nothing) == []


def test_runs_of_two_clients_are_not_compared(two, tmp_path):
    with pytest.raises(OrienteerError) as caught:
        changes(two[0], run(tmp_path / "other", {}, "other"))
    assert caught.value.exit_code == 2


def test_the_command_prints_lines_or_json(two):
    command = [sys.executable, "-m", "orienteer", "diff", *map(str, two)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert lines[0].split("\t") == ["change", "control_id", "account_id", "region", "resource_id", "before", "after"]
    assert len(lines) == 5
    said = json.loads(subprocess.run([*command, "--json"], capture_output=True, text=True, check=True).stdout)
    assert told(said) == told(changes(*two))
