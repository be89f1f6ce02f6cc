"""YAML that somebody else wrote, bounded: how long, how deep, and how much its aliases stand for.

A few lines of aliases of aliases can stand for a thousand million entries ("billion laughs"), and the parser in C ends
the process without a word where brackets are nested deeply enough.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

LONGEST = 5_000_000  # characters
DEEPEST = 100
# The parsers in C are ten times faster and read the same language.
SAFE_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
BASE_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Keeps every scalar as it is typed."""
_MOST = 1_000_000  # entries, aliases written out
_INDENT = re.compile(r"(?m)^[ \t?:-]+")


class Bounded:
    """Mixed into a loader of YAML, before it: refuses aliases that stand for too much, or for what holds them."""

    def get_single_node(self) -> Any:
        """Return the root node.

        Raises:
            yaml.YAMLError: Its aliases stand for too much, or one stands within what it stands for.
        """
        root = super().get_single_node()  # type: ignore[misc]
        if root is not None:
            _weigh(root, {})
        return root


def _weigh(node: yaml.Node, known: dict[int, int]) -> int:
    """Return how many entries a node holds when its aliases are written out."""
    if id(node) in known:
        if not known[id(node)]:  # it is being weighed
            _refuse("an alias stands within what it stands for", node)
        return known[id(node)]
    known[id(node)] = 0
    parts: list[yaml.Node] = []
    if isinstance(node, yaml.SequenceNode):
        parts = node.value
    elif isinstance(node, yaml.MappingNode):
        parts = [part for pair in node.value for part in pair]
    total = 1 + sum(_weigh(part, known) for part in parts)
    if total > _MOST:
        _refuse(f"its aliases stand for more than {_MOST:,} entries", node)
    known[id(node)] = total
    return total


def bounded(text: str) -> str:
    """Return a text that a parser of YAML may be given.

    Raises:
        yaml.YAMLError: It is too long, or nested too deeply.
    """
    if len(text) > LONGEST:
        raise yaml.MarkedYAMLError(problem=f"it has more than {LONGEST:,} characters")
    # No deeper than there are brackets that open, and twice the longest indentation: mostly that is enough to know.
    indented = max(map(len, _INDENT.findall(text)), default=0)
    if text.count("[") + text.count("{") + 2 * indented > DEEPEST:
        _check_depth(text)
    return text


def yaml_fault(error: Exception, otherwise: str = "not UTF-8 text") -> tuple[int, str]:
    """Return the line of the fault (0 where it has none) and what is wrong with a file that is no YAML.

    `otherwise`: what is wrong where the parser does not say.
    """
    mark = getattr(error, "problem_mark", None)
    return mark.line + 1 if mark else 0, getattr(error, "problem", None) or otherwise


def _check_depth(text: str) -> None:
    depth = 0
    event: Any
    for event in yaml.parse(text, Loader=SAFE_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                mark: Any = event.start_mark
                raise yaml.MarkedYAMLError(problem="it is nested too deeply", problem_mark=mark)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _refuse(why: str, node: yaml.Node) -> None:
    raise yaml.MarkedYAMLError(problem=why, problem_mark=node.start_mark)
