"""Where EventBridge rules and alarms end: at people, at a program that may tell them, or at nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal

from orienteer.facts.event_patterns import matches
from orienteer.facts.fact import Fact, Join
from orienteer.facts.seen import Cells, Row
from orienteer.facts.values import PLACE, names_in

End = Literal["people", "program", "elsewhere", "nobody", "bus"]
ENDS: tuple[End, ...] = ("nobody", "elsewhere", "program", "people")
"""From the worst to the best: nobody hears of it, an account that was not read gets it, a program or store gets it, or
people are told.  A `bus` sends it on."""
TELLING = ("api-destination", "response-plan", "chat-configuration", "contact")
"""Types of resource, by their ARN, that tell people or open a ticket."""


def best(ends: Iterable[End]) -> End:
    """The best of several ends."""
    return max((e for e in ends if e != "bus"), key=ENDS.index, default="nobody")


def _field(arn: Any, number: int) -> str | None:
    parts = str(arn or "").split(":", 5)
    return parts[number] or None if len(parts) > 5 else None


def target_account(target: Row) -> str | None:
    """The account of the target."""
    return _field(target.target_arn, 4)


def target_region(target: Row) -> str | None:
    """The region of the target."""
    return _field(target.target_arn, 3)


def target_kind(target: Row) -> str | None:
    """What it is: sns, bus, a type of resource that tells people, or the service."""
    service, resource = _field(target.target_arn, 2), _field(target.target_arn, 5) or ""
    if service == "events" and resource.startswith("event-bus/"):
        return "bus"
    return "people" if resource.partition("/")[0] in TELLING else service


def target_name(target: Row) -> str:
    """Its ARN without the version of a function and the stream of a log group."""
    parts = str(target.target_arn or "").split(":")
    return ":".join(parts[:7])


TARGETS = Fact(
    "event_targets",
    "One row per target of an EventBridge rule: what it is, and whose.",
    base="events_targets",
    columns=(target_account, target_region, target_kind, target_name),
    resource_type="AWS::Events::Rule",
)


def end(target: Row) -> End:
    """Where it ends: at nobody where a topic has no confirmed subscription, or what it names was deleted.

    A delivery stream is followed to its bucket, which may be one of an account that was not read.
    """
    if target.target_kind == "people":
        return "people"
    if target.target_account and not target.account_read:
        return "elsewhere"
    if target.target_kind == "sns":
        return "people" if target.confirmed else "nobody"
    if target.target_kind == "bus":
        return "bus"
    if target.is_listed_kind and not target.is_there:
        return "nobody"
    return "elsewhere" if target.stream_bucket and not target.bucket_read else "program"


def is_listed_kind(target: Row) -> bool:
    """It is a function, a queue, a log group or a delivery stream, all of which are listed."""
    return target.target_kind in ("lambda", "sqs", "logs", "firehose")


def is_there(target: Row) -> bool:
    """The function, queue or log group exists, or the delivery stream works."""
    return bool(target.function or target.queue or target.log_group or target.stream_status == "ACTIVE")


def _is(kind: str) -> Callable[[Row], bool]:
    return lambda target: bool(target.target_kind == kind)


def _listed(table: str, column: str, kind: str, columns: Mapping[str, str]) -> Join:
    """Finds the target in the list of what it is."""
    place = ("target_account", "target_region")
    return Join(table, columns, on={column: "target_name"}, place=place, only=_is(kind))


ENDINGS = Fact(
    "event_ends",
    "One row per target of an EventBridge rule: where what it gets ends.",
    base=TARGETS.name,
    joins=(
        Join(
            "ec2_regions",
            {"account_read": "account_id"},
            on={"account_id": "target_account"},
            place=("target_account", ""),
        ),
        Join(
            "sns_topic_policies",
            ("confirmed",),
            on={"resource_arn": "target_arn"},
            place=("target_account", "target_region"),
        ),
        _listed(
            "lambda_functions", "function_arn", "lambda", {"function": "function_arn", "function_role": "role_arn"}
        ),
        Join(
            "iam_roles",
            {"role_inline": "inline_policies", "role_attached": "attached_policies"},
            on={"role_arn": "function_role"},
            place=("target_account", ""),
            only=_is("lambda"),
        ),
        _listed("sqs_queue_policies", "queue_arn", "sqs", {"queue": "queue_arn"}),
        _listed("logs_groups", "arn", "logs", {"log_group": "arn"}),
        _listed("firehose_streams", "stream_arn", "firehose", {"stream_status": "status", "stream_bucket": "bucket"}),
        Join("s3_buckets", {"bucket_read": "bucket"}, on={"bucket": "stream_bucket"}, place=("", "")),
    ),
    columns=(is_listed_kind, is_there, end),
    resource_type="AWS::Events::Rule",
)
OF_RULE = {**PLACE, "rule_arn": "rule_arn"}
LAST_RULES = Fact(
    "last_rules",
    "One row per EventBridge rule with its targets.",
    base="events_rules",
    joins=(Join(ENDINGS.name, many="ends", on=OF_RULE),),
    hidden=frozenset({"ends"}),
    resource_type="AWS::Events::Rule",
)
HOPS = Fact(
    "event_hops",
    "One row per target of an EventBridge rule; of a bus, with the rules there.",
    base=ENDINGS.name,
    joins=(Join(LAST_RULES.name, many="onward", on={"arn": "target_arn"}, place=("target_account", "target_region")),),
    hidden=frozenset({"onward"}),
    resource_type="AWS::Events::Rule",
)
RULES = Fact(
    "event_rules",
    "One row per EventBridge rule with its targets, followed over one bus.",
    base="events_rules",
    joins=(Join(HOPS.name, many="ends", on=OF_RULE),),
    hidden=frozenset({"ends"}),
    resource_type="AWS::Events::Rule",
)


def route(rules: Iterable[Row], events: Iterable[Mapping[str, Any]]) -> tuple[End, str]:
    """Where the events that come to the default bus end at best, and by which rule; one must take all of them."""
    wanted = list(events)
    found: tuple[End, str] = ("nobody", "")
    for rule in rules:
        if rule.is_on and rule.bus == "default" and all(matches(rule.pattern, event) for event in wanted):
            ended = best(_ends(rule, wanted))
            if not found[1] or ENDS.index(ended) > ENDS.index(found[0]):
                found = (ended, str(rule.rule))
            if ended == "people":
                break
    return found


def _ends(rule: Row, events: list[Mapping[str, Any]]) -> Iterator[End]:
    """Where a rule's targets end, a bus by the rules on it."""
    for target in rule.ends:
        if target.target_arn is None:
            continue
        if target.end != "bus":
            yield target.end
            continue
        for onward in target.onward:
            if onward.is_on and all(matches(onward.pattern, event) for event in events):
                yield from (last.end for last in onward.ends if last.target_arn and last.end != "bus")


