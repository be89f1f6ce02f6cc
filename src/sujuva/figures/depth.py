"""How deep the work together is, and how deep partners expect it to be: the two numbers of HSIM by region."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from matplotlib.axes import Axes

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import forest
from sujuva.figures.framing import absent, framed, no_ranking_note
from sujuva.figures.labels import Meta, region_title, relation_title
from sujuva.figures.language import Words
from sujuva.figures.nobody import somebody
from sujuva.figures.picture import Picture
from sujuva.figures.theme import columns_for, grid, style
from sujuva.published import SHOWN, require_published

OBSERVED, EXPECTED, KNOWN, GAP = "hsim_depth", "hsim_depth_expected", "hsim_known", "hsim_gap"
_LEVELS = range(5)


def depth_title(level: int, words: Words) -> str:
    """Return the name of a level of working together, 0–4 (Browne et al. 2004)."""
    return [
        words.say("do not know of each other"),
        words.say("know of each other"),
        words.say("communicate"),
        words.say("coordinate"),
        words.say("collaborate"),
    ][level]


def depth_rows(integration: pl.DataFrame, *, regions: Sequence[str]) -> pl.DataFrame:
    """Return the published depths of the latest year of each relation that has an expected depth.

    Args:
        integration: Published indicators of integration.
        regions: Regions to keep, in their order.
    """
    frame = require_published(integration, "depth").filter(
        pl.col("indicator").is_in([OBSERVED, EXPECTED]), pl.col("group") == "all", pl.col("category") == "",
        pl.col("wave") > 0, pl.col("region").is_in(list(regions)),
    ).filter(somebody())  # fmt: skip
    hoped = frame.filter(
        pl.col("indicator") == EXPECTED, (pl.col("suppressed") != SHOWN) | pl.col("estimate").is_not_null()
    )
    frame = frame.join(hoped.select("scale").unique(), on="scale", how="semi", maintain_order="left")
    frame = frame.filter(pl.col("wave") == pl.col("wave").max().over("scale"))
    return frame.sort("scale", pl.col("region").cast(pl.Enum(list(regions))), pl.col("indicator"))


def depth(integration: pl.DataFrame, meta: Meta, words: Words, *, regions: Sequence[str]) -> Picture | None:
    """Draw observed and expected depth on one row a region, a panel a relation; None where there is no pair of them.

    Args:
        integration: Published indicators of integration.
        meta: Metadata of the publication.
        words: The reader's language.
        regions: Regions to show; "network" stands for all together.
    """
    data = depth_rows(integration, regions=regions)
    pairs = {(row["scale"], row["region"], row["indicator"]): row for row in data.iter_rows(named=True)}
    known = {key for key, row in pairs.items() if row["suppressed"] == SHOWN and row["estimate"] is not None}
    relations = [
        one for one in data["scale"].unique(maintain_order=True).to_list() if any(key[0] == one for key in known)
    ]
    places = [one for one in regions if any(key[1] == one for key in known)]
    if not places or (places == [NETWORK] and list(regions) != [NETWORK]):
        return None
    # Of the pairs with both ratings: not quite the difference of the two depths where some are missing.
    gaps = integration.filter(pl.col("indicator") == GAP).join(data, on=["scale", "region", "wave"], how="semi")
    pairs |= {(row["scale"], row["region"], GAP): row for row in gaps.iter_rows(named=True)}
    top = int(meta.get("integration", {}).get("depth_max", 4))
    across = min(2, columns_for(len(relations)))
    down = -(-len(relations) // across)
    with style():
        figure, axes = grid(
            down, across, height=0.3 * len(places) + 0.2, top=0.75, bottom=0.75, left=1.9, right=1.15,
            gap=(1.2, 1.2),
        )  # fmt: skip
        for number, (relation, ax) in enumerate(zip(relations, axes, strict=False)):
            labels = [region_title(meta, one, words) if number % across == 0 else "" for one in places]
            _panel(ax, pairs, relation, places, labels, words)
            ax.set_xlim(0, top)
            ax.set_xticks(range(top + 1))
            if top == len(_LEVELS) - 1:
                names = [f"{one}\n" + _broken(depth_title(one, words)) for one in _LEVELS]
                ax.set_xticklabels(names, fontsize=6.8)
            year = max(data.filter(pl.col("scale") == relation)["wave"].to_list())
            ax.set_title(f"{relation_title(relation, words, meta)}, {year}", fontsize=9.5)
        for ax in axes[len(relations) :]:
            ax.set_visible(False)
        handles = [
            forest.key(words.say("as it is")),
            forest.key(words.say("as partners expect it to be"), colour=1, marker="D", filled=False),
        ]
        figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.005, 1.0), ncols=2)
    said = [
        f"{relation_title(relation, words, meta)}, {region_title(meta, place, words)}: "
        f"{_said(pairs, relation, place, words)}"
        for relation in relations
        for place in places
    ]
    return framed(
        figure, data, meta, words,
        key="depth",
        title=words.say("How deep organisations work together, and how deep they expect to"),
        caption=[
            words.say(
                "Mean of how organisations rate their work with each other, 0–4 (Human Service Integration Measure), "
                "in the latest year. The gap is expected less observed; missing ratings are left out of both."
            ),
            words.say(
                "Every pair of organisations was to be rated, so the means have no sampling error. They rest on the "
                "ratings that were given, and on the word of those who answered for each organisation."
            ),
            _answered(integration, data, meta, words),
            words.say(
                "The deepest work with everyone is no aim in itself: what is deep enough depends on what families need."
            ),
            no_ranking_note(words) if len(places) > 1 else "",
        ],
        alt=words.say("Pairs of dots, observed and expected depth. {values}.", values="; ".join(said)),
    )  # fmt: skip


def _answered(integration: pl.DataFrame, data: pl.DataFrame, meta: Meta, words: Words) -> str:
    """Say how many of the pairs were rated, by relation and region, as far as it is published."""
    known = require_published(integration, "depth").filter(
        pl.col("indicator") == KNOWN, pl.col("group") == "all", pl.col("suppressed") == SHOWN,
        pl.col("estimate").is_not_null(),
    )  # fmt: skip
    known = data.filter(pl.col("indicator") == OBSERVED).select("scale", "region", "wave").join(
        known.select("scale", "region", "wave", "estimate"), on=["scale", "region", "wave"], how="inner",
        maintain_order="left",
    )  # fmt: skip
    if known.is_empty():
        return ""
    if known["estimate"].min() == known["estimate"].max():
        return words.say("Of the pairs, {share} were rated.", share=words.percent(known["estimate"][0], 0))
    said = [
        f"{relation_title(scale, words, meta)}, {region_title(meta, region, words)} {words.percent(share, 0)}"
        for scale, region, share in known.select("scale", "region", "estimate").iter_rows()
    ]
    return words.say("Of the pairs, so many were rated: {shares}.", shares="; ".join(said))


def _broken(text: str) -> str:
    """Put each word but the shortest on a line of its own: names of levels stand side by side."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + len(word) < 9:  # noqa: PLR2004 - letters
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join(lines)


