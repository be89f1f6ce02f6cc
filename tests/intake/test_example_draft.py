"""The draft of the example, held against the sources.yaml that was written by hand."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sujuva.cleaning import clean_folder
from sujuva.intake import Draft, draft_folder
from sujuva.sources import Source, load_sources

PLACES = {"respondents", "who5", "cyrm_r", "sdq", "organisations", "ties", "casework", "areas", "feedback"}
PLACES |= {"lp_topics", "single", "eligible", "relations", "attendance", "partners", "rubric", "observations", "placed"}
PLACES |= {"service_parts", "child_budgets", "method_reach"}
PLACES |= {"initiatives", "participation", "criteria"}
PLACES |= {"interviews", "trainings", "reports"}

PARTNERS = ("attendance", "partner_ratings", "rubric")


@pytest.fixture(scope="module")
def both(
    example: Path, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Draft, dict[str, Source], dict[str, Source]]:
    """The draft, and the sources by the name that the hand-written file gives them: drafted and written."""
    folder = tmp_path_factory.mktemp("drafted")
    for path in example.iterdir():
        if path.name != "sources.yaml":
            shutil.copy(path, folder / path.name)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        draft = draft_folder(folder)
        (folder / "sources.yaml").write_text(draft.text, encoding="utf-8")
        drafted, written = load_sources(folder).sources, load_sources(example).sources
    key = {(one.file, one.options.get("sheet")): one for one in drafted}
    return draft, {one.name: key[one.file, one.options.get("sheet")] for one in written}, {o.name: o for o in written}


def facts(source: Source) -> Iterator[tuple[str, Any]]:
    """Everything that a description says about a file, in pieces that are found or not."""
    yield "reader", source.reader
    for name, value in source.options.items():
        yield f"options.{name}", value
    for feed in source.feeds:
        yield "table", feed.target
        for name, column in feed.columns.items():
            said = column.model_dump(exclude_defaults=True)
            if "map" in said:
                said["map"] = sorted(said["map"].items())
            said.pop("missing", None)
            if "format" in said:
                said["format"] = sorted(said["format"])
            yield f"{feed.target}.{name}", said
        for number, name in feed.items.items():
            yield f"{feed.target}.items.{number}", name
        for word, code in feed.item_map.items():
            yield f"{feed.target}.item_map.{word}", code
        for name, column in feed.texts.items():
            yield f"{feed.target}.texts.{name}", column.from_


def test_every_file_is_recognised(both):
    _, drafted, written = both
    assert set(drafted) == PLACES
    for name, one in written.items():
        assert drafted[name].reader == one.reader, name
        assert [feed.target for feed in drafted[name].feeds] == [feed.target for feed in one.feeds], name
        assert {k: drafted[name].options.get(k) for k in one.options} == dict(one.options), name


def test_all_that_was_written_by_hand_is_found(both):
    """Measured with the example of the default size: 202 of 202 pieces."""
    _, drafted, written = both
    wanted = [(name, *fact) for name, one in written.items() for fact in facts(one)]
    found = [(name, *fact) for name, one in drafted.items() for fact in facts(one)]
    lacking = [fact for fact in wanted if fact not in found]

    assert len(wanted) > 120
    assert lacking == []


def test_codes_for_no_answer_are_found(both):
    _, drafted, _ = both
    assert drafted["cyrm_r"].feeds[0].missing == ("9",)
    assert "En halua vastata" in drafted["who5"].feeds[0].missing
    assert drafted["respondents"].feeds[0].columns["age_group"].missing == ("ei tietoa",)


def test_how_long_it_took_is_found(both):
    _, drafted, _ = both
    duration = drafted["cyrm_r"].feeds[0].duration
    assert duration is not None
    assert (duration.from_, duration.unit) == ("Kesto (min)", "minutes")


def test_the_draft_is_accepted_and_says_what_is_left(both):
    draft, _, _ = both
    assert draft.complaint == ""
    assert "LUEMINUT.txt" in draft.text
    assert [one.file for one in draft.sources if not one.feeds] == ["LUEMINUT.txt"]
    assert all(not one.gaps for one in draft.sources)


def test_the_draft_cleans_as_the_hand_written_description_does(both, example, root, tmp_path):
    """The same people, answers, ties and events come out."""
    draft, _, _ = both
    for path in example.iterdir():
        if path.name != "sources.yaml":
            shutil.copy(path, tmp_path / path.name)
    text = draft.text.replace("synthetic: false", "synthetic: true\nkey: demo")
    (tmp_path / "sources.yaml").write_text(text, encoding="utf-8")
    choices: dict[str, Any] = {
        "regions": ["keski-pohjanmaa", "pohjois-karjala", "oulu", "tampere"],
        "waves": [2022, 2023, 2024],
        "timezone": "Europe/Helsinki",
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        mine, theirs = clean_folder(tmp_path, **choices), clean_folder(example, **choices)
    surveys = ("respondents", "answers_who5", "answers_sdq", "answers_cyrm_r", "answers_single")
    for table in (
        *surveys,
        "organisations",
        "ties",
        "feedback",
        "area_indicators",
        "lp_topics",
        "case_events",
        *PARTNERS,
    ):
        assert mine.tables[table].height == theirs.tables[table].height, table
        # The draft takes files by name, so that rows of two files of one table come in another order.
        one, other = (
            cleaned.tables[table].drop("seconds", strict=False).sort(theirs.keys[table]) for cleaned in (mine, theirs)
        )
        assert one.equals(other), table


def test_the_same_folder_gives_the_same_bytes(both, example, root, tmp_path):
    draft, _, _ = both
    folder = tmp_path / "again"
    folder.mkdir()
    for path in sorted(example.iterdir(), reverse=True):
        if path.name != "sources.yaml":
            shutil.copy(path, folder / path.name)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        again = draft_folder(folder).text
    assert again.splitlines()[6:] == draft.text.splitlines()[6:]
