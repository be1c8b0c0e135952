"""Third parties: every account, provider and service outside the organization that gets in, by whatever way."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pandas as pd

from orienteer.facts.fact import Fact
from orienteer.facts.guarded import ORGANIZATION_TYPE
from orienteer.facts.parties import NO_REGISTER, Register, entry_of
from orienteer.facts.seen import Cells, Partial, Row, Unseen, gaps_of
from orienteer.facts.source import BOOLS, Gap, Source
from orienteer.facts.values import days, latest
from orienteer.issues import type_words
from orienteer.model import GLOBAL, KEYS
from orienteer.parameters import Client

_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
_NOT_IN_USE = 90
REGISTERED = ("owner", "purpose", "data_class", "review_by")
"""What the register must say of a third party."""

Way = tuple[str, str, str, Any, Any]
"""Who gets in, how, into which account, when that was last used (None: not told), and whether as administrator."""


def _third_parties(
    the_organization: Source,
    trust_edges: Source,
    roles: Source,
    iam_saml_providers: Source,
    exposures: Source,
    *,
    third_party_register: Register = NO_REGISTER,
    client: Client,
) -> Iterator[Cells | Gap]:
    (org,) = the_organization.rows
    members, gaps = org["members"], list[Gap]()
    unnamed = gaps_of(org["organization_id"])
    ways = [*_by_role(trust_edges), *_by_saml(iam_saml_providers)]
    ways += [*_by_token(roles, gaps), *_by_sharing(exposures, gaps)]
    grouped: dict[str, list[Way]] = defaultdict(list)
    for way in ways:
        if way[0] not in members.items and way[0] != org["organization_id"]:
            grouped[entry_of(way[0], third_party_register) or way[0]].append(way)
    home = org["told_by"]
    for name, found in sorted(grouped.items()):
        entry = third_party_register.get(name)
        yield Cells(
            _party(home, name, found, members, unnamed),
            entry=entry,
            has_register=bool(third_party_register),
            named_as=next((client.trusted_accounts[w[0]] for w in found if w[0] in client.trusted_accounts), None),
        )
    lists = (trust_edges, roles, iam_saml_providers, exposures)
    yield from dict.fromkeys((*gaps, *(gap for source in lists for gap in source.gaps)))


def _by_role(trust_edges: Source) -> Iterator[Way]:
    for edge in trust_edges.rows:
        yield edge["who"], f"role {edge['role_name']}", edge["account_id"], edge["last_used_at"], edge["is_admin"]


def _by_token(roles: Source, gaps: list[Gap]) -> Iterator[Way]:
    """Issuers of web identities that serve others than the client, too."""
    for role in roles.rows:
        found = role["web_identities"]
        told = (f"role {role['role_name']}", role["account_id"], role["last_used_at"], role["is_admin"])
        if isinstance(found, Unseen):
            gaps += _gaps(role, found)
        else:
            yield from ((one.issuer, *told) for one in found if one.shared)


def _gaps(row: Cells, cell: Unseen) -> list[Gap]:
    return [Gap(row["account_id"], row["region"], row["resource_id"], text) for text in sorted(cell.gaps)]


def _by_saml(providers: Source) -> Iterator[Way]:
    for row in providers.rows:
        name = str(row["provider_arn"]).rpartition("/")[2]
        if not name.startswith("AWSSSO_"):
            yield name, "SAML provider", row["account_id"], None, None


def _by_sharing(exposures: Source, gaps: list[Gap]) -> Iterator[Way]:
    """Accounts that a policy or a share lets in; a role's own trust is told by the role; nobody asks each object."""
    for row in exposures.rows:
        reached = row["reached"]
        if row["resource_type"] == "AWS::S3::Object":
            continue
        if isinstance(reached, Unseen):
            gaps += _gaps(row, reached)
        elif row["resource_type"] != "AWS::IAM::Role":
            kind = type_words(str(row["resource_type"]))
            for account in sorted({a for who in reached.who for a in _ACCOUNT.findall(who)}):
                yield account, f"{kind} {_short(row['resource_id'])}", row["account_id"], None, None


def _short(resource: Any) -> str:
    """The last part of an ARN; any other id as it is."""
    text = str(resource)
    return text.rpartition(":")[2] if text.startswith("arn:") else text


def _party(home: str, name: str, ways: list[Way], members: Partial, unnamed: frozenset[str]) -> dict[str, Any]:
    """`members` are the organization's accounts as far as they were listed, `unnamed` what hides its own id."""
    used = [way[3] for way in ways]
    admin = [way[4] for way in ways]
    lost, dark = gaps_of(*used), gaps_of(*admin)
    accounts = sorted({way[0] for way in ways})
    hidden = members.gaps if any(_ACCOUNT.fullmatch(one) for one in accounts) else frozenset[str]()
    hidden |= unnamed if any(one.startswith("o-") for one in accounts) else frozenset()
    return {
        "account_id": home,
        "region": GLOBAL,
        "resource_id": name,
        "resource_arn": None,
        "third_party": name,
        "who": tuple(accounts),
        "ways": tuple(sorted({way[1] for way in ways})),
        "accounts_reached": tuple(sorted({way[2] for way in ways})),
        "last_used_at": Unseen(lost) if lost else latest(*used),
        "by_role": any(way[1].startswith("role ") for way in ways),
        "is_admin": True if True in admin else Unseen(dark, BOOLS[:2]) if dark else False,
        "is_outside": Unseen(hidden, BOOLS[:2]) if hidden else True,
    }


def lacks(party: Row) -> tuple[str, ...]:
    """What the register does not say of it."""
    return tuple(name for name in REGISTERED if not (party.entry or {}).get(name))


def owner(party: Row, *, client: Client) -> str | None:
    """Who is responsible for it, by the register, else by the client's list of trusted accounts."""
    return (party.entry or {}).get("owner") or next((client.owners[a] for a in party.who if client.owners.get(a)), None)


def review_by(party: Row) -> pd.Timestamp | None:
    """The day by which it must be reviewed again, by the register; None where that is not a date."""
    day = pd.to_datetime(str((party.entry or {}).get("review_by") or ""), utc=True, errors="coerce")
    return None if pd.isna(day) else day


def is_idle(party: Row, *, as_of: pd.Timestamp) -> bool:
    """It gets in through roles alone, and none of them was used in 90 days."""
    idle = days(as_of, party.last_used_at)
    roles_only = all(way.startswith("role ") for way in party.ways)
    return roles_only and party.by_role and (idle is None or idle > _NOT_IN_USE)


_PARTY = (
    *KEYS,
    "third_party",
    "who",
    "ways",
    "accounts_reached",
    "last_used_at",
    "by_role",
    "is_admin",
    "is_outside",
    "entry",
    "has_register",
    "named_as",
)
THIRD_PARTIES = Fact(
    "third_parties",
    "One row per third party that gets in: how, into which accounts, and what the client's register says of it.",
    rows=_third_parties,
    made=_PARTY,
    columns=(lacks, owner, review_by, is_idle),
    hidden=frozenset({"entry"}),
    resource_type=ORGANIZATION_TYPE,
)
