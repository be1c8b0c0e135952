"""Regional settings of one account in moto, and its resources, kind by kind."""

from __future__ import annotations

from typing import Any

from .build_network import CREATED, NETWORK
from .plan import PLANS, REGIONS, Account, Organization, Resource, text
from .workshop import Workshop


def build_regions(shop: Workshop, plan: Organization, account: Account) -> None:
    """Nothing; afterwards moto holds the account's regional settings and resources."""
    block = account.guardrails.s3_block
    if block is not None:
        names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
        shop.client("s3control", account.id).put_public_access_block(
            AccountId=account.id, PublicAccessBlockConfiguration=dict(zip(names, block, strict=True))
        )
    for region in REGIONS:
        ec2 = shop.client("ec2", account.id, region)
        if region not in account.guardrails.ebs_plain:
            ec2.enable_ebs_encryption_by_default()
        _default_vpc(ec2, keep=region in account.guardrails.default_vpcs)
        if region in account.watch.guardduty:
            detection = shop.client("guardduty", account.id, region)
            plans = {name: "DISABLED" if name in account.watch.plans_off else "ENABLED" for name in PLANS}
            detection.create_detector(
                Enable=account.watch.guardduty[region] == "ENABLED",
                Features=[{"Name": name, "Status": state} for name, state in plans.items()],
                FindingPublishingFrequency=account.watch.published,
            )
    with shop.clock.at(CREATED):
        for item in account.resources:
            KINDS[item.kind](shop, account.id, item)


def _default_vpc(ec2: Any, *, keep: bool) -> None:
    """Every region starts with a default VPC: keep it (with the internet gateway AWS gives it) or remove it."""
    vpc = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
    if keep:
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        table = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"][0]
        ec2.create_route(RouteTableId=table["RouteTableId"], DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
        return
    for subnet in ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    ec2.delete_vpc(VpcId=vpc)


def _bucket(shop: Workshop, account: str, item: Resource) -> None:
    s3 = shop.client("s3", account, item.region)
    where: dict[str, Any] = {}
    if item.region != "us-east-1":
        where = {"CreateBucketConfiguration": {"LocationConstraint": item.region}}
    if item.options.get("locked_days"):
        where["ObjectLockEnabledForBucket"] = True
    open_acl = bool(item.options.get("acl"))
    owner = "ObjectWriter" if open_acl else "BucketOwnerEnforced"
    if item.options.get("object_lock"):
        where["ObjectLockEnabledForBucket"] = True
    s3.create_bucket(Bucket=item.name, ObjectOwnership=owner, **where)
    default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    s3.put_bucket_encryption(Bucket=item.name, ServerSideEncryptionConfiguration={"Rules": [default]})
    if open_acl:
        s3.put_bucket_acl(Bucket=item.name, ACL=item.options["acl"])
    if item.policy:
        s3.put_bucket_policy(Bucket=item.name, Policy=text(item.policy))
    if item.options.get("block", True):
        names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
        s3.put_public_access_block(Bucket=item.name, PublicAccessBlockConfiguration=dict.fromkeys(names, True))
    _keeping(s3, item)
    if item.options.get("class"):
        tags = {"TagSet": [{"Key": "data-classification", "Value": item.options["class"]}]}
        s3.put_bucket_tagging(Bucket=item.name, Tagging=tags)


def _keeping(s3: Any, item: Resource) -> None:
    """Versions, lifecycle rules and access logs of a bucket, as its options say."""
    if item.options.get("versions"):
        s3.put_bucket_versioning(Bucket=item.name, VersioningConfiguration={"Status": "Enabled"})
    if item.options.get("locked_days"):
        held = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": item.options["locked_days"]}}
        lock = {"ObjectLockEnabled": "Enabled", "Rule": held}
        s3.put_object_lock_configuration(Bucket=item.name, ObjectLockConfiguration=lock)
    if item.options.get("lifecycle"):
        rules = {"Rules": list(item.options["lifecycle"])}
        s3.put_bucket_lifecycle_configuration(Bucket=item.name, LifecycleConfiguration=rules)
    if item.options.get("access_logs"):
        target = {"TargetBucket": item.options["access_logs"], "TargetPrefix": f"{item.name}/"}
        s3.put_bucket_logging(Bucket=item.name, BucketLoggingStatus={"LoggingEnabled": target})


def _queue(shop: Workshop, account: str, item: Resource) -> None:
    attributes = {"SqsManagedSseEnabled": "true"}
    if item.policy:
        attributes["Policy"] = text(item.policy)
    shop.client("sqs", account, item.region).create_queue(QueueName=item.name, Attributes=attributes)


def _topic(shop: Workshop, account: str, item: Resource) -> None:
    sns = shop.client("sns", account, item.region)
    arn = sns.create_topic(Name=item.name)["TopicArn"]
    if item.policy:
        sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=text(item.policy))
    for address in item.options.get("subscribed", ()):
        sns.subscribe(TopicArn=arn, Protocol="email", Endpoint=address)
        shop.backend("sns", account, item.region).topics[arn].subscriptions_confimed += 1  # moto counts none


