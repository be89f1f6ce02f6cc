"""Whether a source numbers answers as the codebook does; a file that does not is refused: its scores would be wrong."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce

import polars as pl

from sujuva.cleaning.rules import Notes, Study
from sujuva.codebooks import Instrument
from sujuva.codebooks.coding import AS_GIVEN, Counts, as_map, shift_of
from sujuva.codebooks.labels import labels_of, relabelled
from sujuva.errors import SourceError
from sujuva.sources import Feed, RawTable, Source
from sujuva.tables import FEEDBACK_RANGE, LEVELS

_IMPOSSIBLE = ("rating_out_of_range", "bad_number", "cell_error", "value_not_in_map")
Ranges = Mapping[str, tuple[int, int]]


def refuse_shifted_answers(
    source: Source,
    feed: Feed,
    columns: Mapping[str, str],
    answers: Sequence[pl.Series],
    outside: Mapping[str, Counts],
    ranges: Ranges,
) -> None:
    """See that the codes of an instrument in a source are not shifted against those of its codebook.

    Args:
        source: What sources.yaml says about the file.
        feed: What it says about the instrument; `codes: as_given` lets everything pass.
        columns: Item column to raw column.
        answers: The answers within the range by item, null where there is none.
        outside: Of items with such: the codes outside the range.
        ranges: Lowest and highest code of each item.

    Raises:
        SourceError: They are; it offers a map of answers.
    """
    if any(outside.values()):  # without a code outside its range nothing is shifted
        counts = {one.name: {**_within(one, *ranges[one.name]), **outside.get(one.name, {})} for one in answers}
        _refuse(source, feed, str(feed.instrument), counts, ranges, columns)


def refuse_other_labels(
    source: Source, feed: Feed, columns: Iterable[str], raw: RawTable, instrument: Instrument
) -> None:
    """See that the codes of a file mean what those of the codebook mean, where the file itself says what they mean.

    Args:
        source: What sources.yaml says about the file.
        feed: What it says about the instrument; a map, or `codes: as_given`, lets everything pass.
        columns: The raw columns of the items.
        raw: The raw table, with its labels.
        instrument: The codebook.

    Raises:
        SourceError: The codes have the labels of other codes; it offers a map of answers.
    """
    if feed.item_map or feed.codes == AS_GIVEN or not raw.labels or instrument.responses:
        return
    known = labels_of(instrument.response, instrument.labels, instrument.labels_unverified)
    moved = relabelled(raw.labels, columns, known, feed.missing)
    if moved:
        where = f"Source '{source.name}', file {source.file}"
        msg = f"{where}: by the file's own labels its codes are not those of {instrument.key}."
        hint = f"If the labels are right, add to the feed item_map: {as_map(moved)}. If the codes are, codes: as_given."
        raise SourceError(msg, hint)


def refuse_shifted_ratings(source: Source, feed: Feed, table: str, frame: pl.DataFrame, study: Study) -> None:
    """See the same of ratings that stand one below the other: of partners, in feedback, and the levels of the rubric.

    Args:
        source: What sources.yaml says about the file.
        feed: What it says about the table.
        table: Name of the table; of others than those three nothing is judged.
        frame: Its rows, with numbers not yet held against their range.
        study: Ranges of the items that partners answer.

    Raises:
        SourceError: They are shifted; it offers a map of ratings.
    """
    value = "level" if table == "rubric" else "rating"
    if table not in {"partner_ratings", "feedback", "rubric"} or not frame.schema[value].is_integer():
        return
    item = pl.lit(table) if table == "rubric" else pl.col("item")
    seen = (
        frame.select(item=item.cast(pl.String), code=value).drop_nulls().group_by("item", "code").len().sort(pl.all())
    )
    fixed = FEEDBACK_RANGE if table == "feedback" else LEVELS
    together: dict[str, dict[str, dict[int, int]]] = {}
    ranges: dict[str, tuple[int, int]] = {}
    for name, code, count in seen.iter_rows():
        limits = study.rated.get(name) if table == "partner_ratings" else fixed
        if limits is not None:
            ranges[name] = limits
            who = name.rpartition("_")[0] if table == "partner_ratings" else table
            together.setdefault(who, {}).setdefault(name, {})[code] = count
    for who, counts in together.items():
        _refuse(source, feed, who, counts, ranges, feed.items, value)


def note_beside(notes: Notes, frame: pl.DataFrame, at: str) -> None:
    """Note the other answers of a form with an answer that cannot be, where each answer of it is a row.

    A form with a row a person is set aside as a whole; without this, the scores of the same form would rest on fewer
    items, and nobody would know of it.

    Args:
        notes: What was noted of the raw rows; takes impossible_beside.
        frame: The rows of partner_ratings.
        at: Its column with the place of the raw row.
    """
    masks = [notes.masks[rule] for rule in _IMPOSSIBLE if rule in notes.masks]
    if not masks:
        return
    wrong = reduce(operator.or_, masks).gather(frame[at])
    form = frame.select(at, "respondent", "wave", "region", who=pl.col("item").str.replace("_[0-9]+$", ""))
    beside = form.filter(~wrong).join(form.filter(wrong).drop(at), on=form.columns[1:], how="semi", nulls_equal=True)
    notes.note_at("impossible_beside", beside[at])


def _refuse(
    source: Source,
    feed: Feed,
    who: str,
    counts: Mapping[str, Counts],
    ranges: Ranges,
    columns: Mapping[str, str],
    value: str = "",
) -> None:
    shift = None if feed.codes == AS_GIVEN else shift_of(counts, ranges)
    if shift is None:
        return
    msg = f"Source '{source.name}', file {source.file}: of {who}, {shift.named(columns).told}"
    long = value in feed.columns
    mapped = bool(feed.columns[value].map if long else feed.item_map)
    raise SourceError(msg, shift.advice(option=False, mapped=mapped, column=value if long else ""))


def _within(answers: pl.Series, low: int, high: int) -> Counts:
    """Return how often each code of a range is there; far faster than counting the values of any column."""
    counts = answers.to_frame("x").select((pl.col("x") == code).sum().alias(str(code)) for code in range(low, high + 1))
    return {int(code): count for code, count in counts.row(0, named=True).items()}
