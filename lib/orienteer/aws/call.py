"""`ask`: the one place that calls AWS and catches its errors."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from typing import Any, TypeVar

import jmespath
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    CredentialRetrievalError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    SSOTokenLoadError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)
from botocore.parsers import ResponseParserError

from orienteer.aws.paging import paging, says_more
from orienteer.aws.plan import api_name
from orienteer.aws.seams import taken_body
from orienteer.aws.session import Account, error_code
from orienteer.errors import OrienteerError
from orienteer.model import EMPTY, NOT_OFFERED, Answer, Call, Outcome

DENIED_CODES = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AccessDeniedError",
        "AuthorizationError",
        "AuthorizationErrorException",
        "UnauthorizedOperation",
        "UnauthorizedAccess",
        "UnauthorizedException",
        "Unauthorized",
        "NotAuthorized",
        "NotAuthorizedException",
        "Forbidden",
        "ForbiddenException",
        "AuthFailure",
        "OptInRequired",
        "SubscriptionRequiredException",
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "KMSAccessDeniedException",
        "AccountNotManagementOrDelegatedAdministratorException",
        "NotManagementAccount",
        "InvalidToken",
    }
)
BUSY_CODES = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottled",
        "RequestThrottledException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "BandwidthLimitExceeded",
        "LimitExceededException",
        "SlowDown",
        "PriorRequestNotComplete",
        "EC2ThrottledException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "InternalServerException",
        "ServiceException",
        "RequestTimeout",
        "RequestTimeoutException",
        "TransactionInProgressException",
    }
)
REFUSED = re.compile(
    r"not authori[sz]ed|access ?denied|explicit deny|not have (the )?(required )?permission|don.t have permission",
    re.IGNORECASE,
)
"""How AWS words a refusal.  With such a message no error code means "not set"."""
ROOT = re.compile(r"<(?![?!])(?:\w+:)?(\w+)")
EXPIRED_CODES = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})
SKEW_CODES = frozenset({"RequestTimeTooSkewed", "RequestInTheFuture"})
NO_CREDENTIALS = (
    NoCredentialsError,
    PartialCredentialsError,
    CredentialRetrievalError,
    TokenRetrievalError,
    SSOTokenLoadError,
    UnauthorizedSSOTokenError,
)
PORTAL = "a web page came in place of an answer of AWS"
PAGE = (b"<html", b"<!doctype html")
MALFORMED = (ResponseParserError, TypeError, ValueError, KeyError, AttributeError)
MAX_PAGES = 10_000
RENEWALS = 20


class Stop(OrienteerError):
    """Going on makes no sense for anybody: credentials without renewal have expired, or the clock is off."""


class Malformed(BotoCoreError):  # type: ignore[misc]
    """The answer is not what the service model says."""

    fmt = "{text}"


def ask(account: Account, call: Call, region: str, resource: str, params: Mapping[str, Any]) -> tuple[Answer, int]:
    """What AWS answers, all pages of it, and the milliseconds it took.  Only Stop is raised, by no patient account."""
    started = time.perf_counter()
    answer = _renewing(account, lambda: _answer(account, call, region, resource, params))
    return answer, round((time.perf_counter() - started) * 1000)


def identity(account: Account, region: str) -> dict[str, Any]:
    """Who the caller is, as Account.identity.  Raises Stop, and botocore's errors where the account refuses or what it
    says cannot be read."""
    try:
        return _renewing(account, lambda: account.identity(region))
    except (ClientError, BotoCoreError, OrienteerError):
        raise
    except Exception as error:  # a web page, half a document, a caller's handler that fails
        text = (
            f"{PORTAL}: a captive portal or a proxy?" if _is_page(taken_body()) else f"{type(error).__name__}: {error}"
        )
        raise Malformed(text=text) from error


T = TypeVar("T")


def _renewing(account: Account, asking: Callable[[], T]) -> T:
    """What `asking` gives; asked again with new credentials when the token has expired.

    From the second try on one thread asks at a time: a token that serves a few calls only would be used up by the
    others.  Raises Stop where nothing can be renewed: keys as they are, or an AssumeRole that is refused because its
    own credentials have expired.
    """
    for again in range(RENEWALS):
        with account.turn if again else nullcontext():
            generation = account.generation
            try:
                given = asking()
            except ClientError as error:
                if error_code(error) not in EXPIRED_CODES:
                    raise
                _stop_expired(account, error)
            else:
                if not isinstance(given, Answer) or given.error_code not in EXPIRED_CODES or account.patient:
                    return given
            if not account.renewable:
                break
            account.renew(generation)
    raise Stop("AWS credentials expired; renew them and run the same command again to go on", 3)


def _stop_expired(account: Account, error: Exception) -> None:
    """Raises Stop for an expired token that renewing cannot help: the one that the first role is assumed with."""
    if not isinstance(error, ClientError) or account.entry.via is not None or account.patient:
        return
    if error.operation_name == "AssumeRole" and error_code(error) in EXPIRED_CODES:
        raise Stop("AWS credentials expired; renew them and run the same command again to go on", 3) from error


def _answer(account: Account, call: Call, region: str, resource: str, params: Mapping[str, Any]) -> Answer:
    pages: list[Mapping[str, Any]] = []
    code = message = ""
    outcome = Outcome.OK
    try:
        client = account.client(call.service, region)
        if not hasattr(client, call.operation):
            outcome, code = Outcome.FAILED, "UnknownOperation"
        else:
            for page in _pages(client, call, {**call.fixed, **params}):
                pages.append(page)  # noqa: PERF402  # keeps the pages before an error
    except _Nothing as error:
        code, message = EMPTY, str(error)
        outcome = Outcome.ABSENT if EMPTY in call.absent else Outcome.FAILED
    except _Unending as error:
        outcome, code, message = Outcome.FAILED, "RepeatedToken", str(error)
    except (ClientError, BotoCoreError, OrienteerError) as error:
        code, message = error_code(error), _said(error)
        outcome = _outcome(error, code, message, call)
        if _has_no_host(error) and not account.has_list_of(call.service):
            outcome, code = Outcome.ABSENT, NOT_OFFERED
        _stop_expired(account, error)
        if not account.patient:
            stop_on(error)
    except Exception as error:
        # botocore's parsers meet answers that are not what the service model says (HTML, half a document), and the
        # handlers of a caller's own session may raise anything
        outcome, message = Outcome.FAILED, _said(error)
        code = f"Malformed{type(error).__name__}" if isinstance(error, MALFORMED) else type(error).__name__
    api = f"{call.service}:{api_name(call)}"
    return Answer(call, outcome, tuple(pages), code, message[:500], account.account_id, region, resource, api)


def stop_on(error: Exception) -> None:
    """Raises Stop when AWS refuses signatures because of this machine's clock, or there is nothing to sign with."""
    code, message = error_code(error), str(error)
    if code in SKEW_CODES or ("Signature expired" in message or "Signature not yet current" in message):
        raise Stop(
            f"this machine's clock is wrong, AWS refuses its signatures ({code}); set the clock and run again", 3
        ) from error
    if isinstance(error, NO_CREDENTIALS):
        raise Stop(f"cannot use these AWS credentials: {' '.join(message.split())[:300]}", 3) from error