# --- alarms


def actions_of(alarm: Cells) -> tuple[str, ...]:
    """The ARNs that an alarm tells."""
    return names_in(alarm["actions"])


def alarm_end(alarm: Row) -> End:
    """Where it ends when it goes off."""
    actions = names_in(alarm.actions) if alarm.actions_enabled else ()
    if not actions:
        return "nobody"
    if any("response-plan/" in one for one in actions) or any(topic.confirmed for topic in alarm.topics):
        return "people"
    known = {topic.resource_arn for topic in alarm.topics}
    if any(_field(one, 2) == "sns" and one not in known and _field(one, 4) != alarm.account_id for one in actions):
        return "elsewhere"
    return "program" if any(_field(one, 2) in ("lambda", "ssm") for one in actions) else "nobody"


ALARMS = Fact(
    "alarms",
    "One row per CloudWatch alarm on a metric: where it ends when it goes off.",
    base="cloudwatch_alarms",
    joins=(Join("sns_topic_policies", many="topics", on={"resource_arn": "actions"}, each=actions_of),),
    columns=(alarm_end,),
    hidden=frozenset({"topics"}),
    resource_type="AWS::CloudWatch::Alarm",
)


def filter_end(one: Row) -> End:
    """Where the best alarm on its metric ends."""
    return best(alarm.alarm_end for alarm in one.alarms)


FILTERS = Fact(
    "metric_filters",
    "One row per metric filter: what it counts, and where the alarms on that end.",
    base="logs_metric_filters",
    joins=(Join(ALARMS.name, many="alarms", on={**PLACE, "metric": "metric", "namespace": "namespace"}),),
    columns=(filter_end,),
    hidden=frozenset({"alarms"}),
    resource_type="AWS::Logs::MetricFilter",
)
