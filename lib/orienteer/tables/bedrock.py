"""Bedrock: agents' gateways and runtimes, guardrails, custom models and knowledge bases with their policies."""

from __future__ import annotations

from orienteer.model import EMPTY, Call, Column
from orienteer.tables.shapes import arn, arns, described, listed, name, policies

NO_POLICY = frozenset({"ResourceNotFoundException", EMPTY})
LIST_GATEWAYS = Call("bedrock-agentcore-control", "list_gateways")
ISSUER = "authorizerConfiguration.customJWTAuthorizer.discoveryUrl"
LIST_BASES = Call("bedrock-agent", "list_knowledge_bases")
POLICY = Call("bedrock-agentcore-control", "get_resource_policy", params={"resourceArn": "arn"}, absent=NO_POLICY)
BEDROCK_POLICY = Call("bedrock", "get_resource_policy", params={"resourceArn": "arn"}, absent=NO_POLICY)

GATEWAYS = listed(
    "bedrock_agentcore_gateways",
    "One row per gateway: how callers prove who they are.",
    LIST_GATEWAYS,
    "items[]",
    name("gatewayId", "id of the gateway"),
    Column("title", "name", "string", "what it is called"),
    Column("authorization", "authorizerType", "string", "NONE, AWS_IAM, CUSTOM_JWT or AUTHENTICATE_ONLY"),
)

GATEWAY_DETAILS = described(
    "bedrock_agentcore_gateway_details",
    GATEWAYS,
    "One row per gateway: its ARN and URL.",
    Call(
        "bedrock-agentcore-control",
        "get_gateway",
        params={"gatewayIdentifier": "name"},
        absent={"ResourceNotFoundException"},
    ),
    arn("gatewayArn"),
    Column("url", "gatewayUrl", "string", "its URL"),
    keep=("title", "authorization"),
    arn="arn",
)

GATEWAY_POLICIES = policies(
    "bedrock_agentcore_gateway_policies", GATEWAY_DETAILS, POLICY, "policy", keep=("title", "authorization", "url")
)

RUNTIMES = listed(
    "bedrock_agentcore_runtimes",
    "One row per agent runtime.",
    Call("bedrock-agentcore-control", "list_agent_runtimes"),
    "agentRuntimes[]",
    name("agentRuntimeId", "id of the runtime"),
    arn("agentRuntimeArn"),
    Column("title", "agentRuntimeName", "string", "what it is called"),
)

RUNTIME_DETAILS = described(
    "bedrock_agentcore_runtime_details",
    RUNTIMES,
    "One row per agent runtime: how callers prove who they are, and whether its network is public.",
    Call(
        "bedrock-agentcore-control",
        "get_agent_runtime",
        params={"agentRuntimeId": "name"},
        absent={"ResourceNotFoundException"},
    ),
    Column("issuer", ISSUER, "string", "whose tokens callers need; null: they sign with IAM"),
    Column("network", "networkConfiguration.networkMode", "string", "PUBLIC or VPC"),
    keep=("title", "arn"),
)

RUNTIME_POLICIES = policies("bedrock_agentcore_runtime_policies", RUNTIMES, POLICY, "policy", keep=("title",))

HARNESSES = listed(
    "bedrock_agentcore_harnesses",
    "One row per managed agent harness.",
    Call(
        "bedrock-agentcore-control",
        "list_harnesses",
        actions=("bedrock-agentcore:ListHarnesses", "bedrock-agentcore:ListAgentRuntimes"),
    ),
    "harnesses[]",
    name("harnessId", "id of the harness"),
    arn("arn"),
    Column("title", "harnessName", "string", "what it is called"),
)

HARNESS_DETAILS = described(
    "bedrock_agentcore_harness_details",
    HARNESSES,
    "One row per managed agent harness: how callers prove who they are, and the role that it has.",
    Call(
        "bedrock-agentcore-control",
        "get_harness",
        params={"harnessId": "name"},
        absent={"ResourceNotFoundException"},
        actions=("bedrock-agentcore:GetHarness", "bedrock-agentcore:GetAgentRuntime"),
    ),
    Column("issuer", f"harness.{ISSUER}", "string", "whose tokens callers need; null: they sign with IAM"),
    Column("role_arn", "harness.executionRoleArn", "string", "role that it has"),
    Column("runtime_arn", "harness.environment.agentCoreRuntimeEnvironment.agentRuntimeArn", "string", "its runtime"),
    keep=("title",),
)

GUARDRAILS = listed(
    "bedrock_guardrails",
    "One row per guardrail.",
    Call("bedrock", "list_guardrails"),
    "guardrails[]",
    name("id", "id of the guardrail"),
    arn("arn"),
)

GUARDRAIL_POLICIES = policies("bedrock_guardrail_policies", GUARDRAILS, BEDROCK_POLICY, "resourcePolicy")

CUSTOM_MODELS = listed(
    "bedrock_custom_models",
    "One row per custom model of the account.",
    Call("bedrock", "list_custom_models", fixed={"isOwned": True}),
    "modelSummaries[]",
    name("modelName"),
    arn("modelArn"),
)

CUSTOM_MODEL_POLICIES = policies("bedrock_custom_model_policies", CUSTOM_MODELS, BEDROCK_POLICY, "resourcePolicy")

KNOWLEDGE_BASES = listed(
    "bedrock_knowledge_bases",
    "One row per knowledge base.",
    LIST_BASES,
    "knowledgeBaseSummaries[]",
    name("knowledgeBaseId", "id of the knowledge base"),
    arn("knowledgeBaseId"),
    read=arns(
        "bedrock:{region}:{account}:knowledge-base/{name}", "knowledgeBaseSummaries[]", LIST_BASES, "knowledgeBaseId"
    ),
)

KNOWLEDGE_BASE_POLICIES = policies(
    "bedrock_knowledge_base_policies",
    KNOWLEDGE_BASES,
    Call("bedrock-agent", "get_resource_policy", params={"resourceArn": "arn"}, absent=NO_POLICY),
    "policy",
)
