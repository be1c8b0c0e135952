"""Controls about tags, use of content, declarative policies, budgets, and what runs in the management account."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orienteer.facts.opt_out import AI
from orienteer.facts.seen import Cells, Partial, Unseen
from tests.facts.support import GAP, UNSEEN, fact, source, status

HOME, AUDIT, SHOP = (f"10000000000{n}" for n in range(1, 4))
ORG = {"account_id": HOME, "organization_id": "o-1", "management_account_id": HOME}
LOCK = {"@@operators_allowed_for_child_policies": ["@@none"]}
IN, OUT = {"opt_out_policy": {"@@assign": "optIn"}}, {"opt_out_policy": {"@@assign": "optOut"}}


def root(*types: str) -> dict[str, Any]:
    listed = [{"Type": one, "Status": "ENABLED"} for one in types]
    return {"account_id": HOME, "id": "r-1", "resource_id": "r-1", "policy_types": json.dumps(listed)}


def hung(kind: str, *policies: tuple[str, Any, str | None]) -> dict[str, Any]:
    """Tables of policies of a type: name, content, where it hangs."""
    rows = [{"account_id": HOME, "resource_id": n, "id": n, "name": n, "type": kind} for n, _, _ in policies]
    texts = [row | {"content": json.dumps(c)} for row, (_, c, _) in zip(rows, policies, strict=True)]
    targets = [row | {"target_id": t} for row, (_, _, t) in zip(rows, policies, strict=True)]
    return {
        "organization_policies": rows,
        "organization_policy_documents": texts,
        "organization_policy_targets": targets,
    }


def members(*ids: str) -> list[dict[str, Any]]:
    return [{"account_id": one, "id": one, "resource_id": one, "name": one, "state": "ACTIVE"} for one in ids]


# --- GOV-01


@pytest.mark.parametrize(
    ("one", "found"),
    [
        ({"kind": "policy", "missing": ()}, "PASS"),
        ({"kind": "policy", "missing": ("owner",)}, "FAIL"),
        ({"kind": "account", "missing": ()}, "PASS"),
        ({"kind": "account", "missing": ("owner",)}, "FAIL"),
        ({"kind": "account", "missing": UNSEEN}, "NOT_ASSESSED"),
        ({"kind": "resources", "coverage_percent": 80.0, "resources": 5}, "PASS"),
        ({"kind": "resources", "coverage_percent": 79.9, "resources": 5}, "FAIL"),
        ({"kind": "resources", "coverage_percent": UNSEEN, "resources": UNSEEN}, "NOT_ASSESSED"),
    ],
)
def test_ownership_tags(one: dict[str, Any], found: str) -> None:
    assert status("GOV-01", one) == found


def tagging(**more: Any) -> dict[str, Cells]:
    given = {"organization": [ORG], "organization_accounts": members(SHOP)}
    return {row["resource_id"]: row for row in fact("tagging", **(given | more))}


def test_tag_policies_define_keys_as_they_spell_them() -> None:
    tags = {
        "owner": {"tag_key": {"@@assign": "owner"}},
        "environment": {},
        "data-classification": {"tag_key": {"@@assign": "Data-Classification"}},
    }
    assert tagging(**hung("TAG_POLICY", ("t", {"tags": tags}, "r-1")))["tag policy"]["missing"] == (
        "data-classification",
    )
    loose = tagging(**hung("TAG_POLICY", ("t", {"tags": tags}, None)))["tag policy"]
    assert loose["missing"] == ("owner", "environment", "data-classification")
    refused = hung("TAG_POLICY", ("t", {}, "r-1")) | {
        "organization_policy_documents": [{"account_id": HOME, "resource_id": "t", **GAP}]
    }
    assert isinstance(tagging(**refused)["tag policy"]["missing"], Unseen)


def test_tags_of_accounts_keep_their_case() -> None:
    tags = [{"account_id": SHOP, "key": key, "value": "x"} for key in ("owner", "Environment", "data-classification")]
    assert tagging(organization_account_tags=tags)[SHOP]["missing"] == ("environment",)
    assert isinstance(tagging(organization_account_tags=[{"account_id": SHOP, **GAP}])[SHOP]["missing"], Unseen)


def test_resources_that_people_make_are_counted() -> None:
    full = json.dumps([{"Key": key, "Value": "x"} for key in ("owner", "environment", "data-classification")])
    place = {"account_id": SHOP, "region": "eu-west-1"}
    rows: dict[str, Any] = {
        "ec2_instances": [place | {"resource_id": "i-1", "tags": full}, place | {"resource_id": "i-2", "tags": "[]"}],
        "ec2_vpcs": [
            place | {"resource_id": "vpc-1", "is_default": True},
            place | {"resource_id": "vpc-2", "owner_account": HOME},
        ],
    }
    found = tagging(**rows)[f"resources of {SHOP}"]
    assert (found["coverage_percent"], found["resources"], found["untagged_examples"]) == (50.0, 2, ("i-2",))
    assert f"resources of {AUDIT}" not in tagging(**rows)
    lost = tagging(**rows | {"ec2_vpcs": [place | GAP | {"account_id": AUDIT}]})[f"resources of {AUDIT}"]
    assert isinstance(lost["coverage_percent"], Unseen)  # the account may hold some
    hidden = tagging(**rows, ec2_images=[place | GAP])[f"resources of {SHOP}"]
    assert isinstance(hidden["coverage_percent"], Unseen)


# --- GOV-02

WHOLE = {"is_on": True, "policies_at_root": ("p",), "default_value": "optOut", "opted_in": (), "overridden": ()}


@pytest.mark.parametrize(
    ("one", "found"),
    [
        ({}, "PASS"),
        ({"is_on": False}, "FAIL"),
        ({"policies_at_root": ()}, "FAIL"),
        ({"default_value": "optIn"}, "FAIL"),
        ({"default_value": None}, "FAIL"),
        ({"opted_in": ("rekognition",)}, "FAIL"),
        ({"overridden": ("polly in p2",)}, "FAIL"),
        ({"is_on": UNSEEN}, "NOT_ASSESSED"),
        ({"is_on": False, "policies_at_root": UNSEEN}, "FAIL"),
        ({"overridden": UNSEEN}, "NOT_ASSESSED"),
    ],
)
def test_ai_services_opt_out(one: dict[str, Any], found: str) -> None:
    assert status("GOV-02", WHOLE | one) == found


def opt_out(*policies: tuple[str, Any, str | None], types: tuple[str, ...] = (AI,)) -> Cells:
    (found,) = fact("ai_opt_out", organization=[ORG], organization_roots=[root(*types)], **hung(AI, *policies))
    return found


@pytest.mark.parametrize(
    ("at_root", "overridden"),
    [
        ({"default": OUT}, ("default in below", "polly in below")),
        ({**LOCK, "default": OUT}, ()),
        ({"default": {**LOCK, **OUT}}, ("polly in below",)),
        ({"default": {"opt_out_policy": {**LOCK, "@@assign": "optOut"}}, "polly": {**LOCK, **OUT}}, ()),
    ],
)
def test_policies_below_opt_in_again_unless_the_root_forbids_it(at_root: Any, overridden: tuple[str, ...]) -> None:
    below = {"services": {"default": IN, "polly": IN, "lex": OUT}}
    found = opt_out(("top", {"services": at_root}, "r-1"), ("below", below, "ou-1"), ("unused", below, None))
    assert (found["default_value"], found["overridden"]) == ("optOut", overridden)
    assert found["child_overrides_allowed"] is (at_root.get(next(iter(LOCK))) is None)


def test_a_policy_that_hangs_elsewhere_or_says_nothing_is_none() -> None:
    assert opt_out(("p", {"services": {"default": OUT}}, "ou-1"))["policies_at_root"] == ()
    assert opt_out(("p", {"services": {"polly": IN}}, "r-1"))["opted_in"] == ("polly",)
    for odd in ({}, {"services": 3}, {"services": {"default": "optOut"}}, []):
        assert opt_out(("p", odd, "r-1"))["default_value"] is None
    assert opt_out(types=())["is_on"] is False


# --- GOV-05


def test_written_policy_is_asked_question_by_question() -> None:
    rows = fact(
        "written_policy",
        organization=[ORG],
        organization_accounts=members(SHOP, AUDIT),
        organization_account_tags=[{"account_id": AUDIT, "key": "Owner", "value": "x"}],
    )
    assert {status("GOV-05", row) for row in rows} == {"MANUAL"} and len(rows) == 4
    owners = next(row for row in rows if row["resource_id"] == "account_owners")
    assert owners["without_owner_tag"] == Partial((SHOP,))


# --- DCP-01


@pytest.mark.parametrize(
    ("one", "found"),
    [
        ({"is_on": True, "loose": ()}, "PASS"),
        ({"is_on": True, "loose": ("serial_console_access",)}, "FAIL"),
        ({"is_on": False, "loose": UNSEEN}, "FAIL"),
        ({"is_on": True, "loose": UNSEEN}, "NOT_ASSESSED"),
    ],
)
def test_declared_settings(one: dict[str, Any], found: str) -> None:
    assert status("DCP-01", one) == found


PINNED = {
    "image_block_public_access": {"state": "block_new_sharing"},
    "snapshot_block_public_access": {"state": "block_all_sharing"},
    "serial_console_access": {"status": "disabled"},
    "instance_metadata_defaults": {"http_tokens": "required"},
}


@pytest.mark.parametrize(
    ("attributes", "loose"),
    [
        (PINNED, ()),
        (PINNED | {"serial_console_access": {"status": "enabled"}}, ("serial_console_access",)),
        (PINNED | {"instance_metadata_defaults": {"http_tokens": "no_preference"}}, ("instance_metadata_defaults",)),
        (PINNED | {"instance_metadata_defaults": 3}, ("instance_metadata_defaults",)),
        ({}, tuple(PINNED)),
        (None, tuple(PINNED)),
    ],
)
def test_what_a_policy_does_not_pin(attributes: Any, loose: tuple[str, ...]) -> None:
    text = None if attributes is None else json.dumps({"ec2_attributes": attributes})
    effective = [{"account_id": SHOP, "policy": text}, {"account_id": HOME, "policy": None}]
    (found,) = fact(
        "declared_settings",
        organization=[ORG],
        organization_roots=[root("DECLARATIVE_POLICY_EC2")],
        organization_effective_ec2_policy=effective,
    )
    assert (found["account_id"], found["loose"]) == (SHOP, loose)


@pytest.mark.parametrize("by", ["account", "declarative-policy"])
def test_what_an_account_sets_itself_is_not_enforced(by: str) -> None:
    """Its own settings are judged by INV-03 to INV-07; who set them shows whether a policy has arrived."""
    own = {"account_id": SHOP, "region": "eu-west-1", "http_tokens": "required", "managed_by": by}
    (found,) = fact(
        "declared_settings",
        organization=[ORG],
        organization_roots=[root("DECLARATIVE_POLICY_EC2")],
        organization_effective_ec2_policy=[{"account_id": SHOP, "policy": None}],
        ec2_instance_metadata_defaults=[own],
    )
    assert status("DCP-01", found) == "FAIL" and found["managed_by"] == (by,)


def test_the_management_account_is_bound_by_no_policy_also_where_it_is_not_known() -> None:
    """DCP-01 failed the management account where nobody told which one that is."""
    effective = [{"account_id": one, "policy": None} for one in (HOME, SHOP)]
    tables: dict[str, Any] = {
        "organization_roots": [root("DECLARATIVE_POLICY_EC2")],
        "organization_effective_ec2_policy": effective,
    }
    found = fact("declared_settings", organization=[{"account_id": HOME, **GAP}], **tables)
    assert [isinstance(row["is_home"], Unseen) for row in found] == [True, True]
    assert status("DCP-01", {"is_home": UNSEEN, "is_on": True, "loose": ("a",)}) == "NOT_ASSESSED"
    assert status("DCP-01", {"is_home": True, "is_on": True, "loose": ("a",)}) is None


def test_a_client_may_want_other_attributes_pinned() -> None:
    vpc = {"vpc_block_public_access": {"internet_gateway_block": {"mode": "block_ingress"}}}
    rows: dict[str, Any] = {
        "organization": [ORG],
        "organization_roots": [root("DECLARATIVE_POLICY_EC2")],
        "organization_effective_ec2_policy": [{"account_id": SHOP, "policy": json.dumps({"ec2_attributes": vpc})}],
    }
    wanted = {"dcp_attributes": ("vpc_block_public_access", "something_new")}
    (found,) = source("declared_settings", thresholds=wanted, **rows).rows
    assert found["loose"] == ("something_new",)


def test_one_row_where_the_policy_type_is_off() -> None:
    effective = [{"account_id": one, "policy": None} for one in (HOME, SHOP, AUDIT)]
    found = source(
        "declared_settings",
        organization=[ORG],
        organization_roots=[root()],
        organization_effective_ec2_policy=effective,
    )
    assert [row["is_on"] for row in found.rows] == [False]
    refused = source(
        "declared_settings",
        organization=[ORG],
        organization_roots=[root("DECLARATIVE_POLICY_EC2")],
        organization_effective_ec2_policy=[{"account_id": SHOP, **GAP}],
    )
    assert (refused.rows, len(refused.gaps)) == ([], 1)


# --- GOV-04


@pytest.mark.parametrize(
    ("account", "found"),
    [({"is_watched": True}, "PASS"), ({"is_watched": False}, "FAIL"), ({"is_watched": UNSEEN}, "NOT_ASSESSED")],
)
def test_spending_is_watched(account: dict[str, Any], found: str) -> None:
    assert status("GOV-04", account) == found


def watched(**more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "organization": [ORG],
        "organization_accounts": members(HOME, SHOP),
        "account_organization": [{"account_id": one, "organization_id": "o-1"} for one in (HOME, SHOP)],
    }
    return {row["account_id"]: row["is_watched"] for row in fact("spending", **(given | more))}


def monitor(account: str = HOME, **more: Any) -> dict[str, Any]:
    return {
        "account_id": account,
        "monitor_arn": "arn:m",
        "monitor_type": "DIMENSIONAL",
        "dimension": "SERVICE",
        **more,
    }


TOLD = {"account_id": HOME, "subscription_arn": "arn:s", "monitor_arns": '["arn:m"]', "confirmed": 1}


@pytest.mark.parametrize(
    ("one", "told", "found"),
    [
        (monitor(), TOLD, {HOME: True, SHOP: True}),
        (monitor(dimension="LINKED_ACCOUNT"), TOLD, {HOME: True, SHOP: True}),
        (monitor(dimension="TAG"), TOLD, {HOME: False, SHOP: False}),
        (
            monitor(monitor_type="CUSTOM", dimension=None, linked_accounts=f'["{SHOP}"]'),
            TOLD,
            {HOME: False, SHOP: True},
        ),
        (monitor(SHOP), TOLD, {HOME: False, SHOP: True}),
        (monitor(), TOLD | {"confirmed": 0}, {HOME: False, SHOP: False}),
        (monitor(), TOLD | {"monitor_arns": "[]"}, {HOME: False, SHOP: False}),
    ],
)
def test_monitors_that_tell_somebody(one: Any, told: Any, found: Any) -> None:
    assert watched(ce_anomaly_monitors=[one], ce_anomaly_subscriptions=[told]) == found


@pytest.mark.parametrize(
    ("budget", "notified", "found"),
    [
        ({"account_id": SHOP}, 1, {HOME: False, SHOP: True}),
        ({"account_id": SHOP}, 0, {HOME: False, SHOP: False}),
        ({"account_id": HOME}, 1, {HOME: True, SHOP: False}),
        ({"account_id": HOME, "linked_accounts": f'["{SHOP}"]'}, 1, {HOME: True, SHOP: True}),
    ],
)
def test_budgets_that_tell_somebody(budget: dict[str, Any], notified: int, found: Any) -> None:
    notes = [{"account_id": budget["account_id"], "budget_name": "b", "notifications": notified}]
    assert watched(budgets=[{"budget_name": "b", **budget}], budget_notifications=notes) == found


def test_what_was_refused_or_not_asked_may_watch() -> None:
    assert isinstance(watched(ce_anomaly_monitors=[{"account_id": HOME, **GAP}])[SHOP], Unseen)
    refused = watched(budgets=[{"account_id": SHOP, **GAP}])
    assert isinstance(refused[SHOP], Unseen) and refused[HOME] is False
    asked = [{"account_id": HOME, "organization_id": "o-1"}]
    assert isinstance(watched(account_organization=asked)[SHOP], Unseen)
    unnamed = [{"account_id": HOME, **GAP}]
    assert isinstance(watched(organization=unnamed)[SHOP], Unseen)  # its monitors may be the management account's


# --- ORG-05


@pytest.mark.parametrize(
    ("kind", "others", "found"),
    [
        ("instances", Partial(()), "PASS"),
        ("instances", Partial(("i-1 (eu-west-1)",)), "FAIL"),
        ("databases", Partial(("db (eu-west-1)",), UNSEEN.gaps), "FAIL"),
        ("clusters", Partial((), UNSEEN.gaps), "NOT_ASSESSED"),
        ("functions", Partial(("f (eu-west-1)",)), "MANUAL"),
        ("buckets", Partial(("b (eu-west-1)",)), "MANUAL"),
    ],
)
def test_management_workloads(kind: str, others: Partial, found: str) -> None:
    assert status("ORG-05", {"resource_id": kind, "others": others}) == found


def work(**more: Any) -> dict[str, Cells]:
    given: dict[str, Any] = {"organization": [ORG], "account_organization": [ORG]}
    return {row["resource_id"]: row for row in fact("management_work", **(given | more))}


def test_what_is_expected_in_the_management_account() -> None:
    place = {"account_id": HOME, "region": "eu-west-1"}
    names = ("acme-cur-export", "secure-files", "Billing", "aws-controltower-logs", "curious")
    stack = json.dumps([{"Key": "aws:cloudformation:stack-name", "Value": "StackSet-base"}])
    found = work(
        s3_buckets=[place | {"resource_id": name} for name in names]
        + [{**place, "account_id": SHOP, "resource_id": "x"}],
        ec2_instances=[
            place | {"resource_id": "i-1", "state": "stopped"},
            place | {"resource_id": "i-2", "state": "terminated"},
            place | {"resource_id": "i-3", "state": "running", "tags": stack},
        ],
        rds_clusters=[place | {"resource_id": "db"}],
    )
    assert found["buckets"]["others"].items == ("secure-files (eu-west-1)", "curious (eu-west-1)")
    assert found["instances"]["others"].items == ("i-1 (eu-west-1)",)
    assert found["instances"]["expected"] == ("i-3 (eu-west-1)",)
    assert found["databases"]["others"].items == ("db (eu-west-1)",)
    assert found["functions"]["others"] == Partial(())


def test_a_management_account_that_was_not_asked_is_no_empty_one() -> None:
    assert work(account_organization=[{"account_id": SHOP}])["instances"]["others"].gaps
    gaps = source("management_work", organization=[{"account_id": HOME, **GAP}]).gaps
    assert {(gap.account_id, gap.resource_id) for gap in gaps} >= {(HOME, "instances"), (HOME, "buckets")}
