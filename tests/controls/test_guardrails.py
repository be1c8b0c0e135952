"""Controls about what guardrails deny, over a small tree with policies that are right, narrow, or wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from orienteer.facts.foundation import exceptions
from orienteer.facts.guarded import PROTECTED
from orienteer.frames import frame as frame_of
from orienteer.parameters import Client
from orienteer.tables import registry as registry_of_tables
from tests.facts.support import found as judged_over
from tests.support import frame

HOME, SHOP, OLD = "100000000001", "100000000002", "100000000003"
ORG = {"account_id": HOME, "organization_id": "o-1", "management_account_id": HOME, "feature_set": "ALL"}
NOW = pd.Timestamp("2026-11-24", tz="UTC")
SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
EU = ("eu-central-1", "eu-west-1")
CLIENT = Client(approved_regions=EU)
SIX = ("organization", "organization_roots", "organizational_units", "organization_accounts",
       "organization_policy_documents", "organization_policy_targets")  # fmt: skip
LOCKS = ("guardduty_organization_admins", "guardduty_organization_configuration", "guardduty_members")


def asking(id: str, *more: str) -> Callable[..., pd.DataFrame]:
    """The control as a function of the tree's tables and of more."""

    def ask(*frames: pd.DataFrame, client: Client = CLIENT, **given: Any) -> pd.DataFrame:
        documents = frames[4]
        policies = documents.drop(columns=["content", *(c for c in ("outcome", "gap") if c in documents)])
        policies = frame_of(registry_of_tables()["organization_policies"], policies.to_dict("records"))
        named = dict(zip((*SIX, *more), frames, strict=True)) | {"organization_policies": policies}
        return judged_over(id, named, client, **({"as_of": NOW} | given))

    return ask


leaving_denied = asking("SCP-02")
root_denied = asking("SCP-03", "iam_account_summary", "iam_organizations_features")
regions_denied = asking("SCP-04", "ec2_regions")
global_services_usable = asking("SCP-05")
protection_denied = asking("SCP-06", *LOCKS)
exceptions_managed = asking("SCP-07", "organization_account_tags")
long_lived_credentials_denied = asking("SCP-08", "iam_credential_report")
identity_perimeter = asking("RCP-01")


