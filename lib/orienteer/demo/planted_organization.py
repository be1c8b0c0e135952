"""Planted in the first demo client: what runs in its management account and should not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .nordlicht_core import MANAGEMENT
from .plan import HOME

ORGANIZATION: Mapping[tuple[str, str, str, str, str], list[tuple[str, Any]]] = {
    ("demo-nordlicht", "management", HOME, "ecs", "ListClusters"): [
        ("", {"clusterArns": [f"arn:aws:ecs:{HOME}:{MANAGEMENT}:cluster/report-jobs"]}),
    ],
}
