import json

import boto3

from tests.support import collect_one


def test_groups_interfaces_and_the_default_network(aws: boto3.Session) -> None:
    ec2 = aws.client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=subnet["VpcId"])["GroupId"]
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1, SecurityGroupIds=[group])
    groups = collect_one(aws, "ec2_security_groups").set_index("resource_id")
    assert json.loads(groups.loc[group, "ingress"])[0]["FromPort"] == 22
    interface = collect_one(aws, "ec2_network_interfaces").iloc[0]
    assert json.loads(interface["group_ids"]) == [group]
    assert len(json.loads(interface["public_ips"])) == len(set(json.loads(interface["public_ips"])))
    instance = collect_one(aws, "ec2_instances").iloc[0]
    assert interface["instance_id"] == instance["resource_id"]
    assert collect_one(aws, "ec2_vpcs")["is_default"].tolist() == [True]
    assert collect_one(aws, "ec2_subnets")["public_ip_on_launch"].all()


def test_routes_gateways_and_acls(aws: boto3.Session) -> None:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    gateways = collect_one(aws, "ec2_internet_gateways").set_index("resource_id")
    assert json.loads(gateways.loc[gateway, "vpc_ids"]) == [vpc]
    routes = collect_one(aws, "ec2_route_tables").set_index("vpc_id")
    assert routes.loc[vpc, "is_main"]
    assert json.loads(routes.loc[vpc, "routes"])[0]["GatewayId"] == "local"
    acls = collect_one(aws, "ec2_network_acls").set_index("vpc_id")
    assert any(entry["RuleAction"] == "allow" for entry in json.loads(acls.loc[vpc, "entries"]))


def test_prefix_lists_and_endpoints(aws: boto3.Session) -> None:
    ec2 = aws.client("ec2")
    made = ec2.create_managed_prefix_list(
        PrefixListName="offices", Entries=[{"Cidr": "198.51.100.0/24"}], MaxEntries=5, AddressFamily="IPv4"
    )["PrefixList"]["PrefixListId"]
    lists = collect_one(aws, "ec2_prefix_lists").set_index("resource_id")
    assert lists.loc[made, "prefix_list_name"] == "offices"
    entries = collect_one(aws, "ec2_prefix_list_entries").set_index("resource_id")
    assert entries.loc[made, "cidr"] == "198.51.100.0/24"
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.us-east-1.s3", VpcEndpointType="Gateway")
    endpoint = collect_one(aws, "ec2_vpc_endpoints").iloc[0]
    assert (endpoint["vpc_id"], endpoint["endpoint_type"]) == (vpc, "Gateway")


def test_regions_of_the_organization_carry_their_own_region(aws: boto3.Session) -> None:
    found = collect_one(aws, "organization_regions", regions=("us-east-1", "eu-west-1"))
    assert sorted(found["region"]) == ["eu-west-1", "us-east-1"]


def test_snapshots_and_images_say_who_may_use_them(aws: boto3.Session) -> None:
    ec2 = aws.client("ec2")
    volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"]
    shared, public = (ec2.create_snapshot(VolumeId=volume)["SnapshotId"] for _ in range(2))
    ec2.modify_snapshot_attribute(
        SnapshotId=shared, Attribute="createVolumePermission", OperationType="add", UserIds=["111122223333"]
    )
    ec2.modify_snapshot_attribute(
        SnapshotId=public, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"]
    )
    assert {shared, public} <= set(collect_one(aws, "ec2_snapshots")["resource_id"])
    shares = collect_one(aws, "ec2_snapshot_shares").set_index("resource_id")
    assert shares.loc[[shared, public], "is_public"].tolist() == [False, True]
    assert json.loads(shares.loc[shared, "account_ids"]) == ["111122223333"]
    instance = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    image = ec2.create_image(InstanceId=instance, Name="golden")["ImageId"]
    ec2.modify_image_attribute(
        ImageId=image, Attribute="launchPermission", OperationType="add", UserIds=["111122223333"]
    )
    assert collect_one(aws, "ec2_images")["is_public"].tolist() == [False]
    assert json.loads(collect_one(aws, "ec2_image_shares")["account_ids"][0]) == ["111122223333"]
