"""Lapset puheeksi (LP) discussions: the components of a discussion true to the model."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field, field_validator

from sujuva.codebooks.files import FOLDER, load_instead
from sujuva.codebooks.text import Entry, Text
from sujuva.errors import CodebookError

FILE = "lp.yaml"
Component = Literal[
    "parents_present",
    "child_present",
    "environments_covered",
    "strengths_recorded",
    "vulnerabilities_recorded",
    "plan_written",
    "plan_assigned",
    "network_called",
    "follow_up_set",
]
COMPONENTS: tuple[Component, ...] = get_args(Component)
"""What can be told of a discussion from its record; this project's own operationalisation."""


FOLLOW_UP_DAYS = 28
"""Smallest distance of a follow-up from the meeting before it, in days; this project's own rule."""


class FidelityComponent(Entry):
    """A component of fidelity."""

    key: Component
    title: Text


class LpCodebook(Entry):
    """Which components count, and when a meeting begins a new discussion."""

    fidelity: tuple[FidelityComponent, ...] = Field(min_length=1)
    follow_up_days: int = Field(
        FOLLOW_UP_DAYS, ge=1, description="A meeting fewer days after the one before it continues that discussion"
    )

    @field_validator("fidelity")
    @classmethod
    def _once(cls, components: tuple[FidelityComponent, ...]) -> tuple[FidelityComponent, ...]:
        keys = [one.key for one in components]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            msg = f"the component {twice} is named twice"
            raise ValueError(msg)
        return components

    @property
    def components(self) -> Collection[Component]:
        """Keys of the components that count, in order."""
        return tuple(one.key for one in self.fidelity)


def load_lp(extra: str | Path | None = None) -> LpCodebook:
    """Load `lp.yaml` of the input folder `extra`, or else of the project.

    Raises:
        CodebookError: The file is missing or not valid.
    """
    found = load_instead(LpCodebook, FILE, extra)
    if found is None:
        msg = f"The codebook {FILE} is missing from {FOLDER}/."
        raise CodebookError(msg)
    return found
