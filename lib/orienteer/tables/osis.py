"""OpenSearch Ingestion pipelines and their policies."""

from __future__ import annotations

from orienteer.model import EMPTY, Call
from orienteer.tables.shapes import arn, listed, name, policies

PIPELINES = listed(
    "osis_pipelines",
    "One row per pipeline.",
    Call("osis", "list_pipelines"),
    "Pipelines[]",
    name("PipelineName"),
    arn("PipelineArn"),
)

PIPELINE_POLICIES = policies(
    "osis_pipeline_policies",
    PIPELINES,
    Call("osis", "get_resource_policy", params={"ResourceArn": "arn"}, absent={"ResourceNotFoundException", EMPTY}),
    "Policy",
)
