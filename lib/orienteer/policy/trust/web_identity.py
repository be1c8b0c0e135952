"""How narrowly a trust policy pins the callers of a web identity provider, judged by the weakest value it accepts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orienteer.policy.language.conditions import Condition
from orienteer.policy.language.document import Policy, Statement, parse
from orienteer.policy.language.match import action_matches
from orienteer.policy.language.patterns import is_fixed
from orienteer.policy.trust.roles import certain

# From nobody in particular to exactly one caller; `owner` is a whole organization, `repository` any branch of one.
SCOPES = ("anyone", "prefix", "owner", "repository", "pinned")
# Which claims of a shared issuer tell its tenants apart. A client's parameters may replace this.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
CLAIMS: Mapping[str, Sequence[str]] = {
    "token.actions.githubusercontent.com": ("sub", "job_workflow_ref", "repository"),
    "gitlab.com": ("sub", "project_path"),
    "app.terraform.io": ("sub",),
    "agent.buildkite.com": ("sub",),
    "oidc.circleci.com": ("sub",),
    "accounts.google.com": ("sub", "aud", "oaud"),
    "cognito-identity.amazonaws.com": ("aud",),
    "graph.facebook.com": ("id", "app_id"),
    "www.amazon.com": ("user_id", "app_id"),
}
_WEB = "sts:assumerolewithwebidentity"


@dataclass(frozen=True)
class WebTrust:
    """One provider of one statement. `scope` is one of SCOPES; `shared`: the issuer serves strangers too."""

    issuer: str
    provider: str
    shared: bool
    cluster: bool
    claim: str
    operator: str
    values: tuple[str, ...]
    weakest: str
    scope: str
    audience_fixed: bool
    sid: str
    statement: int
    words: str


def web_trusts(policy: Policy, claims: Mapping[str, Sequence[str]] = CLAIMS) -> tuple[WebTrust, ...]:
    """Each web identity provider that the trust policy lets in, with the weakest caller its conditions accept."""
    return tuple(
        _judged(value, statement, claims)
        for statement in parse(policy).statements
        if statement.effect == "Allow" and action_matches(statement, _WEB)
        for kind, value in statement.principals or ()
        if kind == "Federated" and ":saml-provider/" not in value
    )


def _judged(provider: str, statement: Statement, claims: Mapping[str, Sequence[str]]) -> WebTrust:
    issuer = provider.partition(":oidc-provider/")[2] or provider
    issuer = issuer.removeprefix("https://").rstrip("/").lower()
    host = issuer.partition("/")[0]
    cluster = host.startswith("oidc.eks.")
    names = claims.get(issuer) or claims.get(host) or ("sub",)
    by_claim = {name: [c for c in statement.conditions if c.key == f"{issuer}:{name.lower()}"] for name in names}
    graded = [_graded(issuer, name, condition) for name, found in by_claim.items() for condition in found]
    scope, claim, condition, weakest = max(graded, key=lambda one: one[0], default=(0, "", None, ""))
    fixed = _fixed(statement, f"{issuer}:aud")
    if host == "cognito-identity.amazonaws.com":
        scope = _cognito(statement, issuer, fixed)
    shared = issuer in claims or host in claims
    who = f"anybody with a token of {issuer}" if scope == 0 else f"callers whose {claim} matches {weakest}"
    words = f"The statement lets in {who}" + ("." if fixed else ", and does not fix the audience.")
    return WebTrust(
        issuer, provider, shared, cluster, claim, condition.operator if condition else "",
        condition.values if condition else (), weakest, SCOPES[scope], fixed, statement.sid, statement.index, words,
    )  # fmt: skip


def _graded(issuer: str, claim: str, condition: Condition) -> tuple[int, str, Condition, str]:
    """(scope, claim, condition, weakest value) of a condition; one met by a missing or any value is worth nothing."""
    if (
        not certain(condition)
        or not condition.operator.startswith(("stringequals", "stringlike"))
        or not condition.values
    ):
        return 0, claim, condition, ", ".join(condition.values)
    literal = condition.operator.startswith("stringequals")
    scopes = [
        (4 if literal and claim == "aud" else _scope(issuer, claim, value, literal), value)
        for value in condition.values
    ]
    scope, weakest = min(scopes)
    return scope, claim, condition, weakest


def _scope(issuer: str, claim: str, value: str, literal: bool) -> int:
    """The scope of one accepted value, as an index of SCOPES."""
    if literal and not is_fixed(value):
        return 4  # a wildcard taken literally matches no real token
    head = re.split(r"[*?]", value, maxsplit=1)[0]
    if not head:
        return 0
    if claim == "repository_owner":
        return 2 if head == value else 1
    if claim in ("repository", "project_path", "job_workflow_ref"):
        return _path(value, "/" if claim == "job_workflow_ref" else None)
    kind, _, rest = value.partition(":")
    if issuer in ("token.actions.githubusercontent.com", "gitlab.com") and kind in ("repo", "project_path"):
        return _repository(rest)
    if kind == "organization" or (kind == "system" and rest.startswith("serviceaccount:")):
        return _steps(value.split(":")[1::2] if kind == "organization" else value.split(":")[2:], is_fixed(value))
    if issuer.startswith("oidc.circleci.com"):
        return _steps(value.split("/")[1::2], is_fixed(value))
    return (
        4 if head == value else 1 if head.strip(":/") not in ("repo", "project_path", "organization", "system") else 0
    )


def _repository(rest: str) -> int:
    """The scope of `OWNER/NAME:what` after the subject's first word."""
    path, colon, what = rest.partition(":")
    found = _path(path, None)
    if found < 3 or not colon:
        return min(found, 3) if not is_fixed(rest) else found + bool(found == 3 and colon)
    return 3 if what.startswith("pull_request") or not is_fixed(what) else 4


def _path(path: str, after: str | None) -> int:
    """The scope of `OWNER/NAME`: nobody's, a prefix of owners, one owner, one repository."""
    owner, slash, name = path.partition("/")
    if not re.split(r"[*?]", owner, maxsplit=1)[0]:
        return 0
    if not is_fixed(owner) or not slash:
        return 1
    repository = name.partition(after)[0] if after else name
    if not is_fixed(repository) or not repository:
        return 2
    return 4 if after and is_fixed(name) else 3


def _steps(parts: Sequence[str], complete: bool) -> int:
    """The scope of a subject of several named steps: how many of them are fixed from the left."""
    fixed = 0
    for part in parts:
        if not is_fixed(part) or not part:
            break
        fixed += 1
    if complete and fixed == len(parts):
        return 4
    partly = bool(parts) and bool(re.split(r"[*?]", parts[0], maxsplit=1)[0])
    return (1 if partly else 0) if fixed == 0 else 2 if fixed == 1 else 3


def _fixed(statement: Statement, key: str) -> bool:
    """Whether some condition asks for exact values of the key."""
    return any(
        c.key == key and certain(c) and c.operator.startswith(("stringequals", "stringlike"))
        and (c.operator.startswith("stringequals") or all(map(is_fixed, c.values)))
        for c in statement.conditions
    )  # fmt: skip


def _cognito(statement: Statement, issuer: str, audience_fixed: bool) -> int:
    """Cognito's tokens tell the pool by their audience, and guests from others by `amr`."""
    signed_in = any(
        c.key == f"{issuer}:amr" and certain(c) and "authenticated" in c.values and "unauthenticated" not in c.values
        for c in statement.conditions
    )
    return 0 if not audience_fixed else 3 if signed_in else 1
