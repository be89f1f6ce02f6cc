"""An intruder: what published tables tell that they should not, found apart from the machinery of `sujuva.publish`.

It knows what every reader can know: the published tables and their metadata, the codebooks and the rules. By linear
and integer programmes it looks for numbers of persons (and single ratings of organisations) that it learns exactly, or
narrows below what the rule alone tells. It reads no microdata and no indicator before disclosure control.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sujuva.attack import beside, children, moments, newcomers, organisations, releases, sums, weights
from sujuva.attack.finding import KINDS, Finding
from sujuva.attack.gate import not_refuted, require_withstands
from sujuva.attack.insiders import Insider, insiders
from sujuva.attack.shown import Shown
from sujuva.attack.sizes import known_sizes
from sujuva.published import Published

__all__ = ["KINDS", "Finding", "Insider", "attack", "insiders", "not_refuted", "require_withstands"]


def attack(published: Published, earlier: Sequence[Published] = (), own: Iterable[Insider] = ()) -> list[Finding]:
    """Return what the published tables tell.

    Args:
        published: What readers may see.
        earlier: Earlier releases of the same study, which readers may have kept.
        own: Regions that know their own exact numbers, each by itself.

    Returns:
        Findings in the order of `KINDS`, then as the rows stand in the tables; none where it withstands.
    """
    shown = Shown(published)
    regions = moments.equal_weights(shown)
    size = known_sizes(shown, regions)
    found = [
        *sums.find(shown, size),
        *children.find(shown),
        *weights.find(shown),
        *moments.find(shown, regions),
        *beside.find(shown, regions),
        *organisations.find(shown),
        *newcomers.find(shown, size, regions),
    ]
    for insider in own:
        found += sums.find_beside(shown, size, insider)
    for release in earlier:
        before = Shown(release)
        known = known_sizes(before, moments.equal_weights(before))
        found += releases.find(before, shown, known, size)
    order = list(KINDS)
    return sorted(found, key=lambda one: order.index(one.kind))
