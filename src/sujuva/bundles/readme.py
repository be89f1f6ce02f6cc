"""The page beside the manifest, in three languages, for whoever opens a bundle and has never heard of it.

It stands here and not in the catalogues of translations: whoever reads a bundle makes this page again and holds it,
byte for byte, against the archive. A better word in a catalogue would make every bundle of yesterday unreadable, so
these words belong to the form of bundles, and other words raise `sujuva.bundles.manifest.FORM`.
"""

from __future__ import annotations

from sujuva.bundles.manifest import Manifest

README = "README.txt"
_MADE_UP = {"fi": "SYNTEETTINEN: henkilöt ovat keksittyjä. ", "sv": "SYNTETISK: personerna är påhittade. "}
_MADE_UP["en"] = "SYNTHETIC: the persons are made up. "
_PAGE = """\
Suomeksi

{fi}Tämä on alueen {region} nippu vuosilta {waves} (kierros {round}): summia, joista verkoston luvut lasketaan.
Tässä ei ole yhdenkään henkilön riviä eikä tunnistetta. Pienet solut on suojattu ennen kuin nippu lähti alueelta.
Alueelle jätettyjä kohtia: {withheld}. Ne luetellaan syineen tiedostossa manifest.json.

manifest.json kertoo, mistä nippu on tehty: valinnat, koodikirjat, koodi, kynnysarvot ja jokaisen taulun SHA-256.
Taulut ovat Parquet-tiedostoja. Kuka nipun takana on, sen kertoo allekirjoitus (minisign) nipun vieressä.
Alue, joka korjaa lukujaan, lähettää uuden nipun; sen kierros on suurempi, ja se korvaa tämän.


På svenska

{sv}Det här är paketet från området {region} för åren {waves} (omgång {round}): summor som nätverkets siffror räknas ur.
Här finns ingen persons rad och ingen identifierare. Små celler skyddades innan paketet lämnade området.
Ställen som stannade i området: {withheld}. De räknas upp med sina skäl i manifest.json.

manifest.json berättar vad paketet är gjort av: val, kodböcker, kod, tröskelvärden och varje tabells SHA-256.
Tabellerna är Parquet-filer. Vem som står bakom paketet berättar signaturen (minisign) bredvid paketet.
Ett område som rättar sina siffror skickar ett nytt paket; dess omgång är större, och det ersätter detta.


In English

{en}This is the bundle of the region {region} for the years {waves} (round {round}): sums from which the numbers
of the network are computed. No person's row and no identifier is in it. Small cells were protected before it left.
Places that stayed in the region: {withheld}. manifest.json lists them with their reasons.

manifest.json tells what the bundle was made of: choices, codebooks, code, thresholds and the SHA-256 of each table.
The tables are Parquet files. Who stands behind the bundle is told by the signature (minisign) beside it.
A region that corrects its numbers sends a new bundle; its round is higher, and it takes the place of this one.
"""


def readme(manifest: Manifest) -> str:
    """Return the page as text, where data are synthetic with a word of that first in each language."""
    said = {language: text if manifest.synthetic else "" for language, text in _MADE_UP.items()}
    waves = ", ".join(str(one) for one in manifest.waves)
    return _PAGE.format(
        region=manifest.region, waves=waves, round=manifest.round, withheld=len(manifest.withheld), **said
    )
