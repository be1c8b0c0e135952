"""Rekognition Custom Labels projects and their policies."""

from __future__ import annotations

from orienteer.model import Call
from orienteer.tables.shapes import arn, described, listed, policy

PROJECTS = listed(
    "rekognition_projects",
    "One row per project.",
    Call("rekognition", "describe_projects"),
    "ProjectDescriptions[]",
    arn("ProjectArn"),
)

PROJECT_POLICIES = described(
    "rekognition_project_policies",
    PROJECTS,
    "One row per policy of a project.",
    Call("rekognition", "list_project_policies", params={"ProjectArn": "arn"}, absent={"ResourceNotFoundException"}),
    policy("PolicyDocument"),
    items="ProjectPolicies[]",
)
