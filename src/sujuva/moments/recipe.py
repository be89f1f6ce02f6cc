"""What the moments of a study are made by: its choices and codebooks, in one object that goes to workers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from sujuva.codebooks import Instrument
from sujuva.codebooks.lp import LpCodebook
from sujuva.codebooks.regions import Region
from sujuva.moments.case_settings import CaseSettings
from sujuva.moments.study import fixed_weights, in_study, own_strata, regional_strata, with_municipality_types
from sujuva.scores import scored
from sujuva.tables import PREFIX

Tables = Mapping[str, pl.LazyFrame]
"""Clean tables by name, or some of their rows."""


@dataclass(frozen=True)
class Recipe:
    """Choices (`sujuva.params`) and codebooks of a study.

    Attributes:
        regions: Regions of the study.
        waves: Years of measurement.
        groups: Columns of respondents whose values make groups.
        weight_decimals: Decimals kept of a weight.
        shared_strata: Strata that several regions were sampled in together.
        linked_units: The same unit key at two waves is the same unit.
        norms: Norm set of an instrument where it is not its codebook's own.
        index_parts: Environment → scale → weight of the index; empty: no index.
        index_min_parts: Environments that a person needs for a value of the index.
        beside_scale: Scale (or scale@informant) that is also counted by municipality; None: none is.
        casework: How families' ways are measured.
        instruments: Codebooks of instruments.
        places: Codebook of regions.
        practice: Codebook of Lapset puheeksi.
        last: Last event of each region of the whole log, once it is known; see `casework.case_part`.
    """

    regions: Sequence[str]
    waves: Sequence[int]
    groups: Sequence[str]
    weight_decimals: int
    shared_strata: Sequence[str]
    linked_units: bool
    norms: Mapping[str, str]
    index_parts: Mapping[str, Mapping[str, float]]
    index_min_parts: int
    beside_scale: str | None
    casework: CaseSettings
    instruments: Mapping[str, Instrument]
    places: Mapping[str, Region]
    practice: LpCodebook
    last: Mapping[str, datetime] | None = None

    def everyone(self, tables: Tables) -> pl.LazyFrame:
        """Return the respondents with the type of their municipality, in the study or not."""
        return with_municipality_types(tables["respondents"], self.places)

    def study(self, tables: Tables) -> pl.LazyFrame:
        """Return everybody in the study."""
        return in_study(self.everyone(tables), regions=self.regions, waves=self.waves)

    def design(self, tables: Tables) -> pl.LazyFrame:
        """Return everybody in the study with their stratum and whole weight."""
        return fixed_weights(own_strata(self.study(tables), shared=self.shared_strata), self.weight_decimals)

    def fielded(self, tables: Tables) -> dict[str, Instrument]:
        """Return the instruments that respondents were given."""
        return {key: one for key, one in self.instruments.items() if PREFIX + key in tables}

    def known(self, tables: Tables) -> dict[str, pl.LazyFrame]:
        """Return the scores of the instruments that respondents were given."""
        return {
            key: scored(tables[PREFIX + key], one, norms=self.norms.get(key))
            for key, one in self.fielded(tables).items()
        }

    def check(self, tables: Tables) -> None:
        """Refuse strata and weights of all respondents together that nobody can compute with.

        Raises:
            ParameterError: As `regional_strata` and `fixed_weights`.
            ContractError: As `fixed_weights`.
        """
        fixed_weights(regional_strata(self.study(tables), shared=self.shared_strata), self.weight_decimals)
