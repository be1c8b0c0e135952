"""S3 file systems and their policies."""

from __future__ import annotations

from orienteer.model import Call
from orienteer.tables.shapes import arn, listed, name, policies

FILE_SYSTEMS = listed(
    "s3files_file_systems",
    "One row per file system over a bucket.",
    Call("s3files", "list_file_systems"),
    "fileSystems[]",
    name("fileSystemId", "id of the file system"),
    arn("fileSystemArn"),
)

FILE_SYSTEM_POLICIES = policies(
    "s3files_file_system_policies",
    FILE_SYSTEMS,
    Call("s3files", "get_file_system_policy", params={"fileSystemId": "name"}, absent={"ResourceNotFoundException"}),
    "policy",
)
