"""MediaStore containers and their policies."""

from __future__ import annotations

from orienteer.model import Call
from orienteer.tables.shapes import arn, listed, name, policies

CONTAINERS = listed(
    "mediastore_containers",
    "One row per container.",
    Call("mediastore", "list_containers"),
    "Containers[]",
    name("Name"),
    arn("ARN"),
)

CONTAINER_POLICIES = policies(
    "mediastore_container_policies",
    CONTAINERS,
    Call(
        "mediastore",
        "get_container_policy",
        params={"ContainerName": "name"},
        absent={"PolicyNotFoundException", "ContainerNotFoundException"},
    ),
)
