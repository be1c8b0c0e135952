"""Which outsiders, third parties and people the roles of the organization trust."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

import pandas as pd

from orienteer.controls.control import control
from orienteer.controls.verdict import CRITICAL, HIGH, LOW, MEDIUM, Verdict, asked, failed, passed
from orienteer.facts.foundation import NONE_NAMED
from orienteer.facts.seen import Row, unless_unseen
from orienteer.facts.trust import ROLES, TRUST_EDGES, weakest_id
from orienteer.facts.values import days, documents
from orienteer.model import Category, Severity, Status
from orienteer.parameters import AccountId, Client, Pattern, Range
from orienteer.policy.trust.roles import Trusted, mfa, through_identity_center, trusted

UNUSED_DAYS = 180
GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
HUMANS = "admin|human|developer|operator|support|break"
PEOPLE = ("account", "user", "role", "session")


def worst(found: Iterable[Verdict | None], usual: Severity) -> Verdict | None:
    """The worst of the verdicts about one thing, by status, then by severity; None where there is none."""
    order = (Status.PASS, Status.MANUAL, Status.FAIL)
    known = [one for one in found if one is not None]
    return max(known, key=lambda v: (order.index(v.status), (v.severity or usual).grade), default=None)


@control(
    "XA-01",
    title="No role can be assumed by anyone (wildcard principal) without an organization condition",
    category=Category.IAM,
    severity=Severity.CRITICAL,
    maturity=2,
    source=f"{GUIDE}reference_policies_elements_principal.html",
    fact=ROLES,
    evidence=("role_name",),
    mappings={"scoutsuite": ["iam-assume-role-policy-allows-all.json"]},
)
def no_open_roles(role: Row) -> Verdict | None:
    """A role that trusts everyone is a door without a lock; whoever learns its name can walk in.

    Fix: name the principals in the trust policy, or add a condition on aws:PrincipalOrgID.
    """
    if not role.is_ours:
        return None
    level = role.open_to
    if level in ("public", "external"):
        grave = CRITICAL if level == "public" else HIGH
        text = "Anyone may assume the role." if level == "public" else "Anyone in certain networks may assume the role."
        if unless_unseen(lambda: role.is_fenced, False):
            more = " For now a resource control policy keeps outsiders out."
            return failed(f"{text}{more}", MEDIUM, exposure_class=level, principal=("*",))
        return failed(text, grave, exposure_class=level, principal=("*",))
    if role.problems:
        return asked(f"Part of the trust policy cannot be read ({role.problems[0]}); who does it let in?")
    if role.deleted:
        return asked(
            f"The role trusts {', '.join(role.deleted)}, which has been deleted; can that trust be removed?", LOW
        )
    level = "external" if role.outsiders else "private"
    return passed("The role does not trust everyone.", exposure_class=level, principal=role.outsiders)


@control(
    "XA-02",
    title="Roles trust only accounts of the organization or known third parties",
    category=Category.IAM,
    severity=Severity.HIGH,
    maturity=3,
    source=f"{GUIDE}id_roles_common-scenarios_third-party.html",
    fact=TRUST_EDGES,
    evidence=("role_name", "last_used_at", "principal"),
    mappings={
        "prowler": ["iam_role_cross_account_readonlyaccess_policy"],
        "scoutsuite": ["iam-assume-role-lacks-external-id-and-mfa.json"],
    },
)
def known_accounts(
    edge: Row, *, known_third_parties: Mapping[AccountId, str] = NONE_NAMED, client: Client, as_of: pd.Timestamp
) -> Verdict | None:
    """A role that trusts an account nobody can identify made sense to somebody once; today it is a way in for
    outsiders.

    Where the organization's account list could not be read, an unnamed account may belong to it, so it is not assessed.

    Fix: find out whose account it is; remove the trust, or record the third party with its owner and purpose.
    """
    who, known = edge.who, {**client.trusted_accounts, **known_third_parties}
    if edge.is_organization:
        text = f"The role trusts organization {who}, which is not known."
        return None if who == edge.organization_id else failed(text, exposure_class="external")
    if who not in known or unless_unseen(lambda: who in edge.members, False):
        if who in edge.members:
            return passed(f"The role trusts {who}, an account of the organization.", exposure_class="organization")
        return failed(
            f"The role trusts account {who}, which is neither in the organization nor a known third party.",
            exposure_class="external",
        )
    name, idle = known[who] or who, days(as_of, edge.last_used_at or edge.created_at)
    if edge.is_admin:
        return asked(f"{name} can act as administrator here; is that agreed?", exposure_class="organization")
    if idle is None or idle > UNUSED_DAYS:
        unused = f"for {'an unknown number of' if idle is None else idle} days"
        text = f"The role trusts {name} and has not been used {unused}; is it still needed?"
        return asked(text, exposure_class="organization")
    return passed(f"The role trusts {name}, a known third party.", exposure_class="organization")


def _is_human(role: Row, who: Trusted, pattern: str) -> bool:
    """True if people use this trust: an IAM user, or the role's name or tags say so."""
    tags = " ".join(f"{t.get('Key')}={t.get('Value')}" for t in documents(role.tags) if isinstance(t, dict))
    return who.kind == "user" or re.search(pattern, f"{role.role_name} {tags}", re.IGNORECASE) is not None


