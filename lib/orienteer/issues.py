"""Failed findings joined by cause: what one change would fix is one issue.

    resource    a resource that outsiders reach, or that several controls fail, one of them gravely: one per resource
    control     everything else, missing organization policies included: one per control

An organization policy is fixed once, at the node above all accounts that lack it, so those findings stay together.
Findings that were accepted, or called false positives, belong to no issue; they are told apart (`decisions`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from orienteer.decisions import SET_ASIDE, column
from orienteer.model import Category, Severity, Status
from orienteer.words import first_sentence, sentence

ISSUES = (
    "issue",
    "title",
    "severity",
    "controls",
    "accounts",
    "resources",
    "findings",
    "why",
    "fix",
    "first_step",
    "effort",
)
COUNTS = ("accounts", "resources", "findings")
GRADES: Mapping[str, int] = {grade.value: n for n, grade in enumerate(Severity)}
GRAVE = (Severity.CRITICAL.value, Severity.HIGH.value)
OUTSIDE = ("public", "external")
SERVICES: Mapping[str, str] = {
    "ACMPCA": "Private CA",
    "APS": "Managed Prometheus",
    "AccessAnalyzer": "Access Analyzer",
    "AmazonMQ": "Amazon MQ",
    "ApiGateway": "API Gateway",
    "ApiGatewayV2": "API Gateway",
    "AppRunner": "App Runner",
    "Backup": "AWS Backup",
    "BedrockAgentCore": "Bedrock AgentCore",
    "CertificateManager": "ACM",
    "CleanRoomsML": "Clean Rooms ML",
    "CodeGuruProfiler": "CodeGuru Profiler",
    "Config": "AWS Config",
    "DirectoryService": "Directory Service",
    "DocDB": "DocumentDB",
    "ElasticBeanstalk": "Elastic Beanstalk",
    "ElasticLoadBalancing": "ELB",
    "ElasticLoadBalancingV2": "ELB",
    "EntityResolution": "Entity Resolution",
    "EventBridgeV2": "EventBridge",
    "EventSchemas": "EventBridge schema",
    "Events": "EventBridge",
    "GlobalAccelerator": "Global Accelerator",
    "ImageBuilder": "Image Builder",
    "LakeFormation": "Lake Formation",
    "Logs": "CloudWatch",
    "M2": "Mainframe Modernization",
    "MPA": "Multi-party",
    "MediaPackageV2": "MediaPackage",
    "NeptuneGraph": "Neptune",
    "NetworkFirewall": "Network Firewall",
    "NetworkManager": "Network Manager",
    "Oam": "CloudWatch",
    "OpenSearchServerless": "OpenSearch Serverless",
    "OpenSearchService": "OpenSearch",
    "PaymentCryptography": "Payment Cryptography",
    "QBusiness": "Q Business",
    "RedshiftServerless": "Redshift Serverless",
    "RefactorSpaces": "Refactor Spaces",
    "RolesAnywhere": "Roles Anywhere",
    "Route53": "Route 53",
    "Route53Domains": "Route 53",
    "Route53RecoveryControl": "Route 53 recovery",
    "Route53Resolver": "Route 53 Resolver",
    "S3Express": "S3 Express",
    "S3Files": "S3 Files",
    "S3ObjectLambda": "S3 Object Lambda",
    "S3Outposts": "S3 on Outposts",
    "S3Tables": "S3 Tables",
    "S3Vectors": "S3 Vectors",
    "SMSVOICE": "End User Messaging",
    "SSM": "Systems Manager",
    "SSMContacts": "Incident Manager",
    "SSMIncidents": "Incident Manager",
    "SSO": "Identity Center",
    "SecretsManager": "Secrets Manager",
    "SecurityHub": "Security Hub",
    "SecurityLake": "Security Lake",
    "ServerlessRepo": "Serverless Repository",
    "ServiceCatalog": "Service Catalog",
    "StepFunctions": "Step Functions",
    "StorageGateway": "Storage Gateway",
    "Transfer": "Transfer Family",
    "VpcLattice": "VPC Lattice",
    "WAFv2": "WAF",
    "WellArchitected": "Well-Architected",
    "WorkSpacesWeb": "WorkSpaces Web",
    "XRay": "X-Ray",
}
"""What people call a service of CloudFormation's type names; the others are called as they are."""
WORDS = {
    **{word: word.upper() for word in ("api", "fpga", "ip", "rest", "vpc", "vpn")},
    "EIP": "Elastic IP address",
    "QL": "query",
    "microsoft": "Microsoft",
}
"""Words of type names that are no plain English."""
NAMES: Mapping[str, str] = {
    **{word: word.upper() for word in ("iam", "kms", "mfa", "oidc", "saml", "scp")},
    **{word: f"{word.lower()} contact" for word in ("BILLING", "OPERATIONS", "SECURITY")},
    "cloudtrail": "CloudTrail",
    "config": "AWS Config",
    "identity center": "Identity Center",
    "root": "root user",
}
"""What controls call a part of an account, where it is spelled otherwise in a sentence."""
POLICY_HOLDERS = "AWS::Organizations::"
TITLE = 150
"""Characters of a title; what is longer is cut at a word."""
FEW, SOME = 1, 10
"""Up to so many resources an issue is small, or medium, work."""
WEEK, QUARTER, YEAR = "this week", "this quarter", "this year"
SOON = {Severity.CRITICAL.value: WEEK, Severity.HIGH.value: QUARTER, Severity.MEDIUM.value: QUARTER}

