"""The written table of planted faults: what each demo client must show, control by control, and what must pass.

It was derived from the catalogue's logic and the build plan, not from what the controls say. A test holds the findings
against it in both directions: every row has its finding (nothing missed), every FAIL, MANUAL and NOT_ASSESSED has its
row (nothing invented), and nothing that was refused passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .faults_harbour import HARBOUR_PASSES, HARBOUR_ROWS, HARBOUR_UNSEEN
from .faults_nordlicht import NORDLICHT_ROWS, NORDLICHT_UNSEEN
from .faults_nordlicht_passes import NORDLICHT_PASSES
from .faults_procedural import (
    HARBOUR_PROCEDURAL,
    HARBOUR_PROCEDURAL_PASSES,
    HARBOUR_PROCEDURAL_UNSEEN,
    NORDLICHT_PROCEDURAL,
    NORDLICHT_PROCEDURAL_PASSES,
)
from .faults_work import (
    HARBOUR_WORK,
    HARBOUR_WORK_PASSES,
    HARBOUR_WORK_UNSEEN,
    NORDLICHT_WORK,
    NORDLICHT_WORK_PASSES,
)
from .harbour import HARBOUR
from .nordlicht import NORDLICHT
from .plan import REGIONS, Account, Organization

SHOWN = ("FAIL", "MANUAL", "NOT_ASSESSED")


@dataclass(frozen=True)
class Planted:
    """One fault and where it must show. An empty account, region or resource means: wherever the control puts it.

    `resource` is a piece of the finding's resource id, ARN or evidence; `sure` is False where the catalogue leaves the
    control a choice: such a row may show and need not. `gaps`, of a row that is NOT_ASSESSED: every refused call
    that its reason must name, as "operation code account".
    """

    control_id: str
    account: str = ""
    region: str = ""
    resource: str = ""
    status: str = "FAIL"
    severity: str = ""
    sure: bool = True
    gaps: frozenset[str] = frozenset()


Finding = Mapping[str, Any]


def planted(plan: Organization) -> tuple[Planted, ...]:
    """All planted rows of a demo client."""
    written = (
        NORDLICHT_ROWS + NORDLICHT_WORK + NORDLICHT_PROCEDURAL
        if plan.slug == NORDLICHT.slug
        else HARBOUR_ROWS + HARBOUR_WORK + HARBOUR_PROCEDURAL
    )
    settings = (row for account in plan.accounts if account.audited for row in _settings(account))
    return (*_read(written), *settings, *unseen(plan))


def must_pass(plan: Organization) -> tuple[Planted, ...]:
    """Rows that must be PASS: the corner in a good state and the look-alikes of faults that are none."""
    nordlicht, harbour = (
        NORDLICHT_PASSES + NORDLICHT_WORK_PASSES + NORDLICHT_PROCEDURAL_PASSES,
        HARBOUR_PASSES + HARBOUR_WORK_PASSES + HARBOUR_PROCEDURAL_PASSES,
    )
    return tuple(_read(nordlicht if plan.slug == NORDLICHT.slug else harbour, "PASS"))


def unseen(plan: Organization) -> tuple[Planted, ...]:
    """Rows that must be NOT_ASSESSED, because the plan refuses what they rest on."""
    return tuple(
        _dark(
            plan,
            HARBOUR_UNSEEN + HARBOUR_WORK_UNSEEN + HARBOUR_PROCEDURAL_UNSEEN
            if plan.slug == HARBOUR.slug
            else NORDLICHT_UNSEEN,
        )
    )


def _dark(plan: Organization, written: str) -> Iterator[Planted]:
    """Rows of a table of what could not be seen: controls | account | region | resource | code calls [account]."""
    for line in filter(None, written.splitlines()):
        ids, account, region, resource, why = ("" if c.strip() == "-" else c.strip() for c in line.split("|"))
        code, *words = why.split()
        where = next((word for word in words if ":" not in word), account)
        gaps = frozenset(f"{call} {code} {plan.account(where).id}" for call in words if ":" in call)
        for one in ids.split():
            yield Planted(one, account, region, resource, "NOT_ASSESSED", gaps=gaps)


def _read(written: str, usual: str = "FAIL") -> Iterator[Planted]:
    """Rows of a written table: control | accounts | regions | resource | severity | status."""
    for line in filter(None, written.splitlines()):
        cells = [cell.strip() for cell in line.split("|")]
        cells += [""] * (6 - len(cells))
        control_id, accounts, regions, resource, severity, status = ("" if cell == "-" else cell for cell in cells)
        places = REGIONS if regions == "all" else (regions.split() or [""])
        for account in accounts.split() or [""]:
            for region in places:
                word = status.removesuffix("?") or usual
                yield Planted(control_id, account, region, resource, word, severity, not status.endswith("?"))


def _settings(account: Account) -> Iterator[Planted]:
    """The faults of account-wide settings, which the plan holds as data: S3 block, EBS, IMDS, sharing, default VPCs."""
    rails, key = account.guardrails, account.key
    if rails.s3_block is None or not all(rails.s3_block):
        yield Planted("INV-01", key)
    for region in REGIONS:
        here = [item for item in account.resources if item.region == region]
        public = {item.kind for item in here if "all" in item.options.get("shared", ())}
        if region in rails.ebs_plain:
            yield Planted("INV-02", key, region)
        if region in rails.imds_open:
            yield Planted("INV-03", key, region)
        blocked = rails.snapshots.get(region, "block-all-sharing")
        if blocked == "unblocked" or (blocked == "block-new-sharing" and "snapshot" in public):
            yield Planted("INV-04", key, region, severity="" if blocked == "unblocked" else "low")
        if rails.images.get(region) == "unblocked" or "image" in public:
            yield Planted("INV-05", key, region)
        if region in rails.emr_open:
            yield Planted("INV-06", key, region, severity="info")
        if region in rails.serial_console:
            yield Planted("INV-07", key, region, "serial console access")
        if region in rails.documents_public:
            yield Planted("INV-07", key, region, "public sharing of documents")
        open_net = region in rails.default_vpcs or any(item.kind == "network" for item in here)
        if open_net and region not in rails.vpc_block:
            yield Planted("INV-08", key, region, status="MANUAL")
        if region in rails.default_vpcs:
            used = any(item.kind == "default_use" for item in here)
            yield Planted("NET-02", key, region, severity="medium" if used else "low")
            yield Planted("NET-03", key, region, severity="medium" if used else "low")


def differences(plan: Organization, findings: Iterable[Finding], controls: Iterable[str] | None = None) -> list[str]:
    """What is missed, invented or not passed, one line each; empty when findings and table agree.

    `controls` names the controls that were judged; rows of others are left out. Findings have the findings' columns.
    """
    found = list(findings)
    judged = set(controls) if controls is not None else {str(one["control_id"]) for one in found}
    rows = [row for row in planted(plan) if row.control_id in judged]
    passes = [row for row in must_pass(plan) if row.control_id in judged]
    shown = [one for one in found if one["status"] in SHOWN and one["control_id"] in judged]
    missed = [row for row in rows if row.sure and not any(_shows(plan, row, one) for one in shown)]
    invented = [one for one in shown if not any(_shows(plan, row, one) for row in rows)]
    good = [one for one in found if one["status"] == "PASS"]
    not_passed = [row for row in passes if not any(_shows(plan, row, one) for one in good)]
    return [
        *(f"missed: {_words(row)}" for row in missed),
        *(f"invented: {_said(one)}" for one in invented),
        *(f"not passed: {_words(row)}" for row in not_passed),
        *(f"passed, though refused: {_said(one)}" for one in good if _unfounded(plan, one, rows, passes)),
    ]


def _shows(plan: Organization, row: Planted, one: Finding) -> bool:
    """Whether the finding is the row's."""
    if one["control_id"] != row.control_id or one["status"] != row.status:
        return False
    if row.account and one["account_id"] != plan.account(row.account).id:
        return False
    if row.region and one["region"] != row.region:
        return False
    if row.severity and one["severity"] != row.severity:
        return False
    place = " ".join(str(one.get(name) or "") for name in ("resource_id", "resource_arn", "evidence", "reason"))
    return row.resource in place and (not row.gaps or row.gaps == _gaps(str(one.get("reason") or "")))


