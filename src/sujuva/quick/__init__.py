"""One file to every measure of it, in memory: what `sujuva network` and `sujuva casework` do.

Each command imports its own module: `sujuva.quick.network`, `sujuva.quick.casework`.
"""

__all__: list[str] = []
