"""AWS Support: what Trusted Advisor says about security, where the support plan opens its API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orienteer.model import Answer, Ask, Call, Column, Place, Question, Scope, Table, together

LIST = Call("support", "describe_trusted_advisor_checks", fixed={"language": "en"})
SUMMARIES = Call("support", "describe_trusted_advisor_check_summaries")
SIZE = 50


def _security(ask: Ask, place: Place) -> Iterable[Mapping[str, Any] | Answer]:
    """The security checks with their results, which one further call gives for fifty of them."""
    answer = ask(LIST)
    found = {c["id"]: c.get("name") for page in answer.pages for c in page.get("checks") or () if _is_security(c)}
    ids = sorted(found)
    parts = [ids[start : start + SIZE] for start in range(0, len(ids), SIZE)]
    for told in together(ask, [Question(SUMMARIES, params={"checkIds": part}) for part in parts]):
        for item in (one for page in told.pages for one in page.get("summaries") or ()):
            counts = item.get("resourcesSummary") or {}
            yield {
                "check_name": found.get(item.get("checkId")),
                "check_id": item.get("checkId"),
                "status": item.get("status"),
                "flagged": counts.get("resourcesFlagged"),
                "suppressed": counts.get("resourcesSuppressed"),
                "checked_at": item.get("timestamp"),
            }
        yield told
    yield answer


def _is_security(check: Mapping[str, Any]) -> bool:
    return bool(check.get("id")) and check.get("category") == "security"


SECURITY_CHECKS = Table(
    name="support_security_checks",
    doc="One row per security check of Trusted Advisor: its result.  Needs a support plan of Business or above.",
    scope=Scope.ACCOUNT,
    at="us-east-1",
    call=LIST,
    also=(SUMMARIES,),
    read=_security,
    resource="check_name",
    columns=(
        Column("check_name", "name", "string", "name of the check"),
        Column("check_id", "checkId", "string", "id of the check"),
        Column("status", "status", "string", "ok, warning, error or not_available"),
        Column("flagged", "resourcesSummary.resourcesFlagged", "int", "resources that it found fault with"),
        Column("suppressed", "resourcesSummary.resourcesSuppressed", "int", "resources that somebody excluded from it"),
        Column("checked_at", "timestamp", "timestamp", "when the check was last run"),
    ),
)
