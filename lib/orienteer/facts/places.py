"""Accounts, and the regions that each of them has enabled."""

from __future__ import annotations

from collections.abc import Iterator

from orienteer.facts.fact import Fact, Join
from orienteer.facts.organization import ALONE, NOWHERE, OF_GUARDRAILS, OF_ORGANIZATION, closed
from orienteer.facts.seen import Cells, Unseen
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import active, is_ended, keys_at
from orienteer.model import KEYS
from orienteer.parameters import Client


def _places(ec2_regions: Source, organization_accounts: Source, *, client: Client) -> Iterator[Cells | Gap]:
    """Regions that an account has enabled and that this assessment is about.

    Accounts that are seen to be suspended or being closed have none; one whose state is not told counts as in use.
    """
    wanted = client.regions
    ended = {row["id"] for row in organization_accounts.rows if is_ended(row["state"])}
    lost = dict[Gap, None]()
    for row in ec2_regions.rows:
        name, enabled = row["region_name"], row["enabled"]
        texts = [text for cell in (name, enabled) if isinstance(cell, Unseen) for text in sorted(cell.gaps)]
        lost |= {Gap(row["account_id"], "", "", text): None for text in texts}
        if not texts and name and enabled and (not wanted or name in wanted) and row["account_id"] not in ended:
            yield Cells(keys_at(row["account_id"], name, region=name))
    yield from (*lost, *ec2_regions.gaps)


PLACES = Fact(
    "places",
    "One row per account and region that it has enabled and this assessment is about.",
    rows=_places,
    made={"": ("ec2_regions", "organization_accounts"), **dict.fromkeys(KEYS, ())},
    joins=(OF_ORGANIZATION, OF_GUARDRAILS),
    columns=(closed,),
    hidden=frozenset({"tree"}),
)


# --- what is no part of the assessment


def _beyond(ec2_regions: Source, organization_accounts: Source, *, client: Client) -> Iterator[Cells]:
    """One row; accounts that could not be entered are gaps elsewhere, and are none of these."""
    asked = {row["account_id"] for row in ec2_regions.rows} | {gap.account_id for gap in ec2_regions.gaps}
    others = tuple(sorted(row["id"] for row in active(organization_accounts.rows) if row["id"] not in asked))
    gaps = organization_accounts.hidden()
    yield Cells(ALONE, other_accounts=Unseen(gaps) if gaps else others, assessed_regions=client.regions)


BEYOND = Fact(
    "beyond_assessment",
    "One row: accounts in use of the organization that were not asked, and the regions that alone were (none: all).",
    rows=_beyond,
    made={
        **dict.fromkeys(("", *ALONE, "assessed_regions"), ()),
        "other_accounts": ("ec2_regions", "organization_accounts"),
    },
)
OF_BEYOND = Join(BEYOND.name, ("other_accounts", "assessed_regions"), on={}, place=NOWHERE)
"""Adds to a row what is no part of the assessment: what nobody holds there may be held elsewhere."""
