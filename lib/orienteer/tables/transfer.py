"""Transfer Family: servers and web apps."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, described, listed, name

SERVERS = listed(
    "transfer_servers",
    "One row per server: where its endpoint stands and who signs in.",
    Call("transfer", "list_servers"),
    "Servers[]",
    name("ServerId", "id of the server"),
    arn("Arn"),
    Column("endpoint_type", "EndpointType", "string", "PUBLIC, VPC or VPC_ENDPOINT"),
    Column("is_public", "EndpointType == 'PUBLIC'", "bool", "has public addresses of AWS"),
    Column(
        "authentication",
        "IdentityProviderType",
        "string",
        "SERVICE_MANAGED, API_GATEWAY, AWS_DIRECTORY_SERVICE or AWS_LAMBDA",
    ),
)

SERVER_DETAILS = described(
    "transfer_server_details",
    SERVERS,
    "One row per server: its protocols, and for one in a VPC its public addresses and security groups.",
    Call("transfer", "describe_server", params={"ServerId": "name"}, absent={"ResourceNotFoundException"}),
    Column("protocols", "Server.Protocols", "json", "SFTP, FTPS, FTP, AS2"),
    Column("public_ips", "Server.EndpointDetails.AddressAllocationIds", "json", "Elastic IPs on its endpoint"),
    Column(
        "in_vpc_public",
        "length(Server.EndpointDetails.AddressAllocationIds || `[]`) > `0`",
        "bool",
        "stands in a VPC with Elastic IPs",
    ),
    Column("group_ids", "Server.EndpointDetails.SecurityGroupIds", "json", "security groups on its endpoint"),
    Column("vpc_id", "Server.EndpointDetails.VpcId", "string", "its VPC"),
    keep=("endpoint_type", "is_public", "authentication"),
)

WEB_APPS = listed(
    "transfer_web_apps",
    "One row per web app: its URL; people sign in through IAM Identity Center.",
    Call("transfer", "list_web_apps"),
    "WebApps[]",
    name("WebAppId", "id of the web app"),
    arn("Arn"),
    Column("url", "AccessEndpoint || WebAppEndpoint", "string", "its URL"),
    Column("endpoint_type", "EndpointType", "string", "PUBLIC or VPC"),
)
