"""Every table against botocore's models: operations, parameters, and the path of each column in the answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jmespath
import pytest
from botocore.model import ServiceModel, Shape

from orienteer import tables
from orienteer.aws.plan import api_name
from orienteer.aws.seams import loader
from orienteer.model import Call, Table
from tests.each import each

ALL = tables.registry()
ANY = object()
"""What a path gives that has no one shape: a function's value, a list made of several things."""
LISTS = ("flatten", "projection", "filter_projection", "value_projection", "slice")

MADE = ("flatten", "function_expression")
"""What is a list though the shape that `walk` gives for it is that of an item."""

ALONGSIDE = ("function_expression", "multi_select_list", "multi_select_dict", "key_val_pair", "comparator",
             "or_expression", "and_expression", "not_expression")  # fmt: skip


class Missing(Exception):
    """A path names a member that the answer does not have."""


def model(service: str) -> ServiceModel:
    return ServiceModel(loader().load_service_model(service, "service-2"), service)


def walk(node: dict[str, Any], at: Any) -> Any:
    """The shape that a node of a JMESPath gives, asked of a shape.  Raises Missing."""
    kind, children = node["type"], node["children"]
    if at is None or kind == "literal":
        return ANY
    if kind in ("identity", "current"):
        return at
    if kind == "field":
        return member(at, node["value"])
    if kind in ("subexpression", "pipe", "index_expression"):
        for child in children:
            at = walk(child, at)
        return at
    if kind == "index":
        return at.member if at is not ANY and at.type_name == "list" else at  # of a projection: any one of it
    if kind in LISTS:
        return several(kind, children, at)
    if kind in ALONGSIDE:
        return together(kind, node.get("value"), [walk(child, at) for child in children])
    raise AssertionError(f"the test does not know {kind}")


def member(at: Any, name: str) -> Any:
    if at is ANY:
        return ANY
    if at.type_name == "map":
        return at.value
    if at.type_name != "structure" or name not in at.members:
        raise Missing(f"{at.name} has no {name}")
    return at.members[name]


def element(at: Any) -> Any:
    if at is ANY:
        return ANY
    if at.type_name == "list":
        return at.member
    raise Missing(f"{at.name} is no list")


def several(kind: str, children: list[dict[str, Any]], at: Any) -> Any:
    """What a projection gives: not a list of something, but the shape of each (all that follows is asked of it)."""
    if kind == "slice":
        return at
    left = walk(children[0], at)
    if kind == "value_projection":
        one = ANY if left is ANY else left.value if left.type_name == "map" else ANY
    elif kind == "flatten":
        return left if left is ANY or left.type_name != "list" else left.member
    else:
        one = left if left is ANY or children[0]["type"] in MADE else element(left)
    if kind == "filter_projection":
        walk(children[2], one)
    return walk(children[1], one)


def together(kind: str, function: Any, found: list[Any]) -> Any:
    if kind == "function_expression" and function == "values":
        return found[0].value if found[0] is not ANY and found[0].type_name == "map" else ANY
    if kind == "or_expression":
        return next((one for one in found if one is not ANY), ANY)
    return ANY


def output(call: Call) -> Shape:
    shape = model(call.service).operation_model(api_name(call)).output_shape
    assert shape is not None
    return shape


def answers(table: Table) -> Iterator[Any]:
    """The shape of a row's item, for each call of the table in which it is found."""
    problems = []
    for call in table.calls:
        try:
            yield walk(jmespath.compile(table.items).parsed, output(call)) if table.items else output(call)
        except Missing as error:
            problems.append(error)
    assert len(problems) < len(table.calls), problems


@each("name", sorted(ALL))
def test_operations_take_the_parameters(name: str) -> None:
    for call in ALL[name].calls:
        given = model(call.service).operation_model(api_name(call)).input_shape
        known = set(given.members) if given else set()
        assert {*call.params, *call.fixed} <= known, call.operation
    table = ALL[name]
    if table.read is None:
        required = set(given.required_members) if given else set()
        assert required <= {*table.call.params, *table.call.fixed}
        columns = {*(table.parent.schema if table.parent else ()), "account_id", "region"}
        assert set(table.call.params.values()) <= columns


@each("name", sorted(name for name, table in ALL.items() if table.read is None or table.items))
def test_columns_are_found_in_the_answer(name: str) -> None:
    table = ALL[name]
    problems: list[str] = []
    for shape in answers(table):
        missing = []
        for column in table.columns:
            try:
                walk(jmespath.compile(column.path or column.name).parsed, shape)
            except Missing as error:
                missing.append(f"{column.name}: {error}")
        if not missing:
            return
        problems += missing
    pytest.fail(f"{name}: {problems}")


def test_the_walk_tells_a_wrong_path() -> None:
    shape = output(Call("rds", "describe_db_instances"))
    for path in ("DBInstance[]", "DBInstances[].Engin", "DBInstances[?Engin=='a'].Engine", "DBInstances[].Endpoint.Prt",
                 "length(DBInstances[].Engin)", "DBInstances[].[Engine, Engin][]", "DBInstances.Engine"):  # fmt: skip
        with pytest.raises(Missing):
            walk(jmespath.compile(path).parsed, shape)
