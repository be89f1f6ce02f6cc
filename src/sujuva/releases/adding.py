"""Adding what stands in data/published to the register: the cohort, who was in it, and what was kept."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from sujuva.bundles.archive import read_bundle
from sujuva.bundles.shelf import SHELF, shelved
from sujuva.codebooks import load_indicators
from sujuva.errors import DisclosureError, SujuvaError
from sujuva.handed import read_choices
from sujuva.params import load_params
from sujuva.paths import inside
from sujuva.published import read_published
from sujuva.releases.before import kept_cells, read_before
from sujuva.releases.contributions import contributions
from sujuva.releases.register import Earlier, Release, add_release, write_private


def add_published(
    earlier: Earlier, *, owner: str, reason: str, date: dt.date | None, data_until: dt.date | None
) -> Release:
    """Add what stands in data/published to a register.

    Args:
        earlier: What `read_register` returned.
        owner: Who answers for the release.
        reason: Why it is released.
        date: Its day; None: today.
        data_until: Newest day of the data; None: the date that sources.yaml gives, else that of the newest raw file.

    Raises:
        SujuvaError: See `add_release`; or the pipeline has not run.
        DisclosureError: The tables were published without regard to the releases before, or of other bundles.
    """
    published = read_published()
    told = published.meta.get("releases", [])
    if [one["number"] for one in told] != [one.number for one in earlier.releases]:
        msg = "data/published was made without regard to every release of the register."
        raise DisclosureError(msg, "Run `make repro` (or `dvc repro publish`), then add the release.")
    bundles = {path.stem: path for path in shelved(inside(SHELF))}
    named = {one["region"]: one["sha256"] for one in published.meta.get("bundles", ())}
    if named != {region: read_bundle(path).sha256 for region, path in bundles.items()}:
        msg = "data/published was made of other bundles than those that lie in data/bundles."
        raise DisclosureError(msg, "Run `make repro` (or `dvc repro publish`), then add the release.")
    before = read_before(earlier, "data/changes").seen_from(
        published.meta,
        published["distributions"],
        load_indicators("data/study"),
        int(published.meta["privacy"]["threshold"]),
    )
    cohort: dict[str, Any] = {
        "regions": published.meta["region_order"],
        "waves": published.meta["waves"],
        "data_until": str(data_until or published.meta["date"] or _newest(inside(load_params().data.input))),
    }
    persons = contributions(inside("data/clean"), inside("data/study"), read_choices("data/moments/choices.json"))
    release = add_release(
        earlier,
        inside("data/published"),
        owner=owner,
        reason=reason,
        date=date or dt.datetime.now(tz=dt.UTC).date(),
        cohort=cohort,
        persons=persons,
        bundles=bundles,
    )
    if before:
        write_private(kept_cells(before.verdicts, release.number), earlier.beside(release, "kept"))
    return release


def _newest(folder: Path) -> dt.date:
    times = [path.stat().st_mtime for path in folder.glob("*") if path.is_file()]
    if not times:
        msg = f"{folder.name}/ holds no raw files, so that the day of the data is not known."
        raise SujuvaError(msg, "Name it: sujuva release --data-until 2026-01-31 …")
    return dt.datetime.fromtimestamp(max(times), tz=dt.UTC).date()
