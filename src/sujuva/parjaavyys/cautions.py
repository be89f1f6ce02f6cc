"""What must be said beside a change, in the words of readers."""

from __future__ import annotations

from sujuva.codebooks import Text

PARALLEL_TRENDS = Text(
    fi="Ero kertoo työn vaikutuksesta vain, jos aloittaneet ja muut alueet olisivat muuttuneet ilman työtä samalla "
    "tavalla. Sitä ei voi osoittaa. Vertailu ajalta ennen aloitusta auttaa arvioimaan: jos sekin poikkeaa nollasta, "
    "alueet olivat jo eri suunnassa.",
    sv="Skillnaden säger något om arbetets effekt bara om de områden som börjat och de övriga hade förändrats på samma "
    "sätt utan arbetet. Det går inte att visa. Jämförelsen från tiden före starten hjälper: om också den avviker från "
    "noll var områdena redan på väg åt olika håll.",
    en="The difference speaks of the effect of the work only if the regions that started and the others would have "
    "changed alike without it. That cannot be shown. The comparison from before the start helps to judge: if it "
    "differs from zero as well, the regions were already going different ways.",
)
"""Beside every difference in differences."""
FEW_REGIONS = Text(
    fi="Alueita on vähän. Väli ottaa huomioon, että koulut ja palvelut eroavat toisistaan, mutta ei sitä, mitä koko "
    "alueelle samaan aikaan tapahtui, joten se on liian kapea vaikutuksen osoittamiseen.",
    sv="Områdena är få. Intervallet beaktar att skolor och tjänster skiljer sig från varandra, men inte det som "
    "samtidigt hände i hela området, och är därför för smalt för att visa en effekt.",
    en="There are few regions. The interval allows for schools and services that differ, but not for what happened to "
    "a whole region at the same time, so it is too narrow to show an effect.",
)
"""Beside a difference in differences with the note `few_areas`."""
REGRESSION_TO_THE_MEAN = Text(
    fi="Kun mukaan tullaan vaikeassa vaiheessa, tulokset palaavat keskimäärin lähemmäs tavallista ilman apuakin. "
    "Muutos ei siksi yksin kerro, mikä auttoi.",
    sv="När man kommer med i ett svårt skede närmar sig resultaten i medeltal det vanliga också utan hjälp. Därför "
    "säger förändringen inte ensam vad som hjälpte.",
    en="Where people enter at a difficult time, results come back nearer the usual on average without any help. So the "
    "change alone does not tell what helped.",
)
"""Beside changes of people who were chosen because of a crisis: families of an LP-neuvonpito or a service process."""
