"""Keys of persons and families leave as keyed pseudonyms: the same everywhere, and the raw key nowhere."""

from __future__ import annotations

import hashlib
import hmac
import stat
from pathlib import Path
from typing import Any

import dataframely as dy
import polars as pl
import pyreadstat
import pytest
import xlsxwriter
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sujuva.cleaning import Cleaned, clean_folder
from sujuva.cleaning.pseudonyms import DEMO_KEY, Hasher, NoHasher, Register, default_key_file, load_key, make_key
from sujuva.errors import ContractError, SourceError, SujuvaError
from sujuva.normal import normal
from sujuva.pipeline.salt import hides_nothing
from sujuva.sources import Sources
from sujuva.tables import SCHEMAS
from sujuva.tables.columns import key
from tests.cleaning.helpers import Who, quarantined, write

PEOPLE = """
  - name: people
    file: people.csv
    reader: csv
    feeds:
      - table: respondents
        columns: {respondent: id, wave: year, region: {from: place, lookup: municipality}}
        texts: {more: note}
"""
MOOD = """
  - name: mood
    file: mood.csv
    reader: csv
    feeds:
      - table: answers
        instrument: mood
        columns: {respondent: code, wave: {value: 2024}, informant: {value: self}}
"""
EVENTS = """
  - name: events
    file: events.csv
    reader: csv
    feeds:
      - table: case_events
        columns: {case: family, activity: what, time: when, region: {value: oulu}}
"""
AREA = """
  - name: areas
    file: area.csv
    reader: csv
    feeds:
      - table: area_indicators
        columns: {indicator: {value: "1245"}, title: {value: Tuki}, area: code, area_name: code, gender: {value: total},
          year: year, value: value}
"""
FEEDBACK = """
  - name: feedback
    file: feedback.csv
    reader: csv
    feeds:
      - table: feedback
        items: {heard: K1}
        columns: {event: event, wave: {value: 2024}, region: {value: oulu}, participant: who,
          participant_group: {value: parents}}
"""
KEYS = st.binary(min_size=1, max_size=150)


def reference(key: bytes, kind: str, text: str) -> str:
    return hmac.new(key, f"{kind}\0{text}".encode(), hashlib.sha256).hexdigest()[:32]


# RFC 4231 asks for keys shorter, as long as and longer than a block of 64 bytes (its cases 1, 2, 6 and 7).
@pytest.mark.parametrize("key", [b"\x0b" * 20, b"Jefe", b"k" * 63, b"k" * 64, b"k" * 65, b"\xaa" * 131, DEMO_KEY])
@pytest.mark.parametrize("text", ["a", "12", "ä–1", "x" * 200, "a b"])
def test_a_pseudonym_is_the_start_of_an_hmac(key: bytes, text: str) -> None:
    for kind in ("person", "family"):
        assert Hasher(key).digits(kind, text) == reference(key, kind, text)
        series = Hasher(key).series(kind, pl.Series([text, None]))
        assert series.to_list() == [reference(key, kind, text), None]


@given(key=KEYS, texts=st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1), max_size=8))
def test_any_key_and_text_give_the_hmac(key: bytes, texts: list[str | None]) -> None:
    found = Hasher(key).series("person", pl.Series("id", texts, dtype=pl.String))
    plain = [None if text is None else normal(text) for text in texts]
    assert found.to_list() == [None if text is None else reference(key, "person", text) for text in plain]


@given(
    batches=st.lists(st.lists(st.none() | st.sampled_from("abcdefg"), max_size=6), min_size=1, max_size=5),
)
def test_numbers_stand_for_the_same_text_in_every_batch(batches: list[list[str | None]]) -> None:
    register = Register(Hasher(DEMO_KEY))
    numbers = [register.numbers("person", pl.Series(batch, dtype=pl.String)) for batch in batches]
    pseudonyms = register.all_pseudonyms()["person"]
    for batch, found in zip(batches, numbers, strict=True):
        assert found.dtype == pl.UInt32
        given_back = [None if number is None else pseudonyms[number] for number in found]
        assert given_back == [None if text is None else reference(DEMO_KEY, "person", text) for text in batch]


