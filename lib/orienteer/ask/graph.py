"""Ways through a graph of steps, and the fewest changes that close all of them."""

from __future__ import annotations

import heapq
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import NamedTuple

from orienteer.policy.rights.steps import Step

MOST_TRIES = 20_000
"""Beginnings of ways that are looked at for one start; in a graph that is denser, ways beyond them are not listed."""
MOST_ROUNDS = 300
"""Ways that are asked for in the search for fewer changes."""
_ENDLESS = 1 << 30


@dataclass(frozen=True, slots=True)
class Cut:
    """A change that closes steps: `statement` of what `node` holds, or of who gets into `node`."""

    node: str
    statement: str
    kind: str


Arcs = Mapping[str, Sequence[Step]]


def leading(steps: Iterable[Step], starts: Collection[str], target: str) -> list[Step]:
    """The steps on some way from one of the starts to the target."""
    listed = list(steps)
    forth, back = _arcs(listed), _arcs(listed, back=True)
    ahead = _reached(forth, starts, back=False)
    behind = _reached(back, [target], back=True)
    return [step for step in listed if step.start in ahead and step.to in behind]


def _arcs(steps: Iterable[Step], *, back: bool = False) -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        found[step.to if back else step.start].append(step)
    return found


def _reached(arcs: Arcs, starts: Iterable[str], *, back: bool) -> set[str]:
    seen, waiting = set(starts), deque(starts)
    while waiting:
        for step in arcs.get(waiting.popleft(), ()):
            other = step.start if back else step.to
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return seen


def shortest(
    steps: Iterable[Step], start: str, target: str, most: int, also: Iterable[str] = ()
) -> list[tuple[Step, ...]]:
    """The shortest ways, at most so many; none that another step would shorten, none that comes by a node twice.

    `also` are further starts whose steps the start could take as well: no way is listed that one of these shortens.
    """
    arcs = _arcs(steps)
    after = {node: {step.to for step in found} for node, found in arcs.items()}
    after[start] = after.get(start, set()).union(*(after.get(one, set()) for one in also))
    order, found = count(), list[tuple[Step, ...]]()
    waiting: list[tuple[int, int, tuple[Step, ...], tuple[str, ...]]] = [(0, next(order), (), (start,))]
    while waiting and len(found) < most and next(order) < MOST_TRIES:
        length, _, way, nodes = heapq.heappop(waiting)
        if nodes[-1] == target:
            found.append(way)
            continue
        for step in arcs.get(nodes[-1], ()):
            if step.to not in nodes and not any(step.to in after.get(node, ()) for node in nodes[:-1]):
                heapq.heappush(waiting, (length + 1, next(order), (*way, step), (*nodes, step.to)))
    return found


# --- the fewest cuts


class Closing(NamedTuple):
    """The changes after which no way is left (None: no change closes them all).

    fewest: no fewer would do.  sure: rights were worked out anew with the changes made, and no way was left.
    """

    cuts: tuple[Cut, ...] | None
    fewest: bool = True
    sure: bool = True


def fewest_cuts(steps: Iterable[Step], starts: Collection[str], target: str) -> Closing:
    """The fewest changes after which no way leads from any start to the target.

    A change takes away a statement of one principal's rights, or one of who gets in somewhere; it closes every step
    that rests on it.  By hand: a and b both get into c by the one statement of c's trust policy, and c may do
    everything by its own policy.  Two rights (of a and b), one trust statement or one policy (of c) would do; the
    answer is one change, the first on the way: the trust statement.

    Steps that rest on two statements at most make this a minimum cut, and the answer exact.  Where some rest on more,
    the cut is an upper bound, which a search among the ways betters as far as it gets in MOST_ROUNDS.
    https://en.wikipedia.org/wiki/Max-flow_min-cut_theorem
    """
    listed = list(steps)
    cuts = _flow(listed, starts, target)
    if cuts is None or all(len(cuts_of(step)) <= 2 for step in listed):
        return Closing(cuts)
    return _fewer(listed, starts, target, cuts)


def _flow(steps: Sequence[Step], starts: Collection[str], target: str) -> tuple[Cut, ...] | None:
    net = _Net()
    for step in steps:
        net.add(step)
    for start in starts:
        net.join(_SOURCE, start, _ENDLESS)
    while (road := net.road(_SOURCE, target)) is not None:
        if net.narrowest(road) >= _ENDLESS:
            return None
        net.send(road)
    near = net.near(_SOURCE)
    return tuple(sorted((net.cuts[pair] for pair in net.cuts if pair[0] in near and pair[1] not in near), key=_words))


