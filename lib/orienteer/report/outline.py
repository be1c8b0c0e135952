"""The organization as an indented list that folds: a line per node with its failures and its policies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from orienteer.report.text import visible

OPEN = 40
"""With up to so many nodes in all the list stands unfolded."""


def outline(nodes: Sequence[Mapping[str, Any]]) -> str:
    """The nodes as nested lists, HTML with every text escaped.

    A node has id, parent (empty or unknown for a root), name, told (words on its right), grade (a CSS class, may be
    empty), policies (names of what is attached to it).  A node that holds others says how many accounts are below.
    """
    known = {node["id"] for node in nodes}
    below: dict[str, list[Mapping[str, Any]]] = {}
    for node in nodes:
        below.setdefault(node["parent"] if node["parent"] in known else "", []).append(node)
    return f'<div class="outline">{_list(below.get("", ()), below, len(nodes) <= OPEN, 0)}</div>'


def plain(nodes: Sequence[Mapping[str, Any]]) -> str:
    """The same as text, a node per line."""
    parents = {node["id"]: node["parent"] for node in nodes}
    return "\n".join(f"{'  ' * _depth(n['id'], parents)}{visible(str(n['name']))}: {n['told']}" for n in nodes)


def _depth(node: str, parents: Mapping[str, str]) -> int:
    depth, at = 0, parents[node]
    while at in parents and depth < 20:
        depth, at = depth + 1, parents[at]
    return depth


def _list(nodes: Iterable[Mapping[str, Any]], below: Mapping[str, Any], unfolded: bool, depth: int) -> str:
    return f"<ul>{''.join(f'<li>{_node(n, below, unfolded, depth)}</li>' for n in nodes)}</ul>"


def _node(node: Mapping[str, Any], below: Mapping[str, Any], unfolded: bool, depth: int) -> str:
    inner = below.get(node["id"], ()) if depth < 20 else ()
    if not inner:
        return _line(node)
    state = " open" if unfolded or depth == 0 else ""
    return f"<details{state}><summary>{_line(node)}</summary>{_list(inner, below, unfolded, depth + 1)}</details>"


def _line(node: Mapping[str, Any]) -> str:
    badges = "".join(f' <span class="badge">{_text(name)}</span>' for name in node["policies"])
    told = f' <span class="told {_text(node["grade"])}">{_text(node["told"])}</span>' if node["told"] else ""
    return f'<span class="node">{_text(node["name"])}</span>{told}{badges}'


def _text(value: Any) -> str:
    return escape(visible(str(value)))
