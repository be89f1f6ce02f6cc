"""What questionnaires call their answers, and the codes that these have in the codebooks."""

from __future__ import annotations

import re

from sujuva.normal import normal


def folded_answer(word: str) -> str:
    """Return an answer in words as it is compared: in its normal form and small letters, with plain dashes.

    A full stop at its end is left out; a number stays as it is.
    """
    plain = re.sub("[\u2012-\u2015\u2212]", "-", normal(word).lower())
    return plain.rstrip(".,;:! ")
