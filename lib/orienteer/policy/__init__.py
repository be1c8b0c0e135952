"""Questions about IAM policy documents: who can reach a resource, and does a chain of guardrails allow a request."""

from orienteer.policy.document import Document, parse
from orienteer.policy.escalation import admin_paths
from orienteer.policy.exposure import Exposure, Grant, exposure
from orienteer.policy.guardrails import scp_allows
from orienteer.policy.identity import identity_allows

__all__ = ["Document", "Exposure", "Grant", "admin_paths", "exposure", "identity_allows", "parse", "scp_allows"]
