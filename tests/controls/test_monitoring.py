"""The trail's controls: rows in, verdicts out; and what trails tell, from tables."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from orienteer.facts.seen import Cells, Partial, Unseen
from orienteer.facts.trails import taken
from tests.facts.support import NOW, UNSEEN, fact, judged, source, status, verdict

MANAGEMENT, MEMBER = "999900001111", "111122223333"
HOME = "eu-central-1"
ALL = [{"ReadWriteType": "All", "IncludeManagementEvents": True}]
REFUSED = {"outcome": "DENIED", "gap": "refused"}


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


def state(name: str = "org", owner: str = MANAGEMENT, **more: Any) -> dict[str, Any]:
    base = {"account_id": owner, "region": HOME, "resource_id": name, "trail_arn": arn(name, owner), "at_home": True}
    return base | {"is_logging": True, "started_at": ago(100), "digest_at": ago(0.02)} | more


def selectors(classic: Any = ALL, name: str = "org", owner: str = MANAGEMENT) -> dict[str, Any]:
    return {"account_id": owner, "region": HOME, "resource_id": name, "trail_arn": arn(name, owner), "at_home": True,
            "event_selectors": json.dumps(classic)}  # fmt: skip


# --- TRAIL-01


def organized(
    trails: list[Any], states: list[Any], chosen: list[Any], management: str | None = MANAGEMENT,
    read: tuple[str, ...] = (MANAGEMENT, MEMBER), members: tuple[str, ...] = (),
) -> list[tuple[str, str]]:  # fmt: skip
    """Status and severity of TRAIL-01 on each row that these tables give."""
    found = fact(
        "recorded",
        organization=[{"organization_id": management and "o-1", "management_account_id": management}],
        organization_accounts=[{"id": a, "resource_id": a, "state": "ACTIVE"} for a in members],
        ec2_regions=[{"account_id": a, "region_name": HOME, "enabled": True} for a in read],
        cloudtrail_trails=trails, cloudtrail_trail_status=states, cloudtrail_event_selectors=chosen,
    )  # fmt: skip
    told = [verdict("TRAIL-01", row) for row in found]
    return [one for one in told if one]


PASSED, FAILED, OPEN = [("PASS", "critical")], [("FAIL", "critical")], [("NOT_ASSESSED", "")]


def test_an_organization_trail() -> None:
    assert organized([trail()], [state()], [selectors()]) == PASSED
    assert organized([trail()], [state(is_logging=False)], [selectors()]) == FAILED
    assert organized([trail()], [state(is_logging=None)], [selectors()]) == FAILED
    assert organized([trail()], [state()], [selectors([{"ReadWriteType": "WriteOnly"}])]) == FAILED
    assert organized([], [], []) == FAILED


def test_what_was_not_read_of_the_organizations_trail() -> None:
    assert organized([trail()], [state(**REFUSED)], [selectors()]) == OPEN
    assert organized([trail()], [state(is_logging=False)], [selectors() | REFUSED]) == FAILED
    good = trail("more"), state("more"), selectors(name="more")
    assert organized([trail(), good[0]], [state(**REFUSED), good[1]], [selectors(), good[2]]) == PASSED


def test_a_list_that_was_refused_hides_a_trail_of_the_organization_in_the_management_account_only() -> None:
    gap = {"region": HOME, "resource_id": HOME, **REFUSED}
    assert organized([{"account_id": MANAGEMENT, **gap}], [], []) == OPEN
    assert organized([{"account_id": MEMBER, **gap}], [], []) == FAILED


def test_copies_in_other_regions_are_one_trail() -> None:
    shadow = trail(region="eu-west-1", at_home=False)
    copy = trail(account_id=MEMBER, at_home=False)
    assert organized([copy, shadow, trail()], [state()], [selectors()]) == PASSED
    assert organized([copy], [], []) == OPEN


def test_without_the_management_account_a_trail_that_is_not_seen_may_exist() -> None:
    assert organized([], [], [], read=(MEMBER,)) == OPEN
    assert organized([trail(account_id=MEMBER, at_home=False)], [], [], read=(MEMBER,)) == OPEN


def test_own_trails_of_every_account_lower_the_severity() -> None:
    own = [(a, f"own-{a}") for a in (MANAGEMENT, MEMBER)]
    trails = [trail(n, a, is_organization=False) for a, n in own]
    states, chosen = [state(n, a) for a, n in own], [selectors(name=n, owner=a) for a, n in own]
    assert organized(trails, states, chosen) == [("FAIL", "medium")]
    assert organized(trails[:1], states[:1], chosen[:1]) == FAILED
    more = (MANAGEMENT, MEMBER, "444400001111")  # an account that was not read need not have a trail
    assert organized(trails, states, chosen, members=more) == FAILED


def test_accounts_without_organization_are_judged_by_their_own_trail() -> None:
    found = organized([trail("own", MEMBER)], [state("own", MEMBER)], [selectors(name="own", owner=MEMBER)], None)
    assert found == [("FAIL", "medium"), ("FAIL", "critical")]


def test_where_the_organizations_trail_stands() -> None:
    given = {"cloudtrail_trails": [trail()], "organization": [
        {"account_id": MANAGEMENT, "organization_id": "o-1", "management_account_id": MANAGEMENT}]}  # fmt: skip
    (row,) = fact("recorded", **given)
    assert (row["account_id"], row["resource_id"], row["resource_arn"]) == (MANAGEMENT, "organization", arn("org"))


# --- which events are taken


def field(name: str, **operators: list[str]) -> dict[str, Any]:
    return {"Field": name, **operators}


MANAGEMENT_EVENTS = field("eventCategory", Equals=["Management"])
NO_KMS = field("eventSource", NotEquals=["kms.amazonaws.com"])


@pytest.mark.parametrize(
    ("classic", "advanced", "kind", "excluded"),
    [
        (ALL, None, "All", ()),
        ([{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}], None, "WriteOnly", ()),
        ([{"ReadWriteType": k, "IncludeManagementEvents": True} for k in ("ReadOnly", "WriteOnly")], None, "All", ()),
        ([{"ReadWriteType": "All", "IncludeManagementEvents": False}], None, "none", ()),
        ([ALL[0] | {"ExcludeManagementEventSources": ["kms.amazonaws.com"]}], None, "All", ("kms.amazonaws.com",)),
        (None, [[MANAGEMENT_EVENTS]], "All", ()),
        (None, [[MANAGEMENT_EVENTS, field("readOnly", Equals=["true"])]], "ReadOnly", ()),
        (None, [[MANAGEMENT_EVENTS, NO_KMS]], "All", ("kms.amazonaws.com",)),
        (None, [[MANAGEMENT_EVENTS, field("eventSource", Equals=["s3"])]], "part", ()),
        (None, [[field("eventCategory", Equals=["Data"])]], "none", ()),
        (None, [[MANAGEMENT_EVENTS, field("readOnly", Equals=["false"])]], "WriteOnly", ()),
        (None, [[MANAGEMENT_EVENTS, field("readOnly", Equals=[v])] for v in ("true", "false")], "All", ()),
        (None, [[MANAGEMENT_EVENTS, NO_KMS], [MANAGEMENT_EVENTS]], "All", ()),
        (None, [[MANAGEMENT_EVENTS, NO_KMS], [field("eventCategory", Equals=["Data"])]], "All", ("kms.amazonaws.com",)),
        (None, [[field("readOnly", Equals=["true"])]], "none", ()),
        (None, None, "All", ()),
        ([], [], "All", ()),
    ],
)
def test_event_selectors_in_both_shapes(classic: Any, advanced: Any, kind: str, excluded: tuple[str, ...]) -> None:
    several = advanced and [{"FieldSelectors": fields} for fields in advanced]
    assert taken(json.dumps(classic), json.dumps(several)) == (kind, excluded)


@pytest.mark.parametrize(
    ("kind", "words"), [("none", "no management events"), ("part", "only some"), ("ReadOnly", "ReadOnly management")]
)
def test_what_the_trail_leaves_out_is_said(kind: str, words: str) -> None:
    one = {"is_logging": True, "at_home": True, "records_all": False, "management_events": kind, "trail_arn": "t"}
    found = judged("TRAIL-01", {"organization_trails": Partial((Cells(one, home_region=HOME),))})
    assert found and words in found.words


def test_services_whose_events_are_left_out_are_a_gap() -> None:
    one = {"records_all": True, "excluded_sources": ("kms.amazonaws.com",), "trail_arn": "t", "home_region": HOME}
    found = judged("TRAIL-01", {"organization_trails": Partial((Cells(one, management_events="All"),))})
    assert found and found.status == "PASS" and "except those of kms.amazonaws.com, which leaves a gap" in found.words


# --- TRAIL-02


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({}, "PASS"),
        ({"is_multi_region": False}, "FAIL"),
        ({"include_global": None}, "FAIL"),
        ({"is_multi_region": False, "is_outdone": True}, None),
        ({"is_multi_region": False, "is_outdone": UNSEEN}, "NOT_ASSESSED"),
        ({"is_outdone": UNSEEN}, "PASS"),
        ({"is_main": False}, None),
        ({"is_main": UNSEEN}, "NOT_ASSESSED"),
        ({"include_global": UNSEEN}, "NOT_ASSESSED"),
        ({"duplicates": Partial((), UNSEEN.gaps)}, "PASS"),
    ],
)
def test_all_regions_and_global_services(row: dict[str, Any], found: str | None) -> None:
    whole = {"is_main": True, "is_multi_region": True, "include_global": True, "duplicates": Partial(())}
    assert status("TRAIL-02", whole | row) == found


def trails(*rows: dict[str, Any], **tables: Any) -> dict[str, Cells]:
    home = [{"account_id": MANAGEMENT, "organization_id": "o-1", "management_account_id": MANAGEMENT}]
    return {row["resource_id"]: row for row in fact("trails", organization=home, cloudtrail_trails=rows, **tables)}


def test_the_organizations_trails_count_where_there_are_any() -> None:
    found = trails(trail("org"), trail("second"), trail("own", MEMBER))
    assert {name: row["is_main"] for name, row in found.items()} == {"org": True, "second": True, "own": False}
    assert set(found["org"]["duplicates"].items) == {arn("second"), arn("own", MEMBER)}


@pytest.mark.parametrize(("others", "words"), [
    ((), ""),
    (("b",), " 1 other multi-region trail records the same events again, at extra cost."),
    (("b", "c"), " 2 other multi-region trails record the same events again, at extra cost."),
])  # fmt: skip
def test_trails_that_record_again_are_told(others: tuple[str, ...], words: str) -> None:
    whole = {"is_main": True, "is_multi_region": True, "include_global": True, "is_organization": True}
    found = judged("TRAIL-02", whole | {"duplicates": Partial(others)})
    assert found and found.words == f"The organization trail records all regions and global services.{words}"


def test_without_an_organization_trail_only_one_of_the_same_account_records_again() -> None:
    plain = {"is_organization": False}
    found = trails(trail("one", **plain), trail("more", **plain), trail("far", MEMBER), trail("part", **plain,
                   is_multi_region=False))  # fmt: skip
    assert {name: row["duplicates"].items for name, row in found.items()} == {
        "one": (arn("more"),), "more": (arn("one"),), "far": (), "part": (arn("one"), arn("more")),
    }  # fmt: skip


def test_a_second_trail_of_the_organization_need_not_record_all_again() -> None:
    narrow = trail("data", is_multi_region=False)

    def outdone(*others: dict[str, Any], **tables: Any) -> Any:
        rows = fact("main_trails", cloudtrail_trails=[narrow, *others], **tables)
        return next(row["is_outdone"] for row in rows if row["resource_id"] == "data")

    read = {"cloudtrail_trail_status": [state(), state("data")],
            "cloudtrail_event_selectors": [selectors(), selectors([], "data")]}  # fmt: skip
    assert outdone(trail(), **read) is True
    assert outdone(**read) is False
    assert outdone(trail(is_multi_region=False), **read) is False
    home = {"organization": [{"account_id": MANAGEMENT, "organization_id": "o-1", "management_account_id": MANAGEMENT}]}
    assert outdone({"account_id": MEMBER, "region": HOME, **REFUSED}, **read | home) is False
    assert isinstance(outdone({"account_id": MANAGEMENT, "region": HOME, **REFUSED}, **read | home), Unseen)
    off = {"cloudtrail_event_selectors": [selectors([{"IncludeManagementEvents": False}]), selectors([], "data")]}
    assert outdone(trail(), **read | off) is False


def test_without_an_organization_trail_each_account_is_judged_by_its_best_trail() -> None:
    plain = {"is_organization": False}
    rows = [trail("narrow", is_multi_region=False, **plain), trail("wide", **plain),
            trail("copy", at_home=False, **plain), trail("lone", MEMBER, is_multi_region=False)]  # fmt: skip
    found = trails(*rows)
    assert {name for name, row in found.items() if row["is_main"]} == {"wide", "lone"}
    gap = {"region": HOME, "resource_id": HOME, **REFUSED}
    assert isinstance(trails(*rows, {"account_id": MANAGEMENT, **gap})["lone"]["is_main"], Unseen)
    assert trails(*rows, {"account_id": MEMBER, **gap})["lone"]["is_main"] is True


# --- TRAIL-03


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({}, "PASS"),
        ({"log_file_validation": False, "is_logging": UNSEEN}, "FAIL"),
        ({"log_file_validation": None}, "FAIL"),
        ({"log_file_validation": UNSEEN}, "NOT_ASSESSED"),
        ({"is_logging": False}, "FAIL"),
        ({"is_logging": False, "started_at": None, "digest_at": None}, "FAIL"),
        ({"is_logging": UNSEEN}, "NOT_ASSESSED"),
        ({"digest_at": ago(3)}, "FAIL"),
        ({"digest_at": UNSEEN}, "NOT_ASSESSED"),
        ({"digest_error": "AccessDenied"}, "FAIL"),
        ({"digest_at": None, "started_at": ago(0.01)}, "MANUAL"),
        ({"digest_at": None}, "FAIL"),
    ],
)
def test_log_file_validation(row: dict[str, Any], found: str) -> None:
    sealed = {"log_file_validation": True, "is_logging": True, "started_at": ago(100), "digest_at": ago(0.02)}
    assert status("TRAIL-03", sealed | row) == found


def test_how_a_trail_came_not_to_log() -> None:
    for started, words in ((None, "never started"), (ago(3), "was stopped")):
        found = judged("TRAIL-03", {"log_file_validation": True, "is_logging": False, "started_at": started})
        assert found and words in found.words


def test_a_copy_says_nothing_of_itself() -> None:
    copy = trails(trail(account_id=MEMBER, at_home=False))["org"]
    assert isinstance(copy["digest_at"], Unseen) and isinstance(copy["management_events"], Unseen)
    assert (copy["account_id"], copy["region"]) == (MANAGEMENT, HOME)


def test_a_copy_is_not_asked_and_that_is_no_answer() -> None:
    """The tables have a row for each copy that was not asked; TRAIL-08 said of such a trail that it never delivered."""
    seen = {"account_id": MEMBER, "at_home": False}
    unasked = {**state(**seen), **dict.fromkeys(("is_logging", "started_at", "digest_at")), "outcome": "ABSENT"}
    lost = {"account_id": MANAGEMENT, "region": HOME, **REFUSED}
    tables = {"cloudtrail_trails": [trail(**seen), lost], "cloudtrail_trail_status": [unasked, lost]}
    (copy,) = fact("trails", **tables, cloudtrail_event_selectors=[selectors() | seen | {"outcome": "ABSENT"}, lost])
    assert isinstance(copy["is_logging"], Unseen) and isinstance(copy["management_events"], Unseen)


def test_the_arn_of_a_key_that_is_named_by_its_id() -> None:
    named = {"k1": f"arn:aws:kms:{HOME}:{MANAGEMENT}:key/k1", "alias/a": f"arn:aws:kms:{HOME}:{MANAGEMENT}:alias/a",
             "arn:aws:kms:x:1:key/2": "arn:aws:kms:x:1:key/2"}  # fmt: skip
    for given, wanted in named.items():
        assert trails(trail(kms_key=given))["org"]["key_arn"] == wanted
    assert trails(trail())["org"]["key_arn"] is None


def test_a_list_that_was_refused_is_a_gap_of_the_trails() -> None:
    gap = {"account_id": MEMBER, "region": HOME, "resource_id": HOME, **REFUSED}
    assert [g.account_id for g in source("trails", cloudtrail_trails=[gap]).gaps] == [MEMBER]
