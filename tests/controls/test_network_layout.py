"""Subnets, flow logs and private paths: rows in, verdicts out; and what the facts behind them tell, from tables."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orienteer.facts.seen import Cells, Unseen
from orienteer.parameters import Client
from tests.facts.support import GAP, PLACE, UNSEEN, fact, status, verdict

OWN, MEMBER, STRANGER = PLACE["account_id"], "222222222222", "900900900900"
OUT = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}
ORGANIZATION = {
    "organization": [{"organization_id": "o-1", "management_account_id": OWN}],
    "organization_accounts": [{"id": a, "resource_id": a, "state": "ACTIVE"} for a in (OWN, MEMBER)],
}


def keyed(key: str, **more: Any) -> dict[str, Any]:
    return {**PLACE, "resource_id": key, **more}


def named(name: str, **more: Any) -> dict[str, Any]:
    return keyed(name, name=name, **more)


# --- NET-04

CLOSED = {"subnet_id": "subnet-1", "public_ip_on_launch": False, "acl_openings": (), "acl_is_default": False,
          "gateway": "igw-1"}  # fmt: skip
OPEN_ACL = {"acl_openings": ("22 (rule 100)",)}


@pytest.mark.parametrize(
    ("subnet", "found"),
    [
        ({}, ("PASS", "medium")),
        ({"public_ip_on_launch": True}, ("FAIL", "medium")),
        ({"public_ip_on_launch": True, "gateway": None}, ("FAIL", "low")),
        ({"public_ip_on_launch": True, "gateway": UNSEEN}, ("FAIL", "medium")),
        ({"public_ip_on_launch": None}, ("PASS", "medium")),
        ({"public_ip_on_launch": UNSEEN}, ("NOT_ASSESSED", "")),
        ({"public_ip_on_launch": True, "acl_openings": UNSEEN}, ("FAIL", "medium")),
        ({"acl_openings": UNSEEN}, ("NOT_ASSESSED", "")),
        (OPEN_ACL, ("FAIL", "medium")),
        (OPEN_ACL | {"gateway": None}, ("FAIL", "low")),
        (OPEN_ACL | {"acl_is_default": True}, ("FAIL", "info")),
        ({"of_default_vpc": True, "public_ip_on_launch": True}, None),
        ({"owner_account": MEMBER, "public_ip_on_launch": True}, None),
    ],
)
def test_subnets_keep_private(subnet: dict[str, Any], found: tuple[str, str] | None) -> None:
    assert verdict("NET-04", CLOSED | subnet) == found


def test_subnets_that_are_meant_to_be_public() -> None:
    given = CLOSED | {"public_ip_on_launch": True, "subnet_name": "edge"}
    assert status("NET-04", given, public_subnets=("edge",)) == "PASS"
    assert status("NET-04", given, public_subnets=("subnet-1",)) == "PASS"
    assert status("NET-04", given, public_subnets=("subnet-2",)) == "FAIL"
    assert status("NET-04", given | OPEN_ACL, public_subnets=("edge",)) == "FAIL"


def entry(number: int, action: str = "allow", cidr: str = "0.0.0.0/0", first: int = 0, last: int = 65535) -> Any:
    key = "Ipv6CidrBlock" if ":" in cidr else "CidrBlock"
    ports = {} if (first, last) == (0, 65535) else {"PortRange": {"From": first, "To": last}}
    return {"RuleNumber": number, "RuleAction": action, "Protocol": "6", key: cidr, "Egress": False, **ports}


def openings(*entries: Any) -> Any:
    table = keyed("rtb", vpc_id="vpc-1", is_main=True, routes=json.dumps([OUT]), subnet_ids="[]")
    acl = keyed("acl", acl_id="acl-1", vpc_id="vpc-1", is_default=True, subnet_ids="[]", entries=json.dumps(entries))
    (found,) = fact(
        "subnets",
        ec2_subnets=[keyed("subnet-1", subnet_id="subnet-1", vpc_id="vpc-1")],
        ec2_route_tables=[table],
        ec2_network_acls=[acl],
    )
    assert (found["gateway"], found["acl_id"], found["acl_is_default"]) == ("igw-1", "acl-1", True)
    return found["acl_openings"]


def test_the_first_rule_that_matches_decides() -> None:
    assert openings(entry(100)) == ("22 (rule 100)", "3389 (rule 100)")
    assert openings(entry(90, "deny", first=22, last=22), entry(100)) == ("3389 (rule 100)",)
    assert openings(entry(110, "deny", first=22, last=22), entry(100, first=22, last=22)) == ("22 (rule 100)",)
    assert openings(entry(90, "deny"), entry(95, "allow", "::/0")) == ("22 (rule 95)", "3389 (rule 95)")
    assert openings(entry(100, cidr="10.0.0.0/8")) == ()
    assert openings({**entry(100), "Egress": True}) == ()


# --- NET-05

IN_USE = {"has_interfaces": True, "flow_log": None, "has_subnets": True, "bare_subnets": ("subnet-1",), "failing": ()}


@pytest.mark.parametrize(
    ("vpc", "found"),
    [
        ({}, "FAIL"),
        ({"flow_log": "fl-1, ALL to logs"}, "PASS"),
        ({"bare_subnets": ()}, "PASS"),
        ({"bare_subnets": (), "has_subnets": False}, "FAIL"),
        ({"failing": ("fl-1: access error",)}, "FAIL"),
        ({"failing": ("fl-1: access error",), "untold": ("fl-2",)}, "MANUAL"),
        ({"untold": ("fl-2",), "flow_log": "fl-1, ALL to logs"}, "PASS"),
        ({"has_interfaces": False}, None),
        ({"has_interfaces": UNSEEN}, "NOT_ASSESSED"),
        ({"flow_log": UNSEEN}, "NOT_ASSESSED"),
        ({"owner_account": MEMBER}, None),
    ],
)
def test_vpc_flow_logs(vpc: dict[str, Any], found: str | None) -> None:
    assert status("NET-05", IN_USE | vpc) == found


def test_flow_logs_may_be_wanted_for_production_alone() -> None:
    assert status("NET-05", IN_USE | {"env_class": "non-prod"}, flow_log_scope="prod") is None
    assert status("NET-05", IN_USE | {"env_class": "prod"}, flow_log_scope="prod") == "FAIL"
    assert status("NET-05", IN_USE | {"env_class": None}, flow_log_scope="prod") == "FAIL"
    assert status("NET-05", IN_USE | {"env_class": "non-prod"}) == "FAIL"


def vpc(*logs: Any, inside: Any = None, subnets: tuple[str, ...] = ("s-1", "s-2")) -> Cells:
    one = keyed("eni-1", interface_id="eni-1", vpc_id="vpc-1", subnet_id="s-1")
    (found,) = fact(
        "vpcs",
        ec2_vpcs=[keyed("vpc-1", vpc_id="vpc-1", owner_account=OWN)],
        ec2_network_interfaces=[one if inside is None else inside],
        ec2_subnets=[keyed(s, subnet_id=s, vpc_id="vpc-1") for s in subnets],
        ec2_flow_logs=list(logs),
    )
    return found


def log(watched: str, traffic: str = "ALL", **more: Any) -> dict[str, Any]:
    given = {"status": "ACTIVE", "traffic_type": traffic, "delivery": "SUCCESS", "destination": "arn:aws:s3:::logs"}
    return named(f"fl-{watched}", watched_id=watched, **given, **more)


def test_what_records_a_vpc() -> None:
    assert vpc(log("vpc-1"))["flow_log"] == "fl-vpc-1, ALL to arn:aws:s3:::logs"
    assert vpc(log("vpc-1", "ACCEPT"))["flow_log"] is None
    transit = vpc(log("tgw-1"), log("tgw-attach-1"))
    assert (transit["flow_log"], transit["bare_subnets"]) == (None, ("s-1", "s-2"))
    assert vpc(log("vpc-1") | {"status": "DELETED"})["flow_log"] is None
    broken = vpc(log("vpc-1") | {"delivery": "FAILED", "delivery_error": "Access error"})
    assert (broken["flow_log"], broken["failing"]) == (None, ("fl-vpc-1: Access error",))
    new = vpc(log("vpc-1") | {"delivery": None}, log("s-1", "REJECT") | {"delivery": None})
    assert (new["flow_log"], new["failing"], new["untold"]) == (None, (), ("fl-vpc-1", "fl-s-1"))
    assert new["bare_subnets"] == ("s-1", "s-2")
    assert vpc(log("s-1"), log("s-2", "REJECT"))["bare_subnets"] == ()
    assert vpc(log("s-1"))["bare_subnets"] == ("s-2",)
    assert isinstance(vpc({**GAP, **PLACE})["flow_log"], Unseen)
    assert vpc(log("vpc-1"), {**GAP, **PLACE})["flow_log"]
    shared = keyed("eni-2", vpc_id="vpc-1") | {"account_id": MEMBER}
    assert vpc(inside=shared)["has_interfaces"] is True
    assert vpc(inside={**GAP, **PLACE, "account_id": MEMBER})["has_interfaces"] is False
    assert isinstance(vpc(inside={**GAP, **PLACE})["has_interfaces"], Unseen)


# --- NET-08

PEERED = {"kind": "peering", "foreign": (), "whole_routes": ()}
ATTACHED = {"kind": "attachment", "foreign_ends": ()}
GATEWAY = {"kind": "gateway", "owner_account": OWN, "accepts_by_itself": False}
ENDPOINT = {"kind": "endpoint", "service": "s3", "policy": "{}", "opens_all": False}
VPC = {"kind": "vpc", "owner_account": OWN, "has_private_subnets": True, "reaches_s3": True}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (PEERED, ("PASS", "low")),
        (PEERED | {"foreign": (STRANGER,)}, ("FAIL", "high")),
        (PEERED | {"foreign": (STRANGER,), "state": "pending-acceptance"}, ("MANUAL", "low")),
        (ATTACHED | {"foreign_ends": (STRANGER,), "state": "pendingAcceptance"}, ("MANUAL", "low")),
        (PEERED | {"foreign": UNSEEN}, ("NOT_ASSESSED", "")),
        (PEERED | {"whole_routes": ("10.2.0.0/16",)}, ("PASS", "low")),
        (ATTACHED, ("PASS", "low")),
        (ATTACHED | {"foreign_ends": (STRANGER,)}, ("FAIL", "high")),
        (GATEWAY, ("PASS", "low")),
        (GATEWAY | {"accepts_by_itself": True}, ("FAIL", "medium")),
        (GATEWAY | {"accepts_by_itself": None}, ("PASS", "low")),
        (GATEWAY | {"accepts_by_itself": True, "owner_account": MEMBER}, None),
        (ENDPOINT, ("PASS", "low")),
        (ENDPOINT | {"opens_all": True}, ("FAIL", "low")),
        (ENDPOINT | {"opens_all": UNSEEN}, ("NOT_ASSESSED", "")),
        (ENDPOINT | {"opens_all": None, "service": "dynamodb"}, None),
        (ENDPOINT | {"policy": None}, None),
        (VPC, ("PASS", "info")),
        (VPC | {"reaches_s3": False}, ("FAIL", "info")),
        (VPC | {"reaches_s3": UNSEEN}, ("NOT_ASSESSED", "")),
        (VPC | {"reaches_s3": False, "has_private_subnets": False}, None),
    ],
)
def test_private_paths(path: dict[str, Any], found: tuple[str, str] | None) -> None:
    assert verdict("NET-08", path) == found


def test_peering_routes_may_have_to_be_exact() -> None:
    assert verdict("NET-08", PEERED | {"whole_routes": ("10.2.0.0/16",)}, peering_exact=True) == ("FAIL", "low")
    assert verdict("NET-08", PEERED, peering_exact=True) == ("PASS", "low")


def peering(other: str, destination: str = "10.2.0.0/16", state: str = "active", client: Client | None = None) -> Any:
    route = {"DestinationCidrBlock": destination, "VpcPeeringConnectionId": "pcx-1"}
    given = named("pcx-1", state=state, account_ids=json.dumps([OWN, other]), cidrs='["10.1.0.0/16", "10.2.0.0/16"]')
    found = fact(
        "private_paths",
        client or Client(),
        **ORGANIZATION,
        ec2_vpc_peerings=[given],
        ec2_route_tables=[keyed("rtb-1", routes=json.dumps([OUT, route]))],
    )
    return [(row["foreign"], row["whole_routes"]) for row in found]


def test_peering() -> None:
    assert peering(MEMBER) == [((), ("10.2.0.0/16",))]
    assert peering(MEMBER, "10.2.7.0/24") == [((), ())]
    assert peering(MEMBER, "10.0.0.0/8") == [((), ("10.0.0.0/8",))]
    assert peering(STRANGER) == [((STRANGER,), ("10.2.0.0/16",))]
    assert peering(STRANGER, client=Client(trusted_accounts={STRANGER: "partner"}))[0][0] == ()
    assert peering(STRANGER, state="deleted") == []
    assert peering(STRANGER, state="pending-acceptance")[0][0] == (STRANGER,)


def test_a_peering_that_others_ask_for_leads_nowhere_yet() -> None:
    asked = named("pcx-1", state="pending-acceptance", account_ids=json.dumps([STRANGER, OWN]))
    (found,) = fact("private_paths", Client(), **ORGANIZATION, ec2_vpc_peerings=[asked])
    assert found["foreign"] == ()


def test_an_account_that_is_not_listed_may_still_be_a_member() -> None:
    given = ORGANIZATION | {"organization_accounts": [{"id": OWN, "resource_id": OWN}, GAP]}
    attachment = named("a-1", gateway_account=OWN, attached_account=STRANGER, state="available")
    (found,) = fact("transit_attachments", **given, ec2_transit_attachments=[attachment])
    assert isinstance(found["foreign_ends"], Unseen)
    (found,) = fact("transit_attachments", **given, ec2_transit_attachments=[attachment | {"attached_account": OWN}])
    assert found["foreign_ends"] == ()


def document(**more: Any) -> str:
    return json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", **more}]})


@pytest.mark.parametrize(
    ("policy", "opens"),
    [
        (document(), True),
        (document(Action="s3:*"), True),
        (document(Principal={"AWS": "*"}), True),
        (document(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}), False),
        (document(Condition={"StringEquals": {"aws:ResourceOrgID": "o-1"}}), False),
        (document(Condition={"StringLike": {"aws:PrincipalOrgID": "*"}}), True),
        (document(Resource="arn:aws:s3:::own-*"), False),
        (document(Principal={"AWS": OWN}), False),
        (None, False),
    ],
)
def test_what_an_endpoint_opens(policy: str | None, opens: bool) -> None:
    given = keyed("vpce-1", endpoint_type="Gateway", service_name="com.amazonaws.eu-west-1.s3", policy=policy)
    (found,) = fact("endpoints", ec2_vpc_endpoints=[given])
    assert (found["service"], found["opens_all"]) == ("s3", opens)
    for name, expected in (("ec2", None), ("dynamodb", None), ("s3-fips", opens)):
        (other,) = fact("endpoints", ec2_vpc_endpoints=[given | {"service_name": f"com.amazonaws.eu-west-1.{name}"}])
        assert other["opens_all"] is expected


def test_a_vpc_with_a_gateway_endpoint_to_s3() -> None:
    base = {"ec2_vpcs": [keyed("vpc-1", vpc_id="vpc-1")],
            "ec2_subnets": [keyed("subnet-1", subnet_id="subnet-1", vpc_id="vpc-1")],
            "ec2_route_tables": [keyed("rtb", vpc_id="vpc-1", is_main=True, routes="[]")]}  # fmt: skip
    endpoint = keyed("e", vpc_id="vpc-1", endpoint_type="Gateway", service_name="com.amazonaws.eu-west-1.s3")
    (bare,) = fact("s3_paths", **base)
    (found,) = fact("s3_paths", **base, ec2_vpc_endpoints=[endpoint])
    (other,) = fact("s3_paths", **base, ec2_vpc_endpoints=[endpoint | {"endpoint_type": "Interface"}])
    assert [row["reaches_s3"] for row in (bare, found, other)] == [False, True, False]
    assert bare["has_private_subnets"] is True
    out = base | {"ec2_route_tables": [base["ec2_route_tables"][0] | {"routes": json.dumps([OUT])}]}
    assert fact("s3_paths", **out)[0]["has_private_subnets"] is False
