"""What can be reached from outside: open security groups, default VPCs, resources shared by policy or attribute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from orienteer.policy import exposure
from orienteer.report import charts
from orienteer.report.overview import KNOWN
from orienteer.snapshot import Run
from orienteer.workbook.book import account_names, accounts_read, items, joined, listed, rows, tidy

OPEN_PREFIX = 8
"""A range this wide or wider is the internet."""
BY_POLICY: Mapping[str, tuple[str, str]] = {
    "s3_bucket_policies": ("AWS::S3::Bucket", "policy"),
    "iam_roles": ("AWS::IAM::Role", "trust_policy"),
    "kms_key_policies": ("AWS::KMS::Key", "policy"),
    "sns_topic_policies": ("AWS::SNS::Topic", "policy"),
    "sqs_queue_policies": ("AWS::SQS::Queue", "policy"),
    "lambda_function_policies": ("AWS::Lambda::Function", "policy"),
    "ecr_repository_policies": ("AWS::ECR::Repository", "policy"),
    "secretsmanager_secret_policies": ("AWS::SecretsManager::Secret", "policy"),
}
"""Tables whose rows carry a policy that says who may reach the resource."""
BY_SHARE: Mapping[str, str] = {"ec2_snapshot_shares": "EBS snapshot", "ec2_image_shares": "AMI"}
COUNT_COLOURS = {"none": charts.GOOD, "empty": charts.PART, "in use": charts.BAD, "not seen": charts.UNSEEN}
EXPOSED = ["exposure_class", "resource_type", "account", "region", "resource_id", "who", "through"]


@dataclass(frozen=True)
class Estate:
    """The accounts that count as the organisation's, and its id."""

    accounts: frozenset[str]
    organization: str | None


# --- security groups


def open_rules(book: Run) -> pd.DataFrame:
    """One row per inbound rule that is open to the internet, and how many interfaces it is attached to."""
    used: Counter[tuple[str, str]] = Counter()
    for account, groups in rows(book, "ec2_network_interfaces")[["account_id", "group_ids"]].itertuples(index=False):
        used.update((account, str(g)) for g in items(groups))
    found = [
        {
            "account": row["account"], "region": row["region"], "group": row["group_name"], "group_id": row["group_id"],
            "ports": _ports(rule), "source": source, "interfaces": used[row["account_id"], row["group_id"]],
        }
        for row in listed(book, "ec2_security_groups").to_dict("records")
        for rule in items(row["ingress"])
        if isinstance(rule, dict)
        for source in _open_sources(rule)
    ]  # fmt: skip
    columns = ["account", "region", "group", "group_id", "ports", "source", "interfaces"]
    return tidy(pd.DataFrame(found, columns=columns), columns, ["account", "region", "group", "ports"])


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
    """Open rules by port, attached ones only."""
    found = open_rules(book)
    attached = found[found["interfaces"] > 0]
    title = "Ports open to the internet on attached security groups"
    if attached.empty:
        return charts.nothing(title, "No attached group that was seen opens a port to the internet.")
    counts = attached.groupby("ports")["group_id"].nunique().sort_values(ascending=False)
    return charts.ranked(title, [(str(k), int(v)) for k, v in counts.items()], "security groups", charts.BAD)


# --- default VPCs


