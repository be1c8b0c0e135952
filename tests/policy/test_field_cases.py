"""Verdicts that were wrong on documents from the field: the engine answers each, with the level that is right."""

from __future__ import annotations

from typing import Any

import pytest

from orienteer.policy import exposure
from orienteer.policy.exposure import Acl, Block, Reacher, assumers, bucket_exposure, bucket_reachers, reachers
from orienteer.policy.guardrails.global_services import GLOBAL, regional
from orienteer.policy.guardrails.probes import global_services, regions_open
from orienteer.policy.issuers import issuer_of
from orienteer.policy.language.document import parse
from orienteer.policy.trust.deputies import GUARDED
from orienteer.policy.trust.roles import denies_of, external_id
from orienteer.policy.trust.web_identity import web_trusts

OWN, MEMBER, STRANGER = "111111111111", "222222222222", "999999999999"
ORG, FOREIGN = "o-aaaaaaaaaa", "o-zzzzzzzzzz"
GROUND: dict[str, Any] = {"account_id": OWN, "org_id": ORG, "trusted_accounts": {MEMBER}}
GITHUB = "token.actions.githubusercontent.com"
BUCKET, KEY = "arn:aws:s3:::log", f"arn:aws:kms:eu-west-1:{OWN}:key/1"
CLOUDTRAIL = {"Service": "cloudtrail.amazonaws.com"}


def doc(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(principal: Any, action: str, condition: Any = None, **more: Any) -> dict[str, Any]:
    found = {"Effect": "Allow", "Principal": principal, "Action": action, **more}
    return {**found, "Condition": condition} if condition else found


def web(issuer: str, condition: Any) -> dict[str, Any]:
    provider = {"Federated": f"arn:aws:iam::{OWN}:oidc-provider/{issuer}"}
    return doc(allow(provider, "sts:AssumeRoleWithWebIdentity", condition))


def of_role(policy: Any) -> str:
    return exposure(policy, **GROUND, resource_type="AWS::IAM::Role").level


def one(found: tuple[Reacher, ...], level: str) -> Reacher:
    (only,) = [each for each in found if each.level == level]
    return only


# --- K1 to K4: token issuers


def test_f01_an_enterprises_own_issuer_carries_the_tenant_in_its_path() -> None:
    policy = web(f"{GITHUB}/acme-inc", {"StringEquals": {f"{GITHUB}/acme-inc:aud": "sts.amazonaws.com"}})
    (found,) = web_trusts(policy)
    assert (of_role(policy), found.serves) == ("private", "one")
    assert of_role(web(GITHUB, {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}})) == "public"


@pytest.mark.parametrize(("claim", "scope"), [("repository_id", "repository"), ("enterprise_id", "owner")])
def test_f03_an_id_of_github_pins_its_tenant(claim: str, scope: str) -> None:
    fixed = {f"{GITHUB}:aud": "sts.amazonaws.com", f"{GITHUB}:{claim}": "1234567"}
    policy = web(GITHUB, {"StringEquals": fixed, "StringLike": {f"{GITHUB}:sub": "repo:*"}})
    (found,) = web_trusts(policy)
    assert (of_role(policy), found.scope, found.audience_fixed) == ("external", scope, True)


@pytest.mark.parametrize("issuer", ["oidc.modal.com", "oidc.codefresh.io", "scalr.io", "tokens.cloud.shisho.dev",
                                    "proidc.upbound.io", "studio.datachain.ai/api"])  # fmt: skip
def test_f04_customers_of_a_shared_issuer_are_told_apart_by_the_subject_only(issuer: str) -> None:
    policy = web(issuer, {"StringEquals": {f"{issuer}:aud": "x"}})
    (found,) = web_trusts(policy)
    assert (of_role(policy), found.serves, found.scope) == ("public", "many", "anyone")
    pinned = web(issuer, {"StringEquals": {f"{issuer}:aud": "x", f"{issuer}:sub": "account:1:x:y"}})
    assert of_role(pinned) == "external"


