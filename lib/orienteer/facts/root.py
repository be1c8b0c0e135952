"""Root users: what they hold, whether they are used, and how the organization manages them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import pandas as pd

from orienteer.facts.fact import Fact, Join
from orienteer.facts.organization import NOWHERE, OF_ORGANIZATION
from orienteer.facts.seen import Cells, Row, either
from orienteer.facts.source import Gap, Source
from orienteer.facts.users import since
from orienteer.facts.values import ACCOUNT, ROOT_USER, keys_at, latest, names_in, not_asked
from orienteer.model import GLOBAL, KEYS
from orienteer.parameters import Range

CREDENTIALS, SESSIONS = "RootCredentialsManagement", "RootSessions"
NEVER = ("N/A", "no_information")
"""What the credential report writes for a date that does not exist, or that AWS never tracked."""
USED = ("password_last_used", "access_key_1_last_used_date", "access_key_2_last_used_date")
IDLE_DAYS = 90


# --- central management


def _organizations(organization: Source) -> Iterator[Cells | Gap]:
    for row in organization.rows:
        home, named = row["management_account_id"] or row["account_id"], row["organization_id"]
        keys = keys_at(home, named or "organization", row["arn"])
        yield Cells(keys, organization_id=named, iam="iam.amazonaws.com")
    yield from organization.gaps


def _unasked(row: Row) -> str:
    return not_asked("iam:ListOrganizationsFeatures", row.account_id, GLOBAL, "nothing was read")


def features(organization: Row) -> tuple[str, ...]:
    """The features that are on; none without trusted access for IAM."""
    return tuple(sorted(set(names_in(organization.enabled_features))))


def manages_credentials(organization: Row) -> bool:
    """Root credentials of members are managed centrally."""
    return CREDENTIALS in organization.features


def manages_sessions(organization: Row) -> bool:
    """Root tasks in members are done in sessions from one place."""
    return SESSIONS in organization.features


def trusted_access_iam(organization: Row) -> bool | None:
    """IAM has trusted access; None where no trusted service is listed."""
    return any(s.service_principal == organization.iam for s in organization.trusted) if organization.trusted else None


def delegated_account_id(organization: Row) -> str | None:
    """The account that IAM is delegated to."""
    return next((one.account_id for one in organization.delegates), None)


ROOT_MANAGEMENT = Fact(
    "root_management",
    "One row: what of its members' root users the organization manages centrally.",
    rows=_organizations,
    made=(*KEYS, "organization_id", "iam"),
    joins=(
        Join("iam_organizations_features", ("enabled_features",), on={}, place=NOWHERE, missing=_unasked),
        Join("organization_trusted_services", many="trusted", on={}, place=NOWHERE),
        Join("organization_delegated_services", many="delegates", on={"service_principal": "iam"}, place=NOWHERE),
    ),
    columns=(features, manages_credentials, manages_sessions, trusted_access_iam, delegated_account_id),
    hidden=frozenset({"iam", "enabled_features", "trusted", "delegates"}),
    resource_type="AWS::Organizations::Organization",
)


# --- events

Kind = Literal["use", "failed", "service", "session", "namesake", "unknown"]
SHORT_OF_ENTRY = ("CheckMfa", "PasswordRecoveryRequested")
"""What anybody may cause at the sign-in page without getting in."""


def _events(
    cloudtrail_root_events: Source,
    *,
    as_of: pd.Timestamp,
    root_idle_days: Annotated[int, Range(1, 3650)] = IDLE_DAYS,
) -> Iterator[Cells | Gap]:
    """Events of the window; a list that was cut before it reached back that far is a gap."""
    start = as_of - pd.Timedelta(days=root_idle_days)
    yield from (
        Cells(row) for row in cloudtrail_root_events.rows if row["event_time"] is None or row["event_time"] >= start
    )
    for account in dict.fromkeys(row["account_id"] for row in cloudtrail_root_events.rows):
        listed = cloudtrail_root_events.find({"account_id": account})
        times = [row["event_time"] for row in listed if row["event_time"] is not None]
        if any(row["cut"] for row in listed) and (not times or min(times) >= start):
            where = f"account {account}, region {listed[0]['region']}"
            text = f"cloudtrail:LookupEvents Cut ({where}): events older than the newest {len(listed)} were not read"
            yield Gap(account, "", "", text)
    yield from cloudtrail_root_events.gaps


def kind(event: Row) -> Kind:
    """What it is: use of the root user, or something else under its name."""
    if event.identity_type != "Root":
        return "unknown" if event.identity_type is None else "namesake"
    if event.assumed_root:
        return "session"
    if event.invoked_by or event.event_type == "AwsServiceEvent":
        return "service"
    failed = event.sign_in != "Success" and (event.sign_in or event.error)
    return "failed" if event.event_name in SHORT_OF_ENTRY or (event.event_name == "ConsoleLogin" and failed) else "use"


EVENT = (
    "event_name",
    "event_source",
    "event_type",
    "event_time",
    "source_ip",
    "identity_type",
    "invoked_by",
    "assumed_root",
    "sign_in",
    "error",
    "cut",
)
ROOT_EVENTS = Fact(
    "root_events",
    "One row per event under the name root in the window that counts as recent, and what it is.",
    rows=_events,
    made=(*KEYS, *EVENT),
    columns=(kind,),
)


# --- root users


def _root_users(iam_credential_report: Source, iam_account_summary: Source) -> Iterator[Cells]:
    """The root user of each account that was asked, whatever it told; each column says what it rests on."""
    sources = (iam_credential_report, iam_account_summary)
    lines = {row["account_id"]: row["arn"] for row in iam_credential_report.find({"user": ROOT_USER})}
    asked = {row["account_id"] for source in sources for row in source.rows}
    asked |= {gap.account_id for source in sources for gap in source.gaps if gap.account_id}
    for account in sorted(asked):
        arn = lines.get(account) or f"arn:aws:iam::{account}:root"
        yield Cells(keys_at(account, ROOT_USER, arn))


def password(root: Row) -> bool | None:
    """It has a password; None where neither the report nor the account's counts tell."""
    if either(lambda: root.password_enabled, lambda: root.account_password_present):
        return True
    return None if root.password_enabled is None and root.account_password_present is None else False


