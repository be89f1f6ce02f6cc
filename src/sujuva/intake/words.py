"""The words that people name columns with, in Finnish, Swedish and English."""

from __future__ import annotations

import re
from collections.abc import Mapping

_ROLES: Mapping[str, list[str]] = {
    "respondent": [
        "respondent",
        "vastaajatunnus",
        "vastaaja",
        "vastaajaid",
        "tunnus",
        "tunniste",
        "tutkimusnumero",
        "respondentid",
        "responseid",
        "participantid",
        "participant",
        "subjectid",
        "studyid",
        "recordid",
        "personid",
        "pseudonyymi",
        "pseudonym",
        "fsdid",
        "childid",
        "lapsiid",
        "oppilasid",
        "svarsid",
        "respondentnummer",
        "deltagarid",
        "id",
    ],
    "wave": (
        [
            "wave",
            "vuosi",
            "mittausvuosi",
            "year",
            "surveyyear",
            "aalto",
            "mittausaalto",
            "tutkimusvuosi",
            "kyselyvuosi",
            "år",
            "mätår",
            "datavuosi",
        ]
    ),
    "region": ["region", "alue", "hyvinvointialue", "maakunta", "hva", "området", "område", "välfärdsområde", "county"],
    "municipality": [
        "municipality",
        "kunta",
        "kotikunta",
        "asuinkunta",
        "kuntakoodi",
        "kommun",
        "hemkommun",
        "kuntanimi",
    ],
    "unit": [
        "unit",
        "yksikkö",
        "koulu",
        "oppilaitos",
        "päiväkoti",
        "ryväs",
        "school",
        "cluster",
        "psu",
        "enhet",
        "skola",
        "toimipaikka",
    ],
    "stratum": ["stratum", "strata", "ositin", "ositus", "osite", "stratumid"],
    "weight": ["weight", "paino", "painokerroin", "vikt", "wgt", "analyysipaino", "surveyweight"],
    "age_group": ["agegroup", "ikäryhmä", "ikäluokka", "åldersgrupp", "ageband"],
    "gender": ["gender", "sukupuoli", "sex", "kön", "lapsensukupuoli"],
    "language": [
        "language",
        "kieli",
        "äidinkieli",
        "språk",
        "modersmål",
        "vastauskieli",
        "kyselykieli",
        "userlanguage",
        "startlanguage",
    ],
    "informant": [
        "informant",
        "informantti",
        "vastaajarooli",
        "vastaajanrooli",
        "rooli",
        "vastaajatyyppi",
        "vastaajantyyppi",
        "vastaajaryhmä",
        "respondenttype",
        "uppgiftslämnare",
    ],
    "case": [
        "case",
        "perhe",
        "perhetunnus",
        "caseid",
        "tapaus",
        "tapaustunnus",
        "prosessi",
        "asiakkuus",
        "asiakas",
        "asiakasperhe",
        "asiakastunnus",
        "asiakasnumero",
        "perhenumero",
        "familj",
        "ärende",
        "family",
        "familyid",
        "caseconceptname",
    ],
    "activity": [
        "activity",
        "tapahtuma",
        "toiminto",
        "tapahtumalaji",
        "händelse",
        "aktivitet",
        "eventtype",
        "conceptname",
    ],
    "time": [
        "time",
        "aika",
        "timestamp",
        "aikaleima",
        "ajankohta",
        "tapahtumaaika",
        "tapahtumapäivä",
        "tapahtumapvm",
        "tid",
        "tidpunkt",
        "datetime",
        "timetimestamp",
    ],
    "sector": [
        "sector",
        "toimiala",
        "sektori",
        "resource",
        "hallinnonala",
        "palvelu",
        "sektor",
        "orgresource",
        "orggroup",
    ],
    "organisation": [
        "organisation",
        "tunnus",
        "toimijatunnus",
        "organisaatiotunnus",
        "organisationid",
        "organizationid",
        "id",
    ],
    "name": ["name", "toimija", "organisaatio", "nimi", "toimijannimi", "aktör", "organization", "organisaationnimi"],
    "source": ["source", "arvioija", "lähde", "from", "ego", "rater", "sender", "källa", "a"],
    "target": ["target", "arvioitava", "kohde", "to", "alter", "ratee", "receiver", "mål", "b"],
    "observed": ["observed", "nykyinen", "toteutunut", "nykytila", "nuvarande", "rating", "strength", "nyt"],
    "expected": ["expected", "toivottu", "tavoite", "odotettu", "önskad", "desired"],
    "event": ["event", "tilaisuus", "tapaaminen", "työpaja", "tillfälle", "workshop", "tilaisuustunnus"],
    "phenomenon": ["phenomenon", "ilmiö", "teema", "fenomen", "tema"],
    "condition": ["condition", "ehto", "edellytys", "osatekijä", "villkor"],
    "assessor": ["assessor", "arvioija", "arvioitsija", "bedömare"],
    "level": ["level", "taso", "nivå", "palvelutaso"],
    "evidence": ["evidence", "näyttö", "perustelu", "perustelut", "evidens", "belägg"],
    "relation": ["relation", "suhde", "relaatio", "yhteydenlaji", "relationstyp"],
    "participant": ["participant", "osallistuja", "osallistujatunnus", "deltagare", "vastaaja"],
    "participant_group": ["participantgroup", "ryhmä", "osallistujaryhmä", "rooli", "roll", "grupp", "kohderyhmä"],
    "item": ["item", "väite", "väittämä", "påstående", "statement", "kysymys"],
    "rating": ["rating", "arvio", "arvosana", "betyg", "vastaus", "score", "omdöme"],
    "indicator": ["indicator", "indikaattori", "indikaattoritunnus", "indikator", "indicatorid"],
    "title": ["title", "otsikko", "nimike", "indikaattorinnimi", "rubrik"],
    "area": ["area", "aluekoodi", "alueenkoodi", "områdeskod", "areacode"],
    "area_name": ["areaname", "alueennimi", "områdesnamn", "alue"],
    "year": ["year", "vuosi", "år"],
    "value": ["value", "arvo", "värde"],
    "absolute": ["absolute", "absoluuttinen", "lukumäärä", "antal", "absolutevalue"],
}
"""Names that people give to a column of the contracts, folded (see `folded`); the first is the contract's own."""

