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
    "kms": ("key/", "alias/"),
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

NEEDS_NOTHING = frozenset({"sts:getcalleridentity", "sts:getsessiontoken"})
"""Actions that need no permission and that no policy can deny.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html
"""

LONG_TERM = frozenset({"sts:getsessiontoken", "sts:getfederationtoken"})
"""Actions that need the long-term credentials of a user: no session has them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
"""

ROOT_ACCESS = "sts:assumeroot"
"""What the management account and its delegate can do in members, where central root access is on.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html
"""

OF_ALIASES = frozenset({"kms:createalias", "kms:updatealias", "kms:deletealias"})
"""Actions on an alias itself; all others mean the key behind it.

https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
"""

BY_OBJECT_ACL = frozenset(
    f"s3:{name}".lower()
    for name in (
        "GetObject",
        "GetObjectVersion",
        "GetObjectAcl",
        "GetObjectVersionAcl",
        "PutObjectAcl",
        "PutObjectVersionAcl",
    )
)
"""What the ACL of an object can allow.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#acl-access-policy-permission-mapping
"""

IN_CONTEXT = frozenset(
    f"kms:{name}".lower()
    for name in (
        "Decrypt",
        "Encrypt",
        "GenerateDataKey",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
        "GenerateDataKeyWithoutPlaintext",
        "ReEncryptFrom",
        "ReEncryptTo",
    )
)
"""Operations with an encryption context; constraints of a grant count for no other.

https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantConstraints.html
"""

OF_ITS_ACCOUNT = frozenset(
    {
        *("cloudtrail", "dynamodb", "ecr", "events", "iam", "kms", "logs", "organizations"),
        *("s3", "secretsmanager", "sns", "sqs", "sts"),
    }
)
"""Services of which AWS RAM shares nothing: with any other, what was not read of an account's shares leaves open.

https://docs.aws.amazon.com/ram/latest/userguide/shareable.html
"""

OBJECT_OWNER = "s3:object-owner"
"""Stands among the context keys for the account that owns an object; no key of AWS tells it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
"""

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
