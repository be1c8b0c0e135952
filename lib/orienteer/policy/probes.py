"""The catalogue's questions to a chain of guardrails, asked with requests that somebody could really make."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orienteer.policy.actions import sample_resources
from orienteer.policy.document import Statement
from orienteer.policy.guardrails import Decision, Levels, prepare, scp_decision
from orienteer.policy.match import wildcard

LEAVE = "organizations:LeaveOrganization"
LONG_LIVED = ("iam:CreateUser", "iam:CreateAccessKey", "iam:CreateLoginProfile")
REGIONAL = ("ec2:RunInstances", "lambda:CreateFunction", "s3:CreateBucket", "newservice:Create")
ROOT_USER = (
    "account:CloseAccount", "account:PutAlternateContact", "cloudtrail:StopLogging", "ec2:RunInstances",
    "iam:CreateAccessKey", "iam:CreateUser", "kms:Decrypt", "lambda:CreateFunction", "organizations:LeaveOrganization",
    "s3:DeleteBucketPolicy", "s3:GetObject", "secretsmanager:GetSecretValue", "sqs:SetQueueAttributes",
    "support:CreateCase", "newservice:Create",
)  # fmt: skip
# Where the one endpoint of a global service stands, so which region a call asks for:
# https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html
HOME = {"globalaccelerator": "us-west-2", "networkmanager": "us-west-2"}
GLOBAL = {
    "account": "account:GetContactInformation", "aws-portal": "aws-portal:ViewBilling",
    "billing": "billing:GetBillingData", "budgets": "budgets:ViewBudget", "ce": "ce:GetCostAndUsage",
    "cloudfront": "cloudfront:ListDistributions",
    "cur": "cur:DescribeReportDefinitions", "globalaccelerator": "globalaccelerator:ListAccelerators",
    "health": "health:DescribeEvents", "iam": "iam:ListRoles",
    "networkmanager": "networkmanager:DescribeGlobalNetworks",
    "organizations": "organizations:DescribeOrganization", "route53": "route53:ListHostedZones",
    "route53domains": "route53domains:ListDomains", "s3": "s3:ListAllMyBuckets",
    "shield": "shield:GetSubscriptionState",
    "sso": "sso:ListInstances", "sts": "sts:GetCallerIdentity", "support": "support:DescribeCases",
    "trustedadvisor": "trustedadvisor:DescribeChecks", "waf": "waf:ListWebACLs", "wafv2": "wafv2:ListWebACLs",
}  # fmt: skip
ONE_ENDPOINT = frozenset(GLOBAL) - {"s3", "sts", "wafv2", "sso"}
_RESERVED = ("role/aws-reserved/", "role/aws-service-role/")


@dataclass(frozen=True)
class Exemption:
    """A principal that the guardrail spares: its pattern, an example, and whether a local administrator can be it."""

    pattern: str
    key: str
    example: str
    guessable: bool
    words: str


@dataclass(frozen=True)
class Answer:
    """Whether a probe was denied, by what, and who is spared."""

    action: str
    region: str
    denied: bool
    decision: Decision
    exemptions: tuple[Exemption, ...] = ()


@dataclass(frozen=True)
class RootAnswer:
    """What a member account's root user may still do; `sessions_exempt`: assumed root sessions stay usable."""

    denied: bool
    open_actions: tuple[str, ...]
    sessions_exempt: bool
    answers: tuple[Answer, ...]


def administrator(account_id: str, org_id: str | None = None, region: str | None = None, **more: Any) -> dict[str, Any]:
    """The request context of an ordinary administrator role of the account, signed in with MFA."""
    return {
        "aws:PrincipalArn": f"arn:aws:iam::{account_id}:role/probe-administrator",
        "aws:PrincipalType": "AssumedRole",
        "aws:userid": "AROAPROBEPROBEPROBE01:probe",
        **_surroundings(account_id, org_id, region),
        **more,
    }


def root_user(account_id: str, org_id: str | None = None, region: str | None = None, **more: Any) -> dict[str, Any]:
    """The request context of the account's root user."""
    return {
        "aws:PrincipalArn": f"arn:aws:iam::{account_id}:root",
        "aws:PrincipalType": "Account",
        "aws:userid": account_id,
        **_surroundings(account_id, org_id, region),
        **more,
    }


def asked(
    chain: Any,
    action: str,
    account_id: str,
    *,
    org_id: str | None = None,
    regions: Iterable[str] = (),
    resources: Sequence[str] = (),
    labels: Sequence[Sequence[str]] = (),
) -> Answer:
    """Whether an ordinary administrator is denied the action in every region it could be called in, and who is spared.

    Without `resources` the call touches one unnamed resource of each kind the action needs (`*` if it needs none).
    """
    levels = prepare(chain)
    places = _regions(levels, action, regions)
    contexts = [(region, administrator(account_id, org_id, region)) for region in places]
    touched = tuple(resources) or sample_resources(action, account_id, places[0])
    answer = _widest(levels, action, touched, contexts, labels)
    return Answer(*answer, _exemptions(levels, action, touched, answer[2], account_id, org_id, places))


