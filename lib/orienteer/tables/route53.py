"""Route 53 hosted zones, and the VPCs of other accounts that may be joined to private ones."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope
from orienteer.tables.shapes import described, listed, name

ZONES = listed(
    "route53_zones",
    "One row per hosted zone.",
    Call("route53", "list_hosted_zones"),
    "HostedZones[]",
    name("Id", "id of the zone"),
    Column("domain", "Name", "string", "its domain"),
    Column("is_private", "Config.PrivateZone", "bool", "answers in VPCs only"),
    scope=Scope.ACCOUNT,
)

ZONE_AUTHORIZATIONS = described(
    "route53_zone_authorizations",
    ZONES,
    "One row per VPC that may be joined to a private zone from another account; absent for public zones.",
    Call(
        "route53", "list_vpc_association_authorizations", params={"HostedZoneId": "name"}, absent={"NoSuchHostedZone"}
    ),
    Column("vpc_id", "VPCId", "string", "id of the VPC"),
    Column("vpc_region", "VPCRegion", "string", "its region"),
    items="VPCs[]",
    when="is_private",
)
