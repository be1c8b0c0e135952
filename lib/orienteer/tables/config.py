"""AWS Config: recorders, whether they record, where they deliver, and aggregators."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables import securityhub
from orienteer.tables.shapes import arn, described, listed, name

RECORDERS = listed(
    "config_recorders",
    "One row per configuration recorder.",
    Call("config", "describe_configuration_recorders"),
    "ConfigurationRecorders[]",
    name("name"),
    arn("arn"),
    Column("all_supported", "recordingGroup.allSupported", "bool", "records every type of resource"),
    Column("global_types", "recordingGroup.includeGlobalResourceTypes", "bool", "records users, roles and policies"),
    Column("types", "recordingGroup.resourceTypes", "json", "types that it records, where not all"),
    Column("excluded", "recordingGroup.exclusionByResourceTypes.resourceTypes", "json", "types that it leaves out"),
    Column("strategy", "recordingGroup.recordingStrategy.useOnly", "string", "ALL_SUPPORTED_RESOURCE_TYPES, ..."),
    Column("frequency", "recordingMode.recordingFrequency", "string", "CONTINUOUS or DAILY"),
    Column("service_principal", "servicePrincipal", "string", "service of AWS that made it for its own use"),
)

RECORDER_STATUS = described(
    "config_recorder_status",
    RECORDERS,
    "One row per configuration recorder of the account and region: whether it records.",
    Call("config", "describe_configuration_recorder_status"),
    Column("recorder", "name", "string", "name of the recorder"),
    Column("recording", "recording", "bool", "it records now"),
    Column("last_status", "lastStatus", "string", "Pending, Success, Failure or NotApplicable"),
    Column("last_error", "lastErrorMessage", "string", "why it failed"),
    items="ConfigurationRecordersStatus[]",
)

LINKED_RECORDERS = described(
    "config_linked_recorders",
    securityhub.HUBS,
    "One row per configuration recorder of an account and region with a hub, those of services included: no other list "
    "names them.",
    Call("config", "list_configuration_recorders"),
    Column("recorder", "name", "string", "name of the recorder"),
    Column("service_principal", "servicePrincipal", "string", "service of AWS that made it for its own use"),
    Column("recording_scope", "recordingScope", "string", "INTERNAL (free, seen by the service alone) or PAID"),
    items="ConfigurationRecorderSummaries[]",
    when="hub_arn",
)

DISCOVERED_COUNTS = described(
    "config_discovered_counts",
    RECORDERS,
    "One row per type of resource that AWS Config has seen in the account and region, as far as a recorder took it in.",
    Call("config", "get_discovered_resource_counts"),
    Column("counted_type", "resourceType", "string", "type of CloudFormation"),
    Column("count", "count", "int", "how many there are, by the last that Config heard"),
    items="resourceCounts[]",
    resource="counted_type",
)

DELIVERY_CHANNELS = described(
    "config_delivery_channels",
    RECORDERS,
    "One row per delivery channel of the account and region.",
    Call("config", "describe_delivery_channels"),
    Column("bucket", "s3BucketName", "string", "bucket that gets history and snapshots"),
    items="DeliveryChannels[]",
)

AGGREGATORS = listed(
    "config_aggregators",
    "One row per aggregator.",
    Call("config", "describe_configuration_aggregators"),
    "ConfigurationAggregators[]",
    name("ConfigurationAggregatorName"),
    arn("ConfigurationAggregatorArn"),
    Column("of_organization", "OrganizationAggregationSource != `null`", "bool", "gathers from the organization"),
    Column("all_regions", "OrganizationAggregationSource.AllAwsRegions", "bool", "of all regions"),
    Column("regions", "OrganizationAggregationSource.AwsRegions", "json", "or of these"),
    Column("account_ids", "AccountAggregationSources[].AccountIds[]", "json", "accounts that it names one by one"),
)

CONFORMANCE_PACKS = listed(
    "config_conformance_packs",
    "One row per conformance pack of the account and region; those of the organization stand in each member.",
    Call("config", "describe_conformance_packs"),
    "ConformancePackDetails[]",
    name("ConformancePackName"),
    arn("ConformancePackArn"),
)
