"""Amazon Q Business applications: how users sign in, and policies."""

from __future__ import annotations

from orienteer.model import EMPTY, Call, Column
from orienteer.tables.shapes import listed, name, policies

APPLICATIONS = listed(
    "qbusiness_applications",
    "One row per application.",
    Call("qbusiness", "list_applications"),
    "applications[]",
    name("applicationId", "id of the application"),
    Column("title", "displayName", "string", "what it is called"),
    Column("is_anonymous", "identityType == 'ANONYMOUS'", "bool", "nobody signs in"),
)

APPLICATION_POLICIES = policies(
    "qbusiness_application_policies",
    APPLICATIONS,
    Call("qbusiness", "get_policy", params={"applicationId": "name"}, absent={"ResourceNotFoundException", EMPTY}),
    "policy",
    keep=("is_anonymous",),
)
