"""The words that people name categories with, in Finnish, Swedish and English.

What a draft writes out of a file's values comes from these lists, or is a code: a word that only the file knows may
be a person's.
"""

from __future__ import annotations

from collections.abc import Mapping

GENDERS = {
    "girl": ["girl", "tyttö", "flicka", "female", "nainen", "kvinna", "tytöt", "girls", "flickor"],
    "boy": ["boy", "poika", "pojke", "male", "mies", "man", "pojat", "boys", "pojkar"],
    "other": ["other", "muu", "annan", "annat", "muunsukupuolinen", "muu sukupuoli", "annat kön", "non-binary"],
}
LANGUAGES = {
    "fi": ["fi", "fin", "suomi", "finnish", "finska"],
    "sv": ["sv", "swe", "ruotsi", "swedish", "svenska"],
    "other": ["other", "muu", "annat", "muu kieli", "annat språk"],
}
AREA_GENDERS = {
    "total": ["total", "yhteensä", "totalt"],
    "male": ["male", "miehet", "män"],
    "female": ["female", "naiset", "kvinnor"],
}
INFORMANTS = {
    "self": ["self", "lapsi", "nuori", "oppilas", "itse", "child", "pupil", "elev", "barn"],
    "parent": ["parent", "vanhempi", "huoltaja", "äiti", "isä", "guardian", "förälder", "vårdnadshavare"],
    "teacher": ["teacher", "opettaja", "lärare", "kasvattaja"],
}
GROUPS = {
    "children": ["children", "lapset", "barn"],
    "young_people": ["nuoret", "ungdomar", "young people", "young_people"],
    "parents": ["parents", "vanhemmat", "föräldrar", "huoltajat"],
    "professionals": ["professionals", "ammattilaiset", "yrkespersoner", "työntekijät"],
}
ACTIVITIES = {
    "contact": ["contact", "yhteydenotto", "kontakt"],
    "consent": ["consent", "suostumus", "samtycke"],
    "invitation": ["invitation", "kutsu", "inbjudan"],
    "meeting": ["meeting", "neuvonpito", "tapaaminen", "verkostotapaaminen", "möte"],
    "attendance": ["attendance", "osallistuminen", "läsnäolo", "deltagande", "närvaro"],
    "action_agreed": ["action_agreed", "sovittu asia", "sovittu toimi"],
    "action_outcome": ["action_outcome", "sovitun asian toteutuminen"],
    "follow_up": ["follow_up", "seurantatapaaminen", "seuranta", "uppföljning"],
    "referral": ["referral", "eteenpäin ohjaus", "ohjaus", "lähete", "remiss"],
    "referral_accepted": ["referral_accepted", "ohjaus vastaanotettu", "lähete vastaanotettu", "remiss mottagen"],
    "service_start": ["service_start", "palvelu alkoi"],
    "service_end": ["service_end", "palvelu päättyi"],
    "closure": ["closure", "prosessin päätös", "päätös", "avslut"],
}
TRIGGERS = {
    "divorce": ["divorce", "avioero", "ero", "skilsmässa"],
    "parent_illness": ["parent_illness", "vanhemman sairastuminen", "vanhemman sairaus", "förälders sjukdom"],
    "unemployment": ["unemployment", "työttömyys", "arbetslöshet"],
    "school_problems": ["school_problems", "koulunkäynnin pulmat", "koulunkäynnin ongelmat", "problem i skolan"],
    "other": ["other", "muu", "annat"],
}
SERVICES = {
    "one_number": ["one_number", "perhelinja", "yksi numero", "perheiden palvelunumero", "familjelinjen"],
    "child_health": ["child_health", "neuvola", "lastenneuvola", "rådgivning"],
    "student_welfare": ["student_welfare", "opiskeluhuolto", "oppilashuolto", "elevvård"],
    "social_emergency": ["social_emergency", "sosiaalipäivystys", "socialjour"],
    "daycare": ["daycare", "varhaiskasvatus", "päiväkoti", "småbarnspedagogik"],
    "family_work": ["family_work", "perhetyö", "familjearbete"],
    "family_counselling": ["family_counselling", "perheneuvola", "perheneuvonta", "familjerådgivning"],
    "school_support": ["school_support", "koulun tuki", "oppimisen tuki", "skolans stöd"],
    "home_help": ["home_help", "kotipalvelu", "perheiden kotipalvelu", "hemservice"],
    "peer_group": ["peer_group", "vertaisryhmä", "vertaistuki", "kamratstöd"],
    "child_protection": ["child_protection", "lastensuojelu", "barnskydd"],
}
NEEDS = {
    "parenting": ["parenting", "vanhemmuus", "föräldraskap"],
    "coping": ["coping", "jaksaminen", "vanhemman jaksaminen", "ork"],
    "school": ["school", "koulunkäynti", "skolgång"],
    "mental_health": ["mental_health", "mielenterveys", "psykisk hälsa"],
}
CASE_ROLES = {
    "parent": ["parent", "vanhempi", "huoltaja", "äiti", "isä", "förälder", "vårdnadshavare"],
    "child": ["child", "lapsi", "nuori", "barn"],
    "professional": ["professional", "ammattilainen", "työntekijä", "yrkesperson"],
    "other": ["other", "muu", "läheinen", "närstående", "annan"],
}
SUPPORTS = {
    "early": ["early", "varhainen", "ennakoiva", "varhainen tuki", "tidigt"],
    "corrective": ["corrective", "korjaava", "korjaava tuki", "korrigerande"],
}
FEEDBACK_ITEMS = {
    "heard": ["heard", "tulin kuulluksi", "minua kuultiin", "jag blev hörd"],
    "useful": ["useful", "tapaamisesta oli hyötyä", "tilaisuudesta oli hyötyä"],
    "clear_actions": ["clear_actions", "sovimme selkeistä teoista"],
    "together": ["together", "palvelut toimivat yhdessä"],
}
CONDITIONS = {
    "common_agenda": ["common_agenda", "common agenda", "yhteinen päämäärä", "yhteinen agenda", "gemensam agenda"],
    "shared_measurement": ["shared_measurement", "shared measurement", "yhteinen seuranta", "gemensam uppföljning"],
    "mutually_reinforcing_activities": [
        "mutually_reinforcing_activities",
        "mutually reinforcing activities",
        "toisiaan vahvistava toiminta",
    ],
    "continuous_communication": [
        "continuous_communication",
        "continuous communication",
        "jatkuva vuoropuhelu",
        "jatkuva viestintä",
        "kontinuerlig kommunikation",
    ],
    "backbone_support": ["backbone_support", "backbone support", "yhteinen tukiorganisaatio", "taustaorganisaatio"],
}
# The keys of relations.yaml, and what people call them.
RELATIONS = {
    "collaboration": ["collaboration", "yhteistyö", "samarbete"],
    "information": ["information", "tiedonvaihto", "informationsutbyte", "information exchange"],
    "referral": ["referral", "referrals", "lähete", "ohjaus", "ohjaaminen", "remiss", "hänvisning"],
    "shared_clients": ["shared_clients", "shared clients", "yhteinen asiakas", "yhteiset asiakkaat"],
    "shared_resources": ["shared_resources", "shared resources", "yhteinen raha", "yhteinen ohjelma"],
    "value_power": ["value_power", "vaikutusvalta", "inflytande"],
    "value_involvement": ["value_involvement", "osallistuminen", "deltagande"],
    "value_resources": ["value_resources", "voimavarat", "resurser"],
    "trust_reliability": ["trust_reliability", "luotettavuus", "pålitlighet"],
    "trust_mission": ["trust_mission", "yhteinen suunta", "yhteinen tehtävä", "gemensam riktning", "gemensamt uppdrag"],
    "trust_openness": ["trust_openness", "avoimuus", "öppenhet"],
}
SERVICE_LEVELS = {
    "basic": ["basic", "perus", "perustaso", "peruspalvelu", "bas", "basnivå"],
    "specialised": ["specialised", "erityis", "erityistaso", "erityispalvelu", "special", "specialnivå"],
}
LP_ENVIRONMENTS = {
    "home": ["home", "koti", "hem", "hemmet"],
    "daycare": ["daycare", "varhaiskasvatus", "päiväkoti", "daghem", "småbarnspedagogik"],
    "school": ["school", "koulu", "skola", "skolan"],
    "leisure": ["leisure", "vapaa-aika", "fritid", "fritiden"],
}
LP_RATINGS = {
    "strength": ["strength", "vahvuus", "styrka"],
    "vulnerability": ["vulnerability", "haavoittuvuus", "sårbarhet"],
    "neither": ["neither", "ei kumpikaan", "ei_kumpikaan", "ingetdera"],
    "not_discussed": ["not_discussed", "not discussed", "ei käsitelty", "ei_kasitelty", "inte behandlat"],
}
LP_OUTCOMES = {
    "done": ["done", "toteutui", "kyllä", "genomfördes"],
    "partly": ["partly", "osittain", "toteutui osittain", "delvis", "genomfördes delvis"],
    "not_done": ["not_done", "not done", "ei", "ei toteutunut", "genomfördes inte"],
    "unknown": ["unknown", "ei tietoa", "ei_tietoa", "ei tiedossa", "uppgift saknas"],
}
LP_FORMS = {
    "daycare": ["daycare", "varhaiskasvatus", "småbarnspedagogik"],
    "preschool": ["preschool", "esikoulu", "esiopetus", "förskola"],
    "primary_adults": ["primary_adults", "alakoulu, aikuiset", "alakoulu", "lågstadiet, vuxna"],
    "primary_child": ["primary_child", "alakoulu, lapsi mukana", "lågstadiet, barnet med"],
    "lower_secondary_adults": ["lower_secondary_adults", "yläkoulu, aikuiset", "yläkoulu", "högstadiet, vuxna"],
    "lower_secondary_youth": ["lower_secondary_youth", "yläkoulu, nuori mukana", "högstadiet, unga med"],
    "reception": ["reception", "vastaanottokeskus", "förläggning"],
}
YES_NO = {"1": ["1", "yes", "kyllä", "ja", "k", "true"], "0": ["0", "no", "ei", "nej", "e", "false"]}
MISSING = [
    "ei tietoa",
    "ei vastausta",
    "en halua vastata",
    "en halua kertoa",
    "ei halua vastata",
    "ei halua vastata.",
    "en osaa sanoa",
    "eos",
    "puuttuu",
    "tieto puuttuu",
    "missing",
    "no answer",
    "don't know",
    "refused",
    "prefer not to say",
    "not stated",
    "n/a",
    "na",
    "vill inte svara",
    "vet ej",
    "uppgift saknas",
    "inget svar",
    "-",
    "ei tiedossa",
    "unknown",
]
"""Category words that mean that there is no answer."""

OF_CASES: Mapping[str, Mapping[str, list[str]]] = {
    "trigger": TRIGGERS,
    "service": SERVICES,
    "need": NEEDS,
    "role": CASE_ROLES,
    "outcome": LP_OUTCOMES,
    "support": SUPPORTS,
}
"""The words of each column of an event log beside the activity."""


def key_of(word: str, known: Mapping[str, list[str]]) -> str | None:
    """Return the key whose words hold `word`, whatever its case."""
    lower = word.strip().lower()
    return next((key for key, words in known.items() if lower in words), None)
