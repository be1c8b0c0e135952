"""Route 53 Resolver: rules, firewall rule groups and query logs of the account, and with whom they are shared."""

from __future__ import annotations

from orienteer.model import EMPTY, Call, Column
from orienteer.tables.shapes import arn, listed, name, policies

RULES = listed(
    "route53resolver_rules",
    "One row per forwarding rule of the account.",
    Call("route53resolver", "list_resolver_rules"),
    "ResolverRules[?ShareStatus!='SHARED_WITH_ME' && OwnerId!='Route 53 Resolver']",
    name("Id", "its id"),
    arn("Arn"),
)

RULES_SHARES = policies(
    "route53resolver_rules_shares",
    RULES,
    Call(
        "route53resolver", "get_resolver_rule_policy", params={"Arn": "arn"}, absent={"UnknownResourceException", EMPTY}
    ),
    "ResolverRulePolicy",
)

FIREWALL_RULE_GROUPS = listed(
    "route53resolver_firewall_rule_groups",
    "One row per DNS firewall rule group of the account.",
    Call("route53resolver", "list_firewall_rule_groups"),
    "FirewallRuleGroups[?ShareStatus!='SHARED_WITH_ME']",
    name("Id", "its id"),
    arn("Arn"),
)

FIREWALL_RULE_GROUPS_SHARES = policies(
    "route53resolver_firewall_rule_groups_shares",
    FIREWALL_RULE_GROUPS,
    Call(
        "route53resolver",
        "get_firewall_rule_group_policy",
        params={"Arn": "arn"},
        absent={"ResourceNotFoundException", EMPTY},
    ),
    "FirewallRuleGroupPolicy",
)

QUERY_LOGS = listed(
    "route53resolver_query_logs",
    "One row per query log of the account.",
    Call("route53resolver", "list_resolver_query_log_configs"),
    "ResolverQueryLogConfigs[?ShareStatus!='SHARED_WITH_ME']",
    name("Id", "its id"),
    arn("Arn"),
    Column("destination", "DestinationArn", "string", "ARN of the bucket, log group or stream that gets the queries"),
)

QUERY_LOGS_SHARES = policies(
    "route53resolver_query_logs_shares",
    QUERY_LOGS,
    Call(
        "route53resolver",
        "get_resolver_query_log_config_policy",
        params={"Arn": "arn"},
        absent={"UnknownResourceException", EMPTY},
    ),
    "ResolverQueryLogConfigPolicy",
)

QUERY_LOG_ASSOCIATIONS = listed(
    "route53resolver_query_log_associations",
    "One row per VPC whose DNS queries are logged.",
    Call("route53resolver", "list_resolver_query_log_config_associations"),
    "ResolverQueryLogConfigAssociations[]",
    name("Id", "its id"),
    Column("vpc_id", "ResourceId", "string", "the VPC"),
    Column("state", "Status", "string", "ACTIVE, ACTION_NEEDED, FAILED, ..."),
    Column("error", "Error", "string", "why it does not log"),
)
