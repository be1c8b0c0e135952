"""Security groups, their interfaces and openings, worked out from rows of tables."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orienteer.controls.network import open_security_groups
from orienteer.facts.network import SECURITY_GROUPS
from orienteer.facts.rests import tables_read_by
from orienteer.facts.seen import Cells, Unseen
from tests.facts.support import GAP, PLACE, estate, fact, source

ELSEWHERE = {**PLACE, "region": "us-east-1"}
ROUTES = json.dumps([{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}])
SSH = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def group(name: str, *rules: Any, **more: Any) -> dict[str, Any]:
    return {**PLACE, "resource_id": name, "group_id": name, "group_name": name, "ingress": json.dumps(rules), **more}


def interface(name: str, *groups: str, public: str = "", subnet: str = "subnet-1", **more: Any) -> dict[str, Any]:
    return {**PLACE, "resource_id": name, "interface_id": name, "subnet_id": subnet, "group_ids": json.dumps(groups),
            "public_ips": json.dumps([public] if public else []), **more}  # fmt: skip


def subnet(name: str) -> dict[str, Any]:
    return {**PLACE, "resource_id": name, "subnet_id": name, "vpc_id": "vpc-1"}


def table(name: str, *subnets: str, **more: Any) -> dict[str, Any]:
    return {**PLACE, "resource_id": name, "route_table_id": name, "vpc_id": "vpc-1", "routes": ROUTES,
            "subnet_ids": json.dumps([*subnets, None]), **more}  # fmt: skip


def test_a_subnet_has_the_table_that_names_it_else_the_main_one_of_its_vpc() -> None:
    own = {**PLACE, "vpc_id": "vpc-1", "entries": "[]"}
    acls = [
        {**own, "resource_id": "acl-1", "acl_id": "acl-1", "is_default": True, "subnet_ids": "[]"},
        {**own, "resource_id": "acl-2", "acl_id": "acl-2", "is_default": False, "subnet_ids": '["subnet-2"]'},
    ]
    tables = [table("main", is_main=True), table("own", "subnet-1"), table("far", "subnet-2", **ELSEWHERE)]
    given = {"ec2_subnets": [subnet("subnet-1"), subnet("subnet-2")], "ec2_network_acls": acls}
    one, two = fact("subnets", **given, ec2_route_tables=tables)
    assert (one["route"]["route_table_id"], two["route"]["route_table_id"]) == ("own", "main")
    assert (one["acl"]["acl_id"], two["acl"]["acl_id"]) == ("acl-1", "acl-2")
    one, two = fact("subnets", **given, ec2_route_tables=[*tables, {**GAP, **PLACE}])
    assert one["route"]["route_table_id"] == "own"
    assert isinstance(two["route"], Unseen)  # a table that was not read may name it
    (lost,) = fact("subnets", ec2_subnets=[subnet("subnet-3")], ec2_route_tables=[{**GAP, **PLACE}])
    assert isinstance(lost["route"], Unseen) and lost["acl"] is None


def test_a_group_knows_its_rules_and_interfaces() -> None:
    groups = [
        group("a", SSH, egress="[{}, {}]"),
        group("b"),
        group("a", **ELSEWHERE),
        group("unset") | {"ingress": None},
    ]
    eni = [interface("eni-1", "a", "b"), interface("eni-2", "a"), interface("eni-3", "a", account_id="222222222222")]
    a, b, far, unset = fact("security_groups", ec2_security_groups=groups, ec2_network_interfaces=eni)
    assert (a["ingress_rules"], a["egress_rules"], a["interfaces"]) == (1, 2, ("eni-1", "eni-2"))
    assert (b["in_use"], far["in_use"], unset["ingress_rules"]) == (True, False, 0)
    lost = {"ec2_network_interfaces": [interface("eni-1", "a"), {**GAP, **PLACE}]}
    a, b, far, _ = fact("security_groups", ec2_security_groups=groups, **lost)
    assert a["in_use"] is True and b["in_use"] == Unseen(frozenset({GAP["gap"]}), (True, False))
    assert far["in_use"] is False and isinstance(a["interfaces"], Unseen)


def openings(**rows: Any) -> list[Cells]:
    base = {"ec2_subnets": [subnet("subnet-1")], "ec2_route_tables": [table("main", is_main=True)]}
    return fact("openings", **(base | rows))


def test_openings_are_what_the_internet_gets_to() -> None:
    two = {**SSH, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
    groups = [group("open", two), group("half", {**SSH, "IpRanges": [{"CidrIp": "128.0.0.0/1"}]}),
              group("private", {**SSH, "IpRanges": [{"CidrIp": "10.0.0.0/8"}, {"CidrIp": "anywhere"}]}, "text", None),
              group("broken") | {"ingress": "{not json"}]  # fmt: skip
    eni = [interface("eni-1", "open"), interface("eni-2", "open", public="203.0.113.9")]
    found = openings(ec2_security_groups=groups, ec2_network_interfaces=eni)
    shown = ("group_name", "protocol", "ports", "sources", "interfaces", "reached_at")
    assert [tuple(r[c] for c in shown) for r in found] == [
        ("open", "tcp", "22", ("0.0.0.0/0",), 2, "eni-2"), ("open", "tcp", "22", ("::/0",), 2, None),
        ("half", "tcp", "22", ("128.0.0.0/1",), 0, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("block", "reached"),
    [
        ({"ingress_blocked": False}, "eni-2"),
        ({"ingress_blocked": True}, None),
        (GAP, Unseen),
    ],
)
def test_vpc_block_public_access_keeps_the_internet_out(block: Any, reached: Any) -> None:
    eni = [interface("eni-2", "open", public="203.0.113.9")]
    (one,) = openings(
        ec2_security_groups=[group("open", SSH)],
        ec2_network_interfaces=eni,
        ec2_vpc_block_public_access=[{**PLACE, **block}],
    )
    assert isinstance(one["reached_at"], Unseen) if reached is Unseen else one["reached_at"] == reached


def test_what_hides_openings_and_their_interfaces() -> None:
    (one,) = openings(ec2_security_groups=[group("a", SSH)], ec2_network_interfaces=[{**GAP, **PLACE}])
    assert isinstance(one["interfaces"], Unseen) and isinstance(one["reached_at"], Unseen)
    listed = group("b", {**SSH, "IpRanges": [], "PrefixListIds": [{"PrefixListId": "pl-1"}]})
    entries = [{**GAP, **PLACE, "resource_id": "pl-1"}]
    found = source("openings", ec2_security_groups=[group("a", SSH), listed], ec2_prefix_list_entries=entries)
    assert [r["resource_id"] for r in found.rows] == ["a"]
    assert [(g.resource_id, g.text) for g in found.gaps] == [("b", GAP["gap"])]
    read = [{**PLACE, "resource_id": "pl-1", "cidr": "0.0.0.0/0"}, {**GAP, **PLACE, "resource_id": "pl-2"}]
    found = source("openings", ec2_security_groups=[listed], ec2_prefix_list_entries=read)
    assert [r["resource_id"] for r in found.rows] == ["b"] and not found.gaps  # the other list is none of its own


def test_a_prefix_list_that_one_account_was_refused_is_told_by_another() -> None:
    listed = group("b", {**SSH, "IpRanges": [], "PrefixListIds": [{"PrefixListId": "pl-1"}]})
    refused = {**GAP, **PLACE, "resource_id": "pl-1"}
    for elsewhere, rows in (({}, 1), ({"region": "us-east-1"}, 0), ({"resource_id": "pl-2"}, 0)):
        other = {**PLACE, "account_id": "222222222222", "resource_id": "pl-1", "cidr": "0.0.0.0/0", **elsewhere}
        found = source("openings", ec2_security_groups=[listed], ec2_prefix_list_entries=[refused, other])
        assert (len(found.rows), len(found.gaps)) == (rows, 1 - rows)
    (document,) = estate({"iam_aws_policy_versions": [
        {**GAP, "account_id": "111111111111", "region": "global", "resource_id": "ReadOnlyAccess"},
        {"account_id": "222222222222", "region": "global", "resource_id": "ReadOnlyAccess", "document": "{}"},
    ]}).source("iam_aws_policy_versions").find({"account_id": "111111111111"})  # fmt: skip
    assert document["document"] == "{}"


def test_a_prefix_list_that_the_account_is_not_shown_may_open_anything() -> None:
    """Its owner has taken back the share, and the rule works on."""
    listed = group("b", {**SSH, "IpRanges": [], "PrefixListIds": [{"PrefixListId": "pl-1"}, {"PrefixListId": "pl-2"}]})
    empty = {**PLACE, "resource_id": "pl-1", "outcome": "ABSENT"}
    found = source("openings", ec2_security_groups=[listed], ec2_prefix_list_entries=[empty])
    (gap,) = found.gaps
    assert not found.rows and "ec2:GetManagedPrefixListEntries was not called" in gap.text
    assert "pl-2" in gap.text and "pl-1" not in gap.text
    read = [empty, {**PLACE, "resource_id": "pl-2", "cidr": "198.51.100.0/24"}]
    found = source("openings", ec2_security_groups=[listed], ec2_prefix_list_entries=read)
    assert not found.rows and not found.gaps


def test_what_an_open_group_rests_on() -> None:
    assert tables_read_by(open_security_groups, SECURITY_GROUPS) == {
        "ec2_security_groups", "ec2_prefix_list_entries", "ec2_network_interfaces", "ec2_subnets", "ec2_route_tables",
        "ec2_network_acls", "ec2_vpcs", "ec2_vpc_block_public_access", "ec2_vpc_block_exclusions",
    }  # fmt: skip
