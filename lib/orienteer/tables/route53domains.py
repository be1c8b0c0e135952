"""Domain names that are registered through Route 53."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope
from orienteer.tables.shapes import listed, name

DOMAINS = listed(
    "route53_domains",
    "One row per domain name that the account registered through Route 53.",
    Call("route53domains", "list_domains"),
    "Domains[]",
    name("DomainName", "the domain name"),
    Column("auto_renew", "AutoRenew", "bool", "it is renewed by itself"),
    Column("transfer_lock", "TransferLock", "bool", "it cannot be moved to another registrar unasked"),
    Column("expires_at", "Expiry", "timestamp", "when the registration ends"),
    scope=Scope.ACCOUNT,
    at="us-east-1",
)
