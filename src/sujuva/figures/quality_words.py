"""What forms, questions and flags of data quality are called, what a flag may mean and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sujuva.codebooks.area_statistics import STATISTICS
from sujuva.figures.labels import Meta, informant_title, scale_title, statistic_title
from sujuva.figures.language import NO_BREAK_HYPHEN, Words
from sujuva.published import ABOVE, BELOW, SHOWN


def instrument_title(meta: Meta, instrument: str, words: Words) -> str:
    """Return the title of an instrument; its key where no codebook describes it."""
    titles = (one["instrument_title"] for one in meta["scales"].values() if one.get("instrument") == instrument)
    return words.of(next(titles, None), instrument).replace("-", NO_BREAK_HYPHEN)


def form_title(meta: Meta, instrument: str, informant: str, words: Words) -> str:
    """Return the title of an instrument with who answered."""
    title = instrument_title(meta, instrument, words)
    return f"{title} ({informant_title(informant, words)})" if informant else title


def item_title(item: int, words: Words) -> str:
    """Return what to call a question."""
    return words.say("question {n}", n=item) if item else words.say("all questions")


def part_title(meta: Meta, about: str, part: str, words: Words) -> str:
    """Return the title of what a flag is about: a scale, a question, a statistic."""
    if part in meta["scales"]:
        return scale_title(meta, part, words)
    numbered = re.fullmatch(rf"(?:{re.escape(about.removeprefix('answers_'))}_)?(\d{{1,3}})", part)
    if numbered and about not in STATISTICS:
        return item_title(int(numbered.group(1)), words)
    return statistic_title(meta, part, words)


def about_title(meta: Meta, about: str, words: Words) -> str:
    """Return the title of an instrument or a table."""
    form = about.removeprefix("answers_")
    if any(one.get("instrument") == form for one in meta["scales"].values()):
        return instrument_title(meta, form, words)
    return words.title("table", about)


def flag_title(flag: str, words: Words) -> str:
    """Return what was noticed."""
    return words.title("flag", flag)


def flag_meaning(flag: str, words: Words) -> str:
    """Return what a flag may mean."""
    return words.sentence_of("flag", flag, "meaning")


def flag_advice(flag: str, words: Words) -> str:
    """Return what to do about a flag."""
    return words.sentence_of("flag", flag, "advice")


def flag_amount(row: Mapping[str, Any], words: Words) -> str:
    """Return how large a finding is: a share, a correlation, a jump, a number of names or areas."""
    if row["kind"] == "share" or row["estimate"] is None:
        return long(row, words)
    if row["kind"] == "titles":
        return words.say("{n} names", n=words.number(row["estimate"]))
    if row["kind"] == "areas":
        return words.say("areas: {n}", n=words.number(row["estimate"]))
    if row["flag"] == "negative_item":
        return words.say("correlation with the other questions {n}", n=words.number(row["estimate"], 2))
    if row["flag"] == "mean_jump":
        return words.say("{n} standard deviations", n=words.number(row["estimate"], 1))
    return words.number(row["estimate"], 1)


def long(row: Mapping[str, Any], words: Words) -> str:
    """Return a share in words: "12 %", "under 1 %", "over 98 %", "hidden"."""
    if row["suppressed"] != SHOWN or row["estimate"] is None:
        return words.say("not shown")
    share = words.percent(row["estimate"], 0)
    if row["bound"] == BELOW:
        return words.say("under {n}", n=share)
    return words.say("over {n}", n=share) if row["bound"] == ABOVE else share
