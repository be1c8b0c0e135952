"""Questions about IAM policy documents.

| question | package | start at |
|---|---|---|
| What does the document say? | `language` | `document.parse`, `match.allowed` |
| Who can reach this resource? | `exposure` | `exposure` |
| Does the chain of SCPs or RCPs let this request pass? | `guardrails` | `chain.scp_allows` |
| What may this principal do? | `rights` | `identity.identity_allows` |
| Can it become administrator? | `rights` | `escalation.admin_paths` |
| Whom does this role trust, and how firmly? | `trust` | `roles.trusted`, `web_identity.web_trusts` |

`language` imports nothing of the others; `guardrails` and `exposure` stand on it, `rights` and `trust` on those.
"""

from orienteer.policy.exposure import Exposure, Grant, exposure
from orienteer.policy.guardrails.chain import scp_allows
from orienteer.policy.language.document import Document, parse
from orienteer.policy.rights.escalation import admin_paths
from orienteer.policy.rights.identity import identity_allows

__all__ = ["Document", "Exposure", "Grant", "admin_paths", "exposure", "identity_allows", "parse", "scp_allows"]
