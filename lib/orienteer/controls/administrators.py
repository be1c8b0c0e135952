"""Who is administrator, who can become one, and whether a permission set is a way there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

import pandas as pd

from orienteer.controls.control import control
from orienteer.controls.rows import Row, records, told, verdict
from orienteer.facts.closed_regions import TABLES as GUARDRAILS
from orienteer.facts.foundation import management_account
from orienteer.facts.principals import EVERYTHING, attached, policy_texts, principals
from orienteer.facts.tree import SCP, tree
from orienteer.facts.values import documents, not_asked
from orienteer.model import GLOBAL, Category, Severity
from orienteer.policy.rights.capability import Memo, actor, held_anywhere
from orienteer.policy.rights.combinations import COMBINATIONS, UNBINDING
from orienteer.policy.rights.escalation import AdminPath, Principal, admin_paths
from orienteer.policy.rights.identity import identity

EXPECTED = ("OrganizationAccountAccessRole", "AWSReservedSSO_*", "AWSControlTowerExecution", "stacksets-exec-*")
KNOWN_SETS = tuple(c.actions for c in (*COMBINATIONS, *UNBINDING))
"""Every combination the policy engine knows; a superset of the catalogue's list."""
KNOWN = tuple(frozenset(action.lower() for action in actions) for actions in KNOWN_SETS)
RESERVED, SERVICE_ROLES = "/aws-reserved/", "/aws-service-role/"
LOWER = {"critical": "high", "high": "medium", "medium": "low", "low": "info", "info": "info"}
DETAILS = ("iam_user_details", "iam_groups", "iam_roles", "iam_local_policies", "iam_aws_policy_versions",
           "iam_aws_boundary_versions")  # fmt: skip
TEXTS_OF_SETS = ("sso_managed_policy_documents", "sso_boundary_policy_documents")
TEXTS_IN_IAM = ("iam_local_policies", "iam_aws_policy_versions", "iam_aws_boundary_versions")


@control(
    "IAM-09",
    title="Full administrative rights are held by few, known principals",
    category=Category.IAM,
    severity=Severity.HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
    scope="account",
    resource_type="AWS::IAM::Role",
    mappings={"cis": ["2.14"], "fsbp": ["IAM.1"], "prowler":
              ["iam_customer_attached_policy_no_administrative_privileges",
              "iam_aws_attached_policy_no_administrative_privileges",
              "iam_inline_policy_no_administrative_privileges", "iam_user_administrator_access_policy",
              "iam_role_administratoraccess_policy", "iam_group_administrator_access_policy"], "scoutsuite":
              ["iam-managed-policy-allows-full-privileges.json"], "service_screener": ["FullAdminAccess",
              "InlinePolicyFullAdminAccess"]},
    fail_stands_without=DETAILS,
)  # fmt: skip
def known_administrators(
    iam_user_details: pd.DataFrame,
    iam_groups: pd.DataFrame,
    iam_roles: pd.DataFrame,
    iam_local_policies: pd.DataFrame,
    iam_aws_policy_versions: pd.DataFrame,
    iam_aws_boundary_versions: pd.DataFrame,
    *,
    expected_admin_roles: Sequence[str] = EXPECTED,
) -> pd.DataFrame:
    """Whoever may do everything can also undo every guardrail and every trace; their number should fit on one hand.

    Fix: replace by narrower policies, and keep admin for break glass only.
    """
    texts = policy_texts(*map(records, (iam_local_policies, iam_aws_policy_versions, iam_aws_boundary_versions)))
    listed = principals(records(iam_user_details), records(iam_groups), records(iam_roles), texts)
    who = {r["role_arn"]: r for r in records(iam_roles)} | {u["user_arn"]: u for u in records(iam_user_details)}
    accounts = {row["account_id"]: True for row in who.values()}
    unread = _partly_read(listed_groups(iam_groups), [*records(iam_user_details), *records(iam_roles)], texts)
    rows = []
    for path in admin_paths(listed):
        if path.kind == "admin" and path.principal in who:
            row = _administrator(path, who[path.principal], expected_admin_roles, path.principal not in unread)
            accounts[row["account_id"]] &= row["status"] != "FAIL"
            rows.append(row)
    rows += [
        verdict("PASS", "No unexpected principal holds full administrative rights.", account_id=account,
                resource_id=account, evidence={"account_id": account}, resource_type="AWS::::Account")
        for account, good in sorted(accounts.items())
        if good
    ]  # fmt: skip
    return told(rows)


