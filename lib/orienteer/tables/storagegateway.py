"""File shares of Storage Gateway."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, batched, name

NFS_SHARES = batched(
    "storagegateway_nfs_shares",
    "One row per NFS file share: from where it can be mounted.",
    (Call("storagegateway", "list_file_shares"), "FileShareInfoList[?FileShareType=='NFS'].FileShareARN"),
    (Call("storagegateway", "describe_nfs_file_shares"), "FileShareARNList", 10),
    "NFSFileShareInfoList[]",
    name("FileShareId", "id of the share"),
    arn("FileShareARN"),
    Column("cidrs", "ClientList", "json", "networks that may mount it"),
)
