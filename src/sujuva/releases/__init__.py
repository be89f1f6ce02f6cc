"""Several releases of one study: a register of them, what changed since, and what therefore stays as it was.

Of this room `publish` needs what stands here; who joined and left is counted in `sujuva.releases.changes`, which reads
microdata, and `sujuva.releases.adding` and `sujuva.releases.forget` change the register.
"""

from sujuva.releases.before import kept_cells, read_before
from sujuva.releases.held import KEPT, Before
from sujuva.releases.judge import Verdict, judged, ranges_of
from sujuva.releases.register import REGISTER, Earlier, Register, Release, Withdrawal, add_release, read_register

__all__ = [
    "KEPT",
    "REGISTER",
    "Before",
    "Earlier",
    "Register",
    "Release",
    "Verdict",
    "Withdrawal",
    "add_release",
    "judged",
    "kept_cells",
    "ranges_of",
    "read_before",
    "read_register",
]
