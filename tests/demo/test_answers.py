"""The demo answers every operation the product asks, as AWS would, the same on every run."""

from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
from botocore.exceptions import ClientError

from orienteer.demo import Demo, serve
from orienteer.demo.plan import HOME, REGIONS
from tests.demo.asking import everything
from tests.support import collected

pytestmark = pytest.mark.long

# What AWS answers where there is nothing, or where this account must not ask. Any other code is a fault of the demo.
PROPER = {
    "AccessDeniedException",
    "AccountNotManagementOrDelegatedAdministratorException",
    "AccountNotRegisteredException",
    "BadRequestException",
    "EffectivePolicyNotFoundException",
    "InvalidAccessException",
    "NoSuchBucketPolicy",
    "NoSuchPublicAccessBlockConfiguration",
    "ResourceNotFoundException",
    "ResourcePolicyNotFoundException",
    "ValidationException",
}


def _answers(demo: Demo, number: int, key: str, region: str = HOME) -> dict:
    account = demo.plans[number].account(key)
    session = boto3.Session(**demo.credentials(account.id), region_name=region)
    return everything(session, account.id, region)


@pytest.fixture(scope="module")
def management(demo: Demo) -> dict:
    return _answers(demo, 0, "management")


@pytest.fixture(scope="module")
def sandbox(demo: Demo) -> dict:
    return _answers(demo, 0, "sandbox")


@pytest.mark.parametrize(("number", "key"), [(n, key) for n in (0, 1) for key in ("management", "audit")])
def test_every_operation_is_answered_or_refused_as_aws_does(demo, number, key):
    answers = _answers(demo, number, key, "us-east-1")
    codes = {answer for answer in answers.values() if isinstance(answer, str)}
    assert codes <= PROPER, {name: answer for name, answer in answers.items() if answer in codes - PROPER}
    assert len(answers) > 100


def test_management_sees_the_organization(management):
    assert management["organizations:describe_organization"]["Organization"]["Id"] == "o-demonordl1"
    assert len(management["organizations:list_accounts"]["Accounts"]) == 9
    services = management["organizations:list_aws_service_access_for_organization"]["EnabledServicePrincipals"]
    assert "iam.amazonaws.com" in {one["ServicePrincipal"] for one in services}
    assert management["iam:list_organizations_features"]["EnabledFeatures"]
    assert management["sso-admin:list_instances"]["Instances"][0]["OwnerAccountId"] == "410200000011"
    assert management["iam:get_account_summary"]["SummaryMap"]["AccountPasswordPresent"] == 1
    assert management["cloudtrail:describe_trails"]["trailList"][0]["IsOrganizationTrail"] is True


def test_credential_report_has_a_root_row_and_all_columns(sandbox):
    lines = sandbox["iam:get_credential_report"]["Content"].decode().splitlines()
    assert lines[0].count(",") == 21
    assert lines[1].startswith("<root_account>,arn:aws:iam::410200000017:root,")
    assert any(line.startswith('"batch,reports",') for line in lines)


def test_only_three_regions_are_enabled(sandbox):
    enabled = {one["RegionName"] for one in sandbox["ec2:describe_regions"]["Regions"]}
    every = sandbox["ec2:describe_regions:True"]["Regions"]
    assert enabled == set(REGIONS)
    assert {one["OptInStatus"] for one in every} == {"opt-in-not-required", "not-opted-in"}


def test_absent_things_are_absent_as_in_aws(sandbox):
    assert sandbox["s3control:get_public_access_block:410200000017"] == "NoSuchPublicAccessBlockConfiguration"
    assert sandbox["s3:get_public_access_block:nordlicht-demo-sandbox-share"] == "NoSuchPublicAccessBlockConfiguration"
    assert sandbox["account:get_alternate_contact:SECURITY"] == "ResourceNotFoundException"
    assert sandbox["organizations:list_accounts"] == "AccessDeniedException"


def test_planted_resources_are_there(sandbox):
    status = sandbox["s3:get_bucket_policy_status:nordlicht-demo-sandbox-share"]["PolicyStatus"]
    assert status["IsPublic"] is True
    snapshots = {one["Description"]: one for one in sandbox["ec2:describe_snapshots:['self']"]["Snapshots"]}
    disk = snapshots["experiment-disk"]["SnapshotId"]
    shared = sandbox[f"ec2:describe_snapshot_attribute:{disk}:createVolumePermission"]
    assert shared["CreateVolumePermissions"] == [{"Group": "all"}]
    assert sandbox["ec2:get_instance_metadata_defaults"]["AccountLevel"] == {}


