"""What the organization uses: services by what they cost, regions by cost and by what stands in them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

from orienteer.facts.fact import Fact, Join
from orienteer.facts.guarded import ACCOUNT_TYPE, ORGANIZATION_TYPE
from orienteer.facts.organization import NOWHERE, closed_accounts
from orienteer.facts.seen import Cells, Row, Unseen
from orienteer.facts.source import BOOLS, Gap, Source
from orienteer.facts.values import holds, keys_at
from orienteer.model import GLOBAL, KEYS
from orienteer.parameters import Client
from orienteer.policy.guardrails.probes import asked

_NO_SERVICE = re.compile(r"^(AWS Support|.*\bSupport \((Business|Developer|Enterprise))", re.IGNORECASE)
_MARKETPLACE = re.compile(r"marketplace|^(Contract|SaaS) |Seller", re.IGNORECASE)
_DAYS = 90
NEW_SERVICE = "newservice:Create"
"""An action of a service that no policy knows by name: where it is denied, the policies list what is allowed."""

Kind = Literal["service", "support", "marketplace"]


def _services(the_organization: Source, cost_by_service: Source, account_service_use: Source) -> Iterator[Cells | Gap]:
    """One row per service that cost anything, over all accounts; one about those that were called, where that is told.

    What was called goes by other names than the bill, and what costs nothing stands on no bill.
    """
    (org,) = the_organization.rows
    home = org["told_by"]
    yield from _paid(home, cost_by_service)
    yield from cost_by_service.gaps
    lately = [row for row in account_service_use.rows if (row["service_idle_days"] or 0) <= _DAYS]
    gaps = account_service_use.hidden()
    if lately or gaps:
        yield Cells(
            keys_at(home, "services called"),
            service="services called",
            cost_usd=None,
            accounts=tuple(sorted({row["account_id"] for row in lately})),
            first_seen=None,
            asks="calls",
            called=Unseen(gaps) if gaps else tuple(sorted({row["service"] for row in lately})),
        )


def _paid(home: str, cost_by_service: Source) -> Iterator[Cells]:
    """One row per service that cost anything."""
    costs = defaultdict[str, list[Cells]](list)
    for row in cost_by_service.rows:
        if row["name"] and row["cost_usd"] and row["cost_usd"] > 0:
            costs[row["name"]].append(row)
    for name, found in sorted(costs.items()):
        months = [row["first_seen"] for row in found if row["first_seen"]]
        yield Cells(
            keys_at(home, name),
            service=name,
            cost_usd=round(sum(row["cost_usd"] for row in found), 2),
            accounts=tuple(sorted({row["account_id"] for row in found})),
            first_seen=min(months, default=None),
            asks="cost",
            called=(),
        )


def kind(row: Row) -> Kind:
    """What the line of the bill is: a service of AWS, its support, or something bought in the marketplace."""
    if _NO_SERVICE.search(row.service):
        return "support"
    return "marketplace" if _MARKETPLACE.search(row.service) else "service"


def listed_by_policy(row: Row) -> bool:
    """Service control policies let every account with a cost of it use listed services only."""
    nodes = {node.id: node for node in row.tree.accounts}
    found = [nodes.get(account) for account in row.accounts]
    return bool(found) and all(
        node and node.levels and asked(node.levels, NEW_SERVICE, node.id, **row.tree.around(node)).denied
        for node in found
    )


SERVICES_IN_USE = Fact(
    "services_in_use",
    "One row per service that the organization paid for in the last 90 days: what it cost, and in which accounts.",
    rows=_services,
    made={
        **dict.fromkeys(("", *KEYS, "service", "cost_usd", "first_seen", "asks"), ("organization", "cost_by_service")),
        "accounts": ("cost_by_service", "account_service_use"),
        "called": ("account_service_use",),
    },
    joins=(
        Join("guardrails", ("tree",), on={}, place=NOWHERE),
        Join("the_organization", ("organization_id",), on={}, place=NOWHERE),
    ),
    columns=(kind, listed_by_policy),
    hidden=frozenset({"tree"}),
    resource_type=ORGANIZATION_TYPE,
)


# --- regions

STANDING = {
    "ec2_network_interfaces": "network interfaces",
    "s3_buckets": "buckets",
    "lambda_functions": "functions",
    "sqs_queues": "queues",
    "sns_topics": "topics",
    "secretsmanager_secrets": "secrets",
}
"""Tables of what stands in a region, with the word for it."""


def _row(
    place: Mapping[str, Any],
    asks: str,
    used: Any,
    cost_usd: float | None = None,
    resources: Mapping[str, Any] = MappingProxyType({}),
    is_closed: Any = False,
) -> Cells:
    """One row of the fact `regions`."""
    return Cells(place, asks=asks, used=used, cost_usd=cost_usd, resources=dict(resources), is_closed=is_closed)


@dataclass(frozen=True)
class _Use:
    """What shows that a region is used: what it cost, and what stands in it."""

    cost_by_region: Source
    standing: tuple[Source, ...]

    @cached_property
    def costs(self) -> dict[tuple[str, str], float]:
        """What each account's regions cost, where they cost anything."""
        rows = self.cost_by_region.rows
        return {(row["account_id"], row["name"]): row["cost_usd"] for row in rows if (row["cost_usd"] or 0) > 0}

    @cached_property
    def things(self) -> dict[tuple[str, str], Counter[str]]:
        """How many things of each kind stand in each account's regions."""
        found = defaultdict[tuple[str, str], Counter[str]](Counter)
        for source in self.standing:
            for row in source.rows:
                found[row["account_id"], row["region"]][STANDING[source.name]] += 1
        return found

    @cached_property
    def places(self) -> frozenset[tuple[str, str]]:
        """The accounts and regions in use."""
        return frozenset(place for place in (*self.costs, *self.things) if place[1] and "-" in place[1])

    @property
    def regions(self) -> frozenset[str]:
        return frozenset(region for _, region in self.places)

    def unused(self, *place: str) -> Any:
        """False for a place (or, without one, all places) where nothing was found; unseen where not all was read."""
        sources = (self.cost_by_region, *self.standing)
        return holds(False, frozenset[str]().union(*(source.hidden(*place) for source in sources)))


