"""Entity Resolution ID namespaces and their policies."""

from __future__ import annotations

from orienteer.model import Call
from orienteer.tables.shapes import arn, listed, name, policies

ID_NAMESPACES = listed(
    "entityresolution_id_namespaces",
    "One row per ID namespace.",
    Call("entityresolution", "list_id_namespaces"),
    "idNamespaceSummaries[]",
    name("idNamespaceName"),
    arn("idNamespaceArn"),
)

ID_NAMESPACE_POLICIES = policies(
    "entityresolution_id_namespace_policies",
    ID_NAMESPACES,
    Call("entityresolution", "get_policy", params={"arn": "arn"}, absent={"ResourceNotFoundException"}),
    "policy",
)
