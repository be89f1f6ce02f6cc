"""The one door out: suppression, rounding and a record of each decision."""

from sujuva.publish.door import publish
from sujuva.publish.folder import KEYS, Published, read_published, write_published
from sujuva.publish.inputs import Indicators
from sujuva.publish.privacy import PRIMARY, SECONDARY, SHOWN, Privacy, require_published
from sujuva.publish.protect import Cells, Relation, protect, relation_intervals

__all__ = [
    "KEYS",
    "PRIMARY",
    "SECONDARY",
    "SHOWN",
    "Cells",
    "Indicators",
    "Privacy",
    "Published",
    "Relation",
    "protect",
    "publish",
    "read_published",
    "relation_intervals",
    "require_published",
    "write_published",
]
