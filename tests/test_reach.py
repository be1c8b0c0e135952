from __future__ import annotations

from typing import Any

import pytest

from orienteer import reach

ANY4 = [{"CidrIp": "0.0.0.0/0"}]
ANY6 = [{"CidrIpv6": "::/0"}]


def rule(first: int | None = 22, last: int | None = 22, protocol: str = "tcp", **more: Any) -> dict[str, Any]:
    ports = {} if first is None else {"FromPort": first, "ToPort": last}
    return {"IpProtocol": protocol, **ports, **more}


def opened(*rules: dict[str, Any], lists: dict[str, list[str]] | None = None) -> list[tuple[str, str, int]]:
    return [(o.protocol, o.ports, o.family) for o in reach.openings(rules, lists)]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([rule(IpRanges=ANY4)], [("tcp", "22", 4)]),
        ([rule(Ipv6Ranges=ANY6)], [("tcp", "22", 6)]),
        ([rule(IpRanges=[{"CidrIp": "198.51.100.0/24"}])], []),
        ([rule(IpRanges=[{"CidrIp": "10.0.0.0/8"}])], []),
        ([rule(IpRanges=[{"CidrIp": "0.0.0.0/1"}, {"CidrIp": "128.0.0.0/1"}])], [("tcp", "22", 4)]),
        ([rule(None, protocol="-1", IpRanges=ANY4)], [("-1", "all", 4)]),
        ([rule(0, 65535, IpRanges=ANY4)], [("tcp", "all", 4)]),
        ([rule(-1, -1, protocol="icmp", IpRanges=ANY4)], [("icmp", "all", 4)]),
        ([rule(UserIdGroupPairs=[{"GroupId": "sg-1"}])], []),
        ([rule(IpRanges=[{"CidrIp": "not an address"}])], []),
        ([rule(protocol="6", IpRanges=ANY4)], [("tcp", "22", 4)]),
    ],
)
def test_what_rules_open(rules: list[dict[str, Any]], expected: list[tuple[str, str, int]]) -> None:
    assert opened(*rules) == expected


def test_halves_in_two_rules_meet_only_on_the_ports_both_open() -> None:
    low = rule(20, 25, IpRanges=[{"CidrIp": "0.0.0.0/1"}])
    high = rule(22, 80, IpRanges=[{"CidrIp": "128.0.0.0/1"}])
    found = reach.openings([low, high])
    assert {o.ports: o.sources for o in found}["22-25"] == ("0.0.0.0/0",)


def test_a_half_alone_is_wide_already() -> None:
    assert opened(rule(IpRanges=[{"CidrIp": "0.0.0.0/1"}])) == [("tcp", "22", 4)]


def test_many_small_ranges_add_up() -> None:
    quarters = [{"CidrIp": f"{n}.0.0.0/8"} for n in range(256)]
    assert opened(rule(IpRanges=quarters)) == [("tcp", "22", 4)]


def test_ranges_come_and_go_along_the_port_line() -> None:
    wide, narrow = {"IpRanges": ANY4}, {"IpRanges": [{"CidrIp": "10.0.0.0/24"}]}
    found = reach.openings([rule(20, 30, **wide), rule(25, 40, **narrow), rule(28, 35, **wide), rule(50, 50, **wide)])
    assert [(o.ports, o.sources) for o in found] == [("20-35", ("0.0.0.0/0",)), ("50", ("0.0.0.0/0",))]


def test_many_narrow_ranges_are_no_wide_one() -> None:
    ranges = [{"CidrIp": f"10.{n}.0.0/16"} for n in range(256)]
    assert opened(rule(IpRanges=ranges)) == []
    assert [o.sources for o in reach.openings([rule(IpRanges=[*ranges, {"CidrIp": "11.0.0.0/8"}])])] == [
        ("10.0.0.0/7",)
    ]


def test_prefix_lists_are_expanded() -> None:
    listed = rule(PrefixListIds=[{"PrefixListId": "pl-1"}])
    assert opened(listed, lists={"pl-1": ["0.0.0.0/0"]}) == [("tcp", "22", 4)]
    assert opened(listed, lists={"pl-1": ["198.51.100.0/24"]}) == []