def leaving(chain: Any, account_id: str, *, org_id: str | None = None, labels: Sequence[Sequence[str]] = ()) -> Answer:
    """Whether an ordinary administrator is kept from taking the account out of the organisation (SCP-02)."""
    return asked(chain, LEAVE, account_id, org_id=org_id, resources=["*"], labels=labels)


def root_actions(
    chain: Any,
    account_id: str,
    *,
    org_id: str | None = None,
    actions: Sequence[str] = ROOT_USER,
    labels: Sequence[Sequence[str]] = (),
) -> RootAnswer:
    """Which of a representative set of actions the root user is denied (SCP-03)."""
    levels = prepare(chain)

    def answers(**more: Any) -> tuple[Answer, ...]:
        found = []
        for action in actions:
            contexts = [(r, root_user(account_id, org_id, r, **more)) for r in _regions(levels, action, ())]
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
    actions: Sequence[str] = REGIONAL,
    labels: Sequence[Sequence[str]] = (),
) -> tuple[Answer, ...]:
    """One answer per region and probe action (SCP-04); `newservice:Create` tells a deny-all-but from a deny list."""
    levels = prepare(chain)
    return tuple(
        asked(levels, action, account_id, org_id=org_id, regions=[region], labels=labels)
        for region in regions
        for action in actions
    )


def global_services(
    chain: Any,
    services: Iterable[str],
    account_id: str,
    *,
    org_id: str | None = None,
    labels: Sequence[Sequence[str]] = (),
) -> tuple[Answer, ...]:
    """One answer for each global service, denied only if a statement about the requested region does it (SCP-05)."""
    levels = prepare(chain)
    found = []
    for service in dict.fromkeys(services):
        action = GLOBAL.get(service, f"{service}:Probe")
        region = HOME.get(service, "us-east-1")
        context = administrator(account_id, org_id, region)
        _, _, denied, decision = _widest(levels, action, ["*"], [(region, context)], labels)
        by_region = denied and decision.statement is not None and about_region(decision.statement)
        found.append(Answer(action, region, by_region, decision))
    return tuple(found)


def region_exempt(chain: Any) -> tuple[tuple[int, int, str], ...]:
    """(level, policy, entry) of every NotAction entry of the statements that deny regions (SCP-05)."""
    return tuple(
        (level, index, entry)
        for level, index, statement in _denies(prepare(chain))
        if about_region(statement)
        for entry in statement.not_actions or ()
    )


def about_region(statement: Statement) -> bool:
    """Whether the statement has a condition on the requested region."""
    return any(condition.key.lower() == "aws:requestedregion" for condition in statement.conditions)


def _surroundings(account_id: str, org_id: str | None, region: str | None) -> dict[str, Any]:
    """What every call of the account's own principals carries."""
    return {
        "aws:PrincipalAccount": account_id, "aws:PrincipalOrgID": org_id, "aws:RequestedRegion": region,
        "aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false", "aws:SecureTransport": "true",
        "aws:MultiFactorAuthPresent": "true", "aws:MultiFactorAuthAge": "60", **owned(account_id, org_id),
    }  # fmt: skip


def owned(account_id: str, org_id: str | None) -> dict[str, Any]:
    """What every call on a resource of the account carries."""
    return {"aws:ResourceAccount": account_id, "aws:ResourceOrgID": org_id}


def _regions(levels: Levels, action: str, wanted: Iterable[str]) -> tuple[str, ...]:
    """The regions a call of this action could ask for: its one endpoint's, the wanted, or those the chain names."""
    service = action.partition(":")[0].lower()
    if service in ONE_ENDPOINT:
        return (HOME.get(service, "us-east-1"),)
    named = [
        value.replace("*", "west-1").replace("?", "1")
        for _, _, statement in _denies(levels)
        for condition in statement.conditions
        if condition.key.lower() == "aws:requestedregion"
        for value in condition.values
    ]
    return tuple(dict.fromkeys(wanted)) or tuple(dict.fromkeys(["us-east-1", *named]))


def _widest(
    levels: Levels,
    action: str,
    resources: Sequence[str],
    contexts: Sequence[tuple[str, Mapping[str, Any]]],
    labels: Sequence[Sequence[str]],
) -> tuple[str, str, bool, Decision]:
    """(action, region, denied, decision): the first way through, or the first refusal if every way is refused."""
    refused: tuple[str, str, bool, Decision] | None = None
    for region, context in contexts:
        decisions = [scp_decision(levels, action, resource, context, labels=labels) for resource in resources]
        no = next((decision for decision in decisions if not decision.allowed), None)
        if no is None:
            return action, region, False, decisions[0]
        refused = refused or (action, region, True, no)
    return refused or (action, "", False, scp_decision(levels, action))


