"""What an intruder learns of made-up and real data, each kind in a file: see `python -m benchmarks.attack --help`."""
