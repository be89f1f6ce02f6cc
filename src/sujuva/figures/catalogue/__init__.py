"""The catalogue: every figure by its key, in the order of a report."""

from sujuva.figures.catalogue import (
    areas,
    background,
    cases,
    change,
    coping,
    families,
    forecasts,
    methods,
    municipalities,
    networks,
    noticed,
    offers,
    partners,
    places,
    quality,
    said,
    signals,
    talks,
)
from sujuva.figures.specification import Spec

FIGURES: dict[str, Spec] = {
    one.key: one
    for module in (
        coping,
        change,
        talks,
        partners,
        networks,
        places,
        cases,
        families,
        quality,
        areas,
        signals,
        noticed,
        said,
        forecasts,
        municipalities,
        methods,
        offers,
        background,
    )
    for one in module.FIGURES
}
"""Every figure by its key."""

__all__ = ["FIGURES"]
