"""Alerts and findings reach somebody: what wakes people, where findings go, and whether they are worked off."""

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
    """A few events are never normal; somebody should hear of each of them within minutes, wherever it happens.

    A metric filter on the log group of the organization's trail covers every account, if its alarm tells a topic with
    a confirmed subscription. A rule of EventBridge covers one account and region: sign-ins of root and changes of IAM
    are recorded in us-east-1, changes of the organization in the management account alone. Filters and patterns are
    tried on events as CloudTrail writes them.

    Fix: create the missing metric filter on the organization trail's log group, with an alarm that notifies a topic
    to which the people on call are subscribed; or show the rule of the SIEM that does the same.
    """
    if not alert.untold_places:
        return passed("Somebody is told wherever this happens.")
    if rule := siem_rules.get(alert.alert_class):
        return asked(f"Does the SIEM's rule {rule} still raise this alert? Ask its owners for the last alert or test.")
    if not alert.untaken_places:
        return asked(
            "A program or an account that was not read gets these events; who does it tell? Ask its owners"
            " for the last alert."
        )
    return failed(f"Nobody is told of {alert.untold_places[0]}.")


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
    """A finding that only waits in a console is read weeks later, if at all.

    A rule counts where its pattern takes a serious finding and a target ends at a confirmed subscriber, a chat or a
    ticket; an event bus is followed to the rules behind it.

    Fix: send findings by an EventBridge rule to a bus in the audit account, and from there to whoever is on call.
    """
    if region.admin is None:
        return failed("Neither GuardDuty nor Security Hub is delegated here, so findings are routed to nobody.")
    ends = [region.guardduty_route, region.hub_route]
    end, rule = max(ends, key=lambda found: (ENDS.index(found[0]), found[1]))
    if end == "people":
        return passed(f"The rule {rule} brings findings to people.")
    if region.gathered and region.home_route and region.home_route[0] == "people":
        return passed(f"Findings are gathered in {region.home_region} and brought to people there.")
    if end == "nobody":
        why = f"the rule {rule} takes findings and ends at nobody" if rule else "no rule takes findings"
        return failed(f"Findings reach nobody here: {why}.")
    return asked(
        f"The rule {rule} brings findings to a program or an account that was not read; who does it tell? Ask"
        " its owners for the last finding that came through."
    )


@control(
    "GD-05",
    title="GuardDuty findings are gathered, exported and worked off",
    category=Category.MONITORING,
    severity=HIGH,
    maturity=4,
    source="https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_exportfindings.html",
    fact=GUARDDUTY_WORK,
    scope="region",
    mappings={"prowler": ["guardduty_no_high_severity_findings"], "service_screener": ["Findings"]},
)
def findings_worked_off(place: Row) -> Verdict | None:
    """GuardDuty keeps findings for 90 days; what nobody looks at in that time is lost, with the intrusion it shows.

    How findings leave, how often they are published and what is suppressed is a matter of the account that
    administers GuardDuty. Samples do not count.

    Fix: triage the open findings, export findings to the log archive, publish every fifteen minutes, and narrow each
    suppression rule to the resources it is meant for.
    """
    if not place.detector_id or place.detector_status != "ENABLED":
        return None
    if place.aspect == "findings":
        old = place.aged_findings
        text = f"Open for too long: {counted(len(old), 'serious finding')}, the oldest: {old[0]}." if old else ""
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
        return failed(f"Suppression rules archive findings whatever the resource: {names}.", MEDIUM)
    return passed("No suppression rule archives findings whatever the resource.")


def _exported(place: Row) -> Verdict:
    if place.broken_destinations:
        return failed(f"Findings cannot be exported ({place.broken_destinations[0].replace('_', ' ').lower()}).")
    if place.leaves_by:
        return passed(f"Findings leave the account by {place.leaves_by}.")
    return failed("Findings do not leave the account: no export, no Security Hub, no rule.")


@control(
    "SH-04",
    title="Findings leave Security Hub for the SIEM or a long-term store, and critical ones do not age",
    category=Category.MONITORING,
    severity=HIGH,
    maturity=4,
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cloudwatch-events.html",
    fact=HUB_WORK,
    scope="organization",
    mappings={"service_screener": ["SecurityHubIntegration"]},
)
def findings_leave(hub: Row, *, siem: str | None = None) -> Verdict:
    """Security Hub deletes findings after 90 days, and a critical one that is two weeks old was handled by nobody.

    A rule counts where it takes critical findings of any product and has a target. Where the SIEM fetches findings by
    itself, it is named under siem.

    Fix: send findings from the aggregation region by an EventBridge rule to the SIEM or a store, and agree how fast
    critical findings are dealt with.
    """
    if hub.admin is None:
        return failed(
            "Security Hub has no delegated administrator, so findings of the organization leave from nowhere."
        )
    old = unless_unseen(lambda: hub.aged_criticals, ())
    return faults(
        [
            when(
                lambda: hub.aged_criticals,
                HIGH,
                lambda: f"new for too long: {counted(len(old), 'critical finding')}, the oldest: {old[0]}",
            ),
            when(lambda: _stays(hub, siem) and not hub.leaves_in_part, HIGH, "no rule sends the gathered findings on"),
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
        return passed("A rule sends findings on, and no critical one is old.")
    if hub.subscribers:
        return passed(f"Security Lake gives findings to {', '.join(hub.subscribers)}, and no critical one is old.")
    if siem:
        return asked(f"{siem} is said to fetch findings on its own: when was the last one fetched? Ask its owners.")
    return asked("Findings go to an account that was not read; do they arrive? Ask its owners for the last one.")
