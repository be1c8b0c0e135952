"""Who is called by findings, where logs can be searched, and for how long each source of logs is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from orienteer.facts import lifecycle
from orienteer.facts.alert_classes import GUARDDUTY_FINDING, HUB_FINDINGS
from orienteer.facts.alerts import FINDING_ROUTES, GROUND, REGIONAL_ROUTES
from orienteer.facts.detection import EVERY_REGION
from orienteer.facts.event_patterns import matches
from orienteer.facts.fact import Fact, Join
from orienteer.facts.guarded import ORGANIZATION_TYPE
from orienteer.facts.organization import NOWHERE
from orienteer.facts.seen import Cells, Row, Unseen, gaps_of
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import documents, keys_at
from orienteer.model import GLOBAL, KEYS

MOST = 100
"""So many critical findings of a region are read, the oldest first."""
FOREVER = 36_500
"""Days that stand for logs which nothing removes."""
STARTING = frozenset({"people", "ssm", "lambda", "states", "codebuild", "api-gateway", "execute-api", "ssm-incidents"})
"""Kinds of targets that start something: a plan, a ticket, a chat, a program."""


# --- what findings start


def started(region: Row) -> tuple[str, ...]:
    """The kinds of targets that grave findings get to there; no topic that nobody subscribed to."""
    return tuple(sorted({str(one.target_kind) for one in _targets(region)}))


def automations(region: Row) -> tuple[str, ...]:
    """Functions that findings start, each with its role and the policies that say what it may do."""
    return tuple(sorted({_permitted(one) for one in _targets(region) if one.target_kind == "lambda"}))


def _permitted(target: Row) -> str:
    name, role = str(target.target_name).rpartition(":")[2], str(target.function_role or "").rpartition("/")[2]
    held = [*documents(target.role_inline), *documents(target.role_attached)]
    told = (
        ", ".join(sorted(str(one.get("PolicyName")) for one in held if isinstance(one, dict))) or "none that was seen"
    )
    return f"{name} as {role or 'an unknown role'} (policies: {told})"


def _targets(region: Row) -> Iterator[Row]:
    """What grave findings get to, by rules that are on, over one bus."""
    for rule in region.rules:
        taken = [one for one in (GUARDDUTY_FINDING, *HUB_FINDINGS) if rule.is_on and matches(rule.pattern, one)]
        for target in rule.ends if rule.bus == "default" and taken else ():
            onward = (one for one in (target.onward if target.end == "bus" else ()) if one.is_on)
            led_on = (one for one in onward if any(matches(one.pattern, event) for event in taken))
            found = [last for one in led_on for last in one.ends] if target.end == "bus" else [target]
            yield from (one for one in found if one.target_arn and one.end != "nobody")


REGIONAL_STARTS = Fact(
    "regional_starts",
    "One row per region: what grave findings start that the administrator sees there.",
    base=REGIONAL_ROUTES.name,
    columns=(started, automations),
    hidden=REGIONAL_ROUTES.hidden,
    resource_type="AWS::Events::Rule",
)


def is_member(region: Row) -> bool:
    """AWS Security Incident Response is on call."""
    return any(one.status == "Active" for one in region.memberships)


def starts(region: Row) -> tuple[str, ...]:
    """What its findings start, there or in the region that gathers them."""
    own: tuple[str, ...] = region.started or ()
    return tuple(sorted({*own, *((region.home_started or ()) if region.gathered else ())}))


FINDING_STARTS = Fact(
    "finding_starts",
    "One row per region: what its findings start, there or in the region that gathers them.",
    base=FINDING_ROUTES.name,
    joins=(
        Join(REGIONAL_STARTS.name, ("started", "automations"), on={"region": "region"}, place=EVERY_REGION),
        Join(REGIONAL_STARTS.name, {"home_started": "started"}, on={"region": "home_region"}, place=EVERY_REGION),
        Join("security_ir_memberships", many="memberships", on={}, place=NOWHERE),
    ),
    columns=(is_member, starts),
    hidden=FINDING_ROUTES.hidden | {"memberships"},
    resource_type="AWS::Events::Rule",
)


# --- where logs can be searched


def store_days(row: Row) -> int:
    """Days for which the best event data store of all accounts keeps events; 0 without one."""
    stores = (one for one in row.stores if one.is_organization and one.status == "ENABLED")
    return max((one.retention_days or 0 for one in stores), default=0)


def group_days(row: Row) -> int:
    """Days for which the trail's log group keeps events; 0 without one."""
    found = next((one for one in row.groups if one.name == row.log_group_name), None)
    if row.log_group_name is None or found is None:
        return 0
    return found.retention_days or FOREVER


def other_tools(row: Row) -> tuple[str, ...]:
    """What else may hold logs to be searched: subscribers of a security lake, search domains of the security team, and
    tables over the trail's bucket.  A work group of Athena without one proves nothing: each account has one."""
    team = {*row.security_audit, *row.log_archive, *row.secops}
    lake = {f"security lake: {one.title or one.name}" for one in row.lake if one.name}
    domains = {f"search domain {one.name}" for one in row.domains if one.account_id in team}
    alone = row.organization_id is None
    buckets = {trail.bucket for trail in (row.trails if alone else row.organization_trails) if trail.bucket}
    over = {f"table {one.database}.{one.table}" for one in row.catalogued if _bucket(one.location) in buckets}
    return tuple(sorted(lake | domains | over))


