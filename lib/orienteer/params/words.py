"""How a fault is said: values shown safely, the nearest known name, what looks like a credential."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import Any

from orienteer.params.read import Place

_CREDENTIAL_KEY = re.compile(
    r".*(accesskey|accesskeyid|secretkey|secret|token|password|passwd|pwd|passphrase|privatekey|apikey|credential|keyid)"
    r"s?[0-9]*"
)
_CREDENTIAL_VALUE = re.compile(
    r"(?<![A-Za-z0-9])(AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])|-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|(IQoJb3JpZ2lu|F[QRw]oGZXIvYXdz)[A-Za-z0-9/+=]{20}"  # how session tokens of STS begin
    r"|(?<![A-Za-z0-9])(gh[pousr]_[A-Za-z0-9]{30}|github_pat_[A-Za-z0-9_]{22}|glpat-[A-Za-z0-9_-]{20}"
    r"|xox[abeoprs]-[A-Za-z0-9-]{10}|[rs]k_(live|test)_[A-Za-z0-9]{16}|eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10})"
    r"|://[^\s/:@]+:[^\s/@]+@"
)
_SECRET_ACCESS_KEY = re.compile(r"(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])")
_NAMED = re.compile(
    r"(secret_?access_?key|session_?token|password|passwd)[\"']?\s*[:=]\s*[\"']?\S{6}", re.IGNORECASE
)  # in a text
_ROLE_KEYS = frozenset({"role_arn", "role_name"})
MEANT = "; did you mean '{}'?"


def credential_key(key: str) -> bool:
    """Whether a key's name is that of a credential: aws_access_key_id, sessionToken, db-password, ..."""
    return bool(_CREDENTIAL_KEY.fullmatch(re.sub(r"[^a-z0-9]", "", key.lower())))


def credential_value(value: Any, key: str = "") -> bool:
    """Whether a value looks like a credential: an access key id, a private key, a secret access key, a token.

    Under some keys a long word is what it says: a path, a role, or an external id, which has no / or +.
    """
    if not isinstance(value, str):
        return False
    if _CREDENTIAL_VALUE.search(value) or _NAMED.search(value):
        return True
    path = key in _ROLE_KEYS or (key == "output_dir" and value.startswith(("/", "./", "../", "~")))
    words = () if path else _SECRET_ACCESS_KEY.findall(value)
    return any(_mixed(word) and (key != "external_id" or not word.isalnum()) for word in words)


def _mixed(word: str) -> bool:
    """Whether capitals, small letters and digits are in it, as in what was drawn at random."""
    return all(re.search(kind, word) for kind in ("[A-Z]", "[a-z]", "[0-9]"))


def credentials(value: Any, known: Collection[Place], place: Place = ()) -> Iterator[Place]:
    """Places that hold a credential.  Keys at the `known` places are harmless by name."""
    if isinstance(value, dict):
        for key, item in value.items():
            below = (*place, str(key))
            if credential_value(str(key)):
                yield place
            elif (credential_key(str(key)) and below not in known) or credential_value(item, str(key)):
                yield below
            else:
                yield from credentials(item, known, below)
    elif isinstance(value, list | tuple):
        for at, item in enumerate(value):
            if credential_value(item):
                yield (*place, at)
            else:
                yield from credentials(item, known, (*place, at))


def shown(value: Any, length: int = 60) -> str:
    """The value in quotes on one line: control and direction characters escaped, cut, credentials masked."""
    text = str(value)
    return "'***'" if credential_value(text) else f"'{safe(text, length)}'"


def safe(text: str, length: int = 400) -> str:
    """The text on one line: control and direction characters escaped, cut."""
    cut = text if len(text) <= length else text[:length] + "..."
    return "".join(
        c if unicodedata.category(c)[0] != "C" and c not in "\u2028\u2029" else f"\\u{ord(c):04x}" for c in cut
    )


def nearest(name: Any, known: Collection[str]) -> str:
    """`; did you mean 'regions'?` for the nearest known name, else nothing."""
    folded = {option.lower().replace("-", "_"): option for option in known}
    found = difflib.get_close_matches(str(name).lower().replace("-", "_")[:80], list(folded), n=1, cutoff=0.6)
    return MEANT.format(folded[found[0]]) if found else ""


def dotted(place: Place) -> str:
    """The place as people write it: accounts[0].role_arn."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{shown(part)[1:-1]}"
    return text.removeprefix(".") or "file"
