"""VPCs, security groups and what hangs on them, in moto."""

from __future__ import annotations

from typing import Any

from .plan import Resource, text
from .workshop import Workshop

CREATED = 200  # days before the demo's clock


def _tags(kind: str, name: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": name}]}]


def _named(ec2: Any, name: str) -> str:
    """Id of the VPC with that name; `default` is the region's default VPC."""
    wanted = {"Name": "tag:Name", "Values": [name]}
    if name == "default":
        wanted = {"Name": "is-default", "Values": ["true"]}
    found: str = ec2.describe_vpcs(Filters=[wanted])["Vpcs"][0]["VpcId"]
    return found


def _network(shop: Workshop, account: str, item: Resource) -> None:
    """A VPC with a public and a private subnet; its default security group is emptied.

    `acls` gives a subnet an ACL of its own with one inbound rule (ports, source); `endpoint` a gateway endpoint to S3,
    with a policy or AWS's own; `flow_log` one that delivers to a log group, which is there or `missing`.
    """
    ec2 = shop.client("ec2", account, item.region)
    cidr = str(item.options["cidr"])
    vpc = ec2.create_vpc(CidrBlock=f"{cidr}.0.0/16", TagSpecifications=_tags("vpc", item.name))["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    for name, part in (("public", "0"), ("private", "1")):
        made = ec2.create_subnet(
            VpcId=vpc,
            CidrBlock=f"{cidr}.{part}.0/24",
            AvailabilityZone=f"{item.region}a",
            TagSpecifications=_tags("subnet", f"{item.name}-{name}"),
        )
        if name == "public":
            subnet = made["Subnet"]["SubnetId"]
            ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
            table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
            ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
            ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        if name in item.options.get("acls", {}):
            _own_acl(ec2, vpc, made["Subnet"]["SubnetId"], *item.options["acls"][name])
    _emptied(ec2, vpc)
    if item.options.get("endpoint"):
        _endpoint(ec2, vpc, item)
    if item.options.get("flow_log"):
        _flow_log(shop, account, vpc, item)


def _endpoint(ec2: Any, vpc: str, item: Resource) -> None:
    """A gateway endpoint to S3, with the policy that the item gives or AWS's own."""
    policy = item.options["endpoint"]
    limits = {"PolicyDocument": text(policy)} if policy is not True else {}
    named = f"com.amazonaws.{item.region}.s3"
    ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=named, VpcEndpointType="Gateway", **limits)


def _flow_log(shop: Workshop, account: str, vpc: str, item: Resource) -> None:
    """A flow log that delivers to a log group, which is made unless it is to be missing."""
    group = f"/vpc/{item.name}"
    if item.options["flow_log"] != "missing":
        shop.client("logs", account, item.region).create_log_group(logGroupName=group)
    role = f"arn:aws:iam::{account}:role/flow-logs"
    shop.client("ec2", account, item.region).create_flow_logs(
        ResourceIds=[vpc], ResourceType="VPC", TrafficType="ALL", LogGroupName=group, DeliverLogsPermissionArn=role
    )


def _own_acl(ec2: Any, vpc: str, subnet: str, port: int, source: str) -> None:
    """A network ACL for the subnet that lets a source in to a port; 0 is all of them."""
    acl = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
    ports: dict[str, Any] = {"PortRange": {"From": port, "To": port}} if port else {}
    ec2.create_network_acl_entry(
        NetworkAclId=acl,
        RuleNumber=100,
        Protocol="6" if port else "-1",
        RuleAction="allow",
        Egress=False,
        CidrBlock=source,
        **ports,
    )
    found = ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])["NetworkAcls"]
    taken = [a for one in found for a in one["Associations"] if a["SubnetId"] == subnet]
    ec2.replace_network_acl_association(AssociationId=taken[0]["NetworkAclAssociationId"], NetworkAclId=acl)


