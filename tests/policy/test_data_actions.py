"""The actions that read or write a resource exist, and are on resources of that kind."""

from __future__ import annotations

import pytest

from orienteer.policy.language.actions import exists, sample_resources
from orienteer.policy.rights.data_actions import _KINDS, data_actions, mode


@pytest.mark.parametrize("kind", _KINDS, ids=":".join)
def test_actions_are_on_resources_of_the_kind(kind: tuple[str, str]) -> None:
    service, head = kind
    for action in _KINDS[kind].all:
        assert exists(action), action
        tails = [one.split(":", 5) for one in sample_resources(action, "111122223333")]
        assert any(tail[2] == service and tail[5].startswith(head) for tail in tails), action


def test_a_resource_is_told_by_its_arn() -> None:
    secret = data_actions("arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf")
    assert secret is not None
    assert secret.reads == ("secretsmanager:GetSecretValue",)
    assert data_actions("arn:aws:states:eu-west-1:111122223333:stateMachine:x") is None


@pytest.mark.parametrize(
    "actions, verb",
    [
        (("s3:GetObject",), "reads"),
        (("s3:PutObject",), "writes"),
        (("s3:GetObject", "s3:DeleteObject"), "reads and writes"),
    ],
)
def test_what_actions_come_to(actions: tuple[str, ...], verb: str) -> None:
    assert mode("arn:aws:s3:::lake", actions) == verb
