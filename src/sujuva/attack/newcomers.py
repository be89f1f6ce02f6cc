"""Between two waves: those who came and those who were lost are what the same persons fall short of either wave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sujuva.attack.finding import Finding, is_learned
from sujuva.attack.shown import FREE, Shown, Span
from sujuva.attack.sizes import Place, Told, both, narrowed

_CHANGED = ("change_share", "change_effect")
_KEY = ("comparison", "scale", "category", "informant", "region", "wave", "group", "other_wave", "other_group")


def find(shown: Shown, size: Mapping[Place, Span], regions: set[str]) -> Iterator[Finding]:
    """Yield those who came or were lost where n of both waves and the number of the same persons tell them.

    In `regions` all persons weigh the same: mean changes and shares come from whole sums.
    """
    pairs = _pairs(shown, regions)
    for row in shown.rows("comparisons", comparison="change_paired"):
        scale, informant, region, group = (row[name] for name in ("scale", "informant", "region", "group"))
        same = pairs.get((scale, informant, region, row["other_wave"], row["wave"], group))
        if same is None:
            continue
        for wave, what in ((row["wave"], "persons who came"), (row["other_wave"], "persons who were lost")):
            n = size.get((scale, informant, region, wave, group), (0, FREE))
            low, high = max(n[0] - same[1], 0), n[1] - same[0]
            if is_learned(low, high, shown.threshold):
                key = {name: row[name] for name in _KEY}
                path = "n of the wave less the same persons at both waves"
                yield Finding("newcomers", "comparisons", key, what, low, high, path)


def _pairs(shown: Shown, regions: set[str]) -> dict[Place, Span]:
    """Return how many persons can have answered at both waves: scale, informant, region, both waves, group."""
    found: dict[Place, Span] = {}
    told: dict[Place, list[Told]] = {}
    for row in shown.rows("comparisons", comparison="change_paired"):
        place = (row["scale"], row["informant"], row["region"], row["other_wave"], row["wave"], row["group"])
        if row["n"] is not None:
            found[place] = shown.n_of(row["n"])
            grid = shown.grid("score_mean", row["scale"])
            if grid is not None and row["estimate"] is not None:
                told.setdefault(place, []).append((*shown.told(row, "score_mean"), float(grid.step)))
    for name in _CHANGED:
        for row in shown.rows("parjaavyys", indicator=name):
            way, _, since = row["category"].rpartition(":")
            place = (row["scale"], row["informant"], row["region"], int(since), row["wave"], row["group"])
            if row["n"] is not None and way:
                found[place] = both(found.get(place), shown.n_of(row["n"]))
                if name == "change_share" and row["estimate"] is not None:
                    told.setdefault(place, []).append((*shown.told(row), 1.0))
    for place, means in told.items():
        if place[2] in regions and place in found:
            found[place] = narrowed(found[place], means)
    return found
