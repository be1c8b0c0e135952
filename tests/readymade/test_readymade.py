"""Ready-made policies over a small tree: what each newly denies, what in use it would stop, and what is not known."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from orienteer import facts
from orienteer import tables as read
from orienteer.facts import Estate
from orienteer.facts.tree import SCP
from orienteer.frames import frame
from orienteer.parameters import Client
from orienteer.readymade.filling import filling
from orienteer.readymade.ready import Ready
from orienteer.readymade.templates import LASTING, ready
from orienteer.readymade.trial import trial
from orienteer.readymade.tried import Tried, tried
from tests.controls.test_guardrails import EU, HOME, OLD, SHOP, SIX, policy, tables
from tests.facts.support import GAP, NOW, empty

CLIENT = Client(approved_regions=EU, trusted_accounts={"900000000009": "Auditor"})
LEAVE = policy(Action="organizations:LeaveOrganization")
ADMIN = json.dumps(
    [{"PolicyName": "all", "PolicyDocument": {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}}]
)
TRUST = json.dumps({"Statement": {"Effect": "Allow", "Principal": {"AWS": SHOP}, "Action": "sts:AssumeRole"}})
OPEN = json.dumps({"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}})


def estate(*attached: tuple[dict[str, Any], str], client: Client = CLIENT, **rows: list[dict[str, Any]]) -> Estate:
    """Facts over a tree with these policies, and over these rows of further tables."""
    facts.registry()
    specs = read.registry()
    six = {
        n: t if "outcome" in t else t.assign(outcome="OK", gap=None)
        for n, t in zip(SIX, tables(*attached), strict=True)
    }
    regions = [
        {"account_id": a, "resource_id": r, "region_name": r, "enabled": True}
        for a in (SHOP, OLD)
        for r in (*EU, "us-east-1")
    ]
    more = {name: frame(specs[name], found) for name, found in ({"ec2_regions": regions} | rows).items()}
    return Estate(empty() | six | more, specs, client, {}, NOW)


def one(name: str, here: Estate) -> Tried:
    return next(found for found in tried(here) if found.policy.name == name)


def newly(name: str, here: Estate) -> dict[str, tuple[str, ...]]:
    return {denied.account: denied.newly for denied in one(name, here).accounts}


def stopped(name: str, here: Estate) -> list[str]:
    return [f"{use.account_id} {use.what}" for use in one(name, here).use.stopped]


def role(account: str, name: str, trust: str = TRUST, days: int = 3, **more: Any) -> dict[str, Any]:
    arn = f"arn:aws:iam::{account}:role/{name}"
    used = NOW - pd.Timedelta(days=days)
    keys = {"account_id": account, "region": "global", "resource_id": name, "resource_arn": arn}
    return {**keys, "role_name": name, "role_arn": arn, "path": "/", "trust_policy": trust, "last_used_at": used,
            "inline_policies": ADMIN, "attached_policies": "[]", **more}  # fmt: skip


def bucket(account: str, region: str) -> dict[str, Any]:
    return {"account_id": account, "region": region, "resource_id": f"b-{account}", "bucket": f"b-{account}"}


# --- the policies


def test_every_policy_is_json_within_the_limit_even_of_a_large_client() -> None:
    given = filling(estate())
    assert given is not None
    regions = tuple(f"eu-central-{n}" for n in range(30))
    large = replace(given, approved=regions, trusted=tuple(f"{n:012}" for n in range(40)), deployers=("a", "b", "c"))
    for found in [*ready(given), *ready(large)]:
        assert json.loads(found.text) and found.size <= found.limit, found.name
        assert found.text.isascii() and found.before and found.source.startswith("https://docs.aws.amazon.com/")


def test_without_an_organization_there_is_none() -> None:
    assert tried(Estate(empty(), read.registry(), CLIENT, {}, NOW)) == []


def test_the_goal_is_written_beside_today_where_other_regions_are_used() -> None:
    names = {found.policy.name for found in tried(estate(s3_buckets=[bucket(SHOP, "eu-west-1")]))}
    assert "regions-today" in names and "regions-approved" not in names
    today = one("regions-today", used := estate(s3_buckets=[bucket(SHOP, "us-east-1")]))
    assert today.policy.regions == (*EU, "us-east-1") and one("regions-approved", used).policy.regions == EU


def test_only_roles_that_the_client_has_are_spared() -> None:
    assert "ArnNotLike" not in one("security-services", estate()).policy.text
    spared = one("security-services", estate(iam_roles=[role(SHOP, "OrganizationAccountAccessRole")]))
    assert "role/OrganizationAccountAccessRole" in spared.policy.text and not spared.get_by


# --- what they would newly deny


def test_an_account_that_is_denied_already_is_not_counted() -> None:
    assert newly("leave-organization", estate((LEAVE, "ou-w"))) == {
        "shop": (),
        "old": ("organizations:LeaveOrganization",),
    }


def test_what_each_denies_in_a_tree_without_guardrails() -> None:
    here = estate(s3_buckets=[bucket(SHOP, "us-east-1")])
    assert len(newly("root-user", here)["shop"]) == 15
    assert newly("regions-approved", here) == {"shop": ("us-east-1",)}, "the exception OU is left out"
    assert newly("iam-users", here) == {"shop": LASTING}
    assert newly("exception-ou", here) == {"old": (*LASTING, "us-east-1")}
    assert "cloudtrail:StopLogging" in newly("security-services", here)["old"]
    assert set(newly("perimeter", here)) == {"shop", "old"} and len(newly("perimeter", here)["shop"]) == 5
    assert all(not found.breaks and not found.get_by for found in tried(here))
    assert all(not account.passed for account in one("root-user", here).accounts)


def test_where_policies_are_off_they_are_tried_as_if_they_were_on() -> None:
    named = zip(SIX, tables(enabled=False), strict=True)
    six = {name: table.assign(outcome="OK", gap=None) for name, table in named}
    here = Estate(empty() | six, read.registry(), CLIENT, {}, NOW)
    assert newly("leave-organization", here)["shop"] and newly("perimeter", here)["shop"]


def of_ones_own(**statement: Any) -> Any:
    """The trial of a policy of one's own, asked for regions or for keys."""
    here = estate()
    asks = "users" if "Action" in statement else "regions"
    own = Ready("x", "X", SCP, policy(**statement), asks, "all", "", "", (), "", EU, ("iam:CreateUser",))
    (rails,) = here.source("guardrails").rows
    return trial(own, rails["partly"], lambda account: (*EU, "us-east-1"), ())[0]