def policy(**statement: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Resource": "*", **statement}}


FULL = policy(Effect="Allow", Action="*")
FULL_RCP = policy(Effect="Allow", Action="*", Principal="*")
LEAVE = policy(Action="organizations:LeaveOrganization")


def tables(*attached: tuple[dict[str, Any], str], kind: str = SCP, enabled: bool = True) -> tuple[pd.DataFrame, ...]:
    """The six tables of a tree Root > Work (shop), Exceptions (old); `attached` are (document, place) pairs."""
    units = [
        ("r-1", "Root", "ROOT", "Root", ["r-1"]),
        ("ou-w", "Work", "ORGANIZATIONAL_UNIT", "Root/Work", ["r-1", "ou-w"]),
        ("ou-x", "Exceptions", "ORGANIZATIONAL_UNIT", "Root/Exceptions", ["r-1", "ou-x"]),
    ]
    homes = {HOME: ("mgmt", "Root", ["r-1"]), SHOP: ("shop", "Root/Work", ["r-1", "ou-w"]),
             OLD: ("old", "Root/Exceptions", ["r-1", "ou-x"])}  # fmt: skip
    full = FULL if kind == SCP else FULL_RCP
    hung = [(full, place) for place in ("r-1", "ou-w", "ou-x", SHOP, OLD)] + list(attached)
    texts = list(dict.fromkeys(json.dumps(document) for document, _ in hung))
    named = {text: {"account_id": HOME, "resource_id": f"p-{n}", "id": f"p-{n}", "name": f"policy-{n}", "type": kind,
                    "aws_managed": n == 0} for n, text in enumerate(texts)}  # fmt: skip
    types = json.dumps([{"Type": kind, "Status": "ENABLED"}] if enabled else [])
    return (
        frame("organization", [ORG]),
        frame("organization_roots", [{"account_id": HOME, "id": "r-1", "policy_types": types}]),
        frame(
            "organizational_units",
            [
                {
                    "account_id": HOME,
                    "resource_id": i,
                    "id": i,
                    "name": n,
                    "kind": k,
                    "ou_path": p,
                    "ou_ids": json.dumps(ids),
                }
                for i, n, k, p, ids in units
            ],
        ),
        frame(
            "organization_accounts",
            [
                {"account_id": i, "resource_id": i, "id": i, "name": n, "ou_path": p, "ou_ids": json.dumps(ids)}
                for i, (n, p, ids) in homes.items()
            ],
        ),
        frame(
            "organization_policy_documents",
            [{**row, "content": text} for text, row in named.items()] if enabled else [],
        ),
        frame(
            "organization_policy_targets",
            [{**named[json.dumps(d)], "target_id": t} for d, t in hung] if enabled else [],
        ),
    )


def statuses(found: pd.DataFrame) -> dict[str, str]:
    return dict(zip(found["resource_id"], found["status"], strict=True))


def evidence(found: pd.DataFrame, resource: str) -> dict[str, Any]:
    text = found.loc[found["resource_id"] == resource, "evidence"].iloc[0]
    return dict(json.loads(text))


AUDIT = "100000000009"


def guardduty(
    admins: dict[str, str | None] | None = None,
    mode: str | None = "ALL",
    status: str | None = "Enabled",
    in_force: str | None = "ENABLED",
) -> tuple[pd.DataFrame, ...]:
    """Delegates by region, and what the delegate says about enrolment and about shop; nobody unless told."""
    named = {"eu-west-1": None} if admins is None else admins
    own = [{"account_id": AUDIT, "region": region} for region, admin in named.items() if admin == AUDIT]
    other = {"member_account": OLD, "relationship_status": "Enabled"}
    shop = {"member_account": SHOP, "relationship_status": status}
    return (
        frame("guardduty_organization_admins", [
            {"account_id": HOME, "region": region, "resource_id": region, "admin_account": admin,
             "admin_status": in_force if admin else None} for region, admin in named.items()]),
        frame("guardduty_organization_configuration", [{**one, "auto_enable_members": mode} for one in own]),
        frame("guardduty_members", [{**one, **row} for one in own for row in (other, *([shop] if status else []))]),
    )  # fmt: skip


# --- what every one of them has in common

QUESTIONS: dict[str, Callable[..., pd.DataFrame]] = {
    "leaving": lambda *t: leaving_denied(*t, client=CLIENT),
    "root": lambda *t: root_denied(*t, untold(), frame("iam_organizations_features"), client=CLIENT),
    "regions": lambda *t: regions_denied(*t, regions(), client=CLIENT),
    "protection": lambda *t: protection_denied(*t, *guardduty(), client=CLIENT),
    "long_lived": lambda *t: long_lived_credentials_denied(*t, frame("iam_credential_report"), client=CLIENT),
}


def untold() -> pd.DataFrame:
    """AWS does not say whether shop's root user has credentials."""
    return frame("iam_account_summary", [{"account_id": SHOP, "resource_id": SHOP}])


def regions(*more: str) -> pd.DataFrame:
    rows = [{"account_id": i, "resource_id": r, "region_name": r, "enabled": r != "ap-east-1"}
            for i in (SHOP, OLD) for r in (*EU, "us-east-1", "ap-east-1", *more)]  # fmt: skip
    return frame("ec2_regions", rows)


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("enabled", [True, False])
def test_without_guardrails_everything_is_open_and_exceptions_are_left_out(name: str, enabled: bool) -> None:
    found = QUESTIONS[name](*tables(enabled=enabled))
    assert set(found["status"]) == {"FAIL"}
    assert (
        found["resource_id"].str.contains(SHOP).any() and not found["resource_id"].str.contains(f"{OLD}|{HOME}").any()
    )


@pytest.mark.parametrize("name", QUESTIONS)
def test_without_an_organization_there_is_nothing(name: str) -> None:
    empty = [table.head(0) for table in tables()]
    assert QUESTIONS[name](*empty).empty


# --- the exception OU


def test_the_exception_ou_is_the_one_named_or_the_one_called_so() -> None:
    units = tables()[2]
    assert exceptions(units, "", ()) == {"ou-x"}
    assert (
        exceptions(units, "Work", ())
        == {"ou-w"}
        == exceptions(units, "", ("root/work",))
        == exceptions(units, "ou-w", ())
    )
    assert exceptions(units, "nowhere", ()) == set()


# --- a chain that was not read whole


def hidden(tables_: tuple[pd.DataFrame, ...], number: int) -> tuple[pd.DataFrame, ...]:
    """The same tables, the text of policy `p-<number>` not given."""
    documents = tables_[4]
    return (*tables_[:4], documents.assign(content=documents["content"].mask(documents["id"] == f"p-{number}")),
            tables_[5])  # fmt: skip


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_policy_without_text_is_neither_credited_nor_blamed(name: str) -> None:
    """Without the text of the full access policy nothing would be allowed, and everything would seem denied."""
    assert set(QUESTIONS[name](*hidden(tables(), 0))["status"]) == {"MANUAL"}
    assert set(QUESTIONS[name](*hidden(tables((LEAVE, "ou-w")), 1))["status"]) == {"MANUAL"}


def test_a_deny_that_was_read_counts_beside_a_policy_without_text() -> None:
    found = leaving_denied(*hidden(tables((LEAVE, "ou-w")), 0), client=CLIENT)
    assert statuses(found) == {"ou-w": "PASS", SHOP: "PASS"}


def test_a_level_without_any_policy_was_not_read() -> None:
    whole = tables((LEAVE, "ou-w"))
    bare = (*whole[:5], whole[5][whole[5]["target_id"] == "ou-w"])
    found = root_denied(*bare, untold(), frame("iam_organizations_features"), client=CLIENT)
    assert statuses(found) == {SHOP: "MANUAL"} and "Not every policy" in found["reason"].iloc[0]
    assert set(statuses(leaving_denied(*bare, client=CLIENT)).values()) == {"PASS"}


def told_unread(control: str, more: dict[str, pd.DataFrame], *unread: str) -> dict[str, str]:
    """Statuses by resource when these tables are unread in the shop account, or altogether."""
    frames = dict(zip(SIX, tables((LEAVE, "ou-w")), strict=True)) | more
    seen = {n: f.assign(outcome="OK", gap=None) for n, f in frames.items()}
    for name in unread:
        row = {"account_id": SHOP if name.startswith("iam") else HOME, "region": "global", "outcome": "DENIED",
               "gap": "x:Y AccessDenied"}  # fmt: skip
        seen[name] = frame_of(registry_of_tables()[name], [row])
    return statuses(judged_over(control, seen, CLIENT, NOW))


def test_root_that_is_denied_or_gone_stands_without_the_other_half() -> None:
    by_arn = policy(Action="*", Condition={"StringLike": {"aws:PrincipalArn": "arn:*:iam::*:root"}})
    denied = dict(zip(SIX, tables((by_arn, "ou-w")), strict=True))
    features = {"iam_organizations_features": frame("iam_organizations_features")}
    assert told_unread("SCP-03", denied | features, "iam_account_summary")[SHOP] == "PASS"
    assert told_unread("SCP-03", features, "iam_account_summary")[SHOP] == "NOT_ASSESSED"
    counts = dict.fromkeys(["account_password_present", "account_access_keys_present",
                            "account_signing_certificates_present"], 0)  # fmt: skip
    gone = {"iam_account_summary": frame("iam_account_summary", [{"account_id": SHOP, "resource_id": SHOP, **counts}])}
    assert told_unread("SCP-03", features | gone, "organization_policy_documents")[SHOP] == "PASS"
    assert told_unread("SCP-03", features | gone, "organizational_units")[SHOP] == "NOT_ASSESSED"


# --- SCP-02


def test_leaving_denied() -> None:
    found = leaving_denied(*tables((LEAVE, "ou-w")), client=CLIENT)
    assert statuses(found) == {"ou-w": "PASS", SHOP: "PASS"}
    assert evidence(found, SHOP)["attached_at"] == "Root/Work" and evidence(found, SHOP)["policy_name"] == "policy-1"
    at_root = leaving_denied(*tables((LEAVE, "r-1")), client=CLIENT)
    assert statuses(at_root) == {"ou-w": "PASS", SHOP: "PASS", "ou-x": "PASS"}
    assert at_root.set_index("resource_id").loc["ou-x", "severity"] == "info"


@pytest.mark.parametrize("action", ["organizations:*", "*", "organizations:Leave*", "Organizations:leaveorganization"])
def test_every_name_that_takes_leaving_in_counts(action: str) -> None:
    assert statuses(leaving_denied(*tables((policy(Action=action), "ou-w")))) == {"ou-w": "PASS", SHOP: "PASS"}


def test_leaving_denied_save_to_somebody_nobody_agreed_on() -> None:
    spared = policy(
        Action="organizations:Leave*", Condition={"StringNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/exit"}}
    )
    assert set(statuses(leaving_denied(*tables((spared, "ou-w")), client=CLIENT)).values()) == {"FAIL"}
    agreed = leaving_denied(
        *tables((spared, "ou-w")), client=CLIENT, allowed_exempt_principals=("arn:aws:iam::*:role/exit",)
    )
    assert set(statuses(agreed).values()) == {"PASS"}


