"""Cognito: credentials for guests, and pools in which everybody may sign up."""

from __future__ import annotations

from orienteer.facts.exposable import Flag, Ground, Named, Reached, opened, public, shut
from orienteer.facts.seen import Row


def _guests(pool: Row, ground: Ground) -> Reached:
    """Whoever knows the pool's id gets credentials of the guest role."""
    if not pool.guests:
        return Reached()
    if not pool.guest_role:
        return shut("guest credentials", "Guests are let in, but no role is set for them.", "no guest role")
    more = ", and of any other role that trusts the pool" if pool.classic_flow else ""
    why = f"Anyone who knows the id of the pool gets credentials of {pool.guest_role}{more}."
    return public("guest credentials", why)


EXPOSABLES = (
    opened("cognito-identity-pool", "AWS::Cognito::IdentityPool", "cognito_identity_pool_roles", Named(_guests)),
    opened(
        "cognito-user-pool-signup",
        "AWS::Cognito::UserPool",
        "cognito_user_pool_details",
        Flag("sign_up", "sign-up"),
        serves=True,
    ),
)
