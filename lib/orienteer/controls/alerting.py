"""Alerts and findings reach somebody: what wakes people, where findings go, and whether they are resolved."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from orienteer.controls.control import control
from orienteer.controls.verdict import HIGH, LOW, MEDIUM, Verdict, asked, failed, faults, passed, when
from orienteer.facts.alerts import ALERTS, FINDING_ROUTES
from orienteer.facts.event_routes import ENDS
from orienteer.facts.finding_work import GUARDDUTY_WORK, HUB_WORK
from orienteer.facts.seen import Row, unless_unseen
from orienteer.model import Category
from orienteer.words import counted

NO_RULES: Mapping[str, str] = MappingProxyType({})


@control(
    "MON-01",
    title="Root use, sign-in without MFA and changes to guardrails raise an alert",
    category=Category.MONITORING,
    severity=HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudwatch-alarms-for-cloudtrail.html",
    fact=ALERTS,
    evidence=("told_by_filters", "log_group_name"),
    scope="organization",
    mappings={
        "cis": [f"CIS AWS Foundations v7.0.0 5.{n}" for n in range(1, 16)],
        "prowler": [
            "cloudwatch_log_metric_filter_root_usage",
            "cloudwatch_log_metric_filter_sign_in_without_mfa",
            "cloudwatch_log_metric_filter_aws_organizations_changes",
            "cloudwatch_log_metric_filter_policy_changes",
            "cloudwatch_log_metric_filter_and_alarm_for_cloudtrail_configuration_changes_enabled",
        ],
        "scoutsuite": [
            "logs-no-alarm-root-usage.json",
            "logs-no-alarm-signin-without-mfa.json",
            "logs-no-alarm-iam-policy-changes.json",
        ],
        "service_screener": ["CloudWatchAlarmsConfigured"],
    },
)
def alerts_raised(alert: Row, *, siem_rules: Mapping[str, str] = NO_RULES) -> Verdict:
    """A few events are never normal; somebody should hear of each within minutes, in whichever account it happens.

    A metric filter on the organization trail's log group covers every account, provided its alarm notifies a topic
    with a confirmed subscription. An EventBridge rule covers one account and region: root sign-ins and IAM changes are
    recorded in us-east-1, changes to the organization only in the management account. Filters and patterns are tested
    against events as CloudTrail writes them.

    Fix: create the missing metric filter on the organization trail's log group, with an alarm that notifies a topic
    the people on call subscribe to; or show the SIEM rule that does the same.
    """
    if not alert.untold_places:
        return passed("Somebody is alerted wherever this happens.")
    if rule := siem_rules.get(alert.alert_class):
        return asked(f"Does the SIEM's rule {rule} still raise this alert? Ask its owners for the last alert or test.")
    if not alert.untaken_places:
        return asked(
            "These events go to a program or an account that was not read; whom does it alert? Ask its owners"
            " for the last alert."
        )
    return failed(f"Nobody is alerted of {alert.untold_places[0]}.")


@control(
    "MON-02",
    title="High-severity findings are routed to people in every region in use",
    category=Category.MONITORING,
    severity=HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html",
    fact=FINDING_ROUTES,
    scope="region",
)
def findings_routed(region: Row) -> Verdict:
    """A finding that only sits in a console is read weeks later, if at all.

    A rule counts if its pattern matches a serious finding and a target leads to a confirmed subscriber, a chat or a
    ticket; event buses are followed to the rules behind them.

    Fix: send findings through an EventBridge rule to a bus in the audit account, and from there to whoever is on call.
    """
    if region.admin is None:
        return failed("Neither GuardDuty nor Security Hub is delegated here, so findings are routed to nobody.")
    ends = [region.guardduty_route, region.hub_route]
    end, rule = max(ends, key=lambda found: (ENDS.index(found[0]), found[1]))
    if end == "people":
        return passed(f"The rule {rule} sends findings to people.")
    if region.gathered and region.home_route and region.home_route[0] == "people":
        return passed(f"Findings are aggregated in {region.home_region} and sent to people from there.")
    if end == "nobody":
        why = f"the rule {rule} picks up findings but leads to nobody" if rule else "no rule picks up findings"
        return failed(f"Findings reach nobody here: {why}.")
    return asked(
        f"The rule {rule} sends findings to a program or an account that was not read; whom does it alert? Ask"
        " its owners for the last finding that came through."
    )


@control(
    "GD-05",
    title="GuardDuty findings are aggregated, exported and resolved",
    category=Category.MONITORING,
    severity=HIGH,
    maturity=4,
    source="https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_exportfindings.html",
    fact=GUARDDUTY_WORK,
    scope="region",
    mappings={"prowler": ["guardduty_no_high_severity_findings"], "service_screener": ["Findings"]},
)
def findings_worked_off(place: Row) -> Verdict | None:
    """GuardDuty keeps findings for 90 days; one that nobody looks at by then is lost, and with it the intrusion it
    shows.

    Export, publishing frequency and suppression are judged in the account that administers GuardDuty. Sample findings
    do not count.

    Fix: triage the open findings, export findings to the log archive, publish every fifteen minutes, and narrow each
    suppression rule to the resources it is meant for.
    """
    if not place.detector_id or place.detector_status != "ENABLED":
        return None
    if place.aspect == "findings":
        old = place.aged_findings
        text = f"{counted(len(old), 'serious finding')} open for too long. The oldest: {old[0]}." if old else ""
        return failed(text) if old else passed("No serious finding has been open for too long.")
    if place.is_member:
        return None
    if place.aspect == "frequency":
        often = place.publishing_frequency == "FIFTEEN_MINUTES"
        text = f"Repeated findings are published every {str(place.publishing_frequency).replace('_', ' ').lower()}."
        return passed(text) if often else failed(text, LOW)
    if place.aspect == "filters":
        return _suppressed(place)
    return _exported(place)


def _suppressed(place: Row) -> Verdict:
    if place.broad_filters:
        names = ", ".join(place.broad_filters)
        return failed(f"Suppression rules archive findings for any resource: {names}.", MEDIUM)
    return passed("No suppression rule archives findings for any resource at all.")


def _exported(place: Row) -> Verdict:
    if place.broken_destinations:
        return failed(f"Findings cannot be exported ({place.broken_destinations[0].replace('_', ' ').lower()}).")
    if place.leaves_by:
        return passed(f"Findings leave the account through {place.leaves_by}.")
    return failed("Findings do not leave the account: there is no export, no Security Hub and no EventBridge rule.")


@control(
    "SH-04",
    title="Findings leave Security Hub for the SIEM or a long-term store, and critical ones are handled in time",
    category=Category.MONITORING,
    severity=HIGH,
    maturity=4,
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cloudwatch-events.html",
    fact=HUB_WORK,
    scope="organization",
    mappings={"service_screener": ["SecurityHubIntegration"]},
)
def findings_leave(hub: Row, *, siem: str | None = None) -> Verdict:
    """Security Hub deletes a finding 90 days after its last update, and a critical one that is still new after two
    weeks was handled by nobody.

    A rule counts if it matches critical findings of any product and has a target. A SIEM that fetches findings itself
    is asked about.

    Fix: send findings from the aggregation region through an EventBridge rule to the SIEM or a store, and agree how
    quickly critical findings have to be handled.
    """
    if hub.admin is None:
        return failed("Security Hub has no delegated administrator, so the organization's findings are not sent on.")
    old = unless_unseen(lambda: hub.aged_criticals, ())
    return faults(
        [
            when(
                lambda: hub.aged_criticals,
                HIGH,
                lambda: f"{counted(len(old), 'critical finding')} not worked on in time. The oldest: {old[0]}",
            ),
            when(
                lambda: _stays(hub, siem) and not hub.leaves_in_part, HIGH, "no rule sends the aggregated findings on"
            ),
            when(
                lambda: _stays(hub, siem) and hub.leaves_in_part, MEDIUM, "only findings of some products are sent on"
            ),
        ],
        otherwise=lambda: _leaving(hub, siem),
    )


def _stays(hub: Row, siem: str | None) -> bool:
    return hub.leaves == "nobody" and not hub.subscribers and not siem


def _leaving(hub: Row, siem: str | None) -> Verdict:
    if hub.leaves in ("program", "people"):
        return passed("A rule sends findings on, and no critical one is overdue.")
    if hub.subscribers:
        return passed(f"Security Lake passes findings to {', '.join(hub.subscribers)}, and no critical one is overdue.")
    if siem:
        return asked(f"{siem} is said to fetch findings itself: when did it last do so? Ask its owners.")
    return asked("Findings go to an account that was not read; do they arrive? Ask its owners for the last one.")
