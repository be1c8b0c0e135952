"""Tables of services that moto lacks: rows of an answer in the shape of botocore's model."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import botocore.session
import pandas as pd
import pytest
from botocore.stub import validate_parameters

from orienteer import tables
from orienteer.aws.plan import api_name
from orienteer.aws.rows import rows_of
from orienteer.model import Answer, Outcome, Place

WHEN = datetime(2026, 11, 1, tzinfo=UTC)
ID = "0" * 36
ANALYZER = "arn:aws:access-analyzer:eu-central-1:111122223333:analyzer/org"
SET = {
    "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ps-1",
    "instance_arn": "arn:aws:sso:::instance/ssoins-1",
}


def rows(name: str, page: Mapping[str, Any], parent: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """What the table makes of one page; the page is held against botocore's output shape first."""
    table = tables.registry()[name]
    model = botocore.session.get_session().get_service_model(table.call.service)
    validate_parameters(page, model.operation_model(api_name(table.call)).output_shape)
    place = Place("111122223333", "eu-central-1", {"resource_id": "parent", "region": "eu-central-1", **(parent or {})})
    return pd.DataFrame(rows_of(table, Answer(table.call, Outcome.OK, (page,)), place), columns=list(table.schema))


def test_analyzers_say_which_look_for_external_access() -> None:
    page = {
        "analyzers": [
            {"arn": ANALYZER, "name": "org", "type": "ORGANIZATION", "createdAt": WHEN, "status": "ACTIVE"},
            {"arn": "a", "name": "idle", "type": "ORGANIZATION_UNUSED_ACCESS", "createdAt": WHEN, "status": "ACTIVE"},
        ]
    }
    page["analyzers"][1]["configuration"] = {
        "unusedAccess": {"unusedAccessAge": 90, "analysisRule": {"exclusions": [{"accountIds": ["111122223333"]}]}}
    }
    found = rows("accessanalyzer_analyzers", page).set_index("resource_id")
    assert found.loc["idle", "unused_age_days"] == 90
    assert "111122223333" in found.loc["idle", "exclusions"]
    assert found["is_external"].to_dict() == {"org": True, "idle": False}
    assert found.loc["org", "resource_arn"] == ANALYZER


def test_findings_keep_their_analyzer() -> None:
    finding = {
        "id": "f1", "resource": "arn:aws:s3:::b", "resourceType": "AWS::S3::Bucket", "status": "ACTIVE",
        "resourceOwnerAccount": "444455556666", "findingType": "ExternalAccess", "analyzedAt": WHEN, "createdAt": WHEN,
        "updatedAt": WHEN,
    }  # fmt: skip
    parent = {"analyzer_name": "org", "analyzer_arn": ANALYZER, "is_external": True}
    found = rows("accessanalyzer_findings", {"findings": [finding]}, parent).iloc[0]
    assert (found["resource_id"], found["owner_account"], found["analyzer_name"]) == ("f1", "444455556666", "org")
    assert found["is_open"]
    access = {"isPublic": True, "principal": {"AWS": "*"}, "action": ["s3:GetObject"], "condition": {}}
    detail = {k: v for k, v in finding.items() if k != "status"} | {
        "status": "ACTIVE", "findingDetails": [{"externalAccessDetails": access}],
    }  # fmt: skip
    found = rows("accessanalyzer_finding_details", detail, {"finding_id": "f1"}).iloc[0]
    assert (found["is_public"], found["principal"], found["actions"]) == (True, '{"AWS": "*"}', '["s3:GetObject"]')


def test_a_finding_whose_resource_could_not_be_analysed_is_a_gap() -> None:
    finding = {
        "id": "f1", "resource": "arn:aws:s3:::b", "resourceType": "AWS::S3::Bucket", "status": "ACTIVE",
        "resourceOwnerAccount": "444455556666", "findingType": "ExternalAccess", "analyzedAt": WHEN, "createdAt": WHEN,
        "updatedAt": WHEN, "error": "ACCESS_DENIED",
    }  # fmt: skip
    found = rows("accessanalyzer_findings", {"findings": [finding]}, {"analyzer_name": "org"}).iloc[0]
    assert (found["outcome"], "ACCESS_DENIED" in found["gap"]) == ("FAILED", True)


