"""A Dask cluster of two worker processes, one of which is killed: the findings are those of this machine alone."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from orienteer import controls, params, pipeline, snapshot, tables
from orienteer.aws.collect import DISCOVERY, Wanted, collect_estate, tables_for
from orienteer.aws.engine import REGIONS
from orienteer.demo import Demo
from orienteer.judge import Facts, judge, tables_of
from tests.execute import CLIENT

distributed = pytest.importorskip("distributed")
pytestmark = [pytest.mark.long, pytest.mark.skipif(sys.platform == "win32", reason="signals")]
CONTROLS = controls.chosen(["IAM-02", "IAM-05", "INV-02"])
WANTED = tables_for(tables_of(CONTROLS), tables.registry(), [*DISCOVERY, REGIONS])
"""Some tables of each scope: what is held here is the cluster, not the catalogue."""


@pytest.fixture
def given(shared_demo: Demo) -> Iterator[params.Params]:
    """The demo organization in one region."""
    with shared_demo.in_environment():
        yield params.narrowed(params.load(CLIENT), regions=["eu-central-1"])


def test_a_cluster_that_loses_a_worker_gives_the_findings_of_one_machine(given: params.Params, tmp_path: Path) -> None:
    killed: list[int] = []
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        pids = sorted(client.run(os.getpid).values())
        assert len({*pids, os.getpid()}) == 3

        def progress(account: str, calls: int) -> None:
            if account == "elsewhere" and not killed:  # the workers have answers, and not all of them
                os.kill(pids[0], signal.SIGKILL)
                killed.append(pids[0])

        spread = findings(given, tmp_path / "spread", client.get_executor(), progress)
    assert killed == pids[:1]
    assert spread == findings(given, tmp_path / "alone")


def findings(given: params.Params, folder: Path, executor: Executor | None = None, progress: Any = None) -> list[Any]:
    """Collected into the folder, by the executor alone where there is one, and judged."""
    for kind in ("organization", "accounts"):
        snapshot.private_folder(folder / "journals" / kind)
    want = Wanted(WANTED, given.region_list(), folder=folder / "journals")
    collect_estate(pipeline.estate_of(given), want, executor=executor, parts=8, progress=progress)
    pipeline.write_snapshot(folder, WANTED, folder / "journals")
    coverage = pd.read_parquet(folder / "snapshot" / "coverage.parquet")
    facts = Facts(pd.Timestamp(given.as_of), given.client_facts(), given.thresholds)
    found = judge(CONTROLS, snapshot.Tables(folder / "snapshot"), tables.registry(), facts, coverage).findings
    assert found["account_id"].nunique() > 5
    return found.to_dict("records")
