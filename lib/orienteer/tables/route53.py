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
    Column("is_public", "Config.PrivateZone != `true`", "bool", "answers everybody"),
    scope=Scope.ACCOUNT,
)

RECORDS = described(
    "route53_records",
    ZONES,
    "One row per record of a public zone that leads somewhere: addresses, names and aliases.",
    Call("route53", "list_resource_record_sets", params={"HostedZoneId": "name"}, absent={"NoSuchHostedZone"}),
    Column("record", "Name", "string", "its name"),
    Column("type", "Type", "string", "A, AAAA or CNAME"),
    Column("values", "ResourceRecords[].Value", "json", "addresses or names that it leads to"),
    Column("alias", "AliasTarget.DNSName", "string", "name in AWS that it stands for"),
    items="ResourceRecordSets[?Type=='A' || Type=='AAAA' || Type=='CNAME']",
    when="is_public",
    keep=("domain",),
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
