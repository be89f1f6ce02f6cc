"""What forms, questions and flags of data quality are called, what a flag may mean and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sujuva.figures.heat import long
from sujuva.figures.labels import Meta, informant_title, scale_title
from sujuva.figures.language import NO_BREAK_HYPHEN, Words


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
    if numbered and about != "area_indicators":
        return item_title(int(numbered.group(1)), words)
    return str(meta["areas"].get("titles", {}).get(part, part))


def about_title(meta: Meta, about: str, words: Words) -> str:
    """Return the title of an instrument or a table."""
    known = {
        "area_indicators": words.say("public statistics"),
        "case_events": words.say("cases of families"),
        "feedback": words.say("feedback of participants"),
        "organisations": words.say("organisations"),
        "ties": words.say("ties of organisations"),
        "respondents": words.say("respondents"),
    }
    return known.get(about) or instrument_title(meta, about.removeprefix("answers_"), words)


def flag_title(flag: str, reason: str, words: Words) -> str:
    """Return what was noticed; the English reason of the ledger where the flag has no title."""
    known = {
        "straight_lining": words.say("The same answer to every question"),
        "all_missing": words.say("Every question left blank"),
        "too_fast": words.say("Answered remarkably fast"),
        "negative_item": words.say("A question runs against the others"),
        "mean_jump": words.say("The mean jumped from one year to the next"),
        "title_changed": words.say("One id, several names"),
    }
    return known.get(flag, reason or flag)


def flag_meaning(flag: str, words: Words) -> str:
    """Return what a flag may mean."""
    known = {
        "straight_lining": words.say(
            "Some may have answered without reading. On a short form it can also be a true answer."
        ),
        "all_missing": words.say("The form was opened or returned, but not answered. It gives no score."),
        "too_fast": words.say("The questions may not have been read."),
        "negative_item": words.say(
            "The answers may be coded the wrong way round in the file, or the question was understood differently."
        ),
        "mean_jump": words.say(
            "So large a change is seldom real: the form, the coding or who was asked may have changed."
        ),
        "title_changed": words.say("The question or statistic may have changed, so years may not be comparable."),
    }
    return known.get(flag, "")


def flag_advice(flag: str, words: Words) -> str:
    """Return what to do about a flag."""
    known = {
        "straight_lining": words.say("The answers are kept. If the share is large, read the results with care."),
        "all_missing": words.say("If the share is large, ask how the survey was handed out."),
        "too_fast": words.say("The answers are kept. If the share is large, compare the results without them."),
        "negative_item": words.say("Check how the question is coded in the description of the source."),
        "mean_jump": words.say("Check the file and the form of that year before you speak of a change."),
        "title_changed": words.say("Compare the names in the source files before you compare years."),
    }
    return known.get(flag, "")


def flag_amount(row: Mapping[str, Any], words: Words) -> str:
    """Return how large a finding is: a share, a correlation, a jump, a number of names."""
    if row["kind"] == "share" or row["estimate"] is None:
        return long(row, words)
    if row["kind"] == "titles":
        return words.say("{n} names", n=words.number(row["estimate"]))
    if row["flag"] == "negative_item":
        return words.say("correlation with the other questions {n}", n=words.number(row["estimate"], 2))
    if row["flag"] == "mean_jump":
        return words.say("{n} standard deviations", n=words.number(row["estimate"], 1))
    return words.number(row["estimate"], 1)
