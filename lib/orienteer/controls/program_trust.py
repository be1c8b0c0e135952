"""Which programs the roles trust: web identities of pipelines and clusters, and AWS services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from orienteer.controls.control import control
from orienteer.controls.trust import GUIDE, worst
from orienteer.controls.verdict import HIGH, INFO, MEDIUM, Verdict, asked, failed, passed
from orienteer.facts.seen import Row
from orienteer.facts.trust import ROLES
from orienteer.model import Category, Severity
from orienteer.partitions import service_of
from orienteer.policy.issuers import COGNITO
from orienteer.policy.trust.web_identity import WebTrust

DEPUTIES = (
    "config.amazonaws.com",
    "cloudtrail.amazonaws.com",
    "sns.amazonaws.com",
    "s3.amazonaws.com",
    "events.amazonaws.com",
    "bedrock.amazonaws.com",
    "scheduler.amazonaws.com",
    "backup.amazonaws.com",
)
AS_GUIDED = {
    "cloudtrail.amazonaws.com": "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/"
    "cloudtrail-required-policy-for-cloudwatch-logs.html",
    "s3.amazonaws.com": "https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html",
}
"""Services whose guide gives their role no source condition; users report that one stops delivery."""


@control(
    "XA-05",
    title="Web-identity trust pins the caller (repository, project or workspace), not only the issuer",
    category=Category.IAM,
    severity=Severity.CRITICAL,
    maturity=3,
    source=f"{GUIDE}id_roles_create_for-idp_oidc.html",
    fact=ROLES,
    evidence=("role_name",),
)
def pinned_web_identities(role: Row) -> Verdict | None:
    """Anyone with an account at a shared issuer gets valid tokens; only the subject shows whose they are.

    Fix: limit the subject to a repository and branch or environment, and require the audience.
    """
    return worst((_web(role, one) for one in role.web_identities), Severity.CRITICAL)


def _web(role: Row, one: WebTrust) -> Verdict:
    told: dict[str, Any] = {
        "issuer": one.issuer,
        "claim": one.claim,
        "values": one.values,
        "exposure_class": _class_of(one),
    }
    anyone = one.scope in ("anyone", "prefix")
    if one.cluster:
        if one.scope == "pinned":
            return passed("Only one service account of the cluster gets the role.", **told)
        return failed(f"{one.words} Every matching workload gets the role.", MEDIUM, **told)
    if one.serves == "unknown" and anyone:
        return asked(f"Does {one.issuer} issue tokens to anybody outside the organization? {one.words}", **told)
    if not one.shared:
        return passed(f"{one.issuer} serves one owner only. {one.words}", **told)
    if anyone and one.level == "external":
        return failed(f"{one.words} Outsiders can get such tokens too, and get in from certain networks.", HIGH, **told)
    if anyone:
        return failed(f"{one.words} Outsiders can get such tokens too.", **told)
    if one.scope == "owner":
        if role.is_admin:
            return failed(f"{one.words} Anything that owner runs becomes administrator.", **told)
        return asked(f"{one.words} Is it meant to trust everything that owner runs?", **told)
    if not one.audience_fixed:
        return failed(one.words, MEDIUM, **told)
    if one.scope == "repository" and (role.is_admin or role.deploys):
        return asked(f"{one.words} {_whoever(one)} can deploy; is that intended?", **told)
    return passed(one.words, **told)


def _whoever(one: WebTrust) -> str:
    if one.issuer == COGNITO:
        return "Whoever signs in to that pool"
    return "Any branch or pull request" if one.of_repositories else "Whatever runs there"


def _class_of(one: WebTrust) -> str:
    """How far the callers are; of an issuer that the client calls shared, its subject tells."""
    if one.level != "private" or not one.shared:
        return one.level
    return "public" if one.scope in ("anyone", "prefix") else "external"


@control(
    "XA-06",
    title="Roles assumed by AWS services protect against cross-service confused deputy",
    category=Category.IAM,
    severity=Severity.LOW,
    maturity=4,
    source=f"{GUIDE}confused-deputy.html",
    fact=ROLES,
    evidence=("role_name",),
    mappings={"prowler": ["iam_role_cross_service_confused_deputy_prevention"]},
)
def deputies(role: Row, *, deputy_services: Sequence[str] = DEPUTIES) -> Verdict | None:
    """A service that acts for many customers can be tricked into using this role on behalf of another one.

    Fix: add a condition on aws:SourceAccount, aws:SourceArn or aws:SourceOrgID to the trust policy, and check that the
    service still works.
    """
    found = [one for one in role.services if service_of(one.who) in deputy_services]
    loose = sorted({one.who for one in found if one.for_level in ("public", "external")})
    faulty = [name for name in loose if service_of(name) not in AS_GUIDED]
    told: dict[str, Any] = {"services": tuple(sorted({one.who for one in found})), "exposure_class": "private"}
    if not found:
        return None
    if faulty:
        text = (
            f"{', '.join(faulty)} may use the role on behalf of any customer: no source account, ARN or organization."
        )
        return failed(text, **told)
    if loose:
        text = f"{', '.join(loose)} may use the role on behalf of any customer; AWS's own guide sets it up that way."
        return passed(text, INFO, **told)
    return passed("The service may use the role only on behalf of the organization's own resources.", **told)
