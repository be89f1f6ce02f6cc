"""Wrong codebooks: every fault is told, each in words and with its line."""

import pytest

from sujuva.codebooks import codebook_files, find_problems, load_instruments
from sujuva.errors import CodebookError

RIGHT = """\
key: toy
title: {fi: Lelu, sv: Leksak, en: Toy}
items: 4
response: [0, 3]
reverse: [2]
aliases:
  1: [toyone]
norms: own
licence: none
citation: none
scales:
  - key: toy_all
    title: {fi: Kaikki, sv: Alla, en: All}
    items: [1, 2, 3, 4]
    range: [0, 12]
    higher_is_better: true
    bands:
      - {norms: own, key: low, low: 0, high: 5, title: {fi: a, sv: b, en: c}}
      - {norms: own, key: high, low: 6, high: 12, title: {fi: a, sv: b, en: c}}
  - key: toy_metric
    title: {fi: Muunnos, sv: Omvandling, en: Converted}
    parts: [toy_pair]
    conversion: {0: 0, 1: 1.5, 2: 2.5, 3: 3, 4: 4, 5: 5, 6: 6}
    decimals: 1
    range: [0, 6]
    higher_is_better: true
  - key: toy_pair
    title: {fi: Pari, sv: Par, en: Pair}
    items: [1, 2]
    range: [0, 6]
    higher_is_better: true
"""


def problems(folder, text, name="toy.yaml", **others):
    paths = []
    for file, content in {name: text, **{f"{key}.yaml": value for key, value in others.items()}}.items():
        (folder / "instruments").mkdir(exist_ok=True)
        paths.append(folder / "instruments" / file)
        paths[-1].write_text(content, encoding="utf-8")
    return find_problems(paths)


def test_a_right_codebook_has_no_problem(tmp_path):
    assert problems(tmp_path, RIGHT) == []


