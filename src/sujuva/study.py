"""For analysts: a study's published tables, indicators and figures, from a notebook or a prompt.

    import sujuva

    study = sujuva.open()
    study.published("parjaavyys", indicator="score_mean", region="oulu")
    study.indicators()
    study.figure("coping", regions=["oulu", "network"])

Everything here has passed `publish`: it may be shown to anyone.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

import polars as pl

from sujuva.codebooks import load_indicators
from sujuva.codebooks.regions import NETWORK
from sujuva.errors import ParameterError, nearest
from sujuva.figures import Picture, Words, voice
from sujuva.figures.catalogue import FIGURES
from sujuva.figures.specification import pictures
from sujuva.figures.titled import titles_of
from sujuva.params import Params, load_params
from sujuva.paths import project_root
from sujuva.published import Published, read_published

if TYPE_CHECKING:
    import pandas as pd

_WHAT = ("indicator", "comparison", "measure")
"""Columns that tell what the numbers of a row are."""
_PER_SCALE = "scale"
_TITLED = (*_WHAT, _PER_SCALE, "informant", "region", "group")
"""Columns of codes that get a column of titles."""


class MixedIndicatorsWarning(UserWarning):
    """A frame holds numbers of several kinds, whose average means nothing."""


@dataclass(frozen=True)
class Study:
    """A study as its published tables tell it.

    Attributes:
        root: Its folder, which holds params.yaml.
        params: Its choices.
        language: Language of titles and figures: fi, sv or en.
    """

    root: Path
    params: Params = field(repr=False)
    language: str

    @cached_property
    def _published(self) -> Published:
        return read_published(self.root / "data" / "published", fdr=self.params.coping.fdr)

    @property
    def meta(self) -> dict[str, Any]:
        """What is told beside the numbers: titles, ranges, sources, licences, the thresholds of publishing."""
        return self._published.meta

    @property
    def tables(self) -> list[str]:
        """The names of the published tables."""
        return list(self._published.tables)

    @overload
    def published(self, table: str, *, as_pandas: Literal[True], **where: Any) -> pd.DataFrame: ...
    @overload
    def published(self, table: str, *, as_pandas: Literal[False] = False, **where: Any) -> pl.DataFrame: ...
    def published(self, table: str, *, as_pandas: bool = False, **where: Any) -> pl.DataFrame | pd.DataFrame:
        """Return the rows of a published table, with readable titles beside the codes.

        Args:
            table: One of `tables`.
            as_pandas: Return a pandas frame instead of a Polars one.
            where: Column → the value, or the list of values, that its rows shall have: `region="oulu"`.

        Returns:
            The table's columns; after each of indicator, comparison, measure, scale, informant, region and group a
            column `<name>_title` in the study's language. A hidden row has no numbers and says in `suppressed` why.

        Raises:
            ParameterError: No table, column or value of this name: the message names the nearest.

        Warns:
            MixedIndicatorsWarning: The rows are of several indicators, or of several scales.
        """
        frame = self._table(table)
        for column, wanted in where.items():
            frame = _chosen(frame, table, column, wanted)
        _say_if_mixed(frame, table)
        titled = frame.select(
            column for name in frame.columns for column in (pl.col(name), *self._titles_of(frame, name))
        )
        return titled.to_pandas(use_pyarrow_extension_array=True) if as_pandas else titled  # whole numbers stay whole

    def indicators(self) -> pl.DataFrame:
        """Return the data dictionary: what each number is called, means, counts and is made of, a row an indicator."""
        return dictionary(load_indicators(self.params.data.input), self.language)

    def figure(self, key: str, *, regions: Sequence[str] | None = None) -> Picture:
        """Return a figure of the reports; a notebook shows it with its caption, and `pages("slide")` prints it.

        Args:
            key: Its key in the catalogue of figures, such as "coping"; of one that has several pictures, that of the
                picture, such as "network-collaboration".
            regions: Regions to show, the most important first; "network" stands for all together. Default: the
                study's regions, all of them.

        Raises:
            ParameterError: There is no such figure or region, it has several pictures, or nothing has been published
                that it could show.
        """
        family = next((name for name, spec in FIGURES.items() if spec.variants and key.startswith(f"{name}-")), key)
        name = key if key in FIGURES else family
        _known(name, FIGURES, "figure")
        chosen = list(regions or self.params.study.regions)
        for region in chosen:
            _known(region, [*self.meta["regions"], NETWORK], "region")
        words = voice(self.meta, self.language)
        drawn = pictures(FIGURES[name], self._published, words, region=chosen[0], regions=chosen)
        fitting = [picture for picture in drawn if key in {name, picture.key}]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            msg = f"The figure '{key}' has several pictures: {', '.join(picture.key for picture in fitting)}."
            raise ParameterError(msg, "Name one of them.")
        msg = f"Nothing that the figure '{key}' shows has been published of {', '.join(chosen)}."
        raise ParameterError(msg, "Choose other regions, or look at study.published() for what there is.")

    def _table(self, table: str) -> pl.DataFrame:
        _known(table, self._published.tables, "published table")
        return self._published[table]

    def _titles_of(self, frame: pl.DataFrame, name: str) -> list[pl.Expr]:
        if name not in _TITLED or frame[name].dtype != pl.String:
            return []
        titles = titles_of(self.meta, voice(self.meta, self.language), frame, name)
        return [pl.lit(pl.Series(f"{name}_title", titles, dtype=pl.String))]


def open_study(*, language: str | None = None) -> Study:
    """Open the study of the working folder (or of a folder above it) for looking at what it has published.

    Args:
        language: fi, sv or en; default: `report.language` of params.yaml.

    Raises:
        SujuvaError: No params.yaml in the folder or above it, or it does not hold what it must.
    """
    params = load_params()
    return Study(project_root(), params, Words(language or params.report.language).language)


def dictionary(indicators: Mapping[str, Any], language: str) -> pl.DataFrame:
    """Return what is known of each indicator, a row each, in one language (method in English)."""
    rows = [
        {
            "indicator": one.key,
            "family": one.family,
            "title": one.title[language],
            "unit": one.unit[language],
            "description": one.description[language],
            "counts": one.counts,
            "better": one.better,
            "formula": one.formula,
            "decimals": one.decimals,
            "method": one.method,
        }
        for one in indicators.values()
    ]
    return pl.DataFrame(rows, infer_schema_length=None).sort("family", "indicator")


def dictionary_page(indicators: Mapping[str, Any]) -> str:
    """Return the data dictionary as the page docs/indicators.md."""
    lines = [
        "# Indicators",
        "",
        "What each published number is called, means, counts and is made of. Written by `sujuva indicators --write`",
        "from `data/codebooks/indicators_*.yaml`; do not edit by hand. The same in Finnish, Swedish or English:",
        '`sujuva.open(language="sv").indicators()`.',
    ]
    family = ""
    for row in dictionary(indicators, "en").iter_rows(named=True):
        if row["family"] != family:
            family = row["family"]
            lines += ["", f"## {family.capitalize()}"]
        unit = f" ({row['unit']})" if row["unit"] else ""
        counts = "" if row["counts"] == "none" else f" *n* counts in units of: {row['counts']}."
        better = {"scale": " Better as its scale says.", "neither": ""}.get(
            row["better"], f" {row['better'].capitalize()} is better."
        )
        lines += ["", f"**`{row['indicator']}`** {row['title']}{unit}. {row['description']}{counts}{better}"]
        lines += [f"Method ({row['formula']}): {row['method'].rstrip('.')}."]
    return "\n".join(lines) + "\n"


def _known(name: str, known: Iterable[str], what: str) -> None:
    known = list(known)
    if name not in known:
        msg = f"There is no {what} '{name}'."
        raise ParameterError(msg, nearest(name, known))


def _chosen(frame: pl.DataFrame, table: str, column: str, wanted: Any) -> pl.DataFrame:
    _known(column, frame.columns, f"column in {table}")
    values = [wanted] if isinstance(wanted, str) or not isinstance(wanted, Iterable) else list(wanted)
    present = frame[column].unique().to_list()
    for value in values:
        if value not in present:
            msg = f"No row of {table} has {column} = {value!r}."
            raise ParameterError(msg, nearest(str(value), (str(one) for one in present if one not in (None, ""))))
    return frame.filter(pl.col(column).is_in(values))


def _say_if_mixed(frame: pl.DataFrame, table: str) -> None:
    """Warn where an average over the rows would mix what cannot be mixed."""
    for column in (*_WHAT, _PER_SCALE):
        kinds = frame[column].unique().sort().to_list() if column in frame.columns else []
        if len(kinds) > 1:
            msg = (
                f"These rows of {table} are of {len(kinds)} {column}s ({', '.join(map(str, kinds[:3]))} …): their "
                f"numbers must not be averaged together. Choose: study.published({table!r}, {column}={kinds[0]!r})."
            )
            warnings.warn(msg, MixedIndicatorsWarning, stacklevel=3)
            return
