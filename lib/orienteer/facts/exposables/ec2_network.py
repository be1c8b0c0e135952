"""EC2 on the network: instances, interfaces, Elastic IPs and security groups, by the ways that the internet has."""

from __future__ import annotations

from dataclasses import replace

from orienteer.facts.exposable import Ground, Named, Reached, opened, public, shut, widest, widest_of
from orienteer.facts.fact import Fact, Join
from orienteer.facts.openings import Accounts, Each
from orienteer.facts.private_paths import PEERINGS
from orienteer.facts.seen import Cells, Row
from orienteer.facts.values import PLACE, RESOURCE


def _interface(interface: Row, ground: Ground) -> Reached:
    """Public where the internet gets to it; open but unreachable is raw public."""
    ways = interface.ways_in
    if ways:
        ports = ", ".join(dict.fromkeys(ports for ports, _ in ways))
        return public(_through(ports), f"The internet gets in at {ways[0][1]}.")
    if interface.opened:
        why = "A security group on it is open to the internet, but no way leads there."
        return shut("network", why, "no way from the internet")
    return Reached()


def _through(ports: str) -> str:
    """`network, all ports`, or `network, port 22, 3389`."""
    return "network, all ports" if "all" in ports.split(", ") else f"network, port {ports}"


def _group(group: Row, ground: Ground) -> Reached:
    """As wide as what it opens is reached."""
    if not group.wide:
        levels = {account: ground.level_of(account, group.account_id) for account in group.foreign_groups}
        return widest_of(levels, "rule for a group of another account")
    found = next((way for one in group.users for way in one.ways_in if way[1].endswith(group.group_id)), None)
    if found:
        chain = f"The internet gets in at {found[1]}."
        return Reached("public", group.wide[0].sources, _through(found[0]), chain, raw="public")
    why = "It is open to the internet, but nothing that uses it is reached."
    return shut("network", why, "no way from the internet")


def _instance(instance: Row, ground: Ground) -> Reached:
    return widest([Reached(), *(_interface(one, ground) for one in instance.attached)])


def _subnet(subnet: Row, ground: Ground) -> Reached:
    """It opens nothing by itself: it gives what starts in it a public address."""
    if not subnet.public_ip_on_launch:
        return Reached()
    return Reached(why="It gives every machine that starts in it a public address; what is reached is told of each.")


def _template(template: Row, ground: Ground) -> Reached:
    """It opens nothing by itself, like a subnet."""
    if not template.public_ip:
        return Reached()
    return Reached(why="It gives every machine started from it a public address; what is reached is told of each.")


ADDRESSES = Fact(
    "elastic_ips",
    "One row per Elastic IP, with the interface that it leads to.",
    base="ec2_addresses",
    joins=(Join("reached_interfaces", many="attached", on={**PLACE, "interface_id": "interface_id"}),),
    hidden=frozenset({"attached"}),
    resource_type="AWS::EC2::EIP",
)


def _address(address: Row, ground: Ground) -> Reached:
    """As far as its interface is reached; external where that is another account's."""
    if not address.association:
        return Reached()
    owner = address.interface_account
    if owner and owner != address.account_id:
        return widest_of(
            {owner: ground.level_of(owner, address.account_id)}, "address on an interface of another account"
        )
    return widest([Reached(), *(_interface(one, ground) for one in address.attached)])


ENDPOINT_SERVICES = Fact(
    "endpoint_services",
    "One row per endpoint service, with the principals that may make endpoints to it.",
    base="ec2_endpoint_services",
    joins=(Join("ec2_endpoint_service_shares", many="shares", on=RESOURCE),),
    hidden=frozenset({"shares"}),
    resource_type="AWS::EC2::VPCEndpointService",
)


def _stands_alone(interface: Cells) -> bool:
    """No instance has it, and no other row tells what it serves: of those that AWS makes, a task's of ECS.

    A task that no service runs shows nowhere else.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking-awsvpc.html
    """
    if interface["instance_id"]:
        return False
    description = str(interface["description"] or "")
    return interface["requester_managed"] is not True or (description.startswith("arn:") and ":ecs:" in description)


def _endpoint_service(service: Row, ground: Ground) -> Reached:
    """Endpoints of everybody wait until they are accepted, where that is asked for."""
    found = Each("shares", Accounts(("principal",), "endpoint service")).reached(service, ground, "")
    if found.level != "public" or not service.acceptance_required:
        return found
    why = "Everybody may ask for an endpoint to it, and each waits until the account accepts it."
    return replace(found, level="private", who=(), why=why, guardrail="acceptance")


def _peering(peering: Row, ground: Ground) -> Reached:
    """A request that waits for this account opens nothing; one that it made is open as soon as the other side likes."""
    found = Accounts(through="peering").reached(peering, ground, "")
    if found.level != "external" or not peering.awaited:
        return found
    why = "Another account asks for this connection, and nobody has accepted it."
    return replace(found, level="private", who=(), why=why, guardrail="acceptance")


EXPOSABLES = (
    opened("ec2-instance", "AWS::EC2::Instance", "reached_instances", Named(_instance)),
    opened(
        "ec2-network-interface",
        "AWS::EC2::NetworkInterface",
        "reached_interfaces",
        Named(_interface),
        only=_stands_alone,
    ),
    opened("ec2-security-group", "AWS::EC2::SecurityGroup", "reached_groups", Named(_group), told_by="NET-01"),
    opened("ec2-elastic-ip", "AWS::EC2::EIP", "elastic_ips", Named(_address), told_by="AWS::EC2::NetworkInterface"),
    opened("ec2-subnet-auto-public", "AWS::EC2::Subnet", "ec2_subnets", Named(_subnet), told_by="NET-04"),
    opened(
        "ec2-launch-template-public-ip",
        "AWS::EC2::LaunchTemplate",
        "ec2_launch_template_versions",
        Named(_template),
        told_by="AWS::EC2::Instance",
    ),
    opened(
        "ec2-vpc-endpoint-service",
        "AWS::EC2::VPCEndpointService",
        "endpoint_services",
        Named(_endpoint_service),
        operation="ec2:DescribeVpcEndpointServicePermissions",
    ),
    opened(
        "ec2-vpc-peering",
        "AWS::EC2::VPCPeeringConnection",
        PEERINGS.name,
        Named(_peering),
        only=lambda peering: peering["state"] in ("active", "provisioning", "pending-acceptance"),
    ),
    opened(
        "ec2-transit-gateway",
        "AWS::EC2::TransitGatewayAttachment",
        "ec2_transit_attachments",
        Accounts(("gateway_account", "attached_account"), "transit gateway"),
        only=lambda one: one["state"] not in ("deleted", "deleting", "rejected", "failed"),
    ),
    opened(
        "ec2-network-interface-permission",
        "AWS::EC2::NetworkInterfacePermission",
        "ec2_interface_permissions",
        Accounts(through="permission to attach an interface"),
        only=lambda one: one["state"] in ("pending", "granted"),
    ),
)
