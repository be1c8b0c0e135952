"""What answers on the internet, and records that dangle: rows in, verdicts out; and the facts, from tables."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orienteer.facts.seen import Cells, Unseen
from orienteer.parameters import Client
from tests.facts.support import GAP, NOBODY, PLACE, UNSEEN, fact, judged, status, verdict

WEB = {"is_record": False, "resource_id": "web", "answers": True, "hosts": ("web.elb.amazonaws.com", "203.0.113.7"),
       "is_database": False, "through": "load balancer, port 443", "guardrail": ""}  # fmt: skip
DATABASE = WEB | {"is_database": True}
SHUT = DATABASE | {"answers": False, "guardrail": "security groups"}
RECORD = {"is_record": True, "dangling": (), "unknown_addresses": ()}


@pytest.mark.parametrize(
    ("one", "unset", "given"),
    [
        (WEB, ("MANUAL", "high"), ("PASS", "high")),
        (WEB | {"hosts": ("other.example.com",)}, ("MANUAL", "high"), ("FAIL", "high")),
        (WEB | {"answers": False}, None, None),
        (WEB | {"answers": UNSEEN}, ("NOT_ASSESSED", ""), ("NOT_ASSESSED", "")),
        (WEB | {"requester_managed": True}, None, None),
        (DATABASE, ("FAIL", "critical"), ("FAIL", "critical")),
        (SHUT, ("FAIL", "medium"), ("FAIL", "medium")),
        (SHUT | {"guardrail": ""}, None, None),
        (RECORD, ("PASS", "high"), ("PASS", "high")),
        (RECORD | {"dangling": ("gone.elb.amazonaws.com",)}, ("FAIL", "high"), ("FAIL", "high")),
        (RECORD | {"dangling": UNSEEN}, ("NOT_ASSESSED", ""), ("NOT_ASSESSED", "")),
        (RECORD | {"unknown_addresses": ("203.0.113.7",)}, ("MANUAL", "high"), ("PASS", "high")),
        (RECORD | {"unknown_addresses": ("198.51.100.9",)}, ("MANUAL", "high"), ("MANUAL", "high")),
    ],
)
def test_public_endpoints(one: dict[str, Any], unset: tuple[str, str] | None, given: tuple[str, str] | None) -> None:
    assert verdict("NET-07", one) == unset
    assert verdict("NET-07", one, expected_endpoints=("WEB.*.amazonaws.com", "203.0.113.*")) == given


@pytest.mark.parametrize(
    ("guardrail", "words"),
    [
        ("security groups", "kept out by security groups alone"),
        ("private_network", "kept out by a private network alone"),
        ("vpc_blocked", "kept out by VPC block public access alone"),
    ],
)
def test_a_closed_database_says_what_keeps_the_internet_out(guardrail: str, words: str) -> None:
    found = judged("NET-07", SHUT | {"guardrail": guardrail})
    assert found and words in found.words


def test_names_of_all_kinds_may_be_expected() -> None:
    assert status("NET-07", WEB, expected_endpoints=("web",)) == "PASS"
    assert status("NET-07", WEB | {"resource_arn": "arn:lb"}, expected_endpoints=("arn:*",)) == "PASS"
    assert status("NET-07", WEB | {"hosts": UNSEEN}, expected_endpoints=("web",)) == "PASS"


# --- endpoints

OUT = json.dumps([{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}])
OPEN = json.dumps([{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])


def keyed(key: str, **more: Any) -> dict[str, Any]:
    return {**PLACE, "resource_id": key, **more}


NETWORK = {
    "organization": [{"organization_id": "o-1", "management_account_id": "999999999999"}],
    "ec2_subnets": [keyed("s-1", subnet_id="s-1", vpc_id="vpc-1")],
    "ec2_route_tables": [keyed("rtb", vpc_id="vpc-1", is_main=True, routes=OUT, subnet_ids="[]")],
    "ec2_security_groups": [keyed("sg-1", group_id="sg-1", ingress=OPEN), keyed("sg-2", group_id="sg-2", ingress="[]")],
}


def balancer(group: str = "sg-1", routes: str = OUT, **more: Any) -> Cells:
    web = keyed("web", name="web", arn="arn:lb", resource_arn="arn:lb", dns_name="Web-1.eu-west-1.elb.amazonaws.com",
                internet_facing=True, group_ids=json.dumps([group]), subnet_ids='["s-1"]')  # fmt: skip
    listener = keyed("arn:l", load_balancer_arn="arn:lb", port=443, protocol="HTTPS", authenticates=False)
    table = NETWORK["ec2_route_tables"][0] | {"routes": routes}
    given = {"elbv2_load_balancers": [web], "elbv2_listeners": [listener], "ec2_route_tables": [table]}
    (found,) = fact("internet_endpoints", **NETWORK | given | more)
    return found


def test_what_answers() -> None:
    found = balancer()
    assert (found["answers"], found["hosts"], found["protocols"]) == (
        True, ("web-1.eu-west-1.elb.amazonaws.com",), ("HTTPS:443",),
    )  # fmt: skip
    assert balancer("sg-2")["answers"] is False
    assert balancer(routes="[]")["answers"] is False
    asks = keyed("arn:l", load_balancer_arn="arn:lb", port=443, protocol="HTTPS", authenticates=True)
    assert balancer(elbv2_listeners=[asks])["answers"] is True
    assert isinstance(balancer(ec2_security_groups=[{**GAP, **PLACE}])["answers"], Unseen)


# --- records


def record(
    values: Any = (),
    alias: str | None = None,
    name: str = "shop.example.com.",
    client: Client = NOBODY,
    **more: Any,
) -> Any:
    given = keyed("Z1", record=name, type="A", values=json.dumps(list(values)), alias=alias)
    held = {
        "s3_buckets": [keyed("assets", bucket="assets"), keyed("b", bucket="site.example.com")],
        "elbv2_load_balancers": [keyed("web", dns_name="web-1.eu-west-1.elb.amazonaws.com")],
        "ec2_addresses": [keyed("eip", public_ip="203.0.113.7")],
    }
    (found,) = fact("dns_records", client, **{"route53_records": [given]} | held | more)
    return found["dangling"], found["unknown_addresses"]


def test_what_nobody_holds_may_be_held_where_nobody_looked() -> None:
    some = Client(regions=("eu-west-1",))
    assert record(["gone.eu-west-1.elb.amazonaws.com"], client=some)[0] == ("gone.eu-west-1.elb.amazonaws.com",)
    assert isinstance(record(["gone.us-east-1.elb.amazonaws.com"], client=some)[0], Unseen)
    assert isinstance(record(["gone.s3.amazonaws.com"], client=some)[0], Unseen)
    other = {"organization_accounts": [{"id": "222222222222", "resource_id": "222222222222", "state": "ACTIVE"}]}
    assert isinstance(record(["gone.eu-west-1.elb.amazonaws.com"], **other)[0], Unseen)
    asked = {"ec2_regions": [{"account_id": "222222222222", "region_name": "eu-west-1", "enabled": True}]}
    found = record(["gone.eu-west-1.elb.amazonaws.com"], **other, **asked)[0]
    assert found == ("gone.eu-west-1.elb.amazonaws.com",)


@pytest.mark.parametrize(
    ("given", "dangling", "unknown"),
    [
        ({"alias": "dualstack.web-1.eu-west-1.elb.amazonaws.com."}, False, False),
        ({"alias": "dualstack.gone-1.eu-west-1.elb.amazonaws.com."}, True, False),
        ({"values": ["WEB-1.eu-west-1.elb.amazonaws.com"]}, False, False),
        ({"alias": "s3-website.eu-central-1.amazonaws.com.", "name": "site.example.com."}, False, False),
        ({"alias": "s3-website-us-east-1.amazonaws.com.", "name": "gone.example.com."}, True, False),
        ({"values": ["assets.s3.eu-west-1.amazonaws.com"]}, False, False),
        ({"values": ["gone.s3.amazonaws.com"]}, True, False),
        ({"values": ["a1b2c3.execute-api.eu-west-1.amazonaws.com"]}, True, False),
        ({"values": ["d-a1b2c3.execute-api.eu-west-1.amazonaws.com"]}, False, False),
        ({"values": ["203.0.113.7"]}, False, False),
        ({"values": ["198.51.100.9"]}, False, True),
        ({"values": ["203.0.113.7", "198.51.100.9"]}, False, True),
        ({"values": ["ec2-203-0-113-7.eu-west-1.compute.amazonaws.com"]}, False, False),
        ({"values": ["ec2-198-51-100-9.eu-west-1.compute.amazonaws.com"]}, True, False),
        ({"alias": "d111.cloudfront.net."}, False, False),
        ({"values": ["shop.saas.example.net"]}, False, False),
    ],
)
def test_records_that_lead_to_nobody(given: dict[str, Any], dangling: bool, unknown: bool) -> None:
    found = record(**given)
    assert (found[0] != (), found[1] != ()) == (dangling, unknown)
    assert not any(isinstance(cell, Unseen) for cell in found)


def test_an_address_of_another_account_of_the_organization_does_not_dangle() -> None:
    other = {"ec2_addresses": [keyed("eip", public_ip="203.0.113.9") | {"account_id": "222222222222"}]}
    values = ["203.0.113.9", "ec2-203-0-113-9.eu-west-1.compute.amazonaws.com"]
    assert record(values, **other) == ((), ())
    assert record(values)[0] and record(values)[1]


def test_an_account_that_was_not_read_may_hold_the_target() -> None:
    alias = "gone-1.eu-west-1.elb.amazonaws.com"
    assert isinstance(record(alias=alias, elbv2_load_balancers=[GAP])[0], Unseen)
    held = {"elbv2_load_balancers": [keyed("web", dns_name="web-1.eu-west-1.elb.amazonaws.com"), GAP]}
    assert record(alias="web-1.eu-west-1.elb.amazonaws.com", **held)[0] == ()
