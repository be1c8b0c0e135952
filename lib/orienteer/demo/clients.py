"""The demo clients by seed."""

from __future__ import annotations

from .harbour import HARBOUR
from .nordlicht import NORDLICHT
from .plan import Organization

CLIENTS: dict[int, Organization] = {plan.seed: plan for plan in (NORDLICHT, HARBOUR)}
