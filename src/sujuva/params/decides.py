"""What a choice decides: which numbers are others where it is chosen otherwise.

The marks stand at the sections and leaves of `sujuva.params.sections`. A leaf without one is an error: a new choice
must not count as one that changes nothing.
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
    """Mark of a leaf that decides something else than its section."""

    kind: Kind
