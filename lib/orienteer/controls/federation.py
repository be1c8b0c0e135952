"""By which ways people and programs get in: mechanisms per account, and the providers that it federates with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from orienteer.controls.control import control
from orienteer.controls.verdict import HIGH, LOW, MEDIUM, Verdict, asked, failed, faults, passed, when
from orienteer.facts.providers import FEDERATION_PROVIDERS
from orienteer.facts.seen import Row
from orienteer.facts.ways_in import WAYS_IN
from orienteer.model import Category, Severity
from orienteer.parameters import Range

NAMES: Mapping[str, str] = {
    "access_keys": "Access keys",
    "certificates": "X.509 signing certificates",
    "codecommit_ssh_keys": "SSH keys for CodeCommit",
    "cross_account_role": "Roles that other accounts assume",
    "iam_password": "Passwords of IAM users",
    "identity_center": "Identity Center",
    "oidc": "OIDC federation",
    "roles_anywhere": "Roles Anywhere",
    "root": "The root user",
    "saml": "SAML federation",
    "service_specific_credentials": "Service-specific credentials",
}
ACCEPTED = ("identity_center", "cross_account_role", "oidc")


@control(
    "IAM-12",
    title="Every management-plane access mechanism in use is listed and accepted",
    category=Category.IAM,
    severity=Severity.MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/introduction_access-management.html",
    fact=WAYS_IN,
    evidence=("count", "last_used", "profiles_enabled"),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.19"],
        "prowler": ["iam_check_saml_providers_sts", "rolesanywhere_profile_restricts_session_permissions"],
    },
)
def access_mechanisms(way: Row, *, accepted_mechanisms: Sequence[str] = ACCEPTED) -> Verdict:
    """Each way in has to be watched; the goal is one way for people and short-lived roles for programs.

    A root user that can sign in counts as a way in: in member accounts it can be removed, and in the management account
    it is accepted explicitly once it is locked away.

    Fix: retire mechanisms that are not accepted, starting with those nobody uses.
    """
    if not way.is_said:
        return asked("AWS does not say whether the root user can sign in: can it?")
    never = "present but never used" if way.last_used is None else "not used in the last 90 days"
    state = {True: "used in the last 90 days", False: never}.get(way.in_use_90d, "present; AWS does not track its use")
    name, accepted = NAMES.get(way.mechanism, way.mechanism), way.mechanism in accepted_mechanisms
    if not accepted_mechanisms:
        return asked(f"{name} ({state}): is this way in accepted?", accepted=accepted)
    if accepted:
        return passed(f"{name} ({state}): an accepted way in.", accepted=accepted)
    return failed(f"{name} ({state}): not an accepted way in.", HIGH if way.in_use_90d else MEDIUM, accepted=accepted)


RECENT = 90
"""A role that was used within so many days is in use."""


@control(
    "IAM-13",
    title="Federation providers are few, current and used",
    category=Category.IAM,
    severity=Severity.LOW,
    maturity=3,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers.html",
    fact=FEDERATION_PROVIDERS,
    evidence=("valid_until", "roles"),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.17"],
        "fsbp": ["IAM.26"],
        "prowler": ["iam_no_expired_server_certificates_stored", "iam_check_saml_providers_sts"],
    },
)
def current_providers(provider: Row, *, expiry_days: Annotated[int, Range(0, 3650)] = 30) -> Verdict:
    """Whoever controls a trusted identity provider can get in; a provider nobody needs is pure risk.

    The thumbprint of an OpenID Connect provider is not judged: for well-known issuers AWS no longer relies on it.

    Fix: upload new metadata before the old expires, and delete providers and certificates that no role or service uses.
    """
    if provider.kind == "certificate":
        if provider.valid_days is None:
            return asked("AWS does not say when the server certificate expires; is it still valid?")
        expired = provider.valid_days < 0
        return failed("The server certificate has expired.") if expired else passed("The server certificate is valid.")
    days = f"The metadata expires within {expiry_days} days"
    return faults(
        [
            when(lambda: _below(provider, 0), LOW, "The metadata has expired"),
            when(lambda: _below(provider, expiry_days) and not _below(provider, 0), LOW, days),
            when(lambda: not provider.is_trusted, LOW, "no role trusts the provider"),
            when(lambda: _idle(provider), LOW, f"none of the roles that trust it was used in the last {RECENT} days"),
        ],
        otherwise=lambda: (
            asked("AWS does not say how long the metadata is valid; is it current?")
            if provider.kind == "saml" and provider.valid_days is None
            else passed("The provider is current, and roles trust it.")
        ),
    )


def _below(provider: Row, days: int) -> bool:
    return provider.valid_days is not None and provider.valid_days < days


def _idle(provider: Row) -> bool:
    """True for a SAML provider with roles of which none was used lately."""
    if provider.kind != "saml" or not provider.is_trusted:
        return False
    return provider.role_idle_days is None or provider.role_idle_days > RECENT
