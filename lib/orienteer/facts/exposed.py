"""Who can reach buckets, keys and secrets: what `exposures` says, for one type alone and with its tables alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from orienteer.facts.exposable import LEVELS, Exposable, Level
from orienteer.facts.exposures import EXPOSURES, OF_REACHED, declared, ground_of, grounds, rows_of, tables_of
from orienteer.facts.fact import Fact, Join
from orienteer.facts.seen import Cells, Row
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import RESOURCE
from orienteer.parameters import Client


def _exposures_of(name: str, doc: str, *ids: str) -> Fact:
    """A fact with the rows of `exposures` about the types with these ids."""

    def types() -> tuple[Exposable, ...]:
        return tuple(one for one in declared() if set(ids) & set(one.ids))

    def rows(
        the_organization: Source, ec2_network_interfaces: Source, *, client: Client, sources: Callable[[str], Source]
    ) -> Iterator[Cells | Gap]:
        yield from rows_of(types(), ground_of(the_organization, client, sources), sources)

    return Fact(
        name,
        doc,
        rows=rows,
        made=EXPOSURES.made,
        columns=OF_REACHED,
        hidden=frozenset({"reached"}),
        also=lambda: grounds().union(*(tables_of(one) for one in types())),
    )


BUCKET_EXPOSURES = _exposures_of(
    "bucket_exposures", "One row per bucket: who gets in at most, by policy and ACL.", "s3-bucket-policy"
)
KEY_EXPOSURES = _exposures_of(
    "key_exposures",
    "One row per customer managed key for its policy and one for its grants: who gets in at most.",
    "kms-key-policy",
    "kms-grant",
)
SECRET_EXPOSURES = _exposures_of(
    "secret_exposures", "One row per secret: who gets in at most, by its policy.", "secretsmanager-secret"
)
ENDPOINTS = (
    "ec2-instance",
    "ec2-network-interface",
    "elbv2-load-balancer",
    "elb-classic",
    "rds-instance",
    "neptune-instance",
    "docdb-instance",
    "eks-cluster-endpoint",
    "lambda-function-url",
    "apigateway-rest-api",
    "apigatewayv2-api",
    "cloudfront-distribution",
)
"""Types of what answers on the internet, by their ids."""
ENDPOINT_EXPOSURES = _exposures_of(
    "endpoint_exposures", "One row per thing that may answer on the internet: who gets to it at most.", *ENDPOINTS
)


def widest_level(exposed: Iterable[Row]) -> Level:
    """The widest of several levels.  One that is public is the widest, whatever was not seen of the others."""
    widest: Level = "private"
    for one in exposed:
        widest = max(widest, one.level, key=LEVELS.index)
        if widest == "public":
            break
    return widest


def exposure_class(resource: Row) -> Level:
    """Who gets in at most, by all that opens it."""
    return widest_level(resource.exposed)


def policy_problems(resource: Row) -> tuple[str, ...]:
    """What of its policy could not be read."""
    return tuple(problem for one in resource.exposed for problem in one.problems)


BUILD_EXPOSURES = _exposures_of(
    "build_exposures",
    "One row per CodeBuild project: who sees its builds, or starts them by a pull request.",
    "codebuild-webhook",
)


# --- APIs and pools of users


def _is_pool(one: Row) -> bool:
    return bool(one.exposable == "cognito-user-pool-signup")


_CALLERS = _exposures_of(
    "api_exposures",
    "One row per API, function with its URLs, and Cognito pool: who gets in at most without signing in.",
    "apigateway-rest-api",
    "apigatewayv2-api",
    "lambda-function-url",
    "appsync-graphql-api",
    "appsync-event-api",
    "cognito-identity-pool",
    "cognito-user-pool-signup",
)


def asks_nothing(one: Row) -> bool:
    """Nobody is asked who they are: its policy alone narrows down where calls come from."""
    return bool(one.level == "external" and "*" in one.who and one.reached.asks_nothing)


CALLERS = Fact(
    "callers",
    "One row per API, function with its URLs, and Cognito pool: who gets in at most, and how users of a pool sign in.",
    base=_CALLERS.name,
    joins=(Join("cognito_user_pool_details", ("mfa", "adaptive"), only=_is_pool, on=RESOURCE),),
    columns=(asks_nothing,),
    hidden=_CALLERS.hidden,
    resource_type="AWS::ApiGateway::RestApi",
)
