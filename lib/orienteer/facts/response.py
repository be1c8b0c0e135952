"""What is prepared for an incident: the place, the roles, and the policies that contain."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from orienteer.facts.fact import Fact, Join
from orienteer.facts.guarded import ACCOUNT_TYPE, NO_ACCOUNT, ORGANIZATION_TYPE
from orienteer.facts.organization import NOWHERE, OF_ORGANIZATION
from orienteer.facts.policies import POLICY_TYPE, attached_to
from orienteer.facts.security_access import BREAK_GLASS_GROUPS
from orienteer.facts.seen import Cells, Row
from orienteer.facts.source import Gap, Source
from orienteer.facts.tree import EVERYTHING, SCP
from orienteer.facts.trust import ROLE
from orienteer.facts.values import ACCOUNT, days, documents, fits, keys_at, latest
from orienteer.facts.ways_in import RESERVED, SERVICE_ROLES
from orienteer.model import KEYS
from orienteer.parameters import Pattern
from orienteer.policy.guardrails.probes import asked
from orienteer.policy.language.document import parse

IR_PATTERN = "forensic|incident|quarantine|isolat"
IR_ROLE_PATTERN = "incident|response|break.?glass|secops"
EVERYTHING_STOPPED = (
    "ec2:RunInstances",
    "iam:CreateUser",
    "s3:GetObject",
    "kms:Decrypt",
    "lambda:CreateFunction",
    "sts:AssumeRole",
    "newservice:Create",
)
"""A policy that denies each of these to an administrator leaves nothing that matters."""
TAKING_AWAY = ("iam:UpdateAssumeRolePolicy", "iam:DeleteRole", "iam:DetachRolePolicy")
"""What a local administrator would do to keep responders out."""


# --- the place


def _places(the_organization: Source) -> Iterator[Cells]:
    (org,) = the_organization.rows
    if org["organization_id"] is not None:
        yield Cells(keys_at(org["told_by"], "incident response"))


def has_account(row: Row) -> bool:
    """An account stands in a unit for incidents."""
    units = (one for one in row.units if one.group == "special" and one.function == "incident response")
    return any(one.account_count for one in units)


def has_bucket(row: Row, *, ir_pattern: Pattern = IR_PATTERN) -> bool:
    """A bucket is named for incidents and keeps objects from being changed."""
    return any(_holds_evidence(one, ir_pattern) for one in row.buckets)


def has_key(row: Row, *, ir_pattern: Pattern = IR_PATTERN) -> bool:
    """A customer managed key is one for incidents, by its description or alias."""
    return any(_is_for_incidents(one, ir_pattern) for one in row.keys)


def has_isolation(row: Row, *, ir_pattern: Pattern = IR_PATTERN) -> bool:
    """A security group is named for incidents and lets nothing in or out."""
    return any(_isolates(one, ir_pattern) for one in row.groups)


def _holds_evidence(bucket: Row, pattern: str) -> bool:
    return bool(fits(pattern, bucket.resource_id) and bucket.lock_enabled)


def _is_for_incidents(key: Row, pattern: str) -> bool:
    named = (key.description or "", *key.aliases) if key.is_customer else ()
    return any(fits(pattern, one) for one in named)


def _isolates(group: Row, pattern: str) -> bool:
    return fits(pattern, group.group_name) and not documents(group.ingress) and not documents(group.egress)


def locked_buckets(row: Row, *, ir_pattern: Pattern = IR_PATTERN) -> tuple[str, ...]:
    """Buckets that are named for incidents and keep objects from being changed by Object Lock."""
    return tuple(sorted({one.resource_id for one in row.buckets if _holds_evidence(one, ir_pattern)}))


def response_keys(row: Row, *, ir_pattern: Pattern = IR_PATTERN) -> tuple[str, ...]:
    """Customer managed keys that are for incidents, by their description or alias."""
    found = (one for one in row.keys if _is_for_incidents(one, ir_pattern))
    return tuple(sorted({f"{k.account_id}/{k.region}/{k.resource_id}" for k in found}))


def isolation_groups(row: Row, *, ir_pattern: Pattern = IR_PATTERN) -> tuple[str, ...]:
    """Security groups that are named for incidents and let nothing in or out."""
    shut = (one for one in row.groups if _isolates(one, ir_pattern))
    return tuple(sorted({f"{g.account_id}/{g.region}/{g.group_id}" for g in shut}))


RESPONSE_PLACE = Fact(
    "response_place",
    "One row: what stands ready for an incident, such as accounts, evidence buckets, keys and isolation groups.",
    rows=_places,
    made=KEYS,
    joins=(
        Join("unit_functions", many="units", on={}, place=NOWHERE),
        Join("s3_bucket_object_lock", many="buckets", on={}, place=NOWHERE),
        Join("customer_keys", many="keys", on={}, place=NOWHERE),
        Join("ec2_security_groups", many="groups", on={}, place=NOWHERE),
    ),
    columns=(
        has_account,
        has_bucket,
        has_key,
        has_isolation,
        locked_buckets,
        response_keys,
        isolation_groups,
    ),
    hidden=frozenset({"units", "buckets", "keys", "groups"}),
    resource_type=ORGANIZATION_TYPE,
)


# --- the roles


def _response_roles(roles: Source, *, ir_role_pattern: Pattern = IR_ROLE_PATTERN) -> Iterator[Cells | Gap]:
    for role in roles.rows:
        if fits(ir_role_pattern, role["role_name"]) and not str(role["path"]).startswith(SERVICE_ROLES):
            yield Cells({name: role[name] for name in _OF_ROLE})
    yield from roles.gaps


_OF_ROLE = (*KEYS, "role_name", "path", "access", "last_used_at", "security_audit", "secops", "management")


def trusted_from(role: Row) -> tuple[str, ...]:
    """The accounts of the security team that may assume it, and Identity Center; never a single user."""
    if str(role.path).startswith(RESERVED):
        return ("Identity Center",)
    team = {*role.security_audit, *role.secops, role.management}
    found = {one.who for one in role.access.reachers if one.kind == "account" and ":user/" not in one.principal}
    return tuple(sorted((found & team) - {role.account_id}))


def is_protected(role: Row) -> bool:
    """Nobody in the account can change it: Identity Center made it, or guardrails deny that to administrators."""
    node = next((n for n in role.tree.accounts if n.id == role.account_id), None)
    if str(role.path).startswith(RESERVED):
        return True
    if node is None:
        return False
    told = (
        asked(
            node.levels,
            action,
            node.id,
            org_id=role.organization_id,
            partition=node.partition,
            resources=[role.resource_arn],
        )
        for action in TAKING_AWAY
    )
    return all(answer.holds for answer in told)


RESPONSE_ROLES = Fact(
    "response_roles",
    "One row per role that is named for incidents: whence it can be assumed, and whether local administrators can "
    "change it.",
    rows=_response_roles,
    made=_OF_ROLE,
    joins=(
        Join("guardrails", ("tree",), on={}, place=NOWHERE),
        Join("the_organization", ("organization_id",), on={}, place=NOWHERE),
    ),
    columns=(trusted_from, is_protected),
    hidden=frozenset({"access", "tree"}),
    resource_type=ROLE,
)


def ways_in(account: Row) -> tuple[str, ...]:
    """The roles by which responders get in."""
    return tuple(sorted({one.role_name for one in account.candidates if one.trusted_from}))


def has_protected_way(account: Row) -> bool:
    """One of these roles cannot be changed by a local administrator; nothing binds the management account."""
    return any(True for _ in _protected(account))


def _protected(account: Row) -> Iterator[Row]:
    return (one for one in account.candidates if one.trusted_from and (one.is_protected or account.is_management))


def used_days(account: Row, *, as_of: pd.Timestamp) -> int | None:
    """Days since one of these roles that is protected was last used; None where none was."""
    return days(as_of, latest(*(one.last_used_at for one in _protected(account))))


def glass_roles(account: Row, *, break_glass_groups: Pattern = BREAK_GLASS_GROUPS) -> tuple[str, ...]:
    """The roles of Identity Center by which groups for emergencies administer it, as IDC-05 finds them."""
    held = (one for one in account.assigned if fits(break_glass_groups, one.group_name) and one.is_admin)
    sets = {one.permission_set for one in held}
    roles = (one for one in account.center_roles if str(one.path).startswith(RESERVED))
    return tuple(sorted({one.role_name for one in roles if _set_of(one.role_name) in sets}))


def glass_days(account: Row, *, as_of: pd.Timestamp) -> int | None:
    """Days since one of those was last used; None where none was."""
    used = (one.last_used_at for one in account.center_roles if one.role_name in account.glass_roles)
    return days(as_of, latest(*used))


def _set_of(role: str) -> str:
    """The permission set behind a role AWSReservedSSO_<set>_<number>."""
    return role.removeprefix("AWSReservedSSO_").rpartition("_")[0]


def is_management(account: Row) -> bool:
    """It is the management account."""
    return bool(account.account_id == account.management)


RESPONSE_ACCESS = Fact(
    "response_access",
    "One row per account: the prepared roles by which responders get in, whether these are protected, and their use.",
    base="accounts",
    joins=(
        Join("response_roles", many="candidates", on=ACCOUNT),
        Join("iam_roles", many="center_roles", on=ACCOUNT),
        Join("assignments", many="assigned", on={"assigned_account": "account_id"}, place=("management", "")),
    ),
    columns=(is_management, ways_in, has_protected_way, used_days, glass_roles, glass_days),
    hidden=frozenset({"tags", "roots", "members", "candidates", "center_roles", "assigned"}),
    resource_type=ACCOUNT_TYPE,
)


# --- the policies


def _containment(
    organization_policies: Source, organization_policy_documents: Source, the_organization: Source
) -> Iterator[Cells | Gap]:
    """The service control policies that stop everything; one row about the organization where there is none."""
    (org,) = the_organization.rows
    found, unread = list[Cells](), organization_policy_documents.hidden()
    for row in organization_policies.rows:
        text = next((d["content"] for d in organization_policy_documents.find({"id": row["id"]})), None)
        if row["type"] == SCP and not row["aws_managed"] and text is not None and stops_everything(text):
            found.append(Cells(row, content=text))
    home = org["told_by"]
    for row in found:
        yield Cells(
            keys_at(home, row["id"], row["arn"]),
            id=row["id"],
            name=row["name"],
            content=row["content"],
            resource_type=POLICY_TYPE,
        )
    if not found and not unread and not organization_policies.gaps and org["organization_id"] is not None:
        yield Cells(
            keys_at(home, "containment policy"), id=None, name=None, content=None, resource_type=ORGANIZATION_TYPE
        )
    yield from dict.fromkeys((*organization_policies.gaps, *organization_policy_documents.gaps))


def stops_everything(text: str) -> bool:
    """True if the policy denies an administrator all that matters, wherever and whatever it is called on."""
    chain = ((EVERYTHING, parse(text)),)
    return all(asked(chain, action, NO_ACCOUNT).denied for action in reversed(EVERYTHING_STOPPED))


def exempt(policy: Row) -> tuple[str, ...]:
    """Whom the policy spares."""
    chain = ((EVERYTHING, parse(policy.content)),)
    found = [asked(chain, a, NO_ACCOUNT, org_id=policy.organization_id).exemptions for a in EVERYTHING_STOPPED]
    return tuple(sorted({one.pattern for each in found for one in each}))


def spares_responders(policy: Row, *, ir_role_pattern: Pattern = IR_ROLE_PATTERN) -> bool:
    """One of those that it spares is named for incidents."""
    return any(fits(ir_role_pattern, one) for one in policy.exempt)


def suspended_units(policy: Row) -> tuple[str, ...]:
    """Units that are meant for accounts which were taken out of use, or for incidents."""
    wanted = ("suspended", "incident response")
    return tuple(sorted({str(u.ou_path) for u in policy.units if u.function in wanted and u.ou_id}))


def ends_sessions(policy: Row, *, ir_pattern: Pattern = IR_PATTERN) -> bool:
    """A runbook or a policy that ends sessions is there."""
    return any(_is_runbook(one, ir_pattern) for one in policy.documents) or any(
        _ends_sessions(one) for one in policy.own_policies
    )


def _is_runbook(document: Row, pattern: str) -> bool:
    return fits(f"{pattern}|revoke|contain", document.name) and document.type == "Automation"


def _ends_sessions(policy: Row) -> bool:
    return "aws:tokenissuetime" in (policy.document or "").lower()


def runbooks(policy: Row, *, ir_pattern: Pattern = IR_PATTERN) -> tuple[str, ...]:
    """Automation documents that are named for incidents or for ending sessions."""
    found = (one for one in policy.documents if _is_runbook(one, ir_pattern))
    return tuple(sorted({f"{d.account_id}/{d.name}" for d in found}))


def session_policies(policy: Row) -> tuple[str, ...]:
    """Policies of the client's that end sessions by the time at which these began."""
    ending = (one for one in policy.own_policies if _ends_sessions(one))
    return tuple(sorted({f"{p.account_id}/{p.policy_name}" for p in ending}))


CONTAINMENT = Fact(
    "containment",
    "One row per service control policy that stops an account whole: whom it spares, where it hangs, and the runbooks "
    "and policies that end sessions beside it.",
    rows=_containment,
    made=(*KEYS, "resource_type", "id", "name", "content"),
    joins=(
        OF_ORGANIZATION,
        Join("organization_policy_targets", many="targets", on={"id": "id"}, place=NOWHERE),
        Join("unit_functions", many="units", on={}, place=NOWHERE),
        Join("ssm_documents", many="documents", on={}, place=NOWHERE),
        Join("iam_local_policies", many="own_policies", on={}, place=NOWHERE),
    ),
    columns=(exempt, spares_responders, attached_to, suspended_units, ends_sessions, runbooks, session_policies),
    hidden=frozenset({"content", "targets", "units", "documents", "own_policies", "members"}),
    resource_type=POLICY_TYPE,
)
