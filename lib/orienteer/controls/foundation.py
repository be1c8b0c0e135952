"""Which account plays a foundational role (security audit, log archive, ...) in the organization."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

FOUNDATION_ROLES: Mapping[str, str] = MappingProxyType(
    {
        "security_audit": r"audit|security-?tool|^security$",
        "log_archive": r"log.?archive|logging",
        "iam": r"iam|identity",
        "secops": r"sec.?ops|soc",
    }
)
"""Name patterns of the roles, as Control Tower and common practice name the accounts."""

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
    fits = active["name"].fillna("").map(lambda name: re.search(pattern, str(name), re.IGNORECASE) is not None)
    return frozenset(active.loc[fits.astype(bool), "id"].astype(str))


def management_account(organization: pd.DataFrame) -> str:
    """Id of the management account; empty for an account that stands alone."""
    known = organization["management_account_id"].dropna()
    return str(known.iloc[0]) if len(known) else ""


def organization_id(organization: pd.DataFrame) -> str:
    """Id of the organization; empty for an account that stands alone."""
    known = organization["organization_id"].dropna()
    return str(known.iloc[0]) if len(known) else ""
