"""Questions about ports, address ranges and routes: what a group opens, and whether the internet gets there."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, collapse_addresses, ip_address, ip_network
from itertools import pairwise
from typing import Any

from orienteer.ports import BOTH, PORTS, SENSITIVE_PORTS

Network = IPv4Network | IPv6Network
Rule = Mapping[str, Any]

WIDE_V6 = 32
"""An IPv6 range wider than this is as good as the internet (as /8 is for IPv4)."""
LAST_PORT = 65535
_PRIVATE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")))
PROTOCOLS = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", "-1": "-1", "all": "-1"}


@dataclass(frozen=True, slots=True)
class Opening:
    """What is open to the internet: protocol (-1 is all), first and last port, the source ranges that add up to it."""

    protocol: str
    first: int
    last: int
    sources: tuple[str, ...]
    family: int

    @property
    def ports(self) -> str:
        """The ports in words: `all`, `22` or `20-25`."""
        if self.protocol == "-1" or (self.first <= 1 and self.last >= LAST_PORT):
            return "all"
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"

    @property
    def named(self) -> str:
        """The ports in a sentence: `all ports`, `port 22` or `ports 20-25`."""
        return "all ports" if self.ports == "all" else f"port{'s' if '-' in self.ports else ''} {self.ports}"


@dataclass(frozen=True, slots=True)
class PublicPath:
    """How the internet gets to an interface: its address, the route table with its gateway, the network ACL."""

    address: str
    route_table: str
    gateway: str
    acl: str


def listed(text: Any) -> list[Any]:
    """The list that JSON text holds; empty for a null or anything else."""
    try:
        value = json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return []
    return list(value) if isinstance(value, list | tuple) else []


def networks(cidrs: Iterable[Any]) -> list[Network]:
    """The ranges that can be read, merged: two halves of the internet are the internet."""
    v4: list[IPv4Network] = []
    v6: list[IPv6Network] = []
    for cidr in cidrs:
        network = _network(str(cidr))
        if isinstance(network, IPv4Network):
            v4.append(network)
        elif network is not None:
            v6.append(network)
    return [*collapse_addresses(v4), *collapse_addresses(v6)]


@lru_cache(maxsize=16_384)
def _network(cidr: str) -> Network | None:
    """The range, None where it cannot be read.  Kept, since the same ranges stand in thousands of rules."""
    try:
        return ip_network(cidr.strip(), strict=False)
    except ValueError:
        return None


def is_wide(network: Network, max_prefix: int = 8) -> bool:
    """Whether the range is so wide that it stands for the internet: wider than /8, in IPv6 wider than /32."""
    return network.prefixlen < (max_prefix if network.version == 4 else WIDE_V6)


def sources(rule: Rule, prefix_lists: Mapping[str, Sequence[str]]) -> list[str]:
    """The address ranges of a security group rule, prefix lists expanded; other groups are no addresses."""
    found = [str(r.get("CidrIp") or "") for r in rule.get("IpRanges") or ()]
    found += [str(r.get("CidrIpv6") or "") for r in rule.get("Ipv6Ranges") or ()]
    for entry in rule.get("PrefixListIds") or ():
        found += prefix_lists.get(str(entry.get("PrefixListId")), ())
    return [cidr for cidr in found if cidr]


def protocol(rule: Rule) -> str:
    """tcp, udp, icmp, icmpv6, -1 (all) or a number."""
    given = str(rule.get("IpProtocol", "-1")).lower()
    return PROTOCOLS.get(given, given)


def ports(rule: Rule) -> tuple[int, int]:
    """First and last port of a rule; a rule without ports, or with -1, has them all."""
    first, last = rule.get("FromPort"), rule.get("ToPort")
    if protocol(rule) == "-1" or first is None or last is None or -1 in (first, last):
        return 0, LAST_PORT
    return int(first), int(last)


def openings(
    rules: Iterable[Rule], prefix_lists: Mapping[str, Sequence[str]] | None = None, max_prefix: int = 8
) -> list[Opening]:
    """What the rules together open to the internet, one entry for each protocol, run of ports and address family.

    Ranges are merged over all rules that open a port before they are called wide, so halves in two rules count.
    """
    known = prefix_lists or {}
    read = [(protocol(rule), *ports(rule), sources(rule, known)) for rule in rules]
    kinds = sorted({kind for kind, *_ in read if kind != "-1"} - {"icmp", "icmpv6"})
    found = [o for family in (4, 6) for o in _runs("-1", [r for r in read if r[0] == "-1"], family, max_prefix)]
    for kind in [*kinds, "icmp", "icmpv6"]:
        own = [(k, *(_all(kind) or (first, last)), cidrs) for k, first, last, cidrs in read if k in (kind, "-1")]
        if any(k == kind for k, *_ in own):
            found += [
                o for family in (4, 6) for o in _runs(kind, own, family, max_prefix) if not _covered(o, found, family)
            ]
    return found


def admitted(rules: Iterable[Rule], port: int, prefix_lists: Mapping[str, Sequence[str]]) -> list[str]:
    """The address ranges from which the rules let a TCP port in, prefix lists expanded."""
    fitting = (rule for rule in rules if protocol(rule) in ("tcp", "-1"))
    return [c for rule in fitting if ports(rule)[0] <= port <= ports(rule)[1] for c in sources(rule, prefix_lists)]


def outside(cidrs: Iterable[Any], own: Iterable[Any]) -> list[Network]:
    """The ranges, merged, that do not lie within one of one's own."""
    within = networks(own)
    return [n for n in networks(cidrs) if not any(_inside(str(n), one) for one in within)]


