"""Findings of GuardDuty and Security Hub at work: what is open and old, how findings leave, what is suppressed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import pandas as pd

from orienteer.facts.alert_classes import GUARDDUTY_FINDING
from orienteer.facts.alerts import home_not_read
from orienteer.facts.detection import DETECTOR, GUARDDUTY
from orienteer.facts.event_routes import End, route
from orienteer.facts.fact import Fact, Join
from orienteer.facts.hub_settings import AGGREGATION
from orienteer.facts.organization import NOWHERE
from orienteer.facts.seen import Cells, Row
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import PLACE, cells_of, days, object_in
from orienteer.model import KEYS
from orienteer.parameters import Range

SAMPLE = "[SAMPLE]"
NARROWING = ("resource.", "service.action.", "accountId", "id")
"""How fields of findings begin that tell one resource, caller or account from others."""
ACTION_TYPE = "service.action.actionType"
"""A field that tells only what kind of action a finding is about."""
SEVERITY = Annotated[float, Range(7, 10)]
AGE = Annotated[int, Range(1, 365)]

OF_FINDINGS = {"finding_account": "account_id", "region": "region"}


def aged_findings(
    place: Row, *, high_severity: SEVERITY = 7, finding_days: AGE = 7, as_of: pd.Timestamp
) -> tuple[str, ...]:
    """Open findings of high severity that are older than they should be, the oldest first; samples left out."""
    found: dict[str, Any] = {}
    for one in (*place.findings, *place.own_findings):  # the administrator's list, and the account's own
        real = one.name and not str(one.title or "").startswith(SAMPLE)
        if real and (one.severity or 0) >= high_severity and as_of - one.created_at > pd.Timedelta(days=finding_days):
            found[one.name] = one
    ordered = sorted(found.values(), key=lambda one: one.created_at)
    return tuple(f"{one.title} ({days(as_of, one.created_at)} days)" for one in ordered)


def is_member(place: Row) -> bool:
    """Another account administers GuardDuty here, and gathers its findings."""
    return bool(place.account_id != place.delegate and place.membership == "Enabled")


def broken_destinations(place: Row) -> tuple[str, ...]:
    """Destinations that findings cannot be exported to."""
    found = (one.status for one in place.destinations if one.destination_id)
    return tuple(str(s) for s in found if s not in ("PUBLISHING", "PENDING_VERIFICATION"))


def leaves_by(place: Row) -> str | None:
    """How findings leave the account: an export, Security Hub, or a rule; None where they do not."""
    if any(one.status == "PUBLISHING" for one in place.destinations):
        return "an export to S3"
    if place.hub_arn:
        return "Security Hub"
    end, rule = route(place.rules, [GUARDDUTY_FINDING])
    return f"the rule {rule}" if end != "nobody" else None


def broad_filters(place: Row) -> tuple[str, ...]:
    """Filters that archive findings whatever resource or account they are about."""
    return tuple(str(one.filter) for one in place.filters if one.action == "ARCHIVE" and _is_broad(one.criterion))


def _is_broad(criterion: str | None) -> bool:
    return not any(name.startswith(NARROWING) and name != ACTION_TYPE for name in object_in(criterion))


WORK_PLACES = Fact(
    "guardduty_work_places",
    "One row per account and enabled region: open findings of GuardDuty, how they leave, and what is suppressed.",
    base=GUARDDUTY.name,
    joins=(
        Join("guardduty_findings", many="own_findings", on=OF_FINDINGS),
        Join("guardduty_findings", many="findings", on=OF_FINDINGS, place=("watcher", "region")),
        Join("guardduty_destinations", many="destinations", on=PLACE),
        Join("guardduty_filter_details", many="filters", on=PLACE),
        Join("guardduty_detector_settings", ("publishing_frequency",), on=PLACE),
        Join("securityhub_hubs", ("hub_arn",), on=PLACE),
        Join("event_rules", many="rules", on=PLACE),
    ),
    columns=(aged_findings, is_member, broken_destinations, leaves_by, broad_filters),
    hidden=GUARDDUTY.hidden | {"findings", "own_findings", "destinations", "filters", "rules"},
    resource_type=DETECTOR,
)
ASPECTS = ("findings", "export", "frequency", "filters")
OF_PLACE = (
    "detector_id",
    "detector_status",
    "aged_findings",
    "is_member",
    "broken_destinations",
    "leaves_by",
    "publishing_frequency",
    "broad_filters",
)


def _work(guardduty_work_places: Source) -> Iterator[Cells | Gap]:
    """Four rows for each account and region."""
    for row in guardduty_work_places.rows:
        taken = cells_of(row, *OF_PLACE)
        for aspect in ASPECTS:
            name = row["resource_id"] if aspect == "findings" else f"{row['resource_id']}/{aspect}"
            yield Cells(taken | {"resource_id": name, "aspect": aspect})
    yield from guardduty_work_places.gaps


GUARDDUTY_WORK = Fact(
    "guardduty_work",
    "Four rows per account and enabled region, about GuardDuty's findings, their export, how often they are published, "
    "and filters that archive them.",
    rows=_work,
    made={
        "": ("ec2_regions", "organization_accounts"),
        **dict.fromkeys((*KEYS, "aspect"), ()),
        **{c: (f"guardduty_work_places.{c}",) for c in OF_PLACE},
    },
    resource_type=DETECTOR,
)


# --- Security Hub


def aged_criticals(
    hub: Row, *, finding_days_: Annotated[int, Range(1, 365)] = 14, as_of: pd.Timestamp
) -> tuple[str, ...]:
    """New critical findings that are older than they should be, the oldest first."""
    limit = pd.Timedelta(days=finding_days_)
    found = {one.finding_id: one for one in hub.criticals if one.finding_id and as_of - one.created_at > limit}
    ordered = sorted(found.values(), key=lambda one: one.created_at)
    return tuple(f"{one.title} ({days(as_of, one.created_at)} days)" for one in ordered)


def subscribers(hub: Row) -> tuple[str, ...]:
    """Subscribers of Security Lake."""
    return tuple(str(one.title or one.name) for one in hub.lake if one.name)


def leaves(hub: Row) -> End:
    """Where critical findings of every product end."""
    return hub.hub_route[0] if hub.hub_route else "nobody"


def leaves_in_part(hub: Row) -> bool:
    """Findings of one product leave."""
    return bool(hub.partial_hub_route) and hub.partial_hub_route[0] != "nobody"


HUB_WORK = Fact(
    "securityhub_work",
    "One row: where findings go from the region that gathers them, and critical ones that nobody has worked on.",
    base=AGGREGATION.name,
    joins=(
        Join(
            "regional_routes",
            ("hub_route", "partial_hub_route"),
            on={"region": "home_region"},
            place=NOWHERE,
            missing=home_not_read,
        ),
        Join("securityhub_critical_findings", many="criticals", on={"account_id": "admin"}, place=("admin", "")),
        Join("securitylake_subscribers", many="lake", on={}, place=("admin", "home_region")),
    ),
    columns=(aged_criticals, subscribers, leaves, leaves_in_part),
    hidden=AGGREGATION.hidden | {"criticals", "lake"},
    resource_type="AWS::SecurityHub::Hub",
)
