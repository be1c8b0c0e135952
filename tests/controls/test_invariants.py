"""Controls about settings of every account and region."""

from __future__ import annotations

from typing import Any

import pytest

from orienteer.facts.seen import Unseen
from tests.facts.support import GAP, PLACE, UNSEEN, fact, judged, source, verdict

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
