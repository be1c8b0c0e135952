"""Who can reach a resource by its policy, and by which statement?

By hand: a queue of account 1 in organization o-1 whose policy allows `sqs:SendMessage` to `*` and denies it where
`aws:PrincipalOrgID` is not o-1. `requests` finds that the Deny meets every request that the Allow does. `callers` makes
who could call: anonymous, a stranger with and without an organization, a member of o-1. `search` tries them, the widest
first: the Deny stops anonymous (a missing key meets StringNotEquals) and both strangers; the member gets in. The level
is `organization`, and `words` says that the Deny takes a part away.

| module | rule |
|---|---|
| `judge` | the entry: each Allow and principal, the widest caller that gets in, the widest level of all |
| `reachers` | the same search for certain actions, and all who get in by name, with a request that shows it |
| `buckets` | a bucket's policy, ACL, block public access and S3's own word, one question with one answer |
| `fenced` | the denies of resource control policies beside the policy's own |
| `ground` | what is known around the policy (owner, organization, accounts and networks of its own) and the levels |
| `clues` | values of the policy itself from which requests worth trying are made |
| `callers` | principals: anonymous, strangers, accounts, organizations, services, tokens |
| `tokens` | claims of token issuers that serve many tenants |
| `channels` | addresses, VPCs, endpoints; the source on whose behalf a service calls; access points |
| `addresses` | one address for each part of the address space that conditions tell apart |
| `free` | keys that the caller chooses or that say nothing of it |
| `variables` | values that policy variables tie to other keys |
| `requests` | actions and resources worth trying, told apart by the Denies that meet them |
| `search` | is there a request of this level that passes? |
| `renaming` | statements that differ only in foreign accounts are judged once |
| `words` | a grant in words for a report |
"""

from orienteer.policy.exposure.buckets import Acl, Block, acl_statements, bucket_exposure, bucket_reachers
from orienteer.policy.exposure.fenced import fenced
from orienteer.policy.exposure.judge import Exposure, Grant, exposure
from orienteer.policy.exposure.reachers import Access, Reacher, assumers, reachers

__all__ = [
    "Access",
    "Acl",
    "Block",
    "Exposure",
    "Grant",
    "Reacher",
    "acl_statements",
    "assumers",
    "bucket_exposure",
    "bucket_reachers",
    "exposure",
    "fenced",
    "reachers",
]
