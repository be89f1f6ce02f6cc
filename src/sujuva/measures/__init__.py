"""What several regions would measure, held side by side before anyone computes."""

from sujuva.measures.compare import Comparison, compare
from sujuva.measures.sides import Side, open_sides

__all__ = ["Comparison", "Side", "compare", "open_sides"]
