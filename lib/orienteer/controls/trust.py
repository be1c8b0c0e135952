"""Which strangers, third parties and people the roles of the organization trust."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import pandas as pd

from orienteer.controls.administrators import is_admin
from orienteer.controls.control import control
from orienteer.controls.rows import Row, about, records, told, verdict, worst
from orienteer.facts.foundation import NONE_NAMED, organization_id
from orienteer.facts.principals import policy_texts
from orienteer.facts.tree import RCP, tree
from orienteer.facts.values import days, documents
from orienteer.model import Category, Severity
from orienteer.parameters import AccountId, Client, Pattern, Range
from orienteer.policy import exposure
from orienteer.policy.guardrails.perimeter import perimeter
from orienteer.policy.trust.roles import Trusted, external_id, mfa, statement_of, trusted

ROLE = "AWS::IAM::Role"
SERVICE_ROLES = "/aws-service-role/"
UNUSED_DAYS = 180
GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
HUMANS = "admin|human|developer|operator|support|break"
IDENTITIES = frozenset({"aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount", "aws:principalarn"})
POLICIES = ("iam_local_policies", "iam_aws_policy_versions", "iam_aws_boundary_versions")


def own_roles(iam_roles: pd.DataFrame) -> list[Row]:
    """Roles that somebody here can change: service-linked roles belong to AWS."""
    return [r for r in records(iam_roles) if r["trust_policy"] and not str(r["path"] or "").startswith(SERVICE_ROLES)]


def _members(accounts: pd.DataFrame) -> dict[str, str]:
    return {a["id"]: a["name"] or "" for a in records(accounts) if a["id"]}


@control(
    "XA-01",
    title="No role can be assumed by anyone (wildcard principal) without an organization condition",
    category=Category.IAM,
    severity=Severity.CRITICAL,
    maturity=2,
    source=f"{GUIDE}reference_policies_elements_principal.html",
    resource_type=ROLE,
    mappings={"scoutsuite": ["iam-assume-role-policy-allows-all.json"]},
    refined_by=("organization", "organization_accounts", "organization_roots", "organizational_units",
                "organization_policy_documents", "organization_policy_targets"),
)  # fmt: skip
def no_open_roles(
    iam_roles: pd.DataFrame,
    organization: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    organization_roots: pd.DataFrame,
    organizational_units: pd.DataFrame,
    organization_policy_documents: pd.DataFrame,
    organization_policy_targets: pd.DataFrame,
    *,
    client: Client,
) -> pd.DataFrame:
    """A role that trusts everyone is a door without a lock; whoever learns its name walks in.

    Fix: name the principals, or add an organization condition.
    """
    org = organization_id(organization)
    above = tree(
        RCP, organization, organization_roots, organizational_units, organization_accounts,
        organization_policy_documents, organization_policy_targets,
    )  # fmt: skip
    fenced = {n.id for n in above.accounts if n.levels
              and perimeter(n.levels, ["sts"], n.id, org, partition=n.partition)[0].denied}  # fmt: skip
    friends = frozenset(_members(organization_accounts)) | frozenset(client.trusted_accounts)
    return told(_open_role(role, org, friends, role["account_id"] in fenced) for role in own_roles(iam_roles))


def _open_role(role: Row, org: str, friends: frozenset[str], fenced: bool) -> Row:
    found = trusted(role["trust_policy"])
    wild = [t for t in found if t.kind == "everyone"]
    seen = exposure(
        role["trust_policy"], account_id=role["account_id"], org_id=org or None, trusted_accounts=friends,
        resource_type=ROLE,
    )  # fmt: skip
    statements = [statement_of(role["trust_policy"], t) for t in wild]
    conditions = sorted({c.key for s in statements for c in s.conditions})
    evidence = {
        "account_id": role["account_id"], "role": role["role_name"], "statement_sid": [t.sid for t in wild],
        "principal": sorted({t.value for t in wild}), "conditions": conditions,
        "exposure_class": seen.level,
    }  # fmt: skip
    keyed: dict[str, Any] = {**about(role), "evidence": evidence}
    if any(s.principals is None for s in statements):
        text = "The role trusts everybody but those it names (NotPrincipal)."
        return verdict("FAIL", text, severity="medium" if fenced else "", **keyed)
    if wild and seen.level == "public":
        text = f"Anybody may assume the role. {seen.grants[0].why if seen.grants else ''}".strip()
        more = " A resource control policy keeps strangers out today." if fenced else ""
        return verdict("FAIL", f"{text}{more}", severity="medium" if fenced else "", **keyed)
    if wild and seen.level == "external" and not IDENTITIES & set(conditions):
        text = f"Anybody may assume the role from certain networks ({', '.join(conditions)})."
        own = any("org" in key for key in conditions)  # which organization is the own one decides then
        return verdict("FAIL", text, severity="medium" if fenced else "high", stands=not own, **keyed)
    if seen.problems:
        return verdict("MANUAL", f"The trust policy cannot be read whole ({seen.problems[0]}); whom does it let in?",
                       **keyed)  # fmt: skip
    dead = sorted(t.value for t in found if t.kind == "deleted")
    if dead:
        text = f"The role trusts {', '.join(dead)}, a user or role that was deleted; can the trust go?"
        return verdict("MANUAL", text, severity="low", **keyed)
    why = "its wildcard is held by a condition" if wild else "it names whom it trusts"
    return verdict("PASS", f"Not everyone may assume the role: {why}.", **keyed)


@control(
    "XA-02",
    title="Roles trust only accounts of the organization or known third parties",
    category=Category.IAM,
    severity=Severity.HIGH,
    maturity=3,
    source=f"{GUIDE}id_roles_common-scenarios_third-party.html",
    resource_type=ROLE,
    mappings={"prowler": ["iam_role_cross_account_readonlyaccess_policy"],
              "scoutsuite": ["iam-assume-role-lacks-external-id-and-mfa.json"]},
    fail_stands_without=POLICIES,
)  # fmt: skip
def known_accounts(
    iam_roles: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    iam_local_policies: pd.DataFrame,
    iam_aws_policy_versions: pd.DataFrame,
    iam_aws_boundary_versions: pd.DataFrame,
    *,
    known_third_parties: Mapping[AccountId, str] = NONE_NAMED,
    client: Client,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """A role that trusts an account nobody can name was somebody's idea once; today it is a way in for strangers.

    Fix: remove the trust or record the third party with owner and purpose.
    """
    members = _members(organization_accounts)
    known = {**client.trusted_accounts, **known_third_parties}
    roles = own_roles(iam_roles)
    texts = policy_texts(*map(records, (iam_local_policies, iam_aws_policy_versions, iam_aws_boundary_versions)))
    admins = is_admin(roles, texts)
    rows = []
    for role in roles:
        others = {
            t.account_id: t for t in trusted(role["trust_policy"]) if t.account_id not in ("", role["account_id"])
        }
        rows += [_trusted_account(role, a, members, known, role["role_arn"] in admins, as_of) for a in sorted(others)]
    return told(rows)


def _trusted_account(
    role: Row, account: str, members: Mapping[str, str], known: Mapping[str, str], admin: bool, as_of: pd.Timestamp
) -> Row:
    idle = days(as_of, role["last_used_at"] or role["created_at"])
    evidence = {
        "account_id": role["account_id"], "role": role["role_name"], "trusted_account": account,
        "trusted_name": members.get(account) or known.get(account), "in_org": account in members,
        "known_as": known.get(account), "is_admin": admin, "last_used": role["last_used_at"],
        "exposure_class": "organization" if account in members or account in known else "external",
    }  # fmt: skip
    keyed: dict[str, Any] = {**about(role), "resource_id": f"{role['role_name']}/{account}", "evidence": evidence}
    if account in known and account not in members:
        keyed["without"] = ("organization_accounts",)
    if account in members:
        return verdict("PASS", f"The role trusts {members[account] or account}, of the organization.", **keyed)
    if account not in known:
        return verdict("FAIL", f"The role trusts account {account}, which nobody has named.", **keyed)
    name = known[account] or account
    if admin:
        return verdict("MANUAL", f"{name} may act as administrator here; is that agreed?", **keyed)
    if idle is None or idle > UNUSED_DAYS:
        text = (
            f"The role trusts {name} and was not used for {idle if idle is not None else 'unknown'} days; still needed?"
        )
        return verdict("MANUAL", text, **keyed)
    return verdict("PASS", f"The role trusts {name}, a known third party.", **keyed)


def _is_human(role: Row, who: Trusted, pattern: str) -> bool:
    """Whether people use this trust: an IAM user, or the role's name or tags say so."""
    tags = " ".join(f"{t.get('Key')}={t.get('Value')}" for t in documents(role["tags"]) if isinstance(t, dict))
    return who.kind == "user" or re.search(pattern, f"{role['role_name']} {tags}", re.IGNORECASE) is not None


