"""Bundles as files: the same bytes for the same contents, and nothing read that is no bundle."""

from __future__ import annotations

import hashlib
import json
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from sujuva.bundles.archive import MANIFEST, packed, read_bundle, write_bundle
from sujuva.bundles.manifest import FORM, LONGEST
from sujuva.bundles.members import contents_of, members_of
from sujuva.bundles.readme import README, readme
from sujuva.errors import BundleError, SujuvaError
from sujuva.sources.limits import Limits
from tests.bundles.conftest import Make
from tests.bundles.small import contents, manifest, scores

SCORES = "moments/scores.parquet"
Change = Callable[[zipfile.ZipFile, zipfile.ZipInfo, bytes], None]


def test_the_same_contents_make_the_same_bytes_and_come_back(make: Make):
    path = make()
    assert path.read_bytes() == make(folder="again").read_bytes()
    came = contents_of(read_bundle(path))
    assert_frame_equal(came.moments["scores"], scores("oulu"))
    assert came.moments["scores"].schema["w"] == pl.Int128
    assert {name: one.height for name, one in came.moments.items() if one.height} == {"scores": 2}


def test_a_zip_tool_and_a_reader_of_parquet_are_enough(make: Make):
    with zipfile.ZipFile(make()) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[:2] == [MANIFEST, README]
        assert json.loads(archive.read(MANIFEST))["members"][SCORES]["rows"] == 2
        assert archive.read(README).decode().count("SYN") == 3  # said in each language
        frame = pl.read_parquet(archive.read(SCORES))
    assert frame.schema["w"] == pl.Decimal(38, 0)
    assert frame["n"].to_list() == [40, 40]


def test_real_data_are_not_called_synthetic(make: Make):
    with zipfile.ZipFile(make(synthetic=False)) as archive:
        assert "SYN" not in archive.read(README).decode()


def rewritten(path: Path, change: Change) -> Path:
    """Write the archive anew, each member by `change`."""
    with zipfile.ZipFile(path) as old:
        files = [(one, old.read(one)) for one in old.infolist()]
    with zipfile.ZipFile(path, "w") as new:
        for entry, content in files:
            change(new, entry, content)
    return path


def renamed(to: str) -> Change:
    def change(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, content: bytes) -> None:
        entry.filename = to if entry.filename == SCORES else entry.filename
        archive.writestr(entry, content)

    return change


def link(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, content: bytes) -> None:
    entry.external_attr = 0o120777 << 16 if entry.filename == SCORES else entry.external_attr
    archive.writestr(entry, b"/etc/passwd" if entry.filename == SCORES else content)


def deflated(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, content: bytes) -> None:
    archive.writestr(entry, bytes(10**7) if entry.filename == SCORES else content, zipfile.ZIP_DEFLATED)


def doubled(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, content: bytes) -> None:
    archive.writestr(entry, content)
    if entry.filename == SCORES:
        archive.writestr(zipfile.ZipInfo(SCORES), content)


def without(name: str) -> Change:
    return lambda archive, entry, content: None if entry.filename == name else archive.writestr(entry, content)


def changed(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, content: bytes) -> None:
    archive.writestr(entry, content[:-1] + b"!" if entry.filename == SCORES else content)


def more(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, content: bytes) -> None:
    archive.writestr(entry, content)
    if entry.filename == SCORES:
        archive.writestr(zipfile.ZipInfo("moments/more.parquet"), content)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (renamed("../scores.parquet"), "of another name or place"),
        (renamed("/tmp/scores.parquet"), "of another name or place"),
        (renamed("moments\\scores.parquet"), "of another name or place"),
        (renamed("moments/scores.parquet\n"), "of another name or place"),
        (link, "holds a link"),
        (deflated, "unpacks to more than it has"),
        (doubled, "two files of the same name"),
        (without(SCORES), "lacks moments/scores.parquet"),
        (without(MANIFEST), r"there is no manifest\.json"),
        (changed, "moments/scores.parquet was changed"),
        (more, "holds moments/more.parquet, which its manifest does not list"),
    ],
)
def test_an_archive_that_is_no_bundle_is_refused(make: Make, change: Change, told: str):
    with pytest.raises(BundleError, match=told):
        read_bundle(rewritten(make(), change))


