"""A drawing as a page needs it: ids of its own, looks as attributes, and nothing that no reader sees.

Looks are attributes (`fill="#0072b2"`), which any rule of a page may change: so drawings follow a dark page (`dark`),
and readers that know no style sheets still draw them. What goes: comments, ids that nothing refers to, groups that say
nothing, blanks between marks, decimals beyond a hundredth of a point, and breaks of lines, each of which an executed
notebook keeps as a text of its own.
"""

from __future__ import annotations

import re

from sujuva.figures.gathered import USUAL, gathered
from sujuva.figures.letters import FAMILY

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_UNSEEN = re.compile(r"<metadata>.*?</metadata>|<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL)
_ROOT = f'<svg font-family="{FAMILY}, Verdana, sans-serif"{USUAL} stroke-linejoin="round"'
"""What holds for all of a drawing; matplotlib's own rule for the joints of lines would hold for a page."""
_BETWEEN = re.compile(r">\s+<")
_TAG = re.compile(r"<[a-z][^>]*>", re.DOTALL)
_NUMBERS = re.compile(r'\b(?:d|x|y|transform)="[^"]*"')
_PLACES = re.compile(r"(\.\d{2})\d+")
_ZEROS = re.compile(r"(\.\d*[1-9])0+\b|\.0+\b")
_STEP = re.compile(r" ?\b([A-Za-z])\b ?")
_STYLE = re.compile(r' style="([^"]*)"')
_USUAL = {"stroke-dashoffset": "0", "stroke-linecap": "butt"}
_ID = re.compile(r' id="([^"]+)"')
_REFERENCE = re.compile(r'(href="#|url\(#)([^")]+)')
_GROUP = re.compile(r"<g(?: [^>]*)?/?>|</g>")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def slim(text: str, key: str) -> str:
    """Return a drawing of matplotlib that looks the same in fewer bytes.

    Args:
        text: From `<svg` to `</svg>`.
        key: Prefix of the ids, so that several drawings can share a page.
    """
    text = _BETWEEN.sub("><", _UNSEEN.sub("", _COMMENT.sub("", text)))
    wanted = {name for tag in _TAG.findall(text) for _, name in _REFERENCE.findall(tag)}
    names: dict[str, str] = {}
    text = _TAG.sub(lambda tag: _slimmed(tag.group(), wanted, names, key), text)
    return gathered(_ungrouped(text).replace("<g/>", "")).replace("<svg", _ROOT, 1)


def _slimmed(tag: str, wanted: set[str], names: dict[str, str], key: str) -> str:
    """Return a tag with looks as attributes, places to a hundredth, and ids numbered in the order they come up."""

    def name(known: str) -> str:
        return names.setdefault(known, f"{key}-{_short(len(names))}")

    tag = _STYLE.sub(lambda found: _attributes(found[1]), tag)
    tag = _NUMBERS.sub(lambda found: _numbers(found.group()), tag)
    tag = _ID.sub(lambda found: f' id="{name(found[1])}"' if found[1] in wanted else "", tag)
    return _REFERENCE.sub(lambda found: found[1] + name(found[2]), tag)


def _numbers(attribute: str) -> str:
    """Return places to a hundredth, without zeros that say nothing; a path without blanks around its letters."""
    text = _ZEROS.sub(r"\1", _PLACES.sub(r"\1", attribute)).replace(" \n", " ").replace("\n", " ")
    return 'd="' + _STEP.sub(r"\1", text[3:-1]).strip() + '"' if text.startswith("d=") else text


def _attributes(style: str) -> str:
    pairs = [tuple(part.strip() for part in one.split(":", 1)) for one in style.split(";") if one.strip()]
    return "".join(f' {name}="{value}"' for name, value in pairs if _USUAL.get(name) != value)


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
