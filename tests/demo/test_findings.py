"""Both demo clients, collected once: nothing planted is missed, nothing invented, also where columns are hidden."""

import random
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from orienteer import ask, controls, params, pipeline, tables
from orienteer.ask.routes import ways
from orienteer.controls.control import Control
from orienteer.demo.clients import CLIENTS
from orienteer.demo.faults import differences
from orienteer.demo.faults_ways import PLANTED_WAYS
from orienteer.demo.plan import Organization
from orienteer.facts.exposures import MAIN
from orienteer.facts.fact import Estate
from orienteer.facts.reads import names_of
from orienteer.facts.seen import Cells, Partial, Unseen, worlds
from orienteer.judge import agreed, judge
from orienteer.model import GAP_COLUMNS, KEYS
from orienteer.parameters import given
from orienteer.snapshot import COLLECTED, open_run
from tests.execute import CLIENT, copied, faults

pytestmark = pytest.mark.long

SLUGS = [plan.slug for plan in CLIENTS.values()]
PARAMS = Path(__file__).parents[2] / "params"
KEY = ("control_id", "account_id", "region", "resource_id")
KEPT = {*KEYS, *GAP_COLUMNS}
ROWS, PAIRS, HALVES = 12, 20, 5
"""How many rows of each control are judged with columns hidden, in how many pairs and random halves."""


@pytest.fixture(scope="module")
def runs(demo, collected_demo, tmp_path_factory):
    """The run folder of each client."""
    with pytest.MonkeyPatch.context() as patched:
        for name, value in demo.environ.items():
            patched.setenv(name, value)
        folders = {CLIENT.stem: copied(collected_demo, tmp_path_factory.mktemp(CLIENT.stem))}
        for slug in set(SLUGS) - set(folders):
            path = tmp_path_factory.mktemp(slug)
            chosen = path / f"{slug}.yaml"
            chosen.write_text((PARAMS / chosen.name).read_text() + f"\noutput_dir: {path / 'outputs'}\n")
            folders[slug] = pipeline.collect(params.load(chosen))
        yield folders


@pytest.mark.parametrize("plan", CLIENTS.values(), ids=lambda plan: plan.slug)
def test_findings_are_the_planted_ones(runs, plan):
    judged = pipeline.judge(runs[plan.slug])
    assert judged.crashed == ()
    assert differences(plan, judged.findings.to_dict("records"), controls.registry()) == []


def test_chapters_show_the_other_client_too(runs):
    """The first one's are executed and compared in tests/test_nbval.py."""
    folder = runs["demo-harbour"]
    if open_run(folder, unjudged=True).state == COLLECTED:
        pipeline.judge(folder)
    assert faults(folder) == []


@pytest.mark.parametrize("share", [0.01, 0.05, 0.3])
def test_what_an_older_version_did_not_collect_gives_no_other_verdict(runs, share):
    """Some of all columns are not in the snapshot: each verdict stays or is not assessed, and no control is silent."""
    run = open_run(runs["demo-nordlicht"], unjudged=True)
    if run.state == COLLECTED:
        pipeline.judge(run.path)
    before = {tuple(row[name] for name in KEY): row["status"] for row in open_run(run.path).findings.to_dict("records")}
    chance = random.Random(share)
    known = {name: run.tables[name] for name in tables.registry() if name in run.tables}
    told = {name: table[[c for c in table if c in KEPT or chance.random() > share]] for name, table in known.items()}
    facts = pipeline._judging_facts(run, known)
    judged = judge(controls.chosen(None), told, tables.registry(), facts, run.coverage)
    assert judged.crashed == ()
    now = {tuple(row[name] for name in KEY): row["status"] for row in judged.findings.to_dict("records")}
    assert {key for key, status in now.items() if status not in (before.get(key, status), "NOT_ASSESSED")} == set()
    assert {control for control, *_ in before} == {control for control, *_ in now}
    assert list(now.values()).count("NOT_ASSESSED") > 10


@pytest.fixture(scope="module")
def estates(runs):
    return {slug: open_run(folder, unjudged=True).estate for slug, folder in runs.items()}


