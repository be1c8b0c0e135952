"""Settings that should hold in every account and region, whatever runs there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from orienteer.facts.fact import Fact, Join
from orienteer.facts.organization import NOWHERE, OF_GUARDRAILS, OF_ORGANIZATION, closed
from orienteer.facts.paths import ALLOWING, OF_EXCLUSIONS
from orienteer.facts.seen import Cells, Row, either
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import ACCOUNT, PLACE, cells_of, documents, fits
from orienteer.model import KEYS
from orienteer.parameters import Pattern


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


def open_ports(region: Row) -> tuple[str, ...]:
    """The ports but 22 on which security groups of clusters may be open to everybody."""
    ranges = ((one.get("MinRange"), one.get("MaxRange")) for one in documents(region.excepted_ports))
    pairs = sorted({(low, low if high is None else high) for low, high in ranges if low is not None})
    return tuple(str(low) if low == high else f"{low}-{high}" for low, high in pairs if (low, high) != (22, 22))


def has_clusters(region: Row) -> bool:
    """The account has clusters there, or had some lately."""
    return any(cluster.cluster_id for cluster in region.clusters)


EMR_REGIONS = Fact(
    "emr_regions",
    "One row per account and region: whether EMR clusters may be open to everybody, and whether there are any.",
    base="emr_block_public_access",
    joins=(Join("emr_recent_clusters", many="clusters", on=PLACE), OF_ORGANIZATION, OF_GUARDRAILS),
    columns=(open_ports, has_clusters, closed),
    hidden=frozenset({"clusters", "tree"}),
)

SERIAL_CONSOLE, DOCUMENT_SHARING = "serial console access", "public sharing of documents"


def _switches(ec2_serial_console: Source, ssm_document_public_sharing: Source) -> Iterator[Cells | Gap]:
    """The two settings of each account and region; what of them was refused stands under the setting's name."""
    for row in ec2_serial_console.rows:
        yield Cells(
            cells_of(row),
            resource_id=SERIAL_CONSOLE,
            is_open=row["enabled"],
            value={True: "enabled", False: "disabled"}.get(row["enabled"]),
            managed_by=row["managed_by"],
        )
    for row in ssm_document_public_sharing.rows:
        yield Cells(
            cells_of(row),
            resource_id=DOCUMENT_SHARING,
            value=row["setting"],
            is_open=row["setting"] and not row["new_sharing_off"],
            managed_by=None,
        )
    yield from (replace(gap, resource_id=SERIAL_CONSOLE) for gap in ec2_serial_console.gaps)
    yield from (replace(gap, resource_id=DOCUMENT_SHARING) for gap in ssm_document_public_sharing.gaps)


SWITCHES = Fact(
    "open_switches",
    "One row per account, region and setting: the serial console of EC2, the public sharing of SSM documents.",
    rows=_switches,
    made=(*KEYS, "is_open", "value", "managed_by"),
)


def excluded(region: Row) -> tuple[str, ...]:
    """The VPCs and subnets that traffic from the internet reaches in spite of the block."""
    found = (one for one in region.exclusions if one.mode == ALLOWING and one.state != "delete-complete")
    return tuple(sorted(str(one.excluded_arn) for one in found))


def all_excluded(region: Row) -> bool:
    """Each VPC of the region is excluded from the block, which then blocks nothing."""
    vpcs = [vpc.resource_arn for vpc in region.vpcs if vpc.vpc_id]
    return bool(vpcs) and set(vpcs) <= set(region.excluded)


def gateways(region: Row) -> tuple[str, ...]:
    """The internet gateways of the region."""
    return tuple(sorted(one.gateway_id for one in region.internet_gateways if one.gateway_id))


def is_inward(region: Row, *, inward_ous: Pattern = r"(^|[^a-z])data([^a-z]|$)|secur|log.?archive") -> bool:
    """The account keeps data, logs or security tools, so nothing of it has to be reached from the internet."""
    if "security" in (region.serves or ()) or region.account_id in region.security_audit:
        return True
    units = (region.ou_path or "").split("/")[1:]
    named = any(fits(inward_ous, unit) for unit in units)
    return named or region.account_id in region.log_archive


VPC_BLOCKS = Fact(
    "vpc_blocks",
    "One row per account and region: whether VPC block public access holds, what it leaves out, and what it is for.",
    base="ec2_vpc_block_public_access",
    joins=(
        OF_EXCLUSIONS,
        Join("ec2_internet_gateways", many="internet_gateways", on=PLACE),
        Join("ec2_vpcs", many="vpcs", on=PLACE),
        Join("accounts", ("ou_path", "serves"), on=ACCOUNT, place=NOWHERE),
        OF_ORGANIZATION,
        OF_GUARDRAILS,
    ),
    columns=(excluded, all_excluded, gateways, is_inward, closed),
    hidden=frozenset({"exclusions", "internet_gateways", "vpcs", "tree", "members"}),
)
