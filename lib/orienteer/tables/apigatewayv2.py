"""API Gateway HTTP and WebSocket APIs: routes and stages."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, described, listed, name, policies

GET = ("apigateway:GET",)

APIS = listed(
    "apigatewayv2_apis",
    "One row per HTTP or WebSocket API.",
    Call("apigatewayv2", "get_apis", actions=GET),
    "Items[]",
    name("ApiId", "id of the API"),
    Column("title", "Name", "string", "what it is called"),
    Column("protocol", "ProtocolType", "string", "HTTP or WEBSOCKET"),
    Column("endpoint", "ApiEndpoint", "string", "its URL"),
    Column("default_endpoint_off", "DisableExecuteApiEndpoint", "bool", "answers under its own domain names only"),
)

ROUTES = described(
    "apigatewayv2_routes",
    APIS,
    "One row per route: how it authorizes.  Of a WebSocket API the route $connect decides.",
    Call("apigatewayv2", "get_routes", params={"ApiId": "name"}, absent={"NotFoundException"}, actions=GET),
    Column("route", "RouteKey", "string", "method and path, or the name of a WebSocket route"),
    Column("authorization", "AuthorizationType", "string", "NONE, AWS_IAM, JWT or CUSTOM"),
    items="Items[]",
)

STAGES = described(
    "apigatewayv2_stages",
    APIS,
    "One row per stage; an API without one serves nothing.",
    Call("apigatewayv2", "get_stages", params={"ApiId": "name"}, absent={"NotFoundException"}, actions=GET),
    Column("stage_name", "StageName", "string", "name of the stage"),
    items="Items[]",
)

PORTAL_PRODUCTS = listed(
    "apigatewayv2_portal_products",
    "One row per product of a developer portal.",
    Call("apigatewayv2", "list_portal_products", fixed={"ResourceOwner": "SELF"}),
    "Items[]",
    name("PortalProductId", "id of the product"),
    arn("PortalProductArn"),
)

PORTAL_PRODUCT_POLICIES = policies(
    "apigatewayv2_portal_product_policies",
    PORTAL_PRODUCTS,
    Call(
        "apigatewayv2",
        "get_portal_product_sharing_policy",
        params={"PortalProductId": "name"},
        absent={"NotFoundException"},
    ),
    "PolicyDocument",
)
