"""Services last accessed: which services users, roles and accounts may call, which they called, where and when.

AWS counts attempts, refused ones too, for at least 400 days; what is allowed goes by the policies of the principal
alone, of an account by its service control policies alone.
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from orienteer.facts.fact import Fact, Join
from orienteer.facts.organization import NOWHERE
from orienteer.facts.powers import SERVICE_ROLES
from orienteer.facts.seen import Cells, Row, Unseen
from orienteer.facts.source import Gap, Source
from orienteer.facts.users import since
from orienteer.facts.values import cells_of, documents, names_in, not_asked
from orienteer.model import GLOBAL, KEYS
from orienteer.parameters import Client

API = "iam:GenerateServiceLastAccessedDetails"
POWERFUL, OTHERS, ACCOUNTS = (
    "iam_service_last_accessed",
    "iam_service_last_accessed_others",
    "iam_organizations_access_reports",
)
LEFT_OUT: Mapping[str, frozenset[str]] = {
    "none": frozenset({POWERFUL, OTHERS, ACCOUNTS}),
    "powerful": frozenset({OTHERS}),
    "all": frozenset(),
}
"""The tables that are not read, by what the params say of `last_accessed`."""
CHOSEN: Mapping[str, str] = {
    "none": "it was agreed to request no reports on last access",
    "powerful": "it was agreed to request reports on last access for powerful users and roles only",
    "all": "",
}
"""Why reports are not there, by the same choice."""


def _principals(
    iam_user_details: Source,
    iam_roles: Source,
    iam_service_last_accessed: Source,
    iam_service_last_accessed_others: Source,
    *,
    client: Client,
    as_of: pd.Timestamp,
) -> Iterator[Cells | Gap]:
    """One row per user and role; service-linked roles, whose permissions are AWS's, are left out."""
    reports = (iam_service_last_accessed, iam_service_last_accessed_others)
    for source, kind in ((iam_user_details, "user"), (iam_roles, "role")):
        for row in source.rows:
            if not str(row["path"] or "/").startswith(SERVICE_ROLES):
                place = Cells(cells_of(row), kind=kind, region=GLOBAL)
                yield Cells(place, **_principal(row, kind, reports, client, as_of))
        yield from source.gaps


TOLD = ("allowed", "used", "services_allowed", "services_used", "never_used", "idle_days")
"""What a report tells of a principal: which services its policies let it call, which of them it called in the tracked
period, how many they are, which it never called, and how many days have passed since its last call."""


def _principal(
    row: Cells, kind: str, reports: tuple[Source, Source], client: Client, as_of: pd.Timestamp
) -> Mapping[str, Any]:
    arn, account = row["resource_arn"], row["account_id"]
    key = {"account_id": account, "principal_arn": arn}
    found = next((one for source in reports for one in source.find(key)), None)
    if found is not None and found["completed_at"] is not None:
        return {"is_asked": True, **_told(names_in(found["allowed"]), _used(found["used"]), as_of)}
    if kind == "role" and row["last_used_at"] is None:  # nobody asks for more: it called nothing
        nothing = dict.fromkeys(TOLD) | {"used": (), "services_used": 0}
        return {"is_asked": False, **nothing}
    gaps = frozenset({f"{API} NoSuchEntity (account {account}, region {GLOBAL}, resource {arn})"})
    if found is None:
        gaps = _hidden(reports, account, arn, client)
    return {"is_asked": False, **dict.fromkeys(TOLD, Unseen(gaps))}


def _told(allowed: tuple[str, ...], used: Sequence[Mapping[str, Any]], as_of: pd.Timestamp) -> Mapping[str, Any]:
    called = {one["service"] for one in used}
    return {
        "allowed": allowed,
        "used": used,
        "services_allowed": len(allowed),
        "services_used": len(used),
        "never_used": tuple(name for name in allowed if name not in called),
        "idle_days": since(as_of, used[0]["last_used_at"]) if used else None,
    }


def _hidden(reports: Iterable[Source], account: str, arn: str, client: Client) -> frozenset[str]:
    """The gaps behind a report that is not there; what the params leave out is said once for all accounts."""
    left, gaps = LEFT_OUT[client.last_accessed], set[str]()
    for source in reports:
        gaps |= source.hidden(account, "", arn) if source.name not in left else set()
    if not gaps:
        chosen = not_asked(API, "all", GLOBAL, CHOSEN[client.last_accessed])
        gaps.add(chosen if left else not_asked(API, account, GLOBAL, "it was not there when reports were asked for"))
    return frozenset(gaps)


