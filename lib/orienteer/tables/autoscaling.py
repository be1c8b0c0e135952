"""Auto Scaling launch configurations, the older form of launch templates (never their user data)."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, listed, name

LAUNCH_CONFIGURATIONS = listed(
    "autoscaling_launch_configurations",
    "One row per launch configuration: what machines started from it get for the metadata service.",
    Call("autoscaling", "describe_launch_configurations"),
    "LaunchConfigurations[]",
    name("LaunchConfigurationName"),
    arn("LaunchConfigurationARN"),
    Column("signs", "UserData", "signs", "what its user data looks like, never its text"),
    Column("image_id", "ImageId", "string", "image it starts machines from"),
    Column("http_tokens", "MetadataOptions.HttpTokens", "string", "required: IMDSv2 only"),
    Column("metadata_endpoint", "MetadataOptions.HttpEndpoint", "string", "enabled or disabled"),
    Column("hop_limit", "MetadataOptions.HttpPutResponseHopLimit", "int", "hops a metadata answer may travel"),
)

GROUPS = listed(
    "autoscaling_groups",
    "One row per Auto Scaling group: in how many zones it starts machines.",
    Call("autoscaling", "describe_auto_scaling_groups"),
    "AutoScalingGroups[]",
    name("AutoScalingGroupName"),
    arn("AutoScalingGroupARN"),
    Column("zone_count", "length(AvailabilityZones || `[]`)", "int", "availability zones it may use"),
)
