"""What runs besides plain machines: the roles of workloads, and the platforms of containers and functions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pandas as pd

from orienteer.facts.fact import Fact, Join
from orienteer.facts.machines import GONE, INSTANCE, WAYS_IN
from orienteer.facts.openings import listed, wide
from orienteer.facts.seen import Cells, Partial, Row, Unseen
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import PLACE, cells_of, documents, keys_at, names_in
from orienteer.model import KEYS
from orienteer.partitions import account_of
from orienteer.policy.rights import breadth

ROLE, TASK = "AWS::IAM::Role", "AWS::ECS::TaskDefinition"
CLUSTER, REPOSITORY, FUNCTION = "AWS::EKS::Cluster", "AWS::ECR::Repository", "AWS::Lambda::Function"


# --- roles


def _workload_roles(
    machines: Source, lambda_functions: Source, ecs_task_definitions: Source, principals: Source
) -> Iterator[Cells | Gap]:
    """One row per role that something runs as, then the instances that run as none."""
    used: dict[tuple[str, str], list[str]] = defaultdict(list)
    on_machines: dict[tuple[str, str], list[Cells]] = defaultdict(list)
    for machine in (row for row in machines.rows if row["state"] not in GONE):
        role = machine["role"]
        if isinstance(role, Cells):
            on_machines[machine["account_id"], role["resource_arn"]].append(machine)
        elif isinstance(role, Unseen) or machine["profile_arn"] is None:
            found = role if isinstance(role, Unseen) else None
            alone = {"principal": found, "workloads": (), "machines": Partial(())}
            yield Cells(cells_of(machine), resource_type=INSTANCE, **alone)
    for machine_key, found_on in on_machines.items():
        used[machine_key] += [f"instance {one['resource_id']}" for one in found_on]
    for function in (row for row in lambda_functions.rows if row["role_arn"]):
        used[function["account_id"], function["role_arn"]].append(f"function {function['function_name']}")
    for task in (row for row in ecs_task_definitions.rows if row["task_role"]):
        used[task["account_id"], task["task_role"]].append(f"task {str(task['task_arn']).rpartition('/')[2]}")
    for (account, arn), workloads in sorted(used.items()):
        known = next(iter(principals.find({"resource_arn": arn})), None)
        gaps = principals.hidden(account_of(arn) or account)
        yield Cells(
            keys_at(account, arn.rpartition("/")[2], arn),
            resource_type=ROLE,
            principal=known or (Unseen(gaps) if gaps else None),
            workloads=tuple(dict.fromkeys(workloads)),
            machines=Partial(tuple(on_machines[account, arn])),
        )
    yield from (gap for source in (machines, lambda_functions, ecs_task_definitions) for gap in source.gaps)


def shared_by(role: Row) -> int:
    """How many workloads run as it."""
    return len(role.workloads)


def faces_internet(role: Row) -> bool:
    """The internet gets to one of the instances that run as it."""
    return any(one.internet_facing for one in role.machines)


def whole_services(role: Row, *, as_of: pd.Timestamp) -> tuple[str, ...]:
    """Services that hold data or run things, in which it may do everything."""
    return breadth.whole_services(role.principal.identity, as_of.to_pydatetime()) if role.principal else ()


def data_services(role: Row, *, as_of: pd.Timestamp) -> tuple[str, ...]:
    """Services of which it may read all data."""
    return breadth.data_services(role.principal.identity, as_of.to_pydatetime()) if role.principal else ()


WORKLOAD_ROLES = Fact(
    "workload_roles",
    "One row per role that instances, functions or tasks run as, with what it may do; one per instance without a role.",
    rows=_workload_roles,
    made={
        **dict.fromkeys(
            ("", *KEYS, "resource_type", "workloads"), ("ec2_instances", "lambda_functions", "ecs_task_definitions")
        ),
        "principal": ("principals.is_admin", "principals.ways", "machine_roles"),
        "machines": ("machines.internet_facing", *WAYS_IN),
    },
    columns=(shared_by, faces_internet, whole_services, data_services),
    hidden=frozenset({"principal", "machines"}),
    resource_type=ROLE,
)


# --- platforms

PARTS = (
    "public_endpoint",
    "public_cidrs",
    "version",
    "audit_logs",
    "own_key",
    "network_mode",
    "pid_mode",
    "privileged",
    "scan_on_push",
    "tag_mutability",
    "runtime",
)


def _platforms(
    eks_cluster_details: Source, ecs_task_definitions: Source, ecr_repositories: Source, lambda_functions: Source
) -> Iterator[Cells | Gap]:
    lists = (
        (eks_cluster_details, CLUSTER),
        (ecs_task_definitions, TASK),
        (ecr_repositories, REPOSITORY),
        (lambda_functions, FUNCTION),
    )
    for source, kind in lists:
        seen = set[Any]()
        for row in source.rows:
            arn = row.get("task_arn") or row["resource_arn"]
            if kind == TASK and (row["task_arn"] is None or arn in seen):
                continue
            seen.add(arn)
            name = str(arn).rpartition("/")[2] if kind == TASK else row["resource_id"]
            keys = cells_of(row) | {"resource_id": name, "resource_arn": arn}
            yield Cells(keys, resource_type=kind, **{part: row.get(part) for part in PARTS})
        yield from source.gaps


def _is_repository(one: Row) -> bool:
    return bool(one.resource_type == REPOSITORY)


def open_to(one: Row) -> tuple[str, ...]:
    """The wide ranges of addresses from which the API server of a cluster is reached."""
    return wide(listed(one.public_cidrs)) if one.public_endpoint else ()


def encrypts_secrets(one: Row) -> bool:
    """Secrets of the cluster are encrypted under a key of the client's, or of AWS since Kubernetes 1.28.

    https://docs.aws.amazon.com/eks/latest/userguide/envelope-encryption.html
    """
    if one.own_key:
        return True
    numbers = [int(part) for part in str(one.version or "").split(".") if part.isdigit()]
    return numbers >= [1, 28]


def scanned(one: Row) -> bool:
    """Images are scanned: as the registry's rules say; as the repository itself does where basic scanning has no rules.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-filters.html
    """
    rules = documents(one.scan_rules)
    for rule in rules:
        filters = [str(found.get("filter")) for found in rule.get("repositoryFilters") or ()]
        automatic = rule.get("scanFrequency") in ("SCAN_ON_PUSH", "CONTINUOUS_SCAN")
        if automatic and any(fnmatchcase(one.resource_id, f if "*" in f else f"*{f}*") for f in filters):
            return True
    return bool(one.scan_on_push and one.scan_type != "ENHANCED" and not rules)


def privileged_containers(one: Row) -> tuple[str, ...]:
    """Containers that are root on their machine."""
    return names_in(one.privileged)


PLATFORMS = Fact(
    "platforms",
    "One row per EKS cluster, task definition in use, private image repository and function: how each is hardened.",
    rows=_platforms,
    made=dict.fromkeys(
        ("", *KEYS, "resource_type", *PARTS),
        ("eks_cluster_details", "ecs_task_definitions", "ecr_repositories", "lambda_functions"),
    ),
    joins=(Join("ecr_registry_scanning", ("scan_type", "scan_rules"), on=PLACE, only=_is_repository),),
    columns=(open_to, encrypts_secrets, scanned, privileged_containers),
    resource_type=CLUSTER,
)
