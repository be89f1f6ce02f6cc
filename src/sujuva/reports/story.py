"""What a page says first: a few plain sentences and key numbers, made from published numbers only."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import polars as pl
from scipy.special import stdtrit

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import Words, headline_means
from sujuva.figures.casework import way
from sujuva.figures.labels import (
    Meta,
    direction,
    informant_title,
    manner,
    note_title,
    relation_title,
    scale_title,
)
from sujuva.figures.language import NO_BREAK
from sujuva.publish import SHOWN, Published


@dataclass(frozen=True)
class KeyNumber:
    """One number at the top of a page.

    Attributes:
        title: What it is.
        value: The latest value with its unit.
        before: What it was before, and when.
        note: Interval and n.
    """

    title: str
    value: str
    before: str
    note: str


def ends(frame: pl.DataFrame) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return the first and the last shown row of a series over years; None where nothing is shown."""
    shown = frame.filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null(), pl.col("wave") > 0).sort(
        "wave"
    )
    return (shown.row(0, named=True), shown.row(-1, named=True)) if shown.height else None


def key_numbers(published: Published, words: Words, *, region: str) -> list[KeyNumber]:
    """Return the key numbers of a region: mean scores, waiting, network.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region, or "network".
    """
    meta = published.meta
    found = [_coping_number(part, meta, words) for part in _coping_series(published, region)]
    integration = published["integration"].filter(pl.col("region") == region, pl.col("group") == "all")
    wanted = [
        ("delay_median", ""),
        *(("delay_share", str(day)) for day in meta["delay_days"]),
        ("network_density", ""),
        ("network_ei_sector", ""),
    ]
    for indicator, category in wanted:
        mine = integration.filter(pl.col("indicator") == indicator, pl.col("category") == category)
        for _, part in mine.group_by("scale", maintain_order=True):
            found.append(_service_number(part, meta, words))
    return [one for one in found if one is not None]


def sentences(published: Published, words: Words, *, region: str) -> list[str]:
    """Return what a reader learns, in plain sentences.

    A difference between years is called clear when it is larger than chance would make it (see `differ`).
    """
    return [text for _, text in _ranked(published, words, region)]


def headlines(published: Published, words: Words, *, region: str, most: int = 2) -> list[str]:
    """Return the sentences that say most, for the front page: clear changes, then waiting, then networks.

    Where nothing can be said of change, the one sentence names what the report has.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region, or "network".
        most: How many sentences at most.
    """
    ranked = sorted(_ranked(published, words, region), key=lambda one: one[0])
    if ranked:
        return [text for _, text in ranked[:most]]
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
        words.say("answers to questionnaires"): bool(_coping_series(published, region)),
        words.say("times from start to end of cases"): any(one.startswith("delay_") for one in found),
        words.say("networks of organisations"): any(one.startswith("network_") for one in found),
        words.say("feedback of participants"): "feedback_mean" in found,
        words.say("statistics of the area"): has_statistics(published, region),
    }
    return [name for name, here in parts.items() if here]


def has_statistics(published: Published, region: str) -> bool:
    """Tell whether there are public statistics of a region; of any region of the study for "network"."""
    wanted = list(published.meta["regions"]) if region == NETWORK else [region]
    return not published["situation"].filter(pl.col("region").is_in(wanted)).is_empty()


def _ranked(published: Published, words: Words, region: str) -> list[tuple[int, str]]:
    """Return rank and text of each sentence, in the order of a page."""
    said = [
        (0 if _clear(part) else 3, _coping_sentence(part, published.meta, words))
        for part in _coping_series(published, region)
    ]
    integration = published["integration"].filter(pl.col("region") == region, pl.col("group") == "all")
    said.append((1, _delay_sentence(integration, published.meta, words)))
    said += [(2, text) for text in _network_sentences(integration, words)]
    return [(rank, text) for rank, text in said if text]


def _clear(part: pl.DataFrame) -> bool:
    """Tell whether the first and the last year differ by more than chance."""
    found = ends(part)
    return found is not None and differ(*found) is True


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


