"""What the organization decides for all of its accounts, and which accounts its security rests on, as frames."""

from __future__ import annotations

from typing import Any

import pandas as pd

from orienteer.snapshot import Run
from orienteer.workbook.book import account_names, fact, hidden, items, joined, tidy
from orienteer.workbook.guardrails import GUARDRAILS
from orienteer.workbook.judged import evidence

ROLES = {
    "security_audit": "security audit",
    "log_archive": "log archive",
    "iam": "IAM",
    "secops": "security operations",
}
KNOWN_BY = {"account": "a list", "payer": "the bill alone", "trusted": "a role's trust alone"}
BY = {"params": "named by the client", "name": "its name", "delegation": "what is delegated to it", "none": "-"}


def foundation(book: Run) -> pd.DataFrame:
    """One row per role that an account of its own should have: which account has it, and what tells so."""
    found, names = fact(book, "foundation_roles"), account_names(book)
    holders = found["accounts"].map(lambda text: joined(names.get(i, i) for i in items(text)) or "nobody")
    shown = found.assign(
        role=found["resource_id"].map(ROLES),
        held_by=holders.mask(hidden(found, "accounts"), "not seen"),
        told_by=found["matched_by"].map(BY),
        outside_security=_listed(found, "outside"),
    )
    return tidy(shown, ["role", "held_by", "told_by", "outside_security"], ["role"])


def decided(book: Run) -> pd.DataFrame:
    """One row per active account: tags it lacks, settings that no declarative policy pins, who is told of its costs."""
    members = fact(book, "accounts")
    members = members[members["is_active"].fillna(True).astype(bool)].set_index("account_id")
    tags = fact(book, "tagging").query("kind == 'account'")
    pinned, costs = fact(book, "declared_settings"), fact(book, "spending")
    parts = {
        "lacks_tags": _by_account(tags, "missing"),
        "not_pinned": _by_account(pinned, "loose").str.replace("_", " "),
        "cost_monitors": _by_account(costs, "monitors"),
        "budgets": _by_account(costs, "budgets"),
    }
    shown = members[["account", "ou_path"]].assign(**parts)
    if not pinned.empty and not pinned["is_on"].fillna(True).astype(bool).any():
        shown["not_pinned"] = "everything"
    return tidy(shown, ["account", "ou_path", *parts], ["ou_path", "account"])


def baselines(book: Run) -> pd.DataFrame:
    """One row per unit below the root: what sets up the accounts that join it, and where that failed."""
    found = fact(book, "baselines")
    by = _listed(found, "deployed_by").replace("-", "nothing that was seen")
    shown = found.assign(unit=found["ou_path"], set_up_by=by, failed_in=_listed(found, "failed_instances"))
    return tidy(shown, ["unit", "set_up_by", "failed_in"], ["unit"])


def _listed(found: pd.DataFrame, column: str) -> pd.Series[Any]:
    """A list column as text; - where it is empty."""
    told = found[column].map(lambda text: joined(items(text)) or "-" if isinstance(text, str) else "-")
    return told.astype(object).mask(hidden(found, column), "not seen")


def _by_account(found: pd.DataFrame, column: str) -> pd.Series[Any]:
    return found.assign(told=_listed(found, column)).groupby("account_id")["told"].first()


def register(book: Run) -> pd.DataFrame:
    """One row per account that the organization, the client's list, the bill or a role's trust knows."""
    found = fact(book, "inventory")
    found = found[found["kind"].isin(KNOWN_BY)]
    shown = found.assign(
        id=found["resource_id"],
        known_by=found["kind"].map(KNOWN_BY),
        in_the_organization=found["in_organization"].astype("boolean").mask(found["kind"] != "account", False),
        on_the_clients_list=found["in_inventory"].astype("boolean").mask(found["kind"] != "account", False),
        joined=found["joined_method"].astype("string").str.lower(),
        trusted_by=found["trusted_by"].map(lambda text: joined(items(text)) or None),
    )
    columns = ["id", "name", "known_by", "in_the_organization", "on_the_clients_list", "joined", "trusted_by"]
    return tidy(shown, columns, ["known_by", "id"])


def deciding(book: Run) -> pd.DataFrame:
    """One row per account, guardrail and policy that decides there: whether it stops, by which of its statements, and
    where it hangs."""
    parts = [evidence(book, control).assign(guardrail=name) for name, control in GUARDRAILS.items()]
    names = ["account", "guardrail", "status", "policy_name", "statement", "attached_at"]
    found = pd.concat([part.reindex(columns=names) for part in parts], ignore_index=True)
    shown = found.assign(decided_by=found["policy_name"].fillna("no policy"))
    return tidy(shown.drop_duplicates(), ["account", "guardrail", "status", "decided_by", "statement", "attached_at"])
