"""WorkSpaces: directories, images, secure browser portals; AppStream images; who reaches or gets them."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, described, listed, name

DIRECTORIES = listed(
    "workspaces_directories",
    "One row per directory: from where and with what people sign in.",
    Call("workspaces", "describe_workspace_directories"),
    "Directories[]",
    name("DirectoryId", "id of the directory"),
    Column("ip_groups", "ipGroupIds", "json", "groups of addresses that may sign in; none: all"),
    Column("web_allowed", "WorkspaceAccessProperties.DeviceTypeWeb == 'ALLOW'", "bool", "any browser will do"),
)

IMAGES = listed(
    "workspaces_images",
    "One row per image of the account.",
    Call("workspaces", "describe_workspace_images", fixed={"ImageType": "OWNED"}),
    "Images[]",
    name("ImageId", "id of the image"),
)

IMAGE_SHARES = described(
    "workspaces_image_shares",
    IMAGES,
    "One row per image: the accounts that it is shared with.",
    Call(
        "workspaces",
        "describe_workspace_image_permissions",
        params={"ImageId": "name"},
        absent={"ResourceNotFoundException"},
    ),
    Column("account_ids", "ImagePermissions[].SharedAccountId", "json", "accounts it is shared with"),
)

APP_IMAGES = listed(
    "appstream_images",
    "One row per AppStream image of the account.",
    Call("appstream", "describe_images", fixed={"Type": "PRIVATE"}),
    "Images[]",
    name("Name"),
    arn("Arn"),
)

APP_IMAGE_SHARES = described(
    "appstream_image_shares",
    APP_IMAGES,
    "One row per AppStream image: the accounts that it is shared with.",
    Call("appstream", "describe_image_permissions", params={"Name": "name"}, absent={"ResourceNotFoundException"}),
    Column("account_ids", "SharedImagePermissionsList[].sharedAccountId", "json", "accounts it is shared with"),
)

PORTALS = listed(
    "workspaces_web_portals",
    "One row per secure browser portal: its URL and from where it is reached.",
    Call("workspaces-web", "list_portals"),
    "portals[]",
    arn("portalArn"),
    Column("url", "portalEndpoint", "string", "its host name"),
    Column("authentication", "authenticationType", "string", "Standard or IAM_Identity_Center"),
)

PORTAL_DETAILS = described(
    "workspaces_web_portal_details",
    PORTALS,
    "One row per portal: whether addresses are limited.",
    Call("workspaces-web", "get_portal", params={"portalArn": "arn"}, absent={"ResourceNotFoundException"}),
    Column("ip_settings", "portal.ipAccessSettingsArn", "string", "addresses that may sign in; null: all"),
    keep=("url", "authentication"),
)
