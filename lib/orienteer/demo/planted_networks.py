"""Private ways between networks of the first demo client: what moto is not asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .nordlicht_core import HUB, LEGACY, SHOP, STRANGER
from .plan import HOME

CLIENT = "demo-nordlicht"


def _gateway(name: str, accepts: str) -> Mapping[str, Any]:
    arn = f"arn:aws:ec2:{HOME}:{HUB}:transit-gateway/{name}"
    options = {"AutoAcceptSharedAttachments": accepts}
    return {"TransitGatewayId": name, "TransitGatewayArn": arn, "OwnerId": HUB, "State": "available",
            "Options": options}  # fmt: skip


def _attachment(name: str, owner: str) -> Mapping[str, Any]:
    return {"TransitGatewayAttachmentId": name, "TransitGatewayId": "tgw-0demo0hub", "TransitGatewayOwnerId": HUB,
            "ResourceOwnerId": owner, "ResourceType": "vpc", "State": "available"}  # fmt: skip


PEERED = {
    "VpcPeeringConnectionId": "pcx-0demo0erp",
    "Status": {"Code": "active", "Message": "Active"},
    "RequesterVpcInfo": {"OwnerId": STRANGER, "VpcId": "vpc-0demo0stranger", "CidrBlock": "10.200.0.0/16"},
    "AccepterVpcInfo": {"OwnerId": LEGACY, "VpcId": "vpc-0demo0erp", "CidrBlock": "10.50.0.0/16"},
}
GONE = {
    "VpcPeeringConnectionId": "pcx-0demo0old",
    "Status": {"Code": "deleted", "Message": "Deleted"},
    "RequesterVpcInfo": {"OwnerId": STRANGER, "VpcId": "vpc-0demo0old"},
    "AccepterVpcInfo": {"OwnerId": LEGACY, "VpcId": "vpc-0demo0erp"},
}

NETWORKS: Mapping[tuple[str, str, str, str, str], list[tuple[str, Any]]] = {
    (CLIENT, "hub", HOME, "ec2", "DescribeTransitGateways"): [
        ("", {"TransitGateways": [_gateway("tgw-0demo0hub", "enable")]})
    ],
    (CLIENT, "hub", HOME, "ec2", "DescribeTransitGatewayAttachments"): [
        ("", {"TransitGatewayAttachments": [_attachment("tgw-attach-0demo0shop", SHOP)]})
    ],
    (CLIENT, "legacy", HOME, "ec2", "DescribeVpcPeeringConnections"): [("", {"VpcPeeringConnections": [PEERED, GONE]})],
}
