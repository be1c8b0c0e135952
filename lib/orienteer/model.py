"""The nouns every floor shares: what to ask AWS (Table), what came of it (Outcome), what we say about it (Status)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Protocol

EMPTY = "EmptyAnswer"
"""The code of an answer without content, of an operation that is no list; in a call's `absent` it means "not set"."""

KEYS = ("account_id", "region", "resource_id", "resource_arn")
GAP_COLUMNS = ("outcome", "gap")
GLOBAL = "global"
"""The region that rows of global services carry (IAM, Organizations, account-level S3, ...)."""

NOT_ENABLED = "RegionNotEnabled"
"""The code of the coverage row about a region that the params file names and the account has not enabled."""
NOT_OFFERED = "NotOffered"
"""The code of the coverage row about a service that AWS does not offer in a region: expected, and no gap."""
NO_QUESTION = (NOT_ENABLED, NOT_OFFERED)
"""Codes of coverage rows that count as no question to AWS."""

DTYPES: Mapping[str, str] = MappingProxyType(
    {
        "string": "string",
        "int": "Int64",
        "float": "Float64",
        "bool": "boolean",
        "timestamp": "datetime64[us, UTC]",
        "json": "string",
        "policy": "string",
        "policies": "string",
        "signs": "string",
    }
)
"""pandas dtype of each column type.  `json` is JSON text; `policy` that of one policy document and `policies` of a list
of {PolicyName, PolicyDocument}, where a document that says nothing is no answer; `signs` takes values that may be
secrets and keeps what they look like (aws/signs.py), never the values."""


class Scope(StrEnum):
    """How wide one reading of a table is."""

    ORG = "organization"
    ACCOUNT = "account"
    REGION = "region"


class Outcome(StrEnum):
    """What came of a call.  ABSENT is an answer ("not set"); DENIED, UNAVAILABLE and FAILED are gaps."""

    OK = "OK"
    ABSENT = "ABSENT"
    DENIED = "DENIED"
    UNAVAILABLE = "UNAVAILABLE"
    FAILED = "FAILED"

    @property
    def known(self) -> bool:
        return self in (Outcome.OK, Outcome.ABSENT)


KNOWN = frozenset(outcome.value for outcome in Outcome if outcome.known)
"""The outcomes that are an answer, as tables and coverage have them."""


class Status(StrEnum):
    PASS = "PASS"  # noqa: S105  # a verdict, not a password
    FAIL = "FAIL"
    MANUAL = "MANUAL"
    NOT_ASSESSED = "NOT_ASSESSED"


class Severity(StrEnum):
    """How bad a failure is, worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def grade(self) -> int:
        """The higher the worse."""
        return len(Severity) - list(Severity).index(self)


class Category(StrEnum):
    """The twelve categories of the Cloud Security Maturity Model, and one about the assessment itself."""

    GOVERNANCE = "governance"
    ORGANIZATION = "organization"
    IAM = "iam"
    MONITORING = "monitoring"
    NETWORK = "network"
    WORKLOAD = "workload"
    APPLICATION = "application"
    DATA = "data"
    RISK = "risk"
    RESILIENCE = "resilience"
    COMPLIANCE = "compliance"
    INCIDENT_RESPONSE = "incident_response"
    COVERAGE = "coverage"
    """What Orienteer says about itself; no category of the model, and counted in no pass and in no maturity."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, the JMESPath that finds it in an item of the answer, its type (a key of DTYPES).

    `required`: AWS always gives it, so a row without it is a gap.
    """

    name: str
    path: str = ""
    type: str = "string"
    doc: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A read call.

    `params` maps API parameters to columns of the parent row (or to `account_id` of the place asked about);
    `fixed` holds constant API parameters; `absent` the error codes that mean "not set", a code that may also mean
    something else as `Code: words` with a pattern that its message then has;
    `actions` the IAM actions it needs where they are not simply service:Operation.
    `shared`: the answer is the same from every account (an AWS managed policy version), so it is asked once.
    `pages`: at most so many pages are read (0: all); where there were more, the last one still holds their token.
    """

    service: str
    operation: str
    params: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    absent: frozenset[str] | set[str] = frozenset()
    actions: tuple[str, ...] = ()
    shared: bool = False
    pages: int = 0

    @property
    def api(self) -> str:
        """Operation name as AWS writes it: get_bucket_policy -> s3:GetBucketPolicy (exact case by botocore in aws/)."""
        return f"{self.service}:{''.join(part.capitalize() for part in self.operation.split('_'))}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call is made: an account, a region, and for a child table the row of its parent."""

    account_id: str
    region: str
    row: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What `ask` gives back: the pages that came, and how it ended.  Pages before an error are kept."""

    call: Call
    outcome: Outcome
    pages: tuple[Mapping[str, Any], ...] = ()
    error_code: str = ""
    message: str = ""
    account_id: str = ""
    region: str = ""
    resource: str = ""
    api: str = ""  # service:Operation as AWS writes it

    @property
    def page(self) -> Mapping[str, Any]:
        """The first page; empty when there is none."""
        return self.pages[0] if self.pages else {}

    @property
    def gap(self) -> str:
        """Text that names operation, error code, account and region; empty when the answer is known."""
        if self.outcome.known:
            return ""
        where = f"account {self.account_id or 'unknown'}, region {self.region}"
        about = f", resource {self.resource}" if self.resource else ""
        return f"{self.api or self.call.api} {self.error_code or self.outcome} ({where}{about})"


class Ask(Protocol):
    """The one way to AWS that a table's `read` function gets."""

    def __call__(self, call: Call, /, resource: str = "", **params: Any) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Question:
    """One of several calls that do not wait for each other."""

    call: Call
    resource: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