@pytest.mark.parametrize("start, to, written", PLANTED_WAYS, ids=lambda one: one.strip().partition("\n")[0][:24])
def test_ways_are_the_planted_ones(estates, start, to, written):
    """Each planted way is found, and none is invented."""
    plan = next(one for one in CLIENTS.values() if one.slug == "demo-nordlicht")
    found = ways(estates[plan.slug], to, start)
    assert found.unknown == ()
    expected = sorted(line.replace("|", " ").split() for line in filter(None, written.splitlines()))
    told = sorted([named(plan, node) for node in way.nodes] for one in found.reached for way in one.ways)
    assert told == sorted([first, *through, last] for first, last, *through in expected)


def test_steps_and_who_can_agree(estates):
    """Two engines, one answer: whoever may assume a role or read a jewel takes a step there, and nobody else does."""
    facts = estates["demo-nordlicht"]
    known, steps, told = ask.Estate.of(facts), facts.source("edges").rows, set()
    people = [row for row in facts.source("principals").rows if row["kind"] != "account"]
    admins = {row["resource_arn"] for row in people if row["admin"] and not row["admin"].blocked_by}
    jewels = {row["to"] for row in steps if ":s3:::" in row["to"]}
    asked = [(row["to"], "sts:AssumeRole", "") for row in steps if row["kind"] == "trust"]
    asked += [(to, call, "/*") for to in jewels for call in ("s3:GetObject", "s3:PutObject")]
    for to, call, below in sorted(set(asked)):
        found = {one for one in ask.who_can(known, call, to + below).arns if not one.endswith(":root")}
        there = [row for row in steps if row["to"] == to and (call in row["actions"] or row["kind"] == "administrator")]
        here = {row["start"] for row in there if row["blocked_by"] is None}
        assert {one for one in here if one.startswith("arn:")} <= found, to
        at_home = admins if ":iam:" in to else set()
        through = {one for one in admins if f"admin:{one.split(':')[4]}" in here}
        own = {one for one in at_home if one.split(":")[4] == to.split(":")[4]}
        linked = {one for one in found if "/aws-service-role/" in one}
        assert found - here - through - own - linked - {to} == set(), to
        told |= found
    assert len(told) > 20


DATA_CALLS = {
    "AWS::S3::Bucket": ("s3:GetObject", "/key"),
    "AWS::SQS::Queue": ("sqs:SendMessage", ""),
    "AWS::SNS::Topic": ("sns:Publish", ""),
    "AWS::KMS::Key": ("kms:Decrypt", ""),
    "AWS::SecretsManager::Secret": ("secretsmanager:GetSecretValue", ""),
    "AWS::Lambda::Function": ("lambda:InvokeFunction", ""),
    "AWS::ECR::Repository": ("ecr:BatchGetImage", ""),
}


@pytest.mark.parametrize("slug", SLUGS)
def test_who_can_and_exposures_agree(estates, slug):
    """Two engines, one answer: what everybody can do is public, and of what is public only an RCP keeps them out."""
    known, compared = ask.Estate.of(estates[slug]), 0
    for row in estates[slug].source("exposures").rows:
        level, call = row["level"], DATA_CALLS.get(row["resource_type"])
        if call is None or isinstance(level, Unseen):
            continue
        action, on = call[0], f"{row['resource_arn']}{call[1]}"
        who, compared = ask.who_can(known, action, on, among=[]), compared + 1
        assert not who.everyone or level == "public", on
        assert not who.outside or level != "private", on
        if level == "public" and not who.everyone:
            anybody = ask.can(known, "*", action, on, may=True)
            by_acl = any(one.startswith("the ACL of ") for one in anybody.problems)  # of an object, which no run reads
            assert by_acl or {by.layer for by in anybody.by} & {"rcp", "resource"}, (on, anybody)
    assert compared >= 10


def test_who_can_reads_what_is_planted(estates):
    known = ask.Estate.of(estates["demo-nordlicht"])
    names = {name: f"arn:aws:s3:::nordlicht-demo-{name}/key" for name in ("sandbox-share", "erp-exchange", "org-logs")}
    found = {name: ask.who_can(known, "s3:GetObject", arn) for name, arn in names.items()}
    assert [name for name, who in found.items() if who.everyone] == ["sandbox-share"]
    assert {name: who.outside for name, who in found.items() if who.outside} == {"erp-exchange": ("900300000031",)}
    assert [arn.rpartition("/")[2] for arn in found["org-logs"].arns] == ["OrganizationAccountAccessRole"]
    assert not any(who.unknown for who in found.values())


