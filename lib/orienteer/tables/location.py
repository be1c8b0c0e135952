"""Location Service API keys (never the keys themselves)."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import listed, name

KEYS = listed(
    "location_keys",
    "One row per API key: what keeps it to whom it is for.",
    Call("location", "list_keys"),
    "Entries[]",
    name("KeyName"),
    Column("expires_at", "ExpireTime", "timestamp", "when it ends"),
    Column("referers", "Restrictions.AllowReferers", "json", "pages that may use it; null: any"),
    Column(
        "apps",
        "[Restrictions.AllowAndroidApps[].Package, Restrictions.AllowAppleApps[].BundleId][] | [?@]",
        "json",
        "apps that may use it; null: any",
    ),
    Column("actions", "Restrictions.AllowActions", "json", "what it allows"),
)
