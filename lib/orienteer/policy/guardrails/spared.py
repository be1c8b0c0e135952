"""Whom the denies of a chain of guardrails spare, and whether a local administrator can make itself one of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from orienteer.partitions import home_region
from orienteer.policy.guardrails.chain import Levels, scp_decision
from orienteer.policy.guardrails.choices import of_member, through
from orienteer.policy.guardrails.members import Member
from orienteer.policy.language.document import Statement
from orienteer.policy.language.match import wildcard

_RESERVED = ("role/aws-reserved/", "role/aws-service-role/")
_TAG = "aws:principaltag/"
_KEYS = ("aws:principalarn", "aws:userid", "aws:username")
_OVER_USERS = ("iam:CreateUser", "iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile")
_TAGGING = (
    ("iam:TagRole", "role"),
    ("sts:TagSession", "role"),
    ("iam:CreateRole", "role"),
    ("iam:TagUser", "user"),
    ("iam:CreateUser", "user"),
)
"""How an administrator comes by a tag: on a principal, or on a session of a role that he lets himself assume."""
_MOST = 100
"""No guardrail that AWS accepts names more; those beyond are taken to be within an administrator's reach, untried."""
_PARTS = ("role/", "user/")


@dataclass(frozen=True)
class Exemption:
    """A principal that the guardrail spares: its pattern, an example, and whether a local administrator can be it."""

    pattern: str
    key: str
    example: str
    guessable: bool
    words: str


def denies(levels: Levels) -> Iterable[tuple[int, int, Statement]]:
    """(level, policy, statement) of every Deny."""
    return (
        (level, index, statement)
        for level, documents in enumerate(levels)
        for index, document in enumerate(documents)
        for statement in document.statements
        if statement.effect == "Deny"
    )


def exemptions(
    levels: Levels, member: Member, denied: bool, refuses: Callable[[Mapping[str, Any]], bool]
) -> tuple[Exemption, ...]:
    """The principals that the chain's denies spare from a refusal, each proved by a request that passes.

    `refuses` tells whether a call with such additions to the administrator's context is denied.
    """
    found: dict[tuple[str, str], Exemption] = {}
    named = dict.fromkeys(_named(levels))
    for key, value, literal in islice(named, _MOST):
        context = _as_spared(key, value, literal, member)
        if context is None or (key, value) in found or refuses(context):
            continue
        ordinary = member.administrator()["aws:PrincipalArn"]
        if denied or (key == "aws:principalarn" and not literal and wildcard(value, ordinary)):
            found[key, value] = _exemption(levels, key, value, context, member)
    untried = len(named) - _MOST
    if denied and untried > 0:
        words = f"{untried} more principals are exempt and were not tried."
        found["", ""] = Exemption(f"{untried} more", "", "", True, words)
    return tuple(found.values())


def _named(levels: Levels) -> Iterator[tuple[str, str, bool]]:
    """(key, value, literal) of what the denies except from themselves about the caller."""
    for _, _, statement in denies(levels):
        for condition in statement.conditions:
            key = condition.key
            if condition.operator == "null" and key.startswith(_TAG) and "true" in map(str.lower, condition.values):
                yield key, "*", False
            elif condition.negated and (key in _KEYS or key.startswith(_TAG)):
                literal = condition.operator.startswith("stringnotequals")
                yield from ((key, value, literal) for value in condition.values)


def _as_spared(key: str, value: str, literal: bool, member: Member) -> dict[str, Any] | None:
    """What a caller of this account must carry to be spared, or None if nobody of this account can be."""
    meant = value.replace("${aws:PrincipalAccount}", member.account_id)
    filled = meant if literal else _fill(meant)
    if key == "aws:username":
        return {"aws:PrincipalArn": member.arn(f"user/{filled}"), "aws:PrincipalType": "User", key: filled}
    if key != "aws:principalarn":
        return {key: filled}
    if literal:
        return {"aws:PrincipalArn": meant} if meant.split(":")[4:5] == [member.account_id] else None
    example = next((arn for name in _names(meant) if wildcard(meant, arn := member.arn(name))), None)
    return {"aws:PrincipalArn": example} if example else None


def _names(pattern: str) -> Iterator[str]:
    """Names of roles and users that the pattern of an ARN may mean."""
    fields = pattern.split(":", 5)
    last = fields[5] if len(fields) == 6 else pattern.rpartition(":")[2]
    tail = last.removeprefix("*") if len(fields) < 6 else last
    for part in _PARTS:
        at = last.find(part)
        if at >= 0 and not last[:at].strip("*"):
            yield _fill(last[at:])
    if tail == "root":
        yield "root"
    for text in dict.fromkeys((tail, tail.lstrip("/"), last.rpartition("/")[2], last)):
        yield from (part + _fill(text) for part in _PARTS)


def _fill(pattern: str) -> str:
    return pattern.replace("*", "probe").replace("?", "x")


def _exemption(levels: Levels, key: str, value: str, context: Mapping[str, Any], member: Member) -> Exemption:
    """The exemption, with the proof that a local administrator can or cannot take it."""
    example = str(next(iter(context.values())))
    region = home_region("iam", member.partition)
    way = next(
        (
            a
            for a, resource, extra in _means(key, value, example, member)
            if _open(levels, a, resource, member.administrator(region, **extra))
        ),
        None,
    )
    kind = "any principal matching" if "*" in value or "?" in value else "the principal"
    words = f"{kind} {value} is exempt" + (
        f", and a local administrator can become it with {way}."
        if way
        else " and cannot be taken by a local administrator."
    )
    return Exemption(value, key, example, way is not None, words[0].upper() + words[1:])


def _open(levels: Levels, action: str, resource: str, context: Mapping[str, Any]) -> bool:
    return through(lambda now: scp_decision(levels, action, resource, now), context, of_member).allowed


def _means(key: str, value: str, example: str, member: Member) -> list[tuple[str, str, dict[str, Any]]]:
    """(action, resource, context) of what a local administrator would call to take an exemption."""
    if key.startswith(_TAG):
        tag = key.removeprefix(_TAG)
        brought = {f"aws:RequestTag/{tag}": example, "aws:TagKeys": [tag]}
        return [(way, member.arn(f"{kind}/somebody"), brought) for way, kind in _TAGGING]
    if key == "aws:userid":  # of a session: its role's id, which nobody chooses, and its name, which the caller does
        free = value.partition(":")[0].rstrip("*?") in ("", "AROA")
        return [("sts:AssumeRole", member.arn("role/somebody"), {})] if free else []
    resource = example.split(":", 5)[-1]
    if resource == "root" or resource.startswith(_RESERVED):
        return []
    if resource.startswith("user/"):
        return [(way, example, {}) for way in _OVER_USERS]
    return [(way, example, {}) for way in ("iam:CreateRole", "iam:UpdateAssumeRolePolicy")]
