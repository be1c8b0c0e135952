"""EC2 settings of an account: its regions, and the defaults and sharing blocks of each region."""

from __future__ import annotations

from orienteer.model import EMPTY, Call, Column, Scope, Table
from orienteer.tables.ec2_sharing import LIST_PUBLIC

EC2_REGIONS = Table(
    name="ec2_regions",
    doc="One row per region AWS has, and whether this account can use it.",
    scope=Scope.ACCOUNT,
    call=Call("ec2", "describe_regions", fixed={"AllRegions": True}),
    items="Regions[]",
    columns=(
        Column("region_name", "RegionName", "string", "region"),
        Column("opt_in_status", "OptInStatus", "string", "opt-in-not-required, opted-in or not-opted-in"),
        Column("enabled", "OptInStatus != 'not-opted-in'", "bool", "whether the account can use it"),
    ),
    resource="region_name",
)

EC2_EBS_ENCRYPTION_BY_DEFAULT = Table(
    name="ec2_ebs_encryption_by_default",
    doc="One row per account and region: whether new EBS volumes are encrypted.",
    scope=Scope.REGION,
    call=Call("ec2", "get_ebs_encryption_by_default"),
    columns=(Column("encryption_by_default", "EbsEncryptionByDefault", "bool", "whether new volumes are encrypted"),),
)

EC2_EBS_DEFAULT_KMS_KEY = Table(
    name="ec2_ebs_default_kms_key",
    doc="One row per account and region: the key that new encrypted volumes get.",
    scope=Scope.REGION,
    call=Call("ec2", "get_ebs_default_kms_key_id"),
    columns=(Column("default_key", "KmsKeyId", "string", "alias/aws/ebs, or the ARN of a key of the account"),),
)

EC2_INSTANCE_METADATA_DEFAULTS = Table(
    name="ec2_instance_metadata_defaults",
    doc="One row per account and region: what new instances get for the metadata service; null: no preference.",
    scope=Scope.REGION,
    call=Call("ec2", "get_instance_metadata_defaults", absent={EMPTY}),
    columns=(
        Column("http_tokens", "AccountLevel.HttpTokens", "string", "required (IMDSv2 only), optional, or null"),
        Column(
            "http_tokens_enforced", "AccountLevel.HttpTokensEnforced", "string", "whether launches may not undercut it"
        ),
        Column("hop_limit", "AccountLevel.HttpPutResponseHopLimit", "int", "hop limit"),
        Column("http_endpoint", "AccountLevel.HttpEndpoint", "string", "enabled or disabled"),
        Column("managed_by", "AccountLevel.ManagedBy", "string", "account or declarative-policy"),
    ),
)

EC2_SNAPSHOT_BLOCK_PUBLIC_ACCESS = Table(
    name="ec2_snapshot_block_public_access",
    doc="One row per account and region: whether EBS snapshots can be shared with everybody.",
    scope=Scope.REGION,
    call=Call("ec2", "get_snapshot_block_public_access_state"),
    columns=(
        Column("state", "State", "string", "block-all-sharing, block-new-sharing or unblocked"),
        Column("managed_by", "ManagedBy", "string", "account or declarative-policy"),
        Column("old_shares_stay", "State == 'block-new-sharing'", "bool", "whether snapshots already public stay so"),
    ),
)

EC2_PUBLIC_SNAPSHOTS = Table(
    name="ec2_public_snapshots",
    doc="One row per own EBS snapshot that everybody can restore; asked only where such snapshots stay public.",
    scope=Scope.REGION,
    parent=EC2_SNAPSHOT_BLOCK_PUBLIC_ACCESS,
    when="old_shares_stay",
    call=LIST_PUBLIC,
    items="Snapshots[]",
    columns=(
        Column("snapshot_id", "SnapshotId", "string", "snapshot id"),
        Column("volume_id", "VolumeId", "string", "volume it was made of"),
        Column("encrypted", "Encrypted", "bool", "whether it is encrypted"),
        Column("started_at", "StartTime", "timestamp", "when it was started"),
    ),
    resource="snapshot_id",
    arn="arn:{partition}:ec2:{region}::snapshot/{resource_id}",
)

EC2_IMAGE_BLOCK_PUBLIC_ACCESS = Table(
    name="ec2_image_block_public_access",
    doc="One row per account and region: whether new AMIs can be shared with everybody.",
    scope=Scope.REGION,
    call=Call("ec2", "get_image_block_public_access_state"),
    columns=(
        Column("state", "ImageBlockPublicAccessState", "string", "block-new-sharing or unblocked"),
        Column("managed_by", "ManagedBy", "string", "account or declarative-policy"),
    ),
)

EC2_SERIAL_CONSOLE = Table(
    name="ec2_serial_console",
    doc="One row per account and region: whether the serial console of instances can be used.",
    scope=Scope.REGION,
    call=Call("ec2", "get_serial_console_access_status"),
    columns=(
        Column("enabled", "SerialConsoleAccessEnabled", "bool", "whether it can be used"),
        Column("managed_by", "ManagedBy", "string", "account or declarative-policy"),
    ),
)
