"""Roles and whom they trust: who gets in by each trust policy, by name or by a condition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import pandas as pd

from orienteer.facts.fact import Fact, Join
from orienteer.facts.organization import NOWHERE, OF_ORGANIZATION
from orienteer.facts.powers import SERVICE_ROLES
from orienteer.facts.seen import Cells, Row, unless_unseen
from orienteer.facts.source import Gap, Source
from orienteer.facts.users import since
from orienteer.facts.values import ACCOUNT, names_in
from orienteer.policy.exposure import Access, Reacher, assumers, exposure
from orienteer.policy.guardrails.perimeter import perimeter
from orienteer.policy.issuers import CLAIMS
from orienteer.policy.language.document import parse
from orienteer.policy.trust.roles import ExternalId, Trusted, denies_of, external_id, mfa, statement_of, trusted
from orienteer.policy.trust.web_identity import WebTrust, letting_in, web_trusts

ROLE = "AWS::IAM::Role"


def is_ours(role: Row) -> bool:
    """Somebody here can change it: service-linked roles belong to AWS."""
    return bool(role.trust_policy) and not (role.path or "").startswith(SERVICE_ROLES)


def access(role: Row) -> Access:
    """Everybody who may assume it."""
    org = unless_unseen(lambda: role.organization_id, None)
    return assumers(role.trust_policy if role.is_ours else None, account_id=role.account_id, org_id=org)


def open_to(role: Row) -> Literal["public", "external", "organization", "private"]:
    """How far from its owner a caller is that may be anybody at all."""
    level = _open_to(role.access)
    if level == "external":  # from some networks: whether those are its own organization's, the organization tells
        level = _open_to(assumers(role.trust_policy, account_id=role.account_id, org_id=role.organization_id))
    return level


def _open_to(access: Access) -> Literal["public", "external", "organization", "private"]:
    levels = {one.level for one in access.reachers if one.kind in ("anonymous", "anybody")}
    return "public" if "public" in levels else "external" if "external" in levels else "private"


def problems(role: Row) -> tuple[str, ...]:
    """What of its trust policy could not be read."""
    return exposure(role.trust_policy, account_id=role.account_id, resource_type=ROLE).problems if role.is_ours else ()


def outsiders(role: Row) -> tuple[str, ...]:
    """The accounts and organizations beside its own that get in."""
    kinds = ("account", "organization")
    found = (one.who for one in role.access.reachers if one.kind in kinds)
    return tuple(sorted({who for who in found if who != role.account_id}))


def deleted(role: Row) -> tuple[str, ...]:
    """The ids of deleted users and roles that it still trusts."""
    return tuple(sorted({one.value for one in trusted(role.trust_policy or "{}") if one.kind == "deleted"}))


def is_fenced(role: Row) -> bool:
    """A resource control policy keeps outsiders from assuming roles of its account."""
    node = next((n for n in role.rcp_tree.accounts if n.id == role.account_id and n.levels), None)
    if node is None:
        return False
    answers = perimeter(node.levels, ["sts"], node.id, role.organization_id or "", partition=node.partition)
    return bool(answers[0].denied)


def web_identities(role: Row, *, issuer_claims: Mapping[str, Sequence[str]] = CLAIMS) -> tuple[WebTrust, ...]:
    """The web identity providers whose tokens let one in, with the weakest caller that gets through."""
    if not role.is_ours or ("ebidentity" not in role.trust_policy.lower() and not set("*?") & set(role.trust_policy)):
        return ()
    found = web_trusts(role.trust_policy, issuer_claims)
    if any(not one.audience_fixed for one in found):
        ids = {one.resource_id: names_in(one.audiences) for one in role.providers if one.audiences}
        found = web_trusts(role.trust_policy, issuer_claims, ids)
    return letting_in(found, role.access)


def services(role: Row) -> tuple[Reacher, ...]:
    """The AWS services that may assume it, each with the one for whom it acts."""
    return tuple(one for one in role.access.reachers if one.kind == "service")


def role_age_days(role: Row, *, as_of: pd.Timestamp) -> int | None:
    """Since it was made."""
    return since(as_of, role.created_at)


def role_idle_days(role: Row, *, as_of: pd.Timestamp) -> int | None:
    """Since it was last used; None where AWS knows of no use in the 400 days that it remembers."""
    return None if role.last_used_at is None else since(as_of, role.last_used_at) or 0


def found_unused(role: Row) -> bool:
    """Access Analyzer has an open finding that nobody uses it."""
    return any(one.finding_type == "UnusedIAMRole" and one.status == "ACTIVE" for one in role.analyzer_findings)


ROLES = Fact(
    "roles",
    "One row per role: who may assume it, by name or by a condition, and when it was last used.",
    base="iam_roles",
    joins=(
        OF_ORGANIZATION,
        Join("guardrails", ("rcp_tree",), on={}, place=NOWHERE),
        Join(
            "principals",
            ("is_admin", "deploys", "identity"),
            on={"account_id": "account_id", "resource_arn": "role_arn"},
        ),
        Join("iam_oidc_provider_details", many="providers", on=ACCOUNT),
        Join("accessanalyzer_findings", many="analyzer_findings", on={"resource": "role_arn"}, place=NOWHERE),
    ),
    columns=(
        is_ours,
        access,
        open_to,
        problems,
        outsiders,
        deleted,
        is_fenced,
        web_identities,
        services,
        role_age_days,
        role_idle_days,
        found_unused,
    ),
    hidden=frozenset({"access", "rcp_tree", "members", "web_identities", "services", "providers", "analyzer_findings"}),
    resource_type=ROLE,
)


# --- one row per account that is trusted


def _edges(roles: Source) -> Iterator[Cells | Gap]:
    asking = _by_external_id(roles)
    for role in roles.rows:
        for who in role["outsiders"]:
            found = tuple(r for r in role["access"].reachers if r.who == who)
            yield Cells(
                {name: role[name] for name in _OF_ROLE},
                resource_id=f"{role['role_name']}/{who}",
                resource_arn=role["role_arn"],
                who=who,
                reachers=found,
                same_external_id=tuple(
                    sorted({r for i in _ids_asked_by(role) for r in asking[i]} - {str(role["role_arn"])})
                ),
            )
    yield from roles.gaps


def _by_external_id(roles: Source) -> Mapping[str, set[str]]:
    """The ARNs of the roles that ask for each external id, as far as roles were seen."""
    found: dict[str, set[str]] = defaultdict(set)
    for role in roles.rows:
        for one in _ids_asked_by(role):
            found[one].add(str(role["role_arn"]))
    return found


def _ids_asked_by(role: Cells) -> frozenset[str]:
    """The external ids that stand in conditions of its trust policy."""
    policy = role["trust_policy"]
    if not isinstance(policy, str) or "externalid" not in policy.lower():
        return frozenset()
    conditions = (c for s in parse(policy).statements if s.effect == "Allow" for c in s.conditions)
    return frozenset(value for c in conditions if c.key == "sts:externalid" for value in c.values)


_OF_ROLE = (
    "account_id",
    "region",
    "role_name",
    "trust_policy",
    "tags",
    "last_used_at",
    "created_at",
    "is_admin",
    "organization_id",
    "members",
    "identity",
)


def by_name(edge: Row) -> tuple[Trusted, ...]:
    """The principals of the trust policy that let it in, as they are written."""
    told = {(one.statement, one.principal) for one in edge.reachers}
    return tuple(one for one in trusted(edge.trust_policy) if (one.statement, one.value) in told)


def principal(edge: Row) -> tuple[str, ...]:
    """What of the trust policy lets it in, as it is written."""
    return tuple(sorted({one.principal for one in edge.reachers}))


def is_organization(edge: Row) -> bool:
    """A whole organization is let in, not one account."""
    return any(one.kind == "organization" for one in edge.reachers)


def weakest_id(policy: str, found: Sequence[Trusted], least: int, names: Sequence[str], owner: str) -> ExternalId:
    """The weakest of the external ids that these principals must give."""
    order = ("none", "optional", "pattern", "guessable", "short", "strong")
    ids = [
        external_id(
            statement_of(policy, one),
            min_length=least,
            names=names,
            accounts=[owner, one.account_id or owner],
            denies=denies_of(policy),
        )
        for one in found
    ]
    return min(ids, key=lambda one: order.index(one.strength))


def asks_external_id(edge: Row) -> bool:
    """Whoever comes from there must give an external id, by every principal that lets it in."""
    found = [one for one in edge.by_name if one.kind != "service"]
    return bool(found) and weakest_id(edge.trust_policy, found, 2, (), edge.account_id).strength not in LOOSE


def asks_mfa(edge: Row) -> bool:
    """Whoever comes from there must have signed in with MFA, by every principal that lets it in."""
    return bool(edge.by_name) and all(mfa(edge.trust_policy, one) == "required" for one in edge.by_name)


LOOSE = ("none", "optional")

TRUST_EDGES = Fact(
    "trust_edges",
    "One row per role and account (or organization) beside its own that may assume it.",
    rows=_edges,
    made={
        "": ("iam_roles",),
        **dict.fromkeys(("resource_id", "resource_arn", "who", "reachers"), ("roles.access",)),
        "same_external_id": ("roles.trust_policy",),
        **{name: (f"roles.{name}",) for name in _OF_ROLE},
    },
    columns=(by_name, principal, is_organization, asks_external_id, asks_mfa),
    hidden=frozenset({"reachers", "members", "by_name", "identity"}),
    resource_type=ROLE,
)