def test_f04_an_issuer_that_nobody_listed_is_a_question() -> None:
    (found,) = web_trusts(web("tokens.example.org", {"StringEquals": {"tokens.example.org:aud": "x"}}))
    assert (found.serves, found.shared, found.scope) == ("unknown", False, "anyone")


@pytest.mark.parametrize(("name", "serves"), [
    (GITHUB, "many"), (f"{GITHUB}/acme", "one"), ("https://gitlab.com", "many"), ("gitlab.com/acme", "unknown"),
    ("oidc.circleci.com/org/1-2", "one"), ("oidc.eks.eu-west-1.amazonaws.com/id/AB", "one"),
    ("cognito-idp.eu-west-1.amazonaws.com/eu-west-1_x", "one"), ("acme.okta.com/oauth2/default", "one"),
    ("oidc.fly.io/acme", "one"), ("oidc.fly.io", "unknown"), ("acme.semaphoreci.com", "one"),
    ("app.harness.io/ng/api/oidc/account/AbC123", "one"), ("app.harness.io/ng/api", "unknown"),
    ("a1faa616-d595.tokens.sts.global.api.aws", "one"), ("tokens.sts.global.api.aws", "unknown"),
    ("okta.com", "unknown"), ("evil.com/acme.okta.com", "unknown"), ("oidc.eks.evil.com/id/AB", "unknown"),
    (f"arn:aws:iam::{OWN}:oidc-provider/OIDC.Vercel.com/acme", "one"), ("oidc.vercel.com", "many"),
    ("sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/", "many"), ("sts.windows.net/1111", "one"),
])  # fmt: skip
def test_an_issuer_is_told_by_host_and_path(name: str, serves: str) -> None:
    assert issuer_of(name).serves == serves


def test_f06_every_token_has_a_subject_so_for_all_values_binds() -> None:
    subject = {f"{GITHUB}:sub": "repo:acme/app:ref:refs/heads/main"}
    condition = {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}, "ForAllValues:StringLike": subject}
    (found,) = web_trusts(web(GITHUB, condition))
    assert (of_role(web(GITHUB, condition)), found.scope) == ("external", "pinned")
    assert "ForAllValues:StringLike binds" in found.words


def test_the_audience_may_be_fixed_by_the_provider() -> None:
    policy = web(GITHUB, {"StringLike": {f"{GITHUB}:sub": "repo:acme/app:*"}})
    provider = f"arn:aws:iam::{OWN}:oidc-provider/{GITHUB}"
    assert [found.audience_fixed for found in web_trusts(policy)] == [False]
    assert [found.audience_fixed for found in web_trusts(policy, client_ids={provider: ["sts.amazonaws.com"]})] == [
        True
    ]
    assert [found.audience_fixed for found in web_trusts(policy, client_ids={provider: []})] == [False]


# --- K5, K6: who gets through, not which key is there


@pytest.mark.parametrize(("condition", "level", "who"), [
    ({"StringLike": {"kms:CallerAccount": "*"}}, "public", "anybody"),
    ({"StringEquals": {"kms:CallerAccount": STRANGER}}, "external", STRANGER),
    ({"StringEquals": {"aws:PrincipalOrgID": FOREIGN}}, "external", FOREIGN),
    ({"StringNotEquals": {"kms:CallerAccount": OWN}}, "public", "anybody"),
    ({"StringEquals": {"aws:PrincipalOrgID": ORG}}, "organization", ORG),
    ({"StringEquals": {"kms:CallerAccount": OWN}}, "private", OWN),
])  # fmt: skip
def test_f08_who_decrypts_the_trail(condition: Any, level: str, who: str) -> None:
    policy = doc(allow("*", "kms:Decrypt", condition, Resource="*"))
    found = reachers(policy, ["kms:Decrypt"], [KEY], **GROUND, resource_type="AWS::KMS::Key")
    assert found.level == level
    assert who in [each.who for each in found.reachers if each.level == level]


