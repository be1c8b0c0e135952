from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pandas as pd
import pytest

from orienteer import controls, tables
from orienteer.frames import frame as frame_of
from orienteer.judge import Facts, judge
from orienteer.parameters import Client
from tests.facts.support import fact, judged, verdict
from tests.facts.support import found as judged_over
from tests.facts.test_fences import OWN as FENCED
from tests.facts.test_fences import organization, perimeter
from tests.support import frame

NOW = pd.Timestamp("2026-11-24T08:00:00Z")
OWN, MEMBER, VENDOR, STRANGER = "111122223333", "222233334444", "700700700700", "800800800800"
ORG = "o-abcde12345"
CLIENT = Client(trusted_accounts={VENDOR: "Example Backup"}, name="Example Shop")
BAD, GOOD, ASK = (("FAIL", "critical"), ("PASS", "critical"), ("MANUAL", "critical"))
GITHUB = "token.actions.githubusercontent.com"
ADMIN = json.dumps([{"PolicyName": "a", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}])


def root(account: str) -> str:
    return f"arn:aws:iam::{account}:root"


def role(
    name: str, principal: Any = None, condition: Any = None, action: str = "sts:AssumeRole", **more: Any
) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": "Allow", "Action": action}
    statement |= more.pop("statement", {} if principal is None else {"Principal": principal})
    if condition is not None:
        statement["Condition"] = condition
    return {
        "account_id": OWN, "region": "global", "resource_id": name, "role_name": name, "path": "/",
        "role_arn": f"arn:aws:iam::{OWN}:role/{name}", "created_at": NOW - pd.Timedelta(days=500),
        "last_used_at": NOW - pd.Timedelta(days=2),
        "trust_policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]}), **more,
    }  # fmt: skip


def accounts() -> pd.DataFrame:
    return frame("organization_accounts", [{"id": a, "resource_id": a, "name": n, "state": "ACTIVE"}
                                           for a, n in ((OWN, "shop"), (MEMBER, "tools"))])  # fmt: skip


def graded(found: pd.DataFrame) -> dict[str, tuple[str, str]]:
    return {r["resource_id"]: (r["status"], r["severity"]) for r in found.to_dict("records")}


def statuses(found: pd.DataFrame) -> dict[str, str]:
    return {name: status for name, (status, _) in graded(found).items()}


def asking(id: str, roles: Iterable[dict[str, Any]], client: Client = CLIENT, **given: Any) -> pd.DataFrame:
    """The verdicts of a control about these roles of an organization."""
    whole = frame("organization", [{"organization_id": ORG, "management_account_id": MEMBER}])
    read = {"iam_roles": frame("iam_roles", roles), "organization_accounts": accounts(), "organization": whole}
    return judged_over(id, read, client, NOW, **given)


