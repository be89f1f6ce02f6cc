"""A figure is a record of the catalogue and its sentences in two languages: three files, and reports can draw it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from sujuva.published import write_published

RECORD = """
FIGURES = (
    Spec(
        key="held",
        table="parjaavyys",
        topic="talks",
        rows=lambda view: ranked(view.data, "wave", indicator=["lp_plan_share"], region=view.regions),
        layout=lambda view: Dots(
            drawn(view.data, panel="indicator", row="region", series=year()), [Panel("lp_plan_share")], places(view),
            [Series("2024", "2024")], shares_axis(view.words),
        ),
        title=say("Plans, year by year"),
        caption=(say("Plans in {n} regions.", n=lambda view: len(view.places)), NO_RANKING, HIDDEN_WORD),
        alt=say("Plans in {n} regions.", n=lambda view: len(view.places)),
        columns=("indicator", "region", "wave", "estimate", "n"),
    ),
    *FIGURES,
)
"""
SENTENCES = {
    "fi": {"Plans, year by year": "Suunnitelmat vuosittain", "Plans in {n} regions.": "Suunnitelmia {n} alueella."},
    "sv": {"Plans, year by year": "Planer år för år", "Plans in {n} regions.": "Planer i {n} regioner."},
}
STEPS = """
import sys
from sujuva.figures import FIGURES, Words, draw
from sujuva.published import read_published

published = read_published(sys.argv[1])
for language in ("fi", "sv", "en"):
    picture = draw(FIGURES["held"], published, Words(language))
    print(picture.title, "|", picture.alt, "|", "<svg" in picture.svg())
"""


def test_three_files_make_a_figure(published, project, root):
    shutil.copytree(root / "src" / "sujuva", project / "src" / "sujuva")
    figures = project / "src" / "sujuva" / "figures"
    with (figures / "catalogue" / "talks.py").open("a", encoding="utf-8") as record:
        record.write(RECORD)
    for language, sentences in SENTENCES.items():
        with (figures / "locale" / f"{language}.po").open("a", encoding="utf-8") as catalogue:
            catalogue.writelines(f'\nmsgid "{msgid}"\nmsgstr "{text}"\n' for msgid, text in sentences.items())
    write_published(published, project / "published")
    made = subprocess.run(
        [sys.executable, "-c", STEPS, str(project / "published")],
        env=os.environ | {"PYTHONPATH": str(project / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    assert made.stdout.splitlines() == [
        "Suunnitelmat vuosittain | Suunnitelmia 5 alueella. | True",
        "Planer år för år | Planer i 5 regioner. | True",
        "Plans, year by year | Plans in 5 regions. | True",
    ]
