"""Private ways between networks: peering connections, transit gateways, and endpoints to AWS's services."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from orienteer import reach
from orienteer.facts.fact import Fact, Join
from orienteer.facts.organization import OF_ORGANIZATION
from orienteer.facts.seen import Cells, Row
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import PLACE, VPC, cells_of, documents
from orienteer.model import KEYS
from orienteer.parameters import Client
from orienteer.partitions import partition_with
from orienteer.policy.exposure import reachers

GONE = ("deleted", "deleting", "rejected", "failed", "expired")
"""States of a connection that leads nowhere."""
PENDING = ("initiating-request", "pending-acceptance", "initiating", "initiatingRequest", "pendingAcceptance")
"""States of a connection that one side asked for and the other has not accepted: nothing flows yet."""
STRANGER = "000000000000"
"""An account that is nobody's: the owner of what an open endpoint leads to."""
PROBES = {
    "s3": ("s3:GetObject", "arn:{0}:s3:::{1}-probe/key"),
    "sts": ("sts:AssumeRole", "arn:{0}:iam::{1}:role/probe"),
    "kms": ("kms:Decrypt", "arn:{0}:kms:{2}:{1}:key/probe"),
    "secretsmanager": ("secretsmanager:GetSecretValue", "arn:{0}:secretsmanager:{2}:{1}:secret:probe"),
}
"""By service: something to do with a stranger's resource.  Whoever can, can carry data out through the endpoint."""


def _strangers(row: Row, accounts: Iterable[Any], client: Client) -> tuple[str, ...]:
    """Those of the accounts that are neither the row's own nor the organization's nor named by the client."""
    others = {str(a) for a in accounts if a} - {row.account_id, *client.trusted_accounts}
    return tuple(sorted(one for one in others if one not in row.members))


# --- peering


def awaited(peering: Row) -> bool:
    """Another account asks for it, and this one has not accepted: it leads nowhere yet."""
    accepter = (documents(peering.account_ids) or [None])[-1]
    return bool(peering.state == "pending-acceptance" and accepter == peering.account_id)


def foreign(peering: Row, *, client: Client) -> tuple[str, ...]:
    """Accounts on its other side that are strangers; none while it waits for this account to accept it."""
    if peering.awaited:
        return ()
    return _strangers(peering, documents(peering.account_ids), client)


def whole_routes(peering: Row) -> tuple[str, ...]:
    """Routes through it to all of the other VPC's range, or to more."""
    ranges = reach.networks(one for one in documents(peering.cidrs) if one)
    routes = [r for table in peering.route_tables for r in reach.listed(table.routes)]
    through = {str(r.get("DestinationCidrBlock")) for r in routes if r.get("VpcPeeringConnectionId") == peering.name}
    wide = (
        cidr
        for cidr in through
        for net in reach.networks([cidr])
        for peer in ranges
        if net.version == peer.version and peer.subnet_of(net)  # type: ignore[arg-type]
    )
    return tuple(sorted(set(wide)))


PEERINGS = Fact(
    "peerings",
    "One row per VPC peering connection: strangers on its other side, and routes to all that lies there.",
    base="ec2_vpc_peerings",
    joins=(OF_ORGANIZATION, Join("ec2_route_tables", many="route_tables", on=PLACE)),
    columns=(awaited, foreign, whole_routes),
    hidden=frozenset({"route_tables", "members"}),
    resource_type="AWS::EC2::VPCPeeringConnection",
)


# --- transit gateways


def foreign_ends(attachment: Row, *, client: Client) -> tuple[str, ...]:
    """Accounts of the gateway or of what is attached to it that are strangers."""
    return _strangers(attachment, (attachment.gateway_account, attachment.attached_account), client)


ATTACHMENTS = Fact(
    "transit_attachments",
    "One row per attachment of a transit gateway, with the strangers at its ends.",
    base="ec2_transit_attachments",
    joins=(OF_ORGANIZATION,),
    columns=(foreign_ends,),
    hidden=frozenset({"members"}),
    resource_type="AWS::EC2::TransitGatewayAttachment",
)


# --- endpoints


