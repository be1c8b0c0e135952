"""Phone numbers for SMS and voice, and their policies."""

from __future__ import annotations

from orienteer.model import Call
from orienteer.tables.shapes import arn, listed, name, policies

PHONE_NUMBERS = listed(
    "sms_phone_numbers",
    "One row per phone number of the account.",
    Call("pinpoint-sms-voice-v2", "describe_phone_numbers", fixed={"Owner": "SELF"}),
    "PhoneNumbers[]",
    name("PhoneNumberId", "id of the number"),
    arn("PhoneNumberArn"),
)

PHONE_NUMBER_POLICIES = policies(
    "sms_phone_number_policies",
    PHONE_NUMBERS,
    Call(
        "pinpoint-sms-voice-v2",
        "get_resource_policy",
        params={"ResourceArn": "arn"},
        absent={"ResourceNotFoundException"},
    ),
    "Policy",
)
