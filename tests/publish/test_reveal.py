"""What is hidden for the sake of others is hidden for a reason: shown alone, it would tell of a small count."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sujuva.publish import Cells, Relation
from sujuva.publish.joint import Verifier
from sujuva.publish.protect import protect, revealed
from tests.publish.test_protect import _span, tables


@settings(max_examples=40)
@given(table=tables(), threshold=st.integers(2, 10))
def test_nothing_is_hidden_in_vain(table, threshold):
    values, relations = table
    cells = Cells.of_counts(values, threshold=threshold)
    hidden = protect(cells, relations)
    small = np.flatnonzero(cells.primary).tolist()
    spans = {cell: _span(cells, hidden, relations, cell) for cell in small}
    # Around what cannot be protected wholly nothing is shown again.
    narrow = {cell for cell, span in spans.items() if span != (1, threshold - 1)}
    near = {cell for relation in relations if narrow & {*relation.members} for cell in relation.members}
    for cell in np.flatnonzero(hidden & ~cells.primary).tolist():
        if cell in near:
            continue
        fewer = hidden.copy()
        fewer[cell] = False
        assert any(_span(cells, fewer, relations, one) != spans[one] for one in small)


def test_what_became_needless_is_shown_again(monkeypatch):
    rng = np.random.default_rng(5)
    body = rng.integers(1, 30, (6, 5))
    full = np.vstack([np.hstack([body, body.sum(1, keepdims=True)]), np.append(body.sum(0), body.sum())])
    place = np.arange(full.size).reshape(full.shape)
    relations = [Relation(int(line[-1]), tuple(line[:-1].tolist())) for line in (*place, *place.T)]
    cells = Cells.of_counts(full.ravel().tolist(), threshold=5)
    hidden = protect(cells, relations)
    monkeypatch.setattr(sys.modules[protect.__module__], "revealed", lambda *_, hidden, **__: hidden)
    before = protect(cells, relations)
    assert not (hidden & ~before).any()
    assert hidden.sum() < before.sum()


@pytest.mark.parametrize("owner_needed", [False, True])
def test_a_follower_is_shown_with_its_owner_alone(owner_needed):
    # Cells 0 and 1 make up 2; cell 3 (a share of the persons in 1) goes with it.
    base = Cells.of_counts([3, 8, 11, 100] if owner_needed else [6, 8, 14, 100], threshold=5)
    cells = Cells(base.values, base.primary, base.low, base.high, base.eligible, base.secret, {1: (3,)})
    relations = [Relation(2, (0, 1))]
    verifier = Verifier(cells, relations)
    hidden = np.array([owner_needed, True, False, True])
    shown = revealed(cells, relations, verifier, hidden=hidden, again=np.ones(4, dtype=bool))
    assert shown.tolist() == ([True, True, False, True] if owner_needed else [False] * 4)
