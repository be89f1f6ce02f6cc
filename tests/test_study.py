"""What analysts see of a study: published rows with titles, the data dictionary, and a word before they average."""

from __future__ import annotations

import warnings

import polars as pl
import pytest

import sujuva
from sujuva.codebooks import load_indicators
from sujuva.errors import ParameterError
from sujuva.published import write_published
from sujuva.study import dictionary_page
from tests.publish import made_up

MEANS = {"indicator": "score_mean", "scale": "cyrm_r"}
PUBLIC = {"indicators", "figure", "language", "meta", "params", "published", "root", "tables"}


@pytest.fixture(scope="module")
def publication():
    return made_up.publication()


@pytest.fixture
def study(project, publication):
    write_published(publication, project / "data" / "published")
    return sujuva.open()


def test_the_interface_is_what_is_documented(study):
    assert sorted(sujuva.__all__) == ["MixedIndicatorsWarning", "Study", "__version__", "open"]
    assert {name for name in dir(study) if not name.startswith("_")} == PUBLIC
    with pytest.raises(AttributeError, match="no attribute 'opne'"):
        sujuva.opne  # noqa: B018


def test_rows_of_one_indicator_come_with_titles_in_the_readers_language(study, publication):
    rows = study.published("parjaavyys", **MEANS, region=["oulu", "network"])
    table = publication["parjaavyys"]
    chosen = table.filter(**MEANS).filter(pl.col("region").is_in(["oulu", "network"]))

    assert rows.select(table.columns).equals(chosen)
    assert set(rows["indicator_title"]) == {"Keskiarvo"}
    assert set(rows["region_title"]) == {"Oulu", "Koko verkosto"}
    english = sujuva.open(language="en").published("parjaavyys", **MEANS)
    assert set(english["region_title"]) >= {"Whole network"}


def test_pandas_keeps_whole_numbers_whole(study):
    rows = study.published("parjaavyys", **MEANS, as_pandas=True)
    assert str(rows["n"].dtype).startswith("int64")
    assert rows["n"].isna().sum() == study.published("parjaavyys", **MEANS)["n"].null_count()


def test_a_frame_that_mixes_indicators_says_so(study):
    with pytest.warns(sujuva.MixedIndicatorsWarning, match=r"of \d+ indicators .* must not be averaged") as said:
        study.published("parjaavyys")
    assert said[0].filename == __file__
    with pytest.warns(sujuva.MixedIndicatorsWarning, match=r"of \d+ scales"):
        study.published("parjaavyys", indicator="score_mean")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        study.published("parjaavyys", **MEANS)


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        (lambda study: study.published("parjavyys"), "no published table 'parjavyys'. Did you mean 'parjaavyys'"),
        (
            lambda study: study.published("parjaavyys", regoin="oulu"),
            "'regoin'. Did you mean 'region'",
        ),
        (lambda study: study.published("parjaavyys", region="olu"), "region = 'olu'. Did you mean 'oulu'"),
        (lambda study: study.figure("copping"), "no figure 'copping'. Did you mean 'coping'"),
        (lambda study: study.figure("coping", regions=["olu"]), "no region 'olu'. Did you mean 'oulu'"),
    ],
)
def test_a_wrong_name_is_answered_with_the_nearest(study, ask, answer):
    with pytest.raises(ParameterError) as refused:
        ask(study)
    assert answer in str(refused.value)


def test_a_figure_shows_the_regions_asked_for(study):
    picture = study.figure("coping", regions=["oulu"])
    assert set(picture.data["region"]) == {"oulu"}
    assert "<svg" in picture.svg()


def test_a_figure_of_several_pictures_is_named_by_its_picture(study):
    picture = study.figure("network-collaboration", regions=["oulu"])
    assert picture.key == "network-collaboration"
    with pytest.raises(ParameterError, match="Nothing that the figure 'network-friendship' shows"):
        study.figure("network-friendship", regions=["oulu"])


def test_the_dictionary_has_every_indicator_in_each_language(study):
    known = load_indicators()
    for language in ("fi", "sv", "en"):
        made = sujuva.open(language=language).indicators()
        assert set(made["indicator"]) == set(known)
        assert all(title == known[key].title[language] for key, title in made.select("indicator", "title").iter_rows())


def test_the_page_of_indicators_is_written_from_the_records(root):
    assert (root / "docs" / "indicators.md").read_text(encoding="utf-8") == dictionary_page(load_indicators())


def test_every_published_table_can_be_read_with_its_titles(study):
    for table in study.tables:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame = study.published(table)
        for name in (one for one in frame.columns if one.endswith("_title")):
            assert frame[name].null_count() == frame[name.removesuffix("_title")].null_count(), (table, name)
