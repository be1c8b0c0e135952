"""Tables about workloads and applications whose columns are worked out of an answer, or that ask in several steps."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orienteer import tables
from orienteer.aws.rows import custom_rows, rows_of
from orienteer.model import Answer, Call, Outcome, Place
from orienteer.tables.ec2_used_images import AT_ONCE, IMAGES, INSTANCES

PLACE = Place("111122223333", "eu-west-1")


def cells(name: str, answer: dict[str, Any]) -> dict[str, Any]:
    """The one row that comes of an answer."""
    table = tables.registry()[name]
    (row,) = rows_of(table, Answer(table.call, Outcome.OK, (answer,)), PLACE)
    return dict(zip(table.schema, row, strict=True))


def acl(*rules: dict[str, Any], default: str = "Allow") -> dict[str, Any]:
    return {"WebACL": {"ARN": "arn:acl", "DefaultAction": {default: {}}, "Rules": list(rules)}}


@pytest.mark.parametrize(
    ("answer", "rules", "by_default"),
    [
        (acl(), 0, False),
        (acl(default="Block"), 0, True),
        (acl({"Action": {"Block": {}}}, {"Action": {"Count": {}}}), 1, False),
        (acl({"OverrideAction": {"None": {}}}, {"OverrideAction": {"Count": {}}}), 1, False),
        (acl({"Action": {"Captcha": {}}}, {"Action": {"Allow": {}}}), 1, False),
    ],
)
def test_rules_that_can_stop_a_request(answer: dict[str, Any], rules: int, by_default: bool) -> None:
    found = cells("wafv2_balancer_acls", answer)
    assert (found["acl_arn"], found["blocking_rules"], found["blocks_by_default"]) == ("arn:acl", rules, by_default)


def test_rule_groups_of_firewall_manager_can_stop_a_request() -> None:
    groups = {
        "PreProcessFirewallManagerRuleGroups": [{"OverrideAction": {"None": {}}}],
        "PostProcessFirewallManagerRuleGroups": [{"OverrideAction": {"Count": {}}}],
    }
    assert cells("wafv2_balancer_acls", {"WebACL": acl()["WebACL"] | groups})["blocking_rules"] == 1
    bare = {"ARN": "arn:acl", "DefaultAction": {"Allow": {}}, **groups}
    assert cells("wafv2_web_acl_rules", {"WebACL": bare})["blocking_rules"] == 1


def test_a_balancer_without_a_web_acl() -> None:
    found = cells("wafv2_balancer_acls", {"WebACL": None})
    assert found["acl_arn"] is None


@pytest.mark.parametrize(("ids", "started"), [(["p:2", "p:1"], "2026-06-01"), ([], None)])
def test_the_newest_build_of_a_project(ids: list[str], started: str | None) -> None:
    table = tables.registry()["codebuild_last_builds"]
    asked: list[Any] = []

    def ask(call: Call, /, resource: str = "", **params: object) -> Answer:
        asked.append((call.operation, params))
        told = {"ids": ids} if "projectName" in params else {"builds": [{"startTime": started}]}
        return Answer(call, Outcome.OK, (told,))

    assert table.read is not None
    rows = [one for one in table.read(ask, Place("1", "eu-west-1", {"name": "p"})) if not isinstance(one, Answer)]
    assert rows == [{"resource_id": "p", "started_at": started}]
    assert asked[1:] == ([("batch_get_builds", {"ids": ["p:2"]})] if ids else [])


@pytest.mark.parametrize(
    ("action", "redirects"),
    [
        ({"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS"}}, True),
        ({"Type": "redirect", "RedirectConfig": {"Protocol": "HTTP"}}, False),
        ({"Type": "forward"}, False),
    ],
)
def test_listeners_that_send_callers_to_https(action: dict[str, Any], redirects: bool) -> None:
    listener = {"ListenerArn": "arn:l", "Port": 80, "DefaultActions": [action]}
    assert cells("elbv2_listeners", {"Listeners": [listener]})["redirects"] is redirects


def test_plain_ports_of_a_classic_balancer() -> None:
    listeners = [{"Listener": {"Protocol": p, "LoadBalancerPort": n}, "PolicyNames": ["p"]}
                 for p, n in (("HTTP", 80), ("HTTPS", 443), ("TCP", 8443))]  # fmt: skip
    balancer = {"LoadBalancerName": "b", "ListenerDescriptions": listeners}
    found = cells("elb_load_balancers", {"LoadBalancerDescriptions": [balancer]})
    assert (found["plain_ports"], found["passed_ports"]) == ("[80]", "[8443]")
    assert (found["ends_tls"], json.loads(found["tls_listeners"])) == (True, [[443, ["p"]]])
    bare = cells("elb_load_balancers", {"LoadBalancerDescriptions": [balancer | {"ListenerDescriptions": []}]})
    assert bare["ends_tls"] is False


def used(images: dict[str, Any], asked: list[Any]) -> list[dict[str, Any]]:
    machines = [{"InstanceId": f"i-{n}", "ImageId": f"ami-{n}"} for n in range(AT_ONCE + 1)]

    def ask(call: Call, resource: str = "", **params: Any) -> Answer:
        if call is INSTANCES:
            return Answer(call, Outcome.OK, ({"Reservations": [{"Instances": machines}]},))
        asked.append(params["Filters"][0]["Values"])
        return Answer(IMAGES, Outcome.OK, (images,)) if len(asked) == 1 else Answer(IMAGES, Outcome.DENIED)

    table = tables.registry()["ec2_used_images"]
    assert table.read is not None
    rows = custom_rows(table, table.read(ask, PLACE), PLACE)
    return [dict(zip(table.schema, row, strict=True)) for row in rows]


def test_images_are_asked_for_by_a_filter_some_at_a_time() -> None:
    asked: list[Any] = []
    image = {
        "ImageId": "ami-1",
        "OwnerId": "999999999999",
        "ImageOwnerAlias": "amazon",
        "CreationDate": "2026-01-01T00:00:00Z",
    }
    rows = used({"Images": [image]}, asked)
    assert [len(part) for part in asked] == [AT_ONCE, 1]
    assert [(row["resource_id"], row["owner_alias"], row["outcome"]) for row in rows] == [
        ("ami-1", "amazon", "OK"), (None, None, "DENIED"),
    ]  # fmt: skip


def test_a_cluster_with_its_logs_and_keys() -> None:
    logs = {
        "clusterLogging": [{"types": ["audit", "api"], "enabled": True}, {"types": ["scheduler"], "enabled": False}]
    }
    found = cells("eks_cluster_details", {"cluster": {"name": "c", "logging": logs, "encryptionConfig": [{}]}})
    assert (found["audit_logs"], found["own_key"]) == (True, True)
    off = {"clusterLogging": [{"types": ["audit"], "enabled": False}]}
    found = cells("eks_cluster_details", {"cluster": {"name": "c", "logging": off}})
    assert (found["audit_logs"], found["own_key"]) == (False, False)
