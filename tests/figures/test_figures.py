from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
import textwrap
import xml.etree.ElementTree as ET
from pathlib import Path

import polars as pl
import pytest
from PIL import Image

from sujuva.errors import CodebookError, DisclosureError
from sujuva.figures import FIGURES, View, Words, draw, metrics, network_pictures, write_tables
from sujuva.figures.casework import way
from sujuva.figures.catalogue.coping import window
from sujuva.figures.catalogue.quality import file_titles
from sujuva.figures.labels import group_title
from sujuva.figures.specification import pictures as every_variant
from sujuva.figures.theme import INK, PAPER
from sujuva.published import SHOWN, Published
from tests.figures.drawing import areas, coping, distributions, quality
from tests.publish import made_up


def shown_delays(published):
    """Delays as larger regions have them: in ones this small, there are none to publish."""
    bins = pl.DataFrame({"days": [0, 8, 15], "days_to": [7, 14, None], "n": [10, 25, 15]})
    keys = published["integration"].filter(pl.col("indicator") == "delay_median").select("region", "wave").unique()
    made = keys.join(bins, how="cross").with_columns(suppressed=pl.lit(""))
    return made.select(published["delays"].columns).cast(dict(published["delays"].schema))


def delays(published, weeks=None, *, words=None, region="oulu", **meta):
    tables = {**published.tables, "delays": shown_delays(published) if weeks is None else weeks}
    return draw(FIGURES["delays"], Published(tables, published.meta | meta), words or Words(), region=region)


def every_picture(published, language="fi", region="oulu"):
    """All figures of one region."""
    words, meta = Words(language), published.meta
    parts = [
        coping(published["parjaavyys"], meta, words, regions=[region, "network"]),
        distributions(published["distributions"], published["parjaavyys"], meta, words, region=region),
        *every_variant(FIGURES["network"], published, words, region=region),
        delays(published, words=words, region=region),
        draw(FIGURES["promise"], published, words, regions=[region, "network"]),
        quality(published["quality_ledger"], published["quality_rules"], meta, words),
        areas(published["situation"], meta, words, region=region),
    ]
    return [one for one in parts if one is not None]


@pytest.fixture(scope="module")
def pictures(published):
    return every_picture(published)


@pytest.fixture(scope="module")
def drawings(pictures):
    return {one.key: one.svg() for one in pictures}


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_figure_says_what_it_shows(published, pictures, language):
    made = pictures if language == "fi" else every_picture(published, language)
    assert len(made) == 7
    assert len({one.key for one in made}) == 7
    for picture in made:
        assert len(picture.title) > 5
        assert len(picture.caption) > 40
        assert len(picture.alt) > 30
        assert picture.language == language


def test_a_drawing_carries_its_text_alternative(pictures, drawings):
    for picture in pictures:
        root = ET.fromstring(drawings[picture.key])
        assert root.get("role") == "img"
        assert root.get("aria-label") == picture.alt


def test_figures_of_one_page_do_not_share_ids(drawings):
    ids = [one for text in drawings.values() for one in re.findall(r'\bid="([^"]+)"', text)]
    assert len(ids) == len(set(ids))


def test_references_inside_a_figure_lead_somewhere(drawings):
    for key, text in drawings.items():
        wanted = set(re.findall(r'href="#([^"]+)"', text)) | set(re.findall(r"url\(#([^)]+)\)", text))
        assert wanted <= set(re.findall(r'\bid="([^"]+)"', text)), key


def two_pictures(published):
    """A picture with lines and one with bars and hatches."""
    words, meta = Words(), published.meta
    lines = coping(published["parjaavyys"], meta, words, regions=["oulu", "network"])
    return [lines, quality(published["quality_ledger"], published["quality_rules"], meta, words)]


def test_the_same_numbers_give_the_same_bytes(published, drawings):
    lines, bars = two_pictures(published)
    assert lines.svg() == drawings["coping"]
    assert bars.svg() == drawings["quality"]
    picture = bars.png()
    assert picture == two_pictures(published)[1].png()
    assert b"Matplotlib" not in picture
    assert not any(re.search(r"<dc:date>|<metadata>", text) for text in drawings.values())


