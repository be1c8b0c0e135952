"""Steps over the whole organization: from an account that administers a service in it to every account it reaches.

The management account administers what it trusts, and a delegated administrator what was delegated to it:
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_delegated_admin.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from orienteer.policy.rights.capability import Memo
from orienteer.policy.rights.combinations import COMBINATIONS, Combination
from orienteer.policy.rights.steps import Step, admin_of
from orienteer.policy.rights.ways import Subject
from orienteer.policy.rights.wide import over_all

CENTER, ROOT_ACCESS = "sso.amazonaws.com", "iam.amazonaws.com"
STACK_SETS = "member.org.stacksets.cloudformation.amazonaws.com"
DEPLOYING = Combination(
    "organization",
    ("cloudformation:CreateStackSet", "cloudformation:CreateStackInstances"),
    "deploys a role of its own into every account by a StackSet with service-managed permissions",
)
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-enable-trusted-access.html"""
_SERVICES: Mapping[str, str] = {
    "identitystore": CENTER,
    "sso": CENTER,
    "sso-directory": CENTER,
    "sts": ROOT_ACCESS,
    "cloudformation": STACK_SETS,
}
"""The service behind a combination, by the prefix of its actions."""
ALL = (*(one for one in COMBINATIONS if one.how == "organization"), DEPLOYING)
_MEMBERS_ONLY = (ROOT_ACCESS, STACK_SETS)
"""Services that never touch the management account.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-enable-root-access.html,
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-associate-stackset-with-org.html
"""


@dataclass(frozen=True)
class Homes:
    """The accounts that administer each service, members, and the management account."""

    members: tuple[str, ...] = ()
    management: str = ""
    accounts: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def reached(self, service: str, home: str) -> Iterator[str]:
        """The accounts that the service touches from there; a delegate never touches the management account."""
        if home in self.accounts.get(service, ()):
            beyond = service in _MEMBERS_ONLY or home != self.management
            yield from (one for one in self.members if not (beyond and one == self.management))


def over_organization(subject: Subject, homes: Homes, memo: Memo) -> Iterator[Step]:
    """By which rights over such a service the principal makes itself administrator of other accounts, or its own."""
    me = subject.principal
    for combination in ALL:
        reached = list(homes.reached(_SERVICES[combination.actions[0].partition(":")[0]], me.account_id))
        rights = over_all(subject, combination, memo) if reached else ()
        if not rights or not all(right.granted for right in rights):
            continue
        given = tuple(dict.fromkeys(right.via for right in rights if right.via))
        conditions = tuple(sorted({key for right in rights for key in right.conditions}))
        blocked = next((right.blocked_by for right in rights if right.blocked_by), "")
        for account in reached:
            yield Step(
                me.arn,
                admin_of(account),
                "organization",
                account,
                given,
                actions=(combination.name,),
                conditions=conditions,
                blocked_by=blocked,
            )


def by_administrators(homes: Homes, services: Iterable[str]) -> Iterator[Step]:
    """From administering the home of one of these services to administering every other account that it reaches."""
    actions = {_SERVICES[one.actions[0].partition(":")[0]]: one.name for one in ALL}
    for service in services:
        for home in sorted(homes.accounts.get(service, ())):
            for account in homes.reached(service, home):
                if account != home:
                    yield Step(admin_of(home), admin_of(account), "organization", account, actions=(actions[service],))