def test_archive_rules() -> None:
    rule = {"ruleName": "all", "filter": {"status": {"eq": ["ACTIVE"]}}, "createdAt": WHEN, "updatedAt": WHEN}
    found = rows("accessanalyzer_archive_rules", {"archiveRules": [rule]}, {"analyzer_name": "org"}).iloc[0]
    assert (found["rule_name"], found["filter"], found["analyzer_name"]) == (
        "all",
        '{"status": {"eq": ["ACTIVE"]}}',
        "org",
    )


@pytest.mark.parametrize("name", ["rolesanywhere_trust_anchors", "rolesanywhere_profiles"])
def test_roles_anywhere(name: str) -> None:
    pages: dict[str, dict[str, Any]] = {
        "rolesanywhere_trust_anchors": {
            "trustAnchors": [
                {"trustAnchorId": ID, "name": "plant", "enabled": True, "source": {"sourceType": "AWS_ACM_PCA"}}
            ]
        },
        "rolesanywhere_profiles": {
            "profiles": [{"profileId": ID, "name": "plant", "enabled": True, "roleArns": ["r"]}]
        },
    }
    found = rows(name, pages[name]).iloc[0]
    assert (found["resource_id"], found["enabled"]) == (ID, True)


def test_service_specific_credentials_hold_no_secret() -> None:
    page = {
        "ServiceSpecificCredentials": [
            {
                "UserName": "ada", "Status": "Active", "ServiceUserName": "ada-at-1", "CreateDate": WHEN,
                "ServiceSpecificCredentialId": "ACCAEXAMPLE123456789", "ServiceName": "codecommit.amazonaws.com",
            }
        ]
    }  # fmt: skip
    found = rows("iam_service_specific_credentials", page).iloc[0]
    assert (found["resource_id"], found["user_name"], found["status"]) == ("ACCAEXAMPLE123456789", "ada", "Active")


def test_the_newer_security_hub() -> None:
    page = {"HubV2Arn": "arn:aws:securityhub:eu-central-1:111122223333:hubv2/1", "SubscribedAt": WHEN.isoformat()}
    assert rows("securityhub_hubs_v2", page)["hub_arn"].str.endswith("hubv2/1").all()


def test_members_of_guardduty_and_security_hub() -> None:
    members = [
        {
            "AccountId": "444455556666", "MasterId": "1", "Email": "a@example.com", "RelationshipStatus": "Resigned",
            "UpdatedAt": WHEN.isoformat(),
        }
    ]  # fmt: skip
    assert rows("guardduty_members", {"Members": members})["relationship_status"].tolist() == ["Resigned"]
    hub = [{"AccountId": "444455556666", "MemberStatus": "Enabled"}]
    assert rows("securityhub_members", {"Members": hub})["member_account"].tolist() == ["444455556666"]


def test_boundaries_and_assignments_of_a_permission_set() -> None:
    boundary = {"PermissionsBoundary": {"CustomerManagedPolicyReference": {"Name": "limit", "Path": "/"}}}
    assert rows("sso_permission_set_boundaries", boundary, SET)["boundary_name"].tolist() == ["limit"]
    assignment = {"AccountId": "444455556666", "PrincipalType": "GROUP", "PrincipalId": "g-1"}
    found = rows("sso_account_assignments", {"AccountAssignments": [assignment]}, SET)
    assert found["principal_id"].tolist() == ["g-1"]
    details = {"Status": "ACTIVE", "EncryptionConfigurationDetails": {"KeyType": "AWS_OWNED_KMS_KEY"}}
    assert rows("sso_instance_details", details, SET)["kms_key_type"].tolist() == ["AWS_OWNED_KMS_KEY"]


