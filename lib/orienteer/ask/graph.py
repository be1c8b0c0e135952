"""Ways through a graph of steps, and the fewest changes that close all of them."""

from __future__ import annotations

import heapq
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from orienteer.policy.rights.steps import Step

MOST_TRIES = 20_000
"""Beginnings of ways that are looked at for one start; in a graph that is denser, ways beyond them are not listed."""
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


def fewest_cuts(steps: Iterable[Step], starts: Collection[str], target: str) -> tuple[Cut, ...] | None:
    """The fewest changes after which no way leads from any start to the target; None where no change closes them all.

    A change takes away a right of one principal, or one statement of who gets in somewhere; either closes every step
    that rests on it.  By hand: a and b both get into c by the one statement of c's trust policy, and c may do
    everything by its own policy.  Two rights (of a and b), one trust statement or one policy (of c) would do; the
    answer is one change, the first on the way: the trust statement.
    https://en.wikipedia.org/wiki/Max-flow_min-cut_theorem
    """
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


def cuts_of(step: Step) -> tuple[Cut, ...]:
    """The changes either of which closes the step: of the starter's right, of the target's policy."""
    mine = (Cut(step.start, " and ".join(step.given), "right"),) if step.given else ()
    theirs = (Cut(step.to, step.opened, step.kind),) if step.opened else ()
    return (*mine, *theirs)


def _words(cut: Cut) -> tuple[str, str]:
    return cut.node, cut.statement
