"""Whether root users are used: by the credential report's dates and by CloudTrail's event history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import pandas as pd

from orienteer.controls.control import control
from orienteer.controls.rows import Row, records, told, verdict
from orienteer.facts.values import ROOT_USER
from orienteer.model import Category, Severity
from orienteer.parameters import Range

REPORT, EVENTS = "iam_credential_report", "cloudtrail_root_events"
NEVER = ("N/A", "no_information")
DATES = {"the password": "password_last_used", "access key 1": "access_key_1_last_used_date",
         "access key 2": "access_key_2_last_used_date"}  # fmt: skip
SHORT_OF_ENTRY = ("CheckMfa", "PasswordRecoveryRequested")
"""What anybody may cause at the sign-in page without getting in."""


@control(
    "ROOT-06",
    title="The root user has not been used recently",
    category=Category.ORGANIZATION,
    severity=Severity.HIGH,
    maturity=2,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html",
    scope="account",
    fail_stands_without=(REPORT, EVENTS),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.7"],
        "prowler": ["iam_avoid_root_usage"],
        "scoutsuite": ["iam-root-account-used-recently.json"],
        "service_screener": ["rootConsoleLogin30days", "rootConsoleLoginFail3x"],
    },
)
def root_use(
    iam_credential_report: pd.DataFrame,
    cloudtrail_root_events: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    root_idle_days: Annotated[int, Range(1, 3650)] = 90,
) -> pd.DataFrame:
    """Daily work as root cannot be told from an attack; root is for the few tasks that nothing else can do.

    The event history goes back 90 days and is read in the home region, where sign-ins and global services are
    recorded; failed sign-ins, services of AWS and sessions of sts:AssumeRoot are listed and are no use of root.

    Fix: move the task to a role, and keep root for the few tasks that need it.
    """
    since = as_of - pd.Timedelta(days=root_idle_days)
    seen: dict[str, list[Row]] = defaultdict(list)
    for event in records(cloudtrail_root_events):
        seen[event["account_id"]].append(event)
    lines = {row["account_id"]: row for row in records(iam_credential_report) if row["user"] == ROOT_USER}
    rows = [_verdict(account, lines.get(account), seen[account], since, root_idle_days)
            for account in sorted({*lines, *seen})]  # fmt: skip
    return told(row for row in rows if row is not None)


def _verdict(account: str, line: Row | None, events: list[Row], since: pd.Timestamp, days: int) -> Row | None:
    """Fails for any use since then that either source shows; None where the report has no line and nothing was seen.

    "Never" and "not tracked" pass; any other lack of a date is asked about; a list of events that was cut before it
    reached back that far proves no idleness.
    """
    kinds = _by_kind(e for e in events if e["event_time"] is None or e["event_time"] >= since)
    known = line or {}
    recent = [f"{what} on {known[c]:%Y-%m-%d}" for what, c in DATES.items() if line and known[c] and known[c] >= since]
    keyed: dict[str, Any] = {
        "account_id": account, "resource_id": ROOT_USER, "resource_arn": known.get("arn"),
        "evidence": {**_dates(account, known), **_shown(kinds, events)},
    }  # fmt: skip
    if recent or kinds["use"]:
        names = sorted({str(e["event_name"]) for e in kinds["use"]})
        more = f" and {len(names) - 5} other events" if len(names) > 5 else ""
        said = [*recent, *([f"CloudTrail has {', '.join(names[:5])}{more}"] if names else [])]
        text = f"The root user was used in the last {days} days: {', '.join(said)}. Was it a planned exercise?"
        return verdict("FAIL", text, **keyed)
    if line is None:
        return None
    unknown = [what for what, c in DATES.items() if line[c] is None and line[f"{c}_state"] not in NEVER]
    if unknown:
        text = f"AWS does not say when {' and '.join(unknown)} of the root user was last used: was it, lately?"
        return verdict("MANUAL", text, **keyed)
    if kinds["unknown"]:
        text = "CloudTrail has events under the name root that do not say who it was: was it the root user?"
        return verdict("MANUAL", text, **keyed)
    oldest = min((e["event_time"] for e in events if e["event_time"] is not None), default=None)
    if any(e["cut"] for e in events) and (oldest is None or oldest >= since):
        text = f"cloudtrail:LookupEvents Cut (account {account}, home region): older events than the newest"
        return verdict("MANUAL", "", unread=f"{text} {len(events)} were not read", **keyed)
    failed = len(kinds["failed"])
    text = f"The root user was not used in the last {days} days."
    return verdict("PASS", f"{text} Attempts to sign in that did not succeed: {failed}." if failed else text, **keyed)


def _by_kind(events: Iterable[Row]) -> Mapping[str, list[Row]]:
    """Events by what they are: use, failed sign-in, service of AWS, session of AssumeRoot, namesake, unknown."""
    found: dict[str, list[Row]] = defaultdict(list)
    for event in events:
        found[_kind(event)].append(event)
    return found


def _kind(event: Row) -> str:
    name = event["event_name"]
    if event["identity_type"] != "Root":
        return "unknown" if event["identity_type"] is None else "namesake"
    if event["assumed_root"]:
        return "session"
    if event["invoked_by"] or event["event_type"] == "AwsServiceEvent":
        return "service"
    failed = event["sign_in"] != "Success" and (event["sign_in"] or event["error"])
    return "failed" if name in SHORT_OF_ENTRY or (name == "ConsoleLogin" and failed) else "use"


def _dates(account: str, line: Row) -> dict[str, Any]:
    return {
        "account_id": account, "password_last_used": line.get("password_last_used"),
        "key_1_last_used": line.get("access_key_1_last_used_date"),
        "key_2_last_used": line.get("access_key_2_last_used_date"),
    }  # fmt: skip


def _shown(kinds: Mapping[str, list[Row]], events: list[Row]) -> dict[str, Any]:
    """What CloudTrail shows, as evidence: use by name and address, and beside it what is no use."""
    return {
        "event_names": _values(kinds["use"], "event_name"), "source_ips": _values(kinds["use"], "source_ip"),
        "failed_sign_ins": len(kinds["failed"]), "failed_sign_in_ips": _values(kinds["failed"], "source_ip"),
        "assumed_root_events": _values(kinds["session"], "event_name"), "service_events": len(kinds["service"]),
        "events_cut": any(e["cut"] for e in events),
    }  # fmt: skip


def _values(events: list[Row], column: str) -> list[str]:
    return sorted({str(event[column]) for event in events if event[column] is not None})
