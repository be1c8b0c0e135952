"""CloudWatch investigation groups and their policies."""

from __future__ import annotations

from orienteer.model import Call
from orienteer.tables.shapes import arn, listed, name, policies

GROUPS = listed(
    "aiops_groups",
    "One row per investigation group.",
    Call("aiops", "list_investigation_groups"),
    "investigationGroups[]",
    name("name"),
    arn("arn"),
)

GROUP_POLICIES = policies(
    "aiops_group_policies",
    GROUPS,
    Call("aiops", "get_investigation_group_policy", params={"identifier": "arn"}, absent={"ResourceNotFoundException"}),
    "policy",
)
