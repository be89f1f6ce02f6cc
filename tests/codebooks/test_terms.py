"""Every code that a table can hold has its title in three languages, in one file."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import sujuva
from sujuva.cleaning import RULES
from sujuva.codebooks import LANGUAGES, Terms, find_problems, load_indicators, load_instruments, load_terms
from sujuva.codebooks.terms import PARTS
from sujuva.errors import CodebookError
from sujuva.figures import Words
from sujuva.figures.labels import band_title, group_title, indicator_title, scale_title, sector_title
from sujuva.integration.brokers import ROLES
from sujuva.moments.rows import REASONS, USED
from sujuva.published import ABOVE, BELOW, FROM_5, OVER_15, PRIMARY, SECONDARY, SHOWN, UNDER_5, UNDER_15
from sujuva.quality import FLAGS
from sujuva.scores import reasons
from sujuva.tables import SCHEMAS, all_about, contract_of
from sujuva.tables.casework import ACTIVITIES
from sujuva.tables.respondents import PlacedRespondents
from tests.codebooks.walking import walked
from tests.publish import made_up

SOURCE = Path(sujuva.__file__).parent
STAGES = ("estimation", "parjaavyys", "integration", "situation")


def constants(name: str) -> dict[str, str]:
    """Texts of the module-level constants of a room: name in capitals → text."""
    found = {}
    for path in sorted((SOURCE / name).glob("*.py")):
        for line in ast.parse(path.read_text(encoding="utf-8")).body:
            if (
                isinstance(line, ast.Assign)
                and isinstance(line.value, ast.Constant)
                and isinstance(line.value.value, str)
            ):
                found |= {one.id: line.value.value for one in line.targets if isinstance(one, ast.Name)}
    return found


def decisions() -> set[str]:
    """Every rule for hiding that a module of `publish` can give: the texts of what it calls a rule."""
    given = []
    for path in (SOURCE / "publish").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = [node.arg] if isinstance(node, ast.keyword) else []
            if isinstance(node, ast.Assign):
                named = [one.id for one in node.targets if isinstance(one, ast.Name)]
            if {"rule", "_rule", "rules", "why", "told"} & set(named):
                given.append(node.value)
    return {text for value in given for text in texts(value) if re.fullmatch("[a-z_]+", text)} - NO_RULES


def texts(value: ast.expr) -> set[str]:
    """What an expression can come to: the texts in `lit`, `fill_null`, `where` and in the ends of conditions."""
    found = set()
    for node in ast.walk(value):
        ends: list[ast.expr] = []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            ends = node.args if node.func.attr in ("lit", "fill_null", "where") else []
        elif isinstance(node, ast.IfExp):
            ends = [node.body, node.orelse]
        elif isinstance(node, ast.BoolOp):
            ends = node.values
        found |= {one.value for one in ends if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return found


NO_CODES = {"lp_vulnerability_share", "municipality:", "composite", "358"}
"""Constants of stages that are no codes: keys of scales, prefixes, an official code of an area."""
NO_RULES = {"none", "rule", "small", SHOWN, PRIMARY, SECONDARY}
"""Words of `publish` beside its rules: columns and states."""
CODES: dict[str, set[str]] = {
    "rule": set(RULES),
    "rule_kind": set(RULES.values()),
    "row_use": {USED, *REASONS},
    "flag": set(FLAGS),
    "decision": {"", *decisions()},
    "suppressed": {SHOWN, PRIMARY, SECONDARY},
    "bound": {BELOW, ABOVE, UNDER_5, FROM_5, UNDER_15, OVER_15},
    "informant": {"combined"},
    "environment": {""},
    "activity": {*ACTIVITIES, "*first", "*last"},
    "broker_role": set(ROLES),
    "score_reason": {
        reasons.NO_ANSWERS, reasons.NO_TABLE, reasons.NOT_ASKED, reasons.OUTSIDE_CONDITION, reasons.ANSWERED_ANYWAY,
        reasons.NO_INFORMANT,
    },
}  # fmt: skip


UNTITLED = {"yes_no", "form", "condition"}
"""Kinds whose codes no reader sees, and the conditions of common work, which are scales of an instrument."""
for schema in (*(contract_of(table) for table in ("answers", *SCHEMAS)), PlacedRespondents):
    for column in all_about(schema).values():
        if column.codes and column.of not in UNTITLED:
            CODES[column.of] = {*CODES.get(column.of, ()), *column.codes}


def test_groups_of_a_study_have_titles(project):
    """A column that makes groups has a title, and so has every group of it that the contract knows."""
    for name, column in all_about(PlacedRespondents).items():
        if column.group:
            assert all(load_terms().title("grouping", name, language) for language in LANGUAGES)
            assert column.of == name


@pytest.mark.parametrize("kind", CODES)
def test_every_code_of_the_code_has_a_title(kind, project):
    assert CODES[kind]
    terms = load_terms()
    for code in sorted(CODES[kind]):
        assert all(terms.title(kind, code, language).strip() for language in LANGUAGES)


@pytest.mark.parametrize("room", STAGES)
def test_every_constant_of_a_stage_has_a_title(room, project):
    """What a stage calls by a constant of its own is an indicator or a code (most are notes), so it has a title."""
    kinds = load_terms().kinds.values()
    known = {code for kind in kinds for code in kind} | load_indicators().keys() | NO_CODES
    assert {name: text for name, text in constants(room).items() if text not in known} == {}


def test_every_norm_set_of_an_instrument_has_a_title(project):
    sets = {band.norms for one in load_instruments().values() for scale in one.scales for band in scale.bands}
    assert {"uk4", "who"} <= sets
    for norms in sorted(sets):
        assert all(load_terms().title("norms", norms, language) for language in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_published_tables_has_a_title(language):
    assert walked(made_up.publication(), Words(language)) > 100


def test_sentences_of_rules_and_flags_are_sentences(project):
    terms = load_terms()
    for kind, parts in PARTS.items():
        for code in terms.kinds[kind]:
            for language in LANGUAGES:
                for part in parts:
                    text = terms.sentence(kind, code, language, part=part)
                    assert text[0].isupper(), text
                    assert text.endswith((".", "?")), text


def own(folder: Path, text: str) -> Path:
    (folder / "codebooks").mkdir(exist_ok=True)
    (folder / "codebooks" / "terms.yaml").write_text(text, encoding="utf-8")
    return folder


def test_an_input_folder_adds_kinds_and_codes_and_replaces_titles(project, tmp_path):
    text = """
