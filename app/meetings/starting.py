"""Starting a session from an earlier one, a template of the body or a concept paper. Nothing here commits."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Unpack

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal
from app.core.localized import LocalizedText
from app.core.texts import clean
from app.directory.models import Mechanism, Party
from app.documents.models import StoredFile
from app.meetings import carrying
from app.meetings.enums import QuestionAudience
from app.meetings.fields import MeetingFields
from app.meetings.models import Meeting, SessionTemplate
from app.meetings.operations import (
    add_delegation,
    create_meeting,
    plan_stages,
)
from app.meetings.queries import codes_of
from app.meetings.questions import add_question

# Fifty-two weeks: every date keeps its day of the week.
A_YEAR, A_WEEK = timedelta(weeks=52), timedelta(weeks=1)


@dataclass(frozen=True)
class Proposal:
    """What the next session of a body would be called, and when it would start."""

    code: str
    first_day: date | None
    title: LocalizedText


def next_after(meeting: Meeting) -> Proposal:
    """Propose the edition after a session: the next year that has none, on the same day of the week, in the future."""
    taken, code = codes_of(meeting.mechanism_id), meeting.code
    before = day = carrying.first_day(meeting)
    today = now().astimezone(meeting.tz).date()
    while day <= today or code in taken:
        year, day = day.year, day + A_YEAR
        if day.year == year:  # the last days of December
            day += A_WEEK
        code = carrying.in_year(meeting.code, before.year, day.year)
        if code == meeting.code:  # no year in it: a person finds the next
            code = ""
    return Proposal(code, day, carrying.texts_in_year(meeting.title, before.year, day.year))


def save_template(
    mechanism: Mechanism, *, name: str, set_up: carrying.SetUp, keys: Collection[str], by: Actor
) -> SessionTemplate:
    """Keep the chosen parts of a set-up as a template of a body, with nothing of any person.

    Raises Refusal for a missing name, or one that the body has given to another template.
    """
    name = clean(name, lines=False)
    if not name:
        raise Refusal(_l("Give the template a name."), field="name")
    known = sa.exists().where(SessionTemplate.mechanism_id == mechanism.id, SessionTemplate.name == name)
    if db.session.scalar(sa.select(known)):
        raise Refusal(_l("This body has a template with that name already."), field="name")
    kept = carrying.impersonal(set_up)
    carried = {row.key for row in carrying.carriers() if carrying.is_carried(row, kept, keys)}
    content = {**kept, "parts": {key: value for key, value in kept["parts"].items() if key in carried}}
    template = SessionTemplate(mechanism=mechanism, name=name, content=content, saved_at=now(), saved_by_id=by.id)
    record("save_template", template, by=by, changes={"name": [None, name]})
    return template


def delete_template(template: SessionTemplate, *, by: Actor) -> None:
    """Take a template away; the sessions that started from it stay."""
    record("delete_template", template, by=by, changes={"name": [template.name, None]})
    db.session.delete(template)
    db.session.flush()


def start_from_set_up(
    mechanism: Mechanism,
    *,
    set_up: carrying.SetUp,
    keys: Collection[str],
    first_day: date,
    code: str,
    title: LocalizedText,
    mandate_resolution: str,
    mandate_paragraph: str,
    parent: Meeting | None,
    source: str,
    form_key: str | None = None,
    by: Actor,
) -> Meeting:
    """Create a session that carries the chosen parts of a set-up, its dates counted from `first_day`.

    `source` tells the trail from what. Raises Refusal for a part without the one that it hangs on, and as
    `create_meeting` does.
    """
    for carrier in carrying.carriers():
        if carrier.key in keys and carrier.needs and carrier.needs not in keys:
            raise Refusal(_l("People are carried with their delegations only: tick both, or none."), field="parts")
    own = {
        "code": code,
        "title": title,
        "mandate_resolution": mandate_resolution,
        "mandate_paragraph": mandate_paragraph,
        "parent": parent,
    }
    meeting = create_meeting(mechanism, form_key=form_key, by=by, **{**carrying.facts_on(set_up, first_day), **own})
    plan = carrying.plan_on(set_up, first_day)
    if any(plan.values()):
        plan_stages(meeting, by=by, **plan)
    made = carrying.unpack(set_up, meeting, keys)
    changes: dict[str, Any] = {"carried_from": [None, source], **{key: [0, count] for key, count in made.items()}}
    record("carry_over", meeting, by=by, meeting_id=meeting.id, changes=changes)
    return meeting


PaperRegistrar = Callable[[Meeting, StoredFile, str, Actor], None]

_registrars: list[PaperRegistrar] = []


def registers_papers(function: PaperRegistrar) -> PaperRegistrar:
    """Register what makes a paper, in a language, a document of the session that was started from it; decorates it."""
    if function not in _registrars:
        _registrars.append(function)
    return function


def start_from_paper(
    mechanism: Mechanism,
    *,
    questions: Sequence[LocalizedText],
    audience: QuestionAudience,
    parties: Sequence[Party],
    source: str,
    file: StoredFile | None,
    language: str,
    form_key: str | None = None,
    by: Actor,
    **fields: Unpack[MeetingFields],
) -> Meeting:
    """Create a session of what a person confirmed of a concept paper, and register its `file` where there is one.

    Raises as `create_meeting` does.
    """
    meeting = create_meeting(mechanism, form_key=form_key, by=by, **fields)
    for text in questions:
        add_question(meeting, text=text, audience=audience, by=by)
    for party in parties:
        add_delegation(meeting, party, by=by)
    if file is not None:
        for register in _registrars:
            register(meeting, file, language, by)
    changes = {
        "carried_from": [None, source],
        "questions": [0, len(questions)],
        "delegations": [0, len(parties)],
    }
    record("carry_over", meeting, by=by, meeting_id=meeting.id, changes=changes)
    return meeting
