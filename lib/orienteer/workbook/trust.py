"""Who may assume which roles from outside their account: anybody, tokens, third parties, other accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from orienteer.report.trust_graph import Trust
from orienteer.report.trust_graph import trust_graph as drawn
from orienteer.snapshot import Run
from orienteer.workbook.book import account_names, fact, joined
from orienteer.workbook.judged import evidence
from orienteer.workbook.show import Shown, said

OWN = "the organization"


def trust_graph(book: Run) -> Shown:
    """Outsiders, the roles they may assume and the accounts these are in, as a picture; roles of one name are one."""
    found = pd.concat([_trusted_accounts(book), _trusted_issuers(book), _trusted_internet(book)], ignore_index=True)
    if found.empty:
        return said("No role that was seen trusts anybody outside its own account.")
    keys = ["who", "kind", "role", "asks", "is_admin"]
    trusts = [_trust([*map(str, key[:-1])], bool(key[-1]), group) for key, group in found.groupby(keys, sort=True)]
    title = "Who may assume which roles from outside their account"
    plain = found.groupby(keys)["account"].nunique().reset_index(name="accounts").to_string(index=False)
    return Shown(drawn(trusts, title), plain)


def _trust(told: Sequence[str], is_admin: bool, group: pd.DataFrame) -> Trust:
    """Roles of one name that let the same ones in on the same terms."""
    who, kind, role, asks = told
    names = tuple(sorted(set(group["account"].astype(str))))
    return Trust(who, kind, role, names, tuple(filter(None, asks.split(", "))), is_admin)


def _trusted_accounts(book: Run) -> pd.DataFrame:
    """Accounts and organizations that roles trust by name."""
    edges, names = fact(book, "trust_edges"), account_names(book)
    known = book.estate.client.trusted_accounts
    words = {"asks_external_id": "external id", "asks_mfa": "MFA"}
    asked = edges[list(words)].fillna(False).astype(bool).to_numpy().tolist()
    asks = [joined(word for word, there in zip(words.values(), row, strict=True) if there) for row in asked]
    own = edges["is_organization"].fillna(False).astype(bool) & (edges["who"] == edges["organization_id"])
    kinds = own.map({True: "organization", False: "third party"})
    return pd.DataFrame(
        {
            "who": [_party(str(w), names, known) for w in edges["who"].mask(own, OWN)],
            "kind": kinds.mask(edges["who"].isin(names), "own account"),
            "role": edges["role_name"],
            "account": edges["account"],
            "asks": asks,
            "is_admin": edges["is_admin"].fillna(False).astype(bool),
        }
    )


def _party(who: str, names: Mapping[str, str], known: Mapping[str, str]) -> str:
    """An account by its name and id where it has one."""
    name = names.get(who) or known.get(who)
    return f"{name} ({who})" if name and name != who else who


def _trusted_issuers(book: Run) -> pd.DataFrame:
    """Token issuers that roles trust, with the subjects that they take."""
    found = evidence(book, "XA-05")
    found = found.reindex(columns=["issuer", "values", "role_name", "account", "is_admin"]).dropna(subset=["issuer"])
    return pd.DataFrame(
        {
            "who": found["issuer"].astype(str),
            "kind": "token issuer",
            "role": found["role_name"].astype(str),
            "account": found["account"],
            "asks": found["values"].map(lambda v: joined(v).replace(", ", " or ") if isinstance(v, list) else ""),
            "is_admin": found["is_admin"].fillna(False).astype(bool),
        }
    )


def _trusted_internet(book: Run) -> pd.DataFrame:
    """Roles that anybody may assume."""
    roles = fact(book, "roles")
    found = roles[roles["open_to"].eq("public").fillna(False)]
    return pd.DataFrame(
        {
            "who": "anybody with an AWS account",
            "kind": "internet",
            "role": found["role_name"],
            "account": found["account"],
            "asks": "",
            "is_admin": found["is_admin"].fillna(False).astype(bool),
        }
    )
