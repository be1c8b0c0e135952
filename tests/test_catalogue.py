"""Every spec is sound: operations exist, paths compile, tables meet, texts are there.  Read from the registries."""

from __future__ import annotations

import inspect
import pickle
import re
from urllib.parse import urlsplit

import jmespath
from botocore.session import Session

from orienteer import controls, tables
from orienteer.aws.seams import described
from orienteer.controls.control import Control
from orienteer.model import DTYPES, GAP_COLUMNS, KEYS, Table
from orienteer.parameters import CONTEXT
from tests.each import each

TABLES = tables.registry()
CONTROLS = controls.registry()
of_each_table = each("table", TABLES.values(), ids=lambda table: table.name)
of_each_control = each("control", CONTROLS.values(), ids=lambda control: control.id)
MODELS = Session()
WRITES = re.compile(r"^(create|delete|put|update|modify|attach|detach|enable|disable|start|stop|run|set|add|remove)_")


class TestTable:
    @of_each_table
    def test_operations_exist_and_read(self, table: Table) -> None:
        for call in table.calls:
            assert call.operation in described(call.service).operations, call
            assert not WRITES.match(call.operation), call

    @of_each_table
    def test_parameters_exist(self, table: Table) -> None:
        for call in table.calls:
            model = MODELS.get_service_model(call.service).operation_model(
                described(call.service).operations[call.operation]
            )
            known = model.input_shape.members if model.input_shape else {}
            assert set(call.params) | set(call.fixed) <= set(known), call

    @of_each_table
    def test_parameters_come_from_the_parent(self, table: Table) -> None:
        known = set(table.parent.schema) if table.parent else {"account_id", "region"}
        assert set(table.call.params.values()) <= known | {"account_id", "region"}
        assert not table.when or table.when in known

    @of_each_table
    def test_paths_compile(self, table: Table) -> None:
        for path in [table.items, *(c.path for c in table.columns)]:
            if path:
                jmespath.compile(path)

    @of_each_table
    def test_columns_are_named_once_and_typed(self, table: Table) -> None:
        names = [c.name for c in table.columns]
        assert len(set(names)) == len(names)
        assert {c.type for c in table.columns} <= set(DTYPES)
        assert not set(names) & {*KEYS, *GAP_COLUMNS}
        assert all(re.fullmatch(r"[a-z][a-z0-9_]*", n) for n in [*names, table.name])

    @of_each_table
    def test_naming_columns_exist(self, table: Table) -> None:
        named = {n for n in (table.resource, table.account, table.region, table.gap) if n}
        named |= set(re.findall(r"{(\w+)}", table.arn)) or {table.arn} - {""}
        assert named <= {*table.schema, "partition"}
        assert set(table.keep) <= (set(table.parent.schema) if table.parent else set())

    @of_each_table
    def test_the_top_of_the_items_is_in_the_answer(self, table: Table) -> None:
        if not table.items or table.read is not None:
            return
        name = described(table.call.service).operations[table.call.operation]
        shape = MODELS.get_service_model(table.call.service).operation_model(name).output_shape
        first = re.match(r"\w+", table.items)
        assert first is None or first[0] in shape.members

    @of_each_table
    def test_it_can_be_sent_to_another_process(self, table: Table) -> None:
        assert pickle.loads(pickle.dumps(table)).schema == table.schema

    @of_each_table
    def test_it_says_what_its_rows_are(self, table: Table) -> None:
        assert table.doc.endswith(".")
        assert table.parent is None or table.parent.name in TABLES


class TestControl:
    @of_each_control
    def test_it_reads_tables_that_exist(self, control: Control) -> None:
        assert control.tables
        assert set(control.tables) - {"coverage"} <= set(TABLES)

    @of_each_control
    def test_source_is_a_page_of_aws(self, control: Control) -> None:
        address = urlsplit(control.source)
        assert address.scheme == "https"
        assert address.netloc.endswith(("aws.amazon.com", "amazonaws.com"))

    @of_each_control
    def test_the_client_is_told_why_and_what_to_do(self, control: Control) -> None:
        assert len(control.description) > 20
        assert len(control.remediation) > 10
        assert control.title
        assert 1 <= control.maturity <= 5
        words = f"{control.description} {control.remediation}"
        assert not re.search(r"\b[a-z]+_[a-z_]+\b|params", words), "what the consultant sets is no text for the client"

    @of_each_control
    def test_keyword_parameters_are_thresholds_or_context(self, control: Control) -> None:
        for parameter in inspect.signature(control.judge).parameters.values():
            if parameter.kind is parameter.KEYWORD_ONLY and parameter.name not in CONTEXT:
                assert parameter.default is not parameter.empty, parameter

    @of_each_control
    def test_mappings_are_lists_of_text(self, control: Control) -> None:
        assert all(isinstance(one, str) for found in control.mappings.values() for one in found)


def test_thresholds_of_one_name_agree_between_controls() -> None:
    seen: dict[str, object] = {}
    for control in CONTROLS.values():
        for name, threshold in control.thresholds.items():
            assert seen.setdefault(name, threshold.default) == threshold.default, (control.id, name)
