"""Who can, by AWS's pages: (page, action, resource, what is changed, who of the estate, outside, everyone, unknown)."""

from __future__ import annotations

from typing import Any, NamedTuple

from orienteer.ask import UNREAD
from tests.ask.cases_cross import (
    ASSUME,
    DECRYPT,
    DEPUTY,
    EXTERNAL_ID,
    FUNCTION,
    GITHUB,
    GRANTS,
    HUB,
    IDP,
    KEY_CROSS,
    KEY_POLICIES,
    KEY_POLICY,
    LAMBDA,
    OIDC,
    SAML,
    SAML_GUIDE,
    SEND,
    SNS,
    SQS_CROSS,
    TERMS,
    TOPIC,
    TRUST,
    WEB,
    trusts,
)  # fmt: skip
from tests.ask.cases_edges import GRAMMAR, IN_POINT_B, LENDS, OTHERS_OBJECTS, OWNER, UNSHARED, theirs
from tests.ask.cases_guardrails import BY_VPCE, ENDPOINTS, VPCE, gate
from tests.ask.cases_hostile import (
    ALIAS,
    ALIASES,
    CATALOG,
    GLUE,
    GLUE_TABLE,
    OBJECTS_OPEN,
    SHARES,
    SQS_ACCESS,
    SUBNET,
    TO_ALL,
)  # fmt: skip
from tests.ask.cases_s3 import ACL, BPA, POINT_VPC, POINTS, point
from tests.ask.support import (
    ADMIN,
    BASICS,
    BOB,
    BOUNDARIES,
    CROSS,
    ETL,
    EVAL,
    EVE,
    FULL,
    INSTANCE,
    KEY_IN,
    KEYS,
    KMS,
    LAKE,
    NOT_PRINCIPAL,
    ORG,
    OTHER,
    PEER,
    PRINCIPAL,
    QUEUE,
    RCP,
    ROOT,
    ROOT_B,
    ROOT_M,
    SCP,
    SECRET,
    SESSION,
    SLR,
    SSO,
    STRANGER,
    TARGET,
    A,
    B,
    M,
    X,
    Y,
    allow,
    aws,
    deny,
    doc,
)  # fmt: skip

GET, STOP = "s3:GetObject", "ec2:StopInstances"
IN_A = {ROOT, BOB, EVE, ETL, SLR, SSO, TARGET}
HELD = IN_A | {ROOT_B, PEER, ROOT_M, ADMIN}
IN_ORG = {"StringEquals": {"aws:PrincipalOrgID": ORG}}
OAI_PAGE = (
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html"
)
OAI = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1ABCDEFGHIJKL"
GROUP = f"arn:aws:iam::{A}:group/analysts"
RESTRICT = {"RestrictPublicBuckets": True}
CLOUDTRAIL, C_X = "cloudtrail.amazonaws.com", "c" * 64


class Asked(NamedTuple):
    """A question and who comes back."""

    url: str
    action: str
    on: str
    parts: dict[str, Any]
    want: set[str]
    outside: tuple[str, ...] = ()
    everyone: bool = False
    unknown: set[str] = set()
    hangs: dict[str, tuple[str, ...]] = {}
    context: dict[str, Any] | None = None


def who(url, want, action=GET, on=KEY_IN, *, outside=(), everyone=False, unknown=(), hangs=None, context=None, **parts):
    return Asked(url, action, on, parts, set(want), tuple(outside), everyone, set(unknown), hangs or {}, context)


def bucket(*statements, **more):
    return {"policy": [*statements], **more}


