"""The accounts that the organization's security rests on: who has which role, where they stand, who keeps the logs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from orienteer.facts.fact import Fact, Join
from orienteer.facts.foundation import FOUNDATION_ROLES, NONE_NAMED
from orienteer.facts.guarded import ORGANIZATION_TYPE
from orienteer.facts.organization import NOWHERE
from orienteer.facts.seen import Cells, Partial, Row
from orienteer.facts.source import Source
from orienteer.facts.values import keys_at
from orienteer.model import KEYS
from orienteer.parameters import AccountId

ROLE_SERVICES: Mapping[str, tuple[str, ...]] = {
    "security_audit": ("securityhub.amazonaws.com", "guardduty.amazonaws.com", "config.amazonaws.com"),
    "log_archive": (),
    "iam": ("sso.amazonaws.com", "iam.amazonaws.com"),
    "secops": ("guardduty.amazonaws.com", "securityhub.amazonaws.com", "detective.amazonaws.com"),
}
"""The services whose administration makes an account the one with the role, where neither name nor params tell."""
IN_WORDS = {
    "security_audit": "security audit",
    "log_archive": "log archive",
    "iam": "IAM",
    "secops": "security operations",
}
CLOUDTRAIL = "cloudtrail.amazonaws.com"


def _roles(
    the_organization: Source,
    organization_delegated_services: Source,
    *,
    foundation_accounts: Mapping[str, AccountId] = NONE_NAMED,
) -> Iterator[Cells]:
    """One row per role, in an organization."""
    (ours,) = the_organization.rows
    home = ours["told_by"]
    delegates = Partial(tuple(organization_delegated_services.rows), organization_delegated_services.hidden())
    for role in FOUNDATION_ROLES if ours["organization_id"] is not None else ():
        yield Cells(
            keys_at(home, role),
            fitting=ours[role],
            audit=ours["security_audit"],
            is_named=role in foundation_accounts,
            services=ROLE_SERVICES[role],
            delegates=delegates,
            role=IN_WORDS[role],
        )


def administrators(row: Row) -> tuple[str, ...]:
    """The accounts that administer the services of the role."""
    found = (one.account_id for one in row.delegates if one.service_principal in row.services)
    return tuple(dict.fromkeys(found))


def matched_by(row: Row) -> Literal["params", "name", "delegation", "none"]:
    """What tells which account has the role."""
    if row.is_named:
        return "params"
    if row.fitting:
        return "name"
    others = set(row.administrators) - row.audit if row.resource_id != "security_audit" else row.administrators
    return "delegation" if others else "none"


def _standing(row: Row) -> tuple[Any, ...]:
    """The active accounts that have the role; of several with a fitting name, those below a security unit."""
    by = {"params": row.fitting, "name": row.fitting, "delegation": row.administrators, "none": ()}[row.matched_by]
    found = [one for one in row.listed if one.account_id in by and one.is_active]
    below = [one for one in found if "security" in (one.serves or ())]
    return tuple((below or found) if row.matched_by == "name" else found)


def accounts(row: Row) -> tuple[str, ...]:
    """The ids of the accounts that have the role."""
    return tuple(one.account_id for one in _standing(row))


def outside(row: Row) -> tuple[str, ...]:
    """Those of them that stand below no unit for security, by name and path."""
    return tuple(f"{a.name} in {a.ou_path}" for a in _standing(row) if a.ou_ids and "security" not in a.serves)


def is_audit_too(row: Row) -> bool:
    """The one account that has the role is the security audit account, and no other is that."""
    return len(row.accounts) == 1 and set(row.accounts) == row.audit


def unplaced(row: Row) -> tuple[str, ...]:
    """Those of them whose place in the tree is not shown."""
    return tuple(str(one.name or one.account_id) for one in _standing(row) if not one.ou_ids)


ROLES = Fact(
    "foundation_roles",
    "One row per role that an account of its own should have (security audit, log archive, ...): which account has it.",
    rows=_roles,
    made=(*KEYS, "fitting", "audit", "is_named", "services", "delegates", "role"),
    joins=(Join("accounts", many="listed", on={}, place=NOWHERE),),
    columns=(administrators, matched_by, accounts, outside, is_audit_too, unplaced),
    hidden=frozenset({"fitting", "audit", "is_named", "services", "delegates", "listed"}),
    resource_type=ORGANIZATION_TYPE,
)


# --- who keeps the logs


def owner(log: Row) -> str:
    """The account that owns the bucket."""
    return str(log.it.account_id)


def log_administrators(log: Row) -> tuple[str, ...]:
    """The accounts that CloudTrail is delegated to."""
    found = (one.account_id for one in log.delegates if one.service_principal == CLOUDTRAIL)
    return tuple(dict.fromkeys(found))


LOG_KEEPERS = Fact(
    "log_keepers",
    "One row per bucket of a trail: the account that owns it, and the accounts that administer the trail.",
    base="log_buckets",
    joins=(Join("organization_delegated_services", many="delegates", on={}, place=NOWHERE),),
    columns=(owner, log_administrators),
    hidden=frozenset({"it", "ground", "members", "delegates"}),
    resource_type="AWS::S3::Bucket",
)
