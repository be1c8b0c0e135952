"""AWS's words for "this account is not the one to ask about it", under error codes that may also mean a refusal.

For a call's `absent`, behind its code: `f"BadRequestException: {NOT_ADMINISTRATOR}"`.  A message that also says that
the caller is not authorized stays a refusal.
"""

NOT_ADMINISTRATOR = (
    r"not (an?|the) ([\w-]+ ){0,2}administrator"
    r"|must be the ([\w-]+ ){0,3}administrator"
    r"|required AWS Organization master permission"
    r"|(for|from) an account that isn.t authorized"
)
"""Only the (delegated) administrator of the service is answered: Security Hub ("Account ... is not an administrator for
this organization"), GuardDuty ("... the account is not the delegated administrator ...", "... you do not have required
AWS Organization master permission"), Macie ("... you must be the Macie administrator for an organization ...").
https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DescribeOrganizationConfiguration.html"""

NO_ORGANIZATION = r"not (a )?(member|part) of an(y)? (AWS )?organization"
"""The account stands alone, so nobody administers it."""
