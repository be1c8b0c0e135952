"""Nordlicht Demo AG: the account of a company that it bought two months ago."""

from __future__ import annotations

from .documents import GITHUB, github_trust
from .nordlicht_core import EAST, LAB, contacts, everywhere, mail
from .plan import (
    HOME,
    REGIONS,
    AccessKey,
    Account,
    Guardrails,
    Resource,
    Role,
    Root,
    User,
    Watch,
    policy,
    statement,
)

LAB_ACCOUNT = Account(
    "lab",
    LAB,
    "acquired-lab",
    mail("aws-lab"),
    "",
    {"environment": "dev"},
    age=60,
    contacts=contacts(SECURITY=""),
    root=Root("true", True, 20, (AccessKey(800, active=False),)),
    users=(
        User("lab-admin", 400, True, 10, 80, "virtual", (AccessKey(80, 10, service="ec2"),), ("AdministratorAccess",)),
        User("scanner", 10),
    ),
    roles=(
        Role(
            "github-lab",
            github_trust(
                LAB,
                {
                    "StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"},
                    "StringLike": {f"{GITHUB}:sub": "repo:lab-demo/*"},
                },
            ),
            ("ViewOnlyAccess",),
        ),
    ),
    oidc=(GITHUB,),
    guardrails=Guardrails(
        None,
        REGIONS,
        REGIONS,
        everywhere("unblocked"),
        everywhere("unblocked"),
        REGIONS,
        documents_public=REGIONS,
    ),
    watch=Watch({}, {HOME: "Created"}, ()),
    resources=(
        Resource("bucket", EAST, "nordlicht-demo-lab-data", options={"acl": "public-read", "block": False}),
        Resource(
            "repository",
            EAST,
            "lab-tools",
            policy(statement("ecr:BatchGetImage", principal="*", resource=None)),
        ),
        Resource("bucket", EAST, "nordlicht-demo-lab-notes", options={"acl": "public-read"}),
        Resource("queue", EAST, "lab-jobs", policy(statement("sqs:SendMessage", principal="*"))),
        Resource("queue", EAST, "lab-results"),
        Resource("key", EAST, "lab-shared", policy(statement("kms:*", principal="*"))),
    ),
)
