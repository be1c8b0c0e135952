"""Models, agents, notebooks and assistants: their policies, and who they answer."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from orienteer.facts.exposable import Flag, Ground, Named, Policy, Reached, by_policy, opened, public, shut
from orienteer.facts.fact import Fact, Join
from orienteer.facts.openings import Each, Endpoint
from orienteer.facts.seen import Row
from orienteer.facts.values import RESOURCE, documents

PROJECTS = Fact(
    "vision_projects",
    "One row per Rekognition project, with its policies.",
    base="rekognition_projects",
    joins=(Join("rekognition_project_policies", many="policies", on=RESOURCE),),
    hidden=frozenset({"policies"}),
    resource_type="AWS::Rekognition::Project",
)


RUNTIMES = Fact(
    "agent_runtimes",
    "One row per agent runtime: how callers prove who they are, and its policy.",
    base="bedrock_agentcore_runtime_details",
    joins=(Join("bedrock_agentcore_runtime_policies", ("policy",), on=RESOURCE),),
    resource_type="AWS::BedrockAgentCore::Runtime",
)


def _gateway(gateway: Row, ground: Ground) -> Reached:
    """Public without an authorizer; with one, its policy says whose callers get as far as that."""
    if gateway.authorization == "NONE":
        why = "It asks callers for nothing."
        return public("public endpoint, port 443", why)
    if not gateway.policy:
        why = f"Its address is open to the internet, and callers need {gateway.authorization}."
        return shut("public endpoint", why, str(gateway.authorization))
    found = ground.by_policy(gateway.policy, gateway.account_id, "AWS::BedrockAgentCore::Gateway")
    return _signed_in(found, "a token") if "JWT" in str(gateway.authorization) else found


def _signed_in(found: Reached, asks: str) -> Reached:
    """A policy for callers with tokens names everybody, since a token is no principal of IAM.

    https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/resource-based-policies.html
    """
    if found.level != "public":
        return found
    why = f"Its policy names everybody, and callers need {asks} before it counts."
    return replace(found, level="private", who=(), why=why, guardrail=asks)


def _agent(agent: Row, ground: Ground) -> Reached:
    """Its address is AWS's own, where callers sign with IAM or bring a token."""
    asks = f"a token of {agent.issuer}" if agent.issuer else "IAM"
    why = f"Its address is open to the internet, and callers need {asks}."
    return shut("public endpoint", why, asks)


def _runtime(runtime: Row, ground: Ground) -> Reached:
    """As a harness is reached, and by whom its policy names."""
    if not runtime.policy:
        return _agent(runtime, ground)
    found = ground.by_policy(runtime.policy, runtime.account_id, "AWS::BedrockAgentCore::Runtime")
    return _signed_in(found, f"a token of {runtime.issuer}") if runtime.issuer else found


def _notebook(notebook: Row, ground: Ground) -> Reached:
    """It goes out to the internet past the VPC; nobody comes in but through a URL that asks for IAM."""
    if not notebook.direct_internet:
        return Reached()
    why = "It reaches the internet past the VPC; its page asks callers for IAM."
    return shut("web page", why, "IAM")


def _domain(domain: Row, ground: Ground) -> Reached:
    if domain.network != "PublicInternetOnly":
        return Reached()
    why = f"Its apps reach the internet past the VPC; signing in asks for {domain.authentication or 'IAM'}."
    return shut("web page", why, str(domain.authentication or "IAM"))


def _devices(policy: Row, ground: Ground) -> Reached:
    """What a device with this policy may do; who gets it is told by certificates and Cognito identities."""
    broad = any(_broad(one) for document in documents(policy.document) for one in _statements(document))
    if not broad:
        return Reached()
    return Reached(why="Whoever has it may do everything in IoT; a Cognito guest with it is a stranger who may.")


def _statements(document: object) -> list[dict[str, object]]:
    found = document.get("Statement") if isinstance(document, dict) else None
    return [one for one in (found if isinstance(found, list) else [found]) if isinstance(one, dict)]


def _broad(statement: dict[str, object]) -> bool:
    actions, resources = ([v] if isinstance(v := statement.get(k), str) else v or () for k in ("Action", "Resource"))
    return statement.get("Effect") == "Allow" and bool({"*", "iot:*"} & set(actions)) and "*" in resources  # type: ignore[call-overload, operator]


def ended(key: Row, *, as_of: pd.Timestamp) -> bool:
    """The key has an end, and that is over."""
    return key.expires_at is not None and key.expires_at <= as_of


