"""Small questions about a role's trust policy: whom it names, and how firmly external id, MFA and source bind them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from orienteer.partitions import partition_of
from orienteer.policy.language.conditions import NEGATIONS, Condition
from orienteer.policy.language.document import Document, Statement, parse
from orienteer.policy.language.match import Principal, Request, action_matches, allowed
from orienteer.policy.language.patterns import is_fixed
from orienteer.policy.language.text import Policy

Kind = Literal[
    "everyone", "account", "user", "role", "session", "deleted", "service", "saml", "oidc", "canonical", "unknown"
]
Strength = Literal["strong", "none", "optional", "pattern", "short", "guessable"]
Mfa = Literal["required", "age", "optional", "none"]

_ASSUMING = ("sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity")
_ARN = re.compile(r"arn:[\w-]+:(iam|sts)::(\d{12}):([^/]+)(?:/(.+))?")
_CENTER = re.compile(r"arn:[^:]+:iam::[^:/]+:role/aws-reserved/sso\.amazonaws\.com/")
_ID = re.compile(r"A[A-Z0-9]{3}[A-Z0-9]{12,}")
_NAMED: Mapping[str, Kind] = {
    "user": "user",
    "role": "role",
    "assumed-role": "session",
    "federated-user": "session",
    "saml-provider": "saml",
    "oidc-provider": "oidc",
}
_SOURCES = ("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths")
_WORDS = frozenset(
    [
        "abc",
        "abcd",
        "abcde",
        "access",
        "account",
        "admin",
        "administrator",
        "app",
        "assume",
        "audit",
        "aws",
        "bucket",
        "changeme",
        "client",
        "cloud",
        "company",
        "corp",
        "customer",
        "data",
        "default",
        "demo",
        "dev",
        "example",
        "ext",
        "external",
        "externalid",
        "foo",
        "bar",
        "group",
        "hello",
        "id",
        "inc",
        "integration",
        "key",
        "letmein",
        "login",
        "monitor",
        "monitoring",
        "my",
        "new",
        "partner",
        "party",
        "pass",
        "password",
        "prod",
        "production",
        "qwerty",
        "role",
        "sample",
        "saas",
        "secret",
        "security",
        "service",
        "share",
        "shared",
        "staging",
        "strong",
        "temp",
        "test",
        "testing",
        "the",
        "third",
        "token",
        "trust",
        "unique",
        "user",
        "vendor",
        "welcome",
        "xyz",
    ]
)


@dataclass(frozen=True)
class Trusted:
    """One principal of one allowing statement, in one form whatever form it is written in.

    `account` stands for an account id and its root ARN alike; `deleted` for the unique id a deleted user or role left.
    """

    kind: Kind
    value: str
    account_id: str
    name: str
    sid: str
    statement: int

    @property
    def identity_center(self) -> bool:
        """Whether it is a role of IAM Identity Center; nobody else can create one under that path."""
        return self.kind == "role" and self.name.startswith("aws-reserved/sso.amazonaws.com/")


@dataclass(frozen=True)
class ExternalId:
    """How well an external id protects a statement, with the weakest value that satisfies it."""

    strength: Strength
    operator: str
    values: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class ServiceTrust:
    """A service that may assume the role; `bound_by` the source keys holding it to an owner, `loose` the rest."""

    service: str
    sid: str
    statement: int
    bound_by: tuple[str, ...]
    loose: tuple[str, ...]


def trusted(policy: Policy) -> tuple[Trusted, ...]:
    """Everybody the trust policy names in statements that allow assuming the role. NotPrincipal is everyone."""
    return tuple(
        _trusted(kind, value, statement)
        for statement in _granting(parse(policy))
        for kind, value in (statement.principals if statement.principals is not None else (("AWS", "*"),))
    )


def canonical(value: str) -> tuple[Kind, str, str]:
    """(kind, account id, name with path) of an AWS principal in any of its forms."""
    text = value.strip()
    if text == "*":
        return "everyone", "", ""
    if re.fullmatch(r"\d{12}", text):
        return "account", text, ""
    if _ID.fullmatch(text):
        return "deleted", "", text
    found = _ARN.fullmatch(text)
    if found is None:
        return "unknown", "", text
    _, account, kind, name = found.groups()
    if kind == "root" and name is None:
        return "account", account, ""
    return _NAMED.get(kind, "unknown"), account, name or ""


def external_id(
    statement: Statement,
    *,
    min_length: int = 8,
    names: Iterable[str] = (),
    accounts: Iterable[str] = (),
    denies: Iterable[Statement] = (),
) -> ExternalId:
    """How well the statement's external id protects it: the best of its conditions, the worst of a condition's values.

    `denies` are the policy's Denies: one that refuses everybody without a certain id demands it (`denies_of`).
    `names` are company and product names an id must not consist of, `accounts` account ids it must not contain.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
    """
    found = [condition for condition in statement.conditions if condition.key == "sts:externalid"]
    wanted = (demanded(deny, statement, "sts:assumerole") for deny in denies)
    found += [one for one in wanted if one is not None and one.key == "sts:externalid"]
    known = _WORDS | {_letters(name) for name in names} | {_letters(part) for name in names for part in name.split()}
    graded = [_graded(condition, min_length, known, tuple(accounts)) for condition in found]
    order: Sequence[Strength] = ("strong", "short", "guessable", "pattern", "optional", "none")
    nothing = ExternalId("none", "", (), "No external id is asked for.")
    return min(graded, key=lambda one: order.index(one.strength), default=nothing)


def denies_of(policy: Policy) -> tuple[Statement, ...]:
    """The Denies of a trust policy."""
    return tuple(statement for statement in parse(policy).statements if statement.effect == "Deny")


def demanded(deny: Statement, allow: Statement, action: str) -> Condition | None:
    """What the Deny demands of all whom the Allow names when they call the action, as a condition of the Allow."""
    one = deny.conditions[0] if len(deny.conditions) == 1 else None
    missing = one is not None and one.operator == "null" and {value.lower() for value in one.values} == {"true"}
    if one is None or not (one.negated or missing) or one.qualifier == "foranyvalue":
        return None
    everybody = deny.principals is not None and ("AWS", "*") in deny.principals
    refused = everybody or (allow.principals is not None and set(allow.principals) <= set(deny.principals or ()))
    if not refused or not action_matches(deny, action):
        return None
    if missing:
        return replace(one, values=("false",))
    return replace(one, operator=NEGATIONS[one.operator], if_exists=False, qualifier="")


def mfa(policy: Policy, who: Trusted) -> Mfa:
    """Whether this principal must have signed in with MFA, found by asking without it; Deny statements count.

    `age` means that only the age of the sign-in is limited, `optional` that a missing key passes.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
    """
    document = parse(policy)
    statements = tuple(s for s in document.statements if s.effect == "Deny" or s.index == who.statement)
    alone = Document(document.version, statements, (), f"{who.statement}: {document.text}")
    plain = _request(alone, who, {})
    without = [plain, _request(alone, who, {"aws:multifactorauthpresent": ("false",)})]
    keys = {c.key for s in statements for c in s.conditions if c.key.startswith("aws:multifactorauth")}
    if not any(allowed([alone], request).allowed for request in without):
        return "required" if "aws:multifactorauthpresent" in keys else "age" if keys else "none"
    return "optional" if "aws:multifactorauthpresent" in keys else "age" if keys else "none"


def through_identity_center(policy: Policy, who: Trusted) -> bool:
    """True if roles of IAM Identity Center alone get in by this principal: it names one, or a condition asks for them.

    https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
    """
    statement = statement_of(policy, who)
    added = (demanded(deny, statement, "sts:assumerole") for deny in denies_of(policy))
    conditions = (*statement.conditions, *(one for one in added if one is not None))
    return who.identity_center or any(
        one.key == "aws:principalarn"
        and certain(one)
        and one.operator != "null"
        and all(_CENTER.match(value) for value in one.values)
        for one in conditions
    )


def service_trusts(policy: Policy) -> tuple[ServiceTrust, ...]:
    """Each service that may assume the role, with what binds it to one owner's resources.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    return tuple(
        ServiceTrust(value, statement.sid, statement.index, *_sources(statement))
        for statement in _granting(parse(policy))
        for kind, value in statement.principals or ()
        if kind == "Service"
    )


