"""Identity beside what AWS itself says: trust with Access Analyzer, unused users and roles, sets, Trusted Advisor."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from orienteer.facts.values import ROOT_USER
from orienteer.report import charts
from orienteer.snapshot import Run
from orienteer.words import counted
from orienteer.workbook.book import account_names, fact, hidden, items, joined, tidy
from orienteer.workbook.judged import evidence

PLACE = ["account", "resource_id"]
OLDEST = 30
"""Keys that the bars show."""
PATTERNS = {
    "read": "full read",
    "admin": "full admin, for break glass and incidents",
    "iam": "administration of IAM",
}
SAME = {
    "MFA on Root Account": "ROOT-03",
    "IAM Use": "IAM-12",
    "IAM Access Key Rotation": "IAM-05",
    "IAM Password Policy": "IAM-07",
    "Security Groups - Specific Ports Unrestricted": "NET-01",
    "Security Groups - Unrestricted Access": "NET-01",
    "Amazon S3 Bucket Permissions": "DATA-01",
    "AWS CloudTrail Logging": "TRAIL-01",
    "Amazon EBS Public Snapshots": "INV-04",
    "Amazon RDS Public Snapshots": "DATA-06",
}
"""Security checks of Trusted Advisor, and the control that judges the same here.

https://docs.aws.amazon.com/awssupport/latest/user/security-checks.html
"""


def key_bars(book: Run) -> go.Figure:
    """The oldest access keys as bars, each with its last use."""
    title = "Access keys by age"
    keys = fact(book, "access_keys").dropna(subset=["key_age_days"])
    if keys.empty:
        return charts.nothing(title, "No access key was seen.")
    order = ["key_age_days", "account", "user", "slot"]
    oldest = keys.sort_values(order, ascending=[False, True, True, True]).head(OLDEST)
    user = oldest["user"].replace({ROOT_USER: "root user"})
    names = oldest["account"] + ", " + user + ", " + oldest["slot"].astype(str) + ": " + _last_use(oldest)
    pairs = [(str(name), int(age)) for name, age in zip(names, oldest["key_age_days"], strict=True)]
    return charts.ranked(title, pairs, "days old")


def _last_use(keys: pd.DataFrame) -> pd.Series:
    """How long ago each key was used, in words; one whose last use was not seen may be in use."""
    told = keys["key_idle_days"].map(lambda days: f"used {counted(int(days), 'day')} ago", na_action="ignore")
    told = told.astype(object).mask(keys["last_used_date"].isna(), "never used")
    return told.mask(hidden(keys, "last_used_date")).fillna("last use not known")


def unused(book: Run) -> pd.DataFrame:
    """One row per user, key and role that nobody uses, as IAM-04, IAM-05 and IAM-08 found them."""
    found = evidence(book, "IAM-04", "IAM-05", "IAM-08")
    found = found[found["status"] == "FAIL"]
    kind = found["control_id"].map({"IAM-04": "user", "IAM-05": "access key", "IAM-08": "role"})
    shown = found.assign(kind=kind, name=found["resource_id"])
    return tidy(shown, ["account", "kind", "name", "severity", "reason"], ["kind", "account", "name"])


def trusts(book: Run) -> pd.DataFrame:
    """One row per role and account or organization that it trusts: what is asked, last use, XA-02, Access Analyzer."""
    edges, names = fact(book, "trust_edges"), account_names(book)
    told = fact(book, "analyzer_findings")
    told = told[(told["status"] == "ACTIVE") & (told["finding_type"] == "ExternalAccess")]
    found = set(told["resource"].dropna())
    verdicts = evidence(book, "XA-02").set_index(PLACE)["status"]
    verdicts = verdicts[~verdicts.index.duplicated()].reindex(pd.MultiIndex.from_frame(edges[PLACE]))
    shown = edges.assign(
        role=edges["role_name"],
        trusts=edges["who"].map(names).fillna(edges["who"]),
        external_id=edges["asks_external_id"],
        mfa=edges["asks_mfa"],
        administrator=edges["is_admin"],
        access_analyzer=edges["resource_arn"].map(lambda arn: "open finding" if arn in found else None),
        status=verdicts.array,
    )
    columns = ["account", "role", "trusts", "status", "access_analyzer", "external_id", "mfa", "administrator"]
    return tidy(shown, [*columns, "last_used_at"], ["account", "role", "trusts"])


def security_pattern(book: Run) -> pd.DataFrame:
    """One row per permission set that a security team needs: which sets fit it, and those that nearly do."""
    found = fact(book, "security_sets")
    shown = found.assign(
        needed=found["pattern"].map(PATTERNS),
        there=found["is_there"],
        sets=found["fitting"].map(_some).mask(hidden(found, "fitting")),
        writes_too=found["stained"].map(_some).mask(hidden(found, "stained")),
        shows_data=found["shows_data"].map(_some).mask(hidden(found, "shows_data")),
    )
    return tidy(shown, ["needed", "there", "sets", "writes_too", "shows_data"], ["needed"])


def _some(text: object) -> str | None:
    return joined(items(text)) or None


def trusted_advisor(book: Run) -> pd.DataFrame:
    """One row per security check of Trusted Advisor and account: who told, how old it is, what we say of the same."""
    found = fact(book, "security_checks")
    ours = book.findings.groupby(["control_id", "account_id"])["status"].agg(set)
    control = found["check_name"].map(SAME)
    pairs = zip(control, found["account_id"], strict=True)
    said = [_worst(ours.get((one, account), set())) if isinstance(one, str) else None for one, account in pairs]
    shown = found.assign(
        check=found["check_name"], here=control, status_here=pd.Series(said, found.index, dtype=object)
    )
    columns = ["account", "check", "status", "flagged", "suppressed", "read_from", "checked_at", "age_days"]
    return tidy(shown, [*columns, "here", "status_here"], ["status", "account", "check"])


def _worst(statuses: set[str]) -> str | None:
    return next((one for one in ("FAIL", "NOT_ASSESSED", "MANUAL", "PASS") if one in statuses), None)