KEYS = Fact(
    "location_api_keys",
    "One row per API key of Location: what it is kept to, and whether it has ended.",
    base="location_keys",
    columns=(ended,),
    resource_type="AWS::Location::APIKey",
)


def _key(key: Row, ground: Ground) -> Reached:
    """An API key is no secret: it stands in pages; lists of those pages, or of apps, keep others from using it."""
    if key.ended:
        return shut("API key", "The key has ended.", "no valid key")
    pages = [str(one) for one in documents(key.referers)]
    if documents(key.apps) or (pages and all(_names_a_site(one) for one in pages)):
        why = "The key is kept to named pages or apps."
        return shut("API key", why, "referers")
    return public("API key", "Anyone who reads the key in a page can use it.")


def _names_a_site(page: str) -> bool:
    """True unless a pattern of pages is all wildcards: *, https://*, *.*/*."""
    return bool(re.sub(r"^[a-z*]+://|[*?./:]", "", page.lower()))


EXPOSABLES = (
    opened("sagemaker-notebook", "AWS::SageMaker::NotebookInstance", "sagemaker_notebook_details", Named(_notebook)),
    opened("sagemaker-domain", "AWS::SageMaker::Domain", "sagemaker_domain_details", Named(_domain)),
    by_policy(
        "sagemaker-model-package-group", "AWS::SageMaker::ModelPackageGroup", "sagemaker_model_package_group_policies"
    ),
    by_policy("sagemaker-endpoint", "AWS::SageMaker::Endpoint", "sagemaker_endpoint_policies"),
    opened(
        "bedrock-agentcore-gateway",
        "AWS::BedrockAgentCore::Gateway",
        "bedrock_agentcore_gateway_policies",
        Named(_gateway),
    ),
    opened(
        "bedrock-agentcore-runtime",
        "AWS::BedrockAgentCore::Runtime",
        "agent_runtimes",
        Named(_runtime),
        operation="bedrock-agentcore-control:GetResourcePolicy",
    ),
    opened(
        "bedrock-agentcore-runtime",
        "AWS::BedrockAgentCore::Harness",
        "bedrock_agentcore_harness_details",
        Named(_agent),
    ),
    by_policy("bedrock-resource-policy", "AWS::Bedrock::Guardrail", "bedrock_guardrail_policies"),
    by_policy("bedrock-resource-policy", "AWS::Bedrock::CustomModel", "bedrock_custom_model_policies"),
    by_policy(
        "bedrock-agent-resource-policy",
        "AWS::Bedrock::KnowledgeBase",
        "bedrock_knowledge_base_policies",
        holds_data=True,
    ),
    by_policy("comprehend-model", "AWS::Comprehend::DocumentClassifier", "comprehend_classifier_policies"),
    by_policy("comprehend-model", "AWS::Comprehend::EntityRecognizer", "comprehend_recognizer_policies"),
    opened(
        "rekognition-project",
        "AWS::Rekognition::Project",
        "vision_projects",
        Each("policies", Policy()),
        operation="rekognition:ListProjectPolicies",
    ),
    by_policy("lex-bot", "AWS::Lex::Bot", "lex_bot_policies"),
    by_policy(
        "entityresolution-resource", "AWS::EntityResolution::IdNamespace", "entityresolution_id_namespace_policies"
    ),
    by_policy("aiops-investigation-group", "AWS::AIOps::InvestigationGroup", "aiops_group_policies"),
    by_policy(
        "cleanroomsml-audience-model", "AWS::CleanRoomsML::ConfiguredAudienceModel", "cleanroomsml_model_policies"
    ),
    opened(
        "qbusiness-application",
        "AWS::QBusiness::Application",
        "qbusiness_application_policies",
        Flag("is_anonymous", "anonymous access"),
        Policy(),
    ),
    opened("iot-policy", "AWS::IoT::Policy", "iot_policy_documents", Named(_devices)),
    opened(
        "iot-custom-authorizer",
        "AWS::IoT::Authorizer",
        "iot_authorizer_details",
        Endpoint("unsigned", asks="what the authorizer's function checks", through="custom authorizer"),
    ),
    opened("location-api-key", "AWS::Location::APIKey", KEYS.name, Named(_key), operation="geo:ListKeys"),
    opened(
        "mwaa-environment",
        "AWS::MWAA::Environment",
        "mwaa_environment_details",
        Endpoint("is_public", asks="IAM", through="web page"),
    ),
)