def test_what_another_program_packed_is_refused_whatever_it_holds(make: Make):
    path = make()
    content = path.read_bytes()
    for other in (content.replace(b"PK\x01\x02\x14\x03", b"PK\x01\x02\x15\x03", 1), content + b"more"):
        assert other != content
        path.write_bytes(other)
        with pytest.raises(BundleError, match=r"packed by another program|does not end as"):
            read_bundle(path)


def test_no_byte_of_a_bundle_can_be_another(make: Make):
    path = make()
    content = path.read_bytes()
    for at in range(3, len(content), len(content) // 97):
        path.write_bytes(content[:at] + bytes([content[at] ^ 0x11]) + content[at + 1 :])
        with pytest.raises(BundleError):
            read_bundle(path)


def test_sizes_that_lie_and_encrypted_members_are_refused(make: Make):
    path = make()
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02")
    lying = bytearray(content)
    struct.pack_into("<L", lying, at + 24, 2**31)  # bytes of the first member, by the directory
    path.write_bytes(bytes(lying))
    with pytest.raises(BundleError, match="unpacks to more than it has"):
        read_bundle(path)
    struct.pack_into("<H", content, at + 8, 1)  # its flags
    path.write_bytes(bytes(content))
    with pytest.raises(BundleError, match="encrypted"):
        read_bundle(path)
    path.write_bytes(bytes(content[:-30]))
    with pytest.raises(BundleError, match="does not end as"):
        read_bundle(path)


def test_no_zip_of_half_a_gigabyte_and_a_directory_of_millions_are_refused_at_once(tmp_path: Path):
    large, many = tmp_path / "large.zip", tmp_path / "many.zip"
    for path, start, size in ((large, b"\0", 500_000_000), (many, b"PK\x03\x04", 200_000_000)):
        with path.open("wb") as file:  # sparse: takes no room
            file.write(start)
            file.truncate(size)
    with many.open("r+b") as file:
        file.seek(-22, 2)
        file.write(struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 60_000, 60_000, 190_000_000, 4, 0))
    began = time.process_time()
    with pytest.raises(BundleError, match="no zip archive"):
        read_bundle(large)
    with pytest.raises(BundleError, match="60,000 files"):
        read_bundle(many)
    assert time.process_time() - began < 1
    with large.open("r+b") as file:
        file.write(b"PK\x03\x04")
    with pytest.raises(BundleError, match="too large"):
        read_bundle(large)


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + bytes(18)])
def test_an_empty_file_and_an_empty_archive_are_no_bundles(tmp_path: Path, content: bytes):
    path = tmp_path / "oulu.zip"
    path.write_bytes(content)
    with pytest.raises(BundleError, match="no bundle"):
        read_bundle(path)
    with pytest.raises(BundleError, match="a folder"):
        read_bundle(tmp_path)


def test_the_page_in_a_bundle_says_the_same_in_three_languages_and_belongs_to_the_form():
    said = manifest(round=3, withheld=())
    parts = readme(said).split("\n\n\n")
    assert [part.splitlines()[0] for part in parts] == ["Suomeksi", "På svenska", "In English"]
    own = (("kierros 3", "henkilön"), ("omgång 3", "persons"), ("round 3", "person"))
    for part, words in zip(parts, own, strict=True):
        for told in (*words, "SYN", "oulu", "2022, 2023", ": 0.", MANIFEST, "SHA-256", "minisign"):
            assert told in part
    # Other words make bundles unreadable that were sent before: then raise FORM, too, and write both down here.
    digest = hashlib.sha256(readme(said.model_copy(update={"synthetic": False})).encode()).hexdigest()
    assert (FORM, digest) == (2, "15420892ff4978d2a4b8b23bda685a65afc7569b203c664fdd64b03910887618")


def with_manifest(path: Path, text: bytes) -> Path:
    def change(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, content: bytes) -> None:
        archive.writestr(entry, text if entry.filename == MANIFEST else content)

    return rewritten(path, change)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"{", "not valid JSON"),
        (b"[" * 200_000, "not valid JSON"),
        (b'{"format": "sujuva bundle", "format": 1}', "not valid JSON"),
        (b'{"format": NaN}', "not valid JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not valid JSON"),
        (b"\xff", "not valid JSON"),
        (b"[]", "not that of a bundle"),
        (b'{"format": "sujuva bundle"}', "of another form"),
        (b'{"format": "sujuva bundle", "form": 999}', "of a newer form"),
        (b'{"format": "sujuva bundle", "form": 1}', "of another form"),
        (b'{"format": "sujuva bundle", "form": %d}' % FORM, "this is missing"),
        (json.dumps(manifest().model_dump(mode="json") | {"person": 1}).encode(), "unknown key 'person'"),
        (b" " * (LONGEST + 1), "more than"),
    ],
    ids=range(13),
)
def test_a_manifest_that_is_none_is_refused(make: Make, text: bytes, told: str):
    with pytest.raises(BundleError, match=told):
        read_bundle(with_manifest(make(), text))


