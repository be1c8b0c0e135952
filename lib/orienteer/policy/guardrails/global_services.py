"""Services that answer in one place for all regions, with a call to probe each: a region deny must leave them alone.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html
https://docs.aws.amazon.com/controltower/latest/controlreference/primary-region-deny-policy.html
https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

GLOBAL: Mapping[str, str] = {
    "account": "account:GetContactInformation", "artifact": "artifact:GetAccountSettings",
    "aws-marketplace": "aws-marketplace:ViewSubscriptions", "aws-portal": "aws-portal:ViewBilling",
    "bcm-data-exports": "bcm-data-exports:ListExports", "billing": "billing:GetBillingData",
    "budgets": "budgets:ViewBudget", "ce": "ce:GetCostAndUsage", "cloudfront": "cloudfront:ListDistributions",
    "consolidatedbilling": "consolidatedbilling:ListLinkedAccounts",
    "cost-optimization-hub": "cost-optimization-hub:GetPreferences", "cur": "cur:DescribeReportDefinitions",
    "freetier": "freetier:GetFreeTierUsage", "globalaccelerator": "globalaccelerator:ListAccelerators",
    "health": "health:DescribeEvents", "iam": "iam:ListRoles", "invoicing": "invoicing:GetInvoicePDF",
    "networkmanager": "networkmanager:DescribeGlobalNetworks",
    "notifications-contacts": "notifications-contacts:ListEmailContacts",
    "organizations": "organizations:DescribeOrganization", "payments": "payments:GetPaymentStatus",
    "pricing": "pricing:GetProducts", "route53": "route53:ListHostedZones", "route53domains":
    "route53domains:ListDomains", "s3": "s3:ListAllMyBuckets", "savingsplans": "savingsplans:DescribeSavingsPlans",
    "shield": "shield:GetSubscriptionState", "sso": "sso:ListInstances", "sts": "sts:GetCallerIdentity",
    "support": "support:DescribeCases", "supportplans": "supportplans:GetSupportPlan",
    "sustainability": "sustainability:GetCarbonFootprintSummary", "tax": "tax:GetTaxInfoReportingDocument",
    "trustedadvisor": "trustedadvisor:DescribeChecks", "waf": "waf:ListWebACLs", "wafv2": "wafv2:ListWebACLs",
}  # fmt: skip
"""Per service prefix a call that only reads."""
ONE_ENDPOINT = frozenset(GLOBAL) - {"s3", "sts", "wafv2", "sso"}
"""Those of them that answer in one region only."""
SPARED = frozenset(GLOBAL) - {"s3"} | {
    "a4b", "activate", "aws-marketplace-management", "billingconductor", "chatbot", "chime", "customer-verification",
    "consoleapp", "ecr-public", "importexport", "iq", "mapcredits", "mobileanalytics", "notifications",
    "resource-explorer-2", "route53-recovery-cluster", "route53-recovery-control-config",
    "route53-recovery-readiness", "uxc", "vendor-insights",
}  # fmt: skip
"""Services that a region deny may leave alone without leaving a region open: AWS's own examples name them, too."""
S3_GLOBAL = ("s3:ListAllMyBuckets", "s3:GetAccountPublicAccessBlock", "s3:PutAccountPublicAccessBlock")
"""S3 operations that belong to no region although S3 does."""
_S3_SPARED = re.compile(r"s3:(listallmybuckets|(get|put)accountpublic\w*|\w*multiregion\w*)\*?")


def regional(entries: Iterable[str], services: Collection[str] = ()) -> tuple[str, ...]:
    """The entries of a NotAction list that are of no global service (nor one of these): open in every region."""
    spared = SPARED | set(services)
    return tuple(
        sorted(e for e in entries if e.partition(":")[0].lower() not in spared and not _S3_SPARED.fullmatch(e.lower()))
    )
