"""What is planted in the first demo client of types that can be opened to others: one open, one closed of each.

By client, account, region, service and operation: a list of (a text that the request must hold, the content).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .planted_alerts import ALERTS
from .planted_builds import PLANTED_BUILDS
from .planted_doors import DOORS
from .planted_endpoints import ENDPOINTS
from .planted_guardrails import GUARDED
from .planted_meshes import MESHES
from .planted_networks import NETWORKS
from .planted_organization import ORGANIZATION
from .planted_procedural import PROCEDURAL
from .planted_settings import SETTINGS
from .planted_work import PLANTED_WORK

PLANTED: Mapping[tuple[str, str, str, str, str], list[tuple[str, Any]]] = {
    **ALERTS,
    **ENDPOINTS,
    **NETWORKS,
    **ORGANIZATION,
    **SETTINGS,
    **PLANTED_WORK,
    **DOORS,
    **PLANTED_BUILDS,
    **PROCEDURAL,
    **GUARDED,
    **MESHES,
}
