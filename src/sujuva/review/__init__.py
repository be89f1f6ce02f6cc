"""Reviewing: a commit made again and compared, what made a page, and what two states differ in."""

from sujuva.review.inputs import Fault
from sujuva.review.judge import Judged, Verification
from sujuva.review.verifying import verify
from sujuva.review.which import Fitting

__all__ = ["Fault", "Fitting", "Judged", "Verification", "verify"]
