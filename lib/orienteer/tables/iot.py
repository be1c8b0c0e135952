"""IoT policies and custom authorizers."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, described, listed, name

POLICIES = listed(
    "iot_policies",
    "One row per policy for devices.",
    Call("iot", "list_policies"),
    "policies[]",
    name("policyName"),
    arn("policyArn"),
)

POLICY_DOCUMENTS = described(
    "iot_policy_documents",
    POLICIES,
    "One row per policy for devices: its document.",
    Call("iot", "get_policy", params={"policyName": "name"}, absent={"ResourceNotFoundException"}),
    Column("document", "policyDocument", "policy", "policy document, JSON text"),
)

AUTHORIZERS = listed(
    "iot_authorizers",
    "One row per active custom authorizer.",
    Call("iot", "list_authorizers", fixed={"status": "ACTIVE"}),
    "authorizers[]",
    name("authorizerName"),
    arn("authorizerArn"),
)

AUTHORIZER_DETAILS = described(
    "iot_authorizer_details",
    AUTHORIZERS,
    "One row per active custom authorizer: whether tokens are checked before its function runs.",
    Call("iot", "describe_authorizer", params={"authorizerName": "name"}, absent={"ResourceNotFoundException"}),
    Column("unsigned", "authorizerDescription.signingDisabled", "bool", "tokens need no signature"),
)
