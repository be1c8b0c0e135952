"""EFS file systems and their policies."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, listed, name, policies

FILE_SYSTEMS = listed(
    "efs_file_systems",
    "One row per file system.",
    Call("efs", "describe_file_systems"),
    "FileSystems[]",
    name("FileSystemId", "id of the file system"),
    arn("FileSystemArn"),
    Column("encrypted", "Encrypted", "bool", "its storage is encrypted"),
    Column("kms_key", "KmsKeyId", "string", "key that encrypts it"),
)

FILE_SYSTEM_POLICIES = policies(
    "efs_file_system_policies",
    FILE_SYSTEMS,
    Call("efs", "describe_file_system_policy", params={"FileSystemId": "name"}, absent={"PolicyNotFound"}),
)
