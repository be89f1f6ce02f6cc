"""What a draft of `sources.yaml` leaves for a person to fill in, and what each such place holds back.

A place is open where nothing stands (`region: {value: ""}`) or where FILL IN itself does, also beside a word of a map;
an empty list or section (`item_map: {}`) where the comment beside it still says FILL IN. That comment says what is
asked; left standing beside an answer it opens nothing again.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from sujuva.codebooks.bounded import BASE_LOADER, bounded
from sujuva.errors import SourceError

MARK = "FILL IN"
Place = tuple[str | int, ...]
"""The keys and numbers that lead to a place of the file."""
_BLANK = {"", MARK}
_ASKED = re.compile(rf"#\s*{MARK}\b:?\s*(.*)$")
_COLUMN = ("value", "from")
_SAYS_WHAT = ("table", "instrument", "item_map", "items")
_READS = ("name", "file", "reader")
_WORDS = ("licence", "responsible", "citation")


@dataclass(frozen=True)
class Gap:
    """An open place.

    Attributes:
        place: The keys and numbers that lead to it.
        line: Its line, from 1.
        asks: What the comment beside it asks for.
        source: Name of the source; empty: it is about the whole delivery.
        file: The source's file.
        table: The table that is fed there; empty: it is about the whole file.
        stops: Nothing that hangs on it can be taken in; false: reports alone lack a word.
    """

    place: Place
    line: int
    asks: str
    source: str = ""
    file: str = ""
    table: str = ""
    stops: bool = True

    @property
    def key(self) -> str:
        """What is asked, as the file calls it: region, item_map, topic.map, people.undecided."""
        return ".".join(one for one in self._inner if one not in {"columns", *_COLUMN})

    @property
    def holds(self) -> str:
        """What it holds back, in words."""
        if not self.stops:
            return "nothing but what reports say of the data"
        if not self.source:
            return "everything"
        whole = f"all of {self.file or self.source}"
        return f"what {self.file or self.source} brings to {self.table}" if self.table else whole

    @property
    def _inner(self) -> list[str]:
        place = [str(one) for one in self.place]
        return place[place.index("feeds") + 2 :] if "feeds" in place else place[2:] if self.source else place

    def __str__(self) -> str:
        where = f" (source '{self.source}'{f', {self.table}' if self.table else ''})" if self.source else ""
        return f"line {self.line}{where}, {'.'.join(self._inner)}" + (f": {self.asks}" if self.asks else "")


def find_gaps(text: str) -> list[Gap]:
    """Return the open places of a `sources.yaml`, in the order of its lines; none where it is no YAML at all."""
    try:
        root = yaml.compose(bounded(text), Loader=BASE_LOADER)
    except (yaml.YAMLError, RecursionError):
        return []
    lines = text.splitlines()

    def is_open(node: yaml.Node) -> bool:
        return _blank(node) if isinstance(node, yaml.ScalarNode) else not node.value and _asked(lines, node)

    def gap(place: Place, node: yaml.Node, **more: Any) -> Gap:
        at = node.start_mark.line
        if isinstance(node, yaml.CollectionNode) and not node.flow_style:
            at -= 1  # the key of a block stands above it
        asked = _ASKED.search(lines[at])
        return Gap(place, at + 1, asked[1].strip() if asked else "", **more)

    sections = _mapping(root)
    found = [
        gap((key,), sections[key], stops=False)
        for key in (*_WORDS, "date")
        if key in sections and _blank(sections[key]) and _asked(lines, sections[key])
    ]
    listed = sections.get("sources")
    if isinstance(listed, yaml.SequenceNode) and listed.value:
        for number, node in enumerate(listed.value):
            found += _of_source(("sources", number), node, lines, gap, is_open)
    elif listed is not None and is_open(listed):
        found.append(gap(("sources",), listed))
    return sorted(found, key=lambda one: one.line)


def refuse_gaps(gaps: Sequence[Gap], file: str) -> None:
    """Refuse a description with open places.

    Raises:
        SourceError: Lists all that hold something back.
    """
    left = [one for one in gaps if one.stops]
    if left:
        several = f"{len(left)} places are" if len(left) > 1 else "a place is"
        msg = f"{file}: {several} still to be filled in: {'; '.join(map(str, left))}."
        raise SourceError(msg, "`sujuva check` says what each holds back, and checks all the rest.")


def stood_in(content: Any, gaps: Sequence[Gap], stand_in: Callable[[str, str], str | None]) -> Any:
    """Return a description in which something stands in each open place, so that all the rest can be tried.

    Args:
        content: The description, as YAML gives it.
        gaps: Its open places.
        stand_in: From a table and a column to what stands in for it; None: the column is left out.

    Returns:
        A copy. A feed, or a whole source, of which is not said what it is, is left out of it; undecided columns of
        people become pseudonyms.
    """
    content = copy.deepcopy(content)
    without = {place for one in gaps if one.stops and (place := _fill(content, one.place, stand_in)) is not None}
    left = []
    for at, source in enumerate(content["sources"]):
        if not isinstance(source, dict) or not isinstance(source.get("feeds"), list):
            left.append(source)  # what is wrong with it is said where it is checked
            continue
        feeds = [feed for number, feed in enumerate(source["feeds"]) if (at, number) not in without]
        if feeds and (at, None) not in without:
            rest = {"ignore": ["*"]} if len(feeds) < len(source["feeds"]) else {}
            left.append(source | {"feeds": feeds} | rest)
    return content | {"sources": left}


def _fill(content: Any, place: Place, stand_in: Callable[[str, str], str | None]) -> tuple[int, int | None] | None:
    """Put something into an open place; return the source and feed to leave out instead (None: the whole source)."""
    match place:
        case ("sources", int(at), "feeds", int(number), "columns", str(name), *_):
            feed = content["sources"][at]["feeds"][number]
            said = stand_in(_target(feed), name)
            feed["columns"] |= {name: {"value": said}}
            if said is None:
                del feed["columns"][name]
        case ("sources", int(at), "feeds", int(number), "texts", str(name), *_):
            content["sources"][at]["feeds"][number]["texts"].pop(name, None)
        case ("sources", int(at), "feeds", int(number), *_):
            return at, number
        case ("sources", int(at), "people", "undecided"):
            people = content["sources"][at]["people"]
            undecided = people.pop("undecided")
            people["pseudonymise"] = [*_list(people.get("pseudonymise", [])), *_list(undecided)]
        case ("sources", int(at), *_):
            return at, None
    return None


def _target(feed: dict[str, Any]) -> str:
    return f"answers_{feed['instrument']}" if feed.get("instrument") else str(feed.get("table"))


def _list(said: Any) -> list[Any]:
    return [said] if isinstance(said, str) else list(said)


def _of_source(
    place: Place,
    node: yaml.Node,
    lines: Sequence[str],
    gap: Callable[..., Gap],
    is_open: Callable[[yaml.Node], bool],
) -> Iterator[Gap]:
    keys = _mapping(node)
    told = {"source": _text(keys.get("name")) or str(int(place[-1]) + 1), "file": _text(keys.get("file"))}
    for key in (*_READS, *_WORDS):
        if key in keys and _blank(keys[key]) and (key in _READS or _asked(lines, keys[key])):
            yield gap((*place, key), keys[key], stops=key in _READS, **told)
    undecided = _mapping(keys.get("people")).get("undecided")
    if undecided is not None and undecided.value:
        yield gap((*place, "people", "undecided"), undecided, **told)
    feeds = keys.get("feeds")
    for number, feed in enumerate(feeds.value if isinstance(feeds, yaml.SequenceNode) else ()):
        inner = _mapping(feed)
        instrument = _text(inner.get("instrument"))
        table = f"answers of {instrument}" if instrument else _text(inner.get("table"))
        for where, at in _of_feed(inner, is_open):
            yield gap((*place, "feeds", number, *where), at, table=table, **told)


def _of_feed(keys: dict[str, yaml.Node], is_open: Callable[[yaml.Node], bool]) -> Iterator[tuple[Place, yaml.Node]]:
    for key in _SAYS_WHAT:
        if key in keys and is_open(keys[key]):
            yield (key,), keys[key]
    for section in ("columns", "items", "texts"):
        for name, node in _mapping(keys.get(section)).items():
            if is_open(node):
                yield (section, name), node
                continue
            inner = _mapping(node)
            for key in (*_COLUMN, "map"):
                if key in inner and (is_open(inner[key]) or any(map(_blank, _mapping(inner[key]).values()))):
                    yield (section, name, key), inner[key]


def _mapping(node: yaml.Node | None) -> dict[str, yaml.Node]:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return {str(key.value): value for key, value in pairs}


def _text(node: yaml.Node | None) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) and node.value not in _BLANK else ""


def _blank(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.value in _BLANK


def _asked(lines: Sequence[str], node: yaml.Node) -> bool:
    return _ASKED.search(lines[node.start_mark.line]) is not None
