"""One question: who asks for what, the resource behind it, and which context keys are known, missing or open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from orienteer.ask.answer import LAYERS
from orienteer.ask.caller import Caller
from orienteer.ask.estate import Estate
from orienteer.ask.known import Account, Person, Thing
from orienteer.ask.services import ASSUMING, GLOBAL_SERVICES, GRANTED_BY_KEY, OF_ALIASES, ROOT_ACCESS, WITH_POLICIES
from orienteer.partitions import account_of, home_region
from orienteer.policy.guardrails.chain import ask as request_of
from orienteer.policy.language.match import Request, action_matches

_ABSENT = ("aws:assumedroot", "aws:calledvia", "aws:calledviafirst", "aws:calledvialast")
"""Keys of a session for another account's root user, and of calls that a service makes for a principal."""
_SOURCES = ("aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceowner")
_SERVICES = ("aws:principalservicename", "aws:principalservicenameslist")
_POINT = ("s3:dataaccesspointarn", "s3:dataaccesspointaccount", "s3:accesspointnetworkorigin")
_ROLE_ONLY = (
    *("ec2:sourceinstancearn", "ec2:roledelivery", "aws:ec2instancesourcevpc", "aws:ec2instancesourceprivateipv4"),
    *("lambda:sourcefunctionarn", "sts:rolesessionname", "aws:federatedprovider", "aws:sourceidentity"),
)


