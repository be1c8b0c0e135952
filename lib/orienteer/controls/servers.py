"""Access to servers: Systems Manager, SSH keys, administration ports, logs of sessions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Annotated

from orienteer.controls.control import control
from orienteer.controls.verdict import HIGH, INFO, LOW, MEDIUM, Fault, Verdict, asked, failed, faults, passed
from orienteer.facts.seen import Row, unless_unseen
from orienteer.facts.servers import SERVER_KEYS, SERVERS, opened, way_to
from orienteer.facts.sessions import SESSION_PLACES
from orienteer.model import Category, Severity
from orienteer.parameters import Range
from orienteer.words import counted

ADMIN_PORTS = (22, 3389)
DAY = 24


@control(
    "SRV-01",
    title="Servers can be administered through Systems Manager",
    category=Category.IAM,
    severity=Severity.MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/systems-manager/latest/userguide/managed-instances-default-host-management.html",
    fact=SERVERS,
    evidence=("server_name", "agent_version", "system", "profile_arn", "host_management", "connect_endpoints"),
    mappings={"fsbp": ["SSM.1"], "prowler": ["ec2_instance_managed_by_ssm"], "service_screener": ["EC2SSMNotManaged"]},
)
def managed_servers(server: Row, *, skip_cluster_nodes: bool = True) -> Verdict | None:
    """A server managed by Systems Manager needs no open port and no key: IAM decides who may sign in.

    Fix: turn on Default Host Management Configuration in each region, which needs no instance profile, and make sure
    that the instance runs a current agent, requires IMDSv2 and can reach the Systems Manager endpoints.
    """
    if server.state != "running" or server.just_started:
        return None
    if skip_cluster_nodes and server.cluster:
        return passed(f"The instance is a node of {server.cluster}, which manages it.")
    if server.ping_status is None:
        return failed("Systems Manager does not know the instance.")
    if server.ping_status == "Online":
        return passed("Systems Manager manages the instance.")
    if server.ping_status == "ConnectionLost" and server.silent_hours is not None and server.silent_hours <= DAY:
        return passed(f"Systems Manager lost the connection {counted(round(server.silent_hours), 'hour')} ago.")
    since = "" if server.silent_hours is None else f" for {counted(round(server.silent_hours / DAY), 'day')}"
    return failed(f"Systems Manager has not heard from the instance{since}.")


@control(
    "SRV-02",
    title="Servers have no SSH key pairs, or only with a stated reason",
    category=Category.IAM,
    severity=Severity.MEDIUM,
    maturity=4,
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-key-pairs.html",
    fact=SERVER_KEYS,
    mappings={"service_screener": ["EC2KeyPairNotInUse"]},
)
def servers_without_keys(
    key: Row, *, ssh_exceptions: Sequence[str] = (), max_instances_per_key: Annotated[int, Range(1, 10_000)] = 5
) -> Verdict | None:
    """A private key is a password in a file: it is copied, it never expires, and no log shows who used it.

    AWS knows only the key an instance was launched with; keys may since have been added or removed on the machine.

    Fix: replace the instance with one launched without a key pair, and sign in through Session Manager or EC2 Instance
    Connect. Delete key pairs that no instance or launch template uses.
    """
    if key.kind == "key pair":
        return None if key.is_used else failed("No instance uses the key pair.", INFO)
    if key.state != "running":
        return None
    if key.key_name is None:
        return passed("The instance was launched without a key pair.")
    if {key.resource_id, key.resource_arn, key.server_name} & set(ssh_exceptions):
        return passed("The instance is an agreed exception.")
    return faults(
        [
            lambda: _open_ssh(key),
            lambda: (
                failed(f"{key.shared_with + 1} instances share the key pair {key.key_name}", MEDIUM)
                if key.shared_with >= max_instances_per_key
                else None
            ),
            lambda: failed(f"the instance was launched with the key pair {key.key_name}", LOW),
        ],
        otherwise=lambda: passed("The instance has no key pair."),
    )


def _open_ssh(key: Row) -> Verdict | None:
    if not key.ssh_sources:
        return None
    return failed(f"port 22 is open to {', '.join(key.ssh_sources[:5])}, outside the VPC", HIGH)


@control(
    "SRV-03",
    title="No server accepts SSH or RDP from the internet",
    category=Category.IAM,
    severity=Severity.CRITICAL,
    maturity=2,
    source="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    fact=SERVERS,
    evidence=("server_name", "vpc_id"),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 6.3", "CIS AWS Foundations v7.0.0 6.4"],
        "fsbp": ["EC2.13", "EC2.14"],
        "prowler": ["ec2_instance_port_ssh_exposed_to_internet", "ec2_instance_port_rdp_exposed_to_internet"],
        "scoutsuite": ["ec2-security-group-opens-known-port-to-all.json"],
        "service_screener": ["SGSensitivePortOpenToAll"],
    },
)
def no_open_administration(
    server: Row,
    *,
    bastions: Sequence[str] = (),
    admin_ports: Annotated[Sequence[int], Range(0, 65535)] = ADMIN_PORTS,
) -> Verdict | None:
    """An open SSH or RDP port is found within minutes, and from then on attacked with passwords and the latest
    exploits.

    Fix: make sure that Session Manager reaches the instance, then remove the rule; until then, admit only known
    addresses.
    """
    if server.state != "running":
        return None
    found = faults(_doors(server, admin_ports), otherwise=lambda: _shut(server, admin_ports), every=False)
    if found.status == "FAIL" and {server.resource_id, server.resource_arn, server.server_name} & set(bastions):
        text = "Which addresses may connect, how is it patched, and what stops password guessing?"
        return asked(f"A bastion host reachable from the internet. {text}", **found.evidence)
    return found


def _doors(server: Row, ports: Sequence[int]) -> Iterator[Fault]:
    """Its interfaces, then the load balancers before it."""
    return chain(
        (partial(_by_address, one, ports) for one in server.attached),
        (partial(_by_balancer, one, ports) for one in server.forwards),
    )


def _by_address(interface: Row, ports: Sequence[int]) -> Verdict | None:
    found = way_to(interface, ports)
    if found is None:
        return None
    port, way = found
    sources = " and ".join(way.opening.sources)
    words = f"The internet reaches port {port} at {way.path.address}, because {way.group_id} admits {sources}."
    return failed(words, port=port, way=way.chain, rule_source=way.opening.sources)


def _by_balancer(door: Row, ports: Sequence[int]) -> Verdict | None:
    if not {door.port, door.target_port} & set(ports) or not door.is_reached:
        return None
    words = f"Load balancer {door.balancer} forwards port {door.port} from the internet to the instance."
    return failed(words, port=door.target_port, way=door.resource_id)


def _shut(server: Row, ports: Sequence[int]) -> Verdict:
    """PASS, with a word about rules that are open and lead nowhere."""
    if unless_unseen(lambda: opened(server, ports), False):
        return passed(
            "A security group opens an administration port, but the internet has no path to the instance; see NET-01."
        )
    return passed("No administration port is open to the internet.")


@control(
    "SRV-04",
    title="Session Manager sessions are logged, and the server access model is described",
    category=Category.IAM,
    severity=Severity.MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-logging.html",
    fact=SESSION_PLACES,
    evidence=("running",),
    scope="region",
)
def logged_sessions(place: Row) -> Verdict:
    """Without a log nobody can find out afterwards who typed what on a server.

    The content of sessions that forward a port or tunnel SSH is never logged. Regions without running instances are
    left out.

    Fix: in Session Manager's preferences, send logs to an encrypted bucket or log group in each region that has servers
    (the instances' role must be able to write there), and write down for each platform how people are meant to sign in.
    """
    if place.kind == "organization":
        return asked(
            f"{counted(place.running, 'instance')} running, {place.key_pairs} launched with a key pair. How do people "
            "sign in to servers of each platform: Session Manager, a bastion, a VPN, direct SSH? Is password login off "
            "in the images, and if not, what stops guessing? Ask the platform team for the access model."
        )
    if not place.has_preferences:
        return failed("Session Manager has no preferences set here, so sessions are not logged.")
    if not place.logs_to:
        return failed("Session Manager's preferences name no destination for logs.")
    if place.unlogged:
        return failed(f"Sessions of {', '.join(place.unlogged)} are not logged.", LOW)
    if not place.logs_encrypted:
        return failed(f"Logs go to {' and '.join(place.logs_to)}, but encryption is not required.", LOW)
    return passed(f"Sessions are logged to {' and '.join(place.logs_to)}.")
