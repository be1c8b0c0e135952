"""Service networks and access grants of the first demo client: of each one that a stranger gets into, one that not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .clock import ago
from .nordlicht_core import HUB, LEGACY, OURS, SHOP, STRANGER
from .plan import HOME, policy, root_arn, statement, text
from .planted_work import NORDLICHT, Planted, at
from .scene import stable_id

JOINING = ["vpc-lattice:CreateServiceNetworkVpcAssociation", "vpc-lattice:GetServiceNetwork"]
OUR_CALLS = text(policy(statement("vpc-lattice-svcs:Invoke", principal="*", condition=OURS)))
DIRECTORY = f"arn:aws:sso:::instance/ssoins-{stable_id(NORDLICHT, 'identity-center')}"


def _mesh(key: str, owner: str, name: str, partner: str, authorization: str) -> Planted:
    """A service network that is shared with an account, and a service in it."""
    arn = f"arn:aws:vpc-lattice:{HOME}:{owner}"
    network = {"id": f"sn-{name}", "arn": f"{arn}:servicenetwork/sn-{name}"}
    service = {"id": f"svc-{name}", "arn": f"{arn}:service/svc-{name}"}
    inside = {"status": "ACTIVE", "serviceArn": service["arn"], "serviceNetworkArn": network["arn"]}
    share = text(policy(statement(JOINING, principal={"AWS": root_arn(partner)}, resource=network["arn"])))
    planted = dict(
        [
            at(key, HOME, "vpc-lattice:ListServiceNetworks", {"items": [network]}),
            at(key, HOME, "vpc-lattice:GetServiceNetwork", {**network, "authType": authorization}),
            at(key, HOME, "vpc-lattice:ListServiceNetworkServiceAssociations", {"items": [inside]}),
            at(key, HOME, "vpc-lattice:ListServices", {"items": [service]}),
            at(key, HOME, "vpc-lattice:GetService", {**service, "authType": authorization}),
        ]
    )
    where = (NORDLICHT, key, HOME, "vpc-lattice")
    planted[*where, "GetResourcePolicy"] = [(network["arn"], {"policy": share})]
    if authorization == "AWS_IAM":
        planted[*where, "GetAuthPolicy"] = [("", {"policy": OUR_CALLS, "state": "Active"})]
    return planted


def _grant(owner: str, name: str, kind: str, grantee: str) -> Mapping[str, Any]:
    return {
        "CreatedAt": ago(200),
        "AccessGrantId": name,
        "AccessGrantArn": f"arn:aws:s3:{HOME}:{owner}:access-grants/default/grant/{name}",
        "Grantee": {"GranteeType": kind, "GranteeIdentifier": grantee},
        "Permission": "READ",
        "AccessGrantsLocationId": "default",
        "GrantScope": "s3://nordlicht-demo-erp-exchange/reports/*",
    }


INSTANCE = {
    "AccessGrantsInstanceId": "default",
    "AccessGrantsInstanceArn": f"arn:aws:s3:{HOME}:{LEGACY}:access-grants/default",
    "CreatedAt": ago(210),
    "IdentityCenterInstanceArn": DIRECTORY,
}
GIVEN = [
    _grant(LEGACY, "0demo0auditors", "IAM", f"arn:aws:iam::{STRANGER}:role/auditors"),
    _grant(LEGACY, "0demo0controlling", "DIRECTORY_GROUP", "63e4a8f2-0000-4000-8000-00000000d3e0"),
]
MESHES: Planted = {
    **_mesh("hub", HUB, "0demo0hub00000000", SHOP, "AWS_IAM"),
    **_mesh("legacy", LEGACY, "0demo0erp00000000", STRANGER, "NONE"),
    **dict(
        [
            at("legacy", HOME, "s3control:ListAccessGrantsInstances", {"AccessGrantsInstancesList": [INSTANCE]}),
            at("legacy", HOME, "s3control:ListAccessGrants", {"AccessGrantsList": GIVEN}),
        ]
    ),
}
