"""Access to servers: rows in, verdicts out; paths of the network are worked out from rows of tables."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from orienteer.facts.seen import Unseen
from orienteer.frames import frame as frame_of
from orienteer.tables import registry
from tests.facts.support import GAP, NOW, PLACE, UNSEEN, fact, found, judged, status, verdict

RUNNING = {"state": "running", "just_started": False}
ROUTES = json.dumps([{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}])


# --- SRV-01


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ({"ping_status": "Online"}, "PASS"),
        ({"ping_status": None}, "FAIL"),
        ({"ping_status": "ConnectionLost", "silent_hours": 24.0}, "PASS"),
        ({"ping_status": "ConnectionLost", "silent_hours": 24.1}, "FAIL"),
        ({"ping_status": "ConnectionLost", "silent_hours": None}, "FAIL"),
        ({"ping_status": "Inactive", "silent_hours": 1.0}, "FAIL"),
        ({"ping_status": UNSEEN}, "NOT_ASSESSED"),
        ({"ping_status": None, "cluster": "EKS"}, "PASS"),
        ({"ping_status": None, "just_started": True}, None),
        ({"ping_status": None, "state": "stopped"}, None),
    ],
)
def test_managed_servers(server: dict[str, Any], expected: str | None) -> None:
    assert status("SRV-01", RUNNING | server) == expected


def test_default_host_management_of_the_place_is_evidence() -> None:
    rows = {"ec2_instances": [{**PLACE, "resource_id": "i-1", "instance_id": "i-1", "state": "running"}],
            "ssm_host_management": [{**PLACE, "resource_id": "eu-west-1", "is_on": True}]}  # fmt: skip
    told = found("SRV-01", {name: frame_of(registry()[name], one) for name, one in rows.items()})
    assert json.loads(told["evidence"].item())["host_management"] is True


def test_the_client_may_want_nodes_of_clusters_managed_too() -> None:
    assert status("SRV-01", RUNNING | {"cluster": "EKS"}, skip_cluster_nodes=False) == "FAIL"


# --- SRV-02

KEYED = {"kind": "server", "state": "running", "key_name": "ops", "ssh_sources": (), "shared_with": 0}


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ({}, ("FAIL", "low")),
        ({"ssh_sources": ("0.0.0.0/0",)}, ("FAIL", "high")),
        ({"ssh_sources": UNSEEN}, ("FAIL", "medium")),
        ({"shared_with": 4}, ("FAIL", "low")),
        ({"shared_with": 5}, ("FAIL", "medium")),
        ({"key_name": None, "ssh_sources": ("0.0.0.0/0",)}, ("PASS", "medium")),
        ({"resource_id": "i-jump"}, ("PASS", "medium")),
        ({"server_name": "jump"}, ("PASS", "medium")),
        ({"server_name": UNSEEN}, ("NOT_ASSESSED", "")),
        ({"state": "stopped"}, None),
        ({"kind": "key pair", "is_used": False}, ("FAIL", "info")),
        ({"kind": "key pair", "is_used": True}, None),
        ({"kind": "key pair", "is_used": UNSEEN}, ("NOT_ASSESSED", "")),
    ],
)
def test_key_pairs(key: dict[str, Any], expected: tuple[str, str] | None) -> None:
    assert verdict("SRV-02", KEYED | key, ssh_exceptions=("i-jump", "jump")) == expected


def test_a_key_pair_tells_of_the_start_alone() -> None:
    told = judged("SRV-02", KEYED)
    assert told and "was launched with the key pair ops" in told.words


# --- SRV-03


def rule(port: int, *cidrs: str, **more: Any) -> dict[str, Any]:
    ranges = {
        "IpRanges": [{"CidrIp": c} for c in cidrs if ":" not in c],
        "Ipv6Ranges": [{"CidrIpv6": c} for c in cidrs if ":" in c],
    }
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **ranges, **more}


def network(*rules: dict[str, Any], public: str = "203.0.113.9", routes: str = ROUTES, **more: Any) -> dict[str, Any]:
    """The tables of one running instance with one interface behind one group of these rules."""
    at = {**PLACE, "vpc_id": "vpc-1"}
    return {
        "ec2_instances": [
            {
                **at,
                "resource_id": "i-1",
                "instance_id": "i-1",
                "state": "running",
                "key_name": "ops",
                "tags": json.dumps([{"Key": "Name", "Value": "jump"}]),
            }
        ],
        "ec2_network_interfaces": [
            {
                **at,
                "resource_id": "eni-1",
                "interface_id": "eni-1",
                "subnet_id": "s-1",
                "group_ids": '["g-1"]',
                "public_ips": json.dumps([public] if public else []),
                "instance_id": "i-1",
            }
        ],
        "ec2_security_groups": [{**at, "resource_id": "g-1", "group_id": "g-1", "ingress": json.dumps(rules)}],
        "ec2_subnets": [{**at, "resource_id": "s-1", "subnet_id": "s-1"}],
        "ec2_route_tables": [{**at, "resource_id": "r-1", "route_table_id": "r-1", "is_main": True, "routes": routes}],
        "ec2_vpcs": [{**at, "resource_id": "vpc-1", "cidrs": '["10.0.0.0/16"]'}],
        **more,
    }


def told(tables: dict[str, Any], **given: Any) -> list[tuple[str, str]]:
    frames = {name: frame_of(registry()[name], rows) for name, rows in tables.items()}
    rows = found("SRV-03", frames, **given)
    return [(row["status"], row["reason"]) for row in rows.to_dict("records")]


ANYWHERE = [{**PLACE, "resource_id": "pl-1", "cidr": cidr} for cidr in ("0.0.0.0/1", "128.0.0.0/1")]


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        (network(rule(22, "0.0.0.0/0")), "FAIL"),
        (network(rule(3389, "0.0.0.0/1", "128.0.0.0/1")), "FAIL"),
        (network({**rule(0, "0.0.0.0/0"), "IpProtocol": "-1", "FromPort": -1, "ToPort": -1}), "FAIL"),
        (network(rule(22, "198.51.100.0/24")), "PASS"),
        (network(rule(22, "12.0.0.0/7")), "FAIL"),
        (network(rule(22, PrefixListIds=[{"PrefixListId": "pl-1"}]), ec2_prefix_list_entries=ANYWHERE), "FAIL"),
        (network(rule(443, "0.0.0.0/0")), "PASS"),
        (network(rule(22, "0.0.0.0/0"), public=""), "PASS"),
        (network(rule(22, "0.0.0.0/0"), routes="[]"), "PASS"),
        (network(rule(22, "::/0")), "PASS"),
        (network(rule(22, "0.0.0.0/0"), ec2_network_interfaces=[{**GAP, **PLACE}]), "NOT_ASSESSED"),
        (network(rule(22, "0.0.0.0/0"), ec2_route_tables=[{**GAP, **PLACE}]), "NOT_ASSESSED"),
        (network(rule(22, "0.0.0.0/0"), public="", ec2_route_tables=[{**GAP, **PLACE}]), "PASS"),
    ],
)
def test_the_internet_has_to_get_there(tables: dict[str, Any], expected: str) -> None:
    assert [status for status, _ in told(tables)] == [expected]


def test_a_global_address_of_ipv6_is_public() -> None:
    routes = json.dumps([{"DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-1", "State": "active"}])
    tables = network(rule(22, "::/0"), public="", routes=routes)
    tables["ec2_network_interfaces"][0]["ipv6_addresses"] = '["2600:1f14::1"]'
    assert told(tables)[0][0] == "FAIL"


def test_an_open_rule_that_leads_nowhere_is_told_of() -> None:
    ((status, reason),) = told(network(rule(22, "0.0.0.0/0"), public=""))
    assert status == "PASS" and "NET-01" in reason


def test_bastions_are_asked_about() -> None:
    for named in ("i-1", "jump"):
        ((status, reason),) = told(network(rule(22, "0.0.0.0/0")), bastions=(named,))
        assert status == "MANUAL" and "patched" in reason
    assert told(network(rule(443, "0.0.0.0/0")), bastions=("i-1",))[0][0] == "PASS"


def test_the_client_may_name_other_ports() -> None:
    assert told(network(rule(5985, "0.0.0.0/0")), admin_ports=(5985,))[0][0] == "FAIL"


def balancer(**more: Any) -> dict[str, Any]:
    """The tables of a network load balancer on the internet that takes port 2222 to port 22 of the instance."""
    lb, group = "arn:lb", "arn:tg"
    return {
        "elbv2_load_balancers": [
            {
                **PLACE,
                "resource_id": "nlb",
                "name": "nlb",
                "arn": lb,
                "internet_facing": True,
                "subnet_ids": '["s-1"]',
                **more,
            }
        ],
        "elbv2_listeners": [
            {
                **PLACE,
                "resource_id": "l",
                "load_balancer_arn": lb,
                "port": 2222,
                "target_group_arns": json.dumps([group]),
            }
        ],
        "elbv2_target_groups": [{**PLACE, "resource_id": "tg", "arn": group, "port": 22}],
        "elbv2_targets": [{**PLACE, "resource_id": "tg", "arn": group, "target_id": "i-1"}],
    }


def test_hosts_behind_a_load_balancer() -> None:
    hidden = network(rule(22, "10.0.0.0/8"), public="")
    ((status, reason),) = told(hidden | balancer())
    assert status == "FAIL" and "nlb forwards port 2222" in reason
    assert told(hidden | balancer(internet_facing=False))[0][0] == "PASS"
    targets = {"elbv2_targets": [{**GAP, **PLACE}]}
    assert told(hidden | balancer() | targets)[0][0] == "NOT_ASSESSED"
    assert told(network(rule(22, "0.0.0.0/0")) | balancer() | targets)[0][0] == "FAIL"


@pytest.mark.parametrize(
    ("address", "vpc", "found"),
    [("10.0.0.7", "vpc-1", "FAIL"), ("10.0.0.8", "vpc-1", "FAIL"), ("10.0.0.7", "vpc-2", "PASS"),
     ("10.0.0.9", "vpc-1", "PASS")],
)  # fmt: skip
def test_a_target_may_be_an_address_of_the_host(address: str, vpc: str, found: str) -> None:
    hidden = network(rule(22, "10.0.0.0/8"), public="")
    hidden["ec2_network_interfaces"][0] |= {"private_ip": "10.0.0.7", "private_ips": '["10.0.0.7", "10.0.0.8"]'}
    before = balancer()
    before["elbv2_target_groups"][0]["vpc_id"] = vpc
    before["elbv2_targets"][0]["target_id"] = address
    assert told(hidden | before)[0][0] == found


def test_classic_load_balancers_name_their_instances() -> None:
    classic = {
        "elb_load_balancers": [
            {
                **PLACE,
                "resource_id": "old",
                "name": "old",
                "internet_facing": True,
                "instance_ids": '["i-1"]',
                "instance_ports": "[[22, 22]]",
                "subnet_ids": '["s-1"]',
            }
        ]
    }
    assert told(network(public="") | classic)[0][0] == "FAIL"


# --- the facts behind them


def test_endpoints_of_instance_connect_are_those_of_the_vpc() -> None:
    rows = [{**PLACE, "resource_id": n, "endpoint_id": n, "vpc_id": vpc, "state": state} for n, vpc, state in (
        ("eice-1", "vpc-1", "create-complete"), ("eice-2", "vpc-2", "create-complete"),
        ("eice-3", "vpc-1", "delete-in-progress"))]  # fmt: skip
    (server,) = fact("servers", **network(ec2_connect_endpoints=rows))
    assert server["connect_endpoints"] == ("eice-1",)
    (server,) = fact("servers", **network(ec2_connect_endpoints=[{**PLACE, **GAP}]))
    assert isinstance(server["connect_endpoints"], Unseen)


def test_ssh_from_outside_the_vpc() -> None:
    rules = (rule(22, "10.0.4.0/24", "198.51.100.0/24"), rule(3389, "0.0.0.0/0"))
    (server,) = fact("servers", **network(*rules))
    assert server["ssh_sources"] == ("198.51.100.0/24",)
    listed = rule(22, PrefixListIds=[{"PrefixListId": "pl-1"}])
    entries = [{**PLACE, "resource_id": "pl-1", "cidr": "192.0.2.0/24"}]
    (server,) = fact("servers", **network(listed, ec2_prefix_list_entries=entries))
    assert server["ssh_sources"] == ("192.0.2.0/24",)


def test_tags_tell_nodes_and_machines_of_a_group() -> None:
    made = {"launched_at": NOW - pd.Timedelta(minutes=30)}
    tags = [{"Key": "aws:autoscaling:groupName", "Value": "g"}, {"Key": "kubernetes.io/cluster/blue", "Value": "owned"}]
    rows = [{**PLACE, "instance_id": "i-1", "tags": json.dumps(tags), **made}, {**PLACE, "instance_id": "i-2", **made}]
    one, two = fact("servers", ec2_instances=rows)
    assert (one["cluster"], one["just_started"]) == ("EKS", True)
    assert (two["cluster"], two["just_started"]) == (None, False)


def test_key_pairs_are_shared_and_used() -> None:
    at = {**PLACE, "key_name": "ops"}
    rows = [
        {**at, "instance_id": "i-1", "state": "running"},
        {**at, "instance_id": "i-2", "state": "stopped"},
        {**at, "instance_id": "i-3", "state": "terminated"},
        {**at, "instance_id": "i-4", "region": "us-east-1"},
    ]
    pairs = [{**PLACE, "resource_id": name, "name": name} for name in ("ops", "old")]
    found = fact("server_keys", ec2_instances=rows, ec2_key_pairs=pairs)
    assert [row["shared_with"] for row in found if row["kind"] == "server"] == [1, 1, 2, 0]
    assert {row["key_name"]: row["is_used"] for row in found if row["kind"] == "key pair"} == {
        "ops": True,
        "old": False,
    }


# --- SRV-04

LOGGED = {"kind": "region", "has_preferences": True, "logs_to": ("logs",), "logs_encrypted": True, "unlogged": ()}


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({}, ("PASS", "medium")),
        ({"has_preferences": False}, ("FAIL", "medium")),
        ({"has_preferences": UNSEEN}, ("NOT_ASSESSED", "")),
        ({"logs_to": ()}, ("FAIL", "medium")),
        ({"logs_encrypted": False}, ("FAIL", "low")),
        ({"unlogged": ("root-shell",)}, ("FAIL", "low")),
        ({"kind": "organization", "running": 3, "key_pairs": 1}, ("MANUAL", "medium")),
    ],
)
def test_logged_sessions(place: dict[str, Any], expected: tuple[str, str]) -> None:
    assert verdict("SRV-04", LOGGED | place) == expected


def document(name: str, kind: str = "Standard_Stream", **inputs: Any) -> dict[str, Any]:
    return {
        **PLACE,
        "resource_id": name,
        "name": name,
        "settings": json.dumps({"schemaVersion": "1.0", "sessionType": kind, "inputs": inputs}),
    }


def test_where_sessions_are_logged() -> None:
    servers = [
        {**PLACE, "instance_id": "i-1", "state": "running"},
        {**PLACE, "instance_id": "i-2", "state": "stopped"},
        {**PLACE, "region": "us-east-1", "instance_id": "i-3", "state": "stopped"},
    ]
    documents = [
        document(
            "SSM-SessionManagerRunShell",
            s3BucketName="b",
            s3EncryptionEnabled=True,
            cloudWatchLogGroupName="",
            cloudWatchEncryptionEnabled=False,
        ),
        document("own-shell"),
        document("forward", "Port"),
        document("logged-shell", cloudWatchLogGroupName="g"),
        {**PLACE, "resource_id": "command", "name": "command"},
    ]
    region, whole = fact("session_places", ec2_instances=servers, ssm_session_documents=documents)
    assert (region["region"], region["running"], whole["running"]) == ("eu-west-1", 1, 1)
    assert (region["logs_to"], region["logs_encrypted"], region["unlogged"]) == (("b",), True, ("own-shell",))
    region, _ = fact("session_places", ec2_instances=servers)
    assert (region["has_preferences"], region["logs_to"], region["logs_encrypted"]) == (False, (), None)
