"""Before a run: a first draft of sources.yaml, and a dry run of cleaning that says what is wrong with a folder."""

from sujuva.intake.check import check_json, passes, show_check, too_much
from sujuva.intake.draft import Draft, draft_folder, write_draft
from sujuva.intake.guess import Guess
from sujuva.intake.layout import DraftSource
from sujuva.intake.show import as_json, show
from sujuva.intake.study import Finding, known_regions, study_findings

__all__ = [
    "Draft",
    "DraftSource",
    "Finding",
    "Guess",
    "as_json",
    "check_json",
    "draft_folder",
    "known_regions",
    "passes",
    "show",
    "show_check",
    "study_findings",
    "too_much",
    "write_draft",
]
