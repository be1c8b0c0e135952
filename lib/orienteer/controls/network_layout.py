"""How networks are laid out: subnets and their ACLs, flow logs, and private ways to other networks."""

from __future__ import annotations

from typing import Literal

from orienteer.controls.control import control
from orienteer.controls.verdict import HIGH, INFO, LOW, MEDIUM, Verdict, asked, failed, faults, passed, when
from orienteer.facts.flow_logs import VPCS
from orienteer.facts.network import SUBNETS
from orienteer.facts.private_paths import PENDING, PRIVATE_PATHS
from orienteer.facts.seen import Row, unless_unseen
from orienteer.model import Category

GUIDE = "https://docs.aws.amazon.com/vpc/latest/"


@control(
    "NET-04",
    title="Subnets do not hand out public addresses, and network ACLs do not open administration ports to the internet",
    category=Category.NETWORK,
    severity=MEDIUM,
    maturity=3,
    source=f"{GUIDE}userguide/vpc-network-acls.html",
    fact=SUBNETS,
    evidence=("vpc_id", "acl_id"),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 6.2"],
        "fsbp": ["EC2.15", "EC2.21"],
        "prowler": [
            "vpc_subnet_no_public_ip_by_default",
            "ec2_networkacl_allow_ingress_tcp_port_22",
            "ec2_networkacl_allow_ingress_tcp_port_3389",
        ],
        "scoutsuite": ["vpc-custom-network-acls-allow-all.json", "vpc-default-network-acls-allow-all.json"],
        "service_screener": ["EC2SubnetAutoPublicIP", "NACLSensitivePort"],
    },
)
def subnets_keep_private(subnet: Row, *, public_subnets: tuple[str, ...] = ()) -> Verdict | None:
    """Where a subnet assigns public addresses automatically, every machine launched in it faces the internet unasked.

    Subnets of a default VPC are judged by NET-03. The default network ACL lets everything in and leaves the work to
    security groups; that is reported for information only.

    Fix: turn off automatic public addresses for the subnet, keep a list of the subnets that are meant to be public, and
    remove network ACL rules that let the internet reach ports 22 and 3389.
    """
    if subnet.of_default_vpc or subnet.owner_account not in (None, subnet.account_id):
        return None
    meant = bool({subnet.subnet_id, subnet.subnet_name} & {*public_subnets})
    way = unless_unseen(lambda: bool(subnet.gateway), True)
    return faults(
        [
            when(
                lambda: subnet.public_ip_on_launch and not meant,
                MEDIUM if way else LOW,
                "the subnet gives a public address to whatever is launched in it",
            ),
            when(
                lambda: subnet.acl_openings and not subnet.acl_is_default,
                MEDIUM if way else LOW,
                lambda: f"its network ACL lets the internet reach {', '.join(subnet.acl_openings)}",
            ),
            when(
                lambda: subnet.acl_openings, INFO, "its network ACL is the VPC's default one, which lets everything in"
            ),
        ],
        otherwise=lambda: passed(
            "The subnet gives out no public addresses unasked, and its network ACL closes ports 22 and 3389."
        ),
        every=False,
    )


