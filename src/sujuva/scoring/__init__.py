"""One file of answers to one file of scores: what `sujuva score` does."""

from sujuva.scoring.files import score_file
from sujuva.scoring.pick import pick, recoding
from sujuva.scoring.say import about
from sujuva.scoring.write import as_csv, check_output, write_scores

__all__ = ["about", "as_csv", "check_output", "pick", "recoding", "score_file", "write_scores"]
