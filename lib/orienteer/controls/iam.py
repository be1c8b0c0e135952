"""Users, passwords and access keys, judged from the credential report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import pandas as pd

from orienteer.controls.control import control
from orienteer.controls.rows import Row, about, records, told, verdict
from orienteer.facts.principals import administrators, policy_texts, principals
from orienteer.facts.values import days, latest
from orienteer.model import KEYS, Category, Severity
from orienteer.parameters import Range

ROOT = "<root_account>"
REPORT = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html"
USER = "AWS::IAM::User"
SLOTS = (1, 2)


@control(
    "IAM-01",
    title="A fresh credential report was obtained for every account in scope",
    category=Category.COVERAGE,
    severity=Severity.INFO,
    maturity=2,
    source=REPORT,
    scope="account",
    leaves_out=(ROOT,),
)
def fresh_credential_report(iam_credential_report: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """The credential report is the evidence for every statement about users, passwords and keys.

    Fix: grant iam:GenerateCredentialReport and iam:GetCredentialReport to the assessment role.
    """
    ours = (*KEYS, "generated_at")
    columns = len([c for c in iam_credential_report if c not in ours and not str(c).endswith("_state")])
    return told(
        _fresh(str(account), rows["generated_at"].dropna().min(), set(rows["user"]), columns, as_of)
        for account, rows in iam_credential_report.groupby("account_id")
    )


def _fresh(account: str, made: Any, names: set[Any], columns: int, as_of: pd.Timestamp) -> Row:
    users = len(names - {ROOT})
    evidence = {
        "account_id": account, "generated_time": made, "users": users, "columns": columns, "root_row": ROOT in names,
    }  # fmt: skip
    keyed: dict[str, Any] = {"account_id": account, "resource_id": account, "evidence": evidence}
    if pd.isna(made):
        return verdict("MANUAL", "AWS does not say when the report was made; is it fresh?", **keyed)
    hours = (as_of - made) / pd.Timedelta(hours=1)
    if hours > 4:
        return verdict(
            "MANUAL", f"The report was {hours:.0f} h old when the assessment began; is that enough?", **keyed
        )
    return verdict("PASS", f"The report was made {max(hours, 0):.1f} h before the assessment began.", **keyed)


@control(
    "IAM-02",
    title="No human signs in with an IAM user password",
    category=Category.IAM,
    severity=Severity.HIGH,
    maturity=4,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
    resource_type=USER,
    leaves_out=(ROOT,),
    mappings={"cis": ["2.19"], "scoutsuite": ["iam-service-user-with-password.json",
              "iam-user-with-password-and-key.json"], "service_screener": ["iamUsersWithFederationAvailable"]},
)  # fmt: skip
def no_console_users(iam_credential_report: pd.DataFrame, *, break_glass_users: Sequence[str] = ()) -> pd.DataFrame:
    """A password of an IAM user lives outside the central directory: nobody removes it when its owner leaves.

    Fix: move the person to Identity Center and delete the login profile.
    """
    return told(_console(user, break_glass_users) for user in records(users_of(iam_credential_report)))


def _console(user: Row, accepted: Sequence[str]) -> Row:
    names = ("account_id", "user", "password_last_used", "password_last_changed", "mfa_active", "user_creation_time")
    keyed = {**about(user), "evidence": {name: user[name] for name in names}}
    if user["password_enabled"] is None:
        return verdict("MANUAL", "AWS does not say whether the user has a password; does it?", **keyed)
    if not user["password_enabled"]:
        return verdict("PASS", "The user has no password.", **keyed)
    if user["user"] in accepted or user["arn"] in accepted:
        return verdict("PASS", "The user is named as a break-glass user.", **keyed)
    how = {True: " and MFA", False: ", without MFA"}.get(user["mfa_active"], "; AWS does not say whether with MFA")
    text = f"The user signs in to the console with a password{how}."
    return verdict("FAIL", text, severity="medium" if user["mfa_active"] else "high", **keyed)


@control(
    "IAM-03",
    title="Every IAM user with a console password has MFA, and administrators have a phishing-resistant device",
    category=Category.IAM,
    severity=Severity.CRITICAL,
    maturity=2,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa.html",
    resource_type=USER,
    mappings={"cis": ["2.10"], "fsbp": ["IAM.5", "IAM.19", "IAM.6"], "prowler":
              ["iam_user_mfa_enabled_console_access", "iam_user_hardware_mfa_enabled",
              "iam_administrator_access_with_mfa"], "scoutsuite": ["iam-user-without-mfa.json"], "service_screener":
              ["mfaActive"]},
    leaves_out=(ROOT,),
    fail_stands_without=("iam_mfa_devices", "iam_user_details", "iam_groups", "iam_local_policies",
                         "iam_aws_policy_versions", "iam_aws_boundary_versions"),
)  # fmt: skip
def console_users_have_mfa(
    iam_credential_report: pd.DataFrame,
    iam_mfa_devices: pd.DataFrame,
    iam_user_details: pd.DataFrame,
    iam_groups: pd.DataFrame,
    iam_local_policies: pd.DataFrame,
    iam_aws_policy_versions: pd.DataFrame,
    iam_aws_boundary_versions: pd.DataFrame,
) -> pd.DataFrame:
    """A password alone is one phishing mail away from an account; for an administrator a code from an app is, too.

    Fix: register MFA now, prefer FIDO2 keys, then remove the user in favour of Identity Center.
    """
    admins = administrators_among(
        iam_user_details, iam_groups, iam_local_policies, iam_aws_policy_versions, iam_aws_boundary_versions
    )
    kinds: dict[tuple[str, str], set[str]] = {}
    for device in records(iam_mfa_devices):
        if device["serial"]:
            kinds.setdefault((device["account_id"], device["resource_id"]), set()).add(_device(device["serial"]))
    users = [u for u in records(users_of(iam_credential_report)) if u["password_enabled"] is not False]
    return told(_mfa(u, u["arn"] in admins, kinds.get((u["account_id"], u["user"]), set())) for u in users)


def _mfa(user: Row, admin: bool, devices: set[str]) -> Row:
    evidence = {
        "account_id": user["account_id"], "user": user["user"], "is_admin": admin, "mfa_active": user["mfa_active"],
        "device_types": devices, "password_last_used": user["password_last_used"],
    }  # fmt: skip
    if user["password_enabled"] is None or user["mfa_active"] is None:
        what = "a password" if user["password_enabled"] is None else "MFA"
        return verdict("MANUAL", f"AWS does not say whether the user has {what}; does it?", evidence=evidence,
                       **about(user))  # fmt: skip
    if not user["mfa_active"]:
        who = "The administrator" if admin else "The user"
        return verdict("FAIL", f"{who} signs in with a password alone.", evidence=evidence, **about(user))
    if admin and not devices:
        text = "The report says that the administrator has MFA, yet no device is listed; of what kind is it?"
        return verdict("MANUAL", text, evidence=evidence, **about(user))
    if admin and not devices & {"fido", "hardware"}:
        text = "The administrator's MFA device is virtual, so its codes can be phished."
        return verdict("FAIL", text, severity="medium", evidence=evidence, stands=False, **about(user))
    return verdict("PASS", "The user signs in with password and MFA.", evidence=evidence, **about(user))


def _device(serial: str) -> str:
    """virtual, fido or hardware, by the form of the serial number."""
    if not serial.startswith("arn:"):
        return "hardware"
    return "fido" if ":u2f/" in serial or ":fido" in serial.lower() else "virtual"


@control(
    "IAM-04",
    title="Unused passwords and unused users are removed",
    category=Category.IAM,
    severity=Severity.MEDIUM,
    maturity=2,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_finding-unused.html",
    resource_type=USER,
    mappings={"cis": ["2.11"], "fsbp": ["IAM.8", "IAM.22"], "prowler": ["iam_user_console_access_unused"],
              "scoutsuite": ["iam-unused-credentials-not-disabled.json"], "service_screener":
              ["consoleLastAccess45", "consoleLastAccess90", "userNoActivity90days", "passwordLastChange90"]},
    leaves_out=(ROOT,),
    refined_by=("iam_service_specific_credentials", "iam_ssh_public_keys"),
)  # fmt: skip
def unused_users(
    iam_credential_report: pd.DataFrame,
    iam_service_specific_credentials: pd.DataFrame,
    iam_ssh_public_keys: pd.DataFrame,
    *,
    unused_days: Annotated[int, Range(1, 3650)] = 45,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """A user nobody uses is a user nobody watches: its password or key can be guessed or found without anyone noticing.

    Fix: delete the login profile or the whole user after asking the owner.
    """
    others = {
        (row["account_id"], row.get("user_name") or row["resource_id"])
        for frame in (iam_service_specific_credentials, iam_ssh_public_keys)
        for row in records(frame)
        if row["status"] == "Active"
    }
    users = records(users_of(iam_credential_report))
    judged = (_idle(u, (u["account_id"], u["user"]) in others, unused_days, as_of) for u in users)
    return told(row for row in judged if row is not None)


def _idle(user: Row, other: bool, limit: int, as_of: pd.Timestamp) -> Row | None:
    """The verdict about a user; None for one younger than the window."""
    age = days(as_of, user["user_creation_time"])
    if age is not None and age < limit:
        return None
    key_used = latest(*(user[f"access_key_{n}_last_used_date"] for n in SLOTS))
    touched = latest(user["password_last_used"], user["password_last_changed"]) or user["user_creation_time"]
    idle = days(as_of, touched)
    evidence = {
        "account_id": user["account_id"], "user": user["user"], "password_last_used": user["password_last_used"],
        "key_last_used": key_used, "age_days": age, "idle_days": idle,
    }  # fmt: skip
    keys = any(user[f"access_key_{n}_active"] or user[f"cert_{n}_active"] for n in SLOTS)
    if user["password_enabled"] is None:
        text = "AWS does not say whether the user has a password; is the user needed?"
        return verdict("MANUAL", text, evidence=evidence, **about(user))
    if user["password_enabled"]:
        if idle is None or idle > limit:
            text = f"The password was not used for {idle if idle is not None else 'an unknown number of'} days."
            return verdict("FAIL", text, evidence=evidence, **about(user))
        return verdict("PASS", f"The password was used or set {idle} days ago.", evidence=evidence, **about(user))
    recent = days(as_of, latest(user["password_last_used"], key_used))
    if not keys and not other and (recent is None or recent > limit):
        text = "The user has no password, no active key or certificate, and was not used in the window."
        return verdict("FAIL", text, evidence=evidence, stands=False, **about(user))
    text = "The user has no password; its keys are judged by IAM-05 and IAM-06."
    return verdict("PASS", text, evidence=evidence, **about(user))


def users_of(report: pd.DataFrame) -> pd.DataFrame:
    """The report without the root user, who has controls of its own."""
    return report[(report["user"] != ROOT).fillna(False).astype(bool)].reset_index(drop=True)


def administrators_among(
    users: pd.DataFrame, groups: pd.DataFrame, local: pd.DataFrame, aws: pd.DataFrame, boundaries: pd.DataFrame
) -> set[str]:
    """ARNs of the users who are administrators in effect: groups, inline policies and boundaries counted."""
    texts = policy_texts(records(local), records(aws), records(boundaries))
    return set(administrators(principals(records(users), records(groups), (), texts)))
