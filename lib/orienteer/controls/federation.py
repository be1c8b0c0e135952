"""By which ways people and programs get in: mechanisms per account, IAM Identity Center."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from orienteer.controls.control import control
from orienteer.controls.rows import Row, records, told, verdict
from orienteer.facts.foundation import management_account
from orienteer.facts.values import days, latest, not_asked
from orienteer.model import Category, Severity
from orienteer.policy.trust.roles import trusted

ROOT = "<root_account>"
WINDOW = 90
ACCEPTED = ("identity_center", "cross_account_role", "oidc")
RESERVED = "/aws-reserved/sso.amazonaws.com/"
SERVICE_ROLES = "/aws-service-role/"
TELLING = (
    "iam_credential_report", "iam_roles", "iam_saml_providers", "iam_oidc_providers",
    "iam_service_specific_credentials", "iam_ssh_public_keys", "rolesanywhere_trust_anchors", "rolesanywhere_profiles",
    "sso_instances",
)  # fmt: skip
"""Each shows ways in; what one of them could not show takes nothing from what another one did."""


@control(
    "IAM-12",
    title="Every management-plane access mechanism in use is listed and accepted",
    category=Category.IAM,
    severity=Severity.MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/introduction_access-management.html",
    scope="account",
    mappings={"cis": ["2.19"], "prowler": ["iam_check_saml_providers_sts",
              "rolesanywhere_profile_restricts_session_permissions"]},
    fail_stands_without=TELLING,
)  # fmt: skip
def access_mechanisms(
    iam_credential_report: pd.DataFrame,
    iam_roles: pd.DataFrame,
    iam_saml_providers: pd.DataFrame,
    iam_oidc_providers: pd.DataFrame,
    iam_service_specific_credentials: pd.DataFrame,
    iam_ssh_public_keys: pd.DataFrame,
    rolesanywhere_trust_anchors: pd.DataFrame,
    rolesanywhere_profiles: pd.DataFrame,
    sso_instances: pd.DataFrame,
    *,
    accepted_mechanisms: Sequence[str] = ACCEPTED,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """Each way in needs its own watching; the target is one way for people and short-lived roles for programs.

    Fix: retire mechanisms that are not accepted, starting with the ones nobody uses.
    """
    found: list[tuple[str, str, Any, bool]] = [
        *_of_report(records(iam_credential_report)),
        *_of_roles(records(iam_roles)),
        *((p["account_id"], _provider(p["provider_arn"]), None, False) for p in records(iam_saml_providers)),
        *((p["account_id"], "oidc", None, False) for p in records(iam_oidc_providers)),
        *_active(iam_service_specific_credentials, "service_specific_credentials"),
        *_active(iam_ssh_public_keys, "codecommit_ssh_keys"),
        *((a["account_id"], "roles_anywhere", None, False) for a in records(rolesanywhere_trust_anchors)
          if a["enabled"]),
        *((i["account_id"], "identity_center", None, False) for i in records(sso_instances) if i["owned"]),
    ]  # fmt: skip
    grouped: dict[tuple[str, str], list[tuple[Any, bool]]] = {}
    for account, mechanism, used, tracked in found:
        grouped.setdefault((account, mechanism), []).append((used, tracked))
    profiles = _profiles(records(rolesanywhere_profiles))
    return told(
        _mechanism(*key, ways, list(accepted_mechanisms), as_of, profiles.get(key, {}))
        for key, ways in sorted(grouped.items())
    )


def _profiles(rows: list[Row]) -> dict[tuple[str, str], dict[str, int]]:
    """How many Roles Anywhere profiles each account has, and how many of them are enabled."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    for row in rows:
        counts = found.setdefault((row["account_id"], "roles_anywhere"), {"profiles": 0, "profiles_enabled": 0})
        counts["profiles"] += 1
        counts["profiles_enabled"] += row["enabled"] is True
    return found


def _provider(arn: Any) -> str:
    """saml, or identity_center for the providers that Identity Center makes for itself in each account."""
    return "identity_center" if ":saml-provider/AWSSSO_" in str(arn) else "saml"


