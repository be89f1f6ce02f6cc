"""The section on services: the profile of integration, then its three sides, then coping beside it."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from sujuva.figures import Words
from sujuva.figures.casework import way
from sujuva.figures.framing import interval_note, no_effect_note, no_ranking_note
from sujuva.figures.labels import hidden_word_note
from sujuva.figures.profile import profile, side_title
from sujuva.published import Published
from sujuva.reports.content import Exhibit, Part, Section, lacking, said_once, shown
from sujuva.reports.services_families import beside_exhibits, family_exhibits, waiting_exhibits
from sujuva.reports.services_findings import profile_sentence
from sujuva.reports.services_network import network_exhibits
from sujuva.reports.services_partners import feedback_exhibits, partner_exhibits
from sujuva.reports.tables import indicator_rows


def services_section(published: Published, words: Words, *, region: str, regions: list[str]) -> Section:
    """Return the section on whether services work as one.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region of the page, or "network".
        regions: Regions in the comparison, the page's own first.
    """
    meta = published.meta
    found = {
        "partners": partner_exhibits(published, words, region=region, regions=regions),
        "feedback": feedback_exhibits(published, words, region=region),
        "networks": network_exhibits(published, words, region=region, regions=regions),
        "cases": waiting_exhibits(published, words, region=region, regions=regions),
        "families": family_exhibits(published, words, region=region, regions=regions),
    }
    leads = {
        "partners": words.say("what partners say of working together"),
        "feedback": words.say("what participants say"),
        "networks": words.say("how organisations work together"),
        "cases": way(meta, words).lead,
        "families": words.say("what is agreed, and what becomes of it"),
    }
    names = {
        "cases": words.say("times from start to end of cases"),
        "networks": words.say("networks of organisations"),
        "partners": words.say("answers of partners"),
        "feedback": words.say("feedback of participants"),
    }

    shared = (
        interval_note(meta, words), no_effect_note(words), no_ranking_note(words), hidden_word_note(meta, words),
    )  # fmt: skip

    def part(side: str, *keys: str) -> Part:
        here = [leads[key] for key in keys if found[key]]
        exhibits = [one for key in keys for one in found[key]]
        return Part(side_title(side, words), words.sentence(words.listed(here)) if here else "", exhibits)

    parts = [
        Part("", "", _profile(published, words, region=region, regions=regions)),
        part("partners", "partners", "feedback"),
        part("network", "networks"),
        part("families", "cases", "families"),
        Part(
            words.say("Integration and coping side by side"),
            words.say("Two numbers of the same municipalities. The picture asks questions; it answers none."),
            beside_exhibits(published, words, region=region),
        ),
    ]
    here = [leads[key] for key, exhibits in found.items() if exhibits]
    times = words.say(
        "Days are counted in two ways: medians, means and quartiles from the exact time (hours count), shares within "
        "so many days and the curve in whole calendar days."
    )
    every, guide = said_once([one for some in parts for one in some.exhibits], shared)
    turns = iter(every)
    parts = [replace(some, exhibits=[next(turns) for _ in some.exhibits]) for some in parts]
    return Section(
        "services",
        words.say("Do services work as one?"),
        words.sentence(words.listed(here or list(leads.values()))),
        every,
        missing=lacking([name for key, name in names.items() if not found[key]], words, region),
        notes=_hidden_delays(published, found["cases"], words, region=region),
        parts=tuple(one for one in parts if one.exhibits),
        guide=(*guide, times) if found["cases"] else guide,
    )


def _profile(published: Published, words: Words, *, region: str, regions: list[str]) -> list[Exhibit]:
    meta = published.meta
    picture = profile(published["integration"], meta, words, regions=regions)
    if picture is None:
        return []
    columns = ["dimension", "region", "wave", "place", "estimate", "interval", "n"]
    table = indicator_rows(picture.data, meta, words, caption=picture.title, columns=columns, name="profile.csv")
    return [shown(picture, table, intro=profile_sentence(published, words, region=region))]


def _hidden_delays(published: Published, exhibits: list[Exhibit], words: Words, *, region: str) -> tuple[str, ...]:
    """Say so where the distribution of delays is there, but may not be drawn."""
    drawn = any(one.picture is not None and one.picture.key == "delays" for one in exhibits)
    waits = published["integration"].filter(pl.col("region") == region, pl.col("indicator") == "delay_median")
    if drawn or waits.is_empty():  # bins that may not be shown have no rows at all
        return ()
    return (
        words.say(
            "How the times spread over days is hidden to protect privacy: some bars would stand for too few cases."
        ),
    )
