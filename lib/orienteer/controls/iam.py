"""Users, passwords and access keys, judged from the credential report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any

import pandas as pd

from orienteer.controls.control import Range, control, verdicts
from orienteer.controls.principals import administrators, policy_texts, principals
from orienteer.controls.rows import Row, about, days, latest, records, told, verdict
from orienteer.model import Category, Severity

ROOT = "<root_account>"
REPORT = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html"
USER = "AWS::IAM::User"
KEY = "AWS::IAM::AccessKey"
SLOTS = (1, 2)
YEAR = 365

REPLACEMENTS = {
    "ec2": "an instance role", "s3": "a role of the program that reads or writes the bucket",
    "ses": "SMTP through a role-based sender, or a narrow key in the exception list",
    "codecommit": "OIDC federation of the pipeline", "ecr": "OIDC federation of the pipeline",
    "cloudformation": "OIDC federation of the pipeline", "sts": "IAM Identity Center or a role",
    "iam": "IAM Identity Center",
}  # fmt: skip
"""What stands in for a key, by the service it was last used with."""


@control(
    "IAM-01",
    title="A fresh credential report was obtained for every account in scope",
    category=Category.IAM,
    severity=Severity.INFO,
    maturity=2,
    source=REPORT,
    scope="account",
)
def fresh_credential_report(iam_credential_report: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """The credential report is the evidence for every statement about users, passwords and keys.

    Fix: grant iam:GenerateCredentialReport and iam:GetCredentialReport to the assessment role.
    """
    columns = len([c for c in iam_credential_report if not str(c).endswith("_state")])
    return told(
        _fresh(str(account), rows["generated_at"].dropna().min(), len(rows), columns, as_of)
        for account, rows in iam_credential_report.groupby("account_id")
    )


def _fresh(account: str, made: Any, users: int, columns: int, as_of: pd.Timestamp) -> Row:
    evidence = {"account_id": account, "generated_time": made, "users": users, "columns": columns}
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
    mappings={"cis": ["2.19"], "service_screener": ["iamUsersWithFederationAvailable"]},
)
def no_console_users(iam_credential_report: pd.DataFrame, *, break_glass_users: Sequence[str] = ()) -> pd.DataFrame:
    """A password of an IAM user lives outside the central directory: nobody removes it when its owner leaves.

    Fix: move the person to Identity Center and delete the login profile.
    """
    rows = _users(iam_credential_report)
    password = rows["password_enabled"].fillna(False).astype(bool)
    accepted = rows["user"].isin(list(break_glass_users)) | rows["arn"].isin(list(break_glass_users))
    mfa = rows["mfa_active"].fillna(False).astype(bool)
    reason = (
        pd.Series("The user has no password.", index=rows.index)
        .mask(password, "The user signs in to the console with a password, without MFA.")
        .mask(password & mfa, "The user signs in to the console with a password and MFA.")
        .mask(password & accepted, "The user is named as a break-glass user.")
    )
    return verdicts(
        rows.assign(user=rows["user"]),
        passed=~password | accepted,
        severity=mfa.map({True: "medium", False: "high"}),
        reason=reason,
        evidence=["account_id", "user", "password_last_used", "password_last_changed", "mfa_active",
                  "user_creation_time"],
    )  # fmt: skip


@control(
    "IAM-03",
    title="Every IAM user with a console password has MFA, and administrators have a phishing-resistant device",
    category=Category.IAM,
    severity=Severity.CRITICAL,
    maturity=2,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa.html",
    resource_type=USER,
    mappings={"cis": ["2.10"], "fsbp": ["IAM.5", "IAM.19", "IAM.6"], "prowler": ["iam_user_mfa_enabled_console_access",
              "iam_user_hardware_mfa_enabled", "iam_administrator_access_with_mfa"]},
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
    admins = _administrators(
        iam_user_details, iam_groups, iam_local_policies, iam_aws_policy_versions, iam_aws_boundary_versions
    )
    kinds: dict[tuple[str, str], set[str]] = {}
    for device in records(iam_mfa_devices):
        if device["serial"]:
            kinds.setdefault((device["account_id"], device["resource_id"]), set()).add(_device(device["serial"]))
    users = [u for u in records(_users(iam_credential_report)) if u["password_enabled"]]
    return told(_mfa(u, u["arn"] in admins, kinds.get((u["account_id"], u["user"]), set())) for u in users)


def _mfa(user: Row, admin: bool, devices: set[str]) -> Row:
    evidence = {
        "account_id": user["account_id"], "user": user["user"], "is_admin": admin, "mfa_active": user["mfa_active"],
        "device_types": devices, "password_last_used": user["password_last_used"],
    }  # fmt: skip
    if not user["mfa_active"]:
        who = "The administrator" if admin else "The user"
        return verdict("FAIL", f"{who} signs in with a password alone.", evidence=evidence, **about(user))
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
    mappings={"cis": ["2.11"], "fsbp": ["IAM.8", "IAM.22"], "prowler": ["iam_user_console_access_unused"]},
    refined_by=("iam_service_specific_credentials", "iam_ssh_public_keys"),
)
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
    users = records(_users(iam_credential_report))
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
    if user["password_enabled"]:
        if idle is None or idle > limit:
            text = f"The password was not used for {idle if idle is not None else 'an unknown number of'} days."
            return verdict("FAIL", text, evidence=evidence, **about(user))
        return verdict("PASS", f"The password was used or set {idle} days ago.", evidence=evidence, **about(user))
    recent = days(as_of, latest(user["password_last_used"], key_used))
    if not keys and not other and (recent is None or recent > limit):
        text = "The user has no password, no active key or certificate, and was not used in the window."
        return verdict("FAIL", text, evidence=evidence, **about(user))
    text = "The user has no password; its keys are judged by IAM-05 and IAM-06."
    return verdict("PASS", text, evidence=evidence, **about(user))


@control(
    "IAM-05",
    title="Active access keys are in use and rotated",
    category=Category.IAM,
    severity=Severity.HIGH,
    maturity=2,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html",
    resource_type=KEY,
    mappings={"cis": ["2.11", "2.12"], "fsbp": ["IAM.3", "IAM.8", "IAM.22"],
              "prowler": ["iam_rotate_access_key_90_days", "iam_user_accesskey_unused",
                          "iam_user_two_active_access_key"]},
)  # fmt: skip
def access_keys_rotated(
    iam_credential_report: pd.DataFrame,
    iam_undated_access_keys: pd.DataFrame,
    *,
    key_max_days: Annotated[int, Range(1, 3650)] = 90,
    unused_days: Annotated[int, Range(1, 3650)] = 45,
    rotation_overlap_days: Annotated[int, Range(0, 3650)] = 14,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """A key works for whoever holds a copy; the older it is, the more copies there may be.

    Fix: replace the key by a role; where that is impossible rotate it and delete idle ones.
    """
    dated: dict[tuple[str, str], Any] = {}
    for key in records(iam_undated_access_keys):
        if key["status"] == "Active" and key["created_at"] is not None:
            place = (key["account_id"], key["resource_id"])
            dated[place] = min(key["created_at"], dated.get(place, key["created_at"]))
    limits = {"age": key_max_days, "idle": unused_days, "overlap": rotation_overlap_days}
    rows = []
    for user in records(_users(iam_credential_report)):
        keys = list(_keys(user, dated.get((user["account_id"], user["user"])), as_of))
        rows += [row for key in keys if (row := _key_verdict(user, key, keys, limits)) is not None]
    return told(rows)


def _keys(user: Row, created: Any, as_of: pd.Timestamp) -> Iterator[Row]:
    """The user's access keys that exist, with ages; `created` stands in for a date the report does not give."""
    for slot in SLOTS:
        part = f"access_key_{slot}_"
        active, rotated = bool(user[f"{part}active"]), user[f"{part}last_rotated"]
        if not active and rotated is None:
            continue
        rotated = rotated if rotated is not None else created
        used = user[f"{part}last_used_date"]
        yield {
            "slot": slot, "active": active, "last_rotated": rotated, "age_days": days(as_of, rotated),
            "last_used": used, "idle_days": days(as_of, used if used is not None else rotated),
            "last_used_service": user[f"{part}last_used_service"], "last_used_region": user[f"{part}last_used_region"],
        }  # fmt: skip


