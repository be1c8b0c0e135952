"""boto3 clients that fill moto inside this process, for any account, under the demo's clock."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .clock import Clock, install
from .constants import keep_constants, name_policies
from .scene import backend

# Managed policies of AWS that demo accounts use; the others of moto's 1,400 would only cost time.
AWS_POLICIES = (
    "AdministratorAccess",
    "AmazonS3ReadOnlyAccess",
    "PowerUserAccess",
    "SecurityAudit",
    "ViewOnlyAccess",
    "AWSLambdaBasicExecutionRole",
    "AWSSupportAccess",
)

_SETTINGS = {
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


class Workshop:
    """Clients for the accounts of the demo. One client per service and region serves all accounts."""

    def __init__(self, clock: Clock) -> None:
        import boto3
        import botocore.session

        session = botocore.session.Session()  # with models of its own: an S3 client changes those it is made from
        session.register("request-created", self._address)
        self.clock = clock
        self.account = ""
        self._session = boto3.Session("demo", "demo", botocore_session=session)
        self._clients: dict[tuple[str, str], Any] = {}

    def client(self, service: str, account: str, region: str = "us-east-1") -> Any:
        """A boto3 client; the last account asked for is the one that all clients act in."""
        self.account = account
        if (service, region) not in self._clients:
            self._clients[service, region] = self._session.client(service, region_name=region)
        return self._clients[service, region]

    def reseed(self, seed: int) -> None:
        """Nothing; afterwards moto's identifiers follow from `seed`, whatever was built before."""
        from moto.moto_api._internal import mock_random

        mock_random.seed(seed)

    def backend(self, service: str, account: str, region: str = "aws") -> Any:
        """moto's own state, for what no AWS call can set, such as when a role was last used."""
        return backend(service, account, region)

    def _address(self, request: Any, **_: Any) -> None:
        request.headers["x-moto-account-id"] = self.account


@contextmanager
def workshop() -> Iterator[Workshop]:
    """A workshop over an empty moto in this process; what is built in it stays afterwards."""
    os.environ.update(_SETTINGS)
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "MOTO_ACCOUNT_ID"):
        os.environ.pop(name, None)
    from moto import mock_aws

    _slim_managed_policies()
    keep_constants()
    name_policies()
    clock = Clock()
    install(clock)
    mock = mock_aws()
    mock.start(reset=True)
    try:
        yield Workshop(clock)
    finally:
        mock.stop(remove_data=False)


def _slim_managed_policies() -> None:
    iam = importlib.import_module("moto.iam.models")
    known = json.loads(vars(iam)["aws_managed_policies_data"])
    vars(iam)["aws_managed_policies_data"] = json.dumps({name: known[name] for name in AWS_POLICIES})
