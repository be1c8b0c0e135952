"""The page of a batch: a line per client, whatever came of it; it lies in no client's folder and runs nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from orienteer import batch, snapshot
from orienteer.report import pages
from orienteer.report.portfolio import Client, line, write_portfolio
from tests.report.estate import HOSTILE, findings, run_folder


@pytest.fixture
def clients(tmp_path: Path) -> dict[str, snapshot.Run]:
    """Two clients with a finished report each; the second one's name is hostile."""
    made = {}
    for slug, name in (("acme", "Acme"), ("other", HOSTILE[0])):
        run = run_folder(tmp_path / slug / "20260101T000000Z", findings(60, (f"of-{slug}",)), name=name)
        snapshot.write_manifest(run.path, {**run.manifest, "client": {"slug": slug, "name": name}})
        made[slug] = snapshot.open_run(run.path)
        pages.write_report(made[slug])
    return made


def test_a_line_says_verdict_coverage_failures_change_and_leads_to_the_report(
    clients: dict[str, snapshot.Run], tmp_path: Path
) -> None:
    told = line(Client("acme", clients["acme"].path), tmp_path)
    assert (tmp_path / told["href"]).is_file() and told["href"] == "acme/20260101T000000Z/report/index.html"
    assert told["name"] == "Acme" and "are critical" in told["verdict"]
    assert sum(told["failed"].values()) == 20 and told["lost"] == 10
    assert "There is no earlier run" in told["change"] and "3 of at least 4 accounts" in " ".join(told["coverage"])


def test_every_client_has_a_line_and_nothing_runs(clients: dict[str, snapshot.Run], tmp_path: Path) -> None:
    listed = [Client(slug, run.path) for slug, run in clients.items()] + [Client("third", None, "no <role> to take")]
    text = write_portfolio(listed, tmp_path).read_text()
    assert text.count("<tr>") == 4 and "No &lt;role&gt; to take." in text and "not finished" in text
    assert "<script" not in text and "&lt;script&gt;window.pwned=1" in text
    assert (tmp_path / "portfolio.html").stat().st_mode & 0o777 == 0o600


def test_a_batch_writes_it_for_several_clients_beside_their_folders(
    clients: dict[str, snapshot.Run], tmp_path: Path
) -> None:
    done = [
        batch.Result(slug, 0, str(run.path), str(run.path / "report" / "index.html")) for slug, run in clients.items()
    ]
    bad = batch.Result("third", 3, fault="no account could be read")
    assert batch.portfolio([bad, *done]) == tmp_path / "portfolio.html"
    assert batch.portfolio(done[:1]) is None and batch.portfolio([bad, bad]) is None
    for slug, other in (("acme", "of-other"), ("other", "of-acme")):
        mine = [p.read_bytes() for p in (tmp_path / slug).rglob("*") if p.is_file()]
        assert not [one for one in mine if other.encode() in one]