def _all(kind: str) -> tuple[int, int] | None:
    """The whole range, for protocols whose "ports" are something else."""
    return None if kind in ("tcp", "udp") else (0, LAST_PORT)


def _covered(one: Opening, found: Iterable[Opening], family: int) -> bool:
    return any(o.protocol == "-1" and o.family == family for o in found) and bool(one)


def _runs(
    kind: str, rules: Sequence[tuple[str, int, int, list[str]]], family: int, max_prefix: int
) -> Iterable[Opening]:
    """Runs of ports that are open to the internet: ranges come and go where a rule begins or ends on the port line."""
    changes: dict[int, Counter[Network]] = defaultdict(Counter)
    for _, first, last, cidrs in rules:
        own = [network for network in networks(cidrs) if network.version == family]
        changes[first].update(own)
        changes[last + 1].subtract(own)
    here: Counter[Network] = Counter()
    run: Opening | None = None
    for start, end in pairwise(sorted(changes)):
        here.update(changes[start])
        for network in [n for n in changes[start] if not here[n]]:
            del here[network]
        wide = _wide(here, family, max_prefix)
        if run is not None and wide and run.last == start - 1 and run.sources == wide:
            run = Opening(kind, run.first, end - 1, wide, family)
            continue
        if run is not None:
            yield run
        run = Opening(kind, start, end - 1, wide, family) if wide else None
    if run is not None:
        yield run


def _wide(ranges: Iterable[Network], family: int, max_prefix: int) -> tuple[str, ...]:
    """The wide ranges that these, of one family, add up to.  Too few addresses add up to none: most rules end there."""
    bits, limit = (32, max_prefix) if family == 4 else (128, WIDE_V6)
    widest = min((n.prefixlen for n in ranges), default=bits)
    if widest == 0:
        return ("0.0.0.0/0" if family == 4 else "::/0",)
    if sum(n.num_addresses for n in ranges) < 1 << (bits - limit + 1):
        return ()
    return tuple(str(n) for n in collapse_addresses(ranges) if is_wide(n, max_prefix))  # type: ignore[type-var]


def sensitive(opening: Opening, wanted: Iterable[int] = SENSITIVE_PORTS) -> tuple[int, ...]:
    """The wanted ports that the opening lets through, by the protocol that the service on them speaks.

    A port that the table does not have counts by TCP and UDP alike; none counts by a protocol without ports.
    """
    if opening.protocol not in ("tcp", "udp", "-1"):
        return ()
    speaks = (p for p in set(wanted) if opening.protocol == "-1" or opening.protocol in PORTS.get(p, BOTH).protocols)
    return tuple(sorted(port for port in speaks if opening.first <= port <= opening.last))


def public_addresses(interface: Mapping[str, Any], family: int) -> list[str]:
    """Addresses of an interface that the internet can address: public IPv4, or any global IPv6 address."""
    if family == 4:
        return [str(a) for a in listed(interface.get("public_ips")) if a]
    return [str(a) for a in listed(interface.get("ipv6_addresses")) if _global_v6(str(a))]


def is_private(host: Any) -> bool:
    """True for an address that the internet does not lead to; false for a name."""
    try:
        address = ip_address(str(host))
    except ValueError:
        return False
    return any(address in network for network in _PRIVATE if network.version == address.version)


