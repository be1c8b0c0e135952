"""Settings that should hold in every account and region, whatever runs there."""

from __future__ import annotations

from orienteer.facts.fact import Fact, Join
from orienteer.facts.organization import OF_GUARDRAILS, OF_ORGANIZATION, closed
from orienteer.facts.seen import Row
from orienteer.facts.values import ACCOUNT, PLACE

S3_ACCOUNTS = Fact(
    "s3_accounts",
    "One row per account: its S3 public access block, and the organization's policy that enforces one.",
    base="s3_account_public_access_block",
    joins=(Join("organization_effective_s3_policy", {"organization_policy": "policy"}, on=ACCOUNT),),
)
EBS_REGIONS = Fact(
    "ebs_regions",
    "One row per account and region: how new EBS volumes are encrypted, and whether guardrails close the region.",
    base="ec2_ebs_encryption_by_default",
    joins=(Join("ec2_ebs_default_kms_key", ("default_key",), on=PLACE), OF_ORGANIZATION, OF_GUARDRAILS),
    columns=(closed,),
    hidden=frozenset({"tree"}),
)
METADATA_REGIONS = Fact(
    "metadata_regions",
    "One row per account and region: what new instances get for the metadata service.",
    base="ec2_instance_metadata_defaults",
)


def public_snapshots(region: Row) -> tuple[str, ...]:
    """Own snapshots that everybody can restore."""
    return tuple(sorted(s.snapshot_id for s in region.public if s.snapshot_id))


def public_images(region: Row) -> tuple[str, ...]:
    """Own images that everybody can start."""
    return tuple(sorted(i.image_id for i in region.images if i.is_public))


SNAPSHOT_REGIONS = Fact(
    "snapshot_regions",
    "One row per account and region: whether snapshots can be shared with everybody, and which are.",
    base="ec2_snapshot_block_public_access",
    joins=(Join("ec2_public_snapshots", many="public", on=PLACE),),
    columns=(public_snapshots,),
    hidden=frozenset({"public"}),
)
IMAGE_REGIONS = Fact(
    "image_regions",
    "One row per account and region: whether images can be shared with everybody, and which are.",
    base="ec2_image_block_public_access",
    joins=(Join("ec2_images", many="images", on=PLACE),),
    columns=(public_images,),
    hidden=frozenset({"images"}),
)
