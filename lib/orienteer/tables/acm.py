"""Certificates of ACM."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, described, listed

KEYS = ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"]
"""Every kind of key: without naming them, AWS lists certificates with RSA keys of 1024 and 2048 bits only.
https://docs.aws.amazon.com/acm/latest/APIReference/API_ListCertificates.html"""

CERTIFICATES = listed(
    "acm_certificates",
    "One row per certificate: who issued it, whether it is in use, and until when it holds.",
    Call("acm", "list_certificates", fixed={"Includes": {"keyTypes": KEYS}}),
    "CertificateSummaryList[]",
    arn("CertificateArn"),
    Column("domain", "DomainName", "string", "its first host name"),
    Column("state", "Status", "string", "ISSUED, EXPIRED, PENDING_VALIDATION, ..."),
    Column("kind", "Type", "string", "AMAZON_ISSUED, IMPORTED or PRIVATE"),
    Column("in_use", "InUse", "bool", "something answers with it"),
    Column("renewal", "RenewalEligibility", "string", "ELIGIBLE: ACM renews it"),
    Column(
        "may_renew",
        "contains(['AMAZON_ISSUED', 'PRIVATE'], Type || '') && InUse && RenewalEligibility == 'ELIGIBLE'",
        "bool",
        "in use, and ACM renews it where it can",
    ),
    Column("expires_at", "NotAfter", "timestamp", "until when it holds"),
)

RENEWALS = described(
    "acm_renewals",
    CERTIFICATES,
    "One row per certificate in use that ACM may renew: how its domains are validated, and how far the renewal is.",
    Call("acm", "describe_certificate", params={"CertificateArn": "arn"}, absent={"ResourceNotFoundException"}),
    Column(
        "validated_by",
        "Certificate.DomainValidationOptions[].ValidationMethod",
        "json",
        "DNS, HTTP or EMAIL, of each domain; with EMAIL somebody has to approve each renewal",
    ),
    Column(
        "renewal_status",
        "Certificate.RenewalSummary.RenewalStatus",
        "string",
        "PENDING_AUTO_RENEWAL, PENDING_VALIDATION (ACM waits for somebody), SUCCESS or FAILED",
    ),
    when="may_renew",
    keep=("arn",),
)
