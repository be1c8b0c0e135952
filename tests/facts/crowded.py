"""An account with thousands of security group rules and network interfaces, and what of it the internet reaches."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from orienteer import controls, tables
from orienteer.frames import frame
from orienteer.judge import Facts, Judged, judge
from tests.facts.support import NOW, PLACE, empty

CONTROLS = ("NET-01", "NET-06", "NET-07", "SRV-01", "SRV-02", "SRV-03")
"""Those that ask by which way the internet gets to something."""
OPEN, PUBLIC, ROUTED = 10, 3, 2
"""Every tenth group opens a port to the internet, every third interface has a public address, every second VPC has a
way to the internet gateway."""
VPCS = 10


def rule(group: int, number: int) -> dict[str, Any]:
    """A rule with a port of its own; the first of every tenth group is open to everybody."""
    open_to_all = group % OPEN == 0 and number == 0
    cidr = "0.0.0.0/0" if open_to_all else f"10.{group % 256}.{number % 256}.0/24"
    port = 22 if number == 0 else 1024 + number
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": cidr}]}


def crowded(groups: int, rules: int, interfaces: int) -> dict[str, pd.DataFrame]:
    """The tables of an account with so many groups, of so many rules each, and so many interfaces."""
    way = [{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}]
    lets_in = [{"RuleNumber": 100, "Protocol": "-1", "RuleAction": "allow", "Egress": False, "CidrBlock": "0.0.0.0/0"}]
    rows: dict[str, list[dict[str, Any]]] = {
        "ec2_security_groups": [
            {"resource_id": f"sg-{g}", "group_id": f"sg-{g}", "group_name": f"g{g}", "egress": "[]",
             "ingress": json.dumps([rule(g, n) for n in range(rules)])}
            for g in range(groups)
        ],
        "ec2_subnets": [{"resource_id": f"s{n}", "subnet_id": f"s{n}", "vpc_id": f"v{n}"} for n in range(VPCS)],
        "ec2_route_tables": [
            {"route_table_id": f"r{n}", "vpc_id": f"v{n}", "is_main": True, "subnet_ids": "[]",
             "routes": json.dumps(way if n % ROUTED == 0 else [])}
            for n in range(VPCS)
        ],
        "ec2_network_acls": [
            {"acl_id": f"a{n}", "vpc_id": f"v{n}", "is_default": True, "subnet_ids": "[]",
             "entries": json.dumps(lets_in)}
            for n in range(VPCS)
        ],
        "ec2_network_interfaces": [
            {"resource_id": f"eni-{n}", "interface_id": f"eni-{n}", "subnet_id": f"s{n % VPCS}",
             "group_ids": json.dumps([f"sg-{n % groups}"]), "ipv6_addresses": "[]", "instance_id": f"i-{n}",
             "public_ips": json.dumps([f"198.51.100.{n % 256}"] if n % PUBLIC == 0 else [])}
            for n in range(interfaces)
        ],
        "ec2_instances": [{"resource_id": f"i-{n}", "instance_id": f"i-{n}"} for n in range(interfaces)],
        "ec2_vpc_block_public_access": [{"ingress_blocked": False}],
    }  # fmt: skip
    specs = tables.registry()
    made = {name: frame(specs[name], [PLACE | row for row in found]) for name, found in rows.items()}
    return empty() | {name: one.assign(outcome="OK", gap=None) for name, one in made.items()}


def reached(groups: int, interfaces: int) -> set[str]:
    """The instances that the internet gets to: open group, public address and a way, all three."""
    return {
        f"i-{n}"
        for n in range(interfaces)
        if n % groups % OPEN == 0 and n % PUBLIC == 0 and n % VPCS % ROUTED == 0
    }  # fmt: skip


def judged(frames: dict[str, pd.DataFrame]) -> Judged:
    """What the controls about the network say of these tables."""
    chosen = [controls.registry()[id] for id in CONTROLS]
    return judge(chosen, frames, tables.registry(), Facts(NOW), pd.DataFrame())