@pytest.mark.parametrize(
    ("operator", "path", "expected"),
    [
        ("ForAnyValue:StringLike", "o-1/r-1/ou-w/*", "PASS"),
        ("ForAnyValue:StringNotLike", "o-1/r-1/ou-x/*", "PASS"),
        ("ForAnyValue:StringLike", "o-1/r-1/ou-x/*", "FAIL"),
        ("StringNotLike", "o-1/r-1/ou-w/*", "FAIL"),
    ],
)
def test_a_deny_at_the_root_may_name_the_units_that_it_binds(operator: str, path: str, expected: str) -> None:
    by_path = policy(Action="organizations:*", Condition={operator: {"aws:PrincipalOrgPaths": path}})
    found = statuses(leaving_denied(*tables((by_path, "r-1")), client=CLIENT))
    assert (found["ou-w"], found[SHOP]) == (expected, expected)


def test_a_deny_on_one_resource_does_not_stop_leaving() -> None:
    narrow = policy(Action="organizations:*", Resource="arn:aws:organizations::1:account/o-1/1")
    assert set(statuses(leaving_denied(*tables((narrow, "ou-w")), client=CLIENT)).values()) == {"FAIL"}


# --- SCP-03


def root(document: dict[str, Any] | None, counts: tuple[int | None, ...] = (1, 0, 0)) -> pd.DataFrame:
    summary = dict(
        zip(
            ("account_password_present", "account_access_keys_present", "account_signing_certificates_present"),
            counts,
            strict=True,
        )
    )
    return root_denied(
        *tables(*([(document, "ou-w")] if document else [])),
        frame("iam_account_summary", [{"account_id": SHOP, "resource_id": SHOP, **summary}]),
        frame("iam_organizations_features", [{"account_id": HOME, "enabled_features": '["RootSessions"]'}]),
        client=CLIENT,
    )


def test_root_denied() -> None:
    by_arn = {"StringLike": {"aws:PrincipalArn": "arn:*:iam::*:root"}}
    plain = root(policy(Action="*", Condition=by_arn))
    assert statuses(plain) == {SHOP: "PASS"} and "AssumedRoot" in plain["reason"].iloc[0]
    spared = root(policy(Action="*", Condition={**by_arn, "Null": {"aws:AssumedRoot": "true"}}))
    assert statuses(spared) == {SHOP: "PASS"} and "AssumedRoot" not in spared["reason"].iloc[0]
    some = root(policy(Action="ec2:*", Condition=by_arn))
    assert some[["status", "severity"]].iloc[0].to_list() == ["FAIL", "medium"]
    assert evidence(some, SHOP)["policy_name"] == "policy-1"
    elsewhere = root(LEAVE)
    assert elsewhere[["status", "severity"]].iloc[0].to_list() == ["FAIL", "high"]


@pytest.mark.parametrize(
    "condition",
    [
        {"stringlike": {"AWS:PrincipalARN": "arn:*:iam::*:root"}},
        {"StringLike": {"aws:principalarn": "*:root"}},
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}},
        {"StringEquals": {"aws:PrincipalArn": f"arn:aws:iam::{SHOP}:root"}},
    ],
)
def test_a_deny_for_root_may_be_written_in_several_ways(condition: dict[str, Any]) -> None:
    assert statuses(root(policy(Action="*", Condition=condition))) == {SHOP: "PASS"}


