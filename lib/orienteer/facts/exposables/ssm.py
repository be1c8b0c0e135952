"""Systems Manager: documents, parameters, incident plans and contacts."""

from __future__ import annotations

from orienteer.facts.exposable import Policy, by_policy, opened
from orienteer.facts.fact import Fact, Join
from orienteer.facts.openings import Accounts, Each
from orienteer.facts.values import PLACE, RESOURCE

DOCUMENTS = Fact(
    "ssm_shared_documents",
    "One row per document: whom it is shared with, and whether the region refuses new public sharing.",
    base="ssm_document_shares",
    joins=(Join("ssm_document_public_sharing", ("new_sharing_off",), on=PLACE),),
    resource_type="AWS::SSM::Document",
)
PARAMETERS = Fact(
    "shared_parameters",
    "One row per parameter that can be shared, with its policies.",
    base="ssm_parameters",
    joins=(Join("ssm_parameter_policies", many="policies", on=RESOURCE),),
    hidden=frozenset({"policies"}),
    resource_type="AWS::SSM::Parameter",
)
PLANS = Fact(
    "response_plans",
    "One row per response plan, with its policies.",
    base="ssm_incidents_response_plans",
    joins=(Join("ssm_incidents_response_plan_policies", many="policies", on=RESOURCE),),
    hidden=frozenset({"policies"}),
    resource_type="AWS::SSMIncidents::ResponsePlan",
)
EXPOSABLES = (
    opened("ssm-document", "AWS::SSM::Document", "ssm_shared_documents", Accounts()),
    opened(
        "ssm-parameter",
        "AWS::SSM::Parameter",
        "shared_parameters",
        Each("policies", Policy()),
        holds_data=True,
        operation="ssm:GetResourcePolicies",
    ),
    opened(
        "ssm-incidents-response-plan",
        "AWS::SSMIncidents::ResponsePlan",
        "response_plans",
        Each("policies", Policy()),
        operation="ssm-incidents:GetResourcePolicies",
    ),
    by_policy("ssm-contacts-contact", "AWS::SSMContacts::Contact", "ssm_contact_policies"),
)
