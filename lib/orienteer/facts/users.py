"""IAM users and their access keys, from the credential report and what else is read about them."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from orienteer.facts.fact import Fact, Join, columns_of
from orienteer.facts.seen import Cells, Partial, Row, Unseen
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import ACCOUNT, ROOT_USER, cells_of, days, keys_at
from orienteer.model import KEYS

SLOTS = (1, 2)
OF_KEY = ("active", "last_rotated", "last_used_date", "last_used_service", "last_used_region")
USER = "AWS::IAM::User"
OF_USER = {"account_id": "account_id", "resource_id": "user"}
"""A join by account and user."""
AHEAD = pd.Timedelta(days=1)
"""A date that lies further ahead than this is not a date: nobody's clock is off by more, and no run takes longer."""


def since(as_of: pd.Timestamp, moment: pd.Timestamp | None) -> int | None:
    """Whole days since a moment, 0 for one that is just ahead; None when it is not known or too far ahead."""
    if moment is None or moment > as_of + AHEAD:
        return None
    return max(days(as_of, moment) or 0, 0)


# --- the credential report


def age_days(user: Row, *, as_of: pd.Timestamp) -> int | None:
    """Since the user was made."""
    return since(as_of, user.user_creation_time)


def password_age_days(user: Row, *, as_of: pd.Timestamp) -> int | None:
    """Since the password was set."""
    return since(as_of, user.password_last_changed)


def password_idle_days(user: Row, *, as_of: pd.Timestamp) -> int | None:
    """Since the password was used or set, or the user made."""
    touched = (user.password_last_used, user.password_last_changed)
    known = [age for age in (since(as_of, moment) for moment in touched) if age is not None]
    return min(known) if known else since(as_of, user.user_creation_time)


def idle_days(user: Row, *, as_of: pd.Timestamp) -> int | None:
    """Since the password or a key was used; None where never."""
    used = (user.password_last_used, user.access_key_1_last_used_date, user.access_key_2_last_used_date)
    return min((age for age in (since(as_of, moment) for moment in used) if age is not None), default=None)


def active_keys(user: Row) -> int:
    """How many access keys are seen to be active."""
    return int(user.access_key_1_active is True) + int(user.access_key_2_active is True)


def has_keys(user: Row) -> bool:
    """There is an active access key or signing certificate."""
    return bool(user.active_keys or user.cert_1_active or user.cert_2_active)


CREDENTIALS = Fact(
    "credentials",
    "One row per IAM user and one for the root user, as the credential report has them, with ages in days.",
    base="iam_credential_report",
    columns=(age_days, password_age_days, password_idle_days, idle_days, active_keys, has_keys),
)


def _reports(credentials: Source) -> Iterator[Cells | Gap]:
    accounts = dict.fromkeys(row["account_id"] for row in credentials.rows)
    for account in accounts:
        rows = credentials.find({"account_id": account})
        gaps = frozenset(g.text for g in credentials.gaps if g.account_id == account and g.resource_id != ROOT_USER)
        names = {row["user"] for row in rows}
        made = [row["generated_at"] for row in rows if row["generated_at"] is not None]
        yield Cells(
            keys_at(account, account, region=rows[0]["region"]),
            generated_at=min(made, default=None),
            users=Unseen(gaps) if gaps else len(names - {ROOT_USER}),
            root_row=ROOT_USER in names,
            repeated=tuple(sorted(row["user"] for row in rows if (row["lines"] or 1) > 1)),
        )
    yield from (g for g in credentials.gaps if g.account_id not in accounts)


def age_hours(report: Row, *, as_of: pd.Timestamp) -> float | None:
    """How old it was when the assessment began; None when AWS does not say, or dates it far ahead."""
    made = report.generated_at
    if made is None or made > as_of + AHEAD:
        return None
    return round(max(float((as_of - made) / pd.Timedelta(hours=1)), 0.0), 1)


CREDENTIAL_REPORTS = Fact(
    "credential_reports",
    "One row per account whose credential report came: when it was made, how many users stand in it, and who "
    "stands in it more than once.",
    rows=_reports,
    made=(*KEYS, "generated_at", "users", "root_row", "repeated"),
    columns=(age_hours,),
)


# --- the password policy


def has_policy(account: Row) -> bool:
    """The account has a password policy of its own."""
    return account.minimum_length is not None


def console_users(account: Row) -> int:
    """How many users have a password."""
    return sum(user.user != ROOT_USER and user.password_enabled is True for user in account.credentials)


def has_console_users(account: Row) -> bool:
    """A user has a password, or AWS does not say."""
    return any(user.user != ROOT_USER and user.password_enabled is not False for user in account.credentials)


PASSWORD_POLICIES = Fact(
    "password_policies",
    "One row per account: what it demands of the passwords of IAM users, and how many users have one.",
    base="iam_password_policies",
    joins=(Join("credentials", many="credentials", on=ACCOUNT),),
    columns=(has_policy, console_users, has_console_users),
    hidden=frozenset({"credentials"}),
)


# --- users


OF_POWER = Join(
    "principals",
    {"is_administrator": "is_admin"},
    on={"account_id": "account_id", "resource_arn": "resource_arn"},
)
"""Adds whether a user is administrator in effect; None where its rights are not listed."""


