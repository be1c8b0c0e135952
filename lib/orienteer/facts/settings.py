"""Settings that should hold in every account and region, whatever runs there."""

from __future__ import annotations

from orienteer.facts.fact import Fact, Join
from orienteer.facts.organization import OF_GUARDRAILS, OF_ORGANIZATION, closed
from orienteer.facts.seen import Row, either
from orienteer.facts.values import ACCOUNT, PLACE


def settings_on(account: Row) -> int:
    """How many of the four settings are on."""
    on = (
        account.block_public_acls,
        account.ignore_public_acls,
        account.block_public_policy,
        account.restrict_public_buckets,
    )
    return sum(1 for one in on if one)


S3_ACCOUNTS = Fact(
    "s3_accounts",
    "One row per account: its S3 public access block, and the organization's policy that enforces one.",
    base="s3_account_public_access_block",
    joins=(Join("organization_effective_s3_policy", {"organization_policy": "policy"}, on=ACCOUNT),),
    columns=(settings_on,),
)
EBS_REGIONS = Fact(
    "ebs_regions",
    "One row per account and region: how new EBS volumes are encrypted, and whether guardrails close the region.",
    base="ec2_ebs_encryption_by_default",
    joins=(Join("ec2_ebs_default_kms_key", ("default_key",), on=PLACE), OF_ORGANIZATION, OF_GUARDRAILS),
    columns=(closed,),
    hidden=frozenset({"tree"}),
)


def requires_imdsv2(region: Row) -> bool:
    """New instances answer requests with a session token only."""
    return bool(region.http_tokens == "required")


METADATA_REGIONS = Fact(
    "metadata_regions",
    "One row per account and region: what new instances get for the metadata service.",
    base="ec2_instance_metadata_defaults",
    columns=(requires_imdsv2,),
)


def public_snapshots(region: Row) -> tuple[str, ...]:
    """Own snapshots that everybody can restore."""
    return tuple(sorted(s.snapshot_id for s in region.public if s.snapshot_id))


def public_images(region: Row) -> tuple[str, ...]:
    """Own images that everybody can start."""
    return tuple(sorted(i.image_id for i in region.images if i.is_public))


def snapshots_closed(region: Row) -> bool:
    """No snapshot is open to everybody, and none can become so."""
    if region.state == "block-all-sharing":
        return True
    return region.state == "block-new-sharing" and not region.public_snapshots


def images_closed(region: Row) -> bool:
    """No image is open to everybody, and none can become so."""
    return not either(lambda: region.state != "block-new-sharing", lambda: region.public_images)


SNAPSHOT_REGIONS = Fact(
    "snapshot_regions",
    "One row per account and region: whether snapshots can be shared with everybody, and which are.",
    base="ec2_snapshot_block_public_access",
    joins=(Join("ec2_public_snapshots", many="public", on=PLACE),),
    columns=(public_snapshots, snapshots_closed),
    hidden=frozenset({"public"}),
)
IMAGE_REGIONS = Fact(
    "image_regions",
    "One row per account and region: whether images can be shared with everybody, and which are.",
    base="ec2_image_block_public_access",
    joins=(Join("ec2_images", many="images", on=PLACE),),
    columns=(public_images, images_closed),
    hidden=frozenset({"images"}),
)
