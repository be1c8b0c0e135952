"""SageMaker: notebooks, domains, and policies of what is shared with other accounts."""

from __future__ import annotations

from orienteer.model import EMPTY, Call, Column
from orienteer.tables.shapes import arn, described, listed, name, policies

GONE = "ValidationException: (does not exist|not found|RecordNotFound)"

NOTEBOOKS = listed(
    "sagemaker_notebooks",
    "One row per notebook instance.",
    Call("sagemaker", "list_notebook_instances"),
    "NotebookInstances[]",
    name("NotebookInstanceName"),
    arn("NotebookInstanceArn"),
    Column("url", "Url", "string", "its host name; opening it asks for IAM"),
)

NOTEBOOK_DETAILS = described(
    "sagemaker_notebook_details",
    NOTEBOOKS,
    "One row per notebook instance: whether it has a way to the internet of its own.",
    Call("sagemaker", "describe_notebook_instance", params={"NotebookInstanceName": "name"}, absent={GONE}),
    Column("direct_internet", "DirectInternetAccess == 'Enabled'", "bool", "goes to the internet past the VPC"),
    Column("group_ids", "SecurityGroups", "json", "security groups on it"),
    Column("subnet_id", "SubnetId", "string", "its subnet"),
)

DOMAINS = listed(
    "sagemaker_domains",
    "One row per domain.",
    Call("sagemaker", "list_domains"),
    "Domains[]",
    name("DomainId", "id of the domain"),
    arn("DomainArn"),
)

DOMAIN_DETAILS = described(
    "sagemaker_domain_details",
    DOMAINS,
    "One row per domain: how its apps reach the network, and how people sign in.",
    Call("sagemaker", "describe_domain", params={"DomainId": "name"}, absent={"ResourceNotFound"}),
    Column("network", "AppNetworkAccessType", "string", "PublicInternetOnly or VpcOnly"),
    Column("authentication", "AuthMode", "string", "SSO or IAM"),
)

MODEL_PACKAGE_GROUPS = listed(
    "sagemaker_model_package_groups",
    "One row per model package group of the account.",
    Call("sagemaker", "list_model_package_groups"),
    "ModelPackageGroupSummaryList[]",
    name("ModelPackageGroupName"),
    arn("ModelPackageGroupArn"),
)

MODEL_PACKAGE_GROUP_POLICIES = policies(
    "sagemaker_model_package_group_policies",
    MODEL_PACKAGE_GROUPS,
    Call(
        "sagemaker",
        "get_model_package_group_policy",
        params={"ModelPackageGroupName": "name"},
        absent={"ValidationException: (cannot find|could not find|not found|does not exist|no resource policy)"},
    ),
    "ResourcePolicy",
)

ENDPOINTS = listed(
    "sagemaker_endpoints",
    "One row per endpoint.",
    Call("sagemaker", "list_endpoints"),
    "Endpoints[]",
    name("EndpointName"),
    arn("EndpointArn"),
)

ENDPOINT_POLICIES = policies(
    "sagemaker_endpoint_policies",
    ENDPOINTS,
    Call("sagemaker", "get_endpoint_policy", params={"EndpointName": "name"}, absent={"ResourceNotFound", EMPTY}),
    "ResourcePolicy",
)