def _bucket(location: str | None) -> str:
    """The bucket of s3://bucket/prefix."""
    return str(location or "").partition("://")[2].partition("/")[0]


SEARCHABLE = Fact(
    "searchable_logs",
    "One row for the organization, or for each account that stands alone: where the events of all accounts can be "
    "searched, and for how many days.",
    base=GROUND.name,
    joins=(
        Join("the_organization", ("security_audit", "log_archive", "secops"), on={}, place=NOWHERE),
        Join("cloudtrail_event_data_store_details", many="stores", on={}, place=NOWHERE),
        Join(
            "logs_groups",
            many="groups",
            on={"account_id": "log_account", "region": "log_region"},
            place=("log_account", "log_region"),
        ),
        Join("securitylake_subscribers", many="lake", on={}, place=NOWHERE),
        Join("opensearch_domains", many="domains", on={}, place=NOWHERE),
        Join("glue_tables", many="catalogued", on={}, place=NOWHERE),
    ),
    columns=(store_days, group_days, other_tools),
    hidden=GROUND.hidden | {"stores", "groups", "lake", "domains", "catalogued"},
    resource_type=ORGANIZATION_TYPE,
)


# --- how long logs are kept

REQUIREMENTS: Mapping[str, int] = {"cloudtrail": 365, "config": 365, "vpc_flow": 90, "dns": 90}
SOURCES = {"cloudtrail": "CloudTrail", "config": "AWS Config", "vpc_flow": "VPC flow logs", "dns": "DNS queries"}


def _retained(
    the_organization: Source,
    log_keeping: Source,
    cloudtrail_event_data_store_details: Source,
    config_channels: Source,
    ec2_flow_logs: Source,
    route53resolver_query_logs: Source,
    s3_bucket_lifecycle: Source,
    logs_groups: Source,
    *,
    retention_requirements: Mapping[str, int] = REQUIREMENTS,
) -> Iterator[Cells | Gap]:
    """One row per source that must be kept and store that holds it; one without store where a source has none.

    Whether a source has none is not seen where a list of its stores, or the place that one of them names, was not read.
    """
    (org,) = the_organization.rows
    home, lakes = org["told_by"], cloudtrail_event_data_store_details
    kept = Kept(s3_bucket_lifecycle, logs_groups)
    told = {
        "cloudtrail": _trails(log_keeping, lakes),
        "config": _channels(config_channels, kept, home),
        "vpc_flow": _destinations(ec2_flow_logs, kept),
        "dns": _destinations(route53resolver_query_logs, kept),
    }
    guarded = {str(row["store_name"]): row["termination_protection"] for row in lakes.rows}
    for source, required in retention_requirements.items():
        guards = guarded if source == "cloudtrail" else {}
        yield from _stored(home, source, required, told.get(source, ({}, [])), guards)


def _stored(
    home: str, source: str, required: int, found: Stores, guards: Mapping[str, bool | None]
) -> Iterator[Cells | Gap]:
    """One row per store of a source, and what hides further ones; one row without store where it has none.

    `guards` says of event data stores whether they are protected from termination.
    """
    stores, gaps = found
    keys = {
        "account_id": home,
        "region": GLOBAL,
        "resource_arn": None,
        "source": SOURCES.get(source, source),
        "required_days": required,
    }
    for store, days in stores.items():
        guard = guards.get(store)
        yield Cells(keys, resource_id=f"{source}/{store}", store=store, days=days, termination_protection=guard)
    if not stores and not gaps:
        yield Cells(keys, resource_id=source, store=None, days=0, termination_protection=None)
    yield from gaps


Stores = tuple[Mapping[str, Any], list[Gap]]
"""By store the days for which it keeps a source of logs, and what hides further ones."""


def _trails(log_keeping: Source, lakes: Source) -> Stores:
    """The buckets of trails, and the event data stores of the organization, which say themselves how long they keep."""
    buckets = {row["bucket"]: _days(row["kept_days"]) for row in log_keeping.rows}
    own = {str(row["store_name"]): row["retention_days"] for row in lakes.rows if row["is_organization"]}
    return {**buckets, **own}, [*log_keeping.gaps, *lakes.gaps]


def _channels(config_channels: Source, kept: Kept, home: str) -> Stores:
    """The buckets that AWS Config delivers to."""
    buckets = [row["delivery_bucket"] for row in config_channels.rows]
    named = {bucket for bucket in buckets if bucket and not isinstance(bucket, Unseen)}
    gaps = [Gap(home, GLOBAL, "config", text) for text in sorted(gaps_of(*buckets))]
    return {one: kept.bucket(one) for one in sorted(named)}, [*config_channels.gaps, *gaps]


