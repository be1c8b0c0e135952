"""StackSets of the organization: which deploy to new accounts by themselves, where to, and what of them failed.

They are asked about in the management account, which lists those that a delegated administrator made, too.
"""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table
from orienteer.tables.ec2 import ORGANIZATION_REGIONS

OF_SET = {"StackSetName": "name"}

STACK_SETS = Table(
    name="cloudformation_stack_sets",
    doc="One row per active StackSet that the organization manages, by the region it is kept in.",
    scope=Scope.ORG,
    parent=ORGANIZATION_REGIONS,
    call=Call("cloudformation", "list_stack_sets", fixed={"Status": "ACTIVE"}),
    items="Summaries[?PermissionModel == 'SERVICE_MANAGED']",
    columns=(
        Column("name", "StackSetName", "string", "its name"),
        Column("auto_deployment", "AutoDeployment.Enabled", "bool", "deploys to accounts that join its units"),
        Column("drift", "DriftStatus", "string", "DRIFTED, IN_SYNC, NOT_CHECKED, ..."),
    ),
    resource="name",
)

STACK_SET_TARGETS = Table(
    name="cloudformation_stack_set_targets",
    doc="One row per StackSet that deploys by itself: the units it deploys to; ABSENT for the others.",
    scope=Scope.ORG,
    parent=STACK_SETS,
    when="auto_deployment",
    call=Call("cloudformation", "describe_stack_set", params=OF_SET),
    columns=(Column("units", "StackSet.OrganizationalUnitIds", "json", "ids of units, or of the root"),),
    keep=("name",),
)

STACK_SET_FAILURES = Table(
    name="cloudformation_stack_set_failures",
    doc="One row per stack of a StackSet that deploys by itself and failed, of the first page.",
    scope=Scope.ORG,
    parent=STACK_SETS,
    when="auto_deployment",
    call=Call(
        "cloudformation",
        "list_stack_instances",
        params=OF_SET,
        fixed={"Filters": [{"Name": "DETAILED_STATUS", "Values": "FAILED"}]},
        pages=1,
    ),
    items="Summaries[]",
    columns=(
        Column("target_account", "Account", "string", "account it failed in"),
        Column("target_region", "Region", "string", "region it failed in"),
        Column("failure", "StatusReason", "string", "why"),
    ),
    keep=("name",),
)
