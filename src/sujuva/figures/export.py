"""What the stage `figures` leaves behind: pictures as files, tables as CSV, and a few numbers to compare runs by."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.agreed import agreed
from sujuva.figures.areas import areas
from sujuva.figures.bars import bands
from sujuva.figures.beside import beside
from sujuva.figures.blanks import blanks_by_item, blanks_by_region
from sujuva.figures.change import change
from sujuva.figures.coping import coping
from sujuva.figures.delays import delays, promise
from sujuva.figures.depth import depth
from sujuva.figures.did import did
from sujuva.figures.distributions import distributions
from sujuva.figures.families import at_table, families
from sujuva.figures.feedback import feedback
from sujuva.figures.framing import table
from sujuva.figures.gaps import gaps
from sujuva.figures.hobbies import hobbies
from sujuva.figures.language import Words
from sujuva.figures.measures import reliability
from sujuva.figures.movers import movers
from sujuva.figures.network import networks
from sujuva.figures.partners import partners
from sujuva.figures.picture import Picture
from sujuva.figures.practice import practice
from sujuva.figures.presence import presence
from sujuva.figures.profile import profile
from sujuva.figures.quality import quality
from sujuva.figures.referrals import referrals
from sujuva.figures.response import AGAIN, ANSWERED, response
from sujuva.figures.survival import survival
from sujuva.figures.talks import strengths, transitions
from sujuva.figures.trust import trust
from sujuva.figures.waits import waits
from sujuva.io import write_text, write_with
from sujuva.published import SHOWN, Published, require_published


def network_pictures(published: Published, words: Words, *, regions: Sequence[str]) -> dict[str, Picture]:
    """Draw every figure of the whole network, and the networks of organisations of each region, by file name.

    Args:
        published: What publish let out.
        words: The reader's language.
        regions: Regions of the study.
    """
    meta, tables = published.meta, published.tables
    chosen = [key for key in regions if key in meta["regions"]]
    everyone = [*chosen, NETWORK]
    pictures = [
        coping(tables["parjaavyys"], meta, words, regions=everyone),
        bands(tables["parjaavyys"], meta, words, regions=everyone),
        gaps(tables["comparisons"], meta, words, region=NETWORK),
        change(tables["comparisons"], meta, words, regions=everyone),
        movers(tables["parjaavyys"], meta, words, regions=everyone),
        did(tables["comparisons"], meta, words),
        reliability(tables["reliability"], meta, words, region=NETWORK),
        strengths(tables["parjaavyys"], meta, words, region=NETWORK),
        transitions(tables["parjaavyys"], meta, words, region=NETWORK),
        practice(tables["parjaavyys"], meta, words, regions=everyone),
        hobbies(tables["parjaavyys"], meta, words, regions=everyone),
        distributions(tables["distributions"], tables["parjaavyys"], meta, words, region=NETWORK),
        delays(tables["delays"], tables["integration"], meta, words, region=NETWORK),
        promise(tables["integration"], meta, words, regions=everyone),
        profile(tables["integration"], meta, words, regions=everyone),
        *partners(tables["integration"], meta, words, regions=everyone),
        feedback(tables["integration"], meta, words, region=NETWORK),
        depth(tables["integration"], meta, words, regions=everyone),
        trust(tables["integration"], meta, words, regions=everyone),
        survival(table(published, "survival"), meta, words, regions=everyone),
        waits(tables["integration"], meta, words, regions=everyone),
        families(tables["integration"], meta, words, regions=everyone),
        at_table(tables["integration"], meta, words, regions=everyone),
        agreed(tables["integration"], meta, words, regions=everyone),
        referrals(tables["integration"], meta, words, region=NETWORK),
        beside(table(published, "beside"), meta, words, region=NETWORK),
        quality(tables["quality_ledger"], tables["quality_rules"], meta, words),
        blanks_by_item(tables["quality_items"], meta, words),
        blanks_by_region(tables["quality_items"], meta, words, regions=everyone),
        *(
            response(tables["quality_response"], meta, words, regions=everyone, measure=measure)
            for measure in (ANSWERED, AGAIN)
        ),
        areas(tables["situation"], meta, words, region=NETWORK),
    ]
    found = {one.key: one for one in pictures if one is not None}
    for region in chosen:
        marked, seats = table(published, "actors"), table(published, "presence")
        for one in networks(
            tables["nodes"], tables["edges"], meta, words, region=region, actors=marked,
            integration=tables["integration"],
        ):  # fmt: skip
            found[f"{one.key}-{region}"] = one
        seated = presence(seats, tables["nodes"], meta, words, region=region)
        if seated is not None:
            found[f"{seated.key}-{region}"] = seated
    return found


def write_pictures(pictures: dict[str, Picture], folder: Path) -> None:
    """Write each picture as `<name>.svg` and `<name>.png` into `folder`.

    Args:
        pictures: Pictures by file name.
        folder: Where they go.
    """
    for name, picture in pictures.items():
        write_text(picture.svg_file() + "\n", folder / f"{name}.svg")
        png = picture.png()
        write_with(folder / f"{name}.png", lambda path, png=png: path.write_bytes(png))  # type: ignore[misc]


def write_tables(pictures: dict[str, Picture], folder: Path) -> None:
    """Write the published rows behind each picture as `<name>.csv` (UTF-8, comma, decimal point) into `folder`.

    Args:
        pictures: Pictures by file name.
        folder: Where they go.
    """
    for name, picture in pictures.items():
        write_text(require_published(picture.data, name).write_csv(), folder / f"{name}.csv")


def metrics(published: Published) -> dict[str, Any]:
    """Return a few published numbers of the latest year by region, for `dvc metrics diff`.

    Args:
        published: What publish let out.

    Returns:
        Region → indicator (with scale or days where there are several) → value; hidden values are left out.
    """
    last = max(published.meta["waves"], default=0)
    wanted = [
        "score_mean", "lp_strength_share", "lp_fidelity", "lp_coverage", "delay_median", "delay_share",
        "network_density",
    ]  # fmt: skip
    rows = pl.concat([published["parjaavyys"], published["integration"]]).filter(
        pl.col("wave") == last,
        pl.col("group") == "all",
        pl.col("indicator").is_in(wanted),
        pl.col("suppressed") == SHOWN,
        pl.col("estimate").is_not_null(),
    )
    found: dict[str, Any] = {"year": last}
    for row in rows.sort("region", "indicator", "scale", "category", "informant").iter_rows(named=True):
        name = ".".join(row[part] for part in ("indicator", "scale", "category", "informant") if row[part])
        found.setdefault(row["region"], {})[name] = row["estimate"]
    for name, rows in _compared(published, last).items():
        for row in rows.iter_rows(named=True):
            found.setdefault(row["region"], {})[f"{name}.{row['scale']}.{row['informant']}"] = row["estimate"]
    return found


def _compared(published: Published, last: int) -> dict[str, pl.DataFrame]:
    """Return the shown changes of everyone since the year before, and alphas, of the latest year."""
    shown = (pl.col("suppressed") == SHOWN) & pl.col("estimate").is_not_null() & (pl.col("wave") == last)
    changes = published["comparisons"].filter(
        shown, pl.col("comparison") == "change_paired", pl.col("category") == "", pl.col("group") == "all"
    )
    changes = changes.filter(pl.col("other_wave") == pl.col("other_wave").max())
    alphas = published["reliability"].filter(shown, pl.col("measure") == "alpha", pl.col("item") == "")
    return {"change_paired": changes.sort("region", "scale"), "alpha": alphas.sort("region", "scale")}
