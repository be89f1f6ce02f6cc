"""What a multiverse says of a finding: sentences, titles of its choices, and how its numbers are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from sujuva.figures import Words
from sujuva.figures.labels import (
    Meta,
    band_title,
    indicator_title,
    informant_title,
    manner,
    region_title,
    relation_title,
    scale_title,
)
from sujuva.figures.norms import norms_title
from sujuva.multiverse.computed import Told
from sujuva.multiverse.declared import Finding
from sujuva.published import SHOWN


@dataclass(frozen=True)
class Said:
    """The words of one finding in one language.

    Attributes:
        told: The finding.
        meta: Metadata of what is published.
        words: The reader's language.
    """

    told: Told
    meta: Meta
    words: Words

    @property
    def finding(self) -> Finding:
        """Its address."""
        return self.told.finding

    @property
    def subject(self) -> str:
        """What changed, where, and between which years."""
        one, words = self.finding, self.words
        if one.of_persons:
            what = scale_title(self.meta, one.scale, words)
            if one.category:
                what = words.say("{scale}, share: {band}", scale=what, band=self._band)
            who = informant_title(one.informant, words)
            what = f"{what}, {words.inside(who)}" if who else what
        else:
            what = f"{relation_title(one.scale, words, self.meta)}: {words.inside(self._measure)}"
        return f"{what}, {words.inside(region_title(self.meta, one.region, words))}, {one.other_wave}–{one.wave}"

    @property
    def _band(self) -> str:
        return band_title(self.meta, self.finding.scale, self.finding.category, self.words)

    @property
    def _measure(self) -> str:
        return indicator_title(self.meta, self.finding.category, self.words)

    @property
    def info(self) -> Mapping[str, Any]:
        """How its numbers are written."""
        one = self.finding
        if one.of_persons:
            indicator = "band_share" if one.category else "score_mean"
            return manner(self.meta, {"indicator": indicator, "scale": one.scale, "n": 1})
        return manner(self.meta, {"indicator": one.category, "scale": one.scale, "n": 1})

    @property
    def sentences(self) -> list[str]:
        """What is found: under how many ways it holds, what the others say, and what is not told."""
        return [one for one in self._sentences() if one]

    def _sentences(self) -> Iterator[str]:
        words, told = self.words, self.told.told
        if not self.told.way:
            yield words.say("This finding is not shown, to protect privacy, and so no way of computing it is.")
            return
        counts = {"holds": words.number(self.told.holds), "ways": words.number(told.height)}
        yield {
            "rose": words.say("It rose: that holds under {holds} of {ways} ways of computing it.", **counts),
            "fell": words.say("It fell: that holds under {holds} of {ways} ways of computing it.", **counts),
            "unclear": words.say(
                "Whether it changed cannot be told: that holds under {holds} of {ways} ways of computing it.", **counts
            ),
        }[self.told.way]
        others = told.filter(pl.col("way") != self.told.way).group_by("way").len().sort("way")
        for way, number in others.iter_rows():
            yield {
                "rose": words.say("Ways under which it rose: {n}.", n=words.number(number)),
                "fell": words.say("Ways under which it fell: {n}.", n=words.number(number)),
                "unclear": words.say("Ways under which it cannot be told: {n}.", n=words.number(number)),
            }[way]
        hidden = self.told.table.height - told.height
        if hidden:
            privacy = self.meta["privacy"]
            few = privacy["threshold"] if self.finding.of_persons else privacy["organisation_threshold"]
            values = {"n": words.number(hidden), "few": words.number(few)}
            untold = self._untold()
            if untold:
                yield words.say("No way with this is told: {alternatives}.", alternatives="; ".join(untold))
            yield {
                True: words.say(
                    "Ways that are not told: {n}. They would differ from others in fewer than {few} persons, or "
                    "compare with what is not shown.",
                    **values,
                ),
                False: words.say(
                    "Ways that are not told: {n}. They would differ from others in fewer than {few} pairs of "
                    "organisations, or compare with what is not shown.",
                    **values,
                ),
            }[self.finding.of_persons]
        if not self.told.design.whole:
            yield words.say(
                "Of {possible} combinations {n} were computed: each alternative alone, and others drawn by lot.",
                possible=words.number(self.told.design.possible), n=words.number(self.told.table.height),
            )  # fmt: skip

    def _untold(self) -> list[str]:
        """Return the alternatives with which no way is told."""
        shown = self.told.table["suppressed"] == SHOWN
        chosen = self.told.design.specifications
        every = dict.fromkeys(pair for one in chosen for pair in one.items())
        told = {pair for one, seen in zip(chosen, shown, strict=True) if seen for pair in one.items()}
        return [
            f"{self.words.inside(self.choice(name))}: {self.value(name, value)}"
            for name, value in every if (name, value) not in told
        ]  # fmt: skip

    def choice(self, key: str) -> str:
        """Return the title of a choice."""
        return self.words.title("choice", key)

    def value(self, choice: str, value: str) -> str:
        """Return the title of a value of a choice."""
        words = self.words
        if choice == "norms":
            return norms_title(value, words)
        if choice == "reference_wave":
            return value
        if choice == "tie_from":
            return words.say("from {rating} on", rating=value)
        return words.title(choice, value)

    def written(self, value: float) -> str:
        """Write a value of the axis."""
        percent, places = bool(self.info.get("percent")), range(4)
        number = round(100 * value if percent else value, 6)
        return self.words.number(number, next((one for one in places if round(number, one) == number), 3))

    @property
    def unit(self) -> str:
        """What the values of the axis are."""
        words = self.words
        if self.info.get("percent"):
            return words.say("Change in percentage points, with its {level} interval", level=self._level)
        return words.say("Change, with its {level} interval", level=self._level)

    @property
    def _level(self) -> str:
        return self.words.percent(self.meta["confidence"], 0)

    @property
    def caption(self) -> str:
        """What the figure shows, and what its marks mean."""
        words = self.words
        lines = [
            words.say(
                "Each column is one way of computing the same change, in the order of its size: above the change with "
                "its {level} interval, beneath which choices made it. The grey column is the published number.",
                level=self._level,
            )
        ]
        if self.finding.of_persons:
            lines.append(
                words.say(
                    "Other ways than the published one are told in coarse steps, their intervals outwards, so that two "
                    "of them give away nothing about a few persons; the mark says which way the exact interval lies."
                )
            )
        return "\n".join(lines)
