"""Overlay answers of IAM Access Analyzer: analyzers, findings, archive rules."""

from __future__ import annotations

from .clock import AS_OF, ago
from .plan import EXTERNAL, Analyzer, Finding
from .scene import Answer, Content, Scene, stable_id
from .wire import Refusal


def _analyzer_arn(scene: Scene, analyzer: Analyzer) -> str:
    return f"arn:aws:access-analyzer:{scene.region}:{scene.account.id}:analyzer/{analyzer.name}"


def _analyzers_here(scene: Scene) -> list[Analyzer]:
    owner = scene.plan.delegated.get("access-analyzer.amazonaws.com", "management")
    here = scene.account.key == owner
    return [one for one in scene.plan.analyzers if here and one.region == scene.region]


def _analyzers(scene: Scene) -> Content:
    wanted = scene.given("type")
    found = []
    for one in _analyzers_here(scene):
        if wanted in (None, one.type):
            seen = {"createdAt": ago(480), "lastResourceAnalyzedAt": ago(0.1), "status": "ACTIVE", "tags": {}}
            if one.unused_age:
                seen["configuration"] = {"unusedAccess": {"unusedAccessAge": one.unused_age}}
            found.append({"arn": _analyzer_arn(scene, one), "name": one.name, "type": one.type, **seen})
    return {"analyzers": found}


def _analyzer_asked(scene: Scene, parameter: str) -> Analyzer:
    for one in _analyzers_here(scene):
        if scene.given(parameter) in (one.name, _analyzer_arn(scene, one)):
            return one
    raise Refusal("ResourceNotFoundException", "The specified analyzer was not found.", 404)


def _finding(scene: Scene, one: Finding) -> dict[str, object]:
    made = stable_id(one.account, one.resource, *([] if one.type == EXTERNAL else [one.type]), length=32)
    return {
        "id": "-".join((made[:8], made[8:12], made[12:16], made[16:20], made[20:])),
        "resource": one.resource,
        "resourceType": one.resource_type,
        "resourceOwnerAccount": one.account,
        "status": one.status,
        "createdAt": ago(one.age),
        "updatedAt": ago(one.age),
        "analyzedAt": AS_OF,
        "findingType": one.type,
    }


def _findings(scene: Scene) -> Content:
    analyzer = _analyzer_asked(scene, "analyzerArn")
    found = [_finding(scene, one) for one in analyzer.findings]
    for name, criterion in (scene.given("filter") or {}).items():
        wanted = criterion.get("eq")
        found = [one for one in found if wanted is None or str(one.get(name)) in wanted]
    return {"findings": found}


def _finding_detail(scene: Scene) -> Content:
    for one in _analyzer_asked(scene, "analyzerArn").findings:
        found = _finding(scene, one)
        if found["id"] == scene.given("id"):
            detail = {
                "action": list(one.actions),
                "condition": {},
                "isPublic": one.public,
                "principal": dict(one.principal),
            }
            return {**found, "findingDetails": [{"externalAccessDetails": detail}]}
    raise Refusal("ResourceNotFoundException", "The specified finding was not found.", 404)


def _archive_rules(scene: Scene) -> Content:
    found = []
    for rule in _analyzer_asked(scene, "analyzerName").archive_rules:
        criteria = {name: {"eq": list(values)} for name, values in rule.criteria.items()}
        found.append({"ruleName": rule.name, "filter": criteria, "createdAt": ago(300), "updatedAt": ago(300)})
    return {"archiveRules": found}


ANALYZERS: dict[tuple[str, str], Answer] = {
    ("accessanalyzer", "ListAnalyzers"): _analyzers,
    ("accessanalyzer", "ListFindingsV2"): _findings,
    ("accessanalyzer", "GetFindingV2"): _finding_detail,
    ("accessanalyzer", "ListArchiveRules"): _archive_rules,
}
