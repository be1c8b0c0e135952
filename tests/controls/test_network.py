from __future__ import annotations

import json
from typing import Any

import pandas as pd

from orienteer import controls, tables
from orienteer.controls import network
from orienteer.facts.closed_regions import TABLES as GUARDRAILS
from orienteer.frames import frame as frame_of
from orienteer.judge import Facts, judge
from orienteer.parameters import Client
from tests.controls.test_detection import MEMBER, guardrails
from tests.support import frame

ACCOUNT, REGION = "111122223333", "eu-central-1"
KEYS = {"account_id": ACCOUNT, "region": REGION}


def group(name: str, *rules: dict[str, Any], egress: list[Any] | None = None, **more: Any) -> dict[str, Any]:
    return {
        **KEYS, "resource_id": name, "group_id": name, "group_name": name, "vpc_id": "vpc-1",
        "ingress": json.dumps(list(rules)), "egress": json.dumps(egress or []), **more,
    }  # fmt: skip


def rule(port: int = 22, cidr: str = "0.0.0.0/0", protocol: str = "tcp", **more: Any) -> dict[str, Any]:
    return {
        "IpProtocol": protocol,
        "FromPort": port,
        "ToPort": port,
        "IpRanges": [{"CidrIp": cidr}] if cidr else [],
        **more,
    }


def interface(name: str, *groups: str, public: str | None = None, subnet: str = "subnet-1") -> dict[str, Any]:
    return {
        **KEYS, "resource_id": name, "interface_id": name, "subnet_id": subnet, "vpc_id": "vpc-1",
        "group_ids": json.dumps(groups), "public_ips": json.dumps([public] if public else []),
    }  # fmt: skip


def judged(
    groups: list[Any], interfaces: list[Any] | None = None, entries: list[Any] | None = None, **more: Any
) -> pd.DataFrame:
    routes = [{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}]
    return network.open_security_groups(
        frame("ec2_security_groups", groups),
        frame("ec2_prefix_list_entries", entries or []),
        frame("ec2_network_interfaces", interfaces or []),
        frame("ec2_subnets", [{**KEYS, "subnet_id": "subnet-1", "vpc_id": "vpc-1"}]),
        frame("ec2_route_tables", [{**KEYS, "route_table_id": "rtb-1", "vpc_id": "vpc-1", "is_main": True,
                                    "subnet_ids": "[null]", "routes": json.dumps(routes)}]),
        frame("ec2_network_acls"),
        **more,
    ).set_index("resource_id")  # fmt: skip


def test_open_groups_by_what_uses_them() -> None:
    ping = {"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    groups = [
        group("bastion", rule()), group("inner", rule(5432)), group("idle", rule(3389)), group("web", rule(443)),
        group("office", rule(cidr="198.51.100.0/24")), group("ping", ping), group("all", everything),
        group("halves", rule(cidr="0.0.0.0/1"), rule(cidr="128.0.0.0/1")), group("unset") | {"ingress": None},
        group("referring", rule(cidr="", UserIdGroupPairs=[{"GroupId": "bastion"}])),
    ]  # fmt: skip
    found = judged(groups, [interface("eni-1", "bastion", public="203.0.113.9"), interface("eni-2", "inner")])
    grades = {name: (row["status"], row["severity"]) for name, row in found.iterrows()}
    assert grades == {
        "bastion": ("FAIL", "critical"), "inner": ("FAIL", "high"), "idle": ("FAIL", "low"), "web": ("PASS", ""),
        "office": ("PASS", ""), "ping": ("FAIL", "info"), "all": ("FAIL", "low"), "halves": ("FAIL", "low"),
        "unset": ("PASS", ""), "referring": ("PASS", ""),
    }  # fmt: skip
    evidence = json.loads(found.loc["bastion", "evidence"])
    assert evidence["public_path"]["gateway"] == "igw-1"
    assert evidence["port_range"] == ["tcp/22"]


def test_prefix_lists_and_thresholds() -> None:
    listed = rule(cidr="", PrefixListIds=[{"PrefixListId": "pl-1"}])
    entries = [{**KEYS, "resource_id": "pl-1", "cidr": "0.0.0.0/0"}, {**KEYS, "resource_id": "pl-2", "cidr": None}]
    assert judged([group("g", listed)], entries=entries)["status"].tolist() == ["FAIL"]
    assert judged([group("g", rule())], sensitive_ports=[3389])["status"].tolist() == ["PASS"]
    assert judged([group("g", rule(cidr="10.0.0.0/8"))], max_prefix=9)["status"].tolist() == ["FAIL"]


