"""`Exposable`: a type of resource that can be opened to others, as a value; and the ways in which one can be opened.

Worked by hand: a bucket's openings are its policy, closed by `restricts`, and its ACL.  Where the policy lets in
everybody and `restricts` is True, the raw level is public, the guardrail is "restricts" and the level private.  Where
`restricts` was not seen, the policy's level is private or public; an ACL that is public makes it public all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal, Protocol

from orienteer import tables
from orienteer.facts.fact import FACTS
from orienteer.facts.seen import Cells, Partial, Row, Unseen, World
from orienteer.facts.values import documents
from orienteer.policy.exposure import Exposure, exposure, fenced
from orienteer.policy.guardrails.bound import binds_type

Level = Literal["private", "organization", "external", "public"]
LEVELS: tuple[Level, ...] = ("private", "organization", "external", "public")
_UNIT = re.compile(r"ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}")
_NETWORK = re.compile(r"\bvpce?-[0-9a-f]+\b")
_ADDRESS = re.compile(r"(?<![\d./])((?:\d{1,3}\.){3}\d{1,3})(?:/32)?(?![\d./])")
"""What a policy may name of one's own: networks, and single addresses."""


GUARDRAILS: Mapping[str, str] = {
    "restricts": "S3 block public access",
    "ignores_acls": "S3 block public access (ACLs)",
    "restricts_point": "S3 block public access",
    "restricts_region_point": "S3 block public access",
    "account_restrict_public_buckets": "S3 block public access",
    "sharing_blocked": "snapshot block public access",
    "blocked": "Lightsail block public access",
    "vpc_blocked": "VPC block public access",
    "private_network": "a private network",
    "networks": "a list of networks",
}
"""Guardrails that a column names, in words; others say what they are."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Who can reach a resource at most, and through what.

    `raw` is the level before the `guardrail` (a column's name, empty where none mattered); `statement` the Sid or
    number of the policy's statement that opens it; `problems` what could not be read of it.  `asks_nothing`: what the
    policy stands before asks nobody who they are.
    """

    level: Level = "private"
    who: tuple[str, ...] = ()
    through: str = "none"
    why: str = ""
    problems: tuple[str, ...] = ()
    raw: Level = "private"
    guardrail: str = ""
    statement: str = ""
    asks_nothing: bool = False


STRANGERS = ("everybody",)


def public(through: str, why: str = "") -> Reached:
    """Everybody gets in."""
    return Reached("public", STRANGERS, through, why, raw="public")


def shut(through: str, why: str, guardrail: str) -> Reached:
    """Everybody would get in, and something keeps them out."""
    return Reached("private", (), through, why, raw="public", guardrail=guardrail)


ANY = tuple(Reached(level, through="not seen", raw=level) for level in LEVELS)
"""What a way in that was not seen may be."""


@dataclass(frozen=True, slots=True)
class Fence:
    """A resource control policy that binds an account: its name and its text."""

    name: str
    text: str