@pytest.mark.parametrize(("condition", "level", "for_whom"), [
    ({"ArnLike": {"aws:SourceArn": "arn:aws:cloudtrail:*:*:trail/*"}}, "public", "anybody"),
    ({"StringEquals": {"aws:SourceArn": f"arn:aws:cloudtrail:eu-west-1:{STRANGER}:trail/t"}}, "external", STRANGER),
    ({"StringEquals": {"aws:SourceOrgID": FOREIGN}}, "external", FOREIGN),
    ({"StringEquals": {"aws:SourceAccount": STRANGER}}, "external", STRANGER),
    ({"StringEquals": {"aws:SourceArn": f"arn:aws:cloudtrail:eu-west-1:{MEMBER}:trail/t"}}, "organization", MEMBER),
    ({"StringEquals": {"aws:SourceOrgID": ORG}}, "organization", ORG),
    ({"StringEquals": {"aws:SourceAccount": OWN}}, "private", OWN),
    (None, "public", "anybody"),
])  # fmt: skip
def test_f10_f12_for_whom_a_service_writes(condition: Any, level: str, for_whom: str) -> None:
    for service in (CLOUDTRAIL, {"Service": "config.amazonaws.com"}):
        policy = doc(allow(service, "s3:PutObject", condition, Resource=f"{BUCKET}/AWSLogs/*"))
        found = bucket_reachers(policy, ["s3:PutObject", "s3:DeleteObject"], BUCKET, **GROUND)
        (only,) = found.reachers
        assert (only.kind, only.who, only.actions) == ("service", service["Service"], ("s3:PutObject",))
        assert (only.for_level, only.for_whom) == (level, for_whom)


def test_f17_cloudtrail_fills_the_encryption_context_itself() -> None:
    key = "kms:EncryptionContext:aws:cloudtrail:arn"
    ground = {**GROUND, "resource_type": "AWS::KMS::Key"}

    def policy(account: str) -> Any:
        arn = f"arn:aws:cloudtrail:*:{account}:trail/*"
        return doc(allow(CLOUDTRAIL, "kms:GenerateDataKey*", {"StringLike": {key: arn}}, Resource="*"))

    levels = [exposure(policy(account), **ground).level for account in (OWN, MEMBER, STRANGER, "*")]
    assert levels == ["private", "organization", "external", "external"]
    (only,) = reachers(policy(OWN), ["kms:GenerateDataKey"], [KEY], **ground).reachers
    assert (only.for_whom, only.for_level) == (OWN, "private")
    elsewhere = doc(allow({"Service": "sns.amazonaws.com"}, "kms:GenerateDataKey*", {"StringLike": {
        key: f"arn:aws:cloudtrail:*:{OWN}:trail/*"}}, Resource="*"))  # fmt: skip
    assert exposure(elsewhere, **ground).level == "external"


@pytest.mark.parametrize(("condition", "kind", "who"), [
    ({"StringEquals": {"aws:PrincipalAccount": STRANGER}}, "account", STRANGER),
    ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{STRANGER}:role/x"}}, "account", STRANGER),
    ({"StringEquals": {"aws:PrincipalOrgID": FOREIGN}}, "organization", FOREIGN),
])  # fmt: skip
def test_f27_a_condition_names_who_is_trusted(condition: Any, kind: str, who: str) -> None:
    found = assumers(doc(allow({"AWS": "*"}, "sts:AssumeRole", condition)), **GROUND)
    stranger = one(found.reachers, "external")
    assert (stranger.kind, stranger.who, stranger.named, stranger.statement) == (kind, who, False, 0)


def test_all_whom_a_condition_names_are_told() -> None:
    listed = [f"{n:012d}" for n in range(100, 140)]
    policy = doc(allow("*", "sts:AssumeRole", {"StringEquals": {"aws:PrincipalAccount": listed}}))
    assert {each.who for each in assumers(policy, **GROUND).reachers if each.kind == "account"} == set(listed)


