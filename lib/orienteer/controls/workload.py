"""What runs: machines, their roles and images, and the platforms of containers and functions."""

from __future__ import annotations

from orienteer.controls.control import control
from orienteer.controls.verdict import CRITICAL, HIGH, MEDIUM, Verdict, failed, faults, passed, when
from orienteer.facts.machines import INSTANCE, METADATA_USERS
from orienteer.facts.seen import Row
from orienteer.model import Category


@control(
    "WRK-01",
    title="Running instances and launch templates require IMDSv2",
    category=Category.WORKLOAD,
    severity=HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html",
    fact=METADATA_USERS,
    evidence=("hop_limit", "instance_profile"),
    mappings={"cis": ["6.7"], "fsbp": ["EC2.8", "AutoScaling.3"],
              "prowler": ["ec2_instance_imdsv2_enabled", "ec2_launch_template_imdsv2_required",
              "autoscaling_group_launch_configuration_requires_imdsv2"],
              "service_screener": ["EC2IMDSv2", "ASGIMDSv2"]},
)  # fmt: skip
def imdsv2_required(one: Row) -> Verdict:
    """With the older metadata service, one forged request through a web application is enough to steal the credentials
    of the machine's role; IMDSv2 asks for a token that such a request cannot get.

    A hop limit above 2 lets containers and proxies further away fetch the credentials, so look at those as well.

    Fix: set the metadata options of each instance to require tokens (HttpTokens = required), publish a new default
    version of each launch template that does the same, replace launch configurations by templates, and make it the
    account's default in every region.
    """
    if one.http_tokens == "required":
        return passed(f"IMDSv2 is required.{_hops(one)}")
    if one.metadata_endpoint == "disabled":
        return passed("The metadata service is switched off.")
    if one.resource_type != INSTANCE:
        if one.account_default:
            return passed("The template sets nothing, and the account's default requires IMDSv2.")
        return failed("Machines started from it answer requests without a token (IMDSv1).", MEDIUM)
    open_role = "and it is reached from the internet with a role that may change things."
    return faults(
        [
            when(lambda: one.role and one.role.may_change and one.internet_facing, CRITICAL,
                 f"The instance answers requests without a token (IMDSv1), {open_role}"),
            when(lambda: True, HIGH, "The instance answers requests without a token (IMDSv1)."),
        ],
        otherwise=lambda: passed(""),
        every=False,
    )  # fmt: skip


def _hops(one: Row) -> str:
    return f" Answers may travel {one.hop_limit} hops." if (one.hop_limit or 0) > 2 else ""
