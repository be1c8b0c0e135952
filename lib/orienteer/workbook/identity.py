"""Identity as frames and pictures: credential report, keys, ways in, Identity Center, outside access."""

from __future__ import annotations

import re

import pandas as pd
import plotly.graph_objects as go

from orienteer.facts.values import ROOT_USER
from orienteer.report import charts
from orienteer.snapshot import Run
from orienteer.workbook.book import fact, items, joined, loaded, named, threshold, tidy
from orienteer.workbook.judged import evidence

MECHANISMS = {
    "access_keys": "access keys",
    "cross_account_role": "role of another account",
    "iam_password": "IAM user password",
    "identity_center": "Identity Center",
    "oidc": "OIDC federation",
    "roles_anywhere": "Roles Anywhere",
    "root": "root user",
    "saml": "SAML federation",
    "service_specific_credentials": "service-specific credentials",
}
"""The ways in of IAM-12 as people call them."""


def credentials(book: Run) -> pd.DataFrame:
    """The credential report, one row per user and account, with ages in days; null means never, or not tracked."""
    found = fact(book, "credentials")
    idle = found["password_idle_days"].where(found["password_enabled"].fillna(False).astype(bool))
    shown = found.assign(password=found["password_enabled"], mfa=found["mfa_active"], password_idle_days=idle)
    columns = [
        "account",
        "user",
        "age_days",
        "password",
        "mfa",
        "password_age_days",
        "password_idle_days",
        "active_keys",
        "idle_days",
    ]
    return tidy(shown, columns, ["account", "user"])


def access_keys(book: Run) -> pd.DataFrame:
    """One row per access key that exists: age since it was made or rotated, days since its last use."""
    found = fact(book, "access_keys")
    shown = found.assign(
        user=found["user"].replace({ROOT_USER: "root user"}),
        age_days=found["key_age_days"],
        idle_days=found["key_idle_days"].where(found["last_used_date"].notna()),
        last_service=found["last_used_service"],
        last_region=found["last_used_region"],
    )
    columns = ["account", "user", "slot", "active", "age_days", "idle_days", "last_service", "last_region"]
    return tidy(shown, columns, ["account", "user", "slot"])


def key_chart(book: Run) -> go.Figure:
    """Each key by age and days since it was used; a key never used stands as idle as it is old."""
    found = access_keys(book).dropna(subset=["age_days"])
    if found.empty:
        return charts.nothing("Access keys", "No access key was seen.")
    hint = found["account"].str.cat(found["user"], sep=", ") + ", key " + found["slot"].astype(str)
    drawn = found.assign(hint=hint, idle_days=found["idle_days"].fillna(found["age_days"]))
    return charts.ages("Access keys: age and disuse", drawn, threshold(book, "IAM-05", "key_max_days"))


def ways_in(book: Run) -> pd.DataFrame:
    """One row per account and way into AWS that exists there, how many of it, and what IAM-12 says of it."""
    found = fact(book, "ways_in")
    verdicts = evidence(book, "IAM-12").set_index(["account", "resource_id"])["status"]
    places = pd.MultiIndex.from_frame(found[["account", "resource_id"]])
    shown = found.assign(
        status=verdicts[~verdicts.index.duplicated()].reindex(places).array,
        mechanism=found["mechanism"].map(lambda mechanism: MECHANISMS.get(mechanism, mechanism)),
    )
    columns = ["account", "mechanism", "count", "in_use_90d", "last_used", "status"]
    return tidy(shown, columns, ["mechanism", "account"])


def ways_chart(book: Run) -> go.Figure:
    """How many of each way in there are."""
    found = ways_in(book)
    if found.empty:
        return charts.nothing("Ways into AWS", "No way in was seen: nothing was read, or nobody can get in.")
    counts = found.assign(count=pd.to_numeric(found["count"]).fillna(0)).groupby("mechanism")["count"].sum()
    ordered = counts.astype(int).sort_values(ascending=False)
    pairs = [(str(k), int(v)) for k, v in ordered.items()]
    return charts.ranked("Ways into AWS, all accounts", pairs, "how many exist")


def permission_sets(book: Run) -> pd.DataFrame:
    """One row per permission set of Identity Center: policies, session length, accounts and principals assigned.

    Null where it could not be read; `groups` and `users` count different ones.
    """
    found = fact(book, "permission_sets").drop_duplicates("permission_set_arn")
    held = found["assigned_accounts"].map(lambda text: len(items(text)) if isinstance(text, str) else pd.NA)
    shown = found.assign(
        permission_set_name=found["name"],
        session=found["session_duration"].map(_hours),
        policies=found["policies"].map(_named),
        boundary=found["bounded_by"].map(_named),
        accounts=held.astype("Int64"),
    )
    columns = ["permission_set_name", "session", "policies", "boundary", "accounts", "groups", "users"]
    return tidy(shown, columns, ["permission_set_name"])


def _named(text: object) -> str | None:
    """A JSON list as words; null for none."""
    return joined(str(one).rpartition("/")[2] for one in items(text)) or None


def _hours(text: object) -> str:
    """An ISO 8601 duration such as PT1H30M in words."""
    return re.sub(r"(\d+)([HMS])", lambda m: f"{m[1]} {m[2].lower()} ", str(text).removeprefix("PT")).strip()


