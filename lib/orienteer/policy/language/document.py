"""Policy documents as values: read once, never an exception, and what could not be read stands in `problems`.

Where a part cannot be read, an Allow is read no narrower and a Deny no wider than it may be.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Literal

from orienteer.policy.language.conditions import OPERATORS, Condition, Test, compiled, readable
from orienteer.policy.language.patterns import PatternSet, pattern_set
from orienteer.policy.language.text import (
    NO_POLICY,
    Policy,
    Twice,
    document_text,
    folded,
    is_deny,
    listed_statements,
    loaded,
    scalars,
)

MODERN = "2012-10-17"
"""The version whose documents know policy variables."""

Principals = tuple[tuple[str, str], ...]
_IDENTITY = ":user/CloudFront Origin Access Identity "
"""The one kind of principal whose name holds blanks."""
_KINDS = {kind.lower(): kind for kind in ("AWS", "Service", "Federated", "CanonicalUser")}
_TWINS = ("principal", "action", "resource")
_ELEMENTS = frozenset(["sid", "effect", "condition", *_TWINS, *(f"not{name}" for name in _TWINS)])


@dataclass(frozen=True)
class Statement:
    """One statement.  None means the element is not there; `wording` has the actions as written.

    An element that cannot be read is None, too: `lacks` has those of action, resource and principal that are not there.

    Matchers are made when they are asked for: most statements are judged without.
    """

    index: int
    sid: str
    effect: Literal["Allow", "Deny"]
    principals: Principals | None
    not_principals: Principals | None
    actions: tuple[str, ...] | None
    not_actions: tuple[str, ...] | None
    resources: tuple[str, ...] | None
    not_resources: tuple[str, ...] | None
    conditions: tuple[Condition, ...]
    wording: tuple[str, ...] = field(compare=False, repr=False)
    variables: bool = field(compare=False, repr=False)
    lacks: frozenset[str] = field(default=frozenset(), compare=False, repr=False)

    @cached_property
    def action_set(self) -> PatternSet:
        """What Action or NotAction names."""
        return pattern_set(self.actions if self.actions is not None else self.not_actions or ())

    @cached_property
    def resource_set(self) -> PatternSet:
        """What Resource or NotResource names."""
        return pattern_set(self.resources if self.resources is not None else self.not_resources or ())

    @cached_property
    def moving(self) -> tuple[str, ...]:
        """The resources with policy variables."""
        named = self.resources if self.resources is not None else self.not_resources or ()
        return tuple([pattern for pattern in named if "${" in pattern]) if self.variables else ()

    @cached_property
    def tests(self) -> tuple[Test, ...]:
        """One test of a request's context for each condition."""
        return tuple([compiled(condition, self.variables) for condition in self.conditions])

    @property
    def name(self) -> str:
        """How a report names the statement: its Sid, or its place counted from one."""
        return f'"{self.sid}"' if self.sid else str(self.index + 1)


@dataclass(frozen=True, slots=True)
class Document:
    """A policy document: its statements in order, what could not be read, and the text it was read from.

    `deny_problems` are those of the problems that are about a Deny: without it the rest is no narrower than it may be.
    """

    version: str
    statements: tuple[Statement, ...]
    problems: tuple[str, ...]
    text: str = field(compare=False)
    deny_problems: frozenset[str] = field(default=frozenset(), compare=False)

    def __hash__(self) -> int:
        return hash(self.text)

    @property
    def variables(self) -> bool:
        return self.version == MODERN


def parse(policy: Policy | Document) -> Document:
    """The document, whatever is given: JSON text, URL-encoded text, a mapping, a document, nothing, nonsense.

    Never raises.

    None (and a frame's null) is "no policy": no statements and no problem.  A text that is empty or says `null` is one
    that could not be read.
    """
    if isinstance(policy, Document):
        return policy
    text, problem = document_text(policy)
    return _parsed(text) if not problem else Document("", (), (problem,), text)


@lru_cache(maxsize=256)
def _parsed(text: str) -> Document:
    return read(text)


