"""Answers that are the same for every account: asked until one is good; a refusal stays with its account."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from orienteer.aws.reading import Shared
from orienteer.model import Answer, Call, Outcome

CALL = Call("ec2", "get_managed_prefix_list_entries", shared=True)
Asking = Callable[[], tuple[Answer, int]]


def asking(outcome: Outcome, account: str, asked: list[str]) -> Asking:
    def ask() -> tuple[Answer, int]:
        asked.append(account)
        return Answer(CALL, outcome, account_id=account), 1

    return ask


def test_a_refusal_stays_with_its_account_and_a_good_answer_is_everybodys() -> None:
    shared, asked = Shared(), list[str]()
    refused, good = Outcome.DENIED, Outcome.OK
    told = [
        shared.for_all(("", "pl-1"), asking(outcome, account, asked))
        for account, outcome in (("a", refused), ("b", refused), ("c", good), ("d", refused), ("e", good))
    ]
    assert [(answer.account_id, answer.outcome) for answer, _, _ in told] == [
        ("a", refused), ("b", refused), ("c", good), ("c", good), ("c", good),
    ]  # fmt: skip
    assert [now for _, _, now in told] == [True, True, True, False, False]
    assert asked == ["a", "b", "c"]


def test_those_who_wait_for_a_refusal_ask_themselves() -> None:
    shared, asked, begun, go = Shared(), list[str](), threading.Event(), threading.Event()

    def slow() -> tuple[Answer, int]:
        begun.set()
        go.wait(10)
        return asking(Outcome.DENIED, "a", asked)()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(shared.for_all, "pl-1", slow)
        begun.wait(10)
        second = pool.submit(shared.for_all, "pl-1", asking(Outcome.OK, "b", asked))
        go.set()
        assert first.result()[0].outcome is Outcome.DENIED
        assert second.result()[0].account_id == "b"
