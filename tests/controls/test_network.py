from __future__ import annotations

import json
from typing import Any

import pytest

from orienteer.facts.seen import Cells, Partial, Unseen
from tests.facts.support import UNSEEN, fact, judged, verdict

ACCOUNT, REGION = "111122223333", "eu-central-1"
KEYS = {"account_id": ACCOUNT, "region": REGION}


def interface(name: str, *groups: str, public: str | None = None, subnet: str = "subnet-1") -> dict[str, Any]:
    return {
        **KEYS, "resource_id": name, "interface_id": name, "subnet_id": subnet, "vpc_id": "vpc-1",
        "group_ids": json.dumps(groups), "public_ips": json.dumps([public] if public else []),
    }  # fmt: skip


# --- NET-01


def rule(first: int = 22, cidr: str = "0.0.0.0/0", protocol: str = "tcp", last: int = 0, **more: Any) -> dict[str, Any]:
    ranges = [{"CidrIp": cidr}] if cidr else []
    return {"IpProtocol": protocol, "FromPort": first, "ToPort": last or first, "IpRanges": ranges, **more}


def opened(*rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    given = {
        "ingress": json.dumps(list(rules)),
        "attached": Partial(()),
        "in_use": False,
        "prefix_entries": Partial(()),
    }
    return given | more


def attached(public: str = "", acl: Any = None, blocked: Any = False) -> dict[str, Any]:
    """One interface, behind an internet gateway."""
    routes = [{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}]
    way = {"route_table_id": "rtb-1", "routes": json.dumps(routes)}
    one = Cells(interface_id="eni-1", public_ips=json.dumps([public] if public else []), ipv6_addresses=None,
                route=way, acl=acl, vpc_blocked=blocked)  # fmt: skip
    return {"attached": Partial((one,)), "in_use": True}


HIDDEN = Partial((), UNSEEN.gaps)
ALL = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
PING = {"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
SIX = {"IpRanges": [], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
HALVES = {"IpRanges": [], "Ipv6Ranges": [{"CidrIpv6": "::/1"}, {"CidrIpv6": "8000::/1"}]}
LIST = rule(cidr="", PrefixListIds=[{"PrefixListId": "pl-1"}])
ENTRIES = Partial((Cells(resource_id="pl-1", cidr="0.0.0.0/0"), Cells(resource_id="pl-2", cidr=None)))


@pytest.mark.parametrize(("group", "found"), [
    (opened(rule(), **attached("203.0.113.9")), "FAIL critical"),
    (opened(rule(), **attached("203.0.113.9", blocked=True)), "FAIL high"),
    (opened(rule(), **attached("203.0.113.9", blocked=UNSEEN)), "FAIL high"),
    (opened(rule(5432), **attached()), "FAIL high"),
    (opened(rule(3389)), "FAIL low"),
    (opened(rule(443), **attached("203.0.113.9")), "PASS high"),
    (opened(rule(cidr="198.51.100.0/24")), "PASS high"),
    (opened(PING), "FAIL info"),
    (opened(PING, rule(), **attached()), "FAIL high"),
    (opened(ALL), "FAIL low"),
    (opened(rule(cidr="0.0.0.0/1"), rule(cidr="128.0.0.0/1")), "FAIL low"),
    (opened() | {"ingress": None}, "PASS high"),
    (opened(rule(cidr="", UserIdGroupPairs=[{"GroupId": "sg-1"}])), "PASS high"),
    (opened(rule(20, last=8000)), "FAIL low"),
    (opened(rule(24)), "PASS high"),
    (opened(rule() | SIX), "FAIL low"),
    (opened(rule() | HALVES), "FAIL low"),
    (opened(rule(protocol="50")), "PASS high"),
    (opened(rule(protocol="6")), "FAIL low"),
    (opened(rule(11211, protocol="udp")), "FAIL low"),
    (opened(rule(cidr="0.0.0.0/7")), "FAIL low"),
    (opened(rule(cidr="8.0.0.0/8")), "PASS high"),
    (opened(LIST, prefix_entries=ENTRIES), "FAIL low"),
    (opened(LIST, prefix_entries=HIDDEN), "NOT_ASSESSED"),
    (opened(rule(), prefix_entries=HIDDEN), "FAIL low"),  # it names no list
    (opened(LIST, rule(3389), prefix_entries=HIDDEN), "FAIL high"),  # at least
    (opened(rule(), attached=HIDDEN, in_use=UNSEEN), "FAIL high"),
    (opened(rule(), **attached("203.0.113.9", acl=UNSEEN)), "FAIL high"),
    (opened() | {"ingress": UNSEEN}, "NOT_ASSESSED"),
])  # fmt: skip
def test_open_groups(group: dict[str, Any], found: str) -> None:
    assert " ".join(verdict("NET-01", group) or ()).startswith(found)


def test_thresholds_of_open_groups() -> None:
    assert verdict("NET-01", opened(rule()), sensitive_ports=[3389]) == ("PASS", "high")
    assert verdict("NET-01", opened(rule(cidr="10.0.0.0/8")), max_prefix=9) == ("FAIL", "low")


def test_the_public_path_is_evidence() -> None:
    told = judged("NET-01", opened(rule(), **attached("203.0.113.9")))
    assert told and told.evidence["public_path"]["gateway"] == "igw-1" and told.evidence["port_range"] == "tcp/22"


# --- NET-02


@pytest.mark.parametrize(("group", "found"), [
    ({"group_name": "default", "ingress_rules": 1, "in_use": True}, "FAIL medium"),
    ({"group_name": "default", "egress_rules": 1, "in_use": False}, "FAIL low"),
    ({"group_name": "default", "in_use": False}, "PASS medium"),
    ({"group_name": "default", "in_use": True}, "FAIL medium"),
    ({"group_name": "other", "ingress_rules": 1, "in_use": True}, "None"),
    ({"group_name": "launch-wizard-3", "in_use": True}, "FAIL medium"),
    ({"group_name": "launch-wizard-4", "in_use": False}, "None"),
    ({"group_name": None, "in_use": True}, "None"),
    ({"group_name": "default", "ingress_rules": 1, "in_use": UNSEEN}, "FAIL medium"),
    ({"group_name": "default", "in_use": UNSEEN}, "NOT_ASSESSED"),
])  # fmt: skip
def test_default_groups(group: dict[str, Any], found: str) -> None:
    told = verdict("NET-02", {"ingress_rules": 0, "egress_rules": 0, **group})
    assert (" ".join(told) if told else "None").startswith(found)


def test_the_rule_for_members_of_the_group_itself_is_a_rule() -> None:
    among = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "sg-1", "UserId": ACCOUNT}], "IpRanges": []}
    group = {**KEYS, "resource_id": "sg-1", "group_id": "sg-1", "group_name": "default", "vpc_id": "vpc-1"}
    (row,) = fact("security_groups", ec2_security_groups=[{**group, "ingress": json.dumps([among]), "egress": "[]"}])
    assert verdict("NET-02", row) == ("FAIL", "low")


