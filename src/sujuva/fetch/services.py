"""What the two services are asked, and in which order: a description, then values; and how much at once."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from sujuva.errors import FetchError, nearest
from sujuva.fetch.client import Client, NotFoundError
from sujuva.sources.pulls import loaded, misshapen
from sujuva.sources.pxweb import PxwebOptions, cells_of
from sujuva.sources.sotkanet import SotkanetOptions, places_of, values_of


@dataclass(frozen=True)
class About:
    """What a service says of a statistic: titles by language, the day of updating, and the answer itself."""

    title: Mapping[str, str]
    updated: str
    text: str


class Service(ABC):
    """One source's statistics at one service."""

    name: str
    client: Client

    @property
    @abstractmethod
    def statistics(self) -> Sequence[str]:
        """Ids of the statistics, as tables and the catalogue call them."""

    @abstractmethod
    def areas(self) -> str | None:
        """Return the answer that lists areas, where ids of areas are the service's own."""

    @abstractmethod
    def about(self, statistic: str) -> About:
        """Ask what a statistic is.

        Raises:
            FetchError: The service does not answer as it should, or does not have the statistic.
        """

    @abstractmethod
    def answers(self, statistic: str, about: About) -> tuple[str, ...]:
        """Ask for the values of a statistic; every answer is read once, so that none is kept that no reader can read.

        Raises:
            FetchError: The service does not answer as it should, or has no value of these years.
        """


@dataclass(frozen=True)
class Sotkanet(Service):
    """Sotkanet; see `sujuva.sources.sotkanet`."""

    client: Client
    options: SotkanetOptions
    name: str = "Sotkanet"

    @property
    def statistics(self) -> Sequence[str]:
        """Ids of indicators."""
        return self.options.indicators

    def areas(self) -> str | None:
        """Return the answer of `/regions`."""
        where = f"{self.name}, list of areas"
        answer = self.client.get("regions", (), where)
        places_of(answer, where)
        return answer

    def about(self, statistic: str) -> About:
        """Ask `/indicators/<id>`."""
        where = f"{self.name}, indicator {statistic}"
        text = self.client.get(f"indicators/{statistic}", (), where)
        said = loaded(text, where)
        title = said.get("title") if isinstance(said, dict) else None
        if not isinstance(title, dict) or said.get("id") != statistic or not title.get("fi"):
            raise misshapen(where, "it describes no indicator of this id")
        return About(_titles(title), str(said.get("data-updated") or ""), text)

    def answers(self, statistic: str, about: About) -> tuple[str, ...]:
        """Ask `/json`, once for all years and genders."""
        where = f"{self.name}, indicator {statistic}"
        query = self.options.query
        parameters = [("indicator", statistic), *(("years", year) for year in query["years"])]
        answer = self.client.get("json", [*parameters, *(("genders", one) for one in query["genders"])], where)
        if not values_of(answer, statistic, query, where):
            known = loaded(about.text, where).get("range")
            span = f" It says that it has {known.get('start')}–{known.get('end')}." if isinstance(known, dict) else ""
            msg = f"{where}: it has no value of the years and genders that sources.yaml asks for.{span}"
            raise FetchError(msg, "Correct years or genders.")
        return (answer,)


