"""Where the numbers of a multiverse come from: clean tables, indicators and published tables of one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.codebooks import Instrument, load_instruments, load_regions, of_respondents
from sujuva.handed import read_choices
from sujuva.io import read_table
from sujuva.moments import fixed_weights, in_study, regional_strata, with_municipality_types
from sujuva.paths import inside
from sujuva.published import Published, read_published

_STAGES = ("moments", "indicators/parjaavyys", "indicators/integration")


@dataclass(frozen=True)
class Source:
    """One run of the pipeline.

    Attributes:
        folder: Its folder of data.
    """

    folder: Path

    @classmethod
    def of_project(cls) -> Source:
        """Return the run of the project."""
        return cls(inside("data"))

    @cached_property
    def choices(self) -> Mapping[str, Mapping[str, Any]]:
        """The choices that its stages took, by section."""
        return read_choices(*(str(self.folder / stage / "choices.json") for stage in _STAGES))

    @cached_property
    def published(self) -> Published:
        """What its door let out."""
        return read_published(self.folder / "published")

    @cached_property
    def instruments(self) -> dict[str, Instrument]:
        """The instruments that respondents answered."""
        return of_respondents(load_instruments(self.folder / "study"))

    @cached_property
    def design(self) -> pl.LazyFrame:
        """Everybody in the study with their place in the sample, as the stage moments has them."""
        everyone = with_municipality_types(
            pl.scan_parquet(self.folder / "clean/respondents.parquet"), load_regions(self.folder / "study")
        )
        study, estimation = self.choices["study"], self.choices["estimation"]
        here = in_study(everyone, regions=study["regions"], waves=study["waves"])
        strata = regional_strata(here, shared=estimation["shared_strata"])
        return fixed_weights(strata, estimation["weight_decimals"])

    @property
    def precision(self) -> dict[str, Any]:
        """The settings of estimates."""
        return {name: self.choices["estimation"][name] for name in ("confidence", "lonely_cluster")}

    def answers(self, instrument: str) -> pl.LazyFrame:
        """Return the clean answers to an instrument."""
        return pl.scan_parquet(self.folder / f"clean/answers_{instrument}.parquet")

    def table(self, name: str) -> pl.DataFrame:
        """Return a table below the folder, such as `quarantine/flags`."""
        return read_table(self.folder / f"{name}.parquet")
