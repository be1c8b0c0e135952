"""What could turn a failure into silence: ambiguous codes, strangers' answers, parents without a name, regions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import boto3
import pandas as pd
import pytest
from botocore.exceptions import ClientError
from botocore.model import ServiceModel

from orienteer.aws.call import BUSY_CODES, DENIED_CODES, _Nothing, _outcome, _whole
from orienteer.aws.collect import tables_for
from orienteer.aws.engine import REGIONS, collect
from orienteer.aws.job import Collected, Job
from orienteer.aws.plan import allowed
from orienteer.aws.seams import loader
from orienteer.aws.session import Entry
from orienteer.model import Call, Column, Outcome, Scope, Table
from orienteer.tables import registry
from orienteer.tables.securityhub import HUBS
from tests.aws.scripted import IDENTITY, error
from tests.aws.test_engine import ACCOUNTS, TAGS, account, read, rows
from tests.each import each

GETTER = Table(
    "things", "", Scope.ACCOUNT,
    Call("organizations", "describe_resource_policy", absent={"Ambiguous: not subscribed", "Clear"}), (Column("a"),),
)  # fmt: skip


def test_no_absent_code_outweighs_the_words_of_a_refusal() -> None:
    told = {
        ("Clear", "there is none"): Outcome.ABSENT,
        ("Clear", "User: arn:aws:sts::1:assumed-role/a is not authorized to perform: x:Y"): Outcome.DENIED,
        ("Clear", "with an explicit deny in a service control policy"): Outcome.DENIED,
        ("Ambiguous", "Account 1 is not subscribed to AWS Security Hub"): Outcome.ABSENT,
        ("Ambiguous", "The account cannot do this"): Outcome.DENIED,
        ("Ambiguous", ""): Outcome.DENIED,
    }
    for (code, message), outcome in told.items():
        given = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": 401}}
        assert _outcome(ClientError(given, "X"), code, message, GETTER.call) is outcome, (code, message)  # type: ignore[arg-type]


def test_security_hub_is_off_only_where_it_says_so() -> None:
    """InvalidAccessException: "Either Security Hub is not enabled for the account, or the account does not have
    permission to perform this action", says the API reference of DescribeHub."""
    for call in (t.call for t in registry().values() if t.call.service == "securityhub"):
        assert "InvalidAccessException" not in call.absent
    given = {"Error": {}, "ResponseMetadata": {"HTTPStatusCode": 401}}
    refused = ClientError(given, "DescribeHub")  # type: ignore[arg-type]
    assert _outcome(refused, "InvalidAccessException", "no permission", HUBS.call) is Outcome.DENIED


CALLS = {(t.name, c.operation): c for t in registry().values() for c in t.calls}
IAM_SAYS = (
    "User: arn:aws:sts::111122223333:assumed-role/audit/a is not authorized to perform: {action} on resource: *",
    "User: arn:aws:sts::111122223333:assumed-role/audit/a is not authorized to perform: {action} with an explicit deny "
    "in a service control policy",
    "Access Denied",
    "You do not have required permissions",
)
VAGUE = DENIED_CODES | BUSY_CODES | {
    "BadRequestException", "InvalidAccessException", "InvalidInputException", "InvalidParameterException",
    "InvalidParameterValue", "InvalidRequestException", "ValidationError", "ValidationException", "ClientException",
}  # fmt: skip
"""Codes under which a service says many things."""


def told(call: Call, code: str, message: str, status: int) -> Outcome:
    given = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return _outcome(ClientError(given, "X"), code, message, call)  # type: ignore[arg-type]


@each("name", CALLS, ids=".".join)
def test_nothing_that_a_call_declares_as_absent_can_hide_a_refusal(name: tuple[str, str]) -> None:
    call = CALLS[name]
    codes = {entry.partition(": ")[0]: entry.partition(": ")[2] for entry in call.absent}
    for code, words in codes.items():
        assert words or code not in VAGUE, (code, "says too little: name the words, as `code: words`")
        for message in IAM_SAYS:
            outcome = told(call, code, message.format(action=call.api), 403)
            assert outcome not in (Outcome.ABSENT, Outcome.OK), (code, message)


@pytest.mark.parametrize(
    ("table", "code", "message"),
    [
        ("iam_organizations_features", "ServiceAccessNotEnabledException",
         "Trusted access is not enabled for this service principal in AWS Organizations."),
        ("s3_account_public_access_block", "NoSuchPublicAccessBlockConfiguration",
         "The public access block configuration was not found"),
        ("s3_bucket_policies", "NoSuchBucketPolicy", "The bucket policy does not exist"),
        ("s3_bucket_ownership", "OwnershipControlsNotFoundError", "The bucket ownership controls were not found"),
        ("macie2_sessions", "AccessDeniedException", "Macie is not enabled."),
    ],
)  # fmt: skip
def test_what_is_not_set_is_an_answer(table: str, code: str, message: str) -> None:
    assert told(registry()[table].call, code, message, 404) is Outcome.ABSENT


