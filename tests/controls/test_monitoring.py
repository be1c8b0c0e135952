from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from orienteer.controls import monitoring
from tests.support import frame

NOW = pd.Timestamp("2026-11-24T08:00:00Z")
MANAGEMENT, MEMBER = "999900001111", "111122223333"
HOME = "eu-central-1"
ALL = [{"ReadWriteType": "All", "IncludeManagementEvents": True}]


def ago(days: float) -> pd.Timestamp:
    return NOW - pd.Timedelta(days=days)


def arn(name: str, owner: str = MANAGEMENT) -> str:
    return f"arn:aws:cloudtrail:{HOME}:{owner}:trail/{name}"


def trail(name: str = "org", owner: str = MANAGEMENT, **more: Any) -> dict[str, Any]:
    return {
        "account_id": owner, "region": HOME, "resource_id": name, "trail_name": name, "trail_arn": arn(name, owner),
        "owner_account": owner, "home_region": HOME, "at_home": True, "is_organization": owner == MANAGEMENT,
        "is_multi_region": True, "include_global": True, "log_file_validation": True, **more,
    }  # fmt: skip


def status(name: str = "org", owner: str = MANAGEMENT, **more: Any) -> dict[str, Any]:
    base = {"account_id": owner, "region": HOME, "resource_id": name, "trail_arn": arn(name, owner), "at_home": True}
    return base | {"is_logging": True, "started_at": ago(100), "digest_at": ago(0.02)} | more


def selectors(classic: Any = ALL, advanced: Any = None, name: str = "org", owner: str = MANAGEMENT) -> dict[str, Any]:
    return {
        "account_id": owner, "region": HOME, "resource_id": name, "trail_arn": arn(name, owner), "at_home": True,
        "event_selectors": json.dumps(classic) if classic is not None else None,
        "advanced_selectors": json.dumps(advanced) if advanced is not None else None,
    }  # fmt: skip


def organized(
    trails: list[Any], stati: list[Any], chosen: list[Any], management: str | None = MANAGEMENT,
    read: tuple[str, ...] = (MANAGEMENT, MEMBER), members: tuple[str, ...] = (),
) -> pd.DataFrame:  # fmt: skip
    return monitoring.organization_trail(
        frame("organization", [{"organization_id": management and "o-1", "management_account_id": management}]),
        frame("organization_accounts", [{"id": a, "resource_id": a, "state": "ACTIVE"} for a in members]),
        frame("organization_trusted_services"),
        frame("ec2_regions", [{"account_id": a, "region_name": HOME, "enabled": True} for a in read]),
        frame("cloudtrail_trails", trails),
        frame("cloudtrail_trail_status", stati),
        frame("cloudtrail_event_selectors", chosen),
    )


def verdict_of(found: pd.DataFrame) -> tuple[str, str]:
    assert len(found) == 1
    return ("UNREAD" if pd.notna(found["unread"][0]) else found["status"][0]), found["severity"][0]


def test_an_organization_trail() -> None:
    good = organized([trail()], [status()], [selectors()])
    assert verdict_of(good) == ("PASS", "")
    assert good["account_id"][0] == MANAGEMENT
    assert verdict_of(organized([trail()], [status(is_logging=False)], [selectors()])) == ("FAIL", "")
    assert verdict_of(organized([trail()], [status(is_logging=None)], [selectors()])) == ("FAIL", "")
    assert verdict_of(organized([], [], [])) == ("FAIL", "")


def test_copies_in_other_regions_are_one_trail() -> None:
    shadow = trail(region="eu-west-1", at_home=False)
    seen = trail(account_id=MEMBER, at_home=False)
    assert verdict_of(organized([seen, shadow, trail()], [status()], [selectors()])) == ("PASS", "")
    assert verdict_of(organized([seen], [], [])) == ("UNREAD", "")


def test_without_the_management_account_a_trail_that_is_not_seen_may_exist() -> None:
    assert verdict_of(organized([], [], [], read=(MEMBER,))) == ("UNREAD", "")
    seen = trail(account_id=MEMBER, at_home=False)
    assert verdict_of(organized([seen], [], [], read=(MEMBER,))) == ("UNREAD", "")


def test_own_trails_of_every_account_lower_the_severity() -> None:
    own = [(a, f"own-{a}") for a in (MANAGEMENT, MEMBER)]
    trails = [trail(n, a, is_organization=False) for a, n in own]
    stati, chosen = [status(n, a) for a, n in own], [selectors(name=n, owner=a) for a, n in own]
    assert verdict_of(organized(trails, stati, chosen)) == ("FAIL", "medium")
    assert verdict_of(organized(trails[:1], stati[:1], chosen[:1])) == ("FAIL", "")
    more = (MANAGEMENT, MEMBER, "444400001111")  # an account that was not read need not have a trail
    assert verdict_of(organized(trails, stati, chosen, members=more)) == ("FAIL", "")


