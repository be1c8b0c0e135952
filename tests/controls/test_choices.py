"""Denies that close nothing because one gets by them."""

from orienteer.facts.closed_regions import closed_regions
from orienteer.facts.tree import SCP as SERVICE
from orienteer.facts.tree import tree
from tests.controls.test_guardrails import CLIENT, SHOP, leaving_denied, policy, statuses, tables

OFFICE = {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}


def test_a_deny_from_outside_a_network_closes_nothing() -> None:
    deny = policy(Action="*", Condition=OFFICE)
    guarded = tree(SERVICE, *tables((deny, "ou-w")))
    assert closed_regions(guarded, ["eu-west-1"]) == set()
    assert closed_regions(tree(SERVICE, *tables((policy(Action="*"), "ou-w"))), ["eu-west-1"]) == {(SHOP, "eu-west-1")}
    found = leaving_denied(*tables((deny, "ou-w")), client=CLIENT)
    assert statuses(found)[SHOP] == "FAIL"
    assert "a call with aws:sourceip 203.0.113.0" in found.set_index("resource_id").loc[SHOP, "reason"]