def _global_v6(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return isinstance(address, IPv6Address) and not (address.is_private or address.is_link_local)


def internet_gateway(routes: Iterable[Rule], family: int) -> str:
    """The internet gateway that the routes lead the internet's addresses to; empty when there is none."""
    return _leading(routes, family, "igw-")


def entrance(routes: Iterable[Rule], family: int) -> str:
    """The same, else the endpoint of a firewall that the routes lead through on the way to a gateway.

    Something with a public address behind it is reached, as far as the firewall lets.
    https://docs.aws.amazon.com/vpc/latest/userguide/gwlb-route.html
    """
    given = list(routes)
    return internet_gateway(given, family) or _leading(given, family, "vpce-")


def _leading(routes: Iterable[Rule], family: int, kind: str) -> str:
    """The gateway of a kind that the routes lead the internet's addresses to."""
    key = "DestinationCidrBlock" if family == 4 else "DestinationIpv6CidrBlock"
    leading = [
        r for r in routes if str(r.get("GatewayId") or "").startswith(kind) and r.get("State", "active") == "active"
    ]
    wide = [n for n in networks(r.get(key) for r in leading if r.get(key)) if n.version == family and is_wide(n)]
    through = [str(r["GatewayId"]) for r in leading if any(_inside(r.get(key), n) for n in wide)]
    return through[0] if through else ""


def _inside(cidr: Any, network: Network) -> bool:
    found = networks([cidr]) if cidr else []
    return any(n.version == network.version and n.subnet_of(network) for n in found)  # type: ignore[arg-type]


def acl_admits(entries: Iterable[Rule], opening: Opening, max_prefix: int = 8) -> bool:
    """Whether a network ACL lets the internet in to some port of the opening.

    Entries count in the order of their numbers.  A deny closes a port only when it holds for the whole internet;
    an allow opens it when its range is wide.  https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html
    """
    inbound = sorted((e for e in entries if not e.get("Egress")), key=lambda e: int(e.get("RuleNumber", LAST_PORT)))
    points = {opening.first, opening.last} | {
        p for e in inbound for p in _edges(e) if opening.first <= p <= opening.last
    }
    return any(_admitting(inbound, opening, port, max_prefix) is not None for port in points)


def acl_rule(entries: Iterable[Rule], port: int, family: int, max_prefix: int = 8) -> int | None:
    """The number of the entry by which a network ACL lets the internet in to a TCP port; None where none does."""
    inbound = sorted((e for e in entries if not e.get("Egress")), key=lambda e: int(e.get("RuleNumber", LAST_PORT)))
    found = _admitting(inbound, Opening("tcp", port, port, (), family), port, max_prefix)
    return None if found is None else int(found.get("RuleNumber", LAST_PORT))


def _edges(entry: Rule) -> tuple[int, ...]:
    given = entry.get("PortRange") or {}
    if "From" not in given or "To" not in given:
        return ()
    return int(given["From"]), int(given["To"]), int(given["From"]) - 1, int(given["To"]) + 1


def _admitting(entries: Iterable[Rule], opening: Opening, port: int, max_prefix: int) -> Rule | None:
    """The entry that lets the internet in to the port; None where one that denies comes first, or none does."""
    key = "CidrBlock" if opening.family == 4 else "Ipv6CidrBlock"
    for entry in entries:
        cidr = entry.get(key)
        kind = PROTOCOLS.get(str(entry.get("Protocol", "-1")).lower(), str(entry.get("Protocol")))
        given = entry.get("PortRange") or {}
        within = not given or int(given.get("From", 0)) <= port <= int(given.get("To", LAST_PORT))
        if not cidr or (kind not in ("-1", opening.protocol) and opening.protocol != "-1") or not within:
            continue
        allow = str(entry.get("RuleAction", "")).lower() == "allow"
        if allow and any(is_wide(n, max_prefix) for n in networks([cidr])):
            return entry
        if not allow and any(n.prefixlen == 0 for n in networks([cidr])) and kind in ("-1", opening.protocol):
            return None
    return None


def public_path(
    interface: Mapping[str, Any],
    opening: Opening,
    route_table: Mapping[str, Any] | None,
    acl: Mapping[str, Any] | None,
) -> PublicPath | None:
    """How the internet gets from its side to the interface on a port of the opening; None when something stops it.

    All of: an address of the family, a route to an internet gateway or to a firewall before it, a network ACL that lets
    in.  An ACL that was not found stops nothing.
    """
    addresses = public_addresses(interface, opening.family)
    gateway = addresses and _entrance(_text((route_table or {}).get("routes")), opening.family)
    if not addresses or not gateway or route_table is None:
        return None
    if acl is not None and not _admits(_text(acl.get("entries")), opening):
        return None
    name = str((acl or {}).get("acl_id") or "")
    return PublicPath(addresses[0], str(route_table.get("route_table_id") or ""), gateway, name)


def _text(given: Any) -> str:
    return given if isinstance(given, str) else json.dumps(given)


@lru_cache(maxsize=4096)
def _entrance(routes: str, family: int) -> str:
    """`entrance` of routes as text: thousands of interfaces stand behind a few route tables."""
    return entrance(listed(routes), family)


@lru_cache(maxsize=65_536)
def _admits(entries: str, opening: Opening) -> bool:
    """`acl_admits` of entries as text."""
    return acl_admits(listed(entries), opening)
