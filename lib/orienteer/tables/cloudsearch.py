"""CloudSearch domains and their access policies."""

from __future__ import annotations

from orienteer.model import Call
from orienteer.tables.shapes import arn, listed, name, policies

DOMAINS = listed(
    "cloudsearch_domains",
    "One row per domain.",
    Call("cloudsearch", "describe_domains"),
    "DomainStatusList[]",
    name("DomainName"),
    arn("ARN"),
)

DOMAIN_POLICIES = policies(
    "cloudsearch_domain_policies",
    DOMAINS,
    Call(
        "cloudsearch",
        "describe_service_access_policies",
        params={"DomainName": "name"},
        fixed={"Deployed": True},
        absent={"ResourceNotFound"},
    ),
    "AccessPolicies.Options",
)
