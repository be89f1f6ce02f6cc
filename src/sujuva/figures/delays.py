"""From contact to meeting: how many weeks families waited, wave by wave."""

from __future__ import annotations

from typing import Any

import polars as pl
from matplotlib.axes import Axes

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.casework import Way, way
from sujuva.figures.labels import Meta, hidden_note, region_title, source_line, stamp
from sujuva.figures.language import Words
from sujuva.figures.picture import Picture
from sujuva.figures.rows import MOST_LINES, dot_rows, row_height
from sujuva.figures.theme import COLOURS, DASHES, INK, MARKERS, QUIET, grid, style
from sujuva.published import SHOWN, require_published


def delays(weeks: pl.DataFrame, integration: pl.DataFrame, meta: Meta, words: Words, *, region: str) -> Picture | None:
    """Draw how long cases took from their start (contact) to their end (meeting), a panel for each wave.

    None where the region has none, or where every share of it is hidden.

    Args:
        weeks: Published delays: region, wave, days (first of the bin), days_to (last; null: open), n.
        integration: Published indicators of integration.
        meta: Metadata of the publication.
        words: The reader's language.
        region: Region, or "network".
    """
    require_published(weeks, "delays")
    data = weeks.filter(pl.col("region") == region, pl.col("wave") > 0).sort("wave", "days")
    shares = _shares(data, integration, region)
    if all(one is None for values in shares.values() for one in values):
        return None
    said_of = way(meta, words)
    waves = data["wave"].unique().sort().to_list()
    facts = [_facts(integration, region, wave) for wave in waves]
    with style():
        figure, axes = grid(1, len(waves), height=2.0, top=0.7, bottom=0.55, left=0.55, gap=(0.35, 0))
        top = max([one for values in shares.values() for one in values if one is not None], default=1.0)
        for number, (wave, fact, ax) in enumerate(zip(waves, facts, axes, strict=False)):
            _panel(ax, data.filter(pl.col("wave") == wave), shares[wave], words, fact, said_of)
            ax.set_ylim(0, 1.12 * 100 * top)
            ax.set_title(f"{wave}\n\n", fontsize=10)
            ax.annotate(
                _said(fact, meta, words),
                (0, 1),
                (0, 5),
                xycoords="axes fraction",
                textcoords="offset points",
                fontsize=8,
                color=INK,
                linespacing=1.35,
            )
            if number:
                ax.tick_params(labelleft=False)
    name = region_title(meta, region, words)
    caption = said_of.bars
    if data.filter(pl.col("suppressed") != SHOWN).height:
        caption += " " + words.say(
            "A cross on the axis: the share is hidden to protect privacy (fewer than {n} persons, or "
            "one of the cells that protect them).",
            n=meta["privacy"]["threshold"],
        )
    said = "; ".join(
        f"{wave}: {_said(fact, meta, words).replace(chr(10), ', ')}" for wave, fact in zip(waves, facts, strict=True)
    )
    return Picture(
        key="delays",
        title=said_of.title,
        caption=caption,
        alt=words.say("Bar charts of waiting times in {region}.", region=name) + (f" {said}." if said else ""),
        data=data,
        figure=figure,
        language=words.language,
        place=name,
        source=source_line(meta, words),
        stamp=stamp(meta, words),
    )


def promise(integration: pl.DataFrame, meta: Meta, words: Words, *, regions: list[str]) -> Picture | None:
    """Draw the share of cases that reached their end within the promised days, by region and wave.

    None where the regions (other than the network) have none.

    Args:
        integration: Published indicators of integration.
        meta: Metadata of the publication.
        words: The reader's language.
        regions: Regions to show; "network" stands for all together.
    """
    require_published(integration, "delays")
    days = [str(day) for day in meta["delay_days"]]
    data = integration.filter(
        pl.col("indicator") == "delay_share",
        pl.col("wave") > 0,
        pl.col("category").is_in(days),
        pl.col("region").is_in(regions),
    ).sort("category", "region", "wave")
    regions = [one for one in regions if one in data["region"].unique()]
    if not set(regions) - {NETWORK}:
        return None
    said_of = way(meta, words)
    waves = data["wave"].unique().sort().to_list()
    many = len(regions) > MOST_LINES
    with style():
        height = row_height(regions) if many else 2.2
        figure, axes = grid(
            1,
            len(days),
            height=height,
            top=0.75,
            bottom=0.4,
            left=1.8 if many else 0.6,
            gap=(0.4, 0),
            right=0.3,
        )
        for number, (day, ax) in enumerate(zip(days, axes, strict=False)):
            part = data.filter(
                pl.col("category") == day, pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null()
            )
            (_share_rows if many else _share_lines)(ax, part, meta, words, regions, waves)
            ax.set_title(said_of.within.format(n=day))
            if number:
                ax.tick_params(labelleft=False)
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(
            handles,
            labels,
            loc="upper left",
            bbox_to_anchor=(0.005, 1.0),
            ncols=min(5, len(labels)),
            handlelength=3,
            columnspacing=1.6,
        )
    last = waves[-1]
    said = [
        f"{region_title(meta, one, words)} {words.percent(value, 0)}"
        for one, value in data.filter(
            pl.col("wave") == last, pl.col("category") == days[-1], pl.col("suppressed") == SHOWN
        )
        .select("region", "estimate")
        .iter_rows()
    ]
    caption = "\n".join(
        [
            said_of.shares,
            words.say(
                "An unusually slow or fast year is often followed by a more ordinary one, whatever was done "
                "(regression to the mean). Regions are not ranked: their cases differ."
            ),
        ]
    )
    if data.filter(pl.col("suppressed") != SHOWN).height:
        caption += "\n" + (hidden_note(meta, words) if many else said_of.hidden.format(n=meta["privacy"]["threshold"]))
    return Picture(
        key="promise",
        title=said_of.promise,
        caption=caption,
        alt=said_of.spoken.format(n=days[-1], year=last, shares="; ".join(said)),
        data=data,
        figure=figure,
        language=words.language,
        source=source_line(meta, words),
        stamp=stamp(meta, words),
    )


