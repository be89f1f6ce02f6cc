"""The project's instrument codebooks say what the published keys say."""

from itertools import pairwise

import pytest

from sujuva.codebooks import codebook_files, find_problems, load_instruments, of_partners, of_respondents
from sujuva.tables import CONDITIONS

INSTRUMENTS = load_instruments()
SDQ = {scale.key: scale for scale in INSTRUMENTS["sdq"].scales}


def bands(scale, norms, informant):
    return {one.key: (one.low, one.high) for one in scale.bands if (one.norms, one.informant) == (norms, informant)}


def test_the_instruments_of_the_house():
    assert {key: (one.items, one.response, one.reverse, one.norms) for key, one in INSTRUMENTS.items()} == {
        "brs": (6, (1, 5), (2, 4, 6), None),
        "cdrisc10": (10, (0, 4), (), None),
        "collective_impact": (20, (1, 5), (), None),
        "cyrm_r": (17, (1, 5), (), None),
        "cyrm_r3": (17, (1, 3), (), None),
        "gad2": (2, (0, 3), (), "original"),
        "gad7": (7, (0, 3), (), "thl"),
        "kidscreen10": (10, (1, 5), (3, 4), None),
        "phq2": (2, (0, 3), (), "original"),
        "phq9": (9, (0, 3), (), "original"),
        "sdq": (25, (0, 2), (7, 11, 14, 21, 25), "uk4"),
        "sdq_impact": (6, (0, 3), (), "uk4"),
        "single": (7, (1, 5), (), "own"),
        "swemwbs": (7, (1, 5), (), None),
        "ucla3": (3, (1, 3), (), "six"),
        "who5": (5, (0, 5), (), "who"),
        "wilder": (40, (1, 5), (), None),
    }


def test_no_codebook_has_a_problem():
    paths = codebook_files()
    assert {path.stem for path in paths} >= {*INSTRUMENTS, "regions", "sectors", "indicators_parjaavyys"}
    assert [str(problem) for problem in find_problems(paths)] == []


def test_what_is_not_in_a_source_says_so():
    said = {key: one.unverified or any(scale.unverified for scale in one.scales) for key, one in INSTRUMENTS.items()}
    claims = {"brs", "cyrm_r", "cyrm_r3", "gad7", "kidscreen10", "phq9", "single", "swemwbs"}
    claims |= {"collective_impact", "wilder"}
    assert {key for key, text in said.items() if text} == claims
    doubtful = [band for one in INSTRUMENTS.values() for scale in one.scales for band in scale.bands if band.unverified]
    assert {band.norms for band in doubtful} == {"tentative", "smith", "screening", "own", "printed"}


def test_single_items_have_their_own_ranges():
    single = INSTRUMENTS["single"]
    ranges = {scale.key: single.response_of(*scale.items) for scale in single.scales}
    assert ranges == {scale.key: scale.range for scale in single.scales}
    assert ranges["single_hobby"] == ranges["single_wants_hobby"] == (0, 1)
    assert ranges["single_loneliness"] == (1, 5)
    assert ranges["single_home"] == ranges["single_school"] == ranges["single_leisure"] == (0, 10)
    assert [scale.key for scale in single.scales if not scale.higher_is_better] == [
        "single_loneliness",
        "single_wants_hobby",
    ]


def test_partners_answer_instruments_of_their_own():
    assert set(of_partners(INSTRUMENTS)) == {"collective_impact", "wilder"}
    assert set(of_respondents(INSTRUMENTS)) == set(INSTRUMENTS) - {"collective_impact", "wilder"}


def test_collective_impact_has_four_items_a_condition():
    instrument = INSTRUMENTS["collective_impact"]
    assert tuple(scale.key for scale in instrument.scales) == CONDITIONS
    assert [scale.items for scale in instrument.scales] == [tuple(range(low, low + 4)) for low in range(1, 21, 4)]
    assert {(scale.score, scale.min_answered, scale.range) for scale in instrument.scales} == {("mean", 3, (1, 5))}


