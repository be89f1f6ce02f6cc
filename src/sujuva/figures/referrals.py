"""Where families are sent on: referrals from sector to sector as bands, as wide as there are referrals."""

from __future__ import annotations

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from sujuva.figures.framing import framed, in_words
from sujuva.figures.labels import Meta, indicator_title, region_title, sector_title
from sujuva.figures.language import Words
from sujuva.figures.picture import Picture
from sujuva.figures.theme import COLOURS, INK, PAPER, QUIET, grid, style
from sujuva.published import SHOWN, require_published

BESIDE = ("case_referral_lost", "case_ping_pong", "case_referral_chain", "case_joint_start")
"""Numbers about referrals that stand above the bands."""
_NODE = 0.035
_EMPTY = 0.035
"""Height of a sector without a shown referral, and the gap between sectors, as parts of the picture."""
_NUMBERED = 0.034
"""From which height a band is so wide that its number fits."""


def referral_rows(integration: pl.DataFrame, *, region: str) -> pl.DataFrame:
    """Return the counts of referrals of a region: of all years together where they are published, else of the latest.

    Args:
        integration: Published indicators: scale = sector that sends, category = sector that receives.
        region: Region, or "network".
    """
    frame = require_published(integration, "referrals").filter(
        pl.col("indicator") == "referrals", pl.col("group") == "all", pl.col("region") == region
    )
    whole = frame.filter(pl.col("wave") == 0)
    frame = whole if whole.height else frame.filter(pl.col("wave") == pl.col("wave").max())
    return frame.sort("scale", "category")


def number_rows(integration: pl.DataFrame, *, region: str) -> pl.DataFrame:
    """Return the numbers that stand above the bands: of all years together, else of the latest year.

    Args:
        integration: Published indicators of integration.
        region: Region, or "network".
    """
    frame = integration.filter(pl.col("indicator").is_in(BESIDE), pl.col("group") == "all", pl.col("region") == region)
    rank = pl.when(pl.col("wave") == 0).then(pl.lit(9999)).otherwise("wave")
    frame = frame.filter(rank == rank.max().over("indicator"))
    return frame.sort(pl.col("indicator").cast(pl.Enum(BESIDE)))


def referrals(integration: pl.DataFrame, meta: Meta, words: Words, *, region: str) -> Picture | None:
    """Draw the referrals of a region from the sectors on the left to those on the right; None where none is shown.

    Args:
        integration: Published indicators of integration.
        meta: Metadata of the publication.
        words: The reader's language.
        region: Region, or "network".
    """
    data = referral_rows(integration, region=region)
    shown = data.filter(pl.col("suppressed") == SHOWN, pl.col("estimate") > 0)
    if shown.is_empty():
        return None
    hidden = data.filter(pl.col("suppressed") != SHOWN)
    facts = number_rows(integration, region=region)
    order = [*meta["sectors"], *sorted({*data["scale"], *data["category"]} - set(meta["sectors"]))]
    flows = {(row["scale"], row["category"]): float(row["estimate"]) for row in shown.iter_rows(named=True)}
    unseen = set(hidden.select("scale", "category").iter_rows())
    left = [one for one in order if any(source == one for source, _ in flows | dict.fromkeys(unseen))]
    right = [one for one in order if any(target == one for _, target in flows | dict.fromkeys(unseen))]
    with style():
        head = 0.3 + 0.175 * facts.height
        figure, axes = grid(1, 1, height=max(2.6, 0.48 * max(len(left), len(right))), top=head, bottom=0.15, left=2.2,
                            right=2.2)  # fmt: skip
        _flow(axes[0], flows, unseen, left, right, order, meta, words)
        _facts(axes[0], facts, meta, words)
    name = region_title(meta, region, words)
    wave = int(data["wave"][0])
    years = words.say("all years together") if wave == 0 else str(wave)
    total = words.number(sum(flows.values()))
    biggest = sorted(flows.items(), key=lambda item: (-item[1], item[0]))[:3]
    return framed(
        figure, pl.concat([data, facts]), meta, words,
        key="referrals",
        title=words.say("Where families are sent on"),
        caption=[
            words.say(
                "Referrals from one sector (left) to another (right), {years}; the wider the band, the more of them. "
                "Shown: {n}. A family may be referred several times.",
                years=years, n=total,
            ),
            words.say("A dotted line: there are referrals, but so few that their number is hidden.")
            if unseen
            else "",
            words.say(
                "A referral onward is not bad in itself. What a family lives through is a chain of them, one that "
                "nobody receives, or one that leads back."
            ),
            words.say("Only referrals written into the log are here; those made by phone alone are not."),
        ],
        alt=words.say(
            "Bands between sectors in {region}: {n} referrals shown. The largest: {values}.",
            region=name, n=total,
            values="; ".join(
                f"{sector_title(meta, source, words)} → {sector_title(meta, target, words)} {words.number(n)}"
                for (source, target), n in biggest
            ),
        ),
        place=name,
    )  # fmt: skip


