"""Cleaning as a map over files: who takes them in, in which order and how often makes no difference."""

from __future__ import annotations

import hashlib
import os
import pickle
import random
import re
import signal
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sujuva.cleaning import Cleaned
from sujuva.cleaning.parts import Piece, part_of
from sujuva.cleaning.pseudonyms import DEMO_KEY, KEY_VARIABLE, Hasher, NoHasher, Register, load_key
from sujuva.cleaning.taking import prepare
from sujuva.engines import Engine, Local
from sujuva.engines.dask import started
from sujuva.errors import SourceError, SujuvaError
from tests.cleaning.helpers import Clean, Who, quarantined, write

SOURCES = """
  - name: first
    file: first.csv
    reader: csv
    feeds:
      - table: respondents
        columns: &who {respondent: id, wave: {value: 2024}, region: {from: place, lookup: municipality}, age_group: age}
  - name: second
    file: second.csv
    reader: csv
    feeds:
      - table: respondents
        columns: *who
      - table: answers
        instrument: mood
        items: {1: K1, 2: K2}
        columns: {respondent: id, wave: {value: 2024}, informant: {value: self}}
  - name: mood
    file: mood.csv
    reader: csv
    feeds:
      - table: answers
        instrument: mood
        items: {1: K1, 2: K2}
        columns: {respondent: id, wave: {value: 2024}, informant: {value: parent}}
  - name: contacts
    file: contacts.csv
    reader: csv
    feeds:
      - table: case_events
        columns:
          {case: family, activity: {value: contact}, region: {value: oulu}, time: {from: day, format: "%Y-%m-%d"}}
  - name: meetings
    file: meetings.csv
    reader: csv
    feeds:
      - table: case_events
        columns:
          {case: family, activity: {value: meeting}, region: {value: oulu}, time: {from: day, format: "%Y-%m-%d"}}
"""
FILES = {
    "first.csv": "id,place,age\na,Oulu,1\nb,Oulu,1\nc,Helsinki,1\n",
    "second.csv": "id,place,age,K1,K2\nb,Oulu,2,1,2\nd,Oulu,2,0,9\ne,Oulu,2,3,3\n",
    "mood.csv": "id,K1,K2\ne,1,1\na,2,2\nnobody,1,1\n",
    "contacts.csv": "family,day\nF1,2024-01-10\nF2,2024-03-01\n",
    "meetings.csv": "family,day\nF1,2024-01-20\nF2,2024-02-01\nF3,2024-02-01\n",
}


class Scattered:
    """An engine whose processes are apart, take pieces in any order, and take each again."""

    least, apart = 2, True

    def __init__(self, seed: int) -> None:
        self.lot = random.Random(seed)

    def map(self, work: Callable[[Any], Any], pieces: Sequence[Any]) -> Iterator[Any]:
        work, numbered = pickle.loads(pickle.dumps((work, list(enumerate(pieces)))))
        made: dict[int, Any] = {}
        for number, piece in self.lot.sample(2 * numbered, 2 * len(numbered)):
            try:
                made[number] = pickle.dumps(work(piece))
            except SujuvaError as error:
                made[number] = error
        for number in range(len(numbered)):
            if isinstance(made[number], SujuvaError):
                raise made[number]
            yield pickle.loads(made[number])

    def reduce(self, *_: object) -> bytes:
        raise AssertionError


class Killing:
    """An engine of which a worker is killed when it has taken in a file."""

    def __init__(self, engine: Engine, mark: Path) -> None:
        self.engine, self.mark, self.least, self.apart = engine, mark, engine.least, engine.apart

    def map(self, work: Callable[[Any], Any], pieces: Sequence[Any]) -> Iterator[Any]:
        return self.engine.map(partial(killed_once, work=work, mark=self.mark), pieces)

    def reduce(self, *_: object) -> bytes:
        raise AssertionError


def killed_once(piece: Piece, work: Callable[[Any], Any], mark: Path) -> Any:
    made = work(piece)
    if piece.source.name == "second" and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return made


def written(cleaned: Cleaned) -> dict[str, str]:
    """Write a cleaned delivery; return the hash of each file."""
    write(cleaned)
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(Path("data").rglob("*.parquet"))
    }


