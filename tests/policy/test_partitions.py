"""Organizations in GovCloud and China are asked with their own ARNs and regions."""

from typing import Any

import pytest
from scp_cases import deny, deny_but, doc, guarded

from orienteer.partitions import home_region, partition_of, partition_with, service_of
from orienteer.policy.guardrails import probes
from orienteer.policy.guardrails.members import Member
from orienteer.policy.guardrails.perimeter import perimeter
from orienteer.policy.guardrails.regions import unnamed_region
from orienteer.policy.language.actions import sample_resources

A, ORG, LEAVE, STOP = "111122223333", "o-abcdefghij", "organizations:LeaveOrganization", "cloudtrail:StopLogging"
US, CN = "aws-us-gov", "aws-cn"
BOTH = pytest.mark.parametrize("partition", [US, CN])


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
@pytest.mark.parametrize(("arn", "partition"), [
    (f"arn:aws-us-gov:organizations::{A}:account/{ORG}/{A}", US), (f"arn:aws-cn:iam::{A}:root", CN),
    (f"arn:aws:iam::{A}:root", "aws"), (None, "aws"), ("", "aws"), ("aws-cn", "aws"), ("arn:x:iam::1:root", "aws"),
    (float("nan"), "aws"), ("arn:*:iam::1:root", "aws"),
])  # fmt: skip
def test_partition_of(arn: Any, partition: str) -> None:
    assert partition_of(arn) == partition


# https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/using-govcloud-endpoints.html
# https://docs.amazonaws.cn/en_us/aws/latest/userguide/endpoints-Beijing.html
@pytest.mark.parametrize(("service", "partition", "region"), [
    ("iam", "aws", "us-east-1"), ("iam", US, "us-gov-west-1"), ("iam", CN, "cn-north-1"),
    ("organizations", CN, "cn-northwest-1"), ("organizations", US, "us-gov-west-1"),
    ("globalaccelerator", "aws", "us-west-2"), ("networkmanager", US, "us-gov-west-1"),
])  # fmt: skip
def test_home_region(service: str, partition: str, region: str) -> None:
    assert home_region(service, partition) == region
    assert partition_with(region) == partition


def test_unnamed_region() -> None:
    assert unnamed_region(("cn-north-*",), CN) == "cn-northwest-1"
    assert unnamed_region(("*",), US) is None
    assert unnamed_region(("us-*",)) == "eu-central-1"


@BOTH
def test_requests_carry_the_partition(partition: str) -> None:
    member = Member(A, ORG, partition)
    for context in (member.administrator(), member.root_user()):
        assert context["aws:PrincipalArn"].startswith(f"arn:{partition}:iam::{A}:")
    assert sample_resources(STOP, A, "x", partition) == (f"arn:{partition}:cloudtrail:x:{A}:trail/probe",)


def only(operator: str, value: str) -> dict[str, Any]:
    return {"Condition": {operator: {"aws:PrincipalArn": value}}}


@BOTH
@pytest.mark.parametrize("pattern", ["arn:{}:iam::*:root", "arn:*:iam::*:root", "arn:aws*:iam::*:root"])
def test_root_of_the_partition_is_denied(partition: str, pattern: str) -> None:
    for operator in ("StringLike", "ArnLike"):
        chain = guarded(deny(**only(operator, pattern.format(partition))))
        assert probes.root_actions(chain, A, partition=partition).denied


@BOTH
def test_root_of_another_partition_is_not_meant(partition: str) -> None:
    chain = guarded(deny(**only("StringLike", "arn:aws:iam::*:root")))
    assert not probes.root_actions(chain, A, partition=partition).denied
    assert probes.root_actions(chain, A).denied


@BOTH
@pytest.mark.parametrize(("head", "there"), [("arn:{}", True), ("arn:*", True), ("arn:aws", False)])
def test_exemptions_of_the_partition(partition: str, head: str, there: bool) -> None:
    value = f"{head.format(partition)}:iam::*:role/breakglass"
    answer = probes.leaving(guarded(deny(LEAVE, **only("ArnNotLike", value))), A, partition=partition)
    assert answer.denied
    assert [(e.pattern, e.guessable) for e in answer.exemptions] == ([(value, True)] if there else [])


@BOTH
def test_a_protected_role_of_the_partition_cannot_be_taken(partition: str) -> None:
    own = f"arn:{partition}:iam::*:role/security/*"
    chain = guarded(deny(STOP, **only("ArnNotLike", own)), deny("iam:*", Resource=own, **only("ArnNotLike", own)))
    answer = probes.asked(chain, STOP, A, partition=partition)
    assert [(e.pattern, e.guessable) for e in answer.exemptions] == [(own, False)]


# A deny on resources of the partition: an unnamed trail of it is met, one of another partition is not there.
@BOTH
@pytest.mark.parametrize(("head", "denied"), [("arn:{}", True), ("arn:*", True), ("arn:aws", False)])
def test_resources_of_the_partition(partition: str, head: str, denied: bool) -> None:
    chain = guarded(deny("cloudtrail:*", Resource=f"{head.format(partition)}:cloudtrail:*:*:trail/*"))
    assert probes.asked(chain, STOP, A, partition=partition).denied is denied


@BOTH
def test_regions_of_the_partition(partition: str) -> None:
    home = home_region(partition=partition)
    fence = {"Condition": {"StringNotEquals": {"aws:RequestedRegion": [home, home_region("iam", partition)]}}}
    chain = guarded(deny_but("iam:*", **fence))
    assert not any(a.denied for a in probes.global_services(chain, ["iam", "organizations"], A, partition=partition))
    assert not probes.asked(chain, STOP, A, partition=partition).denied
    abroad = {"Condition": {"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}}}
    assert probes.asked(guarded(deny(STOP, **abroad)), STOP, A, partition=partition).denied
    assert not probes.asked(guarded(deny(STOP, **abroad)), STOP, A).denied


@BOTH
def test_a_perimeter_of_the_partition(partition: str) -> None:
    full = doc({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"})
    statement = deny("s3:*", Principal="*", Resource=f"arn:{partition}:s3:::*", Condition={
        "StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORG}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    })  # fmt: skip
    (answer,) = perimeter([[full, doc(statement)]], ["s3"], A, ORG, partition=partition)
    assert (answer.denied, answer.services_usable) == (True, True)
    assert not perimeter([[full, doc(statement)]], ["s3"], A, ORG)[0].denied


@pytest.mark.parametrize(("principal", "service"), [
    ("states.eu-west-1.amazonaws.com", "states.amazonaws.com"), ("ec2.amazonaws.com.cn", "ec2.amazonaws.com"),
    ("tasks.apprunner.amazonaws.com", "tasks.apprunner.amazonaws.com"),
    ("delivery.logs.us-gov-west-1.amazonaws.com", "delivery.logs.amazonaws.com"),
    ("apidestinations.events.amazonaws.com", "apidestinations.events.amazonaws.com"), ("somebody", "somebody"),
    ("lambda.alexa.amazon.com", "lambda.alexa.amazon.com"),
])  # fmt: skip
def test_a_service_without_its_region(principal: str, service: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services"""
    assert service_of(principal) == service
