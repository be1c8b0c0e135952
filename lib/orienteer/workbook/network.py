"""What can be reached from outside: open security groups, default VPCs, resources shared by policy or attribute."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from orienteer.facts import exposures
from orienteer.facts.exposable import GUARDRAILS
from orienteer.issues import type_words
from orienteer.report import charts
from orienteer.report.treemap import treemap
from orienteer.snapshot import Run
from orienteer.workbook.book import (
    accounts_read,
    fact,
    hidden,
    items,
    joined,
    tidy,
)
from orienteer.workbook.judged import evidence
from orienteer.workbook.seen import table_named
from orienteer.workbook.show import Shown, said

COUNT_COLOURS = {
    "none": charts.GOOD,
    "empty": charts.PART,
    "in use": charts.BAD,
    "use not seen": charts.UNSEEN,
    "not seen": charts.UNSEEN,
}
ACL_GROUP = "http://acs.amazonaws.com/groups/global/"
EVERYBODY = {"*": "everybody", f"{ACL_GROUP}AllUsers": "everybody", f"{ACL_GROUP}AuthenticatedUsers": "any AWS account"}
JUDGED = ["status", "resource_type", "account", "region", "resource_id", "reason"]
PLACED = ["account", "region", "resource_id"]
EXPOSED = [
    "exposure_class",
    "resource_type",
    "account",
    "region",
    "resource_id",
    "who",
    "through",
    "reason",
    "known",
    "owner",
    "accepted",
    "until",
    "without_guardrail",
    "guardrail",
    "aws_says",
]


# --- security groups


def open_rules(book: Run) -> pd.DataFrame:
    """One row per run of ports that a security group opens to the internet, as NET-01 sees it.

    `interfaces` counts those that use the group, `reached_at` is one that the internet gets to; both are null where
    they could not be read.
    """
    found = fact(book, "openings")
    shown = found.assign(
        group=found["group_name"],
        source=found["sources"].map(lambda text: joined(items(text))),
        ports=[_ports(kind, ports) for kind, ports in zip(found["protocol"], found["ports"], strict=True)],
        interfaces=found["interfaces"].astype("Int64"),
    )
    columns = ["account", "region", "group", "group_id", "ports", "source", "interfaces", "reached_at"]
    return tidy(shown, columns, ["account", "region", "group", "ports"])


def _ports(protocol: str, ports: str) -> str:
    if protocol == "-1":
        return "every port"
    return protocol if protocol in ("icmp", "icmpv6") else f"{protocol} {ports}"


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
    found = fact(book, "default_vpcs")
    found = found[found["is_default"].fillna(False).astype(bool)]
    shown = found.assign(
        interfaces=found["interfaces"].map(lambda text: len(items(text)), na_action="ignore").astype("Int64"),
        gateway=found["gateway"].notna().astype("boolean").mask(hidden(found, "gateway")),
    )
    shown["interfaces"] = shown["interfaces"].mask(hidden(found, "interfaces"))
    return tidy(shown, ["account", "region", "vpc_id", "interfaces", "gateway"], ["account", "region"])


def default_vpc_map(book: Run) -> go.Figure:
    """Account by region: no default VPC, an empty one, or one in use."""
    title = "Default VPCs by account and region"
    found = fact(book, "default_vpcs")
    if found.empty:
        return charts.nothing(title, "VPCs were not asked for in this run.")
    words = pd.Series("none", index=found.index).mask(hidden(found, "vpc_id"), "not seen")
    default = found["is_default"].fillna(False).astype(bool)
    used = found["in_use"].map({True: "in use", False: "empty"}).fillna("use not seen")
    drawn = found.assign(word=words.mask(default, used)).pivot_table("word", "account", "region", aggfunc="first")
    return charts.state_map(title, drawn.reindex(list(accounts_read(book).values())).fillna("not seen"), COUNT_COLOURS)


def default_groups(book: Run) -> pd.DataFrame:
    """One row per default security group, those in use first: its rules, and the interfaces that use it.

    Counts are null where they could not be read.
    """
    found = fact(book, "security_groups")
    found = found[found["group_name"] == "default"]
    shown = found.assign(
        interfaces=found["interfaces"].map(lambda text: len(items(text)), na_action="ignore").astype("Int64"),
        inbound=found["ingress_rules"].astype("Int64"),
        outbound=found["egress_rules"].astype("Int64"),
    )
    for column, told in (("interfaces", "interfaces"), ("inbound", "ingress_rules"), ("outbound", "egress_rules")):
        shown[column] = shown[column].mask(hidden(found, told))
    columns = ["account", "region", "vpc_id", "group_id", "inbound", "outbound", "interfaces"]
    order = shown["interfaces"].fillna(1).gt(0).map({True: 0, False: 1})
    return tidy(shown.assign(order=order), [*columns, "order"], ["order", "account", "region"]).drop(columns="order")


# --- resources that can be opened


def exposable(book: Run) -> pd.DataFrame:
    """One row per resource that can be opened to others: who can reach it at most, and through what.

    `exposure_class` is public, external, organization or private as NET-06 judged it, so what stands in front of a
    policy (S3 public access block) is counted in; "not known" where a part of the answer could not be read.
    """
    rows = book.findings[book.findings["control_id"] == "NET-06"].reset_index(drop=True)
    found = evidence(book, "NET-06").reindex(
        columns=[*JUDGED, "exposure_class", "principal", "vector", "justified_until"]
    )
    decided = rows["expires"].astype(object).where(rows["decision"] == "accepted").replace("", None)
    until = decided.fillna(found["justified_until"].astype(object))
    kinds = rows["resource_type"].replace("", None).fillna(found["resource_type"])
    found = found.assign(resource_type=kinds, accepted=rows["decision"] == "accepted", until=until)
    told = found["resource_type"].fillna("not known").astype(str)
    frame = found.assign(
        exposure_class=found["exposure_class"].fillna("not known").mask(found["status"] == "NOT_ASSESSED", "not known"),
        resource_type=told.map(type_words),
        who=found["principal"].map(_who),
        through=found["vector"].fillna("-"),
        full_type=told,
    )
    order = {level: n for n, level in enumerate(charts.EXPOSURE)}
    frame["rank"] = frame["exposure_class"].map(order)
    frame = frame.astype(dict.fromkeys([*PLACED, "full_type"], object)).merge(
        _beside(book), how="left", on=[*PLACED, "full_type"]
    )
    frame["until"] = frame["until"].fillna(frame["review_by"])
    by = ["rank", "resource_type", "account", "region", "resource_id"]
    return frame.sort_values(by, kind="stable", ignore_index=True)[EXPOSED]


def _beside(book: Run) -> pd.DataFrame:
    """What each would be without its guardrail, the guardrail, those let in whom the client named with who answers for
    them and when they are reviewed, and AWS's word."""
    found = fact(book, "exposures")
    names = {"resource_type": "full_type", "raw_level": "without_guardrail", "aws_verdict": "aws_says"}
    found = found.rename(columns=names).drop_duplicates([*PLACED, "full_type"])
    words = found["guardrail"].replace(dict(GUARDRAILS)).replace("", None)
    known, owner = (
        found[column].map(lambda text: joined(items(text)) or None, na_action="ignore")
        for column in ("partners", "owners")
    )
    told = found.assign(guardrail=words, known=known, owner=owner)
    return told[[*PLACED, *names.values(), "guardrail", "known", "owner", "review_by"]].astype(object)


