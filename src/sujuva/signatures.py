"""Signatures in minisign's format: who stands behind a file, without a server, a certificate or a network.

A signature is a small text beside the file: Ed25519 (RFC 8032) over the file's BLAKE2b-512 (RFC 7693; algorithm `ED`)
or, in the older form, over the file itself (`Ed`), and a second one over the first and its trusted comment. Secret keys
are read as `minisign -G` writes them, encrypted by scrypt (RFC 7914) or not (`-W`). The format is minisign's
(https://jedisct1.github.io/minisign/); what makes and checks signatures is the library cryptography.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
import stat
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from sujuva.errors import SignatureError
from sujuva.paths import NOT_THERE, no_file

SUFFIX = ".minisig"
"""What the name of a file with a signature ends with."""
_HASHED, _WHOLE = b"ED", b"Ed"  # Ed25519 over BLAKE2b-512 of the file, and over the file
_UNTRUSTED, _TRUSTED = "untrusted comment: ", "trusted comment: "
_MADE = f"{_UNTRUSTED}signature from sujuva"
_PUBLIC = struct.Struct("<2s8s32s")  # algorithm, key number, key
_SIGNED = struct.Struct("<2s8s64s")  # algorithm, key number, signature
_SECRET = struct.Struct("<2s2s2s32sQQ104s")  # algorithm, derivation, checksum, salt, its work and memory, the rest
_REST = struct.Struct("<8s32s32s32s")  # key number, seed, public key, checksum
_SCRYPT, _BARE, _BLAKE = b"Sc", b"\0\0", b"B2"
_MEMORY = 1 << 31  # bytes: twice what minisign takes; a file that asks for more is no key of it
_LONGEST = 10_000  # bytes of a key or a signature
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")  # a tab stands between minisign's own words


@dataclass(frozen=True)
class PublicKey:
    """A key that signatures are checked with.

    Attributes:
        number: Eight bytes that tell keys apart, and prove nothing.
        key: Ed25519 public key, 32 bytes.
    """

    number: bytes
    key: bytes

    @property
    def name(self) -> str:
        """Its number as minisign shows it."""
        return _name(self.number)

    @property
    def text(self) -> str:
        """The key in one word, as after minisign's option -P."""
        return base64.b64encode(_PUBLIC.pack(_WHOLE, self.number, self.key)).decode()


@dataclass(frozen=True)
class SecretKey:
    """A key that signatures are made with; it is never shown."""

    number: bytes
    private: Ed25519PrivateKey

    @property
    def public(self) -> PublicKey:
        """The key that checks what this one signs."""
        return PublicKey(self.number, self.private.public_key().public_bytes_raw())


@dataclass(frozen=True)
class Verified:
    """What a valid signature says.

    Attributes:
        key: The key that it was made with.
        comment: Its trusted comment, which is signed, too.
    """

    key: PublicKey
    comment: str


def verify(path: Path, signature: Path, keys: Iterable[PublicKey]) -> Verified:
    """See that a file is as the owner of one of the keys signed it.

    Args:
        path: The file.
        signature: The file with its signature.
        keys: Those who are trusted.

    Raises:
        SignatureError: A file is missing or is no signature; it is of another algorithm or by none of the keys; the
            file, the signature or the trusted comment was changed.
    """
    number, algorithm, signed, comment, whole = _read_signature(signature)
    trusted = list(keys)
    by_number = [one for one in trusted if one.number == number]
    if not by_number:
        known = ", ".join(one.name for one in trusted) or "none"
        msg = f"{path.name} is signed with the key {_name(number)}, which is not among the trusted keys ({known})."
        raise SignatureError(msg, "Ask the sender for the public key by another way than the file came.")
    content = _content(path, algorithm)
    key = next((one for one in by_number if _holds(one, signed, content)), None)
    if key is None:
        msg = f"{path.name} is not what the owner of the key {_name(number)} signed: it or its signature was changed."
        raise SignatureError(msg, "Do not use it: get both anew from the sender.")
    if not _holds(key, whole, signed + comment.encode()):
        msg = f"{path.name} is as it was signed, but the trusted comment in {signature.name} was changed."
        raise SignatureError(msg, "Do not believe the comment: get the signature anew from the sender.")
    return Verified(key, comment)


def sign(path: Path, key: SecretKey, comment: str = "") -> str:
    """Return the signature of a file, of its BLAKE2b-512, as text; the same file, key and comment make the same text.

    Args:
        path: The file.
        key: The signer's.
        comment: Trusted comment, one line; default: the name of the file.

    Raises:
        SignatureError: The file is missing, or the comment has more than one line.
    """
    comment = comment or f"file:{path.name}\thashed"
    if _CONTROL.search(comment):
        msg = "The trusted comment of a signature is one line, without control characters."
        raise SignatureError(msg, "Write it shorter.")
    signed = key.private.sign(_content(path, _HASHED))
    whole = key.private.sign(signed + comment.encode())
    first = base64.b64encode(_SIGNED.pack(_HASHED, key.number, signed)).decode()
    return f"{_MADE}\n{first}\n{_TRUSTED}{comment}\n{base64.b64encode(whole).decode()}\n"


