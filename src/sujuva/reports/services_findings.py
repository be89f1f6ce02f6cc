"""Plain sentences on integration: one number each with its interval, only where it is shown, and no word of causes."""

from __future__ import annotations

from typing import Any

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import Words
from sujuva.figures.agreed import DONE, UNKNOWN
from sujuva.figures.depth import EXPECTED, OBSERVED
from sujuva.figures.families import AT_TABLE
from sujuva.figures.feedback import GROUP
from sujuva.figures.framing import in_words, table
from sujuva.figures.labels import Meta, group_title, indicator_title, note_title, relation_title, scale_title
from sujuva.figures.language import DASH
from sujuva.figures.partners import MEAN
from sujuva.figures.profile import dimension_titles, dimensions, profile_rows
from sujuva.figures.survival import curve_rows
from sujuva.published import SHOWN, Published

CHANGE = "network_change"


def latest(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the shown rows of the latest year, as far as they have a number: none where that year is hidden."""
    last = frame.filter(pl.col("wave") > 0).filter(pl.col("wave") == pl.col("wave").max())
    return last.filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null())


def _mine(published: Published, region: str, *indicators: str) -> pl.DataFrame:
    return published["integration"].filter(
        pl.col("indicator").is_in(indicators), pl.col("region") == region, pl.col("group") == "all"
    )


def profile_sentence(published: Published, words: Words, *, region: str) -> str:
    """Say how many of the declared dimensions have a number in the latest year; nothing where none has."""
    meta = published.meta
    declared = [one["key"] for one in dimensions(meta)]
    every = profile_rows(published["integration"], meta, regions=[region]).filter(pl.col("side") != "")
    rows = latest(every)
    if rows.is_empty():
        return ""
    found, titles = set(rows["dimension"]), dimension_titles(meta, words)
    text = words.say(
        "In {year}, {n} of {all} dimensions have a number here. No single number stands for integration: the three "
        "sides are read together.",
        year=rows["wave"][0], n=len(found), all=len(declared),
    )  # fmt: skip
    hidden = set(every.filter(pl.col("wave") == rows["wave"][0], pl.col("suppressed") != SHOWN)["dimension"])
    if hidden:
        named = [titles[one] for one in declared if one in hidden]
        text += " " + words.say("Hidden to protect privacy: {dimensions}.", dimensions=words.listed(named))
    away = [titles[one] for one in declared if one not in found | hidden]
    if not away:
        return text
    if region == NETWORK:
        return text + " " + words.say(
            "Without a number for the whole network: {dimensions}. Networks of organisations are measured region by "
            "region.",
            dimensions=words.listed(away),
        )  # fmt: skip
    return text + " " + words.say("Without a number: {dimensions}.", dimensions=words.listed(away))


def partners_sentence(published: Published, words: Words, *, region: str) -> str:
    """Say which condition partners rate highest and lowest, and whether the intervals overlap."""
    meta = published.meta
    rows = latest(_mine(published, region, MEAN))
    if rows.is_empty():
        return ""
    instruments = {key: meta["scales"].get(key, {}).get("instrument", "") for key in rows["scale"].unique().to_list()}
    first = min(instruments.values())
    rows = rows.filter(pl.col("scale").is_in([key for key, one in instruments.items() if one == first]))
    if rows.height < 2:  # noqa: PLR2004 - one has no other to differ from
        return ""
    rows = rows.sort("estimate", "scale")
    low, high = rows.row(0, named=True), rows.row(-1, named=True)
    text = words.say(
        "In {year} partners rate highest {high} – {most}, and lowest {low} – {least}",
        year=low["wave"],
        high=scale_title(meta, high["scale"], words).lower(), most=in_words(high, meta, words),
        low=scale_title(meta, low["scale"], words).lower(), least=in_words(low, meta, words),
    )  # fmt: skip
    if None in (low["ci_high"], high["ci_low"]):
        return text + "."
    if low["ci_high"] >= high["ci_low"]:
        return text + words.say("; the intervals overlap, so the order may be chance.")
    return text + words.say("; the intervals do not overlap.")


def feedback_sentence(published: Published, words: Words, *, region: str) -> str:
    """Say how children and professionals rated that they were heard; nothing where either is not shown."""
    meta = published.meta
    rows = published["integration"].filter(
        pl.col("indicator") == "feedback_mean", pl.col("region") == region, pl.col("scale") == "feedback.heard",
        pl.col("group").is_in([f"{GROUP}children", f"{GROUP}professionals"]),
    )  # fmt: skip
    found = {row["group"]: row for row in latest(rows).iter_rows(named=True)}
    if len(found) < 2:  # noqa: PLR2004 - both are needed
        return ""
    said = [f"{group_title(group, words).lower()} {in_words(found[group], meta, words)}" for group in sorted(found)]
    return words.say(
        "“{item}” in {year}: {groups}.",
        item=scale_title(meta, "feedback.heard", words), year=next(iter(found.values()))["wave"],
        groups=words.listed(said),
    )  # fmt: skip


def depth_sentence(published: Published, words: Words, *, region: str) -> str:
    """Say observed and expected depth of the first relation that has both; nothing where none has."""
    meta = published.meta
    rows = latest(_mine(published, region, OBSERVED, EXPECTED).sort("scale"))
    for (scale,), part in rows.group_by("scale", maintain_order=True):
        found = {row["indicator"]: row for row in part.iter_rows(named=True)}
        if len(found) == 2:  # noqa: PLR2004 - both are needed
            return words.say(
                "{relation} in {year}: organisations rate how deep they work together at {observed} on average, on "
                "0–4, and expect {expected}.",
                relation=relation_title(str(scale), words, meta), year=part["wave"][0],
                observed=words.number(found[OBSERVED]["estimate"], 2),
                expected=words.number(found[EXPECTED]["estimate"], 2),
            )  # fmt: skip
    return ""


def survival_sentence(published: Published, words: Words, *, region: str) -> str:
    """Say what share had met by the last day of the promise, all years together; nothing where it is hidden."""
    rows = curve_rows(table(published, "survival"), regions=[region]).filter(
        pl.col("suppressed") == SHOWN, pl.col("day").is_in(published.meta["delay_days"]), pl.col("met").is_not_null()
    )
    if rows.is_empty():
        return ""
    row = rows.sort("day").row(-1, named=True)
    values = {
        "share": words.percent(row["met"], 0),
        "interval": words.span(row["met_low"], row["met_high"], 0, percent=True),
        "n": row["day"],
    }
    if published.meta["case_end"] == "meeting":
        return words.say(
            "Over all years, {share} of families had met by day {n} ({interval}), those who have not met counted for "
            "as long as they are known to have waited.",
            **values,
        )
    return words.say(
        "Over all years, {share} of cases had reached their end by day {n} ({interval}), those that have not counted "
        "for as long as they are known to have been open.",
        **values,
    )


def agreed_sentence(published: Published, words: Words, *, region: str) -> str:
    """Say what share of agreed actions was done, and of how many the outcome is not known."""
    meta = published.meta
    done = latest(_mine(published, region, DONE))
    if done.is_empty():
        return ""
    row = done.row(0, named=True)
    text = words.say(
        "Of the actions agreed at meetings whose outcome is known, {done} were done in {year}",
        done=in_words(row, meta, words), year=row["wave"],
    )  # fmt: skip
    unknown = latest(_mine(published, region, UNKNOWN)).filter(pl.col("wave") == row["wave"])
    if unknown.is_empty():
        return text + "."
    return text + words.say(
        "; of all of them, the outcome of {unknown} is not known.", unknown=words.percent(unknown["estimate"][0], 0)
    )


def table_sentence(published: Published, words: Words, *, region: str) -> str:
    """Say at what share of meetings parents, children and others were; nothing where none is shown."""
    meta = published.meta
    rows = latest(_mine(published, region, *AT_TABLE)).sort(pl.col("indicator").cast(pl.Enum(AT_TABLE)))
    if rows.is_empty():
        return ""
    said = [
        f"{indicator_title(meta, row['indicator'], words).lower()} {in_words(row, meta, words)}"
        for row in rows.iter_rows(named=True)
    ]
    return words.say("Of meetings in {year}: {shares}.", year=rows["wave"][0], shares=words.listed(said))


def changes(published: Published, *, region: str, relation: str) -> dict[str, dict[str, Any]]:
    """Return the published change of each measure of a network, from the first year to the latest, by measure.

    A change that could not be computed is there as well: its note tells why.

    Args:
        published: What publish let out.
        region: The region.
        relation: The relation.
    """
    rows = published["comparisons"].filter(
        pl.col("comparison") == CHANGE, pl.col("region") == region, pl.col("scale") == relation,
        pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null() | (pl.col("note").fill_null("") != ""),
    )  # fmt: skip
    rows = rows.filter(pl.col("wave") == pl.col("wave").max()).filter(
        pl.col("other_wave") == pl.col("other_wave").min()
    )
    return {row["category"]: row for row in rows.iter_rows(named=True)}


def change_words(row: dict[str, Any], meta: Meta, words: Words, *, as_share: bool = False) -> str:
    """Write a change of a measure with its interval, and whether chance may explain it; without a value, why.

    An interval without zero is no proof where many changes are looked at: q decides, as it does for coping.

    Args:
        row: A published row of `changes`.
        meta: Metadata of the publication.
        words: The reader's language.
        as_share: Write it in percentage points.
    """
    info = {**meta["indicators"].get(row["category"], {}), **({"percent": True, "decimals": 0} if as_share else {})}
    if row["estimate"] is None:
        return f"{DASH} ({note_title(row['note'], words)})" if row["note"] else DASH
    text = words.signed(row["estimate"], info, brief=True)
    if row["ci_low"] is None:
        return f"{text} ({note_title(row['note'], words)})" if row["note"] else text
    span = words.between(row["ci_low"], row["ci_high"], info)
    chance = ""
    if row["ci_low"] <= 0 <= row["ci_high"]:
        chance = words.say("may be chance")
    elif row["q"] is not None and row["q"] >= meta["coping"]["fdr"]:
        chance = words.say("alone hardly chance, but among so many comparisons it may be")
    return f"{text} ({', '.join(one for one in (span, chance) if one)})"


def brief(published: Published, words: Words, *, region: str) -> list[str]:
    """Return the sentences for the top of a page, a side each; empty where the data has none.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region, or "network".
    """
    said = [
        partners_sentence(published, words, region=region),
        depth_sentence(published, words, region=region) if region != NETWORK else "",
        agreed_sentence(published, words, region=region),
    ]
    return [one for one in said if one]