def _outcome(error: Exception, code: str, message: str, call: Call) -> Outcome:
    """The outcome of an error: what the call declares as absent, then refusals, then trouble that may pass."""
    status = 0
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if _means_absent(code, message, call):
        return Outcome.ABSENT
    if code in BUSY_CODES or status >= 500 or status == 429:
        return Outcome.UNAVAILABLE
    if code in DENIED_CODES or status in (401, 403):
        return Outcome.DENIED
    if isinstance(error, HTTPClientError | ConnectionError | EndpointConnectionError):
        return Outcome.UNAVAILABLE
    return Outcome.FAILED


def _has_no_host(error: Exception) -> bool:
    """True if DNS says that the endpoint's name does not exist; no network at all is told otherwise (EAI_AGAIN).

    AWS gives a service a name in the regions alone in which it is offered.
    """
    cause: BaseException | None = error.kwargs.get("error") if isinstance(error, EndpointConnectionError) else None
    while cause is not None and not isinstance(cause, socket.gaierror):
        cause = cause.__cause__ or cause.__context__
    return cause is not None and cause.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", None))


def _means_absent(code: str, message: str, call: Call) -> bool:
    """Whether the call declares this error as "not set", by its code or by its code and words of its message."""
    told = [words for name, _, words in (entry.partition(": ") for entry in call.absent) if name == code]
    said = message.partition(" operation: ")[2] or message  # botocore puts the code in front, which may word a refusal
    if not told or REFUSED.search(said):
        return False
    return any(re.search(words, said, re.IGNORECASE) for words in told)


