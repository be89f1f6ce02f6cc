"""What happens to families: shares of families, meetings and referrals, by region and year, with intervals."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.dots import Line, by_region, rows_of, shares_axis
from sujuva.figures.framing import framed, in_words, interval_note, no_effect_note, no_ranking_note
from sujuva.figures.labels import Meta, indicator_title, region_title
from sujuva.figures.language import Words
from sujuva.figures.nobody import somebody
from sujuva.figures.picture import Picture
from sujuva.figures.theme import style
from sujuva.published import SHOWN, require_published

WAY = (
    "case_consent",
    "case_reserved_day",
    "case_one_stop",
    "case_joint_start",
    "case_follow_up",
    "case_early",
    "case_overlap",
    "case_ping_pong",
    "case_referral_lost",
)
"""Shares on a family's way, the ones of which more is better first."""
LESS = ("case_overlap", "case_ping_pong", "case_referral_lost")
"""Shares of which less is better."""
AT_TABLE = ("case_parent", "case_child", "case_third_sector", "case_sectors_3")
"""Shares of meetings by who took part."""


def share_rows(integration: pl.DataFrame, indicators: Sequence[str], *, regions: Sequence[str]) -> pl.DataFrame:
    """Return the published rows of shares of everyone by year, in the order of the indicators and regions.

    Args:
        integration: Published indicators of integration.
        indicators: The shares.
        regions: Regions to keep.
    """
    frame = require_published(integration, "shares").filter(
        pl.col("indicator").is_in(list(indicators)), pl.col("group") == "all", pl.col("wave") > 0,
        pl.col("category") == "", pl.col("region").is_in(list(regions)),
    )  # fmt: skip
    order = [pl.col(name).cast(pl.Enum(list(keys))) for name, keys in (("indicator", indicators), ("region", regions))]
    return frame.filter(somebody()).sort(*order, "wave")


def families(integration: pl.DataFrame, meta: Meta, words: Words, *, regions: Sequence[str]) -> Picture | None:
    """Draw the shares on the way of families; None where the regions (other than the network) have none.

    Args:
        integration: Published indicators of integration.
        meta: Metadata of the publication.
        words: The reader's language.
        regions: Regions to show; "network" stands for all together.
    """
    held = share_rows(integration, WAY, regions=regions)["indicator"].unique().to_list()
    less = [words.say("“{title}”", title=indicator_title(meta, one, words)) for one in LESS if one in held]
    return _shares(
        integration, meta, words, WAY, regions=regions,
        key="families",
        title=words.say("How the way of families goes"),
        about=[
            words.say(
                "Shares by year: of families, of meetings, of services or of referrals, as the table says of each."
            ),
            words.say("Less is better of {measures}.", measures=words.listed(less)) if less else "",
            words.say(
                "Meetings and referrals too young to tell are left out, young meetings even where a follow-up has been "
                "held already. They are not counted as no."
            ),
            words.say(
                "Overlapping services: families of the last year were observed for a shorter time, so their share is "
                "lower for that reason too."
            )
            if "case_overlap" in held
            else "",
            words.say(
                "A reserved day may be a public holiday: a meeting after it counts as not kept."
            )
            if "case_reserved_day" in held
            else "",
        ],
    )  # fmt: skip


def at_table(integration: pl.DataFrame, meta: Meta, words: Words, *, regions: Sequence[str]) -> Picture | None:
    """Draw who is at the table when families meet services; None where the regions have no attendance.

    Args:
        integration: Published indicators of integration.
        meta: Metadata of the publication.
        words: The reader's language.
        regions: Regions to show; "network" stands for all together.
    """
    return _shares(
        integration, meta, words, AT_TABLE, regions=regions,
        key="at-table",
        title=words.say("Who is at the table when families meet services"),
        about=[
            words.say("Share of joint meetings by who took part, of meetings whose attendance was written down."),
            words.say("Who sat at the table does not tell who was heard there."),
        ],
    )  # fmt: skip


def _shares(
    integration: pl.DataFrame,
    meta: Meta,
    words: Words,
    indicators: Sequence[str],
    *,
    regions: Sequence[str],
    key: str,
    title: str,
    about: Sequence[str],
) -> Picture | None:
    data = share_rows(integration, indicators, regions=regions)
    shown = data.filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null())
    places = [one for one in regions if one in shown["region"].unique().to_list()]
    if not places or (places == [NETWORK] and list(regions) != [NETWORK]):
        return None
    held = data["indicator"].unique(maintain_order=True).to_list()
    rows = [Line(one, indicator_title(meta, one, words)) for one in held]
    with style():
        figure = by_region(
            rows_of(data, panel="region", row="indicator"), meta, words, regions=places, rows=rows,
            axis=shares_axis(words),
        )  # fmt: skip
    last = shown["wave"].max()
    said = []
    for place in places:
        mine = shown.filter(pl.col("wave") == last, pl.col("region") == place)
        numbers = [
            f"{indicator_title(meta, row['indicator'], words)} {in_words(row, meta, words)}"
            for row in mine.iter_rows(named=True)
        ]
        if numbers:
            said.append(f"{region_title(meta, place, words)}: {'; '.join(numbers)}")
    return framed(
        figure, data, meta, words, key=key, title=title,
        caption=[
            *about,
            interval_note(meta, words)
            + " "
            + words.say(
                "The interval allows for what happens to one family being alike. No line: there is no interval."
            ),
            no_effect_note(words),
            no_ranking_note(words) if len(places) > 1 else "",
        ],
        alt=words.say("Dots with intervals for shares in {year}. {values}.", year=last, values=". ".join(said)),
    )  # fmt: skip