def _key(shop: Workshop, account: str, item: Resource) -> None:
    kms = shop.client("kms", account, item.region)
    given: dict[str, Any] = {"Policy": text(item.policy)} if item.policy else {}
    key = kms.create_key(Description=item.name, **given)["KeyMetadata"]["KeyId"]
    if "id" in item.options:  # moto takes no id for a key, and the trail names it by its id
        keys = shop.backend("kms", account, item.region).keys
        made = keys.pop(key)
        key = made.id = item.options["id"]
        made.arn = f"arn:aws:kms:{item.region}:{account}:key/{key}"
        keys[key] = made
    kms.create_alias(AliasName=f"alias/{item.name}", TargetKeyId=key)
    if item.options.get("rotation", True):
        kms.enable_key_rotation(KeyId=key)
    if item.options.get("deleted"):
        kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=30)


def _function(shop: Workshop, account: str, item: Resource) -> None:
    client = shop.client("lambda", account, item.region)
    client.create_function(
        FunctionName=item.name,
        Runtime="python3.12",
        Role=f"arn:aws:iam::{account}:role/{item.options['role']}",
        Handler="app.handler",
        Code={"ZipFile": _empty_zip()},
        Environment={"Variables": dict(item.options.get("environment", {}))},
    )
    for number, permission in enumerate(item.options.get("permissions", ())):
        client.add_permission(
            FunctionName=item.name, StatementId=f"grant-{number}", Action="lambda:InvokeFunction", **permission
        )


def _empty_zip() -> bytes:
    """A zip archive without files: the end record alone."""
    return b"PK\x05\x06" + bytes(18)


def _repository(shop: Workshop, account: str, item: Resource) -> None:
    ecr = shop.client("ecr", account, item.region)
    ecr.create_repository(repositoryName=item.name, imageScanningConfiguration={"scanOnPush": True})
    if item.policy:
        ecr.set_repository_policy(repositoryName=item.name, policyText=text(item.policy))


def _secret(shop: Workshop, account: str, item: Resource) -> None:
    secrets = shop.client("secretsmanager", account, item.region)
    with shop.clock.at(item.options.get("age", CREATED)):
        secrets.create_secret(Name=item.name, SecretString="demo only", ClientRequestToken="0" * 32)
    if item.policy:
        secrets.put_resource_policy(SecretId=item.name, ResourcePolicy=text(item.policy))


def _share(shop: Workshop, account: str, item: Resource) -> None:
    shop.client("ram", account, item.region).create_resource_share(
        name=item.name,
        principals=list(item.options["principals"]),
        allowExternalPrincipals=bool(item.options.get("external")),
    )


def _snapshot(shop: Workshop, account: str, item: Resource) -> None:
    ec2 = shop.client("ec2", account, item.region)
    volume = ec2.create_volume(AvailabilityZone=f"{item.region}a", Size=8, Encrypted=False)["VolumeId"]
    named = [{"ResourceType": "snapshot", "Tags": [{"Key": "Name", "Value": item.name}]}]
    made = ec2.create_snapshot(VolumeId=volume, Description=item.name, TagSpecifications=named)
    for shared in item.options.get("shared", ()):
        who = {"GroupNames": ["all"]} if shared == "all" else {"UserIds": [shared]}
        ec2.modify_snapshot_attribute(
            SnapshotId=made["SnapshotId"], Attribute="createVolumePermission", OperationType="add", **who
        )


def _image(shop: Workshop, account: str, item: Resource) -> None:
    ec2 = shop.client("ec2", account, item.region)
    made = ec2.register_image(Name=item.name, Description=item.name, Architecture="x86_64", RootDeviceName="/dev/xvda")
    for shared in item.options.get("shared", ()):
        who = {"Group": "all"} if shared == "all" else {"UserId": shared}
        ec2.modify_image_attribute(ImageId=made["ImageId"], LaunchPermission={"Add": [who]})


KINDS = {
    "bucket": _bucket,
    "queue": _queue,
    "topic": _topic,
    "key": _key,
    "function": _function,
    "repository": _repository,
    "secret": _secret,
    "share": _share,
    "snapshot": _snapshot,
    "image": _image,
    **NETWORK,
}
