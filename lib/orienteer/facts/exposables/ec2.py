"""EBS snapshots and machine images, by the attributes that share them and the settings that block sharing."""

from __future__ import annotations

from orienteer.facts.exposable import Exposable, Shares
from orienteer.facts.fact import Fact, Join
from orienteer.facts.seen import Row
from orienteer.facts.values import PLACE


def sharing_blocked(snapshot: Row) -> bool:
    """Block public access for snapshots of the account and region keeps everybody out of public ones, old and new.

    https://docs.aws.amazon.com/ebs/latest/userguide/block-public-access-snapshots-work.html
    """
    return bool(snapshot.block_state == "block-all-sharing")


SNAPSHOTS = Fact(
    "snapshots",
    "One row per EBS snapshot: whom it is shared with, and if the region blocks that.",
    base="ec2_snapshot_shares",
    joins=(Join("ec2_snapshot_block_public_access", {"block_state": "state"}, on=PLACE),),
    columns=(sharing_blocked,),
)
EXPOSABLES = (
    Exposable(
        ("ec2-ebs-snapshot",),
        "AWS::EC2::Snapshot",
        SNAPSHOTS.name,
        "ec2:DescribeSnapshotAttribute",
        (Shares(public="is_public", closed="sharing_blocked"),),
        holds_data=True,
        is_copy=True,
    ),
    Exposable(
        ("ec2-ami",),
        "AWS::EC2::Image",
        "ec2_image_shares",
        "ec2:DescribeImageAttribute",
        (Shares(("account_ids", "organization_arns"), public="is_public", groups="groups"),),
        holds_data=True,
        is_copy=True,
    ),
)