@control(
    "XA-03",
    title="Roles for third-party services require an external ID",
    category=Category.IAM,
    severity=Severity.HIGH,
    maturity=3,
    source=f"{GUIDE}id_roles_common-scenarios_third-party.html",
    fact=TRUST_EDGES,
    evidence=("role_name", "principal", "same_external_id"),
    mappings={"scoutsuite": ["iam-assume-role-lacks-external-id-and-mfa.json"]},
)
def external_ids(
    edge: Row,
    *,
    external_id_min_len: Annotated[int, Range(2, 1224)] = 8,
    owned_accounts: Sequence[AccountId] = (),
    human_role_pattern: Pattern = HUMANS,
    client: Client,
) -> Verdict | None:
    """A vendor serves many customers from one account; the external ID keeps one customer from using another's role.

    Fix: have the vendor generate an external ID and use it, then require it in the trust policy; replace guessable
    ones.
    """
    found = [one for one in edge.by_name if one.kind in (*PEOPLE, "everyone")]
    if edge.is_organization or not found or edge.who in owned_accounts or edge.who in edge.members:
        return None
    names, policy = [client.name, *client.trusted_accounts.values()], edge.trust_policy
    level = "organization" if edge.who in client.trusted_accounts else "external"
    weakest = weakest_id(policy, found, external_id_min_len, names, edge.account_id)
    if weakest.strength == "strong":
        whole = any(one.kind in ("account", "everyone") for one in found)
        who = f"Any principal of account {edge.who}" if whole else ", ".join(edge.principal)
        return passed(f"{who} must supply an external ID.", exposure_class=level)
    if all(_is_human(edge, one, human_role_pattern) for one in found):
        if all(mfa(policy, one) == "required" for one in found):
            return passed("People use this role, and must sign in with MFA.", exposure_class=level)
        return asked(f"{weakest.words} Is this role used by people (see XA-04) or by a program?", exposure_class=level)
    return failed(f"The role trusts account {edge.who}. {weakest.words}", exposure_class=level)


@control(
    "XA-04",
    title="Cross-account roles for humans require MFA or come through Identity Center",
    category=Category.IAM,
    severity=Severity.MEDIUM,
    maturity=3,
    source=f"{GUIDE}id_credentials_mfa_configure-api-require.html",
    fact=ROLES,
    evidence=("role_name", "outsiders"),
    mappings={"scoutsuite": ["iam-assume-role-no-mfa.json"]},
)
def humans_use_mfa(role: Row, *, human_role_pattern: Pattern = HUMANS) -> Verdict | None:
    """A role assumed from another account is only as safe as the sign-in over there.

    People are recognized by an IAM user as principal, or by the role's name and tags. Session length is no sign of
    either: IAM accepts no limit below one hour for a role.

    Fix: replace the role with a permission set of Identity Center, or require MFA in the trust policy
    (aws:MultiFactorAuthPresent). Programs that use the role have no MFA and would be locked out.
    """
    if not role.is_ours:
        return None
    found = [who for who in trusted(role.trust_policy) if _is_across(role, who)]
    return worst((_sign_in(role, who, _is_human(role, who, human_role_pattern)) for who in found), Severity.MEDIUM)


def _is_across(role: Row, who: Trusted) -> bool:
    """True if somebody of another account comes by it; everyone counts where conditions name them (else see XA-01)."""
    if who.kind == "everyone":
        return bool(role.outsiders) and role.open_to not in ("public", "external")
    return who.kind in PEOPLE and who.account_id != role.account_id


def _sign_in(role: Row, who: Trusted, human: bool) -> Verdict | None:
    """The verdict about one principal of a role; None where only programs use it."""
    policy = role.trust_policy
    given, condition = weakest_id(policy, [who], 2, (), role.account_id), mfa(policy, who)
    if through_identity_center(policy, who):
        return passed("The role is reached through Identity Center.")
    if condition == "required":
        return passed("Whoever assumes the role must have signed in with MFA.")
    through = who.kind in ("role", "session")
    if through and human:
        return asked(
            "The role is assumed from another role, which hides whether MFA was used; who signs in there, and how?"
        )
    if through or (given.strength != "none" and not human):
        return None
    if human and given.strength == "none":
        lax = {"optional": "its condition also passes without MFA", "age": "only the age of the sign-in is limited"}
        why = lax.get(condition, "nothing requires it")
        return failed(f"People assume this role from {_from(role, who)} without MFA: {why}.")
    return asked(f"The role trusts {_from(role, who)} without MFA; is it used by people or by programs?")


def _from(role: Row, who: Trusted) -> str:
    return who.account_id or ", ".join(role.outsiders)