def test_policies_of_aws_in_use() -> None:
    listed = {
        "Policies": [{"PolicyName": "ReadOnlyAccess", "Arn": "arn:aws:iam::aws:policy/R", "DefaultVersionId": "v9"}]
    }
    for name in ("iam_aws_policies", "iam_aws_boundaries"):
        assert rows(name, listed)["default_version"].tolist() == ["v9"]
    version = {"PolicyVersion": {"Document": '{"Statement": []}'}}
    for name in ("iam_aws_policy_versions", "iam_aws_boundary_versions"):
        found = rows(name, version, {"policy_arn": "arn:aws:iam::aws:policy/R", "default_version": "v9"}).iloc[0]
        assert (found["document"], found["policy_arn"]) == ('{"Statement": []}', "arn:aws:iam::aws:policy/R")


POLICY = "arn:aws:iam::aws:policy/PowerUserAccess"


@pytest.mark.parametrize("name", ["sso_managed_policies", "sso_boundary_policies"])
def test_the_version_in_force_of_an_aws_policy_of_a_set(name: str) -> None:
    page = {"Policy": {"PolicyName": "PowerUserAccess", "Arn": POLICY, "DefaultVersionId": "v5", "AttachmentCount": 0}}
    parent = {"permission_set_arn": SET["permission_set_arn"], "policy_arn": POLICY, "boundary_arn": POLICY}
    found = rows(name, page, parent).iloc[0]
    assert (found["policy_arn"], found["default_version"], found["permission_set_arn"]) == (
        POLICY, "v5", SET["permission_set_arn"],
    )  # fmt: skip


@pytest.mark.parametrize("name", ["sso_managed_policy_documents", "sso_boundary_policy_documents"])
def test_the_text_of_an_aws_policy_of_a_set(name: str) -> None:
    page = {"PolicyVersion": {"Document": '{"Statement": []}', "VersionId": "v5", "IsDefaultVersion": True}}
    found = rows(name, page, {"permission_set_arn": "ps", "policy_arn": POLICY, "default_version": "v5"}).iloc[0]
    assert (found["policy_arn"], found["document"], found["resource_id"]) == (POLICY, '{"Statement": []}', "parent")
    unset = Place("111122223333", "eu-central-1", {"resource_id": "ps"})
    table = tables.registry()[name]
    assert [r[-2] for r in rows_of(table, Answer(table.call, Outcome.ABSENT), unset)] == ["ABSENT"]


def test_server_certificates() -> None:
    item = {
        "Path": "/",
        "ServerCertificateName": "web",
        "ServerCertificateId": "ASCA0000000000000000",
        "Arn": "arn:aws:iam::111122223333:server-certificate/web",
        "Expiration": WHEN,
    }
    found = rows("iam_server_certificates", {"ServerCertificateMetadataList": [item]}).iloc[0]
    assert (found["resource_id"], found["resource_arn"]) == ("web", item["Arn"])
    assert pd.Timestamp(found["expires_at"], unit="us", tz="UTC") == WHEN


def test_the_directory_keeps_names_and_no_more() -> None:
    store, when = {"IdentityStoreId": "d-1234567890", "Revision": "1"}, {"is_group": True, "owned": True}
    user = {
        **store,
        "UserId": ID,
        "UserArn": f"arn:aws:identitystore:::user/{ID}",
        "UserName": "ada",
        "DisplayName": "hunter2",
        "Birthdate": "hunter2",
    }
    outside = {"ExternalIds": [{"Issuer": "https://idp.example", "Id": "1"}]}
    found = rows("identitystore_users", {"Users": [user, {**user, **outside}]}, when)
    assert found["is_provisioned"].tolist() == [False, True]
    assert "hunter2" not in repr(found.to_dict())
    group = rows(
        "identitystore_groups",
        {"Groups": [{**store, "GroupArn": f"arn:aws:identitystore:::group/{ID}", "GroupId": ID, "DisplayName": "soc"}]},
        when,
    ).iloc[0]
    assert (group["resource_id"], group["group_name"]) == (ID, "soc")
    one = {
        "IdentityStoreId": "d-1234567890",
        "MembershipId": ID,
        "MembershipArn": f"arn:aws:identitystore:::membership/{ID}",
        "GroupId": ID,
    }
    members = {"GroupMemberships": [{**one, "MemberId": {"UserId": "u-1"}}]}
    member = rows("identitystore_memberships", members, {"principal_id": ID, **when}).iloc[0]
    assert (member["principal_id"], member["user_id"]) == (ID, "u-1")
