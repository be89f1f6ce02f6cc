"""The municipalities of a region among public statistics: their numbers, and whether they add up to the region's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from sujuva.figures.catalogue.municipalities import latest_values, mapped, members, written
from sujuva.figures.labels import region_title, statistic_title
from sujuva.figures.language import DASH
from sujuva.figures.specification import View
from sujuva.published import SHOWN, rows_of
from sujuva.reports.tables import Table

FIRST_COUNTY_YEAR = 2023
"""The year in which wellbeing services counties began."""
_OF_COUNTIES = ("county", "county_like", "collaborative_area")


def municipality_table(view: View, areas: list[str], heading: str, name: str) -> Table:
    """Make a table with a line an area and a column a statistic that is mapped, each of its latest year.

    What stands behind it are the values of all statistics, years and genders of these areas.
    """
    latest = written(view, latest_values(view, areas))
    scales = mapped(view, areas)
    years = dict(latest.select("scale", "wave").iter_rows())
    rows = {(row["scale"], row["region"]): row for row in rows_of(latest)}
    every = view.table("situation").filter(pl.col("indicator") == "area_value", pl.col("region").is_in(areas))

    def cell(scale: str, area: str) -> str:
        row = rows.get((scale, area))
        if row is None or (row["suppressed"] == SHOWN and row["estimate"] is None):
            return view.say("no data")
        return view.say("not shown") if row["suppressed"] != SHOWN else row["text"]

    return Table(
        caption=view.say("{areas} and their statistics", areas=heading),
        headers=[heading, *(f"{statistic_title(view.meta, one, view.words)} ({years[one]})" for one in scales)],
        rows=[[region_title(view.meta, area, view.words), *(cell(one, area) for one in scales)] for area in areas],
        numeric=[False, *(True for _ in scales)],
        data=every,
        name=name,
        note=view.say(
            "No data: the producer has published no number, which is not zero; of small municipalities it often may "
            "not. The file has every statistic and year."
        ),
    )


@dataclass(frozen=True)
class Total:
    """The published absolute number of a region beside the sum of its municipalities.

    Attributes:
        scale: The statistic.
        year: The latest year in which both are there.
        published: What the producer tells of the region.
        parts: Number of each municipality that has one, by code.
        lacking: Municipalities that have none.
        hidden: Whether one of them is hidden to protect privacy: then nothing is summed.
    """

    scale: str
    year: int
    published: int
    parts: Mapping[str, int]
    lacking: tuple[str, ...]
    hidden: bool

    @property
    def sum(self) -> int:
        """The sum of those that have a number."""
        return sum(self.parts.values())


def totals(view: View) -> list[Total]:
    """Hold the published counts of the page's region against those of its municipalities; shares are never summed."""
    counts = [key for key, one in view.meta["areas"].get("statistics", {}).items() if one["measure"] == "count"]
    of_value = pl.when(pl.col("scale").is_in(counts)).then(pl.col("estimate").round().cast(pl.Int64))
    rows = (
        view.table("situation")
        .filter(pl.col("indicator") == "area_value", pl.col("category") == "total")
        .with_columns(count=pl.coalesce("n", of_value))
    )
    own = rows.filter(pl.col("region") == view.region, pl.col("count").is_not_null())
    beside = rows.filter(pl.col("region").is_in(members(view)))
    counted = beside.filter(pl.col("count").is_not_null()).select("scale", "wave").unique()
    latest = own.join(counted, on=["scale", "wave"], how="semi").sort("wave").unique("scale", keep="last").sort("scale")
    return [_total(view, row["scale"], row["wave"], row["count"], beside) for row in rows_of(latest)]


def _total(view: View, scale: str, year: int, published: int, beside: pl.DataFrame) -> Total:
    there = members(view, year)
    mine = beside.filter(pl.col("scale") == scale, pl.col("wave") == year, pl.col("region").is_in(there))
    hidden = mine.filter(pl.col("suppressed") != SHOWN).height > 0
    parts = dict(mine.filter(pl.col("count").is_not_null()).select("region", "count").sort("region").iter_rows())
    return Total(scale, year, published, parts, tuple(one for one in there if one not in parts), hidden)


