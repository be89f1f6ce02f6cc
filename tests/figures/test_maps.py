"""Maps: where tiles lie, what they say, and boundaries in their place."""

from __future__ import annotations

import polars as pl
import pytest
from matplotlib.collections import PathCollection
from matplotlib.legend import Legend

from sujuva.codebooks import load_areas
from sujuva.codebooks.boundaries import boundaries_of
from sujuva.errors import CodebookError
from sujuva.figures import Words
from sujuva.figures.layouts import Level, Map, Panel, squeezed, tiles_of
from sujuva.figures.layouts.maps import fitted, shortened
from sujuva.figures.letters import breadth
from sujuva.figures.theme import NARROW, WIDE, style

LEVELS = [Level("low", "#dbe8f2"), Level("high", "#2f74ab")]
SQUARE = (((0.0, 0.0), (0.0, 10.0), (10.0, 10.0), (10.0, 0.0), (0.0, 0.0)),)


def test_a_square_of_areas_is_a_square_of_tiles():
    middles = {f"{x}{y}": (100 * x, 100 * y) for x in range(2) for y in range(2)}
    tiles = tiles_of(middles)
    assert tiles["00"][0] == tiles["01"][0] < tiles["10"][0] == tiles["11"][0]
    assert tiles["01"][1] == tiles["11"][1] < tiles["00"][1] == tiles["10"][1]  # the first row is the northernmost


def test_every_area_has_a_tile_of_its_own_in_any_order(project):
    middles = {one.code: one.at for one in load_areas().of("municipality") if one.at}
    tiles = tiles_of(middles)
    assert len(set(tiles.values())) == len(middles) == 309
    assert tiles_of(dict(reversed(middles.items()))) == tiles
    assert tiles["890"][1] < tiles["167"][1] < tiles["078"][1]  # Utsjoki, Joensuu, Hanko


def test_none_and_one_and_the_same_place():
    assert tiles_of({}) == {}
    assert tiles_of({"a": (3, 4)}) == {"a": (0, 0)}
    assert len(set(tiles_of({"a": (3, 4), "b": (3, 4), "c": (3, 4)}).values())) == 3


def test_empty_columns_and_rows_go():
    assert squeezed({"a": (5, 1), "b": (9, 1), "c": (5, 7)}) == {"a": (0, 0), "b": (1, 0), "c": (0, 1)}


@pytest.mark.parametrize("inches", [0.3, 0.6, 1.0, 3.0])
def test_names_fit_their_tile(inches):
    short = shortened("Mänttä-Vilppula", inches)
    assert breadth(short) <= inches
    assert (short == "Mänttä-Vilppula") == (breadth("Mänttä-Vilppula") <= inches)
    assert "Mänttä-Vilppula".startswith(short.rstrip("."))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Nokia", "Nokia"), ("Mänttä-Vilppula", "Mänttä-\nVilppula"), ("Keski-Pohjanmaa", "Keski-\nPohjanmaa"),
        ("Punkalaidun", "Punkalai-\ndun"), ("Vantaa ja Kerava", "Vantaa ja\nKerava"),
    ],
)  # fmt: skip
def test_names_stand_whole_on_two_lines(name, told):
    """A name is divided at its own hyphen or blank before a syllable; it is cut only where two lines have no room."""
    assert fitted(name, 0.75) == told
    assert fitted("Kristiinankaupunki", 0.3).endswith(".")


def test_tiles_are_as_tall_as_their_names_need():
    """A map of short names takes less of a telephone's screen."""
    short, long = (_figure_of(name).get_size_inches()[1] for name in ("Ii", "Mänttä-Vilppula"))
    assert long - short == pytest.approx(2 * 0.15, abs=0.01)  # two rows of tiles, a line more each


