"""Access keys of IAM users, judged from the credential report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import pandas as pd

from orienteer.controls.accepted import end_of, ended
from orienteer.controls.control import control
from orienteer.controls.verdict import CRITICAL, HIGH, LOW, MEDIUM, Verdict, asked, failed, faults, passed, when
from orienteer.facts.seen import Row
from orienteer.facts.users import ACCESS_KEYS, STATIC_KEYS, together_days
from orienteer.facts.values import ROOT_USER
from orienteer.model import Category, Severity
from orienteer.parameters import Range
from orienteer.words import counted

KEY = "AWS::IAM::AccessKey"
YEAR = 365

REPLACEMENTS = {
    "ec2": "an instance role",
    "s3": "a role for the program that reads or writes the bucket",
    "ses": "the SES API called by a role; SMTP needs a key, so limit it to sending and record the exception",
    "codecommit": "OIDC federation for the pipeline",
    "ecr": "OIDC federation for the pipeline",
    "cloudformation": "OIDC federation for the pipeline",
    "sts": "IAM Identity Center or a role",
    "iam": "IAM Identity Center",
}
"""What stands in for a key, by the service it was last used with."""


@control(
    "IAM-05",
    title="Active access keys are in use and rotated",
    category=Category.IAM,
    severity=Severity.HIGH,
    maturity=2,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html",
    fact=ACCESS_KEYS,
    resource_type=KEY,
    evidence=("slot", "last_rotated", "made_at", "last_used_date", "last_used_service", "last_used_region"),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.11", "CIS AWS Foundations v7.0.0 2.12"],
        "fsbp": ["IAM.3", "IAM.8", "IAM.22"],
        "prowler": ["iam_rotate_access_key_90_days", "iam_user_accesskey_unused", "iam_user_two_active_access_key"],
        "scoutsuite": ["iam-user-no-key-rotation.json", "iam-user-with-multiple-access-keys.json"],
        "service_screener": ["hasAccessKeyNoRotate90days", "hasAccessKeyNoRotate30days"],
    },
)
def access_keys_rotated(
    key: Row,
    *,
    key_max_days: Annotated[int, Range(1, 3650)] = 90,
    unused_days: Annotated[int, Range(1, 3650)] = 45,
    rotation_overlap_days: Annotated[int, Range(0, 3650)] = 14,
) -> Verdict | None:
    """A key works for whoever holds a copy; the older it is, the more copies there may be.

    Fix: replace the key with a role. Where that is not possible, rotate it, and deactivate idle keys for two weeks
    before you delete them.
    """
    if key.user == ROOT_USER:
        return None
    if key.active is None:
        return asked("AWS does not say whether the key is active; is it?")
    if not key.active:
        old = key.key_age_days is not None and key.key_age_days > unused_days
        return failed(f"The key is inactive and {key.key_age_days} days old: delete it.", LOW) if old else None
    return faults(
        [
            when(lambda: (key.key_age_days or 0) > YEAR, HIGH, lambda: _age(key)),
            when(lambda: (key.key_age_days or 0) > key_max_days, MEDIUM, lambda: _age(key)),
            when(lambda: (key.key_idle_days or 0) > unused_days, MEDIUM, lambda: f"it was {_use(key)}"),
            when(
                lambda: (together_days(key) or 0) > rotation_overlap_days,
                LOW,
                lambda: f"two keys have been active side by side for {together_days(key)} days",
            ),
        ],
        otherwise=lambda: (
            asked("AWS does not say when the active key was made; how old is it?")
            if key.key_age_days is None
            else passed(f"T{_age(key)[1:]} and was {_use(key)}.")
        ),
    )


def _age(key: Row) -> str:
    return f"the key is {key.key_age_days} days old"


def _use(key: Row) -> str:
    days = counted(key.key_idle_days or 0, "day")
    return f"never used in {days}" if key.last_used_date is None else f"last used {days} ago"


@control(
    "IAM-06",
    title="Long-lived access keys are replaced by roles",
    category=Category.IAM,
    severity=Severity.HIGH,
    maturity=4,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
    fact=STATIC_KEYS,
    evidence=("slot", "last_used_region", "is_administrator"),
    resource_type=KEY,
    mappings={
        "fsbp": ["IAM.3"],
        "prowler": ["iam_user_with_temporary_credentials"],
        "scoutsuite": ["iam-user-unused-access-key-initial-setup.json"],
    },
)
def keys_replaced_by_roles(key: Row, *, key_exceptions: Sequence[Any] = (), as_of: pd.Timestamp) -> Verdict:
    """A long-lived key leaks with every copy of a configuration file; a role has no key to leak.

    Fix: move the program that uses it to a role, then deactivate the key and delete it once nothing breaks.
    """
    service, given = key.last_used_service, _exception(key, key_exceptions)
    if key.active is False:
        return passed("The user has no active access key.")
    if key.active is None:
        return asked("AWS does not say whether the key is active; is it?")
    if given is not None and ended(given, as_of):
        return asked(f"The exception for this user ended on {end_of(given)}; has it been renewed?")
    if given is not None:
        return passed(f"Accepted exception: {given.get('reason') or 'no reason given'}.")
    what = f", last used with {service}" if service else ", never seen in use"
    instead = {"group": "SES SMTP" if service == "ses" else "general", "suggested_replacement": _replacement(service)}
    if key.is_administrator:
        return failed(f"An administrator holds a long-lived key{what}.", CRITICAL, **instead)
    return failed(f"An IAM user holds a long-lived key{what}.", HIGH, **instead)


def _replacement(service: str | None) -> str:
    otherwise = "a role (instance role, OIDC federation or Roles Anywhere, depending on where the program runs)"
    return REPLACEMENTS.get(str(service), otherwise)


def _exception(key: Row, exceptions: Sequence[Any]) -> Mapping[str, Any] | None:
    """The exception that names the user, by name or ARN."""
    listed = (one if isinstance(one, Mapping) else {"user": one} for one in exceptions)
    return next((one for one in listed if one.get("user") in (key.user, key.resource_arn)), None)
