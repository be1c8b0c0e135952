"""What looking for open resources costs in calls, against one call per service.  `python benchmarks/exposures.py`

Reads an account that holds little and one that holds something of many services from the demo organization, with each
width of the params key `exposures`, and prints the calls and services per account and region.  No figure depends on
the machine; seconds are printed for the order of magnitude only.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import pandas as pd

from orienteer import demo, pipeline, snapshot, tables
from orienteer.aws.collect import Estate, Wanted, collect_estate, tables_for
from orienteer.aws.engine import REGIONS
from orienteer.aws.session import Entry
from orienteer.demo.server import Demo
from orienteer.facts import exposures

ACCOUNTS = {"empty": "audit", "full": "shop"}
WIDTHS = ("main", "all")


def coverage(served: Demo, key: str, width: str) -> tuple[pd.DataFrame, float]:
    """The calls that reading one account takes, and the seconds."""
    plan = served.plans[0]
    known = tables.registry()
    wanted = tables_for({*exposures.tables(width), REGIONS}, known)
    wanted = tuple(table for table in wanted if table.scope != "organization")
    account = plan.account(key)
    way = f"arn:aws:iam::{account.id}:role/orienteer-audit"
    estate = Estate(accounts=(Entry(account.id, account.name, way, plan.external_id),))
    with tempfile.TemporaryDirectory() as folder:
        place = snapshot.private_folder(Path(folder))
        for name in ("organization", "accounts"):
            snapshot.private_folder(place / "journal" / name)
        started = time.perf_counter()
        collect_estate(estate, Wanted(wanted, (), folder=place / "journal"))
        seconds = time.perf_counter() - started
        pipeline.write_snapshot(place, wanted, place / "journal")
        return pd.read_parquet(place / "snapshot" / "coverage.parquet"), seconds


def per_region(calls: pd.DataFrame, seconds: float, name: str) -> None:
    """Prints a line for each region of an account, and one for the whole."""
    for region, here in calls.groupby("region"):
        floor = here["service"].nunique()
        ratio, empty = len(here) / floor, int((here.groupby("service")["rows"].transform("sum") == 0).sum())
        print(f"{name:12} {region:14} calls {len(here):4}  services {floor:4}  = {ratio:.2f} x floor; "
              f"{empty} calls to services that hold nothing")  # fmt: skip
    floor = calls.groupby("region")["service"].nunique().sum()
    ratio = len(calls) / floor
    print(f"{name:12} {'account':14} calls {len(calls):4}  services {floor:4}  = {ratio:.2f} x floor  {seconds:.1f} s")


def main() -> None:
    types = {width: len({i for one in exposures.asked_for(width) for i in one.ids}) for width in WIDTHS}
    with demo.serve() as served, served.in_environment():
        for width in WIDTHS:
            print(f"exposures: {width} ({types[width]} types, {len(exposures.tables(width))} tables)", flush=True)
            for name, key in ACCOUNTS.items():
                per_region(*coverage(served, key, width), name)


if __name__ == "__main__":
    main()
