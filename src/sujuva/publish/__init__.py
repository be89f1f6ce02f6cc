"""The one door out: suppression, rounding and a record of each decision."""

from sujuva.publish.door import publish
from sujuva.publish.inputs import Indicators
from sujuva.publish.privacy import Privacy
from sujuva.publish.protect import protect
from sujuva.publish.sums import Cells, Relation, relation_intervals

__all__ = ["Cells", "Indicators", "Privacy", "Relation", "protect", "publish", "relation_intervals"]
