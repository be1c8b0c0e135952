"""What a policy would newly deny: the engine's probes put to each account's chain, without the policy and with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from orienteer.ask.would import with_policy
from orienteer.facts.region_guards import GLOBAL_SERVICES
from orienteer.facts.tree import Node, Tree
from orienteer.policy.guardrails.chain import Levels, scp_decision
from orienteer.policy.guardrails.choices import of_member, through
from orienteer.policy.guardrails.perimeter import DATA_CALLS, perimeter
from orienteer.policy.guardrails.probes import Answer, asked, global_services, leaving, regions_open, root_actions
from orienteer.policy.language.document import Document, parse
from orienteer.readymade.ready import Ready
from orienteer.readymade.templates import LASTING

Answers = Mapping[str, bool]
"""Whether each probe is denied."""
Regions = Callable[[str], Sequence[str]]
"""The regions that an account can use."""
_AN_ACCOUNT = re.compile(r"\d{12}")


@dataclass(frozen=True)
class Denied:
    """The probes that one account's chain denies with the policy and not without it; `already`: also without it."""

    account_id: str
    account: str
    ou: str
    newly: tuple[str, ...]
    already: tuple[str, ...]
    passed: tuple[str, ...]
    """Probes that get through even with the policy."""
    breaks: tuple[str, ...] = ()
    """What it stops that it must not: global services, AWS services that work for the organization."""
    get_by: tuple[str, ...] = ()
    """Who could get by, in words."""


def trial(
    policy: Ready, tree: Tree, regions: Regions, exception_ous: Collection[str], expires: str = ""
) -> list[Denied]:
    """One row for each member account that the policy would bind.

    Accounts below the same policies, of which none names an account, get the same answers; they are asked once.
    """
    document, known, found = parse(policy.text), dict[Any, Denied](), list[Denied]()
    for node in tree.accounts:
        if policy.binds(node, exception_ous):
            usable = tuple(regions(node.id))
            alike = (_chain(node), usable)
            if alike not in known:
                known[alike] = _denied(policy, tree, node, document, usable, expires)
            place = node.path.removesuffix(f"/{node.name}")
            found.append(replace(known[alike], account_id=node.id, account=node.name, ou=place))
    return found


def _chain(node: Node) -> Any:
    """What the chains of two accounts have in common where every probe gets the same answer from both."""
    if any(_AN_ACCOUNT.search(document.text) for level in node.levels for document in level):
        return node.id
    return node.partition, node.whole, tuple(tuple(sorted(policy.id for policy in level)) for level in node.hung)


def _denied(policy: Ready, tree: Tree, node: Node, document: Document, regions: Sequence[str], expires: str) -> Denied:
    bound = with_policy(node.levels, document, policy.kind)
    before, after = (_answers(policy, tree, node, levels, regions, expires) for levels in (node.levels, bound))
    newly = tuple(probe for probe, denied in after.items() if denied and not before[probe])
    already = tuple(probe for probe, denied in before.items() if denied)
    passed = tuple(probe for probe, denied in after.items() if not denied)
    broken, get_by = tuple(_broken(policy, tree, node, bound)), tuple(_get_by(policy, tree, node, bound, newly))
    return Denied(node.id, node.name, "", newly, already, passed, broken, get_by)


def _answers(policy: Ready, tree: Tree, node: Node, levels: Levels, regions: Sequence[str], expires: str) -> Answers:
    """The answer to each probe of the policy's question."""
    around = tree.around(node)
    if policy.asks == "leaving":
        return {policy.actions[0]: leaving(levels, node.id, **around).denied}
    if policy.asks == "root":
        answers = root_actions(levels, node.id, **around, actions=policy.actions).answers
        return {answer.action: answer.denied for answer in answers}
    if policy.asks == "perimeter":
        found = perimeter(levels, DATA_CALLS, node.id, **around | {"org_id": tree.organization_id or ""})
        return {answer.action: answer.denied for answer in found}
    if policy.asks == "exception":
        return _later(policy, tree, node, levels, regions, expires)
    if policy.asks == "regions":
        return _by_region(regions_open(levels, regions, node.id, **around))
    return {action: _asked(tree, node, levels, action).denied for action in policy.actions}


def _by_region(answers: Sequence[Answer]) -> Answers:
    """Per region whether every probe is denied: nothing can be started there."""
    found: dict[str, bool] = {}
    for answer in answers:
        found[answer.region] = found.get(answer.region, True) and answer.denied
    return found


def _later(policy: Ready, tree: Tree, node: Node, levels: Levels, regions: Sequence[str], expires: str) -> Answers:
    """The probes of keys and regions as they are answered on the day on which the exception ends."""
    member = tree.member(node)

    def denied(action: str, region: str) -> bool:
        context = member.administrator(region, **{"aws:CurrentTime": expires})
        return not through(lambda now: scp_decision(levels, action, "*", now), context, of_member).allowed

    keys = {action: denied(action, policy.regions[0]) for action in LASTING}
    return keys | {region: denied("ec2:RunInstances", region) for region in regions}


def _asked(tree: Tree, node: Node, levels: Levels, action: str) -> Answer:
    return asked(levels, action, node.id, **tree.around(node))


def _broken(policy: Ready, tree: Tree, node: Node, bound: Levels) -> Iterator[str]:
    """What of the organization's own work the policy would stop that is not stopped without it."""
    before = set(_breaks(policy, tree, node, node.levels))
    yield from (what for what in _breaks(policy, tree, node, bound) if what not in before)


def _breaks(policy: Ready, tree: Tree, node: Node, bound: Levels) -> Iterator[str]:
    around = tree.around(node)
    if policy.asks == "regions":
        for answer in global_services(bound, GLOBAL_SERVICES, node.id, **around):
            if answer.denied:
                yield answer.action
    if policy.asks == "perimeter":
        for one in perimeter(bound, DATA_CALLS, node.id, **around | {"org_id": tree.organization_id or ""}):
            if not one.services_usable:
                yield f"{one.action} by an AWS service"
    if policy.asks == "root":
        found = root_actions(bound, node.id, **around)
        if found.denied and not found.sessions_exempt:
            yield "sessions opened with AssumeRoot"


def _get_by(policy: Ready, tree: Tree, node: Node, bound: Levels, newly: Sequence[str]) -> Iterator[str]:
    """The exemptions that an administrator of the account could take, each once."""
    if policy.asks in ("security", "users"):
        found = (one.words for action in newly[:1] for one in _asked(tree, node, bound, action).takeable)
        yield from dict.fromkeys(found)
