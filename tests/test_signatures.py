"""Signatures in minisign's format, held against minisign itself where it is installed."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sujuva import cli
from sujuva.errors import DisclosureError, SignatureError
from sujuva.pipeline.guard import Leaving, check_file
from sujuva.pipeline.traces import Traces
from sujuva.signatures import (
    PublicKey,
    SecretKey,
    is_secret_key,
    read_public_key,
    read_secret_key,
    sign,
    verify,
)

MINISIGN = shutil.which("minisign")
needs_minisign = pytest.mark.skipif(MINISIGN is None, reason="minisign is not installed")
NUMBER = bytes.fromhex("0123456789abcdef")
# A signature of minisign 0.11 itself, kept so that machines without it are asked, too.
WORD = "RWSSffb2TMWFV7UASNJ7iAu/qh8TddxpjSq1/DGYicnVK35Ty8zEUDsf"
HASHED = """\
untrusted comment: signature from minisign secret key
RUSSffb2TMWFV45a2wROQNwb3ifWdU0iyZMR3yRdFE2Tv6ulINKTCApFjC9z9iilKVYQGZFL0G+IhonXFIbLmyuAhq7cYlnHDwo=
trusted comment: trusted words
AZ7f7CVQn3ejz5XMYU8PqmOEPOTgoFoLTLudcl7t3EjPMQ/nLZ8H6FrjCcU0MB5kBbqos8subsn2YY6aYTHEAQ==
"""
WHOLE = """\
untrusted comment: signature from minisign secret key
RWSSffb2TMWFVyHrHdLla8NYHAcKaIm/MRkH9JG66ePosak1ZRsgjFDTuS3P5Bp1FOi1EEla3PgOzCrPdHXrrc2LqhvJmY4oDAQ=
trusted comment: timestamp:1796077280\tfile:f
GUBho68xUUMJ2YqvnnYkPuy3hEVE0kHdTctsUWGs/rG7Luw8ZG13IUEQ4pqYTYz/6pCcM6gJxkcFTn6XLTONCw==
"""


def made_key(seed: bytes = b"a seed for tests alone, no secret") -> SecretKey:
    return SecretKey(hashlib.sha256(seed).digest()[:8], Ed25519PrivateKey.from_private_bytes(seed[:32]))


def key_file(path: Path, password: str = "", work: int = 32768, memory: int = 1 << 24) -> Path:
    """Write a secret key as minisign does; with a password, of little work."""
    key = made_key()
    seed, public = key.private.private_bytes_raw(), key.public.key
    checksum = hashlib.blake2b(b"Ed" + key.number + seed + public, digest_size=32).digest()
    rest, salt, derived = key.number + seed + public + checksum, b"salt" * 8, b"\0\0"
    if password:
        # work 32768 and memory 16 MB are n = 2^10, r = 8, p = 1 by libsodium's rule
        mask = hashlib.scrypt(password.encode(), salt=salt, n=1 << 10, r=8, p=1, dklen=len(rest))
        rest, derived = bytes(one ^ other for one, other in zip(rest, mask, strict=True)), b"Sc"
    content = b"Ed" + derived + b"B2" + salt + work.to_bytes(8, "little") + memory.to_bytes(8, "little") + rest
    path.write_text(
        f"untrusted comment: minisign encrypted secret key\n{base64.b64encode(content).decode()}\n", encoding="utf-8"
    )
    path.chmod(0o600)
    return path


@pytest.fixture
def signed(tmp_path: Path) -> tuple[Path, Path, PublicKey]:
    """A file, its signature and the key."""
    file, key = tmp_path / "record.json", made_key()
    file.write_text("hello\n")
    signature = tmp_path / "record.json.minisig"
    signature.write_text(sign(file, key))
    return file, signature, key.public


@pytest.mark.parametrize(("text", "comment"), [(HASHED, "trusted words"), (WHOLE, "timestamp:1796077280\tfile:f")])
def test_what_minisign_signed_is_verified(tmp_path: Path, text: str, comment: str):
    file, signature = tmp_path / "f", tmp_path / "f.minisig"
    file.write_text("hello\n")
    signature.write_text(text)
    verified = verify(file, signature, [made_key().public, read_public_key(WORD)])
    assert (verified.key.name, verified.comment) == ("5785C54CF6F67D92", comment)
    assert verified.key.text == WORD
    signature.write_bytes(text.replace("\n", "\r\n").encode())
    assert verify(file, signature, [read_public_key(WORD)]) == verified


def test_the_same_file_key_and_comment_make_the_same_signature(signed):
    file, signature, _ = signed
    assert sign(file, made_key()) == signature.read_text()
    assert signature.read_text() != sign(file, made_key(), "another comment")


def changed(text: str, line: int, at: int) -> str:
    """Change a letter of a line to another one of base64."""
    lines = text.split("\n")
    letter = "B" if lines[line][at] != "B" else "C"
    lines[line] = f"{lines[line][:at]}{letter}{lines[line][at + 1 :]}"
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: changed(text, 1, 40), "record.json is not what the owner of the key"),
        (lambda text: changed(text, 3, 40), "but the trusted comment in record.json.minisig was changed"),
        (lambda text: text.replace("file:", "File:"), "but the trusted comment in record.json.minisig was changed"),
        (lambda text: changed(text, 1, 1), "is of the algorithm"),
        (lambda text: changed(text, 1, 6), "which is not among the trusted keys"),
        (lambda text: text.replace("trusted comment: f", "comment: f"), "is not a signature of minisign"),
        (lambda text: text.replace("hashed", "\x1b[2J"), "is not a signature of minisign"),
        (lambda text: text[:-20], "is not a signature of minisign"),
        (lambda text: text + "more\n", "is not a signature of minisign"),
        (lambda text: "", "is not a signature of minisign"),
        (lambda text: text * 100, "is not a signature of minisign"),
    ],
)
def test_what_was_changed_is_said_in_a_sentence(signed, change: Callable[[str], str], said: str):
    file, signature, key = signed
    signature.write_text(change(signature.read_text()))
    with pytest.raises(SignatureError, match=said):
        verify(file, signature, [key])


def test_the_untrusted_comment_may_be_anything(signed):
    file, signature, key = signed
    signature.write_text(signature.read_text().replace("signature from sujuva", "whatever"))
    assert verify(file, signature, [key]).comment == "file:record.json\thashed"


def test_another_file_another_key_and_no_key_are_refused(signed):
    file, signature, key = signed
    with pytest.raises(SignatureError, match="not among the trusted keys \\(none\\)"):
        verify(file, signature, [])
    # a stranger's key that took over the number
    with pytest.raises(SignatureError, match="is not what the owner"):
        verify(file, signature, [PublicKey(key.number, read_public_key(WORD).key)])
    file.write_text("hallo\n")
    with pytest.raises(SignatureError, match=f"record.json is not what the owner of the key {key.name} signed"):
        verify(file, signature, [key])
    file.unlink()
    with pytest.raises(SignatureError, match=r"There is no file record\.json"):
        verify(file, signature, [key])


def test_a_comment_has_one_line(signed):
    with pytest.raises(SignatureError, match="one line"):
        sign(signed[0], made_key(), "two\nlines")


def test_a_public_key_is_known_by_its_form(tmp_path: Path):
    with pytest.raises(SignatureError, match="is not a public key of minisign"):
        read_public_key("!" + WORD[1:])
    with pytest.raises(SignatureError, match="is of the algorithm"):
        read_public_key("R" + "U" + WORD[2:])
    with pytest.raises(SignatureError, match=r"There is no public key minisign\.pub"):
        read_public_key(tmp_path / "minisign.pub")


def test_secret_keys_are_read_with_and_without_a_password(tmp_path: Path):
    def nobody() -> str:
        pytest.fail("nobody asks for the password of a key that has none")

    bare, locked = key_file(tmp_path / "bare.key"), key_file(tmp_path / "locked.key", "sesame")
    assert read_secret_key(bare, nobody).public == made_key().public
    assert read_secret_key(locked, lambda: "sesame").public == made_key().public
    with pytest.raises(SignatureError, match=r"locked\.key cannot be opened: the password is wrong"):
        read_secret_key(locked, lambda: "Sesame")
    bare.write_text(changed(bare.read_text(), 1, 100))
    with pytest.raises(SignatureError, match=r"bare\.key cannot be opened: it was changed"):
        read_secret_key(bare, nobody)
    with pytest.raises(SignatureError, match="encrypted in a way that is not known"):
        read_secret_key(key_file(tmp_path / "greedy.key", "x", memory=1 << 40), nobody)
    locked.chmod(0o644)
    with pytest.raises(SignatureError, match="Others than you can read"):
        read_secret_key(locked, lambda: "sesame")


def run_minisign(*arguments: str | Path, told: str = "") -> int:
    assert MINISIGN is not None
    done = subprocess.run([MINISIGN, *arguments], input=told, text=True, capture_output=True, check=False)
    return done.returncode


@needs_minisign
@pytest.mark.parametrize("password", ["", "sesame"])
def test_minisign_and_we_verify_each_other(tmp_path: Path, password: str):
    file, secret = tmp_path / "a file", key_file(tmp_path / "a.key", password)
    file.write_bytes(bytes(range(256)) * 1000)
    ours, theirs, older = (tmp_path / name for name in ("ours", "theirs", "older"))
    key = read_secret_key(secret, lambda: password)
    ours.write_text(sign(file, key, "Oulu, 2024: ä\tö"))
    assert run_minisign("-V", "-P", key.public.text, "-m", file, "-x", ours) == 0
    for signature, form in ((theirs, ()), (older, ("-l",))):
        made = run_minisign("-S", *form, "-s", secret, "-m", file, "-x", signature, "-t", "Oulu", told=f"{password}\n")
        assert made == 0
        assert verify(file, signature, [key.public]).comment == "Oulu"
    file.write_bytes(b"changed")
    assert run_minisign("-V", "-P", key.public.text, "-m", file, "-x", ours) != 0


@needs_minisign
def test_a_new_key_of_minisign_is_read(tmp_path: Path):
    public, secret, file = tmp_path / "new.pub", tmp_path / "new.key", tmp_path / "file"
    assert run_minisign("-G", "-W", "-p", public, "-s", secret) == 0
    file.write_text("content")
    signature = tmp_path / "file.minisig"
    signature.write_text(sign(file, read_secret_key(secret, lambda: "")))
    assert verify(file, signature, [read_public_key(public)]).key == read_public_key(str(public))
    assert is_secret_key(secret.read_bytes())
    assert not is_secret_key(public.read_bytes() + signature.read_bytes())


def test_a_secret_key_never_leaves(tmp_path: Path):
    for password in ("", "sesame"):
        content = key_file(tmp_path / "a.key", password).read_bytes()
        with pytest.raises(DisclosureError, match=r"docs/a\.md holds a secret key"):
            check_file(Leaving("docs/a.md", b"My key:\n" + content), Traces(frozenset(), {}))


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> int:
    monkeypatch.setattr(sys, "argv", ["sujuva", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


@pytest.fixture
def released(project: Path, root: Path) -> Path:
    """A project with a record of two files."""
    shutil.copy(root / "dvc.yaml", project)
    files = {"data/published/coping.parquet": b"numbers", "reports/site/fi/index.html": b"<p>"}
    for name, content in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_bytes(content)
    listed = [{"name": name, "checksum": hashlib.sha256(content).hexdigest()} for name, content in files.items()]
    record = project / "reports/record/results.json"
    record.parent.mkdir()
    record.write_text(json.dumps({"results": {"all": {"files": listed}}}))
    return record


def test_a_record_is_signed_and_checked_with_all_that_it_lists(
    released: Path, project: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch, capsys
):
    secret = key_file(tmp_path_factory.mktemp("keys") / "a.key")
    check = ("check-signature", released, "-p", made_key().public.text)
    assert run(monkeypatch, "sign", released, "-s", secret) == 0
    assert (project / "reports/signatures/reports/record/results.json.minisig").is_file()
    assert run(monkeypatch, *check) == 0
    assert "The 2 files that it lists are as it says." in capsys.readouterr().out

    (project / "reports/site/fi/more.html").write_text("<p>")
    assert run(monkeypatch, *check) == 1
    assert "more.html is not listed." in capsys.readouterr().err
    (project / "reports/site/fi/more.html").unlink()
    (project / "data/published/coping.parquet").write_text("other numbers")
    (project / "reports/site/fi/index.html").unlink()
    assert run(monkeypatch, *check) == 1
    said = capsys.readouterr().err
    assert "coping.parquet is changed." in said
    assert "index.html is not there." in said
    assert "2 of the 2 files" in said

    released.write_text("{}", encoding="utf-8")
    assert run(monkeypatch, *check) == 1
    assert "results.json is not what the owner of the key" in capsys.readouterr().err


def test_a_secret_key_inside_the_project_signs_nothing(released: Path, project: Path, monkeypatch, capsys):
    assert run(monkeypatch, "sign", released, "-s", key_file(project / "a.key")) == 1
    assert "lies inside the project" in capsys.readouterr().err
    assert not (project / "reports/signatures").exists()


def test_other_files_are_signed_beside_them_anywhere(tmp_path: Path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bundle.zip").write_bytes(b"moments")
    secret = key_file(tmp_path / "a.key")
    assert run(monkeypatch, "sign", "bundle.zip", "-s", secret, "-t", "moments of Oulu") == 0
    assert run(monkeypatch, "check-signature", "bundle.zip", "-p", made_key().public.text) == 0
    assert "Trusted comment: moments of Oulu" in capsys.readouterr().out
