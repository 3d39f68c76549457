"""What else of a session tells of its dates, and whether it fits them. Later packages say so here when the application
starts. What does not fit is said before the dates are moved, and stays on the secretariat's desk until it does."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.core.errors import Refusal
from app.core.texts import fingerprint
from app.core.wording import moment_text, show_day
from app.meetings.enums import OVER, Stage
from app.meetings.models import Meeting
from app.meetings.queries import latest_agenda


@dataclass(frozen=True)
class Held:
    """When a session is held, or would be."""

    starts_at: datetime
    ends_at: datetime
    zone: str

    @property
    def first_day(self) -> date:
        return self.starts_at.astimezone(ZoneInfo(self.zone)).date()

    @property
    def days(self) -> int:
        return (self.ends_at.astimezone(ZoneInfo(self.zone)).date() - self.first_day).days + 1


@dataclass(frozen=True)
class Fit:
    """A sentence on what stays where it is, the page (an endpoint that takes the session's slug) where that is
    changed, and whether it fits."""

    sentence: str
    endpoint: str
    fits: bool


Fitter = Callable[[Meeting, Held], Iterable[Fit]]

_fitters: list[Fitter] = []


def fits(fitter: Fitter) -> Fitter:
    """Register a function that says what fits a session when it is held then; decorates it."""
    if fitter not in _fitters:
        _fitters.append(fitter)
    return fitter


class Unseen(Refusal):
    """Dates were not yet looked at; `lines` say what there is to see, `mark` stands for these lines in the form."""

    status = 409

    def __init__(self, lines: list[str]) -> None:
        super().__init__(_l("Look first at what these dates mean. Nothing is saved yet."))
        self.lines = lines
        self.mark = fingerprint(lines)


def look_first(lines: list[str], seen: str | None) -> None:
    """Raise Unseen where there are lines that the person was not shown; `seen` is the mark of those that were."""
    unseen = Unseen(lines)
    if lines and seen != unseen.mark:
        raise unseen


def misfits(meeting: Meeting) -> list[Fit]:
    """Return what does not fit the dates of a session that is not over."""
    held = Held(meeting.starts_at, meeting.ends_at, meeting.zone)
    if meeting.cancelled_at or meeting.stage in OVER:
        return []
    return [fit for fitter in _fitters for fit in fitter(meeting, held) if not fit.fits]


def consequences(meeting: Meeting, held: Held) -> list[str]:
    """Return what it means to hold a session at another time; empty where it is held then, or nobody can notice."""
    if (meeting.starts_at, meeting.ends_at, meeting.zone) == (held.starts_at, held.ends_at, held.zone):
        return []
    found = sorted((fit for fitter in _fitters for fit in fitter(meeting, held)), key=lambda fit: fit.fits)
    if meeting.stage is Stage.PREPARING and all(fit.fits for fit in found):
        return []
    days = {"before": show_day(meeting.starts_at, meeting.zone), "after": show_day(held.starts_at, held.zone)}
    told = (
        _("Only the secretariat sees the session, so nobody notices.")
        if meeting.stage is Stage.PREPARING
        else _(
            "Delegations and readers see the new dates at once, and calendars follow. No mail is sent; mails that wait "
            "and name the old dates are written anew, but for those that somebody changed by hand."
        )
    )
    moved = [_("First day: %(before)s becomes %(after)s.", **days)] if days["before"] != days["after"] else []
    if held.days != Held(meeting.starts_at, meeting.ends_at, meeting.zone).days:
        moved.append(ngettext("It then lasts %(num)d day.", "It then lasts %(num)d days.", held.days))
    return [*moved, *(fit.sentence for fit in found), told]


@fits
def registration(meeting: Meeting, held: Held) -> Iterable[Fit]:
    """The end of the registration stays where it is."""
    if closes := meeting.registration_closes_at:
        text = _("The registration of participants still ends on %(moment)s.", moment=moment_text(closes, held.zone))
        yield Fit(text, "meetings.participants", fits=True)


@fits
def planned_days(meeting: Meeting, held: Held) -> Iterable[Fit]:
    """The planned days stay where they are."""
    if day := meeting.call_planned_on:
        yield Fit(_("The call is still planned to open on %(day)s.", day=show_day(day)), "meetings.stages", fits=True)
    if day := meeting.publication_planned_on:
        text = _("The summary is still planned to be published on %(day)s.", day=show_day(day))
        yield Fit(text, "meetings.stages", fits=True)


@fits
def published_order(meeting: Meeting, held: Held) -> Iterable[Fit]:
    """The published order of business keeps its days until it is published again."""
    version = latest_agenda(meeting.id)
    if version is None:
        return
    items = version.content["items"]
    for item in items:
        day = date.fromisoformat(item["date"])
        if version.content["zone"] != held.zone or day != held.first_day + timedelta(days=item["day"] - 1):
            text = _("The published order of business says %(day)s, until you publish it again.", day=show_day(day))
            yield Fit(text, "meetings.publish_agenda", fits=False)
            return
