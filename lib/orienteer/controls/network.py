"""Security groups and default networks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any

import pandas as pd

from orienteer import reach
from orienteer.controls.control import control
from orienteer.controls.rows import Row, about, places, records, told, verdict
from orienteer.facts.closed_regions import TABLES as GUARDRAILS
from orienteer.facts.closed_regions import closed_regions
from orienteer.facts.tree import SCP, tree
from orienteer.facts.values import documents
from orienteer.model import Category, Severity
from orienteer.parameters import Client, Range

GROUP = "AWS::EC2::SecurityGroup"
SENSITIVE_PORTS = (20, 21, 22, 23, 25, 135, 139, 445, 1433, 1521, 2375, 3306, 3389, 5432, 5601, 5900, 6379, 6443, 8088,
                   9092, 9200, 11211, 27017)  # fmt: skip
PORTED, PINGS = ("tcp", "udp", "-1"), ("icmp", "icmpv6")
GRADES = ("info", "low", "high", "critical")

Place = tuple[str, str]


@control(
    "NET-01",
    title="No security group opens administration, database or all ports to the internet",
    category=Category.NETWORK,
    severity=Severity.HIGH,
    maturity=2,
    source="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    resource_type=GROUP,
    mappings={"cis": ["6.3", "6.4", "6.1.2"], "fsbp": ["EC2.13", "EC2.14", "EC2.18", "EC2.19"], "prowler":
              ["ec2_securitygroup_allow_ingress_from_internet_to_all_ports",
              "ec2_securitygroup_allow_ingress_from_internet_to_high_risk_tcp_ports",
              "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22",
              "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_3389"], "scoutsuite":
              ["ec2-security-group-opens-all-ports-to-all.json", "ec2-security-group-opens-known-port-to-all.json",
              "ec2-security-group-opens-port-to-all.json"], "service_screener": ["SGAllPortOpenToAll",
              "SGSensitivePortOpenToAll"]},
    fail_stands_without=("ec2_prefix_list_entries",),
    refined_by=("ec2_network_interfaces", "ec2_subnets", "ec2_route_tables", "ec2_network_acls"),
)  # fmt: skip
def open_security_groups(
    ec2_security_groups: pd.DataFrame,
    ec2_prefix_list_entries: pd.DataFrame,
    ec2_network_interfaces: pd.DataFrame,
    ec2_subnets: pd.DataFrame,
    ec2_route_tables: pd.DataFrame,
    ec2_network_acls: pd.DataFrame,
    *,
    sensitive_ports: Annotated[Sequence[int], Range(0, 65535)] = SENSITIVE_PORTS,
    max_prefix: Annotated[int, Range(1, 32)] = 8,
) -> pd.DataFrame:
    """An administration or database port that answers the whole internet is tried by everybody, all day.

    Fix: restrict the source or remove the rule; prefer private access.
    """
    lists: dict[Place, dict[str, list[str]]] = {}
    for entry in records(ec2_prefix_list_entries):
        if entry["cidr"]:
            lists.setdefault(_place(entry), {}).setdefault(entry["resource_id"], []).append(entry["cidr"])
    networks = _networks(ec2_network_interfaces, ec2_subnets, ec2_route_tables, ec2_network_acls)
    rows = []
    for group in records(ec2_security_groups):
        found = reach.openings(documents(group["ingress"]), lists.get(_place(group), {}), max_prefix)
        wanted = [
            o for o in found
            if reach.sensitive(o, sensitive_ports) or (o.ports == "all" and o.protocol in PORTED) or o.protocol in PINGS
        ]  # fmt: skip
        rows.append(_group(group, wanted, networks.get(_place(group), _Network())))
    return told(rows)


@dataclass(frozen=True)
class _Network:
    """What surrounds the interfaces of one account and region."""

    by_group: Mapping[str, list[Row]] = field(default_factory=dict)
    route_of: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    acl_of: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def _networks(
    interfaces: pd.DataFrame, subnets: pd.DataFrame, routes: pd.DataFrame, acls: pd.DataFrame
) -> dict[Place, _Network]:
    parts: dict[Place, dict[str, list[Row]]] = {}
    for name, frame in (("interfaces", interfaces), ("subnets", subnets), ("routes", routes), ("acls", acls)):
        for row in records(frame):
            parts.setdefault(_place(row), {}).setdefault(name, []).append(row)
    return {
        place: _Network(
            _by_group(found.get("interfaces", [])),
            reach.by_subnet(found.get("routes", []), found.get("subnets", [])),
            reach.by_subnet(found.get("acls", []), found.get("subnets", [])),
        )
        for place, found in parts.items()
    }


def _by_group(interfaces: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for interface in interfaces:
        for group in documents(interface["group_ids"]):
            found.setdefault(str(group), []).append(interface)
    return found


def _place(row: Mapping[str, Any]) -> Place:
    return str(row["account_id"]), str(row["region"])


def _group(group: Row, openings: list[reach.Opening], network: _Network) -> Row:
    """The verdict about one security group: its worst opening."""
    attached = network.by_group.get(group["group_id"], [])
    graded = [(_grade(o, attached, network), o) for o in openings]
    evidence = {
        "account_id": group["account_id"], "region": group["region"], "group_id": group["group_id"],
        "group_name": group["group_name"], "port_range": [], "source": [],
        "attached_interfaces": [i["interface_id"] for i in attached], "public_path": None,
    }  # fmt: skip
    listed = any(one.get("PrefixListIds") for one in documents(group["ingress"]) if isinstance(one, dict))
    keyed: dict[str, Any] = {**about(group), "without": () if listed else ("ec2_prefix_list_entries",)}
    if not graded:
        return verdict("PASS", "No sensitive port is open to the internet.", evidence=evidence, **keyed)
    (severity, interface, path), worst = max(graded, key=lambda one: GRADES.index(one[0][0]))
    shown = [o for (grade, *_), o in graded if grade == severity]
    evidence |= {
        "port_range": sorted({f"{o.protocol}/{o.ports}" if o.protocol != "-1" else "all" for o in shown}),
        "source": sorted({source for o in shown for source in o.sources}),
        "public_path": None if path is None else {"interface": interface, **asdict(path)},
    }  # fmt: skip
    what = "ICMP" if severity == "info" else f"{'all ports' if worst.ports == 'all' else f'ports {worst.ports}'}"
    where = {
        "critical": f"and the internet gets to interface {interface}",
        "high": f"and {len(attached)} interfaces use the group, none with a public path that was found",
        "low": "and no interface uses the group", "info": "which tells strangers what is there",
    }[severity]  # fmt: skip
    text = f"The group opens {what} to {' and '.join(worst.sources)}, {where}."
    return verdict("FAIL", text, severity=severity, evidence=evidence, **keyed)


def _grade(opening: reach.Opening, attached: list[Row], network: _Network) -> tuple[str, str, reach.PublicPath | None]:
    """How bad an opening is, the interface that shows it, and the internet's way there."""
    if opening.protocol in PINGS:
        return "info", "", None
    for interface in attached:
        subnet = str(interface["subnet_id"])
        path = reach.public_path(interface, opening, network.route_of.get(subnet), network.acl_of.get(subnet))
        if path is not None:
            return "critical", interface["interface_id"], path
    return "high" if attached else "low", "", None


