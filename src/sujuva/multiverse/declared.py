"""What `multiverse.yaml` declares: findings by the address of their published row, and alternatives with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from sujuva.codebooks.files import load
from sujuva.codebooks.regions import NETWORK
from sujuva.codebooks.terms import Wording
from sujuva.codebooks.text import Entry
from sujuva.errors import ParameterError, nearest
from sujuva.integration.bootstrap import NETWORK_CHANGE
from sujuva.parjaavyys.gaps import CHANGE
from sujuva.paths import inside
from sujuva.published.specifications import CHOICES, Choice
from sujuva.tidy import ALL

FILE = "multiverse.yaml"
OF_PERSONS: tuple[Choice, ...] = ("missing_rule", "flagged", "norms", "weights", "linked_units", "reference_wave")
"""Choices behind the change of a scale or of the share in a band."""
OF_NETWORKS: tuple[Choice, ...] = ("reference_wave", "tie_from", "confirmation", "unlisted")
"""Choices behind the change of a measure of a network."""
MISSING_RULES = ("codebook", "complete", "half")
"""How many items a score needs: as many as the codebook says, all of them, or at least half."""
FLAGGED = ("kept", "out")
WEIGHTS = ("survey", "equal")
LINKED = ("linked", "apart")
_VALUES: Mapping[str, tuple[str, ...]] = {
    "missing_rule": MISSING_RULES, "flagged": FLAGGED, "weights": WEIGHTS, "linked_units": LINKED,
    "confirmation": ("either", "both"), "unlisted": ("missing", "none", "auto"),
}  # fmt: skip
"""Values of the choices that have a fixed list of them; of the others, the data and the codebooks decide."""


class Finding(Entry):
    """A published change: the address of its row in the published table `comparisons`."""

    comparison: Literal["change", "network_change"]
    scale: str = Field(description="A scale; of a network, the relation")
    category: str = Field("", description="A band of the scale; of a network, the measure")
    informant: str = ""
    region: str = NETWORK
    wave: int
    other_wave: int = Field(description="The earlier wave, the reference")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.other_wave >= self.wave:
            msg = "other_wave is the reference and comes before wave"
            raise ValueError(msg)
        if self.of_persons and not self.informant:
            msg = "a change of a scale needs its informant"
            raise ValueError(msg)
        if not self.of_persons and (not self.category or self.region == NETWORK):
            msg = "a change of a network needs its measure (category) and one region: each region has its own network"
            raise ValueError(msg)
        return self

    @property
    def of_persons(self) -> bool:
        """Whether persons stand behind it; else organisations."""
        return self.comparison == CHANGE

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The choices that can bear on it."""
        if not self.of_persons:
            return OF_NETWORKS
        return OF_PERSONS if self.category else tuple(one for one in OF_PERSONS if one != "norms")

    @property
    def key(self) -> str:
        """Name of its files: the parts of its address."""
        parts = (self.scale, self.category, self.informant, self.region, str(self.other_wave), str(self.wave))
        return "-".join(part for part in parts if part).replace("_", "-")

    @property
    def address(self) -> dict[str, Any]:
        """The values by which its row is found in the table of comparisons."""
        group = {"group": ALL} if self.of_persons else {}
        return self.model_dump() | group


class Alternative(Entry):
    """One other value of a choice."""

    value: str
    why: Wording = Field(description="Why somebody could choose so, a line in each language")
    scale: str = Field("", description="Of norms: the scale whose bands are meant")
    band: str = Field("", description="Of norms: the band that stands in the place of the finding's")

    @model_validator(mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> Any:
        if isinstance(value, dict) and type(value.get("value")) is int:
            return value | {"value": str(value["value"])}
        return value


class Multiverse(Entry):
    """Findings, and what could have been chosen otherwise."""

    findings: tuple[Finding, ...] = Field(min_length=1)
    choices: dict[str, tuple[Alternative, ...]]
    most: int = Field(128, ge=1, description="Findings with no more specifications than this have all of them computed")
    sample: int = Field(
        32, ge=0, description="Specifications that are drawn, beside one at a time, where there are more"
    )
    seed: int = Field(20221207, description="The same seed draws the same specifications")

    @model_validator(mode="after")
    def _known(self) -> Self:
        for name, alternatives in self.choices.items():
            if name not in CHOICES:
                msg = f"there is no choice '{name}'. {nearest(name, CHOICES)}"
                raise ValueError(msg)
            allowed = _VALUES.get(name)
            for one in alternatives:
                if allowed and one.value not in allowed:
                    msg = f"{name} has no value '{one.value}'. {nearest(one.value, allowed)}"
                    raise ValueError(msg)
                if name in {"tie_from", "reference_wave"} and not one.value.isdecimal():
                    msg = f"{name}: '{one.value}' is no whole number"
                    raise ValueError(msg)
                if (name == "norms") != bool(one.scale and one.band):
                    msg = f"{name}: scale and band belong to alternatives of norms, which need both"
                    raise ValueError(msg)
            pairs = [(one.value, one.scale, one.band) for one in alternatives]
            if len(set(pairs)) < len(pairs):
                msg = f"{name} has an alternative twice"
                raise ValueError(msg)
        if len(set(self.findings)) < len(self.findings):
            msg = "a finding stands here twice"
            raise ValueError(msg)
        return self

    def alternatives(self, finding: Finding, choice: str) -> tuple[Alternative, ...]:
        """Return the declared alternatives of a choice that bear on a finding."""
        if choice not in finding.choices:
            return ()
        return tuple(one for one in self.choices.get(choice, ()) if one.scale in ("", finding.scale))


def load_multiverse(path: str | Path = FILE) -> Multiverse:
    """Read what is declared.

    Args:
        path: The file, from the project's root.

    Raises:
        ParameterError: There is no such file.
        CodebookError: It is no YAML, or a name or value in it is not allowed; says which, and what is.
    """
    place = inside(path)
    if not place.is_file():
        msg = f"There is no {place.name}, so no alternative is declared."
        raise ParameterError(msg, "docs/multiverse.md says what stands in it.")
    return load(Multiverse, place)


__all__ = [
    "CHANGE",
    "CHOICES",
    "FILE",
    "NETWORK_CHANGE",
    "Alternative",
    "Choice",
    "Finding",
    "Multiverse",
    "load_multiverse",
]
