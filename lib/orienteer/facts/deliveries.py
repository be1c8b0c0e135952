"""How software is delivered: builds, pipelines, the roles they have, and the credentials for their sources."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from orienteer.facts.fact import Fact, Join
from orienteer.facts.guarded import ORGANIZATION_TYPE
from orienteer.facts.organization import NOWHERE, told_by
from orienteer.facts.seen import Cells, Row
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import RESOURCE, cells_of, days, documents, keys_at, latest, names_in
from orienteer.model import KEYS

PROJECT, PIPELINE = "AWS::CodeBuild::Project", "AWS::CodePipeline::Pipeline"
CREDENTIAL = "AWS::CodeBuild::SourceCredential"
TOLD = ("role_arn", "source", "filters", "sources", "credential_type", "created_at")
WHO = ("ACTOR_ACCOUNT_ID", "ORGANIZATION_NAME", "REPOSITORY_NAME")
"""Filters of a webhook that tell by a pattern who may start a build."""


def _deliveries(
    codebuild_projects: Source,
    codepipeline_pipeline_details: Source,
    codebuild_source_credentials: Source,
    organization: Source,
) -> Iterator[Cells | Gap]:
    """Projects, pipelines and source credentials, and one row about how changes are reviewed."""
    told = dict.fromkeys(TOLD)
    lists = (
        (codebuild_projects, PROJECT),
        (codepipeline_pipeline_details, PIPELINE),
        (codebuild_source_credentials, CREDENTIAL),
    )
    for source, kind in lists:
        for row in source.rows:
            if kind != CREDENTIAL or row["arn"]:
                known = {name: row[name] for name in told if name in row}
                yield Cells(cells_of(row), resource_type=kind, **told | known)
        yield from source.gaps
    home = organization.first("management_account_id")
    yield Cells(keys_at(told_by(home, organization), "review of changes"), resource_type=ORGANIZATION_TYPE, **told)


def is_admin(one: Row) -> bool:
    """The role that it deploys with is administrator."""
    return bool(one.role and one.role.is_admin)


def anybody_builds(one: Row) -> bool:
    """Whoever may open a pull request starts a build."""
    return any(e.level == "public" and e.through == "webhook" for e in one.exposed)


def loose_filters(one: Row) -> tuple[str, ...]:
    """Patterns of its webhook's filters that a longer name passes as well, since they are not held at both ends."""
    filters = [f for group in documents(one.filters) if isinstance(group, list) for f in group]
    named = (
        str(f.get("pattern") or "") for f in filters if f.get("type") in WHO and not f.get("excludeMatchedPattern")
    )
    return tuple(pattern for pattern in named if not _is_held(pattern))


def _is_held(pattern: str) -> bool:
    """Every alternative of the pattern begins with ^ and ends with $."""
    parts = _alternatives(pattern)
    if len(parts) > 1:
        return all(map(_is_held, parts))
    group = re.fullmatch(r"\((?:\?:)?(.*)\)", pattern)
    if group:
        return _is_held(group[1])
    return pattern.startswith("^") and pattern.endswith("$") and not pattern.endswith("\\$")


def _alternatives(pattern: str) -> list[str]:
    """What stands between the bars of a regular expression that are in no group, set or escape."""
    parts, depth, at = [""], 0, 0
    while at < len(pattern):
        piece = pattern[at : at + 2] if pattern[at] == "\\" else pattern[at]
        if piece == "[":
            end = pattern.find("]", at + 2)
            piece = pattern[at : end + 1] if end > 0 else piece
        depth += (piece == "(") - (piece == ")")
        if piece == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += piece
        at += len(piece)
    return parts


def _is_project(one: Row) -> bool:
    return bool(one.resource_type == PROJECT)


def idle_days(one: Row, *, as_of: pd.Timestamp) -> int | None:
    """Days since the newest build of a project began, or since it was made; None of anything else."""
    return days(as_of, latest(one.built_at, one.created_at)) if one.resource_type == PROJECT else None


def by_token(one: Row) -> bool:
    """Its sources are fetched by the older way of GitHub, with a token in the pipeline's settings."""
    return "GitHub" in names_in(one.sources)


DELIVERIES = Fact(
    "deliveries",
    "One row per build project, pipeline and source credential: the role, who starts builds, how sources are fetched; "
    "one about how changes are reviewed.",
    rows=_deliveries,
    made=dict.fromkeys(
        ("", *KEYS, "resource_type", *TOLD),
        ("codebuild_projects", "codepipeline_pipeline_details", "codebuild_source_credentials"),
    ),
    joins=(
        Join("principals", row="role", on={"resource_arn": "role_arn"}, place=NOWHERE),
        Join("build_exposures", many="exposed", on={"resource_arn": "resource_arn"}),
        Join("codebuild_last_builds", {"built_at": "started_at"}, on=RESOURCE, only=_is_project),
    ),
    columns=(is_admin, anybody_builds, loose_filters, by_token, idle_days),
    hidden=frozenset({"role", "exposed"}),
    resource_type=PROJECT,
)
