"""The ready-made policies beside a report: a page that tells what each would change, and their files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from orienteer import __version__, snapshot
from orienteer.controls.scp_structure import MOST_ATTACHED
from orienteer.facts import Estate
from orienteer.facts.tree import RCP, SCP
from orienteer.readymade.in_use import Stopped
from orienteer.readymade.ready import KINDS, SHORT, Ready
from orienteer.readymade.trial import Denied
from orienteer.readymade.tried import Tried, tried
from orienteer.report.parts import asset, content_policy, environment
from orienteer.report.text import visible
from orienteer.report.words import accounts, counted, listed
from orienteer.words import sentence

PAGE, FOLDER = "policies.html", "policies"
COLUMNS = ("policy", "kind", "size", "limit", "attach_to", "newly_denies", "would_stop", "unknown")
ROWS = 200
"""Accounts and uses of one policy that the page writes out; the rest is counted."""
GAPS = 12
"""What was not seen for one policy, written out one by one."""


def policy_parts(estate: Estate) -> list[dict[str, Any]]:
    """What is told of each policy, as plain values; none where no organization was read."""
    names = _names(estate)
    return [_part(one, names) | {"carried": _carried(estate)} for one in tried(estate)]


def keep(folder: Path, estate: Estate) -> None:
    """Writes policy_parts into the run folder: the chapter and the page then need no second trial."""
    snapshot.write_json(folder / snapshot.POLICIES, {"made_with": __version__, "parts": policy_parts(estate)})


def kept(run: snapshot.Run) -> list[dict[str, Any]]:
    """The policy_parts of the run: as they were kept by this version, else made now."""
    if snapshot.POLICIES in run.manifest["files"]:
        told = json.loads((run.path / snapshot.POLICIES).read_text(encoding="utf-8"))
        if told["made_with"] == __version__:
            return list(told["parts"])
    return policy_parts(run.estate)


def policy_rows(parts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One row per policy with the columns of COLUMNS."""
    ours = {"policy": "name", "kind": "short", "attach_to": "attach", "newly_denies": "changes", "would_stop": "stops"}
    return [{column: part[ours.get(column, column)] for column in COLUMNS} for part in parts]


def write_policies(run: snapshot.Run, folder: Path) -> str:
    """Writes the page and policies/*.json into the folder and gives the page's name; empty where there is none."""
    shutil.rmtree(folder / FOLDER, ignore_errors=True)
    found = kept(run)
    if not found:
        (folder / PAGE).unlink(missing_ok=True)
        return ""
    write_files(found, folder / FOLDER)
    css, client = asset("report.css"), run.manifest["client"]
    text = (
        environment()
        .get_template("policies.html.j2")
        .render(
            client=visible(str(client.get("name") or client["slug"])),
            parts=found,
            folder=FOLDER,
            carried=found[0]["carried"],
            most=MOST_ATTACHED,
            as_of=f"{pd.Timestamp(run.manifest['as_of']):%-d %B %Y}",
            css=Markup(css),  # noqa: S704  # a file of ours
            csp=content_policy(scripts=(), styles=(css,)),
        )
    )
    snapshot.write_bytes(folder / PAGE, text.encode("utf-8", "backslashreplace"))
    return PAGE


def write_files(parts: Sequence[Mapping[str, Any]], folder: Path) -> None:
    """Writes each policy as a file that the console, the command line and Terraform take as it is."""
    snapshot.private_folder(folder)
    for part in parts:
        snapshot.write_bytes(folder / Path(part["file"]).name, part["text"].encode())


def _carried(estate: Estate) -> int:
    """How many service control policies hang on the root today."""
    (rails,) = estate.source("guardrails").rows
    return len(next((node.hung[0] for node in rails["partly"].nodes), ()))


def _names(estate: Estate) -> dict[str, str]:
    rows = estate.source("organization_accounts").rows
    return {str(row["id"]): visible(str(row["name"] or row["id"])) for row in rows}


def changes(one: Tried) -> str:
    """In how many accounts it newly denies (or sets) something, and in which."""
    whole = counted(len(one.accounts), "account")
    if not one.accounts:
        return "It would bind no account."
    if not one.changed:
        if one.policy.asks == "regions" and any(not account.already for account in one.accounts):
            return f"Nothing today in {whole}: it would close no region that is enabled now. It closes those to come."
        return f"Nothing new in {whole}: what it {'sets is set' if _sets(one.policy) else 'denies is denied'} already."
    what = "Sets" if _sets(one.policy) else "Denies"
    return f"{what} more in {len(one.changed):,} of {whole}: {accounts([visible(d.account) for d in one.changed])}."


def unseen(one: Tried) -> str:
    """What nobody could see, in sentences; beyond GAPS the rest is counted."""
    told = [sentence(visible(text)) for text in one.use.unknown[:GAPS]]
    more = len(one.use.unknown) - len(told)
    return " ".join([*told, *([f"{more:,} more gaps stand in the coverage."] if more else [])])


def _sets(policy: Ready) -> bool:
    """True if it sets something, instead of denying it."""
    return policy.kind not in (SCP, RCP)


def stops(one: Tried, names: dict[str, str]) -> str:
    """What of what was seen in use it would stop."""
    if not one.use.stopped:
        return "Nothing that was seen in use."
    stopped = [f"{visible(s.what)} in {names.get(s.account_id, s.account_id)}" for s in one.use.stopped]
    return sentence(listed(stopped, 3))


def _part(one: Tried, names: dict[str, str]) -> dict[str, Any]:
    """What the page and the chapter show of a policy."""
    policy = one.policy
    uses = [_use(stopped, names) for stopped in one.use.stopped]
    rows = [_account(bound) for bound in sorted(one.accounts, key=lambda d: (-len(d.newly), d.account))]
    return {
        "name": policy.name,
        "title": policy.title,
        "kind": KINDS[policy.kind],
        "short": SHORT[policy.kind],
        "file": policy.file,
        "text": policy.text,
        "size": policy.size,
        "limit": policy.limit,
        "fits": policy.size <= policy.limit,
        "attach": visible(policy.attach),
        "why": policy.why,
        "before": [visible(b) for b in policy.before],
        "source": policy.source,
        "changes": changes(one),
        "stops": stops(one, names),
        "uses": uses[:ROWS],
        "more_uses": max(0, len(uses) - ROWS),
        "rows": rows[:ROWS],
        "more_rows": max(0, len(rows) - ROWS),
        "unknown": unseen(one),
        "sets": _sets(policy),
        "breaks": [visible(b) for b in one.breaks],
        "get_by": [visible(g) for g in one.get_by],
        "regions": policy.asks == "regions",
    }


def _use(stopped: Stopped, names: dict[str, str]) -> dict[str, str]:
    account = names.get(stopped.account_id, stopped.account_id)
    return {"account": account, "what": visible(stopped.what), "seen": visible(stopped.seen)}


def _account(bound: Denied) -> dict[str, Any]:
    return {
        "account": visible(bound.account),
        "ou": visible(bound.ou),
        "newly": [visible(probe) for probe in bound.newly],
        "already": len(bound.already),
        "probes": len(bound.newly) + len(bound.already) + len(_open(bound.passed, bound.already)),
    }


def _open(passed: Sequence[str], already: Sequence[str]) -> list[str]:
    return [probe for probe in passed if probe not in already]
