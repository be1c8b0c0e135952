import json
from typing import Any

import pytest

from orienteer.policy.language.document import parse
from orienteer.policy.trust.roles import external_id, mfa, service_trusts, statement_of, trusted
from orienteer.policy.trust.web_identity import web_trusts

A, B = "111122223333", "444455556666"


def doc(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def trust(
    principal: Any, condition: Any = None, action: Any = "sts:AssumeRole", effect: str = "Allow"
) -> dict[str, Any]:
    return {
        "Effect": effect,
        "Principal": principal,
        "Action": action,
        **({"Condition": condition} if condition else {}),
    }


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
@pytest.mark.parametrize(
    ("principal", "kind", "account", "name"),
    [
        ({"AWS": B}, "account", B, ""),
        ({"AWS": f"arn:aws:iam::{B}:root"}, "account", B, ""),
        ({"AWS": f"arn:aws-us-gov:iam::{B}:root"}, "account", B, ""),
        ({"AWS": f"arn:aws:iam::{B}:role/path/app"}, "role", B, "path/app"),
        ({"AWS": f"arn:aws:iam::{B}:role/root"}, "role", B, "root"),
        ({"AWS": f"arn:aws:iam::{B}:user/dev"}, "user", B, "dev"),
        ({"AWS": f"arn:aws:sts::{B}:assumed-role/app/session"}, "session", B, "app/session"),
        ({"AWS": "AIDACKCEVSQ6C2EXAMPLE"}, "deleted", "", "AIDACKCEVSQ6C2EXAMPLE"),
        ({"AWS": "AROACKCEVSQ6C2EXAMPLE"}, "deleted", "", "AROACKCEVSQ6C2EXAMPLE"),
        ({"AWS": "*"}, "everyone", "", ""),
        ("*", "everyone", "", ""),
        ({"AWS": "arn:aws:iam::12:root"}, "unknown", "", "arn:aws:iam::12:root"),
        ({"Service": "ec2.amazonaws.com"}, "service", "", "ec2.amazonaws.com"),
        ({"Federated": f"arn:aws:iam::{A}:saml-provider/idp"}, "saml", A, "idp"),
        ({"Federated": f"arn:aws:iam::{A}:oidc-provider/gitlab.com"}, "oidc", A, "gitlab.com"),
        ({"Federated": "accounts.google.com"}, "oidc", "", "accounts.google.com"),
    ],
)
def test_trusted(principal: Any, kind: str, account: str, name: str) -> None:
    policy = doc(trust(principal, action=["sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"]))
    assert [(t.kind, t.account_id, t.name) for t in trusted(policy)] == [(kind, account, name)]
    assert trusted(json.dumps(policy)) == trusted(policy)


def test_trusted_counts_what_allows_assuming_only() -> None:
    policy = doc(
        trust({"AWS": B}, action="sts:TagSession"),
        trust({"AWS": B}, effect="Deny"),
        trust({"AWS": [A, B]}),
        {"Effect": "Allow", "NotPrincipal": {"AWS": A}, "Action": "sts:*"},
    )
    assert [(t.kind, t.account_id, t.statement) for t in trusted(policy)] == [
        ("account", A, 2),
        ("account", B, 2),
        ("everyone", "", 3),
    ]
    assert trusted("{torn") == ()


def test_identity_center_roles() -> None:
    path = f"arn:aws:iam::{A}:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef"
    found = trusted(doc(trust({"AWS": [path, f"arn:aws:iam::{A}:role/AWSReservedSSO_Admin_x"]})))
    assert [t.identity_center for t in found] == [True, False]


# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
@pytest.mark.parametrize(
    ("condition", "strength"),
    [
        (None, "none"),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}, "none"),
        ({"StringEquals": {"sts:ExternalId": "7f3a-91bc-44de"}}, "strong"),
        ({"StringEquals": {"STS:externalid": "7f3a-91bc-44de"}}, "strong"),
        ({"StringLike": {"sts:ExternalId": "7f3a-91bc-44de"}}, "strong"),
        ({"StringLike": {"sts:ExternalId": "7f3a91bc44de*"}}, "pattern"),
        ({"StringLike": {"sts:ExternalId": "*"}}, "pattern"),
        ({"StringEquals": {"sts:ExternalId": "7f3a91bc44de*"}}, "strong"),
        ({"StringEqualsIfExists": {"sts:ExternalId": "7f3a-91bc-44de"}}, "optional"),
        ({"ForAllValues:StringEquals": {"sts:ExternalId": "7f3a-91bc-44de"}}, "optional"),
        ({"StringNotEquals": {"sts:ExternalId": "7f3a-91bc-44de"}}, "none"),
        ({"Null": {"sts:ExternalId": "false"}}, "pattern"),
        ({"Null": {"sts:ExternalId": "true"}}, "none"),
        ({"StringEquals": {"sts:ExternalId": "7f3a"}}, "short"),
        ({"StringEquals": {"sts:ExternalId": "external-id"}}, "guessable"),
        ({"StringEquals": {"sts:ExternalId": "ExampleWorks2024"}}, "guessable"),
        ({"StringEquals": {"sts:ExternalId": "example-works-prod"}}, "guessable"),
        ({"StringEquals": {"sts:ExternalId": f"x{A}"}}, "guessable"),
        ({"StringEquals": {"sts:ExternalId": B}}, "guessable"),
        ({"StringEquals": {"sts:ExternalId": "12345678"}}, "guessable"),
        ({"StringEquals": {"sts:ExternalId": "00000000"}}, "guessable"),
        ({"StringEquals": {"sts:ExternalId": "8391746250381"}}, "strong"),
        ({"StringEquals": {"sts:ExternalId": "${aws:PrincipalAccount}"}}, "guessable"),
        ({"StringEquals": {"sts:ExternalId": ["7f3a-91bc-44de", "test"]}}, "guessable"),
        ({"StringEquals": {"sts:ExternalId": "7f3a-91bc-44de"}, "Null": {"sts:ExternalId": "false"}}, "strong"),
        ({"StringEquals": {"sts:ExternalId": "0b6f2a9e-51c7-4d0a-9a53-0f1f6d2c8e77"}}, "strong"),
    ],
)
def test_external_id(condition: Any, strength: str) -> None:
    statement = parse(doc(trust({"AWS": B}, condition))).statements[0]
    assert external_id(statement, names=["Exampleworks", "Example Works"], accounts=[A]).strength == strength


