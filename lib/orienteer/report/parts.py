"""What every page needs: our scripts and styles, the policy that lets only them run, the templates."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path

import jinja2

FOLDER = Path(str(resources.files("orienteer.report")))


def asset(name: str) -> str:
    """A script or style of ours, as text."""
    return (FOLDER / "assets" / name).read_text(encoding="utf-8")


def content_policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    """A Content-Security-Policy that runs these inline scripts and styles and nothing else, and loads nothing."""
    return (
        f"default-src 'none'; script-src {hashes(scripts)}; style-src {hashes(styles)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def hashes(texts: Sequence[str]) -> str:
    """CSP sources for these inline texts."""
    return " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(t.encode()).digest()).decode()}'" for t in texts)


@cache
def environment() -> jinja2.Environment:
    """Templates with autoescape; a name that is not given is an error."""
    loader = jinja2.FileSystemLoader(str(FOLDER / "templates"))
    return jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
