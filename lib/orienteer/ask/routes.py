"""How one gets from outside, or from a principal, to an administrator or a bucket: ways, and what closes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import pandas as pd

from orienteer.ask.estate import Estate
from orienteer.ask.graph import Cut, cuts_of, fewest_cuts, leading, shortest
from orienteer.ask.names import named
from orienteer.ask.nodes import cut_words, label, step_words
from orienteer.ask.steps import gaps_of, steps_of
from orienteer.errors import OrienteerError
from orienteer.facts import Estate as Facts
from orienteer.facts.entries import INTERNET
from orienteer.policy.language.patterns import wildcard
from orienteer.policy.rights.steps import Step, admin_of

OUTSIDE, PEOPLE, ADMINISTRATOR, JEWELS = "outside", "people", "administrator", "jewels"
NO_JEWELS = "the params name no crown jewels: set crown_jewels or crown_jewel_buckets"
_OUTSIDERS = (INTERNET, "account:", "organization:", "oidc:", "saml:")
_WEB = "sts:AssumeRoleWithWebIdentity"
MOST = 5
"""Ways listed from one start to one target."""
COLUMNS = ("start", "target", "steps", "way", "conditions", "cut")


@dataclass(frozen=True, slots=True)
class Way:
    """One way, step by step."""

    start: str
    target: str
    steps: tuple[Step, ...]

    @property
    def nodes(self) -> tuple[str, ...]:
        return (self.start, *(step.to for step in self.steps))

    @property
    def conditions(self) -> tuple[str, ...]:
        """The condition keys that it hangs on."""
        return tuple(sorted({key for step in self.steps for key in step.conditions}))

    @property
    def cuts(self) -> tuple[Cut, ...]:
        """Every single change that closes it."""
        return tuple(dict.fromkeys(cut for step in self.steps for cut in cuts_of(step)))


@dataclass(frozen=True, slots=True)
class Reach:
    """A target with the ways that lead to it, and the fewest changes that close all of them (None: none would)."""

    target: str
    ways: tuple[Way, ...]
    cuts: tuple[Cut, ...] | None


@dataclass(frozen=True, slots=True)
class Ways:
    """The answer: a reach for each target that some way leads to.  `unknown`: what was not read and may hide ways.

    `names` has account names by id, for words.
    """

    start: str
    to: str
    reached: tuple[Reach, ...]
    unknown: tuple[str, ...] = ()
    names: Mapping[str, str] | None = None

    @property
    def answer(self) -> Literal["open", "closed", "unknown"]:
        """`closed` only where everything was read that may hide a way."""
        return "open" if self.reached else "unknown" if self.unknown else "closed"

    @property
    def words(self) -> str:
        """The answer as one sentence."""
        if self.answer == "open":
            ways = sum(len(one.ways) for one in self.reached)
            return f"{ways} way{'s' * (ways != 1)} from {self.start} to {self.to}."
        if self.answer == "unknown":
            return f"No way from {self.start} to {self.to} was seen, but not everything that may hide one was read."
        return f"No way leads from {self.start} to {self.to}."

    @property
    def frame(self) -> pd.DataFrame:
        """One row per way, in words."""
        rows = [
            (
                label(way.start, self.names),
                label(way.target, self.names),
                len(way.steps),
                " -> ".join(label(node, self.names) for node in way.nodes),
                ", ".join(way.conditions),
                "; ".join(cut_words(cut, self.names) for cut in way.cuts),
            )
            for one in self.reached
            for way in one.ways
        ]
        return pd.DataFrame(rows, columns=list(COLUMNS))

    def lines(self) -> list[str]:
        """The answer in plain lines: each way step by step, then what closes the ways to each target."""
        found = [self.words]
        for one in self.reached:
            found.append(f"To {label(one.target, self.names)}:")
            for way in one.ways:
                found.append(f"  from {label(way.start, self.names)}")
                found += [f"    {step_words(step, self.names)}" for step in way.steps]
            found += _closing(one, self.names)
        return [*found, *(f"not read: {text}" for text in self.unknown)]


def _closing(one: Reach, names: Mapping[str, str] | None) -> list[str]:
    if one.cuts is None:
        return ["  No single statement or assignment closes them all."]
    what = "change closes" if len(one.cuts) == 1 else "changes together close"
    return [f"  {len(one.cuts)} {what} every way:", *(f"    {cut_words(cut, names)}" for cut in one.cuts)]


def ways(source: Any, to: str = ADMINISTRATOR, start: str = OUTSIDE, *, most: int = MOST) -> Ways:
    """Every way from `start` to `to`, the shortest first.

    source: an opened run, or an `Estate`, which knows no people of Identity Center and no crown jewels.

    start: `outside` (all of the following), `internet`, `oidc`, `oidc:<issuer>`, `oidc:<issuer>#<subject>`,
        an account id, `people` (of Identity Center), or a user, role or person by ARN or by the end of its name.
    to: `administrator` (of any account), `jewels` (what the client calls its crown jewels), an account (administrator
        of it), a bucket, or a user or role.
    A step that a boundary or guardrail closes today is on no way.  Raises OrienteerError for a name that nothing has.
    """
    known = _Known.of(source)
    targets = _targets(known, to)
    known = known.about([one.rpartition(":::")[2] for one in targets if ":s3:::" in one])
    chosen = [*(step for step in known.steps if not step.blocked_by), *map(_becoming, filter(_is_principal, targets))]
    starts, allowed = _starts(known, start)
    if INTERNET not in starts and any(one.startswith(_OUTSIDERS) for one in starts):
        starts = [*starts, INTERNET]  # what everybody may do, they may do as well
    steps = [step for step in chosen if allowed(step)]
    found = [one for target in targets if (one := _reach(steps, starts, target, most)) is not None]
    gaps = tuple(dict.fromkeys([*known.gaps, *(known.unnamed if to == JEWELS else ())]))
    return Ways(start, to, tuple(found), gaps, known.names)


def _reach(steps: Sequence[Step], starts: Sequence[str], target: str, most: int) -> Reach | None:
    on_way = leading(steps, starts, target)
    there = {step.start for step in on_way}
    first = [start for start in starts if start in there and start != target]
    listed = [Way(one, target, way) for one in first for way in shortest(on_way, one, target, most, _also(one))]
    if not listed:
        return None
    ordered = sorted(listed, key=lambda way: (len(way.steps), way.nodes))
    return Reach(target, tuple(ordered), fewest_cuts(on_way, first, target))


def _is_principal(node: str) -> bool:
    return ":iam::" in node and node.startswith("arn:")


def _becoming(arn: str) -> Step:
    """Whoever administers an account may become any of its users and roles."""
    account = arn.split(":")[4]
    return Step(admin_of(account), arn, "administrator", account)


def _also(start: str) -> tuple[str, ...]:
    """Whoever has an account or a token may do what everybody may."""
    return (INTERNET,) if start != INTERNET and start.startswith(_OUTSIDERS) else ()


@dataclass(frozen=True)
class _Known:
    """Steps with what may hide others, the names of principals that were read, and of accounts.

    `unnamed` is what may hide crown jewels: account tags that were not read.
    """

    steps: tuple[Step, ...]
    gaps: tuple[str, ...] = ()
    people: frozenset[str] = frozenset()
    members: tuple[str, ...] = ()
    names: Mapping[str, str] | None = None
    jewels: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()
    facts: Facts | None = None
    estate: Estate | None = None

    @classmethod
    def of(cls, source: Any) -> _Known:
        if isinstance(source, Estate):
            held = tuple(sorted({one.account for one in source.people.values()}))
            return cls(steps_of(source), gaps_of(source), frozenset(source.people), held, estate=source)
        facts = source if isinstance(source, Facts) else getattr(source, "estate", None)
        if not isinstance(facts, Facts):
            steps = tuple(source)
            nodes = {node for step in steps for node in (step.start, step.to)}
            accounts = sorted(node.partition(":")[2] for node in nodes if node.startswith("admin:"))
            return cls(steps, people=frozenset(nodes), members=tuple(accounts))
        edges, (org,) = facts.source("edges"), facts.source("the_organization").rows
        people = {str(row["resource_arn"]) for row in facts.source("principals").rows if row["kind"] != "account"}
        listed = {str(row["id"]): str(row["name"] or row["id"]) for row in facts.source("organization_accounts").rows}
        names = {account: name for account, name in facts.client.trusted_accounts.items() if name} | listed
        named = facts.source("crown_jewels")
        jewels = [
            *(admin_of(row["account_id"]) for row in named.rows if row["is_jewel"] is True),
            *(f"arn:aws:s3:::{name}" for name in facts.thresholds.get("crown_jewel_buckets") or ()),
        ]
        members = dict.fromkeys([*(str(one) for one in org["members"].items), *(a.split(":")[4] for a in people)])
        steps = tuple(row["step"] for row in edges.rows)
        unread = tuple(sorted({*_texts(edges.gaps), *org["members"].gaps}))
        return cls(steps, unread, frozenset(people), tuple(members), names, tuple(jewels), _texts(named.gaps), facts)

    def about(self, buckets: Sequence[str]) -> _Known:
        """With the steps to these buckets, too; the fact has those to crown jewels alone."""
        if self.estate is not None and buckets:
            return replace(self, steps=steps_of(self.estate, (f"arn:aws:s3:::{name}" for name in buckets)))
        known = tuple((self.facts.thresholds if self.facts else {}).get("crown_jewel_buckets") or ())
        more = [name for name in buckets if name not in known]
        if self.facts is None or not more:
            return self
        thresholds = {**self.facts.thresholds, "crown_jewel_buckets": (*known, *more)}
        kept = {name: made for name, made in self.facts._known.items() if name != "edges"}
        edges = replace(self.facts, thresholds=thresholds, _known=kept).source("edges")
        return replace(self, steps=tuple(row["step"] for row in edges.rows), gaps=_texts(edges.gaps))


def _texts(gaps: Iterable[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(gap.text for gap in gaps))


# --- names that people give


def _targets(known: _Known, to: str) -> list[str]:
    if to == ADMINISTRATOR:
        return [admin_of(account) for account in known.members]
    if to == JEWELS:
        if not known.jewels and not known.unnamed:
            raise OrienteerError(NO_JEWELS, 2)
        return list(known.jewels)
    account = to.removeprefix("admin:")
    account = next((one for one, name in (known.names or {}).items() if name == account), account)
    if account in known.members:
        return [admin_of(account)]
    nodes = {step.to for step in known.steps} | known.people | _buckets(known)
    return [named(to, nodes, "--to")]


def _buckets(known: _Known) -> set[str]:
    if known.estate is not None:
        return {arn for arn in known.estate.things if ":s3:::" in arn}
    if known.facts is None:
        return set()
    rows = known.facts.source("buckets").rows
    return {str(row["resource_arn"] or f"arn:aws:s3:::{row['bucket']}") for row in rows}


def _starts(known: _Known, start: str) -> tuple[list[str], Callable[[Step], bool]]:
    """The nodes to start from, and which steps such a start may take."""
    nodes = sorted({step.start for step in known.steps})
    if start == OUTSIDE:
        return [node for node in nodes if node.startswith(_OUTSIDERS)], _any
    if start in (INTERNET, PEOPLE, "oidc"):
        head = {INTERNET: INTERNET, PEOPLE: "person:", "oidc": "oidc:"}[start]
        return [node for node in nodes if node.startswith(head)], _any
    issuer, _, subject = start.partition("#")
    if issuer.startswith("oidc:"):
        return [named(issuer, {n for n in nodes if n.startswith("oidc:")}, "--from")], _with_token(subject)
    account = start.removeprefix("account:")
    if account.isdigit() and len(account) == 12 and account not in known.members:
        return [f"account:{account}"], _any
    return [named(start, {*nodes, *known.people}, "--from")], _any


def _any(step: Step) -> bool:
    return True


def _with_token(subject: str) -> Callable[[Step], bool]:
    """Which steps somebody with a token of this subject may take: where another claim decides, it is left open."""

    def may(step: Step) -> bool:
        if subject and step.start == INTERNET:
            return _WEB not in step.actions  # that would be with a token of another subject
        if not subject or not step.start.startswith("oidc:") or step.claim not in ("", "sub"):
            return True
        return not step.accepts or any(wildcard(pattern, subject) for pattern in step.accepts)

    return may
