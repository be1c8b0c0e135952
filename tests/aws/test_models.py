"""What is read of botocore's own data, and that it is read once."""

from __future__ import annotations

import boto3
from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.loaders import Loader
from botocore.model import ServiceModel

from orienteer.aws.call import _paginators
from orienteer.aws.session import base_session, loader
from orienteer.tables import registry

SERVICES = sorted({call.service for table in registry().values() for call in (table.call, *table.also)})


def test_a_session_more_leaves_no_folder_more_to_look_in() -> None:
    """boto3 appends the folder of its resources to the loader's, once for every session."""
    folders = list(loader().search_paths)
    session = base_session()
    base_session()
    assert loader().search_paths == folders
    assert isinstance(session, boto3.Session)
    assert session.client("sts", region_name="us-east-1").meta.service_model.service_name == "sts"


def test_paging_rules_are_those_that_botocore_itself_goes_by() -> None:
    plain = Loader(include_default_search_paths=True)
    found = {}
    for service in SERVICES:
        model = ServiceModel(plain.load_service_model(service, "service-2"), service)
        try:
            wanted = plain.load_service_model(service, "paginators-1")["pagination"]
        except (DataNotFoundError, UnknownServiceError):
            wanted = {}
        found[service] = _paginators(service, model.api_version)
        for operation, rule in wanted.items():
            ours = found[service][operation]
            keys = ("input_token", "output_token", "limit_key", "more_results")
            assert {k: ours.get(k) for k in keys} == {k: rule.get(k) for k in keys}, (service, operation)
    assert sum(map(bool, found.values())) > 15
