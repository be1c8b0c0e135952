"""The demo organization: an AWS of our own on loopback, flawed in known ways.

    from orienteer.demo import serve
    with serve(seed=1) as demo:                       # or seed=(1, 2): both demo clients on one server
        with demo.in_environment(): ...               # boto3 talks to the demo, as the assessor (or use demo.environ)
        demo.management_account_id, demo.plans[0].external_id
        boto3.Session(**demo.credentials(account_id)) # the audit role of one account

`params/demo-nordlicht.yaml` (seed 1) and `params/demo-harbour.yaml` (seed 2) assess it;
faults.py says what must be found. Its clock stands still at `clock.AS_OF`.
"""

from .clock import AS_OF
from .server import Demo, serve

__all__ = ["AS_OF", "Demo", "serve"]