def _coping_series(published: Published, region: str) -> list[pl.DataFrame]:
    means = headline_means(published["parjaavyys"], published.meta).filter(pl.col("region") == region)
    return [part for _, part in means.group_by("scale", "informant", maintain_order=True)]


def _coping_number(part: pl.DataFrame, meta: Meta, words: Words) -> KeyNumber | None:
    found = ends(part)
    if not found:
        return None
    first, last = found
    shown = manner(meta, last)
    span = meta["scales"].get(last["scale"], {}).get("range")
    of = (
        ""
        if not span or shown.get("percent")
        else " " + words.say("points on the scale {span}", span=words.span(*span))
    )
    notes = [informant_title(last["informant"], words), direction(meta, last["scale"], words)]
    if last["ci_low"] is not None:
        notes.append(words.say("interval {span}", span=words.interval(last["ci_low"], last["ci_high"], shown)))
    elif last["note"]:
        notes.append(note_title(last["note"], words))
    notes.append(f"n{NO_BREAK}={NO_BREAK}{words.number(last['n'])}")
    return KeyNumber(
        title=scale_title(meta, last["scale"], words),
        value=words.value(last["estimate"], shown) + of,
        before=_before(first, last, words.value(first["estimate"], shown), words),
        note=", ".join(notes),
    )


def _service_number(part: pl.DataFrame, meta: Meta, words: Words) -> KeyNumber | None:
    found = ends(part)
    if not found:
        return None
    first, last = found
    info = meta["indicators"].get(last["indicator"], {})
    ends_of = way(meta, words)
    titles = {
        "delay_median": ends_of.half,
        "delay_share": ends_of.within.format(n=last["category"]),
        "network_density": words.say(
            "Ties that exist of all possible ({relation})", relation=relation_title(last["scale"], words).lower()
        ),
        "network_ei_sector": words.say(
            "Ties across sectors, index −1…+1 ({relation})", relation=relation_title(last["scale"], words).lower()
        ),
    }

    def shown(row: dict[str, Any]) -> str:
        if row["indicator"] == "delay_median":
            return words.say("{n} days", n=words.number(row["estimate"], 1))
        if row["indicator"] == "network_density":
            return words.percent(row["estimate"], 0)
        return (
            words.number(row["estimate"], 2)
            if row["indicator"] == "network_ei_sector"
            else words.value(row["estimate"], info)
        )

    units = {"families": ends_of.unit, "organisations": words.say("organisations")}
    return KeyNumber(
        title=titles[last["indicator"]],
        value=shown(last),
        before=_before(first, last, shown(first), words),
        # n is hidden where it would tell how few cases are still open.
        note="" if last["n"] is None else f"{words.number(last['n'])} {units.get(info.get('counts', ''), '')}".strip(),
    )


def _before(first: dict[str, Any], last: dict[str, Any], value: str, words: Words) -> str:
    if first["wave"] == last["wave"]:
        return words.say("in {year}", year=last["wave"])
    return words.say("in {year}; in {before} it was {value}", year=last["wave"], before=first["wave"], value=value)


def _coping_sentence(part: pl.DataFrame, meta: Meta, words: Words) -> str:
    found = ends(part)
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
    clear = differ(first, last)
    if clear is None:
        return words.say(
            "{scale}: {what} was {first} in {before} and {last} in {year}; how far chance explains this is not known.",
            **values,
        )
    if clear:
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


def _network_sentences(integration: pl.DataFrame, words: Words) -> list[str]:
    said = []
    for (relation,), part in integration.filter(pl.col("indicator") == "network_density").group_by(
        "scale", maintain_order=True
    ):
        found = ends(part)
        if not found or found[0]["wave"] == found[1]["wave"]:
            continue
        first, last = found
        said.append(
            words.say(
                "Organisations around children ({relation}): {last} of all possible ties existed in "
                "{year}, {first} in {before}.",
                relation=relation_title(str(relation), words).lower(),
                last=words.percent(last["estimate"], 0),
                first=words.percent(first["estimate"], 0),
                year=last["wave"],
                before=first["wave"],
            )
        )
    return said


__all__ = ["KeyNumber", "contents", "ends", "has_statistics", "headlines", "key_numbers", "sentences"]
