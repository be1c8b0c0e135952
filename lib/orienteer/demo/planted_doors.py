"""What is planted in Nordlicht of doors on the internet: load balancers, distributions, APIs, firewalls."""

from __future__ import annotations

from typing import Any

from .clock import ago
from .nordlicht_core import DEV, SHOP
from .plan import HOME
from .planted_work import EAST, NORDLICHT, Planted, at

ELB = f"arn:aws:elasticloadbalancing:{HOME}:{SHOP}"
ACL = f"arn:aws:wafv2:{HOME}:{SHOP}:regional/webacl/shop/0demo0shop"
COUNTING = f"arn:aws:wafv2:{HOME}:{SHOP}:regional/webacl/counting/0demo0counting"


def _balancer(name: str) -> dict[str, Any]:
    return {
        "LoadBalancerName": name,
        "LoadBalancerArn": f"{ELB}:loadbalancer/app/{name}/1",
        "Type": "application",
        "Scheme": "internet-facing",
        "DNSName": f"{name}.elb.example",
        "SecurityGroups": ["sg-0demo"],
    }


def _listener(balancer: str, port: int, protocol: str, **more: Any) -> dict[str, Any]:
    return {
        "ListenerArn": f"{ELB}:listener/app/{balancer}/1/{port}",
        "Port": port,
        "Protocol": protocol,
        "LoadBalancerArn": f"{ELB}:loadbalancer/app/{balancer}/1",
        **more,
    }


REDIRECT = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "StatusCode": "HTTP_301"}}
FORWARD = {"Type": "forward"}
METRIC = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "demo"}
RULE = {"Name": "common", "Priority": 0, "Statement": {}, "VisibilityConfig": METRIC}


def _acl(arn: str, **rule: Any) -> dict[str, Any]:
    name, number = arn.split("/")[-2:]
    return {
        "WebACL": {
            "Name": name,
            "Id": number,
            "ARN": arn,
            "DefaultAction": {"Allow": {}},
            "VisibilityConfig": METRIC,
            "Rules": [{**RULE, **rule}],
        }
    }


SHOP_ACL, COUNTING_ACL = _acl(ACL, OverrideAction={"None": {}}), _acl(COUNTING, OverrideAction={"Count": {}})
DISTRIBUTION = {
    "Id": "E0DEMOSHOP",
    "ARN": f"arn:aws:cloudfront::{SHOP}:distribution/E0DEMOSHOP",
    "Status": "Deployed",
    "LastModifiedTime": ago(100),
    "DomainName": "d0demo.cloudfront.example",
    "Aliases": {"Quantity": 0},
    "Origins": {"Quantity": 1, "Items": [{"Id": "shop", "DomainName": "front.elb.example"}]},
    "DefaultCacheBehavior": {"TargetOriginId": "shop", "ViewerProtocolPolicy": "allow-all"},
    "CacheBehaviors": {"Quantity": 0},
    "CustomErrorResponses": {"Quantity": 0},
    "Comment": "",
    "PriceClass": "PriceClass_100",
    "Enabled": True,
    "ViewerCertificate": {"MinimumProtocolVersion": "TLSv1.2_2021"},
    "Restrictions": {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}},
    "WebACLId": "",
    "HttpVersion": "http2",
    "IsIPV6Enabled": True,
    "Staging": False,
}

SIGNED = {
    **DISTRIBUTION,
    "Id": "E0DEMOFILES",
    "ARN": f"arn:aws:cloudfront::{SHOP}:distribution/E0DEMOFILES",
    "DomainName": "d1demo.cloudfront.example",
    "Origins": {"Quantity": 1, "Items": [{"Id": "files", "DomainName": "files.elb.example"}]},
    "DefaultCacheBehavior": {
        "TargetOriginId": "files",
        "ViewerProtocolPolicy": "https-only",
        "TrustedKeyGroups": {"Enabled": True, "Quantity": 1, "Items": ["key-group-demo"]},
    },
}
"""One that answers signed URLs only."""


def _certificate(name: str, ends: int, kind: str) -> dict[str, Any]:
    host = f"{name}.nordlicht-demo.example"
    return {
        "CertificateArn": f"arn:aws:acm:{HOME}:{SHOP}:certificate/{name}",
        "DomainName": host,
        "Status": "ISSUED",
        "Type": kind,
        "InUse": True,
        "NotAfter": ago(-ends),
        "RenewalEligibility": "ELIGIBLE" if kind == "AMAZON_ISSUED" else "INELIGIBLE",
    }


def _methods(kind: str) -> dict[str, Any]:
    return {
        "items": [
            {
                "id": "r1",
                "path": "/orders",
                "resourceMethods": {
                    "GET": {"httpMethod": "GET", "authorizationType": kind},
                    "OPTIONS": {"httpMethod": "OPTIONS", "authorizationType": "NONE"},
                },
            }
        ]
    }


def _pool(name: str, mfa: str) -> dict[str, Any]:
    return {
        "UserPool": {
            "Id": name,
            "Name": name,
            "Arn": f"arn:aws:cognito-idp:{HOME}:{SHOP}:userpool/{name}",
            "MfaConfiguration": mfa,
            "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
        }
    }


