"""Questions that only people can answer, one row each, with what AWS shows beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from orienteer.facts.fact import Fact, Join
from orienteer.facts.guarded import ORGANIZATION_TYPE
from orienteer.facts.organization import NOWHERE, told_by
from orienteer.facts.seen import Cells, Row
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import ROOT_USER, cells_of, keys_at
from orienteer.model import KEYS
from orienteer.parameters import Client
from orienteer.words import counted

PROVIDER_QUESTIONS: Mapping[str, str] = {
    "assurance_reports": "Did somebody read the assurance reports of AWS (SOC, ISO, C5) in the last year, and what "
    "followed from them? Ask the risk owner for the notes.",
    "agreements": "Are the agreements in force that law or contract ask for, such as a data processing addendum? Ask "
    "the legal department which ones are needed.",
    "crown_jewels": "Which workloads and data would hurt most to lose, and in which accounts are they? Ask the "
    "business owners for the list.",
    "threat_model": "Is there a threat model of the cloud platform, and when was it last changed? Ask the security "
    "architect to show it.",
    "risk_register": "Does the risk register hold cloud risks, each with an owner and a date? Ask the risk owner for "
    "the entries.",
}
RECOVERY_QUESTIONS: Mapping[str, str] = {
    "identity_provider": "Can people sign in to AWS when the identity provider is down? Ask the platform team to show "
    "the way in and when it was last tried.",
    "recovery_objectives": "Are recovery time and recovery point set for each crown jewel? Ask the business owners for "
    "the figures.",
    "regional_failover": "Was a failover from the main region tested, and did it meet the objectives? Ask for the "
    "report of the last test.",
    "infrastructure_code": "Can the infrastructure code and the pipeline be reached when an account is lost? Ask where "
    "they are kept and who holds a copy.",
    "other_domains": "Which domain names are registered elsewhere, and are they locked and renewed automatically? Ask "
    "the owner of DNS for the list.",
}
REVIEW_QUESTIONS: Mapping[str, str] = {
    "access_review": "When were groups, administrators and third parties last reviewed, and by whom? Ask the identity "
    "team for the record.",
    "exception_register": "Does a register hold exceptions from guardrails and accepted findings, each with an owner "
    "and an end date? Compare it with those listed here.",
    "internal_audit": "When did internal audit last look at the cloud, and are its findings closed? Ask for the "
    "report.",
}
RESPONSE_QUESTIONS: Mapping[str, str] = {
    "tabletop": "Was an incident in AWS rehearsed in the last year? Ask the incident lead for the date and what was "
    "changed after it.",
    "leaked_key": "Is there a runbook for a leaked access key? Ask to see it, and who used it last.",
    "public_data": "Is there a runbook for a data store that was open to everyone? Ask to see it.",
    "ransomware": "Is there a runbook for ransomware in storage and backups? Ask to see it.",
    "revoke_sessions": "Do responders know how to end the sessions of a role and of Identity Center? Ask one of them "
    "to show it.",
}
ASKED = (*KEYS, "question")


def asked_of(organization: Source, questions: Mapping[str, str]) -> Iterator[Cells]:
    """One row per question, under the management account."""
    home = told_by(organization.first("management_account_id"), organization)
    for name, question in questions.items():
        yield Cells(keys_at(home, name), question=question)


def _provider(organization: Source, *, provider_questions: Mapping[str, str] = PROVIDER_QUESTIONS) -> Iterator[Cells]:
    yield from asked_of(organization, provider_questions)


def agreements_accepted(row: Row) -> tuple[str, ...]:
    """The agreements with AWS that are in force, by name."""
    return tuple(sorted({str(one.name) for one in row.agreements if one.state == "ACTIVE"}))


PROVIDER = Fact(
    "provider_questions",
    "One row per question about AWS as a provider, with the agreements that are in force.",
    rows=_provider,
    made=ASKED,
    joins=(Join("artifact_agreements", many="agreements", on={}, place=NOWHERE),),
    columns=(agreements_accepted,),
    hidden=frozenset({"agreements"}),
    resource_type=ORGANIZATION_TYPE,
)


def _recovery(
    organization: Source, route53_domains: Source, *, recovery_questions: Mapping[str, str] = RECOVERY_QUESTIONS
) -> Iterator[Cells | Gap]:
    """The domain names that are registered through Route 53, then the questions."""
    for row in route53_domains.rows:
        keys = cells_of(row)
        yield Cells(keys, question=None, **{name: row[name] for name in _OF_DOMAIN}, resource_type=DOMAIN)
    for one in asked_of(organization, recovery_questions):
        yield Cells(one, **dict.fromkeys(_OF_DOMAIN), resource_type=ORGANIZATION_TYPE)
    yield from route53_domains.gaps


_OF_DOMAIN = ("auto_renew", "transfer_lock", "expires_at")
DOMAIN = "AWS::Route53Domains::Domain"


def _is_question(row: Row) -> bool:
    return row.question is not None


def has_identity_center(row: Row) -> bool:
    """People sign in through an instance of Identity Center."""
    return any(one.owned for one in row.instances)


def users_with_password(row: Row) -> tuple[str, ...]:
    """IAM users that can sign in without the identity provider, as account/name."""
    found = (one for one in row.users if one.password_enabled and one.user != ROOT_USER)
    return tuple(sorted({f"{one.account_id}/{one.user}" for one in found}))


RECOVERY = Fact(
    "recovery_questions",
    "One row per domain name and per question about recovery, with the users who can sign in without a provider.",
    rows=_recovery,
    made=(*ASKED, *_OF_DOMAIN, "resource_type"),
    joins=(
        Join("sso_instances", many="instances", on={}, place=NOWHERE, only=_is_question),
        Join("iam_credential_report", many="users", on={}, place=NOWHERE, only=_is_question),
    ),
    columns=(has_identity_center, users_with_password),
    hidden=frozenset({"instances", "users"}),
    resource_type=ORGANIZATION_TYPE,
)


def _review(organization: Source, *, review_questions: Mapping[str, str] = REVIEW_QUESTIONS) -> Iterator[Cells]:
    yield from asked_of(organization, review_questions)


def exceptions_found(row: Row) -> tuple[str, ...]:
    """Accounts that guardrails leave out."""
    return tuple(sorted({str(one.node_name) for one in row.left_out if one.kind == "Account"}))


def archive_rules(row: Row) -> tuple[str, ...]:
    """Rules of Access Analyzer that archive findings unseen, as account/analyzer/rule."""
    named = {f"{one.account_id}/{one.analyzer_name}/{one.rule_name}" for one in row.rules if one.rule_name}
    return tuple(sorted(named))


def accepted_in_params(row: Row, *, client: Client, as_of: pd.Timestamp) -> tuple[str, ...]:
    """What the client's own params file excuses: each exception with its key, and its age or end as far as it says."""
    return tuple(
        f"{key}: {_excuse(one)} ({_dated(one, as_of)})" for key, found in client.excused.items() for one in found
    )


