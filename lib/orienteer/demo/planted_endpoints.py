"""Endpoints and databases of the first demo client: of each type one that strangers reach and one that they do not
(containers and a database that they do not reach are planted in `planted_work`).

Content that stands on a security group is a function of the account, since moto chooses the group's id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .nordlicht_core import DEV, LEGACY, SANDBOX, SHOP, STRANGER, WEST
from .plan import HOME, Account, policy, statement, text
from .scene import backend

CLIENT = "demo-nordlicht"
Content = Mapping[str, Any] | Callable[[Account], Mapping[str, Any]]
POOL = {"IdentityPoolId": f"{HOME}:shop-pool", "IdentityPoolName": "shop-pool"}
GUESTS = {"AllowUnauthenticatedIdentities": False}
ANYBODY = policy(statement("es:ESHttpGet", principal="*"))


def group(account: Account, name: str, region: str = HOME) -> str:
    """Id of the security group of that name."""
    found: str = backend("ec2", account.id, region).describe_security_groups(filters={"group-name": [name]})[0].id
    return found


def _at(account: str, service: str, region: str = HOME, **answers: Any) -> dict[tuple[str, str, str, str, str], Any]:
    """Answers of a service by operation; a content that stands alone answers whatever is asked about."""
    return {
        (CLIENT, account, region, service, operation): content if isinstance(content, list) else [("", content)]
        for operation, content in answers.items()
    }


def _database(name: str, port: int, *groups: str) -> Mapping[str, Any]:
    return {
        "DBInstanceIdentifier": name,
        "DBInstanceArn": f"arn:aws:rds:{HOME}:{LEGACY}:db:{name}",
        "Engine": "postgres",
        "PubliclyAccessible": True,
        "StorageEncrypted": True,
        "AutoMinorVersionUpgrade": True,
        "Endpoint": {"Address": f"{name}.example", "Port": port},
        "VpcSecurityGroups": [{"VpcSecurityGroupId": one, "Status": "active"} for one in groups],
    }


def _copy(name: str, owner: str) -> Mapping[str, Any]:
    arn = f"arn:aws:rds:{HOME}:{owner}:snapshot:{name}"
    return {"DBSnapshotIdentifier": name, "DBSnapshotArn": arn, "Engine": "postgres", "Encrypted": True}


def _shared(name: str, *accounts: str) -> Mapping[str, Any]:
    restore = [{"AttributeName": "restore", "AttributeValues": list(accounts)}]
    return {"DBSnapshotAttributesResult": {"DBSnapshotIdentifier": name, "DBSnapshotAttributes": restore}}


def _cluster_copy(name: str, owner: str) -> Mapping[str, Any]:
    arn = f"arn:aws:rds:{HOME}:{owner}:cluster-snapshot:{name}"
    return {
        "DBClusterSnapshotIdentifier": name,
        "DBClusterSnapshotArn": arn,
        "Engine": "aurora-postgresql",
        "StorageEncrypted": True,
    }


def _cluster_shared(name: str, *accounts: str) -> Mapping[str, Any]:
    restore = [{"AttributeName": "restore", "AttributeValues": list(accounts)}]
    told = {"DBClusterSnapshotIdentifier": name, "DBClusterSnapshotAttributes": restore}
    return {"DBClusterSnapshotAttributesResult": told}


def _warehouse(name: str, owner: str, public: bool, *groups: str) -> Mapping[str, Any]:
    return {
        "ClusterIdentifier": name,
        "ClusterNamespaceArn": f"arn:aws:redshift:{HOME}:{owner}:namespace:{name}",
        "PubliclyAccessible": public,
        "Encrypted": True,
        "Endpoint": {"Address": f"{name}.example", "Port": 5439},
        "VpcSecurityGroups": [{"VpcSecurityGroupId": one, "Status": "active"} for one in groups],
    }


def _balancer(name: str, scheme: str, *groups: str) -> Mapping[str, Any]:
    arn = f"arn:aws:elasticloadbalancing:{HOME}:{LEGACY}:loadbalancer/app/{name}/0demo"
    return {
        "LoadBalancerName": name,
        "LoadBalancerArn": arn,
        "DNSName": f"{name}.elb.example",
        "Type": "application",
        "Scheme": scheme,
        "SecurityGroups": list(groups),
        "AvailabilityZones": [],
    }


LISTENER = {
    "ListenerArn": f"arn:aws:elasticloadbalancing:{HOME}:{LEGACY}:listener/app/erp-web/0demo/443",
    "LoadBalancerArn": _balancer("erp-web", "")["LoadBalancerArn"],
    "Port": 443,
    "Protocol": "HTTPS",
    "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
    "DefaultActions": [{"Type": "forward"}],
}


def _classic(name: str, scheme: str, *groups: str) -> Mapping[str, Any]:
    plain = {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstanceProtocol": "HTTP", "InstancePort": 80}
    return {
        "LoadBalancerName": name,
        "DNSName": f"{name}.elb.example",
        "Scheme": scheme,
        "Subnets": [],
        "SecurityGroups": list(groups),
        "ListenerDescriptions": [{"Listener": plain}],
        "Instances": [],
    }


def _search(name: str, owner: str, vpc: Mapping[str, Any]) -> Mapping[str, Any]:
    arn = f"arn:aws:es:{HOME}:{owner}:domain/{name}"
    return {
        "DomainId": f"{owner}/{name}",
        "DomainName": name,
        "ARN": arn,
        "AccessPolicies": text(ANYBODY),
        "ClusterConfig": {},
        "AdvancedSecurityOptions": {"Enabled": False},
        "EncryptionAtRestOptions": {"Enabled": True},
        **vpc,
    }


LAB = {
    "name": "lab",
    "arn": f"arn:aws:eks:{HOME}:{SANDBOX}:cluster/lab",
    "resourcesVpcConfig": {"endpointPublicAccess": True, "publicAccessCidrs": ["0.0.0.0/0"]},
}

TASKS = f"arn:aws:ecs:{HOME}:{SANDBOX}"
TASK = f"{TASKS}:task-definition/notebooks:1"


def _service(group_id: str) -> Mapping[str, Any]:
    """A service whose tasks get public addresses, behind this security group."""
    network = {"subnets": [], "securityGroups": [group_id], "assignPublicIp": "ENABLED"}
    return {
        "serviceName": "notebooks",
        "serviceArn": f"{TASKS}:service/lab/notebooks",
        "taskDefinition": TASK,
        "launchType": "FARGATE",
        "networkConfiguration": {"awsvpcConfiguration": network},
    }


def _api(account: str, name: str, kind: str) -> dict[tuple[str, str, str, str, str], Any]:
    """An HTTP API with one route that authorizes by the kind given."""
    api = {"ApiId": f"{name}http", "Name": name, "ProtocolType": "HTTP", "RouteSelectionExpression": "x"}
    return _at(
        account,
        "apigatewayv2",
        GetApis={"Items": [api]},
        GetRoutes={"Items": [{"RouteKey": "GET /", "AuthorizationType": kind}]},
        GetStages={"Items": [{"StageName": "$default"}]},
    )


def _url(name: str, owner: str, region: str, asks: str) -> Mapping[str, Any]:
    arn = f"arn:aws:lambda:{region}:{owner}:function:{name}"
    url = {
        "FunctionUrl": f"https://{name}.lambda-url.example/",
        "FunctionArn": arn,
        "AuthType": asks,
        "CreationTime": "2026-01-01T00:00:00Z",
        "LastModifiedTime": "2026-01-01T00:00:00Z",
    }
    return {"FunctionUrlConfigs": [url]}


ENDPOINTS: Mapping[tuple[str, str, str, str, str], list[tuple[str, Any]]] = {
    **_at(
        "legacy",
        "rds",
        DescribeDBInstances=lambda a: {"DBInstances": [_database("erp-db", 5432, group(a, "erp-all-open"))]},
        DescribeDBSnapshots={"DBSnapshots": [_copy("erp-db-copy", LEGACY)]},
        DescribeDBSnapshotAttributes=_shared("erp-db-copy", "all"),
        DescribeDBClusterSnapshots={
            "DBClusterSnapshots": [_cluster_copy("erp-cluster-copy", LEGACY), _cluster_copy("erp-cluster-open", LEGACY)]
        },
        DescribeDBClusterSnapshotAttributes=[
            ("erp-cluster-copy", _cluster_shared("erp-cluster-copy", STRANGER)),
            ("erp-cluster-open", _cluster_shared("erp-cluster-open", "all")),
        ],
    ),
    **_at(
        "shop",
        "rds",
        DescribeDBSnapshots={"DBSnapshots": [_copy("orders-db-copy", SHOP)]},
        DescribeDBSnapshotAttributes=_shared("orders-db-copy"),
        DescribeDBClusterSnapshots={"DBClusterSnapshots": [_cluster_copy("orders-cluster-copy", SHOP)]},
        DescribeDBClusterSnapshotAttributes=_cluster_shared("orders-cluster-copy"),
    ),
    **_at(
        "legacy",
        "redshift",
        DescribeClusters=lambda a: {"Clusters": [_warehouse("erp-reports", LEGACY, True, group(a, "erp-all-open"))]},
    ),
    **_at(
        "shop",
        "redshift",
        DescribeClusters=lambda a: {"Clusters": [_warehouse("shop-reports", SHOP, True, group(a, "shop-web"))]},
    ),
    **_at(
        "legacy",
        "elbv2",
        DescribeLoadBalancers=lambda a: {
            "LoadBalancers": [
                _balancer("erp-web", "internet-facing", group(a, "erp-all-open")),
                _balancer("erp-tools", "internal"),
            ]
        },
        DescribeListeners={"Listeners": [LISTENER]},
    ),
    **_at(
        "legacy",
        "elb",
        DescribeLoadBalancers=lambda a: {
            "LoadBalancerDescriptions": [
                _classic("erp-front", "internet-facing", group(a, "erp-all-open")),
                _classic("erp-inner", "internal"),
            ]
        },
    ),
    **_at(
        "sandbox",
        "opensearch",
        ListDomainNames={"DomainNames": [{"DomainName": "lab-logs"}]},
        DescribeDomains={"DomainStatusList": [_search("lab-logs", SANDBOX, {})]},
    ),
    **_at(
        "shop",
        "opensearch",
        ListDomainNames={"DomainNames": [{"DomainName": "shop-search"}]},
        DescribeDomains={
            "DomainStatusList": [_search("shop-search", SHOP, {"VPCOptions": {"VPCId": "vpc-0demo0shop"}})]
        },
    ),
    **_at(
        "sandbox",
        "ecs",
        ListClusters={"clusterArns": [f"{TASKS}:cluster/lab"]},
        ListServices={"serviceArns": [f"{TASKS}:service/lab/notebooks"]},
        DescribeServices=lambda a: {"services": [_service(group(a, "rdp-open"))]},
        DescribeTaskDefinition={"taskDefinition": {"taskDefinitionArn": TASK, "networkMode": "awsvpc"}},
    ),
    **_at("sandbox", "eks", ListClusters={"clusters": ["lab"]}, DescribeCluster={"cluster": LAB}),
    **_api("sandbox", "play", "NONE"),
    **_api("shop", "orders", "JWT"),
    **_at("shop", "cognito-identity", ListIdentityPools={"IdentityPools": [POOL]}, DescribeIdentityPool=POOL | GUESTS),
    **_at("dev", "lambda", WEST, ListFunctionUrlConfigs=[("preview-hook", _url("preview-hook", DEV, WEST, "NONE"))]),
    **_at("shop", "lambda", ListFunctionUrlConfigs=[("order-intake", _url("order-intake", SHOP, HOME, "AWS_IAM"))]),
    **_at("legacy", "ssm", DescribeDocumentPermission={"AccountIds": ["all"], "AccountSharingInfoList": []}),
}
