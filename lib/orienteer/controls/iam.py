"""Users, passwords and access keys, judged from the credential report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from orienteer.controls.control import control
from orienteer.controls.verdict import HIGH, LOW, MEDIUM, Verdict, asked, failed, faults, passed, when
from orienteer.facts.seen import Row
from orienteer.facts.users import CREDENTIAL_REPORTS, PASSWORD_POLICIES, USER, USERS
from orienteer.model import Category, Severity
from orienteer.parameters import Range
from orienteer.words import counted

REPORT = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html"


@control(
    "IAM-01",
    title="A fresh credential report was obtained for every account in scope",
    category=Category.COVERAGE,
    severity=Severity.INFO,
    maturity=2,
    source=REPORT,
    fact=CREDENTIAL_REPORTS,
    evidence=("root_row", "generated_at"),
)
def fresh_credential_report(report: Row) -> Verdict:
    """The credential report is the evidence for everything said here about users, passwords and keys.

    Fix: grant iam:GenerateCredentialReport and iam:GetCredentialReport to the assessment role.
    """
    if report.age_hours is None:
        return asked("AWS does not say when the report was made; is it fresh?")
    if report.age_hours > 4:
        return asked(f"The report was {report.age_hours:.0f} h old when the assessment began; is that enough?")
    twice = f" Listed more than once: {', '.join(report.repeated)}." if report.repeated else ""
    return passed(
        f"The report ({counted(report.users, 'user')}) was {report.age_hours} h old when the assessment began.{twice}"
    )


@control(
    "IAM-02",
    title="No human signs in with an IAM user password",
    category=Category.IAM,
    severity=Severity.HIGH,
    maturity=4,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
    fact=USERS,
    evidence=("password_last_used", "password_last_used_state", "password_last_changed", "user_creation_time"),
    resource_type=USER,
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.19"],
        "scoutsuite": ["iam-service-user-with-password.json", "iam-user-with-password-and-key.json"],
        "service_screener": ["iamUsersWithFederationAvailable"],
    },
)
def no_console_users(user: Row, *, break_glass_users: Sequence[str] = ()) -> Verdict:
    """An IAM user's password lives outside the central directory: nobody removes it when its owner leaves.

    Fix: move the person to Identity Center and, once that works, delete the login profile.
    """
    if user.password_enabled is None:
        return asked("AWS does not say whether the user has a password; does it?")
    if not user.password_enabled:
        return passed("The user has no password.")
    if user.user in break_glass_users or user.arn in break_glass_users:
        return passed("The user is an agreed break-glass user.")
    how = {True: " and MFA", False: ", without MFA"}.get(user.mfa_active, "; AWS does not say whether it has MFA")
    return failed(f"The user can sign in to the console with a password{how}.", MEDIUM if user.mfa_active else HIGH)


@control(
    "IAM-03",
    title="Every IAM user with a console password has MFA, and administrators do not rely on a virtual device",
    category=Category.IAM,
    severity=Severity.CRITICAL,
    maturity=2,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa.html",
    fact=USERS,
    evidence=("password_last_used",),
    resource_type=USER,
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.10"],
        "fsbp": ["IAM.5", "IAM.19"],
        "prowler": [
            "iam_user_mfa_enabled_console_access",
            "iam_user_hardware_mfa_enabled",
            "iam_administrator_access_with_mfa",
        ],
        "scoutsuite": ["iam-user-without-mfa.json"],
        "service_screener": ["mfaActive"],
    },
)
def console_users_have_mfa(user: Row) -> Verdict | None:
    """A password alone is one phishing mail away from the account; for an administrator, so is a code from an app.

    AWS tells hardware tokens from FIDO2 keys only by their serial numbers; a token's codes can be phished as well.

    Fix: register MFA now, preferably FIDO2 keys or passkeys, then replace the user with Identity Center.
    """
    if user.password_enabled is False:
        return None
    if user.password_enabled is None or user.mfa_active is None:
        what = "a password" if user.password_enabled is None else "MFA"
        return asked(f"AWS does not say whether the user has {what}; does it?")
    if not user.mfa_active:
        return failed("The user can sign in with a password alone.")
    if user.is_administrator and not user.mfa_kinds:
        return asked("The report says that the administrator has MFA, but no device is listed; what kind is it?")
    if user.is_administrator and not {"fido", "hardware"} & set(user.mfa_kinds):
        return failed("The administrator's only MFA is a virtual device, whose codes can be phished.", MEDIUM)
    return passed("The user has MFA.")


@control(
    "IAM-04",
    title="Unused passwords and unused users are removed",
    category=Category.IAM,
    severity=Severity.MEDIUM,
    maturity=2,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_finding-unused.html",
    fact=USERS,
    evidence=("password_last_used", "active_keys"),
    resource_type=USER,
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.11"],
        "fsbp": ["IAM.8", "IAM.22"],
        "prowler": ["iam_user_console_access_unused"],
        "scoutsuite": ["iam-unused-credentials-not-disabled.json"],
        "service_screener": [
            "consoleLastAccess45",
            "consoleLastAccess90",
            "userNoActivity90days",
            "passwordLastChange90",
        ],
    },
)
def unused_users(user: Row, *, unused_days: Annotated[int, Range(1, 3650)] = 45) -> Verdict | None:
    """A user nobody uses is a user nobody watches: its password or key can be stolen without anyone noticing.

    Fix: ask the owner, remove the password and deactivate the keys, and delete the user once nothing has broken for two
    weeks.
    """
    if user.age_days is not None and user.age_days < unused_days:
        return None
    if user.password_enabled is None:
        return asked("AWS does not say whether the user has a password; is the user needed?")
    idle = user.password_idle_days
    if user.password_enabled and (idle is None or idle > unused_days):
        return failed(
            f"The password has not been used for {'an unknown time' if idle is None else counted(idle, 'day')}."
        )
    if user.password_enabled:
        return passed(f"The password was used or set {counted(idle, 'day')} ago.")
    recent = user.idle_days is not None and user.idle_days <= unused_days
    if not recent and not user.has_keys and not user.has_other_credentials:
        return failed(
            f"The user has no password, key or certificate that works, and was not used in the last {unused_days} days."
        )
    return passed("The user has no password; its keys are judged by IAM-05 and IAM-06.")


@control(
    "IAM-07",
    title="The account password policy is at least as strong as the baseline wherever console users remain",
    category=Category.IAM,
    severity=Severity.LOW,
    maturity=1,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html",
    fact=PASSWORD_POLICIES,
    evidence=("max_age_days", "console_users"),
    scope="account",
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.8", "CIS AWS Foundations v7.0.0 2.9"],
        "fsbp": ["IAM.7"],
        "prowler": ["iam_password_policy_minimum_length_14", "iam_password_policy_reuse_24"],
        "scoutsuite": ["iam-password-policy-minimum-length.json", "iam-password-policy-reuse-enabled.json"],
        "service_screener": ["passwordPolicy", "passwordPolicyWeak"],
    },
)
def password_policy(
    account: Row,
    *,
    password_min_length: Annotated[int, Range(6, 128)] = 14,
    password_reuse: Annotated[int, Range(1, 24)] = 24,
    password_max_age: Annotated[int | None, Range(1, 1095)] = None,
) -> Verdict:
    """AWS's default accepts eight characters and lets old passwords be reused; one that leaked can come back.

    An account in which no user has a password needs no policy. Maximum password age is judged only where that was
    agreed.

    Fix: set the account's password policy; better still, remove the users who sign in with a password.
    """
    if not account.has_console_users:
        return passed("No IAM user signs in with a password, so the policy is not used.")
    if not account.has_policy:
        return failed(
            "IAM users have passwords, and the account has no password policy of its own, so AWS's default applies."
        )
    length, reuse, age = account.minimum_length or 0, account.reuse_prevention or 0, account.max_age_days or None
    return faults(
        [
            when(lambda: length < password_min_length, LOW, f"the policy accepts passwords of {length} characters"),
            when(
                lambda: reuse < password_reuse,
                LOW,
                f"it remembers {counted(reuse, 'old password')} instead of {password_reuse}",
            ),
            when(
                lambda: password_max_age and (age is None or age > password_max_age),
                LOW,
                "passwords may be kept for too long",
            ),
        ],
        otherwise=lambda: passed("The password policy is as strong as the baseline."),
    )