def statement_of(policy: Policy, who: Trusted) -> Statement:
    """The statement that names the principal."""
    return next(s for s in parse(policy).statements if s.index == who.statement and s.effect == "Allow")


def certain(condition: Condition) -> bool:
    """Whether a request without the key fails the condition: neither negated, nor IfExists, nor ForAllValues."""
    return not (condition.negated or condition.if_exists or condition.qualifier == "forallvalues")


def _granting(document: Document) -> tuple[Statement, ...]:
    return tuple(
        s for s in document.statements if s.effect == "Allow" and any(action_matches(s, action) for action in _ASSUMING)
    )


def _trusted(kind: str, value: str, statement: Statement) -> Trusted:
    form, account, name = canonical(value)
    if kind == "Service":
        form, account, name = "service", "", value
    elif kind == "CanonicalUser":
        form, account, name = "canonical", "", value
    elif kind == "Federated" and form not in ("saml", "oidc", "everyone"):
        form, account, name = "oidc", "", value
    return Trusted(form, value, account, name, statement.sid, statement.index)


def _graded(condition: Condition, min_length: int, known: frozenset[str], accounts: Sequence[str]) -> ExternalId:
    values = ", ".join(condition.values)

    def grade(strength: Strength, words: str) -> ExternalId:
        return ExternalId(strength, condition.operator, condition.values, words)

    if condition.operator == "null":
        asked = "false" in {value.lower() for value in condition.values}
        return grade("pattern", "Any external id will do.") if asked else grade("none", "No external id is asked for.")
    if condition.negated:
        return grade("none", f"Any external id but {values} will do.")
    if not certain(condition):
        return grade("optional", "A request without an external id passes too.")
    wild = condition.operator in ("stringlike", "arnlike", "arnequals")
    if any(wild and not is_fixed(value) for value in condition.values):
        return grade("pattern", f"The external id may be anything that matches {values}.")
    if any(_guessable(value, known, accounts) for value in condition.values):
        return grade("guessable", f"The external id {values} can be guessed.")
    if any(len(value) < min_length for value in condition.values):
        return grade("short", f"The external id {values} has fewer than {min_length} characters.")
    return grade("strong", "The external id is exact and long enough.")


