"""Plain sentences on integration: one number each with its interval, only where it is shown, and no word of causes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.catalogue.cases import curve_rows
from sujuva.figures.catalogue.families import AT_TABLE, DONE, UNKNOWN
from sujuva.figures.catalogue.partners import EXPECTED, GROUP, MEAN, OBSERVED
from sujuva.figures.labels import group_title, in_words, indicator_title, note_title, relation_title
from sujuva.figures.language import NO_BREAK
from sujuva.figures.profile import dimension_titles, dimensions, profile_rows
from sujuva.figures.specification import View, say
from sujuva.figures.verdicts import compared
from sujuva.published import SHOWN, length_of, row_of, rows_of, stated
from sujuva.reports.tables import LEAST_P, Row, because

_ACROSS = {
    0: say(
        "In {year} ties crossed sectors about as often as if the sectors had been dealt out by lot (E-I index "
        "{value}, by lot {expected} on average; {p}, permutation test)."
    ),
    1: say(
        "In {year} ties crossed sectors more often than if the sectors had been dealt out by lot (E-I index "
        "{value}, by lot {expected} on average; {p}, permutation test)."
    ),
    -1: say(
        "In {year} ties kept within sectors more often than if the sectors had been dealt out by lot (E-I index "
        "{value}, by lot {expected} on average; {p}, permutation test)."
    ),
}
_TOGETHER = {
    0: say(
        "{one} and {other} went together in {year} no more than chance would have it (correlation {value}; {p}, QAP)."
    ),
    1: say(
        "{one} and {other} went together in {year}: strong in one was often strong in the other (correlation {value}; "
        "{p}, QAP)."
    ),
    -1: say("{one} and {other} were found between different organisations in {year} (correlation {value}; {p}, QAP)."),
}


def _latest(view: View, *indicators: str) -> pl.DataFrame:
    """Return the shown rows of a region's latest year, as far as they have a number: none where that is hidden."""
    rows = view.table("integration").filter(
        pl.col("indicator").is_in(indicators), pl.col("region") == view.region, pl.col("group") == "all"
    )
    return _last(rows)


def _last(rows: pl.DataFrame) -> pl.DataFrame:
    rows = rows.filter(pl.col("wave") > 0).filter(pl.col("wave") == pl.col("wave").max())
    return rows.filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null())


def _told(view: View, row: Row) -> str:
    return in_words(row, view.meta, view.words)


def profile_sentence(view: View) -> str:
    """Say how many of the declared dimensions have a number in the latest year; nothing where none has."""
    declared = [one["key"] for one in dimensions(view.meta)]
    every = profile_rows(view.table("integration"), view.meta, regions=[view.region]).filter(pl.col("side") != "")
    rows = _last(every)
    if rows.is_empty():
        return ""
    found, titles = set(rows["dimension"]), dimension_titles(view.meta, view.words)
    text = view.say(
        "In {year}, {n} of {all} dimensions have a number here. No single number stands for integration: the three "
        "sides are read together.",
        year=rows["wave"][0], n=view.count(rows.unique("dimension", maintain_order=True)),
        all=view.words.number(length_of(view.meta, "integration", "profile")),
    )  # fmt: skip
    hidden = set(every.filter(pl.col("wave") == rows["wave"][0], pl.col("suppressed") != SHOWN)["dimension"])
    if hidden:
        named = view.words.listed([titles[one] for one in declared if one in hidden])
        text += " " + view.say("Hidden to protect privacy: {dimensions}.", dimensions=named)
    away = view.words.listed([titles[one] for one in declared if one not in found | hidden])
    if away and view.region == NETWORK:
        text += " " + view.say(
            "Without a number for the whole network: {dimensions}. Networks of organisations are measured region by "
            "region.",
            dimensions=away,
        )
    elif away:
        text += " " + view.say("Without a number: {dimensions}.", dimensions=away)
    return text


