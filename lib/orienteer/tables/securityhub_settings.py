"""Security Hub: the standards a hub runs, the products it takes findings of, and aggregation over regions."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.securityhub import HUBS, OFF, ORGANIZATION_CONFIGURATION
from orienteer.tables.shapes import described

STANDARDS = described(
    "securityhub_standards",
    HUBS,
    "One row per standard that a hub runs.",
    Call("securityhub", "get_enabled_standards", absent={OFF}),
    Column("standard_arn", "StandardsArn", "string", "ARN of the standard"),
    Column("status", "StandardsStatus", "string", "READY, PENDING, INCOMPLETE, FAILED or DELETING"),
    Column("reason", "StandardsStatusReason.StatusReasonCode", "string", "why it is not ready"),
    items="StandardsSubscriptions[]",
    when="hub_arn",
)

PRODUCTS = described(
    "securityhub_products",
    HUBS,
    "One row per product that a hub takes findings of.",
    Call("securityhub", "list_enabled_products_for_import", absent={OFF}),
    Column("product", "@", "string", "ARN of the subscription, which ends with the product's name"),
    items="ProductSubscriptions[]",
    when="hub_arn",
)

FINDING_AGGREGATORS = described(
    "securityhub_finding_aggregators",
    ORGANIZATION_CONFIGURATION,
    "One row per finding aggregator, as the delegated administrator sees it in each region; absent elsewhere.",
    Call("securityhub", "list_finding_aggregators", absent={OFF}),
    Column("aggregator_arn", "FindingAggregatorArn", "string", "ARN of the aggregator"),
    items="FindingAggregators[]",
    when="is_administrator",
)

FINDING_AGGREGATOR_DETAILS = described(
    "securityhub_finding_aggregator_details",
    FINDING_AGGREGATORS,
    "One row per finding aggregator and region it is seen from: which regions it gathers.",
    Call(
        "securityhub",
        "get_finding_aggregator",
        params={"FindingAggregatorArn": "aggregator_arn"},
        absent={"ResourceNotFoundException"},
    ),
    Column("home", "FindingAggregationRegion", "string", "region that gathers"),
    Column(
        "mode",
        "RegionLinkingMode",
        "string",
        "ALL_REGIONS, ALL_REGIONS_EXCEPT_SPECIFIED, SPECIFIED_REGIONS or NO_REGIONS",
    ),
    Column("linked", "Regions", "json", "regions that the mode names"),
    when="aggregator_arn",
)


def _findings(status: str) -> Call:
    """The oldest critical findings of a workflow status."""
    wanted = {"SeverityLabel": "CRITICAL", "WorkflowStatus": status, "RecordState": "ACTIVE"}
    filters = {name: [{"Value": value, "Comparison": "EQUALS"}] for name, value in wanted.items()}
    oldest = [{"Field": "CreatedAt", "SortOrder": "asc"}]
    fixed = {"Filters": filters, "SortCriteria": oldest, "MaxResults": 100}
    return Call("securityhub", "get_findings", absent={OFF}, pages=1, fixed=fixed)


CRITICAL_FINDINGS = described(
    "securityhub_critical_findings",
    ORGANIZATION_CONFIGURATION,
    "One row per new critical finding: the oldest 100 that the administrator sees in each region.",
    _findings("NEW"),
    Column("finding_id", "Id", "string", "its id"),
    Column("title", "Title", "string", "its title"),
    Column("is_control", "Compliance.Status == 'FAILED'", "bool", "a control of a standard failed"),
    Column("finding_account", "AwsAccountId", "string", "account that it is about"),
    Column("finding_region", "Region", "string", "region that it is about"),
    Column("created_at", "CreatedAt", "timestamp", "when it was made"),
    items="Findings[]",
    when="is_administrator",
)

SUPPRESSED_FINDINGS = described(
    "securityhub_suppressed_findings",
    ORGANIZATION_CONFIGURATION,
    "One row per critical finding that somebody suppressed: the oldest 100 that the administrator sees in each region.",
    _findings("SUPPRESSED"),
    Column("finding_id", "Id", "string", "its id"),
    Column("title", "Title", "string", "its title"),
    Column("is_control", "Compliance.Status == 'FAILED'", "bool", "a control of a standard failed"),
    items="Findings[]",
    when="is_administrator",
)
