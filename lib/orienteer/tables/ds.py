"""Directories and the accounts that they are shared with (never their RADIUS settings)."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import described, listed, name

DIRECTORIES = listed(
    "ds_directories",
    "One row per directory.",
    Call("ds", "describe_directories"),
    "DirectoryDescriptions[]",
    name("DirectoryId", "id of the directory"),
    Column("is_own", "Type != 'SharedMicrosoftAD'", "bool", "not shared by another account"),
    Column("can_share", "Type == 'MicrosoftAD'", "bool", "a directory of the kind that can be shared"),
)

SHARED_DIRECTORIES = described(
    "ds_shared_directories",
    DIRECTORIES,
    "One row per directory and account that it is shared with, shares that ended aside.",
    Call(
        "ds",
        "describe_shared_directories",
        params={"OwnerDirectoryId": "name"},
        absent={"EntityDoesNotExistException", "UnsupportedOperationException"},
    ),
    Column("account_id_shared", "SharedAccountId", "string", "account it is shared with"),
    Column("method", "ShareMethod", "string", "ORGANIZATIONS or HANDSHAKE"),
    items="SharedDirectories[?!contains(['Rejected', 'Deleted', 'ShareFailed'], ShareStatus)]",
    when="can_share",
)
