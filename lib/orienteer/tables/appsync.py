"""AppSync APIs and how they authorize (never their API keys)."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, described, listed, name

GRAPHQL_APIS = listed(
    "appsync_graphql_apis",
    "One row per GraphQL API: how it authorizes, and whether it stands on the internet.",
    Call("appsync", "list_graphql_apis"),
    "graphqlApis[]",
    name("apiId", "id of the API"),
    arn("arn"),
    Column("title", "name", "string", "what it is called"),
    Column(
        "authorization",
        "[authenticationType, additionalAuthenticationProviders[].authenticationType][] | [?@]",
        "json",
        "API_KEY, AWS_IAM, OPENID_CONNECT, AMAZON_COGNITO_USER_POOLS, AWS_LAMBDA",
    ),
    Column(
        "takes_key",
        "contains([authenticationType, additionalAuthenticationProviders[].authenticationType][], 'API_KEY')",
        "bool",
        "an API key is enough",
    ),
    Column("is_private", "visibility == 'PRIVATE'", "bool", "reached through VPC endpoints only"),
)

API_KEYS = described(
    "appsync_api_keys",
    GRAPHQL_APIS,
    "One row per API that takes keys: how many there are and when the last one ends.  An id is the key itself.",
    Call("appsync", "list_api_keys", params={"apiId": "name"}, absent={"NotFoundException"}),
    Column("keys", "length(apiKeys || `[]`)", "int", "number of keys"),
    Column("last_expires_at", "max(apiKeys[].expires || `[0]`)", "timestamp", "when the last key ends"),
    when="takes_key",
    keep=("takes_key", "is_private", "authorization"),
)

EVENT_APIS = listed(
    "appsync_event_apis",
    "One row per event API: how it authorizes.",
    Call("appsync", "list_apis"),
    "apis[]",
    name("apiId", "id of the API"),
    arn("apiArn"),
    Column("title", "name", "string", "what it is called"),
    Column(
        "authorization",
        "eventConfig.[connectionAuthModes[].authType, defaultSubscribeAuthModes[].authType,"
        " defaultPublishAuthModes[].authType][]",
        "json",
        "to connect, subscribe and publish",
    ),
    Column(
        "takes_key",
        "contains(eventConfig.connectionAuthModes[].authType || `[]`, 'API_KEY')",
        "bool",
        "an API key is enough",
    ),
)
