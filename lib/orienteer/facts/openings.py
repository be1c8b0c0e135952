"""Further ways in which a resource can be opened: network endpoints, rows of another table, several policies.

Worked by hand: a database has an `Endpoint` with flag `publicly_accessible`, groups `groups` and port `port`.  With
the flag on and a group that lets the internet in to 5432 its level is public; with groups that let in one office it is
private, raw public, and the guardrail is "security groups".  An endpoint that asks callers for IAM is private, raw
public: the network is open, AWS asks who comes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from orienteer import reach
from orienteer.facts.exposable import (
    STRANGERS,
    Ground,
    Opening,
    Reached,
    behind,
    public,
    widest,
    widest_of,
)
from orienteer.facts.seen import Row
from orienteer.facts.values import documents

EVERYBODY = ("*", "all")
ANYWHERE = ("0.0.0.0/0",)
"""What a list of networks comes to that nobody filled in."""


def listed(value: Any) -> list[str]:
    """The texts of a column that holds a JSON list, or one text."""
    if isinstance(value, str) and not value.lstrip().startswith("["):
        return [value] if value else []
    return [str(one) for one in documents(value) if one]


GONE = re.compile(r"(AIDA|AROA|AGPA|ANPA|AIPA)[A-Z0-9]{12,}")
"""Unique ids, which stand for principals that were deleted.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"""


def account_in(principal: str) -> str:
    """The account of a principal's ARN; bare ids, organizations, OUs and ARNs that name no account as they are; empty
    for services of AWS and for principals that are gone."""
    if principal.endswith((".amazonaws.com", ".amazonaws.com.cn")) or GONE.fullmatch(principal):
        return ""
    parts = principal.split(":")
    whole = len(parts) > 5 and parts[2] != "organizations"
    return (parts[4] if whole else "") or principal


@dataclass(frozen=True)
class Accounts:
    """Accounts, ARNs of principals, organizations or OUs in columns; `*` and `all` are everybody.

    `closed` names a column that keeps everybody (not single accounts) out all the same.
    """

    columns: tuple[str, ...] = ("account_ids",)
    through: str = "share"
    closed: str = ""

    def reached(self, row: Row, ground: Ground, kind: str) -> Reached:
        named = [one for column in self.columns for one in listed(getattr(row, column))]
        if any(one in EVERYBODY for one in named):
            return behind(public(self.through), row, self.closed)
        levels = {one: ground.level_of(account_in(one) or row.account_id, row.account_id) for one in named}
        return ground.narrowed(widest_of(levels, self.through))


@dataclass(frozen=True)
class Endpoint:
    """Something with an address on the internet.

    `flag` names the column that says so, `groups` the security groups before it, `cidrs` the networks that may come,
    `port` its port.  `asks` is what a caller needs (IAM, a token, ...): then the open network is no public access.
    `asks_where` names a column in which that is so; without it, always.  `closed` names a guardrail's column.
    """

    flag: str
    groups: str = ""
    cidrs: str = ""
    port: str = ""
    asks: str = ""
    asks_where: str = ""
    closed: str = ""
    through: str = "public endpoint"

    def reached(self, row: Row, ground: Ground, kind: str) -> Reached:
        if not getattr(row, self.flag):
            return Reached()
        port = getattr(row, self.port) if self.port else None
        through = f"{self.through}, port {port}" if port else self.through
        found = Reached("public", self._from(row, port), through, raw="public")
        if not found.who:
            names = "security groups let" if self.groups else "list of networks lets"
            why = f"It has a public address, but its {names} in no wide range of addresses."
            return replace(found, level="private", why=why, guardrail="security groups" if self.groups else "networks")
        if self.asks and (not self.asks_where or getattr(row, self.asks_where)):
            why = f"Its address is open to the internet, and callers need {self.asks}."
            return replace(found, level="private", who=(), why=why, guardrail=self.asks)
        return behind(found, row, self.closed)

    def _from(self, row: Row, port: Any) -> tuple[str, ...]:
        """The wide ranges from which it is reached; nothing where there are none."""
        if self.cidrs:
            return wide(listed(getattr(row, self.cidrs)) or ANYWHERE)
        if not self.groups:
            return STRANGERS
        found = (o for group in getattr(row, self.groups) for o in group.wide)
        return next((o.sources for o in found if port is None or o.first <= port <= o.last), ())


@dataclass(frozen=True)
class Each:
    """What an opening comes to over the rows of a list column; the widest counts."""

    column: str
    opening: Opening

    def reached(self, row: Row, ground: Ground, kind: str) -> Reached:
        found = [Reached(), *(self.opening.reached(one, ground, kind) for one in getattr(row, self.column))]
        return widest(found)


@dataclass(frozen=True)
class Policies:
    """Several resource policies in one column, a JSON list of documents."""

    column: str = "policies"

    def reached(self, row: Row, ground: Ground, kind: str) -> Reached:
        texts = listed(getattr(row, self.column))
        return ground.narrowed(widest([Reached(), *(ground.by_policy(t, row.account_id, kind) for t in texts)]))


def wide(cidrs: Iterable[Any]) -> tuple[str, ...]:
    """Those ranges, merged, that are so wide that they stand for the internet."""
    return tuple(str(network) for network in reach.networks(cidrs) if reach.is_wide(network))