def test_what_crosses_files_is_found_by_keys_whoever_takes_the_files_in(
    clean: Clean, who: Who, small_project: Path
) -> None:
    orders = small_project / "data" / "codebooks" / "event_orders.yaml"
    orders.write_text("- {later: meeting, earlier: contact}\n", encoding="utf-8")
    whole = written(clean(SOURCES, FILES))
    for seed in range(3):
        cleaned = clean(SOURCES, FILES, engine=Scattered(seed))
        assert written(cleaned) == whole
    assert len(whole) > 20
    assert quarantined(cleaned) == {
        ("first", 3): "unknown_region",
        ("second", 1): "duplicate",  # of a person in the first file
        ("second", 2): "item_out_of_range",
        ("mood", 3): "unknown_respondent",
        ("meetings", 2): "impossible_order",  # of a family whose contact is in another file
    }
    events = cleaned.tables["case_events"].select("case", "activity", "sequence").rows()
    first = who("F1", "family")
    assert [one[1:] for one in events if one[0] == first] == [("contact", 1), ("meeting", 2)]
    told = cleaned.tables["answers_mood"].select("respondent", "informant").rows()
    assert sorted(told) == sorted([(who("e"), "self"), (who("e"), "parent"), (who("a"), "parent")])


def test_nothing_is_left_of_what_processes_handed_on(clean: Clean, small_project: Path) -> None:
    clean(SOURCES, FILES, engine=Scattered(1))
    with pytest.raises(SourceError):
        clean(SOURCES, FILES | {"mood.csv": ""}, engine=Scattered(1))
    assert not list((small_project / ".sujuva").iterdir())
    assert (small_project / ".sujuva").stat().st_mode & 0o077 == 0


def told(clean: Clean, files: dict[str, str], engine: Engine) -> str:
    with pytest.raises(SujuvaError) as caught:
        clean(SOURCES, files, engine=engine, max_quarantine=0.7)
    return str(caught.value)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"second.csv": "id,place\nb,Oulu\n", "mood.csv": ""}, r"file second\.csv: there is no column"),
        ({"mood.csv": "id,K1,K2\na,7,1\ne,8,1\n"}, r"mood\.csv: 2 of 2 rows .*item_out_of_range \(2 rows"),
    ],
)
def test_the_first_file_that_is_refused_is_told_of_as_in_one_process(
    clean: Clean, changed: dict[str, str], said: str
) -> None:
    here = told(clean, FILES | changed, Local())
    assert re.search(said, here)
    assert all(told(clean, FILES | changed, Scattered(seed)) == here for seed in range(3))


def test_neither_the_secret_nor_a_raw_key_is_in_what_travels(small_project: Path) -> None:
    (small_project / "raw" / "sources.yaml").write_text("title: {fi: Koe}\nsources:\n" + SOURCES, encoding="utf-8")
    key = load_key()
    _, setting = prepare(small_project / "raw", ["oulu"], [2024], "first", None)
    setting = setting.with_hasher(Hasher(key))
    setting.books.register.numbers("person", pl.Series(["a person's raw key"]))
    hasher = setting.books.register.hasher
    message = pickle.dumps(partial(part_of, setting=setting))
    for secret in (key, hasher._inner, hasher._outer, hasher._inner[:16], hasher._outer[:16], b"raw key"):
        assert secret not in message
    arrived = pickle.loads(message).keywords["setting"].books.register
    assert arrived.hasher.digits("person", "a") == hasher.digits("person", "a")
    assert arrived.texts("person").is_empty()
    assert setting.books.register.texts("person").len() == 1


def test_a_process_with_another_key_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    message, demo = pickle.dumps(Register(Hasher(load_key()))), pickle.dumps(Hasher(DEMO_KEY))
    monkeypatch.setenv(KEY_VARIABLE, "another key that is long enough")
    with pytest.raises(SourceError, match=r"has another key for the pseudonyms.*SUJUVA_KEY_FILE"):
        pickle.loads(message)
    assert pickle.loads(demo).name == Hasher(DEMO_KEY).name
    assert isinstance(pickle.loads(pickle.dumps(NoHasher())), NoHasher)


@pytest.mark.slow
def test_workers_of_which_one_is_killed_make_the_same_bytes_and_tell_the_same_error(
    clean: Clean, tmp_path: Path
) -> None:
    whole = written(clean(SOURCES, FILES))
    wrong = FILES | {"second.csv": "id,place\nb,Oulu\n", "mood.csv": ""}
    here = told(clean, wrong, Local())
    with started(None, 2) as engine:
        assert written(clean(SOURCES, FILES, engine=Killing(engine, tmp_path / "killed"))) == whole
        assert told(clean, wrong, engine) == here
    assert (tmp_path / "killed").exists()
