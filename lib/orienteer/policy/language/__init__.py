"""What does a policy document say, and does one of its statements match a request?

By hand: `{"Effect": "Allow", "Principal": "*", "Action": "s3:Get*", "Resource": "arn:aws:s3:::a/*", "Condition":
{"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}}` and an anonymous request for `s3:GetObject` on
`arn:aws:s3:::a/b`. The action matches without regard to case (`patterns`), the resource matches, `*` names everybody
(`match`). The request carries no `aws:PrincipalOrgID`, and `...IfExists` holds for a missing key (`conditions`): the
statement matches.

| module | rule |
|---|---|
| `text` | JSON in whatever wrapping; a key that stands there twice keeps both values |
| `document` | JSON to statements; what cannot be read stands in `problems` (then Allows are read wide, Denies narrow) |
| `patterns` | `*` and `?`, and nothing else, are special; linear time |
| `conditions` | operators, missing keys, set qualifiers, policy variables, dates, address ranges |
| `values` | values that a pattern matches or that meet a condition |
| `choices` | values of one key that conditions tell apart, one for each way to meet them together |
| `match` | principal, action, resource and conditions of one request against statements; Deny before Allow |
| `undecided` | the same where keys of the request are not known: true, false, or hanging on these keys |
| `actions` | AWS's real actions, their access level and resource types |
"""
