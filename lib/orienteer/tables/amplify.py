"""Amplify apps and branches.  The answers hold environment values and basic credentials, of which nothing is kept."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, described, listed, name

APPS = listed(
    "amplify_apps",
    "One row per app: its host name, and whether it asks for a password.",
    Call("amplify", "list_apps"),
    "apps[]",
    name("appId", "id of the app"),
    arn("appArn"),
    Column("title", "name", "string", "what it is called"),
    Column("domain", "defaultDomain", "string", "its host name"),
    Column("asks_password", "enableBasicAuth", "bool", "basic authentication for all branches"),
)

BRANCHES = described(
    "amplify_branches",
    APPS,
    "One row per branch: whether it asks for a password.",
    Call("amplify", "list_branches", params={"appId": "name"}, absent={"NotFoundException"}),
    Column("branch", "branchName", "string", "name of the branch"),
    Column("branch_asks_password", "enableBasicAuth", "bool", "basic authentication for this branch"),
    items="branches[]",
    keep=("asks_password",),
)