def service(endpoint: Row) -> str:
    """The service that it leads to, as IAM names it; by an endpoint for FIPS, too."""
    return str(endpoint.service_name or "").rpartition(".")[2].removesuffix("-fips")


def opens_all(endpoint: Row) -> bool | None:
    """Its policy lets anybody use a stranger's resources of the service; None of a service that is not asked about."""
    if endpoint.service not in PROBES:
        return None
    if endpoint.policy is None:
        return False
    action, form = PROBES[endpoint.service]
    resource = form.format(partition_with(endpoint.region), STRANGER, endpoint.region)
    return reachers(endpoint.policy, [action], [resource], account_id=STRANGER).level == "public"


ENDPOINTS = Fact(
    "endpoints",
    "One row per VPC endpoint: the service it leads to, and whether its policy opens all of it.",
    base="ec2_vpc_endpoints",
    columns=(service, opens_all),
    resource_type="AWS::EC2::VPCEndpoint",
)


# --- VPCs


def has_private_subnets(vpc: Row) -> bool:
    """A subnet of it has no route to an internet gateway."""
    return any(subnet.gateway is None for subnet in vpc.subnets)


def reaches_s3(vpc: Row) -> bool:
    """A gateway endpoint leads to S3."""
    return any(e.service == "s3" and e.endpoint_type == "Gateway" for e in vpc.endpoints)


S3_PATHS = Fact(
    "s3_paths",
    "One row per VPC: whether it has private subnets, and a gateway endpoint to S3.",
    base="ec2_vpcs",
    joins=(Join("subnets", many="subnets", on=VPC), Join("endpoints", many="endpoints", on=VPC)),
    columns=(has_private_subnets, reaches_s3),
    hidden=frozenset({"subnets", "endpoints"}),
    resource_type="AWS::EC2::VPC",
)


# --- all of them

Kind = Literal["peering", "gateway", "attachment", "endpoint", "vpc"]
OF_KIND: dict[Kind, tuple[str, tuple[str, ...]]] = {
    "peering": ("peerings", ("state", "awaited", "foreign", "whole_routes")),
    "gateway": ("ec2_transit_gateways", ("owner_account", "accepts_by_itself")),
    "attachment": ("transit_attachments", ("state", "foreign_ends")),
    "endpoint": ("endpoints", ("service", "policy", "opens_all")),
    "vpc": ("s3_paths", ("owner_account", "has_private_subnets", "reaches_s3")),
}
"""The facts of which each kind of row is made, and the columns taken over."""
COLUMNS = tuple(dict.fromkeys(c for _, columns in OF_KIND.values() for c in columns))
TYPES = {
    "peering": PEERINGS.resource_type,
    "gateway": "AWS::EC2::TransitGateway",
    "attachment": ATTACHMENTS.resource_type,
    "endpoint": ENDPOINTS.resource_type,
    "vpc": S3_PATHS.resource_type,
}


def _private_paths(
    peerings: Source, ec2_transit_gateways: Source, transit_attachments: Source, endpoints: Source, s3_paths: Source
) -> Iterator[Cells | Gap]:
    """The rows of each kind; connections that lead nowhere are left out."""
    sources = (peerings, ec2_transit_gateways, transit_attachments, endpoints, s3_paths)
    for (kind, (_, columns)), source in zip(OF_KIND.items(), sources, strict=True):
        for row in source.rows:
            if "state" not in columns or row["state"] not in GONE:
                taken = cells_of(row, *columns)
                yield Cells(dict.fromkeys(COLUMNS) | taken, kind=kind, resource_type=TYPES[kind])
    yield from dict.fromkeys(gap for source in sources for gap in source.gaps)


PRIVATE_PATHS = Fact(
    "private_paths",
    "One row per peering connection, transit gateway, attachment, VPC endpoint and VPC: how far each leads.",
    rows=_private_paths,
    made={
        "": ("ec2_vpc_peerings", "ec2_transit_gateways", "ec2_transit_attachments", "ec2_vpc_endpoints", "ec2_vpcs"),
        **dict.fromkeys((*KEYS, "kind", "resource_type"), ()),
        **{c: tuple(f"{fact}.{c}" for fact, columns in OF_KIND.values() if c in columns) for c in COLUMNS},
    },
    resource_type="AWS::EC2::VPC",
)
