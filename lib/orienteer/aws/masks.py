"""Secrets in what AWS answers are masked while a row is on its way to the snapshot: in tags, descriptions, Sids, texts.

Every text of every table goes through `masked_rows` once, before anything writes it or judges it.  What is masked is
what has the form of a secret: the tokens of `signs.KINDS`, secret access keys, session tokens of STS, and what is
assigned to a word such as `password`.  A row's keys and what its children are asked by stay as they are: they name
things, and an access key's id is no secret where it names the key.

By hand: the tag value `deploy ghp_x...x` becomes `deploy [masked: GitHub token]`, and
`{"Sid": "AKIA...", "Effect": "Allow"}` becomes `{"Sid": "[masked: AWS access key]", "Effect": "Allow"}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

from orienteer.aws.rows import Row
from orienteer.aws.signs import KINDS, entropy
from orienteer.model import KEYS, Table

Mask = Callable[[str], str]
Masks = Mapping[str, Sequence[tuple[int, Mask]]]
"""By table: the places of the columns that may hold a secret, and how each is masked."""

SHORTEST = 12
"""Characters of the shortest text with a secret in it: an address with a password."""
SESSION_TOKEN = re.compile(r"\b(?:IQoJb3JpZ2lu|F[QRw]oGZXIvYXdz)[A-Za-z0-9/+=]{20,}")
SECRET_KEY = re.compile(r"(?<![A-Za-z0-9/+_-])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=_-])")
RANDOM_BITS, RANDOM_CHANGES = 4.45, 15
"""What 40 characters drawn at random have of entropy and of changes between capitals, small letters, digits and signs;
one word in fifty has less, and of the 113 MB that botocore says about AWS only the documented secret key has both."""
NAMED = re.compile(
    r"(?<![A-Za-z])(?:pass(?:word|wd|phrase)|pwd"
    r"|(?:secret|access|api|account|client)[ _-]?(?:access[ _-]?)?(?:key|secret)"
    r"|(?:session|auth|access|api|refresh)[ _-]?token)[\"']?\s*[:=]\s*[\"']?(?P<secret>[^\s\"'`,;<>${}*\[\]\\]{8,})",
    re.IGNORECASE,
)
HINT = re.compile(
    r"A[KS]IA|PRIVATE KEY|gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|AIza|k_live_|eyJ|://[^\s/]{0,100}:[^\s]{3,200}@|IQoJb3|oGZXIv"
    r"|(?i:pass(?:word|wd|phrase)|pwd|key|secret|token)[\"']?\s*[:=]"
)
"""What a text with a secret has in it, but for one that is nothing but random; most texts have nothing of it."""
ESCAPED = re.compile(r"\\[a-z/]")
"""What may hide a hint in JSON text."""
LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
"""A text in JSON text."""


def masked(text: str) -> str:
    """The text with what looks like a secret replaced by what it looks like.

    Different secrets of one text stay different.  The words have no character that a policy would take for a wildcard.
    """
    if len(text) < SHORTEST or not _suspect(text):
        return text
    given, known = text, dict[tuple[str, str], str]()
    for kind, form in KINDS.items():
        text = form.sub(lambda found, kind=kind: _hidden(found, kind, known), text)  # type: ignore[misc]
    text = SESSION_TOKEN.sub(lambda found: _hidden(found, "AWS session token", known), text)
    text = NAMED.sub(lambda found: _hidden(found, "password", known) if _drawn(found["secret"]) else found[0], text)
    text = SECRET_KEY.sub(
        lambda found: _hidden(found, "AWS secret access key", known) if _random(found) else found[0], text
    )
    return text if known else given


def masked_json(text: str) -> str:
    """JSON text with its texts masked one by one: what has no secret in it stays as AWS wrote it."""
    if len(text) < SHORTEST or not (ESCAPED.search(text) or _suspect(text)):
        return text
    told = LITERAL.sub(_masked_literal, text) if text.lstrip()[:1] in ("{", "[", '"') else masked(text)
    return text if told == text else told


def masks_of(tables: Iterable[Table]) -> Masks:
    """How the rows of these tables are masked."""
    every = tuple(tables)
    asked: dict[str, set[str]] = {}
    for table in every:
        if table.parent is not None:
            asked.setdefault(table.parent.name, set()).update(c for call in table.calls for c in call.params.values())
    return {table.name: _columns(table, asked.get(table.name, set())) for table in every}


def masked_rows(columns: Sequence[tuple[int, Mask]], rows: Iterable[Row]) -> list[Row]:
    """The rows with these columns masked; a row without a secret is the same object."""
    return [_masked_row(columns, row) for row in rows]


# --- columns


def _columns(table: Table, asked: set[str]) -> tuple[tuple[int, Mask], ...]:
    naming = {*KEYS, table.resource, table.arn, table.account, table.region, *asked, "outcome"}
    naming.update(table.keep)  # masked in the parent's row
    kinds = {"string": masked, **dict.fromkeys(("json", "policy", "policies", "signs"), masked_json)}
    return tuple(
        (n, kinds[kind]) for n, (name, kind) in enumerate(table.schema.items()) if name not in naming and kind in kinds
    )


def _masked_row(columns: Sequence[tuple[int, Mask]], row: Row) -> Row:
    changed: Row | None = None
    for at, mask in columns:
        text = row[at]
        if text is not None and (told := mask(text)) is not text:
            changed = changed if changed is not None else list(row)
            changed[at] = told
    return row if changed is None else changed


# --- texts


def _suspect(text: str) -> bool:
    """True where it pays to look closer."""
    return bool(HINT.search(text)) or any(map(_random, SECRET_KEY.finditer(text)))


def _masked_literal(literal: re.Match[str]) -> str:
    try:
        text = json.loads(literal[0], strict=False)
    except ValueError:  # no JSON after all
        return masked(literal[0])
    told = masked(text)
    return literal[0] if told == text else json.dumps(told)


def _hidden(found: re.Match[str], kind: str, known: dict[tuple[str, str], str]) -> str:
    """The find with its secret replaced; the second secret of a kind is `kind 2`, and so on."""
    part = "secret" if "secret" in found.re.groupindex else 0
    secret = found[part]
    if (kind, secret) not in known:
        n = sum(1 for of, _ in known if of == kind)
        known[kind, secret] = f"[masked: {kind}{f' {n + 1}' if n else ''}]"
    start, whole = found.start(), found[0]
    return whole[: found.start(part) - start] + known[kind, secret] + whole[found.end(part) - start :]


def _drawn(secret: str) -> bool:
    """True for what nobody writes as words: a part with letters and digits; of a path also capitals."""
    if "/" in secret and not all(any(map(test, secret)) for test in (str.isupper, str.islower, str.isdigit)):
        return False
    if secret.lower().startswith(("arn:", "http:", "https:", "ssm:", "vault:", "s3:")):
        return False
    return any(any(map(str.isalpha, p)) and not p.isalpha() for p in re.split(r"[-_/.,:]", secret))


def _random(found: re.Match[str]) -> bool:
    """True for 40 characters that look drawn at random, and are no part of an ARN."""
    word = found[0]
    before = re.split(r"[\s\"',]", found.string[max(0, found.start() - 300) : found.start()])[-1]
    if "arn:" in before or not all(any(map(test, word)) for test in (str.isupper, str.islower, str.isdigit)):
        return False
    sorts = [1 if c.isupper() else 2 if c.islower() else 3 if c.isdigit() else 4 for c in word]
    changes = sum(a != b for a, b in pairwise(sorts))
    return entropy(word) >= RANDOM_BITS and changes >= RANDOM_CHANGES


__all__ = ["Masks", "masked", "masked_json", "masked_rows", "masks_of"]
