from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from tests.facts.support import GAP, NOW, PLACE, UNSEEN, fact, judged, source, verdict


def told(id: str, columns: dict[str, Any], **given: Any) -> str:
    """Status, and the severity of a failure."""
    found = verdict(id, columns, **given)
    return "nothing" if found is None else " ".join(found) if found[0] == "FAIL" else found[0]


# --- WRK-02

SCANNED = {"holds": ("machines",), "unscanned": (), "aged": 0, "admin": "222222222222", "not_automatic": (),
           "organization_id": "o-1"}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, "PASS"),
        ({"holds": ()}, "nothing"),
        ({"unscanned": ("machines",)}, "FAIL high"),
        ({"aged": 3}, "FAIL high"),
        ({"admin": None}, "FAIL medium"),
        ({"admin": None, "organization_id": None}, "PASS"),
        ({"admin": None, "organization_id": UNSEEN}, "NOT_ASSESSED"),
        ({"not_automatic": ("machines",)}, "FAIL medium"),
        ({"holds": UNSEEN}, "NOT_ASSESSED"),
        ({"aged": UNSEEN}, "NOT_ASSESSED"),
        ({"aged": UNSEEN, "unscanned": ("machines",)}, "FAIL high"),
        ({"not_automatic": UNSEEN}, "NOT_ASSESSED"),
    ],
)
def test_scans(changed: dict[str, Any], found: str) -> None:
    assert told("WRK-02", SCANNED | changed) == found


def test_another_scanner_is_asked_about() -> None:
    assert told("WRK-02", {**SCANNED, "unscanned": ("machines",)}, vuln_tool="Lens") == "MANUAL"


ADMIN = "222222222222"


def scanned(**tables: Any) -> Any:
    given: dict[str, Any] = {
        "ec2_regions": [{**PLACE, "region": "global", "region_name": PLACE["region"], "enabled": True}],
        "ec2_instances": [{**PLACE, "resource_id": "i-1", "instance_id": "i-1", "state": "running"}],
        "inspector2_accounts": [{**PLACE, "inspector_status": "ENABLED", "scans_machines": "ENABLED"}],
        "inspector2_delegated_admins": [{**PLACE, "admin_account": ADMIN}],
        "inspector2_organization_configuration": [{**PLACE, "account_id": ADMIN, "auto_machines": True}],
    }
    (row,) = fact("scanned_places", **given | tables)
    return row


def test_what_there_is_to_scan() -> None:
    row = scanned()
    assert (row["holds"], row["unscanned"], row["not_automatic"], row["aged"]) == (("machines",), (), (), 0)
    old = {**PLACE, "arn": "f", "observed_at": pd.Timestamp("2026-01-01", tz="UTC")}
    new = {**PLACE, "arn": "g", "observed_at": pd.Timestamp("2026-06-20", tz="UTC")}
    assert scanned(inspector2_findings=[old, new])["aged"] == 1
    images = [{**PLACE, "resource_id": "r", "repository_name": "r"}]
    assert scanned(ecr_repositories=images)["unscanned"] == ("images",)
    gone = {**PLACE, "resource_id": "i-1", "instance_id": "i-1", "state": "terminated"}
    assert scanned(ec2_instances=[gone])["holds"] == ()


def test_why_some_resources_are_not_covered_is_counted() -> None:
    reasons = [{**PLACE, "reason": reason, "resources": number}
               for reason, number in (("SUCCESSFUL", 9), ("NO_INVENTORY", 2), ("UNSUPPORTED_OS", 1))]  # fmt: skip
    assert scanned(inspector2_coverage=reasons)["uncovered"] == {"NO_INVENTORY": 2, "UNSUPPORTED_OS": 1}


def test_suspended_accounts_have_nothing_to_scan() -> None:
    region = [{**PLACE, "region": "global", "region_name": PLACE["region"], "enabled": True}]
    for state, rows in (("SUSPENDED", 0), ("ACTIVE", 1)):
        account = {"account_id": PLACE["account_id"], "id": PLACE["account_id"], "state": state}
        assert len(fact("scanned_places", ec2_regions=region, organization_accounts=[account])) == rows


def test_an_administrator_that_was_not_asked_is_a_gap() -> None:
    row = scanned(inspector2_organization_configuration=[])
    assert "was not called" in str(row["not_automatic"])


