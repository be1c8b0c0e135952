"""Chapter 40's ways of the network: from the internet to a port, and private ones to others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from orienteer import workbook
from tests.report.estate import ACCOUNTS
from tests.test_workbook import REFUSED, book

HUB, LOGS = ACCOUNTS[0][0], ACCOUNTS[1][0]
STRANGER = "999999999999"


def at(resource: str, **more: Any) -> dict[str, Any]:
    return {"account_id": HUB, "region": "eu-west-1", "resource_id": resource, **more}


def network(gateway: str = "igw-1") -> dict[str, list[dict[str, Any]]]:
    """An instance with a public address whose group opens 22, in a subnet with a route to the gateway."""
    anybody = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    entry = {"CidrBlock": "0.0.0.0/0", "Egress": False, "Protocol": "-1", "RuleAction": "allow", "RuleNumber": 100}
    route = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway, "State": "active"}
    return {
        "ec2_security_groups": [at("sg-1", group_id="sg-1", ingress=json.dumps([anybody]))],
        "ec2_network_interfaces": [
            at("eni-1", interface_id="eni-1", vpc_id="vpc-1", subnet_id="subnet-1", group_ids='["sg-1"]',
               public_ips='["203.0.113.9"]', instance_id="i-1")],
        "ec2_subnets": [at("subnet-1", subnet_id="subnet-1", vpc_id="vpc-1")],
        "ec2_route_tables": [
            at("rtb-1", route_table_id="rtb-1", vpc_id="vpc-1", is_main=True, subnet_ids="[]",
               routes=json.dumps([route]))],
        "ec2_network_acls": [
            at("acl-1", acl_id="acl-1", vpc_id="vpc-1", is_default=True, subnet_ids='["subnet-1"]',
               entries=json.dumps([entry]))],
        "ec2_vpc_block_public_access": [at("eu-west-1", mode="off")],
    }  # fmt: skip


def test_a_way_from_the_internet_names_each_station(tmp_path: Path) -> None:
    run = book(tmp_path, **network())
    (way,) = workbook.internet_paths(run).to_dict("records")
    assert [way[name] for name in ("ports", "address", "gateway", "route_table", "network_acl", "security_group")] == [
        "22", "203.0.113.9", "igw-1", "rtb-1", "acl-1", "sg-1",
    ]  # fmt: skip
    assert (way["interface"], way["instance"]) == ("eni-1", "i-1")
    assert "22 in Hub" in workbook.internet_paths_drawn(run).page


def test_an_endpoint_tells_its_ports_what_it_asks_and_what_keeps_it_closed(tmp_path: Path) -> None:
    ranges = [{"CidrIp": "10.0.0.0/8"}]
    shut = json.dumps([{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": ranges}])
    rows = network()
    rows["ec2_security_groups"] += [at("sg-2", group_id="sg-2", ingress=shut)]
    rows |= {
        "ec2_instances": [at("i-1", instance_id="i-1", public_ip="203.0.113.9", group_ids='["sg-1"]')],
        "elbv2_load_balancers": [at("lb", resource_arn="arn:lb", arn="arn:lb", internet_facing=True,
                                    group_ids='["sg-2"]',
                                    subnet_ids='["subnet-1"]', dns_name="lb.example")],
        "elbv2_listeners": [at("lb", load_balancer_arn="arn:lb", port=443, protocol="HTTPS")],
        "apigatewayv2_apis": [at("api", name="api", protocol="HTTP")],
        "apigatewayv2_stages": [at("api", stage_name="s")],
        "apigatewayv2_routes": [at("api", route="GET /", authorization="JWT")],
    }  # fmt: skip
    found = workbook.internet_endpoints(book(tmp_path, **rows)).set_index("resource_id").astype(object)
    found = found[["reached", "ports", "asks_for", "kept_out_by"]]
    told = {name: tuple(None if pd.isna(cell) else cell for cell in found.loc[name]) for name in ("i-1", "lb", "api")}
    assert told == {
        "i-1": (True, "22", "nothing that AWS checks", None),
        "lb": (False, "HTTPS:443", None, "security groups"),
        "api": (True, "443", "authorization (JWT)", None),
    }


def test_an_endpoint_that_was_not_seen_is_no_closed_one(tmp_path: Path) -> None:
    rows = network() | {"ec2_route_tables": [at("", **REFUSED)]}
    rows["ec2_instances"] = [at("i-1", instance_id="i-1", public_ip="203.0.113.9", group_ids='["sg-1"]')]
    (one,) = workbook.internet_endpoints(book(tmp_path, **rows)).to_dict("records")
    assert one["resource_id"] == "i-1" and pd.isna(one["reached"]) and pd.isna(one["kept_out_by"])
    assert workbook.internet_endpoints(book(tmp_path / "none")).empty


def test_without_a_gateway_there_is_no_way(tmp_path: Path) -> None:
    run = book(tmp_path, **network(gateway="nat-1"))
    assert workbook.internet_paths(run).empty
    assert "No interface that was seen" in workbook.internet_paths_drawn(run).plain


def test_ways_that_were_not_seen_are_said(tmp_path: Path) -> None:
    rows = network() | {"ec2_route_tables": [at("", **REFUSED)]}
    shown = workbook.internet_paths_drawn(book(tmp_path, **rows)).plain
    assert "Whether the internet gets there was not seen of 1 interface." in shown


def test_private_ways_say_where_they_lead_and_what_is_wide(tmp_path: Path) -> None:
    anything = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}
    run = book(
        tmp_path,
        organization=[{"account_id": HUB, "organization_id": "o-1", "management_account_id": HUB}],
        organization_accounts=[{"account_id": a, "id": a, "name": n, "state": "ACTIVE"} for a, n in ACCOUNTS],
        ec2_vpc_peerings=[
            at("pcx-1", state="active", account_ids=json.dumps([HUB, STRANGER])),
            at("pcx-2", state="deleted", account_ids=json.dumps([HUB, STRANGER])),
            at("pcx-3", state="pending-acceptance", account_ids=json.dumps([STRANGER, HUB]))],
        ec2_transit_gateways=[at("tgw-1", owner_account=HUB, accepts_by_itself=True)],
        ec2_vpc_endpoints=[
            at("vpce-1", service_name="com.amazonaws.eu-west-1.s3", endpoint_type="Gateway",
               policy=json.dumps(anything))],
    )  # fmt: skip
    found = workbook.private_links(run).set_index("resource_id")
    assert set(found.index) == {"pcx-1", "pcx-3", "tgw-1", "vpce-1"}
    assert found.at["pcx-3", "leads_to"] == "nowhere until it is accepted"
    assert found.at["pcx-1", "leads_to"] == f"account {STRANGER}"
    assert found.at["tgw-1", "wide"] == "accepts attachments automatically" and pd.isna(found.at["tgw-1", "leads_to"])
    assert tuple(found.loc["vpce-1", ["leads_to", "wide"]]) == ("s3", "anybody's resources of the service")


def test_what_was_not_seen_of_a_private_way_is_not_called_narrow(tmp_path: Path) -> None:
    peering = at("pcx-1", state="active", account_ids=json.dumps([HUB, STRANGER]), cidrs='["10.0.0.0/16"]')
    run = book(tmp_path, ec2_vpc_peerings=[peering], ec2_route_tables=[at("", **REFUSED)])
    assert workbook.private_links(run)["wide"].tolist() == ["not known"]
