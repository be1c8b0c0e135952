"""Which services users, roles and accounts used and when: reports that AWS makes on request, one job for each."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from orienteer.model import Answer, Ask, Call, Column, Outcome, Place, Question, Scope, Table, together
from orienteer.policy.rights.capability import may_rise
from orienteer.policy.rights.identity import identity
from orienteer.tables.iam import AWS_POLICIES, AWS_POLICY_VERSIONS, DETAILS
from orienteer.tables.organization_tree import LIST_MEMBERS, LIST_ROOTS, LIST_UNITS, read_accounts
from orienteer.tables.organizations import LIST_ACCOUNTS, ORGANIZATION

GENERATE = Call(
    "iam", "generate_service_last_accessed_details", fixed={"Granularity": "SERVICE_LEVEL"}, absent={"NoSuchEntity"}
)
GET = Call("iam", "get_service_last_accessed_details")
GENERATE_ACCOUNT = Call(
    "iam",
    "generate_organizations_access_report",
    actions=(
        "iam:GenerateOrganizationsAccessReport",
        "organizations:DescribePolicy",
        "organizations:ListChildren",
        "organizations:ListParents",
        "organizations:ListPoliciesForTarget",
        "organizations:ListRoots",
        "organizations:ListTargetsForPolicy",
    ),
)
"""AWS asks for these rights: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html"""
GET_ACCOUNT = Call("iam", "get_organizations_access_report")
POLICY_VERSION = AWS_POLICY_VERSIONS.call

FULL = frozenset({"ReportGenerationLimitExceeded", "ReportGenerationLimitExceededException"})
"""As many reports as AWS makes at a time are being made: one is asked for again when others are done."""
AT_ONCE = 20
"""Reports of one account that are being made at the same time."""
WAITS = (0.2, 0.5, 1.0, 1.0, 2.0, 3.0, 5.0, 8.0, *[10.0] * 10)
"""Seconds between two looks at reports of which none is ready; 121 in all, begun anew when one is."""
SERVICE_ROLES = "/aws-service-role/"
"""The path of roles whose permissions are AWS's own."""
_OF_PAGE = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")


# --- jobs


def reports(
    ask: Ask, questions: Sequence[Question], get: Call, sleep: Callable[[float], None] = time.sleep
) -> dict[str, Answer]:
    """By resource of the questions, each of which starts a job: the pages of the finished report, or the answer that
    says why there is none.

    Where the first is refused nothing more is asked: that answer then stands alone, for all.  Gives up where no report
    was finished for 121 seconds.
    """
    found, idle = dict[str, Answer](), 0
    waiting, running = {question.resource: question for question in questions}, dict[str, str]()
    while waiting or running:
        before, begun = len(found), bool(found or running)
        first = list(waiting)[: AT_ONCE - len(running)] if begun else list(waiting)[:1]
        for name, made in zip(first, together(ask, [waiting[n] for n in first]), strict=True):
            if made.outcome is Outcome.DENIED and not begun:
                return {"": replace(made, resource="")}
            if made.outcome is Outcome.OK and made.page.get("JobId"):
                running[name] = str(made.page["JobId"])
            elif made.error_code not in FULL or idle == len(WAITS):
                found[name] = _without_job(made)
        waiting = {name: question for name, question in waiting.items() if name not in found and name not in running}
        if waiting and not begun and running:
            continue
        looks = [Question(get, name, {"JobId": job}) for name, job in running.items()]
        for name, seen in zip(list(running), together(ask, looks), strict=True):
            if idle == len(WAITS) or not _is_being_made(seen):
                found[name] = _finished(seen)
        running = {name: job for name, job in running.items() if name not in found}
        idle = 0 if len(found) > before else idle + 1
        if running or (waiting and idle):
            sleep(WAITS[max(idle - 1, 0)])
    return found


def _is_being_made(answer: Answer) -> bool:
    return answer.outcome is Outcome.OK and answer.page.get("JobStatus") == "IN_PROGRESS"


def _without_job(answer: Answer) -> Answer:
    """The answer that started no job; one that is in order and names none is a gap."""
    if answer.outcome is not Outcome.OK:
        return answer
    return replace(answer, outcome=Outcome.FAILED, error_code="NoJobId", message="the answer names no job", pages=())


