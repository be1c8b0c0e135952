"""Single columns of facts: a row that has what the column says, beside one that has not."""

from __future__ import annotations

import json
from functools import partial
from inspect import signature
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from orienteer.facts import (
    analyzers,
    backups,
    config_recorders,
    contacts,
    deliveries,
    doors,
    event_routes,
    exceptions,
    exposures,
    finding_work,
    flow_logs,
    hub_settings,
    log_keeping,
    log_reach,
    public_endpoints,
    response,
    security_access,
    servers,
    trails,
    workloads,
)
from orienteer.facts.closed_regions import closed_regions
from orienteer.facts.exposable import LEVELS
from orienteer.facts.exposed import widest_level
from orienteer.facts.seen import Cells, Partial, Unseen, settled
from orienteer.facts.tree import SCP, tree
from orienteer.facts.usage import listed_by_policy
from orienteer.parameters import Client
from tests.controls.test_guardrails import OLD, SHOP, SIX, policy, tables
from tests.facts.support import GAP, NOW, PLACE, UNSEEN, fact

OWN, OTHER = PLACE["account_id"], "222222222222"
GLOBAL = {"account_id": OWN, "region": "global"}
DAY = pd.Timedelta(days=1)
REPORTED = {**GLOBAL, "resource_id": "ann", "user": "ann", "arn": "arn:ann"}
KEY = {**PLACE, "resource_id": "k", "key_id": "k", "is_customer": True}
TURNED = {"kms_key_rotation": [{**PLACE, "resource_id": "k", "rotation_enabled": True}]}
ROLE = {**GLOBAL, "resource_id": "r", "role_name": "r", "role_arn": f"arn:aws:iam::{OWN}:role/r", "path": "/",
        "trust_policy": json.dumps({"Statement": []})}  # fmt: skip
TARGET = {**PLACE, "resource_id": "t", "rule_arn": "arn:rule"}
ORG = {**GLOBAL, "organization_id": "o-1", "management_account_id": OWN}
TRAIL = {**PLACE, "home_region": "eu-west-1", "is_multi_region": True}
BLOCK = {**PLACE, "resource_id": "block"}


def accounts(path: str) -> list[dict[str, Any]]:
    return [{**GLOBAL, "resource_id": OWN, "id": OWN, "name": "shop", "state": "ACTIVE", "ou_path": path}]


CASES: list[tuple[str, str, Any, dict[str, Any]]] = [
    ("customer_keys", "rotates", True, {"kms_key_details": [KEY | {"rotatable": True}], **TURNED}),
    ("customer_keys", "rotates", None, {"kms_key_details": [KEY | {"rotatable": False}], **TURNED}),
    ("credentials", "has_keys", False, {"iam_credential_report": [REPORTED]}),
    ("credentials", "has_keys", True, {"iam_credential_report": [REPORTED | {"cert_1_active": True}]}),
    ("credentials", "has_keys", True, {"iam_credential_report": [REPORTED | {"cert_2_active": True}]}),
    ("credentials", "has_keys", True, {"iam_credential_report": [REPORTED | {"access_key_2_active": True}]}),
    ("roles", "role_idle_days", 5, {"iam_roles": [ROLE | {"last_used_at": NOW - 5 * DAY}]}),
    ("roles", "role_idle_days", None, {"iam_roles": [ROLE]}),
    ("event_targets", "target_kind", "people",
     {"events_targets": [TARGET | {"target_arn": f"arn:aws:ssm-incidents::{OWN}:response-plan/p"}]}),
    ("event_targets", "target_kind", "bus",
     {"events_targets": [TARGET | {"target_arn": f"arn:aws:events:eu-west-1:{OWN}:event-bus/b"}]}),
    ("event_targets", "target_kind", "other",
     {"events_targets": [TARGET | {"target_arn": f"arn:aws:other:eu-west-1:{OWN}:event-bus/b"}]}),
    ("vpc_blocks", "is_inward", True, {"ec2_vpc_block_public_access": [BLOCK],
                                       "organization_accounts": accounts("Root/Core/Log archive")}),
    ("vpc_blocks", "is_inward", True, {"ec2_vpc_block_public_access": [BLOCK],
                                       "organization_accounts": accounts("Root/Data/Lab")}),
    ("vpc_blocks", "is_inward", False, {"ec2_vpc_block_public_access": [BLOCK],
                                        "organization_accounts": accounts("Root/Shops/Lab")}),
    ("guardrails", "rcps_on", UNSEEN, {"organization_roots": [GLOBAL | GAP]}),
    ("guardrails", "scps_on", UNSEEN, {"organization_roots": [GLOBAL | GAP]}),
    ("guardrails", "rcps_on", False, {"organization_roots": [GLOBAL | {"id": "r-1", "policy_types": "[]"}]}),
    ("guardrails", "spared", UNSEEN, {"organizational_units": [GLOBAL | GAP]}),
    ("guardrails", "spared", frozenset(), {}),
    ("log_buckets", "bucket", "whole", {"organization": [ORG], "cloudtrail_trails": [
        TRAIL | {"resource_id": name, "trail_arn": f"arn:aws:cloudtrail:eu-west-1:{OWN}:trail/{name}",
                 "bucket": name, "is_organization": name == "whole"} for name in ("own", "whole")]}),
    ("beyond_assessment", "other_accounts", (OTHER,), {
        "ec2_regions": [{**GLOBAL, "region_name": "eu-west-1", "resource_id": "eu-west-1"}],
        "organization_accounts": [{**GLOBAL, "id": one, "resource_id": one, "state": "ACTIVE"}
                                  for one in (OWN, OTHER)]}),
    ("beyond_assessment", "other_accounts", (), {"ec2_regions": [GLOBAL | GAP],
                                                 "organization_accounts": accounts("Root")}),
    ("beyond_assessment", "other_accounts", UNSEEN, {"organization_accounts": [{**accounts("Root")[0]}, GLOBAL | GAP]}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "column", "value", "given"), CASES, ids=[f"{n} {c} {v}" for n, c, v, _ in CASES])
