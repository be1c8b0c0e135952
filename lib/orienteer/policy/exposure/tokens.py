"""Tokens of federated identity providers: which issuers serve many tenants, and what in a token fixes the tenant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from orienteer.policy.exposure.clues import Candidate
from orienteer.policy.exposure.ground import ACCOUNT, EXTERNAL, PROBE, PUBLIC, Ground
from orienteer.policy.language.conditions import Condition
from orienteer.policy.language.patterns import is_fixed, sample

SAML, WEB = "sts:assumerolewithsaml", "sts:assumerolewithwebidentity"
_PROVIDER = re.compile(r"arn:[\w*-]+:iam::([\d*?]*):(saml|oidc)-provider/(.+)")
COGNITO = "cognito-identity.amazonaws.com"

POOL_KEYS = (f"{COGNITO}:amr", f"{COGNITO}:aud")
_GUEST = ("unauthenticated",)

_SUBJECTS: Mapping[str, re.Pattern[str]] = {
    "token.actions.githubusercontent.com": re.compile(
        r"repo:[^*?/:]+/|(repository|repository_owner|repository_id|repository_owner_id|enterprise|enterprise_id"
        r"|organization|job_workflow_ref|actor|actor_id):[^*?/:]+([:/]|$)"
    ),
    "gitlab.com": re.compile(r"(project_path|namespace_path|group):[^*?/:]+[/:]"),
    "app.terraform.io": re.compile(r"organization:[^*?:]+:"),
    "agent.buildkite.com": re.compile(r"organization:[^*?:]+:"),
    "oidc.vercel.com": re.compile(r"owner:[^*?:]+:"),
    "api.pulumi.com/oidc": re.compile(r"pulumi:[^*?:]+:[^*?:]+:"),
    "accounts.google.com": re.compile(r"(?!)"),
    "graph.facebook.com": re.compile(r"(?!)"),
    "www.amazon.com": re.compile(r"(?!)"),
    "appleid.apple.com": re.compile(r"(?!)"),
    COGNITO: re.compile(r"(?!)"),
}
"""Issuers that anybody can get tokens of, and the start of a subject that already fixes the tenant."""

_FREE_CLAIMS = frozenset(["aud", "oaud", "app_id", "amr", "ref", "ref_type", "environment", "event_name", "iss", "azp"])
"""Claims that any tenant's token can carry as it likes (the audience of Cognito apart)."""


def tokens(
    provider: str, by_key: Mapping[str, tuple[Condition, ...]], ground: Ground
) -> Iterator[tuple[str, int, str, str]]:
    """(provider, level, action, shared issuer or nothing) of bearers who could come through the provider entry."""
    if not is_fixed(provider):
        hosts = [host for host in _SUBJECTS if any(key.startswith(f"{host}:") for key in by_key)]
        for host in hosts or ["accounts.google.com"]:
            yield host, PUBLIC, WEB, host
        if provider == "*":
            return
    found = _PROVIDER.fullmatch(provider)
    if found is None:
        host = provider.removeprefix("https://").rstrip("/")
        if host in _SUBJECTS:
            yield provider, PUBLIC, WEB, host
        elif is_fixed(provider):
            yield provider, EXTERNAL, WEB, ""
        return
    account, kind, name = found.groups()
    cap = ground.account_level(account) if ACCOUNT.fullmatch(account) else PUBLIC
    host = name.rstrip("/").lower()
    if kind == "saml":
        yield provider, cap, SAML, ""
    elif host in _SUBJECTS:
        yield provider, PUBLIC, WEB, host
    else:
        yield provider, cap, WEB, ""


def claim_of(key: str) -> tuple[str, str] | None:
    """Shared issuer and claim of a condition key such as `gitlab.com:sub`; None for any other key."""
    host, colon, claim = key.rpartition(":")
    return (host, claim) if colon and host in _SUBJECTS else None


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
    """Values of one claim with the level each leaves.  Every token has a subject and an audience."""
    if host == COGNITO and claim == "amr":
        ways = {sample(value, PROBE) for condition in conditions for value in condition.values} - {"unauthenticated"}
        return [(_GUEST, PUBLIC), (("authenticated", *sorted(ways - {"authenticated"})), PUBLIC)]
    stranger = _stranger(host) if claim == "sub" else f"{PROBE}-other"
    found: dict[tuple[str, ...], int] = {(stranger,): PUBLIC}
    if claim not in ("sub", "aud"):
        found[()] = PUBLIC
    for value in (value for condition in conditions for value in condition.values):
        made = (sample(value, f"{PROBE}/{PROBE}" if claim == "sub" else PROBE),)
        found[made] = EXTERNAL if _fixes(host, claim, value) else PUBLIC
        found.setdefault((sample(value, PROBE),), found[made])
    return list(found.items())


def _fixes(host: str, claim: str, value: str) -> bool:
    """Whether the value of the claim belongs to one tenant of the issuer."""
    if claim in _FREE_CLAIMS:
        return host == COGNITO and claim == "aud" and is_fixed(value)
    if claim == "sub":
        return is_fixed(value) or _SUBJECTS[host].match(value) is not None
    head = re.split(r"[*?]", value)[0]
    return is_fixed(value) or "/" in head


def _stranger(host: str) -> str:
    subjects = {
        "token.actions.githubusercontent.com": f"repo:{PROBE}/{PROBE}:ref:refs/heads/main",
        "gitlab.com": f"project_path:{PROBE}/{PROBE}:ref_type:branch:ref:main",
    }
    return subjects.get(host, f"organization:{PROBE}:project:{PROBE}:workspace:{PROBE}:run_phase:apply")
