"""Tokens of federated identity providers as callers, and the claims that those of a shared issuer may carry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from orienteer.policy.exposure.clues import Candidate
from orienteer.policy.exposure.ground import ACCOUNT, EXTERNAL, PROBE, PUBLIC, Ground
from orienteer.policy.issuers import COGNITO, GITHUB, SHARED, fixes_tenant, issuer_name, issuer_of
from orienteer.policy.language.conditions import Condition
from orienteer.policy.language.patterns import is_fixed, sample

SAML, WEB = "sts:assumerolewithsaml", "sts:assumerolewithwebidentity"
_PROVIDER = re.compile(r"arn:[\w*-]+:iam::([\d*?]*):(saml|oidc)-provider/(.+)")
POOL_KEYS = (f"{COGNITO}:amr", f"{COGNITO}:aud")
_GUEST = ("unauthenticated",)


def tokens(
    provider: str, by_key: Mapping[str, tuple[Condition, ...]], ground: Ground
) -> Iterator[tuple[str, int, str, str]]:
    """(provider, level, action, shared issuer or nothing) of bearers who could come through the provider entry."""
    if not is_fixed(provider):
        hosts = [host for host in SHARED if any(key.startswith(f"{host}:") for key in by_key)]
        for host in hosts or ["accounts.google.com"]:
            yield host, PUBLIC, WEB, host
        if provider == "*":
            return
    found = _PROVIDER.fullmatch(provider)
    if found is None:
        if issuer_of(provider).serves == "many":
            yield provider, PUBLIC, WEB, issuer_name(provider)
        elif is_fixed(provider):
            yield provider, EXTERNAL, WEB, ""
        return
    account, kind, name = found.groups()
    cap = ground.account_level(account) if ACCOUNT.fullmatch(account) else PUBLIC
    if kind == "saml":
        yield provider, cap, SAML, ""
    elif issuer_of(name).serves == "many":
        yield provider, PUBLIC, WEB, issuer_name(name)
    else:
        yield provider, cap, WEB, ""


def claim_of(key: str) -> tuple[str, str] | None:
    """Shared issuer and claim of a condition key such as `gitlab.com:sub`; None for any other key."""
    host, colon, claim = key.rpartition(":")
    return (host, claim) if colon and issuer_of(host).serves == "many" else None


def claims(key: str, by_key: Mapping[str, tuple[Condition, ...]]) -> list[Candidate]:
    """Values of one claim that the tokens of a shared issuer may carry, with the level each leaves."""
    host, claim = claim_of(key) or ("", "")
    return [
        Candidate({key: values} if values else {}, cap) for values, cap in _values(host, claim, by_key.get(key, ()))
    ]


def pools(by_key: Mapping[str, tuple[Condition, ...]]) -> list[Candidate]:
    """Ways of signing in to Cognito with each identity pool; a pool's guests are anybody."""
    ways, audiences = (by_key.get(key, ()) for key in POOL_KEYS)
    return [
        Candidate({POOL_KEYS[0]: way, POOL_KEYS[1]: audience}, PUBLIC if way == _GUEST else cap)
        for way, _ in _values(COGNITO, "amr", ways)
        for audience, cap in _values(COGNITO, "aud", audiences)
    ]


def _values(host: str, claim: str, conditions: Iterable[Condition]) -> list[tuple[tuple[str, ...], int]]:
    """Values of one claim with the level each leaves; none at all where tokens may come without the claim."""
    issuer = issuer_of(host)
    if host == COGNITO and claim == "amr":
        ways = {sample(value, PROBE) for condition in conditions for value in condition.values} - {"unauthenticated"}
        return [(_GUEST, PUBLIC), (("authenticated", *sorted(ways - {"authenticated"})), PUBLIC)]
    stranger = _stranger(host) if claim == "sub" else f"{PROBE}-other"
    found: dict[tuple[str, ...], int] = {(stranger,): PUBLIC}
    if not issuer.always_has(claim):
        found[()] = PUBLIC
    named = (condition for condition in conditions if condition.operator != "null")
    for value in (value for condition in named for value in condition.values):
        made = (sample(value, f"{PROBE}/{PROBE}" if claim == "sub" else PROBE),)
        found[made] = EXTERNAL if fixes_tenant(issuer, claim, value) else PUBLIC
        found.setdefault((sample(value, PROBE),), found[made])
    return list(found.items())


def _stranger(host: str) -> str:
    subjects = {
        GITHUB: f"repo:{PROBE}/{PROBE}:ref:refs/heads/main",
        "gitlab.com": f"project_path:{PROBE}/{PROBE}:ref_type:branch:ref:main",
    }
    return subjects.get(host, f"organization:{PROBE}:project:{PROBE}:workspace:{PROBE}:run_phase:apply")