def partners_sentence(view: View) -> str:
    """Say which condition partners rate highest and lowest, and whether the intervals overlap."""
    rows, scales = _latest(view, MEAN), view.meta["scales"]
    if rows.is_empty():
        return ""
    first = min(scales[key]["instrument"] for key in rows["scale"])
    rows = rows.filter(pl.col("scale").is_in([key for key in rows["scale"] if scales[key]["instrument"] == first]))
    if rows.height < 2:  # noqa: PLR2004 - one has no other to differ from
        return ""
    rows = rows.sort("estimate", "scale")
    low, high = row_of(rows), row_of(rows, -1)
    text = view.say(
        "In {year} partners rate highest {high} – {most}, and lowest {low} – {least}",
        year=low["wave"], high=view.words.inside(view.scale(high["scale"])), most=_told(view, high),
        low=view.words.inside(view.scale(low["scale"])), least=_told(view, low),
    )  # fmt: skip
    if None in (low["ci_high"], high["ci_low"]):
        return text + "."
    if low["ci_high"] >= high["ci_low"]:
        return text + view.say("; the intervals overlap, so the order may be chance.")
    return text + view.say("; the intervals do not overlap.")


def feedback_sentence(view: View) -> str:
    """Say how children and professionals rated that they were heard; nothing where either is not shown."""
    groups = [f"{GROUP}children", f"{GROUP}professionals"]
    rows = view.table("integration").filter(
        pl.col("indicator") == "feedback_mean", pl.col("region") == view.region, pl.col("scale") == "feedback.heard",
        pl.col("group").is_in(groups),
    )  # fmt: skip
    found = {row["group"]: row for row in rows_of(_last(rows))}
    if len(found) < len(groups):
        return ""
    said = [f"{view.words.inside(group_title(one, view.words))} {_told(view, found[one])}" for one in groups]
    return view.say(
        "“{item}” in {year}: {groups}.",
        item=view.scale("feedback.heard"), year=found[groups[0]]["wave"], groups=view.words.listed(said),
    )  # fmt: skip


def depth_sentence(view: View) -> str:
    """Say observed and expected depth of the first relation that has both; nothing where none has."""
    rows = _latest(view, OBSERVED, EXPECTED).sort("scale")
    for (scale,), part in rows.group_by("scale", maintain_order=True):
        found = {row["indicator"]: row["estimate"] for row in rows_of(part)}
        if found.keys() == {OBSERVED, EXPECTED}:
            return view.say(
                "{relation} in {year}: organisations rate how deep they work together at {observed} on average, on "
                "0–4, and expect {expected}.",
                relation=relation_title(str(scale), view.words, view.meta), year=part["wave"][0],
                observed=view.words.number(found[OBSERVED], 2), expected=view.words.number(found[EXPECTED], 2),
            )  # fmt: skip
    return ""


def survival_sentence(view: View) -> str:
    """Say what share had met by the last day of the promise, all years together; nothing where it is hidden."""
    rows = curve_rows(view.table("survival"), regions=[view.region]).filter(
        pl.col("suppressed") == SHOWN, pl.col("day").is_in(view.meta["delay_days"]), pl.col("met").is_not_null()
    )
    if rows.is_empty():
        return ""
    row = row_of(rows.sort("day"), -1)
    low, high = (None if row[name] is None else 1 - row[name] for name in ("ci_high", "ci_low"))
    interval = view.words.span(low, high, 0, percent=True)
    values = {"share": view.share(1 - row["survival"]), "interval": interval, "n": row["day"]}
    if view.meta["case_end"] == "meeting":
        return view.say(
            "Over all years, {share} of families had met by day {n} ({interval}), those who have not met counted for "
            "as long as they are known to have waited.",
            **values,
        )
    return view.say(
        "Over all years, {share} of cases had reached their end by day {n} ({interval}), those that have not counted "
        "for as long as they are known to have been open.",
        **values,
    )


def agreed_sentence(view: View) -> str:
    """Say what share of agreed actions was done, and of how many the outcome is not known."""
    done = _latest(view, DONE)
    if done.is_empty():
        return ""
    row = row_of(done)
    text = view.say(
        "Of the actions agreed at meetings whose outcome is known, {done} were done in {year}",
        done=_told(view, row), year=row["wave"],
    )  # fmt: skip
    unknown = _latest(view, UNKNOWN).filter(pl.col("wave") == row["wave"])
    if unknown.is_empty():
        return text + "."
    return text + view.say(
        "; of all of them, the outcome of {unknown} is not known.", unknown=view.share(row_of(unknown)["estimate"])
    )


