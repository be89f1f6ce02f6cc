"""The one door out: suppression, rounding and a record of each decision.

Names mean the same in every module: `tidy` rows have the columns of `sujuva.tidy`; `marked` rows have `rule` and
`suppressed` too, and exact numbers still; `indicators` are the records; `privacy` holds the thresholds, of which
`threshold` is that of persons and families (counts from 1 to it less 1 are small); `meta` is what readers are told;
`delay_days` are the days of the promise, `days` those of the published curves, and a survival table has the columns of
`sujuva.publish.survival.SURVIVAL_SCHEMA`.
"""

from sujuva.publish.door import publish
from sujuva.publish.inputs import Indicators
from sujuva.publish.privacy import Privacy
from sujuva.publish.protect import protect
from sujuva.publish.sums import Cells, Relation, relation_intervals

__all__ = ["Cells", "Indicators", "Privacy", "Relation", "protect", "publish", "relation_intervals"]
