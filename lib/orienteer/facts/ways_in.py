"""By which ways people and programs get into each account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import pandas as pd

from orienteer.facts.fact import Fact
from orienteer.facts.seen import Cells, gaps_of
from orienteer.facts.source import Gap, Source
from orienteer.facts.users import SLOTS, since
from orienteer.facts.values import ROOT_USER, keys_at, latest
from orienteer.model import KEYS
from orienteer.policy.trust.roles import trusted

WINDOW = 90
RESERVED = "/aws-reserved/sso.amazonaws.com/"
"""The path of roles that Identity Center makes and nobody else may change."""
SERVICE_ROLES = "/aws-service-role/"

Way = tuple[str, str, pd.Timestamp | None, bool]
"""(account, mechanism, last use, whether AWS tracks its use) of one password, key, role, provider, ..."""


def _ways_in(
    credentials: Source,
    root_users: Source,
    iam_roles: Source,
    iam_saml_providers: Source,
    iam_oidc_providers: Source,
    iam_service_specific_credentials: Source,
    iam_ssh_public_keys: Source,
    rolesanywhere_trust_anchors: Source,
    rolesanywhere_profiles: Source,
    sso_instances: Source,
    *,
    as_of: pd.Timestamp,
) -> Iterator[Cells | Gap]:
    providers = [(row["account_id"], provider(row["provider_arn"])) for row in iam_saml_providers.rows]
    found: list[Way] = [
        *_of_users(credentials),
        *_of_roots(root_users),
        *_of_roles(iam_roles),
        *((account, mechanism, None, False) for account, mechanism in providers),
        *((row["account_id"], "oidc", None, False) for row in iam_oidc_providers.rows),
        *_active(iam_service_specific_credentials, "service_specific_credentials"),
        *_active(iam_ssh_public_keys, "codecommit_ssh_keys"),
        *((r["account_id"], "roles_anywhere", None, False) for r in rolesanywhere_trust_anchors.rows if r["enabled"]),
        *((r["account_id"], "identity_center", None, False) for r in sso_instances.rows if r["owned"]),
    ]
    for (account, mechanism), ways in _grouped(found):
        profiles = rolesanywhere_profiles.find({"account_id": account}) if mechanism == "roles_anywhere" else []
        enabled = sum(profile["enabled"] is True for profile in profiles)
        yield Cells(_row(account, mechanism, ways, as_of), profiles_enabled=enabled)
    yield from _unsaid(credentials, root_users)
    federation = (iam_saml_providers, iam_oidc_providers)
    keys = (iam_service_specific_credentials, iam_ssh_public_keys)
    anywhere = (rolesanywhere_trust_anchors, rolesanywhere_profiles)
    yield from (gap for source in (iam_roles, *federation, *keys, *anywhere, sso_instances) for gap in source.gaps)
    yield from (gap for gap in credentials.gaps if gap.resource_id != ROOT_USER)


def _grouped(found: Iterable[Way]) -> list[tuple[tuple[str, str], list[Way]]]:
    """The ways by account and mechanism, sorted."""
    grouped: dict[tuple[str, str], list[Way]] = defaultdict(list)
    for way in found:
        grouped[way[0], way[1]].append(way)
    return sorted(grouped.items())


def _row(account: str, mechanism: str, ways: list[Way], as_of: pd.Timestamp) -> Cells:
    last, tracked = latest(*(way[2] for way in ways)), any(way[3] for way in ways)
    idle = since(as_of, last)
    recent = last is not None and (idle is None or idle <= WINDOW)  # a date ahead of now is no sign of disuse
    return Cells(
        keys_at(account, mechanism),
        mechanism=mechanism,
        count=len(ways),
        in_use_90d=recent if tracked else None,
        last_used=last,
        is_said=True,
        profiles_enabled=0,
    )


def _unsaid(credentials: Source, root_users: Source) -> Iterator[Cells | Gap]:
    """Root users of which AWS does not say whether they can get in; gaps for those of which that was not read."""
    for root in root_users.rows:
        account, parts = root["account_id"], (root["password"], root["access_key"])
        hidden = gaps_of(*parts)
        whole = {gap.text for gap in credentials.gaps if gap.account_id in ("", account) and not gap.resource_id}
        if True in parts:
            continue
        if hidden:
            yield from (Gap(account, "", "root", text) for text in sorted(hidden - whole))
        elif None in parts:
            yield Cells(_row(account, "root", [], pd.Timestamp(0, tz="UTC")), in_use_90d=None, is_said=False)


def _of_users(credentials: Source) -> Iterator[Way]:
    for user in credentials.rows:
        account, person = user["account_id"], user["user"] != ROOT_USER
        if person and user["password_enabled"]:
            yield account, "iam_password", user["password_last_used"], True
        for slot in SLOTS:
            if person and user[f"access_key_{slot}_active"]:
                yield account, "access_keys", user[f"access_key_{slot}_last_used_date"], True
            if user[f"cert_{slot}_active"]:
                yield account, "certificates", None, False


def _of_roots(root_users: Source) -> Iterator[Way]:
    for root in root_users.rows:
        used = [
            root[c] if isinstance(root[c], pd.Timestamp) else None for c in ("password_last_used", "key_last_used_at")
        ]
        yield from (
            (root["account_id"], "root", at, True)
            for held, at in zip((root["password"], root["access_key"]), used, strict=True)
            if held is True
        )


def _of_roles(iam_roles: Source) -> Iterator[Way]:
    """Each role by whom its trust policy lets in."""
    for role in iam_roles.rows:
        path = str(role["path"] or "/")
        if path.startswith(SERVICE_ROLES):
            continue
        mechanisms = {"identity_center"} if path.startswith(RESERVED) else _let_in(role)
        yield from ((role["account_id"], mechanism, role["last_used_at"], True) for mechanism in sorted(mechanisms))


def _let_in(role: Cells) -> set[str]:
    found = set()
    for who in trusted(role["trust_policy"]):
        if who.kind in ("saml", "oidc") or (who.kind == "unknown" and who.value.endswith(".amazonaws.com")):
            found.add(provider(who.value) if ":saml-provider/" in who.value else "oidc")
        elif who.kind in ("everyone", "account", "user", "role", "session", "canonical"):
            found |= {"cross_account_role"} if who.account_id != role["account_id"] else set()
        elif who.kind == "service" and who.value == "rolesanywhere.amazonaws.com":
            found.add("roles_anywhere")
    return found


def provider(arn: object) -> str:
    """saml, or identity_center for the providers that Identity Center makes for itself in each account."""
    return "identity_center" if ":saml-provider/AWSSSO_" in str(arn) else "saml"


def _active(source: Source, mechanism: str) -> Iterator[Way]:
    return ((row["account_id"], mechanism, None, False) for row in source.rows if row["status"] == "Active")


TELLING = (
    "credentials",
    "root_users.password",
    "root_users.access_key",
    "iam_roles",
    "iam_saml_providers",
    "iam_oidc_providers",
    "iam_service_specific_credentials",
    "iam_ssh_public_keys",
    "rolesanywhere_trust_anchors",
    "rolesanywhere_profiles",
    "sso_instances",
)
COLUMNS = (*KEYS, "mechanism", "count", "in_use_90d", "last_used", "is_said", "profiles_enabled")
WAYS_IN = Fact(
    "ways_in",
    "One row per account and way into it: how many of it there are, and when one was last used.",
    rows=_ways_in,
    made=dict.fromkeys(("", *COLUMNS), TELLING),
)
