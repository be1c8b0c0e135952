"""What changed between two runs of one client, finding by finding, and where nobody looked again.

new             fails, and did not before
fixed           failed, and was looked at again: it passes, or is no longer there
open            failed and still does, as gravely
worse, better   fails more or less gravely than before; passes and is now a question, or the other way round
accepted        fails, and somebody has decided to live with it
not_looked_at   was known before, and the later run did not see it: nothing can be said

A verdict that differs while the params its control looks at differ, too, may be the params' doing and not the client's:
`params` names them.  Where the control has another version it may be the check's doing: `check` says so.  What is
counted is `kind`: rows of the latter as "check", of the former as "params", all others by their change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from orienteer import asked
from orienteer.decisions import SET_ASIDE, column
from orienteer.errors import OrienteerError
from orienteer.model import GLOBAL, Severity, Status
from orienteer.scope import places
from orienteer.sight import Sight, gaps_in
from orienteer.snapshot import Run, open_run

CHANGES = ("new", "worse", "open", "better", "fixed", "accepted", "not_looked_at")
CHECK, PARAMS = "check", "params"
KINDS = (*CHANGES[:2], "fixed", "better", CHECK, PARAMS, "open", "accepted", "not_looked_at")
"""Every kind, in the order in which they are told."""
MOVED = ("new", "worse", "fixed", "better")
NAMED = ("control_id", "title", "account_id", "region", "resource_id", "resource_arn")
SHOWN = (
    "change",
    "control_id",
    "account_id",
    "region",
    "resource_id",
    "before",
    "after",
    "severity_before",
    "severity_after",
    CHECK,
)
"""What a list of changes on a terminal shows of each."""
FAIL, MANUAL, PASS, NOT_ASSESSED = (s.value for s in (Status.FAIL, Status.MANUAL, Status.PASS, Status.NOT_ASSESSED))
GRADES = [severity.value for severity in Severity]


def changes(before: Path | str, after: Path | str) -> list[dict[str, Any]]:
    """One row per finding of either run that failed, changed, or was not looked at again; not of passes that stay.

    `before`, `after`: the statuses, empty where there is no such finding; `severity_before`, `severity_after`: of what
    failed.  `looked_at_before` is False where the earlier run did not read the place of a new finding.
    `check` says where the control's version differs, `params` which params that bear on the change differ.
    Findings are matched by fingerprint.  Raises OrienteerError when the runs are of two clients, or one is not judged.
    """
    return between(open_run(before), open_run(after))


def between(old: Run, new: Run) -> list[dict[str, Any]]:
    """The changes between two runs that are open already."""
    if _slug(old) != _slug(new):
        raise OrienteerError(f"{old.path} is a run of {_slug(old)!r}, {new.path} of {_slug(new)!r}", 2)
    joined = pd.merge(_told(old), _told(new), on="fingerprint", how="outer", suffixes=("_before", "_after")).fillna("")
    sight = _sight(old), _sight(new)
    rows = [
        _row({str(key): str(value) for key, value in record.items()}, *sight) for record in joined.to_dict("records")
    ]
    differ = asked.differences(old.manifest, new.manifest)
    then, now = _versions(old), _versions(new)
    told = [row | {CHECK: _check(row, then, now), PARAMS: _params(row, differ)} for row in rows if row["change"]]
    return sorted(told, key=_order)


def kind(row: Mapping[str, Any]) -> str:
    """What a change counts as: "check" or "params" where it may be the doing of these, else its change."""
    cause = next((name for name in (CHECK, PARAMS) if row[name]), "")
    return cause if cause and row["change"] in MOVED else str(row["change"])


def counts(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many changes there are of each of KINDS."""
    found = Counter(map(kind, rows))
    return {name: found[name] for name in KINDS}


def _versions(run: Run) -> Mapping[str, int]:
    """The version of each control that judged the run."""
    return {str(one["control_id"]): int(one.get("version", 1)) for one in run.manifest.get("summary", ())}


def _check(row: Mapping[str, Any], then: Mapping[str, int], now: Mapping[str, int]) -> str:
    """Says of a change that its control calls other things wrong than it did; empty where it does not."""
    control = str(row["control_id"])
    before, after = then.get(control), now.get(control)
    differ = row["change"] in MOVED and None not in (before, after) and before != after
    return f"the check changed: version {before}, now {after}" if differ else ""


def _params(row: Mapping[str, Any], differ: Mapping[str, asked.Change]) -> str:
    """The params behind a change; of what was not looked at, those that say where is looked."""
    if row["change"] in MOVED:
        control = str(row["control_id"])
        everywhere = asked.over_regions(control, differ) if row["region"] == GLOBAL else []
        return "; ".join([*asked.behind(control, differ), *everywhere])
    return "; ".join(asked.scope(differ)) if row["change"] == "not_looked_at" else ""


def _slug(run: Run) -> str:
    return str(run.manifest["client"]["slug"])


def _told(run: Run) -> pd.DataFrame:
    found = run.findings
    decided = column(found, "decision").isin(SET_ASIDE).map({True: "yes", False: ""})
    return found[["fingerprint", "status", "severity", *NAMED]].astype("string").fillna("").assign(decided=decided)


def _order(row: Mapping[str, Any]) -> tuple[Any, ...]:
    grade = GRADES.index(row["severity_after"] or row["severity_before"] or GRADES[-1])
    return CHANGES.index(row["change"]), grade, row["control_id"], row["account_id"], row["region"], row["resource_id"]


def _row(record: Mapping[str, str], old: Sight, new: Sight) -> dict[str, Any]:
    was, now = record["status_before"], record["status_after"]
    side = "after" if now else "before"
    named = {name: record[f"{name}_{side}"] for name in NAMED}
    graded = {f"severity_{at}": record[f"severity_{at}"] if record[f"status_{at}"] == FAIL else "" for at in SIDES}
    seen = {"looked_at_before": was not in ("", NOT_ASSESSED) or old.looked_at(named)}
    change = _change(was, now, record, new.looked_at(named))
    return {
        "fingerprint": record["fingerprint"],
        "change": change,
        **named,
        "before": was,
        "after": now,
        **graded,
        **seen,
    }


SIDES = ("before", "after")


def _change(was: str, now: str, record: Mapping[str, str], looked_at: bool) -> str:
    """Which change it is; empty for what passes as before, and for what neither run could see."""
    known = was not in ("", NOT_ASSESSED)
    if now in ("", NOT_ASSESSED):
        gone = now == "" and looked_at
        return "" if not known or (gone and was != FAIL) else "fixed" if gone else "not_looked_at"
    if now == FAIL:
        return _failing(was, record)
    if was == FAIL:
        return "fixed" if now == PASS else "open"
    if now == MANUAL:
        return "new" if not known else "worse" if was == PASS else ""
    return "better" if was == MANUAL else ""


def _failing(was: str, record: Mapping[str, str]) -> str:
    if record["decided_after"]:
        return "accepted"
    if was != FAIL:
        return "new"
    then, now = (GRADES.index(record[f"severity_{side}"]) for side in SIDES)
    return "worse" if now < then else "better" if now > then else "open"


def _sight(run: Run) -> Sight:
    found = places(run)
    found = found[found["answered"] > 0]
    return Sight(
        frozenset(str(one["control_id"]) for one in run.manifest.get("summary", ())),
        frozenset(zip(found["account_id"].astype(str), found["region"].astype(str), strict=True)),
        gaps_in(run.findings),
    )
