"""Overlay answers of Cost Explorer: what each account, service and region cost."""

from __future__ import annotations

from itertools import pairwise

from .nordlicht import NORDLICHT
from .planted_procedural import BILLS, PLACES
from .scene import Answer, Content, Scene

MONTHS = ("2026-04-01", "2026-05-01", "2026-06-01")


def _costs(scene: Scene) -> Content:
    """What each account cost, or by service or region; of the whole organization to the management account alone."""
    keys = [group["Key"] for group in scene.given("GroupBy") or []]
    return _by_two(scene, keys) if len(keys) > 1 else _by_account(scene)


def _by_account(scene: Scene) -> Content:
    cost = {"Amount": "40.5", "Unit": "USD"}
    accounts = scene.plan.accounts if scene.managing() else (scene.account,)
    groups = [{"Keys": [one.id], "Metrics": {"UnblendedCost": cost}} for one in accounts]
    period = {"TimePeriod": scene.given("TimePeriod"), "Groups": groups, "Estimated": False}
    return {"ResultsByTime": [{**period, "Total": {}}]}


def _by_two(scene: Scene, keys: list[str]) -> Content:
    """Two months with the same cost each."""
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


COSTS: dict[tuple[str, str], Answer] = {("ce", "GetCostAndUsage"): _costs}