def fills(element: ET.Element, inherited: str = "") -> list[str]:
    """Return the fill of each path of a drawing, its own or that of a group around it."""
    own = element.get("fill", inherited)
    here = [own] if element.tag.endswith("path") and own.startswith("#") else []
    return [*here, *(one for child in element for one in fills(child, own))]


def test_a_png_has_few_colours_and_those_of_the_drawing_exactly(published):
    """So that a colour is that of its legend; averaged, two of them would be one."""
    for picture in two_pictures(published):
        png = Image.open(io.BytesIO(picture.png(dots=96)))
        assert png.mode == "P"
        found = {"#{:02x}{:02x}{:02x}".format(*colour) for _, colour in png.convert("RGB").getcolors()}
        drawn = fills(ET.fromstring(picture.svg()))
        assert len(found) <= 24
        assert {PAPER, INK} | {one for one in drawn if drawn.count(one) > 3} <= found


@pytest.mark.slow
def test_another_process_draws_the_same_bytes(published, drawings, tmp_path, root):
    """Nothing of an address, a hash seed or the user's own matplotlib settings gets into a figure."""
    from sujuva.published import write_published

    write_published(published, tmp_path)
    program = textwrap.dedent(
        f"""
        import hashlib, matplotlib
        matplotlib.rcParams["font.size"] = 20
        matplotlib.rcParams["svg.hashsalt"] = "other"
        from sujuva.published import read_published
        from tests.figures.test_figures import two_pictures
        lines, bars = two_pictures(read_published({str(tmp_path)!r}))
        print(hashlib.sha256((lines.svg() + bars.svg()).encode() + bars.png()).hexdigest())
        """
    )
    environment = {"PYTHONHASHSEED": "7", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    environment["PYTHONPATH"] = str(root / "src")
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-2000:]
    here = (drawings["coping"] + drawings["quality"]).encode() + two_pictures(published)[1].png()
    assert run.stdout.strip() == hashlib.sha256(here).hexdigest()


def test_tables_that_did_not_pass_publish_are_refused(published):
    raw = published["parjaavyys"].drop("suppressed")
    with pytest.raises(DisclosureError, match="suppressed"):
        coping(raw, published.meta, Words(), regions=["oulu"])
    with pytest.raises(DisclosureError, match="suppressed"):
        quality(published["quality_ledger"].drop("suppressed"), published["quality_rules"], published.meta, Words())
    with pytest.raises(DisclosureError, match="suppressed"):
        delays(published, published["delays"].drop("suppressed"))


def test_many_regions_become_rows(published):
    names = made_up.ALL_REGIONS[:12]
    means = published["parjaavyys"].filter(scale="who5", indicator="score_mean")
    copies = [means.filter(region="oulu").with_columns(region=pl.lit(name)) for name in names]
    frame = pl.concat([*copies, means.filter(region="network")])
    picture = coping(frame, published.meta, Words(), regions=[*names, "network"])
    assert "Pistekuvioita" in picture.alt
    assert len(picture.figure.axes[0].get_yticklabels()) == 13


def test_nothing_is_drawn_where_there_is_nothing(published):
    empty = Published({name: frame.clear() for name, frame in published.tables.items()}, published.meta)
    assert every_picture(empty) == []
    assert network_pictures(empty, Words(), regions=made_up.REGIONS) == {}


def test_a_region_without_data_is_not_drawn_as_the_network(published):
    without = {
        name: frame.filter(pl.col("region") != "oulu") if "region" in frame.columns else frame
        for name, frame in published.tables.items()
    }
    drawn = every_picture(Published(without, published.meta))
    assert [one.key for one in drawn] == ["quality"]
    words, meta = Words(), published.meta
    both = coping(without["parjaavyys"], meta, words, regions=["oulu", "tampere", "network"])
    names = [one.get_text() for one in both.figure.axes[0].texts]
    assert "Tampere" in names
    assert "Oulu" not in names


