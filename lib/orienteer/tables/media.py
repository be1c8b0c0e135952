"""Video services: origins, channels, inputs and flows, and who may reach them."""

from __future__ import annotations

from orienteer.model import EMPTY, Call, Column
from orienteer.tables.shapes import arn, described, listed, name, policies

PACKAGE_GROUPS = listed(
    "mediapackagev2_channel_groups",
    "One row per channel group.",
    Call("mediapackagev2", "list_channel_groups"),
    "Items[]",
    name("ChannelGroupName"),
    arn("Arn"),
)

PACKAGE_CHANNELS = described(
    "mediapackagev2_channels",
    PACKAGE_GROUPS,
    "One row per channel.",
    Call("mediapackagev2", "list_channels", params={"ChannelGroupName": "name"}, absent={"ResourceNotFoundException"}),
    Column("group", "ChannelGroupName", "string", "its group"),
    Column("channel", "ChannelName", "string", "its name"),
    arn("Arn"),
    items="Items[]",
    resource="arn",
    arn="arn",
)

PACKAGE_ENDPOINTS = described(
    "mediapackagev2_origin_endpoints",
    PACKAGE_CHANNELS,
    "One row per origin endpoint.",
    Call(
        "mediapackagev2",
        "list_origin_endpoints",
        params={"ChannelGroupName": "group", "ChannelName": "channel"},
        absent={"ResourceNotFoundException"},
    ),
    Column("endpoint", "OriginEndpointName", "string", "its name"),
    arn("Arn"),
    items="Items[]",
    keep=("group", "channel"),
    resource="arn",
    arn="arn",
)

PACKAGE_ENDPOINT_POLICIES = policies(
    "mediapackagev2_origin_endpoint_policies",
    PACKAGE_ENDPOINTS,
    Call(
        "mediapackagev2",
        "get_origin_endpoint_policy",
        params={"ChannelGroupName": "group", "ChannelName": "channel", "OriginEndpointName": "endpoint"},
        absent={"ResourceNotFoundException"},
    ),
    "Policy",
)

ORIGIN_ENDPOINTS = listed(
    "mediapackage_origin_endpoints",
    "One row per origin endpoint of the older service.",
    Call("mediapackage", "list_origin_endpoints"),
    "OriginEndpoints[]",
    name("Id", "id of the endpoint"),
    arn("Arn"),
    Column("url", "Url", "string", "its URL"),
    Column(
        "asks_secret",
        "Authorization.CdnIdentifierSecret != `null`",
        "bool",
        "the CDN needs a header that only it knows",
    ),
    Column("cidrs", "Whitelist", "json", "from where; none: from everywhere"),
)

TAILOR_CHANNELS = listed(
    "mediatailor_channels",
    "One row per channel.",
    Call("mediatailor", "list_channels"),
    "Items[]",
    name("ChannelName"),
    arn("Arn"),
)

TAILOR_CHANNEL_POLICIES = policies(
    "mediatailor_channel_policies",
    TAILOR_CHANNELS,
    Call("mediatailor", "get_channel_policy", params={"ChannelName": "name"}, absent={"NotFoundException", EMPTY}),
    "Policy",
)

INPUT_GROUPS = listed(
    "medialive_input_security_groups",
    "One row per input security group.",
    Call("medialive", "list_input_security_groups"),
    "InputSecurityGroups[]",
    name("Id", "id of the group"),
    arn("Arn"),
    Column("cidrs", "WhitelistRules[].Cidr", "json", "from where"),
    Column("inputs", "Inputs", "json", "inputs that use it"),
)

FLOWS = listed(
    "mediaconnect_flows",
    "One row per flow.",
    Call("mediaconnect", "list_flows"),
    "Flows[]",
    name("Name"),
    arn("FlowArn"),
)

FLOW_DETAILS = described(
    "mediaconnect_flow_details",
    FLOWS,
    "One row per flow: from where it takes video, and which accounts may take it on.",
    Call("mediaconnect", "describe_flow", params={"FlowArn": "arn"}, absent={"NotFoundException"}),
    Column("cidrs", "[Flow.Source.WhitelistCidr, Flow.Sources[].WhitelistCidr][] | [?@]", "json", "from where"),
    Column(
        "account_ids",
        "Flow.Entitlements[?EntitlementStatus != 'DISABLED'].Subscribers[]",
        "json",
        "accounts that may take it on",
    ),
)

IVS_CHANNELS = listed(
    "ivs_channels",
    "One row per live channel.",
    Call("ivs", "list_channels"),
    "channels[]",
    name("name"),
    arn("arn"),
    Column("authorized", "authorized", "bool", "viewers need a token"),
    resource="arn",
)
