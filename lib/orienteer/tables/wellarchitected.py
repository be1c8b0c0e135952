"""Well-Architected workloads and with whom they are shared."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, described, listed, name

WORKLOADS = listed(
    "wellarchitected_workloads",
    "One row per workload.",
    Call("wellarchitected", "list_workloads"),
    "WorkloadSummaries[]",
    name("WorkloadId", "id of the workload"),
    arn("WorkloadArn"),
)

WORKLOAD_SHARES = described(
    "wellarchitected_workload_shares",
    WORKLOADS,
    "One row per workload: with whom it is shared.",
    Call(
        "wellarchitected", "list_workload_shares", params={"WorkloadId": "name"}, absent={"ResourceNotFoundException"}
    ),
    Column(
        "shared_with",
        "WorkloadShareSummaries[?Status=='ACCEPTED' || Status=='PENDING'].SharedWith",
        "json",
        "account ids and ARNs",
    ),
)
