"""Nodes, steps and cuts in words."""

from __future__ import annotations

from collections.abc import Mapping

from orienteer.ask.graph import Cut
from orienteer.facts.entries import INTERNET
from orienteer.policy.rights.data_actions import mode
from orienteer.policy.rights.steps import Step

_VERBS: Mapping[str, str] = {
    "administrator": "is",
    "trust": "assumes",
    "assignment": "signs in as",
    "membership": "is a member of",
    "passrole": "passes",
    "combination": "takes the power of",
    "organization": "gives itself",
}
_DATA = ("identity policy", "resource policy")
_NOUNS: Mapping[str, str] = {"s3": "bucket", "sqs": "queue", "sns": "topic", "codecommit": "repository"}
"""What a resource is called whose ARN does not say it."""
_BLOCKERS: Mapping[str, str] = {
    "boundary": "a permissions boundary",
    "scp": "a service control policy",
    "rcp": "a resource control policy",
    "key": "its KMS key",
}


def label(node: str, names: Mapping[str, str] | None = None) -> str:
    """A node as people call it; `names` has account names by id."""
    known = names or {}
    kind, _, rest = node.partition(":")
    if node == INTERNET:
        return "anybody on the internet"
    if kind == "admin":
        return f"administrator of {known.get(rest, rest)}"
    if kind == "member":
        return f"account {known.get(rest, rest)}, whose principals were not read"
    if kind in ("account", "organization"):
        return f"{known[rest]} ({kind} {rest})" if rest in known else f"{kind} {rest}"
    if kind == "oidc":
        return f"a token of {rest}"
    if kind == "certificate":
        return f"a certificate of trust anchor {rest.rpartition('#')[2]}"
    if kind == "saml":
        return f"a sign-in by {rest.rpartition('/')[2]}"
    if kind in ("person", "group"):
        return f"{kind} {rest}"
    fields = node.split(":", 5)
    if len(fields) < 6:
        return node
    where = f" in {known.get(fields[4], fields[4])}" if fields[4] else ""
    if fields[2] in _NOUNS:
        return f"{_NOUNS[fields[2]]} {fields[5]}{where}"
    what, _, name = fields[5].replace(":", "/", 1).partition("/")
    if fields[2] == "iam":
        name = name.rpartition("/")[2] or name
    return f"{what} {name}{where}"


def verb(step: Step) -> str:
    """What is done in a step, as a verb."""
    if step.kind == "combination" and step.to.startswith("admin:"):
        return "makes itself"
    if step.kind == "administrator" and step.start.startswith("admin:"):
        return "may become" if ":iam:" in step.to else "reads and writes"
    return mode(step.to, step.actions) if step.kind in _DATA else _VERBS[step.kind]


def by_words(step: Step) -> str:
    """The statements that allow a step; empty where it follows from what one is."""
    return "; ".join(_short(one) for one in (*step.given, step.opened, step.key_opened) if one)


def step_words(step: Step, names: Mapping[str, str] | None = None) -> str:
    """A step as a clause, with the statements that allow it and what it hangs on."""
    words = f"{verb(step)} {label(step.to, names)}"
    if step.kind in ("passrole", "combination") and step.actions:
        words += f" with {action_words(step)}"
    elif step.kind in _DATA:
        words += f" with {', '.join(step.actions)}{' and the key' if step.key else ''}"
    words += f" ({by_words(step)})" if by_words(step) else ""
    words += f", if {', '.join(step.conditions)} allows" if step.conditions else ""
    if step.accepts:
        words += f", {step.claim or 'token'} like {' or '.join(step.accepts)}"
    return words + (f"; {_BLOCKERS.get(step.blocked_by, step.blocked_by)} blocks it" if step.blocked_by else "")


def action_words(step: Step) -> str:
    """The combination of actions it takes, and how many others would do."""
    more = len(step.actions) - 1
    return step.actions[0] + (f" (or {more} other combination{'s' * (more > 1)})" if more else "")


def cut_words(cut: Cut, names: Mapping[str, str] | None = None) -> str:
    """A change as an instruction."""
    if cut.kind == "right":
        rest = cut.statement.partition(" in ")[2]
        if cut.node.startswith("person:") and rest.startswith("group:"):
            return f"take {label(cut.node)} out of {label(rest)}"
        return f"take {_short(cut.statement)} away from {label(cut.node, names)}"
    if cut.kind == "assignment":
        what, _, holder = cut.statement.partition(" assigned to ")
        set_name, _, account = what.removeprefix("permission set ").rpartition(" in ")
        return f"end the assignment of {set_name} in {(names or {}).get(account, account)} to {label(holder)}"
    policy, _, statement = cut.statement.rpartition(": ")
    if cut.kind in ("resource policy", "key policy"):
        return f"narrow {statement} of the policy of {label(cut.node, names)}"
    account = cut.node.split(":")[4] if cut.node.count(":") >= 5 else ""
    where = f" in {(names or {}).get(account, account)}" if account else ""
    return f"narrow {statement} of the {policy or 'policy'}{where}"


def _short(statement: str) -> str:
    """The statement with the policy's name alone in the place of its ARN."""
    return statement.rpartition("/")[2] if statement.startswith("arn:") else statement