def _finished(answer: Answer) -> Answer:
    """The answer of a job that is completed; one that failed, or is not ready, as the gap that it is."""
    status = answer.page.get("JobStatus")
    if answer.outcome is not Outcome.OK or status == "COMPLETED":
        return answer
    if status == "IN_PROGRESS":
        late = f"the report was not ready after {sum(WAITS):.0f} s"
        return replace(answer, outcome=Outcome.UNAVAILABLE, error_code="JobInProgress", message=late, pages=())
    error = answer.page.get("Error") or answer.page.get("ErrorDetails") or {}
    code, message = str(error.get("Code") or f"Job{str(status).title()}"), str(error.get("Message") or "")
    return replace(answer, outcome=Outcome.FAILED, error_code=code, message=message, pages=())


# --- users and roles


def _read(
    ask: Ask, place: Place, powerful: bool, sleep: Callable[[float], None]
) -> Iterator[Mapping[str, Any] | Answer]:
    details = ask(DETAILS)
    if not details.outcome.known:
        yield details
        return
    people = [arn for arn, strong in _in_use(ask, details) if strong is powerful]
    asked = [Question(GENERATE, arn, {"Arn": arn}) for arn in people]
    for arn, answer in reports(ask, asked, GET, sleep).items():
        if answer.outcome is Outcome.OK:
            told = [one for page in answer.pages for one in page.get("ServicesLastAccessed") or ()]
            yield {"principal_arn": arn, "completed_at": answer.page.get("JobCompletionDate"), **_services(told, _SEEN)}
        elif answer.outcome is Outcome.ABSENT:
            yield {"principal_arn": arn, "outcome": Outcome.ABSENT.value}
        else:
            yield answer


def read_powerful(
    ask: Ask, place: Place, sleep: Callable[[float], None] = time.sleep
) -> Iterator[Mapping[str, Any] | Answer]:
    """One row per user and per role in use whose policies name what makes an administrator, or could not be read."""
    return _read(ask, place, True, sleep)


def read_others(
    ask: Ask, place: Place, sleep: Callable[[float], None] = time.sleep
) -> Iterator[Mapping[str, Any] | Answer]:
    """One row per user and per role in use that `read_powerful` leaves out."""
    return _read(ask, place, False, sleep)


def _in_use(ask: Ask, details: Answer) -> Iterator[tuple[str, bool]]:
    """ARN of each user, and of each role that was used in the tracked period and is not AWS's own, and whether it may
    be powerful: its statements name every action of a known way to all rights, whatever takes them away again."""
    users, groups, roles, policies = ([i for page in details.pages for i in page.get(key) or ()] for key in _OF_PAGE)
    roles = [role for role in roles if _is_used(role)]
    by_name = {group.get("GroupName"): group for group in groups}
    texts = {policy.get("Arn"): _default(policy) for policy in policies}
    texts |= _texts_of_aws(ask, {arn for one in (*users, *groups, *roles) for arn in _attached(one)} - texts.keys())
    for one in users:
        held = [by_name[name] for name in one.get("GroupList") or () if name in by_name]
        yield str(one.get("Arn")), _may_be_powerful([one, *held], texts)
    for one in roles:
        yield str(one.get("Arn")), _may_be_powerful([one], texts)


def _is_used(role: Mapping[str, Any]) -> bool:
    return not str(role.get("Path")).startswith(SERVICE_ROLES) and bool(
        (role.get("RoleLastUsed") or {}).get("LastUsedDate")
    )


def _attached(holder: Mapping[str, Any]) -> list[str]:
    return [str(one.get("PolicyArn")) for one in holder.get("AttachedManagedPolicies") or ()]


def _default(policy: Mapping[str, Any]) -> Any:
    versions = policy.get("PolicyVersionList") or ()
    return next((one.get("Document") for one in versions if one.get("IsDefaultVersion")), None)


def _texts_of_aws(ask: Ask, wanted: Iterable[str]) -> dict[str, Any]:
    """The documents of these policies of AWS by ARN, as far as they can be read; other tables ask the same."""
    named = set(wanted)
    listed = [i for page in (ask(AWS_POLICIES.call).pages if named else ()) for i in page.get("Policies") or ()]
    found = [one for one in listed if one.get("Arn") in named]
    asked = [
        Question(
            POLICY_VERSION,
            str(one.get("PolicyName")),
            {"PolicyArn": one.get("Arn"), "VersionId": one.get("DefaultVersionId")},
        )
        for one in found
    ]
    pairs = zip(found, together(ask, asked), strict=True)
    return {one["Arn"]: (text.page.get("PolicyVersion") or {}).get("Document") for one, text in pairs}


