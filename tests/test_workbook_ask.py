"""Questions in a notebook: the form, the ladder of layers, ways as tables and pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orienteer import workbook
from orienteer.ask import UNREAD, Estate, can
from orienteer.ask.rungs import rungs_of
from orienteer.snapshot import Run
from orienteer.workbook.ask import ladder
from orienteer.workbook.ask_form import asked, form
from tests.facts.support import empty
from tests.report.estate import findings, run_folder
from tests.test_cli_ask import CLOSED, OPEN, ORGANIZATION, framed

A = "111122223333"
READER, BUCKET = f"arn:aws:iam::{A}:role/reader", "arn:aws:s3:::lake"


@pytest.fixture
def known() -> Estate:
    allow = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{BUCKET}/secret/*"}
    return Estate.of(
        {
            "principals": [{"arn": READER, "policies": [("own", allow)]}],
            "resources": [{"arn": BUCKET, "account": A, "policy": {"Statement": deny}, "acls_disabled": True}],
        }
    )


def says(frame: Any) -> dict[str, str]:
    return {layer: told for layer, told in zip(frame["layer"], frame["says"], strict=True) if isinstance(told, str)}


def test_the_ladder_tells_what_each_layer_says(known: Estate) -> None:
    assert says(ladder(can(known, READER, "s3:GetObject", f"{BUCKET}/open"))) == {"identity policy": "allows"}
    assert says(ladder(can(known, READER, "s3:GetObject", f"{BUCKET}/secret/x"))) == {"resource policy": "denies"}
    assert says(ladder(can(known, READER, "s3:PutObject", f"{BUCKET}/x")))["identity policy"] == "allows nothing of it"


def test_the_ladder_of_an_answer_that_is_not_known_tells_which_layer_hides_it() -> None:
    own = {"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
    by_address = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    by_address["Condition"] = {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    known = Estate.of(
        {
            "principals": [{"arn": READER, "policies": [("own", own)], "boundary": UNREAD}],
            "resources": [{"arn": BUCKET, "account": A, "policy": {"Statement": by_address}}],
        }
    )
    asked_for = (READER, "s3:GetObject", f"{BUCKET}/x")
    told = rungs_of(known, *asked_for)
    assert {layer: says for layer, (says, _) in told.items()} == {
        "identity": "allows",
        "boundary": "not known",
        "resource": "may deny",
    }
    assert told["boundary"][1] == f"permissions boundary of {READER} was not read"
    assert told["resource"][1].endswith("statement 1, depending on aws:sourceip")
    page = asked(known, *asked_for, "", may=False).page
    assert "not known" in page and "may deny" in page
    assert rungs_of(known, "nobody", "s3:GetObject") == {}
    assert rungs_of(known, READER, "ec2:RunInstances")["identity"] == ("allows nothing of it", "")


def test_the_form_answers_a_click(known: Estate) -> None:
    made = form(known, f"{BUCKET}/open")
    assert made.principal.value == READER
    made.put.click()
    assert "can do s3:GetObject" in made.answer.value
    assert "nan" not in made.answer.value and ">-<" in made.answer.value
    made.resource.value = f"{BUCKET}/secret/x"
    made.put.click()
    assert "denied by resource policy" in made.answer.value
    made.context.value = "aws:SourceIp"
    made.put.click()
    assert "is not KEY=VALUE" in made.answer.value


def test_what_is_typed_cannot_become_markup(known: Estate) -> None:
    page = asked(known, "<img src=x>", "s3:<b>", "<script>", "<i>=1", may=False).page
    assert not [mark for mark in ("<img", "<script", "<b>", "<i>") if mark in page]


@pytest.fixture
def book(tmp_path: Path) -> Run:
    return run_folder(tmp_path, findings(1), empty() | framed({"iam_roles": [OPEN, CLOSED], **ORGANIZATION}))


def test_outside_jupyterlab_words_stand_for_the_form(book: Run) -> None:
    assert "orienteer ask can RUN" in workbook.ask_form(book).plain


def test_ways_as_tables_and_pictures(book: Run) -> None:
    assert workbook.ways_from(book)["steps"].tolist() == [2]
    assert workbook.closing(book)["change"].tolist() == [f"narrow statement 1 of the trust policy of open in {A}"]
    drawn = workbook.ways_drawn(book)
    assert drawn.page.count("<svg") == 1 and "administrator" in drawn.plain
    assert "none has been named" in workbook.ways_drawn(book, "jewels").plain


def test_what_a_policy_would_stop_says_what_nobody_could_see(book: Run) -> None:
    shown = workbook.would_deny(book, {"Statement": {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}})
    assert "AWS tells which services a principal called" in shown.plain