def access_key(root: Row) -> bool | None:
    """It has an access key; None where the account's counts do not tell."""
    held = either(
        lambda: root.access_key_1_active, lambda: root.access_key_2_active, lambda: root.account_access_keys_present
    )
    return True if held else None if root.account_access_keys_present is None else False


def certificate(root: Row) -> bool | None:
    """It has a signing certificate; None where the account's counts do not tell."""
    held = either(
        lambda: root.cert_1_active, lambda: root.cert_2_active, lambda: root.account_signing_certificates_present
    )
    return True if held else None if root.account_signing_certificates_present is None else False


def holds_credentials(root: Row) -> bool | None:
    """It can sign in or call; None where AWS does not say, also where the report has no line of it."""
    if either(lambda: root.password, lambda: root.access_key, lambda: root.certificate):
        return True
    return None if None in (root.line, root.password, root.access_key, root.certificate) else False


def keys_are_inactive(root: Row) -> bool:
    """What it holds are access keys that are switched off, and no certificate."""
    off = root.access_key_1_active is False and root.access_key_2_active is False
    return off and not root.account_signing_certificates_present


def key_last_used_at(root: Row) -> pd.Timestamp | None:
    """When an access key of it was last used."""
    return latest(root.access_key_1_last_used_date, root.access_key_2_last_used_date)  # type: ignore[no-any-return]


def last_used_at(root: Row) -> pd.Timestamp | None:
    """When any credential of it was last used, by the report."""
    return latest(root.password_last_used, root.key_last_used_at)  # type: ignore[no-any-return]


