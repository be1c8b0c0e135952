"""Tables that many services share the form of: a list, a resource policy per item, a description per item.

BUCKETS = listed("s3vectors_buckets", "One row per vector bucket.", Call("s3vectors", "list_vector_buckets"),
                 "vectorBuckets[]", name("vectorBucketName"), arn("vectorBucketArn"))
BUCKET_POLICIES = policies("s3vectors_bucket_policies", BUCKETS, Call("s3vectors", "get_vector_bucket_policy",
                           params={"vectorBucketArn": "arn"}, absent={"NotFoundException"}), "policy")
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import jmespath

from orienteer.model import Answer, Ask, Call, Column, Place, Question, Read, Scope, Table, together
from orienteer.partitions import partition_with


def name(path: str, doc: str = "its name") -> Column:
    """The column `name`."""
    return Column("name", path, "string", doc)


def arn(path: str) -> Column:
    """The column `arn`."""
    return Column("arn", path, "string", "its ARN")


def policy(path: str = "Policy") -> Column:
    """The column `policy`: a document as JSON text."""
    return Column("policy", path, "policy", "policy document, JSON text")


def listed(name: str, doc: str, call: Call, items: str, *columns: Column, **more: Any) -> Table:
    """A table of a list, one row per item, called by its column `name` (else `arn`), with its ARN in `arn`."""
    names = {column.name for column in columns}
    form = {"scope": Scope.REGION, "resource": "name" if "name" in names else "arn", "arn": "arn"}
    if "arn" not in names:
        form["arn"] = ""
    return Table(name=name, doc=doc, call=call, items=items, columns=columns, **(form | more))


def described(name: str, parent: Table, doc: str, call: Call, *columns: Column, **more: Any) -> Table:
    """A table with one call per row of its parent; without `items` the answer is one row."""
    return Table(
        name=name,
        doc=doc,
        call=call,
        parent=parent,
        columns=columns,
        **({"scope": parent.scope, "at": parent.at} | more),
    )


def policies(name: str, parent: Table, call: Call, path: str = "Policy", **more: Any) -> Table:
    """A table with the resource policy of each row of its parent."""
    doc = f"One row per row of {parent.name}: its resource policy, null when it has none."
    return described(name, parent, doc, call, policy(path), **more)


def arns(form: str, items: str, call: Call, path: str = "@") -> Read:
    """Reads a list whose items do not say their ARN: rows with `name`, found at `path`, and `arn`.

    `form` is the ARN after "arn:partition:", with {region}, {account} and {name}.
    """
    return partial(_named, form, items, call, path)


def _named(
    form: str, items: str, call: Call, path: str, ask: Ask, place: Place
) -> Iterator[Mapping[str, Any] | Answer]:
    answer = ask(call)
    for page in answer.pages:
        for item in jmespath.search(items, page) or ():
            called = jmespath.search(path, item)
            ending = form.format(region=place.region, account=place.account_id, name=called)
            yield {"name": called, "arn": f"arn:{partition_with(place.region)}:{ending}"}
    yield answer


def owned(name: str, doc: str, call: Call, items: str, owner: str, *columns: Column, **more: Any) -> Table:
    """A table of the account's own things from a list that also shows what others share with it.

    `owner` is the path of the account, or of an ARN that holds it; an item that names none counts as own.
    """
    return listed(name, doc, call, items, *columns, **({"read": partial(_owned, call, items, owner, columns)} | more))


def _owned(
    call: Call, items: str, owner: str, columns: tuple[Column, ...], ask: Ask, place: Place
) -> Iterator[Mapping[str, Any] | Answer]:
    answer = ask(call)
    for item in _items(answer, items):
        told = str(jmespath.search(owner, item) or "")
        if (told.split(":")[4] if told.count(":") > 4 else told) in ("", place.account_id):
            yield _row(item, columns)
    yield answer


def unless_none(
    name: str, doc: str, first: tuple[Call, str], call: Call, items: str, *columns: Column, **more: Any
) -> Table:
    """A table of a list that holds something only where another list does: `first` is that list's call and its path.

    Where the other was read to its end and is empty, this one is not asked for; where it was refused, it is.
    """
    more = {"also": (first[0],), "read": partial(_unless_none, first, call, items, columns)} | more
    return listed(name, doc, call, items, *columns, **more)


def _unless_none(
    first: tuple[Call, str], call: Call, items: str, columns: tuple[Column, ...], ask: Ask, place: Place
) -> Iterator[Mapping[str, Any] | Answer]:
    before = ask(first[0])
    if before.outcome.known and not any(jmespath.search(first[1], page) for page in before.pages):
        return
    answer = ask(call)
    yield from (_row(item, columns) for item in _items(answer, items))
    yield answer


def _items(answer: Answer, path: str) -> Iterator[Any]:
    """What a list holds, over all its pages."""
    return (item for page in answer.pages for item in jmespath.search(path, page) or ())


def _row(item: Any, columns: tuple[Column, ...]) -> Mapping[str, Any]:
    return {column.name: jmespath.search(column.path, item) for column in columns}


def batched(
    name: str,
    doc: str,
    listing: tuple[Call, str],
    describing: tuple[Call, str, int],
    items: str,
    *columns: Column,
    of: Mapping[str, str] | None = None,
    **more: Any,
) -> Table:
    """A table of things that are listed by name and described several at a time.

    `listing` is the call and the path of the names, `describing` the call, its parameter and how many it takes;
    `of` maps parameters of both calls to columns of the parent's row.
    """

    read = partial(_batches, listing, describing, items, columns, of or {})
    more = {"also": (describing[0],), "read": read} | more
    return listed(name, doc, listing[0], items, *columns, **more)


def _batches(
    listing: tuple[Call, str],
    describing: tuple[Call, str, int],
    items: str,
    columns: tuple[Column, ...],
    of: Mapping[str, str],
    ask: Ask,
    place: Place,
) -> Iterator[Mapping[str, Any] | Answer]:
    given = {api: place.row.get(column) for api, column in of.items()}
    answer = ask(listing[0], resource=str(place.row.get("resource_id") or ""), **given)
    found = list(_items(answer, listing[1]))
    call, parameter, size = describing
    parts = [found[start : start + size] for start in range(0, len(found), size)]
    told = together(ask, [Question(call, part[0], {**given, parameter: part}) for part in parts])
    for part, one in zip(parts, told, strict=True):
        yield from (_row(item, columns) for item in _items(one, items))
        yield from (_about(one, missed) for missed in part if not one.outcome.known)
    yield answer


def _about(answer: Answer, resource: str) -> Answer:
    """The answer, as one about a resource."""
    return Answer(
        answer.call,
        answer.outcome,
        (),
        answer.error_code,
        answer.message,
        answer.account_id,
        answer.region,
        resource,
        answer.api,
    )
