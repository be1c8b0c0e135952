"""Amazon Inspector: to whom it is delegated, what it scans in each account, and what it found long ago."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope
from orienteer.tables.ec2 import ORGANIZATION_REGIONS
from orienteer.tables.shapes import arn, described, listed

DELEGATED_ADMINS = described(
    "inspector2_delegated_admins",
    ORGANIZATION_REGIONS,
    "One row per region, asked from the management account: the delegated administrator; null without one.",
    Call("inspector2", "get_delegated_admin_account", absent={"ResourceNotFoundException"}),
    Column("admin_account", "delegatedAdmin.accountId", "string", "delegated administrator"),
    scope=Scope.ORG,
)

ACCOUNTS = listed(
    "inspector2_accounts",
    "One row per account and region: what Inspector scans there.",
    Call("inspector2", "batch_get_account_status"),
    "accounts[]",
    Column("inspector_account", "accountId", "string", "the account"),
    Column("inspector_status", "state.status", "string", "ENABLED, DISABLED, SUSPENDED, ..."),
    Column("is_on", "state.status == 'ENABLED'", "bool", "it scans something"),
    Column("scans_machines", "resourceState.ec2.status", "string", "of EC2 instances: ENABLED, DISABLED, ..."),
    Column("scans_images", "resourceState.ecr.status", "string", "of images in ECR"),
    Column("scans_functions", "resourceState.lambda.status", "string", "of Lambda functions"),
    resource="inspector_account",
    arn="",
)

CONFIGURATION = described(
    "inspector2_organization_configuration",
    ACCOUNTS,
    "One row per account and region: what the delegated administrator turns on in new accounts; absent elsewhere.",
    Call(
        "inspector2",
        "describe_organization_configuration",
        absent={"AccessDeniedException: administrator|delegated|organization"},
    ),
    Column("auto_machines", "autoEnable.ec2", "bool", "scans of EC2 instances"),
    Column("auto_images", "autoEnable.ecr", "bool", "scans of images in ECR"),
    Column("auto_functions", "autoEnable.lambda", "bool", "scans of Lambda functions"),
    when="is_on",
)

COVERAGE = described(
    "inspector2_coverage",
    ACCOUNTS,
    "One row per account, region and reason: how many resources are scanned, or why they are not.",
    Call("inspector2", "list_coverage_statistics", fixed={"groupBy": "SCAN_STATUS_REASON"}),
    Column("reason", "groupKey", "string", "SUCCESSFUL, NO_INVENTORY, UNSUPPORTED_OS, ..."),
    Column("resources", "count", "int", "how many"),
    items="countsByGroup[]",
    when="is_on",
)

OLDEST = {
    "filterCriteria": {
        "findingStatus": [{"comparison": "EQUALS", "value": "ACTIVE"}],
        "severity": [{"comparison": "EQUALS", "value": "CRITICAL"}],
        "exploitAvailable": [{"comparison": "EQUALS", "value": "YES"}],
    },
    "sortCriteria": {"field": "FIRST_OBSERVED_AT", "sortOrder": "ASC"},
    "maxResults": 100,
}
FINDINGS = described(
    "inspector2_findings",
    ACCOUNTS,
    "One row per open critical vulnerability with a known exploit: the hundred oldest of each account and region.",
    Call("inspector2", "list_findings", fixed=OLDEST, pages=1),
    arn("findingArn"),
    Column("finding_account", "awsAccountId", "string", "account of the resource"),
    Column("title", "title", "string", "what it is"),
    Column("observed_at", "firstObservedAt", "timestamp", "when it was found first"),
    items="findings[]",
    when="is_on",
    resource="arn",
    arn="arn",
)
