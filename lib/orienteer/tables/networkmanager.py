"""Cloud WAN core networks and their policies."""

from __future__ import annotations

from orienteer.model import EMPTY, Call, Column, Scope
from orienteer.tables.shapes import arn, name, owned, policies

CORE_NETWORKS = owned(
    "networkmanager_core_networks",
    "One row per core network of the account.",
    Call("networkmanager", "list_core_networks"),
    "CoreNetworks[]",
    "OwnerAccountId",
    name("CoreNetworkId", "id of the core network"),
    arn("CoreNetworkArn"),
    Column("owner_account", "OwnerAccountId", "string", "account that owns it"),
    scope=Scope.ACCOUNT,
    at="us-west-2",
)

CORE_NETWORK_POLICIES = policies(
    "networkmanager_core_network_policies",
    CORE_NETWORKS,
    Call("networkmanager", "get_resource_policy", params={"ResourceArn": "arn"}, absent={EMPTY}),
    "PolicyDocument",
)
