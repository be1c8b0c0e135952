"""OpenSearch and Elasticsearch domains."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, batched, name, policy

DOMAINS = batched(
    "opensearch_domains",
    "One row per domain: access policy, and whether it stands in a VPC.",
    (Call("opensearch", "list_domain_names"), "DomainNames[].DomainName"),
    (Call("opensearch", "describe_domains"), "DomainNames", 5),
    "DomainStatusList[]",
    name("DomainName"),
    arn("ARN"),
    policy("AccessPolicies"),
    Column("encrypted", "EncryptionAtRestOptions.Enabled", "bool", "its storage is encrypted"),
    Column("kms_key", "EncryptionAtRestOptions.KmsKeyId", "string", "key that encrypts it"),
    Column("vpc_id", "VPCOptions.VPCId", "string", "its VPC; null: it has a public address"),
    Column("group_ids", "VPCOptions.SecurityGroupIds", "json", "security groups on it"),
    Column("endpoint", "Endpoint", "string", "its host name"),
    Column(
        "asks_password",
        "AdvancedSecurityOptions.Enabled && !(AdvancedSecurityOptions.AnonymousAuthEnabled)",
        "bool",
        "fine-grained access control asks who the caller is, whatever the access policy allows",
    ),
)