def _denies(levels: Levels) -> Iterable[tuple[int, int, Statement]]:
    """(level, policy, statement) of every Deny."""
    return (
        (level, index, statement)
        for level, documents in enumerate(levels)
        for index, document in enumerate(documents)
        for statement in document.statements
        if statement.effect == "Deny"
    )


def _exemptions(
    levels: Levels,
    action: str,
    resources: Sequence[str],
    denied: bool,
    account_id: str,
    org_id: str | None,
    places: Sequence[str],
) -> tuple[Exemption, ...]:
    """The principals that the chain's denies spare from this refusal, each proved by a request that passes."""
    found: dict[tuple[str, str], Exemption] = {}
    for key, value, literal in _spared(levels):
        context = _as_spared(key, value, literal, account_id)
        if context is None or (key, value) in found:
            continue
        contexts = [(region, administrator(account_id, org_id, region, **context)) for region in places]
        if not _widest(levels, action, resources, contexts, ())[2]:
            ordinary = administrator(account_id)["aws:PrincipalArn"]
            if denied or (key == "aws:principalarn" and not literal and wildcard(value, ordinary)):
                found[key, value] = _exemption(levels, key, value, context, account_id, org_id)
    return tuple(found.values())


def _spared(levels: Levels) -> Iterable[tuple[str, str, bool]]:
    """(key, value, literal) of what the denies except from themselves about the caller."""
    for _, _, statement in _denies(levels):
        for condition in statement.conditions:
            key, operator = condition.key.lower(), condition.operator.lower()
            if "not" in operator and (key in ("aws:principalarn", "aws:userid") or key.startswith("aws:principaltag/")):
                literal = operator.startswith("stringnotequals")
                yield from ((key, value, literal) for value in condition.values)


def _as_spared(key: str, value: str, literal: bool, account_id: str) -> dict[str, Any] | None:
    """What a caller of this account must carry to be spared, or None if nobody of this account can be."""
    if key != "aws:principalarn":
        return {key: value if literal else value.replace("*", "probe").replace("?", "x")}
    if literal:
        return {"aws:PrincipalArn": value} if value.split(":")[4:5] == [account_id] else None
    fields = value.split(":", 5)
    if len(fields) == 6:
        tail = fields[5]
    else:
        tail = "role/" + value.removeprefix("*").rpartition(":")[2].rpartition("/")[2] if value != "*" else "role/*"
    filled = tail.replace("*", "probe").replace("?", "x")
    kind, _, rest = filled.partition("/")
    filled = filled if (kind in ("role", "user") and rest) or filled == "root" else f"role/{filled}"
    example = f"arn:aws:iam::{account_id}:{filled}"
    return {"aws:PrincipalArn": example} if wildcard(value, example) else None


def _exemption(
    levels: Levels, key: str, value: str, context: Mapping[str, Any], account_id: str, org_id: str | None
) -> Exemption:
    """The exemption, with the proof that a local administrator can or cannot take it."""
    example = str(next(iter(context.values())))
    means = _means(key, value, example, account_id)
    way = next(
        (a for a, resource, extra in means
         if scp_decision(levels, a, resource, administrator(account_id, org_id, "us-east-1", **extra)).allowed),
        None,
    )  # fmt: skip
    kind = "any principal matching" if "*" in value or "?" in value else "the principal"
    words = f"{kind} {value} is exempt" + (
        f", and a local administrator can become it with {way}."
        if way
        else " and cannot be taken by a local administrator."
    )
    return Exemption(value, key, example, way is not None, words[0].upper() + words[1:])


def _means(key: str, value: str, example: str, account_id: str) -> list[tuple[str, str, dict[str, Any]]]:
    """(action, resource, context) of what a local administrator would call to take an exemption."""
    if key.startswith("aws:principaltag/"):
        tag = key.removeprefix("aws:principaltag/")
        extra = {f"aws:RequestTag/{tag}": example, "aws:TagKeys": [tag]}
        return [("iam:TagRole", f"arn:aws:iam::{account_id}:role/probe-administrator", extra)]
    resource = example.split(":", 5)[-1]
    if key != "aws:principalarn" or resource == "root" or resource.startswith(_RESERVED):
        return []
    if resource.startswith("user/"):
        return [("iam:CreateUser", example, {}), ("iam:CreateAccessKey", example, {})]
    return [("iam:CreateRole", example, {}), ("iam:UpdateAssumeRolePolicy", example, {})]