def totals_table(view: View) -> Table | None:
    """Make a table of published totals beside sums of municipalities, and why they differ; None without any."""
    found = totals(view)
    if not found:
        return None
    shown = view.words.number

    def line(one: Total) -> list[str]:
        title = f"{statistic_title(view.meta, one.scale, view.words)} ({one.year})"
        if one.hidden:
            return [title, view.say("not shown"), shown(one.published), DASH, view.say("A municipality is not shown.")]
        away = view.words.signed(one.sum - one.published, {"decimals": 0}, brief=True)
        return [title, shown(one.sum), shown(one.published), away, why(view, one)]

    return Table(
        caption=view.say("Do the municipalities add up to the area? Absolute numbers"),
        headers=[
            view.say("Statistic"),
            view.say("Sum of the municipalities"),
            view.say("Published for the area"),
            view.say("Difference"),
            view.say("Why"),
        ],
        rows=[line(one) for one in found],
        numeric=[False, True, True, True, False],
        name="totals.csv",
        note=view.say(
            "Only absolute numbers are summed. The share or the rate of an area is neither the sum nor the plain mean "
            "of those of its parts."
        ),
    )


def sums_note(view: View) -> str:
    """Say in how many statistics the municipalities do not add up to the area; "" where they do in all."""
    told = [one for one in totals(view) if not one.hidden]
    away = [one for one in told if one.sum != one.published]
    if not away:
        return ""
    return view.say(
        "In {n} of {all} statistics the numbers of the municipalities do not add up to that of the area. The table of "
        "sums says how far they are apart, and why.",
        n=view.count(_own(view, away)), all=view.count(_own(view, told)),
    )  # fmt: skip


def _own(view: View, some: Sequence[Total]) -> pl.DataFrame:
    """Return the published rows of the area that sums are held against."""
    wanted = pl.DataFrame([(one.scale, one.year) for one in some], schema=["scale", "wave"], orient="row")
    of_area = (
        (pl.col("region") == view.region) & (pl.col("indicator") == "area_value") & (pl.col("category") == "total")
    )
    rows = view.table("situation").filter(of_area)
    return rows.join(wanted.cast({"wave": pl.Int32}), on=["scale", "wave"], how="semi")


def why(view: View, one: Total) -> str:
    """Say why the sum of the municipalities is, or is not, the published total.

    What the classification counts elsewhere is named where the total is exact without it: then that is the reason.
    Where nothing explains a difference, that is said.
    """
    if one.sum == one.published and not one.lacking:
        return view.say("They add up.")
    official = view.meta["areas"].get("places", {}).get(view.region, {}).get("municipalities") or ()
    codes = {key: region["code"] for key, region in view.meta["regions"].items()}
    strangers = [key for key in one.parts if official and codes.get(key, key) not in official]
    if strangers and one.sum - sum(one.parts[code] for code in strangers) == one.published and not one.lacking:
        names = view.words.listed([region_title(view.meta, code, view.words) for code in strangers], view.say("and"))
        return view.say(
            "The published number does not hold {names}, which the classification counts to another area: without that "
            "the sum is {total}.",
            names=names,
            total=view.words.number(one.published),
        )
    if one.lacking:
        return view.say("{n} of {all} municipalities have no number.", n=len(one.lacking),
                        all=len(one.lacking) + len(one.parts))  # fmt: skip
    return view.say(
        "The numbers do not tell. Whoever moved may count in two municipalities, borders change, and producers round."
    )


def reform_note(view: View) -> str:
    """Say that counties are younger than their series; "" where the page has no such numbers."""
    if view.meta["regions"].get(view.region, {}).get("level") not in _OF_COUNTIES:
        return ""
    earlier = view.table("situation").filter(
        pl.col("region") == view.region, pl.col("wave") < FIRST_COUNTY_YEAR, pl.col("estimate").is_not_null()
    )
    if earlier.is_empty():
        return ""
    return view.say(
        "Wellbeing services counties began in 2023. Numbers of earlier years are of the same municipalities, computed "
        "backwards by the producer: what changed with the reform, such as who records what, can look like a change."
    )
