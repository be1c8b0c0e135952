"""What every exchange format reads of a run: one mapping of plain texts per finding, and the facts of the run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from orienteer import __version__
from orienteer.decisions import WORDS, column
from orienteer.judge import FINDINGS
from orienteer.model import Category
from orienteer.report.overview import web
from orienteer.report.text import visible_frame
from orienteer.snapshot import Run
from orienteer.words import sentence

NOWHERE = ("", "global", "all")
"""What stands as the region of a finding that is about no single region."""

Row = Mapping[str, str]


@dataclass(frozen=True)
class Source:
    """The findings of a run, hidden characters written out, and what the formats say about the run."""

    findings: Sequence[Row]
    own: Sequence[Row]
    summary: Sequence[Mapping[str, Any]]
    as_of: pd.Timestamp
    account: str
    version: str
    complete: bool

    @classmethod
    def of(cls, run: Run) -> Source:
        """From a judged run; `own` are the findings about Orienteer's own coverage."""
        found, manifest = visible_frame(run.findings), run.manifest
        texts = pd.DataFrame({name: column(found, name).astype(object) for name in FINDINGS}).to_dict("records")
        rows = [{str(k): str(v) for k, v in row.items()} for row in texts]
        identity = str(manifest.get("identity") or "").split(":")
        listed = [str(one.get("id")) for one in manifest.get("accounts", ())]
        return cls(
            [row for row in rows if row["category"] != Category.COVERAGE],
            [row for row in rows if row["category"] == Category.COVERAGE],
            visible_frame(run.summary).to_dict("records"),  # type: ignore[arg-type]
            pd.Timestamp(manifest.get("as_of") or manifest["started_at"]),
            identity[4] if len(identity) > 5 else next(iter(listed), ""),
            str(manifest.get("tool_version") or __version__),
            bool(manifest.get("complete")),
        )


def cut(text: str, limit: int) -> str:
    """The text in at most `limit` characters; one that is longer ends in "..."."""
    return text if len(text) <= limit else f"{text[: limit - 3]}..."


def decided(row: Row) -> str:
    """The decision about a finding in a sentence; empty where there is none."""
    if not row["decision"]:
        return ""
    last = f" until {row['expires']}" if row["expires"] else ""
    day = f" on {row['decided_on']}" if row["decided_on"] else ""
    return f"{WORDS.get(row['decision'], row['decision'])} by {row['decided_by'] or 'nobody named'}{day}{last}."


def remedy(row: Row) -> str:
    """What to do, as sentences."""
    return sentence(row["remediation"]) or "See the report."


def address(row: Row) -> str:
    """The source as a plain https address, else empty."""
    return web(row["source"])


def resource(row: Row) -> str:
    """The resource's ARN, else account, region and id: "eu-west-1" alone would be one resource in every account."""
    place = dict.fromkeys(row[name] for name in ("account_id", "region", "resource_id") if row[name])
    return row["resource_arn"] or "/".join(place) or "organization"


def requirements(row: Row) -> list[str]:
    """What other catalogues call the control: "fsbp EC2.1", "CIS AWS Foundations v7.0.0 2.18"."""
    try:
        known = json.loads(row["mappings"] or "{}")
    except ValueError:
        return []
    if not isinstance(known, dict):
        return []
    named = ((name, str(one)) for name, ids in sorted(known.items()) for one in ids)
    return list(dict.fromkeys(one if one.lower().startswith(name) else f"{name} {one}" for name, one in named))
