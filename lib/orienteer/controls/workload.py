"""What runs: machines, their roles and images, and the platforms of containers and functions."""

from __future__ import annotations

from orienteer.controls.control import control
from orienteer.controls.verdict import (
    CRITICAL,
    HIGH,
    INFO,
    LOW,
    MEDIUM,
    Fault,
    Verdict,
    asked,
    failed,
    faults,
    passed,
    unless_worse,
    when,
)
from orienteer.facts.machines import INSTANCE, METADATA_USERS
from orienteer.facts.seen import Row
from orienteer.facts.workloads import CLUSTER, FUNCTION, PLATFORMS, REPOSITORY, TASK, WORKLOAD_ROLES
from orienteer.model import Category

HARDENED = {
    CLUSTER: "Its API server is closed to the internet and keeps an audit log, and its secrets are encrypted.",
    TASK: "No container is privileged or shares the host's network or processes.",
    REPOSITORY: "Images are scanned, and tags cannot be overwritten.",
    FUNCTION: "The runtime is not on the list of deprecated ones.",
}
"""What is said of a platform of each kind that has no fault."""


@control(
    "WRK-01",
    title="Running instances and launch templates require IMDSv2",
    category=Category.WORKLOAD,
    severity=HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html",
    fact=METADATA_USERS,
    evidence=("hop_limit", "instance_profile"),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 6.7"],
        "fsbp": ["EC2.8", "AutoScaling.3"],
        "prowler": [
            "ec2_instance_imdsv2_enabled",
            "ec2_launch_template_imdsv2_required",
            "autoscaling_group_launch_configuration_requires_imdsv2",
        ],
        "service_screener": ["EC2IMDSv2", "ASGIMDSv2"],
    },
)
def imdsv2_required(one: Row) -> Verdict:
    """With version 1 of the metadata service, one forged request through a web application is enough to steal the
    credentials of the machine's role; IMDSv2 requires a token that such a request cannot get.

    A hop limit above 2 lets containers and proxies further away fetch the credentials; it is shown, not judged.

    Fix: once the CloudWatch metric MetadataNoToken stays at zero, require tokens on each instance (HttpTokens =
    required); publish a new default version of each launch template that does the same, replace launch configurations
    with templates, and make it the account's default in every region.
    """
    if one.http_tokens == "required":
        return passed(f"IMDSv2 is required.{_hops(one)}")
    if one.metadata_endpoint == "disabled":
        return passed("The metadata service is turned off.")
    if one.resource_type != INSTANCE:
        if one.account_default:
            return passed("The template leaves it open, and the account's default requires IMDSv2.")
        return failed("Machines launched from it answer metadata requests without a token (IMDSv1).", MEDIUM)
    text = "The instance answers metadata requests without a token (IMDSv1)"
    worse = f"{text}, faces the internet, and has a role that can change things."
    reached = when(lambda: one.role and one.role.may_change and one.internet_facing, CRITICAL, worse)
    return unless_worse(reached, failed(f"{text}.", HIGH))


def _hops(one: Row) -> str:
    return f" The hop limit is {one.hop_limit}." if (one.hop_limit or 0) > 2 else ""


@control(
    "WRK-05",
    title="Workload identities hold narrow permissions (instance, task and function roles)",
    category=Category.WORKLOAD,
    severity=HIGH,
    maturity=4,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
    fact=WORKLOAD_ROLES,
    evidence=("workloads", "shared_by"),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.16"],
        "prowler": ["ec2_instance_internet_facing_with_instance_profile", "ec2_instance_profile_attached"],
        "service_screener": ["EC2IamProfile"],
    },
)
def narrow_workload_role(role: Row) -> Verdict:
    """Whoever breaks into a workload has the permissions of its role, and most programs need only a few.

    Fix: give each workload a role of its own, limited to the actions and resources it uses; the role's Last Accessed
    tab in IAM shows which services and actions those are.
    """
    if role.resource_type == INSTANCE and role.principal is None:
        return asked("The instance has no role: do its programs use access keys, or no AWS credentials at all?", INFO)
    if role.principal is None:
        return failed("The role no longer exists, so what runs with it has no permissions at all.", LOW)
    if role.principal.is_admin:
        reached = "The role is administrator, and the internet reaches a machine that has it."
        return unless_worse(
            when(lambda: role.faces_internet, CRITICAL, reached), failed("The role is administrator.", HIGH)
        )
    return faults(
        [
            when(lambda: _way(role), HIGH, lambda: _way(role)),
            when(
                lambda: role.whole_services,
                MEDIUM,
                lambda: f"The role may do anything in {', '.join(role.whole_services)}.",
            ),
            when(
                lambda: role.data_services and role.faces_internet,
                MEDIUM,
                lambda: f"The internet reaches a machine that may read everything in {', '.join(role.data_services)}.",
            ),
        ],
        otherwise=lambda: passed(
            "The role is not administrator, cannot become it, and has no service-wide permissions."
        ),
        every=False,
    )