def _guessable(value: str, known: frozenset[str], accounts: Sequence[str]) -> bool:
    """Whether the value is an account id, a row of digits, a policy variable, or words that anybody would try."""
    if "${" in value or re.search(r"(?<!\d)\d{12}(?!\d)", value) or any(account in value for account in accounts):
        return True
    letters = _letters(value)
    if not letters:
        digits = re.sub(r"\D", "", value)
        return len(set(digits)) <= 2 or digits in "01234567890123456789" or digits in "98765432109876543210"
    return _made_of(letters, known)


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


def _made_of(text: str, words: frozenset[str]) -> bool:
    """Whether the text is a row of the words."""
    reached = {0}
    for at in range(len(text)):
        if at in reached:
            reached |= {at + len(word) for word in words if word and text.startswith(word, at)}
    return len(text) in reached


@lru_cache(maxsize=4096)
def _asked(document: Document) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Values that meet the positive conditions of the document, those about MFA left out."""
    return tuple(
        (c.key, (c.values[0].replace("*", "probe").replace("?", "x"),))
        for s in document.statements
        for c in s.conditions
        if c.values and not c.negated and c.operator != "null" and not c.key.startswith("aws:multifactorauth")
        if s.effect == "Allow"
    )


def _request(document: Document, who: Trusted, more: Mapping[str, tuple[str, ...]]) -> Request:
    """The principal's call of its statement, everything but MFA as the statement asks for it."""
    statement = next(s for s in document.statements if s.index == who.statement)
    action = next(action for action in _ASSUMING if action_matches(statement, action))
    kind = {"service": "Service", "saml": "Federated", "oidc": "Federated"}.get(who.kind, "AWS")
    value = f"arn:{partition_of(who.value)}:iam::{who.account_id}:role/probe" if who.kind == "account" else who.value
    return Request(action, "*", {**dict(_asked(document)), **more}, Principal(kind, value, who.account_id))


def _sources(statement: Statement) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(keys that bind a service to an owner, source keys that are there but do not)."""
    present = [condition for condition in statement.conditions if condition.key in _SOURCES]
    bound = {c.key for c in present if certain(c) and all(_fixes_owner(c.key, value) for value in c.values)}
    return tuple(sorted(bound)), tuple(sorted({condition.key for condition in present} - bound))


def _fixes_owner(key: str, value: str) -> bool:
    """Whether a value of a source key belongs to one owner; ARNs without an account (S3) must name the resource."""
    if key == "aws:sourcearn":
        fields = value.split(":", 5)
        return len(fields) == 6 and is_fixed(fields[4] or fields[5].partition("/")[0])
    return is_fixed(value.partition("/")[0] if key == "aws:sourceorgpaths" else value)
