"""Systems Manager: documents, parameters, incident plans and contacts."""

from __future__ import annotations

from orienteer.facts.exposable import Exposable, Policy
from orienteer.facts.fact import Fact, Join
from orienteer.facts.openings import Accounts, Each, by_policy
from orienteer.facts.values import PLACE

REGIONAL = {**PLACE, "resource_id": "resource_id"}
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
    joins=(Join("ssm_parameter_policies", many="policies", on=REGIONAL),),
    hidden=frozenset({"policies"}),
    resource_type="AWS::SSM::Parameter",
)
PLANS = Fact(
    "response_plans",
    "One row per response plan, with its policies.",
    base="ssm_incidents_response_plans",
    joins=(Join("ssm_incidents_response_plan_policies", many="policies", on=REGIONAL),),
    hidden=frozenset({"policies"}),
    resource_type="AWS::SSMIncidents::ResponsePlan",
)
EXPOSABLES = (
    Exposable(
        ("ssm-document",),
        "AWS::SSM::Document",
        "ssm_shared_documents",
        "ssm:DescribeDocumentPermission",
        (Accounts(),),
    ),
    Exposable(
        ("ssm-parameter",),
        "AWS::SSM::Parameter",
        "shared_parameters",
        "ssm:GetResourcePolicies",
        (Each("policies", Policy()),),
        holds_data=True,
    ),
    Exposable(
        ("ssm-incidents-response-plan",),
        "AWS::SSMIncidents::ResponsePlan",
        "response_plans",
        "ssm-incidents:GetResourcePolicies",
        (Each("policies", Policy()),),
    ),
    by_policy(
        "ssm-contacts-contact", "AWS::SSMContacts::Contact", "ssm_contact_policies", "ssm-contacts:GetContactPolicy"
    ),
)
