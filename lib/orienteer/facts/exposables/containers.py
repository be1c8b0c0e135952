"""What runs containers and apps: ECS, EKS, App Runner, Elastic Beanstalk, Amplify, Batch, EMR."""

from __future__ import annotations

from orienteer import reach
from orienteer.facts.exposable import Flag, Ground, Named, Reached, behind, opened, public, shut
from orienteer.facts.fact import Fact, Join
from orienteer.facts.openings import Endpoint
from orienteer.facts.paths import BLOCKS, OF_GROUPS, networked, vpc_blocked
from orienteer.facts.seen import Row
from orienteer.facts.values import PLACE, RESOURCE

SERVICES = networked(
    "container_services",
    "One row per ECS service: whether its tasks get public addresses, their groups and subnets.",
    "ecs_services",
    "AWS::ECS::Service",
    subnets=True,
)
ENVIRONMENTS = Fact(
    "beanstalk_environments",
    "One row per Elastic Beanstalk environment, with the load balancer that answers for it.",
    base="elasticbeanstalk_environments",
    joins=(
        Join("elbv2_load_balancers", many="balancers", on={**PLACE, "dns_name": "endpoint"}),
        Join("elb_load_balancers", many="classic", on={**PLACE, "dns_name": "endpoint"}),
    ),
    hidden=frozenset({"balancers", "classic"}),
    resource_type="AWS::ElasticBeanstalk::Environment",
)
APPS = Fact(
    "amplify_sites",
    "One row per Amplify app, with its branches.",
    base="amplify_apps",
    joins=(Join("amplify_branches", many="branches", on=RESOURCE),),
    hidden=frozenset({"branches"}),
    resource_type="AWS::Amplify::App",
)
CLUSTERS = Fact(
    "hadoop_clusters",
    "One row per EMR cluster: the groups on its primary node, its instances, and the region's block on public groups.",
    base="emr_cluster_details",
    joins=(
        Join("emr_cluster_instances", many="instances", on=RESOURCE),
        Join("emr_block_public_access", {"blocked_at_start": "blocked"}, on=PLACE),
        OF_GROUPS,
        *BLOCKS,
    ),
    columns=(vpc_blocked,),
    hidden=frozenset({"groups", "exclusions", "instances"}),
    resource_type="AWS::EMR::Cluster",
)


def _environment(environment: Row, ground: Ground) -> Reached:
    """As its load balancer says; an address in its place is a single instance's public one."""
    if not environment.is_web or not environment.endpoint:
        return Reached()
    balancers = [*environment.balancers, *environment.classic]
    if any(not one.internet_facing for one in balancers) or str(environment.endpoint).startswith("internal-"):
        return Reached()
    if reach.is_private(environment.endpoint):
        return Reached()
    return public("public endpoint", f"It answers at {environment.cname}.")


def _app(app: Row, ground: Ground) -> Reached:
    """Public where a branch serves without asking for a password."""
    branches = [one for one in app.branches if one.branch]
    if app.asks_password or (branches and all(one.branch_asks_password for one in branches)):
        why = "It asks for a name and a password."
        return shut("public endpoint", why, "basic authentication")
    if not branches:
        return Reached()
    return public("public endpoint, port 443", f"It answers at {app.domain}.")


def _hadoop(cluster: Row, ground: Ground) -> Reached:
    """Public where a node has a public address and a group is open; the region's block counts at the start only."""
    addresses = [one.public_ip for one in cluster.instances if one.public_ip]
    openings = [o for group in cluster.groups for o in group.wide] if addresses else []
    if not openings:
        return Reached()
    after = " since it started" if cluster.blocked_at_start else ""
    why = f"{addresses[0]} is open on {openings[0].named}{after}."
    found = Reached("public", openings[0].sources, f"network, {openings[0].named}", why, raw="public")
    return behind(found, cluster, "vpc_blocked")


def _job(definition: Row, ground: Ground) -> Reached:
    """It opens nothing by itself: it gives what starts from it a public address."""
    if not definition.public_ip:
        return Reached()
    return Reached(why="It gives its containers public addresses; what is reached is told of each interface.")


EXPOSABLES = (
    opened(
        "ecs-service-public-ip",
        "AWS::ECS::Service",
        "container_services",
        Endpoint("public_ip", "groups", closed="private_network", through="network"),
        operation="ecs:DescribeServices",
    ),
    opened(
        "eks-cluster-endpoint",
        "AWS::EKS::Cluster",
        "eks_cluster_details",
        Endpoint("public_endpoint", cidrs="public_cidrs", asks="IAM or OIDC"),
    ),
    opened(
        "apprunner-service",
        "AWS::AppRunner::Service",
        "apprunner_service_details",
        Flag("is_public"),
        only=lambda service: service["status"] not in ("PAUSED", "DELETED"),
        serves=True,
    ),
    opened(
        "elasticbeanstalk-environment",
        "AWS::ElasticBeanstalk::Environment",
        "beanstalk_environments",
        Named(_environment),
        serves=True,
    ),
    opened(
        "amplify-app", "AWS::Amplify::App", "amplify_sites", Named(_app), serves=True, operation="amplify:ListBranches"
    ),
    opened("emr-cluster", "AWS::EMR::Cluster", "hadoop_clusters", Named(_hadoop)),
    opened("emr-studio", "AWS::EMR::Studio", "emr_studios", Endpoint("url", asks="a sign-in", through="web page")),
    opened("batch-job-definition", "AWS::Batch::JobDefinition", "batch_job_definitions", Named(_job)),
)