def read_public_key(given: str | Path) -> PublicKey:
    """Read a public key from a file of minisign (`minisign.pub`), or from the one word that it holds.

    Raises:
        SignatureError: It is no such key.
    """
    if isinstance(given, str) and len(given) == 4 * -(-_PUBLIC.size // 3):
        what, word = "The given word", given
    else:
        what, word = Path(given).name, _lines(Path(given), "public key")[1]
    algorithm, number, key = _PUBLIC.unpack(_decoded(word, _PUBLIC.size, what, "a public key of minisign"))
    if algorithm != _WHOLE:
        raise _other_algorithm(what, algorithm)
    return PublicKey(number, key)


def read_secret_key(path: Path, password: Callable[[], str]) -> SecretKey:
    """Read a secret key of minisign.

    Args:
        path: Its file.
        password: Asked where the key is encrypted, and only there.

    Raises:
        SignatureError: It is no such key, others can read it, or the password is wrong.
    """
    lines = _lines(path, "secret key")
    if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        msg = f"Others than you can read the secret key {path.name}."
        raise SignatureError(msg, f"Run: chmod 600 {path}")
    kind = "a secret key of minisign"
    algorithm, derived, checked, salt, work, memory, rest = _SECRET.unpack(
        _decoded(lines[1], _SECRET.size, path.name, kind)
    )
    if algorithm != _WHOLE:
        raise _other_algorithm(path.name, algorithm)
    if derived not in {_SCRYPT, _BARE} or checked != _BLAKE or memory > _MEMORY:
        msg = f"{path.name} is encrypted in a way that is not known here."
        raise SignatureError(msg, "Known are keys as `minisign -G` makes them, with a password or with -W.")
    if derived == _SCRYPT:
        n, r, p = _cost(work, memory)
        mask = Scrypt(salt=salt, length=len(rest), n=n, r=r, p=p).derive(password().encode())
        rest = bytes(one ^ other for one, other in zip(rest, mask, strict=True))
    number, seed, public, checksum = _REST.unpack(rest)
    private = Ed25519PrivateKey.from_private_bytes(seed)
    told = hashlib.blake2b(algorithm + number + seed + public, digest_size=32).digest()
    right = hmac.compare_digest(checksum, told) or (derived == _BARE and not any(checksum))
    if not right or private.public_key().public_bytes_raw() != public:
        why = "the password is wrong" if derived == _SCRYPT else "it was changed"
        msg = f"The secret key {path.name} cannot be opened: {why}."
        raise SignatureError(msg)
    return SecretKey(number, private)


def is_secret_key(content: bytes) -> bool:
    """Whether a file holds a secret key of minisign, wherever in it."""
    start = {base64.b64encode(_WHOLE + derived + _BLAKE)[:8] for derived in (_SCRYPT, _BARE)}
    return any(re.search(re.escape(one) + rb"[A-Za-z0-9+/]{190}", content) for one in start)


def _cost(work: int, memory: int) -> tuple[int, int, int]:
    """Return scrypt's n, r and p for libsodium's limits of work and memory (crypto_pwhash_scryptsalsa208sha256)."""
    work, r = max(work, 32768), 8
    largest = work // (r * 4) if work < memory // 32 else memory // (r * 128)
    exponent = next((one for one in range(1, 63) if 1 << one > largest // 2), 63)
    p = 1 if work < memory // 32 else min(work // 4 >> exponent, 0x3FFFFFFF) // r
    return 1 << exponent, r, p


def _read_signature(path: Path) -> tuple[bytes, bytes, bytes, str, bytes]:
    lines = _lines(path, "signature", 4)
    kind = "a signature of minisign"
    algorithm, number, signed = _SIGNED.unpack(_decoded(lines[1], _SIGNED.size, path.name, kind))
    if algorithm not in {_HASHED, _WHOLE}:
        raise _other_algorithm(path.name, algorithm)
    if not lines[2].startswith(_TRUSTED) or _CONTROL.search(lines[2]):
        raise _no(path.name, kind)
    return number, algorithm, signed, lines[2].removeprefix(_TRUSTED), _decoded(lines[3], 64, path.name, kind)


def _content(path: Path, algorithm: bytes) -> bytes:
    """Return what is signed of a file: its BLAKE2b-512, or in the older form all of it."""
    _see(path, "file")
    if algorithm == _WHOLE:
        return path.read_bytes()
    with path.open("rb") as file:
        return hashlib.file_digest(file, hashlib.blake2b).digest()


def _lines(path: Path, kind: str, count: int = 2) -> list[str]:
    _see(path, kind)
    with path.open("rb") as file:
        content = file.read(_LONGEST + 1)
    lines = content.decode("utf-8", errors="replace").replace("\r\n", "\n").removesuffix("\n").split("\n")
    if len(content) > _LONGEST or len(lines) != count or not lines[0].startswith(_UNTRUSTED.rstrip()):
        raise _no(path.name, f"a {kind} of minisign")
    return lines


def _see(path: Path, kind: str) -> None:
    if why := no_file(path):
        msg = f"There is no {kind} {path.name}." if why == NOT_THERE else f"The {kind} {path.name} is {why}."
        raise SignatureError(msg)


def _holds(key: PublicKey, signature: bytes, content: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key.key).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


def _decoded(word: str, size: int, what: str, kind: str) -> bytes:
    try:
        content = base64.b64decode(word, validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if len(content) != size:
        raise _no(what, kind)
    return content


def _no(what: str, kind: str) -> SignatureError:
    return SignatureError(f"{what} is not {kind}, or not a whole one.")


def _other_algorithm(what: str, algorithm: bytes) -> SignatureError:
    shown = algorithm.decode("ascii", errors="backslashreplace")
    msg = f"{what} is of the algorithm {shown!r}; known is Ed25519 alone ('Ed', and 'ED' over BLAKE2b)."
    return SignatureError(msg)


def _name(number: bytes) -> str:
    return number[::-1].hex().upper()
