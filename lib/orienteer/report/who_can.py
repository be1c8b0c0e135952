"""Beside the report: who can reach each resource that is open to others, as `orienteer.ask.who_can` answers it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from orienteer import ask, snapshot
from orienteer.ask import Estate, Who
from orienteer.ask.caller import ISSUERS
from orienteer.report.parts import asset, content_policy, environment
from orienteer.report.text import visible

PAGE = "who-can.html"
MOST, SHOWN = 100, 25
"""Resources that the page answers for, the widest open first; principals that it lists of each."""
ASKED: Mapping[str, tuple[str, ...]] = {
    "AWS::S3::Bucket": ("s3:GetObject",),
    "AWS::KMS::Key": ("kms:Decrypt",),
    "AWS::SecretsManager::Secret": ("secretsmanager:GetSecretValue",),
    "AWS::SQS::Queue": ("sqs:ReceiveMessage",),
    "AWS::SNS::Topic": ("sns:Publish",),
    "AWS::Lambda::Function": ("lambda:InvokeFunction",),
    "AWS::IAM::Role": ("sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"),
}
"""The calls that are asked about for a type of resource: the first that somebody can make is shown."""
BELOW: Mapping[str, str] = {"AWS::S3::Bucket": "/*"}
"""What follows the ARN in the resource of the call."""
_WIDTH = {"public": 0, "external": 1, "organization": 2}


def write_who_can(run: snapshot.Run, findings: pd.DataFrame, folder: Path) -> Mapping[str, str]:
    """Writes the page and gives, by ARN, where on it a resource is answered for; nothing where none is open."""
    opened = open_resources(findings)
    if not opened:
        (folder / PAGE).unlink(missing_ok=True)
        return {}
    estate, css, client = Estate.of(run), asset("report.css"), run.manifest["client"]
    parts = [part(estate, arn, kind, level) for arn, kind, level in opened[:MOST]]
    text = (
        environment()
        .get_template("who_can.html.j2")
        .render(
            client=visible(str(client.get("name") or client["slug"])),
            parts=parts,
            more=max(0, len(opened) - MOST),
            as_of=f"{pd.Timestamp(run.manifest['as_of']):%-d %B %Y}",
            css=Markup(css),  # noqa: S704  # a file of ours
            csp=content_policy(scripts=(), styles=(css,)),
        )
    )
    snapshot.write_bytes(folder / PAGE, text.encode("utf-8", "backslashreplace"))
    return {arn: f"{PAGE}#{anchor(arn)}" for arn, _, _ in opened[:MOST]}


def open_resources(findings: pd.DataFrame) -> list[tuple[str, str, str]]:
    """ARN, type and level of every resource that a finding calls open and that can be asked about, the widest first."""
    found: dict[str, tuple[str, str]] = {}
    rows = findings[["resource_arn", "resource_type", "evidence", "status"]].fillna("").itertuples(index=False)
    for arn, kind, evidence, status in rows:
        level = _level(evidence) if kind in ASKED and str(arn).startswith("arn:") and status != "PASS" else ""
        known = found.get(str(arn), ("", "private"))[1]
        if level in _WIDTH and _WIDTH[level] < _WIDTH.get(known, 3):
            found[str(arn)] = (str(kind), level)
    listed = [(arn, kind, level) for arn, (kind, level) in found.items()]
    return sorted(listed, key=lambda one: (_WIDTH[one[2]], one[0]))


def _level(evidence: Any) -> str:
    try:
        told = json.loads(str(evidence) or "{}")
    except ValueError:
        return ""
    return str(told.get("exposure_class") or "") if isinstance(told, dict) else ""


def anchor(arn: str) -> str:
    """The anchor of a resource on the page."""
    return f"r-{hashlib.sha256(arn.encode('utf-8', 'backslashreplace')).hexdigest()[:16]}"


def _asked(estate: Estate, arn: str, kind: str) -> tuple[str, Who]:
    """The call that is shown and who can make it: the first that somebody can, else the first of all."""
    told = [(action, ask.who_can(estate, action, f"{arn}{BELOW.get(kind, '')}")) for action in ASKED[kind]]
    return next((one for one in told if one[1].everyone or one[1].outside or one[1].principals), told[0])


def outside_words(who: str) -> str:
    """Somebody outside as the page names it: of a provider of tokens those who have one, else the name itself."""
    provider = who.partition("-provider/")[2]
    if ":oidc-provider/" in who or who in ISSUERS:
        return f"anybody with a token of {provider or who} that the policy accepts"
    return f"anybody who signs in by {provider} as the policy accepts" if ":saml-provider/" in who else who


def by_words(words: str, arn: str) -> str:
    """What lets a principal in: policies by name, and without a name the one of the resource that the heading has."""
    return re.sub(r"arn:[^\s()]*[:/]([^\s()/:]+)", r"\1", words.replace(f" ({arn})", ""))


def part(estate: Estate, arn: str, kind: str, level: str) -> dict[str, Any]:
    """What the page shows of a resource."""
    action, found = _asked(estate, arn, kind)
    inside = [
        {
            "principal": visible(one.principal),
            "by": visible("; ".join(by_words(by.words, arn) for by in one.by)),
            "depends_on": visible(", ".join(one.depends_on)),
        }
        for one in found.principals[:SHOWN]
    ]
    return {
        "anchor": anchor(arn),
        "arn": visible(arn),
        "type": visible(kind),
        "level": level,
        "action": action,
        "everyone": found.everyone,
        "outside": [visible(outside_words(one)) for one in found.outside],
        "inside": inside,
        "more": max(0, len(found.principals) - SHOWN),
        "unknown": [visible(one) for one in found.unknown[:SHOWN]],
        "problems": [visible(one) for one in found.problems[:SHOWN]],
        "count": len(found.principals),
    }
