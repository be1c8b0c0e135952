"""CodeArtifact domains and repositories, and their policies."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, listed, name, policies

DOMAINS = listed(
    "codeartifact_domains",
    "One row per domain that the account owns.",
    Call("codeartifact", "list_domains"),
    "domains[]",
    name("name"),
    arn("arn"),
    Column("owner_account", "owner", "string", "account that owns it"),
)

DOMAIN_POLICIES = policies(
    "codeartifact_domain_policies",
    DOMAINS,
    Call(
        "codeartifact",
        "get_domain_permissions_policy",
        params={"domain": "name", "domainOwner": "owner_account"},
        absent={"ResourceNotFoundException"},
    ),
    "policy.document",
)

REPOSITORIES = listed(
    "codeartifact_repositories",
    "One row per repository that the account administers.",
    Call("codeartifact", "list_repositories"),
    "repositories[]",
    name("name"),
    arn("arn"),
    Column("domain", "domainName", "string", "its domain"),
    Column("owner_account", "domainOwner", "string", "account that owns the domain"),
    resource="arn",
)

REPOSITORY_POLICIES = policies(
    "codeartifact_repository_policies",
    REPOSITORIES,
    Call(
        "codeartifact",
        "get_repository_permissions_policy",
        params={"domain": "domain", "domainOwner": "owner_account", "repository": "name"},
        absent={"ResourceNotFoundException"},
    ),
    "policy.document",
)
