"""Resource Access Manager: what is shared, with whom."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table
from orienteer.tables.shapes import unless_none

LIST = Call("ram", "get_resource_shares", fixed={"resourceOwner": "SELF"})
SOME = (LIST, "resourceShares[]")
"""Only what has a share has principals and resources in it."""
SHARES = Table(
    name="ram_shares",
    doc="One row per resource share the account owns, deleted ones (kept by AWS for hours) too.",
    scope=Scope.REGION,
    call=LIST,
    items="resourceShares[]",
    resource="share_arn",
    arn="share_arn",
    columns=(
        Column("share_arn", "resourceShareArn", "string", "ARN of the share"),
        Column("share_name", "name", "string", "name of the share"),
        Column("status", "status", "string", "ACTIVE, PENDING, FAILED, DELETING or DELETED"),
        Column("allow_external", "allowExternalPrincipals", "bool", "accounts outside the organization may be added"),
        Column("feature_set", "featureSet", "string", "STANDARD, or made from a resource policy"),
        Column("created_at", "creationTime", "timestamp", "when it was made"),
    ),
)

PRINCIPALS = unless_none(
    "ram_share_principals",
    "One row per principal of the account's resource shares.",
    SOME,
    Call("ram", "get_resource_share_associations", fixed={"associationType": "PRINCIPAL"}),
    "resourceShareAssociations[]",
    Column("share_arn", "resourceShareArn", "string", "ARN of the share"),
    Column("principal", "associatedEntity", "string", "account id, organization or OU ARN, role, user or service"),
    Column("status", "status", "string", "ASSOCIATED, ASSOCIATING, DISASSOCIATED, ..."),
    Column("external", "external", "bool", "outside the organization"),
    resource="share_arn",
    arn="share_arn",
)

RESOURCES = unless_none(
    "ram_share_resources",
    "One row per resource in the account's resource shares.",
    SOME,
    Call("ram", "get_resource_share_associations", fixed={"associationType": "RESOURCE"}),
    "resourceShareAssociations[]",
    Column("share_arn", "resourceShareArn", "string", "ARN of the share"),
    Column("shared_arn", "associatedEntity", "string", "ARN of the shared resource"),
    Column("status", "status", "string", "ASSOCIATED, ..."),
    resource="share_arn",
    arn="share_arn",
)