_LP_COLUMNS: Mapping[str, list[str]] = {
    "talk": ["talk", "lptunnus", "lpid", "keskustelu", "keskustelutunnus", "keskusteluid", "samtal", "samtalsid"],
    "child": ["child", "lapsi", "lapsitunnus", "lapsentunnus", "childid", "childpid", "lapsiid", "barn", "barnid"],
    "date": ["date", "pvm", "päivämäärä", "päivä", "keskustelupäivä", "keskustelupvm", "datum"],
    "environment": ["environment", "ympäristö", "ymparisto", "kehitysympäristö", "miljö", "utvecklingsmiljö"],
    "topic": ["topic", "aihe", "aihetunnus", "aihenumero", "tema", "ämne"],
    "rating": ["rating", "arvio", "bedömning"],
    "form": ["form", "lokikirja", "lokikirjaversio", "versio", "lomake", "loggbok"],
    "plan": ["plan", "suunnitelma", "suunnitelmatehty", "toimintasuunnitelma", "handlingsplan"],
    "responsible": ["responsible", "vastuusovittu", "vastuutahosovittu", "vastuuhenkilönimetty", "ansvarig"],
    "due": ["due", "määräaika", "maarapaiva", "määräpäivä", "tidsfrist"],
    "outcome": ["outcome", "toteutuminen", "toteutui", "utfall"],
    "follow_up": ["followup", "seurantasovittu", "seurantapvm", "seuranta", "seurantapäivä", "uppföljning"],
    "parents_present": ["parentspresent", "vanhemmatpaikalla", "vanhemmatmukana", "föräldrarmed"],
    "child_present": ["childpresent", "lapsipaikalla", "lapsimukana", "barnetmed"],
    "network_needed": ["networkneeded", "neuvonpitotarpeen", "neuvonpidontarve", "nätverksmötebehövs"],
    "network_held": ["networkheld", "neuvonpitopidetty", "neuvonpito", "nätverksmötehölls"],
}

