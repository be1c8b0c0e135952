"""S3, SQS, SNS, KMS, Lambda, ECR, Secrets Manager and RAM: resources and who may use them."""

import io
import json
import zipfile
from typing import Any

import boto3
import pandas as pd
import pytest

from orienteer import tables
from orienteer.model import Answer, Call, Outcome, Place
from orienteer.tables.ram import LIST as SHARES
from orienteer.tables.s3 import LIST, _buckets
from tests.support import collect_one
from tests.tables.test_exposable_answers import made


def policy(resource: str = "*", action: str = "*") -> str:
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_buckets_are_asked_in_their_own_region(aws: boto3.Session) -> None:
    aws.client("s3").create_bucket(Bucket="here")
    aws.client("s3", region_name="eu-west-1").create_bucket(
        Bucket="there", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    aws.client("s3").put_bucket_policy(Bucket="here", Policy=policy("arn:aws:s3:::here/*", "s3:GetObject"))
    regions = ("us-east-1", "eu-west-1")
    buckets = collect_one(aws, "s3_buckets", regions=regions).set_index("resource_id")
    assert buckets["region"].to_dict() == {"here": "us-east-1", "there": "eu-west-1"}
    assert buckets.loc["here", "resource_arn"] == "arn:aws:s3:::here"
    policies = collect_one(aws, "s3_bucket_policies", regions=regions).set_index("resource_id")
    assert policies["outcome"].to_dict() == {"here": "OK", "there": "ABSENT"}
    assert policies["region"].to_dict() == {"here": "us-east-1", "there": "eu-west-1"}


@pytest.mark.parametrize(
    ("region", "arn"),
    [("eu-west-1", "arn:aws:s3:::b"), ("us-gov-west-1", "arn:aws-us-gov:s3:::b"), ("cn-north-1", "arn:aws-cn:s3:::b"),
     ("xx-new-1", "arn:aws:s3:::b")],
)  # fmt: skip
def test_a_bucket_is_named_in_the_partition_of_its_region(region: str, arn: str) -> None:
    listed = Answer(LIST, Outcome.OK, ({"Buckets": [{"Name": "b", "BucketRegion": region}]},))
    rows = _buckets(lambda *_, **__: listed, Place("111111111111", region))
    assert [row["resource_arn"] for row in rows if not isinstance(row, Answer)] == [arn]


def test_what_opens_and_closes_a_bucket(aws: boto3.Session) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="open", ACL="public-read")
    s3.put_bucket_policy(Bucket="open", Policy=policy("arn:aws:s3:::open/*", "s3:GetObject"))
    assert collect_one(aws, "s3_bucket_policy_status")["is_public"].tolist() == [True]
    assert collect_one(aws, "s3_bucket_public_access_block")["outcome"].tolist() == ["ABSENT"]
    assert "AllUsers" in collect_one(aws, "s3_bucket_acls")["grants"][0]
    assert len(collect_one(aws, "s3_bucket_ownership")) == 1
    assert collect_one(aws, "s3_bucket_encryption")["outcome"].tolist() == ["ABSENT"]
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/lake"}}
    s3.put_bucket_encryption(Bucket="open", ServerSideEncryptionConfiguration={"Rules": [rule]})
    assert collect_one(aws, "s3_bucket_encryption")["kms_key"].tolist() == ["alias/lake"]
    s3.put_public_access_block(Bucket="open", PublicAccessBlockConfiguration={"BlockPublicAcls": True})
    block = collect_one(aws, "s3_bucket_public_access_block").iloc[0]
    assert (block["block_public_acls"], block["restrict_public_buckets"]) == (True, False)


def test_a_bucket_that_never_kept_versions_nor_locked_its_objects(aws: boto3.Session) -> None:
    """An empty answer, and an error that says that nothing was set."""
    aws.client("s3").create_bucket(Bucket="plain")
    for name, column in (("s3_bucket_versioning", "versioning"), ("s3_bucket_object_lock", "lock_mode")):
        (row,) = collect_one(aws, name).to_dict("records")
        assert row["outcome"] in ("OK", "ABSENT") and pd.isna(row[column])


def test_queues_and_topics(aws: boto3.Session) -> None:
    aws.client("sqs").create_queue(QueueName="jobs", Attributes={"Policy": policy()})
    topic = aws.client("sns").create_topic(Name="news")["TopicArn"]
    queue = collect_one(aws, "sqs_queue_policies").iloc[0]
    assert (queue["resource_arn"].split(":")[-1], json.loads(queue["policy"])["Version"]) == ("jobs", "2012-10-17")
    assert collect_one(aws, "sqs_queues")["queue_url"].tolist() == [queue["resource_id"]]
    assert collect_one(aws, "sns_topics")["resource_id"].tolist() == [topic]
    assert json.loads(collect_one(aws, "sns_topic_policies")["policy"][0])["Statement"]


