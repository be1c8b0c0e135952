"""Questions about IAM policy documents: who can reach a resource, and does a chain of guardrails allow a request."""

from orienteer.policy.document import Document, parse
from orienteer.policy.escalation import admin_paths
from orienteer.policy.guardrails import scp_allows
from orienteer.policy.identity import identity_allows

__all__ = ["Document", "admin_paths", "identity_allows", "parse", "scp_allows"]
