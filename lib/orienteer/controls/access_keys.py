"""Access keys of IAM users, judged from the credential report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any

import pandas as pd

from orienteer.controls.control import control
from orienteer.controls.iam import ROOT, SLOTS, USER, administrators_among, users_of
from orienteer.controls.rows import Row, about, end_of, last_moment, records, told, verdict
from orienteer.facts.values import days
from orienteer.model import Category, Severity
from orienteer.parameters import Range

KEY = "AWS::IAM::AccessKey"
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
    "IAM-05",
    title="Active access keys are in use and rotated",
    category=Category.IAM,
    severity=Severity.HIGH,
    maturity=2,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html",
    resource_type=KEY,
    leaves_out=(ROOT,),
    mappings={"cis": ["2.11", "2.12"], "fsbp": ["IAM.3", "IAM.8", "IAM.22"], "prowler":
              ["iam_rotate_access_key_90_days", "iam_user_accesskey_unused", "iam_user_two_active_access_key"],
              "scoutsuite": ["iam-user-no-key-rotation.json", "iam-user-with-multiple-access-keys.json"],
              "service_screener": ["hasAccessKeyNoRotate90days", "hasAccessKeyNoRotate30days"]},
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
    for user in records(users_of(iam_credential_report)):
        keys = list(_keys(user, dated.get((user["account_id"], user["user"])), as_of))
        rows += [row for key in keys if (row := _key_verdict(user, key, keys, limits)) is not None]
    return told(rows)


def _keys(user: Row, created: Any, as_of: pd.Timestamp) -> Iterator[Row]:
    """The user's access keys that exist, with ages; `created` stands in for a date the report does not give."""
    for slot in SLOTS:
        part = f"access_key_{slot}_"
        active, rotated = user[f"{part}active"], user[f"{part}last_rotated"]
        if active is False and rotated is None:
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
    if key["active"] is None:
        return verdict("MANUAL", "AWS does not say whether the key is active; is it?", **keyed)
    if not key["active"]:
        if age is None or age <= limits["idle"]:
            return None
        return verdict("FAIL", f"The inactive key is {age} days old; it can be deleted.", severity="low", **keyed)
    faults = _key_faults(key, keys, limits)
    if not faults and age is None:
        return verdict("MANUAL", "AWS does not say when the active key was made; how old is it?", **keyed)
    if not faults:
        use = f"was used {idle} days ago" if key["last_used"] is not None else "was not used yet"
        return verdict("PASS", f"The key is {age} days old and {use}.", **keyed)
    severity = next(grade for grade in ("high", "medium", "low") if grade in faults.values())
    text = "; ".join(faults)
    return verdict("FAIL", f"{text[0].upper()}{text[1:]}.", severity=severity, **keyed)


def _key_faults(key: Row, keys: Iterable[Row], limits: Mapping[str, int]) -> dict[str, str]:
    """What is wrong with an active key, in words, and how bad it is; two keys at once are told of the older one."""
    found: dict[str, str] = {}
    if (key["age_days"] or 0) > limits["age"]:
        found[f"the key is {key['age_days']} days old"] = "high" if key["age_days"] > YEAR else "medium"
    if (key["idle_days"] or 0) > limits["idle"]:
        how = "never used in" if key["last_used"] is None else "not used for"
        found[f"the key was {how} {key['idle_days']} days"] = "medium"
    others = [k for k in keys if k["active"] and k is not key and k["age_days"] is not None]
    for other in others if key["age_days"] is not None else ():
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
    leaves_out=(ROOT,),
    mappings={"fsbp": ["IAM.3"], "prowler": ["iam_user_with_temporary_credentials"], "scoutsuite":
              ["iam-user-unused-access-key-initial-setup.json"]},
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
    admins = administrators_among(
        iam_user_details, iam_groups, iam_local_policies, iam_aws_policy_versions, iam_aws_boundary_versions
    )
    known = set(iam_user_details["user_arn"].dropna())
    rows = []
    for user in records(users_of(iam_credential_report)):
        keys = [key for key in _keys(user, None, as_of) if key["active"] is not False]
        if not keys:
            evidence = {"account_id": user["account_id"], "user": user["user"]}
            text = "The user has no active access key."
            rows.append(verdict("PASS", text, evidence=evidence, resource_type=USER, **about(user)))
        excuse = _exception(user, key_exceptions, as_of)
        admin = user["arn"] in admins if user["arn"] in known else None
        rows += [_static_key(user, key, admin, excuse) for key in keys]
    return told(rows)


def _static_key(user: Row, key: Row, admin: bool | None, excuse: Mapping[str, Any] | None) -> Row:
    """The verdict about an active key; `admin` None where the user's rights were not read."""
    service = key["last_used_service"]
    evidence = {
        "account_id": user["account_id"], "user": user["user"], "key_slot": key["slot"],
        "last_used_service": service, "last_used_region": key["last_used_region"], "is_admin": admin,
        "group": "SES SMTP" if service == "ses" else "general",
        "suggested_replacement": REPLACEMENTS.get(str(service), "a role (instance role, OIDC federation or"
                                                  " Roles Anywhere, by where the program runs)"),
    }  # fmt: skip
    keyed = {**about(user), "resource_id": f"{user['user']}/key{key['slot']}", "evidence": evidence}
    if key["active"] is None:
        return verdict("MANUAL", "AWS does not say whether the key is active; is it?", **keyed)
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
        end = end_of(given)
        if given.get("user") in (user["user"], user["arn"]):
            return {"reason": given.get("reason"), "end": end, "ended": bool(end) and not last_moment(end) >= as_of}
    return None
