"""What a page says first: a few plain sentences, made from published numbers only."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
from scipy.special import stdtrit

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import Words, headline_means
from sujuva.figures.casework import way
from sujuva.figures.change import CROSS
from sujuva.figures.labels import (
    Meta,
    manner,
    relation_title,
    scale_title,
)
from sujuva.published import SHOWN, Published, require_published
from sujuva.reports.cautions import Said, flagged
from sujuva.reports.findings import clusters_sentence, gap_sentence, same_sentence
from sujuva.reports.services_findings import brief, change_words, changes

CLEAR, ALONE, CHANCE = "clear", "alone", "chance"


def ends(frame: pl.DataFrame) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return the first and the last shown row of a series over years; None where nothing is shown."""
    shown = frame.filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null(), pl.col("wave") > 0).sort(
        "wave"
    )
    return (shown.row(0, named=True), shown.row(-1, named=True)) if shown.height else None


def coping_series(published: Published, region: str) -> list[pl.DataFrame]:
    """Return the mean scores of a region, a frame for each scale and informant, in the order of figures."""
    means = headline_means(published["parjaavyys"], published.meta).filter(pl.col("region") == region)
    return [part for _, part in means.group_by("scale", "informant", maintain_order=True)]


def doubtful(part: pl.DataFrame, published: Published) -> bool:
    """Tell whether flags concern the first or the last year of a series of means, or the way between them."""
    found = ends(part)
    if not found:
        return False
    first, last = found
    return flagged(
        published,
        scale=last["scale"],
        informant=last["informant"],
        region=last["region"],
        waves=(first["wave"], last["wave"]),
    )


def sentences(published: Published, words: Words, *, region: str) -> list[str]:
    """Return what a reader learns, in plain sentences.

    A difference between years is called clear when it is larger than chance would make it (see `changed`). Where the
    data is flagged, the sentence ends in a caution.
    """
    return [one.whole(words) for one in told(published, words, region=region)]


def told(published: Published, words: Words, *, region: str) -> list[Said]:
    """Return what `sentences` returns, with the caution apart from the sentence.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region, or "network".
    """
    return [one for _, one in _ranked(published, words, region)]


def headlines(published: Published, words: Words, *, region: str, most: int = 2) -> list[str]:
    """Return the sentences that say most, for the front page: clear changes, then waiting, then networks.

    A clear change of flagged data does not lead: it stands last, with its caution. Where nothing can be said of
    change, the one sentence names what the report has.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region, or "network".
        most: How many sentences at most.
    """
    ranked = sorted(_ranked(published, words, region), key=lambda one: one[0])
    if ranked:
        return [one.whole(words) for _, one in ranked[:most]]
    held = contents(published, words, region=region)
    return [words.say("The report has: {parts}.", parts=words.listed(held))] if held else []


def contents(published: Published, words: Words, *, region: str) -> list[str]:
    """Name what the data has of a region, in the order of the page.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region, or "network".
    """
    integration = published["integration"].filter((pl.col("region") == region) | (region == NETWORK))
    found = integration["indicator"].unique().to_list()
    parts = {
        words.say("answers to questionnaires"): bool(coping_series(published, region)),
        words.say("times from start to end of cases"): any(one.startswith("delay_") for one in found),
        words.say("networks of organisations"): any(one.startswith("network_") for one in found),
        words.say("answers of partners"): "partner_mean" in found,
        words.say("feedback of participants"): "feedback_mean" in found,
        words.say("statistics of the area"): has_statistics(published, region),
    }
    return [name for name, here in parts.items() if here]


def has_statistics(published: Published, region: str) -> bool:
    """Tell whether there are public statistics of a region; of any region of the study for "network"."""
    wanted = list(published.meta["regions"]) if region == NETWORK else [region]
    return not published["situation"].filter(pl.col("region").is_in(wanted)).is_empty()


def _ranked(published: Published, words: Words, region: str) -> list[tuple[int, Said]]:
    """Return rank and sentence, in the order of a page."""
    said = []
    for part in coping_series(published, region):
        remarked = doubtful(part, published)
        rank = 0 if _clear(part, published) and not remarked else 3
        said.append((rank, Said(_coping_sentence(part, published, words), remarked)))
    said.append((2, Said(gap_sentence(published, words, region=region))))
    said.append((2, same_sentence(published, words, region=region)))
    integration = published["integration"].filter(pl.col("region") == region, pl.col("group") == "all")
    said.append((1, Said(_delay_sentence(integration, published.meta, words))))
    said += [(2, Said(text)) for text in _network_sentences(published, integration, words, region)]
    said += [(2, Said(text)) for text in brief(published, words, region=region)]
    if any(one.text for _, one in said):
        said.append((9, Said(clusters_sentence(published, words, region=region))))
    return [(rank, one) for rank, one in said if one.text]


def _clear(part: pl.DataFrame, published: Published) -> bool:
    """Tell whether the first and the last year differ by more than chance."""
    found = ends(part)
    return found is not None and verdict(*found, published) == CLEAR


