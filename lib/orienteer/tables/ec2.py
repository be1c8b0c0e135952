"""EC2 networks and machines: what decides who can reach an interface.  (Snapshots and images: ec2_sharing.)"""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table

ORGANIZATION_REGIONS = Table(
    name="organization_regions",
    doc="One row per region enabled in the management account: where regional settings of the organization are asked.",
    scope=Scope.ORG,
    call=Call("ec2", "describe_regions", fixed={"AllRegions": False}),
    items="Regions[]",
    resource="region_name",
    region="region_name",
    columns=(
        Column("region_name", "RegionName", "string", "name of the region"),
        Column("opt_in_status", "OptInStatus", "string", "opt-in-not-required or opted-in"),
    ),
)

SECURITY_GROUPS = Table(
    name="ec2_security_groups",
    doc="One row per security group with its rules as AWS gives them.",
    scope=Scope.REGION,
    call=Call("ec2", "describe_security_groups"),
    items="SecurityGroups[]",
    resource="group_id",
    arn="group_arn",
    columns=(
        Column("group_id", "GroupId", "string", "id of the group"),
        Column("group_arn", "SecurityGroupArn", "string", "ARN of the group"),
        Column("group_name", "GroupName", "string", "name of the group"),
        Column("description", "Description", "string", "its description"),
        Column("vpc_id", "VpcId", "string", "VPC it belongs to"),
        Column("ingress", "IpPermissions", "json", "inbound rules"),
        Column("egress", "IpPermissionsEgress", "json", "outbound rules"),
    ),
)

NETWORK_INTERFACES = Table(
    name="ec2_network_interfaces",
    doc="One row per network interface: its addresses, groups, subnet and what it is attached to.",
    scope=Scope.REGION,
    call=Call("ec2", "describe_network_interfaces"),
    items="NetworkInterfaces[]",
    resource="interface_id",
    arn="arn:{partition}:ec2:{region}:{account_id}:network-interface/{resource_id}",
    columns=(
        Column("interface_id", "NetworkInterfaceId", "string", "id of the interface"),
        Column("interface_type", "InterfaceType", "string", "interface, nat_gateway, lambda, vpc_endpoint, ..."),
        Column("status", "Status", "string", "in-use or available"),
        Column("vpc_id", "VpcId", "string", "its VPC"),
        Column("subnet_id", "SubnetId", "string", "its subnet"),
        Column("group_ids", "Groups[].GroupId", "json", "security groups on it"),
        Column(
            "public_ips",
            "[Association.PublicIp, PrivateIpAddresses[].Association.PublicIp][] | [?@]",
            "json",
            "public IPv4 addresses, also of secondary private addresses",
        ),
        Column("ipv6_addresses", "Ipv6Addresses[].Ipv6Address", "json", "IPv6 addresses"),
        Column("private_ip", "PrivateIpAddress", "string", "first private address"),
        Column("private_ips", "PrivateIpAddresses[].PrivateIpAddress", "json", "all private IPv4 addresses"),
        Column("instance_id", "Attachment.InstanceId", "string", "instance it is attached to"),
        Column("description", "Description", "string", "its description"),
        Column("requester_managed", "RequesterManaged", "bool", "made by an AWS service"),
    ),
)

VPCS = Table(
    name="ec2_vpcs",
    doc="One row per VPC.",
    scope=Scope.REGION,
    call=Call("ec2", "describe_vpcs"),
    items="Vpcs[]",
    resource="vpc_id",
    arn="arn:{partition}:ec2:{region}:{owner_account}:vpc/{resource_id}",
    columns=(
        Column("vpc_id", "VpcId", "string", "id of the VPC"),
        Column("is_default", "IsDefault", "bool", "the region's default VPC"),
        Column("cidrs", "CidrBlockAssociationSet[].CidrBlock", "json", "IPv4 ranges"),
        Column("ipv6_cidrs", "Ipv6CidrBlockAssociationSet[].Ipv6CidrBlock", "json", "IPv6 ranges"),
        Column("owner_account", "OwnerId", "string", "account that owns it (it may be shared with this one)"),
        Column("tags", "Tags", "json", "list of {Key, Value}"),
    ),
)

SUBNETS = Table(
    name="ec2_subnets",
    doc="One row per subnet.",
    scope=Scope.REGION,
    call=Call("ec2", "describe_subnets"),
    items="Subnets[]",
    resource="subnet_id",
    arn="subnet_arn",
    columns=(
        Column("subnet_id", "SubnetId", "string", "id of the subnet"),
        Column("subnet_arn", "SubnetArn", "string", "ARN of the subnet"),
        Column("vpc_id", "VpcId", "string", "its VPC"),
        Column("cidr", "CidrBlock", "string", "IPv4 range"),
        Column("public_ip_on_launch", "MapPublicIpOnLaunch", "bool", "gives public addresses by itself"),
        Column("subnet_name", "Tags[?Key=='Name'].Value | [0]", "string", "its name tag"),
        Column("default_for_az", "DefaultForAz", "bool", "default subnet of its zone"),
        Column("owner_account", "OwnerId", "string", "account that owns it"),
    ),
)

INTERNET_GATEWAYS = Table(
    name="ec2_internet_gateways",
    doc="One row per internet gateway.",
    scope=Scope.REGION,
    call=Call("ec2", "describe_internet_gateways"),
    items="InternetGateways[]",
    resource="gateway_id",
    columns=(
        Column("gateway_id", "InternetGatewayId", "string", "id of the gateway"),
        Column("vpc_ids", "Attachments[].VpcId", "json", "VPCs it is attached to"),
    ),
)

