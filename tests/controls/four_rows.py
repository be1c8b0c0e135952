"""Each control over one row that passes, and what makes it fail, be not set and be not seen: test_four.py asks.

`Four(passes, fails, unset, told, unseen)`: the cells of a row that passes; what in it makes it fail; what in it is not
set, and the status then ("" for no finding); the column that hides the verdict where it was not seen.  A control that
only asks a person has MANUAL for PASS, and what it has none of is empty: test_four.py lists these by name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from orienteer.facts.seen import Cells, Partial
from orienteer.policy.exposure import assumers
from orienteer.policy.rights.escalation import AdminPath
from orienteer.policy.trust.roles import trusted
from orienteer.policy.trust.web_identity import web_trusts
from tests.facts.support import NOW, PLACE


class Four(NamedTuple):
    """What a control says of a row that passes and of its three changes; `given` are thresholds."""

    passes: Mapping[str, Any]
    fails: Mapping[str, Any] | None
    unset: Mapping[str, Any]
    told: str
    unseen: str
    given: Mapping[str, Any] = {}


def ago(days: float) -> pd.Timestamp:
    return NOW - pd.Timedelta(days=days)


def trusting(principal: Mapping[str, str], condition: Any = None, action: str = "sts:AssumeRole") -> str:
    """A trust policy of one statement."""
    one = {"Effect": "Allow", "Principal": principal, "Action": action}
    return json.dumps({"Version": "2012-10-17", "Statement": one | ({"Condition": condition} if condition else {})})


def rules(source: str) -> str:
    """The rules of a security group that let SSH in from there."""
    return json.dumps([{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": source}]}])


def edge_of(policy: str) -> dict[str, Any]:
    return {"trust_policy": policy, "by_name": tuple(trusted(policy))}


def services_of(policy: str) -> tuple[Any, ...]:
    found = assumers(policy, account_id=PLACE["account_id"], org_id=None).reachers
    return tuple(one for one in found if one.kind == "service")


def github(subject: str) -> tuple[Any, ...]:
    """The web identity that a role trusts for this subject of GitHub's tokens."""
    host = "token.actions.githubusercontent.com"
    asked = {"StringEquals": {f"{host}:aud": "sts.amazonaws.com"}, "StringLike": {f"{host}:sub": subject}}
    provider = {"Federated": f"arn:aws:iam::{PLACE['account_id']}:oidc-provider/{host}"}
    return web_trusts(trusting(provider, asked, "sts:AssumeRoleWithWebIdentity"))


VENDOR = "222222222222"
THERE, BUS = {"AWS": f"arn:aws:iam::{VENDOR}:root"}, {"Service": "events.amazonaws.com"}
OPEN, LOOSE = trusting(THERE), trusting(BUS)
ASKED = trusting(THERE, {"StringEquals": {"sts:ExternalId": "k7Qz-93vT-Lw0p-XmRe"}})
MFA = trusting(THERE, {"Bool": {"aws:MultiFactorAuthPresent": "true"}})
BOUND = trusting(BUS, {"StringEquals": {"aws:SourceAccount": PLACE["account_id"]}})
WAY = AdminPath("arn", "escalation", "iam:PutUserPolicy", ("iam:PutUserPolicy",), "arn", (), (), "", "It can.")
POWER = AdminPath("arn", "admin", "*", ("*",), "arn", ("policy",), (), "", "It is.")