def _who(named: object) -> str:
    """The widest of those let in, in words where AWS has a sign for them."""
    return joined(EVERYBODY.get(str(n), n) for n in named) if isinstance(named, list) else ""


def exposure_chart(book: Run, by: str = "resource_type") -> go.Figure:
    """Resources by type (or another column, as `account`) and how far they are open."""
    found = exposable(book)
    title = f"Resources that can be opened, by {by.replace('_', ' ')} and how far they are open"
    if found.empty:
        return charts.nothing(title, "No resource that can be opened was judged.")
    counts = pd.crosstab(found[by], found["exposure_class"]).sort_index()
    return charts.stacked(title, counts, charts.EXPOSURE, "resources")


def exposed(book: Run) -> pd.DataFrame:
    """The rows of `exposable` that somebody outside the organization can reach, or of which that is not known."""
    found = exposable(book)
    return found[found["exposure_class"].isin(["public", "external", "not known"])].reset_index(drop=True)


def exposure_types(book: Run) -> pd.DataFrame:
    """One row per type of resource that can be opened to others: its ways in, the operation that tells, what was seen.

    `seen` counts resources, `open` those that somebody outside the organization reaches, `not_known` those of which
    that is not known; all are null where this assessment did not look for the type.
    """
    found = fact(book, "exposures")
    levels = found["level"].astype(object).mask(hidden(found, "level"), "not known")
    asked = {one.ids for one in exposures.asked_for(book.estate.client.exposures)}
    rows = []
    for one in {declared.ids: declared for declared in exposures.declared()}.values():
        here = levels[found["exposable"] == one.ids[0]]
        kinds = dict.fromkeys(type_words(other.type) for other in exposures.declared() if other.ids == one.ids)
        counts = (len(here), int(here.isin(["public", "external"]).sum()), int((here == "not known").sum()))
        shown = counts if one.ids in asked else (None, None, None)
        rows.append((joined(table_named(i.replace("-", "_")) for i in one.ids), joined(kinds), one.call, *shown))
    frame = pd.DataFrame(rows, columns=["ways", "resource_type", "told_by", "seen", "open", "not_known"])
    frame = frame.astype(dict.fromkeys(["seen", "open", "not_known"], "Int64"))
    order = frame[["open", "seen"]].fillna(-1).rsub(0).assign(ways=frame["ways"])
    return frame.loc[order.sort_values(["open", "seen", "ways"]).index].reset_index(drop=True)


