"""Whether accounts that join a unit receive a baseline automatically."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from orienteer.facts.accounts import UNIT_TYPE, units_for
from orienteer.facts.fact import Fact
from orienteer.facts.foundation import SPECIAL_OUS
from orienteer.facts.organization import told_by
from orienteer.facts.parking import PARKED
from orienteer.facts.seen import Cells, Partial
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import holds, keys_at, names_in, not_asked
from orienteer.model import GLOBAL, KEYS
from orienteer.parameters import Pattern


@dataclass(frozen=True)
class _Deploying:
    """What deploys to the units of the organization: StackSets and Control Tower.

    `at` is the account that told of them; `gaps` may hide others.
    """

    at: str
    roots: frozenset[str]
    stack_sets: Source
    targets: Source
    failures: Source
    enabled_baselines: Source
    gaps: frozenset[str]

    @cached_property
    def drifted(self) -> set[str]:
        return {str(row["name"]) for row in self.stack_sets.rows if row["drift"] == "DRIFTED"}

    @cached_property
    def units_by_set(self) -> list[tuple[str, set[str]]]:
        return [(str(row["name"]), set(names_in(row["units"]))) for row in self.targets.rows]

    @cached_property
    def enabled(self) -> list[str]:
        """The ARNs of the units that Control Tower keeps a baseline in."""
        rows = self.enabled_baselines.rows
        return [row["target"] for row in rows if row["target"] and row["status"] != "FAILED"]

    def row(self, unit: Cells) -> Cells:
        """The row of a unit."""
        by = self._by(unit["id"])
        return Cells(
            keys_at(self.at, unit["id"], unit["arn"]),
            ou_path=unit["ou_path"],
            deployed_by=tuple(by),
            failed_instances=Partial(self._failed(by), self.failures.hidden()),
            drifted=Partial(tuple(name for name in by if name in self.drifted), self.stack_sets.hidden()),
            is_covered=holds(bool(by), self.gaps),
        )

    def _by(self, unit: str) -> list[str]:
        """The StackSets that aim at the unit or the root above it, then Control Tower."""
        by = [name for name, units in self.units_by_set if units & {unit, *self.roots}]
        return [*by, "Control Tower"] if any(target.endswith(f"/{unit}") for target in self.enabled) else by

    def _failed(self, by: Iterable[str]) -> tuple[str, ...]:
        """The accounts and regions in which one of these StackSets failed."""
        failures = (row for name in by for row in self.failures.find({"name": name}) if row["target_account"])
        return tuple(sorted({f"{row['target_account']} {row['target_region']}" for row in failures}))


def _baselines(
    organization: Source,
    organizational_units: Source,
    organization_regions: Source,
    cloudformation_stack_sets: Source,
    cloudformation_stack_set_targets: Source,
    cloudformation_stack_set_failures: Source,
    controltower_landing_zones: Source,
    controltower_enabled_baselines: Source,
    *,
    special_ous: Mapping[str, Pattern] = SPECIAL_OUS,
    ou_map: Mapping[str, str] = {},  # read only
) -> Iterator[Cells | Gap]:
    """One row per unit directly below the root, but those for suspended accounts: no account begins there."""
    at = told_by(organization.first("management_account_id"), organization)
    units = [row for row in organizational_units.rows if row["id"]]
    roots = frozenset(row["id"] for row in units if row["kind"] == "ROOT")
    parked = {u["id"] for u in units_for(units, PARKED, special_ous.get(PARKED) or SPECIAL_OUS[PARKED], ou_map)}
    stacks = (cloudformation_stack_sets, cloudformation_stack_set_targets)
    tower = (controltower_landing_zones, controltower_enabled_baselines)
    gaps = _unread(at, organization_regions, (*stacks, *tower))
    deploying = _Deploying(at, roots, *stacks, cloudformation_stack_set_failures, controltower_enabled_baselines, gaps)
    yield from (deploying.row(u) for u in units if u["parent_id"] in roots and u["id"] not in parked)
    yield from organizational_units.gaps


def _unread(at: str, regions: Source, asked: Iterable[Source]) -> frozenset[str]:
    """The gaps that may hide something that deploys; that the management account was not asked, where it was not."""
    gaps = regions.hidden().union(*(source.hidden() for source in asked))
    if any(row["account_id"] == at for row in regions.rows):
        return gaps
    why = "only the management account lists all StackSets"
    return gaps | {not_asked("cloudformation:ListStackSets", at, GLOBAL, why)}


BASELINES = Fact(
    "baselines",
    "One row per unit directly below the root: what deploys a baseline to accounts that join it.",
    rows=_baselines,
    made=(*KEYS, "ou_path", "deployed_by", "failed_instances", "drifted", "is_covered"),
    resource_type=UNIT_TYPE,
)
