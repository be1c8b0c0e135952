"""Queues of events, mail, logs and metrics that others may write to or read from, and shares of single services."""

from __future__ import annotations

from dataclasses import replace

from orienteer.facts.exposable import (
    Exposable,
    Ground,
    Level,
    Named,
    Policy,
    Reached,
    by_policy,
    opened,
    public,
    shut,
    widest_of,
)
from orienteer.facts.fact import Fact, Join
from orienteer.facts.openings import Accounts, Each, Endpoint, Policies, listed
from orienteer.facts.seen import Row
from orienteer.facts.values import RESOURCE

ORGANIZATION: Level = "organization"


def _grafana(workspace: Row, ground: Ground) -> Reached:
    """Everybody reaches its sign-in, unless lists of addresses or endpoints are set."""
    limited = workspace.prefix_lists is not None or workspace.endpoint_ids is not None
    guardrail, why = (
        ("network access control", "Only named networks reach its sign-in.")
        if limited
        else ("a sign-in", "Everybody reaches its sign-in, which asks for IAM Identity Center or SAML.")
    )
    return shut("web page", why, guardrail)


def _serverless_application(application: Row, ground: Ground) -> Reached:
    """`*` with organizations named is kept to them."""
    found = Accounts().reached(application, ground, "")
    if found.level != "public" or not application.organization_ids or application.organization_ids == "[]":
        return found
    return Accounts(("organization_ids",)).reached(application, ground, "")


def _dashboard(dashboard: Row, ground: Ground) -> Reached:
    """A link that everybody of the QuickSight account may open, or everybody at all.

    https://docs.aws.amazon.com/quicksight/latest/user/share-a-dashboard-grant-access-anyone-api.html
    """
    named = Accounts(("link_principals",), "link").reached(dashboard, ground, "")
    if named.level == "public" or any(":publicAnonymousUser/" in one for one in listed(dashboard.link_principals)):
        return public("link", "Whoever has the link may open it.")
    return named


def _portfolio(portfolio: Row, ground: Ground) -> Reached:
    """Accounts are anybody's; the organization and units that it can be shared with are its own.

    https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios_sharing_how-to-share.html
    """
    accounts = {one: ground.level_of(one, portfolio.account_id) for one in listed(portfolio.account_ids)}
    nodes = dict.fromkeys([*listed(portfolio.organizations), *listed(portfolio.units)], ORGANIZATION)
    return widest_of({**accounts, **nodes}, "share")


def _log_policy(policy: Row, ground: Ground) -> Reached:
    """Services of AWS alone come in by it, for whomever they act; what it says of others is not enforced.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
    """
    found = Policy().reached(policy, ground, "AWS::Logs::ResourcePolicy")
    services = tuple(one for one in found.who if one == "*" or ".amazonaws.com" in one)
    if found.level == "public":
        why = "Services of AWS may write for anybody; CloudWatch Logs lets nobody else in by such a policy."
        return replace(found, level="external", who=services, why=why, guardrail="services only")
    if found.level == "external" and not services:
        why = "It names other accounts, but CloudWatch Logs lets in services of AWS alone by such a policy."
        return replace(found, level="private", who=(), why=why, guardrail="services only")
    return found


WORKLOADS = Fact(
    "reviewed_workloads",
    "One row per Well-Architected workload, with its shares.",
    base="wellarchitected_workload_shares",
    resource_type="AWS::WellArchitected::Workload",
)
PORTFOLIOS = Fact(
    "shared_portfolios",
    "One row per Service Catalog portfolio: the accounts, the organization and the units that it is shared with.",
    base="servicecatalog_portfolio_shares",
    joins=(
        Join("servicecatalog_portfolio_organizations", {"organizations": "shares"}, on=RESOURCE),
        Join("servicecatalog_portfolio_units", {"units": "shares"}, on=RESOURCE),
    ),
    resource_type="AWS::ServiceCatalog::Portfolio",
)
DIRECTORIES = Fact(
    "shared_directories",
    "One row per directory, with the accounts that it is shared with.",
    base="ds_directories",
    joins=(Join("ds_shared_directories", many="shares", on=RESOURCE),),
    hidden=frozenset({"shares"}),
    resource_type="AWS::DirectoryService::MicrosoftAD",
)