@dataclass(frozen=True)
class Ground:
    """What levels are measured against: the organization's id, accounts and networks, and the client's own friends.

    `fences` are the resource control policies of each account.
    """

    organization: Any
    members: Partial
    trusted: frozenset[str]
    networks: Partial
    fences: Mapping[str, tuple[Fence, ...]] | Unseen = field(default_factory=dict)

    @cached_property
    def known(self) -> frozenset[str]:
        """The accounts that count as the organization's."""
        return frozenset(self.members.items) | self.trusted

    @cached_property
    def own_networks(self) -> frozenset[str]:
        return frozenset(self.networks.items)

    def unread_networks(self, named: Iterable[str]) -> frozenset[str]:
        """Those of some networks and addresses that may be the organization's own, and were not read."""
        return frozenset(named) - self.own_networks if self.networks.gaps else frozenset()

    @property
    def org(self) -> str:
        """The organization's id; empty where there is none or it was not read."""
        return self.organization if isinstance(self.organization, str) else ""

    def level_of(self, account: str, owner: str) -> Level:
        """The level of sharing with an account, or with an organization or OU by its ARN.

        The bare id of an OU is one of the own organization: a service that takes such an id shares within it alone.
        """
        if account == owner:
            return "private"
        if account in self.known or (self.org and self.org in account.split("/")) or _UNIT.fullmatch(account):
            return "organization"
        return "external"

    def by_policy(self, policy: str, owner: str, kind: str) -> Reached:
        """Who gets through a resource policy.  Raises NotSeen where that hangs on networks that were not read."""

        def told(rcps: tuple[str, ...]) -> Reached:
            document = fenced(policy, rcps) if rcps else policy
            return self.measured(
                policy, lambda ground: exposure(document, account_id=owner, resource_type=kind, **ground)
            )

        return self.fenced(told, owner, kind)

    def fenced(self, told: Callable[[tuple[str, ...]], Reached], owner: str, kind: str) -> Reached:
        """What resource control policies leave of what outsiders reach; `told` says it with some of their texts.

        Raises NotSeen where that hangs on such policies and they were not read.
        """
        found = told(())
        if found.level not in ("external", "public") or not binds_type(kind):
            return found
        if isinstance(self.fences, Unseen):
            World({}).value(self.fences)
            return found
        own = self.fences.get(owner, ())
        left = told(tuple(one.text for one in own)) if own else found
        if LEVELS.index(left.level) >= LEVELS.index(found.level):
            return found
        name = next((one.name for one in own if told((one.text,)).level == left.level), own[0].name)
        why = f"It would be {found.level}, but resource control policy '{name}' leaves it {left.level}."
        return replace(left, raw=found.raw, guardrail=f"resource control policy '{name}'", why=why)

    def measured(self, policy: str, question: Callable[[dict[str, Any]], Exposure]) -> Reached:
        """What an exposure comes to that is asked with this ground as keyword arguments, about a policy's text."""
        own: dict[str, Any] = {
            "org_id": self.org or None,
            "trusted_accounts": self.known,
            "own_networks": self.own_networks,
        }
        seen = question(own)
        named = self.unread_networks((*_NETWORK.findall(policy), *(f"{ip}/32" for ip in _ADDRESS.findall(policy))))
        if named and question({**own, "own_networks": self.own_networks | named}).level != seen.level:
            World({}).value(Unseen(self.networks.gaps))
        widest = [g for g in seen.grants if g.level == seen.level] if seen.level != "private" else []
        who = tuple(dict.fromkeys(g.principal for g in widest))
        first = widest[0] if widest else None
        level: Level = seen.level  # type: ignore[assignment]
        why, sid = (first.why, str(first.sid or "")) if first else ("", "")
        return Reached(level, who, "resource policy", why, seen.problems, level, "", sid)

    def narrowed(self, found: Reached) -> Reached:
        """The same.  Raises NotSeen where it hangs on a list of accounts that was not read."""
        if found.level in ("organization", "external"):
            for cell in (self.organization, self.members):
                if isinstance(cell, Unseen) or (isinstance(cell, Partial) and cell.gaps):
                    World({}).value(Unseen(cell.gaps))
        return found


class Opening(Protocol):
    """One way in which a resource of a type can be opened."""

    def reached(self, row: Row, ground: Ground, kind: str) -> Reached:
        """Who gets in this way.  Raises NotSeen where a column it needs was not seen."""
        ...


def behind(found: Reached, row: Row, column: str) -> Reached:
    """What a guardrail in a column leaves of a public level: nothing, where it is on."""
    if not column or found.level != "public" or not getattr(row, column):
        return found
    why = f"It is open to everyone, but {GUARDRAILS[column]} keeps everyone out."
    return replace(found, level="private", who=(), why=why, guardrail=column)


@dataclass(frozen=True)
class Policy:
    """A resource policy in a column.

    `closed` names a column that keeps strangers out of a public one, `called_public` one with the service's own word.
    """

    column: str = "policy"
    through: str = "resource policy"
    closed: str = ""
    called_public: str = ""

    def reached(self, row: Row, ground: Ground, kind: str) -> Reached:
        policy = getattr(row, self.column)
        if policy is None:
            return Reached()
        found = replace(ground.by_policy(policy, row.account_id, kind), through=self.through)
        found = behind(found, row, self.closed)
        if self._is_called_public(row, found):
            found = replace(found, problems=(*found.problems, "the service itself calls the policy public"))
        return ground.narrowed(found)

    def _is_called_public(self, row: Row, found: Reached) -> bool:
        """True if the service calls public, and leaves open, what we do not."""
        if not self.called_public or found.guardrail or found.level == "public" or not getattr(row, self.called_public):
            return False
        return not (self.closed and getattr(row, self.closed))