def test_names_that_no_member_has_are_refused_in_the_manifest(make: Make):
    said = manifest().model_dump(mode="json")
    said["members"] = {"../x.parquet": {"rows": 1, "bytes": 1, "sha256": "0" * 64}}
    with pytest.raises(BundleError, match=r"manifest\.json"):
        read_bundle(with_manifest(make(), json.dumps(said).encode()))


def with_table(path: Path, frame: pl.DataFrame) -> Path:
    """Put other scores into a bundle, and let its manifest say so."""
    bundle, buffer = read_bundle(path), BytesIO()
    frame.write_parquet(buffer)
    content = buffer.getvalue()
    told = {"rows": frame.height, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    listed = dict(bundle.manifest.members)
    listed[SCORES] = listed[SCORES].model_copy(update=told)
    path.write_bytes(
        packed(bundle.manifest.model_copy(update={"members": listed}), {**bundle.members, SCORES: content})
    )
    return path


def stored() -> pl.DataFrame:
    return scores("oulu").cast({pl.Int128: pl.Decimal(38, 0)})


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        (stored().cast({"n": pl.Int32}), "'n' is of another type"),
        (stored().drop("n"), "'n' is missing"),
        (stored().with_columns(child=pl.lit(1)), "a column that no bundle has"),
        (stored().select(sorted(stored().columns)), "another order"),
        (pl.concat([stored(), stored()]), "two rows have the same key"),
        (stored().with_columns(n=pl.lit(-1, dtype=pl.Int64)), "'n' counts below 0"),
        (stored().with_columns(n=pl.lit(None, dtype=pl.Int64)), "'n' has blanks"),
        (stored().with_columns(region=pl.lit("tampere")), "rows of another region than oulu"),
        (stored().with_columns(group=pl.lit("0123456789abcdef" * 2)), "keys of persons or families"),
    ],
    ids=range(9),
)
def test_a_table_that_is_not_as_recorded_is_refused(make: Make, frame: pl.DataFrame, told: str):
    bundle = read_bundle(with_table(make(), frame))
    with pytest.raises(BundleError, match=told):
        contents_of(bundle)


def test_a_value_that_stands_for_millions_is_refused_in_little_memory(make: Make, monkeypatch: pytest.MonkeyPatch):
    bundle = read_bundle(with_table(make(), pl.select(pl.repeat(0, 3 * 10**7, dtype=pl.Int8).alias("n"))))
    assert len(bundle.members[SCORES]) < 100_000
    monkeypatch.setattr("sujuva.bundles.archive._LIMITS", Limits(memory=100))
    tracemalloc.start()
    with pytest.raises(BundleError, match="too large"):
        contents_of(bundle)
    assert tracemalloc.get_traced_memory()[1] < 50_000_000
    tracemalloc.stop()


def test_what_nobody_has_recorded_never_leaves():
    held = contents()
    for told, other in (
        ("There is no table of moments 'persons'", {"persons": scores("oulu")}),
        ("a column that no bundle has", {"scores": scores("oulu").with_columns(respondent=pl.lit("1"))}),
        ("keys of persons", {"scores": scores("oulu").with_columns(stratum=pl.lit("ab" * 16))}),
    ):
        with pytest.raises(SujuvaError, match=told):
            members_of(type(held)({**held.moments, **other}, held.ledger))


def test_nothing_half_written_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sujuva.bundles.archive.packed", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_bundle(manifest(), members_of(contents()), tmp_path / "oulu.zip")
    assert list(tmp_path.iterdir()) == []


def test_a_region_of_zero_answers_is_told_and_not_taken_in(tmp_path: Path):
    held, path = contents(), tmp_path / "oulu.zip"
    empty = type(held)({**held.moments, "scores": scores("oulu").clear()}, held.ledger)
    write_bundle(manifest(), members_of(empty), path)
    with pytest.raises(BundleError, match="tells nothing of oulu"):
        contents_of(read_bundle(path))
