"""What the organization and the network put around a request: SCPs, RCPs, the policy of a VPC endpoint.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""

from __future__ import annotations

from orienteer.ask.buckets import behind
from orienteer.ask.known import Account
from orienteer.ask.layers import Rung, rung
from orienteer.ask.question import Question
from orienteer.ask.resource import policy_rung
from orienteer.policy.guardrails.bound import binds_action
from orienteer.policy.language.actions import takes_resource


def scps(question: Question) -> tuple[Rung, ...]:
    """One rung for each level above the caller's account; none where service control policies do not bind it."""
    caller, estate = question.caller, question.estate
    if not caller.signs or caller.service_linked or caller.account == estate.management:
        return ()
    account = estate.accounts.get(caller.account)
    if account is None or account.scps is None:
        return (Rung("scp", (), (f"the service control policies of {caller.account} were not collected",)),)
    last = len(account.scps)
    return tuple(rung("scp", level, question, f"level {at} of {last}") for at, level in enumerate(account.scps, 1))


def rcps(question: Question) -> tuple[Rung, ...]:
    """One rung for each level above the resource's account; none where resource control policies do not bind it.

    Nor do they bind a call that is about no resource.  Of an access point those above its bucket's account count, too.
    """
    if question.caller.service_linked or not binds_action(question.action) or _aws_made(question):
        return ()
    found = [*_above(question.owner_account, question)]
    bucket, resource = (
        (None, "") if question.thing is None else behind(question.estate, question.thing, question.resource)
    )
    if bucket is not None and bucket.account != question.owner:
        found += _above(question.estate.accounts.get(bucket.account), question.on(resource))
    denies = any(hit.effect == "Deny" for level in found for hit in level.hits)
    return tuple(found) if not denies or takes_resource(question.action) else ()


def _above(account: Account | None, question: Question) -> tuple[Rung, ...]:
    if account is None or account.id == question.estate.management:
        return ()
    if account.rcps is None:
        return (Rung("rcp", (), (f"the resource control policies of {account.id} were not collected",)),)
    return tuple(policy_rung(question, level, "rcp") for level in account.rcps)


def _aws_made(question: Question) -> bool:
    """True of what AWS made for itself: an AWS managed key, a service-linked role."""
    managed = question.thing is not None and question.thing.aws_managed
    return managed or (question.role is not None and question.role.service_linked)


def endpoint(question: Question) -> Rung | None:
    """The policy of the VPC endpoint that the request comes through; None where there is no such policy.

    Of an endpoint that is only tried and that nobody read, the policy is taken to be the default one.
    """
    through = question.request.context.get("aws:sourcevpce", ())
    if not through:
        return None
    found = question.estate.endpoints.get(through[0])
    if found is None and "aws:sourcevpce" in question.chosen:
        return None
    if found is None:
        return Rung("endpoint", (), (f"the policy of endpoint {through[0]} was not collected",))
    return None if found.policy.empty else policy_rung(question, found.policy, "endpoint")
