"""The report as a Word document, for consultancies that edit: `orienteer export RUN --format docx --to FILE`.

It says what the first pages of the report say, in the same words: cover, verdict, risks, maturity, plan of work, the
issues, what was decided and what is still asked, scope and limits.  The evidence stays in the report and findings.xlsx.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pandas as pd

from orienteer.decisions import ANSWERED, column
from orienteer.issues import grouped, in_order, issues
from orienteer.model import Category, Status
from orienteer.report.change import earlier, in_a_line, since
from orienteer.report.details import decided, issue_sections
from orienteer.report.docx_parts import facts, new_document, paragraph, plain, table
from orienteer.report.frontpage import Front, cover, front
from orienteer.report.method import METHOD
from orienteer.report.overview import Overview, overview
from orienteer.report.text import visible_frame
from orienteer.report.words import accounts, counted, listed
from orienteer.scope import complete_words, headline
from orienteer.snapshot import Run

PLANNED, IN_FULL, BEHIND, QUESTIONS, DECIDED, REFUSALS = 200, 40, 4, 150, 60, 25
"""How many issues are planned and written out, findings of each, questions, decisions of a kind and refusals."""


def summary_docx(run: Run) -> bytes:
    """The document of a judged run, as the bytes of a .docx file."""
    findings = visible_frame(run.findings)
    view, first = overview(run, findings), front(findings)
    given = dict(cover(run.manifest.get("params", {})))
    client = str(run.manifest["client"].get("name") or run.manifest["client"]["slug"])
    as_of = pd.Timestamp(run.manifest["as_of"])
    title = f"AWS security assessment of {client}"
    marks = [text for text in (title, given.get("Confidentiality", "")) if text]
    document = new_document(title, given.get("Author", ""), as_of.to_pydatetime(), "   |   ".join(marks))
    _cover(document, client, given, f"{as_of:%-d %B %Y}")
    _summary(document, run, view, first)
    _plan(document, findings)
    _issues(document, findings)
    _decisions(document, findings)
    _questions(document, findings)
    _scope(document, run, view)
    sink = io.BytesIO()
    document.save(sink)
    return sink.getvalue()


def _cover(document: Any, client: str, given: Mapping[str, str], as_of: str) -> None:
    paragraph(document, "AWS security assessment", "Title")
    paragraph(document, client, "Subtitle")
    facts(document, [*given.items(), ("State of", as_of)])


def _summary(document: Any, run: Run, view: Overview, first: Front) -> None:
    document.add_heading("Summary", 1)
    paragraph(document, " ".join(first.verdict), "Verdict")
    counts = [counted(n, f"{grade} issue") for grade, n in first.issues.items() if n]
    if counts:
        paragraph(document, f"{listed(counts, 6)}, over {counted(first.resources, 'resource')}.", lead="Issues:")
    reached = " ".join((*headline(run).sentences, *complete_words(run)))
    lost = view.statuses[Status.NOT_ASSESSED]
    gaps = f" {counted(lost, 'check')} not assessed." if lost else ""
    paragraph(document, f"{reached}{gaps}", lead="Coverage:")
    paragraph(document, in_a_line(since(run, earlier(run))), lead="Change:")
    if first.risks:
        document.add_heading("What to know first", 2)
    for risk in first.risks:
        where = f"{risk.accounts}, {counted(risk.issues, 'issue')}"
        paragraph(document, f"{risk.title} ({where})", "List Number", risk.severity)
        paragraph(document, risk.effect, "List Continue")
        paragraph(document, risk.first_step, "List Continue", lead="First step:")
    document.add_heading("Maturity by category", 2)
    paragraph(document, "Categories and levels of the Cloud Security Maturity Model; how many controls hold.", "Note")
    rows = [
        (
            str(m["label"]),
            f"level {m['reached']}" if m["reached"] else "below level 1" if m["total"] else "not judged",
            f"{m['holds']} of {m['total']}",
            listed(list(m["lacks"]), 8),
        )
        for m in first.maturity
    ]
    table(document, ("Category", "Reached", "Controls that hold", "Lacks for the next level"), rows, (5, 3, 3.4, 5.2))


def _plan(document: Any, findings: pd.DataFrame) -> None:
    document.add_heading("Plan of work", 1)
    found = in_order(issues(findings))
    if found.empty:
        paragraph(document, "Nothing is left to be done, of what could be assessed.")
        return
    paragraph(
        document, "One row per issue: one cause that one change would fix. Owner and due are to be agreed.", "Note"
    )
    rows = [
        (one["when"], one["severity"], one["title"], one["controls"], one["effort"], "", "")
        for one in found.head(PLANNED).to_dict("records")
    ]
    table(
        document,
        ("When", "Severity", "Issue", "Controls", "Effort", "Owner", "Due"),
        rows,
        (1.6, 1.9, 6, 2.2, 1.9, 1.7, 1.3),
    )
    _more(document, len(found) - len(rows), "issue")


def _issues(document: Any, findings: pd.DataFrame) -> None:
    groups = grouped(findings)
    sections = issue_sections(groups)[:IN_FULL]
    document.add_heading("Issues", 1)
    if not sections:
        paragraph(document, "Nothing failed, of what could be judged.")
    for n, one in enumerate(sections, 1):
        document.add_heading(plain(f"{n}. {one['title']}"), 2)
        told = f"{counted(int(one['resources']), 'resource')} and {counted(int(one['findings']), 'finding')}"
        paragraph(document, f"{one['where']}; {told}; {one['effort']} work.", severity=str(one["severity"]))
        for label, name in (("Why it matters", "why"), ("What to do", "fix"), ("First step", "first_step")):
            if one[name]:
                paragraph(document, label, "Label")
                paragraph(document, str(one[name]))
        for step in one["steps"][:1]:
            paragraph(document, f"In {step.where}", "Label")
            paragraph(document, step.console)
            if step.shell:
                paragraph(document, step.shell, "Code")
        behind = one["behind"][:BEHIND]
        rows = [(r["account"], r["region"], r["resource"], r["reason"]) for r in behind]
        table(document, ("Account", "Region", "Resource", "Found"), rows, (3, 2.4, 4, 7.2))
        _more(document, int(one["findings"]) - len(rows), "finding")
    _more(document, len(groups) - len(sections), "issue")


def _decisions(document: Any, findings: pd.DataFrame) -> None:
    document.add_heading("Decisions", 1)
    paragraph(document, "None of it counts as passed; what has expired counts as open.", "Note")
    parts = decided(findings)
    if not parts:
        paragraph(document, "No decision has been recorded.")
    for part in parts:
        document.add_heading(f"{part['title']} ({part['total']:,})", 2)
        shown = part["rows"][:DECIDED]
        rows = [
            (f"{r['control']} {r['label']}", r["reason"], r["decided_by"], r["decided_on"], r["expires"]) for r in shown
        ]
        table(document, ("Finding", "What was found and decided", "By", "On", "Until"), rows, (4.2, 6.4, 2, 2, 2))
        _more(document, part["total"] - len(rows), "decision")


def _questions(document: Any, findings: pd.DataFrame) -> None:
    """What only a person can answer, and nobody has."""
    document.add_heading("Open questions", 1)
    asked = findings[(findings["status"] == Status.MANUAL) & (column(findings, "decision") != ANSWERED)]
    asked = asked[asked["category"] != Category.COVERAGE].fillna("")
    asked = asked.assign(place=asked["account_name"].where(asked["account_name"] != "", asked["account_id"]))
    groups = list(asked.groupby(["control_id", "reason"], sort=False))
    rows = [
        (
            str(control),
            accounts(list(group["place"])),
            listed(list(dict.fromkeys(group["resource_id"])), 3),
            str(question),
        )
        for (control, question), group in groups[:QUESTIONS]
    ]
    if not rows:
        paragraph(document, "No question is left open.")
        return
    table(document, ("Control", "Accounts", "About", "Question"), rows, (2, 3.4, 3.6, 7.6))
    _more(document, len(groups) - len(rows), "question")


def _scope(document: Any, run: Run, view: Overview) -> None:
    document.add_heading("Scope and limits", 1)
    regions = run.manifest.get("regions", [])
    named = "every enabled region" if isinstance(regions, str) or not regions else ", ".join(map(str, regions))
    facts(
        document,
        [
            ("Scope agreed", f"{counted(view.accounts_seen.whole, 'account')}; {named}"),
            ("Read as", str(run.manifest.get("identity") or "not recorded")),
            ("Accounts read", f"{view.accounts_seen.part} of {view.accounts_seen.whole}"),
            ("Checks assessed", f"{view.assessed.part:,} of {view.assessed.whole:,}"),
            ("Questions answered", f"{view.calls.part:,} of {view.calls.whole:,} calls to AWS"),
            ("Controls", f"{len(run.summary)} of Orienteer {run.manifest.get('tool_version', '')}"),
            *METHOD,
            ("Evidence (SHA-256)", view.snapshot_hash),
        ],
    )
    if view.lost_accounts:
        _lost_accounts(document, view)
    if view.gaps:
        _refusals(document, view)


def _lost_accounts(document: Any, view: Overview) -> None:
    document.add_heading("Accounts that could not be read", 2)
    rows = [(a["id"], a["name"], a["reason"]) for a in view.lost_accounts[:REFUSALS]]
    table(document, ("Account", "Name", "First refusal"), rows, (3, 4, 9.6))
    _more(document, len(view.lost_accounts) - REFUSALS, "account")


def _refusals(document: Any, view: Overview) -> None:
    document.add_heading("What was refused or did not answer", 2)
    rows = [
        (
            f"{g['service']}: {listed(g['operations'], 6)}",
            g["error_code"],
            f"{g['calls']:,}",
            listed(g["accounts"], 3),
            listed(g["regions"], 3),
        )
        for g in view.gaps[:REFUSALS]
    ]
    table(document, ("Operation", "Error", "Calls", "Accounts", "Regions"), rows, (5, 3.2, 1.4, 4, 3))
    _more(document, len(view.gaps) - REFUSALS, "kind of refusal")


def _more(document: Any, count: int, word: str) -> None:
    if count > 0:
        paragraph(document, f"{counted(count, f'more {word}')} in findings.xlsx.", "Note")
