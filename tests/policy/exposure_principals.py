# ruff: noqa: E501  (a table reads best one case a line)
"""Cases about Principal and NotPrincipal, services and roles: who is named, and how far from the owner that is."""

from typing import Any

from tests.policy.exposure_support import (
    BUCKET,
    FOREIGN,
    FRIEND,
    FUNCTION,
    KEY,
    ORG,
    OTHER,
    OWN,
    QUEUE,
    ROLE,
    ROLE_ARN,
    Case,
    allow,
    case,
    deny,
    when,
)  # fmt: skip

PUB, EXT, IN_ORG, PRIV = "public", "external", "organization", "private"
OAI = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1EXAMPLE"
CANONICAL = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"


def _named(rows: list[tuple[Any, str]], **facts: Any) -> list[Case]:
    return [case(f"principal {principal}", level, allow(principal), **dict(facts)) for principal, level in rows]


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
PRINCIPALS = _named(
    [
        ("*", PUB),
        ({"AWS": "*"}, PUB),
        ({"AWS": ["*"]}, PUB),
        ({"AWS": [OWN, "*"]}, PUB),
        ({"AWS": OWN}, PRIV),
        ({"AWS": f"arn:aws:iam::{OWN}:root"}, PRIV),
        ({"AWS": f"arn:aws:iam::{OWN}:role/app"}, PRIV),
        ({"AWS": int(OWN)}, PRIV),
        ({"AWS": FRIEND}, IN_ORG),
        ({"AWS": f"arn:aws:iam::{FRIEND}:root"}, IN_ORG),
        ({"AWS": [OWN, f"arn:aws:iam::{FRIEND}:user/u"]}, IN_ORG),
        ({"AWS": OTHER}, EXT),
        ({"AWS": f"arn:aws:iam::{OTHER}:root"}, EXT),
        ({"AWS": ROLE_ARN}, EXT),
        ({"AWS": f"arn:aws-cn:iam::{OTHER}:root"}, EXT),
        ({"AWS": f"arn:aws:sts::{OTHER}:assumed-role/r/s"}, EXT),
        ({"AWS": f"arn:aws:sts::{OWN}:assumed-role/r/s"}, PRIV),
        ({"AWS": f"arn:aws:sts::{FRIEND}:federated-user/u"}, IN_ORG),
        ({"AWS": [OWN, FRIEND, OTHER]}, EXT),
        ({"AWS": []}, PRIV),
        ({"AWS": "AIDAEXAMPLEID1234567"}, PRIV),
        ({"AWS": ["AROAEXAMPLEID1234567", OWN]}, PRIV),
        ({"AWS": ["AROAEXAMPLEID1234567", OTHER]}, EXT),
        ({"AWS": OAI}, EXT),
        ({"CanonicalUser": CANONICAL}, EXT),
        ({"AWS": "arn:aws:iam::*:root"}, PUB),
        ({"AWS": "arn:aws:iam::*:role/app"}, PUB),
        ({"AWS": f"arn:aws:iam::{OTHER}:role/*"}, EXT),
        ({"AWS": f"arn:aws:iam::{OWN}:role/*"}, PRIV),
        ({"AWS": f"arn:aws:iam::{OWN}:*"}, PRIV),
        ({"AWS": "1111*"}, PUB),
        ({"Service": "cloudtrail.amazonaws.com"}, EXT),
        ({"Service": ["cloudtrail.amazonaws.com", "config.amazonaws.com"]}, EXT),
        ({"Service": "*"}, EXT),
        ({"Service": "s3.amazonaws.com", "AWS": OWN}, EXT),
        ({"Service": "s3.amazonaws.com", "AWS": "*"}, PUB),
        ({"Federated": "cognito-identity.amazonaws.com"}, PUB),
        ({"Federated": f"arn:aws:iam::{OWN}:saml-provider/Corp"}, PRIV),
    ]
)

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
NOT_PRINCIPALS = [
    case("allow all but one", PUB, allow(NotPrincipal={"AWS": OTHER})),
    case("allow all but the owner", PUB, allow(NotPrincipal={"AWS": OWN})),
    case("allow all but everybody", PRIV, allow(NotPrincipal="*")),
    case("allow all but one, in the organization", IN_ORG,
         allow(NotPrincipal={"AWS": OTHER}, when=when("StringEquals", "aws:PrincipalOrgID", ORG))),
    case("allow all but one account, only that account", PRIV,
         allow(NotPrincipal={"AWS": OTHER}, when=when("StringEquals", "aws:PrincipalAccount", OTHER))),
    case("deny all but the owner", PRIV, allow(), deny(NotPrincipal={"AWS": OWN})),
    case("deny all but the owner's root", PRIV, allow(), deny(NotPrincipal={"AWS": f"arn:aws:iam::{OWN}:root"})),
    case("deny all but a friend", IN_ORG, allow(), deny(NotPrincipal={"AWS": FRIEND})),
    case("deny all but a partner", EXT, allow(), deny(NotPrincipal={"AWS": [OWN, OTHER]})),
    case("deny all but a partner's role", EXT, allow(), deny(NotPrincipal={"AWS": ROLE_ARN})),
    case("deny all but the partner, who is granted", EXT, allow({"AWS": OTHER}), deny(NotPrincipal={"AWS": [ROLE_ARN, OTHER]})),
    case("deny all but a role of the granted account", EXT, allow({"AWS": OTHER}), deny(NotPrincipal={"AWS": ROLE_ARN})),
    case("deny all but somebody else", PRIV, allow({"AWS": OTHER}), deny(NotPrincipal={"AWS": FRIEND})),
    case("deny all but everybody", PUB, allow(), deny(NotPrincipal="*")),
    case("deny all but a service", EXT, allow(), deny(NotPrincipal={"Service": "cloudtrail.amazonaws.com"})),
    case("deny another action to all but the owner", PUB, allow(), deny(NotPrincipal={"AWS": OWN}, action="s3:PutObject")),
    case("deny by a role with a wildcard spares nobody else", PUB, allow(), deny({"AWS": f"arn:aws:iam::{OTHER}:role/*"})),
    case("two denies with exceptions that do not meet", PRIV, allow(),
         deny(NotPrincipal={"AWS": OTHER}), deny(NotPrincipal={"AWS": FRIEND})),
]  # fmt: skip

