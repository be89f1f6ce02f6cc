"""Why an estimate or an interval is missing, or what it leaves out, in words."""

from __future__ import annotations

from sujuva.figures.language import Words


def note_title(note: str, words: Words) -> str:
    """Return why an estimate or an interval is missing; several notes stand in one, divided by "; "."""
    known = {**_of_answers(words), **_of_comparisons(words), **_of_networks(words), **_of_cases(words)}
    return "; ".join(known.get(one, one) for one in note.split("; ")) if note else ""


def _of_answers(words: Words) -> dict[str, str]:
    return {
        "no_scores": words.say("nobody has a score"),
        "one_person": words.say("only one answer"),
        "few_clusters": words.say("too few groups of respondents to tell"),
        "no_variation": words.say("nobody or everybody, so no interval"),
        "under_30_clusters": words.say("fewer than 30 schools or services, so the interval may be too narrow"),
        "few_degrees": words.say("so few schools or services that even the interval is uncertain"),
        "few_answers": words.say("too few answers to tell"),
        "few_items": words.say("too few questions to tell"),
        "item_without_variance": words.say("everybody answered a question alike"),
        "negative_alpha": words.say("below zero: a question may be coded the wrong way round"),
        "heywood": words.say("the questions do not measure one thing"),
        "no_convergence": words.say("could not be computed"),
        "no_assessment": words.say("nobody assessed it"),
    }


def _of_comparisons(words: Words) -> dict[str, str]:
    return {
        "no_pre_wave": words.say("no earlier year to compare with"),
        "no_controls": words.say("no region left to compare with"),
        "no_started": words.say("no region that started answered at both times"),
        "no_reliability": words.say("the error of the measure is not known"),
        "no_eligible": words.say("the number of children is not known"),
        "more_than_eligible": words.say("more children than the statistic knows of"),
        "few_areas": words.say("so few regions that what happened in one of them alone is not in the interval"),
        "short_series": words.say("a short series"),
        "too_few_years": words.say("too few years to tell"),
        "not_positive": words.say("a value of zero, so no change in per cent"),
    }


def _of_networks(words: Words) -> dict[str, str]:
    return {
        "few_actors": words.say("too few organisations"),
        "few_agencies": words.say("too few organisations for an interval"),
        "few_common_actors": words.say("too few organisations in both years"),
        "few_resamples": words.say("could be computed too seldom for an interval"),
        "direction_changed": words.say("the ties have a direction in one year only"),
        "no_ties": words.say("no ties"),
        "all_tied": words.say("everybody has a tie to everybody"),
        "no_two_paths": words.say("no ties that could be closed"),
        "undirected": words.say("the ties have no direction"),
        "disconnected": words.say("the network falls into separate parts"),
        "isolate": words.say("no ties to others"),
        "one_sector": words.say("only one sector"),
        "no_sectors": words.say("the sectors are not known"),
        "no_core": words.say("no core can be told"),
        "core_not_unique": words.say("several cores fit equally well"),
        "no_ratings": words.say("nobody rated this"),
        "missing_ratings": words.say("some ratings are missing and left out"),
        "missing_as_no_tie": words.say("some ratings are missing and counted as no tie"),
        "ratings_above_range": words.say("ratings above the scale"),
        "ratings_out_of_range": words.say("ratings outside the scale"),
        "different_ranges": words.say("the ratings are on different scales"),
        "levels_unknown": words.say("the levels of services are not known"),
        "some_levels_unknown": words.say("services of unknown level are left out"),
        "no_possible_links": words.say("no such links are possible"),
        "one_relation": words.say("only one kind of ties was asked about"),
    }


def _of_cases(words: Words) -> dict[str, str]:
    return {
        "none_ended": words.say("nobody has met yet"),
        "median_not_reached": words.say("fewer than half have met"),
        "not_reached": words.say("so few have met that it is not known"),
        "not_followed": words.say("nobody was followed for so long"),
        "one_family": words.say("only one family"),
        "no_families": words.say("no families"),
        "no_units": words.say("nothing to count"),
        "not_measured": words.say("not measured here"),
        "suppressed": words.say("hidden"),
        "outside_range": words.say("outside the range of the dimension"),
        "part_missing": words.say("a part of it is missing"),
    }