def test_accounts_without_organization_are_judged_by_their_own_trail() -> None:
    found = organized([trail("own", MEMBER)], [status("own", MEMBER)], [selectors(name="own", owner=MEMBER)], None)
    assert set(found["status"]) == {"FAIL"}
    assert dict(zip(found["resource_id"], found["severity"], strict=True)) == {MANAGEMENT: "", MEMBER: "medium"}


def field(name: str, **operators: list[str]) -> dict[str, Any]:
    return {"Field": name, **operators}


MANAGEMENT_EVENTS = field("eventCategory", Equals=["Management"])


@pytest.mark.parametrize(
    ("classic", "advanced", "kind", "excluded"),
    [
        (ALL, None, "All", ()),
        ([{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}], None, "WriteOnly", ()),
        ([{"ReadWriteType": k, "IncludeManagementEvents": True} for k in ("ReadOnly", "WriteOnly")], None, "All", ()),
        ([{"ReadWriteType": "All", "IncludeManagementEvents": False}], None, "none", ()),
        ([ALL[0] | {"ExcludeManagementEventSources": ["kms.amazonaws.com"]}], None, "All", ("kms.amazonaws.com",)),
        (None, [{"FieldSelectors": [MANAGEMENT_EVENTS]}], "All", ()),
        (None, [{"FieldSelectors": [MANAGEMENT_EVENTS, field("readOnly", Equals=["true"])]}], "ReadOnly", ()),
        (None, [{"FieldSelectors": [MANAGEMENT_EVENTS, field("eventSource", NotEquals=["kms.amazonaws.com"])]}], "All",
         ("kms.amazonaws.com",)),
        (None, [{"FieldSelectors": [MANAGEMENT_EVENTS, field("eventSource", Equals=["s3"])]}], "part", ()),
        (None, [{"FieldSelectors": [field("eventCategory", Equals=["Data"])]}], "none", ()),
        (None, None, "All", ()),
        ([], [], "All", ()),
    ],
)  # fmt: skip
def test_event_selectors_in_both_shapes(classic: Any, advanced: Any, kind: str, excluded: tuple[str, ...]) -> None:
    taken = monitoring.taken(selectors(classic, advanced))
    assert (taken.kind, taken.excluded) == (kind, excluded)
    found = organized([trail()], [status()], [selectors(classic, advanced)])
    assert found["status"][0] == ("PASS" if kind == "All" else "FAIL")
    assert all(source in found["reason"][0] for source in excluded)


def test_all_regions_and_global_services() -> None:
    table = frame("cloudtrail_trails", [
        trail("whole"), trail("one-region", is_multi_region=False), trail("no-iam", include_global=None),
        trail("own", MEMBER)])  # fmt: skip
    found = monitoring.trail_in_all_regions(table).set_index("resource_id")
    assert found["status"].to_dict() == {"whole": "PASS", "one-region": "FAIL", "no-iam": "FAIL"}
    assert arn("own", MEMBER) in json.loads(found.loc["whole", "evidence"])["duplicate_trails"]


def test_without_an_organization_trail_each_account_is_judged_by_its_best_trail() -> None:
    plain = {"is_organization": False}
    table = frame("cloudtrail_trails", [
        trail("narrow", is_multi_region=False, **plain), trail("wide", **plain), trail("copy", at_home=False, **plain),
        trail("lone", MEMBER, is_multi_region=False)])  # fmt: skip
    found = monitoring.trail_in_all_regions(table).set_index("resource_id")
    assert found["status"].to_dict() == {"wide": "PASS", "lone": "FAIL"}


def test_log_file_validation() -> None:
    cases: dict[str, tuple[dict[str, Any], dict[str, Any] | None, str]] = {
        "sealed": ({}, {}, "PASS"),
        "open": ({"log_file_validation": False}, {}, "FAIL"),
        "unset": ({"log_file_validation": None}, {}, "FAIL"),
        "stale": ({}, {"digest_at": ago(3)}, "FAIL"),
        "broken": ({}, {"digest_error": "AccessDenied"}, "FAIL"),
        "young": ({}, {"digest_at": None, "started_at": ago(0.01)}, "MANUAL"),
        "silent": ({}, {"digest_at": None}, "FAIL"),
        "far": ({"at_home": False}, None, "UNREAD"),
    }
    trails = frame("cloudtrail_trails", [trail(n, **t) for n, (t, _, _) in cases.items()])
    stati = frame("cloudtrail_trail_status", [status(n, **s) for n, (_, s, _) in cases.items() if s is not None])
    found = monitoring.trail_log_file_validation(trails, stati, as_of=NOW).set_index("resource_id")
    status_of = found["status"].mask(found["unread"].notna(), "UNREAD").to_dict()
    assert status_of == {name: expected for name, (_, _, expected) in cases.items()}