# https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
CLOUDTRAIL = {"Service": "cloudtrail.amazonaws.com"}
SERVICES = [
    case("service by own account", PRIV, allow(CLOUDTRAIL, when=when("StringEquals", "aws:SourceAccount", OWN)), kind=BUCKET),
    case("service by own trail", PRIV,
         allow(CLOUDTRAIL, when=when("StringEquals", "aws:SourceArn", f"arn:aws:cloudtrail:eu-west-1:{OWN}:trail/t")), kind=BUCKET),
    case("service by own trails", PRIV,
         allow(CLOUDTRAIL, when=when("StringLike", "aws:SourceArn", f"arn:aws:cloudtrail:*:{OWN}:trail/*")), kind=BUCKET),
    case("service by organization", IN_ORG, allow(CLOUDTRAIL, when=when("StringEquals", "aws:SourceOrgID", ORG)), kind=BUCKET),
    case("service by foreign organization", EXT, allow(CLOUDTRAIL, when=when("StringEquals", "aws:SourceOrgID", FOREIGN)), kind=BUCKET),
    case("service by any source", EXT, allow(CLOUDTRAIL, when=when("ArnLike", "aws:SourceArn", "arn:aws:cloudtrail:*:*:trail/*")), kind=BUCKET),
    case("service and acl header", EXT, allow(CLOUDTRAIL, when=when("StringEquals", "s3:x-amz-acl", "bucket-owner-full-control")), kind=BUCKET),
    case("service by its own name", EXT, allow(when=when("StringEquals", "aws:PrincipalServiceName", "cloudtrail.amazonaws.com")), kind=BUCKET),
    case("any service", EXT, allow(when=when("Bool", "aws:PrincipalIsAWSService", "true")), kind=BUCKET),
    case("any service for the own account", PRIV, allow(when={
        "Bool": {"aws:PrincipalIsAWSService": "true"}, "StringEquals": {"aws:SourceAccount": OWN}}), kind=BUCKET),
    case("no service", PUB, allow(when=when("Bool", "aws:PrincipalIsAWSService", "false")), kind=BUCKET),
    case("any service if it exists", PUB, allow(when=when("BoolIfExists", "aws:PrincipalIsAWSService", "true")), kind=BUCKET),
    case("service names list", EXT, allow(when=when("ForAnyValue:StringEquals", "aws:PrincipalServiceNamesList", "logs.amazonaws.com"))),
    case("key for logs without a bound", EXT, allow({"Service": "logs.eu-west-1.amazonaws.com"}, "kms:Decrypt"), kind=KEY),
    case("key for the owner", PRIV, allow({"AWS": f"arn:aws:iam::{OWN}:root"}, "kms:*"), kind=KEY),
    case("topic to own queue", PRIV, allow({"Service": "sns.amazonaws.com"}, "sqs:SendMessage",
         when=when("ArnEquals", "aws:SourceArn", f"arn:aws:sns:eu-west-1:{OWN}:t")), kind=QUEUE),
    case("own distribution", PRIV, allow({"Service": "cloudfront.amazonaws.com"},
         when=when("StringEquals", "AWS:SourceArn", f"arn:aws:cloudfront::{OWN}:distribution/E1")), kind=BUCKET),
    case("function of anybody's bucket", EXT, allow({"Service": "s3.amazonaws.com"}, "lambda:InvokeFunction"), kind=FUNCTION),
    case("account with a source", PRIV, allow({"AWS": OTHER}, when=when("StringEquals", "aws:SourceAccount", OWN))),
    case("account with any source", EXT, allow({"AWS": OTHER}, when=when("ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:*"))),
]  # fmt: skip