def _of_report(users: list[Row]) -> Iterator[tuple[str, str, Any, bool]]:
    """(account, mechanism, last use, whether AWS tracks use) of each password, key and certificate."""
    for user in users:
        root = user["user"] == ROOT
        if user["password_enabled"] or (root and user["password_enabled"] is None):
            yield user["account_id"], "root" if root else "iam_password", user["password_last_used"], True
        for slot in (1, 2):
            if user[f"access_key_{slot}_active"]:
                used = user[f"access_key_{slot}_last_used_date"]
                yield user["account_id"], "root" if root else "access_keys", used, True
            if user[f"cert_{slot}_active"]:
                yield user["account_id"], "certificates", None, False


def _of_roles(roles: list[Row]) -> Iterator[tuple[str, str, Any, bool]]:
    """(account, mechanism, last use, tracked) of each role by whom its trust policy lets in."""
    for role in roles:
        path = str(role["path"] or "/")
        if path.startswith(SERVICE_ROLES):
            continue
        if path.startswith(RESERVED):
            yield role["account_id"], "identity_center", role["last_used_at"], True
            continue
        for mechanism in _mechanisms_of(role):
            yield role["account_id"], mechanism, role["last_used_at"], True


def _mechanisms_of(role: Row) -> set[str]:
    found = set()
    for who in trusted(role["trust_policy"]):
        if who.kind in ("saml", "oidc") or (who.kind == "unknown" and who.value.endswith(".amazonaws.com")):
            found.add(_provider(who.value) if ":saml-provider/" in who.value else "oidc")
        elif who.kind in ("everyone", "account", "user", "role", "session", "canonical"):
            found |= {"cross_account_role"} if who.account_id != role["account_id"] else set()
        elif who.kind == "service" and who.value == "rolesanywhere.amazonaws.com":
            found.add("roles_anywhere")
    return found


def _active(frame: pd.DataFrame, mechanism: str) -> Iterator[tuple[str, str, Any, bool]]:
    return ((row["account_id"], mechanism, None, False) for row in records(frame) if row["status"] == "Active")


def _mechanism(
    account: str,
    mechanism: str,
    ways: list[tuple[Any, bool]],
    accepted: list[str],
    as_of: pd.Timestamp,
    more: Mapping[str, Any],
) -> Row:
    """The verdict about one mechanism in one account."""
    last = latest(*(used for used, _ in ways))
    tracked = any(tracked for _, tracked in ways)
    recent = last is not None and (days(as_of, last) or 0) <= WINDOW
    evidence = {
        "account_id": account, "mechanism": mechanism, "count": len(ways), "in_use_90d": recent if tracked else None,
        "last_used": last, "accepted": mechanism in accepted, **more,
    }  # fmt: skip
    state = "used in the last 90 days" if recent else "not used in the last 90 days" if last is not None else (
        "present but never used" if tracked else "present; AWS does not track its use")  # fmt: skip
    keyed: dict[str, Any] = {"account_id": account, "resource_id": mechanism, "evidence": evidence}
    name = mechanism.replace("_", " ")
    if not accepted:
        return verdict("MANUAL", f"{name}: {state}. Is this way in accepted?", **keyed)
    if mechanism in accepted:
        return verdict("PASS", f"{name} is an accepted way in: {state}.", without=TELLING, **keyed)
    severity = "high" if recent else "medium"
    return verdict("FAIL", f"{name} is not an accepted way in: {state}.", severity=severity, **keyed)