FOUR: Mapping[str, Four] = {
    "AA-01": Four({"security_audit": {"1"}, "analyzers": Partial((Cells({"type": "ORGANIZATION", "status": "ACTIVE",
             "account_id": "1"}),))}, {"analyzers": Partial(())}, {"analyzers": Partial(())}, "FAIL", "analyzers"),
    "AA-02": Four({"active": Partial((Cells({"is_public": False, "open_days": 5}),))}, {"active":
             Partial((Cells({"is_public": True, "open_days": 5}),))}, {"active": Partial(())}, "PASS", "active"),
    "AA-03": Four({"tracking_days": (90,), "overdue": 24}, {"overdue": 25}, {"tracking_days": (), "unused_analyzers":
             Partial(())}, "MANUAL", "tracking_days"),
    "APP-01": Four({"location": "environment", "suspects": ()}, {"suspects": ("API_TOKEN",)}, {"location": None},
             "PASS", "suspects"),
    "APP-02": Four({"unrotated_days": 180}, {"unrotated_days": 181}, {"unrotated_days": None}, "PASS",
             "unrotated_days"),
    "APP-03": Four({"level": "authenticated", "through": "policy", "why": "Callers sign."}, {"level": "public"},
             {"level": None}, "PASS", "level"),
    "APP-04": Four({"web_acl": "arn:acl", "blocking_rules": 0, "blocks_by_default": True, "log_of": "arn:acl"},
             {"log_of": None}, {"log_of": None}, "FAIL", "log_of"),
    "APP-05": Four({"resource_type": "AWS::CloudFront::Distribution", "minimum_tls": "TLSv1.2_2021"}, {"minimum_tls":
             None}, {"minimum_tls": None}, "FAIL", "minimum_tls"),
    "APP-06": Four({"is_admin": False}, {"is_admin": True}, {"is_admin": None}, "PASS", "is_admin"),
    "CFG-01": Four({"recorder": "default", "recording": True, "last_status": "Success", "all_supported": True,
             "closed": False, "log_archive": frozenset({"1"}), "bucket_account": "1", "global_regions":
             ("eu-west-1",), "delivery_bucket": "history"}, {"recording": False}, {"recorder": None, "recording":
             False}, "FAIL", "recording", {"config_required": True}),
    "CFG-02": Four({"whole_aggregators": ("all",), "part_aggregators": (), "recording_accounts": ("1", "2")},
             {"whole_aggregators": ()}, {"whole_aggregators": (), "recording_accounts": ()}, "", "whole_aggregators"),
    "CMP-01": Four({"is_account": True, "calls": 1, "percent": 100.0, "was_answered": True}, {"was_answered": False},
             {"was_answered": None}, "FAIL", "was_answered"),
    "CMP-02": Four({"standards": ("cis",), "packs": (), "failed_critical": 0}, {"failed_critical": 1}, {"standards":
             ()}, "MANUAL", "failed_critical"),
    "CMP-03": Four({"store": "logs", "days": 365, "required_days": 365}, {"days": 0}, {"store": None}, "FAIL",
             "days"),
    "CMP-04": Four({"question": "When?"}, None, {}, "", ""),
    "CMP-05": Four({"severity_before": "high", "status_now": "FAIL", "decision": "accepted", "open_days": 31},
             {"decision": ""}, {"decision": None}, "FAIL", "decision"),
    "CON-01": Four({"contact_type": "SECURITY", "is_complete": True}, {"is_complete": False}, {"is_complete": None},
             "FAIL", "is_complete"),
    "CON-02": Four({"email": "billing@demo.example", "domain_ok": True, "same_as_root": False}, {"email": None},
             {"email": None}, "FAIL", "email"),
    "CON-03": Four({"resource_id": "trusted access for account management", "is_trusted": True}, {"is_trusted": None},
             {"is_trusted": None}, "FAIL", "is_trusted"),
    "DA-01": Four({"is_delegable": True, "is_trusted": True, "delegates": Partial((Cells({"account_id": "2", "state":
             None}),))}, {"delegates": Partial(())}, {"delegates": Partial(())}, "FAIL", "delegates"),
    "DA-02": Four({"service_principal": "config.amazonaws.com", "serves": ("security",)}, {"serves": ()}, {"serves":
             ()}, "FAIL", "serves"),
    "DA-03": Four({"resource_id": "sso.amazonaws.com", "management": "1", "uses_identity_center": True, "iam":
             frozenset({"2"}), "delegates": Partial((Cells(account_id="2"),))}, {"delegates": Partial(())}, {"iam":
             frozenset()}, "MANUAL", "uses_identity_center"),
    "DA-04": Four({"is_set": True, "lets_in": "organization"}, {"lets_in": "external"}, {"is_set": None}, "MANUAL",
             "lets_in"),
    "DA-05": Four({"is_apart": True}, {"is_apart": False, "administrators": Partial(("admin",))}, {"is_apart": None},
             "MANUAL", "is_apart"),
    "DATA-01": Four({"acls_off": True, "tls_only": True}, {"acls_off": False}, {"acls_off": None}, "FAIL",
             "acls_off"),
    "DATA-02": Four({"bucket": "b", "important": True, "versioning": "Enabled", "backed_up": True}, {"versioning":
             None}, {"versioning": None}, "FAIL", "versioning"),
    "DATA-03": Four({"encrypted": True}, {"encrypted": False}, {"encrypted": None}, "MANUAL", "encrypted"),
    "DATA-04": Four({"is_customer": True, "state": "Enabled", "rotatable": True, "rotates": True}, {"rotates": False},
             {"rotates": None}, "MANUAL", "rotates"),
    "DATA-05": Four({"buckets_total": 10, "buckets_classified": 1, "macie_status": "ENABLED", "jobs": 1}, {"jobs": 0},
             {"jobs": None}, "FAIL", "jobs"),
    "DATA-06": Four({"who": ("x",), "level": "private"}, {"level": "public"}, {"who": ()}, "PASS", "level"),
    "DCP-01": Four({"is_on": True, "loose": ()}, {"loose": ("serial_console_access",)}, {"is_on": None}, "FAIL",
             "loose"),
    "GD-01": Four({"admin": "222200001111", "admin_status": "ENABLED", "expected": "222200001111"}, {"admin": None},
             {"admin": None}, "FAIL", "admin"),
    "GD-02": Four({"closed": True}, {"closed": False}, {"closed": None}, "FAIL", "closed"),
    "GD-03": Four({"admin": "222200001111", "mode": "ALL", "limit_reached": False}, {"mode": None}, {"mode": None},
             "FAIL", "mode"),
    "GD-04": Four({"is_region": False, "detector_id": "d", "detector_status": "ENABLED", "off_and_used": (),
             "off_and_unused": ()}, {"off_and_used": ("S3_DATA_EVENTS",)}, {"detector_id": None}, "", "off_and_used"),
    "GD-05": Four({"aspect": "frequency", "detector_id": "d", "detector_status": "ENABLED", "publishing_frequency":
             "FIFTEEN_MINUTES"}, {"publishing_frequency": "SIX_HOURS"}, {"publishing_frequency": None}, "FAIL",
             "publishing_frequency"),
    "GOV-01": Four({"kind": "policy", "missing": ()}, {"missing": ("owner",)}, {"missing": ()}, "PASS", "missing"),
    "GOV-02": Four({"is_on": True, "policies_at_root": ("p",), "default_value": "optOut"}, {"is_on": False}, {"is_on":
             None}, "FAIL", "is_on"),
    "GOV-03": Four({"is_covered": True}, {"is_covered": False}, {"is_covered": None}, "FAIL", "is_covered"),
    "GOV-04": Four({"is_watched": True}, {"is_watched": False}, {"is_watched": None}, "FAIL", "is_watched"),
    "GOV-05": Four({"question": "Who owns it?"}, None, {}, "", ""),
    "IAM-01": Four({"age_hours": 1.0, "users": 2}, None, {"age_hours": None}, "MANUAL", "age_hours"),
    "IAM-02": Four({"password_enabled": False}, {"password_enabled": True}, {"password_enabled": None}, "MANUAL",
             "password_enabled"),
    "IAM-03": Four({"password_enabled": True, "mfa_active": True, "is_administrator": True, "mfa_kinds":
             ("hardware",)}, {"mfa_kinds": ("virtual",)}, {"mfa_kinds": ()}, "MANUAL", "mfa_kinds"),
    "IAM-04": Four({"password_enabled": False, "has_other_credentials": True}, {"has_other_credentials": False},
             {"has_other_credentials": None}, "FAIL", "has_other_credentials"),
    "IAM-05": Four({"key_age_days": 30, "active": True, "others": Partial(())}, {"key_age_days": 91}, {"key_age_days":
             None}, "MANUAL", "key_age_days"),
    "IAM-06": Four({"active": False}, {"active": True}, {"active": None}, "MANUAL", "active"),
    "IAM-07": Four({"has_console_users": True, "has_policy": True, "minimum_length": 14, "reuse_prevention": 24},
             {"minimum_length": 13}, {"minimum_length": None}, "FAIL", "minimum_length"),
    "IAM-08": Four({"is_ours": True, "role_name": "app", "role_age_days": 300, "role_idle_days": 3},
             {"role_idle_days": 91}, {"role_idle_days": None}, "FAIL", "role_idle_days"),
    "IAM-09": Four({"kind": "role", "resource_id": "AWSControlTowerExecution", "path": "/", "admin": POWER},
             {"resource_id": "ops"}, {"admin": None}, "", "admin"),
    "IAM-10": Four({"kind": "role", "path": "/", "ways": Partial(())}, {"ways": Partial((WAY,))}, {"ways":
             Partial(())}, "PASS", "ways"),
    "IAM-11": Four({"kind": "policy", "whole": ()}, {"whole": ("s3",)}, {"whole": ()}, "PASS", "whole"),
    "IAM-12": Four({"is_said": True, "mechanism": "oidc"}, {"mechanism": "saml"}, {"mechanism": None}, "FAIL",
             "mechanism"),
    "IAM-13": Four({"is_trusted": True}, {"valid_days": -1}, {"is_trusted": None}, "FAIL", "is_trusted"),
    "IDC-01": Four({"is_main": True, "instance_arn": "arn", "status": "ACTIVE", "sets": 3, "password_users":
             Partial(())}, {"sets": 0}, {"instance_arn": None}, "FAIL", "sets"),
    "IDC-02": Four({"users_provisioned": 8, "local_users": 0}, {"local_users": 3}, {"users_provisioned": 0}, "MANUAL",
             "local_users"),
    "IDC-03": Four({"is_there": True, "pattern": "admin", "fitting": ()}, {"is_there": False}, {"is_there": None},
             "FAIL", "is_there"),
    "IDC-04": Four({"is_readable": True}, {"is_readable": False}, {"is_readable": None}, "FAIL", "is_readable"),
    "IDC-05": Four({"has_center": True, "glass_groups": ("break-glass",), "glass_people": ("a", "b"),
             "through_management": ()}, {"glass_people": ()}, {"glass_people": ()}, "FAIL", "glass_people"),
    "IDC-06": Four({"is_group": True, "is_known": True, "people": 2}, {"people": 0}, {"is_group": None}, "FAIL",
             "people"),
    "IDC-07": Four({"admin_equivalent": True, "session_hours": 4.0}, {"session_hours": 4.5}, {"session_hours": None},
             "MANUAL", "session_hours"),
    "IDC-08": Four({"is_admin": False, "ways": Partial(())}, {"ways": Partial((WAY,))}, {"ways": Partial(())}, "PASS",
             "is_admin"),
    "INV-01": Four({"block_public_acls": True, "ignore_public_acls": True, "block_public_policy": True,
             "restrict_public_buckets": True}, {"block_public_policy": False}, {"block_public_policy": None}, "FAIL",
             "block_public_policy"),
    "INV-02": Four({"closed": True}, {"closed": False}, {"closed": None}, "FAIL", "closed"),
    "INV-03": Four({"requires_imdsv2": True}, {"requires_imdsv2": False}, {"requires_imdsv2": None}, "FAIL",
             "requires_imdsv2"),
    "INV-04": Four({"snapshots_closed": True}, {"snapshots_closed": False}, {"snapshots_closed": None}, "FAIL",
             "snapshots_closed"),
    "INV-05": Four({"public_images": (), "images_closed": True}, {"images_closed": False}, {"images_closed": None},
             "FAIL", "images_closed"),
    "INV-06": Four({"closed": True}, {"closed": False}, {"closed": None}, "FAIL", "closed"),
    "INV-07": Four({"is_open": False}, {"is_open": True}, {"is_open": None}, "MANUAL", "is_open"),
    "INV-08": Four({"is_inward": True, "closed": True}, {"closed": False}, {"closed": None}, "FAIL", "closed"),
    "IR-01": Four({"has_account": True, "has_isolation": True}, {"has_account": False, "has_isolation": False},
             {"has_account": None}, "MANUAL", "has_account"),
    "IR-02": Four({"is_active": True, "ways_in": ("responder",), "has_protected_way": True, "used_days": 20},
             {"ways_in": ()}, {"ways_in": ()}, "FAIL", "ways_in"),
    "IR-03": Four({"id": "p-1", "exempt": ("role/incident",), "spares_responders": True, "ends_sessions": True},
             {"exempt": ()}, {"exempt": ()}, "FAIL", "exempt"),
    "IR-04": Four({"starts": ("people",)}, {"starts": ()}, {"starts": ()}, "FAIL", "starts"),
    "IR-05": Four({"store_days": 365, "group_days": 0}, {"store_days": 0}, {"group_days": None}, "PASS",
             "store_days"),
    "IR-06": Four({"asks": "role", "support_roles": ("support",)}, {"support_roles": ()}, {"support_roles": ()},
             "FAIL", "support_roles"),
    "MON-01": Four({"alert_class": "root_use", "untold_places": (), "untaken_places": ()}, {"untold_places": ("x",),
             "untaken_places": ("x",)}, {"untold_places": (), "untaken_places": ()}, "PASS", "untold_places"),
    "MON-02": Four({"admin": "222200001111", "guardduty_route": ("nobody", ""), "hub_route": ("people", "r")},
             {"hub_route": ("nobody", "")}, {"admin": None}, "FAIL", "hub_route"),
    "MON-03": Four({"kind": "load balancer", "internet_facing": True, "access_logs": True}, {"access_logs": None},
             {"access_logs": None}, "FAIL", "access_logs"),
    "NET-01": Four({"ingress": rules("198.51.100.0/24"), "attached": Partial(())}, {"ingress": rules("0.0.0.0/0")},
             {"ingress": None}, "PASS", "ingress"),
    "NET-02": Four({"ingress_rules": 0, "egress_rules": 0, "group_name": "default", "in_use": False}, {"in_use":
             True}, {"in_use": None}, "PASS", "in_use"),
    "NET-03": Four({"vpc_id": None, "is_default": True, "closed": False, "in_use": False}, {"vpc_id": "vpc-1"},
             {"is_default": None}, "PASS", "vpc_id"),
    "NET-04": Four({"acl_openings": (), "acl_is_default": False}, {"public_ip_on_launch": True}, {"acl_is_default":
             None}, "PASS", "acl_openings"),
    "NET-05": Four({"has_interfaces": True, "has_subnets": True}, {"has_subnets": False}, {"has_subnets": None},
             "FAIL", "has_subnets"),
    "NET-06": Four({"who": ("x",), "level": "private", "holds_data": True}, {"level": "public"}, {"holds_data": None},
             "PASS", "level"),
    "NET-07": Four({"is_record": True, "dangling": (), "unknown_addresses": ()}, {"dangling":
             ("gone.elb.amazonaws.com",)}, {"dangling": (), "unknown_addresses": ("203.0.113.9",)}, "MANUAL",
             "dangling"),
    "NET-08": Four({"has_private_subnets": True, "reaches_s3": True}, {"reaches_s3": False}, {"reaches_s3": None},
             "FAIL", "reaches_s3"),
    "ORG-01": Four({"is_listed": True}, {"is_listed": None}, {"is_listed": None}, "FAIL", "is_listed"),
    "ORG-02": Four({"group": "usual", "ou_id": "ou-1", "account_count": 2}, {"account_count": 0}, {"account_count":
             None}, "FAIL", "account_count"),
    "ORG-03": Four({"group": "special", "ou_id": "ou-1"}, {"ou_id": None}, {"ou_id": None}, "FAIL", "ou_id"),
    "ORG-04": Four({"organization_id": "o-1", "is_active": True, "parent_id": "ou-1", "env_class": "prod"},
             {"under_root": True}, {"env_class": None}, "MANUAL", "env_class"),
    "ORG-05": Four({"resource_id": "instances", "others": Partial(())}, {"others": Partial(("i-1 (eu-west-1)",))},
             {"resource_id": None}, "PASS", "others"),
    "ORG-06": Four({"kind": "closed", "is_parked": True}, {"is_parked": False}, {"is_parked": None}, "MANUAL",
             "is_parked"),
    "ORG-07": Four({"accounts": ("100000000002",)}, {"accounts": ()}, {"accounts": ()}, "FAIL", "accounts"),
    "ORG-08": Four({"is_organization": True, "owner": "100000000003", "management": "100000000001",
             "log_administrators": ("100000000004",), "security_audit": frozenset({"100000000002"})}, {"owner":
             "100000000001"}, {"owner": None}, "PASS", "owner"),
    "ORG-09": Four({"in_organization": True, "in_inventory": True}, {"in_inventory": False}, {"in_inventory": None},
             "FAIL", "in_inventory"),
    "RCP-01": Four({"node_id": "1", "whole": True, "asks": "perimeter", "denied": True, "services_usable": True},
             {"services_usable": None}, {"services_usable": None}, "FAIL", "services_usable"),
    "RES-01": Four({"is_data": True, "own_days": 7}, {"own_days": 6}, {"own_days": None}, "FAIL", "own_days"),
    "RES-02": Four({"recovery_points": 3, "lock": "compliance", "takes_copies": True}, {"lock": "none"},
             {"takes_copies": None}, "FAIL", "lock"),
    "RES-03": Four({"is_active": True, "plans": (), "has_data": False, "restored_days": 10}, {"plans": ("monthly",),
             "restored_days": None}, {"has_data": None}, "PASS", "restored_days"),
    "RES-04": Four({"can_be_locked": True, "is_locked": True}, {"zones": 1}, {"is_locked": None}, "FAIL",
             "is_locked"),
    "RES-05": Four({"transfer_lock": True, "auto_renew": True}, {"auto_renew": False}, {"auto_renew": None}, "FAIL",
             "auto_renew"),
    "RISK-01": Four({"asks": "cost", "service": "Amazon Lex", "cost_usd": 20.0, "accounts": ("1",), "kind": "service",
             "listed_by_policy": True}, {"listed_by_policy": False}, {"cost_usd": 0.0, "listed_by_policy": False}, "",
             "listed_by_policy", {"approved_services": ("AWS Lambda",)}),
    "RISK-02": Four({"is_jewel": True, "reviewed_days": 100, "security_risks": 0}, {"security_risks": 2}, {"is_jewel":
             None}, "MANUAL", "security_risks"),
    "RISK-03": Four({"is_allowed": True, "has_list": True, "resources": {"buckets": 2}}, {"is_allowed": False},
             {"is_allowed": None}, "FAIL", "is_allowed"),
    "RISK-04": Four({"is_outside": True, "entry": {"owner": "Ada", "purpose": "backup", "data_class": "internal",
             "review_by": "2026-12-31", "accounts": ["900000000009"]}, "has_register": True, "is_idle": False},
             {"is_idle": True}, {"entry": None}, "FAIL", "is_idle"),
    "RISK-05": Four({"question": "Is it?"}, None, {}, "", ""),
    "ROOT-01": Four({"organization_id": "o-1", "manages_credentials": True, "manages_sessions": True},
             {"manages_sessions": False}, {"manages_sessions": None}, "FAIL", "manages_sessions"),
    "ROOT-02": Four({"password": False, "holds_credentials": False, "is_member": True}, {"password": True},
             {"holds_credentials": None}, "MANUAL", "password"),
    "ROOT-03": Four({"holds_credentials": False, "is_member": True, "account_mfa_enabled": 0}, {"holds_credentials":
             True}, {"holds_credentials": None}, "FAIL", "holds_credentials"),
    "ROOT-04": Four({"account_mfa_enabled": 1}, {"account_mfa_enabled": 0}, {"account_mfa_enabled": None}, "MANUAL",
             "account_mfa_enabled"),
    "ROOT-05": Four({"account_access_keys_present": 0, "account_signing_certificates_present": 0},
             {"account_access_keys_present": 1}, {"account_access_keys_present": None}, "MANUAL",
             "account_access_keys_present"),
    "ROOT-06": Four({"line": "<root_account>", "use_is_tracked": True, "events": Partial(())}, {"password_last_used":
             ago(3.0)}, {"line": None}, "MANUAL", "events"),
    "SCP-01": Four({"scps_on": True, "has_allow": True, "attached": ("full",)}, {"has_allow": None}, {"has_allow":
             None}, "FAIL", "has_allow"),
    "SCP-02": Four({"whole": True, "exemptions": (), "asks": "leaving", "denied": True}, {"denied": False}, {"denied":
             None}, "FAIL", "denied"),
    "SCP-03": Four({"whole": True, "open_actions": ("x:Y",), "asks": "root", "denied": True}, {"denied": False},
             {"denied": None}, "FAIL", "denied"),
    "SCP-04": Four({"is_exception": False, "whole": True, "open_actions": (), "open_regions": (), "asks": "regions"},
             {"open_actions": ("x:Y",)}, {"open_actions": (), "blocked_regions": ()}, "PASS", "open_actions"),
    "SCP-05": Four({"denied_services": (), "closes_home": True}, {"denied_services": ("iam",), "denied_to":
             ("shop",)}, {"closes_home": None}, "PASS", "denied_services"),
    "SCP-06": Four({"whole": True, "asks": "protection", "probe": "config:StopX", "denied": True}, {"denied": False},
             {"denied": None}, "FAIL", "denied"),
    "SCP-07": Four({"tags": {"until": "2027-01-01"}, "exception_until": "2027-01-01", "ends_at": ago(-0.5)}, {"tags":
             {"until": ""}}, {"ends_at": None}, "FAIL", "tags"),
    "SCP-08": Four({"is_exception": False, "whole": True, "open_actions": ("x:Y",), "asks": "long_lived", "denied":
             True}, {"denied": False, "credentials": Partial(())}, {"denied": None, "credentials": Partial(())},
             "FAIL", "denied"),
    "SH-01": Four({"closed": True}, {"closed": None}, {"closed": None}, "FAIL", "closed"),
    "SH-02": Four({"admin": "222200001111"}, {"admin": None}, {"admin": None}, "FAIL", "admin"),
    "SH-03": Four({"hub": "arn:hub", "standards_on": (), "integrations_on": ("guardduty",), "standards_off": ()},
             {"integrations_on": ()}, {"hub": None}, "", "integrations_on",
             {"security_hub_mode": "aggregate_only", "integrations": ("guardduty",)}),
    "SH-04": Four({"admin": "222200001111", "leaves": "program"}, {"leaves": "nobody"}, {"admin": None}, "FAIL",
             "leaves"),
    "SRV-01": Four({"state": "running", "cluster": "EKS"}, {"cluster": None}, {"cluster": None}, "FAIL", "cluster"),
    "SRV-02": Four({"kind": "server", "state": "running", "key_name": None, "shared_with": 0, "ssh_sources": ()},
             {"key_name": "ops"}, {"key_name": None}, "PASS", "key_name"),
    "SRV-03": Four({"state": "running", "attached": Partial(()), "forwards": Partial(())}, {"forwards":
             Partial((Cells(balancer="nlb", port=22, target_port=22, is_reached=True, resource_id="l"),))},
             {"state": None}, "", "attached"),
    "SRV-04": Four({"has_preferences": True, "logs_to": ("logs",), "logs_encrypted": True}, {"logs_to": ()},
             {"logs_to": ()}, "FAIL", "logs_to"),
    "TA-01": Four({"status": "ok", "flagged": 0}, {"status": "error", "flagged": 2}, {"status": None}, "MANUAL",
             "status"),
    "TRAIL-01": Four({"was_asked": True, "organization_trails": Partial((Cells(trail_arn="t", is_logging=True,
             records_all=True, at_home=True, home_region="eu-west-1", management_events="All",
             excluded_sources=()),))}, {"organization_trails": Partial(())}, {"organization_trails": Partial(())},
             "FAIL", "organization_trails"),
    "TRAIL-02": Four({"is_main": True, "is_multi_region": True, "include_global": True, "duplicates": Partial(())},
             {"include_global": None}, {"include_global": None}, "FAIL", "include_global"),
    "TRAIL-03": Four({"log_file_validation": True, "started_at": ago(100.0), "digest_at": ago(0.02)}, {"digest_at":
             None}, {"digest_at": None}, "FAIL", "digest_at"),
    "TRAIL-04": Four({"key_arn": "arn:k", "key": Cells(state="Enabled", is_customer=True), "outside_readers": (),
             "encrypts_for_others": (), "policy_problems": (), "unnamed_readers": ()}, {"outside_readers":
             ("444455556666",)}, {"key_arn": None}, "FAIL", "outside_readers"),
    "TRAIL-05": Four({"it": Cells({"account_id": "222200001111"}), "log_archive": frozenset({"222200001111"}),
             "deleters": ()}, {"writers": ("444455556666",)}, {"log_archive": frozenset()}, "MANUAL", "deleters"),
    "TRAIL-06": Four({"versioning": "Enabled", "mfa_delete": True, "copies": (), "backups": ()}, {"mfa_delete":
             False}, {"mfa_delete": None}, "FAIL", "mfa_delete"),
    "TRAIL-07": Four({"has_lifecycle": True, "covering": ("all",)}, {"covering": ()}, {"covering": ()}, "FAIL",
             "covering"),
    "TRAIL-08": Four({"way": "access", "access_log_bucket": "access-logs"}, {"access_log_bucket": None},
             {"access_log_bucket": None}, "FAIL", "access_log_bucket"),
    "TRAIL-09": Four({"unrecorded_buckets": (), "unrecorded_functions": (), "data_events": ()}, {"unrecorded_buckets":
             ("books",)}, {"unrecorded_buckets": ("books",), "unrecorded_functions": ()}, "FAIL",
             "unrecorded_buckets", {"crown_jewel_buckets": ("books",)}),
    "WRK-01": Four({"http_tokens": "required"}, {"http_tokens": None}, {"http_tokens": None}, "FAIL", "http_tokens"),
    "WRK-02": Four({"holds": ("machines",), "aged": 0, "admin": "222222222222", "organization_id": "o-1"}, {"aged":
             3}, {"admin": None}, "FAIL", "aged"),
    "WRK-03": Four({"resource_type": "AWS::RDS::DBInstance", "minor_upgrades": True}, {"minor_upgrades": False},
             {"minor_upgrades": None}, "MANUAL", "minor_upgrades"),
    "WRK-04": Four({"image_owner": "137112412989", "known_owner": True, "image_age_days": 30}, {"image_owner": None},
             {"image_owner": None}, "FAIL", "image_owner"),
    "WRK-05": Four({"principal": Cells({"is_admin": False, "ways": Partial(())})}, {"principal": None}, {"principal":
             None}, "FAIL", "principal"),
    "WRK-06": Four({"resource_type": "AWS::Lambda::Function", "runtime": "python3.13"}, {"runtime": "python3.8"},
             {"runtime": None}, "PASS", "runtime", {"lambda_deprecated": ("python3.8",)}),
    "XA-01": Four({"is_ours": True, "open_to": "private"}, {"open_to": "public"}, {"open_to": None}, "PASS",
             "open_to"),
    "XA-02": Four({"who": "222222222222", "is_organization": False, "members": Partial(("222222222222",))},
             {"members": Partial(())}, {"is_organization": True, "organization_id": None}, "FAIL", "members"),
    "XA-03": Four({"who": VENDOR, "members": Partial(()), "role_name": "vendor", **edge_of(ASKED)}, edge_of(OPEN),
             {"by_name": ()}, "", "members"),
    "XA-04": Four({"is_ours": True, "open_to": "private", "outsiders": (), "role_name": "human-x", "trust_policy":
             MFA}, {"trust_policy": OPEN}, {"trust_policy": None}, "", "trust_policy"),
    "XA-05": Four({"role_name": "ci", "web_identities": github("repo:acme/shop:ref:refs/heads/main")},
             {"web_identities": github("*")}, {"web_identities": ()}, "", "web_identities"),
    "XA-06": Four({"role_name": "bus", "services": services_of(BOUND)}, {"services": services_of(LOOSE)}, {"services":
             ()}, "", "services"),
}  # fmt: skip
