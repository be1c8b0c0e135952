"""What resource control policies bind: the services, the actions that they leave alone, and types of resources.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services
"""

from __future__ import annotations

from collections.abc import Mapping

_LISTED = """
aoss appconfig appstream autoscaling autoscaling-plans budgets clouddirectory cloudfront cloudsearch cloudtrail-data
codeartifact codebuild codecommit codepipeline cognito-identity cognito-idp comprehend comprehendmedical
compute-optimizer cost-optimization-hub dax dsql dynamodb ecr ecr-public events firehose fis fms gamelift health
inspector-scan kendra kinesisvideo kms logs memorydb networkmonitor notifications opensearch pca-connector-ad
personalize polly pricing resource-groups rolesanywhere s3 secretsmanager servicediscovery signin sqs sts support swf
textract timestream-influxdb transcribe transfer translate wafv2 workspaces xray
"""
RCP_SERVICES = frozenset(_LISTED.split())
"""Prefixes of the actions that resource control policies apply to, as AWS lists them (read in September 2026).

`opensearch` is the prefix of OpenSearch applications; domains have `es`, which is not in the list.
"""
BEYOND_RCPS = frozenset({"kms:retiregrant"})
"""Actions of these services that they do not apply to.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#actions-not-restricted-by-rcps
"""
_PREFIXES: Mapping[str, str] = {
    "AWS::CloudTrail::Channel": "cloudtrail-data",
    "AWS::Cognito::IdentityPool": "cognito-identity",
    "AWS::Cognito::UserPool": "cognito-idp",
    "AWS::ECR::PublicRepository": "ecr-public",
    "AWS::IAM::Role": "sts",
    "AWS::OpenSearchServerless": "aoss",
    "AWS::OpenSearchService": "es",
    "AWS::Timestream::InfluxDBInstance": "timestream-influxdb",
}
"""Types, or services of types, whose actions have another prefix than the type's own service.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""


def binds_action(action: str) -> bool:
    """True if resource control policies apply to the action (`service:Action`)."""
    lowered = action.lower()
    return lowered.partition(":")[0] in RCP_SERVICES and lowered not in BEYOND_RCPS


def binds_type(resource_type: str) -> bool:
    """True if they apply to what others do with a resource of this type (`AWS::S3::Bucket`)."""
    service = resource_type.rpartition("::")[0]
    prefix = _PREFIXES.get(resource_type) or _PREFIXES.get(service) or service.removeprefix("AWS::").lower()
    return prefix in RCP_SERVICES
