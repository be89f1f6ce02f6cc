"""Figures of how good the data are: reliability, raw rows, blank answers, and who answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.catalogue import findings_quality
from sujuva.figures.catalogue.common import HIDDEN_MARK, PANEL, drawn, headlined, level, places, who
from sujuva.figures.labels import Meta, rule_title
from sujuva.figures.language import Words
from sujuva.figures.layouts import CROSS, Axis, Bars, Dots, Heat, Level, Panel, Part, Row, Series
from sujuva.figures.quality_words import form_title, instrument_title, item_title, long
from sujuva.figures.specification import Spec, View, ranked, say
from sujuva.figures.theme import COLOURS
from sujuva.published import ABOVE, BELOW, PRIMARY, SHOWN, chosen, row_of, rows_base, rows_of, stated

GUIDES = (0.7, 0.8, 0.9)
"""Guide lines of reliability; what is enough depends on what a score is used for."""
ANSWERED, AGAIN = "answered", "again"
_ACROSS = 26
"""Questions in one row of cells; a longer instrument goes on below."""
_MOST_REASONS = 10


@dataclass(frozen=True)
class Classes:
    """Five classes of a share.

    Attributes:
        limits: Per cent at which the second and further classes begin.
        colours: From the first class to the last, light to dark.
    """

    limits: tuple[int, ...]
    colours: tuple[str, ...]

    def place(self) -> pl.Expr:
        """Return the class of a published share; "under 5%" lies below 5."""
        off = pl.col("bound").replace_strict({BELOW: -0.5, ABOVE: 0.5}, default=0.0, return_dtype=pl.Float64)
        percent = 100 * pl.col("estimate") + off
        return pl.sum_horizontal((percent >= limit - 1e-9).cast(pl.Int64) for limit in self.limits)

    def levels(self, words: Words) -> list[Level]:
        """Return the classes as a layout knows them."""
        ends = list(zip(self.limits, self.limits[1:], strict=False))
        titles = [
            words.say("under {n}", n=words.percent(self.limits[0] / 100, 0)),
            *(words.span(low, high - 1) + words.percent(0, 0)[1:] for low, high in ends),
            words.say("{n} or more", n=words.percent(self.limits[-1] / 100, 0)),
        ]
        return [Level(title, colour) for title, colour in zip(titles, self.colours, strict=True)]


BLANKS = Classes((5, 10, 20, 40), ("#eef3f7", "#c6dbec", "#7fb0d6", "#2f74ab", "#0b4673"))
ANSWERS = Classes((20, 40, 60, 80), ("#eef5f1", "#c9e3d6", "#86c0a3", "#2f8263", "#00523d"))


def short(row: Mapping[str, Any], words: Words) -> str:
    """Return the number in a cell, in per cent: "12", "<1", ">98", a cross where it is hidden."""
    if row["suppressed"] != SHOWN or row["estimate"] is None:
        return CROSS
    return {BELOW: "<", ABOVE: ">"}.get(row["bound"], "") + words.number(100 * row["estimate"])


def _cells(view: View, classes: Classes, **roles: pl.Expr) -> pl.DataFrame:
    """Return published shares as cells."""
    text = pl.Series([short(row, view.words) for row in rows_of(view.data)], dtype=pl.String)
    return view.data.select("suppressed", level=classes.place(), text=text, **roles)


def scale_rows(reliability: pl.DataFrame, meta: Meta, *, region: str) -> pl.DataFrame:
    """Return the rows of whole scales of a region at its latest year, in the order of figures, subscales last."""
    order = list(dict.fromkeys([*headlined(meta), *meta["scales"]]))
    whole = reliability.filter(pl.col("item") == "", pl.col("region") == region)
    whole = whole.filter(pl.col("wave") == pl.col("wave").max().over("scale", "informant"))
    return ranked(whole, "measure", scale=order, informant=whole["informant"].unique().sort().to_list())


def _reliability(view: View) -> Dots | None:
    shown = view.shown.filter(pl.col("measure").is_in(["alpha", "omega_total"]))
    if shown.is_empty():
        return None
    sizes = shown.unique(["scale", "informant"], keep="last", maintain_order=True).select("scale", "informant", "n")
    low = min(0.5, shown.select(pl.min_horizontal("ci_low", "estimate").min()).item())
    return Dots(
        drawn(shown, panel=pl.lit(""), row=PANEL, series="measure"),
        panels=[Panel("")],
        rows=[
            Row(f"{scale}|{informant}", f"{who(view, scale, informant)} ({view.size(n)})")
            for scale, informant, n in sizes.iter_rows()
        ],
        series=[
            Series("alpha", "α (Cronbach)", marker="s", filled=False, told=False),
            Series("omega_total", "ω (McDonald)", colour=COLOURS[1], told=False),
        ],
        axis=Axis(low - 0.02, 1.0, lambda value: view.words.tick(value, {}), ticks=6, guides=GUIDES),
    )  # fmt: skip


def _alphas(view: View) -> str:
    alphas = view.shown.filter(pl.col("measure") == "alpha")
    return "; ".join(f"{view.scale(row['scale'])} {view.words.number(row['estimate'], 2)}" for row in rows_of(alphas))


def under(meta: Meta, words: Words) -> str:
    """Return how a small count is shown: "under 5"."""
    return words.say("under {n}", n=chosen(meta, "privacy", "threshold"))


def file_titles(ledger: pl.DataFrame) -> dict[str, str]:
    """Return what to call each source: its file; file and source where one file feeds several."""
    often = ledger.group_by("file").len().filter(pl.col("len") > 1)["file"].to_list()
    return {
        source: f"{file} ({source})" if file in often else file
        for source, file in ledger.select("source", "file").iter_rows()
    }


def reasons(view: View) -> pl.DataFrame:
    """Add up shown rows by reason, over sources; null where every source is hidden.

    Returns:
        rule, rows, reason, hidden (sources whose rows are not in the sum), small (those of them with a small count).
    """
    shown = pl.col("suppressed") == SHOWN
    summed = (
        view.table("quality_rules")
        .filter(pl.col("kind") == "quarantine")
        .group_by("rule")
        .agg(
            pl.col("rows").sum(),
            shown=shown.any(),
            hidden=(~shown).sum(),
            small=(pl.col("suppressed") == PRIMARY).sum(),
        )
        .with_columns(rows=pl.when("shown").then("rows"))
        .sort("rows", "rule", descending=[True, False], nulls_last=True)
    )
    titles = pl.Series([rule_title(rule, view.words) for rule in summed["rule"]], dtype=pl.String)
    return summed.select("rule", "rows", "hidden", "small", reason=titles).head(_MOST_REASONS)


def _file_said(row: Mapping[str, Any], view: View) -> str:
    total = view.words.number(row["rows_in"])
    if row["rows_quarantined"] is not None:
        return view.say("{total} rows, {n} set aside", n=view.words.number(row["rows_quarantined"]), total=total)
    if row["suppressed"] == PRIMARY:
        return view.say("{total} rows, {n} set aside", n=under(view.meta, view.words), total=total)
    return view.say("{total} rows, set aside: not shown (privacy)", total=total)


def _reason_said(row: Mapping[str, Any], view: View) -> str:
    if row["rows"] is not None:
        label = view.words.number(row["rows"])
        return view.say("{n} and some not shown", n=label) if row["hidden"] else label
    # Of several hidden counts the sum may be large, and so may one that is hidden for the sake of others.
    return under(view.meta, view.words) if row["hidden"] == row["small"] == 1 else view.say("not shown (privacy)")


def _quality(view: View) -> Bars | None:
    files, why = view.data, reasons(view)
    if files.is_empty():
        return None
    titles = file_titles(files)
    aside = pl.col("rows_quarantined").fill_null(0) / pl.col("rows_in").clip(1)
    most = max(why["rows"].drop_nulls().to_list(), default=1)
    ends = {"low": pl.lit(None, pl.Float64), "high": pl.lit(None, pl.Float64), "suppressed": pl.lit(SHOWN)}
    bars = [
        files.select(row="source", part=pl.lit("used"), value=1 - aside, panel=pl.lit(""), **ends),
        files.select(row="source", part=pl.lit("aside"), value=aside, panel=pl.lit(""), **ends),
        why.filter(pl.col("rows").is_not_null()).select(
            row="rule", part=pl.lit("aside"), value=pl.col("rows") / most, panel=pl.lit(""), **ends
        ),
    ]
    because = [
        Row("", view.say("Why rows were set aside")),
        *(Row(*one) for one in why.select("rule", "reason").iter_rows()),
    ]
    return Bars(
        pl.concat(bars),
        panels=[Panel("")],
        rows=[
            Row("", view.say("Rows of each file")),
            *(Row(source, title) for source, title in titles.items()),
            *(because if why.height else ()),
        ],
        parts=[Part("used", view.say("used"), "#9cc9e3"), Part("aside", view.say("set aside"), COLOURS[1])],
        axis=Axis(0, 1, lambda _: "", ticks=()),
        numbers=False, instead=lambda row, words: "",  # noqa: ARG005  # the text beside says it
        beside={
            **{("", row["source"]): _file_said(row, view) for row in rows_of(files)},
            **{("", row["rule"]): _reason_said(row, view) for row in rows_of(why)},
        },
    )  # fmt: skip


def _base(view: View) -> int:
    """Return what rows about persons are rounded to: so many times the base of counts."""
    threshold, rounding = (view.meta["privacy"][name] for name in ("threshold", "rounding"))
    times = rows_base(threshold, rounding) // rounding
    base: int = chosen(view.meta, "privacy", "rounding")
    return base if times == 1 else times * base


def _quality_said(view: View) -> str:
    total, why = view.words.number(sum(row["rows_in"] for row in rows_of(view.data))), reasons(view)
    if why.is_empty():
        return view.say("{n} rows in {files} sources. No row was set aside.", n=total, files=view.count(view.data))
    return view.say(
        "{n} rows in {files} sources. Most common reasons to set rows aside: {reasons}.",
        n=total,
        files=view.count(view.data),
        reasons=view.words.listed(why["reason"].head(3).to_list()),
    )


def _blanks(view: View) -> Heat | None:
    if view.data.is_empty():
        return None
    panels: list[Panel] = []
    columns: dict[str, dict[str, str]] = {}
    keys: dict[tuple[object, int], str] = {}
    for (instrument,), part in view.data.group_by("instrument", maintain_order=True):
        numbers = part["item"].unique().sort().to_list()
        for start in range(0, len(numbers), _ACROSS):
            some = numbers[start : start + _ACROSS]
            panels.append(Panel(f"{instrument}|{start}", instrument_title(view.meta, str(instrument), view.words)))
            columns[panels[-1].key] = {str(one): str(one) if one else view.say("all") for one in some}
            keys |= {(instrument, one): panels[-1].key for one in some}
    pairs = view.data.select("instrument", "item").iter_rows()
    panel = pl.lit(pl.Series([keys[one] for one in pairs], dtype=pl.String))
    waves = view.data["wave"].unique().sort().to_list()
    return Heat(
        _cells(view, BLANKS, panel=panel, row=pl.col("wave").cast(pl.String), column=pl.col("item").cast(pl.String)),
        panels, [Row(str(one), str(one)) for one in waves], {}, BLANKS.levels(view.words), columns_of=columns,
        across=1,
    )  # fmt: skip


def _blanks_said(view: View) -> str:
    """Say how many cells are low, and which question was left blank most."""
    singles = view.data.filter(pl.col("item") > 0)
    shown = singles.filter(pl.col("suppressed") == SHOWN)
    text = view.say(
        "A table in colours. In {low} of {all} cells, each a question in one year, under {limit} of answers are blank.",
        low=view.count(shown.filter(BLANKS.place() == 0)),
        all=view.count(singles),
        limit=view.share(stated("BLANK", BLANKS.limits[0] / 100)),
    )
    worst = shown.filter(pl.col("bound") != BELOW)
    if worst.is_empty():
        return text
    row = row_of(worst.sort("estimate", "instrument", "item", descending=[True, False, False]))
    return f"{text} " + view.say(
        "Left blank most: {question} ({instrument}) in {year}, {share}.",
        question=item_title(row["item"], view.words),
        instrument=instrument_title(view.meta, row["instrument"], view.words),
        year=row["wave"],
        share=long(row, view.words),
    )


def _held(view: View) -> list[str]:
    return [one for one in view.regions if one in set(view.data["region"])]


def _forms(view: View, classes: Classes, form: pl.Expr, title: Callable[[View, str], str]) -> Heat | None:
    """Return a panel for each form, regions in rows and years in columns."""
    if view.data.is_empty():
        return None
    waves = view.data["wave"].unique().sort().to_list()
    return Heat(
        _cells(view, classes, panel=form, row=pl.col("region"), column=pl.col("wave").cast(pl.String)),
        [Panel(one, title(view, one)) for one in view.data.select(form).to_series().unique().sort()],
        places(view, _held(view)), {str(one): str(one) for one in waves}, classes.levels(view.words),
    )  # fmt: skip


_FORM = pl.concat_str("instrument", "informant", separator="|")


def _form(view: View, key: str) -> str:
    instrument, informant = key.split("|")
    return form_title(view.meta, instrument, informant, view.words)


def _latest_said(view: View, title: Callable[[Mapping[str, Any]], str]) -> str:
    last = view.data.filter(pl.col("wave") == view.data["wave"].max())
    return "; ".join(f"{title(row)}, {view.place(row['region'])}: {long(row, view.words)}" for row in rows_of(last))


def _response(key: str, measure: str, title: Callable[[View], str], caption: Callable[[View], str]) -> Spec:
    """Return the figure of one way to count who answered."""

    def rows(view: View) -> pl.DataFrame:
        some = view.data.filter(pl.col("measure") == measure, pl.col("region").is_in(view.regions))
        order = pl.col("region").cast(pl.Enum(list(view.regions)))
        return some.sort("instrument", "informant", order, "wave")

    return Spec(
        key=key,
        finding=findings_quality.of_response(measure),
        table="quality_response",
        topic="quality",
        rows_are="others",
        rows=rows,
        layout=lambda view: _forms(view, ANSWERS, _FORM, _form),
        title=title,
        caption=(caption,),
        alt=say(
            "A table in colours. {title} in {year}: {values}.",
            title=title,
            year=lambda view: view.data["wave"].max(),
            values=lambda view: _latest_said(
                view, lambda row: form_title(view.meta, row["instrument"], row["informant"], view.words)
            ),
        ),
    )


def _by_region_rows(view: View) -> pl.DataFrame:
    some = view.data.filter(pl.col("item") == 0, pl.col("region").is_in(view.regions))
    return some.sort("instrument", pl.col("region").cast(pl.Enum(list(view.regions))), "wave")


def _guides(view: View) -> str:
    return view.words.listed([view.words.number(stated(f"GUIDE{at or ''}", one), 1) for at, one in enumerate(GUIDES)])


FIGURES: Sequence[Spec] = (
    Spec(
        key="reliability",
        finding=findings_quality.of_reliability,
        table="reliability",
        topic="measures",
        about="region",
        rows_are="others",
        rows=lambda view: scale_rows(view.data, view.meta, region=view.region),
        layout=_reliability,
        title=say("How well the questions of a measure hold together"),
        caption=(
            say(
                "Reliability as internal consistency: how far the questions of a measure measure the same thing, from "
                "0 to 1 (the axis is cut). The line through a mark is the {level} confidence interval.",
                level=level,
            ),
            say(
                "Dashed guide lines at {guides} help the eye; they are no pass marks. What is enough depends on the "
                "use: comparing groups asks less than deciding about one child, and more questions raise the number.",
                guides=_guides,
            ),
            say("A low value widens intervals and hides differences; it does not make them."),
            say("Items are taken as keyed: reversed ones are turned first."),
            HIDDEN_MARK,
        ),
        alt=say(
            "Dots with intervals for alpha and omega in {region}. Alpha: {values}.", region=View.place, values=_alphas
        ),
    ),
    Spec(
        key="quality",
        finding=findings_quality.of_raw,
        table="quality_ledger",
        topic="quality",
        about="study",
        rows_are="others",
        rows=lambda view: view.data.sort("file", "source"),
        layout=_quality,
        title=say("What became of the raw data"),
        caption=(
            say(
                "Blue: rows that were used. Orange: rows that were set aside because they broke a rule; "
                "none was changed silently or lost."
            ),
            say(
                "Rows about persons are rounded to the nearest {base}.",
                base=_base,
            ),
        ),
        alt=_quality_said,
    ),
    _response(
        "response",
        ANSWERED,
        say("How many answered"),
        say(
            "Per cent of the study's respondents of that year and region who answered the form, "
            "to the nearest five per cent. Not every respondent is asked to fill in every form "
            "(parents, say, only those of some ages), so read how it changes rather than how high it is."
        ),
    ),
    _response(
        "response-again",
        AGAIN,
        say("How many answered again"),
        say(
            "Per cent of those who answered the form the time before who answered it this time too, "
            "in the same region, to the nearest five per cent."
        ),
    ),
    Spec(
        key="blanks",
        table="quality_items",
        topic="quality",
        about="study",
        rows_are="others",
        rows=lambda view: view.data.filter(pl.col("region") == NETWORK).sort("instrument", "item", "wave"),
        layout=_blanks,
        title=say("Questions left unanswered, whole network"),
        caption=(
            say(
                "Of those asked the question, per cent who left it blank; “all” is all questions of the form together. "
                "The numbers under the cells are those of the questions on the form."
            ),
        ),
        alt=_blanks_said,
    ),
    Spec(
        key="blanks-by-region",
        finding=findings_quality.of_blanks,
        table="quality_items",
        topic="quality",
        rows_are="others",
        rows=_by_region_rows,
        layout=lambda view: _forms(
            view, BLANKS, pl.col("instrument"), lambda view, key: instrument_title(view.meta, key, view.words)
        ),
        title=say("Answers left blank, by region"),
        caption=(say("Of all questions asked on the returned forms, per cent left blank, by year."),),
        alt=say(
            "A table in colours. Blank answers in {year}: {values}.",
            year=lambda view: view.data["wave"].max(),
            values=lambda view: _latest_said(
                view, lambda row: instrument_title(view.meta, row["instrument"], view.words)
            ),
        ),
    ),
)
