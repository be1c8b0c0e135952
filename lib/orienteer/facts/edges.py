"""Steps from one principal to the next, over all accounts: the graph that ways to an administrator run through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from orienteer.facts.entries import ENTRY_CELLS, assigned, bucket_entries, bucket_of, entries, provided
from orienteer.facts.fact import Fact
from orienteer.facts.seen import Cells, Partial, Unseen
from orienteer.facts.source import Gap, Source
from orienteer.model import GLOBAL
from orienteer.policy.rights.capability import Memo
from orienteer.policy.rights.escalation import AdminPath, Principal
from orienteer.policy.rights.reading import reading
from orienteer.policy.rights.steps import Step, Surroundings, assumptions, climbs, subjects_of
from orienteer.policy.rights.ways import Subject


def _edges(
    principals: Source,
    roles: Source,
    guardrails: Source,
    the_organization: Source,
    assignments: Source,
    identitystore_users: Source,
    identity_centers: Source,
    organization_delegated_services: Source,
    buckets: Source,
    *,
    crown_jewel_buckets: tuple[str, ...] = (),
    as_of: pd.Timestamp,
) -> Iterator[Cells | Gap]:
    """Every step there is, then what hides others."""
    (rails,), (org,) = guardrails.rows, the_organization.rows
    around = _around(rails, org, as_of)
    known = _known(principals, around)
    members = tuple(str(one) for one in org["members"].items)
    jewels = [row for row in buckets.rows if row["bucket"] in crown_jewel_buckets]
    steps: list[Step] = [*_inside(known, around, members)]
    steps += entries(roles.rows, around, frozenset(members), known.held)
    steps += assigned(assignments.rows, known.roles, {str(u["user_id"]): u for u in identitystore_users.rows})
    steps += provided(identity_centers.rows, organization_delegated_services.rows, members, org["management"])
    for row in jewels:
        steps += [*_reading(row, known, around), *bucket_entries(row, around, frozenset(members), known.held)]
    seen = dict.fromkeys(steps)
    yield from (_row(step) for step in seen)
    rests = [
        *((row, name) for row in principals.rows for name in ("identity", "ways")),
        *((row, "access") for row in roles.rows),
        *((row, name) for row in jewels for name in ENTRY_CELLS),
        *((row, "people") for row in assignments.rows if row["is_group"]),
        *((row, name) for row in identity_centers.rows for name in ("owner", "is_main")),
    ]
    unmet = set(crown_jewel_buckets) - {row["bucket"] for row in jewels}
    sources = (principals, roles, assignments, identity_centers, organization_delegated_services)
    yield from _hidden(rests, rails, (*sources, buckets) if unmet else sources)


@dataclass(frozen=True)
class _Known:
    """The principals that were read: all as subjects, administrators by ARN, stronger ones by account, own ways."""

    subjects: list[Subject]
    admins: frozenset[str]
    strong: Mapping[str, list[Principal]]
    paths: Mapping[str, list[AdminPath]]
    memo: Memo

    @property
    def roles(self) -> list[Principal]:
        return [subject.principal for subject in self.subjects if subject.principal.kind == "role"]

    @property
    def held(self) -> frozenset[str]:
        """The accounts whose principals were read."""
        return frozenset(subject.principal.account_id for subject in self.subjects)


def _known(principals: Source, around: Surroundings) -> _Known:
    people: list[Principal] = []
    admins, strong = set[str](), defaultdict[str, list[Principal]](list)
    paths: dict[str, list[AdminPath]] = {}
    for row in principals.rows:
        one = row["identity"]
        if not isinstance(one, Principal):
            continue
        people.append(one)
        admin = row["admin"] if isinstance(row["admin"], AdminPath) else None
        found = [*((admin,) if admin else ()), *(way for way in row["ways"].items)]
        paths[one.arn] = found
        if admin is not None and not admin.blocked_by:
            admins.add(one.arn)
        if any(not path.blocked_by for path in found):
            strong[one.account_id].append(one)
    memo: Memo = {}
    return _Known(subjects_of(people, around, memo), frozenset(admins), strong, paths, memo)


def _around(rails: Cells, org: Cells, as_of: pd.Timestamp) -> Surroundings:
    """Guardrails that were read whole; where a part was not, none is taken to close a step."""
    if rails["gaps"]:
        return Surroundings(_text(org["organization_id"]), now=as_of.to_pydatetime())
    scps, rcps = ({n.id: n.levels for n in rails[name].accounts if n.whole} for name in ("partly", "rcp_partly"))
    return Surroundings(_text(org["organization_id"]), scps, rcps, as_of.to_pydatetime())


def _text(cell: Any) -> str:
    return cell if isinstance(cell, str) else ""


def _inside(known: _Known, around: Surroundings, members: Iterable[str]) -> Iterator[Step]:
    for subject in known.subjects:
        me = subject.principal
        yield from climbs(subject, known.paths[me.arn], known.strong.get(me.account_id, ()), members, known.memo)
    yield from assumptions(known.subjects, around, known.memo, administrators=known.admins)


def _reading(row: Cells, known: _Known, around: Surroundings) -> Iterator[Step]:
    """Who of the organization reads the bucket; administrators as those of their account."""
    bucket = bucket_of(row)
    if bucket is not None:
        yield from reading(known.subjects, known.admins, known.strong, bucket, around, known.memo)


def _row(step: Step) -> Cells:
    return Cells(
        account_id=step.account_id,
        region=GLOBAL,
        resource_id=f"{step.start} -> {step.to}",
        resource_arn=step.to if step.to.startswith("arn:") else None,
        start=step.start,
        to=step.to,
        kind=step.kind,
        by=tuple(one for one in (*step.given, step.opened) if one),
        actions=step.actions,
        conditions=step.conditions,
        accepts=step.accepts,
        blocked_by=step.blocked_by or None,
        step=step,
    )


def _hidden(rests: Iterable[tuple[Cells, str]], rails: Cells, sources: Iterable[Source]) -> Iterator[Gap]:
    """What may hide steps: cells that steps rest on and that were not read, with the sources' own gaps."""
    found = [
        Gap(row["account_id"], "", row["resource_arn"] or row["resource_id"], text)
        for row, name in rests
        if isinstance(cell := row[name], Unseen | Partial)
        for text in sorted(cell.gaps)
    ]
    found += [Gap("", "", "", text, everywhere=True) for text in sorted(rails["gaps"])]
    found += [gap for source in sources for gap in source.gaps]
    yield from dict.fromkeys(found)


EDGES = Fact(
    "edges",
    "One row per step from one principal to the next: by trust, assignment, passed role, or rights to more power.",
    rows=_edges,
    made=(
        "account_id",
        "region",
        "resource_id",
        "resource_arn",
        "start",
        "to",
        "kind",
        "by",
        "actions",
        "conditions",
        "accepts",
        "blocked_by",
        "step",
    ),
    hidden=frozenset({"step"}),
    resource_type="AWS::IAM::Role",
)
