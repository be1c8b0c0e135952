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
    return {
        "TransitGatewayId": name,
        "TransitGatewayArn": arn,
        "OwnerId": HUB,
        "State": "available",
        "Options": options,
    }


def _attachment(name: str, owner: str) -> Mapping[str, Any]:
    return {
        "TransitGatewayAttachmentId": name,
        "TransitGatewayId": "tgw-0demo0hub",
        "TransitGatewayOwnerId": HUB,
        "ResourceOwnerId": owner,
        "ResourceType": "vpc",
        "State": "available",
    }


PEERED = {
    "VpcPeeringConnectionId": "pcx-0demo0erp",
    "Status": {"Code": "active", "Message": "Active"},
    "RequesterVpcInfo": {"OwnerId": STRANGER, "VpcId": "vpc-0demo0stranger", "CidrBlock": "10.200.0.0/16"},
    "AccepterVpcInfo": {"OwnerId": LEGACY, "VpcId": "vpc-0demo0erp", "CidrBlock": "10.50.0.0/16"},
}
ASKED_FOR = {
    "VpcPeeringConnectionId": "pcx-0demo0asked",
    "Status": {"Code": "pending-acceptance", "Message": "Pending acceptance"},
    "RequesterVpcInfo": {"OwnerId": STRANGER, "VpcId": "vpc-0demo0asking", "CidrBlock": "10.210.0.0/16"},
    "AccepterVpcInfo": {"OwnerId": LEGACY, "VpcId": "vpc-0demo0erp", "CidrBlock": "10.50.0.0/16"},
}
GONE = {
    "VpcPeeringConnectionId": "pcx-0demo0old",
    "Status": {"Code": "deleted", "Message": "Deleted"},
    "RequesterVpcInfo": {"OwnerId": STRANGER, "VpcId": "vpc-0demo0old"},
    "AccepterVpcInfo": {"OwnerId": LEGACY, "VpcId": "vpc-0demo0erp"},
}

ZONE = {
    "Id": "/hostedzone/Z0DEMO0SHOP",
    "Name": "shop.nordlicht-demo.example.",
    "CallerReference": "demo",
    "Config": {"PrivateZone": False},
}


def _record(name: str, kind: str, *values: str) -> Mapping[str, Any]:
    found = [{"Value": value} for value in values]
    return {"Name": f"{name}.shop.nordlicht-demo.example.", "Type": kind, "TTL": 300, "ResourceRecords": found}


RECORDS = (
    _record("assets", "CNAME", "nordlicht-demo-shop-assets.s3.eu-central-1.amazonaws.com"),
    _record("old", "CNAME", "shop-old-1234567890.eu-central-1.elb.amazonaws.com"),
    _record("office", "A", "203.0.113.80"),
    _record("mail", "MX", "10 mail.nordlicht-demo.example"),
)
LISTED = {"IsTruncated": False, "MaxItems": "300"}

NETWORKS: Mapping[tuple[str, str, str, str, str], list[tuple[str, Any]]] = {
    (CLIENT, "shop", "us-east-1", "route53", "ListHostedZones"): [
        ("", {"HostedZones": [ZONE], "Marker": "", **LISTED})
    ],
    (CLIENT, "shop", "us-east-1", "route53", "ListResourceRecordSets"): [
        ("", {"ResourceRecordSets": list(RECORDS), **LISTED})
    ],
    (CLIENT, "hub", HOME, "ec2", "DescribeTransitGateways"): [
        ("", {"TransitGateways": [_gateway("tgw-0demo0hub", "enable")]})
    ],
    (CLIENT, "hub", HOME, "ec2", "DescribeTransitGatewayAttachments"): [
        ("", {"TransitGatewayAttachments": [_attachment("tgw-attach-0demo0shop", SHOP)]})
    ],
    (CLIENT, "legacy", HOME, "ec2", "DescribeVpcPeeringConnections"): [
        ("", {"VpcPeeringConnections": [PEERED, ASKED_FOR, GONE]})
    ],
}
