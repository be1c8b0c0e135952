"""Who may become what where: outsiders on the left, the roles that trust them in the middle, accounts on the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from orienteer.report.drawing import FILLS, PLAIN, boxed, fitted, table, text
from orienteer.report.words import counted, listed

KINDS = ("internet", "token issuer", "third party", "organization", "own account")
"""From the widest to the nearest; a CSS class each, with a dash for the space."""
INSIDE = KINDS[-2:]
MOST = 40
"""Roles that are drawn; the table below the picture has the others."""
ROW, TOP = 34, 30
LEFT, MIDDLE, RIGHT, WIDTH = 0, 400, 800, 1100
BOX = (270, 300)
"""Widths of the boxes on the left and in the middle."""


@dataclass(frozen=True)
class Trust:
    """Somebody may assume roles of one name in these accounts.  `asks` is what they must show: an external id, MFA, a
    subject of a token; empty where nothing is asked."""

    who: str
    kind: str
    role: str
    accounts: tuple[str, ...]
    asks: tuple[str, ...] = ()
    is_admin: bool = False


def trust_graph(trusts: Sequence[Trust], title: str) -> str:
    """The picture with its figures, as HTML; every text is escaped."""
    ordered = sorted(trusts, key=lambda t: (KINDS.index(t.kind), t.who, not t.is_admin, -len(t.accounts), t.role))
    shown, more = ordered[:MOST], len(ordered) - MOST
    lines = "".join(_row(trust, n) for n, trust in enumerate(shown))
    left, at = [], 0
    for (kind, who), group in groupby(shown, lambda t: (t.kind, t.who)):
        count = len(list(group))
        left.append(_who(who, kind, at, count))
        at += count
    rest = f'<text class="soft" x="{MIDDLE}" y="{TOP + at * ROW + 16}">and {more:,} more, in the table below</text>'
    heads = "".join(
        f'<text class="head" x="{x}" y="16">{word}</text>'
        for x, word in ((LEFT, "Who"), (MIDDLE, "may assume the role"), (RIGHT, "in"))
    )
    height = TOP + (at + (more > 0)) * ROW + 6
    rows = [(t.who, t.kind, t.role, len(t.accounts), _asks(t), "yes" if t.is_admin else "no") for t in ordered]
    figures = table(("Who", "Kind", "Role", "Accounts", "Must show", "Administrator"), rows)
    return boxed(title, heads + "".join(left) + lines + (rest if more > 0 else ""), (WIDTH, height), figures)


def _who(who: str, kind: str, at: int, count: int) -> str:
    """The box of one outsider, as high as its roles."""
    y, height = TOP + at * ROW, count * ROW - 8
    words = fitted(who, BOX[0] - 14)
    return (
        f'<g class="{kind.replace(" ", "-")}"><title>{text(f"{who}: {kind}")}</title>'
        f'<rect x="{LEFT}" y="{y}" width="{BOX[0]}" height="{height}" rx="3" fill="{FILLS.get(kind, PLAIN)}"/>'
        f'<text x="{LEFT + 7}" y="{y + 17}">{text(words)}</text></g>'
    )


def _row(trust: Trust, at: int) -> str:
    """The line from an outsider to a role and from there to its accounts."""
    y = TOP + at * ROW
    middle = y + (ROW - 8) / 2
    asks = fitted(_asks(trust), MIDDLE - LEFT - BOX[0] - 16, 5.8)
    name = f"{trust.role}, admin" if trust.is_admin else trust.role
    where = counted(len(trust.accounts), "account") if len(trust.accounts) > 2 else listed(trust.accounts)
    told = f"{trust.who} may assume {name} in {listed(trust.accounts)}; {_asks(trust)}"
    start, end = LEFT + BOX[0], MIDDLE + BOX[1]
    line = "open" if not trust.asks and trust.kind not in INSIDE else "asked"
    return (
        f'<g class="{"admin" if trust.is_admin else "role"}"><title>{text(told)}</title>'
        f'<path class="{line}" fill="none" stroke="#8794a0" d="M{start},{middle}H{MIDDLE - 8}m-6,-4l6,4l-6,4"/>'
        f'<text class="small" x="{start + 6}" y="{middle - 4}">{text(asks)}</text>'
        f'<rect x="{MIDDLE}" y="{y}" width="{BOX[1]}" height="{ROW - 8}" rx="13" fill="{PLAIN}"/>'
        f'<text x="{MIDDLE + 12}" y="{y + 17}">{text(fitted(name, BOX[1] - 22))}</text>'
        f'<path class="asked" fill="none" stroke="#8794a0" d="M{end},{middle}H{RIGHT - 8}m-6,-4l6,4l-6,4"/>'
        f'<text class="where" x="{RIGHT}" y="{y + 17}">{text(fitted(where, WIDTH - RIGHT))}</text></g>'
    )


def _asks(trust: Trust) -> str:
    return ", ".join(trust.asks) or "nothing asked"