def _trust(name: str, level: str, principal: Any, action: Any = "sts:AssumeRole", when: Any = None) -> Case:
    more = {"when": when} if when else {}
    return case(name, level, allow(principal, action, Resource=None, **more), kind=ROLE)


# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html
ROLES = [
    _trust("own account", PRIV, {"AWS": OWN}),
    _trust("anybody", PUB, "*"),
    _trust("any account", PUB, {"AWS": "*"}),
    _trust("partner", EXT, {"AWS": OTHER}),
    _trust("partner with external id", EXT, {"AWS": OTHER}, when=when("StringEquals", "sts:ExternalId", "42")),
    _trust("anybody with external id", PUB, {"AWS": "*"}, when=when("StringEquals", "sts:ExternalId", "42")),
    _trust("anybody with mfa", PUB, {"AWS": "*"}, when=when("Bool", "aws:MultiFactorAuthPresent", "true")),
    _trust("friend", IN_ORG, {"AWS": f"arn:aws:iam::{FRIEND}:root"}),
    _trust("organization", IN_ORG, {"AWS": "*"}, when=when("StringEquals", "aws:PrincipalOrgID", ORG)),
    _trust("service", PRIV, {"Service": "ec2.amazonaws.com"}),
    _trust("two services", PRIV, {"Service": ["ec2.amazonaws.com", "ssm.amazonaws.com"]}),
    _trust("service with any source", PRIV, {"Service": "events.amazonaws.com"},
           when=when("ArnLike", "aws:SourceArn", "arn:aws:events:*:*:rule/*")),
    _trust("service and partner", EXT, {"Service": "ec2.amazonaws.com", "AWS": OTHER}),
    _trust("tagging alone", PRIV, {"AWS": "*"}, "sts:TagSession"),
    _trust("source identity alone", PRIV, {"AWS": OTHER}, ["sts:TagSession", "sts:SetSourceIdentity"]),
    _trust("assume and tag", EXT, {"AWS": OTHER}, ["sts:AssumeRole", "sts:TagSession"]),
    _trust("every sts action", EXT, {"AWS": OTHER}, "sts:*"),
    _trust("every action", PUB, {"AWS": "*"}, "*"),
    _trust("action in capitals", EXT, {"AWS": OTHER}, "STS:ASSUMEROLE"),
    _trust("partner by tag", EXT, {"AWS": OTHER}, when=when("StringEquals", "aws:PrincipalTag/team", "x")),
    _trust("unique id of a deleted role", PRIV, {"AWS": "AROAEXAMPLEID1234567"}),
    _trust("session name", PUB, {"AWS": "*"}, when=when("StringLike", "sts:RoleSessionName", "${aws:username}")),
    case("trust without conditions but a deny of strangers", IN_ORG,
         allow({"AWS": "*"}, "sts:AssumeRole", Resource=None),
         deny(action="sts:AssumeRole", Resource=None, when=when("StringNotEquals", "aws:PrincipalOrgID", ORG)), kind=ROLE),
    case("deny of tagging does not close", EXT, allow({"AWS": OTHER}, "sts:AssumeRole", Resource=None),
         deny(action="sts:TagSession", Resource=None), kind=ROLE),
    case("deny of assuming closes", PRIV, allow({"AWS": OTHER}, "sts:*", Resource=None),
         deny(action="sts:AssumeRole", Resource=None), kind=ROLE),
]  # fmt: skip

