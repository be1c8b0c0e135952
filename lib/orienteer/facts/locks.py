"""What a delegated administrator keeps members from switching off, beside any service control policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from orienteer.facts.detection import answers
from orienteer.facts.fact import Fact
from orienteer.facts.seen import Cells, Unseen
from orienteer.facts.source import BOOLS, Gap, Source
from orienteer.facts.values import keys_at, not_asked
from orienteer.model import KEYS

LOCKED = frozenset({"guardduty:deletedetector", "guardduty:disassociatefromadministratoraccount"})
"""What GuardDuty refuses its members where all accounts are enrolled (autoEnableOrganizationMembers ALL).
https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DisassociateFromAdministratorAccount.html

Security Hub's central configuration locks the accounts that have a configuration policy; which ones have none
(self-managed) no table says, so that lock is not seen and does not count.
https://docs.aws.amazon.com/securityhub/latest/userguide/central-configuration-management-type.html"""

State = tuple[bool | Unseen, str]
"""True if the account is locked in a region; else what keeps it from being."""


def _locks(
    organization_accounts: Source,
    guardduty_organization_admins: Source,
    guardduty_organization_configuration: Source,
    guardduty_members: Source,
) -> Iterator[Cells | Gap]:
    admins = answers(guardduty_organization_admins)
    unread = guardduty_organization_admins.hidden() or frozenset() if admins else _nobody(guardduty_organization_admins)
    for account in organization_accounts.every("id").items:
        states = {
            region: _state(account, admins[region], guardduty_organization_configuration, guardduty_members)
            for region in sorted(admins)
        }
        loose = next((f"in {region} {why}" for region, (held, why) in states.items() if held is False), "")
        lost = unread.union(*(held.gaps for held, _ in states.values() if isinstance(held, Unseen)))
        yield Cells(
            keys_at(account, account),
            locked=False if loose else Unseen(lost, BOOLS[:2]) if lost else True,
            locked_by={r: str(admins[r]["admin_account"]) for r, (held, _) in states.items() if held is True} or None,
            unlocked_because=loose or (Unseen(lost) if lost else None),
        )
    yield from organization_accounts.gaps


def _nobody(admins: Source) -> frozenset[str]:
    """The gaps where no region's administrator was read."""
    return admins.hidden() or frozenset({not_asked("guardduty:ListOrganizationAdminAccounts", "", "all")})


def _state(account: Any, admin: Cells, configuration: Source, members: Source) -> State:
    at, region = str(admin["admin_account"]), admin["region"]
    if not admin["admin_account"] or admin["admin_status"] not in (None, "ENABLED"):
        return False, "GuardDuty has no delegated administrator"
    if admin["admin_status"] is None:
        return _not_asked("guardduty:ListOrganizationAdminAccounts", admin["account_id"], region), ""
    if account == at:
        return False, "the account is GuardDuty's administrator itself"
    place = {"account_id": at, "region": region}
    modes = [row["auto_enable_members"] for row in configuration.find(place)]
    if not modes or modes[0] is None:
        gaps = configuration.hidden(at, region)
        asked = _not_asked("guardduty:DescribeOrganizationConfiguration", at, region)
        return (Unseen(gaps, BOOLS[:2]) if gaps else asked), ""
    if modes[0] != "ALL":
        return False, f"not all accounts are enrolled ({modes[0]})"
    listed = {row["member_account"]: row["relationship_status"] for row in members.find(place)}
    if listed.get(account) is not None:
        enabled = listed[account] == "Enabled"
        return enabled, "" if enabled else f"the account's membership is {listed[account]}"
    gaps = members.hidden(at, region)  # the account may stand on the page that was refused
    if gaps or not members.find(place):
        return (Unseen(gaps, BOOLS[:2]) if gaps else _not_asked("guardduty:ListMembers", at, region)), ""
    return False, "the account is not among its administrator's members"


def _not_asked(api: str, account: str, region: str) -> Unseen:
    return Unseen(frozenset({not_asked(api, account, region, "nothing tells whether it is locked")}), BOOLS[:2])


GUARDDUTY_LOCKS = Fact(
    "guardduty_locks",
    "One row per account of the organization: whether GuardDuty's administrator keeps it from switching GuardDuty off.",
    rows=_locks,
    made=(*KEYS, "locked", "locked_by", "unlocked_because"),
)
