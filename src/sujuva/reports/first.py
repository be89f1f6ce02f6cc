"""What stands first: the page of a region, and the front page with a row a region, made of the same facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import Words
from sujuva.figures.catalogue.common import HIDDEN_MEANS
from sujuva.figures.language import DASH, NO_BREAK
from sujuva.figures.specification import View
from sujuva.published import Published
from sujuva.reports.content import page_of
from sujuva.reports.facts import Fact, facts
from sujuva.reports.ranking import certainty_title, doubt_sentence, findings
from sujuva.reports.rendering import render
from sujuva.reports.sitemap import Place, reports_of

_WIDTH, _HEIGHT, _EDGE = 64.0, 18.0, 3.0
"""The small line of a row, in pixels."""


def first_page(view: View) -> dict[str, Any]:
    """Return what the template of the page of a region needs."""
    rows = facts(view)
    return {
        **brief(view, rows),
        "held": view.words.listed(contents_of(view)),
        "facts": rows,
        "latest": max(view.meta["waves"], default=None),
        "spark_of": spark_of,
    }


def front_page(published: Published, words: Words, *, languages: Sequence[str]) -> str:
    """Return the front page of a language: who, what and when, three findings, and a row a region.

    Args:
        published: What publish let out.
        words: The reader's language.
        languages: Languages of the site.
    """
    place, meta, words = Place(words.language), published.meta, words.bound()
    views = {key: page_of(published, words, key) for key in reports_of(meta)}
    told = {key: {one.key: one for one in facts(view)} for key, view in views.items()}
    whole = list(told[NETWORK].values())
    columns = [one for one in whole if one.front]
    rows = [
        {
            "href": place.to(Place(words.language, key)),
            "quality": place.to(Place(words.language, key, "quality")),
            "title": view.place(),
            "whole": key == NETWORK,
            "facts": [told[key][one.key] for one in columns],
        }
        for key, view in views.items()
    ]
    return render(
        "index.html", place, meta, words, languages=languages, title=words.of(meta["title"]) or "Sujuva", rows=rows,
        columns=columns, **brief(views[NETWORK], whole),
    )  # fmt: skip


def brief(view: View, rows: list[Fact] | None = None) -> dict[str, Any]:
    """Return what pages say around their table of facts: findings and how sure they are, when, and what signs mean.

    Args:
        view: The page.
        rows: Its facts, where they are there already.
    """
    found = findings(view, rows)
    return {
        "findings": found,
        "sure": lambda verdict: certainty_title(verdict, view.words),
        "doubt": doubt_sentence(found, view.words),
        "when": _when(view),
        "legend": _legend(view),
    }


def contents_of(view: View) -> list[str]:
    """Name what the data has of a region, in the order of its topics."""
    integration = view.table("integration").filter((pl.col("region") == view.region) | (view.region == NETWORK))
    found = integration["indicator"].unique().to_list()
    places = list(view.meta["regions"]) if view.region == NETWORK else [view.region]
    answers = view.table("parjaavyys").filter(pl.col("region") == view.region)
    situation = view.table("situation").filter(pl.col("region").is_in(places))
    parts = {
        view.say("answers to questionnaires"): answers.height > 0,
        view.say("times from start to end of cases"): any(one.startswith("delay_") for one in found),
        view.say("networks of organisations"): any(one.startswith("network_") for one in found),
        view.say("answers of partners"): "partner_mean" in found,
        view.say("feedback of participants"): "feedback_mean" in found,
        view.say("statistics of the area"): situation["indicator"].str.starts_with("area_").any(),
    }
    return [name for name, here in parts.items() if here]


def spark_of(fact: Fact) -> Mapping[str, Any] | None:
    """Return the small line of a fact: its parts between hidden years, and its last point; None without two numbers."""
    shown = [one for one in fact.series if one.value is not None]
    if len(shown) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    first, last = fact.series[0].year, fact.series[-1].year
    values = [float(one.value) for one in shown if one.value is not None]
    low, high = min(values), max(values)

    def at(year: int, value: float) -> tuple[float, float]:
        x = _EDGE + (year - first) / (last - first) * (_WIDTH - 2 * _EDGE)
        share = (value - low) / (high - low) if high > low else 0.5
        return round(x, 1), round(_HEIGHT - _EDGE - share * (_HEIGHT - 2 * _EDGE), 1)

    parts: list[list[str]] = [[]]
    for one in fact.series:
        if one.value is None:
            parts.append([])
        else:
            parts[-1].append(",".join(f"{place:g}" for place in at(one.year, one.value)))
    return {"parts": [" ".join(one) for one in parts if len(one) > 1], "last": at(shown[-1].year, values[-1])}


def _when(view: View) -> str:
    """Say of which years the data is, and when the work started."""
    waves, started = view.meta["waves"], view.meta["coping"]["started"]
    years = DASH.join(str(one) for one in sorted({min(waves), max(waves)})) if waves else ""
    said = [view.say("Data of {years}.", years=years)] if waves else []
    if view.region == NETWORK and started:
        named = [f"{view.place(one)}{NO_BREAK}({year})" for one, year in started.items()]
        said.append(view.say("The work has started: {regions}.", regions=view.words.listed(named)))
    elif view.region in started:
        said.append(view.say("The work started in {year}.", year=started[view.region]))
    elif started and view.region != NETWORK:
        said.append(view.say("The work had not started by {year}.", year=max(waves)))
    return " ".join(said)


def _legend(view: View) -> str:
    dash = view.say("A dash: no data. An arrow up means better, whichever way the number goes.")
    return " ".join(one for one in (HIDDEN_MEANS(view), dash, withheld_sentence(view)) if one)


def withheld_sentence(view: View) -> str:
    """Say whose numbers the bundles do not hold, of those that the page is about; "" where all are there."""
    silent = [one["region"] for one in view.meta.get("bundles", ()) if one["withheld"]]
    told = [view.place(one) for one in silent if view.region in (NETWORK, one)]
    if not told:
        return ""
    return view.say(
        "Withheld to protect privacy: some numbers of {regions}. They are not told of the network either.",
        regions=view.words.listed(told),
    )
