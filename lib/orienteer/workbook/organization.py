"""The organization as frames and pictures: tree, accounts, contacts, delegation, root user, policies, invariants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from orienteer.model import KNOWN
from orienteer.report import charts
from orienteer.report.outline import outline, plain
from orienteer.snapshot import Run
from orienteer.words import counted
from orienteer.workbook.book import (
    account_names,
    accounts_read,
    fact,
    hidden,
    items,
    joined,
    listed,
    rows,
    tidy,
)
from orienteer.workbook.show import Shown, said

PLACES = ["account", "region"]
CONTACTS = ("SECURITY", "BILLING", "OPERATIONS")
MANAGEMENT = "management account"
CONTACT_WORDS = {"set": charts.GOOD, "missing": charts.BAD, "not seen": charts.UNSEEN}
POLICY_KINDS = {
    "AISERVICES_OPT_OUT_POLICY": "AI services opt-out policy",
    "DECLARATIVE_POLICY_EC2": "declarative policy for EC2",
    "S3_POLICY": "S3 policy",
    "SECURITYHUB_POLICY": "Security Hub policy",
}
"""Types of organization policies that are more than their name in small letters."""
WRITERS = {True: "AWS", False: "client"}
ELSEWHERE = "not here"
DELEGATION = {"delegated": charts.GOOD, MANAGEMENT: charts.PART, "not seen": charts.UNSEEN, ELSEWHERE: charts.NONE}


def accounts(book: Run) -> pd.DataFrame:
    """One row per account of the organization: where it stands, since when, and whether this run read it."""
    found = rows(book, "organization_accounts")
    answered = book.coverage[book.coverage["outcome"].isin(KNOWN)]["account_id"].value_counts()
    found = found.assign(read=found["id"].map(lambda i: int(answered.get(i, 0)) > 0))
    found = found.assign(state=found["state"].str.lower(), joined_method=found["joined_method"].str.lower())
    columns = ["account", "id", "ou_path", "state", "joined_method", "joined_at", "read"]
    return tidy(found, columns, ["ou_path", "account"])


def tree(book: Run) -> Shown:
    """Root, OUs and accounts as a list that folds: critical and high failures of each, policies attached to it."""
    units, members = listed(book, "organizational_units"), listed(book, "organization_accounts")
    if units.empty:
        return said("The tree of the organization was not read, or the account is standalone.")
    known = members[members["parent_id"].isin(set(units["id"]))]
    targets = listed(book, "organization_policy_targets")
    own = targets[~targets["aws_managed"].fillna(False).astype(bool)]  # AWS's own allow everything, everywhere
    hung = {str(t): sorted(set(g["name"].dropna())) for t, g in own.groupby("target_id")}
    leaves = _leaves(book, known, hung)
    nodes = [*_branches(units, leaves, hung), *leaves]
    return Shown(outline(nodes), plain(nodes))


def _leaves(book: Run, members: pd.DataFrame, hung: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    """The accounts, each with its critical and high failures; "not seen" where none is known and some are unknown."""
    names, found = account_names(book), book.findings
    grave = found[found["severity"].isin(["critical", "high"])]
    failed = grave.loc[grave["status"] == "FAIL", "account_id"].value_counts()
    unknown = set(grave.loc[grave["status"] == "NOT_ASSESSED", "account_id"])
    judged = set(found.loc[found["status"] != "NOT_ASSESSED", "account_id"])
    leaves = []
    for account, parent in members[["id", "parent_id"]].itertuples(index=False):
        count, seen = int(failed.get(account, 0)), account in judged and account not in unknown
        told = f"{count:,} critical or high" if count else "none critical or high" if seen else "not seen"
        leaves.append(
            {
                "id": account,
                "parent": parent,
                "name": names.get(account, account),
                "told": told,
                "failed": count,
                "grade": "FAIL" if count else "PASS" if seen else "NOT_ASSESSED",
                "policies": hung.get(account, []),
            }
        )
    return sorted(leaves, key=lambda leaf: leaf["name"])


def _branches(
    units: pd.DataFrame, leaves: Iterable[Mapping[str, Any]], hung: Mapping[str, list[str]]
) -> list[dict[str, Any]]:
    """Root and OUs, each with how many accounts are below it, and their critical and high failures."""
    parents = dict(zip(units["id"], units["parent_id"].fillna(""), strict=True))
    below, failed = dict.fromkeys(parents, 0), dict.fromkeys(parents, 0)
    for leaf in leaves:
        node, steps = leaf["parent"], 0
        while node in below and steps < 20:
            below[node] += 1
            failed[node] += leaf["failed"]
            node, steps = parents[node], steps + 1
    return [
        {
            "id": u["id"],
            "parent": parents[u["id"]],
            "name": u["name"],
            "grade": "FAIL" if failed[u["id"]] else "",
            "policies": hung.get(u["id"], []),
            "told": counted(below[u["id"]], "account")
            + (f", {failed[u['id']]:,} critical or high" if failed[u["id"]] else ""),
        }
        for u in units.to_dict("records")
    ]


def contacts(book: Run) -> pd.DataFrame:
    """One row per account: name and address of each alternate contact, null where none is set, or "not seen"."""
    found = fact(book, "contacts")
    name, email = (found[c].astype("string").fillna("") for c in ("name", "email"))
    told = name.str.cat(email, sep=" ").str.strip()
    found = found.assign(contact=told.mask(hidden(found, "email"), "not seen"))
    wide = found.pivot_table("contact", ["account", "account_id"], "contact_type", aggfunc="first")
    wide = wide.reindex(columns=list(CONTACTS)).astype(object).fillna("not seen")
    wide = wide.rename(columns=str.lower).reset_index()
    return wide.mask(wide == "").rename_axis(columns=None)


def contact_map(book: Run) -> go.Figure:
    """Account by kind of contact: set, missing, or not seen."""
    found = contacts(book).set_index("account_id")
    names = accounts_read(book)
    words = pd.DataFrame(
        {kind.lower(): [_contact(found, account, kind.lower()) for account in names] for kind in CONTACTS},
        index=list(names.values()),
    )
    return charts.state_map("Alternate contacts of each account", words, CONTACT_WORDS)


def _contact(found: pd.DataFrame, account: str, kind: str) -> str:
    if account not in found.index:
        return "not seen"
    contact = found.at[account, kind]
    return "missing" if not isinstance(contact, str) else contact if contact == "not seen" else "set"


def delegation(book: Run) -> pd.DataFrame:
    """One row per service that may act in the organization: since when, and the account it is delegated to."""
    found = fact(book, "services")
    names = account_names(book)
    found = found[found["is_trusted"].fillna(False).astype(bool) | found["delegated_to"].map(lambda t: bool(items(t)))]
    holders = found["delegated_to"].map(lambda text: joined(names.get(i, i) for i in items(text)))
    otherwise = hidden(found, "delegated_to").map({True: "not seen", False: MANAGEMENT})
    shown = found.assign(
        service=found["resource_id"],
        trusted_access=found["is_trusted"].fillna(False).astype(bool),
        since=found["trusted_since"],
        run_from=holders.where(holders.ne(""), otherwise),
    )
    return tidy(shown, ["service", "trusted_access", "since", "run_from"], ["service"])


def delegation_map(book: Run) -> go.Figure:
    """Service by account: who runs each organization-wide service."""
    given = listed(book, "organization_delegated_services")
    names = account_names(book)
    pairs = set(zip(given["service_principal"], given["account_id"].map(names), strict=True))
    services = delegation(book)["service"].tolist()
    holders = sorted({holder for _, holder in pairs if isinstance(holder, str)})
    left = delegation(book).set_index("service")["run_from"]
    if not services:
        return charts.nothing(
            "Who runs each service", "No service may act in the whole organization, or none was seen."
        )
    words = {h: ["delegated" if (s, h) in pairs else ELSEWHERE for s in services] for h in holders}
    words = {MANAGEMENT: [left[s] if left[s] in (MANAGEMENT, "not seen") else ELSEWHERE for s in services], **words}
    return charts.state_map("Who runs each organization-wide service", pd.DataFrame(words, index=services), DELEGATION)


def root_users(book: Run) -> pd.DataFrame:
    """One row per account: what its root user can sign in with, and when it last did."""
    found = fact(book, "root_users")
    shown = found.assign(
        access_keys=found["account_access_keys_present"],
        mfa=found["account_mfa_enabled"].astype("Int64").gt(0),
        certificates=found["certificate"],
        mfa_kind=found["mfa_serials"]
        .map(lambda text: "virtual" if items(text) else "hardware or FIDO2")
        .where(found["account_mfa_enabled"].fillna(0).astype("Int64").gt(0) & ~hidden(found, "mfa_serials")),
        centrally_managed=found["is_centrally_managed"],
    )
    columns = [
        "account",
        "password",
        "mfa",
        "mfa_kind",
        "access_keys",
        "certificates",
        "last_used_at",
        "idle_days",
        "centrally_managed",
    ]
    return tidy(shown, columns, ["account"])


def _policy_kind(kind: str) -> str:
    """A type of organization policy in words."""
    return POLICY_KINDS.get(kind, kind.replace("_", " ").lower())


def policies(book: Run) -> pd.DataFrame:
    """One row per organization policy: kind, where it hangs, size of its text."""
    found = fact(book, "policies").dropna(subset=["id"])
    where = found["attached_to"].map(lambda text: joined(items(text)) or "nowhere" if isinstance(text, str) else pd.NA)
    shown = found.assign(
        kind=found["type"].map(_policy_kind, na_action="ignore"),
        attached_to=where,
        written_by=found["aws_managed"].map(WRITERS),
    )
    return tidy(shown, ["kind", "name", "written_by", "attached_to", "characters", "description"], ["kind", "name"])


SETTINGS = {
    "EBS encryption": ("ebs_regions", "encryption_by_default"),
    "IMDSv2": ("metadata_regions", "requires_imdsv2"),
    "snapshots closed": ("snapshot_regions", "snapshots_closed"),
    "images closed": ("image_regions", "images_closed"),
}
"""Account-wide protections of a region: the fact, and its column that is true where it is on."""
ON_OFF = {"on": charts.GOOD, "partly": charts.PART, "off": charts.BAD, "not seen": charts.UNSEEN}


def invariants(book: Run) -> pd.DataFrame:
    """One row per account and region: which account-wide protections are on; null where it was not seen."""
    parts = []
    for label, (name, column) in SETTINGS.items():
        found = fact(book, name)
        on = found[column].astype("boolean")
        parts.append(found.assign(**{label: on.fillna(False).mask(hidden(found, column))}).set_index(PLACES)[label])
    return pd.concat(parts, axis=1).astype("boolean").sort_index().reset_index()


def invariant_map(book: Run) -> go.Figure:
    """Account by protection, S3's account-wide block included: on in every region, in some, in none."""
    found = invariants(book).groupby("account")
    ids = {label: account for account, label in accounts_read(book).items()}
    lost = {
        label: set(book.facts[name]["account_id"][len(fact(book, name)) :]) for label, (name, _) in SETTINGS.items()
    }
    words = pd.DataFrame(
        {n: [_on(states, ids.get(str(a), "") in lost[n]) for a, states in found[n]] for n in SETTINGS},
        index=[str(a) for a, _ in found],
    )
    block = fact(book, "s3_accounts").set_index("account")["settings_on"]
    words["S3 public access block"] = (block.dropna().astype(float) / 4).map(_share)
    words = words.reindex(list(accounts_read(book).values())).astype(object)
    return charts.state_map("Account-wide protections", words.where(words.notna(), "not seen"), ON_OFF)


def _on(states: pd.Series[Any], unseen: bool) -> str:
    """On only where every region was seen to be; off and partly are told from those that were seen."""
    told = _share(states.dropna().mean()) if states.notna().any() else "not seen"
    return "not seen" if told == "on" and (unseen or states.isna().any()) else told


def _share(share: Any) -> str:
    return "on" if share == 1 else "partly" if share > 0 else "off"


def features(book: Run) -> list[str]:
    """The features of central root management that are switched on."""
    return sorted({str(name) for text in fact(book, "root_management")["features"] for name in items(text)})
