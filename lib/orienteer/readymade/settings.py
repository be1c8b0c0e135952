"""Policies that set something: where it is set already, where it would change, and what that ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from orienteer.facts import Estate
from orienteer.facts.seen import Cells, Partial, Unseen
from orienteer.readymade.in_use import Stopped, Use
from orienteer.readymade.ready import Ready
from orienteer.readymade.trial import Denied

EC2: Mapping[str, tuple[str, str]] = {
    "snapshot_regions": ("snapshots_closed", "public snapshots"),
    "image_regions": ("images_closed", "public images"),
    "metadata_regions": ("requires_imdsv2", "metadata without IMDSv2"),
}
"""Facts of EC2's settings: the column that is true where it is set, and what the setting ends."""
Places = Mapping[str, tuple[str, str]]
"""Name and OU of each account by id."""


def setting(policy: Ready, estate: Estate, places: Places) -> tuple[list[Denied], Use]:
    """What the policy would change in each account, and what that would end."""
    return {"ec2-settings": _ec2, "s3-public-access": _s3, "ai-opt-out": _ai, "tags": _tags}[policy.name](
        estate, places
    )


def _rows(estate: Estate, name: str, column: str, places: Places) -> tuple[list[Cells], list[str]]:
    """The rows of a fact in which the column was seen, and the gaps of the others."""
    source = estate.source(name)
    mine = [row for row in source.rows if row["account_id"] in places]
    lost = {gap for row in mine if isinstance(row[column], Unseen) for gap in row[column].gaps}
    return [row for row in mine if not isinstance(row[column], Unseen)], sorted(lost | source.hidden())


def _made(places: Places, newly: Mapping[str, list[str]], already: Mapping[str, list[str]]) -> list[Denied]:
    return [
        Denied(account, *places[account], tuple(newly.get(account, ())), tuple(already.get(account, ())), ())
        for account in sorted({*newly, *already})
    ]


def _ec2(estate: Estate, places: Places) -> tuple[list[Denied], Use]:
    newly, already, unknown = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list), list[str]()
    stopped: list[Stopped] = []
    for name, (column, what) in EC2.items():
        rows, lost = _rows(estate, name, column, places)
        unknown += lost
        for row in rows:
            told = already if row[column] is True else newly
            told[row["account_id"]].append(f"{what} in {row['region']}")
            stopped += _shared(row)
    unknown.append("Whether the serial console is open was not read.")
    return _made(places, newly, already), Use(tuple(stopped), tuple(dict.fromkeys(unknown)))


def _shared(row: Cells) -> Iterator[Stopped]:
    """The public snapshots and images of a region, which the policy keeps from being shared."""
    for column, noun in (("public_snapshots", "snapshot"), ("public_images", "image")):
        for one in _items(row.get(column)):
            named = one.get("resource_id") if isinstance(one, Mapping) else one
            yield Stopped(row["account_id"], f"sharing of {noun} {named}", f"public in {row['region']}")


def _items(cell: Any) -> tuple[Any, ...]:
    return cell.items if isinstance(cell, Partial) else () if isinstance(cell, Unseen) or not cell else tuple(cell)


def _s3(estate: Estate, places: Places) -> tuple[list[Denied], Use]:
    rows, lost = _rows(estate, "s3_accounts", "settings_on", places)
    newly = {r["account_id"]: ["public buckets"] for r in rows if r["settings_on"] != 4}
    already = {r["account_id"]: ["public buckets"] for r in rows if r["settings_on"] == 4}
    buckets, unread = _rows(estate, "bucket_exposures", "level", places)
    public = [
        Stopped(r["account_id"], f"bucket {r['resource_id']}", "public") for r in buckets if r["level"] == "public"
    ]
    unknown = (*lost, *unread, "Who reads a public bucket was not seen: data events are not part of a run.")
    return _made(places, newly, already), Use(tuple(public), tuple(dict.fromkeys(unknown)))


def _ai(estate: Estate, places: Places) -> tuple[list[Denied], Use]:
    rows, lost = estate.source("ai_opt_out").rows, sorted(estate.source("ai_opt_out").hidden())
    cells = [row[c] for row in rows for c in ("is_on", "default_value", "child_overrides_allowed")]
    lost += sorted({gap for cell in cells if isinstance(cell, Unseen) for gap in cell.gaps})
    done = cells == [True, "optOut", False]
    told = {account: ["content kept by AI services"] for account in places}
    found = _made(places, {} if done or lost else told, told if done else {})
    return found, Use((), (*lost, "Which AI services people use, and what they store, was not read."))


def _tags(estate: Estate, places: Places) -> tuple[list[Denied], Use]:
    """A tag policy denies nothing; it defines tags that no policy defines yet."""
    rows = [row for row in estate.source("tagging").rows if row["kind"] == "policy"]
    lost = sorted({gap for row in rows if isinstance(row["missing"], Unseen) for gap in row["missing"].gaps})
    missing = [tag for row in rows if not isinstance(row["missing"], Unseen) for tag in row["missing"] or ()]
    told = {account: [f"{tag} undefined" for tag in missing] for account in places}
    return _made(places, told if missing else {}, {}), Use(
        (), (*lost, "How resources spell the tags is what AWS's report on the policy shows.")
    )
