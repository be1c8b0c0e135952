"""Which services of some actions a principal called, as far as the reports on services last accessed tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from orienteer.facts import Estate
from orienteer.facts.last_accessed import Calls, calls, calls_in
from orienteer.facts.seen import Unseen
from orienteer.facts.values import days
from orienteer.words import counted

NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Called:
    """What principals called, and what was called by anybody in an account."""

    by_arn: Mapping[str, Calls | Unseen]
    by_account: Mapping[str, Calls]
    as_of: pd.Timestamp

    @classmethod
    def of(cls, facts: Estate) -> Called:
        reports = facts.source("iam_organizations_access_reports")
        return cls(calls(facts.source("last_accessed")), calls_in(reports), facts.as_of)

    def words(self, arn: str, account: str, actions: Iterable[str]) -> tuple[tuple[str, ...], str]:
        """Each service of these actions that the principal called, with when and where; or why that is not known.

        Of a principal that was not asked about it is known where nobody in its account called them.
        """
        services = dict.fromkeys(action.partition(":")[0].lower() for action in actions)
        own, near = self.by_arn.get(arn, Unseen(frozenset())), self.by_account.get(account)
        if not isinstance(own, Unseen):
            return self._told(own, services), ""
        if near is None:
            return (), NOT_KNOWN
        others = self._told(near, services)
        return (), f"{NOT_KNOWN}; somebody in its account: {', '.join(others)}" if others else ""

    def gaps(self, arn: str) -> frozenset[str]:
        own = self.by_arn.get(arn)
        return own.gaps if isinstance(own, Unseen) else frozenset()

    def _told(self, found: Calls, services: Iterable[str]) -> tuple[str, ...]:
        seen = [found[service] for service in services if service in found]
        ago = [f"{one['service']} {counted(days(self.as_of, one['last_used_at']) or 0, 'day')} ago" for one in seen]
        return tuple(f"{t} in {one['region']}" if one["region"] else t for t, one in zip(ago, seen, strict=True))


def in_words(called: Sequence[str], unknown: str) -> str:
    """What was called of the denied services, as a frame has it."""
    return unknown or ", ".join(called) or "none of these services"