school_type: {lukio: {fi: Lukiot, sv: Gymnasier, en: Upper secondary schools}}
gender: {girl: {fi: Tyttöjä, sv: Tjejer, en: Girls here}}
"""
    words = Words("sv", load_terms(own(tmp_path, text)))
    assert group_title("school_type:lukio", words) == "Gymnasier"
    assert group_title("gender:girl", words) == "Tjejer"
    assert group_title("gender:boy", words) == "Pojkar"
    assert group_title("age_group:7-9", Words("fi")) == "7–9-vuotiaat"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("note: {odd: {fi: Outo, sv: Underlig}}", r"terms.yaml: 'note.odd.en': this is missing"),
        ("note: {odd: {fi: Outo, sv: Underlig, en: ''}}", r"note.odd.en"),
        ("note: {odd: {fi: a, sv: b, en: c, sentense: d}}", r"unknown key 'note.odd.sentense'"),
        ("risk: {odd: {fi: a, sv: b, en: c}}", r"terms.yaml: 'risk.odd.sentence': this is missing"),
        ("rule: {no_key: {fi: a, sv: b, en: c}}", r"terms.yaml: 'rule.no_key.sentence': this is missing"),
        ("as_given: trigger", r"terms.yaml, as_given: it|terms.yaml, as_given: the file should be a list"),
    ],
)
def test_what_is_wrong_in_a_file_is_told(project, tmp_path, text, message):
    with pytest.raises(CodebookError, match=message):
        load_terms(own(tmp_path, text))


def test_a_check_of_codebooks_tells_every_fault_with_its_line(project, tmp_path):
    text = "note:\n  odd: {fi: Outo, sv: Underlig}\n  more: {fi: a, sv: b, en: c, sentense: d}\n"
    path = own(tmp_path, text) / "codebooks" / "terms.yaml"
    told = [str(one) for one in find_problems([path])]
    assert "terms.yaml, line 2: a text has no version in en." in told
    assert "terms.yaml, line 3: unknown key 'note.more.sentense'. Did you mean 'sentence'?" in told
    own(tmp_path, "risk:\n  odd: {fi: a, sv: b, en: c}\n")
    assert [str(one) for one in find_problems([path])] == ["terms.yaml, line 2: 'risk.odd.sentence': this is missing."]
    assert find_problems([Path("data/codebooks/terms.yaml")]) == []


def test_an_unknown_code_is_an_error_that_says_where_to_write_it(project):
    terms = load_terms()
    with pytest.raises(CodebookError) as error:
        terms.title("note", "few_clustrs", "fi")
    assert str(error.value) == (
        "terms.yaml: the note 'few_clustrs' has no title. Did you mean 'few_clusters'? A code of the study's own is "
        "named in codebooks/terms.yaml of the input folder: note: {few_clustrs: {fi: …, sv: …, en: …}}."
    )
    with pytest.raises(CodebookError, match="no titles of the kind 'school_type', so none for 'lukio'"):
        terms.title("school_type", "lukio", "fi")
    with pytest.raises(CodebookError, match=r"described in codebooks/sectors.yaml"):
        terms.title("sector", "helth", "fi")
    with pytest.raises(CodebookError, match="the note 'no_ties' has no advice"):
        terms.sentence("note", "no_ties", "fi", part="advice")


def test_what_no_codebook_of_a_publication_has_is_an_error():
    meta, words = made_up.publication().meta, Words("fi")
    with pytest.raises(CodebookError, match=r"no scale 'who'. Did you mean 'who5'\? Describe it in codebooks/instru"):
        scale_title(meta, "who", words)
    with pytest.raises(CodebookError, match=r"no indicator 'score_men'. Did you mean 'score_mean'"):
        indicator_title(meta, "score_men", words)
    with pytest.raises(CodebookError, match="The scale 'who5' has no band 'lowest'"):
        band_title(meta, "who5", "lowest", words)
    with pytest.raises(CodebookError, match=r"no sector 'helth'. Did you mean 'health'"):
        sector_title(meta, "helth", words)


def test_free_words_of_the_data_are_shown_as_given(project):
    terms = load_terms()
    assert terms.title("trigger", "oma_syy", "fi") == "oma syy"
    assert terms.title("trigger", "divorce", "fi") == "Ero"
    assert terms.title("phenomenon", "Yksinäisyys", "sv") == "Yksinäisyys"


def test_terms_travel_as_json(project):
    terms = load_terms()
    assert Terms.model_validate_json(terms.model_dump_json(exclude_none=True)) == terms
