"""WAF rule groups, and with whom they are shared."""

from __future__ import annotations

from orienteer.model import Call, Scope
from orienteer.tables.shapes import arn, listed, name, policies

RULE_GROUPS = listed(
    "wafv2_rule_groups",
    "One row per rule group in a region.",
    Call("wafv2", "list_rule_groups", fixed={"Scope": "REGIONAL"}),
    "RuleGroups[]",
    name("Name"),
    arn("ARN"),
)

RULE_GROUPS_POLICIES = policies(
    "wafv2_rule_group_policies",
    RULE_GROUPS,
    Call("wafv2", "get_permission_policy", params={"ResourceArn": "arn"}, absent={"WAFNonexistentItemException"}),
    "Policy",
)

GLOBAL_RULE_GROUPS = listed(
    "wafv2_global_rule_groups",
    "One row per rule group for CloudFront.",
    Call("wafv2", "list_rule_groups", fixed={"Scope": "CLOUDFRONT"}),
    "RuleGroups[]",
    name("Name"),
    arn("ARN"),
    scope=Scope.ACCOUNT,
    at="us-east-1",
)

GLOBAL_RULE_GROUPS_POLICIES = policies(
    "wafv2_global_rule_group_policies",
    GLOBAL_RULE_GROUPS,
    Call("wafv2", "get_permission_policy", params={"ResourceArn": "arn"}, absent={"WAFNonexistentItemException"}),
    "Policy",
)
