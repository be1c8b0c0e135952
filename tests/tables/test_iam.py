import json
from datetime import UTC, datetime

import boto3
import pytest

from orienteer.aws.rows import rows_of
from orienteer.model import Answer, Call, Outcome, Place
from orienteer.tables import registry
from tests.support import collect_one, collected

DOCUMENT = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)


@pytest.fixture
def principals(aws: boto3.Session) -> boto3.Session:
    iam = aws.client("iam")
    iam.create_user(UserName="ada")
    iam.create_group(GroupName="builders")
    iam.add_user_to_group(GroupName="builders", UserName="ada")
    iam.put_user_policy(UserName="ada", PolicyName="inline", PolicyDocument=DOCUMENT)
    iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=TRUST)
    arn = iam.create_policy(PolicyName="own", PolicyDocument=DOCUMENT)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="deploy", PolicyArn=arn)
    return aws


def test_principals_and_policies_come_from_one_question(principals: boto3.Session) -> None:
    names = ("iam_user_details", "iam_groups", "iam_roles", "iam_local_policies")
    found = collected(principals, *names)
    assert [row["operation"] for row in found.coverage] == ["GetAccountAuthorizationDetails"]
    assert [len(found.rows[name]) for name in names] == [1, 1, 1, 1]


def test_users_and_groups(principals: boto3.Session) -> None:
    user = collect_one(principals, "iam_user_details").iloc[0]
    assert (user["resource_id"], user["resource_arn"][-9:], user["region"]) == ("ada", ":user/ada", "global")
    assert json.loads(user["groups"]) == ["builders"]
    assert json.loads(user["inline_policies"])[0]["PolicyDocument"]["Statement"][0]["Action"] == "*"
    assert collect_one(principals, "iam_groups")["resource_id"].tolist() == ["builders"]


def test_roles_and_local_policies(principals: boto3.Session) -> None:
    role = collect_one(principals, "iam_roles").iloc[0]
    assert json.loads(role["trust_policy"])["Statement"][0]["Principal"] == {"Service": "ec2.amazonaws.com"}
    assert json.loads(role["attached_policies"])[0]["PolicyName"] == "own"
    policy = collect_one(principals, "iam_local_policies").iloc[0]
    assert json.loads(policy["document"])["Statement"][0]["Resource"] == "*"


def test_the_last_use_of_a_role_comes_with_its_details() -> None:
    """ListRoles leaves it out: https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleLastUsed.html"""
    table = registry()["iam_roles"]
    used = {"LastUsedDate": datetime(2026, 6, 1, tzinfo=UTC), "Region": "eu-west-1"}
    role = {"RoleName": "app", "Arn": "arn:app", "AssumeRolePolicyDocument": "{}", "RoleLastUsed": used}
    page = {"RoleDetailList": [role, role | {"RoleName": "idle", "RoleLastUsed": {}}]}
    rows = rows_of(table, Answer(table.call, Outcome.OK, (page,)), Place("1", "us-east-1"))
    first, second = (dict(zip(table.schema, row, strict=True)) for row in rows)
    assert (first["last_used_region"], second["last_used_at"]) == ("eu-west-1", None)
    assert first["last_used_at"] == 1_780_272_000_000_000


def test_mfa_devices_have_a_row_for_each_user(aws: boto3.Session) -> None:
    iam = aws.client("iam")
    for name in ("ada", "bob"):
        iam.create_user(UserName=name)
        iam.create_login_profile(UserName=name, Password="correct-horse-1A")
    serial = iam.create_virtual_mfa_device(VirtualMFADeviceName="ada")["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(
        UserName="ada", SerialNumber=serial, AuthenticationCode1="123456", AuthenticationCode2="654321"
    )
    read = collected(aws, "iam_mfa_devices")
    rows = [dict(zip(registry()["iam_mfa_devices"].schema, row, strict=True)) for row in read.rows["iam_mfa_devices"]]
    assert {row["resource_id"]: row["serial"] for row in rows if row["outcome"] != "FAILED"} == {
        "ada": serial,
        "bob": None,
    }
    asked = [row["resource"] for row in read.coverage if row["operation"] == "ListMFADevices"]
    assert asked == ["ada"]