def _used(text: Any) -> tuple[Mapping[str, Any], ...]:
    """The services called, the latest first: service, last_used_at, region."""
    told = (one for one in documents(text) if isinstance(one, Mapping) and one.get("service"))
    found = [{**one, "last_used_at": pd.Timestamp(one["last_used_at"])} for one in told]
    return tuple(sorted(found, key=lambda one: (-one["last_used_at"].value, one["service"])))


def found_unused(row: Row) -> tuple[str, ...]:
    """What Access Analyzer has open findings of: UnusedPermission, UnusedIAMRole, ..."""
    open_ = (one.finding_type for one in row.analyzer_findings if one.status == "ACTIVE")
    return tuple(sorted({kind for kind in open_ if str(kind).startswith("Unused")}))


LAST_ACCESSED = Fact(
    "last_accessed",
    "One row per user and role: the services that its policies allow, and those that it called in the last 400 days.",
    rows=_principals,
    made={
        **dict.fromkeys(("", *KEYS, "kind"), ("iam_user_details", "iam_roles")),
        **dict.fromkeys(("is_asked", *TOLD), ("iam_user_details", "iam_roles", POWERFUL, OTHERS)),
    },
    joins=(
        Join(
            "principals",
            {"is_administrator": "is_admin", "rises_by": "combinations"},
            on={"account_id": "account_id", "resource_arn": "resource_arn"},
        ),
        Join("accessanalyzer_findings", many="analyzer_findings", on={"resource": "resource_arn"}, place=NOWHERE),
    ),
    columns=(found_unused,),
    hidden=frozenset({"allowed", "analyzer_findings"}),
    resource_type="AWS::IAM::Role",
)


Calls = Mapping[str, Mapping[str, Any]]
"""What was called, by service: service, last_used_at, region."""


def calls(last_accessed: Source) -> dict[str, Calls | Unseen]:
    """By ARN of each user and role what it called, or why that is not known."""
    return {
        str(row["resource_arn"]): row["used"] if isinstance(row["used"], Unseen) else _by_service(row["used"])
        for row in last_accessed.rows
    }


def calls_in(iam_organizations_access_reports: Source) -> dict[str, Calls]:
    """By account what anybody in it called, of the accounts whose reports came."""
    rows = iam_organizations_access_reports.rows
    return {row["account_id"]: _by_service(_used(row["used"])) for row in rows if row["completed_at"] is not None}


def _by_service(used: Iterable[Mapping[str, Any]]) -> Calls:
    return {one["service"]: one for one in used}


# --- a row per service


def _service_use(last_accessed: Source, *, as_of: pd.Timestamp) -> Iterator[Cells | Gap]:
    """One row per service that a user or role called; where that was not seen, a gap for each text and account."""
    gaps = dict[Gap, None]()
    for row in last_accessed.rows:
        if isinstance(row["used"], Unseen):
            for text in sorted(row["used"].gaps):
                gaps[Gap(row["account_id"], "", row["resource_id"] if row["resource_arn"] in text else "", text)] = None
        else:
            yield from (Cells(cells_of(row, "kind"), **_called(one, as_of)) for one in row["used"])
    yield from gaps
    yield from last_accessed.gaps


def _called(one: Mapping[str, Any], as_of: pd.Timestamp) -> dict[str, Any]:
    at = one["last_used_at"]
    return {
        "service": one["service"],
        "last_used_at": at,
        "last_used_region": one["region"],
        "service_idle_days": since(as_of, at),
    }


_OF_USE = (*KEYS, "service", "last_used_at", "last_used_region", "service_idle_days")
SERVICE_USE = Fact(
    "service_use",
    "One row per user or role and service that it called in the last 400 days: when last, and in which region.",
    rows=_service_use,
    made=(*_OF_USE, "kind"),
    resource_type="AWS::IAM::Role",
)


def _account_use(iam_organizations_access_reports: Source, *, as_of: pd.Timestamp) -> Iterator[Cells | Gap]:
    for row in iam_organizations_access_reports.rows:
        place = Cells(cells_of(row), region=GLOBAL)
        yield from (Cells(place, **_called(one, as_of)) for one in _used(row["used"]))
    yield from iam_organizations_access_reports.gaps


ACCOUNT_SERVICE_USE = Fact(
    "account_service_use",
    "One row per account of the organization and service that anybody in it called in the last 400 days.",
    rows=_account_use,
    made=_OF_USE,
)
