"""What a session is told by, and what of it is refused."""

from datetime import datetime, timedelta
from typing import TypedDict
from zoneinfo import ZoneInfo, available_timezones

from flask_babel import lazy_gettext as _l

from app.core.audience import Audience
from app.core.errors import Refusal
from app.core.localized import LANGUAGES, LocalizedText
from app.meetings.enums import Mode
from app.meetings.models import Meeting

LONGEST_SESSION = timedelta(days=731)
YEARS = range(1990, 2101)  # of a session


class MeetingFields(TypedDict, total=False):
    """What a session is told by; moments are aware."""

    code: str
    title: LocalizedText
    theme: LocalizedText
    mandate_resolution: str
    mandate_paragraph: str
    mandate_text: LocalizedText
    starts_at: datetime
    ends_at: datetime
    zone: str
    place: LocalizedText
    mode: Mode
    languages: list[str]
    chair: LocalizedText
    distribution: Audience
    note: LocalizedText
    parent: Meeting | None
    country: str | None


def check_fields(fields: MeetingFields) -> None:
    """Raise Refusal for crossing or unlikely dates, an unknown zone, and languages that are none or unknown."""
    if fields["ends_at"] <= fields["starts_at"]:
        raise Refusal(_l("The session ends before it starts."), field="ends_at")
    if fields["ends_at"] - fields["starts_at"] > LONGEST_SESSION:
        raise Refusal(_l("A session lasts two years at most."), field="ends_at")
    if fields["starts_at"].year not in YEARS:
        raise Refusal(
            _l("A session is held from %(first)s to %(last)s. Look at the year.", first=YEARS[0], last=YEARS[-1]),
            field="starts_at",
        )
    if fields["zone"] not in available_timezones():
        raise Refusal(_l("Choose a time zone from the list."), field="zone")
    if not fields["languages"] or set(fields["languages"]) - set(LANGUAGES):
        raise Refusal(_l("Choose at least one working language."), field="languages")


def check_parent(meeting: Meeting | None, parent: Meeting | None) -> None:
    """Refuse a session as its own parent, or as that of one within which it is held."""
    while parent is not None:
        if parent is meeting:
            raise Refusal(
                _l("A session cannot be held within itself, nor within one that is held within it."), field="parent"
            )
        parent = parent.parent


def check_planned(meeting: Meeting, fields: MeetingFields) -> None:
    """Refuse days of a session that cross its planned days, or the end of its registration."""
    zone = ZoneInfo(fields["zone"])
    starts, ends = (fields[name].astimezone(zone).date() for name in ("starts_at", "ends_at"))
    opens, published, closes = meeting.call_planned_on, meeting.publication_planned_on, meeting.registration_closes_at
    if opens and opens > starts:
        raise Refusal(
            _l("The call is planned to open after that. Change the planned days of the stages first."),
            field="starts_at",
        )
    if published and published < ends:
        raise Refusal(
            _l("The publication is planned before that. Change the planned days of the stages first."), field="ends_at"
        )
    if closes and closes > fields["ends_at"]:
        raise Refusal(
            _l("The registration of participants ends after that. Change the end of the registration first."),
            field="ends_at",
        )
