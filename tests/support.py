"""What tests share: typed frames of a table by name, and a table read from the moto server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import boto3
import pandas as pd

from orienteer import snapshot, tables
from orienteer.aws.collect import tables_for
from orienteer.aws.engine import collect
from orienteer.aws.job import Collected, Job
from orienteer.aws.plan import allowed
from orienteer.aws.session import Entry
from orienteer.frames import frame as frame_of


def frame(name: str, rows: Iterable[Mapping[str, Any]] = ()) -> pd.DataFrame:
    """Rows of the table `name`, typed from its spec, nulls where not given, as a control would get them."""
    return frame_of(tables.registry()[name], rows).drop(columns=["outcome", "gap"])


def collected(session: boto3.Session, *names: str, regions: Sequence[str] = ("us-east-1",)) -> Collected:
    """What one account gives for these tables and their parents."""
    wanted = tables_for(names, tables.registry())
    found: list[Collected] = []
    collect(Job((Entry(),), wanted, allowed(wanted), tuple(regions), 8), found.append, base=session)
    return found[0]


def collect_one(session: boto3.Session, name: str, regions: Sequence[str] = ("us-east-1",)) -> pd.DataFrame:
    """The table `name` as the engine reads it, with its `outcome` and `gap` columns."""
    rows = collected(session, name, regions=regions).rows[name]
    return snapshot.frame_of(snapshot.arrow_table(tables.registry()[name].schema, rows))