def test_a_person_is_the_same_in_every_file_wave_and_order(clean: Any, who: Who) -> None:
    rows = ["12,2023,Oulu,x", "12,2024,Oulu,y", "13,2024,Oulu,z"]
    mood = ["13,0,1", "12,1,1"]

    def run(people: list[str], answers: list[str]) -> Cleaned:
        files = {"people.csv": "id,year,place,note\n", "mood.csv": "code,ilo,uni\n"}
        files["people.csv"] += "\n".join(people) + "\n"
        files["mood.csv"] += "\n".join(answers) + "\n"
        return clean(PEOPLE + MOOD, files)

    cleaned, turned = run(rows, mood), run(rows[::-1], mood[::-1])
    for one in (cleaned, turned):
        people, answers = one.tables["respondents"], one.tables["answers_mood"]
        assert set(people.select("respondent", "wave").rows()) == {
            (who("12"), 2023),
            (who("12"), 2024),
            (who("13"), 2024),
        }
        assert set(answers.select("respondent", "mood_1").rows()) == {(who("12"), 1), (who("13"), 0)}
        assert set(one.tables["open_answers"].select("respondent", "text").rows()) == {
            (who("12"), "x"),
            (who("12"), "y"),
            (who("13"), "z"),
        }
        assert people["unit"].to_list() == people["respondent"].to_list()
    assert cleaned.key == turned.key == Hasher(load_key()).name


@pytest.mark.parametrize("reader", ["csv", "xlsx", "sav", "parquet"])
def test_the_same_key_has_one_pseudonym_whatever_the_file(
    reader: str, clean: Any, who: Who, small_project: Path
) -> None:
    path = small_project / "raw" / f"people.{reader}"
    if reader == "csv":
        path.write_text("id,place\n12,Oulu\n")
    elif reader == "xlsx":
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, ["id", "place"])
            sheet.write_row(1, 0, [12, "Oulu"])
    elif reader == "sav":
        pyreadstat.write_sav(pl.DataFrame({"id": [12.0], "place": ["Oulu"]}).to_pandas(), path)
    else:
        pl.DataFrame({"id": [12], "place": ["Oulu"]}).write_parquet(path)
    sources = f"""
  - name: people
    file: {path.name}
    reader: {reader}
    feeds:
      - table: respondents
        columns: {{respondent: id, wave: {{value: 2024}}, region: {{from: place, lookup: municipality}}}}
"""
    assert clean(sources, {}).tables["respondents"]["respondent"].to_list() == [who("12")]


def test_person_and_family_of_the_same_number_stay_strangers(clean: Any, who: Who) -> None:
    files = {
        "people.csv": "id,year,place,note\n12,2024,Oulu,\n",
        "events.csv": "family,what,when\n12,alku,2024-01-02\n",
    }
    cleaned = clean(PEOPLE + EVENTS, files)
    assert cleaned.tables["respondents"]["respondent"].to_list() == [who("12")]
    assert cleaned.tables["case_events"]["case"].to_list() == [who("12", "family")]
    assert who("12") != who("12", "family")


def everything(cleaned: Cleaned) -> str:
    """All that a cleaned delivery says, as one text."""
    frames = [*cleaned.tables.values(), cleaned.quarantine, cleaned.ledger, cleaned.rules, cleaned.sources]
    frames += [cleaned.items, cleaned.titles]
    return "\n".join(frame.write_csv() for frame in frames)


RAW_KEYS = ("K-4711x", "K-4712x", "K-4713x", "F-0815x", "F-0816x", "P-1234x", "P-1235x")


def test_raw_keys_stand_nowhere_in_what_leaves(clean: Any, small_project: Path) -> None:
    files = {
        "people.csv": "id,year,place,note\nK-4711x,2024,Oulu,hyvä\n K-4712x ,2024,Helsinki,\nK-4711x,2024,Oulu,\n",
        "mood.csv": "code,ilo,uni\nK-4711x,1,1\nK-4713x,1,1\nK-4711x,9,x\n",
        "events.csv": "family,what,when\nF-0815x,alku,2024-01-02\nF-0816x,alku,x\n",
        "feedback.csv": "event,who,K1\ne,P-1234x,5\ne,P-1235x,7\n",
    }
    cleaned = clean(PEOPLE + MOOD + EVENTS + FEEDBACK, files)
    assert len(quarantined(cleaned)) == 6
    said = everything(cleaned)
    assert [key for key in RAW_KEYS if key in said] == []
    write(cleaned)
    for path in (small_project / "data").glob("*/*.parquet"):
        content = "\n".join(pl.read_parquet(path).cast(pl.String).write_csv().splitlines())
        assert [key for key in RAW_KEYS if key in content] == [], path.name


@pytest.mark.parametrize("column", ["unit", "stratum", "age_group"])
def test_a_raw_key_does_not_leave_through_another_column(clean: Any, column: str) -> None:
    sources = PEOPLE.replace("respondent: id,", f"respondent: id, {column}: id,")
    cleaned = clean(sources, {"people.csv": "id,year,place,note\nK-4711x,2024,Oulu,\n"})
    assert "K-4711x" not in everything(cleaned)


def test_a_quarantined_row_has_the_same_pseudonym_as_a_clean_one(clean: Any, who: Who) -> None:
    cleaned = clean(PEOPLE, {"people.csv": "id,year,place,note\na,2024,Oulu,\n a ,2024,Oulu,\n"})
    assert cleaned.tables["respondents"]["respondent"].to_list() == [who("a")]
    assert cleaned.quarantine["raw"].str.json_path_match("$.id").to_list() == [who("a")]


