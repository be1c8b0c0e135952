"""Overlay answers about StackSets that set up new accounts."""

from __future__ import annotations

from .plan import HOME
from .scene import Answer, Content, Scene, backend
from .wire import Refusal

NAME = "security-baseline"


def _is_there(scene: Scene) -> bool:
    return bool(scene.plan.baseline_units) and scene.managing() and scene.region == HOME


def _sets(scene: Scene) -> Content:
    auto = {"Enabled": True, "RetainStacksOnAccountRemoval": False}
    told = {"StackSetName": NAME, "StackSetId": f"{NAME}:demo", "Status": "ACTIVE", "AutoDeployment": auto}
    return {"Summaries": [{**told, "PermissionModel": "SERVICE_MANAGED"}] if _is_there(scene) else []}


def _set(scene: Scene) -> Content:
    if not _is_there(scene) or scene.given("StackSetName") != NAME:
        raise Refusal("StackSetNotFoundException", f"StackSet {scene.given('StackSetName')} not found", 404)
    tree = backend("organizations", scene.plan.management.id).ou
    units = [one.id for one in tree if one.name in scene.plan.baseline_units]
    return {"StackSet": {"StackSetName": NAME, "Status": "ACTIVE", "OrganizationalUnitIds": units}}


def _failures(scene: Scene) -> Content:
    return {"Summaries": []}


BASELINES: dict[tuple[str, str], Answer] = {
    ("cloudformation", "ListStackSets"): _sets,
    ("cloudformation", "DescribeStackSet"): _set,
    ("cloudformation", "ListStackInstances"): _failures,
}