def _key_verdict(user: Row, key: Row, keys: Sequence[Row], limits: Mapping[str, int]) -> Row | None:
    evidence = {
        "account_id": user["account_id"], "user": user["user"], "key_slot": key["slot"],
        **{k: v for k, v in key.items() if k not in ("slot", "idle_days")},
    }  # fmt: skip
    keyed = {**about(user), "resource_id": f"{user['user']}/key{key['slot']}", "evidence": evidence}
    age, idle = key["age_days"], key["idle_days"]
    if not key["active"]:
        if idle is None or idle <= limits["idle"]:
            return None
        return verdict("FAIL", f"The inactive key was last used or set {idle} days ago.", severity="low", **keyed)
    if age is None:
        return verdict("MANUAL", "AWS does not say when the active key was made; how old is it?", **keyed)
    faults = _key_faults(key, keys, limits)
    if not faults:
        return verdict("PASS", f"The key is {age} days old and was used {idle} days ago.", **keyed)
    severity = next(grade for grade in ("high", "medium", "low") if grade in faults.values())
    text = "; ".join(faults)
    return verdict("FAIL", f"{text[0].upper()}{text[1:]}.", severity=severity, **keyed)


def _key_faults(key: Row, keys: Iterable[Row], limits: Mapping[str, int]) -> dict[str, str]:
    """What is wrong with an active key, in words, and how bad it is; two keys at once are told of the older one."""
    found: dict[str, str] = {}
    if key["age_days"] > limits["age"]:
        found[f"the key is {key['age_days']} days old"] = "high" if key["age_days"] > YEAR else "medium"
    if key["idle_days"] > limits["idle"]:
        how = "never used in" if key["last_used"] is None else "not used for"
        found[f"the key was {how} {key['idle_days']} days"] = "medium"
    younger = [k for k in keys if k["active"] and k is not key and k["age_days"] is not None]
    for other in younger:
        is_older = (key["age_days"], -key["slot"]) > (other["age_days"], -other["slot"])
        if is_older and other["age_days"] > limits["overlap"]:
            found[f"two keys have been active together for {other['age_days']} days"] = "low"
    return found


