"""Lambda functions with their URLs, layers, and the newer web functions."""

from __future__ import annotations

from dataclasses import replace

from orienteer.facts.exposable import Exposable, Ground, Policy, Reached, by_policy, opened
from orienteer.facts.fact import Fact, Join
from orienteer.facts.openings import Each, Endpoint
from orienteer.facts.seen import Row
from orienteer.facts.values import RESOURCE

FUNCTIONS = Fact(
    "functions",
    "One row per Lambda function: its policy, those of its aliases and versions, and its URLs with theirs.",
    base="lambda_function_policies",
    joins=(
        Join("lambda_function_url_policies", many="urls", on=RESOURCE),
        Join("lambda_alias_policies", many="aliases", on=RESOURCE),
        Join("lambda_version_policies", many="versions", on=RESOURCE),
    ),
    hidden=frozenset({"urls", "aliases", "versions"}),
    resource_type="AWS::Lambda::Function",
)


class _Url:
    """A URL that asks for nothing is as open as the policy behind it; one that asks for IAM is told by that policy.

    https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
    """

    def reached(self, url: Row, ground: Ground, kind: str) -> Reached:
        if url.url is None or url.policy is None:
            return Reached()
        found = ground.by_policy(url.policy, url.account_id, kind)
        is_open = url.authorization == "NONE"
        through = f"function URL, which asks for {'nothing' if is_open else 'IAM'}"
        return replace(found, through=through, asks_nothing=is_open)


EXPOSABLES = (
    Exposable(
        ("lambda-function-policy", "lambda-function-url"),
        "AWS::Lambda::Function",
        "functions",
        (
            Each("urls", _Url()),
            Policy(),
            Each("aliases", Policy(through="policy of an alias")),
            Each("versions", Policy(through="policy of a version")),
        ),
    ),
    by_policy("lambda-layer-version", "AWS::Lambda::LayerVersion", "lambda_layer_version_policies"),
    by_policy("lambda-web-function", "AWS::Lambda::WebFunction", "lambda_web_function_policies"),
    opened(
        "lambda-web-endpoint",
        "AWS::Lambda::WebFunctionEndpoint",
        "lambda_web_endpoints",
        Endpoint("domain", asks="IAM", asks_where="asks_iam"),
        only=lambda endpoint: endpoint["domain"] is not None,
    ),
)
