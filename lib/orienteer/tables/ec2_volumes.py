"""EBS volumes."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table

VOLUMES = Table(
    name="ec2_volumes",
    doc="One row per EBS volume.",
    scope=Scope.REGION,
    call=Call("ec2", "describe_volumes"),
    items="Volumes[]",
    resource="volume_id",
    arn="arn:{partition}:ec2:{region}:{account_id}:volume/{resource_id}",
    columns=(
        Column("volume_id", "VolumeId", "string", "id of the volume"),
        Column("encrypted", "Encrypted", "bool", "whether it is encrypted"),
        Column("kms_key", "KmsKeyId", "string", "key that encrypts it"),
        Column("size_gib", "Size", "int", "its size, GiB"),
        Column("state", "State", "string", "in-use, available, ..."),
        Column("created_at", "CreateTime", "timestamp", "when it was made"),
        Column(
            "is_managed",
            "length(Tags[?starts_with(Key, 'aws:autoscaling:') || starts_with(Key, 'aws:elasticmapreduce:')"
            " || starts_with(Key, 'kubernetes.io/cluster') || starts_with(Key, 'aws:eks:')] || `[]`) > `0`",
            "bool",
            "a group or cluster makes and drops it by itself",
        ),
    ),
)
