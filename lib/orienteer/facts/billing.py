"""How the bill is read: what is exported out of the management account, and who may look there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from orienteer.facts.fact import Fact
from orienteer.facts.guarded import ORGANIZATION_TYPE
from orienteer.facts.organization import told_by
from orienteer.facts.powers import SERVICE_ROLES
from orienteer.facts.seen import Cells, Partial, Row, Unseen, either
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import keys_at, not_asked
from orienteer.model import GLOBAL, KEYS
from orienteer.parameters import Client
from orienteer.policy import parse
from orienteer.policy.rights.escalation import Principal

BILLING_POLICIES = ("job-function/Billing", "AWSBillingReadOnlyAccess")
"""AWS's own policies for people who read or pay the bill.
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBillingReadOnlyAccess.html"""
BILLING_SERVICES = frozenset(
    {
        "account",
        "aws-portal",
        "bcm-data-exports",
        "bcm-pricing-calculator",
        "billing",
        "billingconductor",
        "budgets",
        "ce",
        "consolidatedbilling",
        "cost-optimization-hub",
        "cur",
        "freetier",
        "invoicing",
        "payments",
        "pricing",
        "purchase-orders",
        "savingsplans",
        "sustainability",
        "tax",
    }
)
"""The services that a role for the bill alone has to do with.
https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/migrate-granularaccess-iam-mapping-reference.html"""
BILLS = "billing"
READING = frozenset({"aws-portal", "billing", "ce", "consolidatedbilling", "cur"})


def _billing(
    organization: Source,
    principals: Source,
    cur_reports: Source,
    data_export_destinations: Source,
    s3_buckets: Source,
    *,
    client: Client,
) -> Iterator[Cells | Gap]:
    """One row, in an organization."""
    home, named = organization.first("management_account_id"), organization.first("organization_id")
    if named is None:
        return
    if not isinstance(home, str):
        told = told_by(home, organization)
        yield from (Gap(told, GLOBAL, BILLS, gap.text) for gap in organization.gaps)
        return
    listed = [row for row in principals.find({"account_id": home}) if row["kind"] in ("user", "role")]
    people = [row for row in listed if not str(row["path"]).startswith(SERVICE_ROLES)]
    unlisted = principals.hidden(home)
    if not listed and not unlisted:
        unlisted = frozenset({not_asked("iam:GetAccountAuthorizationDetails", home, GLOBAL)})
    read = [row for row in people if not isinstance(row["identity"], Unseen)]
    unread = (row[name] for row in people for name in ("identity", "is_admin"))
    unlisted = unlisted.union(*(cell.gaps for cell in unread if isinstance(cell, Unseen)))
    yield Cells(
        keys_at(home, BILLS),
        exports_outside=_outside(home, cur_reports, data_export_destinations, s3_buckets, client.regions),
        billing_principals=Partial(
            tuple(r["resource_id"] for r in read if _takes_people(r["identity"]) and bills(r["identity"])), unlisted
        ),
        administrators=Partial(tuple(r["resource_id"] for r in people if r["is_admin"] is True), unlisted),
    )


def _takes_people(who: Principal) -> bool:
    """True if it is not for services of AWS alone."""
    trusted = [kind for one in parse(who.trust).statements for kind, _ in one.principals or ()]
    return who.kind == "user" or any(kind != "Service" for kind in trusted)


def bills(who: Principal) -> bool:
    """True if it may read the bill and has nothing to do with anything but billing."""
    if any(str(name).endswith(BILLING_POLICIES) for name, _ in who.policies):
        return all(str(name).endswith(BILLING_POLICIES) or _is_billing(text) for name, text in who.policies)
    found = {service for _, text in who.policies for service in _services(text)}
    return bool(found & READING) and found <= BILLING_SERVICES


def _is_billing(text: Any) -> bool:
    return set(_services(text)) <= BILLING_SERVICES


def _services(text: Any) -> Iterable[str]:
    """The services of what a policy allows; `*` of one that allows whatever it does not list."""
    for statement in (s for s in parse(text).statements if s.effect == "Allow"):
        yield from (a.partition(":")[0].lower() for a in statement.actions or ("*",))


def _outside(home: str, reports: Source, exports: Source, buckets: Source, regions: Sequence[str]) -> Partial:
    """The exports of the management account that go to buckets of other accounts.

    A bucket that was not found is not its own, unless it lies in a region in which no buckets were looked at.
    """
    elsewhere = not_asked("s3:ListBuckets", home, "any other", "the other regions are not part of this assessment")
    rows = [row for row in (*reports.rows, *exports.rows) if row["bucket"]]
    gaps, found = reports.hidden() | exports.hidden(), []
    for row in (row for row in rows if row["account_id"] == home):
        named = row.get("bucket_owner")
        owners = {named} if named else {one["account_id"] for one in buckets.find({"bucket": row["bucket"]})}
        looked_at = not regions or row["bucket_region"] in regions
        unread = buckets.hidden(home) | (frozenset() if looked_at else {elsewhere})
        unlisted = frozenset[str]() if owners else unread
        if not unlisted and home not in owners:
            found.append(f"{row['resource_id']} to {row['bucket']}")
        gaps |= unlisted
    if any(row["account_id"] != home for row in rows):
        gaps |= {not_asked("cur:DescribeReportDefinitions", home, GLOBAL)}
    return Partial(tuple(found), gaps)


def is_apart(row: Row) -> bool:
    """The bill can be read without the rights of an administrator."""
    return either(lambda: bool(row.exports_outside), lambda: bool(row.billing_principals))


BILLING = Fact(
    "billing_access",
    "One row: what tells others of the bill, and who in the management account may read it.",
    rows=_billing,
    made=(*KEYS, "exports_outside", "billing_principals", "administrators"),
    columns=(is_apart,),
    resource_type=ORGANIZATION_TYPE,
)