@pytest.mark.parametrize(
    "change",
    [
        {"max_quarantine": 0.1},
        {"files": {"people.csv": "K-4711x,2024,Oulu,\nK-4712x,2024,Oulu,\n"}},
        {"files": {"people.csv": "id,year,place\nK-4711x,2024,Oulu,\n"}},
        {"files": {"people.csv": "id,year,place,note\nK-4711x,2024\n"}},
    ],
)
def test_no_error_quotes_a_raw_key(clean: Any, change: dict[str, Any]) -> None:
    files = change.get("files", {"people.csv": "id,year,place,note\nK-4711x,1999,Oulu,\nK-4712x,2024,Oulu,\n"})
    with pytest.raises(SujuvaError) as caught:
        clean(PEOPLE, files, max_quarantine=change.get("max_quarantine", 1.0))
    said: list[str] = []
    error: BaseException | None = caught.value
    while error is not None:
        said += [str(error), repr(error)]
        error = error.__cause__ or error.__context__
    assert not [key for key in RAW_KEYS if any(key in one for one in said)]


class TestKey:
    """Where the secret key comes from."""

    LONG = "sixteen characters and more"

    @pytest.fixture(autouse=True)
    def _nothing_set(self, project: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: Any) -> None:
        self.outside = tmp_path_factory.mktemp("home")
        self.project = project
        for name in ("SUJUVA_KEY", "SUJUVA_KEY_FILE"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("XDG_CONFIG_HOME", str(self.outside / "config"))

    def test_there_is_none(self) -> None:
        with pytest.raises(SourceError, match=r"no key for the pseudonyms.*sujuva key"):
            load_key()

    def test_a_real_delivery_without_a_key_is_refused_before_a_file_is_read(self, clean: Any) -> None:
        with pytest.raises(SourceError, match="sujuva key"):
            clean(PEOPLE, {"people.csv": "this is no table"})

    def test_a_synthetic_delivery_may_use_the_demo_key(self, small_project: Path) -> None:
        sources = "synthetic: true\nkey: demo\ntitle: {fi: Koe}\nsources:\n" + PEOPLE
        (small_project / "raw" / "sources.yaml").write_text(sources)
        (small_project / "raw" / "people.csv").write_text("id,year,place,note\n1,2024,Oulu,\n")
        cleaned = clean_folder(Path("raw"), regions=["oulu"], waves=[2024])
        assert cleaned.key == "demo"
        assert cleaned.tables["respondents"]["respondent"].to_list() == [reference(DEMO_KEY, "person", "1")]

    def test_a_delivery_of_nobody_needs_none(self, small_project: Path) -> None:
        text = "title: {fi: Koe}\nsources: []\n"
        (small_project / "raw" / "sources.yaml").write_text(text)
        bundles_alone = clean_folder(Path("raw"), regions=["oulu"], waves=[2024])
        assert bundles_alone.key == "none"
        assert not any(frame.height for frame in bundles_alone.tables.values())
        (small_project / "raw" / "sources.yaml").write_text(f"title: {{fi: Koe}}\nsources:\n{AREA}")
        (small_project / "raw" / "area.csv").write_text("code,year,value\n564,2024,3.5\n,2024,1\n")
        statistics = clean_folder(Path("raw"), regions=["oulu"], waves=[2024])
        assert statistics.key == "none"
        assert statistics.tables["area_indicators"].height == statistics.quarantine.height == 1

    @pytest.mark.parametrize(
        "changed",
        [("area_indicators", "respondents"), ("area_indicators", "organisations"),
         ("    feeds:", "    people: {pseudonymise: [other]}\n    feeds:")],
    )  # fmt: skip
    def test_whatever_may_tell_of_somebody_needs_one(self, small_project: Path, changed: tuple[str, str]) -> None:
        sources = f"title: {{fi: Koe}}\nsources:\n{AREA}".replace(*changed)
        assert not Sources.model_validate(yaml.safe_load(sources)).of_nobody
        (small_project / "raw" / "sources.yaml").write_text(sources)
        assert not hides_nothing(small_project / "raw")

    def test_what_would_become_a_pseudonym_without_a_key_is_an_error(self) -> None:
        hasher = NoHasher()
        assert hasher.series("person", pl.Series("id", [None, None], dtype=pl.String)).null_count() == 2
        with pytest.raises(ContractError, match="nobody has a key of a family") as told:
            hasher.series("family", pl.Series("id", [None, "Aino 7"]))
        assert "Aino" not in str(told.value)

    def test_the_demo_key_is_refused_for_real_data(self, small_project: Path) -> None:
        (small_project / "raw" / "sources.yaml").write_text("key: demo\ntitle: {fi: Koe}\nsources:\n" + PEOPLE)
        with pytest.raises(SourceError, match="synthetic data alone"):
            clean_folder(Path("raw"), regions=["oulu"], waves=[2024])

    def test_the_demo_key_is_no_secret_of_one_s_own(self, monkeypatch: Any) -> None:
        monkeypatch.setenv("SUJUVA_KEY", DEMO_KEY.decode())
        with pytest.raises(SourceError):
            load_key()

    def test_the_variable_goes_before_the_files(self, monkeypatch: Any) -> None:
        make_key(default_key_file())
        (self.outside / "other").write_text(self.LONG + " of a file\n")
        (self.outside / "other").chmod(0o600)
        assert load_key() == default_key_file().read_bytes().strip()
        monkeypatch.setenv("SUJUVA_KEY_FILE", str(self.outside / "other"))
        assert load_key() == f"{self.LONG} of a file".encode()
        monkeypatch.setenv("SUJUVA_KEY", self.LONG)
        assert load_key() == self.LONG.encode()

    @pytest.mark.parametrize("where", ["SUJUVA_KEY", "SUJUVA_KEY_FILE"])
    def test_a_short_key_is_refused_and_not_quoted(self, where: str, monkeypatch: Any) -> None:
        (self.outside / "short").write_text("abcdefghijklmno\n")
        (self.outside / "short").chmod(0o600)
        monkeypatch.setenv(where, "abcdefghijklmno" if where == "SUJUVA_KEY" else str(self.outside / "short"))
        with pytest.raises(SourceError, match=r"too short.*16 characters.*sujuva key") as caught:
            load_key()
        assert "abcdef" not in str(caught.value)

    def test_a_key_file_that_others_can_read_is_refused(self, monkeypatch: Any) -> None:
        (self.outside / "open").write_text(self.LONG)
        (self.outside / "open").chmod(0o640)
        monkeypatch.setenv("SUJUVA_KEY_FILE", str(self.outside / "open"))
        with pytest.raises(SourceError, match=r"Others than you.*chmod 600"):
            load_key()

    @pytest.mark.parametrize("way", ["straight", "relative", "link"])
    def test_a_key_file_inside_the_project_is_refused(self, way: str, monkeypatch: Any) -> None:
        inner = self.project / "data" / "key"
        inner.write_text(self.LONG)
        (self.outside / "link").symlink_to(inner)
        path = {"straight": str(inner), "relative": "data/key", "link": str(self.outside / "link")}[way]
        monkeypatch.setenv("SUJUVA_KEY_FILE", path)
        with pytest.raises(SourceError, match="inside the project"):
            load_key()

    def test_a_new_key_is_random_and_for_its_owner_alone(self) -> None:
        paths = [self.outside / "new" / "a", self.outside / "b"]
        for path in paths:
            make_key(path)
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert len(bytes.fromhex(path.read_text().strip())) == 32
        assert paths[0].read_text() != paths[1].read_text()

    def test_a_key_is_never_written_over_nor_into_the_project(self) -> None:
        path = self.outside / "key"
        make_key(path)
        before = path.read_bytes()
        with pytest.raises(SourceError, match="a key already"):
            make_key(path)
        assert path.read_bytes() == before
        (self.outside / "dangling").symlink_to(self.outside / "nowhere")
        with pytest.raises(SourceError, match="a key already"):
            make_key(self.outside / "dangling")
        with pytest.raises(SourceError, match="inside the project"):
            make_key(self.project / "key")
        assert not (self.project / "key").exists()

    def test_the_id_of_a_key_tells_keys_apart(self) -> None:
        assert Hasher(b"a" * 16).name != Hasher(b"b" * 16).name
        assert len(Hasher(b"a" * 16).name) == 8


DIARIES = """
  - name: diaries
    file: diaries.csv
    reader: csv
    feeds: [{table: diaries, columns: {wave: year, writer: who}}]
"""


@pytest.mark.parametrize("said", [False, True])
def test_a_table_that_does_not_say_whose_key_it_holds_cannot_be_cleaned(
    clean: Any, who: Who, monkeypatch: pytest.MonkeyPatch, *, said: bool
) -> None:
    class Diaries(dy.Schema):
        wave = dy.Int32(primary_key=True)
        writer = dy.String(primary_key=True, metadata=key("person") if said else None)

    monkeypatch.setitem(SCHEMAS, "diaries", Diaries)
    files = {"diaries.csv": "year,who\n2024,K-4711x\n"}
    if said:
        assert clean(DIARIES, files).tables["diaries"].rows() == [(2024, who("K-4711x"))]
    else:
        with pytest.raises(ContractError, match="Diaries does not say what its column 'writer' holds") as caught:
            clean(DIARIES, files)
        assert "sujuva.tables" in caught.value.hint