# --- WRK-03

MACHINE = {"resource_type": "AWS::EC2::Instance", "is_immutable": False, "scan_age_days": 1, "missing_patches": 0,
           "failed_patches": 0}  # fmt: skip
DATABASE = {"resource_type": "AWS::RDS::DBInstance"}


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (MACHINE, "PASS"),
        ({**MACHINE, "missing_patches": 2}, "FAIL medium"),
        ({**MACHINE, "failed_patches": 1}, "FAIL medium"),
        ({**MACHINE, "scan_age_days": 8}, "FAIL medium"),
        ({**MACHINE, "scan_age_days": None}, "FAIL medium"),
        ({**MACHINE, "scan_age_days": UNSEEN}, "NOT_ASSESSED"),
        ({**MACHINE, "missing_patches": 2, "is_immutable": True}, "nothing"),
        ({**MACHINE, "is_immutable": UNSEEN, "missing_patches": 2}, "NOT_ASSESSED"),
        ({**DATABASE, "minor_upgrades": True}, "PASS"),
        ({**DATABASE, "minor_upgrades": False}, "FAIL low"),
        ({**DATABASE, "minor_upgrades": None}, "MANUAL"),
        ({**DATABASE, "minor_upgrades": UNSEEN}, "NOT_ASSESSED"),
    ],
)
def test_patches(one: dict[str, Any], found: str) -> None:
    assert told("WRK-03", one) == found


def test_which_patches_count() -> None:
    def missing(**state: Any) -> Any:
        named = {**PLACE, "resource_id": "i-1", "name": "i-1"}
        (row,) = fact("patched", ssm_managed_instances=[named], ssm_patch_states=[{**named, **state}])
        return row["missing_patches"]

    assert missing(missing=9, missing_critical=1, missing_security=2) == 3
    assert missing(missing=9, missing_critical=0, missing_security=0) == 0
    assert missing(missing=9) == 9


def test_machines_that_are_replaced_say_so_by_their_tag() -> None:
    def immutable(*keys: str, **given: Any) -> Any:
        tags = json.dumps([{"Key": key, "Value": "x"} for key in keys])
        named = {**PLACE, "resource_id": "i-1"}
        machine = {**named, "instance_id": "i-1", "tags": tags}
        rows = {"ssm_managed_instances": [{**named, "name": "i-1"}], "ec2_instances": [machine]}
        return source("patched", thresholds=given, **rows).rows[0]["is_immutable"]

    assert immutable("Immutable") is True and immutable("other") is False
    assert immutable("cattle", immutable_tag="cattle") is True


def test_documentdb_takes_no_minor_versions_whatever_it_says() -> None:
    named = [{**PLACE, "resource_id": one, "name": one, "engine": one, "minor_upgrades": False}
             for one in ("docdb", "postgres")]  # fmt: skip
    assert [row["resource_id"] for row in fact("patched", rds_instances=named)] == ["postgres"]


# --- WRK-04

IMAGED = {"image_owner": "137112412989", "known_owner": True, "image_age_days": 30, "image_id": "ami-1"}


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, "PASS"),
        ({"image_age_days": 181}, "FAIL medium"),
        ({"image_age_days": None}, "MANUAL"),
        ({"known_owner": False}, "FAIL high"),
        ({"image_owner": None}, "FAIL medium"),
        ({"image_owner": UNSEEN}, "NOT_ASSESSED"),
        ({"known_owner": UNSEEN}, "NOT_ASSESSED"),
        ({"cluster": "EKS", "image_age_days": 181}, "FAIL medium"),
    ],
)
def test_images(changed: dict[str, Any], found: str) -> None:
    assert told("WRK-04", IMAGED | changed) == found


def test_a_node_of_a_cluster_is_called_one() -> None:
    for changed in ({"image_age_days": 181}, {"image_owner": None}):
        words = judged("WRK-04", IMAGED | {"cluster": "EKS cluster web"} | changed)
        assert words and "a node of EKS cluster web" in words.words


