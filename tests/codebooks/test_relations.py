"""The codebook of relations: what is in it, what an input folder adds, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from sujuva.codebooks import LANGUAGES, codebook_files, find_problems, load_relations, relation_of
from sujuva.errors import CodebookError


def test_project_knows_the_items_of_value_and_trust(project: Path) -> None:
    found = load_relations()
    kinds = {key: one.kind for key, one in found.items()}
    assert [key for key, kind in kinds.items() if kind == "value"] == [
        "value_power", "value_involvement", "value_resources",
    ]  # fmt: skip
    assert [key for key, kind in kinds.items() if kind == "trust"] == [
        "trust_reliability", "trust_mission", "trust_openness",
    ]  # fmt: skip
    for key, one in found.items():
        assert one.range == ((0, 4) if one.kind == "tie" else (1, 4)), key
        assert all(getattr(one.title, language) for language in LANGUAGES), key
    words = [word.casefold() for one in found.values() for word in (one.key, *one.aliases)]
    assert len(words) == len(set(words))


def test_relation_is_found_by_key_and_alias_and_else_is_a_tie(project: Path) -> None:
    found = load_relations()
    assert relation_of("trust_openness", found).kind == "trust"
    assert relation_of(" Luotettavuus ", found).key == "trust_reliability"
    unknown = relation_of("Yhteinen kahvi", found)
    assert (unknown.key, unknown.kind, unknown.range) == ("Yhteinen kahvi", "tie", None)


def own(folder: Path, text: str) -> Path:
    (folder / "codebooks").mkdir()
    (folder / "codebooks" / "relations.yaml").write_text(text, encoding="utf-8")
    return folder


def test_input_folder_brings_its_own(project: Path, tmp_path: Path) -> None:
    folder = own(tmp_path, "- {key: coffee, title: {fi: Kahvi, sv: Kaffe, en: Coffee}, kind: tie, range: [0, 7]}\n")
    found = load_relations(folder)
    assert found["coffee"].range == (0, 7)
    assert "trust_mission" in found
    assert find_problems([path for path in codebook_files(folder) if path.name == "relations.yaml"]) == []


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("kind: friend", "'0.kind'"),
        ("kind: trust", "a relation of the kind trust needs one"),
        ("kind: tie, range: [4, 0]", "the lowest rating comes first"),
        ("kind: tie, range: [-1, 4]", "at least 0"),
        ("kind: tie, ranges: [0, 4]", "unknown key '0.ranges'"),
    ],
)
def test_wrong_entry_is_told(project: Path, tmp_path: Path, entry: str, words: str) -> None:
    folder = own(tmp_path, f"- {{key: coffee, title: {{fi: Kahvi, sv: Kaffe, en: Coffee}}, {entry}}}\n")
    with pytest.raises(CodebookError) as caught:
        load_relations(folder)
    assert words in str(caught.value)
    problems = find_problems([folder / "codebooks" / "relations.yaml"])
    assert [problem.line for problem in problems] == [1]
