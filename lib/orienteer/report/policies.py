"""The ready-made policies beside a report: a page that tells what each would change, and their files."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from orienteer import snapshot
from orienteer.controls.scp_structure import MOST_ATTACHED
from orienteer.facts import Estate
from orienteer.facts.tree import RCP, SCP
from orienteer.readymade.ready import KINDS, SHORT, Ready
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


def policy_rows(estate: Estate) -> list[dict[str, Any]]:
    """One row per policy with the columns of COLUMNS; none where no organization was read."""
    names = _names(estate)
    return [
        {
            "policy": one.policy.name,
            "kind": SHORT[one.policy.kind],
            "size": one.policy.size,
            "limit": one.policy.limit,
            "attach_to": visible(one.policy.attach),
            "newly_denies": changes(one),
            "would_stop": stops(one, names),
            "unknown": unseen(one),
        }
        for one in tried(estate)
    ]


def write_policies(run: snapshot.Run, folder: Path) -> str:
    """Writes the page and policies/*.json into the folder and gives the page's name; empty where there is none."""
    shutil.rmtree(folder / FOLDER, ignore_errors=True)
    found = tried(run.estate)
    if not found:
        (folder / PAGE).unlink(missing_ok=True)
        return ""
    write_files(found, folder / FOLDER)
    css, names, client = asset("report.css"), _names(run.estate), run.manifest["client"]
    text = (
        environment()
        .get_template("policies.html.j2")
        .render(
            client=visible(str(client.get("name") or client["slug"])),
            parts=[_part(one, names) for one in found],
            folder=FOLDER,
            carried=_carried(run.estate),
            most=MOST_ATTACHED,
            as_of=f"{pd.Timestamp(run.manifest['as_of']):%-d %B %Y}",
            css=Markup(css),  # noqa: S704  # a file of ours
            csp=content_policy(scripts=(), styles=(css,)),
        )
    )
    snapshot.write_bytes(folder / PAGE, text.encode("utf-8", "backslashreplace"))
    return PAGE


def write_files(found: Sequence[Tried], folder: Path) -> None:
    """Writes each policy as a file that the console, the command line and Terraform take as it is."""
    snapshot.private_folder(folder)
    for one in found:
        snapshot.write_bytes(folder / one.policy.file, one.policy.text.encode())


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
            return f"Nothing today in {whole}: no region is enabled that it would close. It closes those to come."
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
    return listed([f"{visible(s.what)} in {names.get(s.account_id, s.account_id)}" for s in one.use.stopped], 3) + "."


def _part(one: Tried, names: dict[str, str]) -> dict[str, Any]:
    """What the page shows of a policy."""
    policy = one.policy
    uses = [
        {"account": names.get(s.account_id, s.account_id), "what": visible(s.what), "seen": visible(s.seen)}
        for s in one.use.stopped
    ]
    rows = [
        {
            "account": visible(d.account),
            "ou": visible(d.ou),
            "newly": [visible(n) for n in d.newly],
            "already": len(d.already),
            "probes": len(d.newly) + len(d.already) + len(_open(d.passed, d.already)),
        }
        for d in sorted(one.accounts, key=lambda d: (-len(d.newly), d.account))
    ]
    return {
        "name": policy.name,
        "title": policy.title,
        "kind": KINDS[policy.kind],
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


def _open(passed: Sequence[str], already: Sequence[str]) -> list[str]:
    return [probe for probe in passed if probe not in already]
