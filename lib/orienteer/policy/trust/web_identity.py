"""How narrowly a trust policy pins the callers of a web identity provider, judged by the weakest value it accepts."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from orienteer.policy.exposure.reachers import Access
from orienteer.policy.issuers import CLAIMS, COGNITO, Issuer, Serves, fixes_tenant, issuer_name, issuer_of
from orienteer.policy.language.conditions import Condition
from orienteer.policy.language.document import Statement, parse
from orienteer.policy.language.match import action_matches, condition_holds
from orienteer.policy.language.patterns import is_fixed
from orienteer.policy.language.text import Policy
from orienteer.policy.trust.roles import demanded, denies_of

# From nobody in particular to exactly one caller; `owner` is a whole organization, `repository` any branch of one.
SCOPES = ("anyone", "prefix", "owner", "repository", "pinned")
_OF_CLAIM: Mapping[str, int] = {
    "repository_id": 3,
    "project_id": 3,
    "repository_owner": 2,
    "repository_owner_id": 2,
    "actor": 2,
    "actor_id": 2,
    "enterprise": 2,
    "enterprise_id": 2,
    "namespace_path": 2,
    "namespace_id": 2,
    "workspace_id": 2,
}
"""What one fixed value of a claim pins."""
_PATHS = ("repository", "project_path", "job_workflow_ref")
_WEB = "sts:assumerolewithwebidentity"


@dataclass(frozen=True)
class WebTrust:
    """One provider of one statement. `scope` is one of SCOPES; `serves` whether its issuer serves strangers, too.

    `audience_fixed`: by a condition, or by the client ids that the provider takes.  `level`: how far from the owner
    those are who come by it, where that was asked (`letting_in`).
    """

    issuer: str
    provider: str
    serves: Serves
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
    level: str = ""

    @property
    def shared(self) -> bool:
        """True if the issuer serves many tenants under one name."""
        return self.serves == "many"

    @property
    def of_repositories(self) -> bool:
        """True if its callers are jobs of source repositories."""
        return any(form.startswith(("repo:", "project_path:")) for form in issuer_of(self.issuer).subjects)


def web_trusts(
    policy: Policy,
    claims: Mapping[str, Sequence[str]] = CLAIMS,
    client_ids: Mapping[str, Sequence[str]] | None = None,
) -> tuple[WebTrust, ...]:
    """Each web identity provider that the trust policy lets in, with the weakest caller its conditions accept.

    A Deny of all other callers counts as a condition.  `claims` names claims that tell tenants apart for issuers that
    the table does not have; `client_ids` has, by the provider's ARN, the audiences that the provider takes.
    """
    denies = denies_of(policy)
    return tuple(
        _judged(value, statement, _conditions(statement, denies), claims, client_ids or {})
        for statement in parse(policy).statements
        if statement.effect == "Allow" and action_matches(statement, _WEB)
        for kind, value in statement.principals or ()
        if kind == "Federated" and ":saml-provider/" not in value
    )


def letting_in(found: Iterable[WebTrust], access: Access) -> tuple[WebTrust, ...]:
    """Those of the trusts by which somebody gets in, each with the level of who does.  `access`: the same policy's."""
    levels = {(one.principal, one.statement): one.level for one in reversed(access.reachers) if one.kind == "federated"}
    told = ((one, levels.get((one.provider, one.statement))) for one in found)
    return tuple(replace(one, level=level) for one, level in told if level)


def _conditions(allow: Statement, denies: Iterable[Statement]) -> tuple[Condition, ...]:
    """The conditions of the Allow, and those that Denies add to it."""
    added = (demanded(deny, allow, _WEB) for deny in denies)
    return (*allow.conditions, *(one for one in added if one is not None))