CASES = [
    # one account: the root user, those whose policies allow, those whom the resource names
    who(EVAL, {ROOT}),
    who(EVAL, {ROOT, BOB}, user=FULL),
    who(EVAL, {ROOT, BOB, ETL}, user=FULL, role=[allow(GET)]),
    who(EVAL, {ROOT}, user=[*FULL, deny(GET)]),
    who(EVAL, {ROOT, BOB}, STOP, INSTANCE, user=FULL, role=[allow("s3:*")]),
    who(EVAL, {ROOT, SSO}, sso=[allow("s3:*")]),
    who(EVAL, {ROOT, BOB}, groups={GROUP: [allow(GET)]}, member=[GROUP]),
    who(EVAL, {ROOT, SLR}, slr=FULL),
    who(BASICS, {ROOT, EVE}, **bucket(allow(GET, to=aws(EVE)))),
    who(BASICS, {ROOT, EVE, BOB}, user=FULL, **bucket(allow(GET, to=aws(EVE)))),
    who(BASICS, set(), user=FULL, **bucket(deny(GET, to="*"))),
    who(BASICS, {BOB}, user=FULL, **bucket(deny(GET, to="*", when={"ArnNotEquals": {"aws:PrincipalArn": BOB}}))),
    who(BASICS, {ROOT}, user=FULL, **bucket(deny(GET, to=aws(BOB)))),
    who(BASICS, (IN_A | {ROOT_B, ROOT_M}) - {BOB}, **bucket(allow(GET, to="*"), deny(GET, to=aws(BOB))), everyone=True),
    who(PRINCIPAL, {ROOT}, **bucket(allow(GET, to=aws(A)))),
    who(PRINCIPAL, {ROOT, ETL}, **bucket(allow(GET, to=aws(ETL)))),
    who(PRINCIPAL, {ROOT, ETL}, **bucket(allow(GET, to=aws(SESSION))), hangs={ETL: ("sts:rolesessionname",)}),
    who(PRINCIPAL, {ROOT, SSO}, **bucket(allow(GET, to=aws(SSO)))),
    who(NOT_PRINCIPAL, {BOB}, user=FULL, role=FULL, **bucket(deny(GET, NotPrincipal=aws(BOB)))),
    who(NOT_PRINCIPAL, {BOB, ROOT}, user=FULL, role=FULL, **bucket(deny(GET, NotPrincipal=aws(BOB, ROOT)))),
    who(NOT_PRINCIPAL, {ROOT}, user=FULL, role=FULL, **bucket(deny(GET, NotPrincipal=aws(ROOT)))),
    who(NOT_PRINCIPAL, {ROOT}, user=FULL, **bucket(allow(GET, to=aws(X)), deny(GET, NotPrincipal=aws(X, ROOT))),
        outside=[X]),
    who(NOT_PRINCIPAL, {BOB, ROOT}, user=FULL, role=FULL, **bucket(
        deny(GET, to="*", when={"ArnNotEquals": {"aws:PrincipalArn": [BOB, ROOT]}}))),
    who(BOUNDARIES, {ROOT}, user=FULL, role=FULL, boundary=[allow("ec2:*")]),
    who(BOUNDARIES, {ROOT, BOB}, boundary=[allow("ec2:*")], **bucket(allow(GET, to=aws(BOB, ETL)))),
    who(BOUNDARIES, {ROOT}, user=FULL, role=FULL, boundary=[*FULL, deny(GET)]),
    # across accounts
    who(CROSS, {ROOT}, peer=FULL),
    who(CROSS, {ROOT, ROOT_B, PEER}, peer=FULL, **bucket(allow(GET, to=aws(B)))),
    who(CROSS, {ROOT, ROOT_B}, **bucket(allow(GET, to=aws(B)))),
    who(CROSS, {ROOT, PEER}, peer=FULL, **bucket(allow(GET, to=aws(PEER)))),
    who(CROSS, {ROOT, ADMIN, ROOT_M}, admin=FULL, **bucket(allow(GET, to=aws(M)))),
    who(CROSS, IN_A | {ROOT_B, ROOT_M, PEER}, peer=FULL, **bucket(allow(GET, to="*", when=IN_ORG))),
    who(CROSS, IN_A | {ROOT_B, ROOT_M}, **bucket(allow(GET, to="*")), everyone=True),
    who(CROSS, HELD, peer=FULL, admin=FULL, **bucket(allow(GET, to="*")), everyone=True),
    who(CROSS, {ROOT, BOB}, user=FULL, peer=FULL, admin=FULL, **bucket(allow(GET, to=aws(A)))),
    # outside: who is named and gets in, but is not held
    who(CROSS, {ROOT}, **bucket(allow(GET, to=aws(X))), outside=[X]),
    who(OAI_PAGE, {ROOT}, **bucket(allow(GET, to=aws(OAI))), outside=[OAI]),
    who(OAI_PAGE, {ROOT}, **bucket(allow(GET, to={"CanonicalUser": C_X})), outside=[C_X]),
    who(CROSS, {ROOT}, **bucket(allow(GET, to=aws(X, Y))), outside=[Y, X]),
    who(CROSS, {ROOT}, **bucket(allow(GET, to=aws(f"arn:aws:iam::{X}:root"))), outside=[X]),
    who(CROSS, {ROOT}, **bucket(allow(GET, to=aws(STRANGER))), outside=[STRANGER]),
    who(CROSS, {ROOT}, **bucket(allow(GET, to=aws(X)), deny(GET, to=aws(X)))),
    who(CROSS, {ROOT}, **bucket(allow(GET, to=aws(X, Y)), deny(GET, to=aws(Y))), outside=[X]),
    who(CROSS, {ROOT}, **bucket(allow("s3:PutObject", to=aws(X)))),
    who(CROSS, {ROOT}, **bucket(allow(GET, f"{LAKE}/public/*", to=aws(X)))),
    who(CROSS, {ROOT}, **bucket(allow(GET, to=aws(X), when=IN_ORG))),
    who(CROSS, {ROOT}, **bucket(allow(GET, to=aws(X)), deny(GET, to="*", when={
        "StringNotEquals": {"aws:PrincipalOrgID": ORG}}))),
    who(CROSS, {ROOT}, **bucket(allow(GET, to=aws(X), when={"StringEquals": {"aws:PrincipalOrgID": OTHER}})),
        outside=[X]),
    who(KEYS, {ROOT}, **bucket(allow(GET, to="*", when={
        "StringEquals": {"aws:PrincipalOrgID": OTHER}})), outside=[OTHER]),
    who(KEYS, {ROOT}, **bucket(allow(GET, to="*", when={"StringEquals": {"aws:PrincipalAccount": X}})), outside=[X]),
    who(KEYS, {ROOT}, **bucket(allow(GET, to="*", when={"ArnEquals": {"aws:PrincipalArn": STRANGER}})),
    outside=[STRANGER]),
    who(KEYS, {ROOT}, **bucket(allow(GET, to="*", when={
        "ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{OTHER}/r-9/*"}})), outside=[OTHER]),
    who(KEYS, {ROOT, BOB}, **bucket(allow(GET, to="*", when={"ArnEquals": {"aws:PrincipalArn": BOB}}))),
    who(PRINCIPAL, {ROOT}, **bucket(allow(GET, to=aws("AIDADELETED000000000")))),
    who(CROSS, IN_A | {ROOT_B, ROOT_M}, **bucket(allow(GET, to=aws("*"))), everyone=True),
    who(CROSS, IN_A | {ROOT_B, ROOT_M}, **bucket(allow(GET, to="*"), allow(GET, to=aws(X))), outside=[X],
    everyone=True),
    who(CROSS, IN_A | {ROOT_B, ROOT_M}, **bucket(allow(GET, to="*", when={
        "StringNotEquals": {"aws:PrincipalAccount": X}})), everyone=True),
    who(KEYS, IN_A | {ROOT_B, ROOT_M}, everyone=True, hangs={BOB: ("aws:sourceip",)}, **bucket(
        allow(GET, to="*", when={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}))),
    who(KEYS, {ROOT}, context={"aws:SourceIp": "198.51.100.9"}, **bucket(
        allow(GET, to="*", when={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}))),
    # services and tokens
    who(DEPUTY, {ROOT}, "s3:PutObject", outside=[CLOUDTRAIL], **bucket(allow("s3:PutObject",
    to={"Service": CLOUDTRAIL}))),
    who(DEPUTY, {ROOT}, "s3:PutObject", outside=[CLOUDTRAIL], **bucket(allow("s3:PutObject",
    to={"Service": CLOUDTRAIL}, when={
        "StringEquals": {"aws:SourceAccount": A}}))),
    who(DEPUTY, {ROOT}, "s3:PutObject", context={"aws:SourceAccount": X}, **bucket(
        allow("s3:PutObject", to={"Service": CLOUDTRAIL}, when={"StringEquals": {"aws:SourceAccount": A}}))),
    who(SNS, {ROOT}, "sns:Publish", TOPIC, outside=["s3.amazonaws.com"], things=[
        {"arn": TOPIC, "policy": doc(allow("sns:Publish", to={"Service": "s3.amazonaws.com"}))}]),
    who(LAMBDA, {ROOT}, "lambda:InvokeFunction", FUNCTION, outside=["events.amazonaws.com"], things=[
        {"arn": FUNCTION, "policy": doc(allow("lambda:InvokeFunction", to={"Service": "events.amazonaws.com"}))}]),
    who(SQS_CROSS, {ROOT, PEER, ROOT_B}, SEND, QUEUE, peer=FULL, queue=[allow(SEND, to=aws(B))]),
    who(SQS_CROSS, {ROOT}, SEND, QUEUE, queue=[allow(SEND, to=aws(X))], outside=[X]),
    who(CROSS, {ROOT, BOB, PEER}, "secretsmanager:GetSecretValue", SECRET, user=FULL, peer=FULL, secret=[
        allow(to=aws(PEER))]),
    # role trust
    who(TRUST, set(), ASSUME, TARGET, user=FULL, peer=FULL),
    who(TRUST, {BOB}, ASSUME, TARGET, target=trusts(BOB)),
    who(TRUST, {BOB}, ASSUME, TARGET, user=FULL, target=trusts(ROOT)),
    who(TRUST, {PEER}, ASSUME, TARGET, peer=FULL, target=trusts(B)),
    who(TRUST, {ETL}, ASSUME, TARGET, target=trusts(ETL)),
    who(TRUST, {BOB, PEER}, ASSUME, TARGET, user=FULL, peer=FULL, target=trusts(A, B, X), outside=[X]),
    who(EXTERNAL_ID, set(), ASSUME, TARGET, outside=[X], target=trusts(X,
    when={"StringEquals": {"sts:ExternalId": "1"}})),
    who(EXTERNAL_ID, set(), ASSUME, TARGET, context={"sts:ExternalId": "2"}, target=trusts(
        X, when={"StringEquals": {"sts:ExternalId": "1"}})),
    who(TRUST, IN_A - {ROOT}, ASSUME, TARGET, target=[allow(ASSUME, None, to="*")], everyone=True),
    who(TERMS, set(), ASSUME, TARGET, outside=["ec2.amazonaws.com"], target=[
        allow(ASSUME, None, to={"Service": "ec2.amazonaws.com"})]),
    who(OIDC, set(), WEB, TARGET, outside=[HUB], target=[allow(WEB, None, to={"Federated": HUB})]),
    who(GITHUB, set(), WEB, TARGET, outside=[HUB], target=[allow(WEB, None, to={"Federated": HUB}, when={
        "StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/*"}})]),
    who(SAML_GUIDE, set(), SAML, TARGET, outside=[IDP], target=[allow(SAML, None, to={"Federated": IDP})]),
    # KMS
    who(KEY_POLICY, {ROOT}, DECRYPT, KMS),
    who(KEY_POLICY, {ROOT, BOB}, DECRYPT, KMS, user=FULL),
    who(KEY_POLICIES, {EVE}, DECRYPT, KMS, user=FULL, key=[allow("kms:*", to=aws(EVE))]),
    who(KEY_CROSS, {ROOT, ROOT_B, PEER}, DECRYPT, KMS, peer=FULL, key=[allow("kms:*", to=aws(A, B))]),
    who(KEY_CROSS, {ROOT}, DECRYPT, KMS, key=[allow("kms:*", to=aws(A, X))], outside=[X]),
    who(GRANTS, {ROOT, ETL}, DECRYPT, KMS + "g", outside=["rds.amazonaws.com"], things=[{
        "arn": KMS + "g", "policy": doc(allow("kms:*", to=aws(A))), "grants": [
            {"grantee": ETL, "operations": ["Decrypt"]}, {"grantee": "rds.amazonaws.com",
            "operations": ["Decrypt"]}]}]),
    # S3
    who(ACL, {ROOT, ROOT_B, ROOT_M} | IN_A, "s3:ListBucket", LAKE, everyone=True, bucket={"acl": [
        {"Grantee": {"URI": "http://acs.amazonaws.com/groups/global/AllUsers"}, "Permission": "READ"}]}),
    who(ACL, {ROOT}, "s3:ListBucket", LAKE, outside=[C_X], bucket={"acl": [
        {"Grantee": {"ID": C_X}, "Permission": "READ"}]}),
    who(ACL, {ROOT, ROOT_B}, "s3:ListBucket", LAKE, account_b={"canonical": C_X}, bucket={"acl": [
        {"Grantee": {"ID": C_X}, "Permission": "READ"}]}),
    who(BPA, IN_A, **bucket(allow(GET, to="*")), bucket={"block_public_access": RESTRICT}),
    who(BPA, IN_A, **bucket(allow(GET, to="*"), allow(GET, to=aws(X))), bucket={"block_public_access": RESTRICT}),
    who(BPA, {ROOT}, **bucket(allow(GET, to=aws(X))), bucket={"block_public_access": RESTRICT}, outside=[X]),
    who(POINTS, {ROOT, PEER}, GET, f"arn:aws:s3:eu-west-1:{A}:accesspoint/sales/object/k", peer=FULL, things=[{
        "arn": f"arn:aws:s3:eu-west-1:{A}:accesspoint/sales", "bucket": LAKE, "policy": doc(allow(GET, to=aws(PEER)))}],
        **bucket(allow("*", to="*", when={"StringEquals": {"s3:DataAccessPointAccount": A}}))),
    # guardrails
    who(SCP, set(), user=FULL, scp=[[*FULL, deny(GET)]]),
    who(SCP, {SLR}, user=FULL, slr=FULL, scp=[[*FULL, deny(GET)]]),
    who(SCP, {BOB}, user=FULL, role=FULL, scp=[[*FULL, deny(GET, when={"ArnNotEquals": {"aws:PrincipalArn": BOB}})]]),
    who(SCP, {ROOT_M, ADMIN, PEER, ROOT_B, SLR}, admin=FULL, peer=FULL, scp=[[*FULL, deny(GET)]], everyone=True,
        **bucket(allow(GET, to="*"))),
    who(SCP, set(), user=FULL, scp=[[allow("ec2:*")]]),
    who(RCP, {SLR}, user=FULL, slr=FULL, rcp=[[*FULL, deny(GET, to="*")]]),
    who(RCP, set(), user=FULL, rcp=[[*FULL, deny(GET, to="*")]], **bucket(allow(GET, to=aws(X)))),
    who(RCP, IN_A | {ROOT_B, ROOT_M}, rcp=[[*FULL, deny("*", to="*", when={
        "StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORG}})]], **bucket(allow(GET, to="*"), allow(GET,
        to=aws(X)))),
    # what was not read
    who(EVAL, {ROOT}, unknown={BOB}, user=UNREAD),
    who(EVAL, {ROOT, ETL}, unknown={BOB}, user=UNREAD, role=FULL),
    who(EVAL, set(), unknown=IN_A | {ROOT_B, ROOT_M}, user=FULL, policy=UNREAD),
    who(EVAL, {ROOT, ETL}, unknown={BOB}, role=FULL, user="{"),
    who(SCP, set(), unknown={ROOT, BOB}, user=FULL, scp=UNREAD),
    who(RCP, set(), unknown={ROOT, BOB}, user=FULL, rcp=UNREAD),
    who(EVAL, {ROOT, BOB}, unknown={A}, user=FULL, account={"unlisted": ["iam:GetAccountAuthorizationDetails denied"]}),
    who(TRUST, set(), ASSUME, TARGET, unknown={BOB, EVE, ETL, SLR, SSO, TARGET, PEER}, peer=FULL, target=UNREAD),
    # accounts and organizations that only a pattern or a source names
    who(KEYS, {ROOT}, outside=[X], **bucket(allow(GET, to="*", when={
        "ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{X}:role/*"}}))),
    who(KEYS, {ROOT}, **bucket(allow(GET, to="*", when={
        "StringEquals": {"aws:PrincipalArn": f"arn:aws:iam::{X}:role/*"}}))),
    who(KEYS, {ROOT}, outside=[X], **bucket(
        allow(GET, to="*", when={"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{X}:role/*"}}),
        deny(GET, to="*", when={"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{X}:role/ci-*"}}))),
    who(KEYS, {ROOT}, outside=[OTHER], **bucket(allow(GET, to="*", when={
        "ForAnyValue:StringEquals": {"aws:PrincipalOrgPaths": f"{OTHER}/r-9/ou-9/"}}))),
    who(KEYS, {ROOT}, **bucket(allow(GET, to="*", when={
        "ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{OTHER}/r-9/*"}}),
        deny(GET, to="*", when={"StringNotEquals": {"aws:PrincipalOrgID": ORG}}))),
    who(KEYS, {ROOT, PEER, ROOT_B}, peer=FULL, **bucket(allow(GET, to=aws(B), when={
        "ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{ORG}/r-1/ou-1-web/*"}}))),
    who(SQS_ACCESS, {ROOT}, SEND, QUEUE, outside=[X], queue=[
        allow(SEND, to="*", when={"StringEquals": {"aws:SourceAccount": X}})]),
    who(SNS, {ROOT}, SEND, QUEUE, outside=[X], queue=[
        allow(SEND, to="*", when={"ArnEquals": {"aws:SourceArn": f"arn:aws:sns:eu-west-1:{X}:alarms"}})]),
    who(SNS, {ROOT}, SEND, QUEUE, queue=[
        allow(SEND, to="*", when={"ArnEquals": {"aws:SourceArn": f"arn:aws:sns:eu-west-1:{A}:alarms"}})]),
    who(DEPUTY, {ROOT}, SEND, QUEUE, outside=[OTHER], queue=[
        allow(SEND, to="*", when={"StringEquals": {"aws:SourceOrgID": OTHER}})]),
    who(DEPUTY, {ROOT}, "s3:PutObject", outside=[CLOUDTRAIL, X], **bucket(
        allow("s3:PutObject", to={"Service": CLOUDTRAIL}, when={"StringEquals": {"aws:SourceAccount": [A, X]}}))),
    who(DEPUTY, {ROOT}, "s3:PutObject", outside=[CLOUDTRAIL], **bucket(
        allow("s3:PutObject", to={"Service": CLOUDTRAIL}, when={"StringEquals": {"aws:SourceAccount": [A, X]}}),
        deny("s3:*", to="*", when={"StringEquals": {"aws:SourceAccount": X}}))),
    who(PRINCIPAL, {ROOT}, **bucket(allow(GET, to=aws(f"arn:aws:iam::{X}:role/*")))),
    who(PRINCIPAL, {ROOT}, **bucket(allow(GET, to=aws(f"arn:aws:iam::{A}:user/*")))),
    # who is named as a session, and who by a boundary is spared from nothing
    who(PRINCIPAL, {ROOT}, outside=[f"arn:aws:sts::{X}:assumed-role/ci/run"], **bucket(
        allow(GET, to=aws(f"arn:aws:sts::{X}:assumed-role/ci/run")))),
    who(TERMS, {ETL}, ASSUME, TARGET, target=trusts(SESSION), hangs={ETL: ("sts:rolesessionname",)}),
    who(BOUNDARIES, {ROOT}, user=FULL, role=FULL, boundary=FULL, **bucket(
        deny(GET, NotPrincipal=aws(BOB, ETL, ROOT)))),
    who(BOUNDARIES, {BOB}, ASSUME, TARGET, boundary=[allow("s3:*")], target=trusts(BOB, ETL)),
    who(BOUNDARIES, {BOB, ETL, EVE, SLR, SSO, TARGET}, ASSUME, TARGET, boundary=[allow("s3:*")], everyone=True,
        target=[allow(ASSUME, None, to="*")]),
    # objects of others, access points of others, endpoints
    who(OTHERS_OBJECTS, {ROOT, BOB}, user=FULL, bucket=OBJECTS_OPEN, hangs={BOB: (OWNER,), ROOT: (OWNER,)},
        unknown=IN_A - {ROOT, BOB} | {ROOT_B, ROOT_M}),
    who(OTHERS_OBJECTS, {ROOT, BOB}, "s3:DeleteObject", user=FULL, bucket=OBJECTS_OPEN),
    who(POINTS, set(), GET, IN_POINT_B, peer=FULL, things=theirs()),
    who(POINTS, {ROOT_B, PEER}, GET, IN_POINT_B, peer=FULL, things=theirs(), policy=LENDS),
    who(POINTS, {ROOT_B, PEER}, GET, IN_POINT_B, peer=FULL, things=theirs(allow(GET, to=aws(X))), policy=LENDS,
        outside=[X]),
    who(POINT_VPC, set(), GET, f"arn:aws:s3:eu-west-1:{A}:accesspoint/sales/object/k", user=FULL,
        context={"aws:SourceVpc": "vpc-2"}, things=point(allow(GET, to=aws(X)), vpc="vpc-1"), policy=TO_ALL),
    who(ENDPOINTS, {ROOT, BOB}, context=BY_VPCE, user=FULL, role=FULL, endpoints=gate(
        allow(to="*", when={"ArnEquals": {"aws:PrincipalArn": [BOB, ROOT]}}))),
    who(ENDPOINTS, set(), context=BY_VPCE, user=FULL, policy=[allow(GET, to=aws(X))],
        endpoints=gate(allow("ec2:*", to="*"))),
    who(ENDPOINTS, set(), context=BY_VPCE, user=FULL, unknown={ROOT, BOB},
        endpoints=[{"id": VPCE, "account": A, "policy": UNREAD}]),
    # keys by their aliases, tables by their catalog, what AWS RAM shares
    who(ALIASES, {ROOT, BOB}, DECRYPT, ALIAS, user=[allow(DECRYPT, KMS + "a")], things=[
        {"arn": KMS + "a", "policy": doc(allow("kms:*", to=aws(A))), "aliases": [ALIAS]}]),
    who(CATALOG, {ROOT, ROOT_B, PEER}, "glue:GetTable", GLUE_TABLE, peer=FULL, outside=[X], things=[
        {"arn": GLUE, "policy": doc(allow("glue:*", GLUE_TABLE, to=aws(B, X)))}]),
    who(SHARES, {ROOT, BOB}, "ec2:RunInstances", SUBNET, user=FULL, peer=FULL, unknown={PEER, ROOT_B}, things=[
        {"arn": SUBNET, "shared_with": [B]}]),
    who(SHARES, {ROOT}, "ec2:RunInstances", SUBNET, peer=FULL, account=UNSHARED, unknown={PEER, ROOT_B, ROOT_M},
        things=[{"arn": SUBNET}]),
    # policies that AWS would not have taken
    who(GRAMMAR, set(), unknown=IN_A | {ROOT_B, ROOT_M}, **bucket(allow(GET))),
    who(GRAMMAR, {ROOT}, unknown={BOB}, user=[allow(GET, None)]),
]  # fmt: skip