Row = Mapping[str, Any]


def open_failures(findings: pd.DataFrame) -> pd.DataFrame:
    """The failed findings that were neither accepted nor called a false positive; Orienteer on itself is left out."""
    failed = (findings["status"] == Status.FAIL.value) & (findings["category"] != Category.COVERAGE)
    return findings[failed & ~column(findings, "decision").isin(SET_ASIDE)]


def keys(findings: pd.DataFrame) -> pd.Series[str]:
    """The issue each finding belongs to, as 12 hexadecimal digits; empty where it is none.  Same index."""
    causes = _causes(open_failures(findings))
    named = {cause: hashlib.sha256(cause.encode("utf-8", "replace")).hexdigest()[:12] for cause in set(causes)}
    return causes.map(named).reindex(findings.index).fillna("").astype("string")


def issues(findings: pd.DataFrame | Mapping[str, Sequence[Row]]) -> pd.DataFrame:
    """One row per issue of findings, or of what `grouped` gives, gravest first, with the columns of ISSUES.

    `controls` are their ids, `accounts`, `resources` and `findings` count.  `effort` is small, medium or large.
    """
    groups = grouped(findings) if isinstance(findings, pd.DataFrame) else findings
    rows = [_issue(key, group) for key, group in groups.items()]
    rows.sort(key=lambda i: (GRADES.get(i["severity"], len(GRADES)), -i["findings"], i["controls"], i["issue"]))
    texts = [{name: _encodable(value) for name, value in row.items()} for row in rows]
    found = pd.DataFrame(texts, columns=list(ISSUES))
    return found.astype({name: "Int64" if name in COUNTS else "string" for name in ISSUES})


def in_order(found: pd.DataFrame) -> pd.DataFrame:
    """The issues in the order of work, with a column `when`.

    Critical issues belong to this week, and so do serious ones that take little work; then come the quarter and
    the year.
    """
    quick = (found["severity"] == Severity.HIGH.value) & (found["effort"] == "small")
    when = found["severity"].map(SOON).fillna(YEAR).mask(quick, WEEK)
    rank = when.map({WEEK: 0, QUARTER: 1, YEAR: 2})
    return found.assign(when=when, rank=rank).sort_values("rank", kind="stable", ignore_index=True)


