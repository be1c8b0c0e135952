"""APIs of API Gateway, by resource policy, stages, and how their methods authorize."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from orienteer.facts.exposable import Ground, Named, Reached, by_policy, opened, public, shut
from orienteer.facts.fact import Fact, Join
from orienteer.facts.seen import Row
from orienteer.facts.values import RESOURCE, documents

REST = Fact(
    "rest_apis",
    "One row per REST API, with its stages and methods.",
    base="apigateway_rest_apis",
    joins=(
        Join("apigateway_stages", many="stages", on=RESOURCE),
        Join("apigateway_methods", many="methods", on=RESOURCE),
    ),
    hidden=frozenset({"stages", "methods"}),
    resource_type="AWS::ApiGateway::RestApi",
)
HTTP = Fact(
    "http_apis",
    "One row per HTTP or WebSocket API, with its stages and routes.",
    base="apigatewayv2_apis",
    joins=(
        Join("apigatewayv2_stages", many="stages", on=RESOURCE),
        Join("apigatewayv2_routes", many="routes", on=RESOURCE),
    ),
    hidden=frozenset({"stages", "routes"}),
    resource_type="AWS::ApiGatewayV2::Api",
)


def _rest(api: Row, ground: Ground) -> Reached:
    """By its methods, then by its policy: without one, whoever the methods let in; of a private API, nobody.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
    """
    if api.policy is None and api.is_private:
        return Reached()
    by_policy = ground.by_policy(api.policy, api.account_id, "AWS::ApiGateway::RestApi") if api.policy else None
    if not any(stage.stage_name for stage in api.stages):
        return _shut("It has no stage, so it serves nothing.", "no stage")
    asked = [(m.path, documents(m.open_methods), documents(m.authorization)) for m in api.methods if m.path]
    open_paths = sorted(f"{method} {path}" for path, methods, _ in asked for method in methods)
    if by_policy is not None and open_paths:
        through = f"{by_policy.through} of an API that asks for nothing"
        return replace(by_policy, through=through, asks_nothing=True)
    if by_policy is not None and any("AWS_IAM" in kinds for _, _, kinds in asked):
        return by_policy
    if open_paths:
        why = f"Anyone who knows its address can call {', '.join(open_paths[:3])}."
        return public("public endpoint, port 443", why)
    kinds = sorted({kind for _, _, found in asked for kind in found if kind != "NONE"})
    return _asking("methods", kinds)


def _http(api: Row, ground: Ground) -> Reached:
    """By its routes, those that answer browsers before a call aside; of a WebSocket API by the one that connects."""
    if not any(stage.stage_name for stage in api.stages):
        return _shut("It has no stage, so it serves nothing.", "no stage")
    first = "$connect" if api.protocol == "WEBSOCKET" else ""
    asked = [(r.route, r.authorization or "NONE") for r in api.routes if r.route and (not first or r.route == first)]
    open_routes = sorted(route for route, kind in asked if kind == "NONE" and not route.startswith("OPTIONS "))
    if open_routes or (first and not asked):
        why = f"Anyone who knows its address can call {', '.join(open_routes[:3]) or 'it'}."
        return public("public endpoint, port 443", why)
    kinds = sorted({kind for _, kind in asked})
    return _asking("routes", kinds)


def _asking(parts: str, kinds: Sequence[str]) -> Reached:
    """An API each of whose parts asks who calls, or that has none."""
    if not kinds:
        return _shut(f"It has no {parts}, so it serves nothing.", f"no {parts}")
    return _shut(f"Its {parts} ask callers for {', '.join(kinds)}.", f"authorization ({', '.join(kinds)})")


def _shut(why: str, guardrail: str) -> Reached:
    return shut("public endpoint", why, guardrail)


EXPOSABLES = (
    opened("apigateway-rest-api", "AWS::ApiGateway::RestApi", "rest_apis", Named(_rest)),
    opened("apigatewayv2-api", "AWS::ApiGatewayV2::Api", "http_apis", Named(_http)),
    by_policy(
        "apigateway-domain-name",
        "AWS::ApiGateway::DomainNameV2",
        "apigateway_domain_names",
        only=lambda name: bool(name["is_private"]),
    ),
    by_policy(
        "apigatewayv2-portal-product", "AWS::ApiGatewayV2::PortalProduct", "apigatewayv2_portal_product_policies"
    ),
)