@control(
    "XA-03",
    title="Service-style trust to third parties requires an ExternalId",
    category=Category.IAM,
    severity=Severity.HIGH,
    maturity=3,
    source=f"{GUIDE}id_roles_common-scenarios_third-party.html",
    resource_type=ROLE,
    mappings={"scoutsuite": ["iam-assume-role-lacks-external-id-and-mfa.json"]},
)
def external_ids(
    iam_roles: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    *,
    external_id_min_len: Annotated[int, Range(2, 1224)] = 8,
    owned_accounts: Sequence[AccountId] = (),
    human_role_pattern: Pattern = HUMANS,
    client: Client,
) -> pd.DataFrame:
    """A vendor serves many customers from one account; the external id is what keeps one from using another's role.

    Fix: add a vendor-generated ExternalId to the trust policy and rotate weak ones.
    """
    own = frozenset(_members(organization_accounts)) | frozenset(owned_accounts)
    outside = [
        (role, who)
        for role in own_roles(iam_roles)
        for who in trusted(role["trust_policy"])
        if who.kind in ("account", "user", "role", "session") and who.account_id not in own | {role["account_id"]}
    ]
    used: dict[tuple[str, ...], set[str]] = {}
    graded = []
    for role, who in outside:
        names = [client.name, *client.trusted_accounts.values()]
        accounts = [*own, who.account_id, role["account_id"]]
        one = external_id(
            statement_of(role["trust_policy"], who), min_length=external_id_min_len, names=names, accounts=accounts
        )
        used.setdefault(one.values, set()).add(role["role_arn"])
        graded.append((role, who, one))
    rows: dict[tuple[str, str, str], Row] = {}
    for role, who, one in graded:
        human = _is_human(role, who, human_role_pattern)
        repeats = sorted(used[one.values] - {role["role_arn"]}) if one.values else []
        level = "organization" if who.account_id in client.trusted_accounts else "external"
        row = _vendor(role, who, one, human, repeats, level)
        key = (row["account_id"], row["resource_id"], row["resource_arn"])
        rows[key] = worst([rows.get(key, row), row])
    return told(rows.values())


