"""Marks beside each other that look alike say their looks once, in a group; straight lines say one number a step.

What uses a mark does not say what the mark says itself, and usual texts say neither size nor colour: a quarter of all.
Looks of a group are inherited (SVG 2, 6.1), and a clipping path of a group clips all of it alike. Nothing moves: no
group has a transformation, and what has one of its own stays outside, since that would move its clipping path too.
"""

from __future__ import annotations

import re
from itertools import groupby

from sujuva.figures.theme import INK, TEXT

_MARK = re.compile(r"<(?:path|use|text) [^>]*(?:/>|>[^<]*</text>)")
_PIECE = re.compile(rf"{_MARK.pattern}|<[^>]*>|[^<]+")
_LOOK = re.compile(r' (?:fill|stroke|stroke-width|stroke-linecap|stroke-linejoin|stroke-dasharray|clip-path)="[^"]*"')
_OWN = re.compile(r" (?:id|transform)=")
_PATH = re.compile(r' d="([^"]*)"')
_STEP = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_GROUP = len("<g></g>")
_DEFINED = re.compile(r'<path(?= )[^>]*? id="([^"]+)"[^>]*>')
_USE = re.compile(r'<use xlink:href="#([^"]+)"[^>]*>')
_SIZE, _INK = f' font-size="{TEXT:g}"', f' fill="{INK}"'
USUAL = f"{_SIZE}{_INK}"
"""Size and colour of texts that say none, as the whole drawing says them."""
_TEXT = re.compile(r"<text [^>]*>")


def gathered(text: str) -> str:
    """Return a drawing whose marks of the same looks, where they follow each other, stand in a group of these looks."""
    own = {one[1]: {look.partition("=")[0] for look in _LOOK.findall(one[0])} for one in _DEFINED.finditer(text)}
    text = _USE.sub(lambda use: _used(use, own), text)
    text = _TEXT.sub(lambda tag: tag[0].replace(_SIZE, "").replace(_INK, ""), text)
    written = []
    for looks, run in groupby(_PIECE.findall(_PATH.sub(_straight, text)), key=_looks):
        pieces = list(run)
        if len(pieces) * len(looks) > len(looks) + _GROUP:
            pieces = [f"<g{looks}>", *map(_bare, pieces), "</g>"]
        written += pieces
    return "".join(written)


def _used(use: re.Match[str], own: dict[str, set[str]]) -> str:
    """Return the use of a mark without the looks that the mark has itself, since those hold."""
    said = own.get(use[1], set()) - {" clip-path"}
    return _LOOK.sub(lambda look: "" if look[0].partition("=")[0] in said else look[0], use[0])


def _looks(piece: str) -> str:
    """Return the looks of a mark that may stand in a group; "" of everything else."""
    start = piece.partition(">")[0]
    if not _MARK.fullmatch(piece) or _OWN.search(start):
        return ""
    looks = "".join(_LOOK.findall(start))
    return "" if piece.startswith("<use") and "clip-path" in looks else looks  # its place moves its clipping path


def _bare(mark: str) -> str:
    """Return a mark without its looks; what it says stays."""
    start, end, rest = mark.partition(">")
    return f"{_LOOK.sub('', start)}{end}{rest}"


def _straight(path: re.Match[str]) -> str:
    """Return a path (absolute steps) whose level and upright lines tell only where they end."""
    written, at = [], ["", ""]
    for step, numbers in _STEP.findall(path[1]):
        to = numbers.split()
        if step == "L" and len(to) == len(at) and to[1] == at[1]:
            written.append(f"H{to[0]}")
        elif step == "L" and len(to) == len(at) and to[0] == at[0]:
            written.append(f"V{to[1]}")
        else:
            written.append(f"{step}{numbers}")
        at = to[-2:] if step in "MLCQ" and len(to) > 1 else ["", ""]
    return f' d="{"".join(written)}"'
