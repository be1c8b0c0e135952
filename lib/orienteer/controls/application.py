"""Applications: their secrets, their callers, their doors to the internet, and how they are delivered."""

from __future__ import annotations

from orienteer.controls.control import control
from orienteer.controls.verdict import CRITICAL, HIGH, Verdict, faults, passed, when
from orienteer.facts.plain_values import PLAIN_VALUES
from orienteer.facts.seen import Row
from orienteer.model import Category


@control(
    "APP-01",
    title="No secrets in function, task, build or instance configuration",
    category=Category.APPLICATION,
    severity=CRITICAL,
    maturity=3,
    source="https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html",
    fact=PLAIN_VALUES,
    evidence=("location",),
    mappings={"fsbp": ["ECS.8", "CodeBuild.2"],
              "prowler": ["awslambda_function_no_secrets_in_variables", "ecs_task_definitions_no_environment_secrets",
              "codebuild_project_no_secrets_in_variables", "ec2_instance_secrets_user_data",
              "ec2_launch_template_no_secrets", "cloudformation_stack_outputs_find_secrets"],
              "scoutsuite": ["ec2-instance-with-user-data-secrets.json"]},
)  # fmt: skip
def no_plain_secrets(one: Row) -> Verdict:
    """Whoever may read a configuration reads the secrets in it, and read access is given away freely.

    Values are looked at while they are read and are never kept: a finding names the variable and what its value looks
    like. A name that tells of a secret counts where its value looks random; a plain parameter counts by its name.

    Fix: move the value to Secrets Manager or to an encrypted parameter, let the application fetch it from there, and
    rotate it, because everybody who could read the configuration may have it.
    """
    return faults(
        [
            when(lambda: one.forms, CRITICAL, lambda: f"Secrets stand in its {one.location}: {_some(one.forms)}"),
            when(lambda: one.suspects, HIGH, lambda: f"What looks like secrets stands in plain: {_some(one.suspects)}"),
        ],
        otherwise=lambda: passed(f"Nothing in its {one.location} looks like a secret."),
    )


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"{', '.join(names[:5])}{more}"