@pytest.mark.parametrize(
    ("before", "after", "words", "line"),
    [
        ("low: 6, high: 12", "low: 5, high: 12", "bands low and high of toy_all overlap (own)", 19),
        ("low: 6, high: 12", "low: 7, high: 12", "a gap between bands low and high of toy_all (own)", 19),
        ("low: 6, high: 12", "low: 6, high: 11", "leave an end of the range 0–12 out (own)", 17),
        ("low: 6, high: 12", "low: 6, high: 13", "band high (own) of toy_all lies outside the range 0–12", 19),
        ("low: 6, high: 12", "low: 12, high: 6", "ends below where it begins", 19),
        ("low: 6, high: 12", "informant: self, low: 6, high: 12", "for everybody, others of its norm set are not", 18),
        ("reverse: [2]", "reverse: [5]", "a reverse item is outside 1–4", 5),
        ("range: [0, 12]", "range: [0, 10]", "items of toy_all give scores from 0 to 12, not 0 to 10", 15),
        ("range: [0, 12]", "range: [12, 0]", "needs the lowest score first", 15),
        ("range: [0, 12]", "range: [0, 12]\n    multiply: 2", "from 0 to 24, not 0 to 12", 15),
        ("range: [0, 12]", "range: [0, 12]\n    score: mean", "from 0 to 3, not 0 to 12", 15),
        ("range: [0, 12]", "range: [0, 12]\n    min_answered: 5", "asks for more answers than it has items", 12),
        ("items: [1, 2, 3, 4]", "items: [1, 2, 3, 9]", "scale toy_all names an item outside 1–4", 12),
        ("items: [1, 2, 3, 4]", "items: [1, 2, 3, 3]", "scale toy_all names an item twice", 12),
        ("3: 3, 4: 4", "3: 3, 4: 3", "the value of 4 is not above that of the score before it", 23),
        ("3: 3, 4: 4", "4: 4", "the raw score 3 has no value (1 in all)", 23),
        ("3: 3, 4: 4", "3: 3, 4: 4, 9: 9", "the raw score 9 lies outside 0–6", 23),
        ("1: 1.5", "1: 1.55", "more than 1 decimals", 20),
        ("range: [0, 12]", "rnage: [0, 12]", "unknown key 'scales.0.rnage'. Did you mean 'range'?", 15),
        ("items: 4\n", "items: four\n", "'items': it should be a valid integer", 3),
        ("key: toy_pair", "key: toy_all", "two scales are called toy_all", 11),
        ("fi: Kaikki, sv: Alla, en: All", "fi: Kaikki, en: All", "a text has no version in sv", 13),
        ("fi: Lelu, sv: Leksak, en: Toy", "fi: Lelu", "a text has no version in sv, en", 2),
        ("parts: [toy_pair]", "parts: [toy_pear]", "adds up scales that are not there: toy_pear", 20),
        ("norms: own\n", "norms: onw\n", "no bands of the norm set 'onw'. Did you mean 'own'?", 8),
        ("1: [toyone]", "1: [toyone]\n  2: [TOYONE]", "the column name 'toyone' stands for two items", 6),
        ("1: [toyone]", "1: [toy_3]", "the column name 'toy_3' stands for two items", 6),
        ("1: [toyone]", "7: [toyone]", "an item of aliases is outside 1–4", 6),
        ("key: toy\n", "key: tyo\n", "the key is 'tyo'. Name the file tyo.yaml.", 1),
        ("items: 4\n", "items: 4\nitems: 4\n", "the key 'items' is given twice", 4),
        ("items: 4\n", "items: [4\n", "not valid YAML", 4),
        ("response: [0, 3]", "response: [3, 0]", "response needs the lowest code first", 4),
        ("response: [0, 3]", "response: [0, 3]\nrecode: {0: 0, 1: 1}", "recode leaves out an answer", 5),
        ("items: 4\n", "items: 1000000000\n", "'items': it should be less than or equal to 1000", 3),
        ("items: 4\n", "", "'items': this is missing", 1),
        ("range: [0, 12]", "range: [0, 12]\n    zero_when: {item: 1, answer: 4}", "names an answer outside 0–3", 12),
        ("key: high, low: 6", "key: low, low: 6", "the band low (own) of toy_all is there twice", 19),
        ("key: toy_pair", "key: toy_all_band", "scale toy_all_band has the name of a column", 27),
        ("key: toy_pair", "key: toy_3", "scale toy_3 has the name of a column", 27),
        ("norms: own\n", "norms: own\nprefixes: {To: self}\n", "prefixes: 'To' is not one small letter", 9),
        ("norms: own\n", "norms: own\nvariant_of: toy\n", "an instrument is no version of itself", 9),
        ("response: [0, 3]", "response: [0, 3]\nvariant_of: toyy", "", 0),
    ],
)  # fmt: skip
def test_each_fault_is_told_with_its_line(tmp_path, before, after, words, line):
    assert RIGHT.count(before) == 1
    found = problems(tmp_path, RIGHT.replace(before, after))
    if not words:  # what stands beside it decides: see below
        assert found == []
        return
    told = [str(problem) for problem in found if words in str(problem)]
    assert told, found
    assert told[0].startswith(f"toy.yaml, line {line}: ")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("low: 6, high: 12", "low: 5, high: 12", "bands low and high of toy_all overlap"),
        ("range: [0, 12]", "range: [0, 10]", "give scores from 0 to 12, not 0 to 10"),
        ("3: 3, 4: 4", "4: 4", "the raw score 3 has no value"),
        ("1: [toyone]", "1: [toyone]\n  2: [TOYONE]", "the column name 'toyone' stands for two items"),
        ("items: 4\n", "items: 4\nitems: 5\n", "line 4 is not valid YAML: the key 'items' is given twice"),
    ],
)
def test_what_would_make_wrong_scores_is_not_loaded(tmp_path, before, after, words):
    folder = tmp_path / "codebooks" / "instruments"
    folder.mkdir(parents=True)
    (folder / "toy.yaml").write_text(RIGHT, encoding="utf-8")
    assert "toy" in load_instruments(tmp_path)
    (folder / "toy.yaml").write_text(RIGHT.replace(before, after), encoding="utf-8")
    with pytest.raises(CodebookError) as caught:
        load_instruments(tmp_path)
    assert words in str(caught.value)
    assert "toy.yaml" in str(caught.value)


