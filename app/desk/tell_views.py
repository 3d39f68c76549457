"""Writing to the delegations of a session."""

from typing import Any, NamedTuple

from flask import render_template
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.core.actors import Actor
from app.core.db import db
from app.core.errors import Refusal
from app.core.forms import choices, sent
from app.core.localized import LANGUAGE_NAMES
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.core.texts import fingerprint
from app.core.wording import in_reader_language
from app.desk import bp, telling
from app.desk.forms import LetterForm
from app.desk.letters import Letter, addressees, as_mails, letters_of, nobody, write_letters
from app.desk.messages import IN_LETTER
from app.mail.labels import say_held
from app.mail.models import Mail
from app.mail.operations import refused_addresses
from app.meetings.labels import ROLES
from app.meetings.models import Meeting
from app.meetings.participant_queries import delegations_in_order
from app.meetings.policies import can_manage_meeting
from app.meetings.queries import meeting_for_staff
from app.register.models import Document

SHOWN = 200  # mails on the page that asks before they are written
staff_meeting = signed_in(can_manage_meeting, load=meeting_for_staff)


def _say_written(number: int, slug: str) -> None:
    if not number:
        say(_("Everybody was written to already."))
        return
    sentence = ngettext("%(num)d mail waits in the outbox.", "%(num)d mails wait in the outbox.", number)
    say_held(sentence, slug)


class _Told(NamedTuple):
    meeting: Meeting
    occasion: str
    subject_id: int


def _told(actor: Actor, slug: str, occasion: str, subject_id: int) -> _Told:
    meeting = meeting_for_staff(actor, slug)
    if occasion not in telling.OCCASIONS:
        raise NotFound
    return _Told(meeting, occasion, subject_id)


def _may_tell(actor: Actor, told: _Told) -> bool:
    return can_manage_meeting(actor, told.meeting)


@bp.post("/<slug>/tell/<occasion>/<int:subject_id>")
@signed_in(_may_tell, load=_told)
def tell(told: _Told) -> Response:
    """Write to the delegations that something is there for them; pressed twice, it writes once."""
    sent()
    meeting, occasion, subject_id = told
    slug = meeting.slug
    number = telling.tell(occasion, meeting, subject_id, by=current_user)
    document = db.session.get_one(Document, subject_id).slug if occasion == "document" else ""
    db.session.commit()
    _say_written(number, slug)
    if document:
        return back_to("register.edit", symbol=document)
    return back_to("meetings.agenda" if occasion == "agenda" else "meetings.stages", slug=slug)


@bp.route("/<slug>/letter", methods=["GET", "POST"])
@staff_meeting
def letter(meeting: Meeting) -> Any:
    """A free message to chosen delegations and roles: shown as each person gets it, then written."""
    form = LetterForm()
    delegations = delegations_in_order(meeting)
    form.delegations.choices = choices((row.id, in_reader_language(row.party.label)) for row in delegations)
    letters: list[Letter] = []
    mails: list[Mail] = []
    changed = False
    if form.validate_on_submit():
        with form.saving():
            if not form.once:
                raise Refusal(_("Part of what your browser sent is missing or wrong."))
            people = addressees(
                meeting, form.to.data, delegations=form.delegations.data or (), roles=form.roles.data or ()
            )
            if not people:
                raise Refusal(nobody(meeting, form.to.data), field="delegations")
            letters = letters_of(people, subject=form.subject.data, body=form.body.data)
            mails = as_mails(meeting, letters)
            mark = fingerprint([[mail.to_address, mail.subject, mail.body] for mail in mails])
            if form.seen.data == mark:
                number = write_letters(meeting, letters, key=form.once, by=current_user)
                _say_written(number, meeting.slug)
                return back_to("desk.letter", slug=meeting.slug)
            changed = bool(form.seen.data)
            form.seen.data = mark
    return render_template(
        "desk/letter.html",
        meeting=meeting,
        form=form,
        letters=list(zip(letters, mails, strict=True))[:SHOWN],
        number=len(letters),
        refused=refused_addresses([item.to.person.email for item in letters]) if letters else set(),
        changed=changed,
        language_names=LANGUAGE_NAMES,
        roles=ROLES,
        placeholders=[(name, item.says) for name, item in IN_LETTER.placeholders.items()],
    ), form.status
