"""Fetching public statistics into an input folder: the one part of Sujuva that uses a network, and no stage of it.

The command `sujuva fetch` imports its own module, `sujuva.fetch.run`.
"""

__all__: list[str] = []