DATED = ("since", "end", "end_date", "expires")
"""Where an exception of the params file says since when or until when it holds."""


def _excuse(one: Any) -> str:
    """What an exception is about: its values, without the dates."""
    given = one if isinstance(one, Mapping) else {"": one}
    return ", ".join(str(value) for key, value in given.items() if key not in DATED)


def _dated(one: Any, as_of: pd.Timestamp) -> str:
    given = {key: one[key] for key in DATED if one.get(key)} if isinstance(one, Mapping) else {}
    return ", ".join(_words(key, str(day), as_of) for key, day in given.items()) or "without a date"


def _words(key: str, day: str, as_of: pd.Timestamp) -> str:
    moment = pd.to_datetime(day, utc=True, errors="coerce")
    if pd.isna(moment):
        return f"{key} is no date"
    count = int((as_of - moment) // pd.Timedelta(days=1))
    if key == "since":
        return f"for {counted(count, 'day')}"
    return f"ends in {counted(-count, 'day')}" if count < 0 else f"ended {counted(count, 'day')} ago"


REVIEW = Fact(
    "review_questions",
    "One row per review that is due, with the exceptions that were found.",
    rows=_review,
    made=ASKED,
    joins=(
        Join("exceptions", many="left_out", on={}, place=NOWHERE),
        Join("accessanalyzer_archive_rules", many="rules", on={}, place=NOWHERE),
    ),
    columns=(exceptions_found, archive_rules, accepted_in_params),
    hidden=frozenset({"left_out", "rules"}),
    resource_type=ORGANIZATION_TYPE,
)
