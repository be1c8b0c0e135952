# ruff: noqa: E501  (a table reads best one case a line)
"""Cases where two things meet: variables with tags, sources with services, tokens with claims, methods with stages."""

from typing import Any

from tests.policy.exposure_support import (
    API,
    BUCKET,
    ENDPOINT,
    FRIEND,
    FUNCTION,
    KEY,
    ORG,
    OTHER,
    OWN,
    QUEUE,
    ROLE,
    TOPIC,
    Case,
    allow,
    case,
    conditions,
    deny,
    when,
)  # fmt: skip

PUB, EXT, IN_ORG, PRIV = "public", "external", "organization", "private"


def _rows(group: str, rows: list[tuple[str, dict[str, Any]]], **facts: Any) -> list[Case]:
    return [
        case(f"{group} {n + 1}", level, allow(when=condition), **dict(facts))
        for n, (level, condition) in enumerate(rows)
    ]


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
VARIABLES = _rows(
    "variable",
    [
        (PUB, when("StringEquals", "aws:PrincipalTag/x", "${aws:PrincipalAccount}")),
        (PUB, when("StringEquals", "aws:PrincipalAccount", "${aws:PrincipalTag/x}")),
        (PUB, when("StringLike", "aws:PrincipalArn", "arn:aws:iam::${aws:PrincipalTag/x}:role/*")),
        (PUB, when("StringLike", "aws:PrincipalArn", "arn:aws:iam::*:role/${aws:PrincipalTag/x}")),
        (PUB, when("StringLike", "aws:PrincipalArn", "arn:aws:iam::${aws:PrincipalAccount}:*")),
        (PRIV, when("StringLike", "aws:PrincipalArn", "arn:aws:iam::${aws:ResourceAccount}:*")),
        (EXT, {"StringEquals": {"aws:PrincipalAccount": "${aws:PrincipalTag/x}", "aws:PrincipalTag/x": OTHER}}),
        (
            IN_ORG,
            {"StringEquals": {"aws:PrincipalAccount": "${aws:PrincipalTag/x}", "aws:PrincipalTag/x": [OWN, FRIEND]}},
        ),
        (PRIV, {"StringEquals": {"aws:PrincipalAccount": "${aws:PrincipalTag/x}", "aws:PrincipalTag/x": OWN}}),
        (PUB, {"StringEquals": {"aws:PrincipalTag/a": "${aws:PrincipalTag/b}", "aws:PrincipalTag/b": ["x", "y"]}}),
        (PUB, {"StringEquals": {"aws:PrincipalTag/b": "${aws:PrincipalTag/a}", "aws:PrincipalTag/a": ["x", "y"]}}),
        (PUB, {"StringEquals": {"aws:PrincipalTag/b": "${aws:PrincipalTag/a, 'z'}"}}),
        (PUB, {"StringEquals": {"aws:SourceVpce": "${aws:PrincipalTag/vpce}"}}),
        (EXT, {"StringEquals": {"aws:SourceVpce": "${aws:PrincipalTag/vpce}", "aws:PrincipalTag/vpce": "vpce-1"}}),
        (IN_ORG, {"StringEquals": {"aws:PrincipalOrgID": "${aws:PrincipalTag/o}", "aws:PrincipalTag/o": ORG}}),
        (PUB, {"StringEquals": {"aws:PrincipalOrgID": "${aws:PrincipalTag/o}"}}),
        (IN_ORG, when("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "${aws:ResourceOrgID}/*")),
    ],
)

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IPAddress
RANGES = conditions(
    "range",
    [
        ("IpAddress", "aws:SourceIp", "::ffff:203.0.113.0/120", EXT),
        ("IpAddress", "aws:SourceIp", "::ffff:0:0/96", PUB),
        ("IpAddress", "aws:SourceIp", ["::/1", "8000::/1"], PUB),
        ("IpAddress", "aws:SourceIp", ["0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/2"], PUB),
        ("IpAddress", "aws:SourceIp", ["10.0.0.0/8", "fd00::/8"], PRIV),
        ("IpAddress", "aws:VpcSourceIp", "10.0.0.0/16", PUB),
        ("StringLike", "aws:PrincipalArn", "arn:aws:iam::????????????:role/x", PUB),
        ("StringLike", "aws:PrincipalArn", f"arn:aws:iam::*:role/*{OWN}*", PUB),
        ("ArnEquals", "aws:PrincipalArn", f"ARN:aws:iam::{OTHER}:role/x", PRIV),
        ("StringEqualsIgnoreCase", "aws:PrincipalArn", f"ARN:aws:iam::{OTHER}:role/X", EXT),
        ("StringEquals", "aws:PrincipalArn", f"arn:aws:iam::{OWN}:root", PRIV),
        ("NumericLessThanEquals", "aws:MultiFactorAuthAge", "0", PUB),
        ("DateGreaterThan", "aws:TokenIssueTime", "2020-01-01T00:00:00Z", PUB),
        ("Null", "aws:PrincipalOrgID", ["true", "false"], PUB),
        ("ForAnyValue:StringEqualsIfExists", "aws:PrincipalOrgID", ORG, PUB),
        ("StringLike", "aws:PrincipalServiceName", "*.amazonaws.com", EXT),
    ],
)

# https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
_ARNS = [
    (f"arn:aws:sqs:us-east-1:{OWN}:q", PRIV), (f"arn:*:sqs:*:{OWN}:*", PRIV), ("arn:aws:s3:::b", EXT), ("arn:aws:s3:::b*", PUB),
    ("*", PUB), (f"arn:aws:*:*:{OTHER}:*", EXT), ("arn:aws:apigateway:eu-west-1::/restapis/abc", EXT), (f"arn:aws:iam::{OWN[:-1]}?:role/x", PUB),
]  # fmt: skip
SOURCES = [
    case(f"{who} for {arn}", level if level != PUB or who == "anybody" else EXT,
         allow(principal, "sns:Publish", when=when("ArnLike", "aws:SourceArn", arn)), kind=TOPIC)
    for arn, level in _ARNS
    for who, principal in (("anybody", "*"), ("a service", {"Service": "s3.amazonaws.com"}))
]  # fmt: skip
SNS = {"Service": "sns.amazonaws.com"}
SOURCES += [
    case("any topic, own account", PRIV, allow(SNS, "sqs:SendMessage", when={
        "ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}, "StringEquals": {"aws:SourceAccount": OWN}}), kind=QUEUE),
    case("any account as a pattern", EXT, allow(SNS, "sqs:SendMessage", when=when("StringLike", "aws:SourceAccount", "*")), kind=QUEUE),
    case("own topic if it exists", EXT, allow(SNS, "sqs:SendMessage",
         when=when("StringEqualsIfExists", "aws:SourceArn", f"arn:aws:sns:us-east-1:{OWN}:x")), kind=QUEUE),
    case("own account for all values", EXT, allow(SNS, "sqs:SendMessage", when=when("ForAllValues:StringEquals", "aws:SourceAccount", OWN)), kind=QUEUE),
    case("service bound by a Deny", PRIV, allow(SNS, "sqs:SendMessage"),
         deny(when=when("StringNotEqualsIfExists", "aws:SourceAccount", OWN)), kind=QUEUE),
    case("service bound by a Deny that wants the key", EXT, allow(SNS, "sqs:SendMessage"),
         deny(when={"StringNotEquals": {"aws:SourceAccount": OWN}, "Null": {"aws:SourceAccount": "false"}}), kind=QUEUE),
    case("a service for the organization", IN_ORG, allow(when={
        "Bool": {"aws:PrincipalIsAWSService": "true"}, "StringEquals": {"aws:SourceOrgID": ORG}})),
    case("source and caller in the organization", IN_ORG, allow(when={
        "StringEquals": {"aws:SourceOrgID": ORG, "aws:PrincipalOrgID": ORG}})),
    case("own source, caller in the organization", PRIV, allow(when={
        "StringEquals": {"aws:SourceAccount": OWN, "aws:PrincipalOrgID": ORG}})),
    case("function of a bucket", EXT, allow({"Service": "s3.amazonaws.com"}, "lambda:InvokeFunction",
         when=when("ArnLike", "AWS:SourceArn", "arn:aws:s3:::b")), kind=FUNCTION),
    case("function of a bucket of the own account", PRIV, allow({"Service": "s3.amazonaws.com"}, "lambda:InvokeFunction", when={
        "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::b"}, "StringEquals": {"AWS:SourceAccount": OWN}}), kind=FUNCTION),
    case("skill of anybody", EXT, allow({"Service": "alexa-appkit.amazon.com"}, "lambda:InvokeFunction",
         when=when("StringEquals", "lambda:EventSourceToken", "x")), kind=FUNCTION),
    case("role for any service", PRIV, allow("*", "sts:AssumeRole", Resource=None,
         when=when("Bool", "aws:PrincipalIsAWSService", "true")), kind=ROLE),
    case("role for a service by its name", PRIV, allow("*", "sts:AssumeRole", Resource=None,
         when=when("StringEquals", "aws:PrincipalServiceName", "ec2.amazonaws.com")), kind=ROLE),
]  # fmt: skip

# https://docs.github.com/en/actions/reference/security/oidc
GITHUB, WEB = "token.actions.githubusercontent.com", "sts:AssumeRoleWithWebIdentity"
PROVIDER = {"Federated": f"arn:aws:iam::{OWN}:oidc-provider/{GITHUB}"}
_CLAIMS: list[tuple[str, dict[str, Any]]] = [
    (EXT, {"StringLike": {"sub": ["repo:acme/a:*", "repo:acme/b:*"]}}),
    (PUB, {"StringLike": {"sub": ["repo:acme/a:*", "repo:*/b:*"]}}),
    (EXT, {"StringEquals": {"repository_owner_id": "1234"}}),
    (EXT, {"StringEquals": {"repository": "acme/app"}}),
    (EXT, {"StringLike": {"repository": "acme/*"}}),
    (PUB, {"StringLike": {"repository": "acme*"}}),
    (PUB, {"StringLike": {"actor": "*"}}),
    (PUB, {"StringEquals": {"ref": "refs/heads/main"}}),
    (EXT, {"StringLike": {"job_workflow_ref": "acme/workflows/.github/workflows/x.yml@*"}}),
    (PUB, {"StringLike": {"job_workflow_ref": "*/workflows/.github/workflows/x.yml@*"}}),
    (PUB, {"Null": {"sub": "false"}}),
    (PRIV, {"Null": {"sub": "true"}}),
    (PUB, {"StringNotLike": {"sub": "repo:evil/*"}}),
    (PUB, {"StringLike": {"sub": "*:acme/*"}}),
    (PUB, {"StringLike": {"sub": "repo:acm?/*"}}),
    (PUB, {"StringLike": {"sub": "repo:acme?*"}}),
    (EXT, {"StringLike": {"sub": "repo:acme/?pp:*"}}),
    (
        EXT,
        {"StringLike": {"sub": "repo:acme/*", "environment": ["prod", "test"], "ref": ["refs/heads/*", "refs/tags/*"]}},
    ),
]
CLAIMS = [
    case(f"claim {n + 1}", level, allow(PROVIDER, WEB, Resource=None, when={
        operator: {f"{GITHUB}:{claim}": value for claim, value in keys.items()} for operator, keys in condition.items()}), kind=ROLE)
    for n, (level, condition) in enumerate(_CLAIMS)
]  # fmt: skip
CLAIMS += [
    case("claims and a deny of the others", EXT, allow(PROVIDER, WEB, Resource=None, when=when("StringLike", f"{GITHUB}:sub", "repo:acme/*")),
         deny(PROVIDER, WEB, Resource=None, when=when("StringNotEquals", f"{GITHUB}:environment", "prod")), kind=ROLE),
    case("a claim of another issuer", PRIV, allow(PROVIDER, WEB, Resource=None, when=when("StringEquals", "gitlab.com:sub", "x")), kind=ROLE),
    case("own saml beside a partner's", EXT, allow({"Federated": [
        f"arn:aws:iam::{OWN}:saml-provider/x", f"arn:aws:iam::{OTHER}:saml-provider/x"]},
        ["sts:AssumeRoleWithSAML", "sts:TagSession"], Resource=None), kind=ROLE),
]  # fmt: skip

# https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
KEYS = [
    case("a key by service", PUB, allow(action="kms:*", when=when("StringEquals", "kms:ViaService", "s3.eu-west-1.amazonaws.com")), kind=KEY),
    case("grants for services by anybody", PUB, allow(action="kms:CreateGrant", when=when("Bool", "kms:GrantIsForAWSResource", "true")), kind=KEY),
    case("grants for services by a partner", EXT, allow({"AWS": OTHER}, "kms:CreateGrant",
         when=when("Bool", "kms:GrantIsForAWSResource", "true")), kind=KEY),
    case("caller account if it exists", PUB, allow(action="kms:Decrypt", when=when("StringEqualsIfExists", "kms:CallerAccount", OWN)), kind=KEY),
    case("caller account and any service", PRIV, allow(action="kms:Decrypt", when={
        "StringEquals": {"kms:CallerAccount": OWN}, "StringLike": {"kms:ViaService": "ec2.*.amazonaws.com"}}), kind=KEY),
]  # fmt: skip

# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
OTHERS = [
    case("vault for the organization", IN_ORG, allow("*", "backup:CopyIntoBackupVault",
         when=when("StringEquals", "aws:PrincipalOrgID", ORG)), kind="AWS::Backup::BackupVault"),
    case("secret by tag keys", PUB, allow("*", "secretsmanager:GetSecretValue",
         when=when("ForAnyValue:StringEquals", "aws:TagKeys", "a")), kind="AWS::SecretsManager::Secret"),
    case("repository for a partner", EXT, allow({"AWS": OTHER}, "ecr:BatchGetImage", Resource=None), kind="AWS::ECR::Repository"),
    case("repository for a unit", IN_ORG, allow("*", "ecr:BatchGetImage", Resource=None,
         when=when("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", f"{ORG}/*")), kind="AWS::ECR::Repository"),
    case("bus by event source", PUB, allow("*", "events:PutEvents", when=when("StringEquals", "events:source", "x")), kind="AWS::Events::EventBus"),
    case("function url for anybody", PUB, allow("*", "lambda:InvokeFunctionUrl",
         when=when("StringEquals", "lambda:FunctionUrlAuthType", "NONE")), kind=FUNCTION),
    case("endpoint closed to others", IN_ORG, allow(action="*"),
         deny(action="*", when=when("StringNotEqualsIfExists", "aws:PrincipalOrgID", ORG)), kind=ENDPOINT),
    case("endpoint for one bucket", PUB, allow(action="*", resource="arn:aws:s3:::my/*"), kind=ENDPOINT),
    case("access points of others spared", PUB, allow(), deny(when={
        "StringNotEquals": {"s3:DataAccessPointAccount": OWN}, "Null": {"s3:DataAccessPointAccount": "false"}}), kind=BUCKET),
]  # fmt: skip

# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
INVOKE = "execute-api:Invoke"
METHODS = [
    case(name, level, allow(action=INVOKE, resource=open_to), deny(action=INVOKE, resource=closed, **more), kind=API)
    for name, level, open_to, closed, more in (
        ("one method denied", PUB, "execute-api:/*", "execute-api:/*/GET/*", {}),
        ("its own method denied", PRIV, "execute-api:/*/GET/x", "execute-api:/*/GET/*", {}),
        ("one stage of this api denied", PUB, "*", "execute-api:/prod/*", {}),
        ("all of this api denied", PRIV, "*", "execute-api:/*", {}),
        ("this api by address", EXT, "*", "execute-api:/*", {"when": when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24")}),
        ("this api by organization", IN_ORG, "execute-api:/*", "*", {"when": when("StringNotEquals", "aws:PrincipalOrgID", ORG)}),
    )
]  # fmt: skip

# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
_OUTSIDE, _ELSEWHERE = (
    when("StringNotEquals", "aws:PrincipalOrgID", ORG),
    when("StringNotEquals", "aws:SourceVpce", "vpce-1"),
)
DENIES = [
    case("one Deny of organization and endpoint", EXT, allow(), deny(when={"StringNotEquals": {"aws:PrincipalOrgID": ORG, "aws:SourceVpce": "vpce-1"}})),
    case("two Denies of organization and endpoint", IN_ORG, allow(), deny(when=_OUTSIDE), deny(when=_ELSEWHERE)),
    case("two Denies, own endpoint", PRIV, allow(), deny(when=_OUTSIDE), deny(when=_ELSEWHERE), own_networks={"vpce-1"}),
    case("one Deny, any value of the endpoint", PUB, allow(), deny(when={**_OUTSIDE, "ForAnyValue:StringNotEquals": {"aws:SourceVpce": "vpce-1"}})),
    case("any value of the caller", PUB, allow(), deny(when=when("ForAnyValue:StringNotLike", "aws:PrincipalArn", f"arn:aws:iam::{OWN}:*"))),
    case("all values of the caller", PRIV, allow(), deny(when=when("ForAllValues:StringNotLike", "aws:PrincipalArn", f"arn:aws:iam::{OWN}:*"))),
    case("addresses, through services spared", PUB, allow(), deny(when={
        "NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "Bool": {"aws:ViaAWSService": "false"}})),
    case("halves of everything if they exist", PUB, allow(), deny(when=when("NotIpAddressIfExists", "aws:SourceIp", ["0.0.0.0/1", "128.0.0.0/1"]))),
    case("one of two named accounts denied", EXT, allow(when=when("StringEquals", "aws:PrincipalAccount", [OTHER, "888899990000"])), deny({"AWS": OTHER})),
    case("six named accounts, five denied", EXT, allow(when=when("StringEquals", "aws:PrincipalAccount", [f"88889999000{n}" for n in range(6)])),
         deny({"AWS": [f"88889999000{n}" for n in range(5)]})),
    case("six named accounts, all denied", PRIV, allow(when=when("StringEquals", "aws:PrincipalAccount", [f"88889999000{n}" for n in range(6)])),
         deny({"AWS": [f"88889999000{n}" for n in range(6)]})),
    case("all but five of six named accounts", EXT, allow(NotPrincipal={"AWS": [f"88889999000{n}" for n in range(5)]},
         when=when("StringEquals", "aws:PrincipalAccount", [f"88889999000{n}" for n in range(6)]))),
    case("present and absent", PRIV, allow(when={"Null": {"aws:PrincipalOrgID": "true"}, "StringEquals": {"aws:PrincipalOrgID": ORG}})),
    case("a service has no name and no tags, in whatever order they are asked for", PRIV,
         allow({"AWS": OWN}, "*", when=when("StringLikeIfExists", "aws:PrincipalTag/other", ["*", "${aws:username}"])), deny({"AWS": OWN}),
         allow("*", "*", when={"StringEquals": {"aws:PrincipalTag/team": ["${aws:username}"], "aws:PrincipalIsAWSService": ["true"]}})),
    case("a Deny that spares everything names no further object", PRIV, allow("*", "*", "arn:aws:s3:::b/*"), allow(),
         deny(resource="arn:aws:s3:::b/*"), deny(NotResource="*"), kind=BUCKET),
    case("present endpoint of any id", PUB, allow(when={"Null": {"aws:SourceVpce": "false"}, "ForAllValues:StringLike": {"aws:SourceVpce": "vpce-*"}})),
]  # fmt: skip

CASES = [*VARIABLES, *RANGES, *SOURCES, *CLAIMS, *KEYS, *OTHERS, *METHODS, *DENIES]
