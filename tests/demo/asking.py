"""Every operation the product may ask of the demo, asked of one account and region."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

POLICY_TYPES = [
    "SERVICE_CONTROL_POLICY",
    "RESOURCE_CONTROL_POLICY",
    "TAG_POLICY",
    "BACKUP_POLICY",
    "AISERVICES_OPT_OUT_POLICY",
    "CHATBOT_POLICY",
    "DECLARATIVE_POLICY_EC2",
    "SECURITYHUB_POLICY",
    "S3_POLICY",
]


class Asking:
    """Answers by name; an error is its code as text."""

    def __init__(self, session: boto3.Session, region: str) -> None:
        self.session, self.region = session, region
        self.answers: dict[str, Any] = {}
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        if service not in self._clients:
            config = Config(retries={"total_max_attempts": 1})
            self._clients[service] = self.session.client(service, region_name=self.region, config=config)
        return self._clients[service]

    def ask(self, service: str, operation: str, **params: Any) -> dict[str, Any]:
        name = ":".join([service, operation, *(str(value) for value in params.values())])
        try:
            answer = getattr(self.client(service), operation)(**params)
        except ClientError as error:
            self.answers[name] = error.response["Error"]["Code"]
            return {}
        answer.pop("ResponseMetadata", None)
        self.answers[name] = answer
        return answer


def everything(session: boto3.Session, account_id: str, region: str) -> dict[str, Any]:
    """All answers by service:operation:parameters."""
    asking = Asking(session, region)
    sections: tuple[Callable[[Asking, str], None], ...] = (_organization, _iam, _centre, _watch, _ec2, _data)
    for section in sections:
        section(asking, account_id)
    return asking.answers


def _organization(asking: Asking, account_id: str) -> None:
    def ask(operation: str, **params: Any) -> dict[str, Any]:
        return asking.ask("organizations", operation, **params)

    asking.ask("sts", "get_caller_identity")
    ask("describe_organization")
    accounts = [one["Id"] for one in ask("list_accounts").get("Accounts", [])]
    for root in ask("list_roots").get("Roots", []):
        ask("list_accounts_for_parent", ParentId=root["Id"])
        ask("list_policies_for_target", TargetId=root["Id"], Filter="SERVICE_CONTROL_POLICY")
        units = ask("list_organizational_units_for_parent", ParentId=root["Id"])["OrganizationalUnits"]
        for unit in units:
            units += ask("list_organizational_units_for_parent", ParentId=unit["Id"])["OrganizationalUnits"]
            ask("list_accounts_for_parent", ParentId=unit["Id"])
            for kind in POLICY_TYPES[:2]:
                ask("list_policies_for_target", TargetId=unit["Id"], Filter=kind)
    for kind in POLICY_TYPES:
        for policy in ask("list_policies", Filter=kind).get("Policies", []):
            ask("describe_policy", PolicyId=policy["Id"])
            ask("list_targets_for_policy", PolicyId=policy["Id"])
    ask("list_aws_service_access_for_organization")
    ask("list_delegated_administrators")
    ask("describe_resource_policy")
    for kind in ("TAG_POLICY", "DECLARATIVE_POLICY_EC2"):
        ask("describe_effective_policy", PolicyType=kind)
    ask("list_handshakes_for_organization")
    for operation in ("describe_budgets", "describe_budget_notifications_for_account"):
        asking.ask("budgets", operation, AccountId=account_id)
    for operation in ("get_anomaly_monitors", "get_anomaly_subscriptions"):
        asking.ask("ce", operation)
    asking.ask("cur", "describe_report_definitions")
    asking.ask("bcm-data-exports", "list_exports")
    asking.ask("controltower", "list_landing_zones")
    for one in asking.ask("cloudformation", "list_stack_sets", Status="ACTIVE").get("Summaries", []):
        asking.ask("cloudformation", "describe_stack_set", StackSetName=one["StackSetName"])
        asking.ask("cloudformation", "list_stack_instances", StackSetName=one["StackSetName"])
    for one in accounts:
        ask("list_tags_for_resource", ResourceId=one)
        ask("list_delegated_services_for_account", AccountId=one)
        for kind in POLICY_TYPES[:2]:
            ask("list_policies_for_target", TargetId=one, Filter=kind)
        for contact in ("SECURITY", "BILLING", "OPERATIONS"):
            asking.ask("account", "get_alternate_contact", AlternateContactType=contact, AccountId=one)
        asking.ask("account", "get_contact_information", AccountId=one)
        asking.ask("account", "get_primary_email", AccountId=one)
        asking.ask("account", "list_regions", AccountId=one)
    asking.ask("account", "get_alternate_contact", AlternateContactType="SECURITY")
    asking.ask("account", "get_contact_information")
    asking.ask("account", "list_regions")


def _iam(asking: Asking, account_id: str) -> None:
    def ask(operation: str, **params: Any) -> dict[str, Any]:
        return asking.ask("iam", operation, **params)

    for operation in [
        "get_account_summary",
        "generate_credential_report",
        "get_credential_report",
        "list_organizations_features",
        "list_virtual_mfa_devices",
        "list_saml_providers",
        "list_account_aliases",
    ]:
        ask(operation)
    for kind in ("User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"):
        ask("get_account_authorization_details", Filter=[kind])
    for one in ask("list_open_id_connect_providers").get("OpenIDConnectProviderList", []):
        ask("get_open_id_connect_provider", OpenIDConnectProviderArn=one["Arn"])
    for user in ask("list_users").get("Users", []):
        name = user["UserName"]
        for key in ask("list_access_keys", UserName=name)["AccessKeyMetadata"]:
            ask("get_access_key_last_used", AccessKeyId=key["AccessKeyId"])
        for operation in [
            "list_mfa_devices",
            "list_service_specific_credentials",
            "list_signing_certificates",
            "list_ssh_public_keys",
        ]:
            ask(operation, UserName=name)
    for role in ask("list_roles").get("Roles", []):
        job = ask("generate_service_last_accessed_details", Arn=role["Arn"]).get("JobId")
        if job:
            ask("get_service_last_accessed_details", JobId=job)
    asking.ask("rolesanywhere", "list_trust_anchors")
    asking.ask("rolesanywhere", "list_profiles")


def _centre(asking: Asking, account_id: str) -> None:
    def ask(operation: str, **params: Any) -> dict[str, Any]:
        return asking.ask("sso-admin", operation, **params)

    for instance in ask("list_instances").get("Instances", []):
        arn = {"InstanceArn": instance["InstanceArn"]}
        ask("describe_instance", **arn)
        for one in ask("list_permission_sets", **arn)["PermissionSets"]:
            given = {**arn, "PermissionSetArn": one}
            for operation in [
                "describe_permission_set",
                "get_inline_policy_for_permission_set",
                "list_managed_policies_in_permission_set",
                "list_customer_managed_policy_references_in_permission_set",
                "get_permissions_boundary_for_permission_set",
            ]:
                ask(operation, **given)
            for account in ask("list_accounts_for_provisioned_permission_set", **given)["AccountIds"]:
                ask("list_account_assignments", AccountId=account, **given)


def _watch(asking: Asking, account_id: str) -> None:
    for one in asking.ask("accessanalyzer", "list_analyzers").get("analyzers", []):
        found = asking.ask("accessanalyzer", "list_findings_v2", analyzerArn=one["arn"])
        for finding in found["findings"]:
            asking.ask("accessanalyzer", "get_finding_v2", analyzerArn=one["arn"], id=finding["id"])
        asking.ask("accessanalyzer", "list_archive_rules", analyzerName=one["name"])
    for trail in asking.ask("cloudtrail", "describe_trails").get("trailList", []):
        asking.ask("cloudtrail", "get_trail_status", Name=trail["TrailARN"])
        asking.ask("cloudtrail", "get_event_selectors", TrailName=trail["TrailARN"])
    asking.ask("cloudtrail", "lookup_events", LookupAttributes=[{"AttributeKey": "Username", "AttributeValue": "root"}])
    asking.ask("guardduty", "list_organization_admin_accounts")
    for detector in asking.ask("guardduty", "list_detectors").get("DetectorIds", []):
        for operation in [
            "get_detector",
            "list_members",
            "describe_organization_configuration",
            "get_administrator_account",
        ]:
            asking.ask("guardduty", operation, DetectorId=detector)
    for operation in [
        "describe_hub",
        "list_organization_admin_accounts",
        "describe_organization_configuration",
        "list_members",
        "describe_security_hub_v2",
    ]:
        asking.ask("securityhub", operation)


def _ec2(asking: Asking, account_id: str) -> None:
    def ask(operation: str, **params: Any) -> dict[str, Any]:
        return asking.ask("ec2", operation, **params)

    ask("describe_regions")
    ask("describe_regions", AllRegions=True)
    for operation in [
        "get_ebs_encryption_by_default",
        "get_ebs_default_kms_key_id",
        "get_instance_metadata_defaults",
        "get_snapshot_block_public_access_state",
        "get_image_block_public_access_state",
        "get_serial_console_access_status",
        "describe_vpc_block_public_access_options",
        "describe_security_groups",
        "describe_security_group_rules",
        "describe_network_interfaces",
        "describe_vpcs",
        "describe_subnets",
        "describe_internet_gateways",
        "describe_route_tables",
        "describe_vpc_endpoints",
        "describe_instances",
        "describe_addresses",
        "describe_network_acls",
        "describe_nat_gateways",
    ]:
        ask(operation)
    for image in ask("describe_images", Owners=["self"])["Images"]:
        ask("describe_image_attribute", ImageId=image["ImageId"], Attribute="launchPermission")
    for snapshot in ask("describe_snapshots", OwnerIds=["self"])["Snapshots"]:
        ask("describe_snapshot_attribute", SnapshotId=snapshot["SnapshotId"], Attribute="createVolumePermission")
    for one in ask("describe_managed_prefix_lists")["PrefixLists"]:
        ask("get_managed_prefix_list_entries", PrefixListId=one["PrefixListId"])


def _data(asking: Asking, account_id: str) -> None:
    ask = asking.ask
    for key in ask("kms", "list_keys").get("Keys", []):
        for operation in ("describe_key", "get_key_rotation_status"):
            ask("kms", operation, KeyId=key["KeyId"])
        ask("kms", "get_key_policy", KeyId=key["KeyId"], PolicyName="default")
    ask("kms", "list_aliases")
    for bucket in ask("s3", "list_buckets").get("Buckets", []):
        for operation in [
            "get_bucket_policy",
            "get_bucket_policy_status",
            "get_public_access_block",
            "get_bucket_acl",
            "get_bucket_ownership_controls",
            "get_bucket_encryption",
            "get_bucket_location",
        ]:
            ask("s3", operation, Bucket=bucket["Name"])
    ask("s3control", "get_public_access_block", AccountId=account_id)
    for function in ask("lambda", "list_functions").get("Functions", []):
        ask("lambda", "get_policy", FunctionName=function["FunctionName"])
    for url in ask("sqs", "list_queues").get("QueueUrls", []):
        ask("sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=["All"])
    for topic in ask("sns", "list_topics").get("Topics", []):
        ask("sns", "get_topic_attributes", TopicArn=topic["TopicArn"])
    for one in ask("ecr", "describe_repositories").get("repositories", []):
        ask("ecr", "get_repository_policy", repositoryName=one["repositoryName"])
    for secret in ask("secretsmanager", "list_secrets").get("SecretList", []):
        ask("secretsmanager", "get_resource_policy", SecretId=secret["ARN"])
    ask("ram", "get_resource_shares", resourceOwner="SELF")
