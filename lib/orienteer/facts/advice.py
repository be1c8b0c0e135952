"""What Trusted Advisor says of the security of each account."""

from __future__ import annotations

from orienteer.facts.fact import Fact

SECURITY_CHECKS = Fact(
    "security_checks",
    "One row per account and security check of Trusted Advisor, with its result.",
    base="support_security_checks",
    resource_type="AWS::::Account",
)
