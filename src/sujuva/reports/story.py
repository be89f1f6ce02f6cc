"""What a page says first: a few plain sentences, made from published numbers only."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import Words
from sujuva.figures.casework import way
from sujuva.figures.labels import relation_title
from sujuva.figures.specification import View
from sujuva.published import Published
from sujuva.reports.cautions import Said
from sujuva.reports.content import page_of
from sujuva.reports.findings import (
    clusters_sentence,
    coping_sentence,
    coping_series,
    doubtful,
    ends,
    gap_sentence,
    same_sentence,
)
from sujuva.reports.services_findings import brief, change_told, changes


def sentences(published: Published, words: Words, *, region: str) -> list[str]:
    """Return what a reader learns, in plain sentences.

    How sure a difference is, `sujuva.figures.verdicts` says. Where the data is flagged, the sentence ends in a caution.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region, or "network".
    """
    return [one.whole(words) for one in told(page_of(published, words, region))]


def told(view: View) -> list[Said]:
    """Return what `sentences` returns, with the caution apart from the sentence."""
    return [one for _, one in _ranked(view)]


def headlines(view: View, *, most: int = 2) -> list[str]:
    """Return at most `most` sentences for the front page: clear changes, then waiting, then networks.

    A clear change of flagged data does not lead: it stands last, with its caution. Where nothing can be said of
    change, the one sentence names what the report has.
    """
    ranked = sorted(_ranked(view), key=lambda one: one[0])
    if ranked:
        return [one.whole(view.words) for _, one in ranked[:most]]
    held = contents(view)
    return [view.say("The report has: {parts}.", parts=view.words.listed(held))] if held else []


def contents(view: View) -> list[str]:
    """Name what the data has of a region, in the order of the page."""
    integration = view.table("integration").filter((pl.col("region") == view.region) | (view.region == NETWORK))
    found = integration["indicator"].unique().to_list()
    places = list(view.meta["regions"]) if view.region == NETWORK else [view.region]
    parts = {
        view.say("answers to questionnaires"): bool(coping_series(view)),
        view.say("times from start to end of cases"): any(one.startswith("delay_") for one in found),
        view.say("networks of organisations"): any(one.startswith("network_") for one in found),
        view.say("answers of partners"): "partner_mean" in found,
        view.say("feedback of participants"): "feedback_mean" in found,
        view.say("statistics of the area"): not view.table("situation")
        .filter(pl.col("region").is_in(places))
        .is_empty(),
    }
    return [name for name, here in parts.items() if here]


def _ranked(view: View) -> list[tuple[int, Said]]:
    """Return rank and sentence, in the order of a page."""
    said = []
    for part in coping_series(view):
        (text, clear), remarked = coping_sentence(view, part), doubtful(view, part)
        said.append((0 if clear and not remarked else 3, Said(text, remarked)))
    said += [(2, Said(gap_sentence(view))), (2, same_sentence(view)), (1, Said(_delay_sentence(view)))]
    said += [(2, Said(text)) for text in (*_network_sentences(view), *brief(view))]
    if any(one.text for _, one in said):
        said.append((9, Said(clusters_sentence(view))))
    return [(rank, one) for rank, one in said if one.text]


def _integration(view: View) -> pl.DataFrame:
    return view.table("integration").filter(pl.col("region") == view.region, pl.col("group") == "all")


def _delay_sentence(view: View) -> str:
    integration = _integration(view)
    median = ends(integration.filter(pl.col("indicator") == "delay_median"))
    if not median:
        return ""
    first, last = median
    said_of = way(view.meta, view.words)
    text = said_of.sentence.format(year=last["wave"], days=view.words.number(last["estimate"], 1))
    if first["wave"] != last["wave"]:
        text += view.say(" ({days} days in {year})", year=first["wave"], days=view.words.number(first["estimate"], 1))
    longest = str(max(view.meta["delay_days"], default=""))
    share = ends(integration.filter(pl.col("indicator") == "delay_share", pl.col("category") == longest))
    if share and share[1]["wave"] == last["wave"]:
        text += said_of.reached.format(share=view.share(share[1]["estimate"]), n=longest)
    return text + "."


def _network_sentences(view: View) -> Iterator[str]:
    density = _integration(view).filter(pl.col("indicator") == "network_density")
    for (relation,), part in density.group_by("scale", maintain_order=True):
        found = ends(part)
        if not found or found[0]["wave"] == found[1]["wave"]:
            continue
        first, last = found
        text = view.say(
            "Organisations around children ({relation}): {last} of all possible ties existed in "
            "{year}, {first} in {before}.",
            relation=view.words.inside(relation_title(str(relation), view.words, view.meta)),
            last=view.share(last["estimate"]), first=view.share(first["estimate"]),
            year=last["wave"], before=first["wave"],
        )  # fmt: skip
        moved = changes(view, str(relation)).get("network_density")
        years = (first["wave"], last["wave"])
        if moved and moved["estimate"] is not None and (moved["other_wave"], moved["wave"]) == years:
            said = change_told(view, moved, as_share=True)
            text += " " + view.say("Among those in both years the change is {change}.", change=said)
        yield text
