"""codecheck.yml is held against the rules of the specification 2.0, by the identifiers of the register's list."""

from __future__ import annotations

from pathlib import Path

import pytest

from sujuva.crate import faults
from sujuva.crate.codecheck import read_paper
from sujuva.errors import SujuvaError

# The minimal example of the specification.
MINIMAL = """\
---
version: https://codecheck.org.uk/spec/config/2.0/

manifest:
  - file: fig1.pdf

paper:
  title: "A good paper"
  authors:
    - name: Josiah Carberry
      ORCID: 0000-0002-1825-0097
  reference: https://doi.org/preprint.1

codechecker:
  - name: S. Eglen
    ORCID: 0000-0001-8607-8025

report: https://doi.org/abcde.12345
summary: |
  All material was provided and the figures could be reproduced.
certificate: 2026-001
"""


def test_the_specifications_own_example_is_whole():
    assert faults(MINIMAL, finished=True) == []
    assert faults(MINIMAL) == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("manifest:\n", "manifest: [\n", "CC-CFG-001"),
        ("---\n", "", "CC-CFG-002"),
        ("manifest:\n  - file: fig1.pdf\n", "", "CC-CFG-004"),
        ("  - file: fig1.pdf\n", "  - comment: no file\n", "CC-CFG-005"),
        ("fig1.pdf", "/fig1.pdf", "CC-CFG-006"),
        ("fig1.pdf", "figures/../../fig1.pdf", "CC-CFG-006"),
        ("fig1.pdf", "https://example.org/fig1.pdf", "CC-CFG-006"),
        ("codechecker:\n  - name: S. Eglen\n    ORCID: 0000-0001-8607-8025\n", "", "CC-CFG-008"),
        ("  - name: S. Eglen\n    ORCID", "  - ORCID", "CC-CFG-009"),
        ("report: https://doi.org/abcde.12345\n", "", "CC-CFG-011"),
        ("version: https://codecheck.org.uk/spec/config/2.0/\n", "", "CC-CFG-014"),
        ("config/2.0", "config/3.0", "CC-CFG-015"),
        ('  title: "A good paper"\n', "", "CC-CFG-017"),
        ('"A good paper"', '""', "CC-CFG-017"),
        ("    - name: Josiah Carberry\n      ORCID: 0000-0002-1825-0097\n", "    []\n", "CC-CFG-018"),
        ("    - name: Josiah Carberry\n      ORCID", "    - ORCID", "CC-CFG-019"),
        ("\n      ORCID: 0000-0002-1825-0097", "", "CC-CFG-020"),
        ("ORCID: 0000-0002", "ORCID: https://orcid.org/0000-0002", "CC-CFG-020"),
        ("  reference: https://doi.org/preprint.1\n", "", "CC-CFG-021"),
        ("All material", "FIXME", "CC-CFG-023"),
        ("summary: |\n  All material was provided and the figures could be reproduced.\n", "", "CC-CFG-024"),
        ("certificate: 2026-001\n", "", "CC-CFG-025"),
        ("2026-001", "2026-1", "CC-CFG-026"),
        ("preprint.1\n", "preprint.1\n  reference-other: https://doi.org/1\n", "CC-CFG-029"),
        ("preprint.1\n", "preprint.1\n  reference-other: [not a URL]\n", "CC-CFG-030"),
        ("1825-0097", "1825-0098", "CC-MET-001"),
    ],
)
def test_each_broken_rule_is_named(old: str, new: str, rule: str):
    assert old in MINIMAL
    assert rule in {one.split(":")[0] for one in faults(MINIMAL.replace(old, new), finished=True)}


def test_files_of_the_manifest_must_be_there(tmp_path: Path):
    assert faults(MINIMAL, tmp_path) == ["CC-BUN-001: fig1.pdf is not there."]
    (tmp_path / "fig1.pdf").write_bytes(b"%PDF")
    assert faults(MINIMAL, tmp_path) == []


def test_a_wrong_paper_is_refused_with_its_rule(tmp_path: Path):
    assert read_paper(tmp_path) is None
    (tmp_path / "paper.yaml").write_text("title: A paper\nreference: in press\n")
    with pytest.raises(SujuvaError, match=r"paper\.yaml: CC-CFG-018: paper has no 'authors'"):
        read_paper(tmp_path)
    (tmp_path / "paper.yaml").write_text("title: [\n")
    with pytest.raises(SujuvaError, match="not valid YAML"):
        read_paper(tmp_path)
