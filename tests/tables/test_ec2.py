import json
from collections.abc import Iterable
from typing import Any

import boto3

from orienteer.aws.collect import Wanted, tables_for
from orienteer.aws.job import Collected
from orienteer.aws.plan import asked_as
from orienteer.aws.session import Entry
from orienteer.model import Answer, Call, Outcome, Place, Scope
from orienteer.tables import registry
from tests.support import collect_one, collected


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


def shared(aws: boto3.Session) -> Collected:
    return collected(aws, "ec2_snapshots", "ec2_snapshot_shares")


def test_a_snapshot_that_cannot_be_shared_is_not_asked_about(aws: boto3.Session) -> None:
    """AWS does not let a snapshot be shared that its own managed key encrypts; one of the customer's key may be."""
    ec2, kms = aws.client("ec2"), aws.client("kms")
    managed = kms.describe_key(KeyId="alias/aws/ebs")["KeyMetadata"]["Arn"]
    own = kms.create_key()["KeyMetadata"]["Arn"]
    plain = ec2.create_snapshot(VolumeId=ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"])
    locked, lent = (
        ec2.copy_snapshot(SourceSnapshotId=plain["SnapshotId"], SourceRegion="us-east-1", Encrypted=True, KmsKeyId=key)
        for key in (managed, own)
    )
    plain, locked, lent = (made["SnapshotId"] for made in (plain, locked, lent))
    found = shared(aws)
    asked = {call["resource"] for call in found.coverage if call["operation"] == "DescribeSnapshotAttribute"}
    assert {plain, lent} <= asked and locked not in asked
    outcomes = {row[2]: row[-2] for row in found.rows["ec2_snapshot_shares"]}
    assert (outcomes[plain], outcomes[lent], outcomes[locked]) == ("OK", "OK", "ABSENT")


PLACE = Place("111122223333", "eu-west-1")
MANAGED = "arn:aws:kms:eu-west-1:111122223333:key/managed"


def listing(
    items: list[dict[str, Any]], public: Iterable[str] = (), *, refused: str = ""
) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Snapshots by id as the table reads them, and the operations that were asked; `refused` names one that is not
    answered."""
    asked: list[str] = []

    def ask(call: Call, /, resource: str = "", **params: Any) -> Answer:
        name = "public" if "RestorableByUserIds" in call.fixed else call.operation
        asked.append(name)
        if name == refused:
            return Answer(call, Outcome.DENIED, (), "UnauthorizedOperation")
        page = {
            "describe_snapshots": {"Snapshots": items},
            "public": {"Snapshots": [{"SnapshotId": one} for one in public]},
            "describe_key": {"KeyMetadata": {"Arn": MANAGED}},
        }[name]
        return Answer(call, Outcome.OK, (page,))

    read = registry()["ec2_snapshots"].read
    assert read is not None
    rows = [one for one in read(ask, PLACE) if not isinstance(one, Answer)]
    return {str(row["snapshot_id"]): dict(row) for row in rows}, asked


LOCKED = {"SnapshotId": "locked", "Encrypted": True, "KmsKeyId": MANAGED}
PLAIN = {"SnapshotId": "plain", "Encrypted": False}


def test_public_snapshots_are_told_by_one_list() -> None:
    found, asked = listing([PLAIN, LOCKED, {"SnapshotId": "open"}], public=["open", "somebody elses"])
    assert {name: row["is_public"] for name, row in found.items()} == {"plain": False, "locked": False, "open": True}
    assert asked == ["describe_snapshots", "public", "describe_key"]


def test_an_account_without_snapshots_costs_one_call() -> None:
    assert listing([]) == ({}, ["describe_snapshots"])
    strangers = [{"SnapshotId": "s", "OwnerId": "999988887777"}]
    assert listing(strangers) == ({}, ["describe_snapshots"])


def test_a_snapshot_counts_as_shareable_unless_its_key_is_seen_to_be_the_managed_one() -> None:
    found, _ = listing(
        [
            LOCKED,
            LOCKED | {"SnapshotId": "other", "KmsKeyId": MANAGED + "2"},
            LOCKED | {"SnapshotId": "bare", "KmsKeyId": None},
            PLAIN,
        ]
    )
    assert {name: row["shareable"] for name, row in found.items()} == {
        "locked": False, "other": True, "bare": True, "plain": True,
    }  # fmt: skip
    found, _ = listing([LOCKED], refused="describe_key")
    assert found["locked"]["shareable"]
    found, _ = listing([PLAIN], refused="public")
    assert found["plain"]["is_public"] is None


def test_what_two_tables_ask_is_asked_once(aws: boto3.Session) -> None:
    ec2 = aws.client("ec2")
    ec2.create_snapshot(VolumeId=ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"])
    names = ("ec2_snapshots", "ec2_public_snapshots")
    wanted = Wanted(tables_for(names, registry()), ("us-east-1",)).job([Entry()], Scope)
    asking = asked_as(registry()["ec2_public_snapshots"].call)
    assert asking in wanted.common and asked_as(registry()["ec2_snapshots"].call) not in wanted.common