def read(text: str) -> Document:
    """The document that the text holds, read anew: what `parse` remembers."""
    if text == NO_POLICY:
        return Document("", (), (), text)
    try:
        found = loaded(text)
    except (ValueError, RecursionError) as error:
        reason = "it is empty" if not text.strip() else f"it is not JSON ({type(error).__name__})"
        return Document("", (), (f"the policy could not be read: {reason}",), text)
    if found is None:
        return Document("", (), ("the policy could not be read: its text is null",), text)
    if not isinstance(found, dict | list):
        return Document("", (), (f"the policy is a {type(found).__name__}, not a document",), text)
    problems: list[str] = []
    if isinstance(found, list):
        problems.append("the policy is a list, read as its statements")
        found = {"Statement": found}
    top = folded(found, problems, "the document")
    version = top.get("version", "2008-10-17")
    statements, of_denies = [], set()
    for index, item in enumerate(listed_statements(top, problems)):
        before = len(problems)
        if statement := _statement(index, item, version == MODERN, problems):
            statements.append(statement)
        if is_deny(item):
            of_denies.update(problems[before:])
    named = version if isinstance(version, str) else ""
    return Document(named, tuple(statements), tuple(dict.fromkeys(problems)), text, frozenset(of_denies))


@dataclass(slots=True)
class _Reader:
    """A statement while it is read: notes problems, and whether a part was lost."""

    where: str
    problems: list[str]
    effect: str = "Allow"
    lost: set[str] = field(default_factory=set)

    def lose(self, element: str, why: str) -> None:
        self.lost.add(element)
        self.problems.append(f"{self.where}: {why}")


def _statement(index: int, item: Any, variables: bool, problems: list[str]) -> Statement | None:
    reader = _Reader(f"statement {index + 1}", problems)
    if not isinstance(item, dict):
        reader.lose("statement", f"it is a {type(item).__name__}, not an object")
        return None
    found = folded(item, problems, reader.where)
    for name in () if found.keys() <= _ELEMENTS else found.keys() - _ELEMENTS:
        reader.lose("unknown", f"element {name[:60]!r} is not known")
    effect = reader.effect = _effect(found.get("effect"), reader)
    if effect == "Deny" and any(isinstance(value, Twice) for value in found.values()):
        return None
    principals = _principals(found, "principal", reader) if "principal" in found else None
    not_principals = _principals(found, "notprincipal", reader) if "notprincipal" in found else None
    actions, not_actions = _either(found, "action", reader, lower=True)
    resources, not_resources = _either(found, "resource", reader, lower=False)
    conditions = _conditions(found.get("condition"), effect, reader)
    if actions is None and not_actions is None and "action" not in reader.lost:
        reader.lose("action", "it has no Action")
    if principals is not None and not_principals is not None:
        reader.lose("principal", "it has both Principal and NotPrincipal")
    if effect == "Deny" and reader.lost:
        return None
    if "principal" in reader.lost:
        principals, not_principals = (("AWS", "*"),), None
    return Statement(
        index,
        _sid(found),
        effect,
        principals,
        not_principals,
        actions,
        not_actions,
        resources,
        not_resources,
        conditions,
        wording=tuple(map(str, scalars(found.get("action", found.get("notaction", ()))))),
        variables=variables,
        lacks=frozenset(name for name in _TWINS if name not in found and f"not{name}" not in found),
    )


def _sid(found: Mapping[str, Any]) -> str:
    """Its id; empty where it has none, or one that is no text."""
    sid = found.get("sid", "")
    return sid if isinstance(sid, str) else ""


def bare(not_principals: Principals | None, conditions: tuple[Condition, ...], variables: bool) -> Statement:
    """An Allow of everything with these conditions, for questions about who may call."""
    return Statement(
        0,
        "",
        "Allow",
        None,
        not_principals,
        ("*",),
        None,
        None,
        None,
        conditions,
        wording=(),
        variables=variables,
    )


def _effect(value: Any, reader: _Reader) -> Literal["Allow", "Deny"]:
    if value == "Allow" or value == "Deny":
        return "Deny" if value == "Deny" else "Allow"
    reader.lose("effect", f"Effect is {_shown(value)}")
    return "Deny" if isinstance(value, str) and value.lower() == "deny" else "Allow"


def _shown(value: Any) -> str:
    return repr(value)[:60] if isinstance(value, str) else "missing" if value is None else type(value).__name__


def _either(found: dict[str, Any], name: str, reader: _Reader, lower: bool) -> tuple[tuple[str, ...] | None, ...]:
    """The element and its Not- twin; both None when neither can be read."""
    twin = f"not{name}"
    positive = _texts(found, name, reader, lower) if name in found else None
    negative = _texts(found, twin, reader, lower) if twin in found else None
    if positive is not None and negative is not None:
        reader.lose(name, f"it has both {name.title()} and Not{name.title()}")
        return None, None
    return (None, None) if name in reader.lost else (positive, negative)