def _destinations(logs: Source, kept: Kept) -> Stores:
    """The buckets, log groups and streams that flow logs or query logs name."""
    named = {row["destination"] for row in logs.rows if row["destination"]}
    return {one: kept.at(one) for one in sorted(named)}, logs.gaps


def _days(kept: Any) -> Any:
    return FOREVER if kept is None else kept


class Kept:
    """For how many days a bucket or a log group keeps what comes to it: FOREVER where nothing removes it.

    None where that cannot be told: of a stream, and of what stands in none of the accounts.
    """

    def __init__(self, lifecycles: Source, groups: Source) -> None:
        self.lifecycles, self.groups = lifecycles, groups

    def at(self, destination: str) -> Any:
        """Of what a flow log or query log names: the ARN of a bucket, group or stream, or the name of a group."""
        parts = destination.split(":", 5)
        service = parts[2] if destination.startswith("arn:") and len(parts) == 6 else "logs"
        if service == "s3":
            return self.bucket(parts[5].partition("/")[0])
        name = parts[-1].removeprefix("log-group:").removesuffix(":*")
        return self._group(name) if service == "logs" else None

    def bucket(self, name: str) -> Any:
        """Of a bucket: the shortest of its rules that count days."""
        for row in self.lifecycles.find({"resource_id": name}):
            days = [d for r in lifecycle.rules(row["lifecycle_rules"]) if (d := lifecycle.expiry_days(r)) is not None]
            return min(days, default=FOREVER)
        return _hidden(self.lifecycles)

    def _group(self, name: str) -> Any:
        found = self.groups.find({"name": name})
        return min(row["retention_days"] or FOREVER for row in found) if found else _hidden(self.groups)


def _hidden(source: Source) -> Unseen | None:
    gaps = source.hidden()
    return Unseen(gaps) if gaps else None


RETAINED = Fact(
    "retained_logs",
    "One row per source of logs that must be kept and store that holds it: for how many days.",
    rows=_retained,
    made=(*KEYS, "source", "required_days", "store", "days", "termination_protection"),
    resource_type=ORGANIZATION_TYPE,
)


# --- what is measured


def _covered(the_organization: Source) -> Iterator[Cells]:
    (org,) = the_organization.rows
    yield Cells(keys_at(org["told_by"], "standards"))


def without_standard(row: Row) -> tuple[str, ...]:
    """Accounts that Security Hub measures against no standard in some region in use."""
    return tuple(sorted({one.account_id for one in row.hubs if not one.closed and not one.standards_on}))


def standards(row: Row) -> tuple[str, ...]:
    """The standards that a hub measures against."""
    return tuple(sorted({str(name) for one in row.hubs for name in one.standards_on or ()}))


def packs(row: Row) -> tuple[str, ...]:
    """The conformance packs that stand in some account."""
    return tuple(sorted({str(one.name) for one in row.pack_rows}))


def without_pack(row: Row) -> tuple[str, ...]:
    """Accounts in which no conformance pack stands."""
    held = {one.account_id for one in row.pack_rows}
    return tuple(sorted({one.account_id for one in row.hubs if one.account_id not in held}))


def assessments(row: Row) -> tuple[str, ...]:
    """The active assessments of Audit Manager."""
    return tuple(sorted({str(one.name) for one in row.audits if one.name}))


def aggregators(row: Row) -> tuple[str, ...]:
    """The aggregators of AWS Config."""
    return tuple(sorted({f"{one.account_id}/{one.name}" for one in row.gathering}))


def failed_critical(row: Row) -> int:
    """Critical controls of a standard that failed and that nobody worked on, of the oldest findings in each region."""
    return len({one.finding_id for one in row.criticals if one.is_control})


def suppressed_critical(row: Row) -> int:
    """Critical controls of a standard that failed and that somebody suppressed, of the oldest in each region."""
    return len({one.finding_id for one in row.suppressed if one.is_control})


def is_cut(row: Row) -> bool:
    """A region has more critical findings than are read of it, and those left out may be failed controls."""
    read = Counter((one.account_id, one.region) for one in row.criticals if one.finding_id)
    return any(count >= MOST for count in read.values())


MEASURED = Fact(
    "measured_compliance",
    "One row: which standards, conformance packs and assessments measure the organization, and what fails of them.",
    rows=_covered,
    made=KEYS,
    joins=(
        Join("hub_settings", many="hubs", on={}, place=NOWHERE),
        Join("config_conformance_packs", many="pack_rows", on={}, place=NOWHERE),
        Join("config_aggregators", many="gathering", on={}, place=NOWHERE),
        Join("auditmanager_assessments", many="audits", on={}, place=NOWHERE),
        Join("securityhub_critical_findings", many="criticals", on={}, place=NOWHERE),
        Join("securityhub_suppressed_findings", many="suppressed", on={}, place=NOWHERE),
    ),
    columns=(
        without_standard,
        standards,
        packs,
        without_pack,
        assessments,
        aggregators,
        failed_critical,
        suppressed_critical,
        is_cut,
    ),
    hidden=frozenset({"hubs", "pack_rows", "gathering", "audits", "criticals", "suppressed"}),
    resource_type=ORGANIZATION_TYPE,
)
