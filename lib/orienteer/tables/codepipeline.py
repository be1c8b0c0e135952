"""CodePipeline: pipelines, the roles they have, and where their code comes from (never tokens in their settings)."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, described, listed, name

PIPELINES = listed(
    "codepipeline_pipelines",
    "One row per pipeline.",
    Call("codepipeline", "list_pipelines"),
    "pipelines[]",
    name("name"),
)

PIPELINE_DETAILS = described(
    "codepipeline_pipeline_details",
    PIPELINES,
    "One row per pipeline: its role, and who provides its sources.",
    Call("codepipeline", "get_pipeline", params={"name": "name"}, absent={"PipelineNotFoundException"}),
    name("pipeline.name"),
    arn("metadata.pipelineArn"),
    Column("role_arn", "pipeline.roleArn", "string", "role that it deploys with"),
    Column(
        "sources",
        "pipeline.stages[].actions[?actionTypeId.category=='Source'].actionTypeId.provider[]",
        "json",
        "CodeStarSourceConnection, CodeCommit, S3, GitHub (by a token), ...",
    ),
    resource="name",
    arn="arn",
)