class _Nothing(Exception):
    """An answer that says nothing, of an operation that is no list."""


class _Unending(Exception):
    """Paging would never end: a token came twice, or there are more pages than any service has."""


def _pages(client: Any, call: Call, params: dict[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Pages of the answer, as many as the call wants, without botocore's metadata.

    Raises _Unending when a token repeats.
    """
    operation = getattr(client, call.operation)
    name = client.meta.method_to_api_mapping[call.operation]
    model = client.meta.service_model.operation_model(name)
    inputs, outputs, limit, most = paging(call.service, name, model)
    if limit and limit not in params and most:
        params = {**params, limit: most}
    seen: set[str] = set()
    for number in range(1, MAX_PAGES + 1):
        taken_body()
        page = operation(**params)
        page.pop("ResponseMetadata", None)
        _whole(page, taken_body(), model)
        yield page
        tokens = [jmespath.search(o, page) for o in outputs]
        if not any(tokens):
            if says_more(page, outputs):
                raise _Unending(f"{name} says there is more but gives no token")
            return
        if number == call.pages:
            return
        if repr(tokens) in seen:
            raise _Unending(f"{name} gave the same page token twice")
        seen.add(repr(tokens))
        params = {**params, **{i: t for i, t in zip(inputs, tokens, strict=False) if t is not None}}
    raise _Unending(f"{name} gave more than {MAX_PAGES} pages")


def _whole(page: Mapping[str, Any], body: bytes | None, model: Any) -> None:
    """Raises ValueError for a body that is a web page, that is empty where the operation answers something, or that
    gave an empty page and is neither a JSON object with names of this answer nor its XML; _Nothing for a page without
    content that is no empty list."""
    members = model.output_shape.members if model.output_shape else {}
    shapes = members.values()
    payload = model.output_shape.serialization.get("payload") if model.output_shape else None
    text = (body or b"")[:200].lstrip()
    if text.startswith(b"<"):
        if _is_page(text):
            raise ValueError(PORTAL)
        if members and not page and not _its_xml(text, model):
            raise ValueError("the answer is the XML of something else")
    elif body is not None and not text:
        if any("location" not in shape.serialization for shape in shapes):
            raise ValueError("the answer is empty")
    elif body and not page and model.service_model.resolved_protocol != "smithy-rpc-v2-cbor":
        given = json.loads(body)
        if not isinstance(given, dict):
            raise ValueError("the answer is not a JSON object")
        if given and not given.keys() & {shape.serialization.get("name", name) for name, shape in members.items()}:
            raise ValueError("the answer is the JSON of something else")
    if payload == "Policy" and isinstance(page.get(payload), str) and not _is_policy(page[payload]):
        raise ValueError("the answer is no policy document")  # S3 gives it as the body itself
    nothing = all(value == {} for value in page.values())  # a null is an answer: of GetBucketLocation, us-east-1
    if shapes and nothing and not any(shape.type_name == "list" for shape in shapes):
        raise _Nothing("the answer says nothing")


def _is_page(body: bytes | None) -> bool:
    """True for HTML."""
    return (body or b"")[:200].lstrip().lower().startswith(PAGE)


def _said(error: Exception) -> str:
    """What the error says; of a web page only that it was one."""
    text = str(error)
    return PORTAL if any(mark.decode() in text.lower() for mark in PAGE) else text


def _is_policy(text: str) -> bool:
    given = json.loads(text)
    return isinstance(given, dict) and "Statement" in given


def _its_xml(text: bytes, model: Any) -> bool:
    """Whether an answer that gave an empty page is the operation's: query and EC2 name it, S3 names what it would hold
    (an empty VersioningConfiguration of a bucket that never kept versions)."""
    root = ROOT.search(text.decode("utf-8", "replace"))
    return root is not None and root[1] in (f"{model.name}Response", _put_as(model))


def _put_as(model: Any) -> str:
    """The XML element that the operation's counterpart writes; empty where it has none."""
    put = f"Put{model.name.removeprefix('Get')}"
    if put not in model.service_model.operation_names:
        return ""
    shape = model.service_model.operation_model(put).input_shape
    payload = shape.serialization.get("payload") if shape else None
    return str(shape.members[payload].serialization.get("name", payload)) if payload else ""
