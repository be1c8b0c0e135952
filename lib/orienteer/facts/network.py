"""Security groups with what they open and the interfaces that use them, as the internet gets there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Annotated, Any

from orienteer import reach
from orienteer.facts.fact import Fact, Join
from orienteer.facts.seen import Cells, Listed, Row, Unseen, World, seen_of, settled
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import PLACE, VPC, cells_of, documents, not_asked
from orienteer.model import KEYS
from orienteer.parameters import Range

Found = Mapping[str, Any] | None
MAX_PREFIX = 8
ADMINISTRATION = (22, 3389)
"""The ports of SSH and RDP."""


def route(subnet: Row) -> Found:
    """Of the route table that names the subnet, else of the VPC's main one."""
    found = _named(subnet, subnet.route_tables) or next((t for t in subnet.route_tables if t.is_main), None)
    return found and {"route_table_id": found.route_table_id, "routes": found.routes}


def acl(subnet: Row) -> Found:
    """The network ACL that names the subnet, else the VPC's default one."""
    found = _named(subnet, subnet.acls) or next((a for a in subnet.acls if a.is_default), None)
    return found and {"acl_id": found.acl_id, "entries": found.entries, "is_default": found.is_default}


def _named(subnet: Row, tables: Iterable[Row]) -> Row | None:
    return next((t for t in tables if subnet.subnet_id in documents(t.subnet_ids)), None)


def gateway(subnet: Row) -> str | None:
    """The internet gateway that its routes lead to."""
    routes = reach.listed((subnet.route or {}).get("routes"))
    return next((name for family in (4, 6) if (name := reach.internet_gateway(routes, family))), None)


def acl_id(subnet: Row) -> str | None:
    """The network ACL that guards it."""
    return subnet.acl and subnet.acl["acl_id"]  # type: ignore[no-any-return]


def acl_is_default(subnet: Row) -> bool:
    """Its network ACL is the VPC's default one."""
    return bool(subnet.acl and subnet.acl["is_default"])


def acl_openings(subnet: Row) -> tuple[str, ...]:
    """The administration ports that its network ACL opens to the internet, each with the rule that does."""
    entries = reach.listed((subnet.acl or {}).get("entries"))
    rules = {(port, reach.acl_rule(entries, port, family)) for port in ADMINISTRATION for family in (4, 6)}
    return tuple(f"{port} (rule {rule})" for port, rule in sorted(rules, key=str) if rule is not None)


SUBNETS = Fact(
    "subnets",
    "One row per subnet: its route table and network ACL, and what those leave open.",
    base="ec2_subnets",
    joins=(
        Join("ec2_route_tables", many="route_tables", on=VPC),
        Join("ec2_network_acls", many="acls", on=VPC),
        Join("ec2_vpcs", {"of_default_vpc": "is_default"}, on=VPC),
    ),
    columns=(route, acl, gateway, acl_id, acl_is_default, acl_openings),
    hidden=frozenset({"route_tables", "acls"}),
    resource_type="AWS::EC2::Subnet",
)
INTERFACES = Fact(
    "interfaces",
    "One row per network interface, with the way its subnet has to the internet.",
    base="ec2_network_interfaces",
    joins=(Join("subnets", ("route", "acl"), on={**PLACE, "subnet_id": "subnet_id"}),),
)


def groups_of(interface: Cells) -> list[str]:
    """The ids of its security groups."""
    return [str(group) for group in documents(interface["group_ids"])]


# --- security groups


def ingress_rules(group: Row) -> int:
    """How many inbound rules it has."""
    return len(documents(group.ingress))


def egress_rules(group: Row) -> int:
    """How many outbound rules it has."""
    return len(documents(group.egress))


def in_use(group: Row) -> bool:
    """An interface uses it."""
    return bool(group.attached)


def interfaces(group: Row) -> tuple[str, ...]:
    """The interfaces that use it."""
    return tuple(interface.interface_id for interface in group.attached)


