"""The thresholds of disclosure control."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ModelWrapValidatorHandler, ValidationError, model_validator

from sujuva.codebooks.files import explain
from sujuva.errors import DisclosureError, ParameterError
from sujuva.params import LEAST_THRESHOLD, Decision, load_params
from sujuva.published import rows_base


class Privacy(BaseModel):
    """What may leave the house.

    Attributes:
        threshold: Counts of persons or families from 1 to `threshold` − 1 are hidden.
        organisation_threshold: The same for organisations, which are not persons.
        rounding: Shown counts of persons and families are rounded to a multiple of this; 1 rounds nothing.
        dominance_n: Of a sum or a mean about organisations, the `dominance_n` largest contributions …
        dominance_k: … may not make up more than `dominance_k` per cent (the (n, k) rule).
        p_percent: Without the two largest contributions, a sum is at least `p_percent` per cent of the largest, so
            that the second largest cannot compute it more closely than that (the p% rule).
        rules: Who decided each of these, when and why.
        accepted_risks: Who accepts a risk that remains.

    Raises:
        ParameterError: A rule is no whole number, or too small.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    threshold: int = Field(5, ge=1)
    organisation_threshold: int = Field(3, ge=1)
    rounding: int = Field(5, ge=1)
    dominance_n: int = Field(1, ge=1)
    dominance_k: int = Field(75, ge=1, le=100)
    p_percent: int = Field(10, ge=0, le=100)
    rules: dict[str, Decision] = Field(default_factory=dict)
    accepted_risks: dict[str, Decision] = Field(default_factory=dict)

    @model_validator(mode="wrap")
    @classmethod
    def _in_words(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return handler(values)
        except ValidationError as error:
            message, hint = explain(error, cls, "The rules of privacy")
            raise ParameterError(message, hint or "Correct the section privacy of params.yaml.") from error

    @classmethod
    def decided(cls, **values: Any) -> Self:
        """Return the rules that a notebook was run with, where they are those of `params.yaml`.

        Args:
            values: Every value of the section `privacy` by its name, as the notebook's parameters have it.

        Raises:
            DisclosureError: A rule is another than `params.yaml` says, or is missing: somebody set it for one run.
        """
        said = load_params().privacy.model_dump(mode="json")
        other = sorted(name for name in {*said, *values} if name not in values or values[name] != said.get(name))
        if other:
            msg = f"This run has another {', '.join(f'privacy.{name}' for name in other)} than params.yaml."
            raise DisclosureError(msg, "A rule of privacy is decided in params.yaml, by an owner who is named there.")
        return cls(**values)

    def require_for(self, *, synthetic: bool) -> None:
        """See that the threshold of persons protects those whom the data are about.

        Raises:
            DisclosureError: It is lower than for persons who exist.
        """
        if self.threshold < LEAST_THRESHOLD and not synthetic:
            msg = f"The threshold of persons is {self.threshold}, and not every source says that it is synthetic."
            raise DisclosureError(msg, f"Allowed for data about persons: {LEAST_THRESHOLD} or more; 5 is usual.")

    @property
    def rows_rounding(self) -> int:
        """Base of the rows of files about persons."""
        return rows_base(self.threshold, self.rounding)