def grouped(findings: pd.DataFrame) -> dict[str, list[Row]]:
    """The findings of each issue by its key, each list gravest first; a row also has `resource`, see resource_names."""
    failed = open_failures(findings)
    named = failed.assign(
        resource=resource_names(failed),
        _issue=keys(findings).reindex(failed.index),
        why=column(failed, "why"),
        _rank=failed["severity"].map(GRADES).fillna(len(GRADES)),
    )
    named = named.sort_values(["_rank", "control_id", "account_id", "region", "resource_id"], kind="stable")
    groups: dict[str, list[Row]] = {}
    for row in named.astype(object).where(named.notna(), "").to_dict("records"):
        groups.setdefault(str(row["_issue"]), []).append({str(k): v for k, v in row.items()})
    return groups


def resource_names(findings: pd.DataFrame) -> pd.Series[str]:
    """What names each finding's resource, equal over controls: the ARN, else account, region, type and id."""
    columns = (findings[n].fillna("") for n in ("account_id", "region", "resource_type", "resource_id"))
    local = ["|".join(map(str, one)) for one in zip(*columns, strict=True)]
    arns = findings["resource_arn"].fillna("").astype("string")
    return arns.where(arns != "", pd.Series(local, index=findings.index, dtype="string"))


# --- causes


def _causes(failed: pd.DataFrame) -> pd.Series[str]:
    """The cause of each failed finding, as a text that is equal where one change fixes both."""
    names = resource_names(failed)
    held = failed["resource_type"].fillna("").str.startswith(POLICY_HOLDERS)
    grave, has_arn = failed["severity"].isin(GRAVE), failed["resource_arn"].fillna("") != ""
    known = failed.assign(name=names, outside=reach(failed).isin(OUTSIDE), grave=grave, has_arn=has_arn)[~held]
    several = known.groupby("name").agg({"control_id": "nunique", "outside": "any", "grave": "any", "has_arn": "all"})
    many = (several["control_id"] > 1) & several["grave"] & several["has_arn"]
    joined = set(several.index[several["outside"] | many])
    own = names.isin(joined) & ~held
    return ("resource " + names).where(own, "control " + failed["control_id"].fillna(""))


def reach(findings: pd.DataFrame) -> pd.Series[str]:
    """Who can reach the resource of each finding (public, external, organization, private); empty where not judged."""
    found = {text: _exposure(text) for text in findings["evidence"].dropna().unique()}
    return findings["evidence"].map(found).fillna("").astype("string")


def _exposure(text: str) -> str:
    """`exposure_class` of evidence as JSON text."""
    if '"exposure_class"' not in text:
        return ""
    try:
        evidence = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    return str(evidence.get("exposure_class") or "") if isinstance(evidence, dict) else ""


# --- one issue


def _issue(key: str, group: Sequence[Row]) -> dict[str, Any]:
    """The row of one issue; `group` are its findings, gravest first."""
    first = group[0]
    resources = len({row["resource"] for row in group})
    return {
        "issue": key,
        "title": title(group),
        "severity": str(first["severity"]),
        "controls": ", ".join(dict.fromkeys(str(row["control_id"]) for row in group)),
        "accounts": len({row["account_id"] for row in group}),
        "resources": resources,
        "findings": len(group),
        "why": _why(row["why"] for row in group),
        "fix": sentences(row["remediation"] for row in group),
        "first_step": first_step(first),
        "effort": effort(str(first["resource_type"]), resources),
    }


def _why(texts: Iterable[Any]) -> str:
    """The control's text; of several controls what each says may happen, and not how it judges."""
    different = [text for text in dict.fromkeys(str(text).strip() for text in texts) if text]
    return sentences(map(first_sentence, different) if len(different) > 1 else different)


def first_step(row: Row) -> str:
    """What to do about one finding, and where."""
    return f"{resource_label(row)}: {sentence(str(row['remediation']) or 'decide what is to be done')}"


