"""CloudTrail, GuardDuty, Security Hub, Identity Center, Access Analyzer and Roles Anywhere."""

import boto3
import pytest

from tests.support import collect_one

ACCOUNT = "123456789012"


@pytest.fixture
def trail(aws: boto3.Session) -> boto3.Session:
    aws.client("s3").create_bucket(Bucket="trail-logs")
    cloudtrail = aws.client("cloudtrail")
    cloudtrail.create_trail(Name="all", S3BucketName="trail-logs", IsMultiRegionTrail=True)
    cloudtrail.start_logging(Name="all")
    return aws


def test_a_trail_is_asked_about_itself_only_at_home(trail: boto3.Session) -> None:
    regions = ("us-east-1", "eu-west-1")
    trails = collect_one(trail, "cloudtrail_trails", regions=regions)
    assert sorted(zip(trails["region"], trails["at_home"], strict=True)) == [("eu-west-1", False), ("us-east-1", True)]
    assert trails["owner_account"].unique().tolist() == [ACCOUNT]
    status = collect_one(trail, "cloudtrail_trail_status", regions=regions).set_index("region")
    assert status["outcome"].to_dict() == {"us-east-1": "OK", "eu-west-1": "ABSENT"}
    assert status.loc["us-east-1", "is_logging"]


def test_event_selectors(trail: boto3.Session) -> None:
    selectors = collect_one(trail, "cloudtrail_event_selectors").iloc[0]
    assert selectors["trail_arn"].endswith("trail/all")
    assert selectors["outcome"] == "OK"


def test_guardduty_detector_and_its_settings(aws: boto3.Session) -> None:
    aws.client("guardduty").create_detector(Enable=True)
    detectors = collect_one(aws, "guardduty_detectors", regions=("us-east-1", "eu-west-1"))
    assert detectors["region"].tolist() == ["us-east-1"]
    settings = collect_one(aws, "guardduty_detector_settings").iloc[0]
    assert (settings["status"], settings["resource_id"]) == ("ENABLED", detectors["detector_id"][0])
    for name in ("guardduty_administrators", "guardduty_members", "guardduty_organization_configuration"):
        assert set(collect_one(aws, name)["resource_id"]) == {settings["resource_id"]}


def test_delegated_administrators_have_a_row_in_each_region(aws: boto3.Session) -> None:
    aws.client("organizations").create_organization(FeatureSet="ALL")
    aws.client("guardduty").enable_organization_admin_account(AdminAccountId="111122223333")
    regions = ("us-east-1", "eu-west-1")
    admins = collect_one(aws, "guardduty_organization_admins", regions=regions).set_index("region")
    assert admins["admin_account"].fillna("none").to_dict() == {"us-east-1": "111122223333", "eu-west-1": "none"}
    assert admins["outcome"].to_dict() == {"us-east-1": "OK", "eu-west-1": "ABSENT"}
    assert set(admins.reset_index()["resource_id"]) == set(regions)


def test_security_hub_that_is_off_is_absent(aws: boto3.Session) -> None:
    aws.client("securityhub").enable_security_hub()
    hubs = collect_one(aws, "securityhub_hubs", regions=("us-east-1", "eu-west-1")).set_index("region")
    assert hubs["outcome"].to_dict() == {"us-east-1": "OK", "eu-west-1": "ABSENT"}
    members = collect_one(aws, "securityhub_members", regions=("eu-west-1",))
    assert members["outcome"].tolist() == ["ABSENT"]


def test_permission_sets_with_policies(aws: boto3.Session) -> None:
    sso = aws.client("sso-admin")
    instance = sso.list_instances()["Instances"][0]["InstanceArn"]
    made = sso.create_permission_set(Name="ReadOnly", InstanceArn=instance)["PermissionSet"]["PermissionSetArn"]
    sso.put_inline_policy_to_permission_set(
        InstanceArn=instance, PermissionSetArn=made, InlinePolicy='{"Version": "2012-10-17", "Statement": []}'
    )
    assert collect_one(aws, "sso_permission_sets")["permission_set_arn"].tolist() == [made]
    assert collect_one(aws, "sso_permission_set_details")["permission_set_name"].tolist() == ["ReadOnly"]
    inline = collect_one(aws, "sso_permission_set_inline_policies").iloc[0]
    assert (inline["permission_set_arn"], inline["policy"][:12]) == (made, '{"Version": ')
    for name in ("sso_permission_set_managed_policies", "sso_permission_set_customer_policies"):
        assert collect_one(aws, name)["resource_id"].tolist() == [made]
    assert collect_one(aws, "sso_permission_set_accounts")["outcome"].tolist() == ["ABSENT"]
