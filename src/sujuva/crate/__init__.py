"""The research object: one folder or archive that others can check, made of what may leave and of nothing else.

An RO-Crate after the profile Provenance Run Crate, with a configuration for CODECHECK and a README for data editors.
"""

from sujuva.crate.codecheck import faults
from sujuva.crate.write import write_crate

__all__ = ["faults", "write_crate"]