@dataclass
class Pxweb(Service):
    """PxWeb; see `sujuva.sources.pxweb`.

    What it allows is asked once (`?config`): values an answer, and calls within a window of time.
    """

    client: Client
    options: PxwebOptions
    name: str = "PxWeb"
    values: int = 100_000
    calls: int = 10
    window: float = 10.0
    _made: list[float] = field(default_factory=list)
    _texts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        try:
            said = loaded(self._get("?config", "limits of the service"), self.name)
        except NotFoundError:
            return  # an older PxWeb, for which the defaults above are low enough
        if isinstance(said, dict):
            most = [int(said[name]) for name in ("maxValues", "maxCells") if str(said.get(name, "")).isdigit()]
            self.values = min(most) if most else self.values
            self.calls = max(1, int(said.get("maxCalls") or self.calls))
            self.window = float(said.get("timeWindow") or self.window)

    @property
    def statistics(self) -> Sequence[str]:
        """Ids: name of the table and code."""
        return [f"{self.options.prefix}.{one}" for one in self.options.indicators]

    def areas(self) -> str | None:
        """Return None: areas go by official codes."""
        return None

    def about(self, statistic: str) -> About:
        """Ask for the table's variables and, in the folder of the table, for its day of updating."""
        where = f"{self.name}, {statistic}"
        text = self._once(self.options.table, where)
        variables = _variables(text, where)
        self._check(variables, where)
        code = statistic.rpartition(".")[2]
        contents = variables[self.options.contents]
        if code not in contents:
            msg = f"{where}: the variable {self.options.contents} has no value {code}."
            raise FetchError(msg, nearest(code, contents))
        folder = PurePosixPath(self.options.table)
        try:
            listed = loaded(self._once(f"{folder.parent}", where), where) if folder.parent.name else []
        except NotFoundError:
            listed = []  # a table that no folder lists has no day of updating, and is asked for again each time
        mine = (one for one in listed if isinstance(one, dict) and one.get("id") == folder.name)
        return About({"fi": contents[code]}, next((str(one.get("updated", ""))[:10] for one in mine), ""), text)

    def answers(self, statistic: str, about: About) -> tuple[str, ...]:
        """Ask for the values of all areas, as many at once as the service allows."""
        where = f"{self.name}, {statistic}"
        codes = list(_variables(about.text, where)[self.options.area])
        each = len(self.options.years) * len(self.options.genders.codes if self.options.genders else "1")
        some = max(1, self.values // each)
        found = []
        for first in range(0, len(codes), some):
            selection = self.options.selection(statistic.rpartition(".")[2], codes[first : first + some])
            query = [
                {"code": name, "selection": {"filter": "item", "values": list(values)}}
                for name, values in selection.items()
            ]
            self._wait()
            answer = self.client.post(self.options.table, {"query": query, "response": {"format": "json-stat2"}}, where)
            list(cells_of(answer, selection, self.options, where))
            found.append(answer)
        return tuple(found)

    def _check(self, variables: Mapping[str, Mapping[str, str]], where: str) -> None:
        """See that the table has what is asked for, and that something is said of each of its variables."""
        asked: dict[str, Sequence[str]] = dict(self.options.selection("", ()))
        for name, values in asked.items():
            if name not in variables:
                msg = f"{where}: the table has no variable '{name}'."
                raise FetchError(msg, nearest(name, variables))
            unknown = next((one for one in values if one and one not in variables[name]), None)
            if unknown is not None:
                msg = f"{where}: the variable '{name}' has no value '{unknown}'."
                raise FetchError(msg, nearest(unknown, variables[name]))
        silent = next((name for name in variables if name not in asked), None)
        if silent is not None:
            msg = f"{where}: sources.yaml does not say which value of '{silent}' is meant."
            raise FetchError(msg, f"Set options: {{only: {{{silent}: …}}}}. {nearest('', variables[silent])}")

    def _once(self, path: str, where: str) -> str:
        """Return an answer that several statistics share: one call is enough."""
        if path not in self._texts:
            self._texts[path] = self._get(path, where)
        return self._texts[path]

    def _get(self, path: str, where: str) -> str:
        self._wait()
        return self.client.get(path, (), where)

    def _wait(self) -> None:
        """Wait until one more call is within what the service allows."""
        now = time.monotonic()
        self._made = [at for at in self._made if now - at < self.window]
        if len(self._made) >= self.calls:
            self.client.sleep(self.window - (now - self._made[0]))
        self._made.append(time.monotonic())


def _titles(title: Mapping[str, Any]) -> dict[str, str]:
    texts = {language: text.strip() for language, text in sorted(title.items()) if isinstance(text, str)}
    return {language: text for language, text in texts.items() if text}


def _variables(text: str, where: str) -> dict[str, dict[str, str]]:
    """Return the variables of a table: code of the variable to code and text of its values."""
    said = loaded(text, where)
    listed = said.get("variables") if isinstance(said, dict) else None
    if not isinstance(listed, list):
        raise misshapen(where, "it describes no table")
    found: dict[str, dict[str, str]] = {}
    for one in listed:
        code, values, texts = (one.get(name) for name in ("code", "values", "valueTexts"))
        if not isinstance(code, str) or not isinstance(values, list) or not isinstance(texts, list):
            raise misshapen(where, "a variable lacks its code or values")
        found[code] = dict(zip(map(str, values), map(str, texts), strict=True))
    return found