def test_sensitive_ports() -> None:
    (everything,) = reach.openings([rule(None, protocol="-1", IpRanges=ANY4)])
    (ping,) = reach.openings([rule(-1, -1, protocol="icmp", IpRanges=ANY4)])
    assert reach.sensitive(everything, [3389, 22]) == (22, 3389)
    assert reach.sensitive(ping, [22]) == ()


def test_an_all_rule_and_a_port_rule_are_told_once() -> None:
    assert opened(rule(None, protocol="-1", IpRanges=ANY4), rule(IpRanges=ANY4)) == [("-1", "all", 4)]


def test_global_ipv6_addresses_count_and_local_ones_do_not() -> None:
    interface = {"ipv6_addresses": '["fe80::1", "fd00::1", "2a05:d014::1"]', "public_ips": "[]"}
    assert reach.public_addresses(interface, 6) == ["2a05:d014::1"]


@pytest.mark.parametrize(
    ("routes", "gateway"),
    [
        ([{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}], "igw-1"),
        ([{"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1"}], ""),
        ([{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "blackhole"}], ""),
        ([{"DestinationCidrBlock": "198.51.100.0/24", "GatewayId": "igw-1"}], ""),
        ([{"DestinationCidrBlock": f"{n}.0.0.0/1", "GatewayId": "igw-1"} for n in (0, 128)], "igw-1"),
        ([{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "vgw-1"}], ""),
    ],
)
def test_routes_to_an_internet_gateway(routes: list[dict[str, Any]], gateway: str) -> None:
    assert reach.internet_gateway(routes, 4) == gateway


def test_a_route_through_a_firewall_is_an_entrance_and_no_gateway() -> None:
    through = [{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "vpce-1", "State": "active"}]
    both = [*through, {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}]
    assert (reach.internet_gateway(through, 4), reach.entrance(through, 4)) == ("", "vpce-1")
    assert reach.entrance(both, 4) == "igw-1"
    assert reach.entrance([{"DestinationPrefixListId": "pl-s3", "GatewayId": "vpce-s3"}], 4) == ""


@pytest.mark.parametrize(
    ("host", "private"),
    [("10.1.2.3", True), ("100.64.0.1", True), ("203.0.113.7", False), ("fd00::1", True), ("lb.example", False)],
)
def test_private_addresses(host: str, private: bool) -> None:
    assert reach.is_private(host) is private


def entry(number: int, action: str, cidr: str = "0.0.0.0/0", protocol: str = "-1", **ports: int) -> dict[str, Any]:
    more = {"PortRange": {"From": ports["first"], "To": ports["last"]}} if ports else {}
    return {
        "RuleNumber": number,
        "RuleAction": action,
        "CidrBlock": cidr,
        "Protocol": protocol,
        "Egress": False,
        **more,
    }


@pytest.mark.parametrize(
    ("entries", "admitted"),
    [
        ([entry(100, "allow"), entry(32767, "deny")], True),
        ([entry(32767, "deny")], False),
        ([entry(90, "deny", protocol="6", first=22, last=22), entry(100, "allow")], False),
        ([entry(100, "allow"), entry(110, "deny", protocol="6", first=22, last=22)], True),
        ([entry(90, "deny", cidr="198.51.100.0/24"), entry(100, "allow")], True),
        ([entry(100, "allow", protocol="6", first=443, last=443), entry(32767, "deny")], False),
        ([entry(100, "allow", cidr="10.0.0.0/8"), entry(32767, "deny")], False),
        ([], False),
    ],
)
def test_network_acls(entries: list[dict[str, Any]], admitted: bool) -> None:
    (ssh,) = reach.openings([rule(IpRanges=ANY4)])
    assert reach.acl_admits(entries, ssh) is admitted