def idle_days(root: Row, *, as_of: pd.Timestamp) -> int | None:
    """Since it was last used; None where never, or not tracked."""
    return since(as_of, root.last_used_at)


def shown_events(root: Row) -> dict[str, Any]:
    """The events that were seen, as evidence: use by name and address, and beside it what is no use."""
    seen = [(event.kind, event.event_name, event.source_ip) for event in root.events.seen]
    by_kind = {
        kind: [(name, ip) for k, name, ip in seen if k == kind] for kind in ("use", "failed", "session", "service")
    }
    return {
        "event_names": sorted({str(name) for name, _ in by_kind["use"] if name}),
        "source_ips": sorted({str(ip) for _, ip in by_kind["use"] if ip}),
        "failed_sign_ins": len(by_kind["failed"]),
        "failed_sign_in_ips": sorted({str(ip) for _, ip in by_kind["failed"] if ip}),
        "assumed_root_events": sorted({str(name) for name, _ in by_kind["session"] if name}),
        "service_events": len(by_kind["service"]),
    }


def used_since(root: Row, start: pd.Timestamp) -> list[str]:
    """What was used since then by the report, and when, in words."""
    dates = {
        "the password": root.password_last_used,
        "access key 1": root.access_key_1_last_used_date,
        "access key 2": root.access_key_2_last_used_date,
    }
    return [f"{what} on {at:%Y-%m-%d}" for what, at in dates.items() if at is not None and at >= start]


def use_is_tracked(root: Row) -> bool:
    """Each credential has a date of last use, or AWS says that there was none."""
    return not any(
        date is None and state not in NEVER
        for date, state in (
            (root.password_last_used, root.password_last_used_state),
            (root.access_key_1_last_used_date, root.access_key_1_last_used_date_state),
            (root.access_key_2_last_used_date, root.access_key_2_last_used_date_state),
        )
    )


def is_member(root: Row) -> bool:
    """Its account is a member of an organization, not the management account and not alone."""
    return root.organization_id is not None and root.account_id != root.management


def is_centrally_managed(root: Row) -> bool:
    """The organization manages root credentials and sessions."""
    return bool(root.manages_credentials and root.manages_sessions)


def mfa_serials(root: Row) -> tuple[str, ...]:
    """Serial numbers of its virtual MFA devices."""
    serials = ((d.serial_number or "", d.user_arn or "") for d in root.devices)
    return tuple(s for s, arn in serials if s and (arn.endswith(":root") or s.endswith("root-account-mfa-device")))


OF_LINE = (
    "password_enabled",
    "mfa_active",
    "access_key_1_active",
    "access_key_2_active",
    "cert_1_active",
    "cert_2_active",
    *USED,
    *(f"{name}_state" for name in USED),
)
COUNTS = (
    "account_mfa_enabled",
    "account_password_present",
    "account_access_keys_present",
    "account_signing_certificates_present",
)
ROOT_USERS = Fact(
    "root_users",
    "One row per account: the credentials of its root user, their use, and who manages them.",
    rows=_root_users,
    made={**dict.fromkeys(("", *KEYS), ()), "resource_arn": ("iam_credential_report",)},
    joins=(
        Join("iam_credential_report", {"line": "user", **{name: name for name in OF_LINE}}),
        Join("iam_account_summary", COUNTS, on=ACCOUNT),
        Join("iam_virtual_mfa_devices", many="devices", on=ACCOUNT),
        Join("root_events", many="events", on=ACCOUNT),
        Join("root_management", ("manages_credentials", "manages_sessions"), on={}, place=NOWHERE),
        OF_ORGANIZATION,
    ),
    columns=(
        password,
        access_key,
        certificate,
        holds_credentials,
        keys_are_inactive,
        key_last_used_at,
        last_used_at,
        idle_days,
        use_is_tracked,
        is_member,
        is_centrally_managed,
        mfa_serials,
    ),
    hidden=frozenset({"devices", "events"}),
)
