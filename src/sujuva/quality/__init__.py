"""Signs that something may be wrong with answers that broke no rule: counted and told, and nothing is removed."""

from sujuva.quality.find import find_flags
from sujuva.quality.flags import FLAGS, Flagging, Flags
from sujuva.quality.response import count_response

__all__ = ["FLAGS", "Flagging", "Flags", "count_response", "find_flags"]
