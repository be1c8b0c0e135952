"""Whom does a role's trust policy let in, and how firmly do its conditions hold them?

By hand: `sts:AssumeRole` for account 2 under `StringEquals sts:ExternalId: [a1b2c3d4]`. `roles` names the account,
finds an external id that a missing key does not meet and that is exact, and no MFA.

| module | rule |
|---|---|
| `roles` | principals named, external id, MFA, service principals with their source |
| `web_identity` | how narrowly the tokens of an OIDC provider are pinned |
| `deputies` | services that say for whom they act when they assume a role, and those that do not |

Who may assume a role by name or by a condition is `exposure.assumers`.
"""
