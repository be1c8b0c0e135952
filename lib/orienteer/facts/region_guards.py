"""Policies that deny regions: what they must spare and do, global services, and what they spare beside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from orienteer.facts.fact import Fact
from orienteer.facts.seen import Cells, Row, Unseen
from orienteer.facts.source import BOOLS, Gap, Source
from orienteer.facts.tree import EVERYTHING, Hung, Node, Tree
from orienteer.facts.usage import NEW_SERVICE
from orienteer.facts.values import keys_at
from orienteer.model import KEYS
from orienteer.partitions import home_region
from orienteer.policy.guardrails.global_services import GLOBAL as GLOBAL_CALLS
from orienteer.policy.guardrails.global_services import S3_GLOBAL, regional
from orienteer.policy.guardrails.probes import (
    Answer,
    about_region,
    asked,
    global_services,
    region_exempt,
)

GLOBAL_SERVICES = tuple(service for service in GLOBAL_CALLS if service != "s3")


@dataclass(frozen=True, slots=True)
class _Guard:
    """A policy that denies regions: what its NotAction lists spare, the global operations it denies and to whom."""

    policy: Hung
    entries: set[str] = field(default_factory=set)
    denied: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    closes_home: list[bool] = field(default_factory=list)


def _region_guards(guardrails: Source, *, global_services: tuple[str, ...] = GLOBAL_SERVICES) -> Iterator[Cells | Gap]:
    (rails,) = guardrails.rows
    found, gaps = rails["partly"], rails["gaps"]
    guards: dict[str, _Guard] = {}
    for node in found.accounts if found.organization_id else ():
        _note(node, guards)
        for answer in _global_answers(found, node, global_services):
            policy = node.decider(answer.decision)
            if answer.denied and policy:
                guards[policy.id].denied[answer.action].add(node.name)
    for _, guard in sorted(guards.items()):
        answers: dict[str, Any] = {
            "denied_actions": tuple(sorted(guard.denied)),
            "denied_to": tuple(sorted(set().union(*guard.denied.values()))),
            "regional_entries": regional(guard.entries, global_services),
            "closes_home": any(guard.closes_home),
        }
        yield Cells(
            keys_at(found.home, guard.policy.id),
            policy_name=guard.policy.name,
            home=home_region(partition=found.nodes[0].partition),
            **{k: Unseen(gaps, BOOLS[:2] if isinstance(v, bool) else ()) if gaps else v for k, v in answers.items()},
        )
    yield from rails["lost"]


def _note(node: Node, guards: dict[str, _Guard]) -> None:
    """Adds the policies of the node's chain that deny regions, and what their NotAction lists spare."""
    home = home_region(partition=node.partition)
    for level, hung in zip(node.levels, node.hung, strict=False):
        for document, policy in zip(level, hung, strict=False):
            if any(s.effect == "Deny" and about_region(s) for s in document.statements):
                guard = guards.setdefault(policy.id, _Guard(policy))
                alone = asked([[EVERYTHING, document]], NEW_SERVICE, node.id, partition=node.partition, regions=[home])
                guard.closes_home.append(alone.denied)
    for at, index, entry in region_exempt(node.levels):
        guards[node.hung[at][index].id].entries.add(entry)


def _global_answers(found: Tree, node: Node, services: Sequence[str]) -> Iterator[Answer]:
    """The answer to one probe of each global service, and to S3's own global operations."""
    yield from global_services(
        node.levels,
        [s for s in dict.fromkeys(services) if s != "s3"],
        node.id,
        **found.around(node),
        labels=node.labels,
    )
    home = home_region(partition=node.partition)
    for action in S3_GLOBAL:
        answer = asked(
            node.levels,
            action,
            node.id,
            **found.around(node),
            regions=[home],
            resources=["*"],
            labels=node.labels,
        )
        statement = answer.decision.statement
        yield replace(answer, denied=answer.denied and statement is not None and about_region(statement))


def denied_services(guard: Row) -> tuple[str, ...]:
    """The global services (or S3's operations) that it denies."""
    return tuple(sorted({a if a in S3_GLOBAL else a.partition(":")[0] for a in guard.denied_actions}))


REGION_GUARDS = Fact(
    "region_guards",
    "One row per policy that denies regions: the global services it denies, and the regional ones it leaves open.",
    rows=_region_guards,
    made=(*KEYS, "policy_name", "home", "denied_actions", "denied_to", "regional_entries", "closes_home"),
    columns=(denied_services,),
    resource_type="AWS::Organizations::Policy",
)