def _encodable(value: Any) -> Any:
    """Text with lone surrogates written out: they have no UTF-8 form."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


def title(group: Sequence[Row]) -> str:
    """What was found, in one line: the reason of the gravest finding, and of which resource where there is only one."""
    first = group[0]
    found = shortened(str(first["reason"] or first["title"]))
    if len({row["resource"] for row in group}) > 1:
        differ = any(row["reason"] != first["reason"] for row in group)
        return f"{found}; {len(group) - 1} more like it" if differ else found
    name = resource_label(first)
    if name.startswith(ROOT_USER) and found.startswith("The root user "):
        return f"The {name[:1].lower()}{name[1:]} {found.removeprefix('The root user ')}"
    return found if any(word in found for word in name.split(" ")[-1:]) else f"{name}: {found}"


ROOT_USER = "Root user of"


def resource_label(row: Row) -> str:
    """The finding's resource as people call it: its kind, its name, and the account it is in.

    What stands for a place, or for something that is not there, has no kind: "Region us-east-1 in Hub",
    "Aggregator in Hub".
    """
    account = str(row["account_name"] or row["account_id"] or "")
    own, kind = short_name(str(row["resource_id"])), str(row["resource_type"])
    if own.startswith("<"):
        return f"{ROOT_USER} {account}"
    if kind.startswith(POLICY_HOLDERS) or own in ("", str(row["account_id"])):
        return account
    if own == str(row["region"]):
        return f"Region {own} in {account}"
    words = type_words(kind)
    if kind == "AWS::::Account":
        return f"{_called(own.removeprefix(str(row['account_id']) + '/').replace('_', ' '))} in {account}"
    if own.split(" ")[-1].lower() == words.split(" ")[-1]:
        return f"{_called(own)} in {account}"
    return f"{words} {own} in {account}".strip()


def _called(part: str) -> str:
    """What a control calls a part of an account, as a sentence begins: "iam policy change" as "IAM policy change"."""
    said = NAMES.get(part) or " ".join(NAMES.get(word, word) for word in part.split(" "))
    return f"{said[:1].upper()}{said[1:]}"


def short_name(resource_id: str) -> str:
    """A resource's id without what an ARN says before it."""
    if not resource_id.startswith("arn:"):
        return resource_id
    last = resource_id.split(":", 5)[-1]
    return last.partition("/")[2] or last


def type_words(resource_type: str) -> str:
    """A CloudFormation type in words: AWS::EC2::SecurityGroup as "EC2 security group"; no word stands in it twice."""
    parts = resource_type.split("::")
    if len(parts) != 3:
        return resource_type
    service = SERVICES.get(parts[1], parts[1])
    split = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", parts[2]).split(" ")
    words = [word if word.isupper() else word.lower() for word in split]
    words = [WORDS.get(word, word) for word in words]
    said = words[1:] if len(words) > 1 and words[0].lower().startswith(service.lower().split(" ")[-1]) else words
    return f"{service} {' '.join(said)}"


def shortened(text: str, limit: int = TITLE) -> str:
    """The first sentence, cut at a word where it is longer than `limit`; without the full stop."""
    head, stop, rest = text.strip().partition(". ")
    whole = head if stop and rest else text.strip()
    whole = whole[:-1] if whole.endswith(".") and not whole.endswith("..") else whole
    return whole if len(whole) <= limit else f"{whole[: limit - 3].rsplit(' ', 1)[0].rstrip(',;:')}..."


def sentences(texts: Iterable[Any], limit: int = 3) -> str:
    """The different texts as sentences, at most `limit` of them."""
    different = dict.fromkeys(str(text).strip() for text in texts)
    return " ".join(sentence(text) for text in [t for t in different if t][:limit])


def effort(resource_type: str, resources: int) -> str:
    """Small: one resource.  Medium: up to SOME, or one organization policy.  Large: more."""
    if resource_type.startswith(POLICY_HOLDERS):
        return "medium"
    return "small" if resources <= FEW else "medium" if resources <= SOME else "large"


def worst(severities: Iterable[str]) -> str:
    """The gravest of these severities; empty of none."""
    return min(severities, key=lambda s: GRADES.get(s, len(GRADES)), default="")
