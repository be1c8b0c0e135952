"""A fix as a value, and how a finding fills it in: values are quoted for the shell, or for a string of Terraform."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from orienteer.model import GLOBAL
from orienteer.report.text import HIDDEN

PLACE = re.compile(r"<([a-z_]+|[A-Z_]+)>")
"""A placeholder; one in capitals is for the reader.  `id`: the resource's name; `first`, `stem`: what stands before its
first "/", its last ":"; `last`: what stands behind its last "/"; `name`: the last part of its ARN; `arn`, `account`,
`region`; else a key of its evidence."""
QUEUE = re.compile(r"https://sqs\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/[0-9]{12}/[\w.-]+")
LONGEST = 300


@dataclass(frozen=True)
class Fix:
    """How findings of these controls are fixed.  `console` is a way through the console, `where` the account to be in
    (empty: the finding's own), `source` AWS's page on it, `types` the resource types it is for (empty: all)."""

    controls: tuple[str, ...]
    source: str
    console: str
    cli: tuple[str, ...] = ()
    terraform: str = ""
    types: tuple[str, ...] = ()
    where: str = ""

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Fix:
        """The fix that an entry of a YAML file holds; `cli` has a command on each line, a deeper line continues it."""
        commands = re.sub(r"\n +", " ", entry.get("cli", "")).splitlines()
        return cls(
            controls=tuple(entry["controls"]),
            source=entry["source"],
            console=entry["console"],
            cli=tuple(commands),
            terraform=entry.get("terraform", "").rstrip(),
            types=tuple(entry.get("types", ())),
            where=entry.get("where", ""),
        )


@dataclass(frozen=True)
class Steps:
    """A fix as it is shown: `where` is the account, `shell` its commands, a line each, `blanks` what in them is left to
    the reader, `others` how many more places the steps are for."""

    console: str
    shell: str
    terraform: str
    where: str
    source: str
    blanks: tuple[str, ...]
    others: int


def filled(fix: Fix, row: Mapping[str, Any], others: int = 0) -> Steps:
    """The fix filled in from a finding."""
    known, blanks = values(row), dict[str, None]()
    name = str(row.get("account_name") or "")
    own = f"{name} ({row['account_id']})" if name else str(row["account_id"])
    return Steps(
        console=_fill(fix.console, known, str, {}),
        shell="\n".join(_fill(line, known, shlex.quote, blanks) for line in fix.cli),
        terraform=_fill(fix.terraform, known, in_terraform, blanks),
        where=fix.where or own,
        source=fix.source,
        blanks=tuple(blanks),
        others=others,
    )


def _fill(text: str, known: Mapping[str, str], quote: Callable[[str], str], blanks: dict[str, None]) -> str:
    """The text with its placeholders filled in; what is not known stands there in capitals."""

    def one(match: re.Match[str]) -> str:
        if value := known.get(match[1]):
            return quote(value)
        blanks[match[1].upper()] = None
        return match[1].upper()

    return PLACE.sub(one, text)


def values(row: Mapping[str, Any]) -> dict[str, str]:
    """What a finding can fill in; a value that a shell or the AWS CLI could take for something else is left out."""
    own, arn = str(row["resource_id"] or ""), str(row["resource_arn"] or "")
    short = own.rpartition(":")[2].rpartition("/")[2] if own.startswith("arn:") else own
    known = {
        **{key: value for key, value in _evidence(row).items() if isinstance(value, str)},
        "id": short,
        "arn": arn or (own if own.startswith("arn:") else ""),
        "first": own.partition("/")[0],
        "stem": own.rpartition(":")[0],
        "last": own.rpartition("/")[2],
        "name": arn.rpartition("/")[2] or short,
        "account": str(row["account_id"] or ""),
        "region": "" if row["region"] == GLOBAL else str(row["region"] or ""),
    }
    return {key: value for key, value in known.items() if harmless(value)}


def _evidence(row: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        told = json.loads(str(row.get("evidence") or "{}"))
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def harmless(value: str) -> bool:
    """True if a command can hold the value: one line of visible text that is not an option, no variable of the shell's
    history, and no address the AWS CLI would read in its place (file://, https://)."""
    if not value or len(value) > LONGEST or HIDDEN.search(value) or set(value) & set("\n\t\\!"):
        return False
    return value[0] != "-" and ("://" not in value or QUEUE.fullmatch(value) is not None)


def in_terraform(value: str) -> str:
    """The value as it stands inside a quoted string of Terraform, where ${ and %{ begin a template."""
    return json.dumps(value, ensure_ascii=False)[1:-1].replace("${", "$${").replace("%{", "%%{")