def shared(name: str, kind: str, source: str, *columns: str) -> Exposable:
    return opened(name, kind, source, Accounts(columns or ("account_ids",)))


EXPOSABLES = (
    by_policy("events-event-bus", "AWS::Events::EventBus", "events_event_buses"),
    by_policy("eventbridgev2-event-bus", "AWS::EventBridgeV2::EventBus", "eventbridgev2_event_bus_policies"),
    by_policy("schemas-registry", "AWS::EventSchemas::Registry", "schemas_registry_policies"),
    opened("ses-identity", "AWS::SES::EmailIdentity", "ses_identity_policies", Policies()),
    by_policy("pinpoint-sms-resource", "AWS::SMSVOICE::PhoneNumber", "sms_phone_number_policies"),
    opened("logs-resource-policy", "AWS::Logs::ResourcePolicy", "logs_resource_policies", Named(_log_policy)),
    opened("logs-resource-policy", "AWS::Logs::LogGroup", "logs_group_policies", Named(_log_policy)),
    by_policy("logs-destination", "AWS::Logs::Destination", "logs_destinations"),
    by_policy("logs-delivery-destination", "AWS::Logs::DeliveryDestination", "logs_delivery_destination_policies"),
    by_policy("oam-sink", "AWS::Oam::Sink", "oam_sink_policies"),
    by_policy("xray-resource-policy", "AWS::XRay::ResourcePolicy", "xray_resource_policies"),
    by_policy("amp-workspace", "AWS::APS::Workspace", "amp_workspace_policies"),
    by_policy("rum-app-monitor", "AWS::RUM::AppMonitor", "rum_app_monitor_policies", serves=True),
    opened("grafana-workspace", "AWS::Grafana::Workspace", "grafana_workspace_details", Named(_grafana)),
    by_policy("cloudtrail-dashboard", "AWS::CloudTrail::Dashboard", "cloudtrail_dashboard_policies"),
    by_policy(
        "cloudtrail-event-data-store",
        "AWS::CloudTrail::EventDataStore",
        "cloudtrail_event_data_store_policies",
        holds_data=True,
    ),
    by_policy("cloudtrail-event-data-store", "AWS::CloudTrail::Channel", "cloudtrail_channel_policies"),
    by_policy("organizations-delegation-policy", "AWS::Organizations::ResourcePolicy", "organization_resource_policy"),
    opened(
        "serverlessrepo-application",
        "AWS::ServerlessRepo::Application",
        "serverlessrepo_application_policies",
        Named(_serverless_application),
    ),
    opened(
        "quicksight-account",
        "AWS::QuickSight::AccountSettings",
        "quicksight_account_settings",
        Endpoint("public_sharing", asks="a dashboard that somebody publishes", through="public sharing"),
        only=lambda settings: settings["public_sharing"] not in (None, False),
    ),
    opened("quicksight-dashboard", "AWS::QuickSight::Dashboard", "quicksight_dashboard_permissions", Named(_dashboard)),
    opened("servicecatalog-portfolio", "AWS::ServiceCatalog::Portfolio", "shared_portfolios", Named(_portfolio)),
    opened(
        "ds-shared-directory",
        "AWS::DirectoryService::MicrosoftAD",
        "shared_directories",
        Each("shares", Accounts(("account_id_shared",))),
        operation="ds:DescribeSharedDirectories",
    ),
    shared("securitylake-subscriber", "AWS::SecurityLake::Subscriber", "securitylake_subscribers"),
    shared("wellarchitected-workload-share", "AWS::WellArchitected::Workload", "reviewed_workloads", "shared_with"),
    shared("omics-share", "AWS::Omics::Share", "omics_shares"),
    shared("signer-profile", "AWS::Signer::SigningProfile", "signer_profile_permissions"),
)
