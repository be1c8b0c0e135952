"""Ways of the network: from the internet to a port that answers, and private ones to other networks and services."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pandas as pd

from orienteer.facts.exposable import GUARDRAILS
from orienteer.facts.public_endpoints import ENDPOINTS, SHUT
from orienteer.issues import type_words
from orienteer.report.lanes import lanes
from orienteer.snapshot import Run
from orienteer.words import counted
from orienteer.workbook.book import account_names, fact, hidden, items, joined, tidy
from orienteer.workbook.show import Shown, said

PASSED = ["address", "gateway", "route_table", "network_acl", "security_group"]
ANY_PORT, NOT_KNOWN = "every port", "not known"


def internet_paths(book: Run) -> pd.DataFrame:
    """One row per way that the internet has to a network interface: ports, and each station in between.

    Interfaces that the internet does not get to have no row; neither have those of which that was not seen.
    """
    found = fact(book, "reached_interfaces")
    columns = ["account", "region", "ports", *PASSED, "interface", "instance"]
    ways = [way for row in found.to_dict("records") for way in _ways(row)]
    return tidy(pd.DataFrame(ways, columns=columns), columns, ["account", "region", "interface", "ports"])


def _ways(row: dict[Any, Any]) -> Iterator[dict[str, Any]]:
    for ports, *passed in items(row["stations"]):
        yield {
            "account": row["account"],
            "region": row["region"],
            "ports": ANY_PORT if ports == "all" else str(ports),
            **{name: value or None for name, value in zip(PASSED, passed, strict=True)},
            "interface": row["interface_id"],
            "instance": None if pd.isna(row["instance_id"]) else row["instance_id"],
        }


def internet_paths_drawn(book: Run) -> Shown:
    """The same ways, drawn: from the internet over each station to the port."""
    found = internet_paths(book)
    unseen = int(hidden(fact(book, "reached_interfaces"), "stations").sum())
    gap = f"Whether the internet gets there was not seen of {counted(unseen, 'interface')}." if unseen else ""
    if found.empty:
        return said(
            "No interface that was seen can be reached from the internet.", [gap] if gap else [], gaps=bool(gap)
        )
    rows = [
        ("internet", *("" if pd.isna(row[name]) else str(row[name]) for name in PASSED),
         row["interface"], f"{row['ports']} in {row['account']}")
        for row in found.to_dict("records")
    ]  # fmt: skip
    heads = ("From", "Address", "Gateway", "Route table", "Network ACL", "Security group", "Interface", "Port")
    drawn = Shown(lanes(heads, rows, "How the internet gets to each open port"), found.to_string(index=False))
    if not gap:
        return drawn
    told = said(gap, gaps=True)
    return Shown(drawn.page + told.page, f"{drawn.plain}\n{told.plain}")


# --- endpoints

WEB = ("AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api", "AWS::CloudFront::Distribution", "AWS::EKS::Cluster",
       "AWS::Lambda::Function")  # fmt: skip
"""What answers by HTTPS and nothing else, and asks callers what AWS has it ask."""
_PORT = re.compile(r"\bport (.+)$")


def internet_endpoints(book: Run) -> pd.DataFrame:
    """One row per thing that has an address for everybody: the ports on which it answers, and what it asks of callers.

    `reached` is False where something on the way keeps the internet out, which `kept_out_by` names; null where that
    was not seen.
    """
    found = fact(book, ENDPOINTS.name)
    unseen = hidden(found, "answers")
    found = found[
        (found["raw_level"].eq("public").fillna(False) | unseen) & ~found["requester_managed"].eq(True).fillna(False)
    ]
    rows = found.to_dict("records")

    def column(tell: Callable[[Mapping[Any, Any]], str | None]) -> pd.Series[Any]:
        return pd.Series([tell(row) for row in rows], index=found.index, dtype=object)

    shown = found.assign(
        reached=found["answers"].astype("boolean"),
        resource_type=found["resource_type"].map(type_words),
        names=column(_names),
        ports=column(_ports),
        asks_for=column(_asks),
        kept_out_by=column(_keeper),
    )
    columns = [
        "reached",
        "account",
        "region",
        "resource_type",
        "resource_id",
        "ports",
        "asks_for",
        "kept_out_by",
        "names",
    ]
    order = [_rank(row) for row in rows]
    by = ["order", "account", "resource_type", "resource_id"]
    return tidy(shown.assign(order=order), [*columns, "order"], by).drop(columns="order")


def _rank(row: Mapping[Any, Any]) -> int:
    """What is reached and asks nothing comes first, what is not reached last."""
    if row["answers"] is True:
        return 0 if row["level"] == "public" else 1
    return 3 if row["answers"] is False else 2


def _names(row: Mapping[Any, Any]) -> str | None:
    return joined(items(row["hosts"])) or None


def _ports(row: Mapping[Any, Any]) -> str | None:
    listed = joined(items(row["protocols"]))
    told = _PORT.search(row["through"]) if isinstance(row["through"], str) else None
    port = told.group(1) if told else "443" if row["resource_type"] in WEB else None
    return listed or (ANY_PORT if port == "all" else port)


def _asks(row: Mapping[Any, Any]) -> str | None:
    """What AWS asks of callers before the thing itself does; None where nobody gets so far, or that was not seen."""
    if row["answers"] is not True:
        return None
    if row["level"] == "public":
        return "nothing" if row["resource_type"] in WEB else "nothing that AWS checks"
    return str(row["guardrail"] or "IAM")


def _keeper(row: Mapping[Any, Any]) -> str | None:
    guardrail = row["guardrail"]
    return GUARDRAILS.get(guardrail, guardrail) if row["answers"] is False and guardrail in SHUT else None


# --- private ways

KINDS = {
    "peering": "VPC peering",
    "gateway": "transit gateway",
    "attachment": "transit gateway attachment",
    "endpoint": "VPC endpoint",
}
WIDE = {
    "opens_all": "anybody's resources of the service",
    "accepts_by_itself": "accepts attachments automatically",
    "whole_routes": "routes to the whole network",
}
"""What makes a private way wider than it need be, by the column that tells."""


def private_links(book: Run) -> pd.DataFrame:
    """One row per VPC peering, transit gateway, attachment and VPC endpoint: where it leads, and what is wide about it.

    `leads_to` names a service, or accounts that are neither the organization's nor known to the client.  Either says
    "not known" where that was not seen.
    """
    found = fact(book, "private_paths")
    found = found[found["kind"].isin(list(KINDS))].reset_index(drop=True)
    names = account_names(book)
    shown = found.assign(
        kind=found["kind"].map(KINDS),
        leads_to=pd.Series([_end(row, names) for row in found.to_dict("records")], dtype=object),
        wide=pd.Series([_wide(row) for row in found.to_dict("records")], dtype=object),
    )
    lost = hidden(found, "foreign") | hidden(found, "foreign_ends") | hidden(found, "service")
    shown["leads_to"] = shown["leads_to"].mask(lost & shown["leads_to"].isna(), NOT_KNOWN)
    unsure = pd.concat([hidden(found, name) for name in WIDE], axis=1).any(axis=1)
    shown["wide"] = shown["wide"].mask(unsure & shown["wide"].isna(), NOT_KNOWN)
    return tidy(
        shown, ["kind", "account", "region", "resource_id", "leads_to", "wide"], ["kind", "account", "resource_id"]
    )


def _end(row: dict[Any, Any], names: Any) -> str | None:
    strangers = [*items(row["foreign"]), *items(row["foreign_ends"])]
    if strangers:
        return joined(names.get(one, f"account {one}") for one in strangers)
    if row["awaited"] is True:
        return "nowhere until it is accepted"
    return None if pd.isna(row["service"]) else str(row["service"])


def _wide(row: dict[Any, Any]) -> str | None:
    told = [words for name, words in WIDE.items() if row[name] is True or (name == "whole_routes" and items(row[name]))]
    return joined(told) or None
