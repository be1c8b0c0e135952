"""Where values stand in plain: environments of functions, tasks and builds, user data, stacks, parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from orienteer.facts.fact import Fact
from orienteer.facts.seen import Cells, Row, Unseen
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import cells_of, documents, fits
from orienteer.model import KEYS
from orienteer.parameters import Pattern, Range

NAME_PATTERN = "pass|secret|token|api.?key|credential"
TASK = "AWS::ECS::TaskDefinition"
PLACES = {
    "lambda_functions": ("AWS::Lambda::Function", "environment"),
    "ecs_task_definitions": (TASK, "environment"),
    "codebuild_projects": ("AWS::CodeBuild::Project", "environment"),
    "ec2_user_data": ("AWS::EC2::Instance", "user data"),
    "ec2_launch_template_versions": ("AWS::EC2::LaunchTemplate", "user data"),
    "autoscaling_launch_configurations": ("AWS::AutoScaling::LaunchConfiguration", "user data"),
    "cloudformation_stacks": ("AWS::CloudFormation::Stack", "parameters and outputs"),
    "ssm_plain_parameters": ("AWS::SSM::Parameter", "parameter"),
}
"""Tables of things that hold plain values, each with their type and where in them the values stand."""


def _plain_values(
    lambda_functions: Source,
    ecs_task_definitions: Source,
    codebuild_projects: Source,
    ec2_user_data: Source,
    ec2_launch_template_versions: Source,
    autoscaling_launch_configurations: Source,
    cloudformation_stacks: Source,
    ssm_plain_parameters: Source,
) -> Iterator[Cells | Gap]:
    sources = (
        lambda_functions,
        ecs_task_definitions,
        codebuild_projects,
        ec2_user_data,
        ec2_launch_template_versions,
        autoscaling_launch_configurations,
        cloudformation_stacks,
        ssm_plain_parameters,
    )
    for source in sources:
        seen = set[Any]()
        for row in source.rows:
            kind, place = PLACES[source.name]
            task = row.get("task_arn")
            if kind == TASK and (task is None or task in seen):
                continue
            seen.add(task)
            named = {"resource_id": task.rpartition("/")[2], "resource_arn": task} if task else {}
            keys = cells_of(row) | named
            yield Cells(keys, resource_type=kind, location=place, signs=_seen_signs(row))
        yield from source.gaps


def _seen_signs(row: Cells) -> Any:
    """The signs; not seen where Lambda could not decrypt its variables."""
    error = row.get("environment_error")
    if error:
        where = f"account {row['account_id']}, region {row['region']}, resource {row['resource_id']}"
        return Unseen(frozenset({f"lambda:ListFunctions {error} ({where})"}))
    return row.get("signs")


def forms(one: Row) -> tuple[str, ...]:
    """Names of values that have a form of known tokens and keys, with the form."""
    found = (sign for sign in documents(one.signs) if sign.get("kind"))
    return tuple(f"{sign.get('name')} ({sign['kind']})" for sign in found)


def suspects(
    one: Row, *, name_pattern: Pattern = NAME_PATTERN, entropy: Annotated[float, Range(0, 8)] = 3.5
) -> tuple[str, ...]:
    """Names that tell of a secret, of values that look random; of a plain parameter, its own name."""
    if one.location == "parameter":
        return (one.resource_id,) if fits(name_pattern, one.resource_id) else ()
    found = (sign for sign in documents(one.signs) if not sign.get("kind") and sign.get("entropy", 0) >= entropy)
    return tuple(str(s.get("name")) for s in found if fits(name_pattern, str(s.get("name"))))


PLAIN_VALUES = Fact(
    "plain_values",
    "One row per function, task definition, build project, machine, template, stack and plain parameter: which of its "
    "values look like secrets (never the values).",
    rows=_plain_values,
    made=dict.fromkeys(("", *KEYS, "resource_type", "location", "signs"), tuple(PLACES)),
    columns=(forms, suspects),
    hidden=frozenset({"signs"}),
    resource_type="AWS::Lambda::Function",
)
