"""The catalogue's questions to a chain of guardrails, asked with requests that somebody could really make."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orienteer.partitions import home_region, partition_with
from orienteer.policy.guardrails.chain import Decision, Levels, prepare, scp_decision
from orienteer.policy.guardrails.choices import of_member, through
from orienteer.policy.guardrails.global_services import GLOBAL, ONE_ENDPOINT
from orienteer.policy.guardrails.members import Member
from orienteer.policy.guardrails.regions import unnamed_region
from orienteer.policy.guardrails.spared import Exemption, denies, exemptions
from orienteer.policy.language.actions import sample_resources
from orienteer.policy.language.document import Statement

__all__ = ["Answer", "Exemption", "RootAnswer", "asked", "global_services", "leaving", "regions_open", "root_actions"]

LEAVE = "organizations:LeaveOrganization"
LONG_LIVED = ("iam:CreateUser", "iam:CreateAccessKey", "iam:CreateLoginProfile")
REGIONAL = ("ec2:RunInstances", "lambda:CreateFunction", "s3:CreateBucket", "newservice:Create")
ROOT_USER = (
    "account:CloseAccount",
    "account:PutAlternateContact",
    "cloudtrail:StopLogging",
    "ec2:RunInstances",
    "iam:CreateAccessKey",
    "iam:CreateUser",
    "kms:Decrypt",
    "lambda:CreateFunction",
    "organizations:LeaveOrganization",
    "s3:DeleteBucketPolicy",
    "s3:GetObject",
    "secretsmanager:GetSecretValue",
    "sqs:SetQueueAttributes",
    "support:CreateCase",
    "newservice:Create",
)
_MOST_REGIONS = 500  # named by one chain; no partition has a hundred


@dataclass(frozen=True)
class Answer:
    """Whether a probe was denied, by what, and who is spared."""

    action: str
    region: str
    denied: bool
    decision: Decision
    exemptions: tuple[Exemption, ...] = ()

    @property
    def takeable(self) -> tuple[Exemption, ...]:
        """The exemptions that a local administrator can make itself one of."""
        return tuple(one for one in self.exemptions if one.guessable)

    @property
    def holds(self) -> bool:
        """True if the call is denied and no administrator of the account can get by: a deny that spares all is none."""
        return self.denied and not self.takeable


@dataclass(frozen=True)
class RootAnswer:
    """What a member account's root user may still do; `sessions_exempt`: assumed root sessions stay usable."""

    denied: bool
    open_actions: tuple[str, ...]
    sessions_exempt: bool
    answers: tuple[Answer, ...]


def asked(
    chain: Any,
    action: str,
    account_id: str,
    *,
    org_id: str | None = None,
    org_path: str | None = None,
    partition: str = "aws",
    regions: Iterable[str] = (),
    resources: Sequence[str] = (),
    labels: Sequence[Sequence[str]] = (),
) -> Answer:
    """Whether an ordinary administrator is denied the action in every region it could be called in, and who is spared.

    Without `resources` the call touches one unnamed resource of each kind the action needs (`*` if it needs none). A
    deny that hangs on what the administrator may choose (a network, a header, a parameter) denies nothing.
    """
    levels, member = prepare(chain), Member(account_id, org_id, partition, org_path)
    places = _regions(levels, action, regions, partition)
    touched = tuple(resources) or sample_resources(action, account_id, places[0], partition)

    def answer(context: Mapping[str, Any]) -> tuple[str, str, bool, Decision]:
        contexts = [(region, member.administrator(region, **context)) for region in places]
        return _widest(levels, action, touched, contexts, labels)

    found = answer({})
    return Answer(*found, exemptions(levels, member, found[2], lambda context: answer(context)[2]))


def leaving(
    chain: Any,
    account_id: str,
    *,
    org_id: str | None = None,
    org_path: str | None = None,
    partition: str = "aws",
    labels: Sequence[Sequence[str]] = (),
) -> Answer:
    """Whether an ordinary administrator is kept from taking the account out of the organization (SCP-02)."""
    around: dict[str, Any] = {"org_id": org_id, "org_path": org_path, "partition": partition}
    return asked(chain, LEAVE, account_id, **around, resources=["*"], labels=labels)


