"""Event logs in XES lose neither an event nor a case, and harm nobody."""

from __future__ import annotations

import gzip
from pathlib import Path
from xml.sax.saxutils import quoteattr

import polars as pl
import pytest

from sujuva.errors import SourceError
from sujuva.sources.xes import XesOptions, read_xes
from tests.sources.reading import read, rows

LOG = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="event"><string key="concept:name" value="unknown"/></global>
  <classifier name="Activity" keys="concept:name"/>
  <string key="concept:name" value="log"/>
  <trace>
    <string key="concept:name" value="A"/>
    <event>
      <string key="concept:name" value="soitto"/>
      <date key="time:timestamp" value="2024-01-02T10:00:00.000+02:00"/>
      <string key="org:resource" value="Perhekeskus">
        <int key="size" value="3"><boolean key="x" value="true"/></int>
      </string>
      <list key="needs"><values><string key="need" value="a"/><string key="need" value="b"/></values></list>
    </event>
    <event><string key="concept:name" value="käynti"/></event>
  </trace>
  <trace><string key="concept:name" value="B"/></trace>
  <event><string key="concept:name" value="yksin"/></event>
</log>
"""


@pytest.mark.parametrize("packed", [False, True])
def test_every_event_is_a_row(tmp_path: Path, packed: bool) -> None:
    content = LOG.encode()
    (tmp_path / "a.xes.gz").write_bytes(gzip.compress(content) if packed else content)
    raw = read(tmp_path, "a.xes.gz", "xes")
    assert raw.frame.columns == [
        "case:concept:name",
        "concept:name",
        "time:timestamp",
        "org:resource",
        "org:resource/size",
        "org:resource/size/x",
        "needs/need",
        "needs/need (2)",
    ]
    assert rows(raw) == [
        ("A", "soitto", "2024-01-02T10:00:00.000+02:00", "Perhekeskus", "3", "true", "a", "b"),
        ("A", "käynti", None, None, None, None, None, None),
        ("B", None, None, None, None, None, None, None),
        (None, "yksin", None, None, None, None, None, None),
    ]


BOMB = (
    '<!DOCTYPE log [<!ENTITY a "Secret"><!ENTITY b "&a;&a;">]><log><trace><string key="k" value="&b;"/></trace></log>'
)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (BOMB, "entities or a document type"),
        ('<!DOCTYPE log SYSTEM "file:///etc/passwd"><log/>', "entities or a document type"),
        (LOG[: len(LOG) // 2], "cannot be read as an XES"),
        ("<html/>", "cannot be read as an XES"),
        ("Secret", "cannot be read as an XES"),
        ("<log/>", "no data rows"),
    ],
)
def test_a_bad_log_is_one_clear_error(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "a.xes").write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=message) as caught:
        read(tmp_path, "a.xes", "xes")
    assert "Secret" not in str(caught.value)


def test_a_cut_off_packed_log_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "a.xes.gz").write_bytes(gzip.compress(LOG.encode())[:-20])
    with pytest.raises(SourceError, match="cannot be read as an XES"):
        read(tmp_path, "a.xes.gz", "xes")


def test_a_real_log_comes_back(shared_data: Path, tmp_path: Path) -> None:
    table = pl.read_csv(shared_data / "drop" / "sepsis_events.csv", infer_schema=False)
    case, *others = table.columns
    first = table[case].unique(maintain_order=True).head(50)
    table = table.filter(pl.col(case).is_in(first.implode()))
    parts = ['<log xmlns="http://www.xes-standard.org/">']
    for (name,), events in table.group_by(case, maintain_order=True):
        parts.append(f'<trace><string key="id" value={quoteattr(str(name))}/>')
        for values in events.select(others).rows():
            pairs = zip(others, values, strict=True)
            parts.append("<event>")
            parts += [f"<string key={quoteattr(k)} value={quoteattr(v)}/>" for k, v in pairs if v is not None]
            parts.append("</event>")
        parts.append("</trace>")
    (tmp_path / "a.xes").write_text("".join([*parts, "</log>"]), encoding="utf-8")
    found = read(tmp_path, "a.xes", "xes").frame.rename({"case:id": case})
    # Rows of one case stand together in XES.
    order = dict(zip(first, range(50), strict=True))
    expected = table.sort(pl.col(case).replace_strict(order), maintain_order=True)
    assert found.select(table.columns).rows() == expected.rows()


def test_extensions_have_the_names_of_the_standard(tmp_path: Path) -> None:
    uri = "http://www.xes-standard.org"
    text = (
        f'<log><extension name="Lifecycle" prefix="lc" uri="{uri}/lifecycle.xesext"/>'
        f'<extension name="Own" prefix="own" uri="{uri}/own.xesext"/>'
        '<trace><event><string key="lc:transition" value="start"><string key="lc:x" value="1"/></string>'
        '<string key="own:transition" value="b"/><string key="plain" value="c"/></event></trace></log>'
    )
    path = tmp_path / "log.xes"
    path.write_text(text, encoding="utf-8")
    names = read_xes(path, XesOptions()).frame.columns
    assert names == ["lifecycle:transition", "lifecycle:transition/lifecycle:x", "own:transition", "plain"]