def _may_be_powerful(holders: Sequence[Mapping[str, Any]], texts: Mapping[str, Any]) -> bool:
    own = [
        one.get("PolicyDocument")
        for holder in holders
        for key in ("UserPolicyList", "GroupPolicyList", "RolePolicyList")
        for one in holder.get(key) or ()
    ]
    documents = [*own, *(texts.get(arn) for holder in holders for arn in _attached(holder))]
    return None in documents or may_rise(identity([("", document) for document in documents]))


_SEEN = ("LastAuthenticated", "LastAuthenticatedRegion")
_SEEN_BY_ACCOUNT = ("LastAuthenticatedTime", "Region")


def _services(told: Iterable[Mapping[str, Any]], names: tuple[str, str]) -> dict[str, Any]:
    """The services of a report: all that are allowed, and those that were called, as columns."""
    at, where = names
    listed = [one for one in told if one.get("ServiceNamespace")]
    used = [
        {"service": one["ServiceNamespace"], "last_used_at": one[at], "region": one.get(where)}
        for one in listed
        if one.get(at)
    ]
    return {"allowed": sorted({one["ServiceNamespace"] for one in listed}), "used": used}


_COLUMNS = (
    Column("allowed", "", "json", "namespaces of the services that it may call by its policies"),
    Column("used", "", "json", "those that it called in the tracked period: list of {service, last_used_at, region}"),
    Column("completed_at", "", "timestamp", "when AWS made the report; activity shows in it after up to four hours"),
)
_OF_PRINCIPALS = (Column("principal_arn", "", "string", "ARN of the user or role"), *_COLUMNS)

SERVICE_LAST_ACCESSED = Table(
    name="iam_service_last_accessed",
    doc="One row per user, and per role used in the tracked period, whose policies may make it administrator: which "
    "services it called last, when and where; ABSENT for one deleted since it was listed.",
    scope=Scope.ACCOUNT,
    call=GENERATE,
    also=(GET, DETAILS, AWS_POLICIES.call, POLICY_VERSION),
    columns=_OF_PRINCIPALS,
    resource="principal_arn",
    arn="principal_arn",
    read=read_powerful,
)
OTHERS_LAST_ACCESSED = Table(
    name="iam_service_last_accessed_others",
    doc="The same of every other user and role that was used; read where the params say `last_accessed: all`.",
    scope=Scope.ACCOUNT,
    call=GENERATE,
    also=(GET, DETAILS, AWS_POLICIES.call, POLICY_VERSION),
    columns=_OF_PRINCIPALS,
    resource="principal_arn",
    arn="principal_arn",
    read=read_others,
)


# --- accounts


def read_accounts_accessed(
    ask: Ask, place: Place, sleep: Callable[[float], None] = time.sleep
) -> Iterator[Mapping[str, Any] | Answer]:
    """One row per active account of the organization; a gap for each whose place in the tree or report was not read."""
    organization = ask(ORGANIZATION.call)
    named = (organization.page.get("Organization") or {}).get("Id")
    if not organization.outcome.known:
        yield organization
    if named is None:
        return
    accounts = dict[str, str]()
    for one in read_accounts(ask, place):
        if isinstance(one, Answer):
            yield one
        elif one.get("gap"):
            yield {"account": one["id"], "outcome": one["outcome"], "gap": one["gap"]}
        elif one.get("ou_ids") and one["state"] in (None, "ACTIVE"):
            accounts[str(one["id"])] = "/".join((named, *json.loads(one["ou_ids"]), str(one["id"])))
    asked = [Question(GENERATE_ACCOUNT, account, {"EntityPath": path}) for account, path in accounts.items()]
    for account, answer in reports(ask, asked, GET_ACCOUNT, sleep).items():
        if answer.outcome is Outcome.OK:
            told = [one for page in answer.pages for one in page.get("AccessDetails") or ()]
            made = answer.page.get("JobCompletionDate")
            yield {"account": account, "completed_at": made, **_services(told, _SEEN_BY_ACCOUNT)}
        else:
            yield answer


ACCOUNTS_LAST_ACCESSED = Table(
    name="iam_organizations_access_reports",
    doc="One row per active account of the organization: which services its principals called last, when and where, of "
    "those that service control policies allow it.",
    scope=Scope.ORG,
    call=GENERATE_ACCOUNT,
    also=(GET_ACCOUNT, ORGANIZATION.call, LIST_ACCOUNTS, LIST_ROOTS, LIST_UNITS, LIST_MEMBERS),
    columns=(Column("account", "", "string", "account id"), *_COLUMNS),
    resource="account",
    account="account",
    read=read_accounts_accessed,
)
