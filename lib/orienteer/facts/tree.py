"""The chain of guardrails of every unit and account: what hangs on each level from the root down to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from orienteer.facts.values import active, names_in, objects, records
from orienteer.partitions import partition_of
from orienteer.policy.guardrails.chain import Decision, Levels, prepare, statement_words
from orienteer.policy.guardrails.members import Member
from orienteer.policy.language.document import parse

SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
EVERYTHING = parse('{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}')


@dataclass(frozen=True, slots=True)
class Hung:
    """A policy on a level: its id and name, and the path of the root, unit or account it hangs on."""

    id: str
    name: str
    at: str
    aws_managed: bool
    statement: str = ""  # that decided, where it is given as the answer to a question


@dataclass(frozen=True, slots=True)
class Node:
    """A unit or account with its chain.  `levels` is empty where the policy type is off: then nothing binds.

    `whole` is false where a level has no policy or one cannot be read.  Such a level is taken to allow everything, so
    that a deny found elsewhere counts and the lack of an allowing policy does not.
    """

    id: str
    name: str
    arn: str | None
    path: str
    above: tuple[str, ...]  # ids from the root to the unit it is or stands in
    is_account: bool
    hung: tuple[tuple[Hung, ...], ...]
    levels: Levels = field(repr=False)
    whole: bool = True

    @property
    def labels(self) -> Sequence[Sequence[str]]:
        return [[policy.name for policy in level] for level in self.hung]

    @property
    def partition(self) -> str:
        """The partition it stands in, which its ARN tells."""
        return partition_of(self.arn)

    def decider(self, decision: Decision) -> Hung | None:
        """The policy whose statement denied, with that statement; None where none did."""
        if (
            decision.allowed
            or decision.level_index is None
            or decision.policy_index is None
            or decision.statement is None
        ):
            return None
        policy = self.hung[decision.level_index][decision.policy_index]
        return replace(policy, statement=statement_words(decision.statement))

    def words(self, decision: Decision) -> str:
        """Why a probe got through or did not, as the rest of a sentence."""
        policy = self.decider(decision)
        if decision.allowed:
            return f"no guardrail denies it{decision.choice and ' to a call with ' + decision.choice}"
        if policy is None or decision.statement is None:
            return "no guardrail allows it"
        return f"policy '{policy.name}' on {policy.at} denies it in {policy.statement}"


@dataclass(frozen=True, slots=True)
class Tree:
    """The organization as guardrails see it.  `nodes` are units, then active member accounts."""

    organization_id: str | None
    home: str
    enabled: bool
    nodes: tuple[Node, ...]
    closed: dict[str, frozenset[str]] = field(default_factory=dict, repr=False, compare=False)  # region to accounts

    @property
    def accounts(self) -> Iterator[Node]:
        return (node for node in self.nodes if node.is_account)

    def around(self, node: Node) -> dict[str, Any]:
        """What a question about a node says of where it stands: organization, path in it, partition."""
        path = "/".join((self.organization_id, *node.above, "")) if self.organization_id and node.above else None
        return {"org_id": self.organization_id, "org_path": path, "partition": node.partition}

    def member(self, node: Node) -> Member:
        """The node's account as its principals are seen by guardrails."""
        return Member(node.id, **self.around(node))


def tree(
    kind: str,
    organization: pd.DataFrame,
    organization_roots: pd.DataFrame,
    organizational_units: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    organization_policy_documents: pd.DataFrame,
    organization_policy_targets: pd.DataFrame,
) -> Tree:
    """The tree with the policies of one type, ready for questions."""
    enabled = any(kind in enabled_policy_types(text) for text in organization_roots["policy_types"].dropna())
    texts = {row["id"]: row["content"] for row in records(organization_policy_documents)}
    attached = attached_policies(organization_policy_targets, kind)
    units = {row["id"]: row for row in records(organizational_units) if row["id"]}
    home = management(organization, organizational_units)
    below = [row for row in units.values() if row["kind"] != "ROOT"]
    members = [row for row in active(records(organization_accounts)) if row["id"] != home and names_in(row["ou_ids"])]
    hang = _hanger(kind, units, attached, texts if enabled else None)
    nodes = [hang(row, False) for row in below] + [hang(row, True) for row in members]
    ids = organization["organization_id"].dropna()
    return Tree(str(ids.iloc[0]) if len(ids) else None, home, enabled, tuple(nodes))


def enabled_policy_types(policy_types: str | None) -> set[str]:
    """Names of the policy types that are enabled, from a root's `policy_types`."""
    return {str(one.get("Type")) for one in objects(policy_types) if one.get("Status") == "ENABLED"}


def attached_policies(organization_policy_targets: pd.DataFrame, kind: str) -> Mapping[str, list[dict[str, Any]]]:
    """The policies of a type on each node, by id of the root, OU or account."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in records(organization_policy_targets):
        if row["type"] == kind and row["target_id"]:
            found[row["target_id"]].append(row)
    return found


def management(organization: pd.DataFrame, *others: pd.DataFrame) -> str:
    """Id of the management account; where that is not known, the account that was asked about the organization."""
    ids = [*organization["management_account_id"].dropna(), *(i for o in others for i in o["account_id"].dropna()[:1])]
    return str(ids[0]) if ids else "organization"


def _hanger(
    kind: str,
    units: Mapping[str, Mapping[str, Any]],
    attached: Mapping[str, list[dict[str, Any]]],
    texts: Mapping[str, Any] | None,
) -> Callable[[Mapping[str, Any], bool], Node]:
    """A function that makes a unit's or account's node, its chain included.  `texts` None: the policy type is off."""

    def hang(row: Mapping[str, Any], is_account: bool) -> Node:
        above = names_in(row["ou_ids"])
        path = f"{row['ou_path']}/{row['name']}" if is_account else row["ou_path"]
        steps = [(i, units[i]["ou_path"] if i in units else i) for i in above] + (
            [(row["id"], path)] if is_account else []
        )
        hung = tuple(
            tuple(Hung(p["id"], p["name"] or p["id"], at, bool(p["aws_managed"])) for p in attached.get(i, ()))
            for i, at in steps
        )
        levels, whole = _levels(kind, hung, texts) if texts is not None else ((), True)
        return Node(row["id"], row["name"] or row["id"], row["arn"], path, above, is_account, hung, levels, whole)

    return hang


def _levels(kind: str, hung: Sequence[Sequence[Hung]], texts: Mapping[str, Any]) -> tuple[Levels, bool]:
    """The documents of each level, and whether all of them could be read.

    A level without any service control policy cannot be, so it was not read; one of resource control policies can.
    """
    levels = prepare([[texts.get(policy.id) for policy in level] for level in hung])
    read = [(bool(level) or kind == RCP) and all(one.statements for one in level) for level in levels]
    filled = tuple(level if known else (*level, EVERYTHING) for level, known in zip(levels, read, strict=True))
    return filled, all(read)


def shown(policy: Hung | None) -> dict[str, Any]:
    """The evidence columns that name the policy and the statement that decided."""
    return {
        "policy_id": policy and policy.id,
        "policy_name": policy and policy.name,
        "statement": policy and policy.statement,
        "attached_at": policy and policy.at,
    }