_GAP = re.compile(r"(\w+:\w+ \w+) \(account (\d{12}), region [a-z]+-[a-z]+-\d")


def _gaps(reason: str) -> frozenset[str]:
    """The refused calls that a reason names, each as "operation code account"; one without a region is not named."""
    told = reason.replace(" was not called (", " NotAsked (")
    return frozenset(f"{call} {account}" for call, account in _GAP.findall(told))


def _unfounded(plan: Organization, one: Finding, rows: Iterable[Planted], passes: Iterable[Planted]) -> bool:
    """Whether a PASS is about what was refused, and the table does not say that it stands on something else."""
    dark = [replace(row, status="PASS", gaps=frozenset()) for row in rows if row.status == "NOT_ASSESSED"]
    refused = any(_shows(plan, row, one) for row in dark)
    return refused and not any(row.account and _shows(plan, row, one) for row in passes)


def _words(row: Planted) -> str:
    places = (row.control_id, row.account, row.region, row.resource, row.severity, row.status)
    return " ".join(part for part in places if part)


def _said(one: Finding) -> str:
    names = ("control_id", "account_name", "region", "resource_id", "severity", "status", "reason")
    return " ".join(str(one[name]) for name in names if one.get(name))


CLIENTS = (NORDLICHT, HARBOUR)