def _judged(
    provider: str,
    statement: Statement,
    conditions: Sequence[Condition],
    claims: Mapping[str, Sequence[str]],
    client_ids: Mapping[str, Sequence[str]],
) -> WebTrust:
    name, issuer = issuer_name(provider), issuer_of(provider)
    serves: Serves = "many" if name in claims else issuer.serves
    names = claims.get(name) or issuer.claims or ("sub",)
    found = [condition for claim in names for condition in conditions if _about(condition, name, claim)]
    graded = [_graded(issuer, condition) for condition in found]
    scope, claim, condition, weakest = max(graded, key=lambda one: one[0], default=(0, "", None, ""))
    fixed = bool(client_ids.get(provider)) or _fixed(conditions, f"{name}:aud")
    if name == COGNITO:
        scope = scope if (scope, claim) == (4, "sub") else _cognito(conditions, name, fixed)
    who = f"anybody with a token of {name}" if scope == 0 else f"callers whose {claim} matches {weakest}"
    words = f"The statement lets in {who}" + ("." if fixed else ", and does not fix the audience.") + _style(condition)
    return WebTrust(
        name,
        provider,
        serves,
        issuer.cluster,
        claim,
        condition.operator if condition else "",
        condition.values if condition else (),
        weakest,
        SCOPES[scope],
        fixed,
        statement.sid,
        statement.index,
        words,
    )


def _about(condition: Condition, issuer: str, claim: str) -> bool:
    return condition.key == f"{issuer}:{claim.lower()}"


def _style(condition: Condition | None) -> str:
    """A remark where the condition binds only since every token of the issuer carries the claim."""
    if condition is None or not (condition.if_exists or condition.qualifier == "forallvalues"):
        return ""
    return f" Every token carries that claim, so {condition.written.split()[0]} binds; the plain operator is clearer."


def _graded(issuer: Issuer, condition: Condition) -> tuple[int, str, Condition, str]:
    """(scope, claim, condition, weakest value) of a condition; one met by a missing or any value is worth nothing."""
    claim = condition.key.rpartition(":")[2]
    loose = condition.if_exists or condition.qualifier == "forallvalues"
    if condition.negated or (loose and not issuer.always_has(claim)) or not condition.values:
        return 0, claim, condition, ", ".join(condition.values)
    if not condition.operator.startswith(("stringequals", "stringlike")):
        return 0, claim, condition, ", ".join(condition.values)
    literal = condition.operator.startswith("stringequals")
    scope, weakest = min((_scope(issuer, claim, value, literal), value) for value in condition.values)
    return scope, claim, condition, weakest


def _scope(issuer: Issuer, claim: str, value: str, literal: bool) -> int:
    """The scope of one accepted value, as an index of SCOPES."""
    if literal and (not is_fixed(value) or claim in ("aud", "oaud")):
        return 4  # a wildcard taken literally matches no real token
    head = re.split(r"[*?]", value, maxsplit=1)[0]
    if not head:
        return 0
    if claim in _OF_CLAIM:
        return _OF_CLAIM[claim] if is_fixed(value) else 1
    if claim in _PATHS:
        return _path(value, "/" if claim == "job_workflow_ref" else None)
    kind, _, rest = value.partition(":")
    if kind in ("repo", "project_path") and f"{kind}:{{}}/" in issuer.subjects:
        return _repository(rest)
    if kind == "organization" or (kind == "system" and rest.startswith("serviceaccount:")):
        return _steps(value.split(":")[1::2] if kind == "organization" else value.split(":")[2:], is_fixed(value))
    if issuer.name.startswith("oidc.circleci.com"):
        return _steps(value.split("/")[1::2], is_fixed(value))
    if head == value:
        return 4
    if fixes_tenant(issuer, claim, value):
        return 2
    begun = any(form.partition("{}")[0].startswith(head) for form in (*issuer.subjects, "system:serviceaccount:{}"))
    return 0 if begun else 1


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


def _fixed(conditions: Iterable[Condition], key: str) -> bool:
    """Whether some condition asks for exact values of the key."""
    return any(
        c.key == key
        and not (c.negated or c.if_exists)
        and c.operator.startswith(("stringequals", "stringlike"))
        and (c.operator.startswith("stringequals") or all(map(is_fixed, c.values)))
        for c in conditions
    )


def _cognito(conditions: Iterable[Condition], issuer: str, audience_fixed: bool) -> int:
    """Cognito's tokens tell the pool by their audience, and guests from others by `amr`."""
    guest = {f"{issuer}:amr": ("unauthenticated",)}
    signed_in = not all(condition_holds(one, guest) for one in conditions if one.key in guest)
    return 0 if not audience_fixed else 3 if signed_in else 1
