"""CloudTrail dashboards, event data stores and channels, and their policies."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, described, listed, policies

DASHBOARDS = listed(
    "cloudtrail_dashboards",
    "One row per custom dashboard.",
    Call("cloudtrail", "list_dashboards", fixed={"Type": "CUSTOM"}, absent={"UnsupportedOperationException"}),
    "Dashboards[]",
    arn("DashboardArn"),
)

DASHBOARD_POLICIES = policies(
    "cloudtrail_dashboard_policies",
    DASHBOARDS,
    Call(
        "cloudtrail",
        "get_resource_policy",
        params={"ResourceArn": "arn"},
        absent={"ResourcePolicyNotFoundException", "ResourceNotFoundException"},
    ),
    "ResourcePolicy",
)

EVENT_DATA_STORES = listed(
    "cloudtrail_event_data_stores",
    "One row per event data store.",
    Call("cloudtrail", "list_event_data_stores", absent={"UnsupportedOperationException"}),
    "EventDataStores[]",
    arn("EventDataStoreArn"),
)

EVENT_DATA_STORE_DETAILS = described(
    "cloudtrail_event_data_store_details",
    EVENT_DATA_STORES,
    "One row per event data store: which events it takes.",
    Call(
        "cloudtrail",
        "get_event_data_store",
        params={"EventDataStore": "arn"},
        absent={"EventDataStoreNotFoundException"},
    ),
    Column("status", "Status", "string", "ENABLED, PENDING_DELETION, STOPPED_INGESTION, ..."),
    Column("store_name", "Name", "string", "its name"),
    Column("retention_days", "RetentionPeriod", "int", "days for which it keeps events"),
    Column("termination_protection", "TerminationProtectionEnabled", "bool", "it cannot be deleted unasked"),
    Column("is_organization", "OrganizationEnabled", "bool", "takes events of all accounts of the organization"),
    Column("is_multi_region", "MultiRegionEnabled", "bool", "takes events of all regions"),
    Column("advanced_selectors", "AdvancedEventSelectors", "json", "advanced selectors with field selectors"),
)

EVENT_DATA_STORE_POLICIES = policies(
    "cloudtrail_event_data_store_policies",
    EVENT_DATA_STORES,
    Call(
        "cloudtrail",
        "get_resource_policy",
        params={"ResourceArn": "arn"},
        absent={"ResourcePolicyNotFoundException", "ResourceNotFoundException"},
    ),
    "ResourcePolicy",
)

CHANNELS = listed(
    "cloudtrail_channels",
    "One row per channel for events from outside AWS.",
    Call("cloudtrail", "list_channels", absent={"UnsupportedOperationException"}),
    "Channels[]",
    arn("ChannelArn"),
)

CHANNEL_POLICIES = policies(
    "cloudtrail_channel_policies",
    CHANNELS,
    Call(
        "cloudtrail",
        "get_resource_policy",
        params={"ResourceArn": "arn"},
        absent={"ResourcePolicyNotFoundException", "ResourceNotFoundException"},
    ),
    "ResourcePolicy",
)