def _way(role: Row) -> str:
    """The first open way in which the role can become administrator, in words; empty where there is none."""
    return next((way.words for way in role.principal.ways if not way.blocked_by), "")


@control(
    "WRK-06",
    title="Container platforms are supported, private and unprivileged, and images are scanned",
    category=Category.WORKLOAD,
    severity=HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/eks/latest/best-practices/security.html",
    fact=PLATFORMS,
    mappings={
        "fsbp": ["EKS.1", "EKS.2", "EKS.3", "EKS.8", "ECS.4", "ECR.1", "ECR.2", "Lambda.2"],
        "prowler": [
            "eks_cluster_not_publicly_accessible",
            "eks_cluster_uses_a_supported_version",
            "eks_control_plane_logging_all_types_enabled",
            "ecs_task_definitions_no_privileged_containers",
            "ecr_repositories_scan_images_on_push_enabled",
            "awslambda_function_using_supported_runtimes",
        ],
    },
    version=2,
)
def hardened_platform(
    one: Row, *, eks_supported: tuple[str, ...] = (), lambda_deprecated: tuple[str, ...] = ()
) -> Verdict | None:
    """Containers and functions need the same care as machines: few may reach their control plane, nothing runs as root
    on the host, and what runs is known and maintained.

    Supported Kubernetes versions and deprecated Lambda runtimes change, so they are judged only where a list of them
    was agreed on. Without one, functions are not judged.

    Fix: limit the cluster's endpoint to known addresses (or make it private once people and pipelines reach the VPC),
    turn on its audit log, remove privileged and host mode from task definitions, turn on scanning for the registry, and
    move to supported versions.
    """
    if one.resource_type == FUNCTION and not lambda_deprecated:
        return None
    is_cluster = one.resource_type == CLUSTER
    return faults(
        [
            when(lambda: one.open_to, HIGH, "The API server can be reached from the whole internet"),
            when(lambda: is_cluster and not one.audit_logs, MEDIUM, "The audit log of the API server is off"),
            when(
                lambda: is_cluster and not one.encrypts_secrets,
                MEDIUM,
                "Kubernetes secrets are not encrypted with a KMS key",
            ),
            when(
                lambda: is_cluster and eks_supported and one.version not in eks_supported,
                MEDIUM,
                lambda: f"Kubernetes {one.version} is no longer supported",
            ),
            *_on_host(one),
            when(lambda: one.resource_type == REPOSITORY and not one.scanned, MEDIUM, "Images are not scanned"),
            when(lambda: (one.tag_mutability or "").startswith("MUTABLE"), LOW, "Tags can be overwritten"),
            when(
                lambda: one.runtime in lambda_deprecated,
                MEDIUM,
                lambda: f"The runtime {one.runtime} is no longer supported",
            ),
        ],
        otherwise=lambda: passed(HARDENED[one.resource_type]),
    )


def _on_host(one: Row) -> tuple[Fault, ...]:
    """What a task definition gives its containers of the machine they run on."""
    return (
        when(
            lambda: one.privileged_containers,
            HIGH,
            lambda: f"Privileged containers are root on the host: {', '.join(one.privileged_containers)}",
        ),
        when(lambda: one.pid_mode == "host", HIGH, "It shares the host's process namespace"),
        when(lambda: one.network_mode == "host", MEDIUM, "It uses the host's network"),
    )
