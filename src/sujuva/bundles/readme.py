"""The page beside the manifest, in three languages, for whoever opens a bundle and has never heard of it."""

from __future__ import annotations

from sujuva.bundles.manifest import Manifest

README = "README.txt"
_MADE_UP = {"fi": "SYNTEETTINEN: henkilöt ovat keksittyjä. ", "sv": "SYNTETISK: personerna är påhittade. "}
_MADE_UP["en"] = "SYNTHETIC: the persons are made up. "
_PAGE = """\
Suomeksi

{fi}Tämä on alueen {region} nippu vuosilta {waves}: summia, joista verkoston luvut lasketaan.
Tässä ei ole yhdenkään henkilön riviä eikä tunnistetta. Pienet solut on suojattu ennen kuin nippu lähti alueelta.
Pidätettyjä kohtia on {withheld}; ne luetellaan tiedostossa manifest.json.

manifest.json kertoo, mistä nippu on tehty: valinnat, koodikirjat, koodi, kynnykset ja jokaisen taulun SHA-256.
Taulut ovat Parquet-tiedostoja. Kuka nipun takana on, sen kertoo allekirjoitus (minisign) nipun vieressä.


På svenska

{sv}Det här är paketet från området {region} för åren {waves}: summor som nätverkets siffror räknas ur.
Här finns ingen persons rad och ingen identifierare. Små celler skyddades innan paketet lämnade området.
Ställen som har hållits inne är {withheld}; de räknas upp i manifest.json.

manifest.json berättar vad paketet är gjort av: val, kodböcker, kod, tröskelvärden och varje tabells SHA-256.
Tabellerna är Parquet-filer. Vem som står bakom paketet berättar signaturen (minisign) bredvid paketet.


In English

{en}This is the bundle of the region {region} for the years {waves}: sums from which the network's numbers are computed.
No person's row and no identifier is in it. Small cells were protected before the bundle left the region.
Places that are withheld: {withheld}; manifest.json lists them.

manifest.json tells what the bundle was made of: choices, codebooks, code, thresholds and the SHA-256 of each table.
The tables are Parquet files. Who stands behind the bundle is told by the signature (minisign) beside it.
"""


def readme(manifest: Manifest) -> str:
    """Return the page as text, where data are synthetic with a word of that first in each language."""
    said = {language: text if manifest.synthetic else "" for language, text in _MADE_UP.items()}
    waves = ", ".join(str(one) for one in manifest.waves)
    return _PAGE.format(region=manifest.region, waves=waves, withheld=len(manifest.withheld), **said)