def test_a_deny_takes_callers_from_what_is_trusted() -> None:
    listed = {"StringEquals": {"aws:PrincipalAccount": [STRANGER, MEMBER]}}
    refused = {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole",
               "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": ORG}}}  # fmt: skip
    assert assumers(doc(allow("*", "sts:AssumeRole", listed)), **GROUND).level == "external"
    assert assumers(doc(allow("*", "sts:AssumeRole", listed), refused), **GROUND).level == "organization"
    elsewhere = {**refused, "Condition": {"StringEquals": {"aws:PrincipalAccount": STRANGER}}}
    found = assumers(doc(allow("*", "sts:AssumeRole", listed), elsewhere), **GROUND)
    assert [each.who for each in found.reachers] == [MEMBER]


def test_a_deny_may_demand_the_external_id() -> None:
    def demand(operator: str, **more: Any) -> dict[str, Any]:
        condition = {operator: {"sts:ExternalId": "d41f7a1c9b"}, **more}
        return {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Condition": condition}

    def strength(*denies: dict[str, Any]) -> str:
        policy = doc(allow({"AWS": STRANGER}, "sts:AssumeRole"), *denies)
        return external_id(parse(policy).statements[0], denies=denies_of(policy)).strength

    assert [strength(), strength(demand("StringNotEquals"))] == ["none", "strong"]
    assert strength(demand("StringNotEqualsIfExists")) == "strong"  # a missing key meets it all the more
    assert strength(demand("ForAnyValue:StringNotEquals")) == "none"
    assert strength(demand("StringNotEquals", Bool={"aws:SecureTransport": "false"})) == "none"
    any_id = {**demand("Null"), "Condition": {"Null": {"sts:ExternalId": "true"}}}
    assert [strength(any_id), strength(any_id, demand("StringNotEquals"))] == ["pattern", "strong"]
    elsewhere = {**demand("StringNotEquals"), "Principal": {"AWS": MEMBER}}
    assert strength(elsewhere) == "none"


def test_f30_services_on_a_role_say_for_whom_they_act() -> None:
    found = assumers(doc(allow(CLOUDTRAIL, "sts:AssumeRole")), **GROUND)
    (only,) = found.reachers
    assert (found.level, only.for_whom, only.for_level) == ("private", "anybody", "public")
    bound = doc(allow(CLOUDTRAIL, "sts:AssumeRole", {"StringEquals": {"aws:SourceAccount": [OWN, STRANGER]}}))
    assert one(assumers(bound, **GROUND).reachers, "private").for_whom == STRANGER


@pytest.mark.parametrize(("service", "condition", "found"), [
    ("cognito-idp", {"sts:ExternalId": "42"}, True), ("rolesanywhere", {"aws:PrincipalTag/x509Subject/CN": "a"}, True),
    ("rolesanywhere", {"sts:SourceIdentity": "CN=a"}, True), ("ec2", {"aws:PrincipalTag/team": "a"}, False),
    ("ec2", {"aws:MultiFactorAuthPresent": "true"}, False),
])  # fmt: skip
def test_what_a_service_brings_that_assumes_a_role(service: str, condition: dict[str, str], found: bool) -> None:
    policy = doc(allow({"Service": f"{service}.amazonaws.com"}, "sts:AssumeRole", {"StringEquals": condition}))
    assert [one.kind for one in assumers(policy, **GROUND).reachers] == ["service"] * found


def test_f30_no_condition_is_asked_for_that_stops_the_service() -> None:
    assert {"cloudtrail.amazonaws.com", "s3.amazonaws.com"}.isdisjoint(GUARDED)
    assert {"config.amazonaws.com", "events.amazonaws.com"} <= set(GUARDED)


@pytest.mark.parametrize(("length", "strength"), [(2, "short"), (7, "short"), (8, "strong"), (9, "strong")])
def test_the_least_length_of_an_external_id(length: int, strength: str) -> None:
    given = "q7zk4wv9x1"[:length]
    policy = doc(allow({"AWS": STRANGER}, "sts:AssumeRole", {"StringEquals": {"sts:ExternalId": given}}))
    assert external_id(parse(policy).statements[0]).strength == strength
    assert external_id(parse(policy).statements[0], min_length=length).strength == "strong"
    assert external_id(parse(policy).statements[0], min_length=length + 1).strength == "short"


# --- K7: a bucket is one question


def acl(*grants: tuple[str, str]) -> Acl:
    groups = "http://acs.amazonaws.com/groups/global/"
    return Acl(tuple({"Grantee": {"URI": groups + who} if who[0].isupper() else {"ID": who}, "Permission": what}
                     for who, what in grants), owner_id="me")  # fmt: skip


OUTSIDE = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [BUCKET, f"{BUCKET}/*"],
           "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": ORG}}}  # fmt: skip


