"""Lightsail, which lives beside EC2: no interface, group or VPC of the account shows what it has."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table
from orienteer.tables.shapes import arn, listed, name

INSTANCES = listed(
    "lightsail_instances",
    "One row per instance: its addresses and which ports it opens to whom.",
    Call("lightsail", "get_instances"),
    "instances[]",
    name("name"),
    arn("arn"),
    Column("public_ip", "publicIpAddress", "string", "its public address"),
    Column("ipv6_addresses", "ipv6Addresses", "json", "its IPv6 addresses"),
    Column(
        "ports",
        "networking.ports[].{first: fromPort, last: toPort, protocol: protocol, cidrs: cidrs, ipv6: ipv6Cidrs,"
        " from: accessFrom}",
        "json",
        "open port ranges with the networks that reach them",
    ),
)

STATIC_IPS = listed(
    "lightsail_static_ips",
    "One row per static address.",
    Call("lightsail", "get_static_ips"),
    "staticIps[]",
    name("name"),
    arn("arn"),
    Column("address", "ipAddress", "string", "the address"),
    Column("attached", "isAttached", "bool", "an instance uses it"),
    Column("instance", "attachedTo", "string", "the instance"),
)

DATABASES = listed(
    "lightsail_databases",
    "One row per database: whether it has a public address.",
    Call("lightsail", "get_relational_databases"),
    "relationalDatabases[]",
    name("name"),
    arn("arn"),
    Column("publicly_accessible", "publiclyAccessible", "bool", "everybody reaches its port"),
    Column("port", "masterEndpoint.port", "int", "port it listens on"),
)

BUCKETS = listed(
    "lightsail_buckets",
    "One row per bucket: who may read it.",
    Call("lightsail", "get_buckets"),
    "buckets[]",
    name("name"),
    arn("arn"),
    Column("objects_public", "accessRules.getObject == 'public'", "bool", "everybody may read every object"),
    Column("objects_may_be_public", "accessRules.allowPublicOverrides", "bool", "single objects may be public"),
    Column("account_ids", "readonlyAccessAccounts", "json", "accounts that may read it"),
)

BLOCK_PUBLIC_ACCESS = Table(
    name="lightsail_block_public_access",
    doc="One row per account and region: whether the account's S3 public access block holds for Lightsail, too.",
    scope=Scope.REGION,
    call=Call("lightsail", "get_buckets"),
    columns=(
        Column("blocked", "accountLevelBpaSync.bpaImpactsLightsail", "bool", "public buckets are closed"),
        Column("status", "accountLevelBpaSync.status", "string", "InSync, Failed, NeverSynced or Defaulted"),
    ),
)

LOAD_BALANCERS = listed(
    "lightsail_load_balancers",
    "One row per load balancer; all are on the internet.",
    Call("lightsail", "get_load_balancers"),
    "loadBalancers[]",
    name("name"),
    arn("arn"),
    Column("dns_name", "dnsName", "string", "its host name"),
    Column("ports", "publicPorts", "json", "ports it listens on"),
)

DISTRIBUTIONS = listed(
    "lightsail_distributions",
    "One row per distribution.",
    Call("lightsail", "get_distributions"),
    "distributions[]",
    name("name"),
    arn("arn"),
    Column("enabled", "isEnabled", "bool", "it answers requests"),
    Column("domain_name", "domainName", "string", "its host name"),
    scope=Scope.ACCOUNT,
    at="us-east-1",
)

CONTAINER_SERVICES = listed(
    "lightsail_container_services",
    "One row per container service: its URL and whether a container answers there (never environment values).",
    Call("lightsail", "get_container_services"),
    "containerServices[]",
    name("containerServiceName"),
    arn("arn"),
    Column("url", "url", "string", "its URL"),
    Column("public_container", "currentDeployment.publicEndpoint.containerName", "string", "container that answers"),
    Column("disabled", "isDisabled", "bool", "switched off"),
)