def _fewer(steps: Sequence[Step], starts: Collection[str], target: str, known: tuple[Cut, ...]) -> Closing:
    """The fewest changes by asking for a way that is left after the fewest that close those seen so far."""
    arcs, ways, tries = _arcs(steps), list[tuple[Cut, ...]](), count()
    for _ in range(MOST_ROUNDS):
        chosen = _hitting(ways, len(known) - 1, tries)
        if next(tries) > MOST_TRIES:
            return Closing(known, fewest=False)
        if chosen is None:
            return Closing(known)  # with one less, a way of those seen is left
        way = _open_way(arcs, starts, target, frozenset(chosen))
        if way is None:
            return Closing(tuple(sorted(chosen, key=_words)))
        ways.append(tuple(dict.fromkeys(cut for step in way for cut in cuts_of(step))))
    return Closing(known, fewest=False)


def _hitting(ways: Sequence[tuple[Cut, ...]], most: int, tries: Iterator[int]) -> tuple[Cut, ...] | None:
    """The fewest changes of which each way has one, at most so many; None where more are needed."""
    for size in range(most + 1):
        found = _chosen(ways, size, tries)
        if found is not None:
            return found
    return None


def _chosen(ways: Sequence[tuple[Cut, ...]], most: int, tries: Iterator[int]) -> tuple[Cut, ...] | None:
    if not ways:
        return ()
    if most < _apart(ways) or next(tries) > MOST_TRIES:
        return None
    for cut in min(ways, key=len):
        rest = _chosen([way for way in ways if cut not in way], most - 1, tries)
        if rest is not None:
            return (cut, *rest)
    return None


def _apart(ways: Iterable[tuple[Cut, ...]]) -> int:
    """How many of the ways have no change in common: each needs one of its own."""
    taken, found = set[Cut](), 0
    for way in sorted(ways, key=len):
        if taken.isdisjoint(way):
            taken.update(way)
            found += 1
    return found


def _open_way(arcs: Arcs, starts: Iterable[str], target: str, cuts: frozenset[Cut]) -> list[Step] | None:
    """The shortest way that these changes leave."""
    came: dict[str, Step | None] = dict.fromkeys(starts)
    waiting = deque(came)
    while waiting and target not in came:
        for step in arcs.get(waiting.popleft(), ()):
            if step.to not in came and cuts.isdisjoint(cuts_of(step)):
                came[step.to] = step
                waiting.append(step.to)
    if target not in came:
        return None
    way: list[Step] = []
    at = target
    while (step_in := came[at]) is not None:
        way.append(step_in)
        at = step_in.start
    return way[::-1]


_SOURCE = "the starts"
Pair = tuple[str, str]


class _Net:
    """Room between nodes.  A change stands between two nodes of its own, with room for one."""

    def __init__(self) -> None:
        self.room: dict[str, dict[str, int]] = defaultdict(dict)
        self.cuts: dict[Pair, Cut] = {}

    def join(self, start: str, to: str, room: int) -> None:
        self.room[start][to] = max(room, self.room[start].get(to, 0))
        self.room[to].setdefault(start, 0)

    def add(self, step: Step) -> None:
        at = step.start
        for cut in cuts_of(step):
            before, after = (f"{side} {cut.kind} {cut.node} {cut.statement}" for side in ("before", "after"))
            self.join(at, before, _ENDLESS)
            self.join(before, after, 1)
            self.cuts.setdefault((before, after), cut)
            at = after
        self.join(at, step.to, _ENDLESS)

    def road(self, start: str, to: str) -> list[Pair] | None:
        """The shortest road with room on it."""
        came, waiting = {start: ""}, deque([start])
        while waiting and to not in came:
            at = waiting.popleft()
            for other, room in self.room[at].items():
                if room > 0 and other not in came:
                    came[other] = at
                    waiting.append(other)
        return list(_back(came, to)) if to in came else None

    def narrowest(self, road: Iterable[Pair]) -> int:
        return min(self.room[a][b] for a, b in road)

    def send(self, road: Iterable[Pair]) -> None:
        for a, b in road:
            self.room[a][b] -= 1
            self.room[b][a] += 1

    def near(self, start: str) -> set[str]:
        """The nodes that can still be reached."""
        seen, waiting = {start}, deque([start])
        while waiting:
            for other, room in self.room[waiting.popleft()].items():
                if room > 0 and other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return seen


def _back(came: Mapping[str, str], to: str) -> Iterator[Pair]:
    while came[to]:
        yield came[to], to
        to = came[to]


@lru_cache(maxsize=1 << 16)
def cuts_of(step: Step) -> tuple[Cut, ...]:
    """The changes any of which closes the step: of the starter's rights, of the target's policy, of the key's."""
    mine = [Cut(step.start, statement, "right") for statement in step.given]
    theirs = [Cut(step.to, step.opened, step.kind)] if step.opened else []
    keys = [Cut(step.key, step.key_opened, "key policy")] if step.key_opened else []
    return (*mine, *theirs, *keys)


def _words(cut: Cut) -> tuple[str, str]:
    return cut.node, cut.statement