def listed_groups(groups: pd.DataFrame) -> dict[tuple[str, str], Row]:
    """Groups by account and name."""
    return {(row["account_id"], row["group_name"]): row for row in records(groups)}


def _partly_read(
    groups: Mapping[tuple[str, str], Row], principals: Iterable[Row], texts: Mapping[tuple[str, str], str]
) -> set[str]:
    """ARNs of the principals with a policy or boundary whose text is not known: it may deny what another one allows."""
    found = set()
    for row in principals:
        own = [row, *(groups.get((row["account_id"], name), {}) for name in documents(row.get("groups")))]
        boundary = row["boundary_arn"] and (row["account_id"], row["boundary_arn"]) not in texts
        if boundary or any(attached(one, texts)[1] for one in own if one):
            found.add(str(row.get("role_arn") or row.get("user_arn") or row["resource_id"]))
    return found


def _administrator(path: AdminPath, who: Row, expected: Sequence[str], whole: bool) -> Row:
    """The verdict about one administrator; `whole`: all its policies were read."""
    kind = "role" if "role_arn" in who else "user"
    name = str(who.get("role_name") or who.get("user_name"))
    evidence = {
        "account_id": who["account_id"], "principal": name, "type": kind, "via_policy": list(path.via),
        "conditions": list(path.conditions), "boundary": who["boundary_arn"], "last_used": who.get("last_used_at"),
    }  # fmt: skip
    keyed: dict[str, Any] = {
        "account_id": who["account_id"], "resource_id": name, "resource_arn": path.principal, "evidence": evidence,
        "resource_type": f"AWS::IAM::{kind.capitalize()}",
    }  # fmt: skip
    center = str(who.get("path") or "").startswith(RESERVED)
    if kind == "role" and (center or any(fnmatchcase(name, pattern) for pattern in expected)):
        return verdict("PASS", f"An expected administrator: {path.words}", **keyed)
    severity = "critical" if documents(who.get("instance_profiles")) else "high"
    if path.conditions or path.blocked_by or who["boundary_arn"]:
        severity = LOWER[severity]
    profile = bool(documents(who.get("instance_profiles")))
    on = " It sits in an instance profile: whoever gets onto the machine has its rights." if profile else ""
    return verdict("FAIL", f"{path.words}{on}", severity=severity, stands=whole, **keyed)


