"""Every cut-off of SDQ, as sdqinfo.org prints them: the upper ends of the bands, per informant."""

import pytest

from sujuva.codebooks import load_instruments

INSTRUMENTS = load_instruments()
SCALES = {scale.key: scale for key in ("sdq", "sdq_impact") for scale in INSTRUMENTS[key].scales}
WHO = ("parent", "teacher", "self")

# normal / borderline / abnormal
THREE = """
total           0-13 14-16 17-40   0-11 12-15 16-40   0-15 16-19 20-40
emotional       0-3 4-4 5-10       0-4 5-5 6-10       0-5 6-6 7-10
conduct         0-2 3-3 4-10       0-2 3-3 4-10       0-3 4-4 5-10
hyperactivity   0-5 6-6 7-10       0-5 6-6 7-10       0-5 6-6 7-10
peer            0-2 3-3 4-10       0-3 4-4 5-10       0-3 4-5 6-10
prosocial       6-10 5-5 0-4       6-10 5-5 0-4       6-10 5-5 0-4
impact          0-0 1-1 2-10       0-0 1-1 2-6        0-0 1-1 2-10
"""
# close to average / slightly raised (lowered) / high (low) / very high (low)
FOUR = """
total           0-13 14-16 17-19 20-40   0-11 12-15 16-18 19-40   0-14 15-17 18-19 20-40
emotional       0-3 4-4 5-6 7-10         0-3 4-4 5-5 6-10         0-4 5-5 6-6 7-10
conduct         0-2 3-3 4-5 6-10         0-2 3-3 4-4 5-10         0-3 4-4 5-5 6-10
hyperactivity   0-5 6-7 8-8 9-10         0-5 6-7 8-8 9-10         0-5 6-6 7-7 8-10
peer            0-2 3-3 4-4 5-10         0-2 3-4 5-5 6-10         0-2 3-3 4-4 5-10
prosocial       8-10 7-7 6-6 0-5         6-10 5-5 4-4 0-3         7-10 6-6 5-5 0-4
impact          0-0 1-1 2-2 3-10         0-0 1-1 2-2 3-6          0-0 1-1 2-2 3-10
"""
NAMES = {
    "uk3": ("normal", "borderline", "abnormal"),
    "uk4": ("close_to_average", "slightly_raised", "high", "very_high"),
}
LOWERED = ("close_to_average", "slightly_lowered", "low", "very_low")


def cases():
    for norms, text in (("uk3", THREE), ("uk4", FOUR)):
        for line in text.strip().splitlines():
            scale, *ranges = line.split()
            names = LOWERED if norms == "uk4" and scale == "prosocial" else NAMES[norms]
            for place, who in enumerate(WHO):
                own = ranges[place * len(names) : (place + 1) * len(names)]
                limits = {name: tuple(map(float, one.split("-"))) for name, one in zip(names, own, strict=True)}
                yield pytest.param(norms, scale, who, limits, id=f"{norms}-{scale}-{who}")


@pytest.mark.parametrize(("norms", "scale", "who", "limits"), list(cases()))
def test_cut_offs(norms, scale, who, limits):
    key = "sdq_impact_teacher" if (scale, who) == ("impact", "teacher") else f"sdq_{scale}"
    found = [one for one in SCALES[key].bands if one.norms == norms and one.informant in {None, who}]
    assert {one.key: (one.low, one.high) for one in found} == limits
    assert len(found) == len(limits)
    assert not SCALES[key].informants or who in SCALES[key].informants
