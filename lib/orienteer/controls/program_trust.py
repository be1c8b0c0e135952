"""Which programs the roles trust: web identities of pipelines and clusters, and AWS services."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from orienteer.controls.administrators import is_admin
from orienteer.controls.control import control
from orienteer.controls.rows import Row, about, records, told, verdict, worst
from orienteer.controls.trust import GUIDE, POLICIES, ROLE, own_roles
from orienteer.facts.principals import policy_texts
from orienteer.facts.values import documents
from orienteer.model import Category, Severity
from orienteer.policy import parse
from orienteer.policy.issuers import CLAIMS
from orienteer.policy.language.match import action_matches
from orienteer.policy.trust.roles import service_trusts
from orienteer.policy.trust.web_identity import WebTrust, web_trusts

DEPUTIES = ("config.amazonaws.com", "cloudtrail.amazonaws.com", "sns.amazonaws.com", "s3.amazonaws.com",
            "events.amazonaws.com", "bedrock.amazonaws.com", "scheduler.amazonaws.com",
            "backup.amazonaws.com")  # fmt: skip
DEPLOYING = ("lambda:updatefunctioncode", "lambda:createfunction", "cloudformation:createstack",
             "cloudformation:updatestack", "ecs:updateservice", "s3:putobject", "ecr:putimage", "ec2:runinstances",
             "iam:passrole", "codedeploy:createdeployment", "ssm:sendcommand")  # fmt: skip
"""Actions of which a role that deploys holds at least one."""


@control(
    "XA-05",
    title="Web-identity trust pins the caller (repository, project or workspace), not only the issuer",
    category=Category.IAM,
    severity=Severity.CRITICAL,
    maturity=3,
    source=f"{GUIDE}id_roles_create_for-idp_oidc.html",
    resource_type=ROLE,
    fail_stands_without=POLICIES,
)
def pinned_web_identities(
    iam_roles: pd.DataFrame,
    iam_local_policies: pd.DataFrame,
    iam_aws_policy_versions: pd.DataFrame,
    iam_aws_boundary_versions: pd.DataFrame,
    *,
    issuer_claims: Mapping[str, Sequence[str]] = CLAIMS,
) -> pd.DataFrame:
    """Everybody who has an account with a shared issuer gets valid tokens; only the subject says whose they are.

    Fix: pin the subject to repository and branch or environment, and fix the audience.
    """
    roles = [
        r for r in own_roles(iam_roles)
        if "assumerolewithwebidentity" in r["trust_policy"].lower() or set("*?") & set(r["trust_policy"])
    ]  # fmt: skip
    texts = policy_texts(*map(records, (iam_local_policies, iam_aws_policy_versions, iam_aws_boundary_versions)))
    admins = is_admin(roles, texts)
    rows = []
    for role in roles:
        found = [
            _web(role, one, role["role_arn"] in admins, texts)
            for one in web_trusts(role["trust_policy"], issuer_claims)
        ]
        if found:
            rows.append(worst(found))
    return told(rows)


def _web(role: Row, one: WebTrust, admin: bool, texts: Mapping[tuple[str, str], str]) -> Row:
    evidence = {
        "account_id": role["account_id"], "role": role["role_name"], "issuer": one.issuer, "claim": one.claim,
        "operator": one.operator, "values": list(one.values), "weakest_scope": one.scope, "is_admin": admin,
        "exposure_class": _class_of(one),
    }  # fmt: skip
    keyed: dict[str, Any] = {**about(role), "evidence": evidence}
    if one.cluster:
        if one.scope == "pinned":
            return verdict("PASS", "The role is pinned to one service account of the cluster.", **keyed)
        return verdict("FAIL", f"{one.words} Every workload that fits gets the role.", severity="medium", **keyed)
    if one.serves == "unknown" and one.scope in ("anyone", "prefix"):
        return verdict("MANUAL", f"Does {one.issuer} give its tokens to others than the client? {one.words}", **keyed)
    if not one.shared:
        return verdict("PASS", f"{one.issuer} serves one owner only. {one.words}", **keyed)
    if one.scope in ("anyone", "prefix"):
        return verdict("FAIL", f"{one.words} Strangers get such tokens too.", **keyed)
    if one.scope == "owner":
        if admin:
            return verdict("FAIL", f"{one.words} Any repository of that owner becomes administrator.", **keyed)
        return verdict("MANUAL", f"{one.words} Is every repository of that owner meant?", **keyed)
    if not one.audience_fixed:
        return verdict("FAIL", one.words, severity="medium", **keyed)
    if one.scope == "repository" and (admin or _deploys(role, texts)):
        return verdict("MANUAL", f"{one.words} Any branch or pull request can deploy; is that meant?", **keyed)
    return verdict("PASS", one.words, **keyed)


def _class_of(one: WebTrust) -> str:
    """A provider of one owner, registered here, is the account's own; a shared one is as open as its subject."""
    if not one.shared:
        return "private"
    return "public" if one.scope in ("anyone", "prefix") else "external"


def _deploys(role: Row, texts: Mapping[tuple[str, str], str]) -> bool:
    inline = [p.get("PolicyDocument") for p in documents(role["inline_policies"])]
    arns = [str(p.get("PolicyArn")) for p in documents(role["attached_policies"])]
    found = [*inline, *(texts.get((role["account_id"], arn)) for arn in arns)]
    statements = (s for document in found if document for s in parse(document).statements if s.effect == "Allow")
    return any(action_matches(s, action) for s in statements for action in DEPLOYING)


@control(
    "XA-06",
    title="Roles assumed by AWS services protect against cross-service confused deputy",
    category=Category.IAM,
    severity=Severity.LOW,
    maturity=4,
    source=f"{GUIDE}confused-deputy.html",
    resource_type=ROLE,
    mappings={"prowler": ["iam_role_cross_service_confused_deputy_prevention"]},
)
def deputies(iam_roles: pd.DataFrame, *, deputy_services: Sequence[str] = DEPUTIES) -> pd.DataFrame:
    """A service that acts for many customers may be led to use this role for another one's resource.

    Fix: add a source account or source organization condition.
    """
    return told(row for role in own_roles(iam_roles) for row in _deputy(role, frozenset(deputy_services)))


def _deputy(role: Row, wanted: Iterable[str]) -> Iterator[Row]:
    found = [one for one in service_trusts(role["trust_policy"]) if one.service in wanted]
    if not found:
        return
    loose = sorted({one.service for one in found if not one.bound_by})
    evidence = {
        "account_id": role["account_id"], "role": role["role_name"], "service": sorted({o.service for o in found}),
        "conditions": sorted({key for one in found for key in one.bound_by}),
        "exposure_class": "private",  # only the own account can hand the role to a service
    }  # fmt: skip
    if loose:
        text = f"{', '.join(loose)} may use the role for anybody's resources: no source account, ARN or organization."
        yield verdict("FAIL", text, evidence=evidence, **about(role))
    else:
        yield verdict("PASS", "The service may use the role for own resources only.", evidence=evidence, **about(role))
