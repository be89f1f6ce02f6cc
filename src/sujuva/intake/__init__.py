"""Before a run: a first draft of sources.yaml, and a dry run of cleaning that says what is wrong with a folder."""

from sujuva.intake.check import check_json, show_check, too_much
from sujuva.intake.draft import Draft, draft_folder, write_draft
from sujuva.intake.guess import Guess
from sujuva.intake.layout import DraftSource
from sujuva.intake.show import as_json, show

__all__ = [
    "Draft",
    "DraftSource",
    "Guess",
    "as_json",
    "check_json",
    "draft_folder",
    "show",
    "show_check",
    "too_much",
    "write_draft",
]