def unlisted(book: Run) -> pd.DataFrame:
    """One row per account, region and type that AWS Config counts and none of our lists showed."""
    found = fact(book, "unlisted_resources")
    found = found[found["counted_type"].notna()]
    shown = found.assign(resource_type=found["counted_type"].map(type_words), counted=found["count"].astype("Int64"))
    columns = ["account", "region", "resource_type", "counted"]
    return tidy(shown, columns, columns[:3])


OPEN = ("public", "external", "third party", "organization", "not known")


def exposure_treemap(book: Run) -> Shown:
    """The resources that somebody outside their account can reach, as a picture: how far, then what they are.

    Those whom nobody but parties that the client named can reach stand under `third party`.  As in NET-06, what
    another control judges (open security groups: NET-01) is not counted again.
    """
    found = fact(book, "exposures")
    elsewhere = found["told_by"].fillna("").ne("") & found["level"].isin(["public", "private"])
    found = found[~elsewhere].reset_index(drop=True)
    levels = found["level"].fillna("not known").mask(hidden(found, "level"), "not known")
    all_named = found["strangers"].map(lambda text: not items(text), na_action="ignore").eq(True)
    levels = levels.mask((levels == "external") & all_named, "third party")
    kinds = found["resource_type"].map(type_words, na_action="ignore").fillna("not known")
    counts = pd.crosstab(levels, kinds).T
    parts = {level: {str(k): int(n) for k, n in counts[level].items()} for level in OPEN if level in counts}
    private = int((levels == "private").sum())
    if not parts:
        return said(f"No resource that was seen is open to others; {private:,} are private.")
    title = f"What is open to others, and how far; {private:,} more could be opened and are private"
    return Shown(treemap(parts, title, "resources"), counts.to_string())