@dataclass(frozen=True, slots=True)
class Question:
    """A request with what is known around it.

    owner: the account of the resource; empty where it is not known.  thing: the resource, if the estate holds it.
    role: the role whose trust policy decides.  can_hold: resources of this type can have a policy, so one that the
    estate does not hold was not read.  closed: keys, and families of keys, that the request is known to lack.
    chosen: keys that nobody told, whose values are tried.
    """

    estate: Estate
    caller: Caller
    action: str
    resource: str
    owner: str
    thing: Thing | None
    role: Person | None
    can_hold: bool
    request: Request
    closed: frozenset[str]
    layers: tuple[str, ...]
    chosen: frozenset[str] = frozenset()

    def is_open(self, key: str) -> bool:
        """True if nobody knows the key's value, nor whether the request has it."""
        if key in self.request.context or key in self.closed:
            return False
        family = key.partition("/")[0]
        return f"{family}/" not in self.closed if "/" in key else True

    @property
    def names_one(self) -> bool:
        """True if it asks about one resource, not about a call in general."""
        fields = self.resource.split(":", 5)
        name = fields[5].partition("/")[0] if len(fields) == 6 and fields[2] == "s3" else fields[-1]
        return len(fields) == 6 and "*" not in name

    @property
    def needs_resource(self) -> bool:
        """True if the resource's policy must let in even its own account: a role's trust, a KMS key's."""
        kind = self.role is not None or self.action.lower() in ASSUMING or self.service == GRANTED_BY_KEY
        return (kind and self.can_hold and self.names_one) or self.action.lower() == ROOT_ACCESS

    @property
    def same_account(self) -> bool:
        return bool(self.caller.account) and self.caller.account == self.owner

    @property
    def owner_account(self) -> Account | None:
        return self.estate.accounts.get(self.owner)

    @property
    def service(self) -> str:
        return self.action.partition(":")[0].lower()

    def on(self, resource: str) -> Question:
        """The same question about another resource behind it."""
        return replace(self, resource=resource, request=replace(self.request, resource=resource))


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked for: the same for every caller."""

    action: str
    resource: str
    owner: str
    thing: Thing | None
    role: Person | None
    can_hold: bool
    facts: Mapping[str, tuple[str, ...]]
    closed: frozenset[str]


def target_of(estate: Estate, action: str, resource: str, owner: str | None) -> Target:
    """The resource looked up, with the keys that tell of it."""
    if action.lower() not in OF_ALIASES:
        resource = estate.aliases.get(resource, resource)
    trusting = action.lower() in ASSUMING
    role = estate.people.get(resource) if trusting else None
    role = role if role is not None and role.kind == "role" else None
    thing = None if trusting else _thing(estate, resource)
    written = account_of(resource)  # that of AWS's own policies is "aws"
    account = owner or (thing.account if thing else role.account if role else written if written.isdigit() else "")
    fields = resource.split(":", 5)
    kinds = WITH_POLICIES.get(fields[2], ()) if len(fields) == 6 else ()
    can_hold = len(fields) == 6 and not fields[5].startswith("*") and (trusting or fields[5].startswith(kinds))
    facts, closed = _of_resource(estate, action, resource, account, thing, role)
    return Target(action, resource, account, thing, role, can_hold, facts, closed)


def _thing(estate: Estate, resource: str) -> Thing | None:
    """The resource that the ARN names or lies in (an object's bucket, a version's function); the longest name wins."""
    found = estate.things.get(resource)
    text = resource
    while found is None and text.count(":") >= 5:
        cut = max(text.rfind("/"), text.rfind(":"))
        text = text[:cut]
        found = estate.things.get(text)
    fields = resource.split(":", 5)
    if found is None and len(fields) == 6 and fields[2] == "glue":  # databases and tables are the catalog's
        return estate.things.get(":".join((*fields[:5], "catalog")))
    return found


def _of_resource(
    estate: Estate, action: str, resource: str, owner: str, thing: Thing | None, role: Person | None
) -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
    """Keys that tell of the resource, and those that are known to be missing."""
    facts: dict[str, tuple[str, ...]] = {}
    closed: set[str] = set()
    account = estate.accounts.get(owner)
    if owner:
        facts["aws:resourceaccount"] = facts["s3:resourceaccount"] = (owner,)
    if account is not None and estate.organization:
        facts["aws:resourceorgid"] = (estate.organization,)
        if account.paths:
            facts["aws:resourceorgpaths"] = account.paths
    elif account is not None and estate.organization_known:
        closed |= {"aws:resourceorgid", "aws:resourceorgpaths"}
    tags = thing.tags if thing else role.tags if role else None
    service = action.partition(":")[0].lower()
    if tags is not None and service != "s3":
        for family in ("aws:resourcetag/", f"{service}:resourcetag/", "iam:resourcetag/"):
            facts |= {f"{family}{name.lower()}": (value,) for name, value in tags.items()}
            closed.add(family)
    if service == "s3" and thing and thing.bucket:
        origin = "VPC" if thing.vpc else "Internet"
        facts |= dict(zip(_POINT, ((thing.arn,), (thing.account,), (origin,)), strict=True))
    elif service == "s3" and not is_point(resource):
        closed |= {*_POINT}
    region = _region(action, resource, thing)
    if region:
        facts["aws:requestedregion"] = (region,)
    return facts, frozenset(closed)


def is_point(resource: str) -> bool:
    """True of an S3 access point, one of several regions too, and of what is in it."""
    return ":accesspoint/" in resource and resource.split(":", 3)[2] in ("s3", "s3-object-lambda")


def _region(action: str, resource: str, thing: Thing | None) -> str:
    """The region that the call goes to; empty where it is not known."""
    fields, service = resource.split(":", 5), action.partition(":")[0].lower()
    partition = fields[1] if len(fields) == 6 else "aws"
    if service in GLOBAL_SERVICES:
        return home_region(service, partition)
    return (fields[3] if len(fields) == 6 and "*" not in fields[3] else "") or (thing.region if thing else "")


def with_caller(
    estate: Estate,
    caller: Caller,
    target: Target,
    context: Mapping[str, Any],
    layers: tuple[str, ...] = LAYERS,
    chosen: Mapping[str, Any] = MappingProxyType({}),
) -> Question:
    """The question of this caller about the target; the context stands over what the estate tells.

    chosen: values of keys that neither tells, to be tried.
    """
    context = {**context, **chosen}
    caller = _in_session(caller, target, context)
    known, closed = _of_caller(estate, caller)
    if target.action.lower() in ASSUMING:
        known.pop("sts:rolesessionname", None)
    owner = target.owner
    if not owner and caller.signs and not target.can_hold:
        owner = caller.account
        known |= _in_account(estate, owner)
    told = request_of(target.action, target.resource, context)
    asked = {str(key).lower() for key in context}
    request = _completed(told, asked, {**known, **target.facts, **_of_context(estate, told.context)})
    closed |= target.closed | asked | _by_network(told.context)
    return Question(
        estate,
        caller,
        target.action,
        target.resource,
        owner,
        target.thing,
        target.role,
        target.can_hold,
        request,
        frozenset(closed - set(request.context)),
        layers,
        frozenset(chosen),
    )


def _in_session(caller: Caller, target: Target, context: Mapping[str, Any]) -> Caller:
    """The role's session that the context names; the caller itself where it names none, or one that is yet to begin."""
    name = next((v for k, v in context.items() if k.lower() == "sts:rolesessionname"), None)
    if caller.kind != "role" or caller.session or not name or target.action.lower() in ASSUMING:
        return caller
    return caller.as_session(name if isinstance(name, str) else str(next(iter(name))))


