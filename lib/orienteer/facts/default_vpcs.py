"""Default VPCs, and the places that have none."""

from __future__ import annotations

from collections.abc import Iterator

from orienteer.facts.fact import Fact, Join
from orienteer.facts.organization import OF_GUARDRAILS, OF_ORGANIZATION, closed
from orienteer.facts.seen import Cells, Row, Unseen
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import PLACE, VPC, cells_of, documents
from orienteer.model import KEYS


def _default_vpcs(ec2_vpcs: Source, places: Source) -> Iterator[Cells | Gap]:
    """Each VPC that is or may be a default one; each place that has none, or whose VPCs were not read."""
    defaults = [vpc for vpc in ec2_vpcs.rows if vpc["is_default"] is not False and vpc["vpc_id"]]
    for vpc in defaults:
        yield Cells(cells_of(vpc, "vpc_id", "is_default"))
    taken = {(vpc["account_id"], vpc["region"]) for vpc in defaults}
    free = [place for place in places.rows if (place["account_id"], place["region"]) not in taken]
    for place in free:
        gaps = ec2_vpcs.hidden(place["account_id"], place["region"])
        yield Cells(cells_of(place), vpc_id=Unseen(gaps) if gaps else None, is_default=None)
    known = {(place["account_id"], place["region"]) for place in places.rows}
    yield from places.gaps
    yield from (gap for gap in ec2_vpcs.gaps if (gap.account_id, gap.region) not in known)


def interfaces(vpc: Row) -> tuple[str, ...]:
    """The network interfaces that stand in it."""
    return tuple(sorted(one.interface_id for one in vpc.inside))


def in_use(vpc: Row) -> bool:
    """At least one interface stands in it."""
    return any(True for _ in vpc.inside)


def gateway(vpc: Row) -> str | None:
    """Its internet gateway."""
    return next((one.gateway_id for one in vpc.gateways), None)


def auto_public_subnets(vpc: Row) -> int:
    """How many of its subnets give public addresses without being asked."""
    return sum(1 for one in vpc.subnets if one.public_ip_on_launch)


DEFAULT_VPCS = Fact(
    "default_vpcs",
    "One row per default VPC with what stands in it; one per account and region without a default VPC.",
    rows=_default_vpcs,
    made={"": ("ec2_vpcs", "places"), **dict.fromkeys((*KEYS, "vpc_id", "is_default"), ("ec2_vpcs",))},
    joins=(
        Join("ec2_network_interfaces", many="inside", on=VPC),
        Join("ec2_subnets", many="subnets", on=VPC),
        Join(
            "ec2_internet_gateways",
            many="gateways",
            on={**PLACE, "has": "vpc_id"},
            has=lambda row: documents(row["vpc_ids"]),
        ),
        OF_ORGANIZATION,
        OF_GUARDRAILS,
    ),
    columns=(interfaces, in_use, gateway, auto_public_subnets, closed),
    hidden=frozenset({"inside", "subnets", "gateways", "tree"}),
    resource_type="AWS::EC2::VPC",
)
