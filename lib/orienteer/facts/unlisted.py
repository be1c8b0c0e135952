"""Resources that AWS Config counts and that our own lists did not show: an index is asked last, and takes nothing off.

Worked by hand: Config counts 3 AWS::SQS::Queue in an account and region whose list of queues was read and is empty.
That is a row.  Where the list was refused the gap says it already, and where it has one queue Config may be late.
Where nothing records any more, Config counts what there was on the day that its recorder stopped: no row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from orienteer.facts import exposures
from orienteer.facts.fact import Fact
from orienteer.facts.seen import Cells
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import keys_at
from orienteer.model import GLOBAL, KEYS
from orienteer.parameters import Client


def _unlisted(
    config_discovered_counts: Source,
    config_recorder_status: Source,
    *,
    client: Client,
    sources: Callable[[str], Source],
) -> Iterator[Cells | Gap]:
    """One row per account, region and type that can be opened to others, counted by Config and listed by nobody."""
    asked: dict[str, list[str]] = {}
    for one in exposures.asked_for(client.exposures):
        asked.setdefault(one.type, []).append(one.source)
    recording = {(row["account_id"], row["region"]) for row in config_recorder_status.rows if row["recording"]}
    held = {kind: _places(sources(name) for name in names) for kind, names in asked.items()}
    for row in config_discovered_counts.rows:
        account, region, kind = row["account_id"], row["region"], row["counted_type"]
        if not row["count"] or kind not in held or {(account, region), (account, GLOBAL)} & held[kind]:
            continue
        if (account, region) not in recording and not config_recorder_status.hidden(account, region):
            continue
        if not any(sources(name).hidden(account, region) for name in asked[kind]):
            keys = keys_at(account, kind, region=region)
            yield Cells(keys, counted_type=kind, count=row["count"])
    yield from config_discovered_counts.gaps


def _places(lists: Iterator[Source]) -> set[tuple[str, str]]:
    """Accounts and regions in which one of the lists has something."""
    return {(row["account_id"], row["region"]) for found in lists for row in found.rows}


UNLISTED = Fact(
    "unlisted_resources",
    "One row per account, region and type of resource that AWS Config counts and none of our lists showed.",
    rows=_unlisted,
    made=(*KEYS, "counted_type", "count"),
    also=exposures.tables,
)
