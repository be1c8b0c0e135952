"""Every ready-made policy of a client with its trial."""

from __future__ import annotations

from dataclasses import dataclass, replace

from orienteer.facts import Estate
from orienteer.facts.guarded import Places
from orienteer.facts.tree import RCP, Tree
from orienteer.readymade.filling import Filling, filling
from orienteer.readymade.in_use import Bound, Use, use
from orienteer.readymade.ready import Ready
from orienteer.readymade.settings import setting
from orienteer.readymade.templates import ready
from orienteer.readymade.trial import Denied, trial


@dataclass(frozen=True)
class Tried:
    """A policy, what it would do in each account that it binds, and what it would stop of what was seen in use."""

    policy: Ready
    accounts: tuple[Denied, ...]
    use: Use

    @property
    def changed(self) -> tuple[Denied, ...]:
        """The accounts in which it newly denies something."""
        return tuple(one for one in self.accounts if one.newly)

    @property
    def breaks(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(what for one in self.accounts for what in one.breaks))

    @property
    def get_by(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(who for one in self.accounts for who in one.get_by))


def tried(estate: Estate) -> list[Tried]:
    """All policies that fit the client; none where no organization was read."""
    given = filling(estate)
    return [] if given is None else [_tried(policy, estate, given) for policy in ready(given)]


def _tried(policy: Ready, estate: Estate, given: Filling) -> Tried:
    (rails,) = estate.source("guardrails").rows
    tree: Tree = rails["rcp_partly" if policy.kind == RCP else "partly"]
    if policy.asks == "settings":
        found, looked = setting(policy, estate, _places(estate, tree))
        return Tried(policy, tuple(found), looked)
    usable = Places(estate.source("ec2_regions"))
    listed = usable.source.hidden() if policy.asks in ("regions", "exception") else frozenset[str]()
    accounts = trial(
        policy,
        tree,
        lambda account: sorted({*(r for r in usable.of(account)[0] if isinstance(r, str)), *policy.regions}),
        given.exception_ous,
        given.expires,
    )
    newly = {one.account_id: frozenset(one.newly) for one in accounts}
    bound = {node.id: Bound(node, newly[node.id]) for node in tree.accounts if node.id in newly}
    seen = use(policy, estate, given, bound)
    partly = [f"Not every policy above {one.node.name} could be read." for one in bound.values() if not one.node.whole]
    unknown = (*sorted(rails["gaps"]), *partly, *sorted(listed), *seen.unknown)
    return Tried(policy, tuple(accounts), replace(seen, unknown=tuple(dict.fromkeys(unknown))))


def _places(estate: Estate, tree: Tree) -> dict[str, tuple[str, str]]:
    """Name and OU of every account of the organization: these policies bind the management account, too."""
    rows = estate.source("organization_accounts").rows
    known = {str(r["id"]): (str(r["name"] or r["id"]), str(r["ou_path"] or "")) for r in rows if r["id"]}
    active = {node.id for node in tree.accounts} | {tree.home}
    return {account: place for account, place in known.items() if account in active}