def verdict(first: dict[str, Any], last: dict[str, Any], published: Published) -> str | None:
    """Tell whether a mean changed by more than chance, as the figure of changes and its table show it.

    Their interval knows which schools and services answered in both years, and q how many changes were looked at.
    Only where they are not published the years are compared as if they were independent (see `differ`).

    Args:
        first: A published row of a mean.
        last: The same mean in a later year.
        published: What publish let out.

    Returns:
        CLEAR; ALONE where the interval leaves out zero, but q is too large; CHANCE; None where nobody knows.
    """
    mine = require_published(published["comparisons"], "change").filter(
        *(pl.col(name) == last[name] for name in ("scale", "informant", "region", "group", "wave")),
        pl.col("other_wave") == first["wave"], pl.col("comparison") == CROSS, pl.col("category") == "",
        pl.col("suppressed") == SHOWN, pl.col("ci_low").is_not_null(), pl.col("ci_high").is_not_null(),
    )  # fmt: skip
    if mine.is_empty():
        known = differ(first, last)
        return None if known is None else CLEAR if known else CHANCE
    low, high, q = mine.select("ci_low", "ci_high", "q").row(0)
    if low <= 0 <= high:
        return CHANCE
    return CLEAR if q is None or q < published.meta["coping"]["fdr"] else ALONE


def differ(first: dict[str, Any], last: dict[str, Any], *, confidence: float = 0.95) -> bool | None:
    """Tell whether two estimates differ by more than chance; None where their errors are not known.

    |a − b| > t(df) · √(se_a² + se_b²), with the smaller df. The years are taken as independent; people who answered
    in both make the true error of the difference smaller, so the test errs on the side of caution.

    Args:
        first: A published row: estimate, se, df.
        last: Another.
        confidence: One minus the level of the test.
    """
    if None in (first["se"], last["se"], first["df"], last["df"]) or min(first["df"], last["df"]) < 1:
        return None
    reach = float(stdtrit(min(first["df"], last["df"]), 0.5 + confidence / 2)) * math.hypot(first["se"], last["se"])
    return bool(abs(last["estimate"] - first["estimate"]) > reach)


def _coping_sentence(part: pl.DataFrame, published: Published, words: Words) -> str:
    found, meta = ends(part), published.meta
    if not found or found[0]["wave"] == found[1]["wave"]:
        return ""
    first, last = found
    shown = manner(meta, last)
    better = meta["scales"].get(last["scale"], {}).get("higher_is_better", True)
    values = {
        "scale": scale_title(meta, last["scale"], words),
        "what": words.say("the share") if shown.get("percent") else words.say("the mean"),
        "first": words.value(first["estimate"], shown),
        "last": words.value(last["estimate"], shown),
        "before": first["wave"],
        "year": last["wave"],
    }
    found_so = verdict(first, last, published)
    if found_so is None:
        return words.say(
            "{scale}: {what} was {first} in {before} and {last} in {year}; how far chance explains this is not known.",
            **values,
        )
    if found_so == CLEAR:
        if (last["estimate"] > first["estimate"]) == better:
            return words.say(
                "{scale}: {what} went from {first} ({before}) to {last} ({year}), clearly for the "
                "better; chance alone hardly explains it.",
                **values,
            )
        return words.say(
            "{scale}: {what} went from {first} ({before}) to {last} ({year}), clearly for the "
            "worse; chance alone hardly explains it.",
            **values,
        )
    if found_so == ALONE:
        return words.say(
            "{scale}: {what} was {first} in {before} and {last} in {year}; alone this would hardly be chance, but "
            "among so many comparisons it may be.",
            **values,
        )
    return words.say(
        "{scale}: {what} was {first} in {before} and {last} in {year}; the difference may be due to chance.", **values
    )


def _delay_sentence(integration: pl.DataFrame, meta: Meta, words: Words) -> str:
    median = ends(integration.filter(pl.col("indicator") == "delay_median"))
    if not median:
        return ""
    first, last = median
    ends_of = way(meta, words)
    text = ends_of.sentence.format(year=last["wave"], days=words.number(last["estimate"], 1))
    if first["wave"] != last["wave"]:
        text += words.say(" ({days} days in {year})", year=first["wave"], days=words.number(first["estimate"], 1))
    longest = str(max(meta["delay_days"], default=""))
    share = ends(integration.filter(pl.col("indicator") == "delay_share", pl.col("category") == longest))
    if share and share[1]["wave"] == last["wave"]:
        text += ends_of.reached.format(share=words.percent(share[1]["estimate"], 0), n=longest)
    return text + "."


def _network_sentences(published: Published, integration: pl.DataFrame, words: Words, region: str) -> list[str]:
    said = []
    for (relation,), part in integration.filter(pl.col("indicator") == "network_density").group_by(
        "scale", maintain_order=True
    ):
        found = ends(part)
        if not found or found[0]["wave"] == found[1]["wave"]:
            continue
        first, last = found
        text = words.say(
            "Organisations around children ({relation}): {last} of all possible ties existed in "
            "{year}, {first} in {before}.",
            relation=relation_title(str(relation), words, published.meta).lower(),
            last=words.percent(last["estimate"], 0),
            first=words.percent(first["estimate"], 0),
            year=last["wave"],
            before=first["wave"],
        )
        moved = changes(published, region=region, relation=str(relation)).get("network_density")
        if (
            moved is not None
            and moved["estimate"] is not None
            and (moved["other_wave"], moved["wave"]) == (first["wave"], last["wave"])
        ):
            said_of = change_words(moved, published.meta, words, as_share=True)
            text += " " + words.say("Among those in both years the change is {change}.", change=said_of)
        said.append(text)
    return said
