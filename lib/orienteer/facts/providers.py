"""What an account federates with: SAML and OpenID Connect providers with the roles that trust them, certificates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from orienteer.facts.fact import Fact, Join
from orienteer.facts.seen import Cells, Row
from orienteer.facts.source import Gap, Source
from orienteer.facts.users import since
from orienteer.facts.values import keys_at, latest
from orienteer.facts.ways_in import provider
from orienteer.model import GLOBAL, KEYS
from orienteer.policy.trust.roles import trusted

TYPES = {
    "saml": "AWS::IAM::SAMLProvider",
    "oidc": "AWS::IAM::OIDCProvider",
    "certificate": "AWS::IAM::ServerCertificate",
}
LISTS = ("iam_saml_providers", "iam_oidc_providers", "iam_server_certificates")


def _providers(
    iam_saml_providers: Source, iam_oidc_providers: Source, iam_server_certificates: Source
) -> Iterator[Cells | Gap]:
    """The providers of the client's own: those that Identity Center made for itself are left out."""
    for row in iam_saml_providers.rows:
        if row["provider_arn"] and provider(row["provider_arn"]) == "saml":
            yield _row(row, "saml", row["provider_arn"], row["valid_until"])
    for row in iam_oidc_providers.rows:
        if row["provider_arn"]:
            yield _row(row, "oidc", row["provider_arn"], None)
    for row in iam_server_certificates.rows:
        if row["certificate_name"]:
            yield _row(row, "certificate", row["certificate_arn"], row["expires_at"])
    for source in (iam_saml_providers, iam_oidc_providers, iam_server_certificates):
        yield from source.gaps


def _row(row: Cells, kind: str, arn: Any, until: Any) -> Cells:
    return Cells(
        keys_at(row["account_id"], row["resource_id"], arn, region=row["region"] or GLOBAL),
        resource_type=TYPES[kind],
        kind=kind,
        valid_until=until,
    )


def federated(role: Cells) -> tuple[str, ...]:
    """The ARNs of the providers whose tokens the role takes."""
    found = trusted(role["trust_policy"]) if role["trust_policy"] else ()
    return tuple({one.value for one in found if one.kind in ("saml", "oidc")})


def valid_days(provider: Row, *, as_of: pd.Timestamp) -> int | None:
    """Days until it expires, negative since it did; None where it does not expire, or AWS does not say."""
    return None if provider.valid_until is None else int((provider.valid_until - as_of) // pd.Timedelta(days=1))


def roles(provider: Row) -> tuple[str, ...]:
    """The names of the roles that trust it."""
    return tuple(sorted(role.role_name for role in provider.trusting))


def is_trusted(provider: Row) -> bool:
    """A role trusts it."""
    return bool(provider.trusting)


def role_idle_days(provider: Row, *, as_of: pd.Timestamp) -> int | None:
    """Since one of the roles that trust it was last used; None where none ever was."""
    last = latest(*(role.last_used_at for role in provider.trusting))
    return None if last is None else since(as_of, last) or 0


FEDERATION_PROVIDERS = Fact(
    "federation_providers",
    "One row per SAML provider, OpenID Connect provider and server certificate kept in IAM: how long it is valid, and "
    "the roles that trust it.",
    rows=_providers,
    made=dict.fromkeys(("", *KEYS, "resource_type", "kind", "valid_until"), LISTS),
    joins=(Join("iam_roles", many="trusting", on={"account_id": "account_id", "has": "resource_arn"}, has=federated),),
    columns=(valid_days, roles, is_trusted, role_idle_days),
    hidden=frozenset({"trusting"}),
    resource_type=TYPES["saml"],
)
