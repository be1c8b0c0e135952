"""GameLift fleets and the ports they open."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import described, listed, name

FLEETS = listed(
    "gamelift_fleets", "One row per fleet.", Call("gamelift", "list_fleets"), "FleetIds[]", name("@", "id of the fleet")
)

FLEET_PORTS = described(
    "gamelift_fleet_ports",
    FLEETS,
    "One row per port range that a fleet opens.",
    Call("gamelift", "describe_fleet_port_settings", params={"FleetId": "name"}, absent={"NotFoundException"}),
    Column("first", "FromPort", "int", "first port"),
    Column("last", "ToPort", "int", "last port"),
    Column("cidr", "IpRange", "string", "from where"),
    items="InboundPermissions[]",
)
