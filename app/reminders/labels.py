"""What pages say of reminders."""

from collections.abc import Collection, Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.wording import show_day
from app.meetings.models import Meeting
from app.reminders.queries import Key, Told
from app.reminders.registry import Subject


def written(mails: int) -> str:
    """What came of reminding at once."""
    if not mails:
        return str(
            _("Nobody was reminded: what was missing has come, or a reminder waits in the outbox or left today.")
        )
    text = ngettext(
        "%(num)d reminder was written. It waits in the outbox for approval.",
        "%(num)d reminders were written. They wait in the outbox for approval.",
        mails,
    )
    return str(text)


def told_text(told: Told, zone: str) -> str:
    """When a person was last reminded, and who or what did it."""
    day = show_day(told.at, zone)
    if not told.by:
        return str(
            _("%(day)s, scheduled; waits in the outbox", day=day) if told.waits else _("%(day)s, scheduled", day=day)
        )
    if told.waits:
        return str(_("%(day)s, by %(name)s; waits in the outbox", day=day, name=told.by))
    return str(_("%(day)s, by %(name)s", day=day, name=told.by))


def waiting_lines(meeting: Meeting, subjects: Collection[Subject], told: Mapping[Key, Told]) -> list[dict[str, Any]]:
    """For each subject with reminders in the outbox: how many, and the address that shows them."""
    lines = []
    for subject in subjects:
        name = subject.message.name
        number = sum(last.waits for key, last in told.items() if key[2] == name)
        if number:
            text = ngettext("%(num)d reminder waits for approval", "%(num)d reminders wait for approval", number)
            url = url_for("desk.outbox", session=meeting.slug, message=name)
            lines.append({"text": text, "url": url, "title": subject.message.title})
    return lines
