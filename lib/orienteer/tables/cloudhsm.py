"""CloudHSM backups and their policies."""

from __future__ import annotations

from orienteer.model import EMPTY, Call
from orienteer.tables.shapes import arn, listed, name, policies

BACKUPS = listed(
    "cloudhsm_backups",
    "One row per backup of the account.",
    Call("cloudhsmv2", "describe_backups", fixed={"Shared": False}),
    "Backups[]",
    name("BackupId", "id of the backup"),
    arn("BackupArn"),
)

BACKUP_POLICIES = policies(
    "cloudhsm_backup_policies",
    BACKUPS,
    Call(
        "cloudhsmv2",
        "get_resource_policy",
        params={"ResourceArn": "arn"},
        absent={"CloudHsmResourceNotFoundException", EMPTY},
    ),
    "Policy",
)
