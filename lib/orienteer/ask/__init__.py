"""Can this principal do that, who can, and by which ways: questions to a snapshot, with what was not seen said.

By hand: `can(estate, "arn:aws:iam::111122223333:role/etl", "s3:GetObject", "arn:aws:s3:::lake/raw")`.  `caller` finds
the role, `question` the bucket and what the request carries (`aws:PrincipalOrgID`, tags, ...; nobody knows from which
network it comes, so `aws:SourceIp` is open).  `layers` and `resource` collect the statements that meet it.  The role's
policy allows it, and so do the levels of SCPs; the bucket denies it unless it comes by `vpce-1`, which hangs on
`aws:sourcevpce`.  `access` puts them together: unknown, depends on `aws:sourcevpce`; under `may`: allowed.

| module | rule |
|---|---|
| `known`, `estate` | what is known, read once; the form of the plain mapping stands at `Estate` |
| `reading`, `form`, `grants` | plain mappings into it: what cannot be understood or is misnamed counts as not read |
| `book` | an opened run into such a mapping |
| `caller` | what a principal can be written as |
| `question` | the resource behind an ARN; which context keys are known, missing or open |
| `services` | what differs between services |
| `layers` | statements of a layer that meet the question |
| `resource` | how a resource policy names the caller, and how far that grant goes |
| `say` | three values with what they hang on |
| `worlds` | one value of each open key for all statements that hang on it |
| `access` | `can`: the layers put together |
| `who` | `who_can`: all of them asked, and whom a policy names beyond them |
| `answer`, `rungs` | what comes back, and its sentence; what each layer says where there is no certain answer |
| `routes` | `ways`: from whom to what, what starts and targets may be called, what was not read |
| `ground` | what ways run over: the steps of a run, of an estate, of a list; targets with their own steps |
| `would` | `would_deny`: what a guardrail would take from whom that was seen to use it |
| `called` | which services of the denied actions those principals called |
| `graph` | ways through steps (the fact `edges`), and the fewest changes that close all of them |
| `closing` | those changes, tried in rights that are worked out anew |
| `by_resource` | who reaches a resource today and would not: of an RCP anybody, of an SCP whom its policy names |
| `steps` | the steps of an estate of plain mappings |
| `nodes`, `names` | nodes, steps and changes in words; names as people type them |
"""

from orienteer.ask.access import can
from orienteer.ask.answer import Answer, By, Holder, Who
from orienteer.ask.estate import Estate
from orienteer.ask.known import UNREAD
from orienteer.ask.routes import Ways, ways
from orienteer.ask.who import who_can
from orienteer.ask.would import would_deny

__all__ = ["UNREAD", "Answer", "By", "Estate", "Holder", "Ways", "Who", "can", "ways", "who_can", "would_deny"]