@pytest.mark.parametrize(
    ("table", "code", "message"),
    [
        ("securityhub_organization_configuration", "InvalidAccessException",
         "Account 111122223333 is not an administrator for this organization"),
        ("securityhub_organization_configuration", "InvalidAccessException",
         "Account 111122223333 is not subscribed to AWS Security Hub"),
        ("securityhub_members", "AccessDeniedException",
         "The request was rejected because it was sent from an account that isn't authorized to perform it"),
        ("securityhub_organization_configuration", "AccessDeniedException",
         "The security token included in the request is for an account that isn't authorized to perform this."),
        ("guardduty_organization_configuration", "BadRequestException",
         "The request is rejected because the account is not the delegated administrator for this organization."),
        ("guardduty_organization_configuration", "BadRequestException",
         "The request failed because you do not have required AWS Organization master permission."),
        ("guardduty_members", "BadRequestException",
         "The request is rejected because the caller is not the GuardDuty administrator."),
        ("guardduty_organization_admins", "BadRequestException",
         "The request is rejected because the account is not a member of an organization."),
    ],
)  # fmt: skip
def test_an_account_that_is_not_the_administrator_is_no_refusal(table: str, code: str, message: str) -> None:
    assert told(registry()[table].call, code, message, 400) is Outcome.ABSENT


@pytest.mark.parametrize(
    ("table", "code", "message"),
    [
        ("guardduty_organization_configuration", "BadRequestException",
         "The request is rejected because the input detectorId is not owned by the current account."),
        ("guardduty_members", "BadRequestException", "The request is rejected because a parameter is invalid."),
        ("guardduty_administrators", "BadRequestException", "The request is rejected."),
        ("securityhub_organization_configuration", "InvalidAccessException", "You cannot do this"),
        ("securityhub_organization_configuration", "AccessDeniedException",
         "User: a is not authorized to perform: x, since 111122223333 is not an administrator for this organization"),
    ],
)  # fmt: skip
def test_the_same_code_in_other_words_is_a_gap(table: str, code: str, message: str) -> None:
    assert not told(registry()[table].call, code, message, 400).known