def test_external_id_length_is_a_parameter() -> None:
    statement = parse(doc(trust({"AWS": B}, {"StringEquals": {"sts:ExternalId": "7f3a-91bc-44de"}}))).statements[0]
    assert external_id(statement, min_length=20).strength == "short"


PRESENT = "aws:MultiFactorAuthPresent"


# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([trust({"AWS": B})], "none"),
        ([trust({"AWS": B}, {"Bool": {PRESENT: "true"}})], "required"),
        ([trust({"AWS": B}, {"Bool": {"aws:multifactorauthpresent": True}})], "required"),
        ([trust({"AWS": B}, {"BoolIfExists": {PRESENT: "true"}})], "optional"),
        ([trust({"AWS": B}, {"Bool": {PRESENT: "false"}})], "optional"),
        ([trust({"AWS": B}, {"Null": {PRESENT: "false"}})], "optional"),
        ([trust({"AWS": B}, {"ForAllValues:Bool": {PRESENT: "true"}})], "optional"),
        ([trust({"AWS": B}, {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}})], "age"),
        ([trust({"AWS": B}, {"NumericLessThanIfExists": {"aws:MultiFactorAuthAge": "3600"}})], "age"),
        (
            [trust({"AWS": B}, {"Bool": {PRESENT: "true"}, "NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}})],
            "required",
        ),
        ([trust({"AWS": B}, {"Bool": {PRESENT: "true"}, "StringEquals": {"sts:ExternalId": "a"}})], "required"),
        ([trust({"AWS": B}, {"StringEquals": {"sts:ExternalId": "a"}})], "none"),
        ([trust({"AWS": B}), trust("*", {"BoolIfExists": {PRESENT: "false"}}, effect="Deny")], "required"),
        ([trust({"AWS": B}), trust("*", {"Bool": {PRESENT: "false"}}, effect="Deny")], "optional"),
        ([trust({"AWS": f"arn:aws:iam::{B}:user/dev"}, {"Bool": {PRESENT: "true"}})], "required"),
    ],
)
def test_mfa(statements: list[dict[str, Any]], expected: str) -> None:
    policy = doc(*statements)
    assert [mfa(policy, who) for who in trusted(policy)] == [expected]


def test_mfa_is_judged_statement_by_statement() -> None:
    policy = doc(trust({"AWS": B}, {"Bool": {PRESENT: "true"}}), trust({"AWS": B}))
    assert [mfa(policy, who) for who in trusted(policy)] == ["required", "none"]
    assert [statement_of(policy, who).index for who in trusted(policy)] == [0, 1]


# https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
@pytest.mark.parametrize(
    ("condition", "bound", "loose"),
    [
        (None, (), ()),
        ({"StringEquals": {"aws:SourceAccount": A}}, ("aws:sourceaccount",), ()),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:config:*:{A}:*"}}, ("aws:sourcearn",), ()),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:config:*:*:*"}}, (), ("aws:sourcearn",)),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::records"}}, ("aws:sourcearn",), ()),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}}, (), ("aws:sourcearn",)),
        ({"StringEquals": {"aws:SourceOrgID": "o-abcdefghij"}}, ("aws:sourceorgid",), ()),
        ({"StringLike": {"aws:SourceOrgPaths": "o-abcdefghij/*"}}, ("aws:sourceorgpaths",), ()),
        ({"StringEqualsIfExists": {"aws:SourceAccount": A}}, (), ("aws:sourceaccount",)),
        ({"StringLike": {"aws:SourceAccount": "*"}}, (), ("aws:sourceaccount",)),
        ({"StringNotEquals": {"aws:SourceAccount": B}}, (), ("aws:sourceaccount",)),
    ],
)
def test_service_trusts(condition: Any, bound: tuple[str, ...], loose: tuple[str, ...]) -> None:
    (found,) = service_trusts(doc(trust({"Service": "config.amazonaws.com"}, condition)))
    assert (found.service, found.bound_by, found.loose) == ("config.amazonaws.com", bound, loose)