def binary(frame, values):
    """Mean scores of a scale of 0 and 1."""
    means = frame.filter(scale="who5", indicator="score_mean", group="all")
    turn = pl.col("wave").rank("dense").cast(pl.Int64) - 1
    value = turn.replace_strict(dict(enumerate(values)), return_dtype=pl.Float64)
    return means.with_columns(scale=pl.lit("sad"), estimate=value, ci_low=value - 0.012, ci_high=value + 0.012)


SAD = {
    "instrument": "sad",
    "title": {"fi": "Surullinen"},
    "order": 0,
    "range": [0, 1],
    "shown": {"decimals": 1, "percent": True},
    "higher_is_better": False,
    "headline": True,
    "bands": [],
}


def test_a_scale_of_yes_and_no_is_drawn_in_per_cent(published):
    meta = published.meta | {"scales": {"sad": SAD}}
    frame = binary(published["parjaavyys"], [0.367, 0.423, 0.397])
    picture = coping(frame, meta, Words(), regions=["oulu", "network"])
    assert "36,7\u00a0% (2022) → 39,7\u00a0% (2024)" in picture.alt
    axes = picture.figure.axes[0]
    assert axes.yaxis.get_major_formatter()(0.35) == "35\u00a0%"
    assert any("asteikko 0–100\u00a0%" in one.get_text() for one in axes.texts)


def test_a_bar_of_one_value_stands_on_its_value(published):
    meta = published.meta | {"scales": {"sad": SAD}}
    frame = binary(published["parjaavyys"], [0.367, 0.423, 0.397])
    bins = published["distributions"].filter(scale="who5").filter(pl.col("bin_low") < 20)
    value = pl.col("bin_low") // 10
    counts = {"n": pl.lit(100, pl.Int64), "suppressed": pl.lit("")}
    bins = bins.with_columns(scale=pl.lit("sad"), bin_low=value, bin_high=value, **counts)
    axes = distributions(bins, frame, meta, Words(), region="oulu").figure.axes[0]
    assert [one.get_x() + one.get_width() / 2 for one in axes.patches] == pytest.approx([0, 1])
    assert list(axes.get_xticks()) == [0, 1]
    assert [axes.xaxis.get_major_formatter()(one) for one in (0, 1)] == ["0", "1"]


def test_only_numbers_are_ages_in_years():
    words = Words("fi")
    assert {group_title(f"age_group:{one}", words) for one in ("7-9", "7 – 9")} == {"7–9-vuotiaat"}
    for words_of_the_data in ("grade 10", "6 v", "10-"):
        assert group_title(f"age_group:{words_of_the_data}", words) == words_of_the_data
    with pytest.raises(CodebookError, match="has no title"):
        group_title("gender:unknown", words)


@pytest.mark.parametrize(
    ("ends", "title", "axis"),
    [
        (("contact", "meeting"), "Yhteydenotosta neuvonpitoon", "päivää yhteydenotosta"),
        (("*first", "*last"), "Ensimmäisestä tapahtumasta viimeiseen", "päivää alusta"),
        (("referral", "*last"), "Alusta loppuun", "päivää alusta"),
    ],
)
def test_texts_speak_of_meetings_only_where_cases_end_in_one(published, ends, title, axis):
    meta = published.meta | {"case_start": ends[0], "case_end": ends[1]}
    weeks = delays(published, **meta)
    kept = draw(FIGURES["promise"], Published(published.tables, meta), Words(), regions=["oulu", "network"])
    assert weeks.subject == title
    assert weeks.title.startswith("Puolet neuvonpitoon päässeistä" if ends[1] == "meeting" else "Puolet päättyneistä")
    assert weeks.figure.axes[0].get_xlabel() == axis
    texts = f"{weeks.title} {weeks.caption} {weeks.alt} {kept.title} {kept.caption} {kept.alt}"
    assert ("neuvonpi" in texts) == (ends[1] == "meeting")
    assert ("Alku: eteenpäin ohjaus; loppu: viimeinen tapahtuma." in texts) == (ends[0] == "referral")


