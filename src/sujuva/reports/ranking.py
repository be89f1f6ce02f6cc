"""At most three findings for the page of a region: what is sure, large and important, in sentences about people.

Score = certainty × size against what matters × importance. Whether the work shows comes first where it can be told; of
each page one finding is enough. What is not clear gives its place to a weakness of the data or an open question.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.catalogue.change import gap_rows
from sujuva.figures.findings import CERTAINTY, days_of, gap_headline, headline, score_of, spoken, work
from sujuva.figures.labels import manner, range_of
from sujuva.figures.language import Words
from sujuva.figures.specification import View, say
from sujuva.figures.verdicts import TOLD, UNKNOWN, Verdict, compared
from sujuva.published import LEAST, rows_of
from sujuva.reports.facts import Cell, Fact, facts, text_of

MOST = 3
_DOUBTED = 0.4
"""What a doubt about the data leaves of a score."""
_GAP_WEIGHS, _FIRST = 1.5, 9
_MANY = 0.25
"""Share of agreed actions without a known outcome from which on it is a weakness to talk about."""
_NEAR = 0.03
_BY = {
    "better": say(
        "{title}: {size} points more than elsewhere (scale {scale}). Regions are few: it may be something else."
    ),
    "worse": say(
        "{title}: {size} points less than elsewhere (scale {scale}). Regions are few: it may be something else."
    ),
    "same": say("{title}: the change differs by {size} points (scale {scale})."),
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


def findings(view: View, rows: list[Fact] | None = None) -> list[Finding]:
    """Return at most three findings of a region, or of the network, the first one first; none without data.

    Args:
        view: The page.
        rows: Its facts, where they are there already.
    """
    rows = facts(view) if rows is None else rows
    work, unclear = _work(view)
    if view.region != NETWORK and view.region not in view.meta["coping"]["started"]:
        unclear = None  # where the work has not begun, nothing can come from it
    ranked = sorted([*_changes(view, rows, unclear=unclear is not None), *_gap(view)], key=lambda one: -one.score)
    chosen: list[Finding] = [] if work is None else [work]
    for one in ranked:
        if one.topic not in {other.topic for other in chosen}:
            chosen.append(one)
    kept = [one for place, one in enumerate(chosen[:MOST]) if place < MOST - 1 or _clear(one)]
    topics = {one.topic for one in kept}
    questions = (_main_question(view, rows, topics), _outcomes(view, rows), unclear, _silent(view, rows))
    open_ = [one for one in questions if one is not None]
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


def _clear(one: Finding) -> bool:
    return one.verdict is not None and one.verdict.word == "clear"


def _score(verdict: Verdict, importance: float, *, doubt: bool = False) -> float:
    return score_of(verdict, importance) * (_DOUBTED if doubt else 1.0)


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
        scale=view.words.span(*range_of(view.meta, "scales", one.info["scale"])) if scale else "",
    )  # fmt: skip


def _work(view: View) -> tuple[Finding | None, Finding | None]:
    """Return whether the work shows, as a finding; or that it cannot be told, as an open question."""
    found = work(view)
    if found is None:
        return None, None
    said, row, verdict, info = found
    shown = manner(view.meta, {"indicator": "score_mean", "scale": row["scale"]})
    values = {
        "title": view.words.of(info["title"]),
        "scale": view.words.span(*range_of(view.meta, "scales", row["scale"])),
        "size": view.words.number(abs(row["estimate"]), int(shown.get("decimals", 1))),
    }
    cell, ask = Cell.of("comparisons", row), view.say("What else happened in these regions at the same time?")
    if verdict.word in CERTAINTY:
        text = view.say(_BY[verdict.way or verdict.word].msgid, **values)
        return Finding("work", said, text, ask, verdict, "change", cell, score=_score(verdict, _FIRST)), None
    text = view.say(
        "{title}: the change in regions that began differs by {size} points from that of the others (scale {scale}), "
        "which may be chance.",
        **values,
    )
    return None, Finding("work", said, text, ask, UNKNOWN, "change", cell)


def _gap(view: View) -> Iterator[Finding]:
    """Yield the largest difference between two groups that are both large enough to be remembered."""
    rows = gap_rows(view.table("comparisons"), view.meta, region=view.region)
    rows = rows.filter("sure", pl.min_horizontal("n", "other_n") >= LEAST)
    for row in rows_of(rows.head(1)):
        verdict = compared(row, view.meta)
        shown = manner(view.meta, {"indicator": "score_mean", "scale": row["scale"]})
        span = view.words.span(*range_of(view.meta, "scales", row["scale"]))
        yield Finding(
            "gap", gap_headline(view, row),
            view.say(
                "The difference is {size} points (scale {scale}).",
                size=view.words.number(abs(row["estimate"]), int(shown.get("decimals", 1))), scale=span,
            ),
            view.say("Do those who have it hardest get help?"), verdict, "differences",
            Cell.of("comparisons", row), score=_score(verdict, _GAP_WEIGHS),
        )  # fmt: skip


def _main_question(view: View, rows: list[Fact], told: set[str]) -> Finding | None:
    """Return that the most important fact cannot be told, where that is so and its page has no other finding."""
    main = max((one["importance"] for one in view.meta["facts"]), default=0)
    one = next((row for row in rows if row.importance == main), None)
    if one is None or one.verdict != UNKNOWN or one.topic in told or not one.info["number"]:
        return None
    return Finding(
        one.key, view.say("{title}: it cannot be told yet whether it has changed.", title=one.title),
        _numbers(view, one),
        view.say("How could more children, families and partners be asked?"), UNKNOWN, one.topic, one.cells["value"],
    )  # fmt: skip


def _outcomes(view: View, rows: list[Fact]) -> Finding | None:
    """Return that of many agreed actions nobody knows what became of them, where it is so in the latest year."""
    last = view.table("integration").filter(
        pl.col("indicator") == "case_action_unknown", pl.col("region") == view.region, pl.col("group") == "all",
        pl.col("wave") > 0,
    ).sort("wave")  # fmt: skip
    for row in rows_of(last.tail(1)):
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
        view.say("How could more children, families and partners be asked?"), UNKNOWN, silent[0].topic,
        silent[0].cells["value"],
    )  # fmt: skip
