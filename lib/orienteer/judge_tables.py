"""Controls that still judge whole tables (going: each moves to a fact); judge.py asks here for those without one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from orienteer.controls.control import VERDICT_COLUMNS, Control
from orienteer.frames import frame
from orienteer.model import GLOBAL, Outcome, Scope, Severity, Status, Table

GRADES = tuple(grade.value for grade in Severity)
GAPS_NAMED = 5


@dataclass(frozen=True, slots=True)
class Gap:
    """Something of a table that could not be read.  Empty region: all regions; empty resource: the whole list."""

    table: str
    account_id: str
    region: str
    resource_id: str
    text: str
    everywhere: bool  # of an organization table: it concerns every account


def judged_tables(
    control: Control,
    tables: Mapping[str, pd.DataFrame],
    specs: Mapping[str, Table],
    facts: Any,
    coverage: pd.DataFrame,
) -> tuple[pd.DataFrame, str]:
    """The control's verdicts with gaps applied, and the error when it raised."""
    known, gaps, listed = {}, [], {}
    for name in control.tables:
        if name == "coverage":
            known[name] = coverage
            continue
        table = tables.get(name)
        if table is None:
            gaps.append(Gap(name, "", "", "", f"table {name} is not in this snapshot", True))
            table = frame(specs[name])
        seen = table["outcome"].isin([Outcome.OK, Outcome.ABSENT])
        gaps.extend(g for g in _gaps(specs[name], table[~seen]) if g.resource_id not in control.leaves_out)
        known[name] = table[seen].drop(columns=["outcome", "gap"]).reset_index(drop=True)
        listed[name] = _listed(specs[name], known[name])
    try:
        verdicts = _called(control, known, facts)
    except Exception as error:  # the only broad catch: a control must not take the others with it
        text = f"{control.id} could not be judged: {type(error).__name__}: {error}"
        return _gap_rows(control, [Gap("", "", "", "", text, True)]), text
    return _with_gaps(control, verdicts, gaps, listed), ""


def _listed(table: Table, known: pd.DataFrame) -> set[Any]:
    """What a table lists: (account, resource), or the bare resource where one table serves the whole organization."""
    if table.scope is Scope.ORG:
        return set(known["resource_id"])
    return set(zip(known["account_id"], known["resource_id"], strict=True))


def _called(control: Control, tables: Mapping[str, pd.DataFrame], facts: Any) -> pd.DataFrame:
    """The control's own verdicts.  Raises whatever it raises, and ValueError for a row without status or key."""
    context = {"as_of": facts.as_of, "client": facts.client}
    known = facts.thresholds
    chosen = {one.parameter: known[name] for name, one in control.thresholds.items() if name in known}
    chosen |= {name: context[name] for name in control.context}
    verdicts = control.judge(*(tables[name] for name in control.tables), **chosen)
    missing = set(VERDICT_COLUMNS) - set(verdicts.columns)
    if missing:
        raise ValueError(f"verdicts lack {', '.join(sorted(missing))}")
    allowed = {Status.PASS.value, Status.FAIL.value, Status.MANUAL.value}
    if not set(verdicts["status"].dropna()) <= allowed or verdicts["status"].isna().any():
        raise ValueError("a verdict without a status of its own")
    if verdicts["resource_id"].isna().any() or verdicts["account_id"].isna().any():
        raise ValueError("a verdict that does not say what it is about")
    return _unread(verdicts)


def _unread(verdicts: pd.DataFrame) -> pd.DataFrame:
    """The verdicts; NOT_ASSESSED where one would need what this assessment never asked (its column `unread`)."""
    if "unread" not in verdicts:
        return verdicts
    missing = verdicts["unread"].notna()
    return verdicts.assign(
        status=verdicts["status"].mask(missing, Status.NOT_ASSESSED.value),
        reason=verdicts["reason"].mask(missing, verdicts["unread"]),
    )


# --- gaps


def _gaps(table: Table, rows: pd.DataFrame) -> list[Gap]:
    found = []
    for row in rows.to_dict("records"):
        account, region, resource = (_plain(row[k]) for k in ("account_id", "region", "resource_id"))
        region = "" if region == GLOBAL else region
        one_member = _about_members(table) and resource == account != ""
        everywhere = table.scope is Scope.ORG and not one_member
        found.append(Gap(table.name, account, region, resource, _plain(row["gap"]), everywhere))
    return found


def _about_members(table: Table) -> bool:
    """Whether the rows of an organization table are each about one member account."""
    return bool(table.account) or (table.parent is not None and _about_members(table.parent))


def _plain(value: Any) -> str:
    return "" if value is None or value is pd.NA or value != value else str(value)


@dataclass(frozen=True)
class _Reach:
    """Gaps of one table, indexed by what they touch."""

    everywhere: list[Gap]
    shared: Mapping[str, list[Gap]]  # by resource, of organization tables: a policy, an OU
    lists: Mapping[str, list[Gap]]  # by account: whole lists
    resources: Mapping[tuple[str, str], list[Gap]]  # by account and resource
    accounts: Mapping[str, list[Gap]]  # by account: every gap about a single resource


def _reach(gaps: Iterable[Gap]) -> dict[str, _Reach]:
    found: dict[str, _Reach] = {}
    for gap in gaps:
        reach = found.setdefault(gap.table, _Reach([], *(defaultdict(list) for _ in range(4))))
        if gap.everywhere and not gap.resource_id:
            reach.everywhere.append(gap)
        elif gap.everywhere:
            reach.shared[gap.resource_id].append(gap)
        elif not gap.resource_id:
            reach.lists[gap.account_id].append(gap)
        else:
            reach.resources[gap.account_id, gap.resource_id].append(gap)
            reach.accounts[gap.account_id].append(gap)
    return found


