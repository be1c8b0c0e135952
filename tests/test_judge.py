"""Rows become findings: gaps of every width, controls that raise, answers, thresholds, fingerprints, summaries."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from orienteer import controls, tables
from orienteer.controls.control import CONTROLS, Control, control
from orienteer.controls.verdict import CRITICAL, HIGH, LOW, Verdict, asked, failed, faults, passed, when
from orienteer.decisions import Decision
from orienteer.facts.fact import FACTS, Fact, Join
from orienteer.facts.seen import Row, Told
from orienteer.facts.storage import BUCKETS
from orienteer.frames import frame
from orienteer.judge import FINDINGS, Facts, Judged, agreed, judge
from orienteer.model import Category, Severity
from tests.facts.support import empty

A, B = "111111111111", "222222222222"
EARLIER = controls.registry()["CMP-05"]
NOW = Facts(pd.Timestamp("2026-01-01", tz="UTC"))


@pytest.fixture
def declare() -> Iterator[Callable[..., Control]]:
    """Declares a control for one test only."""
    before = dict(CONTROLS)

    def declared(function: Callable[[Row], Verdict | None], **more: Any) -> Control:
        options: dict[str, Any] = {
            "title": "t", "category": Category.IAM, "severity": Severity.HIGH, "maturity": 2, "source": "https://x",
            "fact": BUCKETS, "mappings": {"cis": ["1.1"]},
        }  # fmt: skip
        control("T-01", **{**options, **more})(function)
        return CONTROLS["T-01"]

    yield declared
    CONTROLS.clear()
    CONTROLS.update(before)


def bucket(name: str, account: str = A, **more: Any) -> dict[str, Any]:
    return {"account_id": account, "region": "eu-west-1", "resource_id": name, **more}


def gap(account: str = A, region: str = "eu-west-1", resource: str | None = None) -> dict[str, Any]:
    return {"account_id": account, "region": region, "resource_id": resource, "outcome": "DENIED", "gap": "s3:X Denied"}


def judged(which: Control, facts: Facts = NOW, **rows: Sequence[Mapping[str, Any]]) -> Judged:
    specs = tables.registry()
    given = empty() | {name: frame(specs[name], found) for name, found in rows.items()}
    return judge([which], given, specs, facts, pd.DataFrame())


def statuses(which: Control, **rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    found = judged(which, **rows).findings
    return {(r["account_id"], r["resource_id"]): r["status"] for r in found.to_dict("records")}


def closed(bucket: Row) -> Verdict:
    """Why it matters.

    Fix: close it.
    """
    return failed("It is open.") if bucket.is_public else passed("It is closed.")


def test_findings_have_their_columns_and_say_what_they_are(declare: Any) -> None:
    which = declare(closed, resource_type="AWS::S3::Bucket", evidence=("owner_id",))
    found = judged(which, s3_buckets=[bucket("b")], s3_bucket_policy_status=[bucket("b", is_public=False)]).findings
    assert tuple(found.columns) == FINDINGS
    assert found.loc[0, ["status", "severity", "why", "remediation", "resource_type", "maturity"]].to_dict() == {
        "status": "PASS", "severity": "high", "why": "Why it matters.", "remediation": "Close it.",
        "resource_type": "AWS::S3::Bucket", "maturity": "2",
    }  # fmt: skip
    assert json.loads(found.loc[0, "evidence"]) == {"is_public": False, "owner_id": None}
    assert json.loads(found.loc[0, "mappings"]) == {"cis": ["1.1"]}


def test_one_resource_of_three_denied(declare: Any) -> None:
    told = [bucket("a", is_public=False), bucket("b", is_public=True), gap(resource="c")]
    found = statuses(declare(closed), s3_buckets=[bucket(n) for n in "abc"], s3_bucket_policy_status=told)
    assert found == {(A, "a"): "PASS", (A, "b"): "FAIL", (A, "c"): "NOT_ASSESSED"}


def test_a_partial_list_keeps_what_was_seen_and_adds_the_gap(declare: Any) -> None:
    told = [bucket("a", is_public=False), bucket("b", is_public=True)]
    result = judged(declare(closed), s3_buckets=[bucket("a"), bucket("b"), gap()], s3_bucket_policy_status=told)
    assert sorted(result.findings["status"]) == ["FAIL", "NOT_ASSESSED", "PASS"]
    assert result.summary.loc[0, ["status", "seen", "total"]].to_dict() == {"status": "FAIL", "seen": 2, "total": 3}
    (reason,) = result.findings["reason"][result.findings["status"] == "NOT_ASSESSED"]
    assert reason == "s3:X Denied"


def test_a_gap_touches_its_own_account_region_and_resource(declare: Any) -> None:
    rows = {"s3_buckets": [bucket("a"), bucket("b", B)]}
    assert statuses(declare(closed), s3_bucket_policy_status=[gap()], **rows) == {
        (A, "a"): "NOT_ASSESSED", (B, "b"): "PASS"}  # fmt: skip
    assert statuses(declare(closed), s3_bucket_policy_status=[gap(region="us-east-1")], **rows)[A, "a"] == "PASS"
    assert statuses(declare(closed), s3_bucket_policy_status=[gap(resource="z")], **rows)[A, "a"] == "PASS"
    assert statuses(declare(closed), s3_bucket_policy_status=[gap(region="global")], **rows)[A, "a"] == "NOT_ASSESSED"


def test_what_was_not_listed_stands_where_it_may_be(declare: Any) -> None:
    found = judged(declare(closed), s3_buckets=[gap(), gap(B, region=None), gap("", region=None)]).findings
    assert set(found["status"]) == {"NOT_ASSESSED"}
    assert set(zip(found["account_id"].fillna(""), found["region"], found["resource_id"], strict=True)) == {
        (A, "eu-west-1", A),
        (B, "all", B),
        ("", "global", "organization"),
    }
    named = judged(declare(closed), s3_buckets=[gap(resource="z")]).findings
    assert list(named["resource_id"]) == ["z"]


def test_a_table_that_was_never_collected_is_a_gap(declare: Any) -> None:
    specs = tables.registry()
    given = {name: found for name, found in empty().items() if name != "s3_bucket_policy_status"}
    given["s3_buckets"] = frame(specs["s3_buckets"], [bucket("a")])
    found = judge([declare(closed)], given, specs, NOW, pd.DataFrame()).findings
    assert list(found["status"]) == ["NOT_ASSESSED"]
    assert "s3_bucket_policy_status is not in this snapshot" in found["reason"].iloc[0]


def test_a_row_that_raises_costs_itself(declare: Any) -> None:
    def raises(bucket: Row) -> Verdict:
        """Why.  Fix: do."""
        if bucket.resource_id == "b":
            raise KeyError("nonsense")
        return passed("good")

    result = judged(declare(raises), s3_buckets=[bucket("a"), bucket("b"), bucket("c")])
    assert dict(zip(result.findings["resource_id"], result.findings["status"], strict=True)) == {
        "a": "PASS", "b": "NOT_ASSESSED", "c": "PASS"}  # fmt: skip
    assert result.crashed == ("T-01",)
    assert "KeyError" in result.findings["reason"][1]
    assert judged(declare(raises), s3_buckets=[bucket("a")]).crashed == ()


def test_a_derived_column_that_raises_costs_its_row(declare: Any) -> None:
    def length(bucket: Row) -> int:
        return 1 // len(bucket.owner_id)

    def reads(bucket: Row) -> Verdict:
        """Why.  Fix: do."""
        return passed(f"{bucket.length}")

    fact = Fact("lengths_for_a_test", "One row.", base="s3_buckets", columns=(length,),
                joins=(Join("s3_bucket_acls", ("owner_id",)),))  # fmt: skip
    try:
        acls = [bucket("a", owner_id=""), bucket("b", owner_id="x")]
        result = judged(declare(reads, fact=fact), s3_buckets=[bucket("a"), bucket("b")], s3_bucket_acls=acls)
    finally:
        del FACTS[fact.name]
    assert list(result.findings["status"]) == ["NOT_ASSESSED", "PASS"]
    assert result.crashed == ("T-01",)


def test_nothing_to_judge_stands_in_the_summary(declare: Any) -> None:
    result = judged(declare(lambda bucket: None), s3_buckets=[bucket("a")])
    assert list(result.summary["status"]) == ["NOT_APPLICABLE"]
    assert result.findings.empty
    assert tuple(result.findings.columns) == FINDINGS


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"answer": "yes"}, ("MANUAL", "answered")),
        ({"answer": "no"}, ("FAIL", "answered")),
        ({"answer": "partly"}, ("FAIL", "answered")),
        ({"answer": "not_applicable"}, ("MANUAL", "answered")),
        ({"answer": "no", "expires": "2025-12-31"}, ("MANUAL", "")),
        ({"answer": "no", "expires": "2026-01-01"}, ("FAIL", "answered")),
        ({"answer": "yes", "expires": "2026-12-31"}, ("MANUAL", "answered")),
    ],
)
def test_an_answer_is_a_person_s_word_until_it_expires(declare: Any, answer: dict[str, str], expected: Any) -> None:
    facts = Facts(NOW.as_of, answers={"T-01": {"by": "Kim", "on": "2025-06-01", **answer}})
    which = declare(lambda bucket: asked("Is it meant?") if bucket.resource_id == "a" else passed("good"))
    result = judged(which, facts, s3_buckets=[bucket("a"), bucket("b")])
    assert tuple(result.findings.loc[0, ["status", "decision"]]) == expected
    assert tuple(result.findings.loc[1, ["status", "decision"]]) == ("PASS", "")
    assert result.summary["answered"].iloc[0] == (expected[1] == "answered")
    assert expected == ("MANUAL", "") or "Kim" in result.findings["reason"].iloc[0]


@pytest.mark.parametrize("order", [("T-01", "T-01/a"), ("T-01/a", "T-01")])
def test_an_answer_about_one_resource_counts_before_that_about_all(declare: Any, order: tuple[str, str]) -> None:
    said = {"T-01": {"answer": "no", "by": "Kim"}, "T-01/a": {"answer": "yes", "by": "Lee"}}
    facts = Facts(NOW.as_of, answers={key: said[key] for key in order})
    result = judged(declare(lambda bucket: asked("Is it?")), facts, s3_buckets=[bucket("a"), bucket("b")]).findings
    assert list(zip(result["status"], result["decided_by"], strict=True)) == [("MANUAL", "Lee"), ("FAIL", "Kim")]


def test_thresholds_and_context_come_from_the_params(declare: Any) -> None:
    def limited(bucket: Row, *, most: int = 1, as_of: pd.Timestamp) -> Verdict:
        """Why.  Fix: do."""
        return passed(f"{as_of.year}") if len(bucket.resource_id) <= most else failed("long")

    rows = {"s3_buckets": [bucket("ab")]}
    assert declare(limited).thresholds["most"].default == 1
    assert list(judged(declare(limited), **rows).findings["status"]) == ["FAIL"]
    found = judged(declare(limited), Facts(NOW.as_of, thresholds={"most": 2}), **rows).findings
    assert list(found["reason"]) == ["2026"]


def test_fingerprints_hold_between_runs_and_tell_rows_apart(declare: Any) -> None:
    rows = [bucket("a"), bucket("b"), bucket("a", B)]
    first, second = (
        judged(declare(closed), s3_buckets=found).findings.set_index(["account_id", "resource_id"])["fingerprint"]
        for found in (rows, rows[::-1])
    )
    assert first.is_unique
    assert first.str.fullmatch("[0-9a-f]{20}").all()
    assert first.sort_index().equals(second.sort_index())
    refused = judged(declare(closed), s3_buckets=rows, s3_bucket_policy_status=[gap(), gap(B)]).findings
    assert set(refused["fingerprint"]) == set(first)


# --- what worlds agree on


def told(*verdicts: Verdict | None, gaps: frozenset[str] = frozenset({"denied"})) -> list[Told]:
    return [Told(verdict, gaps) for verdict in verdicts]


def test_one_status_with_the_graver_of_mildest_and_usual() -> None:
    found = agreed(told(failed("x", LOW), failed("y", CRITICAL)), HIGH)
    assert found is not None
    assert (found.status, found.severity) == ("FAIL", HIGH)
    assert found.words == "x Or: y Not seen: denied"
    alone = agreed(told(failed("x", LOW), gaps=frozenset()), HIGH)
    assert alone is not None
    assert (alone.severity, alone.words) == (LOW, "x")


def test_statuses_that_differ_are_not_assessed() -> None:
    for verdicts in ((failed("x"), passed("y")), (passed("x"), None), (asked("x"), passed("y"))):
        found = agreed(told(*verdicts), HIGH)
        assert found is not None
        assert (found.status, found.words) == ("NOT_ASSESSED", "denied")
    assert agreed(told(None, None), HIGH) is None
    opened = agreed([Told(None, frozenset({"denied"}), open=True)], HIGH)
    assert opened is not None
    assert opened.status == "NOT_ASSESSED"


def test_a_fault_that_was_seen_counts_whatever_else_was_not(declare: Any) -> None:
    def faulty(bucket: Row) -> Verdict:
        """Why.  Fix: do."""
        return faults(
            [when(lambda: bucket.is_public, HIGH, "open"), when(lambda: bucket.owner_id == "x", LOW, "foreign")],
            otherwise=lambda: passed("good"),
        )

    which = declare(faulty, severity=Severity.MEDIUM)
    rows = {"s3_buckets": [bucket("a")]}
    refused = judged(which, s3_bucket_policy_status=[gap()], s3_bucket_acls=[bucket("a", owner_id="x")], **rows)
    assert refused.findings.loc[0, ["status", "severity"]].tolist() == ["FAIL", "medium"]
    assert "Not seen" in refused.findings["reason"].iloc[0]
    assert statuses(which, s3_bucket_policy_status=[gap()], **rows) == {(A, "a"): "NOT_ASSESSED"}


def test_an_answer_may_be_about_one_row_and_counts_for_so_many_days(declare: Any) -> None:
    def question(bucket: Row, *, answer_valid_days: int = 300) -> Verdict:
        """Why.  Fix: do."""
        return asked("Is it meant?")

    rows = {"s3_buckets": [bucket("a"), bucket("b")]}
    which = declare(question)
    answers = {"T-01": {"answer": "yes", "on": "2025-11-01"}, "T-01/b": {"answer": "no", "on": "2025-06-01"}}
    found = judged(which, Facts(NOW.as_of, answers=answers), **rows).findings
    assert list(found["status"]) == ["MANUAL", "FAIL"]
    assert list(found["expires"]) == ["2026-08-28", "2026-03-28"]
    found = judged(which, Facts(NOW.as_of, answers=answers, thresholds={"answer_valid_days": 30}), **rows).findings
    assert list(found["decision"]) == ["", ""]


def test_earlier_failures_are_held_against_what_is_found_now(declare: Any) -> None:
    which = declare(lambda bucket: failed("bad") if bucket.resource_id in ("a", "b") else passed("good"))
    rows = {"s3_buckets": [bucket("a"), bucket("b"), bucket("c")]}
    before = judged(which, **rows).findings.assign(status="FAIL", severity="high")
    now = Facts(NOW.as_of, earlier=before, earlier_as_of=NOW.as_of - pd.Timedelta(days=31),
                decisions=[Decision(decision="accepted", control="T-01", resource="b")])  # fmt: skip
    both = [EARLIER, which]
    held = {name: frame(tables.registry()[name], found) for name, found in rows.items()}
    found = judge(both, held, tables.registry(), now, pd.DataFrame()).findings
    told = found[found["control_id"] == "CMP-05"].set_index("resource_id")["status"].to_dict()
    assert told == {"T-01 a": "FAIL", "T-01 b": "PASS", "T-01 c": "PASS"}
    alone = judge(both[:1], held, tables.registry(), now, pd.DataFrame()).findings
    assert set(alone["status"]) == {"NOT_ASSESSED"}
    assert judge(both[:1], held, tables.registry(), NOW, pd.DataFrame()).findings.empty


def test_what_a_control_of_another_version_found_is_compared_as_new(declare: Any) -> None:
    which = declare(lambda bucket: failed("bad"))
    before = judged(which, s3_buckets=[bucket("a")])
    assert before.summary["version"].to_list() == [1]
    held = {"s3_buckets": frame(tables.registry()["s3_buckets"], [bucket("a")])}

    def told(version: int) -> list[str]:
        now = Facts(NOW.as_of, earlier=before.findings.assign(severity="high"), earlier_versions={"T-01": 1},
                    earlier_as_of=NOW.as_of - pd.Timedelta(days=31))  # fmt: skip
        both = [EARLIER, replace(which, version=version)]
        found = judge(both, held, tables.registry(), now, pd.DataFrame()).findings
        return found.loc[found["control_id"] == "CMP-05", "status"].to_list()

    assert (told(1), told(2)) == (["FAIL"], [])


def test_an_earlier_failure_is_matched_by_what_it_is_about_whatever_its_words(declare: Any) -> None:
    before = judged(declare(lambda bucket: failed("old words")), s3_buckets=[bucket("a")]).findings
    which = declare(lambda bucket: failed("new words"))
    now = Facts(NOW.as_of, earlier=before.assign(severity="high"), earlier_as_of=NOW.as_of - pd.Timedelta(days=31))
    rows = frame(tables.registry()["s3_buckets"], [bucket("a")])
    found = judge([EARLIER, which], {"s3_buckets": rows}, tables.registry(), now, pd.DataFrame()).findings
    assert found.loc[found["control_id"] == "CMP-05", "status"].to_list() == ["FAIL"]


def test_an_earlier_failure_is_gone_only_where_it_was_looked_for(declare: Any) -> None:
    """Nothing says that a bucket is mended whose account was not entered, or whose list was refused."""
    which = declare(lambda bucket: failed("bad"))
    before = judged(which, s3_buckets=[bucket("a")]).findings
    now = Facts(NOW.as_of, earlier=before, earlier_as_of=NOW.as_of - pd.Timedelta(days=31))

    def told(rows: list[dict[str, Any]], calls: pd.DataFrame) -> str:
        held = {"s3_buckets": frame(tables.registry()["s3_buckets"], rows)}
        found = judge([EARLIER, which], held, tables.registry(), now, calls).findings
        (status,) = found[found["control_id"] == "CMP-05"]["status"]
        return str(status)

    call = {"account_id": A, "region": "eu-west-1", "table": "ec2_instances", "outcome": "OK", "error_code": ""}
    here, elsewhere = pd.DataFrame([call]), pd.DataFrame([call | {"account_id": "222222222222"}])
    assert told([], here) == "PASS"
    assert told([], elsewhere) == "NOT_ASSESSED"
    assert told([gap()], here) == "NOT_ASSESSED"
