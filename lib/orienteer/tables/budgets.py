"""Budgets of an account, and which of them tell somebody."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table

_LINKED = "FilterExpression.[Dimensions][?Key == 'LINKED_ACCOUNT'].Values[]"

BUDGETS = Table(
    name="budgets",
    doc="One row per budget of an account.",
    scope=Scope.ACCOUNT,
    call=Call(
        "budgets",
        "describe_budgets",
        params={"AccountId": "account_id"},
        fixed={"ShowFilterExpression": True},
        actions=("budgets:ViewBudget",),
    ),
    items="Budgets[]",
    columns=(
        Column("budget_name", "BudgetName", "string", "its name"),
        Column("budget_type", "BudgetType", "string", "COST, USAGE, ..."),
        Column(
            "linked_accounts", f"[CostFilters.LinkedAccount, {_LINKED}][] | [?@]", "json", "accounts it is limited to"
        ),
    ),
    resource="budget_name",
)

BUDGET_NOTIFICATIONS = Table(
    name="budget_notifications",
    doc="One row per budget of an account that has notifications.",
    scope=Scope.ACCOUNT,
    call=Call(
        "budgets",
        "describe_budget_notifications_for_account",
        params={"AccountId": "account_id"},
        actions=("budgets:ViewBudget",),
    ),
    items="BudgetNotificationsForAccount[]",
    columns=(
        Column("budget_name", "BudgetName", "string", "name of the budget"),
        Column("notifications", "length(Notifications || `[]`)", "int", "how many it has"),
        Column("thresholds", "Notifications[].Threshold", "json", "when they are sent"),
    ),
    resource="budget_name",
)
