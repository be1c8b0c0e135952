"""Alerts: by class of event, whether a filter or rules take it everywhere and somebody is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from orienteer.facts.alert_classes import CLASSES, GUARDDUTY_FINDING, HUB_FINDINGS, ClassName, on_bus
from orienteer.facts.detection import EVERY_REGION, account_read
from orienteer.facts.event_routes import ENDS, End, route
from orienteer.facts.fact import Fact, Join
from orienteer.facts.log_patterns import matches
from orienteer.facts.organization import NOWHERE
from orienteer.facts.seen import Cells, NotSeen, Row, Unseen
from orienteer.facts.source import Gap, Source
from orienteer.facts.trails import RECORDED
from orienteer.facts.values import PLACE, keys_at, not_asked
from orienteer.model import KEYS
from orienteer.partitions import home_region, partition_with

# --- rules, place by place


def told_by_rules(place: Row) -> tuple[str, ...]:
    """The samples of all classes that a rule here brings to people."""
    return _brought(place, "people")


def taken_by_rules(place: Row) -> tuple[str, ...]:
    """The samples that a rule here brings to a program, or to an account that was not read."""
    return _brought(place, "elsewhere")


def _brought(place: Row, least: End) -> tuple[str, ...]:
    rules = list(place.rules)
    samples = ((name, on_bus(event)) for one in CLASSES.values() for name, event in one.samples.items())
    return tuple(name for name, event in samples if ENDS.index(route(rules, [event])[0]) >= ENDS.index(least))


ALERT_PLACES = Fact(
    "alert_places",
    "One row per account and enabled region: the samples of events that EventBridge rules there bring to people.",
    base="places",
    joins=(Join("event_rules", many="rules", on=PLACE),),
    columns=(told_by_rules, taken_by_rules),
    hidden=frozenset({"rules", "tree"}),
)


# --- filters on the trail's log group


TAKING = ("All", "WriteOnly")
"""Kinds of management events among which each sample is: all of them change something."""
Covers = Literal["all regions", "the home region", "nothing"]


def _trail(organization: Row) -> Row | None:
    """The trail whose log group tells of changes: one of all regions, or else one of the home region."""
    alone = organization.organization_id is None
    trails = organization.trails if alone else organization.organization_trails
    wide = next((t for t in trails if t.is_multi_region and _tells(t)), None)
    return wide or next((t for t in trails if t.include_global and _at_home(t) and _tells(t)), None)


def _tells(trail: Row) -> bool:
    return bool(trail.log_group_arn and trail.is_logging and trail.management_events in TAKING)


def _at_home(trail: Row) -> bool:
    return bool(trail.home_region == home_region(partition=partition_with(trail.home_region or "")))


def log_group(organization: Row) -> str | None:
    """The log group that gets the management events of the trail of everything."""
    trail = _trail(organization)
    return str(trail.log_group_arn) if trail else None


def log_covers(organization: Row) -> Covers:
    """Whose events come to that log group."""
    trail = _trail(organization)
    return "nothing" if trail is None else "all regions" if trail.is_multi_region else "the home region"


def log_excluded(organization: Row) -> tuple[str, ...]:
    """Services whose events do not come to it."""
    trail = _trail(organization)
    return trail.excluded_sources if trail else ()


def _part(number: int) -> Callable[[Row], str | None]:
    def part(organization: Row) -> str | None:
        parts = str(organization.log_group or "").split(":")
        return parts[number] if len(parts) > number else None

    part.__name__ = {3: "log_region", 4: "log_account", 6: "log_group_name"}[number]
    return part


GROUND = Fact(
    "alert_ground",
    "One row for the organization, or for each account that stands alone: the log group of its trail.",
    base=RECORDED.name,
    columns=(log_group, log_covers, log_excluded, _part(3), _part(4), _part(6)),
    hidden=RECORDED.hidden,
    resource_type="AWS::CloudTrail::Trail",
)
OF_GROUND = ("organization_id", "log_covers", "log_excluded", "log_region", "log_account", "log_group_name")


def _alerts(alert_ground: Source, *, alert_classes: tuple[ClassName, ...] = tuple(CLASSES)) -> Iterator[Cells | Gap]:
    """A row for each class that is wanted."""
    for row in alert_ground.rows:
        for name in alert_classes:
            taken = {c: row[c] for c in ("account_id", "region", *OF_GROUND)}
            yield Cells(taken, resource_id=name, resource_arn=None, alert_class=name)
    yield from alert_ground.gaps


def _wanted(alert: Row) -> list[str]:
    known = CLASSES.get(alert.alert_class)
    return list(known.samples) if known else []


def told_by_filters(alert: Row) -> tuple[str, ...]:
    """The samples that a metric filter on the trail's log group counts, with an alarm that tells people."""
    return _counted(alert, "people")


