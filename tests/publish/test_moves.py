"""Moves are those that there are, and a proof that an end is out of reach is never wrong."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sujuva.errors import DisclosureError
from sujuva.publish import Cells, Relation
from sujuva.publish.joint import Verifier
from sujuva.publish.moves import Moves
from sujuva.publish.witnesses import Witnesses
from tests.publish.test_protect import _span, tables


def _all_hidden(values, relations):
    cells = Cells.of_counts(values, threshold=5)
    return cells, Verifier(cells, relations).matrix


@settings(max_examples=40)
@given(table=tables(), drawn=st.data())
def test_ends_are_reached_where_a_programme_of_its_own_reaches_them(table, drawn):
    values, relations = table
    cells, matrix = _all_hidden(values, relations)
    moves = Moves(cells, matrix)
    proofs = []
    for _ in range(3):
        hidden = cells.primary | np.array(
            drawn.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values)))
        )
        moves.allow(hidden)
        for cell in np.flatnonzero(cells.primary).tolist():
            least, most = _span(cells, hidden, relations, cell)
            for end, is_open in ((cell, most == cells.high[cell]), (cell + len(values), least == cells.low[cell])):
                if not moves.room[end]:  # there already
                    continue
                assert not (is_open and any(one.end == end and one.holds(hidden) for one in proofs))
                move = moves.reaching(end)
                assert (move is not None) == is_open
                if move is None:
                    proof = moves.proof(end, hidden)
                    assert proof is not None
                    proofs.append(proof)
                    continue
                assert not move[~hidden].any()
                assert np.abs(matrix @ move).max() < 1e-6
                for further in moves.also_reached(move).tolist():
                    place, upwards = further % len(values), further < len(values)
                    if cells.primary[place]:
                        span = _span(cells, hidden, relations, place)
                        assert span[upwards] == (cells.high if upwards else cells.low)[place]


def test_what_must_stay_hidden_cannot_be_shown_on_trial():
    values = [3, 40, 20, 63]
    cells = Cells.of_counts(values, threshold=5)
    matrix = Verifier(cells, [Relation(3, (0, 1, 2))]).matrix
    free = np.array([False, True, False, False])
    witnesses = Witnesses(cells, matrix, cells.primary, free)
    assert witnesses.hold(np.array([True, False, True, True]))
    with pytest.raises(DisclosureError, match="to stay hidden"):
        witnesses.hold(np.array([True, False, False, True]))
