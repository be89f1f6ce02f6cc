"""The catalogue: every figure by its key, in the order of a report."""

from sujuva.figures.catalogue import coping, talks
from sujuva.figures.specification import Spec

FIGURES: dict[str, Spec] = {one.key: one for module in (coping, talks) for one in module.FIGURES}

__all__ = ["FIGURES"]
