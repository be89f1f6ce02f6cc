"""Files that are not about respondents: events, discussions, ties, organisations, what partners say, statistics."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from sujuva.cleaning.transitions import COMPLETE, judge, transition_column
from sujuva.codebooks import Instrument, of_partners
from sujuva.intake import words
from sujuva.intake.columns import Facts
from sujuva.intake.guess import GUESS, LIKELY, OPEN, WEAK, DraftFeed, Guess, slug
from sujuva.intake.items import Found, find_instruments
from sujuva.intake.roles import Drafting, dates, known_share
from sujuva.intake.said import interviews, trainings
from sujuva.intake.spans import span_beside
from sujuva.intake.words import key_of, words_of
from sujuva.sources.times import of_days
from sujuva.tables import LEVELS, CaseEvents, LpTopics, all_about
from sujuva.tables.lp import TOPIC

_SHARED = 0.3
"""Share of the actors at one end of the ties that must be at the other, too."""
_MOST = 0.9
_WHERE = ("wave", "region", "municipality", "unit", "age_group")
"""Columns of discussions that are told as in any other table; the names of all others mean something else there."""


def things(
    facts: Sequence[Facts], text: pl.DataFrame, file: str, instruments: Mapping[str, Instrument]
) -> DraftFeed | None:
    """Return the feed of a file that is not about respondents, or None."""
    return (
        _partner_ratings(facts, file, instruments)
        or _rubric(facts, file)
        or _service_parts(facts, file)
        or _method_reach(facts, file)
        or _child_budgets(facts, file)
        or _attendance(facts, text, file)
        or _observations(facts)
        or _called(
            "initiatives",
            facts,
            ("initiative", "date", "status"),
            ("initiative", "date", "status", "sector", "level", "closed"),
        )
        or _called(
            "participation", facts, ("participant", "date", "way"), ("participant", "date", "way", "participant_group")
        )
        or interviews(facts, file)
        or trainings(facts, file)
        or _areas(facts, "area_months", "month")
        or _areas(facts, "area_indicators", "year")
        or _discussions(facts, text)
        or _events(facts, text)
        or _feedback(facts, text, file)
        or _wide_feedback(facts, text, file)
        or _ties(facts, text, file)
        or _organisations(facts, file)
    )


def _partner_ratings(facts: Sequence[Facts], file: str, instruments: Mapping[str, Instrument]) -> DraftFeed | None:
    """Return the feed of a file with a row a person and a column an item of an instrument that partners answer."""
    # Values alone do not tell such an instrument from one about children: the names must.
    named = [one for one in find_instruments(facts, of_partners(instruments), ()) if one.instrument.sureness >= LIKELY]
    if not named:
        return None
    items = {f"{one.instrument.value}_{n}": name for one in named for n, name in sorted(one.items.items())}
    draft = Drafting("partner_ratings", facts, items.values())
    draft.respondent()
    draft.wave(file)
    draft.place()
    draft.want("organisation", "sector", least=GUESS)
    missing = {guess.value: guess for one in named for guess in one.coded.missing}
    sureness = min(LIKELY, *(one.instrument.sureness for one in named))
    table = Guess(draft.table, sureness, "; ".join(f"{one.instrument.value}: {one.instrument.why}" for one in named))
    whole = {key: Guess(name, LIKELY) for key, name in items.items()}
    return draft.feed(table, items=whole, item_map=_map(named), missing=tuple(missing.values()))


def _map(named: Sequence[Found]) -> Guess[dict[str, str]] | None:
    """Return how words become codes, where no two questionnaires of the file contradict each other."""
    if any(one.coded.undecided for one in named):
        return Guess({}, OPEN, "the answers are words, and nothing tells their codes")
    pairs = {pair for one in named for pair in one.coded.item_map.items()}
    if not pairs or len(dict(pairs)) < len(pairs):
        return None
    how = [one.coded for one in named if one.coded.item_map]
    why = "; ".join(dict.fromkeys(one.why for one in how))
    return Guess(dict(sorted(pairs, key=lambda pair: (int(pair[1]), pair[0]))), min(one.sureness for one in how), why)


def _rubric(facts: Sequence[Facts], file: str) -> DraftFeed | None:
    draft, names = Drafting("rubric", facts), ("condition", "assessor", "level", "evidence")
    if not draft.need(*names):
        return None
    level = draft.raw["level"].value
    if not level.numeric or level.share(*LEVELS) < _MOST:
        return None
    draft.place()
    draft.wave(file)
    note = "evidence is free text that may name persons: cleaning looks for identifiers, and it is never published"
    return draft.feed(draft.has(*names), notes=(note,))


def _service_parts(facts: Sequence[Facts], file: str) -> DraftFeed | None:
    draft = Drafting("service_parts", facts)
    if not draft.need("part", "state"):
        return None
    draft.place()
    draft.wave(file)
    note = "a blank state is kept as not told: it is no answer, and never “missing”"
    return draft.feed(draft.has("part", "state"), notes=(note,))


def _method_reach(facts: Sequence[Facts], file: str) -> DraftFeed | None:
    draft = Drafting("method_reach", facts)
    if not draft.need("method"):
        return None
    draft.want_called("professionals", "families")
    if not {"professionals", "families"} & draft.raw.keys():
        return None
    draft.place()
    draft.wave(file)
    return draft.feed(draft.has("method"), notes=("“over 1000” is kept as a lower bound",))


def _child_budgets(facts: Sequence[Facts], file: str) -> DraftFeed | None:
    draft = Drafting("child_budgets", facts)
    draft.want_called("children", "budget")
    if not {"children", "budget"} <= draft.raw.keys():
        return None
    draft.place()
    draft.wave(file)
    return draft.feed(draft.has("children", "budget"))


def _attendance(facts: Sequence[Facts], text: pl.DataFrame, file: str) -> DraftFeed | None:
    draft, names = Drafting("attendance", facts), ("event", "phenomenon", "organisation")
    if not draft.need(*names):
        return None
    draft.place()
    draft.event(text)
    draft.wave(file)
    return draft.feed(draft.has(*names))


def _observations(facts: Sequence[Facts]) -> DraftFeed | None:
    """Return the feed of a file of observations, where each has a key, a day and a class by names and known words."""
    draft, names = Drafting("observations", facts), ("observation", "date", "observation_class")
    draft.want_called(*names, "sector", "phenomenon", "answered_by", "initiative", "level")
    if any(name not in draft.raw for name in names):
        return None
    draft.place()
    note = "what was noticed, in words, has no place in the table: drop that column, as it may name persons"
    return draft.feed(draft.has(*names), notes=(note,))


def _called(table: str, facts: Sequence[Facts], needed: Sequence[str], names: Sequence[str]) -> DraftFeed | None:
    """Return the feed of a file whose columns are called `names` or known words for them, where it has all `needed`."""
    draft = Drafting(table, facts)
    draft.want_called(*names)
    if any(name not in draft.raw for name in needed):
        return None
    draft.place()
    return draft.feed(draft.has(*needed))


def _areas(facts: Sequence[Facts], table: str, period: str) -> DraftFeed | None:
    draft, names = Drafting(table, facts), ("indicator", "title", "area", "area_name", period)
    if not draft.need(*names):
        return None
    draft.want("value", "absolute")
    if "value" not in draft.raw:
        if "absolute" not in draft.raw:
            return None
        # The unit of a count is the count.
        draft.columns["value"] = Guess(draft.columns["absolute"].value, GUESS, "the file tells counts alone")
    gender = next((one for one in facts if one.folded in words.names_of(draft.table, "gender")), None)
    if gender is not None:
        draft.take("gender", Guess(gender, LIKELY, "by its name"))
    else:
        draft.columns["gender"] = Guess({"value": "total"}, GUESS, "no column tells the gender")
    return draft.feed(draft.has(*names))


def _discussions(facts: Sequence[Facts], text: pl.DataFrame) -> DraftFeed | None:
    """Return the feed of a file of LP discussions, where all that a topic needs is there by names and known words."""
    draft = Drafting("lp_topics", facts)
    own = {name: column for name, column in LpTopics.columns().items() if name not in _WHERE}
    draft.want_called(*own)
    if any(name not in draft.raw for name, column in own.items() if not column.nullable):
        return None
    draft.want("wave")
    draft.columns.setdefault("wave", Guess(dates(draft.raw["date"].value), GUESS, "the year of the discussion"))
    draft.place(municipality=True)
    draft.want("unit", "age_group")
    topics = text[draft.raw["topic"].value.name].drop_nulls()
    coded = int(topics.str.contains(TOPIC).sum()) >= _MOST * topics.len()
    if not coded:
        gap = {"from": draft.raw["topic"].value.name, "map": {}}
        draft.columns["topic"] = Guess(gap, OPEN, "a topic is a code such as K1, and here they are words")
    why = "it has discussions, environments, topics and ratings"
    return draft.feed(Guess(draft.table, LIKELY, why))


def _events(facts: Sequence[Facts], text: pl.DataFrame) -> DraftFeed | None:
    draft, names = Drafting("case_events", facts), ("case", "activity", "time")
    if not draft.need(*names):
        return None
    # Who is referred to is a sector, too, but not the one that acts.
    referred = {one.name for one in facts if one.folded in words.names_of(draft.table, "target")}
    sector = Drafting(draft.table, facts, draft.used | referred).find("sector")
    if sector is not None:
        draft.take("sector", sector)
    draft.place()
    draft.want_called(*(name for name, one in all_about(CaseEvents).items() if one.partial and name != "sector"))
    for name in ("trigger", "service", "need"):  # their words are a region's own
        if name in draft.raw and not known_share(draft.raw[name].value, words_of(name)):
            why = "by its name; its words are kept as they are"
            draft.columns[name] = Guess(draft.columns[name].value, GUESS, why)
    if "item" in draft.raw:
        why = "by its name: does it tie an event to the meeting or action it is of?"
        draft.columns["item"] = Guess(draft.raw["item"].value.name, min(LIKELY, draft.raw["item"].sureness), why)
    time = draft.raw["time"].value
    clock = next(
        (one for one in facts if one.clock and one.folded in words.CLOCKS and one.name not in draft.used), None
    )
    if clock is not None and of_days(text[time.name]):
        said, both = draft.columns["time"], {"from": [time.name, clock.name]}
        why = said.why if time.doubt else "a date and the clock beside it"
        draft.columns["time"] = Guess(both, min(said.sureness, LIKELY), why)
        draft.used.add(clock.name)
    other = span_beside(text, time.name)
    if other is not None and not time.doubt:
        why = f"the start or the end of an event? '{other}' tells the other; say which counts"
        draft.columns["time"] = Guess(draft.columns["time"].value, WEAK, why)
    steps = transition_column(text)
    if steps is None:
        return draft.feed(draft.has(*names))
    judged = judge(text[steps])
    why = f"the others are set aside: {judged.told}" if judged.counts else "each row tells that it is complete"
    return draft.feed(draft.has(*names), lifecycle=Guess({"from": steps, "keep": list(COMPLETE)}, LIKELY, why))


def _feedback(facts: Sequence[Facts], text: pl.DataFrame, file: str) -> DraftFeed | None:
    draft, names = Drafting("feedback", facts), ("event", "item", "rating", "participant")
    if not draft.need(*names):
        return None
    _occasion(draft, text, file)
    return draft.feed(draft.has(*names))


def _wide_feedback(facts: Sequence[Facts], text: pl.DataFrame, file: str) -> DraftFeed | None:
    """Return the feed of a file with a row a participant and a column a statement, if two of those are known."""
    draft = Drafting("feedback", facts)
    stated = {key: one for one in facts if (key := key_of(one.name, words_of("feedback")))}
    items = {key: one for key, one in stated.items() if one.numeric and one.codes}
    if len(items) < 2 or not draft.need("event", "participant"):  # noqa: PLR2004
        return None
    _occasion(draft, text, file)
    table = Guess(draft.table, LIKELY, f"{len(items)} of its columns are known statements")
    return draft.feed(table, items={key: Guess(one.name, LIKELY, "a known statement") for key, one in items.items()})


def _occasion(draft: Drafting, text: pl.DataFrame, file: str) -> None:
    """Say what is said of the event of a feedback, and of who gave it."""
    draft.place()
    draft.event(text)
    draft.wave(file)
    draft.want("participant_group")
    gap: Guess[Any] = Guess({"value": ""}, OPEN, "children, young_people, parents or professionals")
    draft.columns.setdefault("participant_group", gap)


def _ties(facts: Sequence[Facts], text: pl.DataFrame, file: str) -> DraftFeed | None:
    draft = Drafting("ties", facts)
    if not draft.need("source", "target"):
        return None
    ends = [draft.raw[name].value.name for name in ("source", "target")]
    first, second = (set(text[name].drop_nulls()) for name in ends)
    if len(first & second) < _SHARED * min(len(first), len(second)):
        return None
    if not draft.need("observed", least=0.0) and not _rated(draft, facts, text, ends):
        return None
    observed = draft.raw["observed"].value if "observed" in draft.raw else None
    if observed is not None and set(observed.codes) == {1} and observed.filled < observed.rows:
        draft.columns["observed"] = Guess({"from": observed.name, "blank": "0"}, GUESS, "1 is a tie, and a blank none")
    draft.want("relation", least=GUESS)
    draft.want("expected")
    draft.place()
    draft.wave(file)
    known = observed is None or observed.folded in words.names_of(draft.table, "observed")
    called = [key for word in words.as_words(file) if (key := key_of(word, words_of("relation")))]
    relation = called[0] if called else "collaboration" if known else slug(observed.name) if observed else ""
    why = "the name of the file or sheet" if called else "no column names the relation"
    draft.columns.setdefault("relation", Guess({"value": relation}, GUESS, why))
    return draft.feed(draft.has("source", "target"), notes=_on_direction(text, ends, observed))


def _rated(draft: Drafting, facts: Sequence[Facts], text: pl.DataFrame, ends: Sequence[str]) -> bool:
    """Say what is said of the rating of a tie: the only column of ratings or marks, or that each row is a tie."""
    free = [one for one in facts if one.name not in ends and one.filled]
    ratings = [one for one in free if one.codes and draft.fits("observed", one)]
    marked = [one for one in free if one.name not in draft.used and _marks(text[one.name])]
    if len(ratings) == 1 and not marked:
        draft.take("observed", Guess(ratings[0], GUESS, "the only column of ratings"))
    elif len(marked) == 1 and not ratings:
        column = text[marked[0].name]
        codes = _marks(column)
        alone = column.null_count() > 0 and "0" not in codes.values()
        spec = {
            "from": marked[0].name,
            **({"blank": "0"} if alone else {}),
            "map": codes | ({"0": "0"} if alone else {}),
        }
        draft.take("observed", Guess(marked[0], GUESS, "the only column of marks"))
        why = "a mark is a tie" + (", and a blank none" if alone else "")
        draft.columns["observed"] = Guess(spec, GUESS, why)
    elif not ratings and not marked:
        draft.columns["observed"] = Guess({"value": "1"}, GUESS, "no column of ratings, so each row is a tie")
    return "observed" in draft.columns


def _marks(column: pl.Series) -> dict[str, str]:
    """Return the words of a column that are all known for yes and no, or marks, with 1 and 0; else none."""
    said = column.drop_nulls().unique().sort().to_list()
    codes = {word: code for word in said if (code := key_of(word, words_of("yes_no")))}
    return codes if said and len(codes) == len(said) else {}


def _on_direction(text: pl.DataFrame, ends: Sequence[str], observed: Facts | None) -> tuple[str, ...]:
    """Return a note where ties look as if they had no direction."""
    rated = [pl.col(observed.name).alias("r")] if observed else []
    pairs = text.select(*rated, a=ends[0], b=ends[1]).unique()
    back = pairs.rename({"a": "b", "b": "a"})
    how = "if one row speaks for both ends, undirected: true (and matrix: symmetric)"
    if not pairs.join(back, on=["a", "b"]).height:
        return (f"no pair comes in both directions: {how}",)
    if not pairs.join(back, on=pairs.columns, how="anti", nulls_equal=True).height:
        return (f"each pair says the same in both directions: {how}",)
    return ()


def _organisations(facts: Sequence[Facts], file: str) -> DraftFeed | None:
    draft = Drafting("organisations", facts)
    if Drafting("ties", facts).find("wave") is not None:
        return None
    named = draft.find("name")
    alike = named is not None and draft.find("organisation") is None and named.value.distinct == named.value.filled
    if alike and named is not None:
        draft.columns["organisation"] = Guess(named.value.name, GUESS, "its name is its key: no column has another")
    elif not draft.need("organisation"):
        return None
    draft.want("name", "sector")
    name, sector = draft.raw.get("name"), draft.raw.get("sector")
    told = re.search(r"organis|organiz|toimija|node|actor|aktör", file.lower()) is not None
    if not told and (name is None or sector is None or sector.sureness < GUESS):
        return None
    draft.place()
    level = draft.find("level")
    if level is not None and level.sureness >= GUESS and not level.value.numeric:
        draft.take("level", level)
    alone = Guess(draft.columns["organisation"].value, GUESS, "no column has a name")
    draft.columns.setdefault("name", alone)
    gap: Guess[Any] = Guess({"value": ""}, OPEN, "the sector's key in the codebook, or a column with lookup: sector")
    draft.columns.setdefault("sector", gap)
    why = "the file's name says so" if told else "it has a name and a sector for each row"
    return draft.feed(Guess(draft.table, LIKELY if told and sector else GUESS, why))
