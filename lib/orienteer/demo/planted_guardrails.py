"""Guardrails of the first demo client: of each one resource that it closes and one that it leaves open.

Those that other modules plant: S3's block of the account (shop-assets against sandbox-share), EBS (the shop's snapshot
against the hub's), images (dev-golden, shared before its region blocked that), Lambda URLs with and without IAM,
resource control policies (the archive's key against the sandbox's secret), OpenSearch in a VPC, EKS, CloudFront, API
Gateway.  In the lab stand a bucket whose public ACL is ignored and one whose ACL counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .nordlicht_core import DEV, HUB, LEGACY, SANDBOX
from .plan import HOME, Account
from .planted_endpoints import group
from .planted_work import WEST, Planted, at


def _cluster(owner: str, region: str, name: str, group_id: str) -> Mapping[str, Any]:
    """A cluster whose primary node is behind a security group."""
    return {
        "Cluster": {
            "Id": f"j-{name}",
            "Name": name,
            "ClusterArn": f"arn:aws:elasticmapreduce:{region}:{owner}:cluster/j-{name}",
            "Ec2InstanceAttributes": {"EmrManagedMasterSecurityGroup": group_id},
        }
    }


def _listed(owner: str, region: str, name: str) -> Mapping[str, Any]:
    arn = f"arn:aws:elasticmapreduce:{region}:{owner}:cluster/j-{name}"
    return {"Clusters": [{"Id": f"j-{name}", "Name": name, "ClusterArn": arn}]}


def _machine(address: str) -> Mapping[str, Any]:
    return {"Instances": [{"Id": "ci-1", "Ec2InstanceId": "i-0demo0hadoop", "PublicIpAddress": address}]}


def _hadoop(key: str, owner: str, region: str, name: str, group_name: str, address: str) -> Planted:
    """A cluster with a public address; the block on public groups counts when one starts, and these have started."""

    def described(account: Account) -> Mapping[str, Any]:
        return _cluster(owner, region, name, group(account, group_name, region))

    return dict(
        [
            at(key, region, "emr:ListClusters", _listed(owner, region, name)),
            at(key, region, "emr:DescribeCluster", described),
            at(key, region, "emr:ListInstances", _machine(address)),
        ]
    )


def _service(key: str, owner: str, name: str, waits: bool) -> Planted:
    """An endpoint service that everybody may ask for an endpoint to."""
    listed = {
        "ServiceId": f"vpce-svc-{name}",
        "ServiceName": f"com.amazonaws.vpce.{HOME}.vpce-svc-{name}",
        "AcceptanceRequired": waits,
    }
    principal = {"PrincipalType": "All", "Principal": "*", "ServiceId": listed["ServiceId"]}
    return dict(
        [
            at(key, HOME, "ec2:DescribeVpcEndpointServiceConfigurations", {"ServiceConfigurations": [listed]}),
            at(key, HOME, "ec2:DescribeVpcEndpointServicePermissions", {"AllowedPrincipals": [principal]}),
        ]
    )


COUNTED = [{"resourceType": "AWS::S3::Bucket", "count": 4}, {"resourceType": "AWS::Kinesis::Stream", "count": 2}]
"""What AWS Config counts in the shop: the streams are in no list, as of something that was deleted an hour ago."""
GUARDED: Planted = {
    **dict([at("shop", HOME, "config:GetDiscoveredResourceCounts", {"resourceCounts": COUNTED})]),
    **_hadoop("dev", DEV, WEST, "preview-batch", "ssh-anywhere", "203.0.113.61"),  # the VPC block closes it
    **_hadoop("legacy", LEGACY, HOME, "erp-batch", "erp-all-open", "203.0.113.62"),
    **_service("hub", HUB, "0demo0tools", True),
    **_service("sandbox", SANDBOX, "0demo0lab", False),
}