@control(
    "IDC-01",
    title="Humans reach AWS through an organization instance of IAM Identity Center",
    category=Category.IAM,
    severity=Severity.HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/singlesignon/latest/userguide/identity-center-instances.html",
    scope="organization",
    resource_type="AWS::SSO::Instance",
    mappings={"cis": ["2.19"], "prowler": ["iam_check_saml_providers_sts"], "service_screener": ["hasSSORoles",
              "hasExternalIdentityProvider", "iamUsersWithFederationAvailable"]},
    leaves_out=(ROOT,),
    fail_stands_without=("iam_credential_report", "iam_saml_providers"),
    refined_by=("sso_instance_details",),
)  # fmt: skip
def identity_center(
    organization: pd.DataFrame,
    sso_instances: pd.DataFrame,
    sso_instance_details: pd.DataFrame,
    sso_permission_sets: pd.DataFrame,
    iam_credential_report: pd.DataFrame,
    iam_saml_providers: pd.DataFrame,
    *,
    break_glass_users: Sequence[str] = (),
) -> pd.DataFrame:
    """One directory decides who may enter which account, and who leaves the company leaves AWS the same day.

    Fix: enable an organization instance, connect the identity provider and move console users to it.
    """
    management = management_account(organization) or next(iter(sorted(organization["account_id"].dropna())), "")
    if not management:
        return told([])
    instances = [{**i, "owner_account": i["owner_account"] or i["account_id"]} for i in records(sso_instances)]
    organized = bool(management_account(organization))  # an instance of a single account opens no AWS account
    status = {r["instance_arn"]: r["status"] for r in records(sso_instance_details) if r["status"]}
    own = sorted(
        (i for i in instances if organized and i["owner_account"] == management),
        key=lambda i: (not i["owned"], i["region"]),
    )
    console = iam_credential_report[iam_credential_report["password_enabled"].fillna(False).astype(bool)]
    excused = console["user"].isin([ROOT, *break_glass_users]) | console["arn"].isin(list(break_glass_users))
    left = int((~excused.fillna(False).astype(bool)).sum())
    sets = sso_permission_sets.dropna(subset=["permission_set_arn"])
    counts = sets.groupby("instance_arn")["permission_set_arn"].nunique().to_dict()
    sprawl = [_account_instance(i) for i in instances if i["owned"] and i not in own]
    if not own:
        direct = [p for p in records(iam_saml_providers) if _provider(p["provider_arn"]) == "saml"]
        return told([_no_instance(management, left, len(direct)), *sprawl])
    first = own[0]
    known = len([s for s in records(sso_permission_sets) if s["owned"]]) > 0
    held = int(counts.get(first["instance_arn"], 0)) if known or counts else None
    return told([_instance(management, first, status.get(first["instance_arn"]), held, left), *sprawl])


def _instance(management: str, instance: Row, status: Any, sets: int | None, left: int) -> Row:
    state = status or instance["status"]
    evidence = {
        "instance_arn": instance["instance_arn"], "owner_account": instance["owner_account"],
        "region": instance["region"], "status": state, "permission_sets": sets, "console_users_left": left,
    }  # fmt: skip
    keyed: dict[str, Any] = {
        "account_id": management, "resource_id": instance["instance_arn"], "resource_arn": instance["instance_arn"],
        "evidence": evidence,
    }  # fmt: skip
    if state not in (None, "ACTIVE"):
        return verdict("FAIL", f"The organization instance is {state}.", **keyed)
    if sets == 0:
        return verdict(
            "FAIL", "The organization instance holds no permission set, so nobody enters through it.", **keyed
        )
    if left:
        text = f"An organization instance exists, yet {left} IAM users still sign in with a password."
        return verdict("FAIL", text, severity="medium", **keyed)
    if state is None or sets is None:
        why = "the instance is seen from members only"
        unread = not_asked("sso:ListPermissionSets", management, instance["region"], why)
        return verdict("MANUAL", "", unread=unread, **keyed)
    return verdict("PASS", f"The organization instance is active with {sets} permission sets.", **keyed)


def _no_instance(management: str, left: int, saml: int) -> Row:
    evidence = {"instance_arn": None, "owner_account": None, "console_users_left": left, "saml_providers": saml}
    keyed: dict[str, Any] = {"account_id": management, "resource_id": "organization instance", "evidence": evidence}
    if saml:
        text = f"No organization instance, but {saml} SAML providers: is direct federation the one way in for people?"
        return verdict("MANUAL", text, **keyed)
    return verdict("FAIL", "There is no organization instance of IAM Identity Center.", **keyed)


def _account_instance(instance: Row) -> Row:
    evidence = {"instance_arn": instance["instance_arn"], "owner_account": instance["owner_account"],
                "region": instance["region"], "status": instance["status"]}  # fmt: skip
    return verdict(
        "MANUAL",
        "An account instance of Identity Center stands beside the organization's; who needs it?",
        account_id=instance["account_id"], region=instance["region"], resource_id=instance["instance_arn"],
        resource_arn=instance["instance_arn"], severity="low", evidence=evidence,
    )  # fmt: skip