def taken_by_filters(alert: Row) -> tuple[str, ...]:
    """The samples that a metric filter counts, with an alarm that ends at a program or in an account not read."""
    return _counted(alert, "elsewhere")


def _counted(alert: Row, least: End) -> tuple[str, ...]:
    known = CLASSES.get(alert.alert_class)
    if known is None or (known.where == "everywhere" and alert.log_covers == "the home region"):
        return ()
    logged = {name: event for name, event in known.samples.items() if event["eventSource"] not in alert.log_excluded}
    left = logged
    for one in alert.filters if left else ():
        found = [name for name, event in left.items() if matches(one.pattern, event)]
        if found and one.filter_end in ENDS and ENDS.index(one.filter_end) >= ENDS.index(least):
            left = {name: event for name, event in left.items() if name not in found}
        if not left:
            break
    return tuple(name for name in logged if name not in left)


def _own_places(alert: Row) -> Iterator[Row]:
    """The places in which events of the class are recorded; closed regions have none."""
    where = CLASSES[alert.alert_class].where
    for place in alert.places:
        home = home_region(partition=partition_with(place.region))
        if alert.organization_id is None and place.account_id != alert.account_id:
            continue
        if where != "everywhere" and place.region != home:
            continue
        if (where == "management" and place.account_id != alert.account_id) or (where == "everywhere" and place.closed):
            continue
        yield place


def untold_places(alert: Row) -> tuple[str, ...]:
    """The first place in which no rule tells people of what filters leave over; empty where there is none."""
    left = [name for name in _wanted(alert) if name not in alert.told_by_filters]
    return _first(alert, left, lambda place: place.told_by_rules)


def untaken_places(alert: Row) -> tuple[str, ...]:
    """The same, where a program or an account that was not read counts as somebody who is told."""
    left = [name for name in _wanted(alert) if name not in (*alert.taken_by_filters, *alert.told_by_filters)]
    return _first(alert, left, lambda place: place.taken_by_rules)


def _first(alert: Row, left: list[str], by_rules: Callable[[Row], Iterable[str]]) -> tuple[str, ...]:
    if not left:
        return ()
    for place in _own_places(alert):
        missing = [name for name in left if name not in by_rules(place)]
        if missing:
            return (f"{', '.join(missing)} in account {place.account_id}, region {place.region}",)
    if unread := _unread_places(alert):
        raise NotSeen(Unseen(unread))
    return ()


def _unread_places(alert: Row) -> frozenset[str]:
    """What hides places in which events of the class are recorded, and that are not part of this assessment."""
    alone, where = alert.organization_id is None, CLASSES[alert.alert_class].where
    read = {(p.account_id, p.region) for p in alert.places if not alone or p.account_id == alert.account_id}
    home = home_region(partition=partition_with(next((region for _, region in read), "")))
    told = {account for account, region in read if where == "everywhere" or region == home}
    wanted = {alert.account_id} if where == "management" else {account for account, _ in read} or {alert.account_id}
    why = "this region of the account is not part of this assessment"
    return frozenset(not_asked("events:ListRules", account, home, why) for account in wanted - told)