@control(
    "IAM-10",
    title="No non-admin principal can raise itself to administrator",
    category=Category.IAM,
    severity=Severity.HIGH,
    maturity=4,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
    resource_type="AWS::IAM::Role",
    mappings={"prowler": ["iam_policy_allows_privilege_escalation", "iam_inline_policy_allows_privilege_escalation",
              "iam_no_custom_policy_permissive_role_assumption"], "scoutsuite":
              ["iam-managed-policy-allows-non-sts-action.json"]},
    fail_stands_without=DETAILS,
    refined_by=GUARDRAILS,
)  # fmt: skip
def no_escalation(
    iam_user_details: pd.DataFrame,
    iam_groups: pd.DataFrame,
    iam_roles: pd.DataFrame,
    iam_local_policies: pd.DataFrame,
    iam_aws_policy_versions: pd.DataFrame,
    iam_aws_boundary_versions: pd.DataFrame,
    organization: pd.DataFrame,
    organization_roots: pd.DataFrame,
    organizational_units: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    organization_policy_documents: pd.DataFrame,
    organization_policy_targets: pd.DataFrame,
    *,
    escalation_sets: Sequence[Sequence[str]] = KNOWN_SETS,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """Some rights that look harmless alone add up to all of them: whoever may pass a role to a machine may become it.

    Fix: scope iam:PassRole and IAM write actions to named resources or add a boundary.
    """
    guarded = tree(
        SCP, organization, organization_roots, organizational_units, organization_accounts,
        organization_policy_documents, organization_policy_targets,
    )  # fmt: skip
    chains = {node.id: node.levels for node in guarded.accounts if node.whole}
    texts = policy_texts(*map(records, (iam_local_policies, iam_aws_policy_versions, iam_aws_boundary_versions)))
    listed = principals(records(iam_user_details), records(iam_groups), records(iam_roles), texts, chains)
    paths: dict[str, list[AdminPath]] = {}
    for path in admin_paths(listed, now=as_of.to_pydatetime()):
        paths.setdefault(path.principal, []).append(path)
    wanted = [frozenset(action.lower() for action in one) for one in escalation_sets]
    unknown = [one for one in wanted if not any(one <= known for known in KNOWN)]
    unread = _partly_read(listed_groups(iam_groups), [*records(iam_user_details), *records(iam_roles)], texts)
    by_arn = {one.arn: one for one in listed}
    rows = []
    for who in [*records(iam_user_details), *records(iam_roles)]:
        arn = str(who.get("role_arn") or who.get("user_arn") or who["resource_id"])
        found = paths.get(arn, [])
        own = str(who["path"] or "").startswith((RESERVED, SERVICE_ROLES))
        if not own and not any(p.kind == "admin" and not p.blocked_by for p in found):
            ways = [p for p in found if p.kind == "escalation" and any(one <= _lower(p.actions) for one in wanted)]
            ways += _held(by_arn[arn], unknown, as_of.to_pydatetime())
            rows.append({**_escalation(who, arn, ways), "stands": arn not in unread})
    return told(rows)


def _lower(actions: Iterable[str]) -> frozenset[str]:
    return frozenset(action.lower() for action in actions)


def _held(who: Principal, sets: Sequence[frozenset[str]], now: datetime) -> list[AdminPath]:
    """The sets of the client's own, unknown to the policy engine, of which the principal may do every action."""
    if not sets:
        return []
    one = actor(identity(who.policies, who.boundary, who.scps), who.arn, who.account_id, dict(who.tags), now)
    memo: Memo = {}
    rights = {action: held_anywhere(one, action, memo) for action in frozenset().union(*sets)}
    found = []
    for actions in sets:
        named = " and ".join(sorted(actions))
        if actions and all(rights[action].granted for action in actions):
            blocked = next((rights[action].blocked_by for action in sorted(actions) if rights[action].blocked_by), "")
            via = tuple(dict.fromkeys(rights[action].policy for action in sorted(actions)))
            words = f"The {who.kind} may do {named}, which the client counts as a way to more power."
            found.append(AdminPath(who.arn, "escalation", named, tuple(sorted(actions)), "", via, (), blocked, words))
    return found


def _escalation(who: Row, arn: str, ways: list[AdminPath]) -> Row:
    kind = "role" if "role_arn" in who else "user"
    free = [way for way in ways if not way.blocked_by]
    shown = next(iter(free or ways), None)
    evidence = {
        "account_id": who["account_id"], "principal": arn, "combination": [way.combination for way in free or ways],
        "via_policies": list(shown.via) if shown else [], "target": shown.target if shown else None,
        "blocked_by": shown.blocked_by or None if shown else None,
    }  # fmt: skip
    keyed: dict[str, Any] = {
        "account_id": who["account_id"], "resource_id": who.get("role_name") or who.get("user_name"),
        "resource_arn": arn, "evidence": evidence, "resource_type": f"AWS::IAM::{kind.capitalize()}",
    }  # fmt: skip
    if shown is None:
        return verdict("PASS", f"The {kind} has no known way to more power.", **keyed)
    more = f" {len(free or ways) - 1} further ways are in the evidence." if len(free or ways) > 1 else ""
    return verdict("FAIL", f"{shown.words}{more}", severity="" if free else "medium", **keyed)


@control(
    "IDC-08",
    title="Permission sets contain no path to administrator outside the admin sets",
    category=Category.IAM,
    severity=Severity.MEDIUM,
    maturity=4,
    source="https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html",
    resource_type="AWS::SSO::PermissionSet",
    refined_by=("sso_permission_set_accounts",),
)
def permission_sets_stay_below_admin(
    organization: pd.DataFrame,
    sso_permission_set_details: pd.DataFrame,
    sso_permission_set_inline_policies: pd.DataFrame,
    sso_permission_set_managed_policies: pd.DataFrame,
    sso_permission_set_customer_policies: pd.DataFrame,
    sso_permission_set_boundaries: pd.DataFrame,
    sso_permission_set_accounts: pd.DataFrame,
    iam_local_policies: pd.DataFrame,
    iam_aws_policy_versions: pd.DataFrame,
    iam_aws_boundary_versions: pd.DataFrame,
    sso_managed_policy_documents: pd.DataFrame,
    sso_boundary_policy_documents: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """A permission set reaches every account it is assigned in; one way up in it is a way up in all of them.

    Fix: remove the combination or add a permissions boundary.
    """
    attached_ones = policy_texts(
        *map(records, (iam_local_policies, iam_aws_policy_versions, iam_aws_boundary_versions))
    )
    own = policy_texts(records(sso_managed_policy_documents), records(sso_boundary_policy_documents))
    parts = {
        "inline": _of_set(sso_permission_set_inline_policies, "policy"),
        "managed": _of_set(sso_permission_set_managed_policies, "policy_arn"),
        "customer": _of_set(sso_permission_set_customer_policies, "policy_name"),
        "boundary": _of_set(sso_permission_set_boundaries, "boundary_arn"),
        "own_boundary": _of_set(sso_permission_set_boundaries, "boundary_name"),
        "accounts": _of_set(sso_permission_set_accounts, "assigned_account"),
    }
    home = management_account(organization)
    found = []
    for one in records(sso_permission_set_details):
        if one["permission_set_name"]:
            mine = {name: part.get(one["permission_set_arn"], []) for name, part in parts.items()}
            row = _permission_set(one, mine, {**own, **attached_ones}, home or one["account_id"], as_of)
            found.append({**row, "without": " ".join(_needless(mine, own, attached_ones)) or None})
    return told(found)


def _needless(
    mine: Mapping[str, list[Any]], own: Mapping[tuple[str, str], str], attached_ones: Mapping[tuple[str, str], str]
) -> tuple[str, ...]:
    """The tables that a verdict does without: the text of an AWS managed policy is the same wherever it was read."""
    wanted = {*mine["managed"], *mine["boundary"]}
    if wanted <= {arn for _, arn in attached_ones}:
        return TEXTS_OF_SETS
    local = mine["customer"] or mine["own_boundary"]
    return TEXTS_IN_IAM if not local and wanted <= {arn for _, arn in own} else ()


def _of_set(frame: pd.DataFrame, column: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in records(frame):
        if row[column]:
            found.setdefault(row["permission_set_arn"], []).append(row[column])
    return found


def _permission_set(
    one: Row, mine: Mapping[str, list[Any]], texts: Mapping[tuple[str, str], str], home: str, as_of: pd.Timestamp
) -> Row:
    """The verdict about one permission set, tried in each account where its policies differ."""
    differs = bool(mine["customer"] or mine["own_boundary"])  # by account: where it is assigned then matters
    accounts = sorted(set(mine["accounts"])) if differs else [home]
    tried = [_provisioned(mine, texts, account) for account in accounts or [home]]
    partition = str(one["permission_set_arn"]).partition("arn:")[2].partition(":")[0] or "aws"
    made = [Principal(f"arn:{partition}:iam::{a}:role{RESERVED}{one['permission_set_name']}", "role", a, tuple(p), b)
            for a, (p, b, _) in zip(accounts or [home], tried, strict=True)]  # fmt: skip
    unknown = sorted({name for _, _, missing in tried for name in missing})
    paths = [p for principal in made for p in admin_paths([principal], assume_targets=True, now=as_of.to_pydatetime())]
    free = [p for p in paths if not p.blocked_by]
    ways = [p for p in free if p.kind == "escalation"]
    evidence = {
        "permission_set": one["permission_set_name"], "combination": sorted({p.combination for p in ways}),
        "actions": sorted({action for p in ways for action in p.actions}),
        "boundary": [*mine["boundary"], *mine["own_boundary"]], "assigned_accounts": sorted(set(mine["accounts"])),
    }  # fmt: skip
    keyed: dict[str, Any] = {
        "account_id": one["account_id"], "region": one["region"],
        "resource_id": one["permission_set_arn"] or one["resource_id"],
        "resource_arn": one["permission_set_arn"], "evidence": evidence, "stands": not differs,
    }  # fmt: skip
    if any(p.kind == "admin" for p in free):
        return verdict("PASS", f"{one['permission_set_name']} is an admin set itself.", **keyed)
    if ways and not unknown:
        text = f"{one['permission_set_name']} holds a way to administrator. {ways[0].words}"
        return verdict("FAIL", text, **keyed | {"stands": True})
    if unknown:
        why = f"the text of {', '.join(unknown)} is not among those that were read"
        unread = not_asked("iam:GetPolicyVersion", ", ".join(accounts) or home, GLOBAL, why)
        return verdict("MANUAL", "", unread=unread, **keyed)
    why = ", since its boundary takes it away" if paths else ""
    return verdict("PASS", f"{one['permission_set_name']} holds no way to administrator{why}.", **keyed)


def _provisioned(
    mine: Mapping[str, list[Any]], texts: Mapping[tuple[str, str], str], account: str
) -> tuple[list[tuple[str, Any]], Any, list[str]]:
    """Policies and boundary of the set's role in an account, and what of them has no known text."""
    everywhere = {arn: text for (_, arn), text in texts.items() if ":iam::aws:" in arn}
    local = {arn.rpartition("/")[2]: (arn, text) for (owner, arn), text in texts.items() if owner == account}
    found: list[tuple[str, Any]] = [("inline policy", text) for text in mine["inline"]]
    missing = []
    for arn in mine["managed"]:
        text = everywhere.get(arn) or (EVERYTHING if arn.endswith("/AdministratorAccess") else None)
        found += [(arn, text)] if text else []
        missing += [] if text else [arn]
    for name in mine["customer"]:
        found += [local[name]] if name in local else []
        missing += [] if name in local else [f"{name} in {account}"]
    boundary = next((everywhere.get(arn) for arn in mine["boundary"]), None)
    boundary = boundary or next((local[name][1] for name in mine["own_boundary"] if name in local), None)
    if boundary is None and (mine["boundary"] or mine["own_boundary"]):
        missing.append(f"boundary {', '.join([*mine['boundary'], *mine['own_boundary']])}")
    return found, boundary, missing


def is_admin(rows: Iterable[Row], texts: Mapping[tuple[str, str], str]) -> set[str]:
    """ARNs of the roles among the rows that are administrators in effect."""
    listed = []
    for row in rows:
        found, _ = attached(row, texts)
        boundary = texts.get((row["account_id"], row.get("boundary_arn") or ""))
        listed.append(
            Principal(row["role_arn"] or row["resource_id"], "role", row["account_id"], tuple(found), boundary)
        )
    return {p.principal for p in admin_paths(listed) if p.kind == "admin" and not p.blocked_by}
