"""Questions about IAM policy documents: who can reach a resource, and does a chain of guardrails allow a request."""

from orienteer.policy.document import Document, parse

__all__ = ["Document", "parse"]