def test_ranges_of_ports_both_families_and_protocols_without_ports() -> None:
    six = {"IpRanges": [], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
    halves = {"IpRanges": [], "Ipv6Ranges": [{"CidrIpv6": "::/1"}, {"CidrIpv6": "8000::/1"}]}
    found = judged([
        group("range", rule(20) | {"ToPort": 8000}), group("six", rule() | six), group("six-halves", rule() | halves),
        group("esp", rule(protocol="50")), group("numbered", rule(protocol="6")),
        group("udp", rule(11211, protocol="udp")),
        group("beside", rule(24) | {"ToPort": 24}), group("seven", rule(cidr="0.0.0.0/7")),
        group("eight", rule(cidr="8.0.0.0/8")),
    ])  # fmt: skip
    assert found["status"].to_dict() == {
        "range": "FAIL", "six": "FAIL", "six-halves": "FAIL", "esp": "PASS", "numbered": "FAIL", "udp": "FAIL",
        "beside": "PASS", "seven": "FAIL", "eight": "PASS",
    }  # fmt: skip


def test_what_a_gap_around_a_group_does() -> None:
    gap = {**KEYS, "outcome": "DENIED", "gap": "ec2:X UnauthorizedOperation"}
    groups = [
        group("open", rule()), group("shut"), group("listed", rule(cidr="", PrefixListIds=[{"PrefixListId": "pl-1"}])),
    ]  # fmt: skip
    one, specs = controls.registry()["NET-01"], tables.registry()

    def told(**rows: list[dict[str, Any]]) -> dict[str, tuple[str, str]]:
        given = {"ec2_security_groups": groups} | rows
        frames = {name: frame_of(specs[name], given.get(name, [])) for name in one.tables}
        found = judge([one], frames, specs, Facts(pd.Timestamp("2026-11-24", tz="UTC")), pd.DataFrame()).findings
        return {r["resource_id"]: (r["status"], r["severity"]) for r in found.to_dict("records")}

    assert told()["open"] == ("FAIL", "low")
    assert told(ec2_network_interfaces=[gap])["open"] == ("FAIL", "high")  # nobody knows whether anything uses it
    lists = told(ec2_prefix_list_entries=[gap | {"resource_id": "pl-1"}])
    assert {name: status for name, (status, _) in lists.items()} == {
        "open": "FAIL", "shut": "PASS", "listed": "NOT_ASSESSED",
    }  # fmt: skip


def test_default_groups() -> None:
    own = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "self"}]}
    groups = [
        group("used", own, group_name="default"), group("unused", own, group_name="default"),
        group("empty", group_name="default"), group("bare", group_name="default"), group("other", own),
        group("wizard", group_name="launch-wizard-3"), group("left", group_name="launch-wizard-4"),
        group("unset", group_name="default") | {"ingress": None, "egress": None},
    ]  # fmt: skip
    interfaces = [interface("eni-1", "used", "wizard"), interface("eni-2", "bare")]
    found = network.default_security_groups(
        frame("ec2_security_groups", groups), frame("ec2_network_interfaces", interfaces)
    ).set_index("resource_id")
    assert {name: (row["status"], row["severity"]) for name, row in found.iterrows()} == {
        "used": ("FAIL", "medium"), "unused": ("FAIL", "low"), "empty": ("PASS", ""), "bare": ("FAIL", "medium"),
        "wizard": ("FAIL", ""), "unset": ("PASS", ""),
    }  # fmt: skip


def test_default_vpcs() -> None:
    listed = [{"account_id": ACCOUNT, "region_name": r, "enabled": e}
              for r, e in ((REGION, True), ("eu-west-1", True), ("us-east-1", True), ("us-west-2", True),
                           ("af-a", False))]  # fmt: skip
    vpcs = [
        {**KEYS, "resource_id": "vpc-1", "vpc_id": "vpc-1", "is_default": True},
        {**KEYS, "region": "eu-west-1", "resource_id": "vpc-2", "vpc_id": "vpc-2", "is_default": True},
        {**KEYS, "region": "us-east-1", "resource_id": "vpc-3", "vpc_id": "vpc-3", "is_default": None},
    ]
    found = network.default_vpcs(
        frame("ec2_regions", listed),
        frame("ec2_vpcs", vpcs),
        frame("ec2_subnets", [{**KEYS, "vpc_id": "vpc-1", "public_ip_on_launch": True}]),
        frame("ec2_network_interfaces", [interface("eni-1", "g")]),
        frame("ec2_internet_gateways", [{**KEYS, "gateway_id": "igw-1", "vpc_ids": '["vpc-1"]'}]),
        **{name: frame(name) for name in GUARDRAILS},
        client=Client(),
    ).set_index("resource_id")
    assert {name: (row["status"], row["severity"]) for name, row in found.iterrows()} == {
        "vpc-1": ("FAIL", "medium"), "vpc-2": ("FAIL", "low"), "vpc-3": ("MANUAL", ""),
        "us-west-2": ("PASS", ""),
    }  # fmt: skip
    assert json.loads(found.loc["vpc-1", "evidence"])["gateway"] == "igw-1"


def test_a_default_vpc_where_nothing_can_be_run_is_information() -> None:
    region = "eu-west-1"
    vpc = {
        **KEYS,
        "account_id": MEMBER,
        "region": region,
        "resource_id": "vpc-1",
        "vpc_id": "vpc-1",
        "is_default": True,
    }
    empty = ("ec2_regions", "ec2_subnets", "ec2_network_interfaces", "ec2_internet_gateways")
    found = network.default_vpcs(
        ec2_vpcs=frame("ec2_vpcs", [vpc]), **{name: frame(name) for name in empty}, **guardrails(region),
        client=Client(),
    )  # fmt: skip
    assert found["severity"].tolist() == ["info"]
