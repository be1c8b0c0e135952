"""Service Catalog portfolios and with whom they are shared."""

from __future__ import annotations

from orienteer.model import Call, Column
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