GITHUB, GITLAB, EKS = (
    "token.actions.githubusercontent.com",
    "gitlab.com",
    "oidc.eks.eu-west-1.amazonaws.com/id/0123ABCD",
)
AUD = {f"{GITHUB}:aud": "sts.amazonaws.com"}


def web(issuer: str, condition: Any) -> dict[str, Any]:
    provider = {"Federated": f"arn:aws:iam::{A}:oidc-provider/{issuer}"}
    return doc(trust(provider, condition, action="sts:AssumeRoleWithWebIdentity"))


def sub(value: Any, issuer: str = GITHUB, operator: str = "StringLike", claim: str = "sub") -> dict[str, Any]:
    return {operator: {f"{issuer}:{claim}": value}}


# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
@pytest.mark.parametrize(
    ("issuer", "condition", "scope"),
    [
        (GITHUB, None, "anyone"),
        (GITHUB, {"StringEquals": AUD}, "anyone"),
        (GITHUB, sub("*"), "anyone"),
        (GITHUB, sub("repo:*"), "anyone"),
        (GITHUB, sub("repo:*/app:*"), "anyone"),
        (GITHUB, sub("repo:acme*"), "prefix"),
        (GITHUB, sub("repo:acme*/app:ref:refs/heads/main"), "prefix"),
        (GITHUB, sub("repo:acme/*"), "owner"),
        (GITHUB, sub("repo:acme/app*"), "owner"),
        (GITHUB, sub("repo:acme/app:*"), "repository"),
        (GITHUB, sub("repo:acme/app:ref:refs/heads/*"), "repository"),
        (GITHUB, sub("repo:acme/app:pull_request"), "repository"),
        (GITHUB, sub("repo:acme/app:ref:refs/heads/main"), "pinned"),
        (GITHUB, sub("repo:acme/app:environment:prod", operator="StringEquals"), "pinned"),
        (GITHUB, sub("repo:acme/*", operator="StringEquals"), "pinned"),
        (GITHUB, sub("repo:acme/app:*", operator="ForAllValues:StringLike"), "repository"),
        (GITHUB, sub("repo:acme/app:*", operator="StringLikeIfExists"), "repository"),
        (GITHUB, sub("prod", claim="enterprise_id", operator="StringEqualsIfExists"), "anyone"),
        (GITHUB, sub("repo:acme/app:*", operator="StringNotLike"), "anyone"),
        (GITHUB, sub("repo:acme/app:*", operator="ForAnyValue:StringLike"), "repository"),
        (GITHUB, sub(["repo:acme/app:ref:refs/heads/main", "repo:acme/*"]), "owner"),
        (GITHUB, sub("acme/app", claim="repository", operator="StringEquals"), "repository"),
        (GITHUB, sub("acme/*", claim="repository"), "owner"),
        (GITHUB, sub("acme*", claim="repository"), "prefix"),
        (GITHUB, sub("acme/ci/.github/workflows/deploy.yml@*", claim="job_workflow_ref"), "repository"),
        (GITHUB, {"StringLike": {f"{GITHUB}:sub": "*", f"{GITHUB}:repository": "acme/app"}}, "repository"),
        (GITHUB, sub("repo:acme/app:*", claim="SUB"), "repository"),
        (GITHUB, sub("REPO:acme/app:*"), "prefix"),
        (GITHUB, sub("repo:acme/app:*", issuer=GITLAB), "anyone"),
        (GITLAB, sub("project_path:acme/*", issuer=GITLAB), "owner"),
        (GITLAB, sub("project_path:acme/app:ref_type:branch:ref:main", issuer=GITLAB), "pinned"),
        ("app.terraform.io", sub("organization:acme:*", issuer="app.terraform.io"), "owner"),
        ("app.terraform.io", sub("organization:acm*", issuer="app.terraform.io"), "prefix"),
        ("app.terraform.io", sub("organization:*", issuer="app.terraform.io"), "anyone"),
        (
            "app.terraform.io",
            sub("organization:acme:project:p:workspace:w:run_phase:*", issuer="app.terraform.io"),
            "repository",
        ),
        (EKS, sub("system:serviceaccount:shop:cart", issuer=EKS, operator="StringEquals"), "pinned"),
        (EKS, sub("system:serviceaccount:shop:*", issuer=EKS), "owner"),
        (EKS, sub("system:serviceaccount:*", issuer=EKS), "anyone"),
        (EKS, {"StringEquals": {f"{EKS}:aud": "sts.amazonaws.com"}}, "anyone"),
        (
            "accounts.google.com",
            sub("1234567890", issuer="accounts.google.com", claim="aud", operator="StringEquals"),
            "anyone",
        ),
    ],
)
def test_web_trusts(issuer: str, condition: Any, scope: str) -> None:
    (found,) = web_trusts(web(issuer, condition))
    assert (found.scope, found.shared, found.cluster) == (scope, issuer != EKS, issuer == EKS)


