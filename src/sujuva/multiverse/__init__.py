"""Declared alternatives of a finding: computed by the pipeline's own functions, told through the door, drawn.

`multiverse.yaml` says which findings and which alternatives; the specification that `params.yaml` makes is the default.
"""

from sujuva.multiverse.computed import Findings, compute
from sujuva.multiverse.declared import CHOICES, Multiverse, load_multiverse
from sujuva.multiverse.specifications import specifications
from sujuva.multiverse.words import Said
from sujuva.multiverse.written import checked, write_multiverse

__all__ = [
    "CHOICES",
    "Findings",
    "Multiverse",
    "Said",
    "checked",
    "compute",
    "load_multiverse",
    "specifications",
    "write_multiverse",
]