@pytest.mark.parametrize(
    "spared",
    [
        {"StringNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{SHOP}:*"}},
        {"StringNotEquals": {"aws:PrincipalAccount": [SHOP]}},
        {"StringNotLike": {"aws:ResourceAccount": SHOP}},
    ],
)
def test_an_account_that_the_deny_for_root_spares_is_not_covered(spared: dict[str, Any]) -> None:
    by_arn = {"ArnLike": {"aws:PrincipalArn": "arn:*:iam::*:root"}}
    assert statuses(root(policy(Action="*", Condition={**by_arn, **spared}))) == {SHOP: "FAIL"}


@pytest.mark.parametrize(("counts", "status"), [((0, 0, 0), "PASS"), ((0, 1, 0), "FAIL"), ((None, 0, 0), "FAIL")])
def test_a_root_user_without_credentials_needs_no_deny(counts: tuple[int | None, ...], status: str) -> None:
    assert statuses(root(None, counts)) == {SHOP: status}


# --- SCP-04, SCP-05

ELSEWHERE = {"StringNotEquals": {"aws:RequestedRegion": list(EU)}}
GLOBALS = [
    "iam:*",
    "sts:*",
    "organizations:*",
    "account:*",
    "route53:*",
    "route53domains:*",
    "cloudfront:*",
    "support:*",
    "health:*",
    "budgets:*",
    "ce:*",
    "cur:*",
    "waf:*",
    "wafv2:*",
    "shield:*",
    "globalaccelerator:*",
    "networkmanager:*",
    "trustedadvisor:*",
    "aws-portal:*",
    "billing:*",
    "sso:*",
    "supportplans:*",
    "artifact:*",
    "pricing:*",
    "payments:*",
    "tax:*",
    "invoicing:*",
    "freetier:*",
    "consolidatedbilling:*",
    "savingsplans:*",
    "cost-optimization-hub:*",
    "notifications-contacts:*",
    "aws-marketplace:*",
    "sustainability:*",
    "bcm-data-exports:*",
    "s3:ListAllMyBuckets",
    "s3:GetAccountPublic*",
    "s3:PutAccountPublicAccessBlock",
]


def guard(spared: list[str], **more: Any) -> dict[str, Any]:
    return policy(NotAction=spared, Condition=ELSEWHERE, **more)


def closed(document: dict[str, Any], **more: Any) -> pd.DataFrame:
    more.setdefault("client", CLIENT)
    return regions_denied(*tables((document, "ou-w")), regions(), **more)


def test_regions_denied() -> None:
    assert statuses(closed(guard(GLOBALS))) == {SHOP: "PASS"}
    listed = closed(policy(Action=["ec2:*", "lambda:*", "s3:*"], Condition=ELSEWHERE))
    assert listed[["status", "severity"]].iloc[0].to_list() == ["FAIL", "medium"]
    some = closed(policy(Action="ec2:*", Condition=ELSEWHERE))
    assert some[["status", "severity"]].iloc[0].to_list() == ["FAIL", "high"]
    assert evidence(some, SHOP)["open_regions"] == ["us-east-1"]


@pytest.mark.parametrize("spared", [
    {"StringNotEquals": {"aws:PrincipalTag/team": "platform"}},
    {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/break-glass"}},
])  # fmt: skip
def test_a_region_deny_that_spares_whom_anybody_can_become_denies_nobody(spared: dict[str, Any]) -> None:
    """Field case f32."""
    loose = policy(NotAction=GLOBALS, Condition={**ELSEWHERE, **spared})
    found = closed(loose)
    assert statuses(found) == {SHOP: "FAIL"} and "not to everybody" in found["reason"].iloc[0]


def test_leaving_that_is_denied_save_to_one_whom_nobody_can_become_is_no_grave_matter() -> None:
    spared = {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/exit"}}
    kept = policy(Action=["iam:CreateRole", "iam:UpdateAssumeRolePolicy"], Resource="arn:aws:iam::*:role/exit",
                  Condition=spared)  # fmt: skip
    found = leaving_denied(*tables((policy(Action="organizations:Leave*", Condition=spared), "ou-w"), (kept, "ou-w")))
    assert found.loc[found["resource_id"] == SHOP, ["status", "severity"]].iloc[0].to_list() == ["FAIL", "low"]


@pytest.mark.parametrize(
    ("operator", "values", "expected"),
    [
        ("StringNotEqualsIgnoreCase", ["EU-CENTRAL-1", "eu-west-1"], "PASS"),
        ("StringNotLike", ["eu-central-?", "eu-west-1"], "PASS"),
        ("StringNotEqualsIfExists", list(EU), "PASS"),
        ("StringNotLikeIfExists", ["eu-*"], "PASS"),
        ("ForAnyValue:StringNotEquals", list(EU), "PASS"),
        ("ForAllValues:StringNotEquals", list(EU), "PASS"),
        ("StringNotEquals", ["EU-CENTRAL-1", "EU-WEST-1"], "FAIL"),
        ("StringNotLike", ["*"], "FAIL"),
        ("ForAnyValue:StringEquals", list(EU), "FAIL"),
    ],
)
def test_the_operator_of_a_region_deny_is_evaluated(operator: str, values: list[str], expected: str) -> None:
    condition = {operator: {"aws:RequestedRegion": values}}
    assert statuses(closed(policy(NotAction=GLOBALS, Condition=condition))) == {SHOP: expected}


def test_of_several_region_denies_only_what_all_of_them_spare_is_open() -> None:
    both = [policy(NotAction=GLOBALS, Condition={"StringNotEquals": {"aws:RequestedRegion": [*EU, more]}})
            for more in ("us-east-1", "eu-north-1")]  # fmt: skip
    north = regions("eu-north-1")
    for one in both:
        assert statuses(regions_denied(*tables((one, "ou-w")), north)) == {SHOP: "FAIL"}
    assert statuses(regions_denied(*tables((both[0], "r-1"), (both[1], "ou-w")), north)) == {SHOP: "PASS"}
    wide = (*EU, "eu-north-1")
    assert statuses(regions_denied(*tables(*((b, "ou-w") for b in both)), north, allowed_regions=wide)) == {
        SHOP: "FAIL"
    }


def test_an_approved_region_must_stay_open() -> None:
    found = closed(guard(GLOBALS), allowed_regions=(*EU, "eu-north-1"))
    assert statuses(found) == {SHOP: "FAIL"} and "eu-north-1" in found["reason"].iloc[0]


def test_an_approved_region_that_no_allow_reaches_is_blocked() -> None:
    """The only allow at the account's level is bound to one region."""
    allow = policy(Effect="Allow", Action="*", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}})
    six = tables((allow, SHOP))
    six = (*six[:5], six[5][~((six[5]["id"] == "p-0") & (six[5]["target_id"] == SHOP))])
    found = regions_denied(*six, regions(), client=CLIENT)
    assert statuses(found) == {SHOP: "FAIL"} and "approved eu-central-1" in found["reason"].iloc[0]
    assert statuses(regions_denied(*six, regions(), client=CLIENT, allowed_regions=("eu-west-1",))) == {SHOP: "PASS"}


