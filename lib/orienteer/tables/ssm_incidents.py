"""Incident Manager response plans and contacts, and their policies."""

from __future__ import annotations

from orienteer.model import EMPTY, Call
from orienteer.tables.shapes import arn, described, listed, name, policies, policy

RESPONSE_PLANS = listed(
    "ssm_incidents_response_plans",
    "One row per response plan.",
    Call("ssm-incidents", "list_response_plans"),
    "responsePlanSummaries[]",
    name("name"),
    arn("arn"),
)

RESPONSE_PLAN_POLICIES = described(
    "ssm_incidents_response_plan_policies",
    RESPONSE_PLANS,
    "One row per policy of a response plan.",
    Call("ssm-incidents", "get_resource_policies", params={"resourceArn": "arn"}, absent={"ResourceNotFoundException"}),
    policy("policyDocument"),
    items="resourcePolicies[]",
)

CONTACTS = listed(
    "ssm_contacts",
    "One row per contact or escalation plan.",
    Call("ssm-contacts", "list_contacts"),
    "Contacts[]",
    name("Alias"),
    arn("ContactArn"),
)

CONTACT_POLICIES = policies(
    "ssm_contact_policies",
    CONTACTS,
    Call(
        "ssm-contacts", "get_contact_policy", params={"ContactArn": "arn"}, absent={"ResourceNotFoundException", EMPTY}
    ),
    "Policy",
)
