"""Values that a pattern matches or that meet a condition."""

from collections.abc import Iterable

from orienteer.policy.language.conditions import Condition, Context, resolved
from orienteer.policy.language.document import Statement
from orienteer.policy.language.patterns import LITERAL_MARK, LITERAL_STAR


def fill(pattern: str, word: str = "probe") -> str:
    """A value that the pattern matches."""
    return pattern.replace("*", word).replace("?", "x")


def meeting(condition: Condition) -> Iterable[str]:
    """Values that would meet the condition (or, if it is negated, that it names)."""
    if condition.operator == "null":
        return ["probe"] if "false" in {value.lower() for value in condition.values} else []
    if condition.operator in ("ipaddress", "notipaddress"):
        return [value.partition("/")[0] for value in condition.values]
    if condition.operator.startswith(("numericless", "numericgreater")):
        step = -1 if "less" in condition.operator else 1
        return [str(float(value) + step) for value in condition.values]
    exact = condition.operator.startswith("stringequals") or condition.key == "aws:requestedregion"
    return [value if exact else fill(value) for value in condition.values]


def sparing(condition: Condition) -> Iterable[str]:
    """Values that keep the condition of a Deny unmet where a request without the key would meet it."""
    named = {value.lower() for value in condition.values}
    if condition.operator == "null":
        return ["probe"] if named == {"true"} else []
    if condition.negated:
        return meeting(condition)
    if not (condition.if_exists or condition.qualifier == "forallvalues"):
        return []
    if condition.operator == "bool":
        return sorted({"true", "false"} - named)
    if condition.operator.startswith(("numericless", "numericgreater")):
        step = 1 if "less" in condition.operator else -1
        return [str(float(value) + step) for value in condition.values]
    return [] if condition.operator.startswith(("date", "ipaddress", "numeric")) else ["probe"]


def asked_of(statement: Statement, condition: Condition) -> Iterable[str]:
    """Values of the condition's key that the Allow demands, or that the Deny spares."""
    if statement.effect == "Deny":
        return sparing(condition)
    return () if condition.negated else meeting(condition)


def settled(value: str, context: Context) -> str | None:
    """The value with its policy variables put in; None when one of them has no value in this request."""
    found = resolved(value, context) if "${" in value else value
    return found and found.replace(LITERAL_STAR, "*").replace(LITERAL_MARK, "?")


def with_variables(asked: Context, context: Context) -> dict[str, tuple[str, ...]]:
    """What is asked with the variables of the request put in; a key for which they have no value is left out."""
    told = ((key, [settled(value, context) for value in values]) for key, values in asked.items())
    return {key: tuple(v for v in values if v is not None) for key, values in told if None not in values}
