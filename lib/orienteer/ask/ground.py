"""What ways run over: the steps of a run, of an estate or of a plain list, and the names of what is in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from orienteer.ask.estate import Estate
from orienteer.ask.steps import gaps_of, goal_of, into, network_of, steps_of
from orienteer.facts import Estate as Facts
from orienteer.facts.edges import into_goal
from orienteer.facts.edges import network_of as network_of_run
from orienteer.facts.goals import Goal, arns_of, goals
from orienteer.facts.source import Gap
from orienteer.policy.rights.network import Network
from orienteer.policy.rights.reading import Resource
from orienteer.policy.rights.steps import Step, admin_of


@dataclass(frozen=True)
class Target:
    """A target with the steps that lead to it beside the known ones, and what of it was not read.

    `resource` is what the rights engine knows of it, where it is neither an account nor a principal.
    """

    node: str
    steps: tuple[Step, ...] = ()
    gaps: tuple[str, ...] = ()
    resource: Resource | None = None


@dataclass(frozen=True)
class Ground:
    """Steps with what may hide others, users and roles and accounts that were read, names of accounts, crown jewels.

    unnamed: what may hide crown jewels.  network: the rights behind the steps, None where nothing is known of them.
    resources: the ARNs of what a way may be asked to.  target: one of them as a target.
    """

    steps: tuple[Step, ...]
    people: frozenset[str]
    members: tuple[str, ...]
    target: Callable[[str], Target]
    gaps: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    jewels: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()
    network: Network | None = None
    resources: Callable[[], set[str]] = set


def ground_of(source: Any) -> Ground:
    """The ground of an opened run, of an `Estate` (of its run where it was made of one), or of a list of steps."""
    held = source.estate if isinstance(source, Estate) else source
    facts = held if isinstance(held, Facts) else getattr(held, "estate", None)
    if isinstance(facts, Facts):
        return _of_run(facts)
    return _of_estate(source) if isinstance(source, Estate) else _of_steps(tuple(source))


def _of_steps(steps: tuple[Step, ...]) -> Ground:
    nodes = frozenset(node for step in steps for node in (step.start, step.to))
    accounts = sorted(node.partition(":")[2] for node in nodes if node.startswith("admin:"))
    return Ground(steps, nodes, tuple(accounts), Target)


def _of_estate(estate: Estate) -> Ground:
    """It knows no people of Identity Center, no crown jewels, and no keys that encrypt a resource."""
    network = network_of(estate)

    def target(arn: str) -> Target:
        goal, thing = goal_of(estate, arn), estate.things.get(arn)
        if goal is None:
            return Target(arn, gaps=(*thing.policy.gaps, *thing.grants_gaps) if thing else ())
        return Target(arn, tuple(into(estate, network, goal)), resource=goal)

    members = tuple(sorted({one.account for one in estate.people.values()}))
    return Ground(
        steps_of(estate, network),
        frozenset(estate.people),
        members,
        target,
        gaps_of(estate),
        network=network,
        resources=lambda: set(estate.things),
    )


def _of_run(facts: Facts) -> Ground:
    edges, (org,) = facts.source("edges"), facts.source("the_organization").rows
    people = {str(row["resource_arn"]) for row in facts.source("principals").rows if row["kind"] != "account"}
    listed = {str(row["id"]): str(row["name"] or row["id"]) for row in facts.source("organization_accounts").rows}
    names = {account: name for account, name in facts.client.trusted_accounts.items() if name} | listed
    jewels, network = facts.source("crown_jewels"), network_of_run(facts.source, facts.as_of)
    named = _named(facts.thresholds)
    accounts = [admin_of(row["account_id"]) for row in jewels.rows if row["is_jewel"] is True]
    return Ground(
        tuple(row["step"] for row in edges.rows),
        frozenset(people),
        tuple(dict.fromkeys([*(str(one) for one in org["members"].items), *(a.split(":")[4] for a in sorted(people))])),
        lambda arn: _target(arn, facts, network, known=arn in named),
        tuple(sorted({*_texts(edges.gaps), *org["members"].gaps})),
        names,
        tuple(dict.fromkeys([*accounts, *named])),
        _texts(jewels.gaps),
        network,
        lambda: arns_of(facts.source),
    )


def _named(thresholds: Mapping[str, Any]) -> tuple[str, ...]:
    """The ARNs of resources that the params name as crown jewels: the fact has the steps to those."""
    buckets = thresholds.get("crown_jewel_buckets") or ()
    return (*(f"arn:aws:s3:::{name}" for name in buckets), *(thresholds.get("crown_jewel_resources") or ()))


def _target(arn: str, facts: Facts, network: Network, *, known: bool) -> Target:
    found = list(goals([arn], facts.source))
    goal = next((one for one in found if isinstance(one, Goal)), None)
    gaps = _texts(one for one in found if isinstance(one, Gap))
    if goal is None:
        return Target(arn, gaps=gaps)
    steps = () if known else tuple(into_goal(goal, network, facts.source))
    return Target(goal.resource.arn, steps, gaps, goal.resource)


def _texts(gaps: Iterable[Gap]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(gap.text for gap in gaps))
