"""Which organization policies could this client attach as they stand, and what would each of them change?

By hand: nobody may take an account out of the organization. The template denies `organizations:LeaveOrganization`. Its
trial asks the engine once against the chain of each member account and once more with the policy on top: an account
that passed the first and not the second is newly denied. Nothing that a snapshot holds shows that somebody means to
leave, and that is said under `unknown`.

| module | rule |
|---|---|
| `ready` | a policy with its kind, its text, AWS's limit on its size and where it is attached |
| `filling` | what the client's own policies are filled with: regions, partners, roles that deploy, exception OU |
| `templates` | the policies that deny |
| `declarations` | the policies that set something |
| `trial` | what each would newly deny, account by account, and who could get by |
| `settings` | the same for the policies that set something |
| `in_use` | what was seen in use that it would stop, and what could not be seen |
| `tried` | all of it for one run |
"""
