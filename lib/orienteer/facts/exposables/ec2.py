"""EBS snapshots and machine images, by the attributes that share them and the settings that block sharing."""

from __future__ import annotations

from orienteer.facts.exposable import Shares, opened
from orienteer.facts.fact import Fact, Join
from orienteer.facts.seen import Row, either
from orienteer.facts.values import PLACE, RESOURCE


def sharing_blocked(snapshot: Row) -> bool:
    """Block public access for snapshots of the account and region keeps everybody out of public ones, old and new.

    https://docs.aws.amazon.com/ebs/latest/userguide/block-public-access-snapshots-work.html
    """
    return bool(snapshot.block_state == "block-all-sharing")


def for_everybody(snapshot: Row) -> bool:
    """Everybody may make volumes of it: its attribute says so, or AWS lists it among those."""
    return either(lambda: snapshot.is_public, lambda: snapshot.shared_publicly)


SNAPSHOTS = Fact(
    "snapshots",
    "One row per EBS snapshot: whom it is shared with, and if the region blocks that.",
    base="ec2_snapshots",
    joins=(
        Join("ec2_snapshot_block_public_access", {"block_state": "state"}, on=PLACE),
        Join("ec2_snapshot_shares", {"account_ids": "account_ids", "shared_publicly": "is_public"}, on=RESOURCE),
    ),
    columns=(sharing_blocked, for_everybody),
)
IMAGES = Fact(
    "images",
    "One row per machine image: whom it is shared with.",
    base="ec2_images",
    joins=(Join("ec2_image_shares", ("account_ids", "organization_arns", "groups"), on=RESOURCE),),
)
EXPOSABLES = (
    opened(
        "ec2-ebs-snapshot",
        "AWS::EC2::Snapshot",
        SNAPSHOTS.name,
        Shares(public="for_everybody", closed="sharing_blocked"),
        holds_data=True,
        is_copy=True,
        operation="ec2:DescribeSnapshotAttribute",
    ),
    opened(
        "ec2-ami",
        "AWS::EC2::Image",
        IMAGES.name,
        Shares(("account_ids", "organization_arns"), public="is_public", groups="groups"),
        holds_data=True,
        is_copy=True,
        operation="ec2:DescribeImageAttribute",
    ),
)