@control(
    "NET-05",
    title="VPC flow logs are on for every VPC with workloads",
    category=Category.NETWORK,
    severity=MEDIUM,
    maturity=3,
    source=f"{GUIDE}userguide/flow-logs.html",
    fact=VPCS,
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 4.7"],
        "fsbp": ["EC2.6"],
        "prowler": ["vpc_flow_logs_enabled"],
        "scoutsuite": ["vpc-subnet-without-flow-log.json"],
        "service_screener": ["VPCFlowLogEnabled"],
    },
)
def vpc_flow_logs(vpc: Row, *, flow_log_scope: Literal["all", "prod"] = "all") -> Verdict | None:
    """Flow logs are the only record of who talked to whom in a network; what was not recorded is lost.

    An empty VPC is not judged, nor is one that another account owns and shares.

    Fix: create a flow log for the VPC, of all or at least of rejected traffic, that delivers to the log archive, and
    make it part of the account baseline.
    """
    if vpc.owner_account not in (None, vpc.account_id) or (flow_log_scope == "prod" and vpc.env_class == "non-prod"):
        return None
    if not vpc.has_interfaces:
        return None
    if vpc.flow_log:
        return passed(f"A flow log records the VPC ({vpc.flow_log}).")
    if vpc.has_subnets and not vpc.bare_subnets:
        return passed("Every subnet of the VPC has a flow log.")
    if vpc.untold:
        return asked(f"AWS does not say whether {', '.join(vpc.untold)} delivers; do records arrive?")
    if vpc.failing:
        return failed(f"The VPC has a flow log that cannot deliver ({vpc.failing[0]}).")
    return failed("Nothing records the traffic of this VPC, although it is in use.")


@control(
    "NET-08",
    title="Private paths are narrow: peering routes, transit attachments and VPC endpoints",
    category=Category.NETWORK,
    severity=LOW,
    maturity=4,
    source=f"{GUIDE}privatelink/vpc-endpoints-access.html",
    fact=PRIVATE_PATHS,
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 6.6", "CIS AWS Foundations v7.0.0 6.8"],
        "fsbp": ["EC2.10", "EC2.23"],
        "prowler": [
            "vpc_peering_routing_tables_with_least_privilege",
            "ec2_transitgateway_auto_accept_vpc_attachments",
            "vpc_endpoint_connections_trust_boundaries",
        ],
        "scoutsuite": ["vpc-routing-tables-with-peering.json"],
    },
)
def private_paths(path: Row, *, peering_exact: bool = False) -> Verdict | None:
    """A private link to somebody else's network bypasses every control at the edge, in both directions.

    Through an endpoint whose policy allows everything, an intruder can copy data to a bucket of their own, with their
    own credentials, over a path no firewall sees.

    Fix: remove links to accounts outside the organization that nobody vouches for, turn off automatic acceptance on
    transit gateways, and limit endpoint policies to the organization's identities and resources, plus the AWS-owned
    buckets its machines need.
    """
    if path.kind in ("peering", "attachment"):
        return _link(path, peering_exact)
    if path.kind == "endpoint":
        return _endpoint(path)
    if path.owner_account not in (None, path.account_id):
        return None
    if path.kind == "gateway":
        if path.accepts_by_itself:
            return failed(
                "The transit gateway automatically accepts attachments from any account it is shared with.",
                MEDIUM,
            )
        return passed("Somebody has to accept each attachment to the transit gateway.")
    if not path.has_private_subnets:
        return None
    if path.reaches_s3:
        return passed("Private subnets reach S3 through a gateway endpoint.", INFO)
    text = "The VPC has private subnets but no S3 gateway endpoint: they reach S3 over the internet or not at all."
    return failed(text, INFO)


def _link(path: Row, exact: bool) -> Verdict:
    strangers = path.foreign if path.kind == "peering" else path.foreign_ends
    if strangers and path.state in PENDING:
        return asked(f"{', '.join(strangers)}, outside the organization, has asked for a connection: is it known?")
    if strangers:
        return failed(f"It connects a network to {', '.join(strangers)}, outside the organization.", HIGH)
    if exact and path.kind == "peering" and path.whole_routes:
        return failed(f"Routes cover the whole address range of the other VPC ({', '.join(path.whole_routes)}).")
    return passed("It connects only networks of the organization.")


def _endpoint(path: Row) -> Verdict | None:
    if path.policy is None or path.opens_all is None:
        return None
    if path.opens_all:
        return failed(
            f"The endpoint's policy lets anybody use any resource of {path.service}, even one outside the organization."
        )
    return passed("The endpoint's policy does not open resources outside the organization to everybody.")
