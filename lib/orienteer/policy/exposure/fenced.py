"""A resource's policy with the denies of the resource control policies that bind it, as one document.

A resource control policy allows nothing beyond what the resource's own policy does, so its denies are all it adds.
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_evaluation.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from orienteer.policy.language.text import Policy, document_text, is_deny, raw_statements

_VARIABLES = "2012-10-17"


def fenced(policy: Policy, rcps: Iterable[str]) -> dict[str, Any]:
    """The policy with the denies of these resource control policies, given as their texts.

    Policy variables mean something in documents of 2012 only.  Where the resource's policy is older and has something
    that looks like one, denies with variables are left out: as text they would deny more than they do.
    """
    version, statements = raw_statements(policy)
    denies = [one for text in rcps for one in raw_statements(text)[1] if is_deny(one)]
    if version != _VARIABLES and any("${" in json.dumps(one) for one in denies):
        if "${" in document_text(policy)[0]:
            denies = [one for one in denies if "${" not in json.dumps(one)]
        else:
            version = _VARIABLES
    return {"Version": version, "Statement": [*statements, *denies]}
