"""What can be reached from outside: open security groups, default VPCs, resources shared by policy or attribute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from orienteer.report import charts
from orienteer.report.overview import KNOWN
from orienteer.snapshot import Run
from orienteer.workbook.book import (
    Unread,
    account_names,
    accounts_read,
    items,
    joined,
    listed,
    rows,
    tidy,
    unread,
)
from orienteer.workbook.judged import evidence

OPEN_PREFIX = 8
"""A range this wide or wider is the internet."""
COUNT_COLOURS = {
    "none": charts.GOOD, "empty": charts.PART, "in use": charts.BAD, "use not seen": charts.UNSEEN,
    "not seen": charts.UNSEEN,
}  # fmt: skip
ACL_GROUP = "http://acs.amazonaws.com/groups/global/"
EVERYBODY = {"*": "everybody", f"{ACL_GROUP}AllUsers": "everybody", f"{ACL_GROUP}AuthenticatedUsers": "any AWS account"}
JUDGED = ["status", "resource_type", "account", "region", "resource_id", "reason"]
EXPOSED = [
    "exposure_class",
    "resource_type",
    "account",
    "region",
    "resource_id",
    "who",
    "through",
    "accepted",
    "reason",
]


# --- security groups


def open_rules(book: Run) -> pd.DataFrame:
    """One row per inbound rule that is open to the internet, and how many interfaces it is attached to.

    `interfaces` is null where the interfaces could not be read.
    """
    gaps = unread(book, "ec2_network_interfaces")
    used: Counter[tuple[str, str]] = Counter()
    for account, groups in rows(book, "ec2_network_interfaces")[["account_id", "group_ids"]].itertuples(index=False):
        used.update((account, str(g)) for g in items(groups))
    found = [
        {
            "account": row["account"], "region": row["region"], "group": row["group_name"], "group_id": row["group_id"],
            "ports": _ports(rule), "source": source,
            "interfaces": used[row["account_id"], row["group_id"]] or _zero(gaps, row["account_id"], row["region"]),
        }
        for row in listed(book, "ec2_security_groups").to_dict("records")
        for rule in items(row["ingress"])
        if isinstance(rule, dict)
        for source in _open_sources(rule)
    ]  # fmt: skip
    columns = ["account", "region", "group", "group_id", "ports", "source", "interfaces"]
    frame = pd.DataFrame(found, columns=columns).astype({"interfaces": "Int64"})
    return tidy(frame, columns, ["account", "region", "group", "ports"])


def _zero(gaps: Unread, account: str, region: str) -> Any:
    """No interfaces, or null where not all of them were seen."""
    return pd.NA if gaps.at(account, region) else 0


def _open_sources(rule: Mapping[str, Any]) -> list[str]:
    """The ranges of a rule that are as wide as the internet."""
    old = [r.get("CidrIp") for r in rule.get("IpRanges") or ()]
    new = [r.get("CidrIpv6") for r in rule.get("Ipv6Ranges") or ()]
    return [str(r) for r in (*old, *new) if r and _wide(str(r))]


def _wide(text: str) -> bool:
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return False
    return network.prefixlen <= OPEN_PREFIX and not network.is_private


def _ports(rule: Mapping[str, Any]) -> str:
    protocol, first, last = str(rule.get("IpProtocol")), rule.get("FromPort"), rule.get("ToPort")
    if protocol == "-1":
        return "every port"
    if first is None or protocol in ("icmp", "icmpv6"):
        return protocol
    return f"{protocol} {first}" if first == last else f"{protocol} {first}-{last}"


def open_chart(book: Run) -> go.Figure:
    """Open rules by port, attached ones only, and those of which that is not known."""
    found = open_rules(book)
    attached = found[found["interfaces"].fillna(1) > 0]
    title = "Ports open to the internet on attached security groups"
    if attached.empty:
        return charts.nothing(title, "No attached group that was seen opens a port to the internet.")
    counts = attached.groupby("ports")["group_id"].nunique().sort_values(ascending=False)
    return charts.ranked(title, [(str(k), int(v)) for k, v in counts.items()], "security groups", charts.BAD)


# --- default VPCs


def default_vpcs(book: Run) -> pd.DataFrame:
    """One row per default VPC: its interfaces, and whether a gateway is attached; null where that was not read."""
    found = listed(book, "ec2_vpcs")
    found = found[found["is_default"].fillna(False).astype(bool)]
    used = Counter(rows(book, "ec2_network_interfaces")["vpc_id"].dropna())
    gates = {str(v) for ids in rows(book, "ec2_internet_gateways")["vpc_ids"] for v in items(ids)}
    lone, gateless = unread(book, "ec2_network_interfaces"), unread(book, "ec2_internet_gateways")
    places = [*zip(found["vpc_id"], found["account_id"], found["region"], strict=True)]
    shown = found.assign(
        interfaces=pd.array([used[v] or _zero(lone, a, r) for v, a, r in places], "Int64"),
        gateway=pd.array([v in gates or (pd.NA if gateless.at(a, r) else False) for v, a, r in places], "boolean"),
    )
    return tidy(shown, ["account", "region", "vpc_id", "interfaces", "gateway"], ["account", "region"])


def default_vpc_map(book: Run) -> go.Figure:
    """Account by region: no default VPC, an empty one, or one in use."""
    title = "Default VPCs by account and region"
    calls = book.coverage[book.coverage["table"] == "ec2_vpcs"]
    lost = calls[~calls["outcome"].isin(KNOWN)]
    unseen = set(zip(lost["account_id"].map(account_names(book)), lost["region"], strict=True))
    regions = sorted(calls["region"].unique())
    if not regions:
        return charts.nothing(title, "VPCs were not asked for in this run.")
    asked = set(zip(calls["account_id"].map(account_names(book)), calls["region"], strict=True)) - unseen
    found = default_vpcs(book)
    counts = {(a, r): n for a, r, n in found[["account", "region", "interfaces"]].itertuples(index=False)}
    lines = {
        name: {r: _vpc(counts.get((name, r)), (name, r) in asked) for r in regions}
        for name in accounts_read(book).values()
    }
    return charts.state_map(title, pd.DataFrame.from_dict(lines, orient="index"), COUNT_COLOURS)


def _vpc(interfaces: Any, asked: bool) -> str:
    if not asked:
        return "not seen"
    if interfaces is pd.NA:
        return "use not seen"
    return "none" if interfaces is None else "in use" if interfaces else "empty"


# --- resources that can be opened


def exposable(book: Run) -> pd.DataFrame:
    """One row per resource that can be opened to others: who can reach it at most, and through what.

    `exposure_class` is public, external, organization or private as NET-06 judged it, so what stands in front of a
    policy (S3 public access block) is counted in; "not known" where a part of the answer could not be read.
    """
    found = evidence(book, "NET-06").reindex(columns=[*JUDGED, "exposure_class", "principal", "vector", "accepted"])
    told = found["resource_type"].fillna("not known").astype(str)
    frame = found.assign(
        exposure_class=found["exposure_class"].fillna("not known").mask(found["status"] == "NOT_ASSESSED", "not known"),
        resource_type=told.str.removeprefix("AWS::").str.replace("::", " "),
        who=found["principal"].map(_who), through=found["vector"].fillna("-"),
    )  # fmt: skip
    order = {level: n for n, level in enumerate(charts.EXPOSURE)}
    frame["rank"] = frame["exposure_class"].map(order)
    by = ["rank", "resource_type", "account", "region", "resource_id"]
    return frame.sort_values(by, kind="stable", ignore_index=True)[EXPOSED]


def _who(named: object) -> str:
    """The widest of those let in, in words where AWS has a sign for them."""
    return joined(EVERYBODY.get(str(n), n) for n in named) if isinstance(named, list) else ""


def exposure_chart(book: Run) -> go.Figure:
    """Resources by type and how far they are open."""
    found = exposable(book)
    title = "Resources that can be opened, by how far they are open"
    if found.empty:
        return charts.nothing(title, "No resource that can be opened was judged.")
    counts = pd.crosstab(found["resource_type"], found["exposure_class"]).sort_index()
    return charts.stacked(title, counts, charts.EXPOSURE, "resources")


def exposed(book: Run) -> pd.DataFrame:
    """The rows of `exposable` that somebody outside the organization can reach, or of which that is not known."""
    found = exposable(book)
    return found[found["exposure_class"].isin(["public", "external", "not known"])].reset_index(drop=True)
