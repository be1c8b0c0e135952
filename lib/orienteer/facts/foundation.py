"""Which accounts and OUs play a special role: security audit, log archive, exceptions, ..."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

import pandas as pd

from orienteer.facts.values import fits, records

FOUNDATION_ROLES: Mapping[str, str] = MappingProxyType(
    {
        "security_audit": r"audit|security-?tool|^security$",
        "log_archive": r"log.?archive|logging",
        "iam": r"iam|identity",
        "secops": r"sec.?ops|soc",
    }
)
"""Name patterns of the roles, as Control Tower and common practice name the accounts."""

SPECIAL_OUS = {
    "incident_response": "incident|forensic|^ir$|quarantine",
    "onboarding": "on?boarding|nursery|merger|acqui|transition",
    "suspended": "suspend|closed|decommission|graveyard",
    "exception": "excep|exempt",
    "sandbox": "sandbox|playground",
}
"""Name patterns of OUs that are there for a special purpose."""

NONE_NAMED: Mapping[str, str] = MappingProxyType({})


def foundation_accounts_of(
    accounts: pd.DataFrame, role: str, foundation_accounts: Mapping[str, str], foundation_roles: Mapping[str, str]
) -> frozenset[str]:
    """Ids of the active accounts that can have the role: the one named for it, else those whose name fits."""
    named = foundation_accounts.get(role)
    if named:
        return frozenset({str(named)})
    pattern = foundation_roles.get(role)
    if not pattern:
        return frozenset()
    active = accounts[accounts["state"].fillna("ACTIVE") == "ACTIVE"].dropna(subset=["id"])
    chosen = active["name"].fillna("").map(lambda name: fits(pattern, str(name)))
    return frozenset(active.loc[chosen.astype(bool), "id"].astype(str))


def exceptions(organizational_units: pd.DataFrame, named: str, listed: Collection[str]) -> set[str]:
    """Ids of the exception OUs: those the client names (by id, path or name), else those whose name says so."""
    wanted = {text.strip("/").lower() for text in (named, *listed) if text.strip("/")}
    found = set()
    for row in records(organizational_units):
        if not row["id"]:
            continue
        path = (row["ou_path"] or "").lower()
        called = {row["id"].lower(), (row["name"] or "").lower(), path, path.partition("/")[2]} - {""}
        if row["kind"] != "ROOT" and (called & wanted if wanted else fits(SPECIAL_OUS["exception"], row["name"])):
            found.add(row["id"])
    return found
