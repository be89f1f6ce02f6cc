"""What the figures of how good the data are say: levels from the lowest form or measure to the highest."""

from __future__ import annotations

import polars as pl

from sujuva.figures.findings import ends_told
from sujuva.figures.specification import Text, View, say
from sujuva.published import ABOVE, ends_of, rows_of

_RESPONSE = {
    "answered": say("Of a hundred respondents {values} answered a form {where} in {year}"),
    "again": say("Of a hundred who answered the time before {values} answered again {where} in {year}"),
}


def of_response(measure: str) -> Text:
    """Return what says how many answered, by form; nothing where a share is told as a bound alone.

    Args:
        measure: Whether they answered, or answered again.
    """

    def said(view: View) -> str:
        rows = view.newest
        if rows.is_empty() or (rows["bound"] != "").any():
            return ""
        low, high = ends_of(rows_of(rows))
        return view.say(
            _RESPONSE[measure].msgid, values=ends_told(view.words, 100 * low, 100 * high), year=rows["wave"][0],
            where=view.where,
        )  # fmt: skip

    return said


def of_blanks(view: View) -> str:
    """Say how many questions at most were left blank, of the form of which most were."""
    rows = view.newest
    if rows.is_empty() or (rows["bound"] == ABOVE).any():
        return ""
    _, share = ends_of(rows_of(rows))  # of "under 1 %" the one per cent: at most
    return view.say(
        "Of a hundred questions {n} at most were left blank {where} in {year}",
        n=view.hundred(share), year=rows["wave"][0], where=view.where,
    )  # fmt: skip


def of_raw(view: View) -> str:
    """Say how many raw rows were set aside, of the sources that tell."""
    told = view.data.filter(pl.col("rows_quarantined").is_not_null())
    if not told["rows_in"].sum():
        return ""
    rows, aside = (sum(row[name] for row in rows_of(told)) for name in ("rows_in", "rows_quarantined"))
    return view.say("Of a hundred raw rows about {n} were set aside", n=view.hundred(aside / rows))


def of_reliability(view: View) -> str:
    """Say from where to where α of the measures reaches: there is no pass mark."""
    alphas = view.shown.filter(pl.col("measure") == "alpha")
    if alphas.is_empty():
        return ""
    return view.say(
        "Questions of a measure hold together {where} at {values} (α, 0–1)",
        values=ends_told(view.words, *ends_of(rows_of(alphas)), 2), where=view.where,
    )  # fmt: skip