SECURITY_GROUPS = Fact(
    "security_groups",
    "One row per security group: its rules, and the interfaces that use it.",
    base="ec2_security_groups",
    joins=(
        Join("reached_interfaces", many="attached", on={**PLACE, "has": "group_id"}, has=groups_of),
        Join("ec2_prefix_list_entries", many="prefix_entries", on=PLACE),
    ),
    columns=(ingress_rules, egress_rules, in_use, interfaces),
    hidden=frozenset({"attached", "prefix_entries"}),
)


def openings(group: Row, max_prefix: int) -> Iterator[reach.Opening]:
    """What a group opens to the internet; not to the end where a prefix list that it names was not read."""
    rules, lists, unread = _expanded(group)
    yield from reach.openings(rules, lists, max_prefix)
    _all_read(group, unread)


def admitted(group: Row, port: int) -> Iterator[str]:
    """The address ranges from which a group lets a TCP port in; as far as its prefix lists were read."""
    rules, lists, unread = _expanded(group)
    yield from reach.admitted(rules, port, lists)
    _all_read(group, unread)


def _all_read(group: Row, unread: Sequence[str]) -> None:
    """Raises NotSeen where prefix lists that a group names were not read, since they may open more.

    A list that its owner no longer shares is not shown, and its ranges still let in.
    https://docs.aws.amazon.com/vpc/latest/userguide/work-with-shared-prefixes.html
    """
    if not unread:
        return
    len(group.prefix_entries)
    why = f"the account is not shown {', '.join(unread)}, which a rule of the group names"
    text = not_asked("ec2:GetManagedPrefixListEntries", group.account_id, group.region, why)
    World({}).value(Unseen(frozenset({text})))


def _expanded(group: Row) -> tuple[list[reach.Rule], dict[str, list[str]], list[str]]:
    """The inbound rules of a group, the ranges of the prefix lists that they name, and the lists that were not read."""
    rules = [rule for rule in documents(group.ingress) if isinstance(rule, Mapping)]
    lists: dict[str, list[str]] = {}
    named = {str(e.get("PrefixListId")) for rule in rules for e in rule.get("PrefixListIds") or ()}
    for entry in group.prefix_entries.seen if named else ():
        lists.setdefault(entry.resource_id, []).extend([entry.cidr] if entry.cidr else [])
    return rules, lists, sorted(named - lists.keys())


def found_path(attached: Listed, opening: reach.Opening) -> tuple[str, reach.PublicPath] | None:
    """The first interface that the internet gets to through an opening, and the way."""
    ways = ((one.interface_id, _public_path(one, opening)) for one in attached)
    return next(((name, way) for name, way in ways if way), None)


def _reached_at(group: Row, opening: reach.Opening) -> str | None:
    found = found_path(group.attached, opening)
    return found and found[0]


def _public_path(interface: Row, opening: reach.Opening) -> reach.PublicPath | None:
    """How the internet gets to the interface on a port of the opening; what rules it out is asked first."""
    addresses = {"public_ips": interface.public_ips, "ipv6_addresses": interface.ipv6_addresses}
    if not reach.public_addresses(addresses, opening.family) or interface.vpc_blocked:
        return None
    return reach.public_path(addresses, opening, interface.route, interface.acl)


def _openings(
    security_groups: Source, *, max_prefix: Annotated[int, Range(1, 32)] = MAX_PREFIX
) -> Iterator[Cells | Gap]:
    """One row per opening to the internet, as NET-01 sees it."""
    for group in security_groups.rows:
        found = settled(lambda row: seen_of(openings(row, max_prefix)), group)
        for opening in found.items:
            reached = settled(partial(_reached_at, opening=opening), group)
            yield Cells(
                cells_of(group, "group_id", "group_name"),
                protocol=opening.protocol,
                ports=opening.ports,
                sources=opening.sources,
                interfaces=Unseen(group["attached"].gaps) if group["attached"].gaps else len(group["attached"].items),
                reached_at=reached,
            )
        yield from (Gap(group["account_id"], group["region"], group["resource_id"], text) for text in found.gaps)
    yield from security_groups.gaps


OPENINGS = Fact(
    "openings",
    "One row per run of ports that a security group opens to the internet: from where, how many interfaces use the "
    "group, and one that the internet gets to (null: none was found).",
    rows=_openings,
    made=(*KEYS, "group_id", "group_name", "protocol", "ports", "sources", "interfaces", "reached_at"),
)