WEB, GITHUB = "sts:AssumeRoleWithWebIdentity", "token.actions.githubusercontent.com"


def _token(name: str, level: str, host: str, when: Any = None, account: str | None = OWN, action: str = WEB) -> Case:
    provider = f"arn:aws:iam::{account}:oidc-provider/{host}" if account else host
    return _trust(f"{host}: {name}", level, {"Federated": provider}, action, when)


def _sub(host: str, value: Any, operator: str = "StringLike", **more: Any) -> dict[str, Any]:
    return {operator: {f"{host}:sub": value}, "ForAnyValue:StringEquals": {f"{host}:aud": "sts.amazonaws.com"}, **more}


# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
GITHUBS = [
    _token("nothing", PUB, GITHUB),
    _token("audience only", PUB, GITHUB, when("StringEquals", f"{GITHUB}:aud", "sts.amazonaws.com")),
    _token("repository", EXT, GITHUB, _sub(GITHUB, "repo:acme/app:*")),
    _token("organization", EXT, GITHUB, _sub(GITHUB, "repo:acme/*")),
    _token("branch", EXT, GITHUB, _sub(GITHUB, "repo:acme/app:ref:refs/heads/main", "StringEquals")),
    _token("any case", EXT, GITHUB, _sub(GITHUB, "repo:Acme/App:environment:prod", "StringEqualsIgnoreCase")),
    _token("organization without slash", PUB, GITHUB, _sub(GITHUB, "repo:acme*")),
    _token("organization prefix", PUB, GITHUB, _sub(GITHUB, "repo:acme-*/*")),
    _token("any repository", PUB, GITHUB, _sub(GITHUB, "repo:*")),
    _token("repository of any organization", PUB, GITHUB, _sub(GITHUB, "repo:*/app:*")),
    _token("any subject", PUB, GITHUB, _sub(GITHUB, "*")),
    _token("branch of anybody", PUB, GITHUB, _sub(GITHUB, "*:ref:refs/heads/main")),
    _token("literal star", PRIV, GITHUB, _sub(GITHUB, "repo:acme/*", "StringEquals")),
    _token("list with an open one", PUB, GITHUB, _sub(GITHUB, ["repo:acme/*", "repo:*"])),
    _token("list", EXT, GITHUB, _sub(GITHUB, ["repo:acme/*", "repo:beta/*"])),
    _token("subject if it exists", EXT, GITHUB, _sub(GITHUB, "repo:acme/*", "StringLikeIfExists")),
    _token("for all values of the subject", EXT, GITHUB, _sub(GITHUB, "repo:acme/*", "ForAllValues:StringLike")),
    _token("not the subject", PUB, GITHUB, _sub(GITHUB, "repo:acme/*", "StringNotLike")),
    _token("owner", EXT, GITHUB, when("StringEquals", f"{GITHUB}:repository_owner", "acme")),
    _token("environment", PUB, GITHUB, when("StringEquals", f"{GITHUB}:environment", "production")),
    _token("wrong action", PRIV, GITHUB, _sub(GITHUB, "repo:*"), action="sts:AssumeRole"),
    case("github: deny closes", PRIV, allow({"Federated": f"arn:aws:iam::{OWN}:oidc-provider/{GITHUB}"}, WEB, Resource=None),
         deny(action=WEB, Resource=None), kind=ROLE),
    case("github: deny bounds", EXT, allow({"Federated": f"arn:aws:iam::{OWN}:oidc-provider/{GITHUB}"}, WEB, Resource=None),
         deny(action=WEB, Resource=None, when=when("StringNotLike", f"{GITHUB}:sub", "repo:acme/*")), kind=ROLE),
]  # fmt: skip
COGNITO, GOOGLE, TERRAFORM = "cognito-identity.amazonaws.com", "accounts.google.com", "app.terraform.io"
POOL = {"StringEquals": {f"{COGNITO}:aud": "eu-west-1:pool"}}
ISSUERS = [
    _token("nothing", PUB, COGNITO, account=None),
    _token("pool, signed in", EXT, COGNITO, {**POOL, "ForAnyValue:StringLike": {f"{COGNITO}:amr": "authenticated"}}, None),
    _token("pool, guests", PUB, COGNITO, {**POOL, "ForAnyValue:StringLike": {f"{COGNITO}:amr": "unauthenticated"}}, None),
    _token("signed in, any pool", PUB, COGNITO, when("ForAnyValue:StringLike", f"{COGNITO}:amr", "authenticated"), None),
    _token("pool and identity", EXT, COGNITO,
           {"StringEquals": {f"{COGNITO}:aud": "eu-west-1:pool", f"{COGNITO}:sub": "eu-west-1:id"}}, None),
    _token("nothing", PUB, GOOGLE, account=None),
    _token("application", PUB, GOOGLE, when("StringEquals", f"{GOOGLE}:aud", "app.apps.example.com"), None),
    _token("subject", EXT, GOOGLE, when("StringEquals", f"{GOOGLE}:sub", "1122334455"), None),
    _token("subject prefix", PUB, GOOGLE, when("StringLike", f"{GOOGLE}:sub", "11*"), None),
    _token("application", PUB, "graph.facebook.com", when("StringEquals", "graph.facebook.com:app_id", "1"), None),
    _token("user", EXT, "graph.facebook.com", when("StringEquals", "graph.facebook.com:id", "1"), None),
    _token("application", PUB, "www.amazon.com", when("StringEquals", "www.amazon.com:app_id", "1"), None),
    _token("group", EXT, "gitlab.com", when("StringLike", "gitlab.com:sub", "project_path:acme/*")),
    _token("project", EXT, "gitlab.com", when("StringEquals", "gitlab.com:sub", "project_path:acme/app:ref_type:branch:ref:main")),
    _token("group without slash", PUB, "gitlab.com", when("StringLike", "gitlab.com:sub", "project_path:acme*")),
    _token("audience only", PUB, "gitlab.com", when("StringEquals", "gitlab.com:aud", "https://gitlab.com")),
    _token("organization", EXT, TERRAFORM, when("StringLike", f"{TERRAFORM}:sub", "organization:acme:project:*:workspace:*:run_phase:*")),
    _token("any organization", PUB, TERRAFORM, when("StringLike", f"{TERRAFORM}:sub", "organization:*:project:*:workspace:w:run_phase:*")),
    _token("organization prefix", PUB, TERRAFORM, when("StringLike", f"{TERRAFORM}:sub", "organization:acme*")),
    _token("audience only", PUB, TERRAFORM, when("StringEquals", f"{TERRAFORM}:aud", "aws.workload.identity")),
    _token("organization", EXT, "agent.buildkite.com", when("StringLike", "agent.buildkite.com:sub", "organization:acme:pipeline:*")),
    _token("organization in the issuer", PRIV, "oidc.circleci.com/org/1111-2222"),
    _token("cluster", PRIV, "oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF"),
    _token("cluster and service account", PRIV, "oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF",
           when("StringEquals", "oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF:sub", "system:serviceaccount:default:app")),
    _token("a tenant of one's own", PRIV, "login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0"),
    *[_token("any tenant", PUB, host, when("StringEquals", f"{host}:aud", "api://app")) for host in (
        "login.microsoftonline.com/common/v2.0", "login.microsoftonline.com/organizations/v2.0",
        "login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0",
        "sts.windows.net/9188040d-6c67-4c5b-b112-36a304b66dad")],
    _token("one user", EXT, "login.microsoftonline.com/common/v2.0",
           when("StringEquals", "login.microsoftonline.com/common/v2.0:sub", "AAAAabc")),
    _token("own provider", PRIV, "login.example.com"),
    _token("a partner's provider", EXT, "login.example.com", account=OTHER),
    _token("a friend's provider", IN_ORG, "login.example.com", account=FRIEND),
    _trust("own saml", PRIV, {"Federated": f"arn:aws:iam::{OWN}:saml-provider/Corp"}, "sts:AssumeRoleWithSAML",
           when("StringEquals", "SAML:aud", "https://signin.aws.amazon.com/saml")),
    _trust("a partner's saml", EXT, {"Federated": f"arn:aws:iam::{OTHER}:saml-provider/Corp"}, "sts:AssumeRoleWithSAML"),
    _trust("a friend's saml", IN_ORG, {"Federated": f"arn:aws:iam::{FRIEND}:saml-provider/Corp"}, "sts:AssumeRoleWithSAML"),
    _trust("saml with the wrong action", PRIV, {"Federated": f"arn:aws:iam::{OTHER}:saml-provider/Corp"}, "sts:AssumeRole"),
]  # fmt: skip

CASES = [*PRINCIPALS, *NOT_PRINCIPALS, *SERVICES, *ROLES, *GITHUBS, *ISSUERS]
