# ruff: noqa: E501  (a table reads best one case a line)
"""Trust policies: tokens of each issuer, SAML, services, sessions and accounts, as their guides write them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
https://docs.github.com/en/actions/reference/security/oidc
https://docs.gitlab.com/ci/secrets/id_token_authentication/
https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html
https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html
https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from typing import Any

from tests.policy.exposure_support import ORG, OTHER, OWN, ROLE, Case, allow, case, deny

PUB, EXT, IN_ORG, PRIV = "public", "external", "organization", "private"
WEB = "sts:AssumeRoleWithWebIdentity"
GH = "token.actions.githubusercontent.com"


def tok(level: str, host: str, cond: Any = None, action: Any = WEB, acct: str | None = OWN) -> Case:
    """A token of the provider of this host in the account, or by its bare name."""
    provider = f"arn:aws:iam::{acct}:oidc-provider/{host}" if acct else host
    more = {"when": cond} if cond else {}
    return case(
        f"{host} {str(cond)[:160]}", level, allow({"Federated": provider}, action, Resource=None, **more), kind=ROLE
    )


def gh(level: str, op: str, **claims: Any) -> Case:
    """A token of GitHub by its claims; the audience is fixed."""
    named = {f"{GH}:{claim}": value for claim, value in claims.items()}
    return tok(level, GH, {op: named, "ForAnyValue:StringEquals": {f"{GH}:aud": "sts.amazonaws.com"}})


def tr(level: str, principal: Any, action: Any = "sts:AssumeRole", cond: Any = None, *others: dict[str, Any]) -> Case:
    """A trust policy of one Allow, and other statements beside it."""
    more = {"when": cond} if cond else {}
    name = f"{principal} {action} {str(cond)[:150]}"
    return case(name, level, allow(principal, action, Resource=None, **more), *others, kind=ROLE)


# fmt: off
CASES = [
    gh(EXT, "StringLike",sub="repo:acme/app:environment:prod"),
    gh(EXT, "StringLike",sub="repo:acme/app:environment:*"),
    gh(EXT, "StringLike",sub="repo:acme/*:environment:prod"),
    gh(PUB, "StringLike",sub="repo:*/app:environment:prod"),
    gh(PUB, "StringLike",sub="repo:*:environment:prod"),
    gh(EXT, "StringEquals",sub="repo:acme/app:pull_request"),
    gh(EXT, "StringEquals",sub="repo:acme@123456/app@456789:ref:refs/heads/main"),
    gh(EXT, "StringLike",sub="repo:acme@123456/*"),
    gh(PUB, "StringLike",sub="repo:acme@*/*"),
    gh(EXT, "StringLike",sub="repo:acme/app:job_workflow_ref:acme/wf/.github/workflows/x.yml@*"),
    gh(EXT, "StringLike",sub="job_workflow_ref:acme/wf/.github/workflows/x.yml@*"),
    gh(EXT, "StringLike",sub="repository_owner_id:1234:*"),
    gh(EXT, "StringLike",sub="repository_owner:acme:*"),
    gh(PUB, "StringLike",sub="repository_owner:acme*"),
    gh(PUB, "StringLike",sub="environment:prod*"),
    gh(PUB, "StringLike",sub="*:repository_owner:acme"),
    gh(EXT, "StringLike",sub="enterprise:acme:*"),
    gh(EXT, "StringEqualsIgnoreCase",sub="REPO:ACME/APP:REF:REFS/HEADS/MAIN"),
    gh(PUB, "StringLike",sub=["repo:acme/*", "*"]),
    gh(EXT, "StringLike",job_workflow_ref="acme/wf/.github/workflows/x.yml@refs/heads/main"),
    gh(PUB, "StringLike",job_workflow_ref="acme*"),
    gh(PUB, "StringEquals",workflow="deploy"),
    gh(PUB, "StringEquals",repository_visibility="private"),
    gh(PUB, "StringEquals",event_name="push"),
    gh(EXT, "StringEquals",repository_id="1"),
    gh(EXT, "StringEquals", actor_id="1"),
    gh(PUB, "StringEqualsIfExists",environment="prod"),
    gh(EXT, "StringEqualsIfExists",repository="acme/app"),
    gh(PUB, "StringNotEquals",repository="acme/app"),
    gh(PUB, "ForAllValues:StringEquals",environment="prod"),
    tok(PUB, GH, {"StringEquals": {f"{GH}:aud": "https://github.com/acme"}}),
    tok(PRIV, f"{GH}/acme", {"StringEquals": {f"{GH}/acme:aud": "sts.amazonaws.com"}}),
    tok(EXT, GH, {"StringLike": {f"{GH.upper()}:SUB": "repo:acme/*"}}),
    tok(PUB, "gitlab.com", {"StringEquals": {"gitlab.com:aud": "https://gitlab.com"}}),
    tok(EXT, "gitlab.com", {"StringLike": {"gitlab.com:sub": "project_path:acme/*:ref_type:branch:ref:main"}}),
    tok(PUB, "gitlab.com", {"StringLike": {"gitlab.com:sub": "project_path:acme*"}}),
    tok(EXT, "gitlab.com", {"StringEquals": {"gitlab.com:sub": "project_path:acme/app:ref_type:branch:ref:main"}}),
    tok(PUB, "gitlab.com", {"StringLike": {"gitlab.com:sub": "project_path:*/app:*"}}),
    tok(EXT, "gitlab.com", {"StringEquals": {"gitlab.com:namespace_id": "72"}}),
    tok(PRIV, "gitlab.example.com", {"StringEquals": {"gitlab.example.com:aud": "https://gitlab.example.com"}}),
    tok(EXT, "app.terraform.io", {"StringLike": {"app.terraform.io:sub": "organization:acme:project:*:workspace:*:run_phase:*"}}),
    tok(PUB, "app.terraform.io", {"StringLike": {"app.terraform.io:sub": "organization:*:project:p:workspace:w:run_phase:apply"}}),
    tok(PUB, "app.terraform.io", {"StringEquals": {"app.terraform.io:aud": "aws.workload.identity"}}),
    tok(PUB, "app.terraform.io", {"StringLike": {"app.terraform.io:sub": "organization:acme*"}}),
    tok(PRIV, "api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc", {"StringEquals": {"api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc:aud": "ari:cloud:bitbucket::workspace/x"}}),
    tok(PUB, "agent.buildkite.com", {"StringEquals": {"agent.buildkite.com:aud": "sts.amazonaws.com"}}),
    tok(EXT, "agent.buildkite.com", {"StringLike": {"agent.buildkite.com:sub": "organization:acme:pipeline:*"}}),
    tok(PRIV, "oidc.circleci.com/org/1234", {"StringLike": {"oidc.circleci.com/org/1234:sub": "org/1234/project/*"}}),
    tok(PRIV, "oidc.eks.us-east-1.amazonaws.com/id/ABC", {"StringLike": {"oidc.eks.us-east-1.amazonaws.com/id/ABC:sub": "system:serviceaccount:*:*"}}),
    tok(EXT, "oidc.eks.us-east-1.amazonaws.com/id/ABC", acct=OTHER),
    tok(PRIV, "login.microsoftonline.com/1111-2222/v2.0", {"StringEquals": {"login.microsoftonline.com/1111-2222/v2.0:aud": "api://x"}}),
    tok(PUB, "accounts.google.com", {"StringEquals": {"accounts.google.com:aud": "66677788899900pro0"}}, acct=None),
    tok(EXT, "accounts.google.com", {"StringEquals": {"accounts.google.com:sub": "123"}}, acct=None),
    tok(PUB, "cognito-identity.amazonaws.com", {"StringEquals": {"cognito-identity.amazonaws.com:aud": "us-east-1:x"}}, acct=None),
    tok(PUB, "cognito-identity.amazonaws.com", {"StringEquals": {"cognito-identity.amazonaws.com:aud": "us-east-1:x"}, "ForAnyValue:StringEquals": {"cognito-identity.amazonaws.com:amr": "unauthenticated"}}, acct=None),
    tok(EXT, "cognito-identity.amazonaws.com", {"StringEquals": {"cognito-identity.amazonaws.com:aud": ["us-east-1:x"]}, "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"}}, acct=None),
    tok(PUB, "cognito-identity.amazonaws.com", {"StringEquals": {"cognito-identity.amazonaws.com:aud": "us-east-1:x"}, "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "*authenticated"}}, acct=None),
    tok(EXT, "cognito-identity.amazonaws.com", {"StringEquals": {"cognito-identity.amazonaws.com:aud": "us-east-1:x"}, "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "graph.facebook.com"}}, acct=None),
    tok(PUB, "graph.facebook.com", {"StringEquals": {"graph.facebook.com:app_id": "1"}}, acct=None),
    tok(PUB, "www.amazon.com", {"StringEquals": {"www.amazon.com:app_id": "1"}}, acct=None),
    tok(PRIV, GH, {"StringLike": {f"{GH}:sub": "repo:*"}}, action="sts:TagSession"),
    tok(PUB, GH, {"StringLike": {f"{GH}:sub": "repo:*"}}, action=["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]),
    tok(PUB, "*", None, acct=None),
    tr(EXT, {"AWS": f"arn:aws:iam::{OTHER}:root"}, "sts:AssumeRole", {"StringEquals": {"sts:ExternalId": "12345"}}),
    tr(EXT, {"AWS": f"arn:aws:iam::{OTHER}:root"}, ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity", "sts:SetContext"]),
    tr(PRIV, {"AWS": f"arn:aws:iam::{OTHER}:root"}, ["sts:SetContext", "sts:TagSession"]),
    tr(PRIV, {"Service": "rolesanywhere.amazonaws.com"}, ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"], {"StringEquals": {"aws:PrincipalTag/x509Subject/CN": "Alice"}, "ArnEquals": {"aws:SourceArn": f"arn:aws:rolesanywhere:us-east-1:{OWN}:trust-anchor/x"}}),
    tr(PRIV, {"Service": "pods.eks.amazonaws.com"}, ["sts:AssumeRole", "sts:TagSession"], {"StringEquals": {"aws:SourceAccount": OWN}, "ArnEquals": {"aws:SourceArn": f"arn:aws:eks:us-east-1:{OWN}:cluster/c"}}),
    tr(PRIV, {"AWS": "AROAEXAMPLEID1234567"}),
    tr(PRIV, {"AWS": ["AIDAEXAMPLEID1234567"]}),
    tr(EXT, {"AWS": f"arn:aws-cn:iam::{OTHER}:root"}),
    tr(EXT, {"AWS": f"arn:aws:sts::{OTHER}:assumed-role/R/session"}),
    tr(EXT, {"AWS": f"arn:aws:iam::{OTHER}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_x_1"}),
    tr(PUB, {"AWS": "*"}, "sts:AssumeRole", {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Admin_*"}}),
    tr(IN_ORG, {"AWS": "*"}, "sts:AssumeRole", {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*"}, "StringEquals": {"aws:PrincipalOrgID": ORG}}),
    tr(PUB, {"AWS": "*"}, "sts:AssumeRole", {"StringEquals": {"aws:PrincipalTag/team": "x", "sts:ExternalId": "y"}, "Bool": {"aws:MultiFactorAuthPresent": "true"}}),
    tr(PUB, {"AWS": "*"}, "sts:AssumeRole", {"StringLike": {"aws:PrincipalArn": "*deploy*"}}),
    tr(EXT, {"AWS": "*"}, "sts:AssumeRole", {"StringLike": {"aws:PrincipalArn": f"*:{OTHER}:role/deploy"}}),
    tr(EXT, {"AWS": [OWN, OTHER]}, "sts:AssumeRole", None, deny({"AWS": OWN}, "sts:AssumeRole", Resource=None)),
    tr(PRIV, {"AWS": "*"}, "sts:AssumeRole", {"StringEquals": {"aws:PrincipalAccount": "${aws:ResourceAccount}"}}),
    tr(IN_ORG, {"AWS": "*"}, "sts:AssumeRole", {"StringEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}}),
    tr(PUB, {"AWS": "*"}, "sts:AssumeRole", {"StringEquals": {"aws:RequestTag/project": ["a", "b"]}}),
    tr(PRIV, "*", "sts:AssumeRoleWithSAML", {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}),
    tr(PRIV, {"Federated": f"arn:aws:iam::{OWN}:saml-provider/x"}, ["sts:AssumeRoleWithSAML", "sts:TagSession"], {"StringLike": {"aws:RequestTag/Department": "*"}}),
    tr(PRIV, {"Service": "ssm.amazonaws.com"}, "sts:AssumeRole", {"StringEquals": {"aws:SourceAccount": OTHER}}),
    tr(PRIV, {"Service": "lambda.alexa.amazon.com"}),
    tr(PRIV, {"AWS": f"arn:aws:iam::{OWN}:user/bob"}, "sts:AssumeRole", {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}),
    tr(EXT, {"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}),
    tr(EXT, {"AWS": "*"}, "sts:AssumeRole", {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
    tr(EXT, {"AWS": "*"}, "sts:AssumeRole", {"StringEquals": {"aws:SourceVpce": "vpce-1"}}),
]
# fmt: on
