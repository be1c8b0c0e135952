"""Private certificate authorities and their policies."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, listed, policies

AUTHORITIES = listed(
    "acm_pca_authorities",
    "One row per certificate authority of the account.",
    Call("acm-pca", "list_certificate_authorities", fixed={"ResourceOwner": "SELF"}),
    "CertificateAuthorities[]",
    arn("Arn"),
    Column("status", "Status", "string", "ACTIVE, DISABLED, DELETED, ..."),
)

AUTHORITY_POLICIES = policies(
    "acm_pca_policies",
    AUTHORITIES,
    Call("acm-pca", "get_policy", params={"ResourceArn": "arn"}, absent={"ResourceNotFoundException"}),
    "Policy",
)
