"""A drawing as a page needs it: ids of its own, and nothing that no reader sees.

What goes: comments, ids that nothing refers to, groups that say nothing, blanks between marks, decimals beyond a
hundredth of a point, and breaks of lines, each of which an executed notebook keeps as a text of its own.
"""

from __future__ import annotations

import re

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_BETWEEN = re.compile(r">\s+<")
_NUMBERS = re.compile(r'\b(?:d|x|y|transform)="[^"]*"')
_PLACES = re.compile(r"scale\([^)]*\)|(\.\d{2})\d+")
_STYLE = re.compile(r'style="[^"]*"')
_MOVED = re.compile(r'(<use [^>]*?)transform="translate\((-?[\d.]+) 0\)"')
_ID = re.compile(r' id="([^"]+)"')
_REFERENCE = re.compile(r'(href="#|url\(#)([^")]+)')
_GROUP = re.compile(r"<g(?: [^>]*)?/?>|</g>")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def slim(text: str, key: str) -> str:
    """Return a drawing of matplotlib that looks the same in fewer bytes.

    Args:
        text: From `<svg` to `</svg>`, letters drawn as paths (no text between the marks).
        key: Prefix of the ids, so that several drawings can share a page.
    """
    text = _METADATA.sub("", _COMMENT.sub("", text))
    text = _BETWEEN.sub("><", text)
    text = _NUMBERS.sub(_rounded, text)
    text = _STYLE.sub(lambda found: found.group().replace(": ", ":").replace("; ", ";"), text)
    text = _MOVED.sub(r'\1x="\2"', text)
    return _ungrouped(_renamed(text, key))


def _rounded(found: re.Match[str]) -> str:
    """Cut coordinates to a hundredth and put them on one line; factors of scale keep their decimals."""
    text = _PLACES.sub(lambda one: one.group() if one[1] is None else one[1], found.group())
    return text.replace(" \n", " ").replace("\n", " ")


def _renamed(text: str, key: str) -> str:
    """Drop ids that nothing refers to and number the others."""
    wanted = {name for _, name in _REFERENCE.findall(text)}
    found = dict.fromkeys(name for name in _ID.findall(text) if name in wanted)
    names = {name: f"{key}-{_short(number)}" for number, name in enumerate(found)}
    text = _ID.sub(lambda one: f' id="{names[one[1]]}"' if one[1] in names else "", text)
    return _REFERENCE.sub(lambda one: one[1] + names.get(one[2], one[2]), text)


def _short(number: int) -> str:
    base = len(_DIGITS)
    return (_short(number // base) if number >= base else "") + _DIGITS[number % base]


def _ungrouped(text: str) -> str:
    """Drop groups without attributes; what they hold stays."""
    kept: list[bool] = []

    def one(found: re.Match[str]) -> str:
        tag = found.group()
        if tag == "</g>":
            return tag if kept.pop() else ""
        if tag.endswith("/>"):
            return tag
        kept.append(tag != "<g>")
        return tag if kept[-1] else ""

    return _GROUP.sub(one, text)
