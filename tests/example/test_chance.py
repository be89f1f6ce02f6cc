from __future__ import annotations

import numpy as np

from sujuva.example.chance import happens, leave_gaps


def test_gaps_are_blank_or_coded_and_the_rest_stays():
    cells = np.full((4000, 5), 3)
    columns = leave_gaps(np.random.Generator(np.random.PCG64(1)), cells, blank=0.10, coded=0.05, code=9)
    flat = [cell for column in columns for cell in column]
    assert [len(column) for column in columns] == [4000] * 5
    assert set(flat) == {None, 9, 3}
    assert abs(flat.count(None) / len(flat) - 0.10) < 0.01
    assert abs(flat.count(9) / len(flat) - 0.05) < 0.01


def test_never_and_always():
    rng = np.random.Generator(np.random.PCG64(1))
    assert not happens(rng, 500, 0.0).any()
    assert happens(rng, 500, 1.0).all()
