"""Parquet with the types of the spec, modes, atomic names, a manifest that notices every change."""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path

import pandas as pd
import pytest

from orienteer import snapshot
from orienteer.errors import OrienteerError
from orienteer.frames import frame
from orienteer.model import DTYPES, Call, Column, Scope, Table
from orienteer.snapshot import parquet

COLUMNS = tuple(Column(f"a_{kind}", type=kind) for kind in DTYPES)
THINGS = Table("things", "", Scope.ACCOUNT, Call("s3", "list_buckets"), COLUMNS, items="T[]", resource="a_string")
EMPTY = Table("empty", "", Scope.ACCOUNT, Call("s3", "list_buckets"), COLUMNS, items="E[]")
VALUES = {
    "string": "text",
    "int": 1,
    "float": 1.5,
    "bool": True,
    "timestamp": 1_700_000_000_000_000,
    "json": '{"a": 1}',
}
ROW = ["111111111111", "global", "r", None, *(VALUES.get(kind, "[]") for kind in DTYPES), "OK", None]
COVERAGE = {
    "account_id": "111111111111", "region": "us-east-1", "service": "s3", "operation": "ListBuckets", "resource": "",
    "outcome": "OK", "error_code": "", "message": "", "rows": 1, "pages": 1, "ms": 5,
    "at": "2026-01-01T00:00:00+00:00", "table": "things", "shared": False,
}  # fmt: skip
FACTS = {"client": {"slug": "c", "name": "C"}, "accounts": [], "summary": [{"control_id": "X", "status": "PASS"}]}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A finished run folder with one row of every type."""
    os.umask(0o000)
    folder = snapshot.private_folder(tmp_path / "run")
    schemas = {"things": THINGS.schema, "empty": EMPTY.schema, "coverage": snapshot.COVERAGE}
    part = {"things": [ROW], "empty": [], "coverage": snapshot.coverage_rows([COVERAGE])}
    snapshot.write_tables(folder, schemas, iter([part]))
    snapshot.write_manifest(folder, FACTS)
    return folder


def test_types_come_back_as_the_spec_says_also_for_empty_tables(run: Path) -> None:
    tables = snapshot.open_run(run).tables
    assert list(tables) == ["empty", "things"]
    expected = frame(THINGS).dtypes.astype(str).to_dict()
    assert tables["things"].dtypes.astype(str).to_dict() == expected
    assert tables["empty"].dtypes.astype(str).to_dict() == expected
    assert tables["things"]["a_timestamp"].iloc[0] == pd.Timestamp("2023-11-14T22:13:20Z")
    with pytest.raises(KeyError):
        tables["coverage"]


def test_texts_are_stored_as_suits_the_size_of_the_run(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {}
    with pd.option_context("mode.string_storage", "auto"):
        for most in (parquet.PLAIN, 10):
            monkeypatch.setattr(parquet, "PLAIN", most)
            snapshot.store_strings_for(run)
            for name in ("things", "empty"):
                read = snapshot.open_run(run).tables[name]
                assert {str(read[c.name].dtype) for c in COLUMNS if DTYPES[c.type] == "string"} == {"string"}
                found[most, name] = {read[c.name].dtype.storage for c in COLUMNS if DTYPES[c.type] == "string"}, read
    assert [storage for storage, _ in found.values()] == [{"python"}, {"python"}, {"pyarrow"}, {"pyarrow"}]
    (_, plain), _, (_, arrow), _ = found.values()
    assert plain.to_dict("list") == arrow.to_dict("list")


def test_coverage_and_summary(run: Path) -> None:
    opened = snapshot.open_run(run)
    assert opened.coverage["ms"].to_list() == [5]
    assert opened.summary["status"].to_list() == ["PASS"]


def test_sql_sees_tables_and_nothing_outside(run: Path, tmp_path: Path) -> None:
    opened = snapshot.open_run(run)
    answer = opened.sql("select count(*) as n from things join coverage using (account_id)")
    assert answer["n"].to_list() == [1]
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    with pytest.raises(Exception, match=r"(?i)permission|disabled|access"):
        opened.sql(f"select * from read_csv('{secret}')")
    with pytest.raises(Exception, match=r"(?i)lock|permission|disabled"):
        opened.sql("set enable_external_access=true")


@pytest.mark.parametrize(
    "query",
    [
        "copy (select 1 as a) to '{run}/snapshot/coverage.parquet'",
        "explain analyze copy (select 1 as a) to '{run}/snapshot/coverage.parquet'",
        "copy (select 1 as a) to '{run}/new.csv'",
        "attach '{run}/new.db'",
        "export database '{run}/new'",
        "select * from read_text('{run}/manifest.json')",
        "select * from glob('{run}/*')",
    ],
)
def test_sql_writes_nothing_and_reads_no_file_by_its_path(run: Path, query: str) -> None:
    before = snapshot.hashes(run)
    with pytest.raises(Exception, match=r"(?i)disabled|permission|cannot access"):
        snapshot.open_run(run).sql(query.format(run=run))
    assert snapshot.hashes(run) == before


def test_sql_without_a_query_says_so(run: Path) -> None:
    with pytest.raises(OrienteerError, match="no query"):
        snapshot.open_run(run).sql(" ")


def test_modes_whatever_the_umask(run: Path) -> None:
    for path in [run, *run.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_every_file_is_in_the_manifest(run: Path) -> None:
    files = json.loads((run / "manifest.json").read_text())["files"]
    assert set(files) == {"snapshot/things.parquet", "snapshot/empty.parquet", "snapshot/coverage.parquet"}


@pytest.mark.parametrize("name", ["snapshot/things.parquet", "snapshot/coverage.parquet"])
def test_one_flipped_byte_is_noticed(run: Path, name: str) -> None:
    data = bytearray((run / name).read_bytes())
    data[len(data) // 2] ^= 1
    (run / name).write_bytes(data)
    with pytest.raises(OrienteerError, match=f"{name} was changed") as refused:
        snapshot.open_run(run)
    assert refused.value.exit_code == 3
    assert "\n" not in str(refused.value)


def test_a_run_that_is_held_is_opened_once_until_its_manifest_changes(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orienteer.snapshot.run._HELD", {})
    opened = snapshot.open_run(run)
    assert snapshot.open_run(run) is not opened
    snapshot.hold(opened)
    (run / "latest").symlink_to(run)
    assert snapshot.open_run(run / "latest") is opened
    snapshot.write_manifest(run, {**FACTS, "summary": []})
    changed = snapshot.open_run(run)
    assert (changed is opened, len(changed.summary), len(opened.summary)) == (False, 0, 1)


def test_a_table_put_there_later_is_noticed(run: Path) -> None:
    shutil.copy(run / "snapshot/things.parquet", run / "snapshot/more.parquet")
    with pytest.raises(OrienteerError, match=r"more\.parquet was put there later"):
        snapshot.open_run(run)


@pytest.mark.parametrize(
    "change", [{"schema": "new"}, {"schema": None}, {"schema": []}, {"files": {}}, {"client": "acme"}, {"client": {}}]
)
def test_a_manifest_of_another_form_is_refused_in_one_line(run: Path, change: dict[str, object]) -> None:
    manifest = json.loads((run / "manifest.json").read_text())
    (run / "manifest.json").write_text(json.dumps(manifest | change))
    with pytest.raises(OrienteerError, match="not an orienteer manifest"):
        snapshot.open_run(run)


def test_missing_linked_foreign_newer_and_unfinished_folders_are_refused(run: Path, tmp_path: Path) -> None:
    (run / "snapshot/things.parquet").rename(tmp_path / "things.parquet")
    with pytest.raises(OrienteerError, match="missing"):
        snapshot.open_run(run)
    (run / "snapshot/things.parquet").symlink_to(tmp_path / "things.parquet")
    with pytest.raises(OrienteerError, match="missing"):
        snapshot.open_run(run)
    with pytest.raises(OrienteerError, match="not an orienteer run"):
        snapshot.open_run(tmp_path)
    with pytest.raises(OrienteerError, match="no run folder"):
        snapshot.open_run(tmp_path / "nowhere")
    manifest = json.loads((run / "manifest.json").read_text())
    (run / "manifest.json").write_text(json.dumps({**manifest, "schema": 99}))
    with pytest.raises(OrienteerError, match="newer"):
        snapshot.open_run(run)
    (run / "manifest.json").write_text("{}")
    with pytest.raises(OrienteerError, match="not an orienteer manifest"):
        snapshot.open_run(run)
    (run / "manifest.json").unlink()
    with pytest.raises(OrienteerError, match="unfinished"):
        snapshot.open_run(run)


def test_many_parts_are_joined_in_order_whatever_the_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "BATCH", 3)
    rows = [[*ROW[:2], f"r{n}", *ROW[3:]] for n in range(10)]
    snapshot.write_tables(tmp_path, {"things": THINGS.schema}, ({"things": [row]} for row in rows))
    assert snapshot.Tables(tmp_path / "snapshot")["things"]["resource_id"].to_list() == [f"r{n}" for n in range(10)]
    assert [p.name for p in (tmp_path / "snapshot").iterdir()] == ["things.parquet"]


def test_a_half_written_file_never_has_its_final_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        snapshot.write_bytes(tmp_path / "file", b"data")
    assert list(tmp_path.iterdir()) == []


def test_a_link_in_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OrienteerError, match="link"):
        snapshot.private_folder(tmp_path / "link")


def test_a_run_that_holds_nothing_answers_that_nothing_is_known(run: Path) -> None:
    manifest = json.loads((run / snapshot.MANIFEST).read_text()) | {"as_of": "2026-01-01T00:00:00Z"}
    (run / snapshot.MANIFEST).write_text(json.dumps(manifest))
    opened = snapshot.open_run(run)
    bob, key = "arn:aws:iam::111111111111:user/bob", "arn:aws:s3:::lake/key"
    found = opened.can(bob, "s3:GetObject", key)
    assert (found.answer, opened.can("*", "s3:GetObject", key).answer) == ("unknown", "unknown")
    assert f"the policies of {bob} were not collected" in found.problems
    who = opened.who_can("s3:GetObject", key, among=[bob])
    assert (who.principals, who.everyone, who.unknown) == ((), False, (bob,))


def test_a_table_is_read_once_and_what_one_caller_changes_the_next_does_not_see(tmp_path, monkeypatch):
    pd.DataFrame({"a": ["x", "y"]}, dtype="string").to_parquet(tmp_path / "buckets.parquet")
    read: list[Path] = []
    once = snapshot.parquet._read
    monkeypatch.setattr(snapshot.parquet, "_read", lambda path: read.append(path) or once(path))
    tables = snapshot.Tables(tmp_path)
    assert ("buckets" in tables, "keys" in tables, "coverage" in tables, read) == (True, False, False, [])
    first = tables["buckets"]
    first.loc[0, "a"] = "changed"
    first["b"] = 1
    assert tables["buckets"].to_dict("list") == {"a": ["x", "y"]}
    assert len(read) == 1
    pd.DataFrame({"a": ["z"]}, dtype="string").to_parquet(tmp_path / "buckets.parquet")
    os.utime(tmp_path / "buckets.parquet", ns=(1, 1))
    assert tables["buckets"]["a"].tolist() == ["z"]


def test_tables_beyond_the_room_for_them_are_read_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(snapshot.parquet, "KEPT", 10)
    pd.DataFrame({"a": ["x" * 100]}, dtype="string").to_parquet(tmp_path / "buckets.parquet")
    tables = snapshot.Tables(tmp_path)
    assert tables["buckets"].equals(tables["buckets"])
    assert (tables._kept, tables._room) == ({}, [10])


def test_equal_texts_of_a_large_table_are_one_object_where_texts_are_pythons_own(monkeypatch):
    rows = [["a" * 20, None if n % 3 else f"{n}", n, n % 2 == 0] for n in range(100)]
    schema = {"same": "string", "other": "json", "number": "int", "flag": "bool"}
    table = snapshot.arrow_table(schema, [[f"{text}", *more] for text, *more in rows])
    with pd.option_context("mode.string_storage", "python"):
        small = snapshot.frame_of(table)
        monkeypatch.setattr(snapshot.parquet, "SMALL", 0)
        large = snapshot.frame_of(table)
    pd.testing.assert_frame_equal(large, small)
    assert len({id(text) for text in large["same"]}) == 1 < len({id(text) for text in small["same"]})
    monkeypatch.setattr(snapshot.parquet, "_plain", None)
    assert snapshot.frame_of(table)["same"].dtype.storage == "pyarrow"