def test_every_way_of_speaking_has_the_same_gaps(published):
    for language in ("fi", "sv", "en"):
        words = Words(language)
        usual = way({"case_start": "contact", "case_end": "meeting"}, words)
        other = way({"case_start": "*first", "case_end": "*last"}, words)
        for name in ("within", "hidden", "spoken", "sentence", "reached"):
            gaps = [set(re.findall(r"\{(\w+)\}", getattr(one, name))) for one in (usual, other)]
            assert gaps[0] == gaps[1] != set(), name


def test_a_picture_that_travels_alone_says_what_it_is(published, pictures):
    """Title above, source below, "synthetic" in the corner; none of it changes the drawing in a page."""
    picture = pictures[0]
    inside = picture.svg()
    alone = ET.fromstring(picture.svg_file())
    assert picture.svg() == inside
    heights = [float(root.get("viewBox").split()[3]) for root in (ET.fromstring(inside), alone)]
    assert float(alone.get("height").removesuffix("pt")) == pytest.approx(heights[1], abs=0.01)
    assert heights[1] > heights[0] > 72 * picture.figure.get_size_inches()[1]
    with picture.wide._around(picture.figure, picture.wide.outer, stamp=True, alone=True):
        said = [one.get_text() for one in picture.figure.texts]
    title, subtitle, source, stamp = (
        "Lapsilla ja nuorilla on koko verkostossa hieman vähemmän vaikeuksia kuin 2022",
        "Miten lapset ja nuoret pärjäävät",
        "Aineisto: Esimerkkiaineisto, Tutkimusryhmä",
        "Synteettinen aineisto",
    )
    assert said == [title, source, subtitle, stamp]
    with picture.wide._around(picture.figure, picture.wide.inner, stamp=True):
        assert [one.get_text() for one in picture.figure.texts] == [stamp]
    assert inside.split("</desc>")[1].removesuffix("</svg>") in picture.svg_file()
    real = delays(published, synthetic=False)
    with real.wide._around(real.figure, real.wide.outer, stamp=True, alone=True):
        assert [one.get_text() for one in real.figure.texts] == [
            "Puolet neuvonpitoon päässeistä perheistä odotti Oulussa enintään noin 17 päivää\nvuonna 2024",
            source,
            "Yhteydenotosta neuvonpitoon – Oulu",
            "",
        ]


def test_delays_that_are_all_hidden_are_not_drawn(published):
    weeks = shown_delays(published).with_columns(n=pl.lit(None, pl.Int64), suppressed=pl.lit("secondary"))
    assert delays(published, weeks, region="network") is None


def test_files_are_called_by_their_names(published):
    ledger = published["quality_ledger"]
    assert file_titles(ledger)["who5"] == "webropol_who5.xlsx"
    same = file_titles(ledger.with_columns(file=pl.lit("kaikki.xlsx")))
    assert same["who5"] == "kaikki.xlsx (who5)"
    labels = quality(ledger, published["quality_rules"], published.meta, Words()).figure.axes[0].get_yticklabels()
    assert "webropol_who5.xlsx" in [one.get_text() for one in labels]


def test_hidden_points_are_not_drawn_and_the_caption_says_so(published):
    blank = (pl.col("wave") == 2023) & (pl.col("region") == "oulu")
    numbers = ["estimate", "se", "df", "ci_low", "ci_high", "n"]
    frame = published["parjaavyys"].with_columns(
        [pl.when(blank).then(None).otherwise(name).alias(name) for name in numbers]
        + [pl.when(blank).then(pl.lit("primary")).otherwise("suppressed").alias("suppressed")]
    )
    picture = coping(frame, published.meta, Words(), regions=["oulu", "network"])
    axes = picture.figure.axes[0]
    assert len(axes.get_lines()[-1].get_xdata()) == 2
    said = [one.get_text() for one in axes.texts]
    assert sum("ei näytetä: Oulu 2023" in one for one in said) == 1
    assert "ei näytetä" in picture.caption


