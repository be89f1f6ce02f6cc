"""What the moments of casework need to know besides the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sujuva.errors import ParameterError, nearest

FIRST, LAST = "*first", "*last"
"""Instead of an activity: the first or the last event of the case."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class CaseSettings:
    """How families' ways are measured.

    Attributes:
        start: Activity that starts the clock, or *first / *last.
        end: Activity that stops it, or *first / *last.
        timezone: IANA name, so that durations count the hours that passed; None: local times are subtracted.
        reserved_weekday: The day of the week that is kept free for joint meetings.
        reserved_same_day: Whether a contact on that day can be met on the day itself, or a week later.
        one_number: The service (column `service` of contacts) of the one number that families can call; None: there is
            none, and what rests on it is not told.
        follow_up_days: Calendar days within which a meeting should be followed up.
        accept_days: Calendar days within which a referral should be accepted.
        observed_until: Last day on which the log is complete, for all regions; events after it are not used. None: each
            region is observed until its own last event, so that its numbers do not change when another joins the log.
        delay_days: Limits in calendar days; the largest is that of `municipality_delays`.
        holidays: Country whose public holidays are no working days, as python-holidays names it; None: every day from
            Monday to Friday is one.
    """

    start: str = "contact"
    end: str = "meeting"
    timezone: str | None = "Europe/Helsinki"
    reserved_weekday: str = "tuesday"
    reserved_same_day: bool = False
    one_number: str | None = "one_number"
    follow_up_days: int = 120
    accept_days: int = 30
    observed_until: date | None = None
    delay_days: tuple[int, ...] = (7, 14)
    holidays: str | None = "FI"

    def __post_init__(self) -> None:
        """Refuse what cannot be measured by.

        Raises:
            ParameterError: Names the setting and what is allowed.
        """
        if self.reserved_weekday not in WEEKDAYS:
            msg = f"reserved_weekday: '{self.reserved_weekday}' is not a day of the week."
            raise ParameterError(msg, nearest(self.reserved_weekday, WEEKDAYS))
        limits = {"follow_up_days": self.follow_up_days, "accept_days": self.accept_days}
        for name, days in [*limits.items(), *(("delay_days", days) for days in self.delay_days)]:
            if days < 0:
                msg = f"{name} is negative ({days}); 0 (the same day) is the least."
                raise ParameterError(msg)

    @property
    def weekday(self) -> int:
        """The reserved day of the week; Monday is 0."""
        return WEEKDAYS.index(self.reserved_weekday)
