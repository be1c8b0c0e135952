"""Neptune Analytics graphs."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, listed, name

GRAPHS = listed(
    "neptune_graphs",
    "One row per graph: whether it has a public endpoint, which asks for IAM.",
    Call("neptune-graph", "list_graphs"),
    "graphs[]",
    name("id", "id of the graph"),
    arn("arn"),
    Column("is_public", "publicConnectivity", "bool", "its endpoint has public addresses"),
)
