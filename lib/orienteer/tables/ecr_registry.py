"""The private ECR registry: its policy, and what it stamps on repositories that it makes."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table
from orienteer.tables.shapes import listed, name, policy

REGISTRY_POLICY = Table(
    name="ecr_registry_policy",
    doc="One row per account and region: the policy of the registry, null when it has none.",
    scope=Scope.REGION,
    call=Call("ecr", "get_registry_policy", absent={"RegistryPolicyNotFoundException"}),
    columns=(policy("policyText"),),
)

CREATION_TEMPLATES = listed(
    "ecr_creation_templates",
    "One row per template: the policy that new repositories get.",
    Call("ecr", "describe_repository_creation_templates"),
    "repositoryCreationTemplates[]",
    name("prefix", "names of repositories that it is for"),
    policy("repositoryPolicy"),
)

SCANNING = Table(
    name="ecr_registry_scanning",
    doc="One row per account and region: how the registry scans images.",
    scope=Scope.REGION,
    call=Call("ecr", "get_registry_scanning_configuration"),
    columns=(
        Column("scan_type", "scanningConfiguration.scanType", "string", "BASIC or ENHANCED"),
        Column("scan_rules", "scanningConfiguration.rules", "json", "list of {scanFrequency, repositoryFilters}"),
    ),
)
