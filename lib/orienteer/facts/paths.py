"""What is open to the internet, and whether the internet gets there.

The chain that has to hold for an interface: an address that the internet can address, a route of its subnet to an
internet gateway that VPC block public access leaves open, a network ACL that lets in, a security group that does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Annotated

from orienteer import reach
from orienteer.facts.fact import Fact, Join
from orienteer.facts.network import ADMINISTRATION, INTERFACES, MAX_PREFIX, admitted, openings
from orienteer.facts.seen import Cells, Row
from orienteer.facts.values import PLACE, VPC, documents, names_in
from orienteer.parameters import Range

ALLOWING = "allow-bidirectional"


def groups_of(row: Cells) -> tuple[str, ...]:
    """The ids of the security groups on something."""
    return names_in(row["group_ids"])


OF_GROUPS = Join("open_groups", many="groups", on={**PLACE, "group_id": "group_ids"}, each=groups_of)
"""Adds the security groups that `group_ids` names, as the list `groups`."""
OF_VPC_BLOCK = Join("ec2_vpc_block_public_access", ("ingress_blocked",), on=PLACE)
OF_EXCLUSIONS = Join("ec2_vpc_block_exclusions", many="exclusions", on=PLACE)
BLOCKS = (OF_VPC_BLOCK, OF_EXCLUSIONS)
"""Add VPC block public access of the region to a row, and what is excluded from it; `vpc_blocked` reads them."""


def vpc_blocked(row: Row) -> bool:
    """VPC block public access lets nothing in from the internet; not where its VPC is excluded from it, or a subnet is
    that may be its own, nor in a VPC of another account, whose own setting counts.

    https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
    """
    if not row.ingress_blocked:
        return False
    vpcs = [(group.vpc_id, group.vpc_owner) for group in row.groups]
    if any(owner not in (None, row.account_id) for _, owner in vpcs):
        return False
    here = {vpc for vpc, _ in vpcs if vpc}
    allowed = [one for one in row.exclusions if one.mode == ALLOWING and one.state != "delete-complete"]
    return not any(_may_be_in(str(one.excluded_arn or ""), here) for one in allowed)


def _may_be_in(excluded: str, vpcs: Collection[str]) -> bool:
    """True unless what is excluded is a VPC, and none of these."""
    kind, _, name = excluded.rpartition(":")[2].partition("/")
    return kind != "vpc" or not vpcs or name in vpcs


def subnets_of(row: Cells) -> tuple[str, ...]:
    """The ids of the subnets that something stands in."""
    return names_in(row["subnet_ids"])


OF_SUBNETS = Join("subnets", many="subnets", on={**PLACE, "subnet_id": "subnet_ids"}, each=subnets_of)
"""Adds the subnets that `subnet_ids` names, as the list `subnets`."""


def private_network(row: Row) -> bool:
    """The network has no way in from the internet: VPC block public access, or no subnet with an internet gateway."""
    if row.vpc_blocked:
        return True
    routes = [one.route for one in row.subnets]
    return bool(routes) and not any(
        reach.entrance(reach.listed((found or {}).get("routes")), family) for found in routes for family in (4, 6)
    )


def networked(name: str, doc: str, base: str, kind: str, *more: Join, subnets: bool = False) -> Fact:
    """A fact of something with security groups of its own; with `subnets`, whether its network has a way in."""
    return Fact(
        name,
        doc,
        base=base,
        joins=(OF_GROUPS, *((OF_SUBNETS,) if subnets else ()), *BLOCKS, *more),
        columns=(vpc_blocked, private_network) if subnets else (vpc_blocked,),
        hidden=frozenset({"groups", "exclusions", "subnets"} if subnets else {"groups", "exclusions"}),
        resource_type=kind,
    )


def wide(group: Row, *, max_prefix: Annotated[int, Range(1, 32)] = MAX_PREFIX) -> tuple[reach.Opening, ...]:
    """What the group's rules open to the internet, prefix lists expanded."""
    return tuple(openings(group, max_prefix))


