"""Does a chain of service or resource control policies let a request pass, and whom does a deny spare?

By hand: the root has FullAWSAccess and a policy that denies `cloudtrail:StopLogging` unless `aws:PrincipalArn` is like
`arn:aws:iam::*:role/break-glass`; the account has FullAWSAccess. At both levels something allows the call (`chain`).
An administrator called `role/somebody` (`members`) meets the Deny: denied. `spared` tries `role/break-glass`: it
passes, and since nothing denies `iam:CreateRole` on that name, a local administrator can make the role. The guardrail
stops nobody who wants to get by.

| module | rule |
|---|---|
| `chain` | at each level something must allow, no level may deny; an empty chain (management account) allows all |
| `bound` | the services, actions and types of resources that RCPs bind |
| `members` | what a request of a member's administrator or root user carries |
| `choices` | what a caller may choose (network, headers, parameters): a deny that hangs on it denies nothing |
| `spared` | exemptions, and whether a local administrator can take them |
| `probes` | the catalogue's questions: leaving, root user, regions, global services |
| `global_services` | services that a region deny must leave alone, and what it leaves open beside |
| `regions` | where a list of regions ends |
| `perimeter` | RCPs: are strangers kept out, and AWS services let work for the organization alone |
"""