def _panel(
    ax: Axes, pairs: dict[tuple[str, str, str], dict[str, Any]], relation: str, places: Sequence[str],
    labels: Sequence[str], words: Words,
) -> None:  # fmt: skip
    marks = []
    for place, region in enumerate(places):
        values = [_value(pairs.get((relation, region, one))) for one in (OBSERVED, EXPECTED)]
        observed, expected = values
        if observed is not None and expected is not None:
            ax.hlines(place, min(observed, expected), max(observed, expected), color="#9aa5b0", linewidth=2.2, zorder=1)
        if observed is not None:
            marks.append(forest.Mark(place, observed))
        if expected is not None:
            marks.append(forest.Mark(place, expected, colour=1, marker="D", filled=False))
        if observed is None:
            forest.told(ax, place, absent(pairs.get((relation, region, OBSERVED)), words))
        forest.beside(ax, place, _gap(pairs, relation, region, words))
    bold = [place for place, one in enumerate(places) if one == NETWORK and len(places) > 1]
    forest.draw(ax, marks, labels, bold=bold, zero=False)
    ax.set_axisbelow(True)


def _value(row: dict[str, Any] | None) -> float | None:
    return None if row is None or row["suppressed"] != SHOWN else row["estimate"]


def _gap(pairs: dict[tuple[str, str, str], dict[str, Any]], relation: str, region: str, words: Words) -> str:
    gap = _value(pairs.get((relation, region, GAP)))
    return "" if gap is None else words.say("gap {value}", value=words.number(gap, 2))


def _said(pairs: dict[tuple[str, str, str], dict[str, Any]], relation: str, region: str, words: Words) -> str:
    rows = [pairs.get((relation, region, one)) for one in (OBSERVED, EXPECTED)]
    observed, expected = (absent(row, words) if _value(row) is None else words.number(_value(row), 2) for row in rows)
    return words.say("observed {observed}, expected {expected}", observed=observed, expected=expected)
