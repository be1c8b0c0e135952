"""The fewest changes that close all ways to a target, tried: rights are worked out anew as if they had been made.

By hand: a role is administrator by one policy and may pass an administrator's role by another.  The steps know the
first alone.  Without it the second is a way, so the steps that are left are added and the changes counted again: two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from orienteer.ask.graph import Closing, Cut, cuts_of, fewest_cuts, leading
from orienteer.policy.rights.network import Network
from orienteer.policy.rights.reading import Resource
from orienteer.policy.rights.steps import Step

TURNS = 20
"""So many times the changes are counted anew; where ways are left even then, that is said."""
_POLICIES = ("trust", "resource policy", "key policy")
"""Kinds of change to who gets in somewhere."""


def closing(
    steps: Sequence[Step],
    starts: Collection[str],
    target: str,
    network: Network | None = None,
    goal: Resource | None = None,
) -> Closing:
    """The changes after which no way leads from any start to the target, which is `goal` where it is a resource."""
    known = list(steps)
    for _ in range(TURNS):
        found = fewest_cuts(leading(known, starts, target), starts, target)
        if not found.cuts or network is None:
            return found
        left = after(known, found.cuts, network, goal)
        if not leading(left, starts, target):
            return found
        known = list(dict.fromkeys([*known, *left]))
    return found._replace(sure=False)


def after(steps: Iterable[Step], cuts: Collection[Cut], network: Network, goal: Resource | None) -> list[Step]:
    """The steps that are open once these changes are made, those with them that show only then."""
    lost, shut = (defaultdict[str, set[str]](set) for _ in range(2))
    for cut in cuts:
        if cut.kind == "right":
            lost[cut.node].add(cut.statement)
        elif cut.kind in _POLICIES:
            shut[cut.node].add(cut.statement)
    made, gone = network.after(_frozen(lost), _frozen(shut), goal), frozenset(cuts)
    return [step for step in (*steps, *made) if not step.blocked_by and gone.isdisjoint(cuts_of(step))]


def _frozen(found: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    return {node: frozenset(statements) for node, statements in found.items()}
