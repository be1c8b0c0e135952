"""Lambda functions and their policies (never their environment values or code)."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table

FUNCTIONS = Table(
    name="lambda_functions",
    doc="One row per function.",
    scope=Scope.REGION,
    call=Call("lambda", "list_functions"),
    items="Functions[]",
    resource="function_name",
    arn="function_arn",
    columns=(
        Column("function_name", "FunctionName", "string", "name of the function"),
        Column("function_arn", "FunctionArn", "string", "ARN of the function"),
        Column("runtime", "Runtime", "string", "runtime; null for a container image"),
        Column("role_arn", "Role", "string", "role it runs as"),
        Column("vpc_id", "VpcConfig.VpcId", "string", "VPC it is connected to"),
        Column("variables", "length(keys(Environment.Variables || `{}`))", "int", "number of environment variables"),
        Column(
            "signs", "Environment.Variables", "signs", "what its environment variables look like, never their values"
        ),
        Column("environment_error", "Environment.Error.ErrorCode", "string", "why its variables could not be read"),
        Column("modified_at", "LastModified", "string", "last change, as Lambda writes it"),
    ),
)

FUNCTION_POLICIES = Table(
    name="lambda_function_policies",
    doc="One row per function: its resource policy, null when it has none.",
    scope=Scope.REGION,
    parent=FUNCTIONS,
    call=Call("lambda", "get_policy", params={"FunctionName": "function_name"}, absent={"ResourceNotFoundException"}),
    columns=(Column("policy", "Policy", "policy", "policy document, JSON text"),),
)
