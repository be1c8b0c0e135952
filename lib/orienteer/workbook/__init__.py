"""What the notebooks call: open a run, say what was seen, show frames and pictures.  All visible without widgets."""

from orienteer.workbook.book import as_of, open, rows
from orienteer.workbook.guardrails import guardrail_map, guardrails, open_regions, region_map
from orienteer.workbook.identity import (
    access_keys,
    administrators_in_effect,
    analyzers,
    assignments,
    credentials,
    key_chart,
    outside_access,
    outside_chart,
    permission_sets,
    ways_chart,
    ways_in,
)
from orienteer.workbook.judged import (
    controls,
    evidence,
    failure_chart,
    failures,
    next_steps,
    questions,
    unassessed,
    verdict_chart,
)
from orienteer.workbook.monitoring import (
    administrators,
    guardduty,
    guardduty_map,
    securityhub_map,
    trail_map,
    trails,
)
from orienteer.workbook.network import (
    default_vpc_map,
    default_vpcs,
    exposable,
    exposed,
    exposure_chart,
    open_chart,
    open_rules,
)
from orienteer.workbook.organization import (
    accounts,
    contact_map,
    contacts,
    delegation,
    delegation_map,
    features,
    invariant_map,
    invariants,
    policies,
    root_users,
    tree,
)
from orienteer.workbook.seen import assessed, calls_map, refused, regions, regions_map, scope, seen, seen_by
from orienteer.workbook.show import said, show

__all__ = [
    "access_keys", "accounts", "administrators", "administrators_in_effect", "analyzers", "as_of", "assessed",
    "assignments", "calls_map", "contact_map", "contacts", "controls", "credentials", "default_vpc_map",
    "default_vpcs", "delegation", "delegation_map", "evidence", "exposable", "exposed", "exposure_chart",
    "failure_chart", "failures", "features", "guardduty", "guardduty_map", "guardrail_map", "guardrails",
    "invariant_map", "invariants", "key_chart", "next_steps", "open", "open_chart", "open_regions", "open_rules",
    "outside_access", "outside_chart", "permission_sets", "policies", "questions", "refused", "region_map", "regions",
    "regions_map", "root_users", "rows", "said", "scope", "securityhub_map", "seen", "seen_by", "show", "trail_map",
    "trails", "tree", "unassessed", "verdict_chart", "ways_chart", "ways_in",
]  # fmt: skip
