"""Code lines of each control, and of what all of them stand on: `python benchmarks/size.py [another lib/orienteer]`.

A control's lines are those of its function and of the helpers in its module that no other control uses; blank lines,
comments, docstrings and decorators do not count.  Given a second checkout's package, its totals stand beside ours.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections import Counter
from pathlib import Path
from statistics import mean, median

LIB = Path(__file__).parents[1] / "lib" / "orienteer"
FLOORS = ("controls", "facts", "judge.py", "judge_tables.py")


def code_lines(node: ast.AST, text: list[str]) -> int:
    """The lines of a function or module that hold code."""
    skipped: set[int] = set()
    for one in ast.walk(node):
        body = getattr(one, "body", None)
        first = body[0] if isinstance(body, list) and body else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            skipped |= set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
        for decorator in getattr(one, "decorator_list", ()):
            skipped |= set(range(decorator.lineno, (decorator.end_lineno or decorator.lineno) + 1))
    start, end = (node.lineno, node.end_lineno or node.lineno) if hasattr(node, "lineno") else (1, len(text))
    lines = (n for n in range(start, end + 1) if n not in skipped)
    return sum(bool(text[n - 1].strip()) and not text[n - 1].strip().startswith("#") for n in lines)


def names_in(node: ast.AST) -> set[str]:
    """The names that a function uses."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def controls() -> dict[str, int]:
    """The code lines of each control by id, the helpers that it alone uses counted."""
    from orienteer.controls import registry

    found: dict[str, int] = {}
    for path in sorted({Path(inspect.getsourcefile(one.judge) or "") for one in registry().values()}):
        text = path.read_text(encoding="utf-8").splitlines()
        tree = ast.parse("\n".join(text))
        functions = {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef)}
        mine = {c.judge.__name__: c.id for c in registry().values() if inspect.getsourcefile(c.judge) == str(path)}
        reached = {name: _reached(name, functions) for name in mine}
        users = Counter(helper for helpers in reached.values() for helper in helpers)
        for name, helpers in reached.items():
            alone = [name, *(helper for helper in helpers if users[helper] == 1 and helper not in mine)]
            found[mine[name]] = sum(code_lines(functions[one], text) for one in alone)
    return dict(sorted(found.items()))


def _reached(name: str, functions: dict[str, ast.FunctionDef]) -> set[str]:
    """The functions of the module that a function uses, directly or through others."""
    found, waiting = set[str](), [name]
    while waiting:
        used = names_in(functions[waiting.pop()]) & set(functions) - found - {name}
        found |= used
        waiting.extend(used)
    return found


def total(lib: Path) -> dict[str, tuple[int, int]]:
    """Lines and code lines of each floor of a package."""
    found = {}
    for name in FLOORS:
        files = sorted((lib / name).rglob("*.py")) if (lib / name).is_dir() else [lib / name]
        texts = [file.read_text(encoding="utf-8") for file in files if file.exists()]
        code = sum(code_lines(ast.parse(text), text.splitlines()) for text in texts)
        found[name] = (sum(len(text.splitlines()) for text in texts), code)
    return found


def main() -> None:
    per = controls()
    longest = sorted(per.items(), key=lambda item: -item[1])[:8]
    print(f"{len(per)} controls: mean {mean(per.values()):.1f} code lines, median {median(per.values()):.0f}")
    print("longest:", ", ".join(f"{name} {lines}" for name, lines in longest))
    for lib in (LIB, *map(Path, sys.argv[1:])):
        found = total(lib)
        told = ", ".join(f"{name} {lines} ({code} code)" for name, (lines, code) in found.items())
        print(f"{told}; together {sum(n for n, _ in found.values())} ({sum(c for _, c in found.values())} code)")


if __name__ == "__main__":
    main()
