"""`orienteer ask`: questions to a run on the command line.  Exit codes: 0 allowed (or open), 1 denied, 3 not known."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orienteer.errors import OrienteerError
from orienteer.terminal import cell

if TYPE_CHECKING:
    from orienteer.ask import Answer, Estate, Ways, Who
    from orienteer.ask.answer import By
    from orienteer.policy.rights.steps import Step

ask = typer.Typer(
    name="ask",
    help="Questions to a run: can somebody do that, who can, by which ways.  Exit 0 allowed, 1 denied, 3 not known.",
    no_args_is_help=True,
)
RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="A run folder, such as outputs/acme/latest.")]
Action = Annotated[str, typer.Argument(metavar="ACTION", help="Such as s3:GetObject.")]
Resource = Annotated[str, typer.Argument(metavar="[RESOURCE]", help="An ARN; without one a call that names none.")]
Context = Annotated[
    list[str] | None,
    typer.Option("--context", metavar="KEY=VALUE", help="A condition key of the request; may be given again."),
]
Owner = Annotated[str, typer.Option("--owner", help="The account of the resource, where its ARN does not tell it.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
CODES: Mapping[str, int] = {"allowed": 0, "open": 0, "implicit": 1, "explicit": 1, "closed": 1, "unknown": 3}
_ACTION = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9]+")


@ask.command()
def can(
    run: RunFolder,
    principal: Annotated[str, typer.Argument(metavar="PRINCIPAL", help="An ARN, the end of one, an account, or *.")],
    action: Action,
    resource: Resource = "*",
    context: Context = None,
    owner: Owner = "",
    may: Annotated[bool, typer.Option("--may", help="Keys that are not known count in the caller's favour.")] = False,
    as_json: AsJson = False,
) -> None:
    """Can this principal do that?  With the statements that decide it."""
    estate = _estate(run)
    from orienteer.ask import can as asked

    who, call = _principal(estate, principal), (_action(action), _resource(resource), _context(context))
    found = asked(estate, who, *call, resource_account=_owner(owner), may=may)
    _say(_of_answer(found), _lines_of_answer(found), as_json)
    raise typer.Exit(CODES[found.answer])


@ask.command(name="who-can")
def who_can(
    run: RunFolder,
    action: Action,
    resource: Resource = "*",
    context: Context = None,
    owner: Owner = "",
    as_json: AsJson = False,
) -> None:
    """Who can do that, inside and outside the organization?"""
    estate = _estate(run)
    from orienteer.ask import who_can as asked

    call = (_action(action), _resource(resource))
    found = asked(estate, *call, context=_context(context), resource_account=_owner(owner))
    _say(_of_who(found), _lines_of_who(found), as_json)
    anybody = found.principals or found.outside or found.everyone
    raise typer.Exit(0 if anybody else 3 if found.unknown or found.problems else 1)


@ask.command()
def ways(
    run: RunFolder,
    to: Annotated[
        str, typer.Option("--to", help="administrator, jewels, an account, a user or role, or the ARN of a resource.")
    ] = "administrator",
    start: Annotated[
        str,
        typer.Option("--from", help="outside, internet, oidc:ISSUER#SUBJECT, an account, people, or a user or role."),
    ] = "outside",
    as_json: AsJson = False,
) -> None:
    """By which ways does one get there, step by step, and what closes them all?"""
    from orienteer import snapshot
    from orienteer.ask import ways as asked

    found = asked(snapshot.open_run(run, unjudged=True), to, start)
    _say(_of_ways(found), found.lines(), as_json)
    raise typer.Exit(CODES[found.answer])


def _estate(run: Path) -> Estate:
    from orienteer import snapshot
    from orienteer.ask import Estate

    return Estate.of(snapshot.open_run(run, unjudged=True))


def _principal(estate: Estate, name: str) -> str:
    """What was typed, or the one user or role whose ARN ends so."""
    from orienteer.ask.caller import caller_of
    from orienteer.ask.names import named

    found = caller_of(estate, name)
    if not isinstance(found, str):
        return name
    if not name or name.startswith("arn:") or name.isdigit():
        raise OrienteerError(f"PRINCIPAL: {found}", 2)
    return named(name, estate.people, "PRINCIPAL")


def _action(text: str) -> str:
    if not _ACTION.fullmatch(text):
        raise OrienteerError(f"ACTION: {text!r} is no action; one is written service:Action, such as s3:GetObject", 2)
    return text


def _resource(text: str) -> str:
    if text != "*" and not text.startswith("arn:"):
        raise OrienteerError(f"RESOURCE: {text!r} is no ARN, such as arn:aws:s3:::bucket/*", 2)
    return text


def _owner(text: str) -> str | None:
    if text and not re.fullmatch(r"\d{12}", text):
        raise OrienteerError(f"--owner: {text!r} is no account: those have twelve digits", 2)
    return text or None


def _context(given: Iterable[str] | None) -> dict[str, Any]:
    from orienteer.ask.names import context_of

    return context_of(given or ())


# --- what is said


def _say(told: Mapping[str, Any], lines: Iterable[str], as_json: bool) -> None:
    typer.echo(json.dumps(told, indent=1, ensure_ascii=False) if as_json else "\n".join(map(_line, lines)))


def _line(text: str) -> str:
    indent = len(text) - len(text.lstrip(" "))
    return " " * indent + cell(text[indent:])


def _of_answer(found: Answer) -> dict[str, Any]:
    return {
        "answer": found.answer,
        "by": [_of_by(one) for one in found.by],
        "depends_on": list(found.depends_on),
        "problems": list(found.problems),
        "words": found.words,
    }


def _of_by(one: By) -> dict[str, Any]:
    return {"layer": one.layer, "policy": one.policy, "sid": one.sid, "index": one.index, "effect": one.effect}


def _lines_of_answer(found: Answer) -> list[str]:
    return [
        found.words,
        *(f"  {one.words}: {one.effect or 'allows nothing of this'}" for one in found.by),
        *(f"  depends on {key}" for key in found.depends_on),
        *(f"  not read: {text}" for text in found.problems),
    ]


def _of_who(found: Who) -> dict[str, Any]:
    return {
        "principals": [
            {"principal": one.principal, "by": [_of_by(by) for by in one.by], "depends_on": list(one.depends_on)}
            for one in found.principals
        ],
        "outside": list(found.outside),
        "everyone": found.everyone,
        "unknown": list(found.unknown),
        "problems": list(found.problems),
        "words": found.words,
    }


def _lines_of_who(found: Who) -> list[str]:
    return [
        found.words,
        *(["  everybody"] if found.everyone else []),
        *(f"  outside: {one}" for one in found.outside),
        *(f"  {one.principal}{_depends(one.depends_on)}" for one in found.principals),
        *(f"  not known: {one}" for one in found.unknown),
        *(f"  not read: {text}" for text in found.problems),
    ]


def _depends(keys: Iterable[str]) -> str:
    listed = ", ".join(keys)
    return f" (depends on {listed})" if listed else ""


def _of_ways(found: Ways) -> dict[str, Any]:
    return {
        "answer": found.answer,
        "from": found.start,
        "to": found.to,
        "targets": [
            {
                "target": one.target,
                "ways": [[_of_step(step) for step in way.steps] for way in one.ways],
                "cuts": None if one.cuts is None else [{"node": c.node, "statement": c.statement} for c in one.cuts],
                "fewest": one.fewest,
                "sure": one.sure,
            }
            for one in found.reached
        ],
        "unknown": list(found.unknown),
        "limits": list(found.limits),
        "words": found.words,
    }


def _of_step(step: Step) -> dict[str, Any]:
    return {
        "from": step.start,
        "to": step.to,
        "kind": step.kind,
        "account_id": step.account_id,
        "by": [one for one in (*step.given, step.opened, step.key_opened) if one],
        "actions": list(step.actions),
        "conditions": list(step.conditions),
        "accepts": list(step.accepts),
    }
