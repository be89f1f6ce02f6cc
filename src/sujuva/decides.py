"""What a choice or a line of a codebook decides: which numbers are others where it says something else.

The marks stand at the sections and leaves of `sujuva.params.sections`, and at the entries and keys of codebooks. What
has none must not count as what changes nothing: of a choice that is an error, and a key of a codebook counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["moments", "scope", "estimates", "disclosure", "nothing"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""What there is to decide, what separates numbers most first.

`moments`: what is counted; moments that were made by other choices do not add up. `scope`: of whom and of when numbers
are; each region has its own, and what all have can be put side by side. `estimates`: what is computed of moments, once
they are added up; whoever finishes decides for all. `disclosure`: what may be shown. `nothing`: no number.
"""


@dataclass(frozen=True)
class Decides:
    """Mark of a leaf or key that decides something else than its section or entry."""

    kind: Kind
