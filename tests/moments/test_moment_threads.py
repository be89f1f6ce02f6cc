"""The same bytes on one thread as on many."""

import hashlib
import os
import subprocess
import sys

import pytest

PROGRAM = """
import sys
import numpy as np, polars as pl
from pathlib import Path
from sujuva.estimation import estimate_scores, ESTIMATES, DOMAIN
from sujuva.io import write_table
from sujuva.moments import *
from sujuva.moments.scores import DISTRIBUTIONS_KEY, SCORES_KEY
out, rows = Path(sys.argv[1]), 40_000
random = np.random.default_rng(7)
frame = pl.DataFrame({
    "wave": random.integers(2022, 2025, rows, dtype=np.int32),
    "region": random.choice(["oulu", "tampere"], rows), "stratum": random.choice(["1", "2", "3"], rows),
    "unit": random.integers(0, 400, rows).astype(str), "informant": "self",
    "gender": random.choice(["girl", "boy"], rows), "weight": random.gamma(2, 1, rows) + 0.01,
    "score": random.integers(0, 101, rows), "q_1": random.integers(1, 6, rows, dtype=np.int8),
}).with_columns(pl.when(pl.col("score") > 7).then(pl.col("score", "q_1")))
persons = fixed_weights(frame.lazy(), 6)
scores = score_moments(persons, {"score": 0}, design=persons, groups=["gender"], weight_decimals=6)
write_table(scores, out / "scores.parquet", key=SCORES_KEY)
write_table(score_distributions(persons, {"score": 0}), out / "distributions.parquet", key=DISTRIBUTIONS_KEY)
both = {"q_1": (1, 5), "score": (0, 100)}
items, products = items_and_products(frame.lazy(), both, {"s": list(both)}, by=["wave", "region"])
write_table(items, out / "items.parquet", key=["wave", "region", "item"])
write_table(products, out / "products.parquet", key=["wave", "region", "scale", "item", "other_item"])
write_table(estimate_scores(scores), out / "estimates.parquet", key=DOMAIN)
"""


@pytest.mark.slow
def test_one_thread_makes_the_same_bytes(tmp_path):
    made = []
    for threads in ("1", "4"):
        folder = tmp_path / threads
        folder.mkdir()
        subprocess.run(
            [sys.executable, "-c", PROGRAM, str(folder)],
            check=True,
            env=os.environ | {"POLARS_MAX_THREADS": threads, "OPENBLAS_NUM_THREADS": threads},
        )
        made.append({path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())})
    assert len(made[0]) == 5
    assert made[0] == made[1]
