"""The tests: a package, so that `tests` is this folder whatever an installed library calls its own."""