def assignments(book: Run) -> pd.DataFrame:
    """One row per account and permission set: how many groups and users hold it there."""
    keys = ["permission_set_arn", "assigned_account", "principal_type", "principal_id"]
    given = fact(book, "assignments").drop_duplicates(keys).dropna(subset=["principal_id"])
    given = given.assign(
        account=named(book, given["assigned_account"]),
        permission_set=given["permission_set"].fillna(given["permission_set_arn"]),
        groups=given["principal_type"].eq("GROUP").astype(int),
        users=given["principal_type"].eq("USER").astype(int),
    )
    counts = given.groupby(["account", "permission_set"])[["groups", "users"]].sum().reset_index()
    return tidy(counts, ["account", "permission_set", "groups", "users"], ["account", "permission_set"])


def administrators_in_effect(book: Run) -> pd.DataFrame:
    """One row per principal that is administrator, or can make itself one, with the policy that says so."""
    held, ways = evidence(book, "IAM-09"), evidence(book, "IAM-10")
    named = held["kind"].ne("account").fillna(True) if "kind" in held else pd.Series(True, index=held.index)
    held = held[named | (held["status"] == "NOT_ASSESSED")]  # an account without any has a row that says so
    ways = ways[ways["status"] != "PASS"]
    parts = [held.assign(power="is administrator"), ways.assign(power="can become administrator")]
    found = pd.concat([p for p in parts if len(p)] or parts[:1], ignore_index=True)
    found["power"] = found["power"].mask(found["status"] == "NOT_ASSESSED", "not seen")
    return tidy(found, ["status", "account", "resource_id", "power", "reason"], ["status", "power", "account"])


def unused_permissions(book: Run) -> pd.DataFrame:
    """One row per user or role that is or can become administrator, or that AWS reported on: how many services it may
    call, how many of them it called in 400 days, which, and what Access Analyzer says.

    Null where it was not seen; 0 services called where AWS says that it was not used at all.
    """
    found = fact(book, "last_accessed").dropna(subset=["resource_arn"])
    rises = found["rises_by"].map(lambda text: bool(items(text)))
    admin = found["is_administrator"].fillna(False).astype(bool)
    power = pd.Series("other", index=found.index).mask(rises, "can become administrator").mask(admin, "administrator")
    shown = found.assign(
        principal=[f"{kind} {name}" for kind, name in zip(found["kind"], found["resource_id"], strict=True)],
        power=power,
        never_used=found["services_allowed"].astype("Int64") - found["services_used"].astype("Int64"),
        last_called_days=found["idle_days"],
        calls=found["used"].map(_called, na_action="ignore"),
        access_analyzer=found["found_unused"].map(lambda text: joined(items(text)) or None),
    )[(power != "other") | found["is_asked"].fillna(False).astype(bool)]
    columns = [
        "account",
        "principal",
        "power",
        "services_allowed",
        "services_used",
        "never_used",
        "last_called_days",
        "calls",
        "access_analyzer",
    ]
    return tidy(shown, columns, ["power", "account", "principal"])


MOST_CALLED = 5


def _called(text: object) -> str:
    """The services last called, the latest first, with their regions."""
    found = [f"{one['service']} ({one['region']})" if one["region"] else one["service"] for one in items(text)]
    more = [f"{len(found) - MOST_CALLED} more"] if len(found) > MOST_CALLED else []
    return joined([*found[:MOST_CALLED], *more])


def analyzers(book: Run) -> pd.DataFrame:
    """One row per Access Analyzer: where it runs, what it looks at, whether it works."""
    found = fact(book, "analyzers").dropna(subset=["analyzer_arn"])
    kind, state = (found[c].astype("string").str.replace("_", " ").str.lower() for c in ("type", "status"))
    columns = ["account", "region", "analyzer_name", "kind", "state", "last_analyzed_at"]
    return tidy(found.assign(kind=kind, state=state), columns, ["account", "region", "analyzer_name"])


def outside_access(book: Run) -> pd.DataFrame:
    """One row per active finding of access from outside: resource, who is let in, how long it has been open."""
    found = fact(book, "analyzer_findings").drop_duplicates("finding_id")
    found = found[(found["status"] == "ACTIVE") & (found["finding_type"] == "ExternalAccess")]
    shown = found.assign(
        owner=named(book, found["owner_account"]),
        public=found["is_public"],
        who=found["principal"].map(_who),
        actions=found["actions"].map(lambda t: joined(items(t))),
    )
    columns = ["owner", "region", "finding_type", "resource_type", "resource", "public", "who", "actions", "open_days"]
    return tidy(shown, columns, ["public", "owner", "resource"])


def _who(text: object) -> str:
    """A principal of a finding, as `kind: value`."""
    value = loaded(text)
    return joined(f"{k}: {v}" for k, v in value.items()) if isinstance(value, dict) else ""


def outside_chart(book: Run) -> go.Figure:
    """Active Access Analyzer findings by resource type."""
    found = outside_access(book)
    if found.empty:
        return charts.nothing("Access Analyzer findings", "No active finding was seen; read the coverage above first.")
    counts = found["resource_type"].fillna("unknown").value_counts()
    pairs = sorted(((str(k), int(v)) for k, v in counts.items()), key=lambda p: (-p[1], p[0]))
    return charts.ranked("Active Access Analyzer findings by resource type", pairs, "active findings", charts.BAD)
