"""Numbers of others, as rows of the table of the situation."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sujuva.codebooks.background import TOTAL, Background
from sujuva.tidy import KEY, tidy_rows

INDICATOR = "background_number"


def background_rows(subjects: Mapping[str, Background]) -> pl.DataFrame:
    """Return the numbers of a codebook as tidy rows.

    Args:
        subjects: Subjects by key.

    Returns:
        Rows of the indicator `background_number`: `scale` is the subject, `category` the part (`total`: what the parts
        make), `region` the key of the area or the code of the whole country, `wave` the year, `note` says where the
        number is a lower bound or about.
    """
    rows = []
    for subject in subjects.values():
        place = {"indicator": INDICATOR, "scale": subject.key, "region": subject.area, "wave": subject.year}
        for part in subject.parts:
            note = "" if part.bound == "exact" else part.bound
            rows.append(place | {"category": part.key, "estimate": part.value, "note": note})
        if subject.total is not None:
            rows.append(place | {"category": TOTAL, "estimate": subject.total})
    return tidy_rows(rows).sort(KEY)
