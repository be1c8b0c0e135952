"""Comprehend models and their policies."""

from __future__ import annotations

from orienteer.model import Call
from orienteer.tables.shapes import arn, listed, policies

CLASSIFIERS = listed(
    "comprehend_classifiers",
    "One row per document classifier.",
    Call("comprehend", "list_document_classifiers"),
    "DocumentClassifierPropertiesList[]",
    arn("DocumentClassifierArn"),
)

CLASSIFIER_POLICIES = policies(
    "comprehend_classifier_policies",
    CLASSIFIERS,
    Call("comprehend", "describe_resource_policy", params={"ResourceArn": "arn"}, absent={"ResourceNotFoundException"}),
    "ResourcePolicy",
)

RECOGNIZERS = listed(
    "comprehend_recognizers",
    "One row per entity recognizer.",
    Call("comprehend", "list_entity_recognizers"),
    "EntityRecognizerPropertiesList[]",
    arn("EntityRecognizerArn"),
)

RECOGNIZER_POLICIES = policies(
    "comprehend_recognizer_policies",
    RECOGNIZERS,
    Call("comprehend", "describe_resource_policy", params={"ResourceArn": "arn"}, absent={"ResourceNotFoundException"}),
    "ResourcePolicy",
)
