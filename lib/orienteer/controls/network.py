"""Security groups and default networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Annotated

from orienteer import reach
from orienteer.controls.control import control
from orienteer.controls.verdict import CRITICAL, HIGH, INFO, LOW, MEDIUM, Verdict, asked, failed, faults, passed
from orienteer.facts.default_vpcs import DEFAULT_VPCS
from orienteer.facts.network import MAX_PREFIX, SECURITY_GROUPS, found_path, openings
from orienteer.facts.seen import Row, unless_unseen
from orienteer.model import Category, Severity
from orienteer.parameters import Range
from orienteer.ports import SENSITIVE_PORTS
from orienteer.words import counted

GROUP = "AWS::EC2::SecurityGroup"
PORTED, PINGS = ("tcp", "udp", "-1"), ("icmp", "icmpv6")


@control(
    "NET-01",
    title="No security group opens administration, database or all ports to the internet",
    category=Category.NETWORK,
    severity=Severity.HIGH,
    maturity=2,
    source="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    fact=SECURITY_GROUPS,
    resource_type=GROUP,
    evidence=("group_name", "interfaces"),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 6.3", "CIS AWS Foundations v7.0.0 6.4", "CIS AWS Foundations v7.0.0 6.1.2"],
        "fsbp": ["EC2.13", "EC2.14", "EC2.18", "EC2.19"],
        "prowler": [
            "ec2_securitygroup_allow_ingress_from_internet_to_all_ports",
            "ec2_securitygroup_allow_ingress_from_internet_to_high_risk_tcp_ports",
            "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22",
            "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_3389",
        ],
        "scoutsuite": [
            "ec2-security-group-opens-all-ports-to-all.json",
            "ec2-security-group-opens-known-port-to-all.json",
            "ec2-security-group-opens-port-to-all.json",
        ],
        "service_screener": ["SGAllPortOpenToAll", "SGSensitivePortOpenToAll"],
    },
)
def open_security_groups(
    group: Row,
    *,
    sensitive_ports: Annotated[Sequence[int], Range(0, 65535)] = SENSITIVE_PORTS,
    max_prefix: Annotated[int, Range(1, 32)] = MAX_PREFIX,
) -> Verdict:
    """An administration or database port that is open to the whole internet is under attack all day.

    Fix: set up another way in first (Session Manager, a VPN, a private path), then remove the rule or narrow its
    source.
    """
    return faults(
        (partial(_opening, group, opening, sensitive_ports) for opening in openings(group, max_prefix)),
        otherwise=lambda: passed("No sensitive port is open to the internet."),
        every=False,
    )


def _opening(group: Row, opening: reach.Opening, ports: Sequence[int]) -> Verdict | None:
    """The verdict about one opening, by how near the internet gets to what stands behind it."""
    shown = {"port_range": f"{opening.protocol}/{opening.ports}", "source": opening.sources}
    what = f"The group opens {opening.named} to {' and '.join(opening.sources)}"
    if opening.protocol in PINGS:
        return failed("The group opens ICMP to the internet, which shows outsiders what is there.", INFO, **shown)
    if not reach.sensitive(opening, ports) and not (opening.ports == "all" and opening.protocol in PORTED):
        return None
    if (path := unless_unseen(lambda: found_path(group.attached, opening), None)) is not None:
        way = {"interface": path[0], **asdict(path[1])}
        return failed(f"{what}, and the internet reaches interface {path[0]}.", CRITICAL, public_path=way, **shown)
    if unless_unseen(lambda: not group.in_use, False):
        return failed(f"{what}; no interface uses the group.", LOW, **shown)
    return failed(f"{what}; no path from the internet to an interface that uses it was found.", HIGH, **shown)


@control(
    "NET-02",
    title="Default security groups have no rules and are not in use",
    category=Category.NETWORK,
    severity=Severity.MEDIUM,
    maturity=2,
    source="https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html",
    fact=SECURITY_GROUPS,
    resource_type=GROUP,
    evidence=("vpc_id", "interfaces"),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 6.5"],
        "fsbp": ["EC2.2"],
        "prowler": ["ec2_securitygroup_default_restrict_traffic", "ec2_securitygroup_from_launch_wizard"],
        "scoutsuite": ["ec2-default-security-group-with-rules.json", "ec2-default-security-group-in-use.json"],
        "service_screener": ["SGDefaultInUsed", "SGDefaultDisallowTraffic"],
    },
)
def default_security_groups(group: Row) -> Verdict | None:
    """Whatever is launched without a thought for its network ends up in the default group, together with everything
    else that was.

    Fix: move the interfaces to groups made for their purpose, then delete all rules of the default group.
    """
    name, rules = group.group_name or "", group.ingress_rules + group.egress_rules
    if name.startswith("launch-wizard") and group.in_use:
        return failed("A group created by the launch wizard is in use.")
    if name != "default":
        return None
    if not rules and not group.in_use:
        return passed("The default group is empty and unused.")
    if group.in_use:
        return failed(f"The default group has {counted(rules, 'rule')} and is in use.", MEDIUM)
    return failed(f"The default group has {counted(rules, 'rule')} and no interface uses it.", LOW)


@control(
    "NET-03",
    title="Default VPCs are removed, or at least empty",
    category=Category.NETWORK,
    severity=LOW,
    maturity=3,
    source="https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html",
    fact=DEFAULT_VPCS,
    evidence=("gateway",),
    scope="region",
    mappings={"fsbp": ["EC2.15"], "prowler": ["vpc_subnet_no_public_ip_by_default"]},
)
def default_vpcs(vpc: Row) -> Verdict:
    """A default VPC has an internet gateway and gives every instance a public address unasked.

    Fix: delete empty default VPCs, as part of the account baseline; move what runs in the others before you do.
    """
    if vpc.vpc_id is None:
        return passed("There is no default VPC.")
    if vpc.is_default is None:
        return asked("AWS does not say whether this is the default VPC; is it?")
    given = unless_unseen(lambda: vpc.auto_public_subnets, None)
    verb = "gives" if given == 1 else "give"
    public = f", in which {counted(given, 'subnet')} {verb} out public addresses" if given else ""
    if vpc.in_use:
        use = unless_unseen(lambda: f"{counted(len(vpc.interfaces), 'interface')} in it", "there are interfaces in it")
        return failed(f"The region has its default VPC{public}; {use}.", MEDIUM)
    text = f"The region has its default VPC{public}; nothing is in it."
    if vpc.closed:
        return failed(f"{text} Service control policies close the region to the account anyway.", INFO)
    return failed(text)
