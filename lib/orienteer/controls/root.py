"""Controls about root users: central management, credentials, MFA, keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from orienteer.controls.control import control, nothing
from orienteer.controls.estate import judged, organized
from orienteer.facts.tree import management
from orienteer.facts.values import ROOT_USER, names_in, records
from orienteer.model import Category, Severity

_CENTRAL = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-enable-root-access.html"
_PRACTICES = "https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html"
_KEYS = ("access_key_1_active", "access_key_2_active")
_CERTS = ("cert_1_active", "cert_2_active")
Row = dict[str, Any]


@control(
    "ROOT-01",
    title="Central management of member root credentials and privileged root sessions is enabled",
    category=Category.ORGANIZATION,
    severity=Severity.HIGH,
    maturity=4,
    source=_CENTRAL,
    scope="organization",
    resource_type="AWS::Organizations::Organization",
    refined_by=("organization_trusted_services", "organization_delegated_services"),
    mappings={"cis": ["CIS AWS Foundations v7.0.0 2.1.1"], "prowler": ["iam_root_credentials_management_enabled"]},
)
def central_root_management(
    organization: pd.DataFrame,
    iam_organizations_features: pd.DataFrame,
    organization_trusted_services: pd.DataFrame,
    organization_delegated_services: pd.DataFrame,
) -> pd.DataFrame:
    """With central management, members need no root password at all, and the rare root task is done from one place.

    Fix: turn on trusted access for IAM and enable central root credential management and root sessions.
    """
    if not organized(organization) or iam_organizations_features.empty:
        return nothing()
    features = enabled_features(iam_organizations_features)
    credentials, sessions = "RootCredentialsManagement" in features, "RootSessions" in features
    delegates = organization_delegated_services
    iam = delegates[delegates["service_principal"] == "iam.amazonaws.com"]["account_id"].to_list()
    missing = " and ".join(name for name, on in (("management of root credentials", credentials),
                                                 ("privileged root sessions", sessions)) if not on)  # fmt: skip
    row = records(organization)[0]
    services = set(organization_trusted_services["service_principal"])
    trusted = "iam.amazonaws.com" in services if services else None  # nothing listed may also be nothing read
    return judged(
        [
            {
                **row, "account_id": management(organization), "resource_id": row["organization_id"],
                "resource_arn": row["arn"], "enabled_features": sorted(features),
                "trusted_access_iam": trusted,
                "delegated_account_id": iam[0] if iam else None, "passed": not missing,
                "severity": Severity.LOW.value if missing and credentials else "",
                "reason": f"Central {missing} is off." if missing else "Root users of members are managed centrally.",
            }
        ],
        ["enabled_features", "trusted_access_iam", "delegated_account_id"],
    )  # fmt: skip


def enabled_features(iam_organizations_features: pd.DataFrame) -> set[str]:
    """Names of the features that are on; none without trusted access for IAM."""
    return {name for text in iam_organizations_features["enabled_features"].dropna() for name in names_in(text)}


@control(
    "ROOT-02",
    title="Member accounts hold no root credentials",
    category=Category.ORGANIZATION,
    severity=Severity.HIGH,
    maturity=4,
    source=_CENTRAL,
    scope="account",
    fail_stands_without=("iam_credential_report", "iam_account_summary"),
    refined_by=("iam_organizations_features",),
    mappings={"cis": ["CIS AWS Foundations v7.0.0 2.1.1"], "prowler": ["iam_root_credentials_management_enabled"]},
)
def member_root_credentials(
    iam_credential_report: pd.DataFrame,
    iam_account_summary: pd.DataFrame,
    organization: pd.DataFrame,
    iam_organizations_features: pd.DataFrame,
) -> pd.DataFrame:
    """A root user without password, keys and certificates cannot be phished, leaked or reset by mail.

    Fix: delete the root credentials of the member account from the management or IAM delegate account.
    """
    if len(organization) and not organized(organization):
        return nothing()
    central = enabled_features(iam_organizations_features) >= {"RootCredentialsManagement", "RootSessions"}
    severity = "" if central or iam_organizations_features.empty else Severity.MEDIUM.value
    rows = root_users(iam_credential_report, iam_account_summary)
    home = set(organization["management_account_id"].dropna())
    return judged(
        [{**row, **_credentials_verdict(row), "severity": severity} for row in rows if row["account_id"] not in home],
        ["account_id", "password_enabled", *_KEYS, *_CERTS, "summary_password_present"],
    )


def root_users(iam_credential_report: pd.DataFrame, iam_account_summary: pd.DataFrame) -> list[Row]:
    """One row per account: the root user's line of the report and the account's counts; None where not read."""
    lines = {row["account_id"]: row for row in records(iam_credential_report) if row["user"] == ROOT_USER}
    counts = {row["account_id"]: row for row in records(iam_account_summary)}
    empty = dict.fromkeys([*iam_credential_report.columns, *iam_account_summary.columns])
    return [
        {
            **empty, **counts.get(account_id, {}), **lines.get(account_id, {}), "account_id": account_id,
            "region": "global", "resource_id": ROOT_USER, "line_read": account_id in lines,
            "resource_arn": lines.get(account_id, {}).get("arn") or f"arn:aws:iam::{account_id}:root",
            "summary_password_present": counts.get(account_id, {}).get("account_password_present"),
        }
        for account_id in sorted({*lines, *counts})
    ]  # fmt: skip


def held_credentials(row: Row) -> list[str]:
    """What the root user is seen to hold, as words; from the report's line or from the account's counts."""
    seen = {
        "a password": row["password_enabled"] is True or (row["summary_password_present"] or 0) > 0,
        "an access key": any(row[k] for k in _KEYS) or (row["account_access_keys_present"] or 0) > 0,
        "a signing certificate": any(row[c] for c in _CERTS) or (row["account_signing_certificates_present"] or 0) > 0,
    }
    return [name for name, held in seen.items() if held]


def unknown_credentials(row: Row) -> list[str]:
    """What the report and the counts together do not tell about the root user, as words."""
    told = {
        "a password": row["password_enabled"] is not None or row["summary_password_present"] is not None,
        "an access key": row["account_access_keys_present"] is not None,
        "a signing certificate": row["account_signing_certificates_present"] is not None,
    }
    return [name for name, known in told.items() if not known]


def _credentials_verdict(row: Row) -> Mapping[str, Any]:
    held, unknown = held_credentials(row), unknown_credentials(row)
    told = "The root user holds no credentials."
    if held:
        told = f"The root user holds {' and '.join(held)}."
    elif not row["line_read"]:
        unknown, told = ["a line"], "The credential report has no line of the root user: can it sign in?"
    elif unknown:
        told = f"AWS does not say whether the root user has {' or '.join(unknown)}: can it sign in?"
    return {"passed": not held and not unknown, "manual": not held and bool(unknown), "reason": told}


@control(
    "ROOT-03",
    title="The root user has MFA wherever a root password exists",
    category=Category.ORGANIZATION,
    severity=Severity.CRITICAL,
    maturity=1,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/enable-mfa-for-root.html",
    scope="account",
    fail_stands_without=("iam_credential_report", "organization"),
    refined_by=("iam_virtual_mfa_devices",),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.5"],
        "fsbp": ["IAM.9"],
        "prowler": ["iam_root_mfa_enabled"],
        "scoutsuite": ["iam-root-account-no-mfa.json"],
        "service_screener": ["rootMfaActive"],
    },
)
def root_mfa(
    iam_account_summary: pd.DataFrame,
    iam_credential_report: pd.DataFrame,
    organization: pd.DataFrame,
    iam_virtual_mfa_devices: pd.DataFrame,
) -> pd.DataFrame:
    """Whoever knows the root password owns the account; a second factor is what stands between a leak and a loss.

    Fix: register at least two MFA devices on the management root user; in members delete the root credentials instead.
    """
    homes = set(organization["management_account_id"].dropna())
    member_known = len(organization) > 0 and organized(organization)
    of_root = iam_virtual_mfa_devices[iam_virtual_mfa_devices["user_arn"].fillna("").str.endswith(":root")]
    devices = {account_id: found.to_list() for account_id, found in of_root.groupby("account_id")["serial_number"]}
    counted = set(iam_account_summary["account_id"])
    rows = [
        {
            **row, **_mfa_verdict(row, row["account_id"] not in homes and member_known, len(organization) > 0),
            "is_management": row["account_id"] in homes, "root_password_present": _password(row),
            "mfa_device_serials": devices.get(row["account_id"], []),
        }
        for row in root_users(iam_credential_report, iam_account_summary) if row["account_id"] in counted
    ]  # fmt: skip
    return judged(rows, ["account_id", "is_management", "account_mfa_enabled", "root_password_present",
                         "mfa_device_serials"])  # fmt: skip


def _password(row: Row) -> bool | None:
    """Whether the root user has a password; None when neither source tells."""
    if row["summary_password_present"] is not None:
        return bool(row["summary_password_present"])
    return row["password_enabled"]  # type: ignore[no-any-return]


def _mfa_verdict(row: Row, member: bool, place_known: bool) -> Mapping[str, Any]:
    """With MFA, or as a member without any credential, it passes; what cannot be told is asked, not guessed.

    A FAIL is given only when it follows from what was read of this account, so that it may stand alone.
    """
    if row["account_mfa_enabled"] is None:
        return {"passed": False, "manual": True, "reason": "AWS does not say whether the root user has MFA: has it?"}
    if row["account_mfa_enabled"] > 0:
        return {"passed": True, "reason": "The root user has MFA."}
    held, unknown = held_credentials(row), unknown_credentials(row)
    if member and row["line_read"] and not held and not unknown:
        return {"passed": True, "reason": "The root user has no MFA and needs none: no root credentials exist."}
    if held:
        return {"passed": False, "reason": f"The root user has {' and '.join(held)} and no MFA."}
    if (place_known and not member) or (row["line_read"] and unknown):
        return {"passed": False, "reason": "The root user has no MFA, and a root password exists or may exist."}
    question = "The root user has no MFA: does it have a password?"
    return {"passed": False, "manual": True, "reason": question}


@control(
    "ROOT-05",
    title="The root user has no access keys and no signing certificates",
    category=Category.ORGANIZATION,
    severity=Severity.CRITICAL,
    maturity=1,
    source=_PRACTICES,
    scope="account",
    refined_by=("iam_credential_report",),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.4"],
        "fsbp": ["IAM.4"],
        "prowler": ["iam_no_root_access_key"],
        "scoutsuite": ["iam-root-account-with-active-keys.json", "iam-root-account-with-active-certs.json"],
        "service_screener": ["rootHasAccessKey"],
    },
)
def root_keys(iam_account_summary: pd.DataFrame, iam_credential_report: pd.DataFrame) -> pd.DataFrame:
    """A root access key can do everything, from anywhere, without MFA, and no policy can limit it.

    Fix: deactivate, watch for breakage, then delete the root key or certificate.
    """
    counted = set(iam_account_summary["account_id"])
    users = root_users(iam_credential_report, iam_account_summary)
    rows = [{**row, **_keys_verdict(row)} for row in users if row["account_id"] in counted]
    return judged(rows, ["account_id", "keys_present", "certs_present", "key_last_rotated", "key_last_used"])


def _keys_verdict(row: Row) -> Mapping[str, Any]:
    keys, certs = row["account_access_keys_present"], row["account_signing_certificates_present"]
    active = [n for n in (1, 2) if row[f"access_key_{n}_active"]]
    shown = {"keys_present": keys, "certs_present": certs,
             **{f"key_{what}": max((row[f"access_key_{n}_{column}"] for n in (1, 2)
                                    if row[f"access_key_{n}_{column}"] is not None), default=None)
                for what, column in (("last_rotated", "last_rotated"), ("last_used", "last_used_date"))}}  # fmt: skip
    held = [text for count, text in ((keys, "an access key"), (certs, "a signing certificate")) if (count or 0) > 0]
    if not held:
        if keys is None or certs is None:
            question = "AWS does not say whether root keys exist: do they?"
            return {**shown, "passed": False, "manual": True, "reason": question}
        return {**shown, "passed": True, "reason": "The root user has no access keys and no signing certificates."}
    idle = all(row[f"access_key_{n}_active"] is False for n in (1, 2)) and (certs or 0) == 0
    which = f" (active: key {', '.join(map(str, active))})" if active else " (inactive)" if idle else ""
    used = f", last used {shown['key_last_used']:%Y-%m-%d}" if shown["key_last_used"] is not None else ""
    return {**shown, "passed": False, "severity": Severity.HIGH.value if idle else "",
            "reason": f"The root user has {' and '.join(held)}{which}{used}."}  # fmt: skip
