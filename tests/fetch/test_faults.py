"""What goes wrong between here and a service ends in a sentence that says where, what and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from sujuva.cli import app
from sujuva.errors import FetchError, SujuvaError
from sujuva.fetch.client import AGENT, Client
from tests.fetch.conftest import Fetch
from tests.fetch.replay import Fault, Replay, broken, cut, dripping, page, silent, status

ONCE: list[tuple[Fault, str, str]] = [
    (status(403), "answered 403: it refuses the request", "Sotkanet refuses unknown programs"),
    (status(400), "answered 400: it does not understand", "ids, years and variables"),
    (status(404), "answered 404: there is nothing under this id", "Correct the id"),
    (status(301, Location="https://example.org/x"), "answered 301 and points to example.org", "options: address"),
    (broken, "the answer is not whole JSON", "Try again later"),
    (page, "the answer is a web page (HTML) and no data", "Open the address in a browser"),
]
PASSING: list[tuple[Fault, str]] = [
    (status(500), "answered 500, a fault of its own (3 tries)"),
    (status(503), "answered 503, a fault of its own (3 tries)"),
    (status(429), "answered 429, too many requests (3 tries)"),
    (cut, "was cut before the answer was whole (3 tries)"),
    (silent, "was silent for 0.3 seconds (3 tries)"),
    (dripping, "was not whole after 0.2 seconds (3 tries)"),
]


@pytest.mark.parametrize(("fault", "what", "hint"), ONCE)
def test_a_lasting_fault_is_told_at_once(
    sotkanet: Replay, fetch: Fetch, folder: Path, fault: Fault, what: str, hint: str
) -> None:
    sotkanet.faults["json"] = [fault]
    with pytest.raises(SujuvaError) as error:
        fetch(sotkanet)
    assert error.value.message.startswith("Sotkanet, indicator 1245: ")
    assert what in error.value.message
    assert hint in error.value.hint
    assert sotkanet.paths().count("json") == 1
    assert not (folder / "children.json").exists()


@pytest.mark.parametrize(("fault", "what"), PASSING)
def test_a_fault_that_stays_is_told_after_three_tries(
    sotkanet: Replay, fetch: Fetch, folder: Path, fault: Fault, what: str
) -> None:
    sotkanet.faults["json"] = [fault] * 3
    with pytest.raises(FetchError) as error:
        fetch(sotkanet, patience=0.2)
    assert error.value.message.startswith("Sotkanet, indicator 1245: ")
    assert what in error.value.message
    assert "Nothing was written" in error.value.hint
    assert not (folder / "children.json").exists()


@pytest.mark.parametrize("fault", [status(500), status(429), cut, silent])
def test_a_fault_that_passes_is_no_fault(sotkanet: Replay, fetch: Fetch, fault: Fault) -> None:
    sotkanet.faults["json"] = [fault] * 2
    assert fetch(sotkanet)[0].new == 2
    assert fetch.waited == [2.0, 4.0]  # type: ignore[attr-defined]  # each pause is twice the one before


def test_the_service_says_how_long_to_wait(sotkanet: Replay, fetch: Fetch) -> None:
    sotkanet.faults["json"] = [status(429, Retry_After="7")]
    fetch(sotkanet)
    assert fetch.waited == [7.0]  # type: ignore[attr-defined]


def test_who_asks_to_wait_for_hours_is_not_waited_for(sotkanet: Replay, fetch: Fetch) -> None:
    sotkanet.faults["json"] = [status(429, Retry_After="7200")]
    with pytest.raises(FetchError, match="429, too many requests"):
        fetch(sotkanet)
    assert fetch.waited == []  # type: ignore[attr-defined]


def test_a_fault_in_the_second_statistic_leaves_the_file_as_it_was(
    sotkanet: Replay, fetch: Fetch, folder: Path
) -> None:
    fetch(sotkanet)
    before = (folder / "children.json").read_bytes()
    sotkanet.faults["indicators/127"] = [page]
    sotkanet.about["1245"]["data-updated"] = "2022-01-01"
    with pytest.raises(FetchError, match="Sotkanet, indicator 127"):
        fetch(sotkanet)
    assert (folder / "children.json").read_bytes() == before


def test_offline_is_said_and_the_pipeline_needs_no_network(sotkanet: Replay, fetch: Fetch) -> None:
    sotkanet.address = "http://127.0.0.1:1"  # where nobody listens
    with pytest.raises(FetchError) as error:
        fetch(sotkanet)
    assert "there is no connection to 127.0.0.1" in error.value.message
    assert "offline" in error.value.hint
    assert "the pipeline reads what was fetched before" in error.value.hint


def test_the_agent_is_named(sotkanet: Replay, fetch: Fetch) -> None:
    """The replay refuses the names that libraries give themselves, as Sotkanet does."""
    import requests

    assert AGENT.startswith("sujuva/")
    session = requests.Session()
    session.trust_env = False
    assert session.get(f"{sotkanet.address}/regions", timeout=5).status_code == 403
    assert fetch(sotkanet)[0].written


@pytest.mark.parametrize("address", ["http://sotkanet.fi/rest/1.1", "ftp://127.0.0.1/", "sotkanet.fi", "file:///etc"])
def test_an_address_is_https_or_this_machine(address: str) -> None:
    with pytest.raises(FetchError, match="not one that statistics are fetched from"):
        Client(address)


def test_the_command(sotkanet: Replay, folder: Path) -> None:
    run = CliRunner().invoke
    told = run(app, ["fetch", "--folder", str(folder), "--address", f"sotkanet={sotkanet.address}"])
    assert told.exit_code == 0, told.exception
    assert "children: 2 new, 0 as before (data/raw/children.json)" in told.output
    again = run(app, ["fetch", "children", "--folder", str(folder), "--address", f"sotkanet={sotkanet.address}"])
    assert (
        "children: nothing is new; values of 2 not asked for again: same title and day of updating (--afresh asks)"
        in (" ".join(again.output.split()))
    )
    assert "not asked for again" not in told.output


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["childern"], "no source 'childern' is fetched", "Did you mean 'children'?"),
        (["--accept", "1246"], "No source asks for the statistic '1246'", "Did you mean '1245'?"),
        (["--address", "statfin=http://127.0.0.1"], "no reader of a service called 'statfin'", "sotkanet=https://"),
    ],
)
def test_what_is_typed_wrong(folder: Path, arguments: list[str], message: str, hint: str) -> None:
    told = CliRunner().invoke(app, ["fetch", "--folder", str(folder), *arguments])
    assert isinstance(told.exception, SujuvaError)
    assert message in told.exception.message
    assert hint in told.exception.hint


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("{indicators: [1245]}", "give indicators and years together"),
        ("{indicators: [a], years: 2020}", "whole numbers, such as 1245"),
        ("{indicators: [1245], years: 2020-2019}", "end before they begin"),
        ("{indicators: [1245], years: [x]}", "years"),
        ("{indicators: [1245], year: 2019}", "unknown key 'year'"),
    ],
)
def test_what_sources_yaml_gets_wrong(folder: Path, fetch: Fetch, options: str, message: str) -> None:
    text = (folder / "sources.yaml").read_text(encoding="utf-8")
    asked = "{indicators: [1245, 127], years: 2019-2020}"
    (folder / "sources.yaml").write_text(text.replace(asked, options), encoding="utf-8")
    with pytest.raises(SujuvaError, match=message):
        fetch(Replay(address="http://127.0.0.1:1"))


def test_no_stage_can_reach_the_network(root: Path) -> None:
    """Of all packages, only that of `sujuva fetch` imports a client: no stage imports that."""
    import ast

    def names(path: Path) -> set[str]:
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        named = plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
        return {name.partition(".")[0] for name in named if name != "urllib.parse"}

    source, clients = root / "src" / "sujuva", {"requests", "urllib3", "urllib", "http", "httpx"}
    reaching = {path.relative_to(source).parts[0] for path in source.rglob("*.py") if names(path) & clients}
    assert reaching == {"fetch"}
    assert "sujuva/fetch" not in (root / "dvc.yaml").read_text(encoding="utf-8")
