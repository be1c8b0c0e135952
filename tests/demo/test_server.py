"""The server's life: it ends with its block, and with its parent whatever ends that."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from orienteer.demo import serve
from orienteer.demo.access import ASSESSOR_KEY
from orienteer.demo.app import unknown_answers
from orienteer.demo.build_identity import ASSESSOR, AUDIT_ROLE
from orienteer.demo.clients import CLIENTS
from orienteer.demo.plan import REGIONS
from orienteer.demo.wire import Ask, answer

PARAMS = Path(__file__).parents[2] / "params"
KEEPS_SERVING = """
import time
from orienteer.demo import serve
with serve(2) as demo:
    print(demo.pid, flush=True)
    time.sleep(600)
"""


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_the_child_is_gone_after_the_block():
    with serve(2) as demo:
        assert _alive(demo.pid)
    assert not _alive(demo.pid)


def test_the_child_is_gone_after_its_parent_was_killed():
    parent = subprocess.Popen([sys.executable, "-c", KEEPS_SERVING], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert _alive(child)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    for _ in range(100):
        if not _alive(child):
            break
        time.sleep(0.1)
    assert not _alive(child)


def test_the_environment_of_the_caller_does_not_leak_in(monkeypatch):
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "111111111111")
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    with serve(2) as demo:
        monkeypatch.delenv("AWS_PROFILE")
        assert demo.credentials(demo.management_account_id)["aws_access_key_id"] != ASSESSOR_KEY


def test_overlay_answers_name_real_operations():
    assert unknown_answers() == []


@pytest.mark.parametrize(
    "content",
    [
        {"KmsKey": "alias/aws/ebs"},
        {"KmsKeyId": 7},
        {"KmsKeyId": None},
    ],
)
def test_an_answer_outside_the_output_shape_is_refused(content):
    ask = Ask("key", "ec2", "eu-central-1", "GetEbsDefaultKmsKeyId", {})
    assert answer(ask, {"KmsKeyId": "alias/aws/ebs"}).status == 200
    with pytest.raises(TypeError):
        answer(ask, content)


@pytest.mark.parametrize("plan", CLIENTS.values(), ids=lambda plan: plan.slug)
def test_the_params_files_fit_their_organization(plan):
    given = yaml.safe_load((PARAMS / f"{plan.slug}.yaml").read_text())
    assert given["client"] == {"name": plan.name, "slug": plan.slug}
    assert given["organization"] == {
        "role_arn": f"arn:aws:iam::{plan.management.id}:role/{AUDIT_ROLE}",
        "external_id": plan.external_id,
        "role_name": AUDIT_ROLE,
    }
    assert tuple(given["regions"]) == REGIONS
    assert ASSESSOR in {one["id"] for one in given["trusted_accounts"]}
