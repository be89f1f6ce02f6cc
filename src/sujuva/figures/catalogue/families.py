"""Figures of what happens to families: how their way goes, who is at the table, what is done, where they are sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from sujuva.figures.catalogue import findings, findings_services
from sujuva.figures.catalogue.common import (
    EARLIER,
    HIDDEN_WORD,
    INTERVAL,
    NO_EFFECT,
    NO_RANKING_OF_SEVERAL,
    drawn,
    level,
    year,
)
from sujuva.figures.catalogue.services import by_region, everyone, last_year, latest_shown, own
from sujuva.figures.labels import in_words, indicator_title, sector_title
from sujuva.figures.layouts import Bars, Dots, Flow, Panel, Part, Row, shares_axis
from sujuva.figures.specification import Sentence, Spec, Text, View, latest, say
from sujuva.published import SHOWN, rows_of

WAY = (
    "case_consent", "case_reserved_day", "case_one_stop", "case_joint_start", "case_follow_up", "case_early",
    "case_overlap", "case_ping_pong", "case_referral_lost",
)  # fmt: skip
"""Shares on a family's way, the ones of which more is better first."""
AT_TABLE = ("case_parent", "case_child", "case_third_sector", "case_sectors_3")
"""Shares of meetings by who took part."""
DONE, HALF, UNKNOWN = "case_action_done", "case_action_done_half", "case_action_unknown"
NUMBERS = ("case_referral_lost", "case_ping_pong", "case_referral_chain", "case_joint_start")
"""Numbers about referrals that stand above the bands."""
COLUMNS = ("indicator", "of", "region", "wave", "estimate", "interval", "n")


def _title(view: View, key: str) -> str:
    return indicator_title(view.meta, key, view.words)


def _has(indicator: str) -> Any:
    return lambda view: indicator in view.data["indicator"]


def _less(view: View) -> str:
    lower = [one for one in WAY if view.meta["indicators"][one]["better"] == "lower"]
    held = [view.say("“{title}”", title=_title(view, one)) for one in lower if _has(one)(view)]
    return view.say("Less is better of {measures}.", measures=view.words.listed(held)) if held else ""


def _turned(view: View, key: str) -> str:
    """Return the title of a share, with an arrow where less is better."""
    lower = view.meta["indicators"][key]["better"] == "lower"
    return _title(view, key) + (f" (←\u00a0{view.say('better')})" if lower else "")


def _shares(view: View) -> Dots | None:
    rows = [Row(one, _turned(view, one)) for one in view.data["indicator"].unique(maintain_order=True)]
    return by_region(
        view, drawn(view.data, panel="region", row="indicator", series=year()), rows, shares_axis(view.words)
    )


def _shares_told(view: View) -> str:
    said = []
    for (place,), mine in latest_shown(view).group_by("region", maintain_order=True):
        numbers = [f"{_title(view, row['indicator'])} {in_words(row, view.meta, view.words)}"
                   for row in rows_of(mine)]  # fmt: skip
        said.append(f"{view.place(str(place))}: {'; '.join(numbers)}")
    return ". ".join(said)


def _spec_of_shares(
    key: str, indicators: Sequence[str], title: Sentence, *about: Any, finding: Text = lambda _: ""
) -> Spec:
    """Return the figure of shares by region and year."""
    return Spec(
        key=key,
        finding=finding,
        table="integration",
        topic="services",
        rows=lambda view: everyone(view, *indicators, category=[""]),
        layout=_shares,
        title=title,
        caption=(
            *about,
            INTERVAL,
            EARLIER,
            say("The interval allows for what happens to one family being alike. No line: there is no interval."),
            NO_EFFECT,
            NO_RANKING_OF_SEVERAL,
            HIDDEN_WORD,
        ),
        alt=say("Dots with intervals for shares in {year}. {values}.", year=last_year, values=_shares_told),
        columns=COLUMNS,
    )


def parts_of(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, float] | None:
    """Return the parts of all actions: done, partly, not done, unknown; None where the published shares do not tell.

    With d the share done among known outcomes, h the same with partly as one half, and u the share unknown of all:
    done d(1 − u), partly 2(h − d)(1 − u), not done (1 + d − 2h)(1 − u). Published shares are rounded, so what would
    fall a little below zero is zero.

    Args:
        rows: Published rows of a region and year by indicator.
    """
    values = {key: rows[key]["estimate"] if key in rows else None for key in (DONE, HALF)}
    unknown = rows[UNKNOWN]["estimate"] if UNKNOWN in rows else 0.0
    done, half = values[DONE], values[HALF]
    if done is None or half is None or unknown is None:
        return None
    parts = {"done": done, "partly": 2 * (half - done), "not_done": 1 + done - 2 * half}
    return {key: max(0.0, one * (1 - unknown)) for key, one in parts.items()} | {"unknown": unknown}


