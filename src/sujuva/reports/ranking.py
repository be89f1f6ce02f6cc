"""At most three findings for the page of a region: what is sure, large and important, in sentences about people.

Score = certainty × size against what matters × importance. Whether the work shows comes first where it can be told; of
each page one finding is enough. What is not clear gives its place to a weakness of the data or an open question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.catalogue.change import gap_rows
from sujuva.figures.inflection import where
from sujuva.figures.labels import ages_of, group_title, manner
from sujuva.figures.language import Words
from sujuva.figures.specification import Sentence, View, say
from sujuva.figures.verdicts import TOLD, Verdict, Word, compared
from sujuva.published import LEAST, SHOWN
from sujuva.reports.facts import Cell, Fact, days_of, facts, text_of, to_meeting
from sujuva.reports.tables import Row

MOST = 3
_LARGEST = 2.0
"""A difference counts as at most so many times what matters: beyond that, size is no reason to go before others."""
CERTAINTY: Mapping[Word, float] = {"clear": 1.0, "slight": 0.7, "perhaps": 0.3, "same": 0.25}
"""What each word weighs; what cannot be told, or is hidden, is no finding."""
_DOUBTED = 0.4
"""What a doubt about the data leaves of a score."""
_GAP_WEIGHS = 1.5
_MANY = 0.25
"""Share of agreed actions without a known outcome from which on it is a weakness to talk about."""
_NEAR = 0.03
SURE: Mapping[str, Sentence] = {"slight": say("slightly "), "perhaps": say("perhaps ")}
_WORK: Mapping[str, Sentence] = {
    "better": say(
        "In regions that began the work in {start}, children and young people have gained {sure}more than elsewhere."
    ),
    "worse": say(
        "In regions that began the work in {start}, children and young people have gained {sure}less than elsewhere."
    ),
    "same": say("In regions that began the work in {start}, children and young people have fared as elsewhere."),
}
_UNKNOWN_OUTCOME = {
    2: say("Of every other agreed action nobody knows whether it was carried out."),
    3: say("Of every third agreed action nobody knows whether it was carried out."),
    4: say("Of every fourth agreed action nobody knows whether it was carried out."),
    0: say("Of many agreed actions nobody knows whether they were carried out."),
}


@dataclass(frozen=True)
class Finding:
    """A finding.

    Attributes:
        key: What it is about: a fact, "work", "gap" or a weakness.
        headline: What was found, people first.
        text: The number in everyday words, with its scale.
        ask: What to talk about.
        verdict: How sure it is; none of a level, which is as it is.
        topic: Page that it leads to.
        cell: The published cell of its number.
        doubt: Whether there are remarks on the quality of the data behind it.
        score: What it is ranked by.
    """

    key: str
    headline: str
    text: str
    ask: str
    verdict: Verdict | None
    topic: str
    cell: Cell
    doubt: bool = False
    score: float = field(default=0.0, compare=False)


def findings(view: View) -> list[Finding]:
    """Return at most three findings of a region, or of the network, the first one first; none without data."""
    rows = facts(view)
    work, unclear = _work(view)
    if view.region != NETWORK and view.region not in view.meta["coping"]["started"]:
        unclear = None  # where the work has not begun, nothing can come from it
    ranked = sorted([*_changes(view, rows, unclear=unclear is not None), *_gap(view)], key=lambda one: -one.score)
    chosen: list[Finding] = [] if work is None else [work]
    for one in ranked:
        if one.topic not in {other.topic for other in chosen}:
            chosen.append(one)
    kept = [one for place, one in enumerate(chosen[:MOST]) if place < MOST - 1 or _clear(one)]
    open_ = [one for one in (_outcomes(view, rows), unclear, _silent(view, rows)) if one is not None]
    told = [*kept, *open_[: MOST - len(kept)]]
    return told if len(told) == MOST else [*told, *chosen[len(kept) : len(kept) + MOST - len(told)]]


def doubt_sentence(findings_: list[Finding], words: Words) -> str:
    """Say once that there are remarks on the data behind some findings; nothing where there are none."""
    if not any(one.doubt for one in findings_):
        return ""
    return words.say("There are remarks on the quality of some of this data: a change may come from the form.")


def certainty_title(verdict: Verdict, words: Words) -> str:
    """Return how sure a finding is, alone, such as "clear"."""
    return words.title("certainty", verdict.word)


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
    if not text or (info["days"] and not to_meeting(view)):
        return ""
    return spoken(
        view.words.of(text), sure=_sure(view, verdict), before=since, days=days_of(view),
        where=where(view.meta, view.region, view.words) if place else "",
    )  # fmt: skip


def spoken(text: str, **values: object) -> str:
    """Fill a sentence of the codebook; what an empty gap leaves of blanks goes, and it begins with a capital."""
    filled = re.sub(r"\s+([.,])", r"\1", re.sub(r" {2,}", " ", text.format(**values))).strip()
    return filled[:1].upper() + filled[1:]


def _sure(view: View, verdict: Verdict) -> str:
    return SURE[verdict.word](view) if verdict.word in SURE else ""


def _clear(one: Finding) -> bool:
    return one.verdict is not None and one.verdict.word == "clear"


def _score(verdict: Verdict, importance: float, *, doubt: bool = False) -> float:
    size = 1.0 if verdict.times is None else min(verdict.times, _LARGEST)
    return CERTAINTY[verdict.word] * size * importance * (_DOUBTED if doubt else 1.0)


def _changes(view: View, rows: list[Fact], *, unclear: bool) -> Iterator[Finding]:
    """Yield a finding of each fact whose change can be told."""
    for one in rows:
        verdict = one.verdict
        if verdict is None or verdict.word not in CERTAINTY or one.since is None:
            continue
        said = headline(view, one.info, verdict, one.since)
        if not said:
            continue
        text = _numbers(view, one)
        if unclear and one.topic == "coping" and verdict.word in TOLD:
            text += " " + view.say("Whether it comes from this work cannot be told yet.")
        yield Finding(
            one.key, said, text, view.words.of(one.info["ask"]).format(days=days_of(view)), verdict, one.topic,
            one.cells.get("change", one.cells["value"]), one.doubt, _score(verdict, one.importance, doubt=one.doubt),
        )  # fmt: skip


def _numbers(view: View, one: Fact) -> str:
    """Say the latest number and the first, with a decimal more where they would look the same and are not."""
    first, last = one.before, one.value
    if first == last and one.verdict is not None and one.verdict.word in TOLD:
        first, last = (text_of(view, one.info, row, more=1) for row in (one.first, one.last))
    scale = view.meta["scales"].get(one.info["scale"])
    return spoken(
        view.words.of(one.info["number"]), first=first, last=last, before=one.since, year=one.year, days=days_of(view),
        scale=view.words.span(*scale["range"]) if scale else "",
    )  # fmt: skip


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
    before = max((wave for wave in view.meta["waves"] if wave < start), default=None)
    rows = view.table("comparisons").filter(
        pl.col("scale") == scale, pl.col("category") == "", pl.col("suppressed") == SHOWN,
        pl.col("estimate").is_not_null(),
    )  # fmt: skip
    found = rows.filter(pl.col("comparison") == "did", pl.col("other_wave") == before).sort("wave")
    if found.is_empty():
        return None
    row = found.row(-1, named=True)
    earlier = rows.filter(pl.col("comparison") == "placebo", pl.col("wave") == before)
    if any(compared(one, view.meta).word in TOLD for one in earlier.iter_rows(named=True)):
        return row, Verdict("unknown")
    return row, compared(row, view.meta)


def _work(view: View) -> tuple[Finding | None, Finding | None]:
    """Return whether the work shows in the most important fact that can tell: as a finding, or as an open question."""
    for info in sorted(view.meta["facts"], key=lambda one: -one["importance"]):
        found = work_row(view, info["scale"]) if info["table"] == "parjaavyys" else None
        if found is None:
            continue
        row, verdict = found
        shown = manner(view.meta, {"indicator": "score_mean", "scale": row["scale"]})
        values = {
            "title": view.words.of(info["title"]),
            "scale": view.words.span(*view.meta["scales"][row["scale"]]["range"]),
            "size": view.words.number(abs(row["estimate"]), int(shown.get("decimals", 1))),
        }  # fmt: skip
        cell, ask = Cell.of("comparisons", row), view.say("What else happened in these regions at the same time?")
        text = view.say("{title}: the change differs by {size} points (scale {scale}). Regions are few.", **values)
        if (verdict.way or verdict.word) in _WORK:
            said = view.say(
                _WORK[verdict.way or verdict.word].msgid,
                sure=_sure(view, verdict), start=min(w for w in view.meta["waves"] if w > row["other_wave"]),
            )  # fmt: skip
            return Finding("work", said, text, ask, verdict, "change", cell, score=_score(verdict, 9)), None
        said = view.say("It cannot be told yet whether a change comes from this work.")
        text = view.say(
            "{title}: the change in regions that began differs by {size} points from that of the others (scale "
            "{scale}), which may be chance.",
            **values,
        )
        return None, Finding("work", said, text, ask, Verdict("unknown"), "change", cell)
    return None, None


def _gap(view: View) -> Iterator[Finding]:
    """Yield the largest difference between two groups that are both large enough to be remembered."""
    rows = gap_rows(view.table("comparisons"), view.meta, region=view.region)
    rows = rows.filter("sure", pl.min_horizontal("n", "other_n") >= LEAST)
    for row in rows.head(1).iter_rows(named=True):
        verdict = compared(row, view.meta)
        shown = manner(view.meta, {"indicator": "score_mean", "scale": row["scale"]})
        span = view.words.span(*view.meta["scales"][row["scale"]]["range"])
        yield Finding(
            "gap", gap_headline(view, row),
            view.say(
                "The difference is {size} points (scale {scale}).",
                size=view.words.number(abs(row["estimate"]), int(shown.get("decimals", 1))), scale=span,
            ),
            view.say("What do they need that others already have?"), verdict, "differences",
            Cell.of("comparisons", row), score=_score(verdict, _GAP_WEIGHS),
        )  # fmt: skip


def gap_headline(view: View, row: Row) -> str:
    """Say a difference between two groups, people first: among whom it is more or less, and than among whom."""
    more = row["estimate"] > 0
    values = {"group": among(view.words, row["group"]), "other": among(view.words, row["other_group"])}
    about: Mapping[str, Any] = next((one for one in view.meta["facts"] if one["scale"] == row["scale"]), {})
    if text := about.get("group_more" if more else "group_less"):
        return spoken(view.words.of(text), sure=_sure(view, compared(row, view.meta)), **values)
    values |= {"scale": view.scale(row["scale"]), "sure": _sure(view, compared(row, view.meta))}
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


def _outcomes(view: View, rows: list[Fact]) -> Finding | None:
    """Return that of many agreed actions nobody knows what became of them, where it is so in the latest year."""
    last = view.table("integration").filter(
        pl.col("indicator") == "case_action_unknown", pl.col("region") == view.region, pl.col("group") == "all",
        pl.col("wave") > 0,
    ).sort("wave")  # fmt: skip
    for row in last.tail(1).iter_rows(named=True):
        share = row["estimate"]
        if share is None or share < _MANY or not any(one.info["table"] == "integration" for one in rows):
            return None
        part = next((one for one in (2, 3, 4) if abs(share - 1 / one) <= _NEAR + 1e-9), 0)
        return Finding(
            "outcomes", _UNKNOWN_OUTCOME[part](view),
            view.say(
                "Of a hundred agreed actions of {year}, the outcome of {n} is not known.",
                n=view.words.number(100 * share), year=row["wave"],
            ),
            view.say("Who writes down what became of what was agreed, and when?"), None, "families",
            Cell.of("integration", row),
        )  # fmt: skip
    return None


def _silent(view: View, rows: list[Fact]) -> Finding | None:
    """Return that of most facts nobody can tell whether they changed, where it is so."""
    judged_ = [one for one in rows if one.verdict is not None]
    silent = [one for one in judged_ if one.verdict is not None and one.verdict.word == "unknown"]
    if not silent or 2 * len(silent) <= len(judged_):
        return None
    named = view.words.listed([one.title for one in silent])
    return Finding(
        "silent", view.say("Of most things it cannot be told whether they have changed."),
        view.say("It cannot be told of these: {facts}.", facts=named),
        view.say("How could more children, families and partners be asked?"), Verdict("unknown"), silent[0].topic,
        silent[0].cells["value"],
    )  # fmt: skip
