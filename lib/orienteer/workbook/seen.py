"""What was looked at and what could not be: said first in every chapter, and before every answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from orienteer import controls
from orienteer.counts import checks, tally
from orienteer.decisions import ANSWERED, SET_ASIDE
from orienteer.facts import exposures
from orienteer.model import GLOBAL, KNOWN, NOT_ENABLED
from orienteer.report import charts
from orienteer.report.overview import account_rows, gap_rows
from orienteer.scope import headline, places
from orienteer.sight import questions
from orienteer.snapshot import Run
from orienteer.words import counted
from orienteer.workbook.book import account_names, accounts_read, as_of, joined, named, tidy
from orienteer.workbook.show import Shown, said

FEW = 6
"""Tables that are named at once; more are counted, and named when they are asked for."""
NAMED = 8
"""Gaps that are named one by one before the rest is counted."""
SERVICES = {
    "accessanalyzer": "Access Analyzer",
    "cloudtrail": "CloudTrail",
    "ec2": "EC2",
    "ecr": "ECR",
    "guardduty": "GuardDuty",
    "iam": "IAM",
    "kms": "KMS",
    "lambda": "Lambda",
    "ram": "RAM",
    "s3": "S3",
    "secretsmanager": "Secrets Manager",
    "securityhub": "Security Hub",
    "sns": "SNS",
    "sqs": "SQS",
    "apigateway": "API Gateway", "apigatewayv2": "API Gateway", "backup": "AWS Backup", "bedrock": "Bedrock",
    "ce": "Cost Explorer", "cloudformation": "CloudFormation", "cloudfront": "CloudFront", "cloudwatch": "CloudWatch",
    "codebuild": "CodeBuild", "codepipeline": "CodePipeline", "cognito": "Cognito", "config": "AWS Config",
    "controltower": "Control Tower", "dynamodb": "DynamoDB", "elasticache": "ElastiCache", "elb": "ELB", "elbv2": "ELB",
    "events": "EventBridge", "glue": "Glue", "identitystore": "Directory", "inspector2": "Inspector", "kafka": "MSK",
    "kinesis": "Kinesis", "lightsail": "Lightsail", "logs": "CloudWatch Logs", "macie2": "Macie",
    "opensearch": "OpenSearch", "quicksight": "QuickSight", "redshift": "Redshift", "rolesanywhere": "Roles Anywhere",
    "route53": "Route 53", "route53resolver": "Route 53 Resolver", "sagemaker": "SageMaker", "ses": "SES",
    "ssm": "Systems Manager", "sso": "Identity Center", "support": "Support", "transfer": "Transfer Family",
    "wafv2": "WAF", "wellarchitected": "Well-Architected",
}  # fmt: skip
"""First words of table names as people write them."""
WORDS = {
    **{
        word: word.upper()
        for word in ("ebs", "efs", "ecs", "eks", "rds", "vpc", "mfa", "saml", "oidc", "acm", "dns", "emr")
    },
    **{f"{word}s": f"{word.upper()}s" for word in ("vpc", "acl", "api", "arn", "url", "ami")},
}
"""Words of table names that are written in capitals."""
ALL, SOME_REFUSED, ALL_REFUSED, NOT_ASKED = "all answered", "some refused", "all refused", "not asked"
ANSWERS = {ALL: charts.GOOD, SOME_REFUSED: charts.PART, ALL_REFUSED: charts.BAD, NOT_ASKED: charts.NONE}
MOST = 24
"""Services that the map of answers shows one by one."""

STATE_WORDS = {
    "answered": "all answered",
    "partly": "some refused",
    "refused": "all refused",
    "enabled_not_read": "enabled, not read",
    "not_enabled": "not enabled",
    "not_known": "not known",
}
PLACES = {
    "all answered": charts.GOOD,
    "some refused": charts.PART,
    "all refused": charts.BAD,
    "enabled, not read": charts.UNSEEN,
    "not enabled": charts.NONE,
    "not known": charts.UNSEEN,
}
GLOBAL_COLUMN = "global services"
OTHERS = "not known: the organization's list of accounts could not be read"


def seen(book: Run, *names: str) -> Shown:
    """How far these tables could be read: accounts, rows, and each refusal by name."""
    calls = book.coverage
    lost = calls.loc[calls["table"].isin(names) & ~calls["outcome"].isin(KNOWN), "account_id"]
    parts = {name: _part_seen(book.tables[name]) for name in names if name in book.tables}
    gaps = sorted({text for part in parts.values() for text in part.gaps})
    every = accounts_read(book)
    whole = set(every) - set(lost.dropna()) - {a for part in parts.values() for a in part.accounts}
    counts = joined(f"{table_named(name)} ({part.rows:,})" for name, part in parts.items()) or "nothing"
    total = sum(part.rows for part in parts.values())
    many = f"{len(parts)} tables with {counted(total, 'row')}" if len(parts) > FEW else ""
    if absent := [name for name in names if name not in parts]:
        spared = left_out(book).tables
        gaps += [f"{name} was not collected in this run" for name in absent if name not in spared]
        together = _together_named(name for name in absent if name in spared)
        gaps += [f"{one} was not part of this assessment" for one in together]
    if not gaps:
        return said(f"Looked at: {many or counts}. Nothing was refused.", folded=counts if many else "")
    more = [f"and {len(gaps) - NAMED} more"] if len(gaps) > NAMED else []
    words = f"Looked at: {many or counts}; {len(whole)} of {len(every)} accounts without a gap. Could not be read:"
    return said(words, [*gaps[:NAMED], *more], gaps=True, folded=counts if many else "")


def _together_named(names: Iterable[str]) -> list[str]:
    """One name for many tables; none where there are none."""
    found = list(names)
    return [counted(len(found), "further kind") + " of resource"] if found else []


def seen_by(book: Run, *ids: str) -> Shown:
    """How far the tables could be read that these controls judge by."""
    known = controls.registry()
    return seen(book, *dict.fromkeys(name for i in ids for name in known[i].tables))


def table_named(table: str) -> str:
    """A table as people call it."""
    first, *rest = table.split("_")
    return " ".join((SERVICES.get(first, WORDS.get(first, first)), *(WORDS.get(word, word) for word in rest)))


@dataclass(frozen=True)
class _Part:
    """What was seen of a table: known rows, texts of gaps, accounts with a gap."""

    rows: int
    gaps: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()


def _part_seen(table: pd.DataFrame) -> _Part:
    if KNOWN.issuperset(table["outcome"].unique()):  # most tables have no gap
        return _Part(len(table))
    missing = table.loc[~table["outcome"].isin(KNOWN), ["gap", "account_id"]]
    return _Part(len(table) - len(missing), *(frozenset(missing[c].dropna()) for c in missing))


def assessed(book: Run, chapter: str = "") -> Shown:
    """How much could not be assessed, then what failed, is open and passed; of a chapter (a notebook) or of all.

    Counted as on the first page of the report: without what Orienteer says of its own coverage, decisions apart.
    """
    found = checks(book.findings)
    found = found[found["notebook"] == chapter] if chapter else found
    told = tally(found)
    unseen, aside = told.statuses["NOT_ASSESSED"], sum(told.apart[name] for name in SET_ASIDE)
    if not told.total:
        return said("Nothing was judged here: there is not one finding, good or bad.", gaps=True)
    waiting, answered = told.statuses["MANUAL"], told.apart[ANSWERED]
    share = f"{unseen:,} of {counted(told.total, 'check')} ({100 * unseen / told.total:.1f}%)"
    begun = (
        f"Not assessed: {share}. Of the others" if unseen else f"All assessed: {counted(told.total, 'check')}, of which"
    )
    waits = f", {waiting:,} {'waits' if waiting == 1 else 'wait'} for a person's answer" if waiting else ""
    words = (
        f"{begun} {told.statuses['FAIL']:,} failed{waits}, {told.statuses['PASS']:,} passed"
        f"{f', {answered:,} answered yes by the client' if answered else ''}"
        f"{f', {aside:,} set aside by a decision' if aside else ''}."
    )
    lost = found[found["status"] == "NOT_ASSESSED"]
    causes = [(text, list(ids)) for text, ids in lost.groupby("reason", sort=True)["control_id"]]
    causes.sort(key=lambda cause: -len(cause[1]))
    lines = [f"{len(ids):,} check{'s' if len(ids) > 1 else ''} of {_some(ids)}: {text}" for text, ids in causes]
    more = [f"and {len(lines) - NAMED} more causes"] if len(lines) > NAMED else []
    return said(words, [*lines[:NAMED], *more], gaps=bool(unseen))


def _some(ids: list[str]) -> str:
    """The first few of the controls."""
    named = sorted(set(ids))
    few = named[:3] if len(named) > 4 else named
    return joined(few) + (f" and {len(named) - len(few)} more controls" if len(few) < len(named) else "")


def scope(book: Run) -> pd.DataFrame:
    """What this run is: one row per fact."""
    manifest = book.manifest
    lost = [a for a in account_rows(manifest.get("accounts", []), book.coverage) if not a["seen"]]
    regions, seen = manifest.get("regions", []), headline(book)
    answered = int(book.coverage["outcome"].isin(KNOWN).sum())
    unread = joined(f"{region} in {n} account{'s' if n > 1 else ''}" for region, n in seen.unread.items())
    facts = {
        "Client": manifest["client"].get("name") or manifest["client"]["slug"],
        "State of": f"{as_of(book):%Y-%m-%d %H:%M} UTC",
        "Read as": manifest.get("identity") or "not recorded",
        "Accounts": f"{len(accounts_read(book)) - len(lost)} of {len(accounts_read(book))} read",
        "Other accounts": OTHERS if seen.others_not_known else f"{len(seen.left_out)} of the organization left out",
        "Accounts not read": joined(f"{a['id']} {a['name']}: {a['reason']}" for a in lost) or "none",
        "Regions": "every enabled region" if isinstance(regions, str) else joined(regions),
        "Enabled and not read": unread or "none",
        **_not_enabled(book),
        **_exposures(book),
        "Questions to AWS": f"{len(book.coverage):,} asked, {answered:,} answered",
        "Made with": f"Orienteer {manifest.get('tool_version', '')}",
    }
    return pd.DataFrame({"fact": list(facts), "value": list(facts.values())})


def _not_enabled(book: Run) -> dict[str, str]:
    """The fact about regions that were named and that accounts have not enabled, where there are any."""
    off = book.coverage[book.coverage["error_code"] == NOT_ENABLED]
    accounts = off.groupby("region")["account_id"].nunique()
    told = joined(f"{region} in {n} account{'s' if n > 1 else ''}" for region, n in accounts.items())
    return {"Regions not enabled": told} if len(off) else {}


def _exposures(book: Run) -> dict[str, str]:
    """The fact about types of resource that were not looked for, where the params left some out."""
    left = left_out(book)
    told = f"{left.types} of {left.known} types that can be opened to others were not part of this assessment"
    return {"Not looked for": told} if left.types else {}


@dataclass(frozen=True)
class LeftOut:
    """What a run did not look for since its params say so: how many types of how many known, and their tables."""

    types: int
    known: int
    tables: frozenset[str]


def left_out(book: Run) -> LeftOut:
    """The types of resource that can be opened to others that the params of the run left out, with their tables."""
    width = str((book.manifest.get("params") or {}).get("exposures") or "all")
    known, chosen = ({i for one in exposures.asked_for(w) for i in one.ids} for w in ("all", width))
    return LeftOut(len(known - chosen), len(known), exposures.tables() - exposures.tables(width))


def calls_map(book: Run) -> go.Figure:
    """Account by service: were our questions answered?"""
    calls = questions(book.coverage)
    known, place = calls["outcome"].isin(KNOWN), [calls[name].astype("category") for name in ("account_id", "service")]
    share = known.groupby(place, observed=True).mean().unstack("service")
    share = share.reindex(list(accounts_read(book)) or share.index).sort_index()
    words = share.map(lambda v: NOT_ASKED if pd.isna(v) else ALL if v == 1 else _part(v))
    words.index = words.index.map(lambda a: account_names(book).get(a, a))
    return charts.state_map("Which questions AWS answered, by account and service", _together(words), ANSWERS)


def _together(words: pd.DataFrame) -> pd.DataFrame:
    """Beyond MOST services, those in which nothing was refused stand in one column, the last."""
    whole = ~words.isin([SOME_REFUSED, ALL_REFUSED]).any()
    if len(words.columns) <= MOST or not whole.any():
        return words
    answered = (words.loc[:, whole] == ALL).any(axis=1).map({True: ALL, False: NOT_ASKED})
    rest = "other service" if (~whole).any() else "service"
    return words.loc[:, ~whole].assign(**{counted(int(whole.sum()), rest): answered})


def _part(share: float) -> str:
    return SOME_REFUSED if share > 0 else ALL_REFUSED


def refused(book: Run) -> pd.DataFrame:
    """One row per operation and error that left something unread; `calls` counts the calls."""
    found = gap_rows(book.coverage)
    names = account_names(book)
    return pd.DataFrame(
        [
            {
                "operation": f"{g['service']}:{g['operation']}",
                "outcome": g["outcome"],
                "error_code": g["error_code"],
                "calls": g["calls"],
                "accounts": joined(names.get(a, a) for a in g["accounts"]),
                "regions": joined(g["regions"]),
            }
            for g in found
        ],
        columns=["operation", "outcome", "error_code", "calls", "accounts", "regions"],
    )


def regions(book: Run) -> pd.DataFrame:
    """One row per account and region that is enabled, was asked in, or of which nobody told: calls, how many of them
    were not answered, how many services answered that they hold nothing there, and how many AWS does not offer."""
    found = places(book)
    found = found[found["status"] != "not_enabled"]
    found = found.assign(
        account=named(book, found["account_id"]),
        region=found["region"].replace(GLOBAL, GLOBAL_COLUMN),
        seen=found["status"].map(STATE_WORDS),
    )
    columns = {
        "account": "account",
        "region": "region",
        "seen": "seen",
        "asked": "calls",
        "refused": "unanswered",
        "not_in_use": "services_not_in_use",
        "not_offered": "services_not_offered",
    }
    return tidy(found, columns, ["account", "region"])


def regions_map(book: Run) -> go.Figure:
    """Account by region: were our questions answered there?  Global services have a column of their own; regions that
    are enabled in no account are left out."""
    title = "Where we looked, by account and region"
    found = places(book)
    shown = found.groupby("region")["status"].agg(lambda states: set(states) != {"not_enabled"})
    found = found[found["region"].isin(shown[shown].index)]
    if found.empty:
        return charts.nothing(title, "No region was read.")
    words = found.assign(word=found["status"].map(STATE_WORDS)).pivot(
        index="account_id", columns="region", values="word"
    )
    words = words[[GLOBAL, *(r for r in words if r != GLOBAL)]].rename(columns={GLOBAL: GLOBAL_COLUMN})
    words = words.reindex([a for a in accounts_read(book) if a in words.index] or words.index)
    words.index = words.index.map(lambda a: account_names(book).get(a, a))
    return charts.state_map(title, words, PLACES, hatched={STATE_WORDS["enabled_not_read"]})
