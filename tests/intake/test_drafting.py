"""What a draft says about instruments, keys, waves, gaps and files that feed nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from sujuva.errors import SourceError
from sujuva.intake import Draft, as_json, draft_folder, write_draft
from sujuva.intake.emit import emit, plain, scalar
from sujuva.intake.guess import Guess
from sujuva.sources import load_sources

SDQ = "consid restles somatic shares tantrum loner obeys worries caring fidgety friend fights unhappy popular distrac"
SDQ_NAMES = f"{SDQ} clingy kind lies bullied helpout reflect steals oldbest afraid attends".split()


def table(header: list[str], row, rows: int = 60) -> str:
    lines = [header, *([str(cell) for cell in row(at)] for at in range(rows))]
    return "\n".join(";".join(line) for line in lines) + "\n"


def feed_of(draft: Draft, number: int = 0):
    return draft.sources[0].feeds[number]


def test_items_by_name_need_no_list(drafted):
    header = ["vastaaja", "vuosi", *(f"who5_{n}" for n in range(1, 6))]
    draft = drafted({"a.csv": table(header, lambda at: [f"V{at}", 2024, *((at + n) % 6 for n in range(5))])})
    feed = feed_of(draft)
    assert (feed.instrument.value, feed.instrument.word) == ("who5", "sure")
    assert feed.items == {}
    assert draft.complaint == ""


def test_some_items_by_name(drafted):
    header = ["vastaaja", "vuosi", *(f"cyrm_r_{n}" for n in range(1, 15))]
    draft = drafted({"a.csv": table(header, lambda at: [f"V{at}", 2024, *((at + n) % 5 + 1 for n in range(14))])})
    feed = feed_of(draft)
    assert (feed.instrument.word, len(feed.items)) == ("likely", 14)
    assert "cyrm_r  # likely: 14 of 17 item names" in draft.text


@pytest.mark.parametrize(("letter", "who"), [("p", "parent"), ("t", "teacher"), ("s", "self")])
def test_the_prefix_tells_who_answered(drafted, letter: str, who: str):
    header = ["vastaaja", "vuosi", *(letter + name for name in SDQ_NAMES)]
    draft = drafted({"a.csv": table(header, lambda at: [f"V{at}", 2024, *((at + n) % 3 for n in range(25))])})
    assert feed_of(draft).columns["informant"].value == {"value": who}


def test_two_informants_in_one_file_are_two_feeds(drafted):
    header = ["vastaaja", "vuosi", *(letter + name for letter in "ps" for name in SDQ_NAMES)]
    draft = drafted({"a.csv": table(header, lambda at: [f"V{at}", 2024, *((at + n) % 3 for n in range(50))])})
    feeds = draft.sources[0].feeds
    assert [feed.columns["informant"].value["value"] for feed in feeds] == ["parent", "self"]
    assert [feed.items["1"].value for feed in feeds] == ["pconsid", "sconsid"]
    assert draft.complaint == ""


def test_a_block_whose_values_fit_is_a_guess_that_waits_for_an_answer(drafted):
    header = ["vastaaja", "vuosi", *(f"q4_{n}" for n in range(1, 6))]
    draft = drafted({"a.csv": table(header, lambda at: [f"V{at}", 2024, *((at + n) % 6 for n in range(5))])})
    feed = feed_of(draft)
    assert (feed.instrument.value, feed.instrument.word) == ("who5", "a guess")
    assert feed.gaps == ["informant"]
    assert "informant" in draft.complaint


def test_a_block_of_other_values_is_nothing(drafted):
    header = ["vastaaja", "vuosi", *(f"q4_{n}" for n in range(1, 6))]
    draft = drafted({"a.csv": table(header, lambda at: [f"V{at}", 2024, *((at + n) % 9 + 1 for n in range(5))])})
    assert all(feed.instrument is None for feed in draft.sources[0].feeds)


def test_codes_outside_the_range(drafted):
    """A usual code that is frequent means missing; a slip is said and stays."""
    header = ["vastaaja", "vuosi", *(f"who5_{n}" for n in range(1, 6))]

    def row(at: int) -> list[object]:
        return [f"V{at}", 2024, *(99 if at % 10 == 0 else 44 if (at, n) == (3, 0) else (at + n) % 6 for n in range(5))]

    feed = feed_of(drafted({"a.csv": table(header, row, 200)}))
    assert [guess.value for guess in feed.missing] == ["99"]
    assert "1 value" in feed.instrument.why


def test_the_weight_of_a_body_is_no_survey_weight(drafted):
    header = ["vastaaja", "vuosi", "Kunta", "Sukupuoli", "paino", "pituus"]
    draft = drafted({"a.csv": table(header, lambda at: [f"V{at}", 2024, "Oulu", "Tyttö", 30 + at % 9, 130 + at % 20])})
    assert "weight" not in feed_of(draft).columns
    assert "paino" in draft.sources[0].ignore


def test_the_year_of_the_file_name_and_of_a_date(drafted):
    header = ["vastaaja", "Kunta", "Sukupuoli"]
    one = drafted({"kysely_2023.csv": table(header, lambda at: [f"V{at}", "Oulu", "Tyttö"])}, "one")
    assert feed_of(one).columns["wave"].value == {"value": "2023"}
    dated = table([*header, "Vastausaika"], lambda at: [f"V{at}", "Oulu", "Tyttö", f"{at % 28 + 1}.3.2023 10:15"])
    two = drafted({"kysely.csv": dated}, "two")
    assert feed_of(two).columns["wave"].value == {"from": "Vastausaika", "format": ["%d.%m.%Y %H:%M"]}


def test_a_gap_is_what_loading_complains_about(drafted):
    header = ["vastaaja", "Kunta", "Sukupuoli"]
    draft = drafted({"kysely.csv": table(header, lambda at: [f"V{at}", "Oulu", "Tyttö"])})
    assert draft.sources[0].gaps == ["wave"]
    assert 'wave: {value: ""}  # FILL IN' in draft.text
    assert "columns.wave.value" in draft.complaint


def test_a_start_and_an_end_are_a_duration(drafted):
    header = ["vastaaja", "vuosi", "startdate", "submitdate", *(f"who5_{n}" for n in range(1, 6))]

    def row(at: int) -> list[object]:
        return [f"V{at}", 2024, "2024-01-01 10:00:00", "2024-01-01 10:05:00", *((at + n) % 6 for n in range(5))]

    duration = feed_of(drafted({"a.csv": table(header, row)})).duration
    assert duration.value == {"start": "startdate", "end": "submitdate", "format": ["%Y-%m-%d %H:%M:%S"]}


def test_nothing_is_left_out(drafted):
    """Every file is in the text, and every column of a used file is used, private or ignored."""
    files: dict[str, str | bytes] = {
        "b.csv": table(["vastaaja", "Kunta", "Sukupuoli", "outo"], lambda at: [f"V{at}", "Oulu", "Tyttö", at]),
        "deep/er/odd.csv": "väri;koko\nsininen;1\npunainen;2\n",
        "broken.sav": b"$FL2 and no more",
        "notes.txt": "Just words.\n",
        ".hidden.csv": "a;b\n1;2\n",
        "codebooks/list.csv": "a;b\n1;2\n",
    }
    draft = drafted(files)
    assert [one.file for one in draft.sources] == ["b.csv", "broken.sav", "deep/er/odd.csv", "notes.txt"]
    assert all(one.file in draft.text for one in draft.sources)
    assert "hidden" not in draft.text
    for one in draft.sources:
        if one.feeds:
            used = set().union(*(feed.used for feed in one.feeds))
            assert set(one.columns) == used | set(one.ignore) | set(one.people.columns)
    assert "väri" in draft.text


def test_only_files_that_feed_nothing(drafted):
    draft = drafted({"odd.csv": "väri;koko\nsininen;1\npunainen;2\n"})
    assert yaml.safe_load(draft.text)["sources"] == []
    assert draft.complaint
    assert any("comments" in step for step in draft.steps)


def test_names_of_sources_differ(drafted):
    rows = table(["vastaaja", "vuosi", "Kunta", "Sukupuoli"], lambda at: [f"V{at}", 2024, "Oulu", "Tyttö"])
    draft = drafted({"a/kysely.csv": rows, "b/kysely.csv": rows, "c/Kysely!.csv": rows})
    names = [one.name for one in draft.sources]
    assert len(set(names)) == 3


def test_repeated_names_are_numbered(drafted):
    rows = table(
        ["vastaaja", "vuosi", "Kunta", "Sukupuoli", "x", "x"], lambda at: [f"V{at}", 2024, "Oulu", "Tyttö", 1, 2]
    )
    draft = drafted({"a.csv": rows})
    assert draft.sources[0].sniffed.options["repeated"].value == "number"


def test_writing_refuses_to_overwrite(drafted, tmp_path: Path):
    draft = drafted({"a.csv": "vastaaja;vuosi\nV1;2024\n"})
    path = tmp_path / "raw" / "sources.yaml"
    write_draft(draft, path)
    with pytest.raises(SourceError, match=r"sources\.yaml is there already") as caught:
        write_draft(draft, path)
    assert "--force" in caught.value.hint
    write_draft(draft, path, force=True)
    assert draft_folder(tmp_path / "raw").text == draft.text


def test_no_folder_and_no_files(project: Path):
    with pytest.raises(SourceError, match="no folder"):
        draft_folder(project / "none")
    (project / "empty").mkdir()
    with pytest.raises(SourceError, match="holds no files"):
        draft_folder(project / "empty")


def test_json_has_the_sureness_as_number_and_word(drafted):
    header = ["vastaaja", "vuosi", *(f"who5_{n}" for n in range(1, 6))]
    draft = drafted({"a.csv": table(header, lambda at: [f"V{at}", 2024, *((at + n) % 6 for n in range(5))])})
    (one,) = as_json(draft)["sources"]
    assert (one["sureness"], one["word"], one["rows"], one["mapped"]) == (0.9, "likely", 60, 7)
    assert one["feeds"][0]["instrument"] == "who5"


AWKWARD = [
    *(
        "",
        "no",
        "Yes",
        "null",
        "~",
        "1",
        "007",
        "a: b",
        "a #b",
        "- x",
        "ä ö",
        "x\ny",
        "\u2028",
        "\ufeffa",
        '"',
        "'",
        "{a}",
    ),
    *(
        "%d.%m.%Y",
        "*",
        "&a",
        "!x",
        "@",
        "a,b",
        "[x]",
        "tab\t",
        " lead",
        "trail ",
        "3–6 v",
        "0x1F",
        "1e3",
        "😀",
        "?",
        "|",
    ),
]


@pytest.mark.parametrize("value", [*AWKWARD, ";"])
def test_every_word_reads_back(value: str):
    text = f"a: {scalar(value)}  # c\nb: {{c: {scalar(value)}, d: [{scalar(value)}]}}\n"
    assert yaml.load(text, Loader=yaml.BaseLoader) == {"a": value, "b": {"c": value, "d": [value]}}


def test_a_comment_cannot_break_out():
    said = {"a": Guess("b", 0.9, "x\ny: z"), "c": [Guess("d", 0.3, "e")]}
    assert yaml.safe_load(emit(said)) == plain(said)
    assert emit(said).startswith("a: b  # likely: x y: z\n")


def test_an_accepted_draft_loads_from_its_folder(drafted, project: Path):
    header = ["vastaaja", "vuosi", *(f"who5_{n}" for n in range(1, 6))]
    draft = drafted({"a.csv": table(header, lambda at: [f"V{at}", 2024, *((at + n) % 6 for n in range(5))])})
    write_draft(draft, project / "raw" / "sources.yaml")
    assert load_sources(project / "raw").sources[0].targets == ["answers_who5"]
