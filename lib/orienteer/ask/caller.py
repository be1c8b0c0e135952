"""Who asks: a principal's ARN, account, service, token issuer or nobody, looked up in the estate."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from orienteer.ask.estate import Estate
from orienteer.ask.known import Person
from orienteer.policy.language.match import Principal

Kind = Literal["user", "role", "root", "federated user", "service", "federated", "anonymous"]
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
ISSUERS = frozenset({"cognito-identity.amazonaws.com", "accounts.google.com", "graph.facebook.com", "www.amazon.com"})
"""Token issuers that stand in a Principal element by name."""
_ARN = re.compile(r"arn:(aws[\w-]*):(iam|sts)::(\d{12}):(.+)")
_SERVICE = re.compile(r"[a-z0-9][a-z0-9.-]*\.amazonaws\.com(\.cn)?|[a-z0-9-]+\.aws\.internal")


@dataclass(frozen=True, slots=True)
class Caller:
    """A caller.  `arn` is its aws:PrincipalArn, `session` the ARN of a session that was named.

    `held`: its own side is known: the estate has its policies, or it needs none.  `canonical` is its account's
    canonical user id, where that is known.  `federating`: a user that hands out a session with a policy of its own.
    `organization`: the one that somebody outside is taken to be in, `path` where in it.
    """

    text: str
    kind: Kind
    arn: str = ""
    account: str = ""
    person: Person | None = None
    session: str = ""
    held: bool = True
    partition: str = "aws"
    canonical: str = ""
    federating: bool = False
    organization: str = ""
    path: str = ""

    @property
    def signs(self) -> bool:
        """True of an IAM principal, whose requests are signed by an account."""
        return self.kind in ("user", "role", "root", "federated user")

    @property
    def names(self) -> tuple[Principal, ...]:
        """The principals of a policy that it may be named as."""
        if self.kind == "anonymous":
            return (Principal(""),)
        if self.kind in ("service", "federated"):
            return (Principal("Service" if self.kind == "service" else "Federated", self.text, self.account),)
        named = (Principal("AWS", self.arn, self.account),)
        return (*named, Principal("CanonicalUser", self.canonical, self.account)) if self.canonical else named

    def as_session(self, name: str) -> Caller:
        """The session of this name, of a role."""
        role = self.arn.rpartition("/")[2]
        return replace(self, session=f"arn:{self.partition}:sts::{self.account}:assumed-role/{role}/{name}")

    @property
    def service_linked(self) -> bool:
        """True of a role that AWS made for its service."""
        return self.kind == "role" and ":role/aws-service-role/" in self.arn


def caller_of(estate: Estate, principal: object) -> Caller | str:
    """The caller, or what is wrong with the principal."""
    found = _caller(estate, principal)
    account = None if isinstance(found, str) else estate.accounts.get(found.account)
    return replace(found, canonical=account.canonical) if account and account.canonical else found  # type: ignore[type-var]


def _caller(estate: Estate, principal: object) -> Caller | str:
    if not isinstance(principal, str) or not principal.strip():
        return f"{principal!r:.80} is not a principal"
    text = principal.strip()
    if text in ("*", "anonymous"):
        return Caller(text, "anonymous")
    if re.fullmatch(r"\d{12}", text):
        return _root(estate, text, estate.root(text), text, estate.partition(text))
    if text in ISSUERS:
        return Caller(text, "federated")
    if _SERVICE.fullmatch(text):
        return Caller(text, "service")
    found = _ARN.fullmatch(text)
    if found is None:
        return f"{text!r:.80} is not a principal: no ARN of a user, role, session or provider, no account, no service"
    return _of_arn(estate, text, *found.groups())


def _of_arn(estate: Estate, text: str, partition: str, service: str, account: str, resource: str) -> Caller | str:
    kind, _, rest = resource.partition("/")
    if service == "iam" and resource == "root":
        return _root(estate, text, text, account, partition)
    if service == "iam" and kind in ("user", "role") and rest:
        person = estate.people.get(text)
        return Caller(
            text, "user" if kind == "user" else "role", text, account, person, "", person is not None, partition
        )
    if service == "iam" and kind in ("oidc-provider", "saml-provider") and rest:
        return Caller(text, "federated", "", account, partition=partition)
    role, _, session = rest.partition("/")
    if service == "sts" and kind == "assumed-role" and role and session:
        person = estate.roles.get((account, role))
        arn = person.arn if person else f"arn:{partition}:iam::{account}:role/{role}"
        return Caller(text, "role", arn, account, person, text, person is not None, partition)
    if service == "sts" and kind == "federated-user" and rest:
        return Caller(text, "federated user", text, account, None, text, False, partition)
    return f"{text!r:.80} is not a principal that can make calls"


def _root(estate: Estate, text: str, arn: str, account: str, partition: str) -> Caller:
    return Caller(text, "root", arn, account, held=account in estate.accounts, partition=partition)