def _in_account(estate: Estate, account: str) -> dict[str, tuple[str, ...]]:
    """Keys of a call whose resource lies in this account."""
    known: dict[str, tuple[str, ...]] = {"aws:resourceaccount": (account,)}
    if estate.organization and account in estate.accounts:
        known["aws:resourceorgid"] = (estate.organization,)
    return known


def _completed(told: Request, asked: set[str], known: Mapping[str, tuple[str, ...]]) -> Request:
    """The request with what else is known; what was `asked` with stands over that, with or without a value."""
    values = {key: value for key, value in {**known, **told.context}.items() if key not in asked or key in told.context}
    return replace(told, context={key: value for key, value in values.items() if value})


def _by_network(told: Mapping[str, tuple[str, ...]]) -> set[str]:
    """A call through a VPC endpoint carries no aws:SourceIp; one from an address comes through no endpoint.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip
    """
    if told.get("aws:sourcevpce") or told.get("aws:sourcevpc"):
        return {"aws:sourceip"}
    return {"aws:sourcevpce", "aws:sourcevpc", "aws:vpcsourceip"} if told.get("aws:sourceip") else set()


def _of_context(estate: Estate, told: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """What follows from the caller's own keys: the endpoint's VPC and owner, the organization of a source account.

    And of a call through services, the first and the last of them.
    """
    found: dict[str, tuple[str, ...]] = {}
    endpoint = estate.endpoints.get(next(iter(told.get("aws:sourcevpce", ())), ""))
    if endpoint is not None and endpoint.vpc:
        found["aws:sourcevpc"] = (endpoint.vpc,)
    if endpoint is not None and endpoint.account:
        found["aws:vpceaccount"] = (endpoint.account,)
        found |= {f"aws:vpce{k}": v for k, v in _organization(estate, endpoint.account).items()}
    through = told.get("aws:calledvia", ())
    if through:
        found["aws:viaawsservice"] = ("true",)
        found["aws:calledviafirst"], found["aws:calledvialast"] = (through[0],), (through[-1],)
    source = next(iter(told.get("aws:sourceaccount", ())), "")
    return found | {f"aws:source{k}": v for k, v in _organization(estate, source).items()}


def _organization(estate: Estate, number: str) -> dict[str, tuple[str, ...]]:
    """The organization of an account and its paths in it, as far as they are known."""
    account = estate.accounts.get(number)
    if account is None or not estate.organization:
        return {}
    return {"orgid": (estate.organization,), **({"orgpaths": account.paths} if account.paths else {})}


def _of_caller(estate: Estate, caller: Caller) -> tuple[dict[str, tuple[str, ...]], set[str]]:
    """Keys that every direct call of this caller over TLS carries, and those that it lacks."""
    at = estate.moment
    known: dict[str, tuple[str, ...]] = {
        "aws:securetransport": ("true",),
        "aws:currenttime": (at.strftime("%Y-%m-%dT%H:%M:%SZ"),),
        "aws:epochtime": (str(int(at.timestamp())),),
        "aws:viaawsservice": ("false",),
        "aws:principalisawsservice": ("true" if caller.kind == "service" else "false",),
    }
    closed = set(_ABSENT)
    if caller.kind == "service":
        known["aws:principalservicename"] = known["aws:principalservicenameslist"] = (caller.text,)
        return known, closed | _SIGNED | {"aws:principaltag/", "aws:sourceip", "aws:sourcevpc", "aws:sourcevpce"}
    closed |= {*_SOURCES, *_SERVICES}
    if caller.kind == "anonymous":
        known |= {"aws:principaltype": ("Anonymous",), "aws:userid": ("anonymous",)}
    if not caller.signs:
        return known, closed | _SIGNED | {"aws:principaltag/"}
    known |= _identity(estate, caller, closed)
    return known, closed


_SIGNED = frozenset(
    f"aws:{name}"
    for name in (
        *("principalaccount", "principalarn", "principalorgid", "principalorgpaths", "principaltype", "userid"),
        *("username", "multifactorauthpresent", "multifactorauthage", "tokenissuetime", "assumedroot"),
    )
)


def _identity(estate: Estate, caller: Caller, closed: set[str]) -> dict[str, tuple[str, ...]]:
    """Keys that tell who signs."""
    account, person = estate.accounts.get(caller.account), caller.person
    known: dict[str, tuple[str, ...]] = {
        "aws:principalarn": (caller.arn,),
        "aws:principalaccount": (caller.account,),
        "kms:calleraccount": (caller.account,),
        "aws:sourceowner": (caller.account,),
        "aws:principaltype": (_TYPES[caller.kind],),
    }
    if account is not None and estate.organization:
        known["aws:principalorgid"] = (estate.organization,)
        if account.paths:
            known["aws:principalorgpaths"] = account.paths
    elif account is not None and estate.organization_known:
        closed |= {"aws:principalorgid", "aws:principalorgpaths"}
    elif caller.organization:
        known["aws:principalorgid"] = (caller.organization,)
        known["aws:principalorgpaths"] = (
            caller.path if "/" in caller.path else f"{caller.organization}/r-stra/ou-stra-stranger/",
        )
    if caller.kind == "root":
        known["aws:userid"] = (caller.account,)
        closed |= {"aws:principaltag/", "aws:username", *_ROLE_ONLY}
    elif caller.kind == "federated user":
        known["aws:userid"] = (f"{caller.account}:{caller.arn.partition('/')[2]}",)
        closed.add("aws:username")
    elif caller.kind == "user":
        known["aws:username"] = (caller.arn.rpartition("/")[2],)
        closed |= {*_ROLE_ONLY}
    else:
        closed.add("aws:username")
        if caller.session:
            known["sts:rolesessionname"] = (caller.session.rpartition("/")[2],)
    if person is not None:
        known |= _person(person, caller, closed)
    return known


_TYPES = {"user": "User", "role": "AssumedRole", "root": "Account", "federated user": "FederatedUser"}


def _person(person: Person, caller: Caller, closed: set[str]) -> dict[str, tuple[str, ...]]:
    """Unique id and tags; a role's session may bring further tags where its trust policy lets them in."""
    known: dict[str, tuple[str, ...]] = {}
    if person.unique_id and person.kind == "user":
        known["aws:userid"] = (person.unique_id,)
    elif person.unique_id:  # a session that nobody named has a name like no other
        known["aws:userid"] = (f"{person.unique_id}:{caller.session.rpartition('/')[2] or 'any-session'}",)
    if person.tags is not None:
        known |= {f"aws:principaltag/{name.lower()}": (value,) for name, value in person.tags.items()}
        if person.kind == "user" or not takes_tags(person):
            closed.add("aws:principaltag/")
    return known


def takes_tags(role: Person) -> bool:
    """True if sessions of the role may carry tags of their own, or its trust policy was not read."""
    return bool(role.trust.gaps) or any(
        statement.effect == "Allow" and action_matches(statement, "sts:tagsession")
        for _, document in role.trust.named
        for statement in document.statements
    )
