"""SES identities and who else may send in their name."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import described, listed, name

IDENTITIES = listed(
    "ses_identities",
    "One row per identity.",
    Call("sesv2", "list_email_identities"),
    "EmailIdentities[]",
    name("IdentityName"),
)

IDENTITY_POLICIES = described(
    "ses_identity_policies",
    IDENTITIES,
    "One row per identity: all its policies.",
    Call("sesv2", "get_email_identity_policies", params={"EmailIdentity": "name"}, absent={"NotFoundException"}),
    Column("policies", "values(Policies || `{}`)", "json", "list of policy documents, each JSON text"),
)
