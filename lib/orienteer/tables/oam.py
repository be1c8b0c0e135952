"""CloudWatch cross-account observability: sinks and who may link to them."""

from __future__ import annotations

from orienteer.model import Call
from orienteer.tables.shapes import arn, listed, name, policies

SINKS = listed("oam_sinks", "One row per sink.", Call("oam", "list_sinks"), "Items[]", name("Name"), arn("Arn"))

SINK_POLICIES = policies(
    "oam_sink_policies",
    SINKS,
    Call("oam", "get_sink_policy", params={"SinkIdentifier": "arn"}, absent={"ResourceNotFoundException"}),
)
