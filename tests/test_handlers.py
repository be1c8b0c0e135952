"""Broad handlers stand only where this list names them; only aws/seams.py reaches into botocore's privates."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from orienteer import __file__ as package

LIB = Path(package).parent
BROAD = {"Exception", "BaseException"}
ALLOWED = {
    ("aws/call.py", "_answer"): "botocore's parsers meet anything, and a caller's session has handlers of its own",
    ("aws/call.py", "identity"): "the same, on the way in",
    ("aws/engine.py", "collecting"): "stops the engine, raises again",
    ("aws/engine.py", "guarded"): "a worker's error ends the collection in the waiting thread",
    ("aws/reading.py", "_survived"): "a table's read function meets an answer of another form: a gap",
    ("aws/reading.py", "answer"): "whoever waits for the same answer gets the same error, raises again",
    ("aws/session.py", "base_session"): "a profile may fail in any way: one line",
    ("aws/workers.py", "one_after_another"): "kept for the calling thread, which raises it",
    ("batch/chapters.py", "_execute"): "a chapter that fails is marked, the others go on",
    ("batch/client.py", "work"): "a client that fails is told in one line, the others go on",
    ("cli.py", "main"): "one line instead of a traceback",
    ("demo/app.py", "serve"): "the demo's faults are answers of status 500",
    ("facts/fact.py", "_base"): "a row that cannot be made costs itself",
    ("facts/seen.py", "settled"): "a derived column that raises is unseen",
    ("judge.py", "judged_rows"): "a row that a control cannot judge costs itself",
    ("files.py", "write_bytes"): "removes the half-written file, raises again",
    ("batch/kernels/forking.py", "_answer"): "sent to the process that ordered the work, which raises it",
    ("processes.py", "_answer"): "sent to the process that waits, which raises it",
    ("processes.py", "apart"): "ends the process, raises again",
    ("processes.py", "processes"): "ends the processes, raises again",
}
"""File and function to why everything is caught there."""
PRIVATE = re.compile(
    r"\._credentials\b|_PY_TO_OP_NAME|creating-client-class|before-(send|parse|call|sign)|_make_api_call|"
    r"_request_signer|\.search_paths|register_component|botocore\.\w*\._"
)


def handlers(tree: ast.AST, inside: str = "") -> Iterator[str]:
    """The function around each handler that catches everything."""
    for node in ast.iter_child_nodes(tree):
        name = node.name if isinstance(node, ast.FunctionDef | ast.ClassDef) else inside
        if isinstance(node, ast.ExceptHandler):
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            if any(one is None or (isinstance(one, ast.Name) and one.id in BROAD) for one in caught):
                yield inside
        yield from handlers(node, name)


def test_broad_handlers_are_known_by_name() -> None:
    found = {
        (path.relative_to(LIB).as_posix(), name)
        for path in LIB.rglob("*.py")
        for name in handlers(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert sorted(found - ALLOWED.keys()) == [], "catch what is meant, or say here why everything is"
    assert sorted(ALLOWED.keys() - found) == [], "gone: strike it off the list"


def test_botocore_is_reached_into_at_one_place() -> None:
    found = {
        path.relative_to(LIB).as_posix()
        for path in LIB.rglob("*.py")
        if PRIVATE.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"aws/seams.py"}