def _touching(
    control: Control, reach: _Reach, listed: set[Any], anywhere: bool, account: str, region: str, resource: str
) -> list[Gap]:
    """The gaps of one table that touch a verdict.

    Its own resource unread; or, unless the resource was itself listed in the table, any gap in that account and region.
    """
    if control.scope == "organization" or anywhere:
        by_place = (reach.shared, reach.lists, reach.accounts)
        return [*reach.everywhere, *(g for index in by_place for found in index.values() for g in found)]
    names = (resource, resource.rpartition("/")[0])  # also of a part of a resource: user/key1
    own = [g for n in names for g in (*reach.shared.get(n, ()), *reach.resources.get((account, n), ()))]
    if own or any((account, n) in listed or n in listed for n in names):
        return [*reach.everywhere, *(g for g in own if _same(g.region, region))]
    shared = [g for found in reach.shared.values() for g in found]
    near = [*reach.lists.get(account, ()), *reach.accounts.get(account, ())]
    return [*reach.everywhere, *shared, *(g for g in near if _same(g.region, region))]


def _same(gap_region: str, region: str) -> bool:
    """Whether a gap concerns a region: those without region, and verdicts about a whole account, meet every one."""
    return not gap_region or region in ("", GLOBAL, gap_region)


def _with_gaps(
    control: Control, verdicts: pd.DataFrame, gaps: Sequence[Gap], listed: Mapping[str, set[Any]]
) -> pd.DataFrame:
    """The verdicts, those that a gap touches turned to NOT_ASSESSED, and a row for each gap that touched none."""
    if not gaps:
        return verdicts
    reaches = _reach(gaps)
    said: set[Gap] = set()
    records: list[dict[Any, Any]] = verdicts.to_dict("records")
    for row in records:
        key = (_plain(row["account_id"]), _plain(row["region"]), _plain(row["resource_id"]))
        without = frozenset(_plain(row.get("without")).split())
        touching = {
            t: _touching(control, r, listed.get(t, set()), t in control.anywhere, *key) for t, r in reaches.items()
        }
        said.update(g for t in without for g in touching.pop(t, ()) if _whole(control, g, *key))
        standing = _standing(control, row)
        breaking = [g for table, found in touching.items() if table not in standing for g in found]
        softer = [g for table, found in touching.items() if table in standing for g in found]
        if breaking:
            row["status"], row["reason"] = Status.NOT_ASSESSED.value, _not_seen(breaking)
            said.update(breaking)
        elif softer:
            row["reason"] = f"{_plain(row['reason'])} Not seen: {_not_seen(softer)}".strip()
            row["severity"] = _no_milder(control, row, {g.table for g in softer})
    open_gaps = [g for g in gaps if g not in said and not _elsewhere(control, g)]
    rest = _gap_rows(control, open_gaps)
    known = pd.DataFrame.from_records(records, columns=list(verdicts.columns)).astype("string")
    return pd.concat([known, rest], ignore_index=True) if len(rest) else known


def _whole(control: Control, gap: Gap, account: str, region: str, resource: str) -> bool:
    """Whether all that a gap hides is the account that a verdict is about, which was decided without."""
    return control.scope == "account" and resource == account == gap.account_id and _same(gap.region, region)


def _elsewhere(control: Control, gap: Gap) -> bool:
    """Whether a gap that touches no verdict is none of the control's."""
    return gap.table in control.refined_by or (gap.table in control.looked_up and gap.resource_id != "")


def _standing(control: Control, row: Mapping[str, Any]) -> frozenset[str]:
    """The tables whose gaps leave a verdict as it is."""
    if _plain(row.get("stands")) == "False":
        return frozenset()
    return control.refined_by | (control.fail_stands_without if row["status"] == Status.FAIL else frozenset())


def _no_milder(control: Control, row: Mapping[str, Any], unread: set[str]) -> str:
    """The row's severity; the control's own where what would have refined a milder one was not read."""
    given = _plain(row["severity"])
    refined = row["status"] == Status.FAIL and unread & control.refined_by and given in GRADES
    milder = refined and GRADES.index(given) > GRADES.index(control.severity.value) and given != Severity.INFO
    return control.severity.value if milder else given


def _not_seen(gaps: Iterable[Gap]) -> str:
    texts = sorted({g.text for g in gaps})
    more = f"; and {len(texts) - GAPS_NAMED} more" if len(texts) > GAPS_NAMED else ""
    return "; ".join(texts[:GAPS_NAMED]) + more


def _gap_rows(control: Control, gaps: Iterable[Gap]) -> pd.DataFrame:
    """One NOT_ASSESSED verdict per place and resource, naming all gaps there."""
    places: dict[tuple[str, str, str], list[Gap]] = defaultdict(list)
    for gap in gaps:
        region = gap.region or (GLOBAL if gap.everywhere or not gap.account_id else "")
        places[gap.account_id, region, gap.resource_id or gap.account_id].append(gap)
    rows = [
        {
            "account_id": account, "region": region or "all", "resource_id": resource or "organization",
            "resource_arn": None, "status": Status.NOT_ASSESSED.value, "severity": "", "reason": _not_seen(found),
            "evidence": "{}",
        }
        for (account, region, resource), found in places.items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(VERDICT_COLUMNS)).astype("string")