def _figure_of(name):
    frame = pl.DataFrame(
        [("p", str(one), 1, "9,1", "") for one in range(10)],
        schema={"panel": pl.String, "row": pl.String, "level": pl.Int64, "text": pl.String, "suppressed": pl.String},
        orient="row",
    )
    tiles = {str(one): (one % 5, one // 5) for one in range(10)}
    with style():
        return Map(frame, [Panel("p", "Of something")], dict.fromkeys(tiles, name), tiles, LEVELS, {}).draw(
            Words("en"), NARROW
        )


def drawn(outlines=None, paper=WIDE):
    frame = pl.DataFrame(
        [("p", "a", 1, "9,1", ""), ("p", "b", 0, "4,0", ""), ("p", "c", None, None, "primary")],
        schema={"panel": pl.String, "row": pl.String, "level": pl.Int64, "text": pl.String, "suppressed": pl.String},
        orient="row",
    )
    names = {key: key.upper() for key in "abcd"}
    tiles = {"a": (0, 0), "b": (1, 0), "c": (0, 1), "d": (1, 1)}
    with style():
        return Map(frame, [Panel("p", "Of something")], names, tiles, LEVELS, outlines or {}).draw(Words("en"), paper)


@pytest.mark.parametrize("paper", [WIDE, NARROW])
def test_a_tile_tells_its_number_or_why_there_is_none(paper):
    figure = drawn(paper=paper)
    assert [one.get_text() for one in figure.axes[0].texts] == ["A\n9,1", "B\n4,0", "C\n×", "D\n–"]
    legend = {text.get_text() for one in figure.findobj(Legend) for text in one.get_texts()}
    assert legend == {"low", "high", "–\u00a0no data", "not shown (privacy)"}


def collections(figure):
    return [one for one in figure.axes[0].collections if isinstance(one, PathCollection)]


def test_boundaries_are_drawn_where_every_area_has_them():
    shifted = {key: [[(x + 20 * place, y) for x, y in SQUARE[0]]] for place, key in enumerate("abcd")}
    figure = drawn(shifted)
    low, high, blank = collections(figure)
    assert [len(one.get_paths()) for one in (low, high, blank)] == [1, 1, 2]
    assert low.get_paths()[0].get_extents().bounds == (20, 0, 10, 10)
    assert [one.get_text() for one in figure.axes[0].texts] == ["×"]  # hidden is not the same as not there


def test_one_area_without_boundaries_makes_tiles_of_all():
    figure = drawn({"a": SQUARE, "b": SQUARE, "c": SQUARE})
    assert len(figure.axes[0].texts) == 4


# Boundaries that an input folder brings.

GEOJSON = """{"type": "FeatureCollection", "features": [
 {"type": "Feature", "properties": {"NATCODE": "837"}, "geometry": {"type": "Polygon",
  "coordinates": [[[23.5, 61.4], [24.0, 61.4], [24.0, 61.8], [24.0, 61.8], [23.5, 61.4]]]}},
 {"type": "Feature", "properties": {"hyvinvointialue_code": 8.0}, "geometry": {"type": "MultiPolygon",
  "coordinates": [[[[23.0, 61.0], [25.0, 61.0], [25.0, 62.5], [23.0, 61.0]]]]}}]}"""


def folder(project, text):
    (project / "data" / "raw" / "codebooks").mkdir(parents=True)
    (project / "data" / "raw" / "codebooks" / "boundaries.geojson").write_text(text, encoding="utf-8")
    return project / "data" / "raw"


def test_boundaries_are_found_by_code_and_level(project):
    areas = {key: load_areas().by_key[key] for key in ("tampere", "pirkanmaa", "oulu")}
    made = boundaries_of(areas, folder(project, GEOJSON))
    assert set(made) == {"tampere", "pirkanmaa"}
    assert len(made["tampere"][0]) == 4  # a point that stands twice in a row is one
    assert boundaries_of(areas, None) == {}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('{"type": "FeatureCollection"', "[", "no GeoJSON of polygons"),
        ("NATCODE", "name", "no GeoJSON of polygons"),
        ('"Polygon"', '"Point"', "no GeoJSON of polygons"),
        ("[23.5, 61.4], [24.0", "[327000.0, 6822000.0], [24.0", "not in degrees of WGS 84"),
        ('"features": [', '"crs": {"properties": {"name": "EPSG:3067"}}, "features": [', "not in degrees of WGS 84"),
    ],
)
def test_what_is_no_such_file_is_an_error(project, old, new, message):
    areas = {"tampere": load_areas().by_key["tampere"]}
    assert old in GEOJSON
    with pytest.raises(CodebookError, match=message):
        boundaries_of(areas, folder(project, GEOJSON.replace(old, new)))


@pytest.mark.parametrize(("file", "count"), [("kunnat_2024.geojson", 309), ("hyvinvointialueet_2024.geojson", 23)])
def test_the_boundaries_of_2024(shared_data, project, file, count):
    text = (shared_data / "reference" / file).read_text(encoding="utf-8")
    levels = ("municipality",) if count == 309 else ("county", "county_like")
    areas = {one.key: one for one in load_areas().of(*levels)}
    assert len(boundaries_of(areas, folder(project, text))) == count
