"""Security Hub's settings: one region for all findings, and standards as they were decided."""

from __future__ import annotations

from typing import Literal

from orienteer.controls.control import control
from orienteer.controls.verdict import MEDIUM, Verdict, asked, failed, faults, naming, passed, when
from orienteer.facts.hub_settings import AGGREGATION, HUB_SETTINGS
from orienteer.facts.seen import Row, unless_unseen
from orienteer.model import Category

GUIDE = "https://docs.aws.amazon.com/securityhub/latest/userguide/"
Mode = Literal["aggregate_only", "standards"]
UNRECORDED = "standards are on, but AWS Config records nothing here, so most of their checks cannot run"
OF_NO_USE = "Security Hub runs no standard and receives findings from no service, so it does nothing here"
PRODUCTS = ("guardduty", "access-analyzer", "inspector", "macie")


@control(
    "SH-02",
    title="Findings of all regions flow into one aggregation region",
    category=Category.MONITORING,
    severity=MEDIUM,
    maturity=3,
    source=f"{GUIDE}finding-aggregation.html",
    fact=AGGREGATION,
    scope="organization",
)
def findings_gathered(hub: Row) -> Verdict:
    """Nobody checks every region in turn; findings that stay where they arose go unread.

    Fix: create a finding aggregator for all regions in the audit account, in the region its team works in.
    """
    if hub.admin is None:
        return failed("Security Hub has no delegated administrator, so nothing aggregates findings.")
    if hub.admin_read and not hub.aggregator:
        return failed("There is no finding aggregator: each region keeps its own findings.")
    if hub.missing_regions:
        return failed(f"Findings of {', '.join(hub.missing_regions)} are not aggregated.")
    return passed(
        f"Findings of all regions with Security Hub are aggregated in {hub.home_region} ({hub.linking_mode})."
    )


@control(
    "SH-03",
    title="The Security Hub mode matches the decision on AWS Config and standards",
    category=Category.MONITORING,
    severity=MEDIUM,
    maturity=3,
    source=f"{GUIDE}securityhub-prereq-config.html",
    fact=HUB_SETTINGS,
    evidence=("linked_recorders",),
    scope="region",
    mappings={"fsbp": ["Config.1"], "prowler": ["securityhub_enabled"]},
)
def hub_mode(
    hub: Row,
    *,
    security_hub_mode: Mode | None = None,
    standards: tuple[str, ...] = (),
    integrations: tuple[str, ...] = PRODUCTS,
) -> Verdict | None:
    """Standards cost money for every check and every recorded change; without AWS Config most of them cannot check.

    Security Hub either only collects findings of other services, or also runs standards. It turns standards on by
    default, so a region enabled on its own often differs from the rest.

    Fix: decide on one of the two and apply it to all accounts and regions with a configuration policy of the delegated
    administrator.
    """
    if not hub.hub:
        return None
    rule = {"aggregate_only": lambda: _gathers(hub, integrations), "standards": lambda: _checks(hub, standards)}
    return faults(
        [
            when(lambda: hub.standards_on and not hub.recorded, MEDIUM, UNRECORDED),
            when(lambda: not (hub.standards_on or hub.standards_off or hub.integrations_on), MEDIUM, OF_NO_USE),
        ],
        otherwise=lambda: rule[security_hub_mode]() if security_hub_mode else _which(hub),
    )


def _which(hub: Row) -> Verdict:
    on = unless_unseen(lambda: ", ".join(hub.standards_on), "") or "no standard"
    return asked(
        f"Should Security Hub run standards, or only collect findings of other services? Ask who pays for it and"
        f" who reads the results. On here: {on}."
    )


def _gathers(hub: Row, integrations: tuple[str, ...]) -> Verdict:
    return faults(
        [
            when(
                lambda: hub.standards_on or hub.standards_off,
                MEDIUM,
                "standards are on, although it was decided to run none",
            ),
            when(lambda: hub.auto_enable_standards == "DEFAULT", MEDIUM, "new accounts get the default standards"),
            naming(lambda: sorted({*integrations} - {*hub.integrations_on}), MEDIUM, "findings of {} are not received"),
        ],
        otherwise=lambda: passed("Security Hub collects findings and runs no standard, as decided."),
    )


def _checks(hub: Row, standards: tuple[str, ...]) -> Verdict:
    missing = [one for one in standards if not any(one in name for name in hub.standards_on)]
    if missing or not hub.standards_on:
        broken = f" Not ready: {', '.join(hub.standards_off)}." if hub.standards_off else ""
        return failed(f"Security Hub does not run {', '.join(missing) or 'any standard'}.{broken}")
    return passed("Security Hub runs the agreed standards, and AWS Config records.")