def _texts(found: dict[str, Any], key: str, reader: _Reader, lower: bool) -> tuple[str, ...]:
    name, texts = key.removeprefix("not"), []
    if isinstance(found[key], Twice) and key != name:
        reader.lose(name, f"{key} appears more than once")
    for value in scalars(found[key]):
        if isinstance(value, str):
            texts.append(value.lower() if lower else value)
        else:
            reader.lose(name, f"{key} holds a {type(value).__name__}")
    return tuple(texts)


def _principals(found: dict[str, Any], key: str, reader: _Reader) -> Principals:
    listed: list[tuple[str, str]] = []
    if isinstance(found[key], Twice) and key == "notprincipal":
        reader.lose("principal", f"{key} appears more than once")
    for part in scalars(found[key]):
        if isinstance(part, dict):
            for kind, values in part.items():
                listed += _of_kind(kind, values, key, reader)
        elif part == "*":
            listed.append(("AWS", "*"))
        else:
            listed += _of_kind("AWS", part, key, reader)
            reader.problems.append(f"{reader.where}: {key} names a principal without its kind")
    return tuple(dict.fromkeys(listed))


def _of_kind(kind: str, values: Any, key: str, reader: _Reader) -> Iterable[tuple[str, str]]:
    known = _KINDS.get(kind.lower())
    if known is None:
        reader.lose("principal", f"{key} has the unknown kind {kind[:60]!r}")
        return
    if isinstance(values, Twice):
        reader.problems.append(f"{reader.where}: {key} holds {kind} more than once")
        if key == "notprincipal" or reader.effect == "Deny":
            reader.lose("principal", f"{key} cannot be read")
    for value in scalars(values):
        if isinstance(value, str):
            if not visible(value):
                reader.problems.append(f"{reader.where}: {key} holds characters that no principal has")
            yield known, value
        elif isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            yield known, f"{value:012d}"
        else:
            reader.lose("principal", f"{key} holds a {type(value).__name__}")


def visible(principal: str) -> bool:
    """True if the text holds nothing but what can be seen in ASCII: no blank, no line end, nothing of zero width."""
    if " " in principal:
        principal = principal.replace(_IDENTITY, "", 1)
    return principal.isascii() and principal.isprintable() and " " not in principal


def _conditions(found: Any, effect: str, reader: _Reader) -> tuple[Condition, ...]:
    """The conditions that could be read; one that could not is left out, so that an Allow is no narrower."""
    if found is None:
        return ()
    if isinstance(found, Twice) or not isinstance(found, dict):
        reader.lose("condition", "Condition is not one object")
        return ()
    conditions = []
    for name, keys in found.items():
        qualifier, operator, if_exists = _operator(name)
        if operator not in OPERATORS or qualifier is None:
            reader.lose("condition", f"condition operator {name[:60]!r} is not known")
        elif isinstance(keys, Twice) or not isinstance(keys, dict):
            reader.lose("condition", f"condition {name[:60]} is not one object")
        else:
            for key, given in keys.items():
                values = _values(operator, key, given, reader)
                if values is not None:
                    conditions.append(
                        Condition(operator, qualifier, if_exists, key.strip().lower(), values, f"{name} {key}")
                    )
    return tuple(conditions)


@lru_cache(maxsize=1024)
def _operator(name: str) -> tuple[str | None, str, bool]:
    """Qualifier (None: unknown), base operator, and whether IfExists follows it."""
    head, colon, tail = name.strip().lower().rpartition(":")
    base = tail.removesuffix("ifexists")
    qualifier = head if head in ("forallvalues", "foranyvalue") or not colon else None
    return qualifier, base if base != "null" else tail, base != tail


def _values(operator: str, key: str, given: Any, reader: _Reader) -> tuple[str, ...] | None:
    """The values as text; None when any of them cannot be read."""
    if isinstance(given, Twice):
        reader.lose("condition", f"condition key {key[:60]} appears more than once")
        return None
    texts = []
    for value in given if isinstance(given, list) else [given]:
        if isinstance(value, bool):
            texts.append("true" if value else "false")
        elif isinstance(value, str | int | float):
            texts.append(str(value))
        else:
            reader.lose("condition", f"condition key {key[:60]} holds a {type(value).__name__}")
            return None
        if not readable(operator, texts[-1]):
            reader.lose(
                "condition", f"condition key {key[:60]} holds {texts[-1][:60]!r}, which {operator} cannot compare"
            )
            return None
    return tuple(texts)
