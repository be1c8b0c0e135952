"""API Gateway REST APIs: policies, stages and how their methods authorize."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import described, listed, name, policy

GET = ("apigateway:GET",)
"""API Gateway's one read action."""

REST_APIS = listed(
    "apigateway_rest_apis",
    "One row per REST API with its resource policy.",
    Call("apigateway", "get_rest_apis", actions=GET),
    "items[]",
    name("id", "id of the API"),
    Column("title", "name", "string", "what it is called"),
    Column(
        "is_private",
        "contains(endpointConfiguration.types || `[]`, 'PRIVATE')",
        "bool",
        "reached through VPC endpoints only",
    ),
    Column("default_endpoint_off", "disableExecuteApiEndpoint", "bool", "answers under its own domain names only"),
    policy("policy"),
)

STAGES = described(
    "apigateway_stages",
    REST_APIS,
    "One row per stage; an API without one serves nothing.",
    Call("apigateway", "get_stages", params={"restApiId": "name"}, absent={"NotFoundException"}, actions=GET),
    Column("stage_name", "stageName", "string", "name of the stage"),
    Column("web_acl", "webAclArn", "string", "web ACL in front of it"),
    items="item[]",
)

METHODS = described(
    "apigateway_methods",
    REST_APIS,
    "One row per path of an API: how its methods authorize.",
    Call(
        "apigateway",
        "get_resources",
        params={"restApiId": "name"},
        fixed={"embed": ["methods"]},
        absent={"NotFoundException"},
        actions=GET,
    ),
    Column("path", "path", "string", "path of the resource"),
    Column(
        "authorization",
        "values(resourceMethods || `{}`)[].authorizationType",
        "json",
        "of each method: NONE, AWS_IAM, CUSTOM or COGNITO_USER_POOLS",
    ),
    Column(
        "open_methods",
        "values(resourceMethods || `{}`)[?authorizationType=='NONE' && httpMethod!='OPTIONS'].httpMethod",
        "json",
        "methods that ask for nothing but, at most, an API key",
    ),
    items="items[]",
)

DOMAIN_NAMES = listed(
    "apigateway_domain_names",
    "One row per domain name with its resource policy.",
    Call("apigateway", "get_domain_names", actions=GET),
    "items[]",
    name("domainName"),
    Column(
        "is_private",
        "contains(endpointConfiguration.types || `[]`, 'PRIVATE')",
        "bool",
        "reached through VPC endpoints only",
    ),
    Column("mutual_tls", "mutualTlsAuthentication.truststoreUri", "string", "certificates that callers need"),
    policy("policy"),
)