def test_what_a_column_says(name: str, column: str, value: Any, given: dict[str, Any]) -> None:
    (row,) = fact(name, **given)
    if value is UNSEEN:
        assert isinstance(row[column], Unseen)
    else:
        assert row[column] == value


def rows(*given: dict[str, Any]) -> Partial:
    return Partial(tuple(Cells(one) for one in given))


LOGGED = {"is_logging": True, "event_selectors": json.dumps([{"ReadWriteType": "All", "DataResources": [
    {"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}]}]), "advanced_selectors": None}  # fmt: skip
SET = {"permission_set": "Look", "group_name": "soc", "reads": True, "writes": ()}
STORE = {"is_organization": True, "status": "ENABLED", "retention_days": 30}
FINDING = {"finding_type": "ExternalAccess", "status": "ACTIVE"}
READER = {"name": "Audit", "reads": True, "writes": ("s3:PutObject",), "everything": False}
UNIT = {"group": "special", "function": "incident response", "account_count": 1}
TOPIC, LAMBDA = f"arn:aws:sns:eu-west-1:{OWN}:alarms", f"arn:aws:lambda:eu-west-1:{OWN}:function:f"
ALARM = {"account_id": OWN, "actions_enabled": True, "topics": rows()}
RESTORED = {"completed_at": NOW - 3 * DAY, "validation": "SUCCESSFUL"}
WHOLE = {"name": "Ada", "email": "security@acme.example", "phone_present": True}
STARTED = {"tags": json.dumps([{"Key": servers.OF_GROUP, "Value": "g"}])}
DIRECT: list[tuple[Any, Any, dict[str, Any]]] = [
    (workloads.faces_internet, True, {"machines": rows({"internet_facing": False}, {"internet_facing": True})}),
    (workloads.faces_internet, False, {"machines": rows({"internet_facing": False})}),
    (log_reach.store_days, 30, {"stores": rows(STORE, STORE | {"status": "PENDING_DELETION", "retention_days": 900},
                                               STORE | {"is_organization": False, "retention_days": 900})}),
    (log_reach.store_days, 0, {"stores": rows(STORE | {"retention_days": None})}),
    (log_reach.is_member, True, {"memberships": rows({"status": "Active"})}),
    (log_reach.is_member, False, {"memberships": rows({"status": "Cancelled"})}),
    (finding_work.is_member, True, {"account_id": OWN, "delegate": OTHER, "membership": "Enabled"}),
    (finding_work.is_member, False, {"account_id": OWN, "delegate": OWN, "membership": "Enabled"}),
    (finding_work.is_member, False, {"account_id": OWN, "delegate": OTHER, "membership": "Removed"}),
    (log_keeping.objects_recorded, True, {"resource_arn": "arn:aws:s3:::logs", "trails": rows(),
                                          "own_trails": rows(LOGGED)}),
    (log_keeping.objects_recorded, False, {"resource_arn": "arn:aws:s3:::logs", "trails": rows(),
                                           "own_trails": rows(LOGGED | {"is_logging": False})}),
    (security_access.read_by, ("Look", "soc"), {"assigned": rows(SET)}),
    (security_access.read_by, None, {"assigned": rows(SET | {"writes": ("iam:PassRole",)})}),
    (security_access.read_by, None, {"assigned": rows(SET | {"reads": False})}),
    (security_access.stained, ("Audit (s3:PutObject)",), {"pattern": "read", "sets": rows(READER)}),
    (security_access.stained, (), {"pattern": "read", "sets": rows(READER | {"everything": True}, READER |
                                                                   {"writes": ()}, READER | {"reads": False})}),
    (security_access.stained, (), {"pattern": "admin", "sets": rows(READER)}),
    (hub_settings.recorded, True, {"recorders": rows(), "linked": rows({"service_principal": "other"},
                                                                       {"service_principal": "securityhub.x"})}),
    (hub_settings.recorded, False, {"recorders": rows({"recording": False}), "linked": rows()}),
    (exposures.aws_verdict, "shared", {"s3_says_public": None, "guardrail": "", "aws_findings": rows(FINDING)}),
    (exposures.aws_verdict, None, {"s3_says_public": None, "guardrail": "",
                                   "aws_findings": rows(FINDING | {"finding_type": "UnusedIAMRole"})}),
    (analyzers.tracking_days, (90,), {"unused_analyzers": rows({"status": "ACTIVE", "unused_age_days": 90},
                                                               {"status": "DISABLED", "unused_age_days": 1})}),
    (deliveries.anybody_builds, True, {"exposed": rows({"level": "public", "through": "webhook"})}),
    (deliveries.anybody_builds, False, {"exposed": rows({"level": "public", "through": "builds"},
                                                        {"level": "external", "through": "webhook"})}),
    (event_routes.end, "people", {"target_kind": "people", "target_account": OTHER, "account_read": False}),
    (event_routes.end, "elsewhere", {"target_kind": "sns", "target_account": OTHER, "account_read": False}),
    (event_routes.end, "nobody", {"target_kind": "sns", "target_account": OWN, "account_read": True,
                                  "confirmed": False}),
    (log_keeping.lock_period_days, 730, {"lock_days": None, "lock_years": 2}),
    (log_keeping.lock_period_days, 0, {"lock_days": 0, "lock_years": 2}),
    (config_recorders.global_regions, ("eu-west-1",), {"account_recorders": rows(
        {"region": "eu-west-1", "global_types": True, "service_principal": None},
        {"region": "us-east-1", "global_types": True, "service_principal": "securityhub.amazonaws.com"})}),
    (trails.uncovered, (OWN,), {"accounts": (OWN,), "trails": rows(
        {"account_id": OWN, "at_home": True, "records_all": False},
        {"account_id": OWN, "at_home": False, "records_all": True})}),
    (trails.uncovered, (), {"accounts": (OWN,), "trails": rows(
        {"account_id": OWN, "at_home": True, "records_all": True})}),
    (response.has_account, True, {"units": rows(UNIT)}),
    (response.has_account, False, {"units": rows(UNIT | {"account_count": 0}, UNIT | {"function": "sandbox"},
                                                 UNIT | {"group": "usual"})}),
    (public_endpoints.is_database, True, {"resource_type": "AWS::RDS::DBInstance"}),
    (public_endpoints.is_database, False, {"resource_type": "AWS::EC2::Instance"}),
    (event_routes.alarm_end, "program", ALARM | {"actions": json.dumps([LAMBDA, TOPIC])}),
    (event_routes.alarm_end, "nobody", ALARM | {"actions": json.dumps([TOPIC])}),
    (event_routes.alarm_end, "elsewhere", ALARM | {"actions": json.dumps([TOPIC.replace(OWN, OTHER)])}),
    (event_routes.alarm_end, "nobody", ALARM | {"actions": json.dumps([LAMBDA]), "actions_enabled": False}),
    (servers.just_started, False, STARTED | {"launched_at": NOW - pd.Timedelta(hours=2)}),
    (servers.just_started, True, STARTED | {"launched_at": NOW - pd.Timedelta(minutes=59)}),
    (servers.just_started, False, STARTED | {"launched_at": NOW, "tags": "[]"}),
    (log_reach.starts, ("lambda", "people"), {"started": ("people",), "home_started": ("lambda",), "gathered": True}),
    (log_reach.starts, ("people",), {"started": ("people",), "home_started": ("lambda",), "gathered": False}),
    (log_reach.starts, (), {"started": None, "home_started": None, "gathered": True}),
    (analyzers.principal, {"AWS": "*"}, {"active": rows({"is_public": False, "principal": '{"AWS": "1"}'},
                                                       {"is_public": True, "principal": '{"AWS": "*"}'})}),
    (doors.old_tls, (), {"ends_tls": False, "policies": Partial((), UNSEEN.gaps), "tls_listeners": "[]"}),
    (finding_work.leaves_in_part, True, {"partial_hub_route": ("people", "r")}),
    (finding_work.leaves_in_part, False, {"partial_hub_route": ("nobody", "r")}),
    (finding_work.leaves_in_part, False, {"partial_hub_route": None}),
    (backups.restored_days, 3, {"jobs": rows(RESTORED, RESTORED | {"validation": "FAILED", "completed_at": NOW})}),
    (backups.restored_days, 3, {"jobs": rows(RESTORED | {"validation": None})}),
    (backups.restored_days, None, {"jobs": rows(RESTORED | {"validation": "VALIDATING"})}),
    (exceptions.ends_at, pd.Timestamp("2026-07-01", tz="UTC"), {"exception_until": "2026-06-30"}),
    (log_reach.is_member, True, {"memberships": rows({"status": "Active"}, {"status": "Cancelled"})}),
    (log_reach.store_days, 90, {"stores": rows(STORE, STORE | {"retention_days": 90})}),
    (log_keeping.objects_recorded, True, {"resource_arn": "arn:aws:s3:::logs", "own_trails": rows(),
                                          "trails": rows(LOGGED | {"is_organization": True})}),
    (log_keeping.objects_recorded, False, {"resource_arn": "arn:aws:s3:::logs", "own_trails": rows(),
                                           "trails": rows(LOGGED | {"is_organization": False})}),
    (config_recorders.global_regions, (), {"account_recorders": rows(
        {"region": "eu-west-1", "global_types": False, "service_principal": None})}),
    (event_routes.alarm_end, "program", ALARM | {"actions": json.dumps([LAMBDA.replace(OWN, OTHER)])}),
    (event_routes.alarm_end, "people",
     ALARM | {"actions": json.dumps([f"arn:aws:ssm-incidents::{OWN}:response-plan/p"])}),
    (hub_settings.recorded, True, {"recorders": rows({"recording": True}, {"recording": False}), "linked": rows()}),
    (response.has_account, True, {"units": rows(UNIT, UNIT | {"account_count": 0})}),
    (contacts.is_complete, True, WHOLE),
    *((contacts.is_complete, False, WHOLE | {part: None}) for part in WHOLE),
    (contacts.is_personal, True, {"email": "ada.lovelace@acme.example"}),
    (contacts.is_personal, False, {"email": "security@acme.example"}),
    (contacts.is_personal, False, {"email": None}),
    (flow_logs.has_subnets, False, {"subnets": rows()}),
    (flow_logs.has_subnets, True, {"subnets": rows({}, {})}),
]  # fmt: skip


@pytest.mark.parametrize(("column", "value", "cells"), DIRECT, ids=[f"{c.__name__} {v}" for c, v, _ in DIRECT])
def test_what_a_column_says_of_its_row(column: Any, value: Any, cells: dict[str, Any]) -> None:
    timed = {"as_of": NOW} if "as_of" in signature(column).parameters else {}
    assert settled(partial(column, **timed), Cells(cells)) == value


def test_only_findings_that_are_open_are_active() -> None:
    def active(status: str) -> int:
        finding = {**PLACE, "resource_id": "f", "finding_id": "f", "finding_type": "ExternalAccess", "status": status,
                   "resource": "arn:aws:s3:::files", "resource_type": "AWS::S3::Bucket"}  # fmt: skip
        (row,) = fact("shared_resources", accessanalyzer_findings=[finding])
        return len(row["active"].items)

    assert (active("ACTIVE"), active("ARCHIVED")) == (1, 0)


def test_findings_that_were_not_read_may_be_about_a_resource_that_was_found() -> None:
    def hidden(kind: str, lost: dict[str, Any], *regions: str) -> bool:
        one = {"resource_id": "f", "finding_id": "f", "finding_type": "ExternalAccess", "status": "ARCHIVED",
               "resource": "arn:one", "resource_type": kind, "owner_account": OTHER}  # fmt: skip
        found = [{**PLACE, **one, "region": region} for region in regions]
        return bool(fact("shared_resources", accessanalyzer_findings=[*found, {**GAP, **lost}])[0]["active"].gaps)

    assert hidden("AWS::S3::Bucket", PLACE, "eu-west-1")
    assert hidden("AWS::S3::Bucket", PLACE | {"account_id": OTHER}, "eu-west-1")
    assert not hidden("AWS::S3::Bucket", PLACE | {"region": "eu-west-3"}, "eu-west-1")
    assert hidden("AWS::IAM::Role", PLACE | {"region": "eu-west-3"}, "eu-west-1", "eu-west-3")


@pytest.mark.parametrize("unseen_first", [True, False])
def test_public_is_the_widest_level_whatever_was_not_seen_of_the_others(unseen_first: bool) -> None:
    lost, public = Cells(level=Unseen(UNSEEN.gaps, LEVELS)), Cells(level="public")
    found = Partial((lost, public) if unseen_first else (public, Cells(level=UNSEEN)))
    assert settled(lambda row: widest_level(row.exposed), Cells(exposed=found)) == "public"
    closed = Partial((Cells(level="private"), Cells(level=UNSEEN)))
    assert isinstance(settled(lambda row: widest_level(row.exposed), Cells(exposed=closed)), Unseen)


def test_a_service_is_on_the_list_only_where_each_account_with_a_cost_is_kept_to_it() -> None:
    whole = tree(SCP, *tables((policy(Action="*"), "ou-w")))

    def is_listed(*ids: str) -> bool:
        return listed_by_policy(SimpleNamespace(tree=whole, accounts=ids))  # type: ignore[arg-type]

    assert is_listed(SHOP)
    assert not is_listed(SHOP, OLD) and not is_listed(SHOP, "999999999999") and not is_listed()


def test_a_region_is_closed_only_where_each_probe_is_denied_and_the_chain_was_read() -> None:
    given = tables((policy(Action="*"), "ou-w"))
    assert closed_regions(tree(SCP, *given), ["eu-west-1"]) == {(SHOP, "eu-west-1")}
    assert closed_regions(tree(SCP, *tables((policy(Action="ec2:*"), "ou-w"))), ["eu-west-1"]) == set()
    documents = given[4].assign(content=given[4]["content"].mask(given[4].index == 0, "{broken"))
    assert closed_regions(tree(SCP, *given[:4], documents, given[5]), ["eu-west-1"]) == set()
    off = tables((policy(Action="*"), "ou-w"), enabled=False)
    assert closed_regions(tree(SCP, *off), ["eu-west-1"]) == set()


def test_a_policy_that_was_not_read_may_be_what_denies() -> None:
    """A document of the chain was refused, and each list of regions was read."""
    given = dict(zip(SIX, (table.to_dict("records") for table in tables((policy(Action="*"), "ou-w"))), strict=True))
    given["organization_policy_documents"] = [*given["organization_policy_documents"], GLOBAL | GAP]
    regions = [{"account_id": one, "region": "global", "region_name": "eu-west-1", "enabled": True}
               for one in (SHOP, OLD)]  # fmt: skip
    found = fact("guarded", Client(approved_regions=("eu-west-1",)), ec2_regions=regions, **given)
    asked = [row for row in found if row["asks"] in ("leaving", "root", "regions")]
    assert asked and all(isinstance(row["denied"], Unseen) for row in asked)
    assert {(row["node_id"] == "ou-w", row["is_unit"]) for row in asked if row["node_id"] in ("ou-w", SHOP)} == {
        (True, True), (False, False)}  # fmt: skip


def test_only_regions_that_are_part_of_the_assessment_are_places() -> None:
    names = ("eu-west-1", "us-east-1")
    enabled = [{**GLOBAL, "region_name": one, "resource_id": one, "enabled": True} for one in names]
    found = fact("places", Client(regions=("eu-west-1",)), ec2_regions=enabled)
    assert [row["region"] for row in found] == ["eu-west-1"]
