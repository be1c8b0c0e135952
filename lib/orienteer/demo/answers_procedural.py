"""Overlay answers about what people have to explain: what the organization pays for."""

from __future__ import annotations

from itertools import pairwise

from .nordlicht import NORDLICHT
from .planted_procedural import BILLS, PLACES
from .scene import Answer, Content, Scene

MONTHS = ("2026-04-01", "2026-05-01", "2026-06-01")


def _costs(scene: Scene) -> Content:
    """Two months with the same cost each: of the whole organization to the management account, else of the asker."""
    keys = [group["Key"] for group in scene.given("GroupBy") or []]
    planted = {} if scene.plan is not NORDLICHT else PLACES if "REGION" in keys else BILLS
    mine = {key: cost for key, cost in planted.items() if scene.managing() or key[1] == scene.account.id}
    groups = [
        {"Keys": list(key), "Metrics": {"UnblendedCost": {"Amount": str(cost / 2), "Unit": "USD"}}}
        for key, cost in mine.items()
    ]
    months = [
        {"TimePeriod": {"Start": start, "End": end}, "Total": {}, "Groups": groups, "Estimated": False}
        for start, end in pairwise(MONTHS)
    ]
    return {"ResultsByTime": months, "GroupDefinitions": scene.given("GroupBy") or []}


PROCEDURAL_ANSWERS: dict[tuple[str, str], Answer] = {("ce", "GetCostAndUsage"): _costs}