def test_f14_a_deny_overrides_the_acl() -> None:
    open_to_all = acl(("AllUsers", "READ"))
    found = bucket_exposure(doc(OUTSIDE), open_to_all, **GROUND)
    assert (found.level, found.problems) == ("organization", ())
    assert bucket_exposure(None, open_to_all, **GROUND).level == "public"
    objects_only = {**OUTSIDE, "Resource": f"{BUCKET}/*"}
    assert bucket_exposure(doc(objects_only), open_to_all, **GROUND).level == "public"  # the bucket can still be listed


@pytest.mark.parametrize(("grants", "block", "in_force", "level"), [
    ([("AllUsers", "READ")], Block(), True, "public"), ([("AuthenticatedUsers", "WRITE")], Block(), True, "public"),
    ([("AllUsers", "READ")], Block(ignore_public_acls=True), True, "private"),
    ([("AllUsers", "READ")], Block(restrict_public_buckets=True), True, "public"),
    ([("AllUsers", "READ")], Block(), False, "private"), ([("me", "FULL_CONTROL")], Block(), True, "private"),
    ([("friend", "WRITE")], Block(ignore_public_acls=True), True, "external"), ([], Block(), True, "private"),
    ([("LogDelivery", "WRITE")], Block(), True, "private"),
])  # fmt: skip
def test_acl_grants(grants: Any, block: Block, in_force: bool, level: str) -> None:
    given = acl(*grants)
    found = bucket_exposure(None, Acl(given.grants, given.owner_id, in_force), block, **GROUND)
    assert (found.level, found.problems) == (level, ())


def test_who_writes_by_the_acl() -> None:
    given = acl(("me", "FULL_CONTROL"), ("friend", "WRITE"), ("AllUsers", "READ"))
    found = bucket_reachers(None, ["s3:DeleteObject"], BUCKET, given, **GROUND)
    assert [(each.who, each.actions, each.sid) for each in found.reachers if each.level != "private"] == [
        ("friend", ("s3:DeleteObject",), "ACL WRITE")
    ]


@pytest.mark.parametrize(("principal", "condition", "is_public", "level"), [
    ("*", {"StringEquals": {"aws:PrincipalAccount": STRANGER}}, True, "private"),  # f15
    ("*", {"StringEquals": {"aws:PrincipalAccount": STRANGER}}, False, "external"), ("*", None, None, "private"),
    ({"AWS": STRANGER}, None, True, "private"), ({"AWS": MEMBER}, None, True, "private"),
    (CLOUDTRAIL, None, True, "external"), ({"AWS": "*", **CLOUDTRAIL}, None, True, "external"),
    ("*", {"Bool": {"aws:PrincipalIsAWSService": "true"}}, True, "external"),
    (CLOUDTRAIL, {"StringEquals": {"aws:SourceAccount": OWN}}, True, "private"),
])  # fmt: skip
def test_f15_what_s3_calls_public_is_cut_to_the_account_and_services(
    principal: Any, condition: Any, is_public: bool | None, level: str
) -> None:
    policy = doc(allow(principal, "s3:GetObject", condition, Resource=f"{BUCKET}/*"))
    cut = Block(restrict_public_buckets=True)
    assert bucket_exposure(policy, Acl(), cut, is_public, **GROUND).level == level


