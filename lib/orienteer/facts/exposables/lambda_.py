"""Lambda functions."""

from __future__ import annotations

from orienteer.facts.exposable import Exposable, Policy

EXPOSABLES = (
    Exposable(
        ("lambda-function-policy",),
        "AWS::Lambda::Function",
        "lambda_function_policies",
        "lambda:GetPolicy",
        (Policy(),),
    ),
)
