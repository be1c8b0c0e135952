"""How one gets from outside, or from a principal, to an administrator or to data: ways, and what closes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from orienteer.ask.closing import closing
from orienteer.ask.graph import Cut, cuts_of, leading, shortest
from orienteer.ask.ground import Ground, Target, ground_of
from orienteer.ask.names import named
from orienteer.ask.nodes import cut_words, label, step_words
from orienteer.errors import OrienteerError
from orienteer.facts.entries import INTERNET
from orienteer.policy.language.patterns import wildcard
from orienteer.policy.rights.network import Network
from orienteer.policy.rights.steps import Step, admin_of

OUTSIDE, PEOPLE, ADMINISTRATOR, JEWELS = "outside", "people", "administrator", "jewels"
NO_JEWELS = "no crown jewels have been named, so no way to one can be looked for"
JEWEL_KEYS = "crown_jewels, crown_jewel_buckets and crown_jewel_resources of the params name them"
"""For the consultant: pages for the client name no params."""
MAILBOXES = (
    "Whoever reads a root user's mailbox, or may change its address (account:StartPrimaryEmailUpdate), can reset its "
    "password; AWS shows no mailboxes."
)
OTHER_KEYS = "An object may be encrypted by another key than its bucket's default; which one is no part of a run."
NO_KEYS = "Whether the KMS key that encrypts them keeps out some who are shown is not worked out:"
_OUTSIDERS = (INTERNET, "account:", "organization:", "oidc:", "saml:", "certificate:")
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
    """A target with the ways that lead to it, and the fewest changes that close all of them (None: none would).

    fewest: no fewer would do.  sure: rights were worked out anew with the changes made, and no way was left.
    """

    target: str
    ways: tuple[Way, ...]
    cuts: tuple[Cut, ...] | None
    fewest: bool = True
    sure: bool = True

    @property
    def closing(self) -> str:
        """What the changes do, as the beginning of a sentence about them."""
        if self.cuts is None:
            return "No single statement or assignment closes them all."
        head = "One change closes" if len(self.cuts) == 1 else f"{len(self.cuts)} changes together close"
        rest = "" if self.fewest else ", and fewer may do"
        return f"{head} every way{rest}:" if self.sure else f"{head} every way seen here; ask again once they are made:"


@dataclass(frozen=True, slots=True)
class Ways:
    """The answer: a reach for each target that some way leads to.  `unknown`: what was not read and may hide ways.

    `names` has account names by id, for words; `limits` what no table of AWS tells, in sentences.
    """

    start: str
    to: str
    reached: tuple[Reach, ...]
    unknown: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    limits: tuple[str, ...] = ()

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
        return [*found, *(f"not read: {text}" for text in self.unknown), *(f"limit: {text}" for text in self.limits)]


def _closing(one: Reach, names: Mapping[str, str]) -> list[str]:
    return [f"  {one.closing}", *(f"    {cut_words(cut, names)}" for cut in one.cuts or ())]


def ways(source: Any, to: str = ADMINISTRATOR, start: str = OUTSIDE, *, most: int = MOST) -> Ways:
    """Every way from `start` to `to`, the shortest first.

    source: an opened run, or an `Estate`; one of plain mappings knows no people of Identity Center, no crown jewels
        and no keys that encrypt a resource.

    start: `outside` (all of the following), `internet`, `oidc`, `oidc:<issuer>`, `oidc:<issuer>#<subject>`,
        an account id, `people` (of Identity Center), or a user, role or person by ARN or by the end of its name.
    to: `administrator` (of any account), `jewels` (what the client calls its crown jewels), an account (administrator
        of it), a user or role, or a resource by ARN or by the end of its name: whoever reads or writes what it holds.
    A step that a boundary, a guardrail or a key closes today is on no way.  Raises OrienteerError for a name that
    nothing has.
    """
    ground = ground_of(source)
    targets = [_target(ground, node) for node in _targets(ground, to)]
    known = [*ground.steps, *(step for target in targets for step in target.steps)]
    starts, allowed = _starts(ground, known, start)
    if INTERNET not in starts and any(one.startswith(_OUTSIDERS) for one in starts):
        starts = [*starts, INTERNET]  # what everybody may do, they may do as well
    steps = [step for step in dict.fromkeys(known) if not step.blocked_by and allowed(step)]
    reached = (_reach(steps, starts, target, most, ground.network) for target in targets)
    lost = [text for target in targets for text in target.gaps]
    gaps = tuple(dict.fromkeys([*ground.gaps, *lost, *(ground.unnamed if to == JEWELS else ())]))
    return Ways(start, to, tuple(one for one in reached if one is not None), gaps, ground.names, _limits(targets))


def _reach(
    steps: Sequence[Step], starts: Sequence[str], target: Target, most: int, network: Network | None
) -> Reach | None:
    node = target.node
    on_way = leading(steps, starts, node)
    there = {step.start for step in on_way}
    first = [start for start in starts if start in there and start != node]
    listed = [Way(one, node, way) for one in first for way in shortest(on_way, one, node, most, _also(one))]
    if not listed:
        return None
    ordered = sorted(listed, key=lambda way: (len(way.steps), way.nodes))
    found = closing(steps, first, node, network, target.resource)
    return Reach(node, tuple(ordered), found.cuts, found.fewest, found.sure)


def _target(ground: Ground, node: str) -> Target:
    """The target with its own steps: whoever administers an account may become any of its users and roles."""
    if ":iam::" in node and node.startswith("arn:"):
        account = node.split(":")[4]
        return Target(node, (Step(admin_of(account), node, "administrator", account),))
    return ground.target(node) if node.startswith("arn:") else Target(node)


def _also(start: str) -> tuple[str, ...]:
    """Whoever has an account or a token may do what everybody may."""
    return (INTERNET,) if start != INTERNET and start.startswith(_OUTSIDERS) else ()


def _limits(targets: Iterable[Target]) -> tuple[str, ...]:
    """What stands in no table of AWS and may be a way all the same, or close one."""
    found, unkeyed = [MAILBOXES], []
    for resource in (target.resource for target in targets if target.resource is not None):
        if resource.uses.all and not resource.uses.keyed and ":kms:" not in resource.arn:
            unkeyed.append(resource.arn)
        elif resource.key is not None and ":s3:::" in resource.arn:
            found.append(OTHER_KEYS)
    found += [f"{NO_KEYS} {', '.join(unkeyed)}."] if unkeyed else []
    return tuple(dict.fromkeys(found))


# --- names that people give


def _targets(ground: Ground, to: str) -> list[str]:
    if to == ADMINISTRATOR:
        return [admin_of(account) for account in ground.members]
    if to == JEWELS:
        if not ground.jewels and not ground.unnamed:
            raise OrienteerError(f"{NO_JEWELS}; {JEWEL_KEYS}", 2)
        return list(ground.jewels)
    account = to.removeprefix("admin:")
    account = next((one for one, name in ground.names.items() if name == account), account)
    if account in ground.members:
        return [admin_of(account)]
    nodes = {step.to for step in ground.steps} | ground.people
    return [to if to in nodes else named(to, nodes | ground.resources(), "--to")]


def _starts(ground: Ground, steps: Iterable[Step], start: str) -> tuple[list[str], Callable[[Step], bool]]:
    """The nodes to start from, and which steps such a start may take."""
    nodes = sorted({step.start for step in steps})
    if start == OUTSIDE:
        return [node for node in nodes if node.startswith(_OUTSIDERS)], _any
    if start in (INTERNET, PEOPLE, "oidc"):
        head = {INTERNET: INTERNET, PEOPLE: "person:", "oidc": "oidc:"}[start]
        return [node for node in nodes if node.startswith(head)], _any
    issuer, _, subject = start.partition("#")
    if issuer.startswith("oidc:"):
        return [named(issuer, {n for n in nodes if n.startswith("oidc:")}, "--from")], _with_token(subject)
    account = start.removeprefix("account:")
    if account.isdigit() and len(account) == 12 and account not in ground.members:
        return [f"account:{account}"], _any
    return [named(start, {*nodes, *ground.people}, "--from")], _any


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
