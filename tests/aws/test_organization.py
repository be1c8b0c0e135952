"""What is asked once, in the account that speaks for the organization."""

from __future__ import annotations

from orienteer.aws.collect import Estate, Wanted, _hub
from orienteer.aws.session import Entry
from orienteer.model import Scope
from orienteer.tables import registry

HUB, MEMBER = Entry("100000000001"), Entry("100000000002")


def test_agreements_are_asked_for_where_the_organization_is_managed() -> None:
    agreements = registry()["artifact_agreements"]
    want = Wanted((agreements, registry()["s3_buckets"]))
    assert _hub(Estate(hub=HUB, member_role="audit"), want) is HUB
    assert agreements in want.job([HUB], [Scope.ORG]).tables
    assert agreements not in want.job([HUB, MEMBER], [Scope.ACCOUNT, Scope.REGION]).tables