def test_all_faults_are_told_at_once(tmp_path):
    text = RIGHT.replace("reverse: [2]", "reverse: [5]").replace("range: [0, 12]", "range: [0, 10]")
    text = text.replace("fi: Pari, sv: Par", "fi: Pari").replace("3: 3, 4: 4", "4: 4")
    told = "\n".join(str(problem) for problem in problems(tmp_path, text))
    for words in ("reverse item", "from 0 to 12", "no version in sv", "raw score 3", "band high (own)"):
        assert words in told


def test_scales_in_a_circle(tmp_path):
    text = RIGHT.replace("items: [1, 2]\n    range: [0, 6]", "parts: [toy_metric]\n    range: [0, 6]")
    told = [str(problem) for problem in problems(tmp_path, text)]
    assert any("toy_metric → toy_pair → toy_metric" in one for one in told), told


def test_what_clashes_between_codebooks(tmp_path):
    other = RIGHT.replace("key: toy\n", "key: top\n").replace("toyone", "toy_4").replace("toy_all", "top_all")
    told = [str(problem) for problem in problems(tmp_path, RIGHT, top=other)]
    assert any("the scale 'toy_pair' is in toy.yaml, too" in one for one in told), told
    assert any(one.startswith("top.yaml, line 6: the column name 'toy_4' is in toy.yaml, too") for one in told), told
    version = other.replace("norms: own\n", "variant_of: toy\nnorms: own\n")
    assert not any("column name" in str(one) for one in problems(tmp_path, RIGHT, top=version))
    nobody = version.replace("variant_of: toy", "variant_of: toyy")
    assert any("no instrument 'toyy'. Did you mean 'toy'?" in str(one) for one in problems(tmp_path, RIGHT, top=nobody))


def test_other_lists_are_checked_too(tmp_path):
    path = tmp_path / "sectors.yaml"
    path.write_text("- {key: a, title: {fi: a, sv: a}}\n- {kye: b, title: {fi: b, sv: b, en: b}}\n", encoding="utf-8")
    told = [str(problem) for problem in find_problems([path])]
    assert "sectors.yaml, line 1: a text has no version in en." in told
    assert "sectors.yaml, line 2: unknown key '1.kye'. Did you mean 'key'?" in told
    assert "sectors.yaml, line 2: the record '1' lacks key." in told


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("raw,valeu\n10,1\n", "first line of kidscreen10_t.csv is not 'raw,value'"),
        ("raw,value\n10,x\n", "line 2: no whole number and a value"),
        ("raw,value\n10,1\n10,2\n", "line 3: the raw score 10 is there twice"),
        ("raw,value\n10,1\n11,2\n", "the raw score 12 has no value (39 in all)"),
        ("raw,value\n" + "".join(f"{n},{-n}\n" for n in range(10, 51)), "not above that of the score before it"),
    ],
)
def test_tables_of_conversion_are_checked(tmp_path, rows, words):
    path = tmp_path / "codebooks" / "conversions" / "kidscreen10_t.csv"
    path.parent.mkdir(parents=True)
    path.write_text(rows, encoding="utf-8")
    paths = codebook_files(tmp_path)
    assert path in paths
    assert [words in str(problem) for problem in find_problems(paths)] == [True]
    with pytest.raises(CodebookError) as caught:
        load_instruments(tmp_path)
    assert words in str(caught.value)


def test_a_table_in_the_input_folder_is_taken(tmp_path):
    path = tmp_path / "codebooks" / "conversions" / "kidscreen10_t.csv"
    path.parent.mkdir(parents=True)
    path.write_text("raw;value\n" + "".join(f"{n};{n},25\n" for n in range(10, 51)), encoding="utf-8")
    assert find_problems(codebook_files(tmp_path)) == []
    scale = load_instruments(tmp_path)["kidscreen10"].scales[1]
    assert (scale.ready, scale.range) == (True, (10, 51))
    assert str(scale.conversion[33]) == "33.25"
    assert not load_instruments()["kidscreen10"].scales[1].ready