def _share_lines(ax: Axes, part: pl.DataFrame, meta: Meta, words: Words, regions: list[str], waves: list[int]) -> None:
    for number, region in enumerate(regions):
        mine = part.filter(pl.col("region") == region)
        network = region == NETWORK
        ax.plot(
            [waves.index(one) for one in mine["wave"].to_list()],
            (100 * mine["estimate"]).to_list(),
            color=QUIET if network else COLOURS[number % len(COLOURS)],
            marker="d" if network else MARKERS[number % len(MARKERS)],
            linestyle=(0, (1.5, 1.2)) if network else DASHES[number % len(DASHES)],
            markeredgecolor="white",
            label=region_title(meta, region, words),
        )
    ax.set_ylim(0, 100)
    shown = set(part.select("region", "wave").rows())
    gaps = sorted({waves.index(wave) for wave in waves for region in regions if (region, wave) not in shown})
    ax.scatter(gaps, [0] * len(gaps), marker="x", s=22, color=QUIET, linewidth=1.1, clip_on=False, zorder=4)
    ax.set_xlim(-0.3, max(len(waves), 1) - 0.7)
    ax.set_xticks(range(len(waves)), [str(wave) for wave in waves])
    ax.yaxis.set_major_formatter(lambda value, _: words.percent(value / 100, 0))


def _share_rows(ax: Axes, part: pl.DataFrame, meta: Meta, words: Words, regions: list[str], waves: list[int]) -> None:
    dot_rows(ax, part, {one: region_title(meta, one, words) for one in regions}, waves, factor=100)
    ax.set_xlim(0, 100)
    ax.set_xticks(range(0, 101, 25))
    ax.xaxis.set_major_formatter(lambda value, _: words.percent(value / 100, 0))


def _facts(integration: pl.DataFrame, region: str, wave: int) -> dict[str, Any]:
    rows = integration.filter(
        pl.col("region") == region,
        pl.col("wave") == wave,
        pl.col("group") == "all",
        pl.col("indicator").is_in(["delay_median", "delay_share"]),
    )
    found: dict[str, Any] = {}
    for row in rows.iter_rows(named=True):
        found[row["category"] or "median"] = row["estimate"]
        if row["indicator"] == "delay_median":
            found["n"] = row["n"]
    return found


def _said(fact: dict[str, Any], meta: Meta, words: Words) -> str:
    shares = ", ".join(
        words.say(
            "{share} in {n} days",
            share=words.percent(fact[str(day)], 0) if fact.get(str(day)) is not None else words.say("hidden"),
            n=day,
        )
        for day in meta["delay_days"]
    )
    days = words.number(fact.get("median"), 1)
    if fact.get("n") is None:
        median = words.say("median {days} days", days=days)
    else:
        median = words.say("median {days} days (n = {n})", days=days, n=words.number(fact["n"]))
    return median + (f"\n{shares}" if shares else "")


def _shares(data: pl.DataFrame, integration: pl.DataFrame, region: str) -> dict[int, list[float | None]]:
    found = {}
    for (wave,), part in data.group_by("wave", maintain_order=True):
        # Without n, the bins are the whole only if none of them is hidden.
        whole = None if part["n"].null_count() else part["n"].sum()
        total = _facts(integration, region, int(str(wave))).get("n") or whole
        found[int(str(wave))] = [None if n is None or not total else n / total for n in part["n"].to_list()]
    return found


def _panel(
    ax: Axes, part: pl.DataFrame, shares: list[float | None], words: Words, fact: dict[str, Any], said_of: Way
) -> None:
    lows = part["days"].to_list()
    highs = [low + 6 if high is None else high for low, high in zip(lows, part["days_to"].to_list(), strict=True)]
    # The first bin holds day 0 as well; drawn from −0.5 so that bars touch where days do.
    for low, high, share in zip(lows, highs, shares, strict=True):
        if share is None:
            ax.scatter([(low + high) / 2], [0], marker="x", s=18, color=QUIET, linewidth=1, clip_on=False, zorder=4)
        else:
            ax.bar(
                (low + high) / 2,
                100 * share,
                width=high - low + 0.6,
                color="#9cc9e3",
                edgecolor=COLOURS[0],
                linewidth=0.8,
            )
    if fact.get("median") is not None:
        ax.axvline(fact["median"], color=COLOURS[1], linewidth=1.6, linestyle=(0, (4, 2)), zorder=3)
    labels = (
        [f"{low}–{high}" for low, high in zip(lows[:-1], highs[:-1], strict=True)] + [f"{lows[-1]}+"] if lows else []
    )
    ax.set_xticks([(low + high) / 2 for low, high in zip(lows, highs, strict=True)], labels, fontsize=7.5)
    ax.set_xlabel(said_of.axis)
    ax.yaxis.set_major_formatter(lambda value, _: words.percent(value / 100, 0))
    ax.locator_params(axis="y", nbins=5)
