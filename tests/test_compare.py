"""Two runs of a client side by side: what is new, fixed, graver, accepted, and what the later run did not look at."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from orienteer import compare, snapshot
from orienteer.compare import changes
from orienteer.errors import OrienteerError
from orienteer.judge import FINDINGS
from orienteer.report import export

ONE, TWO = "111111111111", "222222222222"
Finding = str | Mapping[str, str]


def run(
    folder: Path,
    findings: Mapping[str, Finding],
    slug: str = "acme",
    places: Iterable[tuple[str, str]] = ((ONE, "eu-west-1"),),
    controls: Iterable[str] = ("IAM-05",),
    params: Mapping[str, Any] | None = None,
    version: int = 1,
) -> Path:
    """A finished run whose findings are these (resource to status or to columns), which read these places."""
    rows = [
        dict.fromkeys(FINDINGS, "") | {
            "control_id": "IAM-05", "title": "Keys", "severity": "high", "account_id": ONE, "region": "global",
            "resource_id": name, "fingerprint": f"f-{name}", "evidence": "{}",
        } | ({"status": given} if isinstance(given, str) else dict(given))
        for name, given in findings.items()
    ]  # fmt: skip
    calls = [
        {"account_id": account, "region": where, "service": service, "operation": "X", "table": table}
        for account, region in places
        for where, service, table in (("us-east-1", "iam", "iam_users"), (region, "ec2", "ec2_vpcs"))
    ]
    coverage = [dict.fromkeys(snapshot.COVERAGE) | {"outcome": "OK", "rows": 1, "shared": False} | c for c in calls]
    path = snapshot.private_folder(folder)
    part = {"coverage": snapshot.coverage_rows(coverage)}
    snapshot.write_tables(path, {"coverage": snapshot.COVERAGE}, iter([part]))
    export.write_findings(pd.DataFrame(rows, columns=list(FINDINGS), dtype="string"), path)
    facts: dict[str, Any] = {"client": {"slug": slug, "name": slug}, "accounts": [{"id": a} for a, _ in places]}
    summary = [{"control_id": control, "version": version} for control in controls]
    snapshot.write_manifest(path, facts | {"params": params or {}, "summary": summary})
    return path


def told(rows: list[dict[str, Any]]) -> dict[str, str]:
    return {row["resource_id"]: row["change"] for row in rows}


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    before = run(tmp_path / "one", {"ada": "FAIL", "bob": "FAIL", "eve": "PASS", "old": "FAIL", "pal": "PASS"})
    after = run(tmp_path / "two", {"ada": "PASS", "bob": "FAIL", "eve": "NOT_ASSESSED", "new": "FAIL", "pal": "PASS"})
    return before, after


@pytest.mark.parametrize(
    ("was", "now", "change"),
    [
        ("FAIL", "PASS", "fixed"), ("FAIL", None, "fixed"), ("FAIL", "FAIL", "open"), ("FAIL", "MANUAL", "open"),
        ("FAIL", "NOT_ASSESSED", "not_looked_at"), ("PASS", "NOT_ASSESSED", "not_looked_at"), ("PASS", "FAIL", "new"),
        (None, "FAIL", "new"), ("NOT_ASSESSED", "FAIL", "new"), ("MANUAL", "FAIL", "new"), (None, "MANUAL", "new"),
        ("PASS", "MANUAL", "worse"), ("MANUAL", "PASS", "better"), ("PASS", "PASS", None), ("MANUAL", "MANUAL", None),
        ("PASS", None, None), (None, "PASS", None),
        ("NOT_ASSESSED", "NOT_ASSESSED", None), (None, "NOT_ASSESSED", None),
        ({"status": "FAIL", "severity": "medium"}, {"status": "FAIL", "severity": "high"}, "worse"),
        ({"status": "FAIL", "severity": "critical"}, {"status": "FAIL", "severity": "low"}, "better"),
        ("FAIL", {"status": "FAIL", "decision": "accepted"}, "accepted"),
        ("FAIL", {"status": "FAIL", "decision": "fix"}, "open"),
    ],
)  # fmt: skip
def test_each_change_has_its_name(tmp_path: Path, was: Any, now: Any, change: str | None) -> None:
    old = run(tmp_path / "one", {"ada": was} if was else {})
    new = run(tmp_path / "two", {"ada": now} if now else {})
    assert told(changes(old, new)) == ({"ada": change} if change else {})


def test_a_row_says_what_it_was_and_what_it_is(two: tuple[Path, Path]) -> None:
    rows = {row["resource_id"]: row for row in changes(*two)}
    assert told(list(rows.values())) == {
        "ada": "fixed", "bob": "open", "eve": "not_looked_at", "new": "new", "old": "fixed",
    }  # fmt: skip
    assert rows["ada"] == {
        "fingerprint": "f-ada", "change": "fixed", "control_id": "IAM-05", "title": "Keys", "account_id": ONE,
        "region": "global", "resource_id": "ada", "resource_arn": "", "before": "FAIL", "after": "PASS",
        "severity_before": "high", "severity_after": "", "looked_at_before": True, "check": "", "params": "",
    }  # fmt: skip
    assert list(rows) == ["new", "bob", "ada", "old", "eve"]  # what needs an eye comes first


REGIONAL = {"status": "FAIL", "region": "eu-west-1"}
GAP = {"status": "NOT_ASSESSED", "region": "all", "resource_id": ONE}


@pytest.mark.parametrize(
    ("finding", "after", "change"),
    [
        ({"status": "FAIL", "account_id": TWO}, {}, "not_looked_at"),
        ({"status": "FAIL", "account_id": TWO}, {"places": [(TWO, "eu-west-1")]}, "fixed"),
        (REGIONAL, {"places": [(ONE, "eu-central-1")]}, "not_looked_at"),
        (REGIONAL, {}, "fixed"),
        ({"status": "FAIL", "region": "us-east-1"}, {}, "not_looked_at"),  # where only global services were asked
        ("FAIL", {"controls": ["IAM-06"]}, "not_looked_at"),
        ("FAIL", {"findings": {"gap": GAP}}, "not_looked_at"),
        (REGIONAL, {"findings": {"gap": GAP}}, "not_looked_at"),
        (REGIONAL, {"findings": {"gap": {**GAP, "region": "eu-central-1"}}}, "fixed"),
        ("FAIL", {"findings": {"gap": {**GAP, "resource_id": "bob"}}}, "fixed"),
        ("FAIL", {"findings": {"gap": {**GAP, "control_id": "IAM-06"}}}, "fixed"),
        ("FAIL", {"findings": {"gap": {**GAP, "account_id": TWO}}}, "fixed"),
        ("FAIL", {"findings": {"gap": {**GAP, "account_id": "", "resource_id": "organization"}}}, "not_looked_at"),
    ],
)
def test_fixed_is_only_what_was_looked_at_again(
    tmp_path: Path, finding: Finding, after: dict[str, Any], change: str
) -> None:
    old = run(tmp_path / "one", {"ada": finding}, places=[(ONE, "eu-west-1"), (TWO, "eu-west-1")])
    new = run(tmp_path / "two", **{"findings": {}, **after})
    assert told(changes(old, new))["ada"] == change


def test_what_is_new_may_be_older_than_the_first_look_at_it(tmp_path: Path) -> None:
    old = run(tmp_path / "one", {})
    new = run(
        tmp_path / "two",
        {"ada": "FAIL", "eve": {"status": "FAIL", "account_id": TWO}},
        places=[(ONE, "eu-west-1"), (TWO, "x")],
    )
    assert {row["resource_id"]: row["looked_at_before"] for row in changes(old, new)} == {"ada": True, "eve": False}


DAYS = {"thresholds": {"key_max_days": 90}}, {"thresholds": {"key_max_days": 30}}


@pytest.mark.parametrize(
    ("was", "now", "params", "kind", "said"),
    [
        ("PASS", "FAIL", DAYS, "params", "thresholds.key_max_days: 90, now 30"),
        ("FAIL", "PASS", DAYS, "params", "thresholds.key_max_days: 90, now 30"),
        ("PASS", "FAIL", ({}, DAYS[1]), "params", "thresholds.key_max_days: not set, now 30"),
        ("FAIL", "FAIL", DAYS, "open", ""),
        ("PASS", "FAIL", (DAYS[0], DAYS[0]), "new", ""),
        ("PASS", "FAIL", ({}, {"thresholds": {"sensitive_ports": [1]}}), "new", ""),
        ("FAIL", "FAIL", ({"regions": ["a"]}, {"regions": ["b"]}), "open", ""),
        ("PASS", "FAIL", ({"output_dir": "a"}, {"output_dir": "b"}), "new", ""),
        ("MANUAL", "FAIL", ({}, {"answers": {"IAM-05": {"answer": "no"}}}), "params",
         "answers.IAM-05: not set, now no"),
        ("MANUAL", "FAIL", ({}, {"answers": {"IAM-06": {"answer": "no"}}}), "new", ""),
        ("FAIL", "NOT_ASSESSED", ({"regions": ["a"]}, {"regions": ["b"]}), "not_looked_at",
         "regions: a, now b"),
    ],
)  # fmt: skip
def test_a_change_that_the_params_may_have_made_counts_apart(
    tmp_path: Path, was: str, now: str, params: tuple[Any, Any], kind: str, said: str
) -> None:
    old, new = (
        run(tmp_path / name, {"ada": status}, params=given)
        for name, status, given in (("one", was, params[0]), ("two", now, params[1]))
    )
    (row,) = changes(old, new)
    assert (compare.kind(row), row["params"]) == (kind, said)
    assert compare.counts([row]) == {name: int(name == kind) for name in compare.KINDS}


@pytest.mark.parametrize(
    ("was", "now", "kind"), [("PASS", "FAIL", "check"), ("FAIL", "PASS", "check"), ("FAIL", "FAIL", "open")]
)
def test_a_change_that_a_changed_control_may_have_made_counts_apart(
    tmp_path: Path, was: str, now: str, kind: str
) -> None:
    old = run(tmp_path / "one", {"ada": was}, params=DAYS[0])
    new = run(tmp_path / "two", {"ada": now}, params=DAYS[1], version=2)
    (row,) = changes(old, new)
    assert (compare.kind(row), row["check"]) == (kind, "the check changed: version 1, now 2" if kind == "check" else "")
    unread = run(tmp_path / "three", {"ada": now}, version=2, controls=())
    assert {row["check"] for row in changes(old, unread)} <= {""}, "nobody knows what judged then"


REGIONAL = {"control_id": "SH-02", "status": "FAIL"}


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (REGIONAL, "params"),
        (REGIONAL | {"region": "eu-west-1"}, "fixed"),
        (REGIONAL | {"control_id": "IAM-05"}, "fixed"),
    ],
)
def test_a_row_for_all_regions_is_not_called_fixed_where_regions_were_left_out(
    tmp_path: Path, given: dict[str, str], kind: str
) -> None:
    old = run(tmp_path / "one", {"ada": given}, params={"regions": ["a", "b"]})
    new = run(tmp_path / "two", {"ada": given | {"status": "PASS"}}, params={"regions": ["a"]})
    (row,) = changes(old, new)
    assert (compare.kind(row), row["params"]) == (kind, "regions: a, b, now a" if kind == "params" else "")


def test_runs_of_two_clients_are_not_compared(two: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(OrienteerError) as caught:
        changes(two[0], run(tmp_path / "other", {}, "other"))
    assert caught.value.exit_code == 2


def test_the_command_prints_lines_or_json(two: tuple[Path, Path]) -> None:
    command = [sys.executable, "-m", "orienteer", "diff", *map(str, two)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert lines[0].split("\t")[:5] == ["change", "control_id", "account_id", "region", "resource_id"]
    assert len(lines) == 6
    said = json.loads(subprocess.run([*command, "--json"], capture_output=True, text=True, check=True).stdout)
    assert said == changes(*two)