def _agreed_rows(view: View) -> pl.DataFrame:
    rows = view.data.filter(
        pl.col("indicator").is_in([DONE, HALF, UNKNOWN]), pl.col("group") == "all", pl.col("wave") > 0,
        pl.col("region").is_in(view.regions),
    )  # fmt: skip
    return rows.sort(pl.col("region").cast(pl.Enum(list(view.regions))), "wave", "indicator")


def _by_year(view: View) -> dict[tuple[str, int], dict[str, dict[str, Any]]]:
    """Return the published rows of each region and year that has a share done, by indicator."""
    found: dict[tuple[str, int], dict[str, dict[str, Any]]] = {}
    for row in rows_of(view.data):
        found.setdefault((row["region"], row["wave"]), {})[row["indicator"]] = row
    return {key: rows for key, rows in found.items() if DONE in rows}


def _agreed(view: View) -> Bars | None:
    found = _by_year(view)
    rows, beside, last = [], {}, ""
    bars: list[tuple[str, str, str, float | None, str]] = []
    for (region, wave), mine in found.items():
        key, parts = f"{region}|{wave}", parts_of(mine)
        rows.append(Row(key, f"{view.place(region) if region != last else ''}  {wave}".strip()))
        beside["", key] = in_words(mine[DONE], view.meta, view.words)
        unseen = mine[DONE]["suppressed"]
        bars += [("", key, part, value, SHOWN) for part, value in parts.items()] if parts else [
            ("", key, "done", None, unseen)
        ]  # fmt: skip
        last = region
    told = {key.split("|")[0] for _, key, _, value, _ in bars if value is not None}
    if not own(view, view.shown.filter(pl.col("region").is_in(list(told)))):
        return None
    none = dict.fromkeys(("low", "high"), pl.Float64())
    schema = {"panel": pl.String(), "row": pl.String(), "part": pl.String(), "value": pl.Float64(),
              "suppressed": pl.String()}  # fmt: skip
    frame = pl.DataFrame(bars, schema=schema, orient="row").with_columns(
        **{name: pl.lit(None, kind) for name, kind in none.items()}
    )
    parts_drawn = [
        Part("done", view.say("done"), "#0072b2"),
        Part("partly", view.say("partly done"), "#9cc9e3"),
        Part("not_done", view.say("not done"), "#f0c9a8"),
        Part("unknown", view.say("not known"), "#d5dbe1"),
    ]
    return Bars(
        frame, [Panel("")], rows, parts_drawn, shares_axis(view.words), beside=beside,
        beside_title=view.say("done, of those whose outcome is known"),
    )  # fmt: skip


def _done_told(view: View) -> str:
    found = _by_year(view)
    year = max(wave for _, wave in found)
    return "; ".join(
        f"{view.place(region)} {in_words(rows[DONE], view.meta, view.words)}"
        for (region, wave), rows in found.items()
        if wave == year
    )


def referral_rows(view: View) -> pl.DataFrame:
    """Return the counts of referrals from sector to sector, of all years together where published, else the latest."""
    rows = view.data.filter(
        pl.col("indicator") == "referrals", pl.col("group") == "all", pl.col("region") == view.region
    )
    whole = rows.filter(pl.col("wave") == 0)
    return (latest(rows) if whole.is_empty() else whole).sort("scale", "category")


def number_rows(integration: pl.DataFrame, region: str) -> pl.DataFrame:
    """Return the numbers that stand above the bands: of all years together, else of the latest year.

    Args:
        integration: Published indicators of integration.
        region: Region, or "network".
    """
    rows = integration.filter(pl.col("indicator").is_in(NUMBERS), pl.col("group") == "all", pl.col("region") == region)
    rank = pl.when(pl.col("wave") == 0).then(pl.lit(9999)).otherwise("wave")
    return rows.filter(rank == rank.max().over("indicator")).sort(pl.col("indicator").cast(pl.Enum(NUMBERS)))


def _flows(view: View) -> dict[tuple[str, str], float]:
    """Return the shown referrals, from sector to sector."""
    counts = view.shown.filter(pl.col("indicator") == "referrals", pl.col("estimate") > 0)
    return {(row["scale"], row["category"]): row["estimate"] for row in rows_of(counts)}


