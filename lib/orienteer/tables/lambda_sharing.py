"""Lambda function URLs and layers that others may use, and the newer web functions."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.lambda_ import FUNCTIONS
from orienteer.tables.shapes import arn, described, listed, name, policies

NO_POLICY = frozenset({"ResourceNotFoundException"})

FUNCTION_URLS = described(
    "lambda_function_urls",
    FUNCTIONS,
    "One row per URL of a function or alias: whether it asks for IAM.",
    Call("lambda", "list_function_url_configs", params={"FunctionName": "function_name"}, absent=NO_POLICY),
    arn("FunctionArn"),
    Column("url", "FunctionUrl", "string", "the URL"),
    Column("authorization", "AuthType", "string", "NONE or AWS_IAM"),
    items="FunctionUrlConfigs[]",
    arn="arn",
)

FUNCTION_URL_POLICIES = policies(
    "lambda_function_url_policies",
    FUNCTION_URLS,
    Call("lambda", "get_policy", params={"FunctionName": "arn"}, absent=NO_POLICY),
    keep=("url", "authorization"),
)

ALIASES = described(
    "lambda_aliases",
    FUNCTIONS,
    "One row per alias of a function.",
    Call("lambda", "list_aliases", params={"FunctionName": "function_name"}, absent=NO_POLICY),
    arn("AliasArn"),
    Column("alias", "Name", "string", "name of the alias"),
    items="Aliases[]",
    arn="arn",
)

ALIAS_POLICIES = policies(
    "lambda_alias_policies",
    ALIASES,
    Call("lambda", "get_policy", params={"FunctionName": "arn"}, absent=NO_POLICY),
    keep=("alias",),
)

VERSIONS = described(
    "lambda_versions",
    FUNCTIONS,
    "One row per published version of a function.",
    Call("lambda", "list_versions_by_function", params={"FunctionName": "function_name"}, absent=NO_POLICY),
    arn("FunctionArn"),
    Column("version", "Version", "string", "number of the version"),
    items="Versions[?Version != '$LATEST']",
    arn="arn",
)

VERSION_POLICIES = policies(
    "lambda_version_policies",
    VERSIONS,
    Call("lambda", "get_policy", params={"FunctionName": "arn"}, absent=NO_POLICY),
    keep=("version",),
)

LAYERS = listed(
    "lambda_layers",
    "One row per layer.",
    Call("lambda", "list_layers"),
    "Layers[]",
    name("LayerName"),
    arn("LayerArn"),
)

LAYER_VERSIONS = described(
    "lambda_layer_versions",
    LAYERS,
    "One row per version of a layer.",
    Call("lambda", "list_layer_versions", params={"LayerName": "arn"}, absent=NO_POLICY),
    arn("LayerVersionArn"),
    Column("version", "Version", "int", "number of the version"),
    keep=("name",),
    items="LayerVersions[]",
    resource="arn",
    arn="arn",
)

LAYER_VERSION_POLICIES = policies(
    "lambda_layer_version_policies",
    LAYER_VERSIONS,
    Call(
        "lambda", "get_layer_version_policy", params={"LayerName": "name", "VersionNumber": "version"}, absent=NO_POLICY
    ),
)

WEB_FUNCTIONS = listed(
    "lambda_web_functions",
    "One row per web function.",
    Call("lambda-web", "list_web_functions"),
    "functions[]",
    name("functionName"),
    arn("functionArn"),
)

WEB_FUNCTION_POLICIES = policies(
    "lambda_web_function_policies",
    WEB_FUNCTIONS,
    Call("lambda-web", "get_resource_policy", params={"resourceArn": "arn"}, absent=NO_POLICY),
    "policy",
)

WEB_ENDPOINTS = described(
    "lambda_web_endpoints",
    WEB_FUNCTIONS,
    "One row per endpoint of a web function: whether it asks for IAM.",
    Call("lambda-web", "list_web_function_endpoints", params={"functionName": "name"}, absent=NO_POLICY),
    arn("endpointArn"),
    Column("domain", "domainName", "string", "its host name"),
    Column("endpoint_type", "endpointType", "string", "where it stands"),
    Column("authorization", "authType", "string", "NONE or AWS_IAM"),
    Column("asks_iam", "authType == 'AWS_IAM'", "bool", "callers need IAM"),
    items="endpoints[]",
    resource="arn",
    arn="arn",
)
