"""VPC Lattice services and service networks: whom they are shared with, what they ask callers, and what is in which."""

from __future__ import annotations

from orienteer.model import EMPTY, Call, Column
from orienteer.tables.shapes import arn, described, name, owned, policies

GONE = frozenset({"ResourceNotFoundException"})
AUTHORIZATION = Column("authorization", "authType", "string", "NONE or AWS_IAM")
AUTH_POLICY = Call("vpc-lattice", "get_auth_policy", params={"resourceIdentifier": "arn"}, absent=GONE | {EMPTY})
SHARE = Call("vpc-lattice", "get_resource_policy", params={"resourceArn": "arn"}, absent=GONE | {EMPTY})
"""The policy that a share makes."""

SERVICES = owned(
    "vpc_lattice_services",
    "One row per service of the account.",
    Call("vpc-lattice", "list_services"),
    "items[]",
    "arn",
    name("id", "id of the service"),
    arn("arn"),
)

SERVICE_DETAILS = described(
    "vpc_lattice_service_details",
    SERVICES,
    "One row per service: whether callers need to prove who they are.",
    Call("vpc-lattice", "get_service", params={"serviceIdentifier": "name"}, absent=GONE),
    arn("arn"),
    AUTHORIZATION,
    arn="arn",
)

SERVICE_POLICIES = policies(
    "vpc_lattice_service_policies", SERVICE_DETAILS, AUTH_POLICY, "policy", keep=("authorization",)
)

SERVICE_SHARES = policies("vpc_lattice_service_shares", SERVICES, SHARE, "policy")

NETWORKS = owned(
    "vpc_lattice_networks",
    "One row per service network of the account.",
    Call("vpc-lattice", "list_service_networks"),
    "items[]",
    "arn",
    name("id", "id of the service network"),
    arn("arn"),
)

NETWORK_POLICIES = policies("vpc_lattice_network_policies", NETWORKS, SHARE, "policy", keep=("arn",))

NETWORK_SERVICES = described(
    "vpc_lattice_network_services",
    NETWORK_POLICIES,
    "One row per service network and service in it, with whom the network is shared; at least one per network.",
    Call(
        "vpc-lattice",
        "list_service_network_service_associations",
        params={"serviceNetworkIdentifier": "arn"},
        absent=GONE,
    ),
    Column("service_arn", "serviceArn", "string", "ARN of the service"),
    items="items[?status != 'CREATE_FAILED']",
    keep=("policy",),
)

NETWORK_DETAILS = described(
    "vpc_lattice_network_details",
    NETWORKS,
    "One row per service network: whether callers need to prove who they are.",
    Call("vpc-lattice", "get_service_network", params={"serviceNetworkIdentifier": "name"}, absent=GONE),
    arn("arn"),
    AUTHORIZATION,
    arn="arn",
)

NETWORK_AUTH_POLICIES = policies(
    "vpc_lattice_network_auth_policies", NETWORK_DETAILS, AUTH_POLICY, "policy", keep=("authorization",)
)
