"""Service and resource control policies, the management account, service-linked roles, VPC endpoint policies."""

from orienteer.ask import UNREAD
from tests.ask.support import (
    ADMIN,
    BOB,
    CROSS,
    ETL,
    EVAL,
    FULL,
    INSTANCE,
    KEY_IN,
    KEYS,
    KMS,
    LAKE,
    ORG,
    OTHER,
    PEER,
    QUEUE,
    RCP,
    ROOT,
    ROOT_B,
    ROOT_M,
    SCP,
    SCP_EVAL,
    SECRET,
    SESSION,
    SLR,
    SSO_SESSION,
    STRANGER,
    TARGET,
    A,
    B,
    M,
    X,
    allow,
    aws,
    case,
    deny,
    doc,
)  # fmt: skip

GET, PUT, STOP = "s3:GetObject", "s3:PutObject", "ec2:StopInstances"
SYNTAX = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html"
EXAMPLES = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples.html"
RCP_EVAL = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_evaluation.html"
RCP_EXAMPLES = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_examples.html"
RCP_KMS = "https://docs.aws.amazon.com/kms/latest/developerguide/resource-control-policies.html"
ENDPOINTS = "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html"
S3_ENDPOINTS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html"
REGIONS = deny(NotAction=["iam:*", "sts:*", "organizations:*"], when={
    "StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}})  # fmt: skip
SPARES_ADMIN = deny("ec2:*", when={"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/etl"}})
PERIMETER = deny("*", to="*", when={
    "StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORG}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}
)  # fmt: skip
DEPUTY = deny("s3:*", to="*", when={
    "StringNotEqualsIfExists": {"aws:SourceOrgID": ORG}, "Null": {"aws:SourceAccount": "false"},
    "Bool": {"aws:PrincipalIsAWSService": "true"}})  # fmt: skip
TLS = deny("*", to="*", when={"BoolIfExists": {"aws:SecureTransport": "false"}})
OPEN = [allow("s3:*", to="*")]
VPCE = "vpce-0a1b2c3d"
BY_VPCE = {"aws:SourceVpce": VPCE}
KEY_OPEN = [allow("kms:*", to="*")]


def gate(*statements, **more):
    """The endpoint with this policy."""
    return [{"id": VPCE, "account": A, "vpc": "vpc-1", "policy": doc(*statements), **more}]


CASES = [
    # SCPs are the most that principals of member accounts can have; they give nothing
    case(SCP, "implicit", BOB, GET, KEY_IN, by="identity resource"),
    case(SCP, "allowed", BOB, GET, KEY_IN, user=FULL, scp=[[allow("s3:*")]]),
    case(SCP, "implicit", BOB, STOP, INSTANCE, user=FULL, scp=[[allow("s3:*")]], by="scp"),
    case(SCP, "implicit", BOB, STOP, INSTANCE, scp=[[allow("s3:*")]], by="identity scp"),
    case(SCP, "explicit", BOB, STOP, INSTANCE, user=FULL, scp=[[*FULL, deny("ec2:*")]], by="scp"),
    case(SCP, "explicit", ROOT, STOP, INSTANCE, scp=[[*FULL, deny("ec2:*")]], by="scp"),
    case(SCP, "implicit", ROOT, STOP, INSTANCE, scp=[[allow("s3:*")]], by="scp"),
    case(SCP, "explicit", ETL, STOP, INSTANCE, role=FULL, scp=[[*FULL, deny("ec2:*")]], by="scp"),
    case(SCP, "explicit", SESSION, STOP, INSTANCE, role=FULL, scp=[[*FULL, deny("ec2:*")]], by="scp"),
    case(SCP, "explicit", SSO_SESSION, STOP, INSTANCE, sso=FULL, scp=[[*FULL, deny("ec2:*")]], by="scp"),
    case(EVAL, "implicit", BOB, GET, KEY_IN, scp=[[allow("ec2:*")]], policy=[allow(GET, to=aws(BOB))], by="scp"),
    case(EVAL, "explicit", BOB, GET, KEY_IN, scp=[[*FULL, deny(GET)]], policy=[allow(GET, to=aws(BOB))], by="scp"),
    # every level from the root to the account must allow, and none may deny
    case(SCP_EVAL, "allowed", BOB, STOP, INSTANCE, user=FULL, scp=[FULL, FULL, FULL]),
    case(SCP_EVAL, "implicit", BOB, STOP, INSTANCE, user=FULL, scp=[FULL, [allow("s3:*")], FULL], by="scp"),
    case(SCP_EVAL, "implicit", BOB, STOP, INSTANCE, user=FULL, scp=[[allow("s3:*")], FULL, FULL], by="scp"),
    case(SCP_EVAL, "implicit", BOB, STOP, INSTANCE, user=FULL, scp=[FULL, FULL, [allow("s3:*")]], by="scp"),
    case(SCP_EVAL, "implicit", BOB, STOP, INSTANCE, user=FULL, scp=[[allow("s3:*")], [allow("iam:*")]], by="scp scp"),
    case(SCP_EVAL, "explicit", BOB, STOP, INSTANCE, user=FULL, scp=[[*FULL, deny("ec2:*")], FULL, FULL], by="scp"),
    case(SCP_EVAL, "explicit", BOB, STOP, INSTANCE, user=FULL, scp=[FULL, [*FULL, deny("ec2:*")], [deny("*")]],
         by="scp scp"),
    case(SCP_EVAL, "implicit", BOB, STOP, INSTANCE, user=FULL, scp=[FULL, []], by="scp"),
    case(SCP_EVAL, "allowed", BOB, STOP, INSTANCE, user=FULL, scp=[]),
    case(SCP_EVAL, "allowed", BOB, STOP, INSTANCE, user=FULL, organization=False),
    # statements of SCPs have the whole language
    case(SYNTAX, "allowed", BOB, STOP, INSTANCE, user=FULL, scp=[[allow(NotAction="s3:*")]]),
    case(SYNTAX, "implicit", BOB, GET, KEY_IN, user=FULL, scp=[[allow(NotAction="s3:*")]], by="scp"),
    case(SYNTAX, "allowed", BOB, GET, KEY_IN, user=FULL, scp=[[allow("s3:*", f"{LAKE}/*")]]),
    case(SYNTAX, "implicit", BOB, GET, "arn:aws:s3:::lake", user=FULL, scp=[[allow("s3:*", f"{LAKE}/*")]], by="scp"),
    case(SYNTAX, "allowed", BOB, GET, KEY_IN, user=FULL, scp=[[*FULL, deny("*", NotResource=f"{LAKE}*")]]),
    case(SYNTAX, "explicit", BOB, STOP, INSTANCE, user=FULL, scp=[[*FULL, deny("*", NotResource=f"{LAKE}*")]],
         by="scp"),
    case(SYNTAX, "allowed", BOB, GET, KEY_IN, user=FULL,
         scp=[[allow(when={"StringEquals": {"aws:PrincipalOrgID": ORG}})]]),
    case(EXAMPLES, "allowed", BOB, STOP, INSTANCE, user=FULL, scp=[[*FULL, REGIONS]]),
    case(EXAMPLES, "explicit", BOB, STOP, INSTANCE.replace("eu-west-1", "us-east-1"), user=FULL, scp=[[*FULL, REGIONS]],
         by="scp"),
    case(EXAMPLES, "allowed", BOB, "iam:ListUsers", user=FULL, scp=[[*FULL, REGIONS]]),
    case(EXAMPLES, "explicit", BOB, "cloudfront:ListDistributions", user=FULL, scp=[[*FULL, REGIONS]], by="scp"),
    case(EXAMPLES, "unknown", BOB, "ec2:DescribeInstances", user=FULL, scp=[[*FULL, REGIONS]],
         hangs="aws:requestedregion"),
    case(EXAMPLES, "allowed", BOB, "ec2:DescribeInstances", user=FULL, scp=[[*FULL, REGIONS]], may=True,
         hangs="aws:requestedregion"),
    case(EXAMPLES, "explicit", BOB, "ec2:DescribeInstances", user=FULL, scp=[[*FULL, REGIONS]], may=True, by="scp",
         context={"aws:RequestedRegion": "us-east-1"}),
    case(EXAMPLES, "allowed", ETL, STOP, INSTANCE, role=FULL, scp=[[*FULL, SPARES_ADMIN]]),
    case(EXAMPLES, "allowed", SESSION, STOP, INSTANCE, role=FULL, scp=[[*FULL, SPARES_ADMIN]]),
    case(EXAMPLES, "explicit", BOB, STOP, INSTANCE, user=FULL, scp=[[*FULL, SPARES_ADMIN]], by="scp"),
    case(EXAMPLES, "explicit", ROOT, GET, KEY_IN, scp=[[*FULL, deny(when={
        "StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}})]], by="scp"),
    case(EXAMPLES, "allowed", BOB, GET, KEY_IN, user=FULL, scp=[[*FULL, deny(when={
        "StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}})]]),
    case(EXAMPLES, "allowed", ROOT, GET, KEY_IN, scp=[[*FULL, deny(when={
        "StringEquals": {"aws:PrincipalArn": "arn:aws:iam::*:root"}})]]),
    case(EXAMPLES, "unknown", BOB, STOP, INSTANCE, user=FULL, hangs="aws:multifactorauthpresent", scp=[[*FULL, deny(
        STOP, when={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}})]]),
    case(EXAMPLES, "allowed", BOB, STOP, INSTANCE, user=FULL, context={"aws:MultiFactorAuthPresent": True}, scp=[[
        *FULL, deny(STOP, when={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}})]]),
    case(EXAMPLES, "explicit", BOB, STOP, INSTANCE, user=FULL, context={"aws:MultiFactorAuthPresent": None}, by="scp",
         scp=[[*FULL, deny(STOP, when={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}})]]),
    # they do not bind the management account, service-linked roles, and who is not of the organization
    case(SCP, "allowed", ADMIN, STOP, INSTANCE.replace(A, M), admin=FULL, account_m={"scps": [[doc(deny())]]}),
    case(SCP, "allowed", ROOT_M, STOP, INSTANCE.replace(A, M), account_m={"scps": [[doc(deny())]]}),
    case(SCP, "allowed", SLR, STOP, INSTANCE, slr=FULL, scp=[[deny()]]),
    case(SCP, "implicit", SLR, STOP, INSTANCE, by="identity"),
    case(SCP, "allowed", "*", GET, KEY_IN, policy=OPEN, scp=[[deny()]]),
    case(SCP, "allowed", "cloudtrail.amazonaws.com", PUT, KEY_IN, policy=[
        allow(PUT, to={"Service": "cloudtrail.amazonaws.com"})], scp=[[deny()]]),
    # they are those of the caller's account, not of the resource's
    case(CROSS, "allowed", PEER, GET, KEY_IN, peer=FULL, policy=[allow(GET, to=aws(PEER))], scp=[[*FULL, deny(GET)]]),
    case(CROSS, "explicit", PEER, GET, KEY_IN, peer=FULL, policy=[allow(GET, to=aws(PEER))], scp_b=[[*FULL, deny(GET)]],
         by="scp"),
    case(CROSS, "implicit", PEER, GET, KEY_IN, peer=FULL, policy=[allow(GET, to=aws(PEER))], scp_b=[[allow("ec2:*")]],
         by="scp"),
    case(CROSS, "explicit", ROOT_B, GET, KEY_IN, policy=[allow(GET, to=aws(B))], scp_b=[[*FULL, deny(GET)]], by="scp"),
    # what was not read of them
    case(SCP, "unknown", BOB, STOP, INSTANCE, user=FULL, scp=UNREAD),
    case(SCP, "unknown", BOB, STOP, INSTANCE, user=FULL, scp=[FULL, UNREAD]),
    case(SCP, "explicit", BOB, STOP, INSTANCE, user=FULL, scp=[[*FULL, deny(STOP)], UNREAD], by="scp"),
    case(SCP, "implicit", BOB, STOP, INSTANCE, scp=UNREAD, by="identity"),
    case(SCP, "allowed", ADMIN, STOP, INSTANCE.replace(A, M), admin=FULL, account_m={"scps": UNREAD}),
    # RCPs are the most that anybody can have on resources of member accounts
    case(RCP, "allowed", BOB, GET, KEY_IN, user=FULL),
    case(RCP, "implicit", BOB, GET, KEY_IN, by="identity resource"),
    case(RCP, "explicit", BOB, GET, KEY_IN, user=FULL, rcp=[[*FULL, deny(GET, to="*")]], by="rcp"),
    case(RCP, "explicit", ROOT, GET, KEY_IN, rcp=[[*FULL, deny(GET, to="*")]], by="rcp"),
    case(RCP, "explicit", PEER, GET, KEY_IN, peer=FULL, policy=OPEN, rcp=[[*FULL, deny(GET, to="*")]], by="rcp"),
    case(RCP, "explicit", "*", GET, KEY_IN, policy=OPEN, rcp=[[*FULL, deny(GET, to="*")]], by="rcp"),
    case(RCP, "explicit", STRANGER, GET, KEY_IN, policy=OPEN, rcp=[[*FULL, PERIMETER]], by="rcp"),
    case(RCP_EXAMPLES, "explicit", "*", GET, KEY_IN, policy=OPEN, rcp=[[*FULL, deny("*", to="*", when={
        "StringNotEquals": {"aws:PrincipalOrgID": ORG}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}})]],
        by="rcp"),
    case(RCP_EXAMPLES, "explicit", "*", GET, KEY_IN, policy=OPEN, rcp=[[*FULL, PERIMETER]], by="rcp"),
    case(RCP_EXAMPLES, "allowed", PEER, GET, KEY_IN, peer=FULL, policy=OPEN, rcp=[[*FULL, PERIMETER]]),
    case(RCP_EXAMPLES, "allowed", BOB, GET, KEY_IN, user=FULL, rcp=[[*FULL, PERIMETER]]),
    case(RCP_EXAMPLES, "explicit", BOB, GET, KEY_IN, user=FULL, rcp=[[*FULL, PERIMETER]], by="rcp",
         context={"aws:PrincipalOrgID": OTHER}),
    case(RCP_EXAMPLES, "allowed", "logging.s3.amazonaws.com", PUT, KEY_IN, rcp=[[*FULL, PERIMETER]], policy=[
        allow(PUT, to={"Service": "logging.s3.amazonaws.com"})]),
    case(RCP_EXAMPLES, "explicit", "logging.s3.amazonaws.com", PUT, KEY_IN, rcp=[[*FULL, DEPUTY]], policy=[
        allow(PUT, to={"Service": "logging.s3.amazonaws.com"})], context={"aws:SourceAccount": X,
        "aws:SourceOrgID": OTHER},
         by="rcp"),
    case(RCP_EXAMPLES, "allowed", "logging.s3.amazonaws.com", PUT, KEY_IN, rcp=[[*FULL, DEPUTY]], policy=[
        allow(PUT, to={"Service": "logging.s3.amazonaws.com"})], context={"aws:SourceAccount": B}),
    case(RCP_EXAMPLES, "unknown", "logging.s3.amazonaws.com", PUT, KEY_IN, rcp=[[*FULL, DEPUTY]], policy=[
        allow(PUT, to={"Service": "logging.s3.amazonaws.com"})], hangs="aws:sourceaccount aws:sourceorgid"),
    case(RCP_EXAMPLES, "explicit", BOB, GET, KEY_IN, user=FULL, rcp=[[*FULL, TLS]], by="rcp",
         context={"aws:SecureTransport": False}),
    case(RCP_EXAMPLES, "allowed", BOB, GET, KEY_IN, user=FULL, rcp=[[*FULL, TLS]]),
    # on every level
    case(RCP_EVAL, "explicit", BOB, GET, KEY_IN, user=FULL, rcp=[FULL, [*FULL, deny(GET, to="*")], FULL], by="rcp"),
    case(RCP_EVAL, "explicit", BOB, GET, KEY_IN, user=FULL, rcp=[[*FULL, deny(GET, to="*")], FULL, FULL], by="rcp"),
    case(RCP_EVAL, "allowed", BOB, GET, KEY_IN, user=FULL, rcp=[FULL, [*FULL, deny(PUT, to="*")], FULL]),
    # for services that have them
    case(RCP, "explicit", BOB, "sqs:SendMessage", QUEUE, user=FULL, rcp=[[*FULL, deny("*", to="*")]], by="rcp"),
    case(RCP, "explicit", BOB, "secretsmanager:GetSecretValue", SECRET, user=FULL, rcp=[[*FULL, deny("*", to="*")]],
         by="rcp"),
    case(RCP, "explicit", BOB, "kms:Decrypt", KMS, user=FULL, rcp=[[*FULL, deny("*", to="*")]], by="rcp"),
    case(RCP, "explicit", BOB, "sts:AssumeRole", TARGET, target=[allow("sts:AssumeRole", None, to=aws(BOB))],
         rcp=[[*FULL, deny("*", to="*")]], by="rcp"),
    case(RCP, "allowed", BOB, STOP, INSTANCE, user=FULL, rcp=[[*FULL, deny("*", to="*")]]),
    case(RCP, "allowed", BOB, "iam:ListUsers", user=FULL, rcp=[[*FULL, deny("*", to="*")]]),
    case(RCP_KMS, "allowed", BOB, "kms:RetireGrant", KMS, user=FULL, rcp=[[*FULL, deny("*", to="*")]]),
    case(RCP_KMS, "allowed", BOB, "kms:Decrypt", KMS + "a", user=FULL, rcp=[[*FULL, deny("*", to="*")]],
         things=[{"arn": KMS + "a", "aws_managed": True, "policy": doc(*KEY_OPEN)}]),
    # not for service-linked roles, nor on the management account's resources
    case(RCP, "allowed", SLR, GET, KEY_IN, slr=FULL, rcp=[[*FULL, deny("*", to="*")]]),
    case(RCP, "allowed", ADMIN, GET, "arn:aws:s3:::ledger/1", admin=FULL, account_m={"rcps": [[doc(deny("*",
         to="*"))]]},
         things=[{"arn": "arn:aws:s3:::ledger", "account": M}]),
    case(RCP, "allowed", "guardduty.amazonaws.com", "sts:AssumeRole", SLR, rcp=[[*FULL, deny("*", to="*")]], slr_trust=[
        allow("sts:AssumeRole", None, to={"Service": "guardduty.amazonaws.com"})]),
    case(RCP, "explicit", "ec2.amazonaws.com", "sts:AssumeRole", TARGET, rcp=[[*FULL, deny("*", to="*")]], target=[
        allow("sts:AssumeRole", None, to={"Service": "ec2.amazonaws.com"})], by="rcp"),
    case(RCP, "explicit", ADMIN, GET, KEY_IN, admin=FULL, policy=OPEN, rcp=[[*FULL, deny("*", to="*")]], by="rcp"),
    # they are those of the resource's account
    case(RCP, "allowed", PEER, GET, "arn:aws:s3:::web/1", peer=FULL, rcp=[[*FULL, deny("*", to="*")]],
         things=[{"arn": "arn:aws:s3:::web", "account": B}]),
    case(RCP, "explicit", BOB, GET, "arn:aws:s3:::web/1", user=FULL, account_b={"rcps": [[doc(deny("*", to="*"))]]},
         things=[{"arn": "arn:aws:s3:::web", "account": B, "policy": doc(*OPEN)}], by="rcp"),
    # what was not read of them
    case(RCP, "unknown", BOB, GET, KEY_IN, user=FULL, rcp=UNREAD),
    case(RCP, "allowed", BOB, STOP, INSTANCE, user=FULL, rcp=UNREAD),
    case(RCP, "explicit", BOB, GET, KEY_IN, user=[deny(GET)], rcp=UNREAD, by="identity"),
    case(RCP, "implicit", BOB, GET, KEY_IN, rcp=UNREAD, by="identity resource"),
    # VPC endpoints: their policy must allow what comes through them; the default is full access
    case(ENDPOINTS, "allowed", BOB, GET, KEY_IN, user=FULL, context=BY_VPCE, endpoints=[{"id": VPCE}]),
    case(ENDPOINTS, "allowed", BOB, GET, KEY_IN, user=FULL, context=BY_VPCE, endpoints=gate(allow(to="*")),
         by="identity scp endpoint"),
    case(ENDPOINTS, "implicit", BOB, GET, KEY_IN, user=FULL, context=BY_VPCE, endpoints=gate(allow(PUT, to="*")),
         by="endpoint"),
    case(ENDPOINTS, "implicit", BOB, GET, KEY_IN, user=FULL, context=BY_VPCE, endpoints=gate(
        allow("*", "arn:aws:s3:::other/*", to="*")), by="endpoint"),
    case(ENDPOINTS, "explicit", BOB, GET, KEY_IN, user=FULL, context=BY_VPCE, endpoints=gate(
        allow(to="*"), deny(GET, to="*")), by="endpoint"),
    case(ENDPOINTS, "implicit", ETL, GET, KEY_IN, role=FULL, context=BY_VPCE, endpoints=gate(allow(to=aws(BOB))),
         by="endpoint"),
    case(ENDPOINTS, "allowed", BOB, GET, KEY_IN, user=FULL, context=BY_VPCE, endpoints=gate(allow(to=aws(BOB)))),
    case(ENDPOINTS, "allowed", BOB, GET, KEY_IN, user=FULL, context=BY_VPCE, endpoints=gate(allow(to=aws(A)))),
    case(ENDPOINTS, "implicit", BOB, GET, KEY_IN, context=BY_VPCE, endpoints=gate(allow(to="*")),
         by="identity resource"),
    case(ENDPOINTS, "allowed", BOB, GET, KEY_IN, user=FULL, context=BY_VPCE, endpoints=gate(
        allow(to="*", when={"StringEquals": {"aws:PrincipalOrgID": ORG, "aws:ResourceOrgID": ORG}}))),
    case(ENDPOINTS, "implicit", "*", GET, KEY_IN, policy=OPEN, context=BY_VPCE, endpoints=gate(
        allow(to="*", when={"StringEquals": {"aws:PrincipalOrgID": ORG}})), by="endpoint"),
    case(ENDPOINTS, "unknown", BOB, GET, KEY_IN, user=FULL, context=BY_VPCE, endpoints=gate(policy=UNREAD)),
    case(ENDPOINTS, "unknown", BOB, GET, KEY_IN, user=FULL, context={"aws:SourceVpce": "vpce-elsewhere"}),
    case(ENDPOINTS, "explicit", BOB, GET, KEY_IN, user=[deny(GET)], context=BY_VPCE, endpoints=gate(policy=UNREAD),
         by="identity"),
    case(S3_ENDPOINTS, "explicit", BOB, GET, KEY_IN, user=FULL, context={"aws:SourceIp": "203.0.113.9"}, policy=[
        deny(to="*", when={"StringNotEquals": {"aws:SourceVpce": VPCE}})], by="resource"),
    case(S3_ENDPOINTS, "allowed", BOB, GET, KEY_IN, user=FULL, context=BY_VPCE, endpoints=gate(allow(to="*")), policy=[
        deny(to="*", when={"StringNotEquals": {"aws:SourceVpce": VPCE}})]),
    case(S3_ENDPOINTS, "unknown", BOB, GET, KEY_IN, user=FULL, hangs="aws:sourcevpce", policy=[
        deny(to="*", when={"StringNotEquals": {"aws:SourceVpce": VPCE}})]),
    case(S3_ENDPOINTS, "allowed", BOB, GET, KEY_IN, user=FULL, context=BY_VPCE, endpoints=gate(allow(to="*")), policy=[
        deny(to="*", when={"StringNotEquals": {"aws:SourceVpc": "vpc-1"}})]),
    case(S3_ENDPOINTS, "explicit", BOB, GET, KEY_IN, user=FULL, context=BY_VPCE, endpoints=gate(allow(to="*")), policy=[
        deny(to="*", when={"StringNotEquals": {"aws:SourceVpc": "vpc-2"}})], by="resource"),
    case(KEYS, "explicit", BOB, GET, KEY_IN, user=FULL, context=BY_VPCE, endpoints=gate(allow(to="*")), policy=[
        deny(to="*", when={"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}})], by="resource"),
]  # fmt: skip
