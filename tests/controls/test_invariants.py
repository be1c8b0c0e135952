"""Controls about settings of every account and region."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from orienteer.controls.invariants import (
    ebs_encryption_by_default,
    image_sharing_blocked,
    imdsv2_by_default,
    s3_account_block,
    snapshot_sharing_blocked,
)
from tests.support import frame

FLAGS = ("block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets")


def rows(name: str, **found: dict[str, Any]) -> pd.DataFrame:
    """A row per keyword: the region of one account, and what it holds."""
    return frame(name, [{"account_id": "1", "region": r, "resource_id": r, **row} for r, row in found.items()])


def by_region(found: pd.DataFrame) -> dict[str, str]:
    return dict(zip(found["region"], found["status"], strict=True))


def test_s3_account_block() -> None:
    blocks = frame("s3_account_public_access_block", [
        {"account_id": "1", "resource_id": "1", **dict.fromkeys(FLAGS, True)},
        {"account_id": "2", "resource_id": "2", **dict.fromkeys(FLAGS, True), "block_public_policy": False},
        {"account_id": "3", "resource_id": "3"}, {"account_id": "4", "resource_id": "4"}])  # fmt: skip
    forced = frame("organization_effective_s3_policy", [{"account_id": "1", "policy": "{}"}, {"account_id": "2"}])
    found = s3_account_block(blocks, forced, public_hosting_accounts=("4", "1")).set_index("account_id")
    assert found["status"].to_dict() == {"1": "PASS", "2": "FAIL", "3": "FAIL", "4": "MANUAL"}
    assert "block public policy" in found.loc["2", "reason"] and "block public acls" not in found.loc["2", "reason"]
    assert "organization S3 policy" in found.loc["1", "evidence"] and "organization" not in found.loc["2", "evidence"]
    assert s3_account_block(blocks.head(0), forced).empty


def guarded(*regions: str) -> tuple[pd.DataFrame, ...]:
    """The tables of an organization whose one member may run things in these regions only."""
    deny = {
        "Effect": "Deny",
        "Action": "*",
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:RequestedRegion": list(regions)}},
    }
    allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    policy = {"account_id": "9", "id": "p-1", "name": "p", "type": "SERVICE_CONTROL_POLICY"}
    return (
        frame("organization", [{"account_id": "9", "organization_id": "o-1", "management_account_id": "9"}]),
        frame("organization_roots", [{"account_id": "9", "id": "r-1", "policy_types":
              '[{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]'}]),
        frame("organizational_units", [{"account_id": "9", "id": "r-1", "kind": "ROOT", "ou_path": "Root",
                                        "ou_ids": '["r-1"]'}]),
        frame("organization_accounts", [{"account_id": i, "id": i, "ou_ids": '["r-1"]'} for i in ("1", "9")]),
        frame("organization_policy_documents", [{**policy, "content": json.dumps({"Statement": [allow, deny]})}]),
        frame("organization_policy_targets", [{**policy, "target_id": target} for target in ("r-1", "1", "9")]),
    )  # fmt: skip


OPEN = tuple(table.head(0) for table in guarded())


def test_a_region_that_guardrails_close_is_left_out_for_members_only() -> None:
    off = frame("ec2_ebs_encryption_by_default", [
        {"account_id": i, "region": r, "resource_id": r, "encryption_by_default": False}
        for i in ("1", "9") for r in ("us-east-1", "eu-west-1")])  # fmt: skip
    found = ebs_encryption_by_default(off, frame("ec2_ebs_default_kms_key"), *guarded("eu-west-1"))
    status = dict(zip(zip(found["account_id"], found["region"], strict=True), found["status"], strict=True))
    assert status == {("1", "us-east-1"): "PASS", ("1", "eu-west-1"): "FAIL",
                      ("9", "us-east-1"): "FAIL", ("9", "eu-west-1"): "FAIL"}  # fmt: skip
    assert "left out" in found.set_index(["account_id", "region"]).loc[("1", "us-east-1"), "reason"]


def test_ebs_encryption_by_default() -> None:
    on = rows(
        "ec2_ebs_encryption_by_default",
        a={"encryption_by_default": True},
        b={"encryption_by_default": False},
        c={},
        d={"encryption_by_default": True},
        e={"encryption_by_default": True},
    )
    keys = rows(
        "ec2_ebs_default_kms_key", a={"default_key": "alias/aws/ebs"}, d={"default_key": "arn:aws:kms:d:1:key/k"}
    )
    usual = by_region(ebs_encryption_by_default(on, keys, *OPEN))
    assert usual == {"a": "PASS", "b": "FAIL", "c": "FAIL", "d": "PASS", "e": "PASS"}
    strict = by_region(ebs_encryption_by_default(on, keys, *OPEN, require_cmk=True))
    assert strict == {"a": "FAIL", "b": "FAIL", "c": "FAIL", "d": "PASS", "e": "MANUAL"}


def test_imdsv2_by_default() -> None:
    found = imdsv2_by_default(rows("ec2_instance_metadata_defaults", a={"http_tokens": "required"},
                                   b={"http_tokens": "optional"}, c={}))  # fmt: skip
    assert by_region(found) == {"a": "PASS", "b": "FAIL", "c": "FAIL"}


def test_snapshot_sharing_blocked() -> None:
    states = rows("ec2_snapshot_block_public_access", a={"state": "block-all-sharing"}, b={"state": "unblocked"}, c={},
                  d={"state": "block-new-sharing"}, e={"state": "block-new-sharing"})  # fmt: skip
    public = frame("ec2_public_snapshots", [{"account_id": "1", "region": "e", "resource_id": s, "snapshot_id": s}
                                            for s in ("snap-2", "snap-1")] + [
                                                {"account_id": "1", "region": "d", "resource_id": "d"}])  # fmt: skip
    found = snapshot_sharing_blocked(states, public).set_index("region")
    assert found["status"].to_dict() == {"a": "PASS", "b": "FAIL", "c": "FAIL", "d": "PASS", "e": "FAIL"}
    assert found.loc["e", "severity"] == "low" and found.loc["b", "severity"] == ""
    assert "snap-1, snap-2" in found.loc["e", "evidence"]


@pytest.mark.parametrize("state", ["unblocked", None])
def test_image_sharing_blocked(state: str | None) -> None:
    states = rows("ec2_image_block_public_access", a={"state": "block-new-sharing"}, b={"state": state},
                  c={"state": "block-new-sharing"})  # fmt: skip
    images = frame(
        "ec2_images",
        [
            {"account_id": "1", "region": "c", "resource_id": "ami-1", "image_id": "ami-1", "is_public": True},
            {"account_id": "1", "region": "a", "resource_id": "ami-2", "image_id": "ami-2"},
        ],
    )
    assert by_region(image_sharing_blocked(states, images)) == {"a": "PASS", "b": "FAIL", "c": "FAIL"}
    published = by_region(image_sharing_blocked(states, images, image_publishers=("1",)))
    assert published == {"a": "PASS", "b": "MANUAL", "c": "MANUAL"}


def test_places_without_rows_give_no_verdicts() -> None:
    assert snapshot_sharing_blocked(frame("ec2_snapshot_block_public_access"), frame("ec2_public_snapshots")).empty
    assert image_sharing_blocked(frame("ec2_image_block_public_access"), frame("ec2_images")).empty
    nowhere, keys = frame("ec2_ebs_encryption_by_default"), frame("ec2_ebs_default_kms_key")
    assert ebs_encryption_by_default(nowhere, keys, *OPEN).empty
    assert imdsv2_by_default(frame("ec2_instance_metadata_defaults")).empty