def test_an_acl_that_closes_part_of_a_range_leaves_the_rest_open() -> None:
    (wide,) = reach.openings([rule(20, 80, IpRanges=ANY4)])
    closed = [entry(90, "deny", protocol="6", first=22, last=22), entry(100, "allow"), entry(32767, "deny")]
    assert reach.acl_admits(closed, wide)


def test_a_public_path_needs_address_route_and_acl() -> None:
    (ssh,) = reach.openings([rule(IpRanges=ANY4)])
    interface = {"public_ips": '["203.0.113.9"]', "ipv6_addresses": "[]"}
    routes = {"route_table_id": "rtb-1", "routes": '[{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1"}]'}
    acl = {"acl_id": "acl-1", "entries": '[{"RuleNumber": 1, "RuleAction": "deny", "CidrBlock": "0.0.0.0/0"}]'}
    path = reach.public_path(interface, ssh, routes, None)
    assert path == reach.PublicPath("203.0.113.9", "rtb-1", "igw-1", "")
    assert reach.public_path({**interface, "public_ips": "[]"}, ssh, routes, None) is None
    assert reach.public_path(interface, ssh, None, None) is None
    assert reach.public_path(interface, ssh, routes, acl) is None


@pytest.mark.parametrize(("protocol", "port", "counts"), [
    ("tcp", 22, True), ("udp", 22, False), ("-1", 22, True), ("udp", 161, True), ("tcp", 161, False),
    ("udp", 11211, True), ("tcp", 11211, True), ("udp", 3389, True), ("tcp", 8888, True), ("tcp", 443, False),
])  # fmt: skip
def test_a_port_counts_by_the_protocol_that_is_spoken_on_it(protocol: str, port: int, counts: bool) -> None:
    opening = reach.Opening(protocol, port, port, ("0.0.0.0/0",), 4)
    assert reach.sensitive(opening) == ((port,) if counts else ())
    assert reach.sensitive(opening, [port]) == ((port,) if counts or port == 443 else ())


def test_a_port_of_the_clients_own_counts_by_both_protocols() -> None:
    for protocol in ("tcp", "udp"):
        assert reach.sensitive(reach.Opening(protocol, 40000, 40010, ("0.0.0.0/0",), 4), [40001]) == (40001,)


# https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19
def test_the_ports_that_security_hub_calls_risky_are_sensitive() -> None:
    listed = {20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601, 8080,
              8088, 8888, 9200, 9300}  # fmt: skip
    opening = reach.Opening("tcp", 0, reach.LAST_PORT, ("0.0.0.0/0",), 4)
    assert listed <= set(reach.sensitive(opening))


def test_from_where_a_port_is_let_in() -> None:
    rules = [
        {"IpProtocol": "tcp", "FromPort": 20, "ToPort": 25, "IpRanges": [{"CidrIp": "198.51.100.0/24"}]},
        {"IpProtocol": "udp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "192.0.2.0/24"}]},
        {"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/32"}]},
        {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "PrefixListIds": [{"PrefixListId": "pl-1"}]},
    ]
    lists = {"pl-1": ["203.0.113.0/24"]}
    assert reach.admitted(rules, 22, lists) == ["198.51.100.0/24", "2001:db8::/32", "203.0.113.0/24"]
    assert reach.admitted(rules, 26, lists) == ["2001:db8::/32"]


def test_ranges_outside_ones_own() -> None:
    found = reach.outside(
        ["10.0.4.0/24", "10.1.0.0/16", "0.0.0.0/0", "2001:db8::/64"], ["10.0.0.0/16", "2001:db8::/56"]
    )
    assert [str(network) for network in found] == ["0.0.0.0/0"]
    assert [str(n) for n in reach.outside(["10.0.4.0/24", "10.1.0.0/16"], ["10.0.0.0/16"])] == ["10.1.0.0/16"]


@pytest.mark.parametrize(
    ("first", "last", "named"), [(22, 22, "port 22"), (20, 25, "ports 20-25"), (0, 65535, "all ports")]
)
def test_ports_are_named_in_a_sentence(first: int, last: int, named: str) -> None:
    assert reach.Opening("tcp", first, last, ("0.0.0.0/0",), 4).named == named
