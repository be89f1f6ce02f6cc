"""A fingerprint leads back to the commits that it is of, and to no other."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from sujuva.errors import SujuvaError
from sujuva.fingerprint import (
    choices_fingerprint,
    code_fingerprint,
    digest_of_code,
    digest_of_data,
    files_in,
    hash_of,
    joined,
    with_drawing,
)
from sujuva.review.which import which

DRAWING = "src/sujuva/figures/theme.py"


def fingerprint(root: Path, *, pages: bool = True) -> str:
    """What the working folder makes its publication of."""
    code = code_fingerprint("publish", root)
    rooms = [root / "src/sujuva" / room for room in ("figures", "reports")]
    drawing = [(path.relative_to(root).as_posix(), path) for room in rooms for path in files_in(room).values()]
    data = digest_of_data(hash_of(root / "data/raw") or "")
    code = with_drawing(code, digest_of_code(drawing)) if pages else code
    return joined(data, choices_fingerprint("publish", root), code)


@pytest.fixture
def history(project):
    """A project with pages, committed, and its fingerprint."""
    project.write(DRAWING, "LARGE = 12\n")
    project.write("src/sujuva/reports/templates/page.html", "<p>\n")
    project.commit()
    return project, fingerprint(project.root)


def test_commits_that_change_nothing_of_it_fit_and_later_ones_do_not(history):
    project, known = history
    project.write("README.md", "Read me\n")
    project.commit()
    project.write("src/publish.py", (project.root / "src/publish.py").read_text() + "\n# other\n")
    project.commit()
    found = which(project.root, known)
    assert [(one.whole, one.of) for one in found] == [(True, "pages")] * 2
    assert [one.whole for one in which(project.root, fingerprint(project.root))] == [True]


def test_a_fingerprint_of_tables_fits_commits_that_draw_otherwise(history):
    project, known = history
    tables = fingerprint(project.root, pages=False)
    project.write(DRAWING, "LARGE = 13\n")
    project.commit()
    assert [one.of for one in which(project.root, tables)] == ["tables"] * 3  # one was before there were pages
    assert [one.of for one in which(project.root, known)] == ["pages"]


@pytest.mark.parametrize("part", ["data", "choices", "code"])
def test_where_none_fits_wholly_the_parts_are_told(history, part):
    project, known = history
    parts = dict(zip(("data", "choices", "code"), known.split("-"), strict=True))
    parts[part] = "00000000"
    found = which(project.root, "-".join(parts.values()))
    assert {one.parts for one in found} == {tuple(one for one in parts if one != part)}
    assert not any(one.whole for one in found)


def test_a_changed_choice_of_a_stage_is_told_apart(history):
    project, known = history
    project.write("params.yaml", yaml.safe_dump({"data": {"input": "data/raw"}, "privacy": {"threshold": 6}}))
    project.commit()
    assert fingerprint(project.root).split("-")[1] != known.split("-")[1]
    assert [one.whole for one in which(project.root, known)] == [True]


def test_commits_of_other_branches_are_found(history):
    project, _ = history
    project.git("checkout", "--quiet", "-b", "other")
    project.write(DRAWING, "LARGE = 99\n")
    project.commit()
    known = fingerprint(project.root)
    project.git("checkout", "--quiet", "-")
    assert [one.whole for one in which(project.root, known)] == [True]


def test_nothing_is_checked_out(history):
    project, known = history
    (project.root / "src/publish.py").write_text("# not committed\n")
    which(project.root, known)
    assert (project.root / "src/publish.py").read_text() == "# not committed\n"
    assert which(project.root, fingerprint(project.root))[0].parts == ("data", "choices")


@pytest.mark.parametrize("wrong", ["c0de", "1f00c2ab-77b0e1d2", "1f00c2ab-77b0e1d2-91ac03eg", ""])
def test_what_is_no_fingerprint_is_an_error(project, wrong):
    with pytest.raises(SujuvaError, match="no fingerprint of three parts"):
        which(project.root, wrong)


def test_without_a_repository_there_is_nothing_to_find(tmp_path):
    with pytest.raises(SujuvaError, match="no git repository"):
        which(tmp_path, "1f00c2ab-77b0e1d2-91ac03ef")
