"""CodeGuru profiling groups and their policies."""

from __future__ import annotations

from orienteer.model import Call
from orienteer.tables.shapes import listed, name, policies

GROUPS = listed(
    "codeguruprofiler_groups",
    "One row per profiling group.",
    Call("codeguruprofiler", "list_profiling_groups"),
    "profilingGroupNames[]",
    name("@"),
)

GROUP_POLICIES = policies(
    "codeguruprofiler_group_policies",
    GROUPS,
    Call("codeguruprofiler", "get_policy", params={"profilingGroupName": "name"}, absent={"ResourceNotFoundException"}),
    "policy",
)
