"""EC2 instances and what starts them: the roles they run as, and what the metadata service asks of a caller."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from orienteer.facts.fact import Fact, Join
from orienteer.facts.seen import Cells, Row
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import ACCOUNT, PLACE, cells_of
from orienteer.model import KEYS
from orienteer.policy.rights.breadth import changes

INSTANCE = "AWS::EC2::Instance"
TEMPLATE, CONFIGURATION = "AWS::EC2::LaunchTemplate", "AWS::AutoScaling::LaunchConfiguration"
GONE = ("terminated", "shutting-down")
WAYS_IN = ("reached_interfaces.ways_in", "open_groups.wide")
"""What tells whether the internet gets to an instance."""


# --- roles of instance profiles


def _machine_roles(principals: Source) -> Iterator[Cells | Gap]:
    yield from (Cells(row) for row in principals.rows if row["on_machines"])
    yield from principals.gaps


def may_change(role: Row, *, as_of: pd.Timestamp) -> bool:
    """It may do more than read and report."""
    return changes(role.identity, as_of.to_pydatetime())


MACHINE_ROLES = Fact(
    "machine_roles",
    "One row per role in an instance profile: whether it may do more than read and report.",
    rows=_machine_roles,
    made={
        "": ("principals",),
        **{
            column: (f"principals.{column}",)
            for column in (*KEYS, "kind", "profiles", "identity", "is_admin", "ways", "path")
        },
    },
    columns=(may_change,),
    hidden=frozenset({"profiles", "identity", "ways"}),
    resource_type="AWS::IAM::Role",
)


def profile_of(machine: Cells) -> tuple[str, ...]:
    """The name of its instance profile."""
    arn = machine["profile_arn"]
    return (arn.rpartition("/")[2],) if isinstance(arn, str) else ()


def profiles_of(role: Cells) -> tuple[str, ...]:
    """The instance profiles that a role is in."""
    return role["profiles"]  # type: ignore[no-any-return]


# --- instances


def internet_facing(machine: Row) -> bool:
    """The internet gets to one of its interfaces on a port that a security group opens."""
    return any(one.ways_in for one in machine.attached)


def role_name(machine: Row) -> str | None:
    """The role that its instance profile holds."""
    return machine.role.resource_id if machine.role else None


MACHINES = Fact(
    "machines",
    "One row per EC2 instance: whether the internet gets to it, and the role that its instance profile holds.",
    base="reached_instances",
    joins=(
        Join(
            "machine_roles",
            row="role",
            on={**ACCOUNT, "has": "profile_arn"},
            has=profiles_of,
            each=profile_of,
            place=("account_id", ""),
        ),
    ),
    columns=(internet_facing, role_name),
    hidden=frozenset({"attached", "role"}),
    resource_type=INSTANCE,
)


# --- what the metadata service asks of a caller


def _metadata_users(
    machines: Source, ec2_launch_template_versions: Source, autoscaling_launch_configurations: Source
) -> Iterator[Cells | Gap]:
    """Instances that are not gone, default versions of launch templates, and launch configurations."""
    lists = (
        (machines, INSTANCE),
        (ec2_launch_template_versions, TEMPLATE),
        (autoscaling_launch_configurations, CONFIGURATION),
    )
    for source, kind in lists:
        for row in source.rows:
            if row.get("state") in GONE or row.get("is_default", True) is False:
                continue
            yield Cells(
                cells_of(row),
                resource_type=kind,
                http_tokens=row["http_tokens"],
                metadata_endpoint=row["metadata_endpoint"],
                hop_limit=row["hop_limit"],
                instance_profile=row.get("profile_arn"),
                internet_facing=row.get("internet_facing", False),
                role=row.get("role"),
            )
        yield from source.gaps


def _is_template(one: Row) -> bool:
    return bool(one.resource_type == TEMPLATE and one.http_tokens is None)


METADATA_USERS = Fact(
    "metadata_users",
    "One row per EC2 instance, launch template (its default version) and launch configuration: what it asks of a "
    "caller of the metadata service.",
    rows=_metadata_users,
    made={
        **dict.fromkeys(
            ("", *KEYS, "resource_type", "http_tokens", "metadata_endpoint", "hop_limit", "instance_profile"),
            ("ec2_instances", "ec2_launch_template_versions", "autoscaling_launch_configurations"),
        ),
        "internet_facing": ("machines.internet_facing", *WAYS_IN),
        "role": ("machine_roles.may_change",),
    },
    joins=(Join("metadata_regions", {"account_default": "requires_imdsv2"}, on=PLACE, only=_is_template),),
    hidden=frozenset({"role"}),
    resource_type=INSTANCE,
)
