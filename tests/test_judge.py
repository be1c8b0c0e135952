"""Gaps of every width become NOT_ASSESSED; controls that crash, answers, fingerprints and summaries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import pytest

from orienteer.controls.control import CONTROLS, Control, control, manual, nothing, verdicts
from orienteer.frames import frame
from orienteer.judge import FINDINGS, Facts, Judged, judge
from orienteer.model import Call, Category, Column, Scope, Severity, Table

A, B = "111111111111", "222222222222"
CALL = Call("s3", "list_buckets")
SPECS: Mapping[str, Table] = {
    "buckets": Table("buckets", "", Scope.ACCOUNT, CALL, (Column("open", type="bool"),), items="B[]", resource="id"),
    "keys": Table("keys", "", Scope.REGION, CALL, (Column("old", type="bool"),), items="K[]", resource="id"),
    "orgs": Table("orgs", "", Scope.ORG, CALL, (Column("x"),), items="O[]", resource="id"),
    "contacts": Table("contacts", "", Scope.ORG, CALL, (Column("mail"),), account="account_id"),
}
FACTS = Facts(pd.Timestamp("2026-01-01", tz="UTC"))
COVERAGE = pd.DataFrame({"outcome": ["OK", "DENIED"]})


@pytest.fixture
def declare() -> Any:
    """Declares a control for one test only."""
    before = dict(CONTROLS)

    def declared(function: Callable[..., pd.DataFrame], **more: Any) -> Control:
        options: dict[str, Any] = {
            "title": "t", "category": Category.IAM, "severity": Severity.HIGH, "maturity": 2, "source": "https://x",
        }  # fmt: skip
        control("T-01", **{**options, **more})(function)
        return CONTROLS["T-01"]

    yield declared
    CONTROLS.clear()
    CONTROLS.update(before)


def bucket(resource: str, account: str = A, opened: bool | None = False, **more: Any) -> dict[str, Any]:
    return {"account_id": account, "region": "global", "resource_id": resource, "open": opened, **more}


def gap(account: str | None = A, region: str | None = "global", resource: str | None = None) -> dict[str, Any]:
    return {"account_id": account, "region": region, "resource_id": resource, "outcome": "DENIED", "gap": "s3:X Denied"}


def judged(which: Control, facts: Facts = FACTS, **rows: Sequence[Mapping[str, Any]]) -> Judged:
    return judge([which], {n: frame(SPECS[n], r) for n, r in rows.items()}, SPECS, facts, COVERAGE)


def statuses(which: Control, **rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    found = judged(which, **rows).findings
    return {(r["account_id"], r["resource_id"]): r["status"] for r in found.to_dict("records")}


def closed(buckets: pd.DataFrame) -> pd.DataFrame:
    """Why.  Fix: close it."""
    return verdicts(buckets, passed=~buckets["open"].fillna(True), evidence=["open"])


def per_account(buckets: pd.DataFrame) -> pd.DataFrame:
    """Why.  Fix: do."""
    counts = buckets.groupby("account_id", as_index=False)["open"].sum()
    rows = counts.assign(region="global", resource_id=counts["account_id"])
    return verdicts(rows, passed=rows["open"] == 0)


def test_findings_have_their_columns_and_say_what_they_are(declare: Any) -> None:
    found = judged(declare(closed, resource_type="AWS::S3::Bucket"), buckets=[bucket("b")]).findings
    assert tuple(found.columns) == FINDINGS
    assert found.loc[0, ["status", "severity", "remediation", "evidence", "resource_type"]].to_dict() == {
        "status": "PASS", "severity": "high", "remediation": "close it.", "evidence": '{"open": false}',
        "resource_type": "AWS::S3::Bucket",
    }  # fmt: skip


def test_one_resource_of_three_denied(declare: Any) -> None:
    which = declare(closed)
    found = statuses(which, buckets=[bucket("a"), bucket("b", opened=True), gap(resource="c")])
    assert found == {(A, "a"): "PASS", (A, "b"): "FAIL", (A, "c"): "NOT_ASSESSED"}


def test_partial_list_keeps_what_was_seen_and_adds_the_gap(declare: Any) -> None:
    result = judged(declare(closed), buckets=[bucket("a"), bucket("b", opened=True), gap()])
    assert sorted(result.findings["status"]) == ["FAIL", "NOT_ASSESSED", "PASS"]
    assert result.summary.loc[0, ["status", "seen", "total"]].to_dict() == {"status": "FAIL", "seen": 2, "total": 3}


def test_partial_list_takes_the_pass_of_an_account_wide_verdict(declare: Any) -> None:
    found = statuses(declare(per_account), buckets=[bucket("a"), gap(), bucket("z", B)])
    assert found == {(A, A): "NOT_ASSESSED", (B, B): "PASS"}


def test_a_fail_that_was_seen_stays_where_the_control_says_so(declare: Any) -> None:
    rows = [bucket("a", opened=True), gap(), bucket("z", B, opened=True)]
    assert statuses(declare(per_account), buckets=rows)[A, A] == "NOT_ASSESSED"
    found = judged(declare(per_account, fail_stands_without=["buckets"]), buckets=rows).findings
    assert dict(zip(found["account_id"], found["status"], strict=True))[A] in ("FAIL", "NOT_ASSESSED")
    assert ("FAIL" in set(found[found["account_id"] == A]["status"])) and ("s3:X Denied" in "".join(found["reason"]))


def test_a_threshold_may_have_the_name_of_a_table(declare: Any) -> None:
    def few(buckets: pd.DataFrame, *, buckets_: int = 1) -> pd.DataFrame:
        """Why.  Fix: do."""
        return verdicts(buckets, passed=len(buckets) <= buckets_)

    which = declare(few)
    assert which.thresholds["buckets"].default == 1
    rows = [bucket("a"), bucket("b")]
    facts = Facts(FACTS.as_of, thresholds={"buckets": 2})
    assert set(judged(which, buckets=rows).findings["status"]) == {"FAIL"}
    assert set(judged(which, facts, buckets=rows).findings["status"]) == {"PASS"}


def test_a_whole_account_unread(declare: Any) -> None:
    found = statuses(declare(closed), buckets=[gap(B), bucket("a")])
    assert found == {(A, "a"): "PASS", (B, B): "NOT_ASSESSED"}


def with_keys(buckets: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    """Why.  Fix: do."""
    return verdicts(buckets, passed=True)


def test_a_gap_in_a_second_table_touches_rows_of_its_account(declare: Any) -> None:
    rows = {"buckets": [bucket("a"), bucket("b", B)], "keys": [gap(A, "eu-west-1")]}
    assert statuses(declare(with_keys), **rows) == {(A, "a"): "NOT_ASSESSED", (B, "b"): "PASS"}
    assert statuses(declare(with_keys, refined_by=["keys"]), **rows) == {(A, "a"): "PASS", (B, "b"): "PASS"}


def in_region(keys: pd.DataFrame, buckets: pd.DataFrame) -> pd.DataFrame:
    """Why.  Fix: do."""
    return verdicts(keys, passed=True)


def test_regions_are_kept_apart_but_account_gaps_meet_every_region(declare: Any) -> None:
    keys = [
        {"account_id": A, "region": "eu-west-1", "resource_id": "k1"},
        {"account_id": A, "region": "us-east-1", "resource_id": "k2"},
    ]
    found = statuses(declare(in_region), keys=[*keys, gap(A, "us-west-2")], buckets=[])
    assert found == {(A, "k1"): "PASS", (A, "k2"): "PASS", (A, A): "NOT_ASSESSED"}
    found = statuses(declare(in_region), keys=keys, buckets=[gap(A)])
    assert found == {(A, "k1"): "NOT_ASSESSED", (A, "k2"): "NOT_ASSESSED"}


def with_org(buckets: pd.DataFrame, orgs: pd.DataFrame) -> pd.DataFrame:
    """Why.  Fix: do."""
    return verdicts(buckets, passed=True)


@pytest.mark.parametrize("resource", [None, "p-1"])
def test_an_unread_organization_table_touches_every_account(declare: Any, resource: str | None) -> None:
    found = statuses(
        declare(with_org), buckets=[bucket("a"), bucket("b", B)], orgs=[gap("999999999999", resource=resource)]
    )
    assert set(found.values()) == {"NOT_ASSESSED"}


def with_contacts(contacts: pd.DataFrame) -> pd.DataFrame:
    """Why.  Fix: do."""
    return verdicts(contacts, passed=contacts["mail"].notna())


def test_organization_rows_about_members_touch_only_their_member(declare: Any) -> None:
    rows = [{"account_id": A, "region": "global", "resource_id": A, "mail": "m"}, gap(B, resource=B)]
    assert statuses(declare(with_contacts), contacts=rows) == {(A, A): "PASS", (B, B): "NOT_ASSESSED"}


def test_an_organization_wide_verdict_is_touched_by_any_gap(declare: Any) -> None:
    found = statuses(declare(per_account, scope="organization"), buckets=[bucket("a"), gap(B)])
    assert found == {(A, A): "NOT_ASSESSED"}


def test_a_table_that_was_never_collected_is_a_gap(declare: Any) -> None:
    result = judge([declare(with_org)], {"buckets": frame(SPECS["buckets"], [bucket("a")])}, SPECS, FACTS, COVERAGE)
    assert list(result.findings["status"]) == ["NOT_ASSESSED"]
    assert "orgs is not in this snapshot" in result.findings["reason"].iloc[0]


def raises(buckets: pd.DataFrame) -> pd.DataFrame:
    """Why.  Fix: do."""
    raise KeyError("nonsense")


def null_decides(buckets: pd.DataFrame) -> pd.DataFrame:
    """Why.  Fix: do."""
    return verdicts(buckets, passed=buckets["open"])


@pytest.mark.parametrize("broken", [raises, null_decides])
def test_a_control_that_raises_is_not_assessed_with_the_reason(declare: Any, broken: Any) -> None:
    result = judged(declare(broken), buckets=[bucket("a", opened=None)])
    assert list(result.findings["status"]) == ["NOT_ASSESSED"]
    assert result.crashed == ("T-01",)
    assert "could not be judged" in result.findings["reason"].iloc[0]
    assert result.summary.loc[0, "status"] == "NOT_ASSESSED"


def test_nothing_to_judge_stands_in_the_summary(declare: Any) -> None:
    def empty(buckets: pd.DataFrame) -> pd.DataFrame:
        """Why.  Fix: do."""
        return nothing()

    result = judged(declare(empty), buckets=[])
    assert list(result.summary["status"]) == ["NOT_APPLICABLE"]
    assert result.findings.empty
    assert tuple(result.findings.columns) == FINDINGS


def asks(buckets: pd.DataFrame) -> pd.DataFrame:
    """Why.  Fix: do."""
    return manual(buckets, question="Is it meant?")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"answer": "yes"}, [("MANUAL", "answered")]),
        ({"answer": "no"}, [("FAIL", "answered")]),
        ({"answer": "partly"}, [("FAIL", "answered")]),
        ({"answer": "not_applicable"}, [("MANUAL", "answered")]),
        ({"answer": "no", "expires": "2025-12-31"}, [("MANUAL", "")]),
        ({"answer": "no", "expires": "2026-01-01"}, [("FAIL", "answered")]),
        ({"answer": "yes", "expires": "2026-12-31"}, [("MANUAL", "answered")]),
    ],
)
def test_an_answer_is_a_person_s_word_until_it_expires(
    declare: Any, answer: dict[str, str], expected: list[Any]
) -> None:
    facts = Facts(FACTS.as_of, answers={"T-01": {"by": "Kim", "on": "2025-06-01", **answer}})
    found = judged(declare(asks), facts, buckets=[bucket("a")]).findings
    assert list(zip(found["status"], found["decision"], strict=True)) == expected
    assert expected == [("MANUAL", "")] or "Kim" in found["reason"].iloc[0]


def test_coverage_is_given_to_a_control_that_asks_for_it(declare: Any) -> None:
    def counts(coverage: pd.DataFrame) -> pd.DataFrame:
        """Why.  Fix: do."""
        rows = pd.DataFrame({"account_id": [A], "region": ["global"], "resource_id": ["all"], "n": [len(coverage)]})
        return verdicts(rows, passed=False, evidence=["n"])

    assert judged(declare(counts)).findings["evidence"].iloc[0] == '{"n": 2}'


def test_thresholds_come_from_the_params(declare: Any) -> None:
    def limited(buckets: pd.DataFrame, *, most: int = 1) -> pd.DataFrame:
        """Why.  Fix: do."""
        return verdicts(buckets, passed=len(buckets) <= most)

    rows = [bucket("a"), bucket("b")]
    assert set(judged(declare(limited), buckets=rows).findings["status"]) == {"FAIL"}
    facts = Facts(FACTS.as_of, thresholds={"most": 2})
    assert set(judged(declare(limited), facts, buckets=rows).findings["status"]) == {"PASS"}


def test_fingerprints_hold_between_runs_and_tell_rows_apart(declare: Any) -> None:
    rows = [bucket("a"), bucket("b"), bucket("a", B)]
    first = judged(declare(closed), buckets=rows).findings.set_index(["account_id", "resource_id"])["fingerprint"]
    second = judged(declare(closed), buckets=rows[::-1]).findings.set_index(["account_id", "resource_id"])[
        "fingerprint"
    ]
    assert first.is_unique
    assert first.sort_index().equals(second.sort_index())


def test_an_unread_list_of_members_touches_every_account(declare: Any) -> None:
    def of_members(contacts: pd.DataFrame) -> pd.DataFrame:
        return verdicts(contacts, passed=contacts["mail"].notna())

    row = {"account_id": B, "region": "global", "resource_id": B, "mail": "a@x.example"}
    which = declare(of_members)
    assert statuses(which, contacts=[row, gap(A)]) == {(B, B): "NOT_ASSESSED"}
    assert statuses(which, contacts=[row, gap(A, resource=A)])[B, B] == "PASS"


def graded(buckets: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    """Why.  Fix: do."""
    rows = verdicts(buckets, passed=~buckets["open"], severity="low")
    return rows.assign(stands=[name != "rests" for name in rows["resource_id"]])


def test_a_verdict_that_rests_on_what_usually_only_refines_it(declare: Any) -> None:
    rows = {"buckets": [bucket("rests", opened=True), bucket("seen", opened=True)], "keys": [gap(A, "eu-west-1")]}
    found = judged(declare(graded, refined_by=["keys"]), **rows).findings.set_index("resource_id")
    assert found["status"].to_dict() == {"rests": "NOT_ASSESSED", "seen": "FAIL"}
    assert found.loc["seen", "severity"] == "high"  # what would have made it milder was not read
    calm = judged(declare(graded, refined_by=["keys"]), **rows | {"keys": []}).findings
    assert set(calm["severity"]) == {"low"}


def test_what_was_never_asked_is_not_assessed(declare: Any) -> None:
    def elsewhere(buckets: pd.DataFrame) -> pd.DataFrame:
        """Why.  Fix: do."""
        rows = verdicts(buckets, passed=True)
        return rows.assign(unread=[None, "kms:DescribeKey was not asked (account 2, region x)"]).astype("string")

    found = judged(declare(elsewhere), buckets=[bucket("a"), bucket("b")]).findings
    assert list(found["status"]) == ["PASS", "NOT_ASSESSED"]
    assert "kms:DescribeKey" in found["reason"][1]


def test_a_verdict_stands_without_the_tables_that_it_names(declare: Any) -> None:
    def apart(buckets: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
        """Why.  Fix: do."""
        return verdicts(buckets, passed=True).assign(without=["keys", None])

    rows = {"buckets": [bucket("a"), bucket("b")], "keys": [gap(A, "eu-west-1", "k1")]}
    assert statuses(declare(apart), **rows) == {(A, "a"): "PASS", (A, "b"): "NOT_ASSESSED"}
    alone = statuses(declare(apart), **rows | {"buckets": [bucket("a"), bucket("b", B)]})
    assert alone == {(A, "a"): "PASS", (B, "b"): "PASS", (A, "k1"): "NOT_ASSESSED"}


def test_a_gap_that_a_verdict_of_the_same_account_stands_without_has_no_row_of_its_own(declare: Any) -> None:
    def per_account(buckets: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
        """About the account as a whole.  Fix: it."""
        return verdicts(buckets.assign(resource_id=buckets["account_id"]), passed=True).assign(without="keys")

    def found(scope: str, account: str) -> list[str]:
        rows = {"buckets": [bucket("a")], "keys": [gap(account, "eu-west-1")]}
        return sorted(judged(declare(per_account, scope=scope), **rows).findings["status"])

    assert found("account", A) == ["PASS"]
    assert found("resource", A) == found("account", B) == ["NOT_ASSESSED", "PASS"]


def test_a_gap_about_what_a_control_never_judges_is_none_of_its(declare: Any) -> None:
    rows = {"buckets": [bucket("a"), gap(A, resource="root")]}
    assert statuses(declare(closed, leaves_out=["root"]), **rows) == {(A, "a"): "PASS"}
    assert statuses(declare(closed), **rows) == {(A, "a"): "PASS", (A, "root"): "NOT_ASSESSED"}


def test_two_kinds_of_resource_may_share_a_name(declare: Any) -> None:
    def kinds(buckets: pd.DataFrame) -> pd.DataFrame:
        """Why.  Fix: do."""
        rows = verdicts(buckets.assign(resource_id="orders"), passed=True)
        return rows.assign(resource_type=[f"AWS::{name}" for name in buckets["resource_id"]])

    which = declare(kinds)
    both = judged(which, buckets=[bucket("SQS"), bucket("SNS")]).findings.set_index("resource_type")["fingerprint"]
    alone = judged(which, buckets=[bucket("SNS")]).findings["fingerprint"]
    assert both["AWS::SQS"] != both["AWS::SNS"] == alone[0]
