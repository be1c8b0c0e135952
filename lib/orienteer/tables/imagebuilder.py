"""EC2 Image Builder images and their policies."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, described, listed, policies

IMAGES = listed(
    "imagebuilder_images",
    "One row per image version of the account.",
    Call("imagebuilder", "list_images", fixed={"owner": "Self"}),
    "imageVersionList[]",
    arn("arn"),
    Column("title", "name", "string", "what it is called"),
)

BUILDS = described(
    "imagebuilder_builds",
    IMAGES,
    "One row per build of an image version.",
    Call("imagebuilder", "list_image_build_versions", params={"imageVersionArn": "arn"}),
    arn("arn"),
    items="imageSummaryList[]",
    resource="arn",
    arn="arn",
)

BUILD_POLICIES = policies(
    "imagebuilder_build_policies",
    BUILDS,
    Call("imagebuilder", "get_image_policy", params={"imageArn": "arn"}, absent={"ResourceNotFoundException"}),
    "policy",
)