def test_whose_images_are_known() -> None:
    def known(image: dict[str, Any], **thresholds: Any) -> Any:
        machine = {**PLACE, "resource_id": "i-1", "instance_id": "i-1", "state": "running", "image_id": "ami-1"}
        members = [{**PLACE, "id": "222222222222"}]
        (row,) = fact("imaged_machines", ec2_instances=[machine], organization_accounts=members,
                      ec2_used_images=[{**PLACE, "resource_id": "ami-1", "image_id": "ami-1", **image}])  # fmt: skip
        return row["known_owner"]

    assert known({"image_owner": "222222222222"}) is True
    assert known({"image_owner": PLACE["account_id"]}) is True
    assert known({"image_owner": "999999999999", "owner_alias": "amazon"}) is True
    assert known({"image_owner": "999999999999"}) is False
    assert known(GAP) not in (True, False)


def test_the_image_that_is_no_more_costs_no_other_row() -> None:
    machine = {**PLACE, "resource_id": "i-1", "instance_id": "i-1", "state": "running", "image_id": "ami-1"}
    (row,) = fact("imaged_machines", ec2_instances=[machine])
    assert row["image_owner"] is None


# --- APP-06

PROJECT = {"resource_type": "AWS::CodeBuild::Project", "is_admin": False, "anybody_builds": False, "loose_filters": (),
           "by_token": False}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, "PASS"),
        ({"is_admin": True}, "FAIL high"),
        ({"is_admin": True, "anybody_builds": True}, "FAIL critical"),
        ({"anybody_builds": True}, "FAIL high"),
        ({"loose_filters": ("1",)}, "FAIL high"),
        ({"by_token": True}, "FAIL medium"),
        ({"is_admin": UNSEEN}, "NOT_ASSESSED"),
        ({"is_admin": UNSEEN, "anybody_builds": True}, "FAIL high"),
        ({"resource_type": "AWS::CodeBuild::SourceCredential", "credential_type": "OAUTH"}, "FAIL medium"),
        ({"resource_type": "AWS::CodeBuild::SourceCredential", "credential_type": "CODECONNECTIONS"}, "PASS"),
        ({"resource_type": "AWS::Organizations::Organization"}, "MANUAL"),
    ],
)
def test_deliveries(changed: dict[str, Any], found: str) -> None:
    assert told("APP-06", PROJECT | changed) == found


@pytest.mark.parametrize(("made", "built", "found"), [
    (400, 91, "FAIL info"), (400, 90, "PASS"), (400, None, "FAIL info"), (9, None, "PASS"),
])  # fmt: skip
def test_a_project_that_builds_nothing_any_more_can_go(made: int, built: int | None, found: str) -> None:
    keys = {**PLACE, "resource_id": "p"}
    moments = [None if ago is None else NOW - pd.Timedelta(days=ago) for ago in (made, built)]
    (row, _) = fact("deliveries", codebuild_projects=[{**keys, "name": "p", "created_at": moments[0]}],
                    codebuild_last_builds=[{**keys, "started_at": moments[1]}],
                    organization=[{**PLACE, "management_account_id": "1" * 12}])  # fmt: skip
    assert told("APP-06", row) == found


def test_accounts_that_are_there_to_deploy() -> None:
    assert told("APP-06", {**PROJECT, "is_admin": True}, deployment_accounts=(PLACE["account_id"],)) == "PASS"


def filters(*patterns: str, **more: Any) -> str:
    return json.dumps([[{"type": "ACTOR_ACCOUNT_ID", "pattern": one, **more} for one in patterns]])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (filters("^123$"), ()),
        (filters("123"), ("123",)),
        (filters("^1$|^2$"), ()),
        (filters("^1$|2"), ("^1$|2",)),
        (filters("^(1|2)$"), ()),
        (filters("(^1$|^2$)"), ()),
        (filters("(^1$|2)"), ("(^1$|2)",)),
        (filters("(1)|(2)"), ("(1)|(2)",)),
        (filters("^[(|]$"), ()),
        (filters("^a\\|b$"), ()),
        (filters("^1\\$"), ("^1\\$",)),
        (filters("123", excludeMatchedPattern=True), ()),
        (None, ()),
    ],
)
def test_filters_are_held_at_both_ends(text: str | None, found: tuple[str, ...]) -> None:
    project = {**PLACE, "resource_id": "p", "resource_arn": "arn:p", "name": "p", "filters": text}
    rows = fact("deliveries", codebuild_projects=[project], organization=[{**PLACE, "management_account_id": "1" * 12}])
    assert [row["loose_filters"] for row in rows] == [found, ()]
