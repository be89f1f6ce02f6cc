"""Running notebooks: typed parameters, fast kernels, canonical output and short accounts of failure.

Nothing is imported here: the command line and every kernel pass through this package, and neither should wait for what
it does not use.
"""

__all__: list[str] = []
