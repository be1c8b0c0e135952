"""WAF rule groups, and with whom they are shared."""

from __future__ import annotations

from typing import Any

from orienteer.model import EMPTY, Call, Column, Scope, Table
from orienteer.tables.elbv2 import LOAD_BALANCERS
from orienteer.tables.shapes import arn, described, listed, name, policies

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

BLOCKS = (
    "Action.Block != `null` || Action.Captcha != `null` || Action.Challenge != `null` || OverrideAction.None != `null`"
)


def _rules(acl: str) -> tuple[Column, ...]:
    """Its own rules, and the rule groups that Firewall Manager puts before and after them."""
    lists = ("Rules", "PreProcessFirewallManagerRuleGroups", "PostProcessFirewallManagerRuleGroups")
    every = f"[{', '.join(f'{acl}.{one}' for one in lists)}][]"
    return (
        Column("acl_arn", f"{acl}.ARN", "string", "ARN of the web ACL"),
        Column("blocking_rules", f"length({every} | [?{BLOCKS}])", "int", "rules that can stop a request"),
        Column("blocks_by_default", f"{acl}.DefaultAction.Block != `null`", "bool", "stops what no rule lets through"),
    )


def _acls(name_: str, kind: str, **more: Any) -> tuple[Table, Table]:
    """The tables of the web ACLs of a scope, and of what their rules can stop."""
    every = listed(
        name_,
        f"One row per web ACL ({kind.lower()}).",
        Call("wafv2", "list_web_acls", fixed={"Scope": kind}),
        "WebACLs[]",
        name("Name"),
        arn("ARN"),
        Column("acl_id", "Id", "string", "id of the web ACL"),
        **more,
    )
    details = described(
        f"{name_.removesuffix('s')}_rules",
        every,
        "One row per web ACL: how many of its rules can stop a request.",
        Call(
            "wafv2",
            "get_web_acl",
            params={"Name": "name", "Id": "acl_id"},
            fixed={"Scope": kind},
            absent={"WAFNonexistentItemException"},
        ),
        *_rules("WebACL"),
    )
    return every, details


def _logs(name_: str, kind: str, **more: Any) -> Table:
    return listed(
        name_,
        f"One row per web ACL that keeps a log ({kind.lower()}).",
        Call("wafv2", "list_logging_configurations", fixed={"Scope": kind}),
        "LoggingConfigurations[]",
        arn("ResourceArn"),
        **more,
    )


WEB_ACLS, WEB_ACL_RULES = _acls("wafv2_web_acls", "REGIONAL")
GLOBAL_WEB_ACLS, GLOBAL_WEB_ACL_RULES = _acls(
    "wafv2_global_web_acls", "CLOUDFRONT", scope=Scope.ACCOUNT, at="us-east-1"
)
LOGGING = _logs("wafv2_logging", "REGIONAL")
GLOBAL_LOGGING = _logs("wafv2_global_logging", "CLOUDFRONT", scope=Scope.ACCOUNT, at="us-east-1")

BALANCER_ACLS = described(
    "wafv2_balancer_acls",
    LOAD_BALANCERS,
    "One row per public application load balancer: the web ACL in front of it; nulls without one.",
    Call("wafv2", "get_web_acl_for_resource", params={"ResourceArn": "arn"}, absent={EMPTY}),
    *_rules("WebACL"),
    when="takes_firewall",
)