_CASE_COLUMNS: Mapping[str, list[str]] = {
    "municipality": _ROLES["municipality"],
    "item": ["item", "tunniste", "viite", "viitetunnus", "tapahtumatunnus", "tapaamistunnus", "referens", "reference"],
    "trigger": ["trigger", "syy", "yhteydenotonsyy", "tulosyy", "hakeutumissyy", "orsak", "kontaktorsak", "reason"],
    "service": ["service", "palvelu", "palvelunnimi", "palvelumuoto", "tjänst"],
    "need": ["need", "tarve", "palveluntarve", "tuentarve", "behov", "stödbehov"],
    "target": ["target", "ohjattu", "ohjattumihin", "kohde", "vastaanottavatoimiala", "remitterattill"],
    "role": ["role", "rooli", "osallistujarooli", "osallistujanrooli", "roll"],
    "outcome": ["outcome", "toteutuminen", "toteutui", "toteuma", "utfall"],
    "support": ["support", "tuenlaji", "tukimuoto", "tuki", "tukityyppi", "stöd", "stödform"],
}

_NO_DOTS = str.maketrans("äöå", "aoa")
_SHORT = 3  # letters; a shorter word without its dots is another word


def _both(lists: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Add each word as programs that know no dots write it: yksikko beside yksikkö."""
    plain = {word: word.translate(_NO_DOTS) if len(word) > _SHORT else word for one in lists.values() for word in one}
    return {
        key: list(dict.fromkeys(one for word in words for one in (word, plain[word]))) for key, words in lists.items()
    }


ROLES = _both(_ROLES)
CASE_COLUMNS = _both(_CASE_COLUMNS)
"""The same of what only some events of a log have; in other tables these names mean something else."""
LP_COLUMNS = _both(_LP_COLUMNS)
"""The same of the table of LP discussions, whose names mean something else in other tables."""

TERMS = ("kevät", "syksy", "talvi", "kesä", "alku", "loppu", "vår", "höst", "spring", "autumn", "fall")
"""What stands beside the year in the name of a round of answers, such as kevät 2024."""
ANSWERED = [
    "vastausaika",
    "vastauspäivä",
    "recordeddate",
    "datesubmitted",
    "submitdate",
    "enddate",
    "startdate",
    "päivämäärä",
    "pvm",
    "svarsdatum",
    "datestamp",
    "dateenrolled",
    "saveddate",
    "lähetysaika",
]
"""Names of the time at which somebody answered: the year of a wave can be taken from it."""
STARTS = ["startdate", "datestarted", "startdatum", "aloitusaika", "aloitettu", "starttime", "vastaaminenaloitettu"]
ENDS = [
    "enddate",
    "submitdate",
    "datesubmitted",
    "lopetusaika",
    "lopetettu",
    "endtime",
    "vastaaminenlopetettu",
    "lähetetty",
]
DURATIONS = [
    "kesto",
    "vastausajankesto",
    "duration",
    "durationinseconds",
    "interviewtime",
    "totaltime",
    "sekunteina",
    "kestomin",
    "kestosek",
    "kestos",
    "kestominuuttia",
    "kestosekuntia",
    "vastaamiseenkulunutaika",
    "seconds",
    "minutes",
    "svarstid",
    "durationseconds",
    "durationminutes",
]
TEXTS = [
    "avoin",
    "palaute",
    "kommentti",
    "perustele",
    "kuvaile",
    "vapaa",
    "omin",
    "sanoin",
    "open",
    "comment",
    "comments",
    "text",
    "öppen",
    "fritext",
]


def folded(name: str) -> str:
    """Return a name of a column in lower case, letters and digits alone, without an export's number in front."""
    return re.sub(r"[\W_]+", "", name.lower())


def as_words(name: str) -> list[str]:
    """Return the words of a name: `LapsenIka_v2` is lapsen, ika, v2."""
    parted = re.sub(r"(?<=[a-zåäö])(?=[A-ZÅÄÖ])", " ", name)
    return [word.lower() for word in re.split(r"[\W_]+", parted) if word]


def known_name(name: str) -> bool:
    """Tell whether a name is one that people give to columns."""
    one = folded(name)
    words = {*ANSWERED, *STARTS, *ENDS, *DURATIONS}
    lists = (*ROLES.values(), *CASE_COLUMNS.values(), *LP_COLUMNS.values())
    words |= {word for names in lists for word in names}
    return one in words
