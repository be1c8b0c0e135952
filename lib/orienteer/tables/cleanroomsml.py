"""Clean Rooms ML configured audience models and their policies."""

from __future__ import annotations

from orienteer.model import Call
from orienteer.tables.shapes import arn, listed, name, policies

MODELS = listed(
    "cleanroomsml_models",
    "One row per configured audience model.",
    Call("cleanroomsml", "list_configured_audience_models"),
    "configuredAudienceModels[]",
    name("name"),
    arn("configuredAudienceModelArn"),
)

MODEL_POLICIES = policies(
    "cleanroomsml_model_policies",
    MODELS,
    Call(
        "cleanroomsml",
        "get_configured_audience_model_policy",
        params={"configuredAudienceModelArn": "arn"},
        absent={"ResourceNotFoundException"},
    ),
    "configuredAudienceModelPolicy",
)