ROUTE_TABLES = Table(
    name="ec2_route_tables",
    doc="One row per route table with its routes and the subnets it serves.",
    scope=Scope.REGION,
    call=Call("ec2", "describe_route_tables"),
    items="RouteTables[]",
    resource="route_table_id",
    columns=(
        Column("route_table_id", "RouteTableId", "string", "id of the route table"),
        Column("vpc_id", "VpcId", "string", "its VPC"),
        Column("is_main", "length(Associations[?Main] || `[]`) > `0`", "bool", "serves subnets without their own"),
        Column("subnet_ids", "Associations[].SubnetId", "json", "subnets it serves by name"),
        Column("routes", "Routes", "json", "routes as AWS gives them"),
    ),
)

NETWORK_ACLS = Table(
    name="ec2_network_acls",
    doc="One row per network ACL with its entries and the subnets it guards.",
    scope=Scope.REGION,
    call=Call("ec2", "describe_network_acls"),
    items="NetworkAcls[]",
    resource="acl_id",
    columns=(
        Column("acl_id", "NetworkAclId", "string", "id of the ACL"),
        Column("vpc_id", "VpcId", "string", "its VPC"),
        Column("is_default", "IsDefault", "bool", "the VPC's default ACL"),
        Column("subnet_ids", "Associations[].SubnetId", "json", "subnets it guards"),
        Column("entries", "Entries", "json", "entries as AWS gives them"),
    ),
)

PREFIX_LISTS = Table(
    name="ec2_prefix_lists",
    doc="One row per managed prefix list, the customer's and AWS's.",
    scope=Scope.REGION,
    call=Call("ec2", "describe_managed_prefix_lists"),
    items="PrefixLists[]",
    resource="prefix_list_id",
    arn="prefix_list_arn",
    columns=(
        Column("prefix_list_id", "PrefixListId", "string", "id of the list"),
        Column("prefix_list_arn", "PrefixListArn", "string", "ARN of the list"),
        Column("prefix_list_name", "PrefixListName", "string", "name of the list"),
        Column("owner", "OwnerId", "string", "account that owns it, or AWS"),
        Column("max_entries", "MaxEntries", "int", "entries it may hold"),
    ),
)

PREFIX_LIST_ENTRIES = Table(
    name="ec2_prefix_list_entries",
    doc="One row per range in a managed prefix list.",
    scope=Scope.REGION,
    parent=PREFIX_LISTS,
    call=Call("ec2", "get_managed_prefix_list_entries", params={"PrefixListId": "prefix_list_id"}, shared=True),
    items="Entries[]",
    columns=(
        Column("cidr", "Cidr", "string", "IPv4 or IPv6 range"),
        Column("description", "Description", "string", "what it is"),
    ),
)

VPC_ENDPOINTS = Table(
    name="ec2_vpc_endpoints",
    doc="One row per VPC endpoint with its policy.",
    scope=Scope.REGION,
    call=Call("ec2", "describe_vpc_endpoints"),
    items="VpcEndpoints[]",
    resource="endpoint_id",
    arn="arn:{partition}:ec2:{region}:{account_id}:vpc-endpoint/{resource_id}",
    columns=(
        Column("endpoint_id", "VpcEndpointId", "string", "id of the endpoint"),
        Column("endpoint_type", "VpcEndpointType", "string", "Gateway, Interface, GatewayLoadBalancer, ..."),
        Column("service_name", "ServiceName", "string", "service it leads to"),
        Column("vpc_id", "VpcId", "string", "its VPC"),
        Column("state", "State", "string", "state of the endpoint"),
        Column("policy", "PolicyDocument", "policy", "endpoint policy, JSON text"),
        Column("route_table_ids", "RouteTableIds", "json", "route tables of a gateway endpoint"),
        Column("subnet_ids", "SubnetIds", "json", "subnets of an interface endpoint"),
        Column("group_ids", "Groups[].GroupId", "json", "security groups of an interface endpoint"),
        Column("private_dns", "PrivateDnsEnabled", "bool", "answers under the service's own name"),
    ),
)

INSTANCES = Table(
    name="ec2_instances",
    doc="One row per instance (never its user data).",
    scope=Scope.REGION,
    call=Call("ec2", "describe_instances"),
    items="Reservations[].Instances[]",
    resource="instance_id",
    arn="arn:{partition}:ec2:{region}:{account_id}:instance/{resource_id}",
    columns=(
        Column("instance_id", "InstanceId", "string", "id of the instance"),
        Column("state", "State.Name", "string", "running, stopped, ..."),
        Column("image_id", "ImageId", "string", "image it was started from"),
        Column("instance_type", "InstanceType", "string", "type of the instance"),
        Column("platform", "PlatformDetails", "string", "operating system as billed"),
        Column("vpc_id", "VpcId", "string", "its VPC"),
        Column("subnet_id", "SubnetId", "string", "its first subnet"),
        Column("public_ip", "PublicIpAddress", "string", "public IPv4 address"),
        Column("private_ip", "PrivateIpAddress", "string", "private address"),
        Column("group_ids", "SecurityGroups[].GroupId", "json", "security groups"),
        Column("profile_arn", "IamInstanceProfile.Arn", "string", "instance profile"),
        Column("key_name", "KeyName", "string", "SSH key pair"),
        Column("http_tokens", "MetadataOptions.HttpTokens", "string", "required: IMDSv2 only"),
        Column("metadata_endpoint", "MetadataOptions.HttpEndpoint", "string", "enabled or disabled"),
        Column("hop_limit", "MetadataOptions.HttpPutResponseHopLimit", "int", "hops a metadata answer may travel"),
        Column("launched_at", "LaunchTime", "timestamp", "last start"),
        Column("tags", "Tags", "json", "list of {Key, Value}"),
    ),
)