def _unseen(view: View) -> set[tuple[str, str]]:
    """Return between which sectors there are referrals whose number is hidden."""
    rows = view.data.filter(pl.col("indicator") == "referrals", pl.col("suppressed") != SHOWN)
    return set(rows.select("scale", "category").iter_rows())


def _referrals(view: View) -> Flow | None:
    flows, facts = _flows(view), view.data.filter(pl.col("indicator") != "referrals")
    if not flows:
        return None
    lines = [
        (f"{_title(view, row['indicator'])}{' ' + str(row['wave']) if row['wave'] else ''}",
         in_words(row, view.meta, view.words))
        for row in rows_of(facts)
    ]  # fmt: skip
    return Flow(flows, _unseen(view), {key: sector_title(view.meta, key, view.words) for key in view.meta["sectors"]},
                lines)  # fmt: skip


def _total(view: View) -> str:
    return view.words.number(sum(_flows(view).values()))


def _largest(view: View) -> str:
    biggest = sorted(_flows(view).items(), key=lambda item: (-item[1], item[0]))[:3]
    return "; ".join(
        f"{sector_title(view.meta, source, view.words)} → {sector_title(view.meta, target, view.words)} "
        f"{view.words.number(n)}"
        for (source, target), n in biggest
    )


FIGURES = (
    _spec_of_shares(
        "families",
        WAY,
        say("How the way of families goes"),
        say("Shares by year: of families, of meetings, of services or of referrals, as the table says of each."),
        _less,
        say(
            "Meetings and referrals too young to tell are left out, young meetings even where a follow-up has been "
            "held already. They are not counted as no."
        ),
        say(
            "Overlapping services: families of the last year were observed for a shorter time, so their share is "
            "lower for that reason too.",
            when=_has("case_overlap"),
        ),
        say(
            "A reserved day may be a public holiday: a meeting after it counts as not kept.",
            when=_has("case_reserved_day"),
        ),
        finding=findings_services.of_families,
    ),
    _spec_of_shares(
        "at-table",
        AT_TABLE,
        say("Who is at the table when families meet services"),
        say("Share of joint meetings by who took part, of meetings whose attendance was written down."),
        say("Who sat at the table does not tell who was heard there."),
        finding=findings.of_table,
    ),
    Spec(
        key="agreed",
        finding=findings.of_agreed,
        table="integration",
        topic="services",
        rows=_agreed_rows,
        layout=_agreed,
        title=say("Agreed at meetings, and done"),
        caption=(
            say(
                "What became of the actions agreed at meetings, per cent of all of them. The number on the right is "
                "the share done among actions whose outcome is known, with its {level} confidence interval, which "
                "allows for actions of one family being alike.",
                level=level,
            ),
            say("An outcome that is not known is not counted as not done. Where many are unknown, say little."),
            say("Small tasks are done more often than large ones: the share does not tell how much was agreed."),
            NO_EFFECT,
            HIDDEN_WORD,
        ),
        alt=say(
            "Stacked bars of actions. Done in {year}: {values}.",
            year=lambda view: max(wave for _, wave in _by_year(view)), values=_done_told,
        ),
        columns=COLUMNS,
    ),
    Spec(
        key="referrals",
        finding=findings_services.of_referrals,
        table="integration",
        topic="services",
        about="region",
        rows=lambda view: pl.concat([referral_rows(view), number_rows(view.data, view.region)]),
        layout=_referrals,
        title=say("Where families are sent on"),
        caption=(
            say(
                "Referrals from one sector (left) to another (right), {years}; the wider the band, the more of them. "
                "Shown: {n}. A family may be referred several times.",
                years=lambda view: str(view.data["wave"][0] or view.say("all years together")), n=_total,
            ),
            say("A dotted line: there are referrals, but so few that their number is hidden.",
                when=lambda view: bool(_unseen(view))),
            say(
                "A referral onward is not bad in itself. What a family lives through is a chain of them, one that "
                "nobody receives, or one that leads back."
            ),
            say("Only referrals written into the log are here; those made by phone alone are not."),
            HIDDEN_WORD,
        ),
        alt=say(
            "Bands between sectors in {region}: {n} referrals shown. The largest: {values}.",
            region=View.place, n=_total, values=_largest,
        ),
        columns=("source", "target", "wave", "estimate"),
    ),
)  # fmt: skip