def _regions(
    the_organization: Source,
    guardrails: Source,
    ec2_regions: Source,
    cost_by_region: Source,
    ec2_network_interfaces: Source,
    s3_buckets: Source,
    lambda_functions: Source,
    sqs_queues: Source,
    sns_topics: Source,
    secretsmanager_secrets: Source,
    *,
    allowed_regions: tuple[str, ...] = (),
    client: Client,
) -> Iterator[Cells | Gap]:
    """A row per account and region in use, per approved region that nobody uses, per one that was opted in to."""
    (org,), (rails,) = the_organization.rows, guardrails.rows
    allowed = allowed_regions or client.approved_regions
    home = org["told_by"]
    standing = (ec2_network_interfaces, s3_buckets, lambda_functions, sqs_queues, sns_topics, secretsmanager_secrets)
    use = _Use(cost_by_region, standing)
    for at in sorted(use.places):
        closed = _closed(rails, org, *at)
        yield _row(_place(*at, allowed), "use", True, use.costs.get(at), use.things.get(at, {}), closed)
    for region in sorted(set(allowed) - use.regions):
        yield _row(_place(home, region, allowed), "idle", use.unused())
    for row in ec2_regions.rows:
        at = row["account_id"], row["region_name"]
        if row["opt_in_status"] == "opted-in" and at not in use.places:
            yield _row(_place(*at, allowed), "opted in", use.unused(*at))
    if not allowed:
        told = ", ".join(sorted(use.regions))
        yield _row(_place(home, GLOBAL, allowed), "list", None, resources={"regions": told})
    yield from dict.fromkeys(gap for source in (cost_by_region, *standing, ec2_regions) for gap in source.gaps)


def _place(account: str, region: str, allowed: tuple[str, ...]) -> Mapping[str, Any]:
    return {
        "account_id": account,
        "region": region,
        "resource_id": region,
        "resource_arn": None,
        "is_allowed": region in allowed,
        "has_list": bool(allowed),
    }


def _closed(rails: Cells, org: Cells, account: str, region: str) -> bool | Unseen:
    """Whether service control policies let the account run nothing there."""
    tree = rails["tree"]
    if isinstance(tree, Unseen):
        return Unseen(tree.gaps, BOOLS[:2])
    return account != org["management"] and account in closed_accounts(tree, region)


_OF_REGION = (*KEYS, "is_allowed", "has_list", "asks", "used", "cost_usd", "resources", "is_closed")
REGIONS_IN_USE = Fact(
    "regions_in_use",
    "One row per account and region in use, and per region that is approved or was opted in to and is not used.",
    rows=_regions,
    made=_OF_REGION,
    resource_type=ACCOUNT_TYPE,
)