DOORS: Planted = dict(
    [
        at(
            "shop",
            HOME,
            "elbv2:DescribeLoadBalancers",
            {"LoadBalancers": [_balancer(n) for n in ("front", "old", "bare")]},
        ),
        at(
            "shop",
            HOME,
            "wafv2:ListWebACLs",
            {
                "WebACLs": [
                    {"Name": "shop", "Id": "0demo0shop", "ARN": ACL},
                    {"Name": "counting", "Id": "0demo0counting", "ARN": COUNTING},
                ]
            },
        ),
        at(
            "shop",
            HOME,
            "wafv2:ListLoggingConfigurations",
            {
                "LoggingConfigurations": [
                    {"ResourceArn": ACL, "LogDestinationConfigs": [f"arn:aws:s3:::aws-waf-logs-{SHOP}"]}
                ]
            },
        ),
        at(
            "shop",
            EAST,
            "cloudfront:ListDistributions",
            {
                "DistributionList": {
                    "Marker": "",
                    "MaxItems": 100,
                    "IsTruncated": False,
                    "Quantity": 2,
                    "Items": [DISTRIBUTION, SIGNED],
                }
            },
        ),
        at(
            "shop",
            HOME,
            "acm:ListCertificates",
            {
                "CertificateSummaryList": [
                    _certificate("shop", 20, "AMAZON_ISSUED"),
                    _certificate("partner", 12, "IMPORTED"),
                ]
            },
        ),
        at(
            "shop",
            HOME,
            "acm:DescribeCertificate",
            {
                "Certificate": {
                    "CertificateArn": f"arn:aws:acm:{HOME}:{SHOP}:certificate/shop",
                    "DomainValidationOptions": [
                        {"DomainName": "shop.nordlicht-demo.example", "ValidationMethod": "DNS"}
                    ],
                    "RenewalSummary": {
                        "RenewalStatus": "PENDING_AUTO_RENEWAL",
                        "DomainValidationOptions": [{"DomainName": "shop.nordlicht-demo.example"}],
                        "UpdatedAt": ago(3),
                    },
                }
            },
        ),
        at(
            "shop",
            HOME,
            "apigateway:GetRestApis",
            {"items": [{"id": "orders0api", "name": "orders"}, {"id": "catalog0api", "name": "catalog"}]},
        ),
        at("shop", HOME, "apigateway:GetStages", {"item": [{"stageName": "prod", "webAclArn": ACL}]}),
        at(
            "shop",
            HOME,
            "cognito-idp:ListUserPools",
            {"UserPools": [{"Id": "shop-users", "Name": "shop-users"}, {"Id": "shop-staff", "Name": "shop-staff"}]},
        ),
        at(
            "dev",
            HOME,
            "cognito-identity:ListIdentityPools",
            {"IdentityPools": [{"IdentityPoolId": "eu-central-1:demo-guests", "IdentityPoolName": "guests"}]},
        ),
        at(
            "dev",
            HOME,
            "cognito-identity:DescribeIdentityPool",
            {
                "IdentityPoolId": "eu-central-1:demo-guests",
                "IdentityPoolName": "guests",
                "AllowUnauthenticatedIdentities": True,
            },
        ),
        at(
            "dev",
            HOME,
            "cognito-identity:GetIdentityPoolRoles",
            {
                "IdentityPoolId": "eu-central-1:demo-guests",
                "Roles": {"unauthenticated": f"arn:aws:iam::{DEV}:role/preview-worker"},
            },
        ),
    ]
)
DOORS[NORDLICHT, "shop", HOME, "elbv2", "DescribeListeners"] = [
    (
        f"{ELB}:loadbalancer/app/front/1",
        {
            "Listeners": [
                _listener(
                    "front", 443, "HTTPS", SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06", DefaultActions=[FORWARD]
                ),
                _listener("front", 80, "HTTP", DefaultActions=[REDIRECT]),
            ]
        },
    ),
    (
        f"{ELB}:loadbalancer/app/old/1",
        {
            "Listeners": [
                _listener("old", 443, "HTTPS", SslPolicy="ELBSecurityPolicy-2016-08", DefaultActions=[FORWARD])
            ]
        },
    ),
    (f"{ELB}:loadbalancer/app/bare/1", {"Listeners": [_listener("bare", 80, "HTTP", DefaultActions=[FORWARD])]}),
]
DOORS[NORDLICHT, "shop", HOME, "wafv2", "GetWebACLForResource"] = [
    (f"{ELB}:loadbalancer/app/front/1", SHOP_ACL),
    (f"{ELB}:loadbalancer/app/old/1", COUNTING_ACL),
]
DOORS[NORDLICHT, "shop", HOME, "wafv2", "GetWebACL"] = [("shop", SHOP_ACL), ("counting", COUNTING_ACL)]
DOORS[NORDLICHT, "shop", HOME, "apigateway", "GetResources"] = [
    ("orders0api", _methods("AWS_IAM")),
    ("catalog0api", _methods("NONE")),
]
DOORS[NORDLICHT, "shop", HOME, "cognito-idp", "DescribeUserPool"] = [
    ("shop-users", _pool("shop-users", "OPTIONAL")),
    ("shop-staff", _pool("shop-staff", "ON")),
]