def _facts(ax: Axes, facts: pl.DataFrame, meta: Meta, words: Words) -> None:
    """Write lost referrals, chains and returns above the bands, a line each."""
    lines = [
        f"{indicator_title(meta, row['indicator'], words)}{_year(row['wave'])}: {in_words(row, meta, words)}"
        for row in facts.iter_rows(named=True)
    ]
    if lines:
        ax.annotate(
            "\n".join(lines), (0, 1), (-150, 14), xycoords="axes fraction", textcoords="offset points", fontsize=8.5,
            color=INK, va="bottom", linespacing=1.45, annotation_clip=False,
        )  # fmt: skip


def _year(wave: int) -> str:
    return f" {wave}" if wave else ""


def _heights(keys: list[str], sums: dict[str, float], total: float) -> dict[str, tuple[float, float]]:
    """Return bottom and height of each sector, from the top down, on 0–1."""
    room = 1 - _EMPTY * (2 * len(keys) - 1)
    found, top = {}, 1.0
    for key in keys:
        height = _EMPTY + room * sums.get(key, 0.0) / total
        found[key] = (top - height, height)
        top -= height + _EMPTY
    return found


def _flow(
    ax: Axes, flows: dict[tuple[str, str], float], unseen: set[tuple[str, str]], left: list[str], right: list[str],
    order: list[str], meta: Meta, words: Words,
) -> None:  # fmt: skip
    total = sum(flows.values())
    sums = [
        {key: sum(n for pair, n in flows.items() if pair[side] == key) for key in keys}
        for side, keys in enumerate((left, right))
    ]
    places = [_heights(left, sums[0], total), _heights(right, sums[1], total)]
    longest = max(len(left), len(right))
    room = 1 - _EMPTY * (2 * longest - 1)
    scale = min(room, *(1 - _EMPTY * (2 * len(keys) - 1) for keys in (left, right))) / total
    cursors = [{key: low + height - _EMPTY / 2 for key, (low, height) in side.items()} for side in places]
    for source in left:
        colour = COLOURS[order.index(source) % len(COLOURS)]
        for target in right:
            if (source, target) in flows:
                thick = scale * flows[source, target]
                y0, y1 = cursors[0][source], cursors[1][target]
                ax.add_patch(_band(y0, y1, thick, colour))
                if thick >= _NUMBERED:
                    ax.text(
                        _NODE + 0.02, y0 - thick / 2, words.number(flows[source, target]), ha="left",
                        va="center_baseline", fontsize=7.5, color=INK, zorder=4,
                    )  # fmt: skip
                cursors[0][source] -= thick
                cursors[1][target] -= thick
    for source, target in sorted(unseen):
        ends = [places[0][source], places[1][target]]
        y0, y1 = (low + _EMPTY / 4 for low, _ in ends)
        ax.plot(*_curve(y0, y1), color=QUIET, linewidth=0.9, linestyle=(0, (1, 2)), zorder=1)
    for side, (keys, x) in enumerate(((left, 0.0), (right, 1 - _NODE))):
        for key in keys:
            low, height = places[side][key]
            colour = COLOURS[order.index(key) % len(COLOURS)]
            ax.add_patch(Rectangle((x, low), _NODE, height, facecolor=colour, edgecolor=PAPER, zorder=3))
            number = words.number(sums[side][key]) if sums[side][key] else words.say("hidden")
            text = f"{_wrapped(sector_title(meta, key, words))}: {number}"
            ax.text(
                -0.015 if side == 0 else 1.015, low + height / 2, text,
                ha="right" if side == 0 else "left", va="center", fontsize=8.5, color=INK,
            )  # fmt: skip
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    ax.axis("off")


def _wrapped(title: str) -> str:
    """Break a long title before its last words, so that it fits beside the bands."""
    if len(title) <= 24:  # noqa: PLR2004 - letters
        return title
    words = title.split()
    half = max(range(1, len(words)), key=lambda n: -abs(len(" ".join(words[:n])) - len(title) / 2), default=1)
    return " ".join(words[:half]) + "\n" + " ".join(words[half:])


def _curve(y0: float, y1: float) -> tuple[list[float], list[float]]:
    t = np.linspace(0, 1, 30)
    x = _NODE + (1 - 2 * _NODE) * t
    return x.tolist(), (y0 + (y1 - y0) * (3 * t**2 - 2 * t**3)).tolist()


def _band(y0: float, y1: float, thick: float, colour: str) -> PathPatch:
    """Return a band from its upper edges at y0 and y1, both ends level."""
    a, b, middle = _NODE, 1 - _NODE, 0.5
    points = [
        (a, y0), (middle, y0), (middle, y1), (b, y1), (b, y1 - thick), (middle, y1 - thick), (middle, y0 - thick),
        (a, y0 - thick), (a, y0),
    ]  # fmt: skip
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    return PathPatch(Path(points, codes), facecolor=colour, edgecolor=colour, alpha=0.42, linewidth=0.5, zorder=2)