def test_a_cut_bucket_keeps_the_places_of_its_statements() -> None:
    policy = doc(allow({"AWS": STRANGER}, "s3:GetObject", Resource=f"{BUCKET}/*"),
                 allow(CLOUDTRAIL, "s3:PutObject", Resource=f"{BUCKET}/*"))  # fmt: skip
    found = bucket_exposure(policy, Acl(), Block(restrict_public_buckets=True), True, **GROUND)
    assert [grant.why.split()[1] for grant in found.grants] == ["2", "1"]


# --- section 6: what cannot be read


@pytest.mark.parametrize("text", ["null", "", "  ", '"null"', "{}"])
def test_a_text_that_says_nothing_is_a_problem(text: str) -> None:
    assert exposure(text, **GROUND).problems
    assert reachers(text, ["s3:GetObject"], **GROUND).problems
    assert bucket_exposure(text, **GROUND).problems


@pytest.mark.parametrize("tail", ["\u200b", "\ufeff", " ", "\n", "\u00a0", "\u2060"])
def test_a_principal_with_invisible_characters_is_not_the_own_account(tail: str) -> None:
    for principal in (f"arn:aws:iam::{OWN}:root{tail}", f"{OWN}{tail}", f"arn:aws:iam::{OWN}:role/x{tail}"):
        found = exposure(doc(allow({"AWS": principal}, "s3:GetObject", Resource="*")), **GROUND)
        assert found.level == "external" and found.problems
        named = reachers(doc(allow({"AWS": principal}, "s3:GetObject", Resource="*")), ["s3:GetObject"], **GROUND)
        assert "external" in [each.level for each in named.reachers]


@pytest.mark.parametrize("element", [{"Principal": {"AWS": {}}}, {}])
def test_an_unread_deny_matters_only_where_outsiders_are_let_in(element: dict[str, Any]) -> None:
    torn = {"Effect": "Deny", **element, "Action": "*", "Resource": "*"}
    for principal, told in ((OWN, False), (MEMBER, False), (STRANGER, True), ("*", True)):
        policy = doc(allow({"AWS": principal}, "s3:GetObject", Resource="*"), torn)
        assert bool(exposure(policy, **GROUND).problems) is told
        assert bool(reachers(policy, ["s3:GetObject"], **GROUND).problems) is told
    torn_allow = {**torn, "Effect": "Allow", "Principal": {"AWS": [OWN, {}]}}
    assert exposure(doc(torn_allow), **GROUND).problems


@pytest.mark.parametrize("lacking", ["Resource", "Action"])
def test_a_key_policys_statement_without_resource_or_action_opens_nothing(lacking: str) -> None:
    whole = allow("*", "kms:*", Resource="*")
    statement = {name: value for name, value in whole.items() if name != lacking}
    ground = {**GROUND, "resource_type": "AWS::KMS::Key"}
    assert exposure(doc(whole), **ground).level == "public"
    found = exposure(doc(statement), **ground)
    assert (found.level, found.grants, found.problems) == ("private", (), ())
    refused = {**statement, "Effect": "Deny"}
    assert exposure(doc(whole, refused), **ground).level == "public"
    assert reachers(doc(statement), ["kms:Decrypt"], [KEY], **ground).reachers == ()
    assert exposure(doc({**whole, lacking: 5}), **ground).level == "public"  # there, but not readable


def test_a_key_policys_statement_without_principal_is_a_question() -> None:
    statement = {name: value for name, value in allow("*", "kms:*", Resource="*").items() if name != "Principal"}
    found = exposure(doc(statement), **GROUND, resource_type="AWS::KMS::Key")
    assert (found.level, found.problems) == ("private", ("statement 1: it has no Principal",))


