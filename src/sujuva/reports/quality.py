"""For researchers: the quality of the data: what came in, who answered, what was left blank, what to check."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import Picture
from sujuva.figures.catalogue.quality import file_titles, under
from sujuva.figures.labels import group_title, informant_title, rule_title
from sujuva.figures.quality_words import (
    about_title,
    flag_advice,
    flag_amount,
    flag_meaning,
    flag_title,
    form_title,
    instrument_title,
    item_title,
    long,
    part_title,
)
from sujuva.figures.specification import View
from sujuva.published import PRIMARY, chosen
from sujuva.reports.content import Exhibit, Section, figures, only
from sujuva.reports.tables import Row, Table, by_wave


def quality_section(view: View) -> Section:
    """Return the quality of the data; every question and all flags stand on the network's page alone."""
    experts = [*_rows(view), *_response(view), *_blanks(view), *_flags(view)]
    return Section("quality", experts=experts, expert_notes=_notes(view))


def _rows(view: View) -> list[Exhibit]:
    tables = (*quality_tables(view), rows_table(view))
    intro = view.say(
        "Every raw row is counted: it was used, or set aside for a stated reason. The fewer rows are set aside, the "
        "better the results speak for everyone in the files."
    )
    return figures(view, "quality", intro=intro, tables=lambda _: tables) or [only(*tables)]


def quality_tables(view: View) -> tuple[Table, Table]:
    """Make the tables of rows by file and of rules, small counts as "under 5"."""
    ledger, rules, words = view.table("quality_ledger"), view.table("quality_rules"), view.words
    titled = file_titles(ledger)

    def count(row: Row, column: str) -> str:
        if row[column] is not None:
            return words.number(row[column])
        return under(view.meta, words) if row["suppressed"] == PRIMARY else words.say("not shown")

    def clean(row: Row) -> str:
        return words.number(row["rows_clean"]) if row["rows_clean"] is not None else words.say("not shown")

    files = [
        [titled[row["source"]], words.number(row["rows_in"]), clean(row), count(row, "rows_quarantined")]
        for row in ledger.sort("file", "source").iter_rows(named=True)
    ]
    reasons = [
        [
            titled.get(row["source"], row["source"]), rule_title(row["rule"], words),
            words.title("rule_kind", row["kind"]), count(row, "rows"),
        ]
        for row in rules.sort("source", "kind", "rule").iter_rows(named=True)
    ]  # fmt: skip
    return (
        Table(
            words.say("Rows by file: every row that came in was either used or set aside."),
            [words.say("File"), words.say("Rows in"), words.say("Used"), words.say("Set aside")],
            files, [False, True, True, True], ledger, "quality_ledger.csv",
        ),
        Table(
            words.say("Rules that set rows aside or recoded values."),
            [words.say("File"), words.say("Rule"), words.say("What was done"), words.say("Rows")],
            reasons, [False, False, False, True], rules.drop("reason"), "quality_rules.csv",
        ),
    )  # fmt: skip


def rows_table(view: View) -> Table:
    """Make the table of clean rows: how many of each table are in the numbers, and why the others are not."""
    rows, words = view.table("quality_rows"), view.words

    def told(row: Row) -> str:
        """Write a count: many rows may be hidden, because they are of few families."""
        return words.say("not shown") if row["rows"] is None else words.number(row["rows"])

    lines = [
        [about_title(view.meta, row["table"], words), words.title("row_use", row["reason"]), told(row)]
        for row in rows.sort("table", "reason", descending=[False, True]).iter_rows(named=True)
    ]
    caption = words.say("Rows that were used, by what they tell of: in the numbers, or left out and why.")
    heads = [words.say("What the rows tell of"), words.say("What became of them"), words.say("Rows")]
    return Table(caption, heads, lines, [False, False, True], rows, "quality_rows.csv")


def _response(view: View) -> list[Exhibit]:
    def names(row: Row) -> tuple[str, str]:
        return form_title(view.meta, row["instrument"], row["informant"], view.words), view.place(row["region"])

    def table(picture: Picture) -> list[Table]:
        return _by_wave(view, picture, view.say("Region"), names)

    answered = view.say(
        "The smaller the share that answers, the less the results tell of those who did not; a sudden change from "
        "one year to the next can look like a change in wellbeing."
    )
    again = view.say("The fewer answer again, the more a change between years may come from other people answering.")
    return [
        *figures(view, "response", intro=answered, tables=table),
        *figures(view, "response-again", intro=again, tables=table),
    ]  # fmt: skip


