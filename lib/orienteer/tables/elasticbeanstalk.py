"""Elastic Beanstalk environments.  Their settings may hold passwords and are not read: the load balancer tells."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, listed, name

ENVIRONMENTS = listed(
    "elasticbeanstalk_environments",
    "One row per environment: its host name and what stands behind it.",
    Call("elasticbeanstalk", "describe_environments", fixed={"IncludeDeleted": False}),
    "Environments[]",
    name("EnvironmentName"),
    arn("EnvironmentArn"),
    Column("cname", "CNAME", "string", "its host name"),
    Column("endpoint", "EndpointURL", "string", "host name of its load balancer, or address of its one instance"),
    Column("is_web", "Tier.Name == 'WebServer'", "bool", "answers HTTP; a worker reads a queue"),
)
