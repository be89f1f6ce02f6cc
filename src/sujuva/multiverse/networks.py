"""The change of a measure of a network under any choices, from the ties that the stage moments hands on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast

import numpy as np
import polars as pl

from sujuva.codebooks import load_relations
from sujuva.errors import ParameterError
from sujuva.integration import TieRule, network_changes, of_kind, sociomatrices
from sujuva.integration.ties import Confirmation, reported, standing
from sujuva.multiverse.declared import Finding, Multiverse
from sujuva.multiverse.source import Source
from sujuva.multiverse.specifications import Specification
from sujuva.publish.specifications import MEMBERS, WAVE

_RULE = ("tie_from", "confirmation", "unlisted")
_OF_REPORTS = "network_reciprocity_dyad"
"""The measure that is made of what each end reports, whatever the rule asks of both."""


class NetworkChange:
    """A finding about a network, ready to be computed in any way.

    Attributes:
        values: Choice → its values for this finding, that of the run first; those that change nothing are left out.
        width: None: those behind it are organisations.
    """

    width = None

    def __init__(self, finding: Finding, declared: Multiverse, source: Source) -> None:
        """Read its ties."""
        self.finding, self._choices = finding, source.choices
        relations = load_relations(source.folder / "study")
        here = {"region": finding.region}
        self._actors = source.table("moments/actors").filter(**here)
        ties = of_kind(source.table("moments/ties"), relations, "tie")
        self._ties = ties.filter(**here, relation=finding.scale)
        self._read_once = cache(self._read)
        network = source.choices["network"]
        default = {name: str(network[name]) for name in _RULE} | {"reference_wave": str(finding.other_wave)}
        found: dict[str, list[str]] = {choice: [default[choice]] for choice in finding.choices}
        told = self._numbers(default)
        for choice, values in found.items():
            others = [one.value for one in declared.alternatives(finding, choice) if one.value not in values]
            # What is made of organisations is no secret: a choice that does not bear on the measure is no other way.
            values += [value for value in others if self._numbers({**default, choice: value}) != told]
        self.values: Mapping[str, Sequence[str]] = found

    def treatment(self, chosen: Specification) -> str:
        """Return the name of how a specification treats pairs of organisations."""
        return "|".join(chosen[name] for name in _RULE)

    def row(self, chosen: Specification) -> dict[str, Any]:
        """Return the finding under a specification as a row of comparisons.

        Raises:
            ParameterError: The two waves are not compared.
        """
        made = self._read_once(*(chosen[name] for name in _RULE)).filter(
            category=self.finding.category, wave=self.finding.wave, other_wave=int(chosen["reference_wave"])
        )
        if made.height != 1:
            msg = (
                f"multiverse.yaml: {self.finding.category} of {self.finding.scale} in {self.finding.region} is not "
                f"compared between {chosen['reference_wave']} and {self.finding.wave}."
            )
            raise ParameterError(msg, "Networks are compared with the wave before, and the last with the first.")
        return made.row(0, named=True) | {"small": None}

    def _numbers(self, chosen: Specification) -> tuple[Any, ...]:
        row = self.row(chosen)
        return tuple(row[name] for name in ("estimate", "ci_low", "ci_high"))

    def parts(self, treatments: Mapping[str, Specification]) -> pl.DataFrame:
        """Return which pairs of organisations are treated alike by all treatments, counted (see `Ways.parts`)."""
        found = []
        for name, chosen in treatments.items():
            rule = self._rule(*(chosen[one] for one in _RULE))
            made = reported if self.finding.category == _OF_REPORTS else standing
            for matrix in sociomatrices(self._actors, self._ties, unlisted=rule.unlisted):
                network = made(matrix, rule)
                state = np.where(network.known, network.adjacency, -1)[~np.eye(matrix.size, dtype=bool)]
                found.append(
                    pl.DataFrame({WAVE: [matrix.wave] * state.size, "pair": range(state.size), name: state.astype(int)})
                )
        together = (
            pl.concat(found, how="diagonal").group_by(WAVE, "pair").agg(pl.col(list(treatments)).drop_nulls().first())
        )
        states = [pl.when(pl.col(name) >= 0).then(name).alias(name) for name in treatments]
        return together.with_columns(states).group_by(WAVE, *treatments).agg(pl.len().alias(MEMBERS))

    def _rule(self, tie_from: str, confirmation: str, unlisted: str) -> TieRule:
        return TieRule(int(tie_from), cast("Confirmation", confirmation), cast("Any", unlisted))

    def _read(self, tie_from: str, confirmation: str, unlisted: str) -> pl.DataFrame:
        network = self._choices["network"]
        return network_changes(
            self._actors, self._ties, self._rule(tie_from, confirmation, unlisted),
            bootstrap=network["bootstrap"], seed=network["network_seed"], depth_max=network["depth_max"],
            confidence=self._choices["estimation"]["confidence"],
        )  # fmt: skip
