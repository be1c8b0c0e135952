"""IAM Access Analyzer: analyzers, their findings and archive rules."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table

ANALYZERS = Table(
    name="accessanalyzer_analyzers",
    doc="One row per analyzer; one for the organization is seen only in the account that owns it.",
    scope=Scope.REGION,
    call=Call("accessanalyzer", "list_analyzers"),
    items="analyzers[]",
    resource="analyzer_name",
    arn="analyzer_arn",
    columns=(
        Column("analyzer_name", "name", "string", "name of the analyzer"),
        Column("analyzer_arn", "arn", "string", "ARN of the analyzer"),
        Column("type", "type", "string", "ACCOUNT, ORGANIZATION or one of the unused and internal access types"),
        Column("status", "status", "string", "ACTIVE, CREATING, DISABLED or FAILED"),
        Column("status_reason", "statusReason.code", "string", "why it is not active"),
        Column("is_external", "contains(['ACCOUNT', 'ORGANIZATION'], type)", "bool", "looks for external access"),
        Column(
            "unused_age_days", "configuration.unusedAccess.unusedAccessAge", "int", "days after which access is unused"
        ),
        Column(
            "exclusions", "configuration.unusedAccess.analysisRule.exclusions", "json", "accounts and tags left out"
        ),
        Column("created_at", "createdAt", "timestamp", "when it was made"),
        Column("last_analyzed_at", "lastResourceAnalyzedAt", "timestamp", "when it last looked at a resource"),
    ),
)

FINDINGS = Table(
    name="accessanalyzer_findings",
    doc="One row per finding of any type; `account_id` is the analyzer's account, `owner_account` the resource's.",
    scope=Scope.REGION,
    parent=ANALYZERS,
    call=Call(
        "accessanalyzer",
        "list_findings_v2",
        actions=("access-analyzer:ListFindings",),
        params={"analyzerArn": "analyzer_arn"},
    ),
    items="findings[]",
    resource="finding_id",
    keep=("analyzer_name", "analyzer_arn"),
    gap="error",
    columns=(
        Column("finding_id", "id", "string", "id of the finding"),
        Column("finding_type", "findingType", "string", "ExternalAccess, InternalAccess or an Unused... type"),
        Column("resource", "resource", "string", "ARN (or name) of the resource"),
        Column("resource_type", "resourceType", "string", "CloudFormation type of the resource"),
        Column("owner_account", "resourceOwnerAccount", "string", "account that owns the resource"),
        Column("status", "status", "string", "ACTIVE, ARCHIVED or RESOLVED"),
        Column("error", "error", "string", "why the resource could not be analysed"),
        Column("is_open", "status == 'ACTIVE' && findingType == 'ExternalAccess'", "bool", "active external access"),
        Column("created_at", "createdAt", "timestamp", "when it was found"),
        Column("analyzed_at", "analyzedAt", "timestamp", "when the resource was last analysed"),
        Column("updated_at", "updatedAt", "timestamp", "when the finding last changed"),
    ),
)

FINDING_DETAILS = Table(
    name="accessanalyzer_finding_details",
    doc="One row per finding: principal, actions and whether it is public; asked for active external access only.",
    scope=Scope.REGION,
    parent=FINDINGS,
    call=Call(
        "accessanalyzer",
        "get_finding_v2",
        actions=("access-analyzer:GetFinding",),
        params={"analyzerArn": "analyzer_arn", "id": "finding_id"},
        absent={"ResourceNotFoundException"},
    ),
    when="is_open",
    keep=("finding_id",),
    columns=(
        Column("is_public", "findingDetails[0].externalAccessDetails.isPublic", "bool", "whether anybody may"),
        Column("principal", "findingDetails[0].externalAccessDetails.principal", "json", "who, as {kind: value}"),
        Column("actions", "findingDetails[0].externalAccessDetails.action", "json", "what they may do"),
        Column("conditions", "findingDetails[0].externalAccessDetails.condition", "json", "what limits them"),
        Column("sources", "findingDetails[0].externalAccessDetails.sources", "json", "what gives the access"),
    ),
)

ARCHIVE_RULES = Table(
    name="accessanalyzer_archive_rules",
    doc="One row per archive rule of each analyzer, with its filter.",
    scope=Scope.REGION,
    parent=ANALYZERS,
    call=Call("accessanalyzer", "list_archive_rules", params={"analyzerName": "analyzer_name"}),
    items="archiveRules[]",
    keep=("analyzer_name", "is_external"),
    columns=(
        Column("rule_name", "ruleName", "string", "name of the rule"),
        Column("filter", "filter", "json", "criteria: {property: {eq, neq, contains, exists}}"),
        Column("created_at", "createdAt", "timestamp", "when it was made"),
        Column("updated_at", "updatedAt", "timestamp", "when it last changed"),
    ),
)
