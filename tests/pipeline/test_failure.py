from __future__ import annotations

import json
import signal
import sys

import pytest

from sujuva.errors import SourceError
from sujuva.pipeline.cards import Card, stopped_by_end, stopped_by_error
from sujuva.pipeline.failure import blanked, last


@pytest.mark.parametrize(
    "message",
    [
        "could not convert string to float: 'Etunimi Sukunimi'",
        'conversion from `str` to `i64` failed for 1 out of 3 values: ["Etunimi Sukunimi"]',
        "duplicate key {'name': 'Etunimi Sukunimi'}",
        "bad name 'Etunimi Sukunimi",
        "first line\nEtunimi Sukunimi",
        "value 131052-308T, first.last@example.fi, 0401234567 and 1952-10-13",
    ],
)
def test_what_could_be_a_value_is_blanked_out(message: str):
    shown = blanked(message)

    assert not any(word in shown for word in ("Etunimi", "Sukunimi", "308T", "040", "1952"))


def test_what_is_no_value_stays():
    assert blanked("division by zero in row 12 of 345") == "division by zero in row 12 of 345"


def said_of(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    monkeypatch.setattr(sys, "last_value", error, raising=False)
    account: dict[str, object] = json.loads(last())
    return account


def test_our_errors_are_told_in_full(monkeypatch: pytest.MonkeyPatch):
    account = said_of(SourceError("who5.xlsx has no column 'Ikä'.", "Did you mean 'ikä'?"), monkeypatch)

    assert account["message"] == "who5.xlsx has no column 'Ikä'."
    assert account["hint"] == "Did you mean 'ikä'?"


def test_a_class_that_only_has_our_name_is_not_one_of_ours(monkeypatch: pytest.MonkeyPatch):
    stranger = type("SourceError", (Exception,), {})("no 'Etunimi'")

    assert said_of(stranger, monkeypatch)["message"] == "no …"


def test_names_of_the_code_are_told(monkeypatch: pytest.MonkeyPatch):
    assert said_of(NameError("name 'scores' is not defined"), monkeypatch)["message"] == "name 'scores' is not defined"


def test_no_error_gives_an_empty_account(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(sys, "last_value", raising=False)

    assert last() == "{}"


def test_without_an_account_the_notebooks_own_words_are_blanked():
    output = {"output_type": "error", "ename": "ValueError", "evalue": "no 'Etunimi'"}
    cell = {"cell_type": "code", "metadata": {}, "source": "f()", "outputs": [output]}

    line, error, hint = stopped_by_error({}, {"cells": [cell]}, 0)
    assert (line, error) == ("", "ValueError: no …")
    assert "hidden" in hint


def test_a_card_has_at_most_six_lines():
    card = Card("notebooks/a.ipynb", "cell 3 (load-1)", "line 1: f()", "KeyError: …", "hint", "x.ipynb", ("b", "c"))

    assert len(str(card).splitlines()) == 6


def test_the_end_of_a_kernel_is_named():
    assert stopped_by_end(-signal.SIGKILL)[0] == "The kernel was ended by SIGKILL."
    assert "memory" in stopped_by_end(-signal.SIGKILL)[1]
    assert "memory" in stopped_by_end(-signal.SIGABRT)[1]
    assert "disk" in stopped_by_end(-signal.SIGBUS)[1]
    assert stopped_by_end(-signal.SIGSEGV) == ("The kernel was ended by SIGSEGV.", "")
    assert stopped_by_end(3)[0] == "The kernel ended with exit code 3."
    assert stopped_by_end(None)[0] == "The kernel ended."
