"""The first questions one asks."""

import subprocess
import sys

from orienteer import ask

ACCOUNT = "111122223333"
BOB = f"arn:aws:iam::{ACCOUNT}:user/bob"
READS = {"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}
BUCKET = {"arn": "arn:aws:s3:::lake", "account": ACCOUNT}


def test_a_user_whose_policy_allows_it_can():
    estate = ask.Estate.of({"principals": [{"arn": BOB, "policies": {"reads": READS}}], "resources": [BUCKET]})
    found = ask.can(estate, BOB, "s3:GetObject", "arn:aws:s3:::lake/key")
    assert found.answer == "allowed"
    assert found.by == (("identity", "reads", "", 0, "Allow"),)
    assert found.words == f"{BOB} can do s3:GetObject on arn:aws:s3:::lake/key by identity policy (reads), statement 1."
    assert ask.can(estate, BOB, "s3:PutObject", "arn:aws:s3:::lake/key").answer == "implicit"
    assert ask.who_can(estate, "s3:GetObject", "arn:aws:s3:::lake/key").arns == (f"arn:aws:iam::{ACCOUNT}:root", BOB)


def test_asking_costs_an_import_of_the_package_nothing():
    code = "import sys, orienteer; assert 'orienteer.ask' not in sys.modules; orienteer.ask.can"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