ALERTS = Fact(
    "alerts",
    "One row per class of events that should wake somebody: whether somebody is told wherever it happens.",
    rows=_alerts,
    made={
        "": ("organization", "ec2_regions", "cloudtrail_trails"),
        **dict.fromkeys((*KEYS, "alert_class"), ()),
        **{c: (f"alert_ground.{c}",) for c in OF_GROUND},
    },
    joins=(
        Join(
            "metric_filters",
            many="filters",
            on={"account_id": "log_account", "region": "log_region", "log_group": "log_group_name"},
            place=("log_account", "log_region"),
        ),
        Join("alert_places", many="places", on={}, place=NOWHERE),
    ),
    columns=(told_by_filters, taken_by_filters, untold_places, untaken_places),
    hidden=frozenset({"filters", "places"}),
    resource_type="AWS::::Account",
)


# --- findings, region by region


def _finding_routes(guardduty_delegations: Source, securityhub_delegations: Source) -> Iterator[Cells | Gap]:
    """Each region, with the account that sees the findings of all others there."""
    found: dict[str, Cells] = {}
    for row in (*guardduty_delegations.rows, *securityhub_delegations.rows):
        known = found.get(row["region"])
        if known is None or not isinstance(known["admin"], str | Unseen):
            admin = row["admin"]
            account = admin if isinstance(admin, str) else row["account_id"]
            keys = keys_at(account, row["region"], region=row["region"])
            found[row["region"]] = Cells(keys, admin=admin)
    yield from found.values()
    yield from dict.fromkeys((*guardduty_delegations.gaps, *securityhub_delegations.gaps))


def guardduty_route(region: Row) -> tuple[End, str]:
    """Where GuardDuty's grave findings end, and the rule."""
    return route(region.rules, [GUARDDUTY_FINDING])


def hub_route(region: Row) -> tuple[End, str]:
    """Where critical findings of any product end that Security Hub imports, and the rule."""
    return route(region.rules, HUB_FINDINGS)


def partial_hub_route(region: Row) -> tuple[End, str]:
    """The same of one product at least."""
    return max((route(region.rules, [one]) for one in HUB_FINDINGS), key=lambda found: ENDS.index(found[0]))


DELEGATING = ("guardduty_organization_admins", "guardduty_administrators", "securityhub_organization_admins")
REGIONAL_ROUTES = Fact(
    "regional_routes",
    "One row per region: where findings end that the administrator of GuardDuty or Security Hub sees there.",
    rows=_finding_routes,
    made={
        "": ("organization", *DELEGATING),
        **dict.fromkeys((*KEYS, "admin"), DELEGATING),
    },
    joins=(
        account_read("admin_read", "admin", "events:ListRules"),
        Join("event_rules", many="rules", on={"account_id": "admin", "region": "region"}, place=("admin", "region")),
        Join("finding_aggregation", ("home_region", "missing_regions"), on={}, place=NOWHERE),
    ),
    columns=(guardduty_route, hub_route, partial_hub_route),
    hidden=frozenset({"rules", "admin_read"}),
    resource_type="AWS::Events::Rule",
)


def home_not_read(row: Row) -> str:
    """The gap of a region that gathers findings and is not part of this assessment."""
    return not_asked(
        "events:ListRules", row.account_id, row.home_region, "this region of the account is not part of this assessment"
    )


def gathered(region: Row) -> bool:
    """Security Hub gathers the region's findings in another."""
    return bool(region.home_region) and region.region not in (region.home_region, *region.missing_regions)


FINDING_ROUTES = Fact(
    "finding_routes",
    "One row per region: where its findings end, there or in the region that gathers them.",
    base=REGIONAL_ROUTES.name,
    joins=(
        Join(
            REGIONAL_ROUTES.name,
            {"home_route": "hub_route"},
            on={"region": "home_region"},
            place=EVERY_REGION,
            missing=home_not_read,
        ),
    ),
    columns=(gathered,),
    hidden=REGIONAL_ROUTES.hidden,
    resource_type="AWS::Events::Rule",
)
