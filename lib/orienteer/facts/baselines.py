"""Whether accounts that join a unit receive a baseline automatically."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from orienteer.facts.accounts import UNIT_TYPE, units_for
from orienteer.facts.fact import Fact
from orienteer.facts.foundation import SPECIAL_OUS
from orienteer.facts.organization import told_by
from orienteer.facts.parking import PARKED
from orienteer.facts.seen import Cells, Unseen
from orienteer.facts.source import BOOLS, Gap, Source
from orienteer.facts.values import names_in, not_asked
from orienteer.model import GLOBAL
from orienteer.parameters import Pattern


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
    home = organization.first("management_account_id")
    at = told_by(home, organization)
    units = [row for row in organizational_units.rows if row["id"]]
    roots = {row["id"] for row in units if row["kind"] == "ROOT"}
    parked = {u["id"] for u in units_for(units, PARKED, special_ous.get(PARKED) or SPECIAL_OUS[PARKED], ou_map)}
    asked = (
        cloudformation_stack_sets,
        cloudformation_stack_set_targets,
        controltower_landing_zones,
        controltower_enabled_baselines,
    )
    gaps = organization_regions.hidden().union(*(source.hidden() for source in asked))
    if not any(row["account_id"] == at for row in organization_regions.rows):
        why = "only the management account lists all StackSets"
        gaps |= {not_asked("cloudformation:ListStackSets", at, GLOBAL, why)}
    drifted = {str(row["name"]) for row in cloudformation_stack_sets.rows if row["drift"] == "DRIFTED"}
    sets = [(str(row["name"]), set(names_in(row["units"]))) for row in cloudformation_stack_set_targets.rows]
    enabled = [row for row in controltower_enabled_baselines.rows if row["target"] and row["status"] != "FAILED"]
    for unit in (u for u in units if u["parent_id"] in roots and u["id"] not in parked):
        by = [name for name, targets in sets if targets & {unit["id"], *roots}]
        by += ["Control Tower"] if any(row["target"].endswith(f"/{unit['id']}") for row in enabled) else []
        failed = {
            f"{row['target_account']} {row['target_region']}"
            for name in by
            for row in cloudformation_stack_set_failures.find({"name": name})
            if row["target_account"]
        }
        yield Cells(
            account_id=at,
            region=GLOBAL,
            resource_id=unit["id"],
            resource_arn=unit["arn"],
            ou_path=unit["ou_path"],
            deployed_by=tuple(by),
            failed_instances=tuple(sorted(failed)),
            drifted=tuple(name for name in by if name in drifted),
            is_covered=bool(by) or (Unseen(gaps, BOOLS[:2]) if gaps else False),
        )
    yield from organizational_units.gaps


BASELINES = Fact(
    "baselines",
    "One row per unit directly below the root: what deploys a baseline to accounts that join it.",
    rows=_baselines,
    made=(
        "account_id",
        "region",
        "resource_id",
        "resource_arn",
        "ou_path",
        "deployed_by",
        "failed_instances",
        "drifted",
        "is_covered",
    ),
    resource_type=UNIT_TYPE,
)