def test_without_any_list_of_regions_nobody_passes() -> None:
    found = regions_denied(*tables((guard(GLOBALS), "ou-w")), frame("ec2_regions"), client=CLIENT)
    assert statuses(found) == {SHOP: "MANUAL"}
    nameless = frame("ec2_regions", [{"account_id": SHOP, "resource_id": "x", "enabled": True}])
    assert statuses(regions_denied(*tables((guard(GLOBALS), "ou-w")), nameless, client=CLIENT)) == {SHOP: "MANUAL"}


def test_without_approved_regions_the_client_is_asked() -> None:
    found = closed(guard(GLOBALS), client=Client())
    assert statuses(found) == {"o-1": "MANUAL"} and "eu-central-1" in found["reason"].iloc[0]


def test_an_allow_of_regions_restricts_nothing_beside_a_wider_allow() -> None:
    allow = policy(Effect="Allow", Action="*", Condition={"StringEquals": {"aws:RequestedRegion": list(EU)}})
    assert statuses(closed(allow)) == {SHOP: "FAIL"}


def test_global_services_usable() -> None:
    whole = global_services_usable(*tables((guard(GLOBALS), "ou-w")))
    assert statuses(whole) == {"p-1": "PASS"}
    short = global_services_usable(*tables((guard([g for g in GLOBALS if g != "budgets:*"]), "ou-w")))
    assert statuses(short) == {"p-1": "FAIL"} and evidence(short, "p-1")["denied_services"] == ["budgets"]
    unblocked = global_services_usable(*tables((guard([g for g in GLOBALS if "AccountPublic" not in g]), "ou-w")))
    assert statuses(unblocked) == {"p-1": "FAIL"} and "s3:GetAccountPublicAccessBlock" in unblocked["reason"].iloc[0]
    assert "us-east-1" not in whole["reason"].iloc[0] and evidence(whole, "p-1")["closes_home"] is True
    here = {"StringNotEquals": {"aws:RequestedRegion": [*EU, "us-east-1"]}}
    at_home = global_services_usable(*tables((policy(NotAction="globalaccelerator:*", Condition=here), "ou-w")))
    assert "leaves us-east-1 open" in at_home["reason"].iloc[0]
    loose = global_services_usable(*tables((guard([*GLOBALS, "kms:*"]), "ou-w")))
    assert statuses(loose) == {"p-1": "MANUAL"} and "kms:*" in loose["reason"].iloc[0]
    assert global_services_usable(*tables((LEAVE, "ou-w"))).empty


def test_global_accelerator_answers_in_another_region_than_most() -> None:
    spared = [g for g in GLOBALS if g != "globalaccelerator:*"]

    def told(*regions: str) -> list[str]:
        elsewhere = {"StringNotEquals": {"aws:RequestedRegion": [*EU, *regions]}}
        found = global_services_usable(*tables((policy(NotAction=spared, Condition=elsewhere), "ou-w")))
        return list(evidence(found, "p-1")["denied_services"])

    assert told("us-east-1") == ["globalaccelerator"] and told("us-west-2") == []


def test_which_services_are_global_is_the_clients_to_say() -> None:
    document = guard([g for g in GLOBALS if g not in ("budgets:*", "health:*")] + ["kms:*"])

    def told(*services: str) -> tuple[list[str], list[str]]:
        found = global_services_usable(*tables((document, "ou-w")), global_services=services)
        row = evidence(found, "p-1")
        return row["denied_services"], row["regional_entries"]

    assert told("iam", "budgets")[0] == ["budgets"] and "kms:*" in told("iam", "budgets")[1]
    assert told("iam", "kms")[0] == [] and "kms:*" not in told("iam", "kms")[1]


# --- SCP-06, SCP-08


def protected(*documents: dict[str, Any]) -> pd.DataFrame:
    return protection_denied(*tables(*((document, "ou-w") for document in documents)), *guardduty(), client=CLIENT)