def test_a_region_deny_that_forgets_global_services_is_told_to_break_them() -> None:
    elsewhere = {"StringNotEquals": {"aws:RequestedRegion": list(EU)}}
    assert "iam:ListRoles" in of_ones_own(NotAction=["sts:*"], Condition=elsewhere).breaks


def test_an_exemption_that_anybody_can_take_is_told() -> None:
    spared = {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/free"}}
    found = of_ones_own(Action="iam:CreateUser", Condition=spared)
    assert found.newly == ("iam:CreateUser",) and "iam:CreateRole" in found.get_by[0]


# --- what in use they would stop


def test_roles_in_use_that_would_lose_a_right() -> None:
    here = estate(iam_roles=[role(SHOP, "ops"), role(SHOP, "old", days=200), role(HOME, "boss")])
    (found,) = stopped("security-services", here)
    assert found.startswith(f"{SHOP} access-analyzer:DeleteAnalyzer and 24 more calls by role ops")


def test_regions_seen_in_use() -> None:
    used = {"last_used_region": "ap-south-1"}
    home = {"last_used_region": "us-east-1"}
    roles = [role(SHOP, "far", **used), role(SHOP, "idle", days=200, **used), role(SHOP, "home", **home)]
    here = estate(s3_buckets=[bucket(SHOP, "us-east-1")], iam_roles=roles)
    assert stopped("regions-approved", here) == [f"{SHOP} work in us-east-1", f"{SHOP} role far"]
    seen = [use.seen for use in one("regions-approved", here).use.stopped]
    assert seen == ["1 bucket", "last used 3 days ago, in ap-south-1"]


def test_roles_that_outsiders_assume_but_not_those_of_trusted_accounts() -> None:
    trusted = TRUST.replace(SHOP, "900000000009")
    here = estate(iam_roles=[role(SHOP, "open", OPEN), role(SHOP, "ours"), role(SHOP, "auditor", trusted)])
    assert stopped("perimeter", here) == [f"{SHOP} role open"]
    assert "900000000009" in one("perimeter", here).policy.text


def test_settings_are_counted_where_they_are_off() -> None:
    block = "ec2_snapshot_block_public_access"
    rows = [{"account_id": a, "region": "eu-west-1", "resource_id": "eu-west-1", "state": s}
            for a, s in ((SHOP, "unblocked"), (OLD, "block-all-sharing"))]  # fmt: skip
    found = {d.account: (d.newly, d.already) for d in one("ec2-settings", estate(**{block: rows})).accounts}
    assert found == {"shop": (("public snapshots in eu-west-1",), ()), "old": ((), ("public snapshots in eu-west-1",))}


# --- what is not known


def test_what_was_not_read_is_said() -> None:
    lost = {"account_id": SHOP, "region": "global", "resource_id": SHOP, **GAP}
    here = estate(iam_roles=[lost], organization_policy_documents=[{**lost, "account_id": HOME, "resource_id": "p-0"}])
    assert GAP["gap"] in one("security-services", here).use.unknown
    assert GAP["gap"] in one("leave-organization", here).use.unknown


def called(row: dict[str, Any], *services: tuple[str, int, str]) -> dict[str, Any]:
    """The report on a role: service, days since its last call, region."""
    used = [
        {"service": name, "last_used_at": (NOW - pd.Timedelta(days=days)).isoformat(), "region": region}
        for name, days, region in services
    ]
    arn = row["role_arn"]
    keys = {"account_id": row["account_id"], "region": "global", "resource_id": arn, "resource_arn": arn}
    return {**keys, "principal_arn": arn, "completed_at": NOW, "allowed": "[]", "used": json.dumps(used)}


def test_whoever_called_none_of_the_services_is_not_stopped() -> None:
    roles = [role(SHOP, name) for name in ("asks", "never", "unknown")]
    reports = [called(roles[0], ("cloudtrail", 4, "eu-west-1")), called(roles[1], ("sqs", 1, "eu-west-1"))]
    here = estate(iam_roles=roles, iam_service_last_accessed=reports)
    uses = {use.what.rpartition(" ")[2]: use.seen for use in one("security-services", here).use.stopped}
    assert set(uses) == {"asks", "unknown"}
    assert uses["asks"] == "called cloudtrail 4 days ago in eu-west-1" and uses["unknown"] == "last used 3 days ago"


def test_services_called_outside_the_regions_are_named() -> None:
    roles = [role(SHOP, "far", last_used_region="us-east-1")]
    far = called(
        roles[0], ("ec2", 5, "us-west-2"), ("iam", 1, "us-east-1"), ("s3", 2, EU[0]), ("sqs", 300, "us-west-2")
    )
    here = estate(iam_roles=roles, iam_service_last_accessed=[far])
    found = [(use.what, use.seen) for use in one("regions-today", here).use.stopped]
    assert found == [("calls of ec2 by role far", "last used 5 days ago, in us-west-2")]


@pytest.mark.parametrize("name", ["leave-organization", "iam-users", "regions-today", "perimeter", "ec2-settings"])
def test_something_is_always_beyond_what_can_be_seen(name: str) -> None:
    assert one(name, estate(s3_buckets=[bucket(SHOP, "eu-west-1")])).use.unknown


# --- where they are attached


def test_an_exception_ou_further_down_is_left_out_by_naming_what_stands_beside_it() -> None:
    frames = dict(zip(SIX, tables(), strict=True))
    units = frames["organizational_units"]
    deep = {**units.iloc[2].to_dict(), "ou_path": "Root/Work/Exceptions", "ou_ids": json.dumps(["r-1", "ou-w", "ou-x"])}
    frames["organizational_units"] = pd.DataFrame([*units.iloc[:2].to_dict("records"), deep])
    accounts = frames["organization_accounts"].to_dict("records")
    accounts[2] |= {"ou_path": "Root/Work/Exceptions", "ou_ids": json.dumps(["r-1", "ou-w", "ou-x"])}
    frames["organization_accounts"] = pd.DataFrame(accounts)
    six = {name: frame(read.registry()[name], table.to_dict("records")) for name, table in frames.items()}
    given = filling(Estate(empty() | six, read.registry(), CLIENT, {}, NOW))
    assert given is not None and given.around == ("shop",) and given.exception_names == "Exceptions"


def test_accounts_named_by_a_policy_are_asked_each_for_itself() -> None:
    spared = policy(
        Action="organizations:LeaveOrganization", Condition={"StringNotEquals": {"aws:PrincipalAccount": OLD}}
    )
    found = newly("leave-organization", estate((spared, "r-1")))
    assert found == {"shop": (), "old": ("organizations:LeaveOrganization",)}


@pytest.mark.parametrize("name", ["ec2_regions", "organizational_units", "iam_roles", "cost_by_region"])
def test_a_table_without_its_columns_hides_and_breaks_nothing(name: str) -> None:
    here = estate(s3_buckets=[bucket(SHOP, "us-east-1")], iam_roles=[role(SHOP, "ops")])
    bare = here.tables[name][["account_id", "region", "resource_id", "resource_arn", "outcome", "gap"]]
    found = tried(replace(here, tables={**here.tables, name: bare}, _known={}))
    assert all(one.policy.size for one in found)