def _blanks(view: View) -> list[Exhibit]:
    meta, words = view.meta, view.words

    def forms(picture: Picture) -> list[Table]:
        caption = view.say("Share of answers left blank, of all questions asked")
        return _by_wave(view, picture, view.say("Region"), form, caption)

    def items(picture: Picture) -> list[Table]:
        caption = view.say("Share that left the question blank, of those asked it; whole network")
        return _by_wave(view, picture, view.say("Question"), item, caption)

    def form(row: Row) -> tuple[str, str]:
        return instrument_title(meta, row["instrument"], words), view.place(row["region"])

    def item(row: Row) -> tuple[str, str]:
        return instrument_title(meta, row["instrument"], words), item_title(row["item"], words)

    gathered = view.say(
        "Blank answers weaken results most where they gather in one region or one year: then those who "
        "answered may differ from those who did not."
    )
    hard = view.say(
        "A question that many leave blank may be hard, sensitive or missing from some forms; scores that rest "
        "on it are less certain. Pale cells are no cause for concern."
    )
    found = figures(view, "blanks-by-region", intro=gathered, tables=forms)
    return found + (figures(view, "blanks", intro=hard, tables=items) if view.region == NETWORK else [])


def _by_wave(
    view: View, picture: Picture, place: str, names: Callable[[Row], tuple[str, str]], caption: str = ""
) -> list[Table]:
    """Return the table of shares by form and place, and by year."""
    heads = [view.say("Form"), place]
    table = by_wave(
        view, picture.data, names, caption=caption or picture.subject, heads=heads, name=picture.key,
        write=lambda row, view: long(row, view.words),
    )  # fmt: skip
    return [table]


def _flags(view: View) -> list[Exhibit]:
    """List what was noticed; on the page of a region, what is about it or about the whole network."""
    frame, words = view.table("quality_flags"), view.words
    if view.region != NETWORK:
        frame = frame.filter(pl.col("region").is_in([view.region, NETWORK]))
    if frame.is_empty():
        return []
    lines: dict[tuple[str, str], dict[str, list[str]]] = {}
    for row in frame.iter_rows(named=True):
        place = (flag_title(row["flag"], words), _where(view, row))
        years = lines.setdefault(place, {}).setdefault(flag_amount(row, words), [])
        years += [str(row["wave"])] if row["wave"] else []
    noticed = view.say("What was noticed")
    findings = Table(
        caption=view.say("What was noticed in answers that broke no rule"),
        headers=[noticed, view.say("Where"), view.say("How much")],
        rows=[
            [title, where, "; ".join(f"{', '.join(years)}: {much}" if years else much for much, years in said.items())]
            for (title, where), said in lines.items()
        ],
        numeric=[False] * 3,
        data=frame.drop("reason"),
        name="flags.csv",
    )
    advice = Table(
        caption=view.say("What it may mean, and what to do"),
        headers=[noticed, view.say("What it may mean"), view.say("What to do")],
        rows=[
            [flag_title(one, words), flag_meaning(one, words), flag_advice(one, words)]
            for one in frame["flag"].unique(maintain_order=True)
        ],
        numeric=[False] * 3,
    )
    intro = view.say(
        "Nothing here was removed. These are signs that something may be wrong; look into them before you trust a "
        "result that rests on them."
    )
    return [only(findings, advice, intro=intro)]


def _where(view: View, row: Row) -> str:
    parts = [
        about_title(view.meta, row["about"], view.words),
        part_title(view.meta, row["about"], row["part"], view.words) if row["part"] else "",
        informant_title(row["informant"], view.words),
        view.place(row["region"]) if row["region"] != NETWORK else "",
        group_title(row["group"], view.words) if row["group"] else "",
    ]
    where = ", ".join(dict.fromkeys(one for one in parts if one))
    return where[:1].upper() + where[1:]


def _notes(view: View) -> tuple[str, ...]:
    """Say which counts are hidden, and why."""
    if all(view.table(name).is_empty() for name in ("quality_items", "quality_response", "quality_flags")):
        return ()
    said = view.say(
        "To protect privacy these shares are told in classes, not as numbers of persons: “under 1%” covers "
        "everything from nobody to a few. Blank answers to a single question and flags on single forms are told "
        "of the whole network only, since in a region they would be a few persons. Counts from 1 to {most} are "
        "never shown, and a cross marks a share that was hidden because together with others it would have told "
        "such a count.",
        most=chosen(view.meta, "privacy", "threshold") - 1,
    )
    return (said,)
