"""Whether the evidence is whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

import pandas as pd

from orienteer.controls.control import control
from orienteer.controls.rows import Row, records, told, verdict
from orienteer.model import Category, Severity
from orienteer.parameters import Client, Range
from orienteer.policy.guardrails.global_services import ONE_ENDPOINT

KNOWN = frozenset({"OK", "ABSENT"})
CAUSES = (
    (r"explicit deny in a service control policy|service control policy", "a service control policy denies it"),
    (r"resource control policy", "a resource control policy denies it"),
    (r"permissions boundary", "the permissions boundary of the role does not allow it"),
    (r"session policy", "the session policy does not allow it"),
    (r"explicit deny in an identity-based policy", "a policy of the role denies it"),
    (r"no identity-based policy allows", "no policy of the role allows it"),
)  # fmt: skip
"""How AWS words the cause of a refusal.
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"""
NAMED = 50


@control(
    "CMP-01",
    title="The assessment saw everything it was asked to see",
    category=Category.COVERAGE,
    severity=Severity.INFO,
    maturity=2,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html",
    scope="account",
    refined_by=("organization_accounts",),
)
def assessment_is_complete(
    coverage: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    *,
    coverage_: Annotated[float, Range(0, 100)] = 95,
    client: Client,
) -> pd.DataFrame:
    """What was not seen can be neither right nor wrong; a report must say how much of it there is.

    Fix: extend the audit role with the listed read permissions and run the missing part again.
    """
    names = {row["id"]: row["name"] for row in records(organization_accounts) if row["id"]}
    accounts: dict[str, list[Row]] = {account: [] for account in client.accounts}
    for call in records(coverage):
        if call["account_id"]:
            accounts.setdefault(call["account_id"], []).append(call)
    rows: list[Row] = []
    for account, calls in sorted(accounts.items()):
        rows.append(_account(account, names.get(account), calls, coverage_))
        rows += _dark_regions(account, calls)
    return told(rows)


QUESTION = ("region", "service", "operation", "resource", "outcome")


def _account(account: str, name: Any, calls: list[Row], threshold: float) -> Row:
    """The verdict about one account: entered at all, and how much of it was seen."""
    asked = [c for c in calls if c["table"] or c["service"] != "sts"]
    counted = [c for c in asked if not _for_all(c)] or asked
    made = list({tuple(c[k] for k in QUESTION): c for c in counted}.values())  # asking again until it is done is one
    refused = [c for c in made if c["outcome"] not in KNOWN]
    share = 100 * (len(made) - len(refused)) / len(made) if made else 0.0
    evidence = {
        "account_id": account, "name": name, "calls": len(made), "answered": len(made) - len(refused),
        "percent": round(share, 1), "refused": _refusals(refused),
    }  # fmt: skip
    keyed: dict[str, Any] = {"account_id": account, "resource_id": account, "evidence": evidence}
    if not made:
        barred = next((c for c in calls if c["outcome"] not in KNOWN), None)
        why = f" ({barred['service']}:{barred['operation']} {barred['error_code']})" if barred else ""
        return verdict("FAIL", f"The account could not be entered{why}.", **keyed)
    if not any(c["outcome"] in KNOWN for c in asked):
        return verdict("FAIL", "The account was entered, but not one call was answered.", **keyed)
    if share < threshold:
        listed = ", ".join(list(evidence["refused"])[:8])
        text = f"{share:.1f} % of {len(made)} calls were answered. Can the role be extended by: {listed}?"
        return verdict("MANUAL", text, **keyed)
    return verdict("PASS", f"{share:.1f} % of {len(made)} calls were answered.", **keyed)


def _for_all(call: Row) -> bool:
    """Whether the answer served every account: which of them asked is chance, so it counts for none."""
    return bool(call.get("shared")) and call["outcome"] in KNOWN


def _dark_regions(account: str, calls: list[Row]) -> list[Row]:
    """A FAIL for each region of an entered account in which nothing was answered.

    Where a global service has its one endpoint tells nothing about that region.
    """
    made = [c for c in calls if c["table"] and c["service"] not in ONE_ENDPOINT]
    seen = {c["region"] for c in made if c["outcome"] in KNOWN}
    dark = sorted({c["region"] for c in made if c["region"]} - seen) if seen else []
    rows = []
    for region in dark:
        here = [c for c in made if c["region"] == region]
        evidence = {"account_id": account, "region": region, "calls": len(here), "refused": _refusals(here)}
        text = f"Region {region} could not be entered: none of {len(here)} calls was answered."
        rows.append(verdict("FAIL", text, account_id=account, region=region, resource_id=region, evidence=evidence))
    return rows


def _refusals(calls: list[Row]) -> Mapping[str, str]:
    """Operation to cause, of the calls that were not answered; at most NAMED of them."""
    found: dict[str, str] = {}
    for call in sorted(calls, key=lambda c: (c["service"] or "", c["operation"] or "")):
        found.setdefault(f"{call['service']}:{call['operation']}", _cause(call))
    return dict(list(found.items())[:NAMED])


def _cause(call: Row) -> str:
    text = str(call["message"] or "")
    told_by = next((words for pattern, words in CAUSES if re.search(pattern, text, re.IGNORECASE)), "")
    code = str(call["error_code"] or call["outcome"])
    return f"{code}: {told_by}" if told_by else code