def root_actions(
    chain: Any,
    account_id: str,
    *,
    org_id: str | None = None,
    org_path: str | None = None,
    partition: str = "aws",
    actions: Sequence[str] = ROOT_USER,
    labels: Sequence[Sequence[str]] = (),
) -> RootAnswer:
    """Which of a representative set of actions the root user is denied (SCP-03)."""
    levels, member = prepare(chain), Member(account_id, org_id, partition, org_path)

    def answers(**more: Any) -> tuple[Answer, ...]:
        found = []
        for action in actions:
            contexts = [(r, member.root_user(r, **more)) for r in _regions(levels, action, (), partition)]
            found.append(Answer(*_widest(levels, action, ["*"], contexts, labels)))
        return tuple(found)

    found = answers()
    still_open = tuple(answer.action for answer in found if not answer.denied)
    closed = {answer.action for answer in found if answer.denied}
    sessions = any(not a.denied for a in answers(**{"aws:AssumedRoot": "true"}) if a.action in closed)
    return RootAnswer(not still_open, still_open, sessions, found)


def regions_open(
    chain: Any,
    regions: Iterable[str],
    account_id: str,
    *,
    org_id: str | None = None,
    org_path: str | None = None,
    partition: str = "aws",
    actions: Sequence[str] = REGIONAL,
    labels: Sequence[Sequence[str]] = (),
) -> tuple[Answer, ...]:
    """One answer per region and probe action (SCP-04); `newservice:Create` tells a deny-all-but from a deny list."""
    levels = prepare(chain)
    around: dict[str, Any] = {"org_id": org_id, "org_path": org_path, "partition": partition}
    return tuple(
        asked(levels, action, account_id, **around, regions=[region], labels=labels)
        for region in regions
        for action in actions
    )


def global_services(
    chain: Any,
    services: Iterable[str],
    account_id: str,
    *,
    org_id: str | None = None,
    org_path: str | None = None,
    partition: str = "aws",
    labels: Sequence[Sequence[str]] = (),
) -> tuple[Answer, ...]:
    """One answer for each global service, denied only if a statement about the requested region does it (SCP-05)."""
    levels, member = prepare(chain), Member(account_id, org_id, partition, org_path)
    found = []
    for service in dict.fromkeys(services):
        action = GLOBAL.get(service, f"{service}:Probe")
        region = home_region(service, partition)
        context = member.administrator(region)
        _, _, denied, decision = _widest(levels, action, ["*"], [(region, context)], labels)
        by_region = denied and decision.statement is not None and about_region(decision.statement)
        found.append(Answer(action, region, by_region, decision))
    return tuple(found)


def region_exempt(chain: Any) -> tuple[tuple[int, int, str], ...]:
    """(level, policy, entry) of every NotAction entry of the statements that deny regions (SCP-05)."""
    return tuple(
        (level, index, entry)
        for level, index, statement in denies(prepare(chain))
        if about_region(statement)
        for entry in statement.not_actions or ()
    )


def about_region(statement: Statement) -> bool:
    """Whether the statement has a condition on the requested region."""
    return any(condition.key.lower() == "aws:requestedregion" for condition in statement.conditions)


def _regions(levels: Levels, action: str, wanted: Iterable[str], partition: str) -> tuple[str, ...]:
    """The regions a call of this action could ask for: its one endpoint's, the wanted, or those that differ.

    Those are the home region, each that the chain's denies name, and one that none of them does.
    """
    service = action.partition(":")[0].lower()
    if service in ONE_ENDPOINT:
        return (home_region(service, partition),)
    if given := tuple(dict.fromkeys(wanted)):
        return given
    named = tuple(
        value
        for _, _, statement in denies(levels)
        for condition in statement.conditions
        if condition.key == "aws:requestedregion"
        for value in condition.values
    )
    home = home_region(partition=partition)
    meant = (value.replace("*", "west-1").replace("?", "1") for value in named[:_MOST_REGIONS])
    other = unnamed_region((home, *named), partition)
    found = (home, *(region for region in meant if partition_with(region) == partition), *([other] if other else []))
    return tuple(dict.fromkeys(found))


def _widest(
    levels: Levels,
    action: str,
    resources: Sequence[str],
    contexts: Sequence[tuple[str, Mapping[str, Any]]],
    labels: Sequence[Sequence[str]],
) -> tuple[str, str, bool, Decision]:
    """(action, region, denied, decision): the first way through, or the first refusal if every way is refused."""
    refused: tuple[str, str, bool, Decision] | None = None

    def decide(context: Mapping[str, Any]) -> Decision:
        decisions = [scp_decision(levels, action, resource, context, labels=labels) for resource in resources]
        return next((decision for decision in decisions if not decision.allowed), decisions[0])

    for region, context in contexts:
        found = through(decide, context, of_member)
        if found.allowed:
            return action, region, False, found
        refused = refused or (action, region, True, found)
    return refused or (action, "", False, scp_decision(levels, action))
