"""A linear programme that is solved again and again: one HiGHS model, kept warm between solves."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
import numpy.typing as npt

from sujuva.errors import DisclosureError

Floats = npt.NDArray[np.float64]
_OPTIONS: dict[str, Any] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "solver": "simplex",
}
_WHOLE_NUMBERS: dict[str, Any] = {
    "solve_relaxation": True,
    "mip_detect_symmetry": False,
    "mip_heuristic_effort": 0.0,
    "mip_heuristic_run_feasibility_jump": False,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_root_reduced_cost": False,
}
"""Small programmes are branched at once: looking for good points first takes four times as long."""
_NEAR = 1e-6
_PRIMAL, _DUAL = 4, 1
"""Strategies of the simplex method: the primal goes on from a point that stays feasible, the dual mends one."""


class InfeasibleError(DisclosureError):
    """No point meets the sums."""


class _Quiet(highspy.Highs):
    def enableCallbacks(self) -> None:  # noqa: N802 - the name is HiGHS's
        """Enable none: they would be called from every solve, and enabling them prints a line."""


class Programme:
    """The most that weighted sums of x can be, where row_low ≤ A x ≤ row_high and low ≤ x ≤ high.

    Bounds and weights change from solve to solve and the rows stay, so each solve starts from the basis of the one
    before. Which of several best points is found depends on that history: rely on the highest sum alone.

    Args:
        matrix: A, a sparse matrix of SciPy with a row for each sum and a column for each unknown.
        row_low: Lower ends of the rows; −inf: none.
        row_high: Their upper ends.
        low: Lower ends of the unknowns, to begin with.
        high: Their upper ends.
        whole: The unknowns are whole numbers.

    Raises:
        DisclosureError: The numbers make no programme.
    """

    def __init__(
        self, matrix: Any, row_low: Floats, row_high: Floats, low: Floats, high: Floats, *, whole: bool = False
    ) -> None:
        by_row = matrix.tocsr(copy=True)
        by_row.sum_duplicates()  # a sum may name an unknown twice; HiGHS refuses a matrix that does
        self.model: Any = _Quiet()  # type: ignore[no-untyped-call]
        for name, value in {**_OPTIONS, **(_WHOLE_NUMBERS if whole else {})}.items():
            self.model.setOptionValue(name, value)
        programme = highspy.HighsLp()
        programme.num_row_, programme.num_col_ = by_row.shape
        programme.sense_ = highspy.ObjSense.kMaximize
        programme.col_cost_ = np.zeros(by_row.shape[1])
        programme.col_lower_, programme.col_upper_ = low, high
        programme.row_lower_, programme.row_upper_ = row_low, row_high
        programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        programme.a_matrix_.start_, programme.a_matrix_.index_ = by_row.indptr, by_row.indices
        programme.a_matrix_.value_ = by_row.data
        self.whole = whole
        if whole:
            programme.integrality_ = [highspy.HighsVarType.kInteger] * by_row.shape[1]
        if self.model.passModel(programme) == highspy.HighsStatus.kError:
            msg = "The sums of hidden counts are no programme that can be solved."
            raise DisclosureError(msg, "Report this as a bug.")
        self.low, self.high, self.row_low, self.row_high = low.copy(), high.copy(), row_low.copy(), row_high.copy()
        self.weights = np.zeros(by_row.shape[1])
        self.strategy = _DUAL

    def bound(self, low: Floats, high: Floats) -> None:
        """Change the ends of the unknowns."""
        changed = np.flatnonzero((low != self.low) | (high != self.high)).astype(np.int32)
        if changed.size:
            self.model.changeColsBounds(changed.size, changed, low[changed], high[changed])
            self.low, self.high = low.copy(), high.copy()
            self.strategy = _DUAL

    def bound_rows(self, low: Floats, high: Floats) -> None:
        """Change the ends of the rows."""
        changed = np.flatnonzero((low != self.row_low) | (high != self.row_high)).astype(np.int32)
        if changed.size:
            self.model.changeRowsBounds(changed.size, changed, low[changed], high[changed])
            self.row_low, self.row_high = low.copy(), high.copy()
            self.strategy = _DUAL

    def highest(self, weights: Floats, *, afresh: bool = False, basis: Any = None) -> Floats:
        """Return a point with the highest weighted sum.

        `afresh`: begin with every unknown at an end of its own, or at a `basis` found earlier, and not where the last
        solve ended: far faster where the weights have little in common with the last ones.

        Raises:
            InfeasibleError: There is no such point.
            DisclosureError: The solver gave up.
        """
        if not weights.size and np.all((self.row_low <= 0) & (self.row_high >= 0)):
            return weights.copy()  # nothing is hidden: HiGHS solves no programme without unknowns
        changed = np.flatnonzero(weights != self.weights).astype(np.int32)
        if changed.size:
            self.model.changeColsCost(changed.size, changed, weights[changed])
            self.weights = weights.copy()
        if afresh:
            self.model.clearSolver()
            self.strategy = _DUAL
            if basis is not None:
                self.model.setBasis(basis)
        point = self._best()
        if not self.whole:
            return point
        # Sums of neighbours alone have whole best points; where other rows cut them off, HiGHS branches.
        if np.abs(point - np.round(point)).max() > _NEAR:
            self.model.setOptionValue("solve_relaxation", False)
            try:
                point = self._best()
            finally:
                self.model.setOptionValue("solve_relaxation", True)
        return np.round(point)

    def prices(self) -> Floats:
        """Return what each row costs at the point that was found last, up to the sign."""
        return np.asarray(self.model.getSolution().row_dual, dtype=np.float64)

    def basis(self) -> Any:
        """Return where the last solve ended, for another to begin there."""
        return self.model.getBasis()

    def _best(self) -> Floats:
        status = self._solved()
        if status != highspy.HighsModelStatus.kOptimal:
            told = self.model.modelStatusToString(status)
            msg = f"How closely hidden counts can be computed from what is shown could not be found ({told})."
            kind = InfeasibleError if status == highspy.HighsModelStatus.kInfeasible else DisclosureError
            raise kind(msg, "Publish fewer groups, waves or regions, or report this as a bug.")
        self.strategy = _PRIMAL
        return np.asarray(self.model.getSolution().col_value, dtype=np.float64)

    def _solved(self) -> highspy.HighsModelStatus:
        """Solve from where the last solve ended; where that loses its way, from nothing, then presolved."""
        for afresh, presolve in ((False, "off"), (True, "off"), (True, "on")):
            if afresh:
                self.model.clearSolver()
                self.strategy = _DUAL
            self.model.setOptionValue("presolve", presolve)
            self.model.setOptionValue("simplex_strategy", self.strategy)
            self.model.run()
            status: highspy.HighsModelStatus = self.model.getModelStatus()
            if status != highspy.HighsModelStatus.kUnknown:
                break
        return status
