"""Who may do certain things to a resource by its own policy, Deny statements taken off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orienteer.partitions import partition_of
from orienteer.policy.language.actions import expand
from orienteer.policy.language.conditions import Condition
from orienteer.policy.language.document import Document, Statement, parse
from orienteer.policy.language.match import Principal, Request, action_matches, allowed
from orienteer.policy.language.text import Policy
from orienteer.policy.trust.roles import Kind, canonical, certain

# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
WRITES = ("s3:PutObject", "s3:PutObjectAcl", "s3:ReplicateObject")
DELETES = ("s3:DeleteObject", "s3:DeleteObjectVersion", "s3:DeleteBucket", "s3:PutLifecycleConfiguration")
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html
REMOVALS = ("organizations:RemoveAccountFromOrganization", "organizations:LeaveOrganization",
            "organizations:CloseAccount", "organizations:DeleteOrganization")  # fmt: skip
_OWNERS = ("aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount")
_SOURCES = ("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths")


@dataclass(frozen=True)
class Grantee:
    """A principal that the policy lets do at least one of the actions; `bound_by` the keys that hold it to an owner."""

    kind: Kind
    value: str
    account_id: str
    actions: tuple[str, ...]
    conditions: tuple[str, ...]
    bound_by: tuple[str, ...]
    sid: str
    statement: int


@dataclass(frozen=True)
class Delegation:
    """One allowing statement of an organization's delegation policy and how far it goes (DA-04)."""

    sid: str
    statement: int
    principals: tuple[str, ...]
    everyone: bool
    org_bound: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    condition_keys: tuple[str, ...]
    policy_types: tuple[str, ...]
    removals: tuple[str, ...]
    everything: bool


def grantees(policy: Policy, actions: Sequence[str], resources: Sequence[str]) -> tuple[Grantee, ...]:
    """Everybody named who may do any of the actions on any of the resources, Deny statements taken off.

    Each grant is tried with a request that meets its own conditions. Resources are ARNs without wildcards (the bucket
    and an object in it, for instance); objects that the statement itself names are tried too. NotPrincipal is everyone.
    """
    document = parse(policy)
    return tuple(
        grantee
        for statement in document.statements
        if statement.effect == "Allow"
        for kind, value in (statement.principals if statement.principals is not None else (("AWS", "*"),))
        if (grantee := _grantee(document, statement, (kind, value), actions, resources)) is not None
    )


def delegations(policy: Policy) -> tuple[Delegation, ...]:
    """Each allowing statement of the organization's resource policy, with what it hands over."""
    return tuple(_delegation(s) for s in parse(policy).statements if s.effect == "Allow")


def _grantee(
    document: Document, statement: Statement, named: tuple[str, str], actions: Sequence[str], resources: Sequence[str]
) -> Grantee | None:
    own = [r.replace("*", "probe").replace("?", "x") for r in statement.resources or () if "${" not in r and r != "*"]
    tried = [*resources, *(r for r in own if any(_within(r, given) for given in resources))]
    kind, account, caller = _caller(*named, resources)
    context = _meeting(statement, caller)
    held = tuple(
        action
        for action in actions
        if action_matches(statement, action.lower())
        and any(_only(document, statement, Request(action, resource, context, caller)) for resource in tried)
    )
    if not held:
        return None
    keys = tuple(sorted({condition.key for condition in statement.conditions}))
    bound = tuple(sorted({c.key for c in statement.conditions if c.key in (*_OWNERS, *_SOURCES) and certain(c)}))
    return Grantee(kind, named[1], account, held, keys, bound, statement.sid, statement.index)


def _only(document: Document, statement: Statement, request: Request) -> bool:
    """Whether this statement, against the document's denies, allows the request."""
    kept = tuple(s for s in document.statements if s.effect == "Deny" or s is statement)
    return allowed([Document(document.version, kept, (), "")], request).allowed


def _within(resource: str, given: str) -> bool:
    """Whether the resource is the given one or lies in it (an object in its bucket)."""
    return resource == given or resource.startswith(f"{given.partition('/')[0]}/")


def _caller(kind: str, value: str, resources: Sequence[str]) -> tuple[Kind, str, Principal]:
    """(kind, account, caller in the matcher's form) of a named principal; a whole account calls through some role."""
    if kind == "Service":
        return "service", "", Principal("Service", value)
    form, account, _ = canonical(value)
    if kind != "AWS":
        return ("canonical" if kind == "CanonicalUser" else "oidc"), account, Principal(kind, value)
    arn = value
    if form in ("account", "everyone"):
        account = account or "000000000000"
        home = value if value.startswith("arn:") else next(iter(resources), "")
        arn = f"arn:{partition_of(home)}:iam::{account}:role/probe"
    return form, account if form != "everyone" else "", Principal("AWS", arn, account)


def _meeting(statement: Statement, caller: Principal) -> Mapping[str, tuple[str, ...]]:
    """A context that meets the statement's positive conditions, with what the caller's identity adds."""
    base: dict[str, tuple[str, ...]] = {"aws:securetransport": ("true",)}
    if caller.kind == "AWS":
        base |= {"aws:principalarn": (caller.value,), "aws:principalaccount": (caller.account,)}
    if caller.kind == "Service":
        base |= {"aws:principalisawsservice": ("true",), "aws:principalservicename": (caller.value,)}
    return base | {
        c.key: (_value(c),) for c in statement.conditions if c.values and not c.negated and c.operator != "null"
    }


def _value(condition: Condition) -> str:
    return condition.values[0].replace("*", "probe").replace("?", "x")


def _delegation(statement: Statement) -> Delegation:
    principals = statement.principals if statement.principals is not None else (("AWS", "*"),)
    patterns = statement.actions or ()
    real = _real(statement)
    keys = {condition.key for condition in statement.conditions}
    return Delegation(
        statement.sid, statement.index, tuple(value for _, value in principals),
        any(value == "*" for _, value in principals),
        any(c.key in _OWNERS and certain(c) for c in statement.conditions),
        patterns, statement.resources or (), tuple(sorted(keys)),
        tuple(v for c in statement.conditions if c.key == "organizations:policytype" for v in c.values),
        tuple(action for action in REMOVALS if action in real),
        action_matches(statement, "organizations:anythingnew"),
    )  # fmt: skip


def _real(statement: Statement) -> frozenset[str]:
    """The real actions of Organizations that the statement allows."""
    return frozenset(a for a in expand("organizations:*") if action_matches(statement, a.lower()))
