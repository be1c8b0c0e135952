"""What an answer of the overlay knows: the request, the account that asks, its organization."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .plan import Account, Organization
from .wire import Ask, Refusal


@dataclass(frozen=True)
class Identity:
    """Who an access key belongs to."""

    account_id: str
    arn: str
    user_id: str


@dataclass(frozen=True)
class Scene:
    """One request in its surroundings."""

    ask: Ask
    plan: Organization
    account: Account
    identity: Identity

    @property
    def region(self) -> str:
        """The region asked."""
        return self.ask.region

    def given(self, name: str, default: Any = None) -> Any:
        """A parameter of the request."""
        return self.ask.params.get(name, default)

    def managing(self) -> bool:
        """Whether the management account asks."""
        return self.account is self.plan.management


Content = Mapping[str, Any]
Answer = Callable[[Scene], Content]


def backend(service: str, account_id: str, region: str = "aws") -> Any:
    """moto's state of a service in an account."""
    from moto import backends

    find: Callable[[str], Any] = vars(backends)["get_backend"]
    return find(service)[account_id][region]


def stable_id(*parts: str, length: int = 16) -> str:
    """A hexadecimal identifier that follows from the parts alone."""
    return hashlib.sha256("/".join(parts).encode()).hexdigest()[:length]


def account_arn(plan: Organization, account: Account) -> str:
    """The account's ARN in the organization."""
    return f"arn:aws:organizations::{plan.management.id}:account/{plan.org_id}/{account.id}"


def denied(scene: Scene, why: str) -> Refusal:
    """The refusal of an operation that this account must not call."""
    text = f"User: {scene.identity.arn} is not authorized to perform: {scene.ask.service}:{scene.ask.operation} {why}"
    return Refusal("AccessDeniedException", text, 403)
