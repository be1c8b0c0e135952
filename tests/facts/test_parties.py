"""Third parties that the client named: by what name, who answers for them, until when, in exposures, too."""

from __future__ import annotations

import json

from orienteer.facts.parties import Party, parties
from orienteer.parameters import Client, client_of
from tests.facts.support import PLACE, estate

PARTNER, VENDOR, STRANGER = "900000000001", "900000000002", "999999999999"
CLIENT = Client(trusted_accounts={PARTNER: "Partner", VENDOR: ""}, owners={PARTNER: "sales", VENDOR: "platform"})
REGISTER = {
    "Vendor": {"accounts": VENDOR, "owner": "purchasing", "review_by": "2027-01-31"},
    "Pipelines": {"providers": ["ci.example"], "owner": "platform", "review_by": "2026-12-31"},
}


def test_the_register_is_asked_before_the_params() -> None:
    who = (f"arn:aws:iam::{PARTNER}:root", VENDOR, STRANGER, "arn:aws:iam::111111111111:oidc-provider/ci.example")
    assert list(parties(who, CLIENT, REGISTER)) == [
        Party(f"Partner ({PARTNER})", "sales", ""),
        Party(f"{VENDOR} ({VENDOR})", "purchasing", "2027-01-31"),
        Party("Pipelines (ci.example)", "platform", "2026-12-31"),
    ]
    assert list(parties((STRANGER,), CLIENT, REGISTER)) == []


def test_a_longer_name_is_another_party() -> None:
    near = ("evil-ci.example", "ci.example.org", f"arn:aws:iam::{STRANGER}:oidc-provider/a.ci.example", f"1{PARTNER}")
    assert list(parties(near, CLIENT, REGISTER)) == []
    (met,) = parties(("ci.example/tenant",), CLIENT, REGISTER)
    assert met.name == "Pipelines (ci.example)"


def test_exposures_say_who_answers_for_whom_they_let_in() -> None:
    rows = [
        PLACE | {"resource_id": name, "policy": json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": whom}, "Action": "*", "Resource": "*"}]})}
        for name, whom in (("known", [PARTNER, VENDOR]), ("open", [STRANGER]))
    ]  # fmt: skip
    facts = estate({"sqs_queue_policies": rows}, CLIENT, {"third_party_register": REGISTER})
    queue, other = [row for row in facts.source("exposures").rows if row["exposable"] == "sqs-queue"]
    assert (queue["strangers"], other["partners"]) == ((), ())
    assert [STRANGER in one for one in other["strangers"]] == [True]
    assert queue["partners"] == (f"Partner ({PARTNER})", f"{VENDOR} ({VENDOR})")
    assert (queue["owners"], queue["review_by"]) == (("sales", "purchasing"), "2027-01-31")


def test_owners_come_from_the_params_file() -> None:
    given = {"trusted_accounts": [{"id": PARTNER, "name": "Partner", "owner": "sales"}, {"id": VENDOR}]}
    assert client_of(given).owners == {PARTNER: "sales", VENDOR: ""}
