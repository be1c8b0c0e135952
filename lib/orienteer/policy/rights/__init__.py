"""What may a principal do in effect, and by which ways can it become administrator?

By hand: a user's policy allows `iam:PassRole` on `role/deploy` and `lambda:CreateFunction`, `lambda:InvokeFunction` on
everything; `role/deploy` trusts Lambda and is administrator. `combinations` knows that the three actions together run
code with a passed role. `capability` finds that the user holds each of them (nothing in its boundary or in the SCPs
takes one away); `ways` finds the role that it may pass and that trusts the service: one way, with three proofs.

| module | rule |
|---|---|
| `identity` | policies, permissions boundary and guardrails together allow or deny one request |
| `capability` | is an action held on a resource in any context that the principal can bring about |
| `named` | how a policy names a principal: everybody, itself, a session of it, its account |
| `combinations` | the known combinations of actions, each with its source |
| `ways` | whose power a combination borrows: own policies, a stronger principal, a passed or assumed role |
| `wide` | ways over a provider that roles trust, and over every account of the organization |
| `relays` | ways over a weaker principal that is given more rights first |
| `escalation` | who is administrator, who can become one, chains of steps |
| `steps` | single steps: who assumes which role, who takes whose power |
| `data_actions` | which actions read or write a kind of resource |
| `reading` | who reads or writes a resource, with the key it takes |
| `delegated` | steps over the whole organization, from the accounts that administer a service in it |
| `network` | all steps between the principals that were read, and those left after a change |
"""