@pytest.mark.parametrize("body", [b'{"hello": "world"}', b'{"Message": "Forbidden"}'])
def test_the_json_of_something_else_is_no_empty_list(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(rows(read(lambda o, p: (200, body), ACCOUNTS, monkeypatch=monkeypatch), ACCOUNTS)["outcome"]) == [
        "FAILED"
    ]


@pytest.mark.parametrize("body", [b"<?xml version='1.0'?><hello/>", b'{"hello": "world"}', b"[]", b'{"Statement": ['])
def test_a_bucket_policy_is_what_s3_sends_as_the_body_itself_or_it_is_no_answer(body: bytes) -> None:
    model = loader().load_service_model("s3", "service-2")
    operation = ServiceModel(model).operation_model("GetBucketPolicy")
    with pytest.raises(ValueError, match=r"Expecting|no policy document"):
        _whole({"Policy": body.decode()}, body, operation)
    good = b' {"Version": "2012-10-17", "Statement": []}'
    _whole({"Policy": good.decode()}, good, operation)


@pytest.mark.parametrize(
    ("name", "root"), [("GetBucketVersioning", "VersioningConfiguration"), ("GetBucketLogging", "BucketLoggingStatus")]
)
def test_s3_says_that_nothing_is_set_by_the_empty_element_of_it(name: str, root: str) -> None:
    operation = ServiceModel(loader().load_service_model("s3", "service-2")).operation_model(name)
    with pytest.raises(_Nothing):
        _whole(
            {}, f'<?xml version="1.0"?><{root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>'.encode(), operation
        )
    with pytest.raises(ValueError, match="something else"):
        _whole({}, b"<?xml version='1.0'?><hello/>", operation)


@pytest.mark.parametrize("body", [{}, {"Accounts": []}, {"Accounts": None}, {"NextToken": None}])
def test_an_empty_list_however_written_is_an_answer(body: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rows(read(lambda o, p: (200, body), ACCOUNTS, monkeypatch=monkeypatch), ACCOUNTS).empty


def test_a_parent_that_does_not_say_what_to_ask_is_a_gap_of_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless(operation: str, params: Mapping[str, Any]) -> tuple[int, Any]:
        if operation == "ListTagsForResource":
            return 200, {"Tags": []}
        return 200, {"Accounts": [account(1), {"Name": "without id"}]}

    found = read(nameless, ACCOUNTS, TAGS, monkeypatch=monkeypatch)
    tags = rows(found, TAGS).set_index("name")
    assert tags["outcome"].to_dict() == {"account 1": "OK", "without id": "FAILED"}
    assert "organizations:ListTagsForResource MissingParameter (account " in tags["gap"]["without id"]


def test_a_parent_that_is_absent_leaves_its_child_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    above = replace(GETTER, call=replace(GETTER.call, absent={"None"}))
    child = replace(TAGS, parent=above, keep=(), call=replace(TAGS.call, params={"ResourceId": "a"}))
    found = read(lambda o, p: error("None"), above, child, monkeypatch=monkeypatch)
    assert list(rows(found, child)["outcome"]) == ["ABSENT"]


REGION = "<item><regionName>{}</regionName><optInStatus>{}</optInStatus></item>"
LISTED = (("eu-west-1", "opt-in-not-required"), ("eu-south-1", "not-opted-in"), ("eu-south-2", "opted-in"))


def in_regions(
    named: tuple[str, ...], answer: tuple[int, str], monkeypatch: pytest.MonkeyPatch, shut: str = "nowhere"
) -> Collected:
    """Regions and detectors, read where DescribeRegions gives this answer and every region has a detector.

    What is signed for the region `shut` is refused, as AWS does where the account has not enabled it.
    """

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if f"/{shut}/" in str(self.headers.get("Authorization")):
                self.send(403, "<Response><Errors><Error><Code>AuthFailure</Code></Error></Errors></Response>")
            elif b"GetCallerIdentity" in body:
                self.send(200, IDENTITY.format(account="1" * 12))
            elif b"DescribeRegions" in body:
                self.send(*answer)
            else:
                self.send(200, '{"detectorIds": ["d"]}')

        def send(self, status: int, text: str) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = answer

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    found: list[Collected] = []
    wanted = tables_for(["guardduty_detectors"], registry(), [REGIONS])
    try:
        job = Job((Entry(),), wanted, allowed(wanted), named, 4)
        collect(job, found.append, base=boto3.Session(region_name="us-east-1"))
    finally:
        server.shutdown()
        server.server_close()
    return found[0]


def listing(*regions: tuple[str, str]) -> tuple[int, str]:
    items = "".join(REGION.format(*region) for region in regions)
    return 200, f"<DescribeRegionsResponse><regionInfo>{items}</regionInfo></DescribeRegionsResponse>"


def detectors(found: Collected) -> dict[Any, str]:
    listed = rows(found, registry()["guardduty_detectors"])
    return dict(zip(listed["region"].fillna("all"), listed["outcome"], strict=True))


def test_a_named_region_that_is_not_enabled_is_said_once_and_darkens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    found = in_regions(("eu-west-1", "eu-south-1"), listing(*LISTED), monkeypatch)
    assert detectors(found) == {"eu-west-1": "OK"}
    told = pd.DataFrame(found.coverage).query("region == 'eu-south-1'")
    assert told[["account_id", "service", "operation", "outcome", "error_code", "message"]].values.tolist() == [
        ["1" * 12, "ec2", "DescribeRegions", "ABSENT", "RegionNotEnabled", "region not enabled in this account"]
    ]


def test_a_named_region_that_is_not_enabled_is_not_where_the_account_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Named first, it would be taken for an account that nobody can enter."""
    found = in_regions(("eu-south-1", "eu-west-1"), listing(*LISTED), monkeypatch, shut="eu-south-1")
    assert detectors(found) == {"eu-west-1": "OK"}
    assert set(rows(found, registry()[REGIONS])["outcome"]) == {"OK"}


def test_without_names_the_enabled_regions_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert detectors(in_regions((), listing(*LISTED), monkeypatch)) == {"eu-west-1": "OK", "eu-south-2": "OK"}


def test_a_named_region_that_is_not_listed_at_all_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    found = in_regions(("eu-west-1", "cn-north-1"), listing(*LISTED), monkeypatch)
    assert detectors(found) == {"eu-west-1": "OK", "cn-north-1": "FAILED"}
    gap = found.rows["guardduty_detectors"][-1][-1]
    assert "ec2:DescribeRegions RegionNotListed (account 111111111111, region cn-north-1)" in {
        row[-1] for row in found.rows["guardduty_detectors"]
    }, gap


@pytest.mark.parametrize(
    "answer",
    [
        listing(),
        listing(("eu-south-1", "not-opted-in")),
        (200, '<?xml version="1.0"?><hello>world</hello>'),
        (403, "<Response><Errors><Error><Code>UnauthorizedOperation</Code></Error></Errors></Response>"),
    ],
    ids=["empty", "none enabled", "a stranger's", "refused"],
)
def test_a_list_of_regions_that_cannot_be_is_a_gap_everywhere(
    answer: tuple[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert set(detectors(in_regions((), answer, monkeypatch))) == {"all"}
    assert not Outcome(detectors(in_regions((), answer, monkeypatch))["all"]).known


def test_where_the_status_is_not_known_a_named_region_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    denied = (403, "<Response><Errors><Error><Code>UnauthorizedOperation</Code></Error></Errors></Response>")
    found = in_regions(("eu-south-1",), denied, monkeypatch)
    assert detectors(found) == {"eu-south-1": "OK"}
    assert "DENIED" in set(rows(found, registry()[REGIONS])["outcome"])
