"""The change of a scale, or of the share in a band, under any choices: from clean answers, by the pipeline's functions.

What each choice needs is read no further down than it must be. Answers are read again for the missing rule, for flags
and for norm sets (a band's variance needs the totals of clusters, which no distribution has). Weights, linked units and
the reference wave come from the merged part of one such reading: a cluster keeps its sums with and without weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import polars as pl

from sujuva.codebooks import Instrument, Scale
from sujuva.codebooks.regions import NETWORK
from sujuva.errors import ParameterError, nearest
from sujuva.estimation import index_moments
from sujuva.estimation.domains import Domain, MomentIndex
from sujuva.moments import Part, merge, score_moments, score_pairs, with_design
from sujuva.multiverse.declared import CHANGE, Finding, Multiverse
from sujuva.multiverse.source import Source
from sujuva.multiverse.specifications import Specification
from sujuva.parjaavyys.common import difference
from sujuva.publish.specifications import MEMBERS, WAVE
from sujuva.scores import scored, scored_columns

_READ = ("missing_rule", "flagged", "norms")
"""Choices for which answers are read again; the others change no one's score and leave no one out."""
_KEYS = ["respondent", "wave", "informant"]


class PersonChange:
    """A finding about persons, ready to be computed in any way.

    Attributes:
        values: Choice → its values for this finding, that of the run first.
        width: Width of the range of what is averaged.
    """

    def __init__(self, finding: Finding, declared: Multiverse, source: Source) -> None:
        """Find its scale and bands in the codebooks.

        Raises:
            ParameterError: The codebooks have no such scale, norm set or band.
        """
        self.finding, self._source = finding, source
        self._instrument, self._scale = _scale_of(finding.scale, source.instruments)
        coping = source.choices["coping"]
        own = coping["norms"].get(self._instrument.key, self._instrument.norms) or ""
        self._bands = {own: finding.category} | {one.value: one.band for one in declared.alternatives(finding, "norms")}
        default = {
            "missing_rule": "codebook",
            "flagged": "kept",
            "norms": own,
            "weights": "survey",
            "linked_units": "linked" if coping["linked_units"] else "apart",
            "reference_wave": str(finding.other_wave),
        }
        found: dict[str, list[str]] = {choice: [default[choice]] for choice in finding.choices}
        for choice, values in found.items():
            values += [one.value for one in declared.alternatives(finding, choice) if one.value not in values]
        rules = dict.fromkeys(self._needed(one) for one in found["missing_rule"])
        found["missing_rule"] = [
            next(one for one in found["missing_rule"] if self._needed(one) == rule) for rule in rules
        ]
        self.values: Mapping[str, Sequence[str]] = found
        self.width = 1.0 if finding.category else float(self._scale.range[1] - self._scale.range[0])
        if finding.category:
            for norms, band in self._bands.items():
                _check_band(self._instrument, self._scale, norms, band)
        self._read_once = cache(self._read)

    def _needed(self, rule: str) -> tuple[int, ...]:
        """Return how many answers the scales behind this one need under a rule: rules may be the same here."""
        scales = {one.key: one for one in _with_rule(self._instrument, rule).scales}
        behind = [scales[self._scale.key]]
        for one in behind:
            behind += [scales[part] for part in one.parts]
        return tuple(one.min_answered or len(one.items) for one in behind if one.items)

    def treatment(self, chosen: Specification) -> str:
        """Return the name of how a specification treats persons: whom it counts, and as what."""
        return "|".join(chosen.get(name, "") for name in _READ)

    def row(self, chosen: Specification) -> dict[str, Any]:
        """Return the finding under a specification as a row of comparisons, and `small` (see `Ways.rows`)."""
        part, column, _ = self._read_once(*(chosen.get(name, "") for name in _READ))
        moments = _indexed(part, equal=chosen["weights"] == "equal", linked=chosen["linked_units"] == "linked")
        waves = (self.finding.wave, int(chosen["reference_wave"]))
        later, earlier = (Domain(self.finding.informant, column, wave, (self.finding.region,)) for wave in waves)
        scales = {self._scale.key: self._scale}
        row = difference(CHANGE, later, earlier, moments, scales, **self._source.precision)
        if not self.finding.category:
            return row | {"small": None}
        sums = [self._sides(part, column, wave) for wave in waves]
        return row | {"small": min(min(inside, n - inside) for inside, n in sums)}

    def _sides(self, part: Part, column: str, wave: int) -> tuple[int, int]:
        clusters = part["clusters"].filter(
            (pl.col("region") == self.finding.region) | (self.finding.region == NETWORK),
            scale=column, wave=wave, informant=self.finding.informant, group="all",
        )  # fmt: skip
        return int(clusters["y"].sum() or 0), int(clusters["n"].sum() or 0)

    def parts(self, treatments: Mapping[str, Specification]) -> pl.DataFrame:
        """Return who is treated alike by all treatments, counted (see `Ways.parts`)."""
        persons: pl.DataFrame | None = None
        for name, chosen in treatments.items():
            own = self._read_once(*(chosen.get(one, "") for one in _READ))[2].rename({"counted": name})
            persons = own if persons is None else persons.join(own, on=["respondent", WAVE], how="full", coalesce=True)
        if persons is None:
            return pl.DataFrame()
        return persons.group_by(WAVE, *treatments).agg(pl.len().alias(MEMBERS))

    def _read(self, rule: str, flagged: str, norms: str) -> tuple[Part, str, pl.DataFrame]:
        """Score the answers; return the merged part, the column of the finding, and how each person is counted."""
        instrument = _with_rule(self._instrument, rule)
        answers = self._source.answers(instrument.key)
        if flagged == "out":
            flags = self._source.table("quarantine/flags").filter(instrument=instrument.key)
            answers = answers.join(flags.lazy(), on=_KEYS, how="anti")
        column = f"{self._scale.key}.{self._bands[norms]}" if self.finding.category else self._scale.key
        known = scored(answers, instrument, norms=norms or None)
        decimals = {column: scored_columns(instrument, norms or None)[column]}
        design, weights = self._source.design, self._source.choices["estimation"]["weight_decimals"]
        persons = with_design(known, design)
        part = merge([score_moments.part(persons, decimals, design=design, weight_decimals=weights)])
        place = design.select("respondent", WAVE, "region")
        counted = (
            known.filter(informant=self.finding.informant)
            .join(place, on=["respondent", WAVE])
            .filter((pl.col("region") == self.finding.region) | (self.finding.region == NETWORK))
            .filter(pl.col(column).is_not_null())
            .select("respondent", WAVE, counted=pl.col(column) if self.finding.category else pl.lit(1, pl.Int64))
        )
        return part, column, counted.collect()


