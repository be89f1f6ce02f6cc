"""What sides do not share is named, once and at its place; what no number hangs on is not."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from sujuva.cli import app
from sujuva.errors import SujuvaError
from sujuva.figures import Words
from sujuva.measures import Comparison, compare, open_sides
from sujuva.measures.advice import advised, changes
from sujuva.measures.page import comparison_page
from sujuva.measures.words import named
from tests.bundles.small import write
from tests.measures.sides import BOOKS, Change, project, write_books

_TOY = "instruments/toy.yaml"
_WORDS = {"title", "licence", "citation", "unverified", "aliases", "labels", "labels_unverified"}


@pytest.fixture
def sides(tmp_path: Path, root: Path):
    """Compare a project with the same one changed; several changes make several sides."""

    def made(*others: Change) -> Comparison:
        folders = [project(tmp_path / "one", root)]
        folders += [project(tmp_path / f"other{at}", root, change) for at, change in enumerate(others)]
        return compare(open_sides(folders, tmp_path / "scratch"))

    return made


def at(path: str, value: Any) -> Change:
    """Return what puts a value at a place: file, and keys with dots; of a list, the number."""
    file, *keys = path.split(":")

    def change(books: dict[str, Any], params: dict[str, Any]) -> None:
        place = params if file == "params" else books[file]
        *way, last = (int(key) if key.isdigit() else key for key in keys[0].split("."))
        for key in way:
            place = place[key]
        if value is None:
            del place[last]
        else:
            place[last] = value

    return change


def without(file: str) -> Change:
    return lambda books, params: books.pop(file) and None


def test_equal_projects_share_everything(sides):
    found = sides(lambda books, params: None)

    assert found.same
    assert {"instrument toy", "LP discussions", "relation talk", "waves", "choice network.tie_from"} <= {*found.shared}
    assert found.notes[-2:] == [
        "The region north is in one and other0: its numbers can be compared, and must not be added up.",
        "The region south is in one and other0: its numbers can be compared, and must not be added up.",
    ]


@pytest.mark.parametrize(
    ("change", "told", "line"),
    [
        (
            at(f"{_TOY}:reverse", []),
            "differs instrument toy · item 2 · counts: reversed | as answered",
            "one: data/codebooks/instruments/toy.yaml, reverse: [2] → [] (as other0)",
        ),
        (
            at(f"{_TOY}:scales.0.min_answered", None),
            "differs instrument toy · scale toy_all · min_answered: 2 | 3",
            "other0: data/codebooks/instruments/toy.yaml, scales.toy_all.min_answered: not there → 2 (as one)",
        ),
        (
            at(f"{_TOY}:labels.fi", ["aina", "vähän", "paljon", "ei"]),
            "differs instrument toy · answer 'ei' (fi): 0 | 3",
            "other0: data/codebooks/instruments/toy.yaml, labels.fi: 3 → 0 (as one)",
        ),
        (
            at("params:coping.norms", {"toy": "other"}),
            "differs instrument toy · norm set used: own | other",
            "other0: params.yaml, coping.norms.toy: other → own (as one)",
        ),
        (
            at("params:network.tie_from", 3),
            "differs choice network.tie_from: 2 | 3",
            "one: params.yaml, network.tie_from: 2 → 3 (as other0)",
        ),
        (
            at("params:casework.delay_days", [7, 21]),
            "differs choice casework.delay_days: [7, 14] | [7, 21]",
            "other0: params.yaml, casework.delay_days: [7, 21] → [7, 14] (as one)",
        ),
        (
            at("params:coping.index_parts.home.single_home", 2.0),
            "differs choice coping.index_parts · home.single_home: 1 | 2",
            "one: params.yaml, coping.index_parts.home.single_home: 1 → 2 (as other0)",
        ),
        (
            at("params:coping.started", {"north": 2024}),
            "differs choice coping.started · north: 2023 | 2024",
            "one: params.yaml, coping.started.north: 2023 → 2024 (as other0)",
        ),
        (
            at("params:study.waves", [2023, 2024]),
            "only waves · 2022: one",
            "What was not collected cannot be written: compare what all have (2023, 2024).",
        ),
        (
            at("params:study.groups", ["gender"]),
            "only grouping columns · age_group: one",
            "What was not collected cannot be written: compare what all have (gender).",
        ),
        (
            at("lp.yaml:fidelity.1", None),
            "only LP discussions · fidelity child_present: one",
            "other0: data/codebooks/lp.yaml, fidelity child_present: not there → there (as one)",
        ),
        (
            at("lp.yaml:follow_up_days", 14),
            "differs LP discussions · follow_up_days: 28 | 14",
            "other0: data/codebooks/lp.yaml, follow_up_days: 14 → 28 (as one)",
        ),
        (
            at("relations.yaml:0.range", [0, 5]),
            "differs relation talk · range: [0, 4] | [0, 5]",
            "A matter of choice: agree on one.",
        ),
        (
            at("event_orders.yaml:0.item", False),
            "differs order of events meeting after contact · item: true | false",
            "A matter of choice: agree on one.",
        ),
        (
            at("regions.yaml:0.municipalities", {"001": "A"}),
            "only regions · north · municipality 002 B: one",
            "A matter of choice: agree on one.",
        ),
        (
            at("params:study.regions", ["wide"]),
            "overlap municipalities of two regions · north, wide: [002 B] | [002 B]",
            "A matter of choice: leave these municipalities to one of the two regions, in regions.yaml.",
        ),
        (
            at("params:privacy.threshold", 10),
            "differs choice privacy.threshold: 5 | 10",
            "other0: params.yaml, privacy.threshold: 10 → 5 (as one)",
        ),
        (
            without(_TOY),
            "only instrument toy: one",
            "other0: data/codebooks/instruments/toy.yaml: not there → there (as one)",
        ),
    ],
)
def test_each_kind_of_difference_is_named(sides, change: Change, told: str, line: str):
    found = sides(change)

    named = [_told(one) for one in found.findings]
    assert told in named
    assert line in advised(found, found.findings[named.index(told)])


def _told(one) -> str:
    from sujuva.measures.advice import in_words

    values = [in_words(value) for value in one.values.values()]
    rest = ["one" if place == 0 else f"other{place - 1}" for place in one.facts] if one.what == "only" else values
    return f"{one.what} {' · '.join(one.path)}: {' | '.join(rest)}"


def test_the_fewest_would_change_and_nobody_says_that_the_many_are_right(sides):
    found = sides(lambda books, params: None, at(f"{_TOY}:reverse", [1, 2]))

    (finding,) = found.findings
    (change,) = changes(found, finding)
    assert (change.side, change.new, change.like) == ("other1", ([2],), (("one", "other0"),))
    assert advised(found, finding)[-1] == "The source of the questionnaire settles it, not how many say so."


def test_what_separates_numbers_most_comes_first(sides):
    def change(books: dict[str, Any], params: dict[str, Any]) -> None:
        params["privacy"]["threshold"], params["network"]["tie_from"] = 10, 3
        params["study"] |= {"waves": [2023], "regions": ["wide"]}
        books[_TOY]["reverse"] = []

    kinds = [(one.kind, one.what) for one in sides(change).findings]

    assert list(dict.fromkeys(kinds)) == [
        ("moments", "overlap"), ("moments", "differs"), ("scope", "only"), ("estimates", "differs"),
        ("disclosure", "differs"),
    ]  # fmt: skip


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if not inner:
        yield path, value
    for key, one in inner:
        yield from _leaves(one, (*path, key))


def _mutated(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return {"half_up": "none", "self": "parent", "trust": "value", "tie": "value"}.get(value, f"{value}s")


def test_whatever_changes_in_a_codebook_is_named_and_nothing_else(tmp_path: Path):
    """Each leaf of each codebook in turn; what the loaders refuse is no codebook."""
    whole = tmp_path / "whole"
    write_books(whole, BOOKS)
    leaves = [(file, path, value) for file in BOOKS if file != "regions.yaml" for path, value in _leaves(BOOKS[file])]
    seen = 0
    for number, (file, path, value) in enumerate(leaves):
        books = {name: copy.deepcopy(book) if name == file else book for name, book in BOOKS.items()}
        place = books[file]
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = _mutated(value)
        write_books(tmp_path / f"{number}", books)
        try:
            found = compare(open_sides([whole, tmp_path / f"{number}"], tmp_path / f"scratch{number}"))
        except SujuvaError:
            continue
        assert found.same == any(key in _WORDS for key in path), (file, path, value, found.findings)
        assert all(fact.file.endswith(file) for one in found.findings for fact in one.facts.values())
        seen += 1
    assert seen > 60


def test_what_no_number_hangs_on_is_shared(sides):
    def change(books: dict[str, Any], params: dict[str, Any]) -> None:
        params["report"] |= {"language": "en", "languages": ["en"]}
        params["run"]["workers"] = 7
        params["privacy"]["accepted_risks"] = {}
        books[_TOY]["aliases"] = {2: ["another"]}

    assert sides(change).same


def test_a_column_that_stands_for_another_item_is_named(sides):
    found = sides(at(f"{_TOY}:aliases", {2: ["toyone"]}))

    assert [_told(one) for one in found.findings] == ["differs instrument toy · column 'toyone': item 1 | item 2"]


def test_codebooks_of_the_input_folder_stand_before_the_projects(tmp_path: Path, root: Path):
    one, other = (project(tmp_path / name, root) for name in ("one", "other"))
    own = copy.deepcopy(BOOKS[_TOY]) | {"reverse": []}
    path = other / "data/example/codebooks" / _TOY
    path.parent.mkdir(parents=True)
    path.write_text(yaml.safe_dump(own), encoding="utf-8")

    found = compare(open_sides([one, other], tmp_path / "scratch"))

    (finding,) = found.findings
    assert finding.facts[1].file == "data/example/codebooks/instruments/toy.yaml"
    assert "one: data/codebooks/instruments/toy.yaml, reverse: [2] → [] (as other)" in advised(found, finding)


def test_a_study_folder_and_codebooks_alone_are_sides(tmp_path: Path, root: Path):
    whole = project(tmp_path / "whole", root)
    study = tmp_path / "kept" / "data" / "study"
    (study / "codebooks").mkdir(parents=True)
    (whole / "data" / "codebooks").rename(study / "codebooks" / "project")
    books = project(tmp_path / "books", root, at("params:network.tie_from", 3)) / "data" / "codebooks"

    found = compare(open_sides([study, books], tmp_path / "scratch"))

    assert found.same
    assert found.notes == [
        "kept tells no choices: there is no params.yaml beside it, so they are not compared.",
        "books tells no choices: there is no params.yaml beside it, so they are not compared.",
    ]
    assert "instrument toy" in found.shared
    assert not any(name.startswith("choice") for name in found.shared)


def test_the_choices_that_stages_took_are_those_of_a_study_folder(tmp_path: Path, root: Path):
    one = project(tmp_path / "one", root)
    study = tmp_path / "kept" / "data" / "study"
    (study / "codebooks").mkdir(parents=True)
    project(tmp_path / "other", root)
    (tmp_path / "other/data/codebooks").rename(study / "codebooks" / "project")
    taken = tmp_path / "kept/data/moments/choices.json"
    taken.parent.mkdir()
    taken.write_text(json.dumps({"casework": {"accept_days": 14}, "study": {"waves": [2022, 2023, 2024]}}))

    found = compare(open_sides([one, study], tmp_path / "scratch"))

    assert [_told(one) for one in found.findings] == ["differs choice casework.accept_days: 30 | 14"]
    assert "waves" in found.shared


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda folder: None, "is not there"),
        (lambda folder: folder.mkdir(), "holds nothing that says what is measured"),
        (lambda folder: folder.write_text("x"), "is no folder"),
    ],
)
def test_what_is_no_side_is_refused(tmp_path: Path, root: Path, make, words: str):
    whole = project(tmp_path / "whole", root)
    make(tmp_path / "other")

    with pytest.raises(SujuvaError, match=words):
        open_sides([whole, tmp_path / "other"], tmp_path / "scratch")


def test_a_link_out_of_the_codebooks_is_refused(tmp_path: Path, root: Path):
    one, other = (project(tmp_path / name, root) for name in ("one", "other"))
    (tmp_path / "secret.yaml").write_text("key: secret")
    (other / "data/codebooks/extra.yaml").symlink_to(tmp_path / "secret.yaml")

    with pytest.raises(SujuvaError, match="leads out of"):
        open_sides([one, other], tmp_path / "scratch")


def test_the_command_ends_by_what_it_found(tmp_path: Path, root: Path):
    one, same = project(tmp_path / "one", root), project(tmp_path / "same", root)
    other = project(tmp_path / "other", root, at("params:network.tie_from", 3))
    run = CliRunner()

    equal = run.invoke(app, ["measures", str(one), str(same)])
    differs = run.invoke(app, ["measures", str(one), str(other), "--json"])
    wrong = run.invoke(app, ["measures", str(one), str(tmp_path / "nowhere")])

    assert (equal.exit_code, differs.exit_code) == (0, 1)
    assert equal.stdout.rstrip().endswith("All shared.")
    told = json.loads(differs.stdout)
    assert [one["path"] for one in told["not_shared"]] == [["choice network.tie_from"]]
    assert told["not_shared"][0]["changes"][0] | {"new": None} == {
        "side": "one", "file": "params.yaml", "key": "network.tie_from", "old": 2, "new": None, "like": [["other"]],
    }  # fmt: skip
    assert wrong.exception.code == 2


def test_a_bundle_is_a_side_whose_codebooks_compare_by_hash(tmp_path: Path, root: Path):
    sent = write(tmp_path / "oulu.zip", "oulu")
    here = tmp_path / "here"
    shutil.copytree(root / "data/codebooks", here / "data/codebooks")
    shutil.copyfile(root / "params.yaml", here / "params.yaml")
    (here / "data/example").mkdir()

    same = compare(open_sides([here, sent], tmp_path / "scratch0"))
    path = here / "data/codebooks/instruments/who5.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("items: 5\n", "items: 5\nreverse: [3]\n", 1), "utf-8")
    params = (here / "params.yaml").read_text(encoding="utf-8")
    (here / "params.yaml").write_text(params.replace("accept_days: 30", "accept_days: 14"), encoding="utf-8")
    found = compare(open_sides([here, sent], tmp_path / "scratch1"))

    assert {one.path for one in same.findings} <= {("waves", "2024")}, same.findings
    assert "by hash: instrument who5" in same.shared
    told = [(one.what, *one.path) for one in found.findings]
    assert ("differs", "by hash: instrument who5", "item 3") in told
    assert ("differs", "choice casework.accept_days") in told
    assert len(told) == len(same.findings) + 2


def test_what_is_delivered_is_compared_by_table_column_and_informant(tmp_path: Path, root: Path):
    described = yaml.safe_load((root / "src/sujuva/example/sources.yaml").read_text(encoding="utf-8"))
    sides = [tmp_path / "one", tmp_path / "other", tmp_path / "third"]
    for side in sides:
        (side / "data/example").mkdir(parents=True)
        (side / "data/codebooks").symlink_to(root / "data/codebooks")
        shutil.copyfile(root / "params.yaml", side / "params.yaml")
    for side in sides[:2]:
        (side / "data/example/sources.yaml").write_text(yaml.safe_dump(described, allow_unicode=True), encoding="utf-8")
        described["sources"] = [one for one in described["sources"] if one["name"] != "feedback"]
        feeds = [feed for one in described["sources"] for feed in one["feeds"] if feed.get("instrument") == "sdq"]
        feeds[0]["columns"]["informant"] = {"value": "teacher"}

    found = compare(open_sides(sides, tmp_path / "scratch"))

    assert {one.path[1:]: [*one.facts] for one in found.findings} == {
        ("table feedback",): [0],
        ("answers to sdq", "of informant parent"): [0],
        ("answers to sdq", "of informant teacher"): [1],
    }
    assert {one.kind for one in found.findings} == {"scope"}
    assert "third has no sources.yaml yet: what is delivered is not compared." in found.notes


@pytest.mark.parametrize(("language", "said"), [
    ("fi", "| 1 | mittari toy · kysymys 2 · miten vastaukset lasketaan | käännettynä | kuten vastattu |"),
    ("sv", "| 1 | mätinstrument toy · fråga 2 · hur svaren räknas | vänt | som besvarat |"),
    ("en", "| 1 | instrument toy · item 2 · how answers count | reversed | as answered |"),
])  # fmt: skip
def test_the_page_says_it_in_the_readers_language(sides, language: str, said: str):
    page = comparison_page(sides(at(f"{_TOY}:reverse", [])), Words(language))

    assert said in page.splitlines()
    assert "data/codebooks/instruments/toy.yaml, reverse: [2] → []" in page
    assert all(line.count("|") == 5 for line in page.splitlines() if line.startswith("|"))


def test_what_is_told_by_hash_is_named_in_the_readers_language():
    assert named(("by hash: relation", "trust"), Words("fi").say) == "tiivisteenä: organisaatioiden suhde · trust"
