"""A server on the loopback address that answers as Sotkanet and PxWeb do, with recorded or made-up answers."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from typing import Any
from urllib.parse import parse_qs, urlsplit

REFUSED = ("", "python-requests", "Python-urllib")
Fault = Callable[["Handler"], None]


@dataclass
class Replay:
    """What the server knows, and what was asked of it.

    Attributes:
        regions, about, values: Sotkanet: answers of /regions and of /indicators/<id>, and rows of /json by id.
        tables, folders: PxWeb: description of a table and list of a folder by path, and value of a cell by its codes.
        faults: By the beginning of a path, what the next requests meet instead of an answer, each once.
        asked: Method, path and parameters of every request.
    """

    regions: Any = ()
    about: dict[str, Any] = field(default_factory=dict)
    values: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    tables: dict[str, Any] = field(default_factory=dict)
    folders: dict[str, Any] = field(default_factory=dict)
    cell: Callable[[Mapping[str, str]], Any] = lambda codes: 1
    config: dict[str, int] = field(default_factory=lambda: {"maxValues": 120_000, "maxCalls": 30, "timeWindow": 10})
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, list[str]]]] = field(default_factory=list)
    address: str = ""

    def paths(self) -> list[str]:
        return [path for _, path, _ in self.asked]


class Handler(BaseHTTPRequestHandler):
    server: Any

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def send(self, status: int, body: bytes, kind: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def said(self, value: Any) -> None:
        self.send(200, json.dumps(value, ensure_ascii=False).encode())

    def do_GET(self) -> None:
        replay: Replay = self.server.replay
        parts = urlsplit(self.path)
        path, asked = parts.path.strip("/"), parse_qs(parts.query, keep_blank_values=True)
        if self.met(path, asked):
            return
        if path == "regions":
            self.said(replay.regions)
        elif path.startswith("indicators/") and path.partition("/")[2] in replay.about:
            self.said(replay.about[path.partition("/")[2]])
        elif path == "json":
            if any("," in year for year in asked.get("years", [])):
                self.send(400, b"{}")
            elif asked["indicator"][0] not in replay.values:
                self.send(404, b"{}")
            else:
                rows = replay.values[asked["indicator"][0]]
                self.said(
                    [
                        one
                        for one in rows
                        if str(one["year"]) in asked["years"] and one["gender"] in asked.get("genders", ["total"])
                    ]
                )
        elif path == "" and "config" in asked:
            self.said(replay.config)
        elif path in replay.tables:
            self.said(replay.tables[path])
        elif path in replay.folders:
            self.said(replay.folders[path])
        else:
            self.send(404, b"{}")

    def do_POST(self) -> None:
        replay: Replay = self.server.replay
        path = self.path.strip("/")
        query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        chosen = {one["code"]: one["selection"]["values"] for one in query["query"]}
        if self.met(path, chosen):
            return
        sizes = 1
        for values in chosen.values():
            sizes *= len(values)
        if sizes > replay.config["maxValues"]:
            self.send(403, b"Forbidden")
            return
        self.said(dataset(replay.tables[path], chosen, replay.cell))

    def met(self, path: str, asked: dict[str, list[str]]) -> bool:
        """Note a request; True where it is refused or meets a fault."""
        replay: Replay = self.server.replay
        replay.asked.append((self.command, path, asked))
        agent = self.headers.get("User-Agent") or ""
        if agent == "" or agent.startswith(REFUSED[1:]):
            self.send(403, b"Forbidden")
            return True
        waiting = next((some for begin, some in replay.faults.items() if path.startswith(begin) and some), None)
        if waiting is None:
            return False
        waiting.pop(0)(self)
        return True


def dataset(table: Any, chosen: Mapping[str, list[str]], cell: Callable[[Mapping[str, str]], Any]) -> dict[str, Any]:
    """Return what PxWeb answers in JSON-stat 2.0; a text as a cell's value is its status."""
    variables = [one for one in table["variables"] if one["code"] in chosen]
    codes = [[code for code in one["values"] if code in chosen[one["code"]]] for one in variables]
    names = [one["code"] for one in variables]
    cells = [cell(dict(zip(names, place, strict=True))) for place in product(*codes)]
    texts = [dict(zip(one["values"], one["valueTexts"], strict=True)) for one in variables]
    return {
        "version": "2.0", "class": "dataset", "label": table["title"], "source": "made up",
        "id": names, "size": [len(some) for some in codes],
        "dimension": {
            name: {"label": name, "category": {
                "index": {code: place for place, code in enumerate(some)}, "label": {code: text[code] for code in some},
            }}
            for name, some, text in zip(names, codes, texts, strict=True)
        },
        "value": [None if isinstance(one, str) else one for one in cells],
        "status": {str(place): one for place, one in enumerate(cells) if isinstance(one, str)},
    }  # fmt: skip


def status(code: int, **headers: str) -> Fault:
    return lambda handler: handler.send(code, b"{}", **headers)


def broken(handler: Handler) -> None:
    handler.send(200, b'[{"indicator": 1, ')


def page(handler: Handler) -> None:
    handler.send(200, b"<!DOCTYPE html><html><body>Huoltokatko</body></html>", "text/html; charset=utf-8")


def cut(handler: Handler) -> None:
    """Promise more bytes than are sent, and hang up."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"[1, 2")
    handler.close_connection = True


def silent(handler: Handler) -> None:
    time.sleep(0.6)
    handler.close_connection = True


def dripping(handler: Handler) -> None:
    """Send a byte now and then, without an end in sight."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    for _ in range(12):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    replay: Replay

    def handle_error(self, *_: Any) -> None:
        """A client that hangs up is what some tests are about."""


@contextmanager
def serving(replay: Replay) -> Iterator[Replay]:
    """Serve `replay` on the loopback address while the block runs."""
    server = _Server(("127.0.0.1", 0), Handler)
    server.replay = replay
    replay.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield replay
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
