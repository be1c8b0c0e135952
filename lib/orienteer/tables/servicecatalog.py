"""Service Catalog portfolios and with whom they are shared.

ListPortfolioAccess names accounts; shares with the organization or its units come from DescribePortfolioShares alone,
which wants to know of which kind.
https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DescribePortfolioShares.html
"""

from __future__ import annotations

from orienteer.model import Call, Column, Table
from orienteer.tables.shapes import arn, described, listed, name

PORTFOLIOS = listed(
    "servicecatalog_portfolios",
    "One row per portfolio of the account.",
    Call("servicecatalog", "list_portfolios"),
    "PortfolioDetails[]",
    name("Id", "id of the portfolio"),
    arn("ARN"),
)

PORTFOLIO_SHARES = described(
    "servicecatalog_portfolio_shares",
    PORTFOLIOS,
    "One row per portfolio: the accounts that it is shared with.",
    Call(
        "servicecatalog", "list_portfolio_access", params={"PortfolioId": "name"}, absent={"ResourceNotFoundException"}
    ),
    Column("account_ids", "AccountIds", "json", "accounts it is shared with"),
)


def _nodes(name: str, kind: str, doc: str) -> Table:
    return described(
        name,
        PORTFOLIOS,
        f"One row per portfolio: {doc}.",
        Call(
            "servicecatalog",
            "describe_portfolio_shares",
            params={"PortfolioId": "name"},
            fixed={"Type": kind},
            absent={"ResourceNotFoundException", "OperationNotSupportedException"},
        ),
        Column("shares", "PortfolioShareDetails[].PrincipalId", "json", "whom it is shared with"),
    )


ORGANIZATIONS = _nodes(
    "servicecatalog_portfolio_organizations", "ORGANIZATION", "the organizations that it is shared with as a whole"
)
UNITS = _nodes(
    "servicecatalog_portfolio_units", "ORGANIZATIONAL_UNIT", "the organizational units that it is shared with"
)
