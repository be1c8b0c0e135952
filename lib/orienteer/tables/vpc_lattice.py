"""VPC Lattice services and service networks: how they authorize, and for whom."""

from __future__ import annotations

from orienteer.model import EMPTY, Call, Column
from orienteer.tables.shapes import arn, described, listed, name, policies

SERVICES = listed(
    "vpc_lattice_services",
    "One row per service.",
    Call("vpc-lattice", "list_services"),
    "items[]",
    name("id", "id of the service"),
    arn("arn"),
)

SERVICE_DETAILS = described(
    "vpc_lattice_service_details",
    SERVICES,
    "One row per service: whether callers need to prove who they are.",
    Call("vpc-lattice", "get_service", params={"serviceIdentifier": "name"}, absent={"ResourceNotFoundException"}),
    arn("arn"),
    Column("authorization", "authType", "string", "NONE or AWS_IAM"),
    arn="arn",
)

SERVICE_POLICIES = policies(
    "vpc_lattice_service_policies",
    SERVICE_DETAILS,
    Call(
        "vpc-lattice",
        "get_auth_policy",
        params={"resourceIdentifier": "arn"},
        absent={"ResourceNotFoundException", EMPTY},
    ),
    "policy",
    keep=("authorization",),
)

NETWORKS = listed(
    "vpc_lattice_networks",
    "One row per service network.",
    Call("vpc-lattice", "list_service_networks"),
    "items[]",
    name("id", "id of the service network"),
    arn("arn"),
)

NETWORK_POLICIES = policies(
    "vpc_lattice_network_policies",
    NETWORKS,
    Call(
        "vpc-lattice", "get_resource_policy", params={"resourceArn": "arn"}, absent={"ResourceNotFoundException", EMPTY}
    ),
    "policy",
)
