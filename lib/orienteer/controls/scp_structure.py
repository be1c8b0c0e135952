"""The control about how service control policies are laid over the tree, whatever they say."""

from __future__ import annotations

from orienteer.controls.control import control
from orienteer.controls.guardrails import SCPS
from orienteer.controls.verdict import INFO, Verdict, asked, failed, passed
from orienteer.facts.policies import POLICY_LEVELS
from orienteer.facts.seen import Row
from orienteer.model import Category, Severity

LARGEST, MOST_ATTACHED = 10_240, 10
"""Limits: characters of a policy, policies on one node; both were doubled in May 2026.
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html"""


@control(
    "SCP-01",
    title="Service control policies are enabled and no level of the tree has lost its allow",
    category=Category.ORGANIZATION,
    severity=Severity.MEDIUM,
    maturity=4,
    source=SCPS,
    fact=POLICY_LEVELS,
    mappings={"cis": ["CIS AWS Foundations v7.0.0 2.1.2"], "service_screener": ["SCPEnabled", "scpBestPractices"]},
)
def scp_structure(level: Row) -> Verdict:
    """Guardrails that are off protect nothing; a level that allows nothing blocks everything below it.

    Fix: enable service control policies, keep an allowing policy (FullAWSAccess) at every level, and add guardrails
    that deny.
    """
    if not level.scps_on:
        return failed("Service control policies are not enabled: no guardrail binds any account.")
    if level.policy:
        return _policy(level.policy)
    if not level.has_allow:
        if level.has_unreadable:
            return asked(f"{level.node_path} has a policy that could not be read: does that one allow anything?")
        return failed(f"{level.node_path} allows nothing, so everything below it is blocked.")
    full = len(level.attached) >= MOST_ATTACHED
    told = f"{level.node_path} has an allowing policy."
    told += f" {len(level.attached)} policies are attached; the limit is {MOST_ATTACHED}." if full else ""
    if not level.is_root:
        return passed(told)
    bound = (
        f" Service control policies apply neither to the management account ({level.home}) nor to service-linked roles."
    )
    if level.in_use:
        return passed(f"{told}{bound}")
    return failed(
        f"{told} Only AWS's FullAWSAccess is attached in the whole tree: guardrails are enabled but unused.{bound}"
    )


def _policy(policy: Row) -> Verdict:
    """The verdict about a policy of the client's: one that cannot be read or is attached nowhere is asked about."""
    if not policy.is_readable:
        text = f"Policy {policy.name} could not be read as a policy document: what is it meant to do?"
        return asked(text, INFO)
    if not policy.is_attached:
        return asked(f"Policy {policy.name} is not attached anywhere and protects nothing: is it still needed?", INFO)
    near = policy.characters >= 0.9 * LARGEST
    size = f" and has {policy.characters} characters; the limit is {LARGEST}" if near else ""
    return passed(f"Policy {policy.name} is attached{size}.", INFO)
