"""What may be there to meet a need: parts of services, methods, and projects, each with the source that names it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from sujuva.codebooks.areas import load_areas
from sujuva.codebooks.files import load_keyed
from sujuva.codebooks.regions import load_regions
from sujuva.codebooks.text import LANGUAGES, Aliases, Entry, Text
from sujuva.decides import Decides
from sujuva.errors import CodebookError, nearest

STRUCTURES = "service_structures.yaml"
METHODS = "methods.yaml"
PROJECTS = "projects.yaml"
UNVERIFIED = "[M]"
"""Mark of what no source confirms."""


class Named(Entry):
    """A code with its title and other words for it."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Text
    aliases: Aliases = Field((), description="Other words for it in files, in any language")


class Sourced(Named):
    """What a source names."""

    source: Annotated[str, Decides("nothing")] = Field(
        min_length=1, description="Author, document and date, and the heading under which it stands"
    )
    unverified: Annotated[Text | None, Decides("nothing")] = Field(
        None, description="What of it no source confirms; pages mark it with [M]"
    )


class Structure(Sourced):
    """A whole that services make up, such as a family centre, and its parts."""

    unit: Text = Field(description="What its parts are, in the plural")
    parts: tuple[Named, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _apart(self) -> Self:
        keys = [part.key for part in self.parts]
        if len(set(keys)) < len(keys):
            msg = "each part needs a key of its own"
            raise ValueError(msg)
        return self


class Method(Sourced):
    """A method of working with families, in which professionals are trained."""


class Project(Sourced):
    """A project of an area of Finland that holds regions, such as a collaborative area."""

    area: str = Field(description="Key of the area (areas.csv)")
    first: int = Field(ge=1900, le=2100, description="First year")
    last: int = Field(ge=1900, le=2100, description="Last year")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            msg = "last must not lie before first"
            raise ValueError(msg)
        return self


def load_projects(extra: str | Path | None = None) -> dict[str, Project]:
    """Load `projects.yaml` (see `load_keyed`), keyed by project, in file order.

    Raises:
        CodebookError: The file is not valid, or the classification knows no such area.
    """
    found, known = load_keyed(Project, PROJECTS, extra), load_areas(extra).by_key
    for one in found.values():
        if one.area not in known:
            msg = f"{PROJECTS}: the project '{one.key}' is of '{one.area}', which is no area."
            raise CodebookError(msg, nearest(one.area, known))
    return found


def load_structures(extra: str | Path | None = None) -> dict[str, Structure]:
    """Load `service_structures.yaml` (see `load_keyed`), keyed by structure, in file order."""
    return load_keyed(Structure, STRUCTURES, extra)


def load_methods(extra: str | Path | None = None) -> dict[str, Method]:
    """Load `methods.yaml` (see `load_keyed`), keyed by method, in file order."""
    return load_keyed(Method, METHODS, extra)


def part_key(structure: str, part: str) -> str:
    """Return the code of a part in files and tables, such as family_centre.adult_services."""
    return f"{structure}.{part}"


def parts_of(structures: Mapping[str, Structure]) -> dict[str, Named]:
    """Return all parts by their codes (`part_key`), in their order."""
    return {part_key(one.key, part.key): part for one in structures.values() for part in one.parts}


def words_for(key: str, one: Named) -> Iterable[str]:
    """Yield the ways to write a code: itself, its titles, other words."""
    return [word for word in (key, one.title.fi, one.title.sv, one.title.en, *one.aliases) if word]


def offers_meta(extra: str | Path | None, regions: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Return structures, methods and projects as a publication carries them, in their order.

    Args:
        extra: The input folder.
        regions: Regions of the study; a project names those whose municipalities all lie in its area.
    """
    known, areas = load_regions(extra), load_areas(extra).by_key
    towns = {key: set(known[key].municipalities) for key in regions}

    def texts(text: Text) -> dict[str, str]:
        return {language: text[language] for language in LANGUAGES}

    def sourced(one: Sourced) -> dict[str, Any]:
        doubt = None if one.unverified is None else texts(one.unverified)
        return {"key": one.key, "title": texts(one.title), "source": one.source, "unverified": doubt}

    return {
        "structures": [
            sourced(one)
            | {"unit": texts(one.unit)}
            | {"parts": [{"key": part.key, "title": texts(part.title)} for part in one.parts]}
            for one in load_structures(extra).values()
        ],
        "methods": [sourced(one) for one in load_methods(extra).values()],
        "projects": [
            sourced(one)
            | {"area": texts(areas[one.area].title), "first": one.first, "last": one.last}
            | {"regions": [key for key, held in towns.items() if held and held <= {*areas[one.area].municipalities}]}
            for one in load_projects(extra).values()
        ],
    }
