"""Security Hub's settings: what gathers the findings of all regions, and what each hub runs."""

from __future__ import annotations

from collections.abc import Iterator

from orienteer.facts.fact import Fact, Join
from orienteer.facts.findings_hub import HUB, SECURITYHUB_PLACES
from orienteer.facts.organization import NOWHERE
from orienteer.facts.seen import Cells, Row, either
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import PLACE, documents, keys_at, not_asked
from orienteer.model import KEYS

READY = "READY"


def _name(arn: str) -> str:
    """The name in a standard's ARN: arn:aws:securityhub:REGION::standards/NAME/v/1.0.0."""
    return str(arn).partition("/")[2].partition("/v/")[0]


# --- one region for all findings


def _aggregation(the_organization: Source, securityhub_delegations: Source) -> Iterator[Cells | Gap]:
    """One row: the account that Security Hub is delegated to in most regions."""
    home = the_organization.rows[0]["management"]
    if home is not None and securityhub_delegations.rows:
        first = securityhub_delegations.rows[0]
        admin = first["usual"]
        yield Cells(
            keys_at(admin if isinstance(admin, str) else first["account_id"], "finding aggregator"), admin=admin
        )
    yield from securityhub_delegations.gaps


def _admin_not_read(row: Row) -> str:
    return not_asked("securityhub:ListFindingAggregators", row.admin, "all")


def aggregator(row: Row) -> str | None:
    """The aggregator's ARN."""
    return next((one.aggregator_arn for one in row.aggregators if one.aggregator_arn), None)


def home_region(row: Row) -> str | None:
    """The region that gathers."""
    return next((one.home for one in row.details if one.mode), None)


def linking_mode(row: Row) -> str | None:
    """How it chooses regions."""
    return next((one.mode for one in row.details if one.mode), None)


def missing_regions(row: Row) -> tuple[str, ...]:
    """Regions with a hub whose findings it does not gather."""
    details = next((one for one in row.details if one.mode), None)
    if details is None or details.mode == "ALL_REGIONS":
        return ()
    named = set(documents(details.linked))
    used = {hub.region for hub in row.hubs if hub.hub_arn} - {details.home}
    chosen = used - named if details.mode == "ALL_REGIONS_EXCEPT_SPECIFIED" else used & named
    return tuple(sorted(used if details.mode == "NO_REGIONS" else used - chosen))


AGGREGATION = Fact(
    "finding_aggregation",
    "One row: what gathers the findings of all regions, as the administrator of Security Hub set it.",
    rows=_aggregation,
    made={
        "": ("organization", "securityhub_organization_admins"),
        **dict.fromkeys((*KEYS, "admin"), ("securityhub_organization_admins",)),
    },
    joins=(
        Join(
            "ec2_regions",
            {"admin_read": "account_id"},
            on={"account_id": "admin"},
            place=("admin", ""),
            missing=_admin_not_read,
        ),
        Join("securityhub_finding_aggregators", many="aggregators", on={"account_id": "admin"}, place=("admin", "")),
        Join("securityhub_finding_aggregator_details", many="details", on={"account_id": "admin"}, place=("admin", "")),
        Join("securityhub_hubs", many="hubs", on={}, place=NOWHERE),
    ),
    columns=(aggregator, home_region, linking_mode, missing_regions),
    hidden=frozenset({"aggregators", "details", "hubs", "admin_read"}),
    resource_type="AWS::SecurityHub::FindingAggregator",
)


# --- what a hub runs


def standards_on(hub: Row) -> tuple[str, ...]:
    """The standards that it runs, by name."""
    return tuple(sorted({_name(s.standard_arn) for s in hub.standards if s.status == READY}))


def standards_off(hub: Row) -> tuple[str, ...]:
    """Standards that are chosen and do not run, each with the reason."""
    return tuple(
        f"{_name(s.standard_arn)} ({(s.reason or s.status or 'unknown').replace('_', ' ').lower()})"
        for s in hub.standards
        if s.standard_arn and s.status not in (READY, "DELETING")
    )


def integrations_on(hub: Row) -> tuple[str, ...]:
    """The products that it takes findings of, by name."""
    return tuple(sorted({str(p.product).rpartition("/")[2] for p in hub.products if p.product}))


def linked_recorders(hub: Row) -> tuple[str, ...]:
    """Services of AWS that record configurations here for themselves, each with the scope: INTERNAL costs nothing."""
    found = (one for one in hub.linked if one.service_principal)
    return tuple(sorted(f"{one.service_principal} ({one.recording_scope})" for one in found))


def recorded(hub: Row) -> bool:
    """The client's recorder of AWS Config records here, or the one that Security Hub made for itself.

    https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-setup-prereqs.html
    """
    return either(
        lambda: any(one.recording for one in hub.recorders),
        lambda: any(str(one.service_principal).startswith("securityhub") for one in hub.linked),
    )


HUB_SETTINGS = Fact(
    "hub_settings",
    "One row per account and enabled region: the standards and integrations of its hub, and whether Config records.",
    base=SECURITYHUB_PLACES.name,
    joins=(
        Join("securityhub_standards", many="standards", on=PLACE),
        Join("securityhub_products", many="products", on=PLACE),
        Join("securityhub_organization_configuration", ("auto_enable_standards",), on=PLACE),
        Join("config_recorder_status", many="recorders", on=PLACE),
        Join("config_linked_recorders", many="linked", on=PLACE),
    ),
    columns=(standards_on, standards_off, integrations_on, linked_recorders, recorded),
    hidden=frozenset({"standards", "products", "recorders", "linked"}),
    resource_type=HUB,
)