def _rules(text: Any) -> int:
    return len(documents(text))


@control(
    "NET-02",
    title="Default security groups have no rules and are not in use",
    category=Category.NETWORK,
    severity=Severity.MEDIUM,
    maturity=2,
    source="https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html",
    resource_type=GROUP,
    mappings={"cis": ["6.5"], "fsbp": ["EC2.2"], "prowler": ["ec2_securitygroup_default_restrict_traffic",
              "ec2_securitygroup_from_launch_wizard"], "scoutsuite": ["ec2-default-security-group-with-rules.json",
              "ec2-default-security-group-in-use.json"], "service_screener": ["SGDefaultInUsed",
              "SGDefaultDisallowTraffic"]},
    fail_stands_without=("ec2_network_interfaces",),
)  # fmt: skip
def default_security_groups(ec2_security_groups: pd.DataFrame, ec2_network_interfaces: pd.DataFrame) -> pd.DataFrame:
    """Whatever is started without thinking of its network lands in the default group, with all others that did.

    Fix: move the interfaces to purpose-made groups and empty the default group.
    """
    used: dict[tuple[str, str, str], list[str]] = {}
    for interface in records(ec2_network_interfaces):
        for group in documents(interface["group_ids"]):
            used.setdefault((*_place(interface), str(group)), []).append(interface["interface_id"])
    rows = []
    for group in records(ec2_security_groups):
        interfaces = used.get((*_place(group), group["group_id"]), [])
        name = str(group["group_name"] or "")
        if name == "default":
            rows.append(_default_group(group, interfaces))
        elif name.startswith("launch-wizard") and interfaces:
            text = f"A group left by the launch wizard is used by {len(interfaces)} interfaces."
            rows.append(verdict("FAIL", text, evidence=_of_group(group, interfaces), **about(group)))
    return told(rows)


