"""What has to be asked, computed from the tables that are wanted: readings, operations, regions."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orienteer.aws.seams import described
from orienteer.aws.session import ENTRY_OPERATIONS, Allowed
from orienteer.errors import OrienteerError
from orienteer.model import Call, Scope, Table


@dataclass(frozen=True)
class Reading:
    """One question and the tables its answer fills.  Tables that ask the same are asked once."""

    tables: tuple[Table, ...]
    children: tuple[Reading, ...]

    @property
    def call(self) -> Call:
        return self.tables[0].call

    @property
    def scope(self) -> Scope:
        return self.tables[0].scope

    @property
    def parent(self) -> Table | None:
        return self.tables[0].parent

    @property
    def name(self) -> str:
        return self.tables[0].name


def wanted(names: Iterable[str], registry: Mapping[str, Table]) -> tuple[Table, ...]:
    """The named tables with all their parents, parents first.  Raises OrienteerError for an unknown name."""
    chosen: dict[str, Table] = {}

    def add(table: Table) -> None:
        if table.parent is not None:
            add(table.parent)
        chosen.setdefault(table.name, table)

    for name in sorted(set(names)):
        if name not in registry:
            raise OrienteerError(f"no table is called {name!r}", 2)
        add(registry[name])
    return tuple(chosen.values())


def readings(tables: Iterable[Table]) -> tuple[Reading, ...]:
    """The readings without parent, each with its children; those with children come first (the longest chains)."""
    by_parent: dict[str, dict[str, list[Table]]] = defaultdict(lambda: defaultdict(list))
    for table in tables:
        by_parent[table.parent.name if table.parent else ""][_question(table)].append(table)

    def below(parent: str) -> tuple[Reading, ...]:
        made = [
            Reading(tuple(group), tuple(child for t in group for child in below(t.name)))
            for group in by_parent[parent].values()
        ]
        return tuple(sorted(made, key=lambda r: (-_depth(r), r.name)))

    return below("")


def _depth(reading: Reading) -> int:
    return 1 + max((_depth(child) for child in reading.children), default=0)


def _question(table: Table) -> str:
    """Equal for tables whose answer is the same."""
    if table.read is not None:
        return table.name
    call = table.call
    parts = [table.scope, call.service, call.operation, dict(call.params), dict(call.fixed), sorted(call.absent)]
    return json.dumps([*parts, table.when, table.region if table.parent else ""], sort_keys=True, default=str)


def allowed(tables: Iterable[Table]) -> Allowed:
    """The operations that may leave the process: those the tables declare, and what the way in needs."""
    found: dict[str, set[str]] = {service: set(names) for service, names in ENTRY_OPERATIONS.items()}
    for table in tables:
        for call in table.calls:
            found.setdefault(call.service, set()).add(call.operation)
    return {service: frozenset(names) for service, names in found.items()}


def asked_as(call: Call) -> str:
    """Equal for calls of the same operation with the same constant parameters."""
    return json.dumps([call.service, call.operation, dict(call.fixed), sorted(call.absent)], sort_keys=True)


def repeated(tables: Iterable[Table]) -> frozenset[str]:
    """What more than one reading of an account and region asks (`asked_as`): the account and its organization, or two
    tables.  Not what is asked of each row of a list, which would be kept for the whole collection."""
    asking: dict[str, set[str]] = defaultdict(set)
    for table in tables:
        for call in table.calls:
            if not call.params and (table.parent is None or call.fixed):
                asking[asked_as(call)].add(_question(table))
    return frozenset(call for call, questions in asking.items() if len(questions) > 1)


def api_name(call: Call) -> str:
    """The operation as AWS writes it: list_mfa_devices -> ListMFADevices; the guess of Call.api where unknown."""
    return described(call.service).operations.get(call.operation, call.api.split(":", 1)[1])