def default_vpcs(book: Run) -> pd.DataFrame:
    """One row per default VPC: its interfaces, and whether a gateway is attached."""
    found = listed(book, "ec2_vpcs")
    found = found[found["is_default"].fillna(False).astype(bool)]
    used = Counter(rows(book, "ec2_network_interfaces")["vpc_id"].dropna())
    gates = {str(v) for ids in rows(book, "ec2_internet_gateways")["vpc_ids"] for v in items(ids)}
    shown = found.assign(
        interfaces=found["vpc_id"].map(lambda v: used[v]), gateway=found["vpc_id"].map(lambda v: str(v) in gates)
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


def _vpc(interfaces: int | None, asked: bool) -> str:
    if not asked:
        return "not seen"
    return "none" if interfaces is None else "in use" if interfaces else "empty"


# --- resources that can be opened


def exposable(book: Run) -> pd.DataFrame:
    """One row per resource that a policy or a share can open to others: who can reach it at most, and through what.

    `exposure_class` is public, external, organization, private, or "not known" where its policy could not be read.
    Accounts the params file trusts count as the organisation's.  A guardrail that stands in front of the policy (S3
    public access block, SCPs, RCPs) is not counted in.
    """
    trusted = {str(t["id"]) for t in book.manifest.get("params", {}).get("trusted_accounts", ())}
    own = trusted | {*accounts_read(book), *listed(book, "organization_accounts")["id"].dropna()}
    org = listed(book, "organization")["organization_id"].dropna()
    known = Estate(frozenset(own), None if org.empty else str(org.iloc[0]))
    found = [*_by_policy(book, known), *_by_share(book, known), *_unread(book)]
    order = {level: n for n, level in enumerate(charts.EXPOSURE)}
    frame = pd.DataFrame(found, columns=EXPOSED)
    frame["rank"] = frame["exposure_class"].map(order)
    by = ["rank", "resource_type", "account", "region", "resource_id"]
    return frame.sort_values(by, kind="stable", ignore_index=True)[EXPOSED]


def exposure_chart(book: Run) -> go.Figure:
    """Resources by type and how far they are open."""
    found = exposable(book)
    title = "Resources that a policy or a share can open, by how far they are open"
    if found.empty:
        return charts.nothing(title, "No resource with a policy or a share was seen.")
    counts = pd.crosstab(found["resource_type"], found["exposure_class"]).sort_index()
    return charts.stacked(title, counts, charts.EXPOSURE, "resources")


def exposed(book: Run) -> pd.DataFrame:
    """The rows of `exposable` that somebody outside the organisation can reach, or whose policy was not read."""
    found = exposable(book)
    return found[found["exposure_class"].isin(["public", "external", "not known"])].reset_index(drop=True)


def _by_policy(book: Run, known: Estate) -> Iterator[dict[str, Any]]:
    for table, (kind, column) in BY_POLICY.items():
        for row in rows(book, table).to_dict("records"):
            text = row[column]
            if not isinstance(text, str):
                yield _row(row, kind, "private", "", "no policy")
                continue
            reach = exposure(
                text, account_id=row["account_id"], org_id=known.organization, trusted_accounts=known.accounts,
                resource_type=kind,
            )  # fmt: skip
            widest = [g for g in reach.grants if g.level == reach.level]
            level = "not known" if reach.problems and reach.level == "private" else reach.level
            through = joined(g.why or g.sid for g in widest) or joined(reach.problems)
            yield _row(row, kind, level, joined(g.principal for g in widest), through)


def _by_share(book: Run, known: Estate) -> Iterator[dict[str, Any]]:
    for table, kind in BY_SHARE.items():
        for row in rows(book, table).to_dict("records"):
            given = [str(a) for a in items(row["account_ids"])]
            outside = [a for a in given if a not in known.accounts]
            wide = [*items(row.get("organization_arns")), *items(row.get("groups"))]
            public = row["is_public"] is True or "all" in wide
            level = "public" if public else "external" if outside else "organization" if given or wide else "private"
            yield _row(row, kind, level, "everybody" if public else joined([*given, *wide]), "share")


def _row(row: Mapping[Any, Any], kind: str, level: str, who: str, through: str) -> dict[str, Any]:
    return {
        "exposure_class": level, "resource_type": kind.removeprefix("AWS::").replace("::", " "),
        "account": row["account"], "region": row["region"], "resource_id": row["resource_id"], "who": who,
        "through": through,
    }  # fmt: skip


def _unread(book: Run) -> Iterator[dict[str, Any]]:
    """Resources whose policy or share could not be read, and lists that could not."""
    names = account_names(book)
    kinds = {**{table: kind for table, (kind, _) in BY_POLICY.items()}, **BY_SHARE}
    for table, kind in kinds.items():
        if table in book.tables:
            found = book.tables[table]
            for row in found[~found["outcome"].isin(KNOWN)].to_dict("records"):
                account = names.get(row["account_id"], row["account_id"])
                named = row["resource_id"] if isinstance(row["resource_id"], str) else "the whole list"
                place = {"account": account, "region": row["region"], "resource_id": named}
                yield _row(place, kind, "not known", "", row["gap"])