ACTIONS = [probe.partition("@")[0] for probe in PROTECTED]


def test_protection_denied() -> None:
    found = protected(policy(Action=ACTIONS))
    assert set(found["status"]) == {"PASS"} and len(found) == len(PROTECTED)
    some = protected(policy(Action=[a for a in ACTIONS if not a.startswith(("cloudtrail", "config"))]))
    failed = some[some["status"] == "FAIL"].set_index("resource_id")["severity"]
    assert (
        failed[f"{SHOP}/cloudtrail:StopLogging"] == "high"
        and failed[f"{SHOP}/config:StopConfigurationRecorder"] == "medium"
    )
    assert len(failed) == 5


def test_an_exemption_that_a_local_administrator_can_take_fails() -> None:
    spared = {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/guard"}}
    assert set(protected(policy(Action=ACTIONS, Condition=spared))["status"]) == {"FAIL"}
    kept = policy(
        Action=["iam:CreateRole", "iam:UpdateAssumeRolePolicy"], Resource="arn:aws:iam::*:role/guard", Condition=spared
    )
    found = protected(policy(Action=ACTIONS, Condition=spared), kept)
    assert set(found["status"]) == {"PASS"} and "role/guard" in found["reason"].iloc[0]


def test_a_deny_on_the_security_roles_alone_protects_them() -> None:
    found = protected(policy(Action="iam:UpdateAssumeRolePolicy", Resource="arn:aws:iam::*:role/security-*"))
    assert statuses(found)[f"{SHOP}/iam:UpdateAssumeRolePolicy@security-roles"] == "PASS"


BOTH = {"eu-central-1": AUDIT, "eu-west-1": AUDIT}
LOCKABLE = ("guardduty:DeleteDetector", "guardduty:DisassociateFromAdministratorAccount")


@pytest.mark.parametrize(("given", "status"), [
    (guardduty(BOTH), "PASS"),
    (guardduty({**BOTH, "us-east-1": None}), "FAIL"),
    (guardduty(BOTH, mode="NEW"), "FAIL"),
    (guardduty(BOTH, mode=None), "NOT_ASSESSED"),
    (guardduty(BOTH, status="Removed"), "FAIL"),
    (guardduty(BOTH, status=None), "FAIL"),
    (guardduty(BOTH, in_force="DISABLE_IN_PROGRESS"), "FAIL"),
    (guardduty(BOTH, in_force=None), "NOT_ASSESSED"),
    (guardduty({**BOTH, "us-east-1": SHOP}), "FAIL"),
    (guardduty({**BOTH, "us-east-1": "100000000008"}), "NOT_ASSESSED"),
    (guardduty({}), "NOT_ASSESSED"),
    ((*guardduty(BOTH)[:2], frame("guardduty_members")), "NOT_ASSESSED"),
])  # fmt: skip
def test_a_lock_of_guardduty_counts_where_it_was_seen(given: tuple[pd.DataFrame, ...], status: str) -> None:
    found = protection_denied(*tables(), *given, client=CLIENT).set_index("resource_id")
    told = found["status"]
    assert {told[f"{SHOP}/{action}"] for action in LOCKABLE} == {status}
    assert set(told.drop([f"{SHOP}/{action}" for action in LOCKABLE])) == {"FAIL"}
    if status == "PASS":
        assert json.loads(found.loc[f"{SHOP}/{LOCKABLE[0]}", "evidence"])["locked_by"] == BOTH


@pytest.mark.parametrize(("given", "refused", "status"), [
    (guardduty(BOTH), "guardduty_organization_admins", "NOT_ASSESSED"),
    (guardduty(BOTH), "guardduty_members", "PASS"),
    (guardduty(BOTH, mode="NEW"), "guardduty_members", "FAIL"),
    (guardduty(BOTH, status="Removed"), "guardduty_members", "FAIL"),
    (guardduty(BOTH, status=None), "guardduty_members", "NOT_ASSESSED"),  # the account may stand on the page refused
    (guardduty(BOTH, mode=None), "guardduty_organization_configuration", "NOT_ASSESSED"),
    (guardduty({}), "guardduty_organization_admins", "NOT_ASSESSED"),
])  # fmt: skip
def test_what_was_not_read_of_guardduty_touches_only_what_rests_on_it(
    given: tuple[pd.DataFrame, ...], refused: str, status: str
) -> None:
    specs = registry_of_tables()
    frames = {n: frame_of(specs[n], t.to_dict("records")) for n, t in zip(LOCKS, given, strict=True)}
    gap = {"account_id": AUDIT, "outcome": "DENIED", "gap": "guardduty refused"}
    frames[refused] = pd.concat([frames[refused], frame_of(specs[refused], [{**gap, "region": r} for r in BOTH])])
    found = protection_denied(*tables(), *frames.values()).set_index("resource_id")["status"]
    assert {found[f"{SHOP}/{action}"] for action in LOCKABLE} == {status}
    assert set(found.drop([f"{SHOP}/{action}" for action in LOCKABLE])) == {"FAIL"}


def long_lived(users: list[str], *documents: dict[str, Any]) -> tuple[str, str]:
    report = frame(
        "iam_credential_report", [{"account_id": SHOP, "resource_id": u, "user": u} for u in ["<root_account>", *users]]
    )
    found = long_lived_credentials_denied(*tables(*((d, "ou-w") for d in documents)), report, client=CLIENT)
    return found["status"].iloc[0], found["severity"].iloc[0]


def test_long_lived_credentials_denied() -> None:
    three = ["iam:CreateUser", "iam:CreateAccessKey", "iam:CreateLoginProfile"]
    assert long_lived(["ada"], policy(Action=three))[0] == "PASS"
    assert long_lived(["ada"], policy(Action=three[:2])) == ("FAIL", "medium")
    assert long_lived([], policy(Action=three[:2])) == ("FAIL", "low")
    spared = {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/provisioning"}}
    three_save_one = policy(Action=three, Condition=spared)
    assert long_lived(["ada"], three_save_one)[0] == "FAIL"  # whoever makes a role of that name is spared
    kept = policy(Action=["iam:CreateRole", "iam:UpdateAssumeRolePolicy"],
                  Resource="arn:aws:iam::*:role/provisioning", Condition=spared)  # fmt: skip
    assert long_lived(["ada"], three_save_one, kept)[0] == "PASS"


# --- SCP-07


def managed(tags: dict[str, str], *documents: dict[str, Any], **more: Any) -> dict[str, str]:
    rows = frame(
        "organization_account_tags",
        [{"account_id": OLD, "resource_id": OLD, "key": k, "value": v} for k, v in tags.items()],
    )
    more.setdefault("client", CLIENT)
    return statuses(exceptions_managed(*tables(*((d, "ou-w") for d in documents)), rows, as_of=NOW, **more))


@pytest.mark.parametrize(("until", "status"), [("2026-11-24", "PASS"), ("2027-01-01", "PASS"), ("2026-11-22", "FAIL"),
                                               ("soon", "FAIL"), ("", "FAIL"), ("2026-02-31", "FAIL")])  # fmt: skip
def test_exceptions_managed(until: str, status: str) -> None:
    found = managed({"Exception-Reason": "replacement", "exception-until": until})
    assert found == {OLD: status, "ou-x": "PASS"}


def test_exceptions_are_few_explained_and_granted_somewhere() -> None:
    good = {"exception-reason": "r", "exception-until": "2027-01-01"}
    assert managed({"exception-until": "2027-01-01"})[OLD] == "FAIL"
    assert managed(good, max_exceptions=0) == {OLD: "PASS", "ou-x": "FAIL"}
    assert managed(good, client=Client(exception_ou="gone")) == {"o-1": "MANUAL"}
    assert managed({"why": "r", "end": "2027-01-01"}, exception_tags=("why", "end"))[OLD] == "PASS"
    assert managed({"why": "r", "end": "2026-01-01"}, exception_tags=("why", "end"))[OLD] == "FAIL"
    assert managed({"why": "r", "owner": "o"}, exception_tags=("why", "owner"))[OLD] == "MANUAL"
    spared = policy(Action="*", Condition={"StringNotEquals": {"aws:PrincipalAccount": [SHOP]}})
    assert managed(good, spared) == {OLD: "PASS", SHOP: "FAIL", "ou-x": "PASS"}


def test_without_an_exception_ou_what_policies_leave_out_is_the_list_to_discuss() -> None:
    spared = policy(Action="*", Condition={"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/exit"}})
    found = exceptions_managed(*tables((spared, "ou-w")), frame("organization_account_tags"), as_of=NOW,
                               client=Client(exception_ou="gone"))  # fmt: skip
    assert evidence(found, "o-1")["exempt_in_policies"] == ["policy-1: arn:aws:iam::*:role/exit"]


# --- RCP-01


def perimeter(document: dict[str, Any] | None, **more: Any) -> dict[str, str]:
    places = [(document, "ou-w")] if document else []
    return statuses(identity_perimeter(*tables(*places, kind=RCP, **more), client=CLIENT, rcp_services=("s3", "kms")))


def test_identity_perimeter() -> None:
    ours = {
        "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    }
    assert perimeter(None) == {"o-1": "FAIL"} == perimeter(None, enabled=False)
    both = policy(Principal="*", Action=["s3:*", "kms:*"], Condition=ours)
    assert perimeter(both) == {f"{SHOP}/s3": "PASS", f"{SHOP}/kms": "PASS"}
    assert perimeter(policy(Principal="*", Action="s3:*", Condition=ours)) == {
        f"{SHOP}/s3": "PASS",
        f"{SHOP}/kms": "FAIL",
    }
    blunt = policy(
        Principal="*", Action=["s3:*", "kms:*"], Condition={"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}
    )
    assert set(perimeter(blunt).values()) == {"FAIL"}


def test_a_policy_that_asks_for_tls_is_told_of() -> None:
    ours = {
        "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    }
    both = policy(Principal="*", Action="s3:*", Condition=ours)
    tls = policy(Principal="*", Action="s3:*", Condition={"BoolIfExists": {"aws:SecureTransport": "false"}})

    def told(*documents: dict[str, Any]) -> tuple[str, bool]:
        six = tables(*((document, "ou-w") for document in documents), kind=RCP)
        found = identity_perimeter(*six, client=CLIENT, rcp_services=("s3",))
        return found["status"].iloc[0], evidence(found, f"{SHOP}/s3")["tls_only"]

    assert told(both) == ("PASS", False) and told(both, tls) == ("PASS", True) and told(tls) == ("FAIL", True)


def test_a_perimeter_policy_without_text_is_asked_about() -> None:
    both = policy(Principal="*", Action="s3:*", Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}})
    six = hidden(tables((both, "ou-w"), kind=RCP), 1)
    assert statuses(identity_perimeter(*six, client=CLIENT, rcp_services=("s3",))) == {f"{SHOP}/s3": "MANUAL"}


# --- DA-04


def delegation(text: str | None) -> list[str]:
    members = [{"account_id": i, "resource_id": i, "id": i} for i in (HOME, SHOP, OLD)]
    table = frame("organization_resource_policy", [{"account_id": HOME, "resource_id": HOME, "policy": text}])
    named = {"organization": frame("organization", [ORG]), "organization_resource_policy": table,
             "organization_accounts": frame("organization_accounts", members)}  # fmt: skip
    return list(judged_over("DA-04", named)["status"])


def delegated(*statements: dict[str, Any]) -> list[str]:
    text = json.dumps({"Version": "2012-10-17", "Statement": statements}) if statements else None
    return delegation(text)


def grant(action: Any, **more: Any) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{SHOP}:root"},
        "Action": action,
        "Resource": "*",
        **more,
    }


TYPED = {"StringLikeIfExists": {"organizations:PolicyType": ["SERVICE_CONTROL_POLICY"]}}


def test_delegation_policy() -> None:
    assert delegated() == ["MANUAL"]
    attach = ["organizations:AttachPolicy", "organizations:List*"]
    assert delegated(grant(attach, Condition=TYPED)) == ["PASS"]
    assert delegated(grant(attach, Resource="arn:aws:organizations::1:policy/o-1/service_control_policy/*")) == ["PASS"]
    assert delegated(grant(attach)) == ["MANUAL"]
    assert delegated(grant("organizations:Describe*")) == ["PASS"]
    assert delegated(grant("organizations:*"), grant("*"), grant("organizations:Remove*")) == ["FAIL", "FAIL", "FAIL"]
    assert delegated({k: v for k, v in grant("x").items() if k != "Action"} | {"NotAction": "s3:*"}) == ["FAIL"]
    assert delegated(grant("organizations:List*", Principal="*")) == ["FAIL"]
    inside = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}
    assert delegated(grant("organizations:List*", Principal="*", Condition=inside)) == ["PASS"]