def _emptied(ec2: Any, vpc: str) -> None:
    groups = ec2.describe_security_groups(
        Filters=[{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
    )
    group = groups["SecurityGroups"][0]
    if group["IpPermissionsEgress"]:
        ec2.revoke_security_group_egress(GroupId=group["GroupId"], IpPermissions=group["IpPermissionsEgress"])
    if group["IpPermissions"]:
        ec2.revoke_security_group_ingress(GroupId=group["GroupId"], IpPermissions=group["IpPermissions"])


def _group(shop: Workshop, account: str, item: Resource) -> None:
    """A security group; `open` holds (protocol, port, source); `attach` starts an instance in that subnet.

    Of the instance, `key` is its SSH key pair, and `silent` says for how many days Systems Manager has not heard of it.
    Where it `isolates`, nothing gets out either.
    """
    ec2 = shop.client("ec2", account, item.region)
    vpc = _named(ec2, str(item.options["vpc"]))
    group = ec2.create_security_group(GroupName=item.name, Description=item.name, VpcId=vpc)["GroupId"]
    if item.options.get("isolates"):
        made = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
        ec2.revoke_security_group_egress(GroupId=group, IpPermissions=made["IpPermissionsEgress"])
    for protocol, port, source in item.options["open"]:
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[_rule(ec2, protocol, port, source)])
    attach = item.options.get("attach")
    if attach:
        _instance(ec2, item, group, str(attach), _base(shop, account, ec2, item))


def _appliance(shop: Workshop, account: str, item: Resource) -> None:
    """A network interface without an instance, in a public subnet, with an Elastic IP and a security group."""
    ec2 = shop.client("ec2", account, item.region)
    subnet = _subnet(ec2, item, "public")
    named = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": [item.options["group"]]}])
    made = ec2.create_network_interface(
        SubnetId=subnet, Groups=[named["SecurityGroups"][0]["GroupId"]], Description=item.name
    )["NetworkInterface"]["NetworkInterfaceId"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.associate_address(AllocationId=address, NetworkInterfaceId=made)
    ec2.allocate_address(Domain="vpc")  # one more, that nobody uses


def _subnet(ec2: Any, item: Resource, place: str) -> str:
    """Id of the public or private subnet of the item's VPC."""
    vpc = _named(ec2, str(item.options["vpc"]))
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
    names = {tag["Value"]: one["SubnetId"] for one in subnets for tag in one.get("Tags", []) if tag["Key"] == "Name"}
    return str(names.get(f"{item.options['vpc']}-{place}", subnets[0]["SubnetId"]))


def _rule(ec2: Any, protocol: str, port: int, source: str) -> dict[str, Any]:
    rule: dict[str, Any] = {"IpProtocol": protocol}
    if protocol != "-1":
        rule |= {"FromPort": port, "ToPort": port}
    if source.startswith("list:"):
        lists = ec2.describe_managed_prefix_lists()["PrefixLists"]
        found = next(one["PrefixListId"] for one in lists if one["PrefixListName"] == source[5:])
        return {**rule, "PrefixListIds": [{"PrefixListId": found}]}
    if ":" in source:
        return {**rule, "Ipv6Ranges": [{"CidrIpv6": source}]}
    return {**rule, "IpRanges": [{"CidrIp": source}]}


def _base(shop: Workshop, account: str, ec2: Any, item: Resource) -> str:
    """Id of the image that an instance starts from, of the age and owner that its options say."""
    with shop.clock.at(item.options.get("image_age", CREATED)):
        made = ec2.register_image(Name=f"{item.name}-base", Architecture="x86_64", RootDeviceName="/dev/xvda")
    name: str = made["ImageId"]
    if "image_owner" in item.options:  # moto lets nobody register an image for somebody else
        shop.backend("ec2", account, item.region).amis[name].owner_id = item.options["image_owner"]
    return name


def _instance(ec2: Any, item: Resource, group: str, place: str, base: str) -> None:
    subnet = _subnet(ec2, item, place)
    profile = item.options.get("profile")
    extra: dict[str, Any] = {"IamInstanceProfile": {"Name": profile}} if profile else {}
    if "key" in item.options:
        ec2.create_key_pair(KeyName=item.options["key"])
        extra["KeyName"] = item.options["key"]
    ec2.run_instances(
        ImageId=base,
        ClientToken=f"demo-{item.name}",
        MinCount=1,
        MaxCount=1,
        InstanceType="t3.micro",
        NetworkInterfaces=[
            {
                "DeviceIndex": 0,
                "SubnetId": subnet,
                "Groups": [group],
                "AssociatePublicIpAddress": place == "public",
            }
        ],
        MetadataOptions={"HttpTokens": item.options.get("tokens", "required"), "HttpEndpoint": "enabled"},
        TagSpecifications=_tags("instance", item.name),
        **extra,
    )


def _default_use(shop: Workshop, account: str, item: Resource) -> None:
    """A network interface in the region's default VPC that uses the default security group."""
    ec2 = shop.client("ec2", account, item.region)
    vpc = _named(ec2, "default")
    subnet = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"][0]["SubnetId"]
    ec2.create_network_interface(SubnetId=subnet, Description=item.name)


def _key_pair(shop: Workshop, account: str, item: Resource) -> None:
    shop.client("ec2", account, item.region).create_key_pair(KeyName=item.name)


def _prefix_list(shop: Workshop, account: str, item: Resource) -> None:
    shop.client("ec2", account, item.region).create_managed_prefix_list(
        PrefixListName=item.name,
        MaxEntries=5,
        AddressFamily="IPv4",
        Entries=[{"Cidr": cidr, "Description": "demo"} for cidr in item.options["entries"]],
    )


NETWORK = {
    "network": _network,
    "group": _group,
    "default_use": _default_use,
    "appliance": _appliance,
    "prefix_list": _prefix_list,
    "key_pair": _key_pair,
}
