"""Figures that are drawn by functions of their own, told as the catalogue tells its figures."""

# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sujuva.figures import Picture, networks
from sujuva.figures.agreed import agreed
from sujuva.figures.beside import beside
from sujuva.figures.delays import delays, promise
from sujuva.figures.depth import depth
from sujuva.figures.families import at_table, families
from sujuva.figures.feedback import feedback
from sujuva.figures.partners import partners
from sujuva.figures.presence import presence
from sujuva.figures.profile import profile
from sujuva.figures.referrals import referrals
from sujuva.figures.specification import View
from sujuva.figures.survival import survival
from sujuva.figures.trust import trust
from sujuva.figures.waits import waits

_FAMILY = ("indicator", "of", "region", "wave", "estimate", "interval", "n")


def _several(name: str, draw: Callable[..., Any]) -> Callable[[View], list[Picture]]:
    return lambda view: [
        one for one in (draw(view.table(name), view.meta, view.words, regions=list(view.regions)),) if one is not None
    ]


def _single(name: str, draw: Callable[..., Any]) -> Callable[[View], list[Picture]]:
    return lambda view: [
        one for one in (draw(view.table(name), view.meta, view.words, region=view.region),) if one is not None
    ]


def _some(draw: Callable[[View], Any]) -> Callable[[View], list[Picture]]:
    return lambda view: [one for one in (draw(view),) if one is not None]


OLDER: dict[str, tuple[Callable[[View], list[Picture]], Sequence[str], str]] = {
    "profile": (
        _several("integration", profile),
        ("dimension", "region", "wave", "place", "estimate", "interval", "n"), "indicators",
    ),
    "partners": (
        lambda v: partners(v.table("integration"), v.meta, v.words, regions=list(v.regions)),
        ("indicator", "condition", "region", "wave", "estimate", "interval", "n"), "indicators",
    ),
    "feedback": (_single("integration", feedback), ("scale", "group", "wave", "estimate", "interval", "n"), "indicators"),
    "networks": (
        lambda v: networks(
            v.table("nodes"), v.table("edges"), v.meta, v.words, region=v.region, actors=v.table("actors"),
            integration=v.table("integration"),
        ),
        (), "others",
    ),
    "depth": (
        _several("integration", depth), ("relation", "indicator", "region", "wave", "estimate", "n"), "indicators"
    ),
    "trust": (_several("integration", trust), ("indicator", "part", "region", "wave", "estimate", "n"), "indicators"),
    "presence": (
        _some(lambda v: presence(v.table("presence"), v.table("nodes"), v.meta, v.words, region=v.region)), (), "others"
    ),
    "delays": (
        _some(lambda v: delays(v.table("delays"), v.table("integration"), v.meta, v.words, region=v.region)), (), "others"
    ),
    "promise": (_several("integration", promise), ("days", "region", "wave", "estimate", "n"), "indicators"),
    "survival": (_several("survival", survival), (), "others"),
    "waits": (
        _several("integration", waits), ("wait", "indicator", "region", "estimate", "interval", "n"), "indicators"
    ),
    "families": (_several("integration", families), _FAMILY, "indicators"),
    "at_table": (_several("integration", at_table), _FAMILY, "indicators"),
    "agreed": (_several("integration", agreed), _FAMILY, "indicators"),
    "referrals": (_single("integration", referrals), ("source", "target", "wave", "estimate"), "indicators"),
    "beside": (_single("beside", beside), (), "others"),
}  # fmt: skip