def test_the_window_of_a_scale_keeps_differences_in_proportion():
    mean = {"decimals": 1, "percent": False, "decimals_of": "scale"}
    meta = {"scales": {"s": {"range": [0, 100], "shown": {}}}, "indicators": {"score_mean": mean}}
    view = View(Published({}, meta), Words(), "network", ())
    part = pl.DataFrame(
        {
            "indicator": "score_mean", "scale": ["s", "s"], "estimate": [60.0, 61.0], "ci_low": [59.0, 60.0],
            "ci_high": [61.0, 62.0],
        }
    )  # fmt: skip
    axis = window(view, part)
    assert axis.high - axis.low == pytest.approx(100 / 3)
    assert axis.low < 59
    assert axis.high > 62
    axis = window(view, part.with_columns(ci_high=pl.Series([99.0, 100.0])))
    assert (axis.high - axis.low, axis.high) == (pytest.approx(1.3 * 41), 100.0)
    ends = {"estimate": pl.lit(1.0), "ci_low": pl.lit(0.5), "ci_high": pl.lit(1.5)}
    assert window(view, part.with_columns(**ends)).low == 0.0


def test_organisations_stay_in_their_places(published):
    (picture,) = every_variant(FIGURES["network"], published, Words(), region="oulu")
    axes = [ax for ax in picture.figure.axes if ax.get_title(loc="center")]
    assert len(axes) == len(made_up.WAVES)
    places = [[tuple(text.get_position()) for text in ax.texts] for ax in axes]
    assert places[0] == places[1] == places[2]
    assert len(places[0]) == 12


def test_notebooks_show_the_same_bytes(pictures):
    picture = pictures[0]
    bundle = picture._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    assert bundle == picture._repr_mimebundle_()
    assert "0x" not in bundle["text/plain"]
    assert picture.caption[:30] in bundle["text/html"]


def test_the_stage_writes_tables_and_numbers(published, tmp_path):
    pictures = network_pictures(published, Words(), regions=["oulu"])
    write_tables(pictures, tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert {"coping.csv", "network-collaboration-oulu.csv", "quality.csv"} <= names
    table = pl.read_csv(tmp_path / "coping.csv")
    assert {"region", "wave", "scale", "estimate", "ci_low", "suppressed"} <= set(table.columns)
    found = metrics(published)
    assert found["year"] == 2024
    assert "delay_share.14" in found["oulu"]
    assert all(isinstance(value, float | int) for value in found["network"].values())


def test_the_numbers_of_a_run_hold_bands_and_how_many_rows_are_hidden(published):
    found = metrics(published)
    bands = published["parjaavyys"].filter(
        pl.col("indicator") == "band_share",
        pl.col("wave") == 2024,
        pl.col("group") == "all",
        pl.col("region") == "oulu",
        pl.col("suppressed") == SHOWN,
    )
    assert bands.height
    for row in bands.iter_rows(named=True):
        name = f"band_share.{row['scale']}.{row['category']}.{row['informant']}"
        assert found["oulu"][name] == row["estimate"]
    tables = [name for name, table in published.tables.items() if "region" in table.columns]
    for region in ("network", "oulu"):
        hidden = {
            name: published[name].filter(pl.col("suppressed") != SHOWN, pl.col("region") == region).height
            for name in tables
        }
        assert hidden["parjaavyys"] > 0
        assert {name: count for name, count in hidden.items() if count} == {
            name.removeprefix("hidden."): count
            for name, count in found[region].items()
            if name.startswith("hidden.") and count
        }


def test_nothing_hidden_reaches_the_numbers_of_a_run(published):
    hidden = published["integration"].filter(
        pl.col("suppressed") != SHOWN, pl.col("wave") == 2024, pl.col("group") == "all"
    )
    found = metrics(published)
    for row in hidden.filter(pl.col("indicator") == "delay_share").iter_rows(named=True):
        assert f"delay_share.{row['category']}" not in found.get(row["region"], {})


def test_no_file_of_the_package_names_another_place():
    source = Path(made_up.__file__).resolve().parents[2] / "src" / "sujuva" / "figures"
    for path in source.glob("*.py"):
        assert "http" not in path.read_text(encoding="utf-8"), path.name