def _vendor(role: Row, who: Trusted, one: Any, human: bool, repeats: list[str], level: str) -> Row:
    evidence = {
        "account_id": role["account_id"], "role": role["role_name"], "trusted_account": who.account_id,
        "external_id_condition": one.operator or None, "value_strength": one.strength,
        "kind": "human or machine" if human else "machine", "principal": who.value, "repeated_on": repeats[:20],
        "exposure_class": level,
    }  # fmt: skip
    keyed: dict[str, Any] = {
        **about(role), "resource_id": f"{role['role_name']}/{who.account_id}", "evidence": evidence,
    }  # fmt: skip
    if one.strength == "strong":
        again = f" The same id stands on {len(repeats)} further roles." if repeats else ""
        return verdict("PASS", f"Account {who.account_id} must give an external id.{again}", **keyed)
    if human and mfa(role["trust_policy"], who) == "required":
        return verdict("PASS", "People use this trust, and must sign in with MFA.", **keyed)
    if human:
        return verdict("MANUAL", f"{one.words} Is this trust for people (XA-04) or for a program?", **keyed)
    return verdict("FAIL", f"The role trusts account {who.account_id}. {one.words}", **keyed)


@control(
    "XA-04",
    title="Cross-account roles for humans require MFA or come through Identity Center",
    category=Category.IAM,
    severity=Severity.MEDIUM,
    maturity=3,
    source=f"{GUIDE}id_credentials_mfa_configure-api-require.html",
    resource_type=ROLE,
    mappings={"scoutsuite": ["iam-assume-role-no-mfa.json"]},
    refined_by=("organization_accounts",),
)
def humans_use_mfa(
    iam_roles: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    *,
    human_role_pattern: Pattern = HUMANS,
    client: Client,
) -> pd.DataFrame:
    """A role reached from another account is only as safe as the sign-in over there.

    People are told from programs by an IAM user as principal and by the role's name and tags. The length of a session
    tells nothing: IAM takes no limit below one hour for a role (MaxSessionDuration, 3600 seconds at least).

    Fix: add the MFA condition or replace the role by a permission set.
    """
    names = {**client.trusted_accounts, **_members(organization_accounts)}
    rows = []
    for role in own_roles(iam_roles):
        found = [
            verdict_of
            for who in trusted(role["trust_policy"])
            if who.kind in ("account", "user", "role", "session") and who.account_id != role["account_id"]
            if (verdict_of := _sign_in(role, who, human_role_pattern, names)) is not None
        ]
        if found:
            rows.append(worst(found))
    return told(rows)


def _sign_in(role: Row, who: Trusted, pattern: str, names: Mapping[str, str]) -> Row | None:
    """The verdict about one principal of a role; None where only programs use it."""
    human = _is_human(role, who, pattern)
    given = external_id(statement_of(role["trust_policy"], who))
    condition = mfa(role["trust_policy"], who)
    evidence = {
        "account_id": role["account_id"], "role": role["role_name"], "principal": who.value,
        "kind": "human" if human else "unknown", "mfa_condition": condition,
        "via": "Identity Center" if who.identity_center else names.get(who.account_id) or who.account_id,
        "exposure_class": "organization" if who.account_id in names else "external",
    }  # fmt: skip
    keyed: dict[str, Any] = {**about(role), "evidence": evidence}
    if who.identity_center:
        return verdict("PASS", "The role is reached through Identity Center.", **keyed)
    if condition == "required":
        return verdict("PASS", "Whoever assumes the role must have signed in with MFA.", **keyed)
    if who.kind in ("role", "session") and human:
        text = "The role is reached from another role, where MFA is no longer seen; who signs in there, and how?"
        return verdict("MANUAL", text, **keyed)
    if who.kind in ("role", "session") or (given.strength != "none" and not human):
        return None
    if human and given.strength == "none":
        lax = {"optional": "a missing MFA key passes", "age": "only the age of the sign-in is limited"}
        text = f"People assume this role from {evidence['via']} without MFA"
        return verdict("FAIL", f"{text}: {lax.get(condition, 'nothing asks for it')}.", **keyed)
    text = f"The role trusts {evidence['via']} without MFA; do people or programs use it?"
    return verdict("MANUAL", text, **keyed)