def ssh_ranges(group: Row) -> tuple[str, ...]:
    """The address ranges, merged, from which the group's rules let SSH in."""
    return tuple(str(network) for network in reach.networks(admitted(group, ADMINISTRATION[0])))


def foreign_groups(group: Row) -> tuple[str, ...]:
    """Accounts other than the group's own that rules name groups of."""
    pairs = [pair for rule in documents(group.ingress) for pair in rule.get("UserIdGroupPairs") or ()]
    return tuple(sorted({str(p["UserId"]) for p in pairs if p.get("UserId") and p["UserId"] != group.account_id}))


def ways_in(interface: Row) -> tuple[tuple[str, str], ...]:
    """How the internet gets to it: ports, and the chain of address, gateway, ACL and group, one for each opening."""
    return tuple((way.opening.ports, way.chain) for way in ways(interface))


def stations(interface: Row) -> tuple[tuple[str, ...], ...]:
    """The same ways, each as ports, address, gateway, route table, ACL and group; empty where there is none."""
    return tuple((way.opening.ports, *way.stations) for way in ways(interface))


@dataclass(frozen=True, slots=True)
class Way:
    """A way from the internet to an interface: what is open, in which group, and the path to it."""

    opening: reach.Opening
    group_id: str
    path: reach.PublicPath

    @property
    def stations(self) -> tuple[str, ...]:
        """Address, gateway, route table, ACL and group."""
        path = self.path
        return (path.address, path.gateway, path.route_table, path.acl, self.group_id)

    @property
    def chain(self) -> str:
        """The stations as text: the address, then what a request passes on its way in, the group last."""
        address, *between, group = (part for part in self.stations if part)
        return f"{address}, through {', '.join(between)} and {group}" if between else f"{address}, through {group}"


def ways(interface: Row) -> Iterator[Way]:
    """The ways that the internet has to it, one for each opening of its groups."""
    addresses = {"public_ips": interface.public_ips, "ipv6_addresses": interface.ipv6_addresses}
    if not any(reach.public_addresses(addresses, family) for family in (4, 6)) or interface.vpc_blocked:
        return
    for group in interface.groups:
        for opening in group.wide:
            path = reach.public_path(addresses, opening, interface.route, interface.acl)
            if path is not None:
                yield Way(opening, group.group_id, path)


def opened(interface: Row) -> bool:
    """A security group on it is open to the internet, whether or not the internet gets there."""
    return any(group.wide for group in interface.groups)


OPEN_GROUPS = Fact(
    "open_groups",
    "One row per security group: what it opens to the internet, and accounts whose groups it lets in.",
    base="ec2_security_groups",
    joins=(
        Join("ec2_prefix_list_entries", many="prefix_entries", on=PLACE),
        Join("ec2_vpcs", {"vpc_owner": "owner_account"}, on=VPC),
    ),
    columns=(wide, ssh_ranges, foreign_groups),
    hidden=frozenset({"prefix_entries", "wide"}),
    resource_type="AWS::EC2::SecurityGroup",
)
REACHED_INTERFACES = Fact(
    "reached_interfaces",
    "One row per network interface: the ways that the internet has to it.",
    base=INTERFACES.name,
    joins=(OF_GROUPS, *BLOCKS),
    columns=(vpc_blocked, ways_in, stations, opened),
    hidden=frozenset({"groups", "exclusions", "route", "acl"}),
    resource_type="AWS::EC2::NetworkInterface",
)
GROUPS_IN_USE = Fact(
    "reached_groups",
    "One row per security group, with the interfaces that use it.",
    base="open_groups",
    joins=(Join("reached_interfaces", many="users", on={**PLACE, "has": "group_id"}, has=groups_of),),
    hidden=frozenset({"users", "wide", "prefix_entries"}),
    resource_type="AWS::EC2::SecurityGroup",
)
INSTANCES = Fact(
    "reached_instances",
    "One row per EC2 instance, with its network interfaces.",
    base="ec2_instances",
    joins=(Join("reached_interfaces", many="attached", on={**PLACE, "instance_id": "instance_id"}),),
    hidden=frozenset({"attached"}),
    resource_type="AWS::EC2::Instance",
)