def named(plan: Organization, node: str) -> str:
    """A node as the table of planted ways names it."""
    kind, _, rest = node.partition(":")
    keys = {account.id: account.key for account in plan.accounts}
    if kind == "admin":
        return f"admin@{keys[rest]}"
    if kind in ("person", "group"):
        return rest.partition("@")[0]
    if ":iam::" not in node:
        return node.removeprefix("arn:aws:s3:::")
    name = node.rpartition("/")[2].removeprefix("AWSReservedSSO_")
    return f"{name.rpartition('_')[0] if '/aws-reserved/' in node else name}@{keys[node.split(':')[4]]}"


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("control", [c for c in controls.registry().values() if c.fact], ids=lambda c: c.id)
def test_a_hidden_column_invents_no_verdict(estates, control, slug):
    """Whatever is hidden, the status is what it was or NOT_ASSESSED, and a failure gets no milder than it can be."""
    estate = estates[slug]
    chance = random.Random(control.id)
    rows = estate.source(control.fact.name).rows
    for cells in chance.sample(rows, min(ROWS, len(rows))):
        before = told(control, estate, cells)
        if before is None or before.status != "NOT_ASSESSED":
            for hidden in subsets(control, cells, chance):
                after = told(control, estate, hide(estate, control, cells, hidden))
                said = (control.id, cells["resource_id"], hidden, before, after)
                assert (after and after.status) in {before and before.status, "NOT_ASSESSED"}, said
                if after is not None and after.status == "FAIL":
                    mildest = min((before.severity or control.severity).grade, control.severity.grade)
                    assert (after.severity or control.severity).grade >= mildest, said


# --- every type of first priority on the demo endpoint: from AWS's answers to the verdict

P, X, ORG, C = "public", "external", "organization", "private"
LEVELS = {
    "apigateway-rest-api": (P, C), "apigatewayv2-api": (P, C), "cloudfront-distribution": (P, C),
    "cognito-identity-pool": (P, C), "ec2-ami": (P, C), "ec2-ebs-snapshot": (P, X, C), "ec2-elastic-ip": (P, C),
    "ec2-instance": (P, C), "ec2-network-interface": (P, C), "ec2-security-group": (P, C),
    "ecr-repository": (P, ORG, C), "ecs-service-public-ip": (P, C), "eks-cluster-endpoint": (C,),
    "elb-classic": (P, C), "elbv2-load-balancer": (P, C), "iam-role-trust": (P, X, ORG, C), "kms-key-policy": (P, X, C),
    "lambda-function-policy": (P, X, C), "opensearch-domain": (P, C), "ram-resource-share": (X, ORG),
    "rds-cluster-snapshot": (P, X, C), "rds-instance": (P, C), "rds-snapshot": (P, C), "redshift-cluster": (P, C),
    "s3-bucket-policy": (P, X, ORG, C), "secretsmanager-secret": (P, ORG, C), "sns-topic": (P, ORG, C),
    "sqs-queue": (P, X, ORG, C), "ssm-document": (P, C),
}  # fmt: skip
"""What the two clients together show of each.  A share of RAM is never public and never private, a cluster of EKS is
never public, since it always asks for IAM."""
TOGETHER = {"s3-bucket-acl": "s3-bucket-policy", "lambda-function-url": "lambda-function-policy"}
"""Types that are ways into a resource of another."""
VERDICTS = {P: {"FAIL", "MANUAL"}, X: {"FAIL"}, ORG: {"PASS"}, C: {"PASS"}}


@pytest.fixture(scope="module")
def exposed(estates):
    """By type: the level and the verdict of each resource, of both clients."""
    judge = controls.registry()["NET-06"]
    found = {}
    for estate in estates.values():
        for cells in estate.source("exposures").rows:
            if not isinstance(cells["level"], Unseen):
                verdict = told(judge, estate, cells)
                found.setdefault(cells["exposable"], []).append((cells["level"], verdict and verdict.status.value))
    return found


@pytest.mark.parametrize("name", sorted(MAIN))
def test_a_type_of_first_priority_is_read_levelled_and_judged(exposed, name):
    rows = exposed[TOGETHER.get(name, name)]
    assert {level for level, _ in rows} >= set(LEVELS[TOGETHER.get(name, name)])
    for level, status in rows:
        assert status is None or status in VERDICTS[level], (name, level, status)  # None: told by another type