def open_roles(*roles: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return graded(asking("XA-01", roles))


def test_roles_open_to_everyone() -> None:
    everyone: dict[str, Any] = {"AWS": "*"}
    assert open_roles(
        role("open", everyone),
        role("star", "*"),
        role("org", everyone, {"StringEquals": {"aws:PrincipalOrgID": ORG}}),
        role("if-exists", everyone, {"StringEqualsIfExists": {"aws:PrincipalOrgID": ORG}}),
        role("all-values", everyone, {"ForAllValues:StringEquals": {"aws:PrincipalOrgID": ORG}}),
        role("network", everyone, {"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}}),
        role("one-account", everyone, {"StringEquals": {"aws:PrincipalAccount": MEMBER}}),
        role("not-principal", statement={"NotPrincipal": {"AWS": root(STRANGER)}}),
        role("dead", {"AWS": "AROAEXAMPLEEXAMPLE123"}),
        role("service", {"Service": "ec2.amazonaws.com"}),
        role("linked", everyone) | {"path": "/aws-service-role/x.amazonaws.com/"},
        role("unset") | {"trust_policy": None},
        role("broken") | {"trust_policy": "{not json"},
        role("half") | {"trust_policy": json.dumps({"Statement": [
            {"Effect": "Allow", "Principal": {"AWS": root(OWN)}, "Action": "sts:AssumeRole"}, "what?"]})},
    ) == {
        "open": BAD, "star": BAD, "org": GOOD, "if-exists": BAD,
        "all-values": BAD, "network": ("FAIL", "high"), "one-account": GOOD,
        "not-principal": BAD, "dead": ("MANUAL", "low"), "service": GOOD, "broken": ASK,
        "half": ASK,
    }  # fmt: skip


DENIED = {"account_id": OWN, "region": "us-east-1", "outcome": "DENIED",
          "gap": f"organizations:DescribeOrganization AccessDenied (account {OWN}, region us-east-1)"}  # fmt: skip


def without_organization(control: str, *roles: dict[str, Any]) -> dict[str, str]:
    """What judge makes of a control where everything about the organization was refused."""
    chosen, specs = controls.registry()[control], tables.registry()
    frames = {name: frame_of(specs[name], [DENIED] if name.startswith("organiz") else []) for name in chosen.tables}
    frames["iam_roles"] = frame_of(specs["iam_roles"], roles)
    found = judge([chosen], frames, specs, Facts(NOW, CLIENT), pd.DataFrame()).findings
    return dict(zip(found["resource_id"], found["status"], strict=True))


def test_an_open_role_is_open_whatever_the_organization() -> None:
    everyone = {"AWS": "*"}
    vpce = role("vpce", everyone, {"StringEquals": {"aws:VpceOrgID": ORG}})
    assert without_organization("XA-01", role("open", everyone), role("named", {"AWS": root(MEMBER)}), vpce) == {
        "open": "FAIL", "named": "PASS", "vpce": "NOT_ASSESSED",
    }  # fmt: skip
    known = without_organization("XA-02", role("vendor", {"AWS": root(VENDOR)}), role("far", {"AWS": root(STRANGER)}))
    assert known[f"vendor/{VENDOR}"] == "PASS"
    assert known[f"far/{STRANGER}"] == "NOT_ASSESSED"


def test_rows_about_who_can_reach_a_role_have_its_class() -> None:
    roles = [role("open", {"AWS": "*"}), role("far", {"AWS": root(STRANGER)}),
             role("bus", {"Service": "events.amazonaws.com"}), github("any", None)]  # fmt: skip
    found = pd.concat([asking(id, roles) for id in ("XA-01", "XA-02", "XA-03", "XA-05", "XA-06")])
    assert {json.loads(text)["exposure_class"] for text in found["evidence"]} == {"external", "public", "private"}


def test_trusted_accounts() -> None:
    roles = [
        role("member", {"AWS": root(MEMBER)}),
        role("vendor", {"AWS": VENDOR}),
        role("stranger", {"AWS": [root(STRANGER), f"arn:aws:iam::{MEMBER}:user/ada"]}),
        role("strong-vendor", {"AWS": root(VENDOR)}, attached_policies=ADMIN),
        role("old-vendor", {"AWS": root(VENDOR)}, last_used_at=NOW - pd.Timedelta(days=300)),
        role("unused-vendor", {"AWS": root(VENDOR)}, last_used_at=None),
        role("own", {"AWS": root(OWN)}),
    ]
    found = asking("XA-02", roles)
    assert statuses(found) == {
        f"member/{MEMBER}": "PASS", f"vendor/{VENDOR}": "PASS", f"stranger/{STRANGER}": "FAIL",
        f"stranger/{MEMBER}": "PASS", f"strong-vendor/{VENDOR}": "MANUAL", f"old-vendor/{VENDOR}": "MANUAL",
        f"unused-vendor/{VENDOR}": "MANUAL",
    }  # fmt: skip
    named = asking("XA-02", roles[2:3], Client(), known_third_parties={STRANGER: "Example Partner"})
    assert statuses(named)[f"stranger/{STRANGER}"] == "PASS"


def test_external_ids() -> None:
    def given(value: Any, operator: str = "StringEquals") -> dict[str, Any]:
        return {operator: {"sts:ExternalId": value}}

    vendor = {"AWS": root(VENDOR)}
    roles = [
        role("strong", vendor, given("k7Qz-93vT-Lw0p-XmRe")), role("none", vendor),
        role("short", vendor, given("k7Qz")),
        role("word", vendor, given("exampleshop")), role("id", vendor, given(f"x-{OWN}")),
        role("pattern", vendor, given("k7Qz-93vT*", "StringLike")),
        role("optional", vendor, given("k7Qz-93vT-Lw0p-XmRe", "StringEqualsIfExists")),
        role("member", {"AWS": root(MEMBER)}), role("vendor-support", vendor),
        role("mfa-support", vendor, {"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
    ]  # fmt: skip
    found = asking("XA-03", roles)
    assert {name.partition("/")[0]: status for name, status in statuses(found).items()} == {
        "strong": "PASS", "none": "FAIL", "short": "FAIL", "word": "FAIL", "id": "FAIL", "pattern": "FAIL",
        "optional": "FAIL", "vendor-support": "MANUAL", "mfa-support": "PASS",
    }  # fmt: skip
    assert asking("XA-03", roles[1:2], owned_accounts=[VENDOR]).empty


@pytest.mark.parametrize(("who", "words"), [
    (root(VENDOR), f"Any principal of account {VENDOR} must"),
    (f"arn:aws:iam::{VENDOR}:role/backup", f"arn:aws:iam::{VENDOR}:role/backup must"),
])  # fmt: skip
def test_who_must_give_the_external_id_is_said(who: str, words: str) -> None:
    """A trust in one role of the vendor's is narrower than one in its account."""
    given = {"StringEquals": {"sts:ExternalId": "k7Qz-93vT-Lw0p-XmRe"}}
    (edge,) = fact("trust_edges", iam_roles=[role("vendor", {"AWS": who}, given)])
    told = judged("XA-03", edge)
    assert told and told.status == "PASS" and told.words.startswith(words)


def test_people_across_accounts() -> None:
    present = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    member = {"AWS": root(MEMBER)}
    center = f"arn:aws:iam::{MEMBER}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Ops_1"
    roles = [
        role("human-operator", member), role("human-mfa", member, present), role("unknown", member),
        role("unknown-mfa", member, present),
        role("human-lax", member, {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}),
        role("human-age", member, {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}),
        role("by-user", {"AWS": f"arn:aws:iam::{MEMBER}:user/ada"}),
        role("tagged", member, tags='[{"Key": "used-by", "Value": "developers"}]'),
        role("center", {"AWS": center}), role("program", {"AWS": f"arn:aws:iam::{MEMBER}:role/ci"}),
        role("admin-chain", {"AWS": f"arn:aws:iam::{MEMBER}:role/jump"}),
        role("vendor", {"AWS": root(VENDOR)}, {"StringEquals": {"sts:ExternalId": "k7Qz-93vT-Lw0p-XmRe"}}),
        role("own", {"AWS": root(OWN)}),
        role("center-operator", member, {"ArnLike": {"aws:PrincipalArn": center.replace("Ops_1", "Ops_*")}}),
        role("half-operator", member, {"ArnLike": {"aws:PrincipalArn": [center, f"arn:aws:iam::{MEMBER}:role/Jump"]}}),
        role("lax-operator", member, {"ArnLikeIfExists": {"aws:PrincipalArn": center}}),
        role("org-operator", {"AWS": "*"}, {"StringEquals": {"aws:PrincipalOrgID": ORG}}),
        role("org-program", {"AWS": "*"}, {"StringEquals": {"aws:PrincipalOrgID": ORG}}),
        role("own-operator", {"AWS": "*"}, {"StringEquals": {"aws:PrincipalAccount": OWN}}),
    ]  # fmt: skip
    assert statuses(asking("XA-04", roles)) == {
        "human-operator": "FAIL", "human-mfa": "PASS", "unknown": "MANUAL", "unknown-mfa": "PASS",
        "human-lax": "FAIL", "human-age": "FAIL", "by-user": "FAIL", "tagged": "FAIL", "center": "PASS",
        "admin-chain": "MANUAL", "center-operator": "PASS", "half-operator": "FAIL", "lax-operator": "FAIL",
        "org-operator": "FAIL", "org-program": "MANUAL",
    }  # fmt: skip


def github(name: str, sub: Any, *, aud: bool = True, operator: str = "StringLike", **more: Any) -> dict[str, Any]:
    condition: dict[str, Any] = {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}} if aud else {}
    if sub is not None:
        condition.setdefault(operator, {})[f"{GITHUB}:sub"] = sub
    provider = {"Federated": f"arn:aws:iam::{OWN}:oidc-provider/{GITHUB}"}
    return role(name, provider, condition, "sts:AssumeRoleWithWebIdentity", **more)


def test_web_identities() -> None:
    deploys = json.dumps([{"PolicyName": "d", "PolicyDocument": {"Statement": [
        {"Effect": "Allow", "Action": "lambda:UpdateFunctionCode", "Resource": "*"}]}}])  # fmt: skip
    cluster = "oidc.eks.eu-central-1.amazonaws.com/id/ABC"
    eks = {"Federated": f"arn:aws:iam::{OWN}:oidc-provider/{cluster}"}

    def pod(name: str, subject: str) -> dict[str, Any]:
        return role(name, eks, {"StringLike": {f"{cluster}:sub": subject}}, "sts:AssumeRoleWithWebIdentity")

    roles = [
        github("pinned", "repo:acme/shop:ref:refs/heads/main"), github("any", None), github("star", "*"),
        github("prefix", "repo:acme*"), github("owner", "repo:acme/*"),
        github("owner-admin", "repo:acme/*", attached_policies=ADMIN),
        github("weakest", ["repo:acme/shop:ref:refs/heads/main", "repo:*"]),
        github("if-exists", "repo:acme/shop:ref:refs/heads/main", operator="StringLikeIfExists"),
        github("no-audience", "repo:acme/shop:ref:refs/heads/main", aud=False),
        github("branches", "repo:acme/shop:*"), github("deploying", "repo:acme/shop:*", inline_policies=deploys),
        github("both", "repo:acme/shop:ref:refs/heads/main", aud=False) | {"trust_policy": json.dumps({"Statement": [
            json.loads(github("a", "repo:acme/shop:ref:refs/heads/main", aud=False)["trust_policy"])["Statement"][0],
            json.loads(github("b", "*")["trust_policy"])["Statement"][0]]})},
        github("shouting", None) | {
            "trust_policy": github("c", None)["trust_policy"].replace("sts:AssumeRoleWith", "STS:assumerolewith")},
        pod("pod", "system:serviceaccount:shop:web"), pod("pods", "system:serviceaccount:shop:*"),
        role("service", {"Service": "ec2.amazonaws.com"}),
    ]  # fmt: skip
    found = asking("XA-05", roles)
    assert graded(found) == {
        "pinned": GOOD, "any": BAD, "star": BAD, "prefix": BAD,
        "owner": ASK, "owner-admin": BAD, "weakest": BAD, "if-exists": GOOD,
        "no-audience": ("FAIL", "medium"), "branches": GOOD, "deploying": ASK, "pod": GOOD,
        "pods": ("FAIL", "medium"), "both": BAD, "shouting": BAD,
    }  # fmt: skip


def test_a_deny_of_other_callers_pins_a_web_identity() -> None:
    def denied(name: str, sub: str, operator: str = "StringNotLike") -> dict[str, Any]:
        open_one = github(name, None)
        policy = json.loads(open_one["trust_policy"])
        policy["Statement"].append({
            "Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {operator: {f"{GITHUB}:sub": sub}},
        })  # fmt: skip
        return open_one | {"trust_policy": json.dumps(policy)}

    roles = [
        denied("pinned", "repo:acme/shop:ref:refs/heads/main"), denied("owner", "repo:acme/*"),
        denied("anyone", "repo:*"), denied("other-way", "repo:acme/*", "StringLike"),
    ]  # fmt: skip
    assert graded(asking("XA-05", roles)) == {"pinned": GOOD, "owner": ASK, "anyone": BAD, "other-way": BAD}


def test_only_tokens_that_get_in_count() -> None:
    def also(name: str, condition: Any = None, *denies: dict[str, Any]) -> dict[str, Any]:
        one = github(name, None)
        policy = json.loads(one["trust_policy"])
        policy["Statement"][0]["Condition"].update(condition or {})
        policy["Statement"] += denies
        return one | {"trust_policy": json.dumps(policy)}

    closed = {"Effect": "Deny", "Principal": "*", "Action": "sts:*"}
    roles = [
        also("closed", None, closed), also("dead", {"Null": {f"{GITHUB}:sub": "true"}}),
        also("other-issuer", {"StringLike": {"gitlab.com:sub": "project_path:acme/*"}}),
        also("network", {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}), also("open"),
    ]  # fmt: skip
    assert graded(asking("XA-05", roles)) == {"network": ("FAIL", "high"), "open": BAD}


@pytest.mark.parametrize(("issuer", "condition", "words"), [
    ("app.terraform.io", {"sub": "organization:acme:project:p:workspace:w:run_phase:*"}, "Whatever runs there"),
    ("cognito-identity.amazonaws.com", {"amr": "authenticated"}, "Whoever signs in"),
    (GITHUB, {"sub": "repo:acme/shop:*"}, "Any branch or pull request"),
])  # fmt: skip
def test_the_question_about_a_caller_names_what_its_issuer_knows(issuer, condition, words) -> None:
    asks = {"StringEquals": {f"{issuer}:aud": "a"}, "StringLike": {f"{issuer}:{k}": v for k, v in condition.items()}}
    provider = {"Federated": f"arn:aws:iam::{OWN}:oidc-provider/{issuer}"}
    strong = role("strong", provider, asks, "sts:AssumeRoleWithWebIdentity", attached_policies=ADMIN)
    (found,) = asking("XA-05", [strong]).to_dict("records")
    assert found["status"] == "MANUAL"
    assert words in found["reason"]


def test_services_that_act_for_others() -> None:
    events = {"Service": "events.amazonaws.com"}
    roles = [
        role("loose", events), role("regional", {"Service": "events.me-south-1.amazonaws.com"}),
        role("bound", events, {"StringEquals": {"aws:SourceAccount": OWN}}),
        role("arn", events, {"ArnLike": {"aws:SourceArn": f"arn:aws:events:*:{OWN}:rule/*"}}),
        role("if-exists", events, {"StringEqualsIfExists": {"aws:SourceAccount": OWN}}),
        role("machine", {"Service": "ec2.amazonaws.com"}), role("linked", events, path="/aws-service-role/e/"),
        role("unset") | {"trust_policy": None},
    ]  # fmt: skip
    assert statuses(asking("XA-06", roles)) == {
        "loose": "FAIL", "regional": "FAIL", "bound": "PASS", "arn": "PASS", "if-exists": "FAIL",
    }  # fmt: skip


@pytest.mark.parametrize(("condition", "who"), [
    ({"StringEquals": {"aws:PrincipalAccount": STRANGER}}, STRANGER),
    ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{STRANGER}:role/*"}}, STRANGER),
    ({"StringLike": {"aws:PrincipalArn": f"*:{STRANGER}:role/deploy"}}, STRANGER),
    ({"StringEquals": {"aws:PrincipalOrgID": "o-zzzzzzzzzz"}}, "o-zzzzzzzzzz"),
])  # fmt: skip
def test_strangers_that_only_a_condition_names(condition: dict[str, Any], who: str) -> None:
    """Field case f27."""
    roles = [role("held", {"AWS": "*"}, condition)]
    assert graded(asking("XA-02", roles)) == {f"held/{who}": ("FAIL", "high")}
    assert graded(asking("XA-01", roles)) == {"held": GOOD}
    given = {} if who.startswith("o-") else {f"held/{who}": "FAIL"}
    assert statuses(asking("XA-03", roles)) == given


def test_the_own_organization_by_a_condition_is_no_stranger() -> None:
    assert asking("XA-02", [role("held", {"AWS": "*"}, {"StringEquals": {"aws:PrincipalOrgID": ORG}})]).empty


def test_roles_set_up_as_their_services_guide_says_do_not_fail() -> None:
    """Field case f30: a source condition stops the delivery of logs and replicas."""
    roles = [role("logs", {"Service": "cloudtrail.amazonaws.com"}), role("replica", {"Service": "s3.amazonaws.com"}),
             role("both", {"Service": ["s3.amazonaws.com", "events.amazonaws.com"]})]  # fmt: skip
    assert graded(asking("XA-06", roles)) == {
        "logs": ("PASS", "info"), "replica": ("PASS", "info"), "both": ("FAIL", "low"),
    }  # fmt: skip


def test_an_edge_says_what_it_asks_of_whoever_comes() -> None:
    vendor = {"AWS": root(VENDOR)}
    given = {"StringEquals": {"sts:ExternalId": "x7f-33aa"}}
    signed_in = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    made = [
        role("both", vendor, {**given, **signed_in}),
        role("id", vendor, given),
        role("maybe", vendor, {"StringEqualsIfExists": {"sts:ExternalId": "x7f-33aa"}}),
        role("none", vendor),
    ]
    edges = {row["role_name"]: row for row in fact("trust_edges", iam_roles=made)}
    asked = {n: e["asks_external_id"] for n, e in edges.items()}
    assert asked == {"both": True, "id": True, "maybe": False, "none": False}
    assert {n: e["asks_mfa"] for n, e in edges.items()} == {"both": True, "id": False, "maybe": False, "none": False}


def test_roles_that_ask_for_the_same_external_id_are_listed() -> None:
    vendor, other = {"AWS": root(VENDOR)}, {"AWS": root(STRANGER)}
    same, own = ({"StringEquals": {"sts:ExternalId": one}} for one in ("k7Qz-93vT-Lw0p", "another-93vT-one"))
    made = [role("first", vendor, same), role("second", other, same), role("alone", vendor, own), role("none", vendor)]
    edges = {row["role_name"]: row["same_external_id"] for row in fact("trust_edges", iam_roles=made)}
    arns = {one["role_name"]: one["role_arn"] for one in made}
    assert edges == {"first": (arns["second"],), "second": (arns["first"],), "alone": (), "none": ()}


@pytest.mark.parametrize(("level", "fenced", "severity"), [
    ("public", True, "medium"), ("public", False, "critical"),
    ("external", True, "medium"), ("external", False, "high"),
])  # fmt: skip
def test_a_control_policy_that_keeps_strangers_out_makes_an_open_role_milder(level, fenced, severity) -> None:
    found = verdict("XA-01", {"is_ours": True, "open_to": level, "is_fenced": fenced})
    assert found == ("FAIL", severity)


@pytest.mark.parametrize("on", [True, False])
def test_a_resource_control_policy_keeps_strangers_from_the_roles_below_it(on: bool) -> None:
    made = role("open", {"AWS": "*"}) | {"account_id": FENCED}
    (row,) = fact("roles", **organization(perimeter("sts:*"), {"iam_roles": [made]}, on=on))
    assert (row["open_to"], row["is_fenced"]) == ("public", on)
