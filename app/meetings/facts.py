"""The form of a session's own facts, as the pages that start and edit it fill and read it."""

from datetime import datetime
from typing import Any

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from app.core.errors import Refusal
from app.core.forms import choices
from app.core.texts import fold
from app.core.wording import in_reader_language, moment_text, with_colon
from app.directory.models import Mechanism
from app.directory.queries import mechanisms_by_name, party_by_code
from app.meetings import operations, queries
from app.meetings.carrying import countries, notes_on
from app.meetings.fields import MeetingFields
from app.meetings.fitting import look_first
from app.meetings.forms import ZONE_CHOICES, ZONES, MeetingForm
from app.meetings.models import Meeting
from app.meetings.timing import local_moment


def offer_bodies(form: Any) -> None:
    """Fill the list of mechanisms, of which none is chosen beforehand."""
    rows = (
        (row.code, f"{with_colon(in_reader_language(row.label))} {in_reader_language(row.names)}")
        for row in mechanisms_by_name()
    )
    form.mechanism.choices = choices([("", _("Choose one")), *rows])


def offer_parents(form: Any, meeting: Meeting | None = None) -> None:
    """Fill the list of sessions within which one can be held."""
    rows = [(row.slug, in_reader_language(row.title)) for row in queries.meetings(current_user) if row is not meeting]
    form.parent.choices = choices([("", _("No other session")), *rows])


def parent_of(form: Any) -> Meeting | None:
    """Return the session that was chosen as parent."""
    return queries.meeting_visible_to(current_user, form.parent.data) if form.parent.data else None


def _offer_countries(form: MeetingForm) -> None:
    names = Locale(get_locale().language).territories
    rows = sorted(((code, names.get(code, code)) for code in countries()), key=lambda row: fold(row[1]))
    form.country.choices = choices([("", _("Not said")), *rows])


def facts_form(
    meeting: Meeting | None, kind: type[MeetingForm] = MeetingForm, *, sent: bool = True, **values: Any
) -> Any:
    """Return the form, filled from a session or (for a new one) from `values`; `sent` false: not from the request."""
    if meeting:
        values = {
            **operations.fields_of(meeting),
            "version": meeting.version,
            "mechanism": meeting.mechanism.code,
            "parent": meeting.parent.slug if meeting.parent else "",
            "starts_at": meeting.starts_at.astimezone(meeting.tz),
            "ends_at": meeting.ends_at.astimezone(meeting.tz),
        }
    form = kind(**({} if sent else {"formdata": None}), data={"languages": ["en", "es", "fr", "pt"], **values})
    offer_bodies(form)
    offer_parents(form, meeting)
    _offer_countries(form)
    if meeting and meeting.zone not in ZONES:
        form.zone.choices = [*ZONE_CHOICES, *choices([(meeting.zone, meeting.zone.replace("_", " "))])]
    return form


def convening(form: MeetingForm) -> Mechanism:
    """Return the mechanism that was chosen; raises Refusal where it is none."""
    mechanism = party_by_code(form.mechanism.data)
    if not isinstance(mechanism, Mechanism):
        raise Refusal(_("Choose the mechanism that convenes the session."), field="mechanism")
    return mechanism


def look_at_days(form: MeetingForm, fields: MeetingFields) -> None:
    """Raise fitting.Unseen where the session would start or end on a day to look at that the person was not shown."""
    look_first(
        days_to_look_at(fields["starts_at"], fields["ends_at"], fields["zone"], fields["country"]), form.seen.data
    )


def days_to_look_at(starts_at: datetime, ends_at: datetime, zone: str, country: str | None) -> list[str]:
    """Return what is to be known of a session's first and last moment, as sentences."""
    return [
        f"{with_colon(f'{label}, {moment_text(moment, zone)}')} {note}"
        for label, moment in ((_("Session starts"), starts_at), (_("Session ends"), ends_at))
        for note in notes_on(moment, zone, country)
    ]


def new_days_to_look_at(meeting: Meeting, fields: MeetingFields) -> list[str]:
    """`days_to_look_at` where a session's days, or the country whose holidays count, are to change."""
    days = ("starts_at", "ends_at", "zone", "country")
    if all(fields[name] == getattr(meeting, name) for name in days):  # type: ignore[literal-required]  # all are fields
        return []
    return days_to_look_at(fields["starts_at"], fields["ends_at"], fields["zone"], fields["country"])


def facts_in(form: MeetingForm) -> MeetingFields:
    """Return what was written; raises Refusal for a local time that is not one moment."""
    return MeetingFields(
        code=form.code.data or "",
        title=form.title.data,
        theme=form.theme.data,
        mandate_resolution=form.mandate_resolution.data or "",
        mandate_paragraph=form.mandate_paragraph.data or "",
        mandate_text=form.mandate_text.data,
        zone=form.zone.data,
        country=form.country.data or None,
        place=form.place.data,
        mode=form.mode.data,
        starts_at=local_moment(form.starts_at.data, form.zone.data, field="starts_at"),
        ends_at=local_moment(form.ends_at.data, form.zone.data, field="ends_at"),
        languages=form.languages.data or [],
        chair=form.chair.data,
        distribution=form.distribution.data,
        parent=parent_of(form),
    )
