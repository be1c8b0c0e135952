"""Controls about settings of every account and region."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orienteer.facts.seen import Unseen
from tests.facts.support import GAP, PLACE, UNSEEN, fact, judged, source, verdict
from tests.facts.support import found as found_over
from tests.support import frame
from tests.tables.test_exposable_answers import row

ON = dict.fromkeys(("block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets"), True)
HERE = {**PLACE, "resource_id": "eu-west-1"}
OWN_KEY = "arn:aws:kms:eu-west-1:111111111111:key/k"


@pytest.mark.parametrize(
    ("account", "found"),
    [
        (ON, ("PASS", "high")),
        (ON | {"block_public_policy": False}, ("FAIL", "high")),
        ({}, ("FAIL", "high")),
        (ON | {"block_public_policy": UNSEEN}, ("NOT_ASSESSED", "")),
        (ON | {"block_public_policy": UNSEEN, "ignore_public_acls": False}, ("FAIL", "high")),
    ],
)
def test_s3_account_block(account: dict[str, Any], found: tuple[str, str]) -> None:
    assert verdict("INV-01", account) == found


def test_accounts_that_host_public_content_are_asked() -> None:
    hosts = {"public_hosting_accounts": (PLACE["account_id"],)}
    assert verdict("INV-01", ON, **hosts) == ("PASS", "high")
    told = judged("INV-01", ON | {"block_public_policy": False}, **hosts)
    assert told and told.status == "MANUAL"
    assert "block public policy" in told.words.lower() and "acls" not in told.words.lower()


def test_the_organizations_policy_for_s3_is_shown_as_what_enforces_the_block() -> None:
    given = {
        "s3_account_public_access_block": frame("s3_account_public_access_block", [HERE | ON]),
        "organization_effective_s3_policy": frame(
            "organization_effective_s3_policy", [{"account_id": PLACE["account_id"], "policy": '{"s3_attributes": {}}'}]
        ),
    }
    (one,) = found_over("INV-01", given).to_dict("records")
    assert one["status"] == "PASS" and json.loads(one["evidence"])["organization_policy"] == '{"s3_attributes": {}}'


@pytest.mark.parametrize(
    ("region", "usual", "strict"),
    [
        ({"encryption_by_default": True, "default_key": "alias/aws/ebs"}, "PASS", "FAIL"),
        ({"encryption_by_default": True, "default_key": OWN_KEY}, "PASS", "PASS"),
        ({"encryption_by_default": True}, "PASS", "MANUAL"),
        ({"encryption_by_default": True, "default_key": UNSEEN}, "PASS", "NOT_ASSESSED"),
        ({"encryption_by_default": True, "default_key": "alias/aws/ebs", "closed": True}, "PASS", "PASS"),
        ({"encryption_by_default": False}, "FAIL", "FAIL"),
        ({}, "FAIL", "FAIL"),
        ({"encryption_by_default": UNSEEN}, "NOT_ASSESSED", "NOT_ASSESSED"),
        ({"encryption_by_default": False, "closed": True}, "PASS", "PASS"),
        ({"encryption_by_default": UNSEEN, "closed": True}, "PASS", "PASS"),
        ({"encryption_by_default": False, "closed": UNSEEN}, "NOT_ASSESSED", "NOT_ASSESSED"),
        ({"encryption_by_default": True, "default_key": OWN_KEY, "closed": UNSEEN}, "PASS", "PASS"),
    ],
)
def test_ebs_encryption_by_default(region: dict[str, Any], usual: str, strict: str) -> None:
    cells = {"closed": False} | region
    for given, expected in (({}, usual), ({"require_cmk": True}, strict)):
        found = judged("INV-02", cells, **given)
        assert found and found.status == expected


def test_a_closed_region_is_said_to_be_left_out() -> None:
    found = judged("INV-02", {"encryption_by_default": False, "closed": True})
    assert found and "left out" in found.words and "not encrypted" in found.words


def test_a_default_without_a_preference_fails_and_says_who_keeps_it() -> None:
    empty = row("ec2_instance_metadata_defaults", {"AccountLevel": {}})
    assert (empty["outcome"], empty["http_tokens"]) == ("OK", None)
    kept = row("ec2_instance_metadata_defaults", {"AccountLevel": {"ManagedBy": "declarative-policy"}})
    for one, by in ((empty, None), (kept, "declarative-policy")):
        found = found_over("INV-03", {"ec2_instance_metadata_defaults": frame(
            "ec2_instance_metadata_defaults", [{**one, **HERE}])}).iloc[0]  # fmt: skip
        assert (found["status"], json.loads(found["evidence"])["managed_by"]) == ("FAIL", by)


@pytest.mark.parametrize(
    ("tokens", "status"), [("required", "PASS"), ("optional", "FAIL"), (None, "FAIL"), (GAP, "NOT_ASSESSED")]
)
def test_imdsv2_by_default(tokens: Any, status: str) -> None:
    more = tokens if isinstance(tokens, dict) else {"http_tokens": tokens}
    found = source("metadata_regions", ec2_instance_metadata_defaults=[HERE | more])
    assert [told.status for row in found.rows if (told := judged("INV-03", row))] == [status] * len(found.rows)
    assert bool(found.gaps) == (status == "NOT_ASSESSED")
    unseen = judged("INV-03", {"requires_imdsv2": UNSEEN, "http_tokens": UNSEEN})
    assert unseen and unseen.status == "NOT_ASSESSED"


@pytest.mark.parametrize(
    ("region", "public", "found"),
    [
        ({"state": "block-all-sharing"}, GAP, ("PASS", "high")),
        ({"state": "unblocked"}, {}, ("FAIL", "high")),
        ({}, {}, ("FAIL", "high")),
        ({"state": "block-new-sharing"}, {}, ("PASS", "low")),
        ({"state": "block-new-sharing"}, {"snapshot_id": "snap-1"}, ("FAIL", "low")),
        ({"state": "block-new-sharing"}, GAP, ("NOT_ASSESSED", "")),
    ],
)
def test_snapshot_sharing_blocked(region: dict[str, Any], public: dict[str, Any], found: tuple[str, str]) -> None:
    (row,) = fact("snapshot_regions", ec2_snapshot_block_public_access=[HERE | region],
                  ec2_public_snapshots=[HERE | public])  # fmt: skip
    assert verdict("INV-04", row) == found
    assert verdict("INV-04", row | {"state": UNSEEN, "snapshots_closed": UNSEEN}) == ("NOT_ASSESSED", "")


@pytest.mark.parametrize(
    ("region", "image", "status", "published"),
    [
        ({"state": "block-new-sharing"}, {}, "PASS", "PASS"),
        ({"state": "unblocked"}, {}, "FAIL", "MANUAL"),
        ({}, {}, "FAIL", "MANUAL"),
        ({"state": "block-new-sharing"}, {"image_id": "ami-1", "is_public": True}, "FAIL", "MANUAL"),
        ({"state": "unblocked"}, GAP, "FAIL", "MANUAL"),
        ({"state": "block-new-sharing"}, GAP, "NOT_ASSESSED", "NOT_ASSESSED"),
    ],
)
def test_image_sharing_blocked(region: Any, image: dict[str, Any], status: str, published: str) -> None:
    (row,) = fact("image_regions", ec2_image_block_public_access=[HERE | region], ec2_images=[HERE | image])
    for given, expected in (({}, status), ({"image_publishers": (PLACE["account_id"],)}, published)):
        found = judged("INV-05", row, **given)
        assert found and found.status == expected


# --- the facts behind them


def test_public_snapshots_and_images_are_those_of_the_place() -> None:
    elsewhere = {**PLACE, "region": "us-east-1"}
    (found,) = fact("snapshot_regions", ec2_snapshot_block_public_access=[HERE], ec2_public_snapshots=[
        {**PLACE, "snapshot_id": "snap-2"}, {**PLACE, "snapshot_id": "snap-1"}, {**elsewhere, "snapshot_id": "snap-3"},
        {**PLACE, "outcome": "ABSENT"}])  # fmt: skip
    assert found["public_snapshots"] == ("snap-1", "snap-2")
    (found,) = fact("image_regions", ec2_image_block_public_access=[HERE], ec2_images=[
        {**PLACE, "image_id": "ami-1", "is_public": True}, {**PLACE, "image_id": "ami-2"},
        {**elsewhere, "image_id": "ami-3", "is_public": True}])  # fmt: skip
    assert found["public_images"] == ("ami-1",)


def test_lists_that_were_refused_are_not_empty() -> None:
    (found,) = fact("image_regions", ec2_image_block_public_access=[HERE], ec2_images=[{**PLACE, **GAP}])
    assert isinstance(found["public_images"], Unseen)


def test_the_default_key_and_the_organizations_policy_are_joined() -> None:
    (found,) = fact("ebs_regions", ec2_ebs_encryption_by_default=[HERE], ec2_ebs_default_kms_key=[
        {**PLACE, "default_key": OWN_KEY}])  # fmt: skip
    assert found["default_key"] == OWN_KEY
    (found,) = fact("s3_accounts", s3_account_public_access_block=[HERE], organization_effective_s3_policy=[
        {"account_id": PLACE["account_id"], "policy": "{}"}])  # fmt: skip
    assert found["organization_policy"] == "{}"


# --- INV-06


@pytest.mark.parametrize(
    ("region", "found"),
    [
        ({"blocked": True}, ("PASS", "medium")),
        ({"blocked": True, "open_ports": ("80",), "has_clusters": True}, ("FAIL", "medium")),
        ({"blocked": False, "has_clusters": True}, ("FAIL", "medium")),
        ({"blocked": False}, ("FAIL", "info")),
        ({"has_clusters": True}, ("FAIL", "medium")),
        ({"blocked": False, "has_clusters": UNSEEN}, ("FAIL", "medium")),
        ({"blocked": UNSEEN}, ("NOT_ASSESSED", "")),
        ({"blocked": False, "has_clusters": True, "closed": True}, ("PASS", "medium")),
    ],
)
def test_emr_public_access_blocked(region: dict[str, Any], found: tuple[str, str]) -> None:
    assert verdict("INV-06", {"open_ports": (), "has_clusters": False, "closed": False} | region) == found


@pytest.mark.parametrize(
    ("ranges", "ports"),
    [
        (None, ()),
        ([{"MinRange": 22}], ()),
        ([{"MinRange": 22, "MaxRange": 22}], ()),
        ([{"MinRange": 22, "MaxRange": 23}, {"MinRange": 8088}], ("22-23", "8088")),
    ],
)
def test_ports_that_may_be_open(ranges: Any, ports: tuple[str, ...]) -> None:
    text = None if ranges is None else json.dumps(ranges)
    (found,) = fact("emr_regions", emr_block_public_access=[HERE | {"blocked": True, "excepted_ports": text}])
    assert found["open_ports"] == ports


def test_clusters_of_the_region_count() -> None:
    elsewhere = {**PLACE, "region": "us-east-1"}
    for place, expected in ((PLACE, True), (elsewhere, False)):
        clusters = [{**place, "cluster_id": "j-1"}, {**PLACE, "outcome": "ABSENT"}]
        (found,) = fact("emr_regions", emr_block_public_access=[HERE], emr_recent_clusters=clusters)
        assert found["has_clusters"] is expected


# --- INV-07


@pytest.mark.parametrize(
    ("setting", "found"),
    [
        ({"is_open": False}, "PASS"),
        ({"is_open": True}, "FAIL"),
        ({}, "MANUAL"),
        ({"is_open": UNSEEN}, "NOT_ASSESSED"),
    ],
)
def test_switches_off(setting: dict[str, Any], found: str) -> None:
    for name in ("serial console access", "public sharing of documents"):
        told = judged("INV-07", {"resource_id": name, **setting})
        assert told and told.status == found


def test_some_accounts_may_have_a_serial_console() -> None:
    given = {"serial_console_accounts": (PLACE["account_id"],)}
    console = judged("INV-07", {"resource_id": "serial console access", "is_open": True}, **given)
    sharing = judged("INV-07", {"resource_id": "public sharing of documents", "is_open": True}, **given)
    assert console and sharing and (console.status, sharing.status) == ("PASS", "FAIL")


def test_each_setting_is_a_row_and_keeps_its_name_where_it_was_refused() -> None:
    console = {**HERE, "enabled": True, "managed_by": "account"}
    sharing = {**HERE, "setting": "Disable", "new_sharing_off": True}
    found = source("open_switches", ec2_serial_console=[console], ssm_document_public_sharing=[sharing])
    assert {row["resource_id"]: row["is_open"] for row in found.rows} == {
        "serial console access": True,
        "public sharing of documents": False,
    }
    refused = source("open_switches", ec2_serial_console=[HERE | GAP], ssm_document_public_sharing=[sharing])
    assert [gap.resource_id for gap in refused.gaps] == ["serial console access"]


# --- INV-08


@pytest.mark.parametrize(
    ("region", "found"),
    [
        ({"ingress_blocked": True}, "PASS"),
        ({"ingress_blocked": True, "all_excluded": True, "is_inward": True}, "FAIL"),
        ({"is_inward": True}, "FAIL"),
        ({"is_inward": True, "closed": True}, "PASS"),
        ({}, "MANUAL"),
        ({"closed": True}, "PASS"),
        ({"gateways": ()}, None),
        ({"ingress_blocked": UNSEEN, "gateways": ()}, "NOT_ASSESSED"),
        ({"ingress_blocked": UNSEEN}, "NOT_ASSESSED"),
        ({"is_inward": UNSEEN}, "NOT_ASSESSED"),
    ],
)
def test_vpc_block(region: dict[str, Any], found: str | None) -> None:
    cells = {"ingress_blocked": False, "all_excluded": False, "is_inward": False, "gateways": ("igw-1",)}
    told = judged("INV-08", cells | {"closed": False, "excluded": ()} | region)
    assert (told and told.status) == found


def test_an_account_that_faces_the_internet_needs_no_block() -> None:
    cells = {"ingress_blocked": False, "all_excluded": False, "is_inward": True, "gateways": ("igw-1",)}
    told = judged("INV-08", cells, internet_facing_accounts=(PLACE["account_id"],))
    assert told and told.status == "PASS"


@pytest.mark.parametrize(
    ("exclusion", "whole"),
    [
        ({"excluded_arn": "arn:vpc", "mode": "allow-bidirectional", "state": "create-complete"}, True),
        ({"excluded_arn": "arn:vpc", "mode": "allow-egress", "state": "create-complete"}, False),
        ({"excluded_arn": "arn:vpc", "mode": "allow-bidirectional", "state": "delete-complete"}, False),
        ({"excluded_arn": "arn:subnet", "mode": "allow-bidirectional", "state": "create-complete"}, False),
    ],
)
def test_a_block_with_every_vpc_excluded_is_none(exclusion: dict[str, Any], whole: bool) -> None:
    vpc = {**PLACE, "vpc_id": "vpc-1", "resource_arn": "arn:vpc"}
    tables = {"ec2_vpc_block_public_access": [HERE], "ec2_vpc_block_exclusions": [{**PLACE, **exclusion}]}
    (found,) = fact("vpc_blocks", ec2_vpcs=[vpc], **tables)
    assert found["all_excluded"] is whole
    is_open = exclusion["mode"] == "allow-bidirectional" and exclusion["state"] == "create-complete"
    assert found["excluded"] == ((exclusion["excluded_arn"],) if is_open else ())
    (found,) = fact("vpc_blocks", **tables)
    assert found["all_excluded"] is False


@pytest.mark.parametrize(
    ("name", "unit", "inward"),
    [
        ("shop", "Work", False),
        ("log-archive", "Work", True),
        ("security-audit", "Work", True),
        ("lake", "Data", True),
        ("lake", "Database", False),
        ("tools", "Security", True),
    ],
)
def test_accounts_that_serve_nothing_to_the_internet(name: str, unit: str, inward: bool) -> None:
    account = PLACE["account_id"]
    ids = {"ou_path": f"Root/{unit}", "ou_ids": '["r-1", "ou-1"]', "account_id": account, "id": account}
    (found,) = fact(
        "vpc_blocks",
        ec2_vpc_block_public_access=[HERE],
        organization_accounts=[{**ids, "name": name, "state": "ACTIVE"}],
    )
    assert found["is_inward"] is inward
