"""Findings computed in all their ways and told through the door, with the default held against what is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from sujuva.errors import ParameterError, SujuvaError
from sujuva.io import SIGNIFICANT
from sujuva.multiverse.declared import Finding, Multiverse
from sujuva.multiverse.networks import NetworkChange
from sujuva.multiverse.persons import PersonChange
from sujuva.multiverse.source import Source
from sujuva.multiverse.specifications import Design, Specification, specifications
from sujuva.publish import Privacy
from sujuva.publish.specifications import Ways, tell_specifications
from sujuva.published import SHOWN
from sujuva.published.specifications import NUMBERS
from sujuva.tidy import ALL, COMPARISONS


@dataclass(frozen=True)
class Told:
    """A finding in all the ways that may be told.

    Attributes:
        finding: Its address.
        design: Its specifications.
        table: `sujuva.published.specifications.TOLD`, one row a specification in the order of the design.
    """

    finding: Finding
    design: Design
    table: pl.DataFrame

    @property
    def told(self) -> pl.DataFrame:
        """The specifications that are told."""
        return self.table.filter(suppressed=SHOWN)

    @property
    def way(self) -> str:
        """Which way it goes under the default; "" where that is hidden."""
        return str(self.table["way"][0])

    @property
    def holds(self) -> int:
        """Under how many of the told specifications it goes that way."""
        return self.told.filter(pl.col("way") == self.way).height


Findings = list[Told]


def compute(declared: Multiverse, source: Source, privacy: Privacy) -> Findings:
    """Compute every finding in all its ways, and tell what may be told.

    Raises:
        ParameterError: A finding has no published row, or an alternative does not exist.
        SujuvaError: The default is not what is published: results and code do not belong together.
    """
    return [tell(finding, declared, source, privacy) for finding in declared.findings]


def tell(finding: Finding, declared: Multiverse, source: Source, privacy: Privacy) -> Told:
    """Compute one finding in all its ways, and tell what may be told; see `compute`."""
    published = _row(finding, source.published["comparisons"], "published")
    _check_waves(finding, declared, source)
    change: PersonChange | NetworkChange = (PersonChange if finding.of_persons else NetworkChange)(
        finding, declared, source
    )
    design = specifications(
        change.values, most=declared.most, sample=declared.sample, seed=f"{declared.seed} {finding.key}"
    )
    scales = source.published.meta["scales"]
    told = tell_specifications(ways_of(change, design, source), published, scales, privacy)
    return Told(finding, design, told)


def ways_of(change: PersonChange | NetworkChange, design: Design, source: Source) -> Ways:
    """Return a finding in all its ways, private.

    Raises:
        SujuvaError: The default is not what the pipeline made.
    """
    rows: list[dict[str, Any]] = []
    treatments: dict[str, Specification] = {}
    for number, chosen in enumerate(design.specifications):
        row = change.row(chosen)
        if not number:
            _check_default(change.finding, row, source)
        treatments.setdefault(change.treatment(chosen), chosen)
        waves = (change.finding.wave, int(chosen["reference_wave"]))
        rows.append(
            {
                **row, "specification": number, "treatment": change.treatment(chosen),
                "shown": all(_cell_shown(change.finding, wave, source) for wave in waves),
            }
        )  # fmt: skip
    further = {"specification": pl.Int64(), "treatment": pl.String(), "small": pl.Int64(), "shown": pl.Boolean()}
    return Ways(pl.DataFrame(rows, schema={**COMPARISONS, **further}), change.parts(treatments), change.width)


def _check_default(finding: Finding, row: Mapping[str, Any], source: Source) -> None:
    """See that the default is the number of the pipeline, to the last digit that it writes."""
    place = "indicators/parjaavyys/comparisons" if finding.of_persons else "indicators/integration/comparisons"
    made = _row(finding, source.table(place), place)
    numbers = pl.DataFrame([{name: one[name] for name in NUMBERS} for one in (row, made)])
    same = numbers.select(pl.col(NUMBERS).cast(pl.Float64).round_sig_figs(SIGNIFICANT)).unique().height == 1
    if not same or (row["n"], row["other_n"]) != (made["n"], made["other_n"]):
        msg = f"{finding.key}: computed by the choices of the run it is another number than data/{place} has."
        raise SujuvaError(msg, "Results and code do not belong together: run `make repro`.")


def _cell_shown(finding: Finding, wave: int, source: Source) -> bool:
    """Tell whether what is compared is itself published at a wave; of a network, its measure."""
    indicator = ("band_share" if finding.category else "score_mean") if finding.of_persons else finding.category
    place = {"indicator": indicator, "scale": finding.scale, "region": finding.region, "wave": wave, "group": ALL}
    if finding.of_persons:
        place |= {"category": finding.category, "informant": finding.informant}
    cells = source.published["parjaavyys" if finding.of_persons else "integration"].filter(**place)
    return cells.height == 1 and cells["suppressed"][0] == SHOWN


def _row(finding: Finding, comparisons: pl.DataFrame, where: str) -> dict[str, Any]:
    rows = comparisons.filter(**finding.address)
    if rows.height != 1:
        msg = f"multiverse.yaml: the comparisons ({where}) have no row {finding.key}."
        raise ParameterError(msg, "A finding is the address of a published change: comparison, scale, waves, region.")
    return rows.row(0, named=True)


def _check_waves(finding: Finding, declared: Multiverse, source: Source) -> None:
    waves = source.choices["study"]["waves"]
    for one in declared.alternatives(finding, "reference_wave"):
        if int(one.value) not in waves or int(one.value) >= finding.wave:
            msg = f"multiverse.yaml: reference_wave {one.value} is no wave of the study before {finding.wave}."
            raise ParameterError(msg, f"The waves of the study: {', '.join(map(str, waves))}.")