def _default_group(group: Row, interfaces: list[str]) -> Row:
    rules = _rules(group["ingress"]) + _rules(group["egress"])
    evidence = _of_group(group, interfaces)
    if not rules and not interfaces:
        return verdict("PASS", "The default group is empty and unused.", evidence=evidence, **about(group))
    use = f"{len(interfaces)} interfaces use it" if interfaces else "no interface uses it"
    text = f"The default group has {rules} rules and {use}."
    return verdict("FAIL", text, severity="medium" if interfaces else "low", evidence=evidence, **about(group))


def _of_group(group: Row, interfaces: list[str]) -> Row:
    return {
        "account_id": group["account_id"], "region": group["region"], "vpc_id": group["vpc_id"],
        "group_id": group["group_id"], "ingress_rules": _rules(group["ingress"]),
        "egress_rules": _rules(group["egress"]), "interfaces": interfaces,
    }  # fmt: skip


@control(
    "NET-03",
    title="Default VPCs are removed, or at least empty",
    category=Category.NETWORK,
    severity=Severity.LOW,
    maturity=3,
    source="https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html",
    scope="region",
    resource_type="AWS::EC2::VPC",
    mappings={"fsbp": ["EC2.15"], "prowler": ["vpc_subnet_no_public_ip_by_default"]},
    refined_by=("ec2_network_interfaces", "ec2_internet_gateways", "ec2_subnets", *GUARDRAILS),
)
def default_vpcs(
    ec2_regions: pd.DataFrame,
    ec2_vpcs: pd.DataFrame,
    ec2_subnets: pd.DataFrame,
    ec2_network_interfaces: pd.DataFrame,
    ec2_internet_gateways: pd.DataFrame,
    organization: pd.DataFrame,
    organization_roots: pd.DataFrame,
    organizational_units: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    organization_policy_documents: pd.DataFrame,
    organization_policy_targets: pd.DataFrame,
    *,
    client: Client,
) -> pd.DataFrame:
    """A default VPC has an internet gateway and gives every instance a public address without being asked.

    Fix: delete unused default VPCs from the baseline and move the rest.
    """
    guarded = tree(
        SCP, organization, organization_roots, organizational_units, organization_accounts,
        organization_policy_documents, organization_policy_targets,
    )  # fmt: skip
    defaults = [v for v in records(ec2_vpcs) if v["is_default"] is not False]
    closed = closed_regions(guarded, (v["region"] for v in defaults))
    inside = _inside(ec2_network_interfaces, ec2_subnets, ec2_internet_gateways)
    rows = [_default_vpc(v, inside.get((*_place(v), v["vpc_id"]), {}), _place(v) in closed) for v in defaults]
    taken = {_place(v) for v in defaults}
    rows += [
        verdict("PASS", "There is no default VPC.", account_id=account, region=region, resource_id=region,
                evidence={"account_id": account, "region": region, "vpc_id": None})
        for account, region in sorted(places(ec2_regions, client) - taken)
    ]  # fmt: skip
    return told(rows)


def _inside(interfaces: pd.DataFrame, subnets: pd.DataFrame, gateways: pd.DataFrame) -> dict[tuple[str, str, Any], Row]:
    """What stands in each VPC: interfaces, internet gateway, number of subnets that give public addresses."""
    found: dict[tuple[str, str, Any], Row] = {}
    for one in records(interfaces):
        found.setdefault((*_place(one), one["vpc_id"]), {}).setdefault("interfaces", []).append(one["interface_id"])
    for one in records(gateways):
        for vpc in documents(one["vpc_ids"]):
            found.setdefault((*_place(one), vpc), {})["gateway"] = one["gateway_id"]
    for one in records(subnets):
        if one["public_ip_on_launch"]:
            inside = found.setdefault((*_place(one), one["vpc_id"]), {})
            inside["public"] = inside.get("public", 0) + 1
    return found


def _default_vpc(vpc: Row, inside: Row, closed: bool) -> Row:
    interfaces, public = inside.get("interfaces", []), inside.get("public", 0)
    evidence = {
        "account_id": vpc["account_id"], "region": vpc["region"], "vpc_id": vpc["vpc_id"], "interfaces": interfaces,
        "gateway": inside.get("gateway"), "auto_public_subnets": public,
    }  # fmt: skip
    if vpc["is_default"] is None:
        return verdict("MANUAL", "AWS does not say whether this is the default VPC; is it?", evidence=evidence,
                       **about(vpc))  # fmt: skip
    use = f"{len(interfaces)} interfaces stand in it" if interfaces else "nothing stands in it"
    text = f"The region has its default VPC, with {public} subnets that give public addresses; {use}."
    if closed and not interfaces:
        text = f"{text} Service control policies close the region to the account."
        return verdict("FAIL", text, severity="info", evidence=evidence, **about(vpc))
    return verdict("FAIL", text, severity="medium" if interfaces else "low", evidence=evidence, **about(vpc))
