"""What the way of a family through services is called: from contact to meeting, or whatever the data calls its ends."""

from __future__ import annotations

from dataclasses import dataclass

from sujuva.figures.labels import Meta
from sujuva.figures.language import Words


@dataclass(frozen=True)
class Way:
    """How texts speak of the time between the two ends of a case; gaps of sentences stand in braces.

    Attributes:
        title: "From contact to meeting".
        axis: What the days are counted from.
        bars: What the bars of the delays show; `curve` and `curved` are title and content of the curve, `promise` and
            `shares` of the shares within so many days.
        within: "Met within {n} days"; `spoken`, `reached`, `sentence`, `half` say a share or the median in words.
        hidden: Why a share may be hidden.
        waiting: Title of the table of numbers; `facts` are titles of its rows, where they may speak of meetings.
        lead: What the section is about, as part of a sentence.
        unit: Who is counted; `met` and `open` are those who have got there and who have not.
    """

    title: str
    axis: str
    bars: str
    within: str
    promise: str
    shares: str
    hidden: str
    spoken: str
    waiting: str
    lead: str
    half: str
    sentence: str
    reached: str
    unit: str
    curve: str
    curved: str
    met: str
    open: str
    facts: dict[str, str]


def way(meta: Meta, words: Words) -> Way:
    """Return the texts that are true of the data: families wait for a meeting only where the cases end in one."""
    ends = (meta["case_start"], meta["case_end"])
    if ends == ("contact", "meeting"):
        return _to_meeting(words)
    title = (
        words.say("From the first event to the last") if ends == ("*first", "*last") else words.say("From start to end")
    )
    return Way(
        title=title,
        axis=words.say("days from the start"),
        bars=words.say(
            "Share of cases that reached their end, by days from the start. The dashed line is the median: half of "
            "the cases took less. Cases that have not reached their end are not among the bars, but they count in "
            "the shares completed in time."
        )
        + _named(meta, words),
        within=words.say("Completed within {n} days"),
        promise=words.say("How many cases were completed in time"),
        shares=words.say(
            "Share of all cases that started in the year and were completed within the days. Cases that have "
            "not reached their end count as not completed."
        ),
        hidden=words.say(
            "“{word}”: a share is not shown, to protect privacy (fewer than {n} cases were completed, or "
            "were not, or a share that protects them)."
        ),
        spoken=words.say("Share of cases completed within {n} days in {year}: {shares}."),
        waiting=words.say("Time from start to end in numbers"),
        lead=words.say("how long cases take from start to end"),
        half=words.say("Half of the completed cases took at most"),
        sentence=title + words.say(": in {year} half of the completed cases took at most {days} days"),
        reached=words.say("; {share} of all cases were completed within {n} days"),
        unit=words.say("cases"),
        curve=words.say("How soon cases reach their end"),
        curved=words.say("Share of cases that had reached their end by each day from the start."),
        met=words.say("reached the end by the day"),
        open=words.say("Have not (yet) reached their end"),
        facts={},
    )


def _to_meeting(words: Words) -> Way:
    return Way(
        title=words.say("From contact to meeting"),
        axis=words.say("days from contact"),
        bars=words.say(
            "Share of families that met, by days from contact to meeting. The dashed line is the "
            "median: half of the families waited less. Families who have not met are not among "
            "the bars, but they count in the shares met in time."
        ),
        within=words.say("Met within {n} days"),
        promise=words.say("How many families met in time"),
        shares=words.say(
            "Share of all families whose process started in the year and who met within the days. "
            "Families that have not met, still waiting or closed without a meeting, count as not met."
        ),
        hidden=words.say(
            "“{word}”: a share is not shown, to protect privacy (fewer than {n} families met, "
            "or did not, or a share that protects them)."
        ),
        spoken=words.say("Share of families met within {n} days in {year}: {shares}."),
        waiting=words.say("Waiting in numbers"),
        lead=words.say("how long families wait for a joint meeting"),
        half=words.say("Half of the families who met waited at most"),
        sentence=words.say(
            "From contact to meeting: in {year} half of the families who met waited at most {days} days"
        ),
        reached=words.say("; {share} of all families met within {n} days"),
        unit=words.say("families"),
        curve=words.say("How soon families meet"),
        curved=words.say("Share of families that had met by each day from the contact."),
        met=words.say("met by the day"),
        open=words.say("Have not (yet) met: waiting, or closed without a meeting"),
        facts={
            "delay_q1": words.say("A quarter of those who met waited at most"),
            "delay_median": words.say("Half of those who met waited at most (median)"),
            "delay_q3": words.say("Three quarters of those who met waited at most"),
            "delay_p90": words.say("90% of those who met waited at most"),
            "delay_workday_median": words.say("Half of those who met waited at most (median, working days)"),
            "delay_workday_p90": words.say("90% of those who met waited at most (working days)"),
            "delay_mean": words.say("Mean wait of those who met"),
            "delay_km_median": words.say("Half of all met within (estimate, with those who have not met)"),
        },
    )


def _named(meta: Meta, words: Words) -> str:
    """Name the activities that a case starts and ends with, where it is not simply its first and last event."""
    if meta["case_start"].startswith("*") and meta["case_end"].startswith("*"):
        return ""
    start, end = (words.inside(words.title("activity", meta[one])) for one in ("case_start", "case_end"))
    return " " + words.say("Start: {start}; end: {end}.", start=start, end=end)
