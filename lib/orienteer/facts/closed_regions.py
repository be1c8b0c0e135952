"""Regions that service control policies close to an account."""

from __future__ import annotations

from collections.abc import Iterable

from orienteer.facts.tree import Node, Tree
from orienteer.policy.guardrails.chain import scp_decision
from orienteer.policy.guardrails.choices import of_member, through

PROBES = ("ec2:RunInstances", "lambda:CreateFunction", "sqs:CreateQueue")
"""Where none of these is allowed in a region, nothing can be run there."""


def closed_regions(guarded: Tree, regions: Iterable[str]) -> set[tuple[str, str]]:
    """(account, region) of the members that may run nothing in the region; never the management account.

    A chain that was not read whole would seem to allow nothing; it closes nothing.
    """
    wanted = sorted(set(regions))
    return {
        (node.id, region)
        for node in guarded.accounts
        if node.levels and node.whole
        for region in wanted
        if not any(_allowed(guarded, node, action, region) for action in PROBES)
    }


def _allowed(guarded: Tree, node: Node, action: str, region: str) -> bool:
    """Whether somebody in the account can call it there; a deny that one gets by from some network closes nothing."""
    context = guarded.member(node).administrator(region)
    return through(lambda now: scp_decision(node.levels, action, "*", now), context, of_member).allowed