def table_sentence(view: View) -> str:
    """Say at what share of meetings parents, children and others were; nothing where none is shown."""
    rows = _latest(view, *AT_TABLE).sort(pl.col("indicator").cast(pl.Enum(AT_TABLE)))
    if rows.is_empty():
        return ""
    said = [
        f"{view.words.inside(indicator_title(view.meta, row['indicator'], view.words))} {_told(view, row)}"
        for row in rows_of(rows)
    ]
    return view.say("Of meetings in {year}: {shares}.", year=rows["wave"][0], shares=view.words.listed(said))


def changes(view: View, relation: str) -> dict[str, Row]:
    """Return the published change of each measure of a network, from the first year to the latest, by measure.

    A change that could not be computed is there as well: its note tells why.
    """
    rows = view.table("comparisons").filter(
        pl.col("comparison") == "network_change", pl.col("region") == view.region, pl.col("scale") == relation,
        pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null() | (pl.col("note").fill_null("") != ""),
    )  # fmt: skip
    rows = rows.filter(pl.col("wave") == pl.col("wave").max())
    rows = rows.filter(pl.col("other_wave") == pl.col("other_wave").min())
    return {row["category"]: row for row in rows_of(rows)}


def change_told(view: View, row: Row, *, as_share: bool = False) -> str:
    """Write a change of a measure with its interval and the verdict on it; without a value, why.

    Args:
        view: The page.
        row: A published row of `changes`.
        as_share: Write it in percentage points.
    """
    if row["estimate"] is None:
        return because(row, view)
    info: Mapping[str, Any] = view.meta["indicators"][row["category"]]
    info = {**info, "percent": True, "decimals": 0} if as_share else info
    text = view.words.signed(row["estimate"], info, brief=True)
    if row["ci_low"] is None:
        return f"{text} ({note_title(row['note'], view.words)})" if row["note"] else text
    interval = view.words.between(row["ci_low"], row["ci_high"], info)
    return f"{text} ({interval}; {compared(row, view.meta).title(view.words)})"


def sector_sentence(view: View, relation: str) -> str:
    """Say whether the ties of a relation cross sectors more than by lot, in the latest year; nothing where unknown."""
    row = _compared(view, "ei_permutation", relation)
    if row is None or row["effect"] is None:
        return ""
    values = {
        "year": row["wave"], "value": view.words.number(row["estimate"], 2),
        "expected": view.words.number(row["effect"], 2), "p": _p(view, row["p"]),
    }  # fmt: skip
    return view.say(_ACROSS[_beyond(view, row, row["effect"])].msgid, **values)


def relations_sentence(view: View, relation: str) -> str:
    """Say whether organisations close in one relation are close in another, in the latest year."""
    row = _compared(view, "qap", relation)
    if row is None:
        return ""
    values = {
        "year": row["wave"], "one": relation_title(row["scale"], view.words, view.meta),
        "other": view.words.inside(relation_title(row["category"], view.words, view.meta)),
        "value": view.words.number(row["estimate"], 2), "p": _p(view, row["p"]),
    }  # fmt: skip
    return view.say(_TOGETHER[_beyond(view, row, 0)].msgid, **values)


def _beyond(view: View, row: Row, chance: float) -> int:
    """Return whether a test finds an estimate above (1) or below (−1) what chance gives; 0 where neither."""
    if row["p"] > 1 - view.meta["confidence"]:
        return 0
    return 1 if row["estimate"] > chance else -1


def _compared(view: View, comparison: str, relation: str) -> Row | None:
    """Return a test of a network in the latest year, as far as it has a p value."""
    rows = view.table("comparisons").filter(
        pl.col("comparison") == comparison, pl.col("region") == view.region, pl.col("scale") == relation
    )
    rows = rows.filter(pl.col("wave") == pl.col("wave").max()).filter(
        pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null()
    )
    row = next(rows_of(rows.sort("category")), None)
    return None if row is None or row["p"] is None else row


def _p(view: View, value: float) -> str:
    number = view.words.number
    if value < LEAST_P:
        return f"p{NO_BREAK}<{NO_BREAK}{number(stated('LEAST_P', LEAST_P), 3)}"
    return f"p{NO_BREAK}={NO_BREAK}{number(value, 3)}"
