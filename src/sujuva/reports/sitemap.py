"""The map of the site: which pages there are, where each stands, and what leads from one to another."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sujuva.codebooks.regions import NETWORK
from sujuva.errors import ParameterError, nearest
from sujuva.figures import Words
from sujuva.figures.labels import Meta, region_title

INDEX = "index"
TOPICS = ("coping", "differences", "change", "talks", "partners", "networks", "families", "situation", "there")
"""Pages of a region, and of the whole network alike, after its first one."""
RESEARCH = ("numbers", "reliability", "quality")
"""Pages of a region that researchers read."""
ABOUT = "about"
OF_ALL = ("methods", "instruments", "privacy", "sources", "glossary", "made")
"""Pages of the folder `ABOUT`, which hold for all regions."""
SEARCH = "search"
HOW = "how"
"""Page of a region that tells of each of its figures how it was made."""
SLIDES = "slides"
"""Page of a region for a wide screen: its findings and figures, one at a time."""


@dataclass(frozen=True)
class Place:
    """Where a page stands.

    Attributes:
        language: fi, sv or en.
        folder: Key of a region, "network" or `ABOUT`; "" for the pages that stand beside these folders.
        page: Key of the page, a code of the kind `page` in `terms.yaml`.
    """

    language: str
    folder: str = ""
    page: str = INDEX

    @property
    def path(self) -> str:
        """Return its path in the site."""
        return posixpath.join(self.language, self.folder, f"{self.page}.html")

    def to(self, other: Place | str) -> str:
        """Return the link from this page to another, or to a file by its path in the site."""
        path = other.path if isinstance(other, Place) else other
        return posixpath.relpath(path, posixpath.dirname(self.path))

    def shared(self, name: str) -> str:
        """Return the link to a file that the pages of the language share."""
        return self.to(posixpath.join(self.language, name))


@dataclass(frozen=True)
class Link:
    """A link of the contents."""

    href: str
    title: str
    current: bool = False
    lang: str = ""


@dataclass(frozen=True)
class Contents:
    """What a page links to: the same in the same order on every page."""

    front: Link
    search: Link
    languages: list[Link]
    regions: list[Link]
    topics: list[Link]
    research: list[Link]
    about: list[Link]
    before: Link | None
    after: Link | None


def contents(place: Place, meta: Meta, words: Words, languages: Sequence[str]) -> Contents:
    """Return what a page links to.

    Args:
        place: The page.
        meta: Metadata of the publication, which names its regions.
        words: The reader's language.
        languages: Languages of the site.
    """
    of_region = place.folder not in ("", ABOUT)
    home = place.folder if of_region else NETWORK

    def link(other: Place, title: str) -> Link:
        return Link(place.to(other), title, current=other == place)

    def pages(folder: str, keys: Sequence[str]) -> list[Link]:
        return [link(Place(place.language, folder, key), words.title("page", key)) for key in keys]

    def region(key: str) -> Link:
        to = Place(place.language, key, place.page if of_region else INDEX)
        return replace(link(to, region_title(meta, key, words)), current=of_region and key == place.folder)

    topics, research, about = pages(home, (INDEX, *TOPICS)), pages(home, RESEARCH), pages(ABOUT, OF_ALL)
    before, after = _neighbours([*topics, *research] if of_region else about)
    return Contents(
        front=link(Place(place.language), words.of(meta["title"]) or "Sujuva"),
        search=link(Place(place.language, "", SEARCH), words.title("page", SEARCH)),
        languages=[
            Link(place.to(replace(place, language=one)), NAMES[one], current=one == place.language, lang=one)
            for one in languages
        ],
        regions=[region(key) for key in reports_of(meta)],
        topics=topics,
        research=research,
        about=about,
        before=before,
        after=after,
    )


def _neighbours(pages: list[Link]) -> tuple[Link | None, Link | None]:
    """Return the pages before and after the current one; None at the ends, and where none is current."""
    at = next((place for place, one in enumerate(pages) if one.current), None)
    if at is None:
        return None, None
    return (pages[at - 1] if at else None), (pages[at + 1] if at + 1 < len(pages) else None)


def reports_of(meta: Meta) -> list[str]:
    """Return the keys of the reports of a publication: the network, then each region."""
    return [NETWORK, *meta["regions"]]


def require_report(meta: Meta, region: str) -> None:
    """Raise a ParameterError where a publication has no report of this key."""
    known = reports_of(meta)
    if region not in known:
        msg = f"The region '{region}' is not one of the published regions."
        raise ParameterError(msg, nearest(region, known))


NAMES = {"fi": "suomi", "sv": "svenska", "en": "English"}
"""Languages by their own names."""
