"""The snapshot: Parquet per table, coverage, manifest; in and out of a run folder.

parquet    tables written part by part, read as typed frames
manifest   the state of a run, what each state was made from, hashes
run        a run folder opened: tables, findings, coverage, SQL
"""

from orienteer.files import PARTS, private_folder, sha256, write_bytes, write_json
from orienteer.snapshot.manifest import (
    COLLECTED,
    JUDGED,
    MANIFEST,
    OF_JUDGEMENT,
    POLICIES,
    REPORTED,
    SCHEMA,
    STATES,
    chapters_missing,
    digest,
    hashes,
    is_stale,
    retract,
    write_manifest,
    write_state,
)
from orienteer.snapshot.parquet import (
    COVERAGE,
    Tables,
    arrow_schema,
    arrow_table,
    coverage_rows,
    coverage_table,
    frame_of,
    read_frame,
    store_strings_for,
    write_table,
    write_tables,
)
from orienteer.snapshot.run import Run, hold, open_run

__all__ = [
    "COLLECTED",
    "COVERAGE",
    "JUDGED",
    "MANIFEST",
    "OF_JUDGEMENT",
    "PARTS",
    "POLICIES",
    "REPORTED",
    "SCHEMA",
    "STATES",
    "Run",
    "Tables",
    "arrow_schema",
    "arrow_table",
    "chapters_missing",
    "coverage_rows",
    "coverage_table",
    "digest",
    "frame_of",
    "hashes",
    "hold",
    "is_stale",
    "open_run",
    "private_folder",
    "read_frame",
    "retract",
    "sha256",
    "store_strings_for",
    "write_bytes",
    "write_json",
    "write_manifest",
    "write_state",
    "write_table",
    "write_tables",
]