def test_own_networks_are_part_of_the_ground() -> None:
    ways = {"aws:SourceVpc": "vpc-0own", "aws:SourceVpce": "vpce-0own", "aws:SourceIp": "203.0.113.0/28"}
    for key, value in ways.items():
        operator = "IpAddress" if key == "aws:SourceIp" else "StringEquals"
        policy = doc(allow("*", "s3:GetObject", {operator: {key: value}}, Resource=f"{BUCKET}/*"))
        assert bucket_exposure(policy, **GROUND).level == "external"
        assert bucket_exposure(policy, **GROUND, own_networks={value}).level == "private"


# --- K11, K13: guardrails


def region_deny(spared: list[str], **more: Any) -> list[list[dict[str, Any]]]:
    everything = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    condition = {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1"], **more.pop("equals", {})}, **more}
    refused = {"Effect": "Deny", "NotAction": spared, "Resource": "*", "Condition": condition}
    return [[everything, {"Version": "2012-10-17", "Statement": refused}]]


@pytest.mark.parametrize(("exempt", "holds"), [
    ({}, True), ({"equals": {"aws:PrincipalTag/team": "platform"}}, False),
    ({"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/platform-*"}}, False),
    ({"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*"}}, True),
    ({"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{MEMBER}:role/platform"}}, True),
])  # fmt: skip
def test_f32_an_exemption_that_anybody_may_take_makes_a_deny_none(exempt: dict[str, Any], holds: bool) -> None:
    chain = region_deny(["iam:*", "sts:*"], **exempt)
    answers = regions_open(chain, ["us-east-1"], OWN, org_id=ORG)
    assert {answer.denied for answer in answers} == {True}
    assert {answer.holds for answer in answers} == {holds}
    assert bool(answers[0].takeable) is not holds


TAGGING = ["iam:TagRole", "sts:TagSession", "iam:CreateRole", "iam:TagUser", "iam:CreateUser"]


@pytest.mark.parametrize("open_way", TAGGING)
def test_a_tag_is_taken_by_any_of_the_ways_to_it(open_way: str) -> None:
    chain = region_deny(["iam:*", "sts:*"], equals={"aws:PrincipalTag/team": "platform"})
    closed = {"Effect": "Deny", "Action": [way for way in TAGGING if way != open_way], "Resource": "*"}
    (answer,) = regions_open([*chain, [*chain[0][:1], doc(closed)]], ["us-east-1"], OWN, actions=["ec2:RunInstances"])
    assert answer.denied and not answer.holds and open_way in answer.takeable[0].words
    closed["Action"] = TAGGING
    (answer,) = regions_open([*chain, [*chain[0][:1], doc(closed)]], ["us-east-1"], OWN, actions=["ec2:RunInstances"])
    assert answer.holds


@pytest.mark.parametrize("service", ["supportplans", "artifact", "pricing", "payments", "tax"])
def test_f33_a_region_deny_that_forgets_a_global_service_breaks_it(service: str) -> None:
    whole = [f"{name}:*" for name in GLOBAL]
    assert not any(answer.denied for answer in global_services(region_deny(whole), GLOBAL, OWN))
    short = [entry for entry in whole if entry != f"{service}:*"]
    assert [a.action for a in global_services(region_deny(short), GLOBAL, OWN) if a.denied] == [GLOBAL[service]]


def test_what_a_region_deny_leaves_open_beside_the_global_services() -> None:
    entries = [
        "iam:*",
        "Chatbot:*",
        "kms:*",
        "s3:ListAllMyBuckets",
        "s3:*",
        "s3:GetAccountPublic*",
        "ec2:DescribeRegions",
    ]
    assert regional(entries) == ("ec2:DescribeRegions", "kms:*", "s3:*")
    assert regional(entries, ["kms"]) == ("ec2:DescribeRegions", "s3:*")