@pytest.mark.parametrize(("condition", "status"), [
    ({"StringLike": {"aws:PrincipalArn": "*"}}, "FAIL"),
    ({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}, "FAIL"),
    ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}, "FAIL"),
    ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, "FAIL"),
    ({"StringEquals": {"aws:PrincipalAccount": SHOP}}, "PASS"),
    ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-1/*"}}, "PASS"),
])  # fmt: skip
def test_everybody_must_be_held_by_a_condition_that_strangers_fail(condition: dict[str, Any], status: str) -> None:
    assert delegated(grant("organizations:List*", Principal="*", Condition=condition)) == [status]


@pytest.mark.parametrize(("more", "status"), [
    ({"Condition": {"StringNotEquals": {"organizations:PolicyType": "TAG_POLICY"}}}, "MANUAL"),
    ({"Condition": {"StringLike": {"organizations:PolicyType": "*"}}}, "MANUAL"),
    ({"Resource": "arn:aws:organizations::1:policy/o-1/*"}, "MANUAL"),
    ({"Resource": ["arn:aws:organizations::1:ou/o-1/*", "arn:aws:organizations::1:policy/o-1/tag_policy/*"]}, "PASS"),
])  # fmt: skip
def test_policies_of_a_type_are_those_that_a_new_type_is_not_among(more: dict[str, Any], status: str) -> None:
    assert delegated(grant("organizations:AttachPolicy", **more)) == [status]


def test_a_deny_of_the_same_policy_takes_back_what_it_names() -> None:
    back = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "organizations:RemoveAccountFromOrganization",
        "Resource": "*",
    }
    assert delegated(grant("organizations:Remove*"), back) == ["PASS"]
    assert delegated(grant("organizations:Remove*"), {**back, "Principal": {"AWS": OLD}}) == ["FAIL"]
    assert delegated(grant("organizations:*"), back) == ["FAIL"]


def test_a_delegation_policy_that_cannot_be_read_is_asked_about() -> None:
    assert delegation("{broken") == ["MANUAL"]


@pytest.mark.parametrize(("partition", "home"), [("aws", "us-east-1"), ("aws-us-gov", "us-gov-west-1"),
                                                  ("aws-cn", "cn-northwest-1")])  # fmt: skip
def test_guardrails_are_asked_in_the_partition_of_the_account(partition: str, home: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html"""

    def here(*attached: tuple[dict[str, Any], str]) -> tuple[pd.DataFrame, ...]:
        found = tables(*attached)
        arns = f"arn:{partition}:organizations::{HOME}:account/o-1/" + found[3]["id"].astype(str)
        return (*found[:3], found[3].assign(arn=arns), *found[4:])

    root = {"StringLike": {"aws:PrincipalArn": f"arn:{partition}:iam::*:root"}}
    closed = here((policy(Action="*", Condition=root), "r-1"))
    counts = frame("iam_account_summary", []), frame("iam_organizations_features", [])
    assert statuses(root_denied(*closed, *counts, client=CLIENT))[SHOP] == "PASS"
    spared = {"ArnNotLike": {"aws:PrincipalArn": f"arn:{partition}:iam::*:role/rescue"}}
    leave = here((policy(Action="organizations:LeaveOrganization", Condition=spared), "r-1"))
    rescue = evidence(leaving_denied(*leave, client=CLIENT), SHOP)
    assert rescue["exempt_principals"] == [f"arn:{partition}:iam::*:role/rescue"]
    fence = policy(NotAction=["s3:*"], Condition={"StringNotEquals": {"aws:RequestedRegion": [home, "cn-north-1"]}})
    guard = global_services_usable(*here((fence, "r-1")), global_services=("iam", "organizations"))
    assert set(guard["status"]) <= {"PASS", "MANUAL"}
