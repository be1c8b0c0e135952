"""Controls about root users: central management, credentials, MFA, keys, use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import pandas as pd

from orienteer.controls.control import control
from orienteer.controls.verdict import CRITICAL, HIGH, LOW, MEDIUM, Verdict, asked, failed, faults, passed, when
from orienteer.facts.root import IDLE_DAYS, ROOT_MANAGEMENT, ROOT_USERS, shown_events, used_since
from orienteer.facts.seen import Row, unless_unseen
from orienteer.model import Category, Severity
from orienteer.parameters import Range

_CENTRAL = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-enable-root-access.html"
_PRACTICES = "https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html"


@control(
    "ROOT-01",
    title="Central management of member root credentials and privileged root sessions is enabled",
    category=Category.ORGANIZATION,
    severity=Severity.HIGH,
    maturity=4,
    source=_CENTRAL,
    fact=ROOT_MANAGEMENT,
    evidence=("features", "trusted_access_iam", "delegated_account_id"),
    mappings={"cis": ["CIS AWS Foundations v7.0.0 2.1.1"], "prowler": ["iam_root_credentials_management_enabled"]},
)
def central_root_management(organization: Row) -> Verdict | None:
    """With central management, member accounts need no root password at all, and the rare root task is done centrally.

    Fix: turn on trusted access for IAM, and enable both central management of root credentials and privileged root
    sessions.
    """
    if organization.organization_id is None:
        return None
    if not organization.manages_credentials and not organization.manages_sessions:
        return failed("Central management of root credentials and privileged root sessions are off.")
    if not organization.manages_credentials:
        return failed("Central management of root credentials is off.")
    if not organization.manages_sessions:
        return failed("Central privileged root sessions are off.", LOW)
    return passed("Root credentials of member accounts are managed centrally.")


@control(
    "ROOT-02",
    title="Member accounts hold no root credentials",
    category=Category.ORGANIZATION,
    severity=Severity.HIGH,
    maturity=4,
    source=_CENTRAL,
    fact=ROOT_USERS,
    evidence=("account_password_present",),
    mappings={"cis": ["CIS AWS Foundations v7.0.0 2.1.1"], "prowler": ["iam_root_credentials_management_enabled"]},
)
def member_root_credentials(root: Row) -> Verdict | None:
    """A root user without password, keys and certificates cannot be phished, leaked or reset by mail.

    Fix: make sure that nothing uses a root key, then delete the member's root credentials from the management account
    or IAM's delegated administrator.
    """
    if not root.is_member:
        return None
    severity = HIGH if root.is_centrally_managed else MEDIUM
    return faults(
        [
            when(lambda: root.password, severity, "the root user has a password"),
            when(lambda: root.access_key, severity, "the root user has an access key"),
            when(lambda: root.certificate, severity, "the root user has a signing certificate"),
        ],
        otherwise=lambda: (
            passed("The root user has no credentials.", severity)
            if root.holds_credentials is False
            else asked("AWS does not say whether the root user has credentials: can it sign in?", severity)
        ),
    )


@control(
    "ROOT-03",
    title="The root user has MFA wherever a root password exists",
    category=Category.ORGANIZATION,
    severity=Severity.CRITICAL,
    maturity=1,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/enable-mfa-for-root.html",
    fact=ROOT_USERS,
    evidence=("password", "mfa_serials"),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.5"],
        "fsbp": ["IAM.9"],
        "prowler": ["iam_root_mfa_enabled"],
        "scoutsuite": ["iam-root-account-no-mfa.json"],
        "service_screener": ["rootMfaActive"],
    },
)
def root_mfa(root: Row) -> Verdict:
    """Whoever knows the root password owns the account, unless a second factor stands in the way.

    Fix: in a member account delete the root credentials; for the management account's root user register at least two
    MFA devices.
    """
    if root.account_mfa_enabled is None:
        return asked("AWS does not say whether the root user has MFA: does it?")
    if root.account_mfa_enabled:
        return passed("The root user has MFA.")
    if root.holds_credentials:
        return failed("The root user has credentials and no MFA.")
    if root.is_member and root.holds_credentials is False:
        return passed("The root user has no MFA and needs none: no root credentials exist.")
    return failed("The root user has no MFA, and it has, or may have, a password.")


@control(
    "ROOT-04",
    title="The management account's root user has MFA that is not a virtual device",
    category=Category.ORGANIZATION,
    severity=Severity.HIGH,
    maturity=3,
    source=_PRACTICES,
    fact=ROOT_USERS,
    evidence=("mfa_serials",),
    scope="account",
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.6"],
        "fsbp": ["IAM.6"],
        "prowler": ["iam_root_hardware_mfa_enabled"],
        "scoutsuite": ["iam-root-account-no-hardware-mfa.json"],
    },
)
def root_hardware_mfa(root: Row) -> Verdict | None:
    """A code from an app can be phished or copied; a security key works only on AWS's real sign-in page.

    Only the management account, or a standalone account, is judged. Of the root user's devices AWS lists only virtual
    ones: a security key registered as well is not seen, but the virtual device remains a way in.

    Fix: register two FIDO2 security keys, keep them in separate safe places, test both, and then remove the virtual
    device.
    """
    if root.is_member:
        return None
    if root.account_mfa_enabled is None:
        return asked("AWS does not say whether the root user has MFA: does it, and with which devices?")
    if not root.account_mfa_enabled:
        return failed("The root user has no MFA at all.")
    if root.mfa_serials:
        return failed("The root user has a virtual MFA device, whose codes can be phished.")
    return passed(
        "The root user has MFA without a virtual device: a security key or a hardware token, AWS does not say which."
    )


@control(
    "ROOT-05",
    title="The root user has no access keys and no signing certificates",
    category=Category.ORGANIZATION,
    severity=Severity.CRITICAL,
    maturity=1,
    source=_PRACTICES,
    fact=ROOT_USERS,
    evidence=(
        "key_last_used_at",
        "access_key_1_active",
        "access_key_1_last_used_date",
        "access_key_2_active",
        "access_key_2_last_used_date",
    ),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.4"],
        "fsbp": ["IAM.4"],
        "prowler": ["iam_no_root_access_key"],
        "scoutsuite": ["iam-root-account-with-active-keys.json", "iam-root-account-with-active-certs.json"],
        "service_screener": ["rootHasAccessKey"],
    },
)
def root_keys(root: Row) -> Verdict:
    """A root access key can do everything, from anywhere, without MFA, and no IAM policy can limit it.

    Fix: deactivate the root key or certificate, watch for two weeks whether anything breaks, then delete it.
    """
    keys, certificates = root.account_access_keys_present, root.account_signing_certificates_present
    held = [name for name, count in (("an access key", keys), ("a signing certificate", certificates)) if count]
    if not held and None in (keys, certificates):
        return asked("AWS does not say whether root keys exist: do they?")
    if not held:
        return passed("The root user has no access keys and no signing certificates.")
    at = unless_unseen(lambda: root.key_last_used_at, None)
    used = f", last used {at:%Y-%m-%d}" if at is not None else ""
    if root.keys_are_inactive:
        return failed(f"The root user has {' and '.join(held)} (inactive){used}.", HIGH)
    return failed(f"The root user has {' and '.join(held)}{used}.", CRITICAL)


@control(
    "ROOT-06",
    title="The root user has not been used recently",
    category=Category.ORGANIZATION,
    severity=Severity.HIGH,
    maturity=2,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html",
    fact=ROOT_USERS,
    evidence=("password_last_used", "access_key_1_last_used_date", "access_key_2_last_used_date"),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.7"],
        "prowler": ["iam_avoid_root_usage"],
        "scoutsuite": ["iam-root-account-used-recently.json"],
        "service_screener": ["rootConsoleLogin30days", "rootConsoleLoginFail3x"],
    },
)
def root_use(root: Row, *, as_of: pd.Timestamp, root_idle_days: Annotated[int, Range(1, 3650)] = IDLE_DAYS) -> Verdict:
    """Routine work as root looks just like an attack; root is for the few tasks nothing else can do.

    Event history goes back 90 days and is read in the home region, where sign-ins and global services are recorded.
    Failed sign-ins, AWS services and sts:AssumeRoot sessions are listed but do not count as root use.

    Fix: move the task to a role, and keep root for the few tasks that need it.
    """
    start, recently = as_of - pd.Timedelta(days=root_idle_days), f"used in the last {root_idle_days} days"
    shown = shown_events(root)
    found = faults(
        [
            when(lambda: used_since(root, start), None, lambda: f"it was {recently}: {_and(used_since(root, start))}"),
            when(
                lambda: any(event.kind == "use" for event in root.events),
                None,
                lambda: f"CloudTrail shows it {recently}: {_and(shown['event_names'])}",
            ),
        ],
        otherwise=lambda: _unused(root, recently),
    )
    return replace(found, evidence=shown)


def _and(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _unused(root: Row, recently: str) -> Verdict:
    if root.line is None or not root.use_is_tracked:
        return asked("AWS does not say when each credential of the root user was last used: has it been used recently?")
    if any(event.kind == "unknown" for event in root.events):
        return asked("CloudTrail has events under the name root that do not show who it was: was it the root user?")
    return passed(f"The root user was not {recently}.")
