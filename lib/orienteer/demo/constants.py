"""What moto works out anew for every request and never changes is worked out once: half the server's time."""

from __future__ import annotations

import importlib
from functools import cache

from orienteer.aws.seams import loader


def keep_constants() -> None:
    """Nothing; afterwards moto in this process keeps models of services, the names of its own modules and methods, and
    which regions a service has."""
    backends, base, responses, utils = (
        importlib.import_module(f"moto.{name}")
        for name in ("backends", "core.base_backend", "core.responses", "core.utils")
    )
    names = tuple(backends.list_of_moto_modules())
    vars(backends)["list_of_moto_modules"] = lambda: names
    vars(utils)["create_loader"] = lambda *_: loader()  # a new one looks through every folder of botocore
    vars(responses)["method_names_from_class"] = cache(utils.method_names_from_class)
    session = base.AccountSpecificBackend.get_session()
    session.get_available_regions = cache(session.get_available_regions)


def name_policies() -> None:
    """Nothing; afterwards moto names managed policies, as GetAccountAuthorizationDetails does and moto does not."""
    policy = importlib.import_module("moto.iam.models").ManagedPolicy
    policy.policy_name = property(lambda one: one.name)
