"""What partners and participants say: means by instrument with the assessed level, feedback by group."""

from __future__ import annotations

from sujuva.figures import Words
from sujuva.figures.feedback import feedback, feedback_rows
from sujuva.figures.partners import partners
from sujuva.publish import Published
from sujuva.reports.content import Exhibit, only, shown
from sujuva.reports.services_findings import feedback_sentence, partners_sentence
from sujuva.reports.tables import indicator_rows


def partner_exhibits(published: Published, words: Words, *, region: str, regions: list[str]) -> list[Exhibit]:
    """Return what people in partner organisations say, a picture an instrument.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region of the page, or "network".
        regions: Regions in the comparison, the page's own first.
    """
    meta = published.meta
    exhibits: list[Exhibit] = []
    columns = ["indicator", "condition", "region", "wave", "estimate", "interval", "n"]
    intro = partners_sentence(published, words, region=region)
    for picture in partners(published["integration"], meta, words, regions=regions):
        name = f"{picture.key}.csv"
        table = indicator_rows(picture.data, meta, words, caption=picture.title, columns=columns, name=name)
        exhibits.append(shown(picture, table, intro="" if exhibits else intro))
    return exhibits


def feedback_exhibits(published: Published, words: Words, *, region: str) -> list[Exhibit]:
    """Return the feedback of participants: a picture where some of it is shown, else the table that says it is hidden.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region of the page, or "network".
    """
    meta = published.meta
    rows = feedback_rows(published["integration"], region=region)
    if rows.is_empty():
        return []
    caption = words.say("Feedback of participants, mean of ratings 1–5")
    columns = ["scale", "group", "wave", "estimate", "interval", "n"]
    table = indicator_rows(rows, meta, words, caption=caption, columns=columns, name="feedback.csv")
    picture = feedback(published["integration"], meta, words, region=region)
    if picture is None:
        return [only(table)]
    return [shown(picture, table, intro=feedback_sentence(published, words, region=region))]


__all__ = ["feedback_exhibits", "partner_exhibits"]
