"""Requests to a service of public statistics: patient with what passes, clear about what does not.

Answers 429 and 5xx, cut connections and silence are tried again, each time after twice the pause, or after the pause
that the service asks for (Retry-After). Any other answer but 200 is an error at once, and so is what is no JSON.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import ProtocolError, ReadTimeoutError

from sujuva import __version__
from sujuva.errors import FetchError

AGENT = f"sujuva/{__version__}"
"""What the services are told of who asks: Sotkanet refuses the names that libraries give themselves."""
Parameters = Sequence[tuple[str, str | int]]
_LARGEST = 200_000_000  # bytes of an answer
_LONGEST_WAIT = 120.0  # seconds; a service that asks for more is asked again another day
_OK, _BAD, _FORBIDDEN, _MISSING, _MANY, _SERVER = 200, 400, 403, 404, 429, 500
_CHUNK = 1 << 16


class NotFoundError(FetchError):
    """The service has nothing under that address: 404."""


class _PassingError(Exception):
    """Something that may be over when it is tried again."""

    def __init__(self, why: str, hint: str, wait: float = 0.0) -> None:
        super().__init__(why)
        self.why, self.hint, self.wait = why, hint, wait


@dataclass(frozen=True)
class Client:
    """How one service is asked.

    Attributes:
        address: Where the service is; https, or http on the loopback address.
        tries: How often one request is tried.
        pause: Seconds before the second try; each later pause is twice as long.
        silence: Seconds without a byte after which a try is given up.
        patience: Seconds after which a try is given up, however it drips.
        sleep: Waits; tests replace it.
    """

    address: str
    tries: int = 3
    pause: float = 2.0
    silence: float = 60.0
    patience: float = 300.0
    sleep: Callable[[float], object] = time.sleep
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        parts = urlsplit(self.address)
        near = _loopback(parts.hostname)
        if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and near)):
            msg = f"The address {self.address} is not one that statistics are fetched from."
            raise FetchError(msg, "Write https://…; http:// is for a server on this machine alone (127.0.0.1).")
        self.session.headers.update({"User-Agent": AGENT, "Accept": "application/json"})
        self.session.trust_env = not near  # a proxy of this machine leads away from it

    def get(self, path: str, parameters: Parameters, where: str) -> str:
        """Return the JSON text that the service answers to a GET; parameters may repeat.

        Raises:
            FetchError: It does not. Names `where`, says what was answered and what to do.
        """
        return self._patiently("GET", path, where, params=list(parameters))

    def post(self, path: str, body: Mapping[str, Any], where: str) -> str:
        """Return the JSON text that the service answers to a POST of JSON; errors as in `get`."""
        return self._patiently("POST", path, where, json=dict(body))

    def _patiently(self, method: str, path: str, where: str, **what: Any) -> str:
        for attempt in range(1, self.tries + 1):
            try:
                return self._once(method, f"{self.address.rstrip('/')}/{path}", where, **what)
            except _PassingError as passing:
                if attempt == self.tries or passing.wait > _LONGEST_WAIT:
                    tries = f" ({attempt} tries)" if attempt > 1 else ""
                    msg = f"{where}: {passing.why}{tries}."
                    raise FetchError(msg, passing.hint) from None
                self.sleep(max(passing.wait, self.pause * 2 ** (attempt - 1)))
        raise AssertionError

    def _once(self, method: str, url: str, where: str, **what: Any) -> str:
        host = urlsplit(url).hostname
        end = time.monotonic() + self.patience
        try:
            with self.session.request(
                method, url, timeout=self.silence, stream=True, allow_redirects=False, **what
            ) as answer:
                if answer.status_code != _OK:
                    _refuse(answer, where)
                body = bytearray()
                for chunk in answer.iter_content(_CHUNK):
                    body += chunk
                    if len(body) > _LARGEST:
                        msg = f"{where}: the answer is longer than {_LARGEST:,} bytes."
                        raise FetchError(msg, "Ask for fewer years or areas at a time.")
                    if time.monotonic() > end:
                        why = f"the answer was not whole after {self.patience:g} seconds"
                        raise _PassingError(why, _LATER)
                kind = answer.headers.get("Content-Type", "")
        except requests.exceptions.SSLError:
            msg = f"{where}: {host} does not prove who it is (TLS)."
            raise FetchError(msg, "Ask whoever runs your network whether it looks into connections.") from None
        except requests.RequestException as error:
            raise self._passing(error, host) from None
        return _text(bytes(body), kind, where)

    def _passing(self, error: requests.RequestException, host: str | None) -> _PassingError:
        """Return what a failure of the connection was: silence, a cut, or no connection at all."""
        cause = error.args[0] if error.args else None
        if isinstance(error, requests.Timeout) or isinstance(cause, ReadTimeoutError):
            return _PassingError(f"{host} was silent for {self.silence:g} seconds", _LATER)
        cut = (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError)
        if isinstance(error, cut) or isinstance(cause, ProtocolError):
            return _PassingError(f"the connection to {host} was cut before the answer was whole", _LATER)
        return _PassingError(f"there is no connection to {host}", _OFFLINE)


_LATER = "Try again later. Nothing was written; the pipeline reads what was fetched before."
_OFFLINE = (
    "Is this machine offline? Only `sujuva fetch` needs the network: the pipeline reads what was fetched before, and "
    "nothing of that has changed."
)


def _loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _refuse(answer: requests.Response, where: str) -> NoReturn:
    """Raise what an answer other than 200 means."""
    status = answer.status_code
    said = f"the service answered {status}"
    if status == _MANY or status >= _SERVER:
        why = f"{said}, {'too many requests' if status == _MANY else 'a fault of its own'}"
        raise _PassingError(why, _LATER, _seconds(answer.headers.get("Retry-After", "")))
    if status == _MISSING:
        msg = f"{where}: {said}: there is nothing under this id."
        raise NotFoundError(msg, "Correct the id in sources.yaml; the service may have withdrawn it.")
    if status == _FORBIDDEN:
        msg = f"{where}: {said}: it refuses the request."
        hint = (
            f"Sotkanet refuses unknown programs (this one says {AGENT}), PxWeb more values at once than it allows: ask "
            "for fewer years, or let whoever runs your network see whether it changes requests."
        )
        raise FetchError(msg, hint)
    if status == _BAD:
        msg = f"{where}: {said}: it does not understand the request."
        raise FetchError(msg, "Look whether ids, years and variables in sources.yaml are those of the service.")
    moved = f" and points to {urlsplit(answer.headers['Location']).hostname}" if "Location" in answer.headers else ""
    msg = f"{where}: {said}{moved}."
    raise FetchError(msg, "Has the service moved? Give its address in sources.yaml (options: address).")


def _seconds(text: str) -> float:
    """Return how long a service asks to wait, where it says so in seconds."""
    return float(text) if text.strip().isdigit() else 0.0


def _text(body: bytes, kind: str, where: str) -> str:
    """Return the text of an answer that can be JSON."""
    if "html" in kind.lower() or body.lstrip()[:1] == b"<":
        msg = f"{where}: the answer is a web page (HTML) and no data."
        hint = "A notice of maintenance, or the login of your network? Open the address in a browser, then try again."
        raise FetchError(msg, hint)
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        msg = f"{where}: the answer is no UTF-8 text."
        raise FetchError(msg, _LATER) from None
