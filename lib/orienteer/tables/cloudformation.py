"""CloudFormation extensions that the account publishes for everybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orienteer.model import Answer, Ask, Call, Column, Place
from orienteer.tables.shapes import arn, listed, name

PUBLISHER = Call("cloudformation", "describe_publisher", absent={"CFNRegistryException"})
TYPES = Call("cloudformation", "list_types", fixed={"Visibility": "PUBLIC"})


def _published(ask: Ask, place: Place) -> Iterator[Mapping[str, Any] | Answer]:
    """Rows of the types of this publisher; AWS tells an account that never published that it is none."""
    publisher = ask(PUBLISHER)
    yield publisher
    if not publisher.page.get("PublisherId"):
        return
    answer = ask(TYPES, Filters={"PublisherId": publisher.page["PublisherId"]})
    for page in answer.pages:
        for item in page.get("TypeSummaries") or ():
            yield {"name": item.get("TypeName"), "arn": item.get("TypeArn")}
    yield answer


PUBLIC_TYPES = listed(
    "cloudformation_public_types",
    "One row per extension that the account publishes for everybody.",
    TYPES,
    "TypeSummaries[]",
    name("TypeName"),
    arn("TypeArn"),
    also=(PUBLISHER,),
    read=_published,
)

STACKS = listed(
    "cloudformation_stacks",
    "One row per stack (never the values of its parameters and outputs).",
    Call("cloudformation", "describe_stacks"),
    "Stacks[]",
    name("StackName"),
    arn("StackId"),
    Column("state", "StackStatus", "string", "CREATE_COMPLETE, ..."),
    Column("signs", "[Parameters[], Outputs[]][]", "signs", "what its parameters and outputs look like"),
)