@control(
    "IAM-06",
    title="Long-lived access keys are replaced by roles",
    category=Category.IAM,
    severity=Severity.HIGH,
    maturity=4,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
    resource_type=KEY,
    mappings={"fsbp": ["IAM.3"], "prowler": ["iam_user_with_temporary_credentials"]},
    refined_by=("iam_user_details", "iam_groups", "iam_local_policies", "iam_aws_policy_versions",
                "iam_aws_boundary_versions"),
)  # fmt: skip
def keys_replaced_by_roles(
    iam_credential_report: pd.DataFrame,
    iam_user_details: pd.DataFrame,
    iam_groups: pd.DataFrame,
    iam_local_policies: pd.DataFrame,
    iam_aws_policy_versions: pd.DataFrame,
    iam_aws_boundary_versions: pd.DataFrame,
    *,
    key_exceptions: Sequence[Any] = (),
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """A static key is a secret that leaves the account with every copy of a configuration file; a role has none.

    Fix: move the consumer to a role and delete the key.
    """
    admins = _administrators(
        iam_user_details, iam_groups, iam_local_policies, iam_aws_policy_versions, iam_aws_boundary_versions
    )
    rows = []
    for user in records(_users(iam_credential_report)):
        keys = [key for key in _keys(user, None, as_of) if key["active"]]
        if not keys:
            evidence = {"account_id": user["account_id"], "user": user["user"]}
            rows.append(verdict("PASS", "The user has no active access key.", evidence=evidence, **about(user)))
        excuse = _exception(user, key_exceptions, as_of)
        rows += [_static_key(user, key, user["arn"] in admins, excuse) for key in keys]
    return told(rows)


def _static_key(user: Row, key: Row, admin: bool, excuse: Mapping[str, Any] | None) -> Row:
    service = key["last_used_service"]
    evidence = {
        "account_id": user["account_id"], "user": user["user"], "key_slot": key["slot"],
        "last_used_service": service, "last_used_region": key["last_used_region"], "is_admin": admin,
        "suggested_replacement": REPLACEMENTS.get(str(service), "a role (instance role, OIDC federation or"
                                                  " Roles Anywhere, by where the program runs)"),
    }  # fmt: skip
    keyed = {**about(user), "resource_id": f"{user['user']}/key{key['slot']}", "evidence": evidence}
    if excuse is not None:
        if excuse["ended"]:
            return verdict("MANUAL", f"The exception for this user ended on {excuse['end']}; is it renewed?", **keyed)
        return verdict("PASS", f"Accepted exception: {excuse.get('reason') or 'no reason given'}.", **keyed)
    what = f", last used with {service}" if service else ", never seen in use"
    text = f"An {'administrator' if admin else 'IAM user'} holds a long-lived key{what}."
    return verdict("FAIL", text, severity="critical" if admin else "high", **keyed)


def _exception(user: Row, exceptions: Iterable[Any], as_of: pd.Timestamp) -> Mapping[str, Any] | None:
    """The exception that names the user (by name or ARN): reason, end and whether it has ended."""
    for one in exceptions:
        given = one if isinstance(one, Mapping) else {"user": one}
        end = next((str(given[k]) for k in ("end", "end_date", "expires") if given.get(k)), "")
        if given.get("user") in (user["user"], user["arn"]):
            moment = pd.Series(pd.to_datetime(pd.Series([end]), utc=True, errors="coerce", format="ISO8601")).iloc[0]
            return {"reason": given.get("reason"), "end": end, "ended": bool(end) and not moment >= as_of}
    return None


def _users(report: pd.DataFrame) -> pd.DataFrame:
    """The report without the root user, who has controls of its own."""
    return report[(report["user"] != ROOT).fillna(False).astype(bool)].reset_index(drop=True)


def _administrators(
    users: pd.DataFrame, groups: pd.DataFrame, local: pd.DataFrame, aws: pd.DataFrame, boundaries: pd.DataFrame
) -> set[str]:
    """ARNs of the users who are administrators in effect: groups, inline policies and boundaries counted."""
    texts = policy_texts(local, aws, boundaries)

    return set(administrators(principals(users, groups, None, texts)))
