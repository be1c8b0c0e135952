"""The tree of the organization: root, organizational units, and where each account stands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from orienteer.model import Answer, Ask, Call, Column, Outcome, Place, Question, Scope, Table, together
from orienteer.tables.organizations import ACCOUNT_COLUMNS, LIST_ACCOUNTS, NO_ORGANIZATION

LIST_ROOTS = Call("organizations", "list_roots", absent=NO_ORGANIZATION, shared=True)
LIST_UNITS = Call("organizations", "list_organizational_units_for_parent", shared=True)
LIST_MEMBERS = Call("organizations", "list_accounts_for_parent", shared=True)

DEEPEST = 20
"""Levels below the root at which the walk stops; AWS allows five."""

PLACE_COLUMNS = (
    Column("parent_id", "", "string", "id of the OU or root it stands in"),
    Column("ou_path", "", "string", "names from the root down, joined by /; of an account: of the OU it stands in"),
    Column("ou_ids", "", "json", "ids from the root down, JSON list; of an account: of the OU it stands in"),
)


@dataclass(frozen=True, slots=True)
class Node:
    """The root or an OU, with the names and ids from the root down to it."""

    id: str
    arn: str
    name: str
    kind: str
    names: tuple[str, ...]
    ids: tuple[str, ...]

    @property
    def path(self) -> str:
        return "/".join(self.names)


def nodes(ask: Ask) -> Iterator[Node | Answer]:
    """Root and OUs, parents first; an Answer for each list of children that could not be read to its end."""
    listed = ask(LIST_ROOTS)
    level = [_node(item, "ROOT") for page in listed.pages for item in page.get("Roots") or ()]
    if not listed.outcome.known:
        yield listed
    seen: set[str] = set()
    while level:
        level = [node for node in {n.id: n for n in level}.values() if node.id not in seen and len(node.ids) <= DEEPEST]
        seen.update(node.id for node in level)
        yield from level
        lists = together(ask, [Question(LIST_UNITS, node.id, {"ParentId": node.id}) for node in level])
        yield from (below for below in lists if below.outcome is not Outcome.OK)
        level = [
            _node(item, "ORGANIZATIONAL_UNIT", node)
            for node, below in zip(level, lists, strict=True)
            for page in below.pages
            for item in page.get("OrganizationalUnits") or ()
        ]


def _node(item: Mapping[str, Any], kind: str, parent: Node | None = None) -> Node:
    identity, name = str(item.get("Id") or ""), str(item.get("Name") or "")
    above = parent or Node("", "", "", "", (), ())
    return Node(identity, str(item.get("Arn") or ""), name, kind, (*above.names, name), (*above.ids, identity))


def read_units(ask: Ask, place: Place) -> Iterator[Mapping[str, Any] | Answer]:
    """One row per node, and a gap for each node whose children could not be read."""
    for found in nodes(ask):
        if isinstance(found, Answer):
            yield found
            continue
        yield {
            "id": found.id,
            "arn": found.arn,
            "name": found.name,
            "kind": found.kind,
            "depth": len(found.ids) - 1,
            "parent_id": found.ids[-2] if len(found.ids) > 1 else None,
            "ou_path": found.path,
            "ou_ids": json.dumps(found.ids),
        }


def read_accounts(ask: Ask, place: Place) -> Iterator[Mapping[str, Any] | Answer]:
    """One row per account that the list or the tree names; what of the two could not be read is a gap."""
    listed = ask(LIST_ACCOUNTS)
    accounts = {str(item.get("Id")): item for page in listed.pages for item in page.get("Accounts") or ()}
    homes: dict[str, Node] = {}
    gaps = [] if listed.outcome.known else [listed]
    found = list(nodes(ask)) if listed.outcome is not Outcome.ABSENT else []
    gaps += [one for one in found if isinstance(one, Answer)]
    tree = [one for one in found if isinstance(one, Node)]
    lists = together(ask, [Question(LIST_MEMBERS, node.id, {"ParentId": node.id}) for node in tree])
    for node, members in zip(tree, lists, strict=True):
        for item in (item for page in members.pages for item in page.get("Accounts") or ()):
            homes[str(item.get("Id"))] = node
            accounts.setdefault(str(item.get("Id")), item)
        if members.outcome is not Outcome.OK:
            gaps.append(members)
    for account_id in sorted(accounts):
        yield {**_account(accounts[account_id]), **_where(homes.get(account_id))}
    yield from gaps
    if not gaps:
        lost = [accounts[one] for one in sorted(accounts.keys() - homes.keys())]
        yield from (_lost(place, item) for item in lost if _account(item)["state"] in (None, "ACTIVE"))


def _lost(place: Place, item: Mapping[str, Any]) -> Mapping[str, Any]:
    """A gap for an account that is listed and stands nowhere in the tree: it was moved while the tree was read."""
    gap = f"organizations:ListAccountsForParent AccountNotFound (account {place.account_id}, region {place.region}, "
    return {"id": item.get("Id"), "outcome": Outcome.FAILED.value, "gap": f"{gap}resource {item.get('Id')})"}


def _account(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": item.get("Id"),
        "arn": item.get("Arn"),
        "name": item.get("Name"),
        "email": item.get("Email"),
        "state": item.get("State") or item.get("Status"),
        "joined_method": item.get("JoinedMethod"),
        "joined_at": item.get("JoinedTimestamp"),
    }


def _where(home: Node | None) -> dict[str, Any]:
    return {} if home is None else {"parent_id": home.id, "ou_path": home.path, "ou_ids": json.dumps(home.ids)}


ORGANIZATION_ROOTS = Table(
    name="organization_roots",
    doc="One row: the root of the organization with the policy types it knows.",
    scope=Scope.ORG,
    call=LIST_ROOTS,
    items="Roots[]",
    columns=(
        Column("id", "Id", "string", "id of the root"),
        Column("arn", "Arn", "string", "ARN of the root"),
        Column("name", "Name", "string", "name of the root"),
        Column("policy_types", "PolicyTypes", "json", "policy types, a JSON list of {Type, Status}"),
    ),
    resource="id",
    arn="arn",
)

ORGANIZATIONAL_UNITS = Table(
    name="organizational_units",
    doc="One row per node of the tree: the root and every organizational unit.",
    scope=Scope.ORG,
    call=LIST_UNITS,
    also=(LIST_ROOTS,),
    columns=(
        Column("id", "", "string", "id of the OU or root"),
        Column("arn", "", "string", "ARN"),
        Column("name", "", "string", "name"),
        Column("kind", "", "string", "ROOT or ORGANIZATIONAL_UNIT"),
        Column("depth", "", "int", "levels below the root; the root is 0"),
        *PLACE_COLUMNS,
    ),
    resource="id",
    arn="arn",
    read=read_units,
)

ORGANIZATION_ACCOUNTS = Table(
    name="organization_accounts",
    doc="One row per account of the organization with its place in the tree (null where the tree could not be read).",
    scope=Scope.ORG,
    call=LIST_ACCOUNTS,
    also=(LIST_ROOTS, LIST_UNITS, LIST_MEMBERS),
    columns=(
        *ACCOUNT_COLUMNS,
        *PLACE_COLUMNS,
    ),
    resource="id",
    arn="arn",
    account="id",
    read=read_accounts,
)