def _indexed(part: Part, *, equal: bool, linked: bool) -> MomentIndex:
    """Lay a part out by domain: all persons alike where weights are `equal`, units of two waves apart unless linked."""
    clusters = part["clusters"]
    if equal:
        decimals = pl.lit(0, clusters.schema["weight_decimals"])
        clusters = clusters.with_columns(w="n", wy="y", wyy="yy", weight_decimals=decimals)
    design = part["design"].with_columns(linked=pl.lit(linked))
    chosen = {"clusters": clusters, "design": design}
    return index_moments(score_moments.finish(chosen), score_pairs.finish(chosen), linked_units=linked)


def _with_rule(instrument: Instrument, rule: str) -> Instrument:
    """Return the instrument with another rule of how many answers a score of items needs."""
    if rule == "codebook":
        return instrument

    def needed(scale: Scale) -> int:
        return len(scale.items) if rule == "complete" else (len(scale.items) + 1) // 2

    scales = (one.model_copy(update={"min_answered": needed(one)}) if one.items else one for one in instrument.scales)
    return instrument.model_copy(update={"scales": tuple(scales)})


def _scale_of(key: str, instruments: Mapping[str, Instrument]) -> tuple[Instrument, Scale]:
    every = {scale.key: (one, scale) for one in instruments.values() for scale in one.scales if scale.ready}
    if key not in every:
        msg = f"multiverse.yaml: no instrument that respondents answer has a scale '{key}'."
        raise ParameterError(msg, nearest(key, every))
    return every[key]


def _check_band(instrument: Instrument, scale: Scale, norms: str, band: str) -> None:
    known = list(_bands(scale, norms))
    if band not in known:
        sets = sorted({one.norms for one in scale.bands})
        msg = f"multiverse.yaml: the norm set '{norms}' of {instrument.key} has no band '{band}' of {scale.key}."
        raise ParameterError(msg, nearest(band, known) if known else f"Its norm sets: {', '.join(sets) or 'none'}.")


def _bands(scale: Scale, norms: str) -> Iterator[str]:
    return (one.key for one in scale.bands if one.norms == norms)