@dataclass(frozen=True)
class Shares:
    """Lists of accounts, organizations and groups in columns.

    `public` names a flag of sharing with everybody, `groups` a list that says "all" for it; `closed` a column that
    keeps everybody out all the same.
    """

    accounts: tuple[str, ...] = ("account_ids",)
    public: str = ""
    groups: str = ""
    through: str = "share"
    closed: str = ""

    def reached(self, row: Row, ground: Ground, kind: str) -> Reached:
        flag = bool(self.public) and getattr(row, self.public)
        if flag or (self.groups and "all" in documents(getattr(row, self.groups))):
            return behind(public(self.through), row, self.closed)
        named = [str(a) for column in self.accounts for a in documents(getattr(row, column)) if a and a != "all"]
        return ground.narrowed(widest_of({one: ground.level_of(one, row.account_id) for one in named}, self.through))


@dataclass(frozen=True)
class Flag:
    """A column that says that everybody gets there; `closed` one that keeps everybody out all the same."""

    column: str
    through: str = "public endpoint"
    closed: str = ""

    def reached(self, row: Row, ground: Ground, kind: str) -> Reached:
        if not getattr(row, self.column):
            return Reached()
        return behind(public(self.through), row, self.closed)


@dataclass(frozen=True)
class Named:
    """A function of the row, for a type that fits none of the others."""

    tell: Callable[[Row, Ground], Reached]

    def reached(self, row: Row, ground: Ground, kind: str) -> Reached:
        return ground.narrowed(self.tell(row, ground))


def widest_of(levels: Mapping[str, Level], through: str) -> Reached:
    """What several sharings, each with its level, come to."""
    level = max((*levels.values(), LEVELS[0]), key=LEVELS.index)
    if level == "private":
        return Reached()
    return Reached(level, tuple(n for n, v in levels.items() if v == level), through, raw=level)


def widest(ways: Iterable[Reached]) -> Reached:
    """The widest of several ways in, the first of those as wide, with the problems of all."""
    found = list(ways)
    best = max(found, key=lambda way: (LEVELS.index(way.level), LEVELS.index(way.raw)))
    raw = max((way.raw for way in found), key=LEVELS.index)
    return replace(best, raw=raw, problems=tuple(dict.fromkeys(p for way in found for p in way.problems)))


@dataclass(frozen=True)
class Exposable:
    """A type of resource that can be opened to others.

    `ids` are those of the list of exposable resources, `source` is the table or fact with one row per resource.
    `holds_data`: reaching it is reaching data; `is_copy`: it is a snapshot or image; `serves`: it is there to answer
    everybody, so that being public is a question and no fault.  `told_by` names the type or control that tells what a
    public one leads to (an address: its interface), so that it is told once.  `operation` is the one that tells how
    open it is, where that is another than the one its table is read with.
    """

    ids: tuple[str, ...]
    type: str
    source: str
    opened_by: tuple[Opening, ...]
    only: Callable[[Cells], bool] = lambda row: True
    holds_data: bool = False
    is_copy: bool = False
    serves: bool = False
    told_by: str = ""
    operation: str = ""

    @cached_property
    def call(self) -> str:
        """The operation that tells how open it is, as service:Operation."""
        table = self.source
        while table in FACTS:
            table = FACTS[table].base
        return self.operation or tables.registry()[table].call.api


def opened(id: str, type: str, source: str, *ways: Opening, **more: Any) -> Exposable:
    """A type with one id that can be opened in these ways."""
    return Exposable((id,), type, source, ways, **more)


def by_policy(id: str, type: str, source: str, **more: Any) -> Exposable:
    """A type that is opened by the resource policy in the column `policy` of a table or fact."""
    return opened(id, type, source, Policy(), **more)