# --- NET-03


DEFAULT = {"vpc_id": "vpc-1", "is_default": True, "in_use": False, "closed": False}


@pytest.mark.parametrize(
    ("vpc", "found"),
    [
        ({"vpc_id": None}, ("PASS", "low")),
        ({"vpc_id": UNSEEN}, ("NOT_ASSESSED", "")),
        ({"is_default": None}, ("MANUAL", "low")),
        ({}, ("FAIL", "low")),
        ({"closed": True}, ("FAIL", "info")),
        ({"closed": UNSEEN}, ("FAIL", "low")),
        ({"in_use": True, "closed": True, "interfaces": ("eni-1",)}, ("FAIL", "medium")),
        ({"in_use": UNSEEN, "interfaces": UNSEEN}, ("FAIL", "low")),
    ],
)
def test_default_vpcs(vpc: dict[str, Any], found: tuple[str, str]) -> None:
    assert verdict("NET-03", DEFAULT | vpc) == found


def test_a_default_vpc_says_why_it_should_go() -> None:
    told = judged("NET-03", DEFAULT | {"auto_public_subnets": 3})
    assert told and "in which 3 subnets give out public addresses" in told.words


def test_default_vpcs_and_what_stands_in_them() -> None:
    def at(region: str, **more: Any) -> dict[str, Any]:
        return {"account_id": ACCOUNT, "region": region, "resource_id": more.get("vpc_id", region), **more}

    gap = {"outcome": "DENIED", "gap": "refused"}
    found = {row["resource_id"]: row for row in fact(
        "default_vpcs",
        ec2_regions=[{"account_id": ACCOUNT, "region_name": r, "enabled": r != "off"}
                     for r in ("a", "b", "dark", "off")],
        ec2_vpcs=[at("a", vpc_id="vpc-1", is_default=True), at("a", vpc_id="vpc-2", is_default=False),
                  at("c", vpc_id="vpc-3"), at("dark", **gap)],
        ec2_subnets=[at("a", vpc_id="vpc-1", public_ip_on_launch=flag) for flag in (True, True, False)],
        ec2_network_interfaces=[at("a", vpc_id="vpc-1", interface_id="eni-1"),
                                at("b", vpc_id="vpc-1", interface_id="eni-2"), at("c", **gap)],
        ec2_internet_gateways=[at("a", gateway_id="igw-1", vpc_ids='["vpc-9", "vpc-1"]')],
    )}  # fmt: skip
    assert set(found) == {"vpc-1", "vpc-3", "b", "dark"}
    full = found["vpc-1"]
    assert (full["interfaces"], full["in_use"], full["gateway"], full["auto_public_subnets"]) == (
        ("eni-1",), True, "igw-1", 2)  # fmt: skip
    assert isinstance(found["vpc-3"]["in_use"], Unseen)
    assert found["b"]["vpc_id"] is None
    assert isinstance(found["dark"]["vpc_id"], Unseen)