def test_only_keys_without_a_date_are_asked_about() -> None:
    table = registry()["iam_undated_access_keys"]
    asked: list[str] = []

    def ask(call: Call, /, resource: str = "", **params: object) -> Answer:
        asked.append(resource)
        page = {"AccessKeyMetadata": [{"UserName": resource, "Status": "Active", "CreateDate": "2026-01-01T00:00:00Z"}]}
        return Answer(call, Outcome.OK, (page,))

    assert table.read is not None
    for user, rotated in (("ada", None), ("bob", 1_700_000_000_000_000), ("<root_account>", None)):
        row = {"user": user, "access_key_1_active": True, "access_key_1_last_rotated": rotated}
        found = [r for r in table.read(ask, Place("1", "global", row)) if not isinstance(r, Answer)]
        assert len(found) == (1 if user == "ada" else 0)
    assert asked == ["ada"]


def test_federation_and_ssh_keys(aws: boto3.Session) -> None:
    iam = aws.client("iam")
    iam.create_saml_provider(Name="idp", SAMLMetadataDocument="x" * 1024)
    iam.create_open_id_connect_provider(
        Url="https://token.example.com", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["a" * 40]
    )
    iam.create_user(UserName="ada")
    iam.upload_ssh_public_key(UserName="ada", SSHPublicKeyBody="ssh-rsa AAAA ada")
    assert collect_one(aws, "iam_saml_providers")["resource_id"].str.endswith("saml-provider/idp").all()
    assert len(collect_one(aws, "iam_oidc_providers")) == 1
    details = collect_one(aws, "iam_oidc_provider_details").iloc[0]
    assert (details["url"], json.loads(details["audiences"])) == ("token.example.com", ["sts.amazonaws.com"])
    assert collect_one(aws, "iam_ssh_public_keys")["status"].tolist() == ["Active"]


def test_a_password_policy_and_none(aws: boto3.Session) -> None:
    name = "iam_password_policies"
    read = [dict(zip(registry()[name].schema, row, strict=True)) for row in collected(aws, name).rows[name]]
    assert [(row["outcome"], row["minimum_length"]) for row in read] == [("ABSENT", None)]
    aws.client("iam").update_account_password_policy(MinimumPasswordLength=14, PasswordReusePrevention=24)
    (row,) = (dict(zip(registry()[name].schema, row, strict=True)) for row in collected(aws, name).rows[name])
    assert (row["minimum_length"], row["reuse_prevention"]) == (14, 24)


def test_security_checks_of_trusted_advisor() -> None:
    table = registry()["support_security_checks"]
    asked: list[object] = []

    def ask(call: Call, /, resource: str = "", **params: object) -> Answer:
        asked.append(params.get("checkIds"))
        checks = [{"id": "a", "name": "IAM Use", "category": "security"}, {"id": "b", "category": "cost_optimizing"}]
        counts = {"resourcesProcessed": 3, "resourcesFlagged": 2, "resourcesIgnored": 0, "resourcesSuppressed": 1}
        result = {"checkId": "a", "status": "warning", "resourcesSummary": counts, "timestamp": "2026-01-01T00:00:00Z"}
        return Answer(call, Outcome.OK, ({"summaries": [result]} if "checkIds" in params else {"checks": checks},))

    assert table.read is not None
    (row,) = (one for one in table.read(ask, Place("1", "us-east-1")) if not isinstance(one, Answer))
    assert (row["check_name"], row["status"], row["flagged"], row["suppressed"]) == ("IAM Use", "warning", 2, 1)
    assert asked == [None, ["a"]]


def test_a_plan_without_the_api_is_a_gap_and_asks_no_more() -> None:
    table = registry()["support_security_checks"]

    def ask(call: Call, /, resource: str = "", **params: object) -> Answer:
        return Answer(call, Outcome.DENIED, (), "SubscriptionRequiredException")

    assert table.read is not None
    assert [one.outcome for one in table.read(ask, Place("1", "us-east-1")) if isinstance(one, Answer)] == ["DENIED"]
