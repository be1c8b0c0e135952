"""Well-Architected workloads and with whom they are shared."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, described, name, owned

WORKLOADS = owned(
    "wellarchitected_workloads",
    "One row per workload of the account.",
    Call("wellarchitected", "list_workloads"),
    "WorkloadSummaries[]",
    "Owner",
    name("WorkloadId", "id of the workload"),
    arn("WorkloadArn"),
    Column("title", "WorkloadName", "string", "what people call it"),
    Column("owner", "Owner", "string", "account that owns it"),
    Column("updated_at", "UpdatedAt", "timestamp", "when its review last changed"),
    Column("high_risks", "RiskCounts.HIGH || `0`", "int", "open high risks over all lenses"),
    Column("medium_risks", "RiskCounts.MEDIUM || `0`", "int", "open medium risks over all lenses"),
)

PILLARS = described(
    "wellarchitected_pillars",
    WORKLOADS,
    "One row per workload and pillar of the Well-Architected lens: its open risks.",
    Call(
        "wellarchitected",
        "get_lens_review",
        params={"WorkloadId": "name"},
        fixed={"LensAlias": "wellarchitected"},
        absent={"ResourceNotFoundException"},
    ),
    Column("pillar", "PillarId", "string", "security, reliability, ..."),
    Column("high_risks", "RiskCounts.HIGH || `0`", "int", "open high risks"),
    items="LensReview.PillarReviewSummaries[]",
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
        "WorkloadShareSummaries[?!contains(['REJECTED', 'REVOKED', 'EXPIRED', 'FAILED'], Status)].SharedWith",
        "json",
        "accounts, the organization and units of it, those whose share ended aside",
    ),
)
