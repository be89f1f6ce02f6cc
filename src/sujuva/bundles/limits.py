"""What the network of bundles cannot tell, because it would need persons or units of several regions together.

The one place where that is said: docs, pages and the command line read it here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sujuva.bundles.combine import DISTINCT

Fate = Literal["refused", "blank", "counted_twice"]
"""What becomes of it: combining is refused; the number is left out; or who is in two regions counts in both."""


@dataclass(frozen=True)
class Limit:
    """Something that only pooled microdata tell.

    Attributes:
        key: Its name.
        fate: What becomes of it.
        tables: The tables of moments that it concerns.
        what: A sentence for readers.
    """

    key: str
    fate: Fate
    tables: tuple[str, ...]
    what: str


def limits() -> tuple[Limit, ...]:
    """Return what cannot be told of the network of bundles, or only otherwise than from pooled microdata."""
    return (
        Limit(
            "shared_strata",
            "refused",
            ("scores", "pairs", "paired", "attrition"),
            "Regions that were sampled together (estimation.shared_strata) are not combined from bundles: a school of "
            "two regions is one cluster, and bundles hold no schools.",
        ),
        Limit(
            "same_region",
            "refused",
            (),
            "A region is there once, with its own data or with one bundle: nobody could tell whether two of them have "
            "the same persons, or follow them from one to the other.",
        ),
        Limit(
            "moved_persons",
            "counted_twice",
            ("scores", "paired", "differences", "attrition", "rows"),
            "A child who moves from one region to another is two persons, one in each: the first region has lost them, "
            "and no change of theirs is known.",
        ),
        Limit(
            "moved_talks",
            "counted_twice",
            ("lp", "lp_children", "lp_talks", "lp_topics", "lp_transitions", "lp_changes"),
            "A child with discussions in two regions counts in both, and the follow-up of a discussion elsewhere is a "
            "first discussion.",
        ),
        Limit(
            "families_of_two_regions",
            "counted_twice",
            ("durations", "case_tallies", "service_pairs", "referrals", "handovers", "handover_families", "events"),
            "A family with events in two regions is a family in each, with the events that lie there.",
        ),
        Limit(
            "people_of_two_regions",
            "counted_twice",
            ("said", "participation", "rows"),
            "Whoever was interviewed, trained or took part in two regions counts in both.",
        ),
        Limit(
            "coders",
            "blank",
            ("coding_pairs",),
            "The agreement of every two coders of interviews is not told: coders are persons, and bundles hold none. "
            "That of all coders of a unit is.",
        ),
        Limit(
            "different_things",
            "blank",
            tuple(DISTINCT),
            "How many different activities and ways through casework the network has is not told: two regions may have "
            "the same, and a way is a family's own.",
        ),
    )
