"""How a fault is said: values shown safely, the nearest known name, what looks like a credential."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import Any

from orienteer.params.read import Place

_CREDENTIAL_KEY = re.compile(
    r".*(accesskey|accesskeyid|secretkey|secret|token|password|passwd|passphrase|privatekey|apikey|credentials?|keyid)"
)
_CREDENTIAL_VALUE = re.compile(
    r"(?<![A-Za-z0-9])(AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])|-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{30,}|xox[abprs]-[A-Za-z0-9-]{10,}"
)
_SECRET_ACCESS_KEY = re.compile(r"(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9])(?=.*[/+])[A-Za-z0-9/+]{40}")


def credential_key(key: str) -> bool:
    """Whether a key's name is that of a credential: aws_access_key_id, sessionToken, db-password, ..."""
    return bool(_CREDENTIAL_KEY.fullmatch(re.sub(r"[^a-z0-9]", "", key.lower())))


def credential_value(value: Any) -> bool:
    """Whether a value looks like a credential: an access key id, a private key, a secret access key."""
    if not isinstance(value, str):
        return False
    bare = value.strip()
    looks_secret = not bare.startswith(("/", "./", "../")) and _SECRET_ACCESS_KEY.fullmatch(bare)
    return bool(_CREDENTIAL_VALUE.search(value) or looks_secret)


def credentials(value: Any, known: Collection[Place], place: Place = ()) -> Iterator[Place]:
    """Places that hold a credential.  Keys at the `known` places are harmless by name."""
    if isinstance(value, dict):
        for key, item in value.items():
            below = (*place, str(key))
            if credential_value(str(key)):
                yield place
            elif (credential_key(str(key)) and below not in known) or credential_value(item):
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
    if credential_value(text):
        return "'***'"
    cut = text if len(text) <= length else text[:length] + "..."
    safe = "".join(
        c if unicodedata.category(c)[0] != "C" and c not in "\u2028\u2029" else f"\\u{ord(c):04x}" for c in cut
    )
    return f"'{safe}'"


def nearest(name: Any, known: Collection[str]) -> str:
    """`; did you mean 'regions'?` for the nearest known name, else nothing."""
    folded = {option.lower().replace("-", "_"): option for option in known}
    found = difflib.get_close_matches(str(name).lower().replace("-", "_")[:80], list(folded), n=1, cutoff=0.6)
    return f"; did you mean '{folded[found[0]]}'?" if found else ""


def dotted(place: Place) -> str:
    """The place as people write it: accounts[0].role_arn."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{shown(part)[1:-1]}"
    return text.removeprefix(".") or "file"