@pytest.mark.parametrize(
    ("condition", "scope"),
    [
        (
            {
                "StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-west-1:pool"},
                "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"},
            },
            "repository",
        ),
        ({"StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-west-1:pool"}}, "prefix"),
        ({"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"}}, "anyone"),
        *(
            ({"StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-west-1:pool"}, **way}, scope)
            for way, scope in (
                (
                    {"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "graph.facebook.com"}},
                    "repository",
                ),
                ({"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "*authenticated"}}, "prefix"),
                (
                    {"ForAnyValue:StringNotEquals": {"cognito-identity.amazonaws.com:amr": "unauthenticated"}},
                    "repository",
                ),
                ({"StringLike": {"cognito-identity.amazonaws.com:sub": "eu-west-1:1b2c"}}, "pinned"),
            )
        ),
    ],
)
def test_cognito_needs_pool_and_sign_in(condition: Any, scope: str) -> None:
    statement = trust(
        {"Federated": "cognito-identity.amazonaws.com"}, condition, action="sts:AssumeRoleWithWebIdentity"
    )
    assert [found.scope for found in web_trusts(doc(statement))] == [scope]


@pytest.mark.parametrize(
    ("audience", "fixed"),
    [
        ({"StringEquals": AUD}, True),
        ({"StringLike": AUD}, True),
        ({"StringLike": {f"{GITHUB}:aud": "*"}}, False),
        ({"StringEqualsIfExists": AUD}, False),
        ({}, False),
    ],
)
def test_audience(audience: dict[str, Any], fixed: bool) -> None:
    condition = {operator: dict(keys) for operator, keys in audience.items()}
    condition.setdefault("StringLike", {})[f"{GITHUB}:sub"] = "repo:acme/app:*"
    assert [found.audience_fixed for found in web_trusts(web(GITHUB, condition))] == [fixed]


def test_a_web_trust_is_explained_and_claims_are_a_parameter() -> None:
    (found,) = web_trusts(web(GITHUB, sub("repo:acme*")))
    assert found.words == "The statement lets in callers whose sub matches repo:acme*, and does not fix the audience."
    (other,) = web_trusts(web(GITHUB, sub("acme/app", claim="repository")), {GITHUB: ["sub"]})
    assert other.scope == "anyone"
