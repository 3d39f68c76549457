"""What changes a call's template: the secretariat's draft of it, and putting that in force. Nothing commits.

The trail of a session, which the secretariat reads, tells what was changed and how many drafts were moved along; what
became of each draft is in the trail of the draft, without the session.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import orm

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db, lock
from app.core.errors import Refusal
from app.core.texts import clean
from app.core.wording import in_reader_language
from app.meetings.enums import Stage
from app.meetings.models import GuidingQuestion
from app.meetings.queries import questions_of
from app.practices import building, moving
from app.practices.clearance_queries import progress_of
from app.practices.clearance_requests import ask, close_all
from app.practices.content import MOST_CHARACTERS
from app.practices.enums import PracticeState
from app.practices.holding import hold_all
from app.practices.models import Call, CallTemplateVersion, Intake, Practice, TemplateLook
from app.practices.reading import Titles, titles
from app.practices.revisions import note_revision
from app.practices.template import ANSWERS, Kind, field_label, fields, joined


def template_in_work(call: Call) -> dict[str, Any]:
    """Return the template that the secretariat is working on: its changes, or the one in force."""
    return call.template_draft or call.template


def whole_template(call: Call) -> dict[str, Any]:
    """Return the template in force, with the fields that it had before and has no more."""
    if call.template_number == 1:
        return call.template
    return reduce(joined, (item.template for item in reversed(call.template_versions)), call.template)


def used_keys(call: Call) -> set[str]:
    """Return every key that a template of the call ever had."""
    used = building.keys_of(call.template) | building.keys_of(template_in_work(call))
    for item in call.template_versions:
        used |= building.keys_of(item.template)
    return used


def change_template(call: Call, template: dict[str, Any], *, by: Actor) -> None:
    """Keep a change of the template that is not in force yet; one that changes nothing leaves no draft."""
    template = building.checked(template)
    call.template_draft = template if building.changes(call.template, template) else None
    record("change_template", call, by=by, meeting_id=call.meeting_id, changes={})


def discard_template(call: Call, *, by: Actor) -> None:
    """Go back to the template in force."""
    if call.template_draft is not None:
        call.template_draft = None
        record("discard_template", call, by=by, meeting_id=call.meeting_id, changes={})


@dataclass
class Touched:
    """How many drafts a change moves along, and in how many of them each field loses its place. Never what they say."""

    drafts: int = 0
    delegations: int = 0
    fields: list[tuple[dict[str, str], int]] = field(default_factory=list)


_MOVED = (orm.selectinload(Practice.files), orm.joinedload(Practice.intake))


def _drafts(call: Call) -> Sequence[Practice]:
    statement = sa.select(Practice).where(Practice.call_id == call.id, Practice.state != PracticeState.WITHDRAWN)
    return db.session.scalars(statement.order_by(Practice.id).options(*_MOVED)).all()


def touched(call: Call, template: dict[str, Any]) -> Touched:
    """Count whose text is touched if the template comes into force now."""
    found = Touched()
    numbers: dict[str, int] = {}
    delegations = set()
    for practice in _drafts(call):
        if not practice.content or not practice.state.own:
            continue
        found.drafts += 1
        delegations.add(practice.delegation_id)
        for key in moving.move(practice.content, call.template, template).lost:
            numbers[key] = numbers.get(key, 0) + 1
    found.delegations = len(delegations)
    found.fields = [(field_label(call.template, key), number) for key, number in numbers.items()]
    return found


def _is_used(call: Call) -> bool:
    opened = call.meeting.stage is not Stage.PREPARING and call.opens_at <= now()
    return opened or bool(db.session.scalar(sa.select(sa.exists().where(Practice.call_id == call.id))))


def apply_template(call: Call, *, by: Actor) -> int:
    """Put the changed template in force and move all drafts along; return how many were moved.

    Before the call was ever open it takes the place of the other; from then on it is the next version. Raises Refusal
    where nothing was changed.
    """
    hold_all(Practice.call_id == call.id)
    lock(call)
    db.session.refresh(call, ["template", "template_draft", "template_number"])
    if call.template_draft is None:
        raise Refusal(_l("Nothing in the template was changed."))
    old, new = call.template, building.checked(call.template_draft)
    changes, moved = building.changes(old, new), 0
    if _is_used(call):
        moved = _move_all(call, old, new, by=by)
        number = call.template_number
        if not any(item.number == number for item in call.template_versions):
            first = CallTemplateVersion(number=number, template=old, changes=[], at=call.opens_at)
            call.template_versions.append(first)
        after = CallTemplateVersion(number=number + 1, template=new, changes=changes, at=now(), by_id=by.id)
        call.template_versions.append(after)
        call.template_number = number + 1
    call.template, call.template_draft = new, None
    numbers = {"template_number": [None, call.template_number], "drafts": [None, moved]}
    record("apply_template", call, by=by, meeting_id=call.meeting_id, changes=numbers)
    return moved


def _move_all(call: Call, old: dict[str, Any], new: dict[str, Any], *, by: Actor) -> int:
    """Move every draft along."""
    questions, known = questions_of(call.meeting_id), titles()
    staying = {item.key for item in fields(new) if item.kind is Kind.FILES}
    moved = 0
    for practice in _drafts(call):
        for item in practice.files:
            if item.field and item.field not in staying:
                item.field = ""
        before = practice.content
        parts = moving.move(before, old, new)
        aside = _asides(practice, parts.lost, old, call.template_number, questions, known)
        content, kept = moving.come_back(parts.kept, moving.with_asides(practice.set_aside, aside), new)
        if intake := practice.intake:
            record_parts = moving.move(intake.content, old, new)
            if record_parts.lost:
                keep_leftovers(intake, record_parts.lost, call.template_number)
            # What staff recorded says the same as the draft while nobody has changed that.
            intake.content = content if intake.content == before else record_parts.kept
        if content != before or kept != practice.set_aside:
            practice.content, practice.set_aside = content, kept
            moved += 1
            changed = sorted(key for key in {*content, *before} if content.get(key) != before.get(key))
            if changed:
                note_revision(practice, changed, by=by, apart=True)
            noted: dict[str, Any] = {key: [] for key in changed}
            record("move_draft", practice, by=by, changes=noted)
            if changed and practice.state is PracticeState.WITH_CAPITAL:  # it is another text: it is cleared anew
                db.session.flush()
                close_all(practice)
                ask(practice, progress_of(practice))
    return moved


def _asides(
    practice: Practice,
    lost: dict[str, Any],
    template: dict[str, Any],
    number: int,
    questions: Iterable[GuidingQuestion],
    known: Titles,
    by: int | None = None,
) -> list[moving.Aside]:
    return moving.asides(
        lost,
        template,
        language=practice.language,
        number=number,
        at=now(),
        questions=questions,
        known=known,
        by=by,
    )


def keep_aside(practice: Practice, lost: dict[str, Any], number: int, *, by: Actor) -> None:
    """Keep what somebody wrote in a page that was open while the call's template changed."""
    template, questions = practice.call.template_of(number), questions_of(practice.meeting_id)
    new = _asides(practice, lost, template, number, questions, titles(), by.id)
    kept = moving.with_asides(practice.set_aside, new)
    if kept != practice.set_aside:
        practice.set_aside = kept
        record("keep_aside", practice, by=by, changes={item["name"]: [] for item in new})


