"""Applications of the Serverless Application Repository and who may deploy them."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import described, listed, name

APPLICATIONS = listed(
    "serverlessrepo_applications",
    "One row per application.",
    Call("serverlessrepo", "list_applications"),
    "Applications[]",
    name("ApplicationId", "ARN of the application"),
    Column("title", "Name", "string", "what it is called"),
    arn="name",
)

APPLICATION_POLICIES = described(
    "serverlessrepo_application_policies",
    APPLICATIONS,
    "One row per application: the accounts that may deploy it; `*` is everybody.",
    Call("serverlessrepo", "get_application_policy", params={"ApplicationId": "name"}, absent={"NotFoundException"}),
    Column("account_ids", "Statements[].Principals[]", "json", "account ids, or *"),
    Column("organization_ids", "Statements[].PrincipalOrgIDs[]", "json", "organizations that it is kept to"),
    keep=("title",),
)
