"""The first page's figures: what was not seen is never rounded away."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from orienteer.report import overview
from tests.report.estate import coverage, findings, run_folder, summary


def test_share_is_rounded_down_and_nothing_of_nothing_is_zero() -> None:
    assert overview.Share(999, 1000).percent == 99
    assert overview.Share(1000, 1000).percent == 100
    assert overview.Share(0, 0).percent == 0


def test_an_account_that_could_not_be_entered_stands_first_with_the_reason() -> None:
    rows = overview.account_rows([{"id": "555555555555", "name": "Silent"}], pd.DataFrame(coverage()))
    assert [(r["id"], r["seen"]) for r in rows[:2]] == [("444444444444", False), ("555555555555", False)]
    assert rows[0]["reason"] == "sts:AssumeRole AccessDenied: not allowed"
    assert rows[1]["reason"] == "no call was made"
    assert {r["id"]: r["refused"] for r in rows}["222222222222"] == 1


def test_gap_rows_count_calls_and_name_accounts() -> None:
    rows = overview.gap_rows(pd.DataFrame(coverage()))
    assert [(r["operation"], r["calls"], r["accounts"]) for r in rows] == [
        ("GetBucketPolicy", 1, ["222222222222"]),
        ("AssumeRole", 1, ["444444444444"]),
    ]


def test_what_boto3_says_around_a_refusal_is_left_out() -> None:
    for around in (
        "",
        "An error occurred (X) when calling the GetY operation: ",
        "An error occurred (X) when calling the GetY operation (reached max retries: 9): ",
    ):
        call = pd.Series({"service": "s3", "operation": "GetY", "error_code": "X", "message": f"{around}User: a: b"})
        assert overview.refusal(call) == "s3:GetY X: User: a: b"


def test_operations_refused_alike_are_one_cause() -> None:
    rows = [
        {"service": "ec2", "operation": operation, "outcome": "DENIED", "error_code": code, "calls": 2,
         "accounts": accounts, "regions": ["x"]}
        for operation, code, accounts in [
            ("A", "No", ["1"]), ("B", "No", ["1"]), ("C", "No", ["1", "2"]), ("D", "Never", ["1"])]
    ]  # fmt: skip
    told = [(c["operations"], c["calls"]) for c in overview.causes(rows)]
    assert told == [(["A", "B"], 4), (["C"], 2), (["D"], 2)]


def test_refusals_name_accounts_by_name_and_id(tmp_path: Path) -> None:
    found = findings()
    view = overview.overview(run_folder(tmp_path, found), found)
    assert [gap["accounts"] for gap in view.gaps] == [["Logs (222222222222)"], ["Lost (444444444444)"]]


def test_matrix_counts_every_finding_once() -> None:
    found = findings(120)
    rows = overview.matrix(found)
    failed = sum(n for r in rows for n in r["failed"].values())
    others = sum(r["statuses"][s] for r in rows for s in ("PASS", "MANUAL", "NOT_ASSESSED"))
    assert failed == (found["status"] == "FAIL").sum()
    assert failed + others == len(found)


def test_first_steps_are_failures_gravest_first() -> None:
    found = findings(120)
    steps = overview.first_steps(found)
    ranks = [overview.SEVERITIES.index(s["severity"]) for s in steps]
    assert ranks == sorted(ranks)
    assert sum(s["count"] for s in steps) == (found["status"] == "FAIL").sum()
    assert overview.first_steps(found[found["status"] == "PASS"]) == []


def test_only_https_becomes_a_link() -> None:
    assert overview.web("https://docs.aws.amazon.com/x") == "https://docs.aws.amazon.com/x"
    assert [overview.web(a) for a in ("javascript:alert(1)", "http://x.invalid", None, pd.NA)] == [""] * 4


def test_snapshot_hash_is_of_the_snapshot_alone() -> None:
    files = {"snapshot/a.parquet": "1", "snapshot/b.parquet": "2", "report/index.html": "3"}
    assert overview.snapshot_hash(files) == overview.snapshot_hash({**files, "report/index.html": "4"})
    assert overview.snapshot_hash(files) != overview.snapshot_hash({**files, "snapshot/b.parquet": "5"})


def test_a_web_page_is_never_printed_as_a_refusal() -> None:
    for page in ("<!DOCTYPE html><html><body>Sign in</body></html>", "junk <HTML lang=x>"):
        call = pd.Series({"service": "s3", "operation": "GetY", "error_code": "X", "message": page})
        assert "<" not in overview.refusal(call) and "a web page came" in overview.refusal(call)


def test_what_orienteer_says_of_itself_counts_in_no_verdict(tmp_path: Path) -> None:
    found = findings()
    own = found.head(6).assign(category="coverage", fingerprint=[f"own{n}" for n in range(6)])
    both = pd.concat([found, own], ignore_index=True)
    plain, with_own = (overview.overview(run_folder(tmp_path / n, f), f) for n, f in (("a", found), ("b", both)))
    assert (plain.statuses, plain.failed, plain.assessed) == (with_own.statuses, with_own.failed, with_own.assessed)
    assert plain.matrix == with_own.matrix and plain.steps == with_own.steps
    assert sum(one["held"].whole for one in with_own.own) == 6 and not plain.own


def test_all_controls_show_the_severity_of_what_failed_and_none_where_nothing_did() -> None:
    found = findings(120)
    parts = overview.catalogue(pd.DataFrame(summary(found)), found)
    shown = {c["control_id"]: c["severity"] for part in parts for c in part["controls"]}
    failed = found[found["status"] == "FAIL"]
    assert {c for c, severity in shown.items() if severity} == set(failed["control_id"])
    assert all(shown[c] in set(failed.loc[failed["control_id"] == c, "severity"]) for c in set(failed["control_id"]))


def test_what_was_accepted_is_counted_apart(tmp_path: Path) -> None:
    found = findings()
    first = found.index[found["status"] == "FAIL"][0]
    decided = found.assign(decision="").astype("string")
    decided.loc[first, "decision"] = "accepted"
    view = overview.overview(run_folder(tmp_path, decided), decided)
    assert view.statuses["FAIL"] == (found["status"] == "FAIL").sum() - 1 and view.apart["accepted"] == 1
    assert view.statuses["PASS"] == (found["status"] == "PASS").sum()
