"""CloudFront distributions and VPC origins."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope
from orienteer.tables.shapes import arn, listed, name, policies

DISTRIBUTIONS = listed(
    "cloudfront_distributions",
    "One row per distribution: its host names and what stands behind it.",
    Call("cloudfront", "list_distributions"),
    "DistributionList.Items[]",
    name("Id", "id of the distribution"),
    arn("ARN"),
    Column("domain_name", "DomainName", "string", "its own host name"),
    Column("aliases", "Aliases.Items", "json", "its other host names"),
    Column("enabled", "Enabled", "bool", "it answers requests"),
    Column("web_acl", "WebACLId", "string", "web ACL in front of it"),
    Column("origins", "Origins.Items[].DomainName", "json", "host names behind it"),
    Column(
        "viewer_protocols",
        "[DefaultCacheBehavior.ViewerProtocolPolicy, CacheBehaviors.Items[].ViewerProtocolPolicy][]",
        "json",
        "allow-all, https-only or redirect-to-https",
    ),
    Column("minimum_tls", "ViewerCertificate.MinimumProtocolVersion", "string", "TLSv1.2_2021, ..."),
    Column(
        "own_name_only",
        "ViewerCertificate.CloudFrontDefaultCertificate",
        "bool",
        "answers with CloudFront's certificate, whose lowest version of TLS nobody can set",
    ),
    Column(
        "signed_only",
        "(DefaultCacheBehavior.TrustedKeyGroups.Enabled || DefaultCacheBehavior.TrustedSigners.Enabled)"
        " && length(CacheBehaviors.Items[?!(TrustedKeyGroups.Enabled || TrustedSigners.Enabled)] || `[]`) == `0`"
        " || ViewerMtlsConfig.Mode == 'required'",
        "bool",
        "viewers need a signed URL, a signed cookie or a certificate, on every path",
    ),
    Column(
        "open_s3_origins",
        "Origins.Items[?S3OriginConfig && !OriginAccessControlId && !(S3OriginConfig.OriginAccessIdentity)].DomainName",
        "json",
        "buckets it reads without proving who it is",
    ),
    scope=Scope.ACCOUNT,
)

VPC_ORIGINS = listed(
    "cloudfront_vpc_origins",
    "One row per VPC origin.",
    Call("cloudfront", "list_vpc_origins"),
    "VpcOriginList.Items[]",
    name("Id", "id of the origin"),
    arn("Arn"),
    scope=Scope.ACCOUNT,
)

VPC_ORIGIN_POLICIES = policies(
    "cloudfront_vpc_origin_policies",
    VPC_ORIGINS,
    Call("cloudfront", "get_resource_policy", params={"ResourceArn": "arn"}, absent={"EntityNotFound"}),
    "PolicyDocument",
)