def test_keys(aws: boto3.Session) -> None:
    key = aws.client("kms").create_key(Policy=policy())["KeyMetadata"]["KeyId"]
    assert collect_one(aws, "kms_keys")["resource_id"].tolist() == [key]
    details = collect_one(aws, "kms_key_details").iloc[0]
    assert (details["is_customer"], details["state"], details["rotatable"]) == (True, "Enabled", True)
    assert json.loads(collect_one(aws, "kms_key_policies")["policy"][0])["Statement"][0]["Principal"] == "*"
    assert collect_one(aws, "kms_key_rotation")["rotation_enabled"].tolist() == [False]


@pytest.mark.parametrize(
    ("more", "can"),
    [
        ({}, True),
        ({"KeySpec": "RSA_2048"}, False),
        ({"KeySpec": "HMAC_256"}, False),
        ({"Origin": "EXTERNAL"}, False),
        ({"Origin": "AWS_CLOUDHSM"}, False),
        ({"KeyManager": "AWS"}, False),
    ],
)
def test_which_keys_can_rotate(more: dict[str, Any], can: bool) -> None:
    usual = {"KeyId": "k", "KeyManager": "CUSTOMER", "KeySpec": "SYMMETRIC_DEFAULT", "Origin": "AWS_KMS"}
    assert made("kms_key_details", {"KeyMetadata": usual | more})["rotatable"] is can


def test_functions_keep_no_environment(aws: boto3.Session) -> None:
    role = aws.client("iam").create_role(RoleName="run", AssumeRolePolicyDocument=policy())["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def run(event, context): return 1")
    aws.client("lambda").create_function(
        FunctionName="report", Role=role, Runtime="python3.12", Handler="main.run", Code={"ZipFile": code.getvalue()},
        Environment={"Variables": {"DB_PASSWORD": "hunter2"}},
    )  # fmt: skip
    functions = collect_one(aws, "lambda_functions")
    assert functions["variables"].tolist() == [1]
    assert "hunter2" not in functions.to_csv()
    assert collect_one(aws, "lambda_function_policies")["outcome"].tolist() == ["ABSENT"]
    aws.client("lambda").add_permission(
        FunctionName="report", StatementId="all", Action="lambda:InvokeFunction", Principal="*"
    )
    assert json.loads(collect_one(aws, "lambda_function_policies")["policy"][0])["Statement"][0]["Sid"] == "all"


def test_repositories_and_secrets(aws: boto3.Session) -> None:
    ecr = aws.client("ecr")
    for name in ("open", "closed"):
        ecr.create_repository(repositoryName=name)
    ecr.set_repository_policy(repositoryName="open", policyText=policy(action="ecr:BatchGetImage"))
    policies = collect_one(aws, "ecr_repository_policies").set_index("resource_id")
    assert policies["outcome"].to_dict() == {"open": "OK", "closed": "ABSENT"}
    assert len(collect_one(aws, "ecr_repositories")) == 2
    secrets = aws.client("secretsmanager")
    secrets.create_secret(Name="db", SecretString="hunter2")
    assert "hunter2" not in collect_one(aws, "secretsmanager_secrets").to_csv()
    assert collect_one(aws, "secretsmanager_secret_policies")["policy"].isna().all()
    secrets.put_resource_policy(SecretId="db", ResourcePolicy=policy(action="secretsmanager:GetSecretValue"))
    assert collect_one(aws, "secretsmanager_secret_policies")["policy"].str.contains("GetSecretValue").all()


def test_resource_shares(aws: boto3.Session) -> None:
    aws.client("ram").create_resource_share(name="network", allowExternalPrincipals=True, principals=["111122223333"])
    share = collect_one(aws, "ram_shares").iloc[0]
    assert (share["share_name"], share["allow_external"], share["status"]) == ("network", True, "ACTIVE")
    principals = collect_one(aws, "ram_share_principals")
    assert principals["principal"].tolist() == ["111122223333"]
    assert principals["resource_id"].tolist() == [share["resource_id"]]
    assert len(collect_one(aws, "ram_share_resources")) in (0, 1)


@pytest.mark.parametrize(
    ("shares", "asked", "rows"),
    [
        (Answer(SHARES, Outcome.OK, ({"resourceShares": []}, {"resourceShares": []})), 1, []),
        (Answer(SHARES, Outcome.OK, ({"resourceShares": []}, {"resourceShares": [{"name": "s"}]})), 2, ["1"]),
        (Answer(SHARES, Outcome.DENIED), 2, ["1"]),
        (Answer(SHARES, Outcome.FAILED, ({"resourceShares": []},)), 2, ["1"]),
    ],
)
def test_principals_are_asked_for_unless_the_list_of_shares_ended_empty(
    shares: Answer, asked: int, rows: list[str]
) -> None:
    table, made = tables.registry()["ram_share_principals"], []

    def ask(call: Call, /, resource: str = "", **_: Any) -> Answer:
        made.append(call.operation)
        page = {"resourceShareAssociations": [{"resourceShareArn": "arn:s", "associatedEntity": "1"}]}
        return shares if call == SHARES else Answer(call, Outcome.OK, (page,))

    assert table.read is not None
    found = list(table.read(ask, Place("111111111111", "eu-west-1")))  # type: ignore[arg-type]
    assert (len(made), [one["principal"] for one in found if not isinstance(one, Answer)]) == (asked, rows)
