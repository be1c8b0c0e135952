"""Transfer Family servers and web apps."""

from __future__ import annotations

from orienteer.facts.exposable import Ground, Named, Reached, behind, opened, public, shut
from orienteer.facts.openings import Endpoint
from orienteer.facts.paths import networked
from orienteer.facts.seen import Row
from orienteer.facts.values import documents

PORTS = {"SFTP": 22, "FTPS": 21, "FTP": 21, "AS2": 5080}
SERVERS = networked(
    "transfer_endpoints",
    "One row per Transfer server: its endpoint, and the security groups of one in a VPC.",
    "transfer_server_details",
    "AWS::Transfer::Server",
)


def _server(server: Row, ground: Ground) -> Reached:
    """Public by AWS's own addresses, or by Elastic IPs behind groups that let the internet in."""
    spoken = [str(one) for one in documents(server.protocols)] or ["SFTP"]
    why = f"Everybody reaches its sign-in ({', '.join(spoken)})."
    if server.is_public:
        return public(f"public endpoint, port {PORTS.get(spoken[0], 22)}", why)
    if not server.in_vpc_public:
        return Reached()
    ports = {PORTS.get(one, 22) for one in spoken}
    lets_in = any(o.first <= port <= o.last for group in server.groups for o in group.wide for port in ports)
    if not lets_in:
        why = "It has public addresses, but its security groups let in no wide range."
        return shut("network", why, "security groups")
    found = public(f"network, port {min(ports)}", why)
    return behind(found, server, "vpc_blocked")


EXPOSABLES = (
    opened("transfer-server", "AWS::Transfer::Server", "transfer_endpoints", Named(_server), holds_data=True),
    opened(
        "transfer-web-app",
        "AWS::Transfer::WebApp",
        "transfer_web_apps",
        Endpoint("url", asks="a sign-in through IAM Identity Center", through="web page"),
    ),
)
