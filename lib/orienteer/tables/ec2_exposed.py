"""What EC2 opens beside machines: addresses, endpoint services, peering, gateways, FPGA images, and the VPC block."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table
from orienteer.tables.ec2 import NETWORK_INTERFACES
from orienteer.tables.shapes import arn, described, listed, name, unless_none

VPC_BLOCK_PUBLIC_ACCESS = Table(
    name="ec2_vpc_block_public_access",
    doc="One row per account and region: whether internet gateways of its VPCs let traffic in.",
    scope=Scope.REGION,
    call=Call("ec2", "describe_vpc_block_public_access_options"),
    columns=(
        Column(
            "mode",
            "VpcBlockPublicAccessOptions.InternetGatewayBlockMode",
            "string",
            "off, block-bidirectional or block-ingress",
        ),
        Column(
            "ingress_blocked",
            "contains(['block-bidirectional', 'block-ingress'], VpcBlockPublicAccessOptions.InternetGatewayBlockMode)",
            "bool",
            "nothing comes in but to VPCs and subnets that are excluded",
        ),
        Column("managed_by", "VpcBlockPublicAccessOptions.ManagedBy", "string", "account or declarative-policy"),
    ),
)

VPC_BLOCK_EXCLUSIONS = described(
    "ec2_vpc_block_exclusions",
    VPC_BLOCK_PUBLIC_ACCESS,
    "One row per VPC or subnet that is excluded from the block on internet gateways; asked only where that is on.",
    Call("ec2", "describe_vpc_block_public_access_exclusions"),
    name("ExclusionId", "id of the exclusion"),
    Column("excluded_arn", "ResourceArn", "string", "ARN of the VPC or subnet"),
    Column("mode", "InternetGatewayExclusionMode", "string", "allow-bidirectional or allow-egress"),
    Column("state", "State", "string", "create-complete, ..."),
    items="VpcBlockPublicAccessExclusions[]",
    resource="name",
    when="ingress_blocked",
)

ADDRESSES = listed(
    "ec2_addresses",
    "One row per Elastic IP.",
    Call("ec2", "describe_addresses"),
    "Addresses[]",
    name("AllocationId || PublicIp", "id of the address"),
    Column("public_ip", "PublicIp", "string", "the address"),
    Column("association", "AssociationId", "string", "id of its association; null: nothing uses it"),
    Column("interface_id", "NetworkInterfaceId", "string", "interface it leads to"),
    Column("interface_account", "NetworkInterfaceOwnerId", "string", "account of that interface"),
    Column("instance_id", "InstanceId", "string", "instance it leads to"),
)

KEY_PAIRS = listed(
    "ec2_key_pairs",
    "One row per SSH key pair (never its keys).",
    Call("ec2", "describe_key_pairs"),
    "KeyPairs[]",
    name("KeyName"),
    Column("key_type", "KeyType", "string", "rsa or ed25519"),
    Column("created_at", "CreateTime", "timestamp", "when it was made"),
)

ENDPOINT_SERVICES = listed(
    "ec2_endpoint_services",
    "One row per endpoint service that the account offers.",
    Call("ec2", "describe_vpc_endpoint_service_configurations"),
    "ServiceConfigurations[]",
    name("ServiceId", "id of the service"),
    Column("service_name", "ServiceName", "string", "name that others ask for"),
    Column("acceptance_required", "AcceptanceRequired", "bool", "each endpoint waits until the account accepts it"),
)

ENDPOINT_SERVICE_SHARES = described(
    "ec2_endpoint_service_shares",
    ENDPOINT_SERVICES,
    "One row per endpoint service and principal that may make endpoints to it; `*` is everybody.",
    Call(
        "ec2",
        "describe_vpc_endpoint_service_permissions",
        params={"ServiceId": "name"},
        absent={"InvalidVpcEndpointServiceId.NotFound"},
    ),
    Column("principal", "Principal", "string", "ARN of an account, user or role, or *"),
    items="AllowedPrincipals[]",
    keep=("acceptance_required",),
)

PEERINGS = listed(
    "ec2_vpc_peerings",
    "One row per VPC peering connection.",
    Call("ec2", "describe_vpc_peering_connections"),
    "VpcPeeringConnections[]",
    name("VpcPeeringConnectionId", "id of the connection"),
    Column("state", "Status.Code", "string", "active, pending-acceptance, ..."),
    Column("account_ids", "[RequesterVpcInfo.OwnerId, AccepterVpcInfo.OwnerId]", "json", "accounts of the two VPCs"),
    Column("vpc_ids", "[RequesterVpcInfo.VpcId, AccepterVpcInfo.VpcId]", "json", "the two VPCs"),
    Column("cidrs", "[RequesterVpcInfo.CidrBlock, AccepterVpcInfo.CidrBlock]", "json", "first IPv4 range of each"),
)

TRANSIT_GATEWAYS = listed(
    "ec2_transit_gateways",
    "One row per transit gateway that the account owns or was given.",
    Call("ec2", "describe_transit_gateways"),
    "TransitGateways[]",
    name("TransitGatewayId", "id of the gateway"),
    arn("TransitGatewayArn"),
    Column("owner_account", "OwnerId", "string", "account that owns it"),
    Column(
        "accepts_by_itself",
        "Options.AutoAcceptSharedAttachments == 'enable'",
        "bool",
        "takes attachments of accounts it is shared with unasked",
    ),
)

TRANSIT_ATTACHMENTS = listed(
    "ec2_transit_attachments",
    "One row per attachment of a transit gateway.",
    Call("ec2", "describe_transit_gateway_attachments"),
    "TransitGatewayAttachments[]",
    name("TransitGatewayAttachmentId", "id of the attachment"),
    Column("gateway_id", "TransitGatewayId", "string", "the gateway"),
    Column("gateway_account", "TransitGatewayOwnerId", "string", "account of the gateway"),
    Column("attached_account", "ResourceOwnerId", "string", "account of what is attached"),
    Column("attached_type", "ResourceType", "string", "vpc, vpn, peering, ..."),
    Column("state", "State", "string", "available, pendingAcceptance, ..."),
)

FPGA_IMAGES = listed(
    "ec2_fpga_images",
    "One row per FPGA image of the account.",
    Call("ec2", "describe_fpga_images", fixed={"Owners": ["self"]}),
    "FpgaImages[]",
    name("FpgaImageId", "id of the image"),
    Column("is_public", "Public", "bool", "everybody may load it"),
)

FPGA_IMAGE_SHARES = described(
    "ec2_fpga_image_shares",
    FPGA_IMAGES,
    "One row per FPGA image: the accounts that may load it.",
    Call(
        "ec2",
        "describe_fpga_image_attribute",
        params={"FpgaImageId": "name"},
        fixed={"Attribute": "loadPermission"},
        absent={"InvalidFpgaImageID.NotFound"},
    ),
    Column("account_ids", "FpgaImageAttribute.LoadPermissions[].UserId", "json", "accounts it is shared with"),
    Column("groups", "FpgaImageAttribute.LoadPermissions[].Group", "json", "all: everybody"),
    keep=("is_public",),
)

INTERFACE_PERMISSIONS = unless_none(
    "ec2_interface_permissions",
    "One row per permission to attach an interface of the account.",
    (NETWORK_INTERFACES.call, "NetworkInterfaces[]"),
    Call("ec2", "describe_network_interface_permissions"),
    "NetworkInterfacePermissions[]",
    name("NetworkInterfacePermissionId", "id of the permission"),
    Column("interface_id", "NetworkInterfaceId", "string", "the interface"),
    Column("account_ids", "[AwsAccountId] | [?@]", "json", "account that may attach it; none: a service of AWS"),
    Column("state", "PermissionState.State", "string", "pending, granted, ..."),
)

LAUNCH_TEMPLATE_VERSIONS = listed(
    "ec2_launch_template_versions",
    "One row per launch template and version in use (latest, default); user data is not kept.",
    Call("ec2", "describe_launch_template_versions", fixed={"Versions": ["$Latest", "$Default"]}),
    "LaunchTemplateVersions[]",
    name("join(':', [LaunchTemplateId, to_string(VersionNumber)])", "id of the template and number of the version"),
    Column("title", "LaunchTemplateName", "string", "what it is called"),
    Column("version", "VersionNumber", "int", "number of the version"),
    Column(
        "public_ip",
        "contains(LaunchTemplateData.NetworkInterfaces[].AssociatePublicIpAddress || `[]`, `true`)",
        "bool",
        "gives machines public addresses",
    ),
    Column("signs", "LaunchTemplateData.UserData", "signs", "what its user data looks like, never its text"),
    Column("template_id", "LaunchTemplateId", "string", "id of the template"),
    Column("is_default", "DefaultVersion", "bool", "the version that is used where none is named"),
    Column("image_id", "LaunchTemplateData.ImageId", "string", "image it starts machines from"),
    Column(
        "http_tokens",
        "LaunchTemplateData.MetadataOptions.HttpTokens",
        "string",
        "required: IMDSv2 only; null: as the account's default says",
    ),
    Column("metadata_endpoint", "LaunchTemplateData.MetadataOptions.HttpEndpoint", "string", "enabled or disabled"),
    Column(
        "hop_limit",
        "LaunchTemplateData.MetadataOptions.HttpPutResponseHopLimit",
        "int",
        "hops a metadata answer may travel",
    ),
)

CLIENT_VPN_ENDPOINTS = listed(
    "ec2_client_vpn_endpoints",
    "One row per Client VPN endpoint: how users prove who they are.",
    Call("ec2", "describe_client_vpn_endpoints"),
    "ClientVpnEndpoints[]",
    name("ClientVpnEndpointId", "id of the endpoint"),
    Column("dns_name", "DnsName", "string", "its host name"),
    Column(
        "authentication",
        "AuthenticationOptions[].Type",
        "json",
        "certificate-authentication, directory-service-authentication, federated-authentication",
    ),
    Column("group_ids", "SecurityGroupIds", "json", "security groups on it"),
)

VERIFIED_ACCESS_ENDPOINTS = listed(
    "ec2_verified_access_endpoints",
    "One row per Verified Access endpoint.",
    Call("ec2", "describe_verified_access_endpoints"),
    "VerifiedAccessEndpoints[]",
    name("VerifiedAccessEndpointId", "id of the endpoint"),
    Column("domain", "EndpointDomain", "string", "its host name"),
    Column("application", "ApplicationDomain", "string", "host name that users type"),
)

VERIFIED_ACCESS_POLICIES = described(
    "ec2_verified_access_policies",
    VERIFIED_ACCESS_ENDPOINTS,
    "One row per Verified Access endpoint: its own policy, in Cedar.",
    Call("ec2", "get_verified_access_endpoint_policy", params={"VerifiedAccessEndpointId": "name"}),
    Column("has_policy", "PolicyEnabled", "bool", "a policy of its own stands beside that of its group"),
    Column("cedar", "PolicyDocument", "string", "the policy, in Cedar"),
)
