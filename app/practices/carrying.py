"""How the call is carried to the next session: its words, its template, and its moments by the new dates."""

from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.core.db import db
from app.core.localized import LocalizedText
from app.meetings.carrying import Carrier, Offset, carries, first_day, moment_at, offset_of, texts_in_year
from app.meetings.models import Meeting
from app.practices.enums import LateRule
from app.practices.models import Call
from app.practices.queries import call_of


def _pack(meeting: Meeting) -> dict[str, Any]:
    call = call_of(meeting.id)
    if call is None:
        return {}
    return {
        "year": first_day(meeting).year,
        "title": dict(call.title),
        "text": dict(call.text),
        "opens": offset_of(call.opens_at, meeting),
        "closes": offset_of(call.closes_at, meeting),
        "late_rule": call.late_rule.value,
        "template": call.template,
    }


def _unpack(packed: dict[str, Any], meeting: Meeting) -> int:
    call = Call(
        meeting=meeting,
        title=texts_in_year(packed["title"], packed.get("year"), first_day(meeting).year),
        text=LocalizedText(packed["text"]),
        opens_at=moment_at(packed["opens"], meeting),
        closes_at=moment_at(packed["closes"], meeting),
        late_rule=LateRule(packed["late_rule"]),
        template=packed["template"],
        extensions=[],
    )
    db.session.add(call)
    return 1


def _dates(packed: dict[str, Any]) -> list[tuple[LazyString, Offset]]:
    return [(_l("Call opens"), packed["opens"]), (_l("Call closes"), packed["closes"])]


carries(Carrier("call", _l("Call for good practices"), _pack, _unpack, _dates))
