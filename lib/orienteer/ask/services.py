"""What differs between services: which hold policies of their own, what nothing can deny."""

from __future__ import annotations

from collections.abc import Mapping

WITH_POLICIES: Mapping[str, tuple[str, ...]] = {
    "acm-pca": ("certificate-authority/",),
    "aoss": ("collection/",),
    "backup": ("backup-vault:",),
    "codeartifact": ("domain/", "repository/"),
    "codebuild": ("project/", "report-group/"),
    "dynamodb": ("table/",),
    "ecr": ("repository/",),
    "elasticfilesystem": ("file-system/",),
    "es": ("domain/",),
    "events": ("event-bus/",),
    "execute-api": ("",),
    "glacier": ("vaults/",),
    "glue": ("catalog", "database/", "table/"),
    "kafka": ("cluster/",),
    "kinesis": ("stream/",),
    "kms": ("key/",),
    "lambda": ("function:", "layer:"),
    "logs": ("destination:",),
    "s3": ("",),
    "s3-outposts": ("",),
    "s3express": ("",),
    "s3tables": ("bucket/",),
    "s3vectors": ("bucket/",),
    "schemas": ("registry/",),
    "secretsmanager": ("secret:",),
    "ses": ("identity/",),
    "sns": ("",),
    "sqs": ("",),
    "vpc-lattice": ("service/", "servicenetwork/"),
}
"""Services and the beginnings of their resources' ARNs that can have a policy.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
"""

ASSUMING = frozenset(
    f"sts:{name}".lower()
    for name in (
        "AssumeRole",
        "AssumeRoleWithSAML",
        "AssumeRoleWithWebIdentity",
        "TagSession",
        "SetSourceIdentity",
        "SetContext",
    )
)
"""Actions that a role's trust policy decides.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
"""

BY_TOKEN = frozenset({"sts:assumerolewithsaml", "sts:assumerolewithwebidentity"})
"""Actions that nobody signs: a token tells who calls."""

NEEDS_NOTHING = frozenset({"sts:getcalleridentity"})
"""https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html: no policy can deny it."""

ROOT_ALWAYS = frozenset({"s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"})
"""What the root user of a bucket's owner can do whatever the bucket's policy says.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html
"""

GLOBAL_SERVICES = frozenset({"iam", "organizations", "cloudfront", "route53", "account", "support", "waf", "shield"})
"""https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html"""

GRANTED_BY_KEY = "kms"
"""The service whose key policies must let in even the key's own account.

https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
"""
