"""Who watches and who hears of it: where logs are kept, Config, Security Hub's settings, routes of findings, alerts."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from orienteer.snapshot import Run
from orienteer.workbook.book import fact, hidden, items, joined, named, threshold, tidy
from orienteer.workbook.judged import evidence

PLACE = ["account", "region"]
CLOUDTRAIL = "AWS CloudTrail"


def log_stores(book: Run) -> pd.DataFrame:
    """One row per bucket that holds the files of trails: whose it is, what keeps files, when they move and go."""
    found = fact(book, "log_keeping")
    shown = _listed(found, "covering", "copies", "backups").assign(
        versions=found["versioning"].mask(found["versioning"].isna() & ~hidden(found, "versioning"), "never on"),
        rules_for_all=_words(found, "covering", "none"),
        moves=found["lifecycle_rules"].map(_moves).mask(hidden(found, "lifecycle_rules")),
        who_reaches_it=found["exposure_class"],
    )
    columns = [
        "account",
        "region",
        "bucket",
        "who_reaches_it",
        "versions",
        "lock_mode",
        "lock_period_days",
        "rules_for_all",
        "moves",
        "kept_days",
        "copies",
        "backups",
        "access_log_bucket",
    ]
    return tidy(shown, columns, ["account", "bucket"])


def _moves(text: object) -> str | None:
    """After how many days a lifecycle moves files, and to which class."""
    moved = (
        f"{move.get('StorageClass')} after {move.get('Days')} days"
        for rule in items(text)
        if isinstance(rule, dict) and rule.get("Status") == "Enabled"
        for move in rule.get("Transitions") or ()
    )
    return joined(sorted(set(moved))) or None


def data_events(book: Run) -> pd.DataFrame:
    """One row: data events that are recorded, stores that matter and are not, and what CloudTrail cost in 90 days."""
    found, costs = fact(book, "data_events"), fact(book, "services_in_use")
    cost = costs.loc[costs["service"].astype("string") == CLOUDTRAIL, "cost_usd"]
    shown = _listed(found, "unrecorded_buckets", "unrecorded_functions").assign(
        recorded=_words(found, "data_events", "none"), cloudtrail_cost_usd=cost.iloc[0] if len(cost) else None
    )
    return tidy(shown, ["account", "recorded", "unrecorded_buckets", "unrecorded_functions", "cloudtrail_cost_usd"])


def enrolment(book: Run) -> pd.DataFrame:
    """One row per region: who administers GuardDuty there, which accounts it enrols, how many it does not watch."""
    found = fact(book, "guardduty_enrolment")
    shown = _administered(book, found).assign(
        enrols=found["mode"].astype("string").str.lower(), not_watched=found["unwatched"]
    )
    return tidy(shown, ["region", "administrator", "enrols", "limit_reached", "not_watched"], ["region"])


def hub_settings(book: Run) -> pd.DataFrame:
    """One row per account and region with Security Hub: what was decided, what runs, and whether Config records."""
    found = fact(book, "hub_settings")
    found = found[found["hub"].notna()]
    shown = _listed(found, "standards_off").assign(
        decided=str(threshold(book, "SH-03", "security_hub_mode") or "nothing yet").replace("_", " "),
        standards=_words(found, "standards_on", "none"),
        takes_findings_of=_words(found, "integrations_on", "nothing"),
        config_records=found["recorded"],
    )
    columns = ["account", "region", "decided", "standards", "standards_off", "takes_findings_of", "config_records"]
    return tidy(shown, columns, PLACE)


def config_recorders(book: Run) -> pd.DataFrame:
    """One row per account and region: whether AWS Config records, what, and to whose bucket."""
    found = fact(book, "config_places")
    shown = found.assign(
        records=found["recorded_types"]
        .astype("string")
        .mask(found["recorder"].isna() & ~hidden(found, "recorder"), "no recorder"),
        last_delivery=found["last_status"].astype("string").str.lower(),
        bucket=found["delivery_bucket"],
        bucket_of=named(book, found["bucket_account"]),
    )
    columns = ["account", "region", "records", "recording", "last_delivery", "bucket", "bucket_of"]
    return tidy(shown, columns, PLACE)


def finding_routes(book: Run) -> pd.DataFrame:
    """One row per region: where findings end that its administrator sees, by which rule, and where they gather."""
    found = fact(book, "finding_routes")
    shown = _administered(book, found).assign(
        guardduty_findings=_route(found, "guardduty_route"),
        security_hub_findings=_route(found, "hub_route"),
        gathered_in=found["home_region"].where(found["gathered"].fillna(False).astype(bool)),
    )
    columns = ["region", "administrator", "guardduty_findings", "security_hub_findings", "gathered_in"]
    return tidy(shown, columns, ["region"])


def _route(found: pd.DataFrame, column: str) -> pd.Series:
    """An end and its rule, in words."""
    told = found[column].map(lambda text: _ended(*map(str, items(text))) if isinstance(text, str) else None)
    return told.mask(hidden(found, column))


def _ended(end: str, rule: str = "") -> str:
    where = {"people": "people", "program": "a program or store", "elsewhere": "an account not read"}.get(end, "nobody")
    return f"{where}, by rule {rule}" if rule else where


def open_findings(book: Run) -> pd.DataFrame:
    """One row per account and aspect: do grave findings leave, and is an old one still open."""
    found = evidence(book, "SH-04", "GD-05")
    return tidy(found, ["control_id", "account", "region", "resource_id", "status", "reason"], ["status", "account"])


def alerts(book: Run) -> pd.DataFrame:
    """One row per kind of event that must raise an alert: what tells somebody, and where nobody is told."""
    found = fact(book, "alerts")
    verdicts = evidence(book, "MON-01").set_index("resource_id")["status"]
    shown = _listed(found, "told_by_filters").assign(
        event=found["alert_class"].astype("string").str.replace("_", " "),
        nobody_told=_words(found, "untold_places", "nowhere"),
        status=verdicts[~verdicts.index.duplicated()].reindex(found["resource_id"]).array,
    )
    return tidy(shown, ["event", "status", "told_by_filters", "nobody_told"], ["event"])


# --- words of columns


def _administered(book: Run, found: pd.DataFrame) -> pd.DataFrame:
    return found.assign(administrator=named(book, found["admin"]))


def _listed(found: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The same with these lists as words; null where empty or not seen."""
    return found.assign(**{column: _words(found, column, None) for column in columns})


def _words(found: pd.DataFrame, column: str, empty: str | None) -> pd.Series:
    """A list in words, three of its members at most; `empty` where there are none, null where it was not seen."""
    told = found[column].map(lambda text: _some(items(text)) or empty if isinstance(text, str) else empty)
    return told.astype(object).mask(hidden(found, column), None)


def _some(members: Iterable[object]) -> str:
    names = [str(one) for one in members]
    return joined(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