def _users(credentials: Source) -> Iterator[Cells | Gap]:
    yield from (Cells(row) for row in credentials.rows if row["user"] != ROOT_USER)
    yield from (gap for gap in credentials.gaps if gap.resource_id != ROOT_USER)


def mfa_kinds(user: Row) -> tuple[str, ...]:
    """The kinds of its MFA devices, by the form of their serials: fido, hardware, virtual."""
    return tuple(sorted({_kind(device.serial) for device in user.mfa_devices if device.serial}))


def _kind(serial: str) -> str:
    if not serial.startswith("arn:"):
        return "hardware"
    return "fido" if ":u2f/" in serial or ":fido" in serial.lower() else "virtual"


def has_other_credentials(user: Row) -> bool:
    """There is an active service-specific credential or SSH key."""
    return any(one.status == "Active" for many in (user.service_credentials, user.ssh_keys) for one in many)


USERS = Fact(
    "users",
    "One row per IAM user: its password, keys, MFA and other credentials, when they were used, and its power.",
    rows=_users,
    made=columns_of(CREDENTIALS),
    joins=(
        OF_POWER,
        Join("iam_mfa_devices", many="mfa_devices", on=OF_USER),
        Join("iam_service_specific_credentials", many="service_credentials", on={**ACCOUNT, "user_name": "user"}),
        Join("iam_ssh_public_keys", many="ssh_keys", on=OF_USER),
    ),
    columns=(mfa_kinds, has_other_credentials),
    hidden=frozenset({"mfa_devices", "service_credentials", "ssh_keys"}),
)


# --- access keys


def _access_keys(credentials: Source) -> Iterator[Cells | Gap]:
    """The keys that exist, the root user's among them."""
    for user in credentials.rows:
        keys = [
            Cells(
                {name: user[name] for name in ("account_id", "region", "resource_arn", "user")},
                resource_id=f"{user['user']}/key{slot}",
                slot=slot,
                **{name: user[f"access_key_{slot}_{name}"] for name in OF_KEY},
            )
            for slot in SLOTS
            if user[f"access_key_{slot}_active"] is not False or user[f"access_key_{slot}_last_rotated"] is not None
        ]
        for key in keys:
            key["others"] = Partial(tuple(other for other in keys if other is not key))
        yield from keys
    yield from (gap for gap in credentials.gaps if gap.resource_id != ROOT_USER)


def made_at(key: Row) -> pd.Timestamp | None:
    """When it was made or rotated; where the report does not tell, when the oldest active key was made."""
    if key.last_rotated is not None:
        return key.last_rotated  # type: ignore[no-any-return]
    made = [one.created_at for one in key.undated_keys if one.status == "Active" and one.created_at is not None]
    return min(made, default=None)


def key_age_days(key: Row, *, as_of: pd.Timestamp) -> int | None:
    """Since it was made or rotated."""
    return since(as_of, key.made_at)


def key_idle_days(key: Row, *, as_of: pd.Timestamp) -> int | None:
    """Since its last use, or since it was made where it was never used."""
    return since(as_of, key.last_used_date if key.last_used_date is not None else key.made_at)


def together_days(key: Row) -> int | None:
    """Since when a younger key of the user is active beside this one; None of the younger, and where it is alone."""
    age = key.key_age_days
    if age is None or not key.active:
        return None
    younger = (
        other.key_age_days
        for other in key.others
        if other.active and other.key_age_days is not None and (age, -key.slot) > (other.key_age_days, -other.slot)
    )
    return max(younger, default=None)


ACCESS_KEYS = Fact(
    "access_keys",
    "One row per access key of an IAM user or the root user: its age and use.",
    rows=_access_keys,
    made=(*KEYS, "user", "slot", *OF_KEY, "others"),
    joins=(
        Join(
            "iam_undated_access_keys",
            many="undated_keys",
            on=OF_USER,
            only=lambda key: key.user != ROOT_USER,
        ),
        OF_POWER,
    ),
    columns=(made_at, key_age_days, key_idle_days),
    hidden=frozenset({"undated_keys", "others"}),
)


def _static_keys(users: Source, access_keys: Source) -> Iterator[Cells | Gap]:
    """Keys that may be active, and the users without one."""
    held = set()
    for key in access_keys.rows:
        if key["active"] is not False and key["user"] != ROOT_USER:
            held.add((key["account_id"], key["user"]))
            yield Cells({name: key[name] for name in STATIC}, resource_type=None)
    for user in users.rows:
        if (user["account_id"], user["user"]) not in held:
            none = dict.fromkeys(STATIC) | cells_of(user, "user")
            yield Cells(none, active=False, resource_type=USER)
    yield from users.gaps


STATIC = (*KEYS, "user", "slot", "active", "last_used_service", "last_used_region")
STATIC_KEYS = Fact(
    "static_keys",
    "One row per access key of an IAM user that is active, and one per user without such a key.",
    rows=_static_keys,
    made={
        **{name: (f"access_keys.{name}", f"users.{name}") for name in (*KEYS, "user")},
        **{name: (f"access_keys.{name}",) for name in STATIC if name not in (*KEYS, "user")},
        **dict.fromkeys(("", "resource_type"), ("credentials",)),
    },
    joins=(OF_POWER,),
)