def keep_leftovers(intake: Intake, lost: Mapping[str, Any], number: int) -> None:
    """Keep what a record held, or staff typed into it, in fields that the call's template has no more: as text that
    found no field."""
    found = moving.asides(
        lost,
        intake.call.template_of(number),
        language=intake.language,
        number=number,
        at=now(),
        questions=questions_of(intake.meeting_id),
        known=titles(),
    )
    texts = [item["text"] for item in found]
    intake.leftovers = [*intake.leftovers, *(text for text in texts if text not in intake.leftovers)]


def put_back(practice: Practice, index: int, *, into: str, by: Actor) -> None:
    """Put a text that was set aside below what a field holds; a second click finds it there. Raises Refusal."""
    template = practice.call.template
    if not 0 <= index < len(practice.set_aside):
        raise Refusal(_l("This text is not there any more."))
    item = practice.set_aside[index]
    if item["into"]:
        return
    asked = {f"{ANSWERS}.{question.key}" for question in questions_of(practice.meeting_id)}
    if not moving.takes_text(template, into) or ("." in into and into not in asked):
        raise Refusal(_l("Choose a field that takes text."), field="into")
    before = moving.text_at(practice.content, into)
    single = any(one.key == into and one.kind is Kind.SHORT_TEXT for one in fields(template))
    text = f"{before} {item['text']}" if single else f"{before}\n\n{item['text']}"
    text = clean(text, lines=not single)
    if len(text) > MOST_CHARACTERS:
        raise Refusal(_l("The field would hold more than can be kept. Shorten it first."), field="into")
    practice.content = moving.with_text(practice.content, into, text)
    practice.set_aside = [
        {**other, "into": into} if place == index else other for place, other in enumerate(practice.set_aside)
    ]
    practice.saved_at = now()
    note_revision(practice, [into], by=by, apart=True)
    record("put_back", practice, by=by, changes={into: []})


def note_look(practice: Practice, number: int, *, by: Actor) -> None:
    """Keep that the person has seen the form as it is with a number; a lower one changes nothing."""
    call = practice.call
    lock(call)
    number = min(number, call.template_number)
    look = _look(call, by)
    if look is None:
        db.session.add(TemplateLook(call_id=call.id, user_id=by.id, number=number))
    else:
        look.number = max(look.number, number)


def _look(call: Call, actor: Actor) -> TemplateLook | None:
    statement = sa.select(TemplateLook).where(TemplateLook.call_id == call.id, TemplateLook.user_id == actor.id)
    return db.session.scalars(statement).one_or_none()


def rename_files(practice: Practice, key: str) -> None:
    """Let the content say which files are at a field of files."""
    names = [item.file.name for item in practice.attachments if item.field == key]
    rest = {name: value for name, value in practice.content.items() if name != key}
    practice.content = {**rest, key: names} if names else rest


def file_fields(call: Call) -> list[str]:
    """The keys of the fields of files."""
    return [item.key for item in fields(call.template) if item.kind is Kind.FILES]


def listed(practice: Practice) -> list[tuple[int, moving.Aside]]:
    """What was set aside, each with its number; what was put somewhere comes last."""
    return sorted(enumerate(practice.set_aside), key=lambda pair: bool(pair[1]["into"]))


def text_targets(practice: Practice, questions: Sequence[GuidingQuestion]) -> list[tuple[str, str]]:
    """The fields into which text can be put: name and label."""
    found: list[tuple[str, str]] = []
    for one in fields(practice.call.template):
        if one.kind is Kind.QUESTIONS:
            found += [(f"{ANSWERS}.{item.key}", _("Question %(number)d", number=item.number)) for item in questions]
        elif one.kind in moving.TEXTS:
            found.append((one.key, in_reader_language(dict(one.label))))
    return found
