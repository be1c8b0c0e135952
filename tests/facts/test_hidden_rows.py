"""No fact loses rows in silence: where a table that its rows come from was refused, it says so."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from orienteer import facts, tables
from orienteer.facts.fact import EARLIER, Estate, Fact, parents
from orienteer.facts.rests import rests_on
from orienteer.facts.seen import Partial, Unseen
from orienteer.model import Scope, Table
from tests.facts.support import estate

HOME, MEMBER = "111111111111", "222222222222"
ORG = {"account_id": HOME, "region": "global", "resource_id": "o-1", "organization_id": "o-1",
       "management_account_id": HOME, "feature_set": "ALL"}  # fmt: skip
KNOWN: dict[str, list[dict[str, Any]]] = {
    "ec2_regions": [{"account_id": one, "region": "global", "region_name": "eu-west-1"} for one in (HOME, MEMBER)],
    "organization_accounts": [{"account_id": HOME, "region": "global", "id": one, "resource_id": one, "state": "ACTIVE",
                               "name": one} for one in (HOME, MEMBER)],
    "organization_roots": [{"account_id": HOME, "region": "global", "resource_id": "r-1", "id": "r-1",
                            "policy_types": "[]"}],
}  # fmt: skip
"""What was read beside the refusals."""
SAYS_MORE: dict[str, set[str]] = {
    "admin_sets": {"assignments"},
    "analyzer_regions": {"organization_delegated_services", "ec2_regions", "accessanalyzer_analyzers"},
    "assessed": {"organization_accounts"},
    "baselines": {"organization_regions", "cloudformation_stack_sets", "cloudformation_stack_set_targets",
                  "cloudformation_stack_set_failures", "controltower_landing_zones", "controltower_enabled_baselines"},
    "beyond_assessment": {"ec2_regions"},
    "billing_access": {"s3_buckets"},
    "declared_settings": {"organization_roots"},
    "edges": {"identitystore_users"},
    "guardduty_delegations": {"guardduty_administrators"},
    "guardduty_locks": {"guardduty_organization_configuration", "guardduty_members"},
    "guarded": {"ec2_regions"},
    "last_accessed": {"iam_service_last_accessed", "iam_service_last_accessed_others"},
    "management_work": {"account_organization"},
    "memberships": {"organization_account_list"},
    "parking": {"ce_monthly_costs"},
    "permission_sets": {"sso_permission_set_inline_policies", "sso_permission_set_managed_policies",
                        "sso_permission_set_customer_policies", "sso_permission_set_boundaries",
                        "sso_permission_set_accounts", "iam_local_policies", "iam_aws_policy_versions",
                        "iam_aws_boundary_versions", "sso_managed_policy_documents", "sso_boundary_policy_documents"},
    "places": {"organization_accounts"},
    "principals": {"iam_groups", "iam_local_policies", "iam_aws_policy_versions", "iam_aws_boundary_versions"},
    "recorded": {"ec2_regions"},
    "retained_logs": {"s3_bucket_lifecycle", "logs_groups"},
    "root_users": {"iam_credential_report", "iam_account_summary"},
    "security_sets": {"permission_sets"},
    "spending": {"account_organization"},
    "unit_functions": {"organization_accounts"},
    "unlisted_resources": {"config_recorder_status"},
    "unused_access": {"analyzer_findings", "last_accessed"},
    "web_doors": {"wafv2_balancer_acls", "apigateway_rest_apis"},
    "workload_roles": {"principals"},
    **{name: {"ec2_network_interfaces"} for name in ("api_exposures", "bucket_exposures", "build_exposures", "ground",
                                                     "key_exposures", "secret_exposures")},
}  # fmt: skip
"""By fact the sources that only say more about rows which others make; here they have nothing to say it about."""


def refusals(table: Table) -> list[dict[str, Any]]:
    """A refusal in each account that is asked, named by the table."""
    region = "eu-west-1" if table.scope is Scope.REGION else "global"
    accounts = (HOME,) if table.scope is Scope.ORG else (HOME, MEMBER)
    gap = {"region": region, "outcome": "DENIED", "gap": f"<{table.name}>"}
    return [{"account_id": account, **gap} for account in accounts]


@cache
def refused() -> Estate:
    """An organization in which every call beside KNOWN was refused."""
    wanted = {table for fact in facts.registry().values() for table in rests_on(fact.name)} - {"coverage"}
    every = {name: [*KNOWN.get(name, ()), *refusals(tables.registry()[name])] for name in wanted}
    return estate({**every, "organization": [ORG]})


def silent(fact: Fact) -> set[str]:
    """The sources of a fact's rows whose gaps it does not tell."""
    rows, gaps = refused()._base(fact)
    cells = [cell for row in rows for cell in row.values() if isinstance(cell, Unseen | Partial)]
    told = " ".join({gap.text for gap in gaps}.union(*(cell.gaps for cell in cells)))
    lost = {name: {gap.text for gap in refused().source(name).gaps} for name in parents(fact) if name != "coverage"}
    return {name for name, texts in lost.items() if not all(text in told for text in texts)}


@pytest.mark.parametrize("fact", [one for one in facts.registry().values() if one.rows and one.name != EARLIER],
                         ids=lambda one: one.name)  # fmt: skip
def test_what_hides_rows_of_a_source_is_told(fact: Fact) -> None:
    assert silent(fact) == SAYS_MORE.get(fact.name, set())
