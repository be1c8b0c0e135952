"""AppSync APIs: an API key is no authentication."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from orienteer.facts.exposable import Ground, Named, Reached, opened, public, shut
from orienteer.facts.fact import Fact
from orienteer.facts.seen import Row
from orienteer.facts.values import names_in


def valid_key(api: Row, *, as_of: pd.Timestamp) -> bool:
    """The API has a key that has not ended."""
    return bool(api.keys) and api.last_expires_at is not None and api.last_expires_at > as_of


GRAPHQL = Fact(
    "graphql_apis",
    "One row per GraphQL API: how it authorizes, and whether a key of it is valid.",
    base="appsync_api_keys",
    columns=(valid_key,),
    resource_type="AWS::AppSync::GraphQLApi",
)
PAGES = "public endpoint, port 443"


def _graphql(api: Row, ground: Ground) -> Reached:
    """Public where a key is enough and there is one; keys stand in the pages and apps that use them."""
    if api.is_private:
        return Reached()
    if not api.takes_key:
        return _asks(names_in(api.authorization))
    if not api.valid_key:
        why = "It takes API keys, and has none that is valid."
        return shut(PAGES, why, "no valid key")
    why = "An API key is enough, which whoever uses the API can read and pass on."
    return public(PAGES, why)


def _events(api: Row, ground: Ground) -> Reached:
    if not api.takes_key:
        return _asks(names_in(api.authorization))
    why = "An API key is enough to connect, which whoever uses the API can read and pass on."
    return public(PAGES, why)


def _asks(kinds: Collection[str]) -> Reached:
    needed = ", ".join(sorted(set(kinds)))
    why = f"Its address is open to the internet, and callers need {needed}."
    return shut(PAGES, why, f"authorization ({needed})")


EXPOSABLES = (
    opened("appsync-graphql-api", "AWS::AppSync::GraphQLApi", "graphql_apis", Named(_graphql)),
    opened("appsync-event-api", "AWS::AppSync::Api", "appsync_event_apis", Named(_events)),
)