def together(ask: Ask, questions: Iterable[Question]) -> list[Answer]:
    """The answers in the order of the questions; asked at the same time where `ask` knows how (`ask.together`)."""
    at_once = getattr(ask, "together", None)
    if at_once is not None:
        return list(at_once(questions))
    return [ask(q.call, resource=q.resource, **q.params) for q in questions]


Read = Callable[[Ask, Place], Iterable["Mapping[str, Any] | Answer"]]
"""Yields rows (column name to value, plus resource_id / resource_arn / account_id / region where they differ from
the place); yields an Answer that is not known to record a gap (its `resource` becomes the gap's resource_id)."""


@dataclass(frozen=True, slots=True)
class Table:
    """What to read, as a value.

    items     JMESPath into every page giving the rows; empty: the whole answer is one row.
    resource  column that names the resource; without it: the parent's resource_id, else the account id.
    arn       column that holds the resource's ARN, or the form of it where AWS does not give one:
              "arn:{partition}:ec2:{region}::image/{resource_id}"; names in braces are columns.
    account   column whose value replaces account_id (organization tables about member accounts).
    region    column whose value replaces region (a bucket's own region), also where children are asked.
    parent    one call per known row of the parent; an unread parent row is inherited as a gap.
    keep      columns of the parent copied into each row.
    gap       column that, when not null, marks the row itself as unreadable (its text is the reason).
    read      for shapes that do not fit; `also` declares the further calls that it makes.
    when      column of the parent that must be true for the call to be made (the row is ABSENT otherwise).
    home      of an account's table: asked in the partition's home region, whichever regions the assessment is about.
    at        of an account's table: the region of the partition aws in which alone the service answers.
    """

    name: str
    doc: str
    scope: Scope
    call: Call
    columns: tuple[Column, ...]
    items: str = ""
    resource: str = ""
    arn: str = ""
    account: str = ""
    region: str = ""
    parent: Table | None = None
    keep: tuple[str, ...] = ()
    gap: str = ""
    read: Read | None = None
    also: tuple[Call, ...] = ()
    when: str = ""
    home: bool = False
    at: str = ""

    @property
    def calls(self) -> tuple[Call, ...]:
        return (self.call, *self.also)

    @property
    def schema(self) -> dict[str, str]:
        """Column name to column type, keys first, gap columns last."""
        kept = {name: self.parent.schema[name] for name in self.keep} if self.parent else {}
        keys = dict.fromkeys(KEYS, "string")
        return keys | kept | {c.name: c.type for c in self.columns} | dict.fromkeys(GAP_COLUMNS, "string")