GUARDED = [
    ("s3-bucket-policy", "restricts", "shop-assets", "sandbox-share"),
    ("s3-bucket-policy", "ignores_acls", "lab-notes", "lab-data"),
    ("kms-key-policy", "resource control policy", "11111111-2222-4333-8444-555555555555", ""),
    ("sqs-queue", "resource control policy", "preview-events", "lab-jobs"),
    ("ec2-ebs-snapshot", "sharing_blocked", "snap-", "snap-"),
    ("emr-cluster", "vpc_blocked", "preview-batch", "erp-batch"),
    ("ec2-instance", "no way from the internet", "i-", "i-"),
    ("rds-instance", "security groups", "orders", "erp-db"),
    ("redshift-cluster", "security groups", "shop-reports", "erp-reports"),
    ("elbv2-load-balancer", "security groups", "front", "erp-web"),
    ("opensearch-domain", "its VPC", "shop-search", "lab-logs"),
    ("cloudfront-distribution", "signed requests", "E0DEMOFILES", "E0DEMOSHOP"),
    ("apigatewayv2-api", "authorization", "ordershttp", "playhttp"),
    ("codebuild-project-visibility", "webhook filter", "shop-lint", "shop-tests"),
    ("ec2-vpc-endpoint-service", "acceptance", "0demo0tools", "0demo0lab"),
    ("ec2-vpc-peering", "acceptance", "pcx-0demo0asked", ""),
]
"""By type: a guardrail, a resource that it closes, and one that it leaves open.  A peering is never public."""
SHARED_BEFORE = {"ec2_image_block_public_access": ("ec2-ami", "state", "block-new-sharing"),
                 "ssm_document_public_sharing": ("ssm-document", "setting", "Disable"),
                 "emr_block_public_access": ("emr-cluster", "blocked", True),
                 "ec2_snapshot_block_public_access": ("ec2-ebs-snapshot", "state", "block-new-sharing")}  # fmt: skip
"""Guardrails that stop what is new: something public stands where each is on."""


@pytest.mark.parametrize(("name", "guardrail", "closed", "left"), GUARDED, ids=lambda value: str(value)[:20])
def test_each_guardrail_closes_one_and_leaves_one(estates, name, guardrail, closed, left):
    rows = [row for row in estates[CLIENT.stem].source("exposures").rows if row["exposable"] == name]
    rows = [row for row in rows if not isinstance(row["level"], Unseen)]
    shut = [row for row in rows if guardrail in row["guardrail"] and closed in row["resource_id"]]
    if closed:
        assert shut and all(row["raw_level"] != row["level"] for row in shut)
    if left:
        assert any(row["level"] == "public" for row in rows if left in row["resource_id"] and not row["guardrail"])


@pytest.mark.parametrize("table", sorted(SHARED_BEFORE))
def test_what_was_shared_before_a_guardrail_stays_public(estates, table):
    name, column, on = SHARED_BEFORE[table]
    estate = estates[CLIENT.stem]
    places = {(r["account_id"], r["region"]) for r in estate.source(table).rows if r[column] == on}
    found = [row for row in estate.source("exposures").rows if row["exposable"] == name and row["level"] == "public"]
    assert any((row["account_id"], row["region"]) in places for row in found)


def told(control: Control, estate: Estate, cells: Cells):
    chosen = given(control.judge, estate.thresholds, estate.context)
    return agreed(worlds(lambda row: control.judge(row, **chosen), cells, names_of(control.judge)), control.severity)


def subsets(control: Control, cells: Cells, chance: random.Random) -> Iterator[tuple[str, ...]]:
    """Each column that it reads alone, in pairs, in random halves."""
    columns = [c for c in control.columns if c not in KEYS and c not in control.evidence]
    pairs = list(combinations(columns, 2))
    yield from ((one,) for one in columns)
    yield from chance.sample(pairs, min(PAIRS, len(pairs)))
    yield from (tuple(one for one in columns if chance.random() < 0.5) for _ in range(HALVES))


def hide(estate: Estate, control: Control, cells: Cells, columns: tuple[str, ...]) -> Cells:
    """The row with these columns unseen: a list is seen to its middle."""
    domains = estate.source(control.fact.name).domains
    hidden = Cells(cells)
    for name in columns:
        gaps, value = frozenset({f"hidden {name}"}), cells[name]
        half = Partial(value.items[: len(value.items) // 2], gaps) if isinstance(value, Partial) else None
        hidden[name] = half or Unseen(gaps, domains.get(name, ()))
    return hidden