def test_wilder_shares_out_40_items_among_20_factors():
    instrument = INSTRUMENTS["wilder"]
    assert [item for scale in instrument.scales for item in scale.items] == list(range(1, 41))
    sizes = [2, 2, 2, 2, 2, 1, 1, 3, 2, 2, 2, 2, 2, 3, 2, 3, 2, 2, 2, 1]
    assert [len(scale.items) for scale in instrument.scales] == sizes
    for scale in instrument.scales:
        assert bands(scale, "printed", None) == {"concern": (1, 2.99), "borderline": (3, 3.99), "strength": (4, 5)}
        assert all(band.unverified for band in scale.bands)


def test_versions_share_column_names():
    assert INSTRUMENTS["cyrm_r3"].aliases == {n: (f"cyrm_r_{n}",) for n in range(1, 18)}
    assert INSTRUMENTS["cyrm_r3"].variant_of == "cyrm_r"


def test_sdq_items_and_reverse_items():
    assert INSTRUMENTS["sdq"].reverse == (7, 11, 14, 21, 25)
    parts = [SDQ[key].items for key in SDQ["sdq_total"].parts]
    assert parts == [(3, 8, 13, 16, 24), (5, 7, 12, 18, 22), (2, 10, 15, 21, 25), (6, 11, 14, 19, 23)]
    assert sorted(sum([*parts, SDQ["sdq_prosocial"].items], ())) == list(range(1, 26))


def test_sdq_official_variable_names():
    aliases = INSTRUMENTS["sdq"].aliases
    assert aliases[1] == ("pconsid", "tconsid", "sconsid")
    assert aliases[25] == ("pattends", "tattends", "sattends")
    assert len({name for names in aliases.values() for name in names}) == 75


@pytest.mark.parametrize("scale", [one for one in SDQ.values() if one.bands], ids=lambda one: one.key)
@pytest.mark.parametrize("norms", ["uk3", "uk4"])
@pytest.mark.parametrize("informant", ["parent", "teacher", "self"])
def test_sdq_bands_leave_no_gap(scale, norms, informant):
    limits = sorted(bands(scale, norms, informant).values())
    assert len(limits) == {"uk3": 3, "uk4": 4}[norms]
    assert (limits[0][0], limits[-1][1]) == scale.range
    assert all(after[0] == before[1] + 1 for before, after in pairwise(limits))


def test_sdq_cut_offs():
    total = SDQ["sdq_total"]
    assert bands(total, "uk4", "self")["very_high"] == (20, 40)
    assert bands(total, "uk4", "teacher")["high"] == (16, 18)
    assert bands(total, "uk3", "parent") == {"normal": (0, 13), "borderline": (14, 16), "abnormal": (17, 40)}
    assert bands(SDQ["sdq_prosocial"], "uk4", "parent")["very_low"] == (0, 5)
    assert bands(SDQ["sdq_peer"], "uk3", "self")["borderline"] == (4, 5)
    for informant in ("parent", "teacher"):
        assert bands(total, "fi_borg2014", informant) == {
            "normal": (0, 9),
            "borderline": (10, 11),
            "abnormal": (12, 40),
        }
    assert not bands(total, "fi_borg2014", "self")
    assert INSTRUMENTS["sdq"].norms == "uk4"


def test_cyrm_r_scales_split_the_items():
    total, personal, caregiver = INSTRUMENTS["cyrm_r"].scales
    assert sorted(personal.items + caregiver.items) == list(total.items) == list(range(1, 18))
    assert total.min_answered == 14
    assert 5 * len(total.items) == total.range[1]


def test_what_no_source_confirms_is_marked():
    total, personal, caregiver = INSTRUMENTS["cyrm_r"].scales
    assert personal.unverified
    assert caregiver.unverified
    assert all(band.unverified for band in total.bands)
    assert INSTRUMENTS["cyrm_r"].norms is None, "unverified bands are not used unless asked for"
    verified = {band.key: band.unverified for band in INSTRUMENTS["who5"].scales[0].bands}
    assert verified == {"poor": False, "likely_depression": True}


def test_every_title_is_there_in_three_languages():
    for instrument in INSTRUMENTS.values():
        titles = [instrument.title, *(scale.title for scale in instrument.scales)]
        titles += [band.title for scale in instrument.scales for band in scale.bands]
        assert all(title.fi and title.sv and title.en for title in titles), instrument.key
