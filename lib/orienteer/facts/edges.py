"""Steps from one principal to the next, over all accounts: the graph that ways to an administrator run through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from orienteer.facts import exposures
from orienteer.facts.certificates import certified
from orienteer.facts.entries import assigned, entries, goal_entries, homes_of, provided
from orienteer.facts.exposures import own_networks
from orienteer.facts.fact import Fact
from orienteer.facts.goals import Goal, Sources, goals
from orienteer.facts.rests import rests_on
from orienteer.facts.seen import Cells, Partial, Unseen
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import keys_at
from orienteer.model import KEYS
from orienteer.policy.rights.escalation import AdminPath, Principal
from orienteer.policy.rights.network import Network
from orienteer.policy.rights.steps import Step, Surroundings


def _edges(
    principals: Source,
    roles: Source,
    guardrails: Source,
    the_organization: Source,
    assignments: Source,
    identitystore_users: Source,
    identity_centers: Source,
    organization_delegated_services: Source,
    organization_trusted_services: Source,
    rolesanywhere_trust_anchors: Source,
    rolesanywhere_profiles: Source,
    *,
    crown_jewel_buckets: tuple[str, ...] = (),
    crown_jewel_resources: tuple[str, ...] = (),
    as_of: pd.Timestamp,
    sources: Sources,
) -> Iterator[Cells | Gap]:
    """Every step there is, then what hides others."""
    (rails,), (org,) = guardrails.rows, the_organization.rows
    network = network_of(sources, as_of)
    around, members, held = network.around, frozenset(network.members), network.held
    people = {str(user["user_id"]): user for user in identitystore_users.rows}
    delegated = organization_delegated_services.rows
    steps = [
        *network.inside(),
        *entries(roles.rows, around, members, held),
        *assigned(assignments.rows, roles_of(network), people),
        *provided(identity_centers.rows, delegated, network.members, org["management"], network.homes),
        *certified(roles.rows, rolesanywhere_trust_anchors.rows, rolesanywhere_profiles.rows, around),
    ]
    named = (*(f"arn:aws:s3:::{name}" for name in crown_jewel_buckets), *crown_jewel_resources)
    into, lost = _into_goals(named, network, sources)
    yield from (_row(step) for step in dict.fromkeys([*steps, *into]))
    resting = (principals, roles, assignments, identity_centers)
    services = (organization_delegated_services, organization_trusted_services)
    anywhere = (rolesanywhere_trust_anchors, rolesanywhere_profiles)
    unread = [gap for source in (*resting, *services, *anywhere) for gap in source.gaps]
    yield from _hidden(_cells_of(*resting), rails, unread + lost)


def _into_goals(named: Iterable[str], network: Network, sources: Sources) -> tuple[list[Step], list[Gap]]:
    """Who reads or writes the resources a way may end at, and what hides such a resource."""
    steps: list[Step] = []
    lost: list[Gap] = []
    for one in goals(named, sources):
        if isinstance(one, Gap):
            lost.append(one)
        else:
            steps += into_goal(one, network, sources)
    return steps, lost


def _cells_of(
    principals: Source, roles: Source, assignments: Source, identity_centers: Source
) -> Iterator[tuple[Cells, str]]:
    """The cells that steps rest on, each as its row and the name of its column."""
    yield from ((row, name) for row in principals.rows for name in ("identity", "ways"))
    yield from ((row, "access") for row in roles.rows)
    yield from ((row, "people") for row in assignments.rows if row["is_group"])
    yield from ((row, name) for row in identity_centers.rows for name in ("owner", "is_main"))


def network_of(sources: Sources, as_of: pd.Timestamp) -> Network:
    """The principals that were read, with the guardrails above them."""
    (rails,), (org,) = sources("guardrails").rows, sources("the_organization").rows
    people: list[Principal] = []
    paths: dict[str, list[AdminPath]] = {}
    for row in sources("principals").rows:
        one = row["identity"]
        if isinstance(one, Principal):
            people.append(one)
            admin = row["admin"] if isinstance(row["admin"], AdminPath) else None
            paths[one.arn] = [*((admin,) if admin else ()), *row["ways"].items]
    members = tuple(str(one) for one in org["members"].items)
    return Network(people, paths, _around(rails, org, as_of), members, homes_of(sources))


def into_goal(goal: Goal, network: Network, sources: Sources) -> Iterator[Step]:
    """Who reads or writes a resource, inside the organization and from outside."""
    yield from network.into(goal.resource)
    members, networks = frozenset(network.members), frozenset(own_networks(sources).items)
    yield from goal_entries(goal, network.around, members, network.held, networks)


def roles_of(network: Network) -> list[Principal]:
    """The roles among its principals, service-linked ones left out."""
    return [subject.principal for subject in network.subjects if subject.principal.kind == "role"]


def _around(rails: Cells, org: Cells, as_of: pd.Timestamp) -> Surroundings:
    """Guardrails that were read whole; where a part was not, none is taken to close a step."""
    if rails["gaps"]:
        return Surroundings(_text(org["organization_id"]), now=as_of.to_pydatetime())
    scps, rcps = ({n.id: n.levels for n in rails[name].accounts if n.whole} for name in ("partly", "rcp_partly"))
    return Surroundings(_text(org["organization_id"]), scps, rcps, as_of.to_pydatetime())


def _text(cell: Any) -> str:
    return cell if isinstance(cell, str) else ""


def _row(step: Step) -> Cells:
    return Cells(
        keys_at(step.account_id, f"{step.start} -> {step.to}", step.to if step.to.startswith("arn:") else None),
        start=step.start,
        to=step.to,
        kind=step.kind,
        by=tuple(one for one in (*step.given, step.opened, step.key_opened) if one),
        actions=step.actions,
        conditions=step.conditions,
        accepts=step.accepts,
        blocked_by=step.blocked_by or None,
        step=step,
    )


def _hidden(rests: Iterable[tuple[Cells, str]], rails: Cells, lost: Iterable[Gap]) -> Iterator[Gap]:
    """What may hide steps: cells that steps rest on and that were not read, with the other gaps."""
    found = [
        Gap(row["account_id"], "", row["resource_arn"] or row["resource_id"], text)
        for row, name in rests
        if isinstance(cell := row[name], Unseen | Partial)
        for text in sorted(cell.gaps)
    ]
    found += [Gap("", "", "", text, everywhere=True) for text in sorted(rails["gaps"])]
    found += lost
    yield from dict.fromkeys(found)


def _told_by() -> frozenset[str]:
    """The tables that tell of resources a way may end at."""
    return exposures.tables().union(rests_on("buckets"), {"s3_bucket_encryption", "kms_aliases", "kms_grants"})


EDGES = Fact(
    "edges",
    "One row per step from one principal to the next: by trust, assignment, passed role, or rights to more power.",
    rows=_edges,
    made=(*KEYS, "start", "to", "kind", "by", "actions", "conditions", "accepts", "blocked_by", "step"),
    hidden=frozenset({"step"}),
    also=_told_by,
    resource_type="AWS::IAM::Role",
)
