"""What a delegated administrator keeps members from switching off, beside any service control policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from orienteer.controls.rows import records

TABLES = ("guardduty_organization_admins", "guardduty_organization_configuration", "guardduty_members")
LOCKED = frozenset({"guardduty:deletedetector", "guardduty:disassociatefromadministratoraccount"})
"""What GuardDuty refuses its members where all accounts are enrolled (autoEnableOrganizationMembers ALL).
https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DisassociateFromAdministratorAccount.html

Security Hub's central configuration locks the accounts that have a configuration policy; which ones have none
(self-managed) no table says, so that lock is not seen and does not count.
https://docs.aws.amazon.com/securityhub/latest/userguide/central-configuration-management-type.html"""


@dataclass(frozen=True)
class Lock:
    """Whether an account's GuardDuty is locked in every region; None where that was not read.  `by`: region to
    administrator, of the regions where it is; `why`: what keeps it from being locked, or what was not read."""

    held: bool | None
    by: Mapping[str, str]
    why: str


class Locks:
    """GuardDuty's delegated administrators, what they set for all accounts, and their members."""

    def __init__(self, admins: pd.DataFrame, configuration: pd.DataFrame, members: pd.DataFrame) -> None:
        self.admins: dict[str, dict[str, Any]] = {}
        for row in records(admins):
            if row["region"] not in self.admins or row["admin_account"]:
                self.admins[row["region"]] = row
        self.modes = {(row["account_id"], row["region"]): row["auto_enable_members"] for row in records(configuration)}
        self.members: dict[tuple[str, str], dict[str, Any]] = {}
        for row in records(members):
            known = self.members.setdefault((row["account_id"], row["region"]), {})
            if row["member_account"]:
                known[row["member_account"]] = row["relationship_status"]

    def of(self, account: str) -> Lock:
        """The lock of one account."""
        states = {region: self._state(account, region) for region in sorted(self.admins)}
        by = {region: str(self.admins[region]["admin_account"]) for region, (held, _) in states.items() if held}
        loose = next(((region, why) for region, (held, why) in states.items() if held is False), None)
        if loose:
            return Lock(False, by, f"in {loose[0]} {loose[1]}")
        dark = next(((region, why) for region, (held, why) in states.items() if held is None), None)
        if dark or not states:
            return Lock(None, by, f"in {dark[0]} {dark[1]}" if dark else "no region's administrator was read")
        return Lock(True, by, "")

    def _state(self, account: str, region: str) -> tuple[bool | None, str]:
        admin, place = self.admins[region], (str(self.admins[region]["admin_account"]), region)
        if not admin["admin_account"] or admin["admin_status"] not in (None, "ENABLED"):
            return False, "GuardDuty has no delegated administrator"
        if admin["admin_status"] is None:
            return None, "AWS does not say whether the delegation is in force"
        if account == place[0]:
            return False, "the account is GuardDuty's administrator itself"
        if self.modes.get(place) is None:
            return None, f"what administrator {place[0]} set for all accounts was not read"
        if self.modes[place] != "ALL":
            return False, f"not all accounts are enrolled ({self.modes[place]})"
        if place not in self.members:
            return None, f"the members of administrator {place[0]} were not read"
        status = self.members[place].get(account)
        return (True, "") if status == "Enabled" else (False, f"the account's membership is {status or 'missing'}")
