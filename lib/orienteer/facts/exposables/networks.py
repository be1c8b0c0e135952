"""Networks that are shared or joined: VPN, Verified Access, firewalls, DNS rules, Cloud WAN, game servers."""

from __future__ import annotations

from orienteer.facts.exposable import Ground, Named, Reached, by_policy, opened, public, shut
from orienteer.facts.fact import Fact, Join
from orienteer.facts.openings import Accounts, Endpoint, wide
from orienteer.facts.seen import Row
from orienteer.facts.values import RESOURCE, documents

FLEETS = Fact(
    "game_fleets",
    "One row per GameLift fleet, with the port ranges that it opens.",
    base="gamelift_fleets",
    joins=(Join("gamelift_fleet_ports", many="ports", on=RESOURCE),),
    hidden=frozenset({"ports"}),
    resource_type="AWS::GameLift::Fleet",
)
FPGA = Accounts(through="share")


def _vpn(endpoint: Row, ground: Ground) -> Reached:
    kinds = [str(one) for one in documents(endpoint.authentication)]
    why = f"Everybody reaches its port, where clients need {', '.join(kinds) or 'nothing that is known'}."
    return shut("VPN, port 443", why, "client authentication")


def _verified_access(endpoint: Row, ground: Ground) -> Reached:
    why = "Everybody reaches its address, where a trust provider asks who comes."
    return shut("public endpoint, port 443", why, "Verified Access")


def _fleet(fleet: Row, ground: Ground) -> Reached:
    opened = [(one, wide([one.cidr])) for one in fleet.ports if one.cidr]
    found = [(one, sources) for one, sources in opened if sources]
    if not found:
        return Reached()
    ports = ", ".join(f"{one.first}-{one.last}" for one, _ in found[:5])
    return public(f"network, port {ports}")


def _image(image: Row, ground: Ground) -> Reached:
    if image.is_public or "all" in documents(image.groups):
        return public("share")
    return FPGA.reached(image, ground, "")


def _endpoint(endpoint: Row, ground: Ground) -> Reached:
    """Reached from its VPC only; a policy that lets everything through is a way out for data, not a way in."""
    if not endpoint.policy:
        return Reached()
    found = ground.by_policy(endpoint.policy, endpoint.account_id, "AWS::EC2::VPCEndpoint")
    words = "Its policy lets through more than the own organization, though only its VPC reaches it."
    return Reached(why="" if found.level in ("private", "organization") else words)


EXPOSABLES = (
    opened("ec2-client-vpn", "AWS::EC2::ClientVpnEndpoint", "ec2_client_vpn_endpoints", Named(_vpn)),
    opened(
        "ec2-verified-access-endpoint",
        "AWS::EC2::VerifiedAccessEndpoint",
        "ec2_verified_access_policies",
        Named(_verified_access),
    ),
    opened("ec2-vpc-endpoint-policy", "AWS::EC2::VPCEndpoint", "ec2_vpc_endpoints", Named(_endpoint)),
    opened("ec2-fpga-image", "AWS::EC2::FpgaImage", "ec2_fpga_image_shares", Named(_image)),
    opened(
        "gamelift-fleet",
        "AWS::GameLift::Fleet",
        "game_fleets",
        Named(_fleet),
        serves=True,
        operation="gamelift:DescribeFleetPortSettings",
    ),
    by_policy("network-firewall-resource", "AWS::NetworkFirewall::RuleGroup", "network_firewall_rule_groups_shares"),
    by_policy("network-firewall-resource", "AWS::NetworkFirewall::FirewallPolicy", "network_firewall_policies_shares"),
    by_policy(
        "networkmanager-core-network", "AWS::NetworkManager::CoreNetwork", "networkmanager_core_network_policies"
    ),
    by_policy("route53resolver-rule", "AWS::Route53Resolver::ResolverRule", "route53resolver_rules_shares"),
    by_policy(
        "route53resolver-firewall-rule-group",
        "AWS::Route53Resolver::FirewallRuleGroup",
        "route53resolver_firewall_rule_groups_shares",
    ),
    by_policy(
        "route53resolver-query-log-config",
        "AWS::Route53Resolver::ResolverQueryLoggingConfig",
        "route53resolver_query_logs_shares",
    ),
    by_policy("wafv2-rule-group", "AWS::WAFv2::RuleGroup", "wafv2_rule_group_policies"),
    by_policy("wafv2-rule-group", "AWS::WAFv2::RuleGroup", "wafv2_global_rule_group_policies"),
    by_policy("route53-recovery-cluster", "AWS::Route53RecoveryControl::Cluster", "route53_recovery_cluster_policies"),
    opened(
        "m2-environment",
        "AWS::M2::Environment",
        "m2_environment_details",
        Endpoint("publicly_accessible", through="network"),
    ),
)
