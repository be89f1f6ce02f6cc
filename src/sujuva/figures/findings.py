"""Findings: sentences about people that say what a figure or a row shows, made of published rows by the one rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from sujuva.figures.bound import plain
from sujuva.figures.judged import judged
from sujuva.figures.labels import Meta, ages_of, group_title
from sujuva.figures.language import Words
from sujuva.figures.specification import Sentence, View, say
from sujuva.figures.verdicts import HIDDEN, TOLD, UNKNOWN, Pair, Row, Verdict, Word, compared
from sujuva.published import SHOWN, chosen, row_of, rows_of

LARGEST = 2.0
"""A difference counts as at most so many times what matters: beyond that, size is no reason to go before others."""
CERTAINTY: Mapping[Word, float] = {"clear": 1.0, "slight": 0.7, "perhaps": 0.3, "same": 0.25}
"""What each word weighs; what cannot be told, or is hidden, is no finding."""
SURE: Mapping[str, Sentence] = {"slight": say("slightly "), "perhaps": say("perhaps ")}
WORK: Mapping[str, Sentence] = {
    "better": say(
        "In regions that began the work in {start}, children and young people have gained {sure}more than elsewhere."
    ),
    "worse": say(
        "In regions that began the work in {start}, children and young people have gained {sure}less than elsewhere."
    ),
    "same": say("In regions that began the work in {start}, children and young people have fared as elsewhere."),
    "unknown": say("It cannot be told yet whether a change comes from this work."),
}


@dataclass(frozen=True)
class Change:
    """How a declared fact of a region has changed.

    Attributes:
        info: The declaration of the fact.
        verdict: Judgement on the change; none of public statistics, and of a single year.
        first: The published row of the first year that is told.
        last: The published row of the latest year.
    """

    info: Mapping[str, Any]
    verdict: Verdict | None
    first: Row | None
    last: Row | None

    @property
    def score(self) -> float:
        """Return certainty × size against what matters × importance; 0 where nothing can be told."""
        return 0.0 if self.verdict is None else score_of(self.verdict, self.info["importance"])


def score_of(verdict: Verdict, importance: float) -> float:
    """Return what a finding is ranked by."""
    size = 1.0 if verdict.times is None else min(verdict.times, LARGEST)
    return CERTAINTY.get(verdict.word, 0.0) * size * importance


def fact_rows(view: View, info: Mapping[str, Any]) -> pl.DataFrame:
    """Return the published rows of a fact in the years of the study, of all regions, the network and the country."""
    same = (pl.col(name) == info[name] for name in ("indicator", "scale", "informant", "category"))
    since = pl.col("wave") >= min(view.meta["waves"], default=1)  # statistics may be older; wave 0 is all years
    return view.table(info["table"]).filter(*same, pl.col("group") == "all", since).sort("wave")


def change_of(view: View, info: Mapping[str, Any], rows: pl.DataFrame) -> Change:
    """Judge how a fact of the region of a page changed from the first year that is told to the latest.

    Args:
        view: The page.
        info: The declaration of the fact.
        rows: Its published rows: see `fact_rows`.
    """
    mine = rows.filter(pl.col("region") == view.region)
    first, last = _ends(mine)
    verdict = None
    # Statistics count everyone: nothing about them is due to chance.
    if last is not None and mine.height > 1 and info["table"] != "situation":
        if last["suppressed"] != SHOWN or (first is None and (mine.head(-1)["suppressed"] != SHOWN).any()):
            verdict = HIDDEN
        elif first is not None and last["estimate"] is not None:
            verdict = judged(view, first, last, beside=lambda: _pairs(view))
    return Change(info, verdict, first, last)


def _ends(mine: pl.DataFrame) -> tuple[Row | None, Row | None]:
    """Return the first row of a region that has a number, and the latest, whatever it has."""
    last = row_of(mine, -1) if mine.height else None
    earlier = mine.head(-1).filter(pl.col("estimate").is_not_null())
    return (row_of(earlier) if earlier.height else None), last


def _pairs(view: View) -> list[Pair]:
    """Return the first and the latest row of each declared fact of the region of a page that has both."""
    of = (fact_rows(view, info).filter(pl.col("region") == view.region)
          for info in view.meta["facts"] if info["table"] != "situation")  # fmt: skip
    found = [_ends(mine) for mine in of]
    return [(first, last) for first, last in found if first is not None and last is not None]


def largest(view: View, **about: object) -> str:
    """Say the finding with the highest score among the declared facts that are as told; "" without any.

    Args:
        view: The page.
        about: What the declaration has, such as `indicator="case_action_done"`; of a collection, one of it.
    """
    wanted = [one for one in view.meta["facts"] if all(_is(one[name], value) for name, value in about.items())]
    found = [change_of(view, info, fact_rows(view, info)) for info in wanted]
    for one in sorted(found, key=lambda one: -one.score):
        if one.score > 0 and one.verdict is not None and one.first is not None:
            return headline(view, one.info, one.verdict, one.first["wave"], place=True)
    return ""


def _is(fact: object, value: object) -> bool:
    return fact in value if isinstance(value, (list, tuple, set, frozenset)) else fact == value


def days_of(view: View) -> str:
    """Write the longest of the days of the promise."""
    days = [chosen(view.meta, "delay_days", place) for place in range(len(view.meta["delay_days"]))]
    return view.words.number(max(days)) if days else ""


def to_meeting(meta: Meta) -> bool:
    """Tell whether the ways of families are from a contact to a meeting, which the texts of the codebook speak of."""
    return (meta["case_start"], meta["case_end"]) == ("contact", "meeting")


def headline(view: View, info: Mapping[str, Any], verdict: Verdict, since: int, *, place: bool = False) -> str:
    """Say how a fact has changed, people first; "" where the verdict, or the codebook, has nothing to say.

    Args:
        view: The page.
        info: The declaration of the fact.
        verdict: How it has changed.
        since: The year it is compared with.
        place: Whether to name the region.
    """
    text = info.get(verdict.way or verdict.word)
    if not text or (info["days"] and not to_meeting(view.meta)):
        return ""
    return spoken(
        view.words.of(text), sure=sure_word(view, verdict), before=since, days=days_of(view),
        where=view.where if place else "",
    )  # fmt: skip


def spoken(text: str, **values: object) -> str:
    """Fill a sentence of the codebook; what an empty gap leaves of blanks goes, and it begins with a capital."""
    filled = re.sub(r"\s+([.,])", r"\1", re.sub(r" {2,}", " ", text.format(**values))).strip()
    return filled[:1].upper() + filled[1:]


def ends_told(words: Words, low: float, high: float, decimals: int = 0) -> str:
    """Write a range from the lowest to the highest; one number where they are written alike."""
    one = words.number(low, decimals)
    return one if plain(one) == plain(words.number(high, decimals)) else words.span(low, high, decimals)


def sure_word(view: View, verdict: Verdict) -> str:
    """Return "slightly " or "perhaps " with the blank behind it, or nothing, as sentences of the codebook take it."""
    return SURE[verdict.word](view) if verdict.word in SURE else ""


def work_row(view: View, scale: str) -> tuple[Row, Verdict] | None:
    """Return how much more those changed who began the work when the region of a page did, and the verdict on it.

    On other pages those who began first. Where regions moved apart before the start already, the years after tell
    nothing, and there is none.

    Args:
        view: The page.
        scale: The scale.
    """
    own = view.meta["coping"]["started"].get(view.region)
    starts = view.meta["coping"]["started"].values()
    start = own or min(starts, default=0)
    before = max((wave for wave in view.meta["waves"] if wave < start), default=0)
    rows = view.table("comparisons").filter(
        pl.col("scale") == scale, pl.col("category") == "", pl.col("suppressed") == SHOWN,
        pl.col("estimate").is_not_null(),
    )  # fmt: skip
    found = rows.filter(pl.col("comparison") == "did", pl.col("other_wave") == before).sort("wave")
    if found.is_empty():
        return None
    row = row_of(found, -1)
    earlier = rows.filter(pl.col("comparison") == "placebo", pl.col("wave") == before)
    if any(compared(one, view.meta).word in TOLD for one in rows_of(earlier)):
        return row, UNKNOWN
    return row, compared(row, view.meta)


def gap_headline(view: View, row: Row) -> str:
    """Say a difference between two groups, people first: among whom it is more or less, and than among whom."""
    more = row["estimate"] > 0
    values = {"group": among(view.words, row["group"]), "other": among(view.words, row["other_group"])}
    about: Mapping[str, Any] = next((one for one in view.meta["facts"] if one["scale"] == row["scale"]), {})
    if text := about.get("group_more" if more else "group_less"):
        return spoken(view.words.of(text), sure=sure_word(view, compared(row, view.meta)), **values)
    values |= {"scale": view.scale(row["scale"]), "sure": sure_word(view, compared(row, view.meta))}
    if more:
        return view.say("{scale}: {group} {sure}more than {other}.", **values)
    return view.say("{scale}: {group} {sure}less than {other}.", **values)


def among(words: Words, group: str) -> str:
    """Return among whom: of a group such as `gender:girl` "tytöillä", "hos flickor", "among girls"."""
    kind, _, code = group.rpartition(":")
    term = words.term(kind or "group", code)
    if term is not None and term.among is not None:
        return str(term.among[words.language])
    if ages := ages_of(group):
        return words.say("among those aged {ages}", ages=ages)
    return words.say("in the group “{group}”", group=group_title(group, words))


def work(view: View) -> tuple[str, Row, Verdict, Mapping[str, Any]] | None:
    """Say whether the work shows in the most important fact that can tell; None where regions were not compared.

    Returns:
        The sentence, the published difference in differences, the verdict on it, and the declaration of the fact.
    """
    for info in sorted(view.meta["facts"], key=lambda one: -one["importance"]):
        found = work_row(view, info["scale"]) if info["table"] == "parjaavyys" else None
        if found is not None:
            row, verdict = found
            start = min(wave for wave in view.meta["waves"] if wave > row["other_wave"])
            said = WORK[verdict.way or verdict.word]
            return view.say(said.msgid, sure=sure_word(view, verdict), start=start), row, verdict, info
    return None
