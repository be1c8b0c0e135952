"""Ways of the network: from the internet to a port that answers, and private ones to other networks and services."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from orienteer.report.lanes import lanes
from orienteer.snapshot import Run
from orienteer.workbook.book import account_names, fact, hidden, items, joined, tidy
from orienteer.workbook.show import Shown, said

STATIONS = {
    "igw-": "gateway",
    "eigw-": "gateway",
    "rtb-": "route_table",
    "acl-": "network_acl",
    "sg-": "security_group",
}
"""What each part of a chain is, by the beginning of its id."""
PASSED = ["address", "gateway", "route_table", "network_acl", "security_group", "interface"]
ANY_PORT = "every port"


def internet_paths(book: Run) -> pd.DataFrame:
    """One row per way that the internet has to a network interface: ports, and each station in between.

    Interfaces that the internet does not get to have no row; neither have those of which that was not seen.
    """
    found = fact(book, "reached_interfaces")
    columns = ["account", "region", "ports", *PASSED, "instance"]
    ways = [way for row in found.to_dict("records") for way in _ways(row)]
    return tidy(pd.DataFrame(ways, columns=columns), columns, ["account", "region", "interface", "ports"])


def _ways(row: dict[Any, Any]) -> Iterator[dict[str, Any]]:
    for ports, chain in items(row["ways_in"]):
        address, *passed = str(chain).split(" <- ")
        stations = {STATIONS.get(f"{part.partition('-')[0]}-", "gateway"): part for part in passed}
        instance = row["instance_id"]
        yield {
            "account": row["account"],
            "region": row["region"],
            "ports": ANY_PORT if ports == "all" else str(ports),
            "address": address,
            **stations,
            "interface": row["interface_id"],
            "instance": None if pd.isna(instance) else instance,
        }


def internet_paths_drawn(book: Run) -> Shown:
    """The same ways, drawn: from the internet over each station to the port."""
    found = internet_paths(book)
    unseen = int(hidden(fact(book, "reached_interfaces"), "ways_in").sum())
    gap = f"Of {unseen:,} interfaces it was not seen whether the internet gets there." if unseen else ""
    if found.empty:
        return said("The internet gets to no interface that was seen.", [gap] if gap else [], gaps=bool(gap))
    rows = [
        ("internet", *("" if pd.isna(row[name]) else str(row[name]) for name in PASSED[:-1]),
         row["interface"], f"{row['ports']} in {row['account']}")
        for row in found.to_dict("records")
    ]  # fmt: skip
    heads = ("From", "Address", "Gateway", "Route table", "Network ACL", "Security group", "Interface", "Port")
    drawn = Shown(lanes(heads, rows, "How the internet gets to each open port"), found.to_string(index=False))
    if not gap:
        return drawn
    told = said(gap, gaps=True)
    return Shown(drawn.page + told.page, f"{drawn.plain}\n{told.plain}")


KINDS = {
    "peering": "VPC peering",
    "gateway": "transit gateway",
    "attachment": "transit gateway attachment",
    "endpoint": "VPC endpoint",
}
WIDE = {
    "opens_all": "anybody's resources of the service",
    "accepts_by_itself": "takes in attachments by itself",
    "whole_routes": "routes to the whole network",
}
"""What makes a private way wider than it need be, by the column that tells."""


def private_links(book: Run) -> pd.DataFrame:
    """One row per VPC peering, transit gateway, attachment and VPC endpoint: where it leads, and what is wide about it.

    `leads_to` names a service, or accounts that are neither the organization's nor known to the client; "not known"
    where that was not seen.
    """
    found = fact(book, "private_paths")
    found = found[found["kind"].isin(list(KINDS))].reset_index(drop=True)
    names = account_names(book)
    shown = found.assign(
        kind=found["kind"].map(KINDS),
        leads_to=pd.Series([_end(row, names) for row in found.to_dict("records")], dtype=object),
        wide=pd.Series([_wide(row) for row in found.to_dict("records")], dtype=object),
    )
    lost = hidden(found, "foreign") | hidden(found, "foreign_ends") | hidden(found, "opens_all")
    shown["leads_to"] = shown["leads_to"].mask(lost & shown["leads_to"].isna(), "not known")
    return tidy(
        shown, ["kind", "account", "region", "resource_id", "leads_to", "wide"], ["kind", "account", "resource_id"]
    )


def _end(row: dict[Any, Any], names: Any) -> str | None:
    strangers = [*items(row["foreign"]), *items(row["foreign_ends"])]
    if strangers:
        return joined(names.get(one, f"account {one}") for one in strangers)
    return None if pd.isna(row["service"]) else str(row["service"])


def _wide(row: dict[Any, Any]) -> str | None:
    told = [words for name, words in WIDE.items() if row[name] is True or (name == "whole_routes" and items(row[name]))]
    return joined(told) or None