def test_access_analyzer_findings_in_the_audit_account(demo):
    answers = _answers(demo, 0, "audit")
    arn = answers["accessanalyzer:list_analyzers"]["analyzers"][0]["arn"]
    found = answers[f"accessanalyzer:list_findings_v2:{arn}"]["findings"]
    assert {one["status"] for one in found} == {"ACTIVE", "ARCHIVED", "RESOLVED"}
    details = [answer for name, answer in answers.items() if name.startswith("accessanalyzer:get_finding_v2")]
    assert any(one["findingDetails"][0]["externalAccessDetails"]["isPublic"] for one in details)


def test_organizations_do_not_mix(demo, management):
    other = _answers(demo, 1, "management")
    ours = {one["Id"] for one in management["organizations:list_accounts"]["Accounts"]}
    theirs = {one["Id"] for one in other["organizations:list_accounts"]["Accounts"]}
    assert len(theirs) == 10
    assert not ours & theirs


def test_answers_do_not_depend_on_the_run(demo, management, sandbox):
    legacy = _answers(demo, 0, "legacy")
    with serve(1) as again, again.in_environment():
        assert _answers(again, 0, "management") == management
        assert _answers(again, 0, "sandbox") == sandbox
        assert _answers(again, 0, "legacy") == legacy


def _assume(demo: Demo, role: str, **extra: str) -> dict:
    return boto3.Session().client("sts").assume_role(RoleArn=role, RoleSessionName="test", **extra)


def test_the_assumed_account_answers(demo):
    account = demo.plans[1].account("pier")
    session = boto3.Session(**demo.credentials(account.id))
    caller = session.client("sts").get_caller_identity()
    assert (caller["Account"], caller["Arn"]) == (
        account.id,
        f"arn:aws:sts::{account.id}:assumed-role/orienteer-audit/demo",
    )


@pytest.mark.parametrize(
    ("role", "external_id"),
    [
        ("arn:aws:iam::410200000012:role/orienteer-audit", "wrong"),
        ("arn:aws:iam::410200000012:role/no-such-role", "Qx7t-5f2c-81d0-4bRm"),
        ("arn:aws:iam::999999999999:role/orienteer-audit", "Qx7t-5f2c-81d0-4bRm"),
        ("arn:aws:iam::530700000022:role/orienteer-audit", "Qx7t-5f2c-81d0-4bRm"),
    ],
)
def test_a_role_is_refused_without_its_trust(demo, role, external_id):
    with pytest.raises(ClientError, match="AccessDenied"):
        _assume(demo, role, ExternalId=external_id)


def test_the_management_role_reaches_members_by_chaining(demo):
    plan = demo.plans[0]
    session = boto3.Session(**demo.credentials(plan.management.id))
    member = f"arn:aws:iam::{plan.account('shop').id}:role/orienteer-audit"
    taken = session.client("sts").assume_role(RoleArn=member, RoleSessionName="chained")
    assert taken["AssumedRoleUser"]["Arn"].startswith(f"arn:aws:sts::{plan.account('shop').id}:")


def test_unknown_keys_are_refused(demo):
    stranger = boto3.Session("AKIASTRANGER00000000", "x")
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        stranger.client("sts").get_caller_identity()


def test_many_connections_at_once(demo):
    account = demo.plans[0].account("shop")
    session = boto3.Session(**demo.credentials(account.id), region_name=HOME)
    ec2, s3 = session.client("ec2"), session.client("s3")

    def ask(number: int) -> int:
        if number % 2:
            return len(ec2.describe_security_groups()["SecurityGroups"])
        return len(s3.list_buckets()["Buckets"])

    with ThreadPoolExecutor(32) as pool:
        assert set(pool.map(ask, range(0, 96, 2))) == {sum(item.kind == "bucket" for item in account.resources)}
        assert set(pool.map(ask, range(1, 96, 2))) == {2}


def test_each_aws_policy_of_the_permission_sets_is_asked_about_once(demo):
    plan = demo.plans[0]
    session = boto3.Session(**demo.credentials(plan.management.id), region_name=HOME)
    found = collected(session, "sso_managed_policy_documents", "sso_boundary_policy_documents", regions=(HOME,))
    held = {name for one in plan.permission_sets for name in one.managed}
    held |= {one.boundary.rpartition("/")[2] for one in plan.permission_sets if one.boundary}
    for operation in ("GetPolicy", "GetPolicyVersion"):
        asked = [row for row in found.coverage if row["operation"] == operation]
        assert (len(asked), {row["outcome"] for row in asked}) == (len(held), {"OK"})
