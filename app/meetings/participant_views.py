"""Pages of a delegation's own people and its notes verbales."""

from typing import Any

from flask import Response, render_template
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.db import db, lock
from app.core.forms import check_order, check_version, order_mark, sent
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.documents.responses import send
from app.meetings import bp, participant_queries, participants
from app.meetings.forms import MoveForm
from app.meetings.labels import ATTENDANCES, PARTICIPANT_ROLES
from app.meetings.models import Delegation, NoteVerbale, Participant
from app.meetings.participant_forms import NoteForm, PersonForm, ProposedForm, note_label
from app.meetings.policies import can_register_people, can_see_people, registration_is_open

own_delegation = participant_queries.delegation_with_people


def can_change_person(actor: Actor, person: Participant) -> bool:
    """Whoever may register people of the delegation."""
    return can_register_people(actor, person.delegation)


def can_see_note(actor: Actor, note: NoteVerbale) -> bool:
    """Those of the delegation and the secretariat."""
    return can_see_people(actor, note.delegation)


def can_change_note(actor: Actor, note: NoteVerbale) -> bool:
    """Whoever may register people of the delegation."""
    return can_register_people(actor, note.delegation)


def _page(delegation: Delegation, form: PersonForm, note_form: NoteForm | None = None) -> tuple[str, int]:
    meeting = delegation.meeting
    people = participant_queries.people_of(delegation.id)
    notes = participants.notes_of(delegation.id)
    form.offer(delegation, notes)
    may_register = can_register_people(current_user, delegation) and (
        current_user.is_staff or registration_is_open(meeting)
    )
    proposed_form = ProposedForm(formdata=None)
    proposed_form.offer(participants.proposed(delegation) if may_register else [])
    return render_template(
        "meetings/people.html",
        delegation=delegation,
        meeting=meeting,
        people=people,
        order=order_mark(row.id for row in people),
        notes=[(note, note_label(note)) for note in notes],
        form=form,
        note_form=note_form or NoteForm(formdata=None, prefix="note-"),
        roles=PARTICIPANT_ROLES,
        ways=ATTENDANCES,
        is_open=registration_is_open(meeting),
        may_register=may_register,
        proposed=proposed_form,
    ), (note_form or form).status


def _back(delegation: Delegation, **more: Any) -> Any:
    return back_to("meetings.people", slug=delegation.meeting.slug, code=delegation.party.code, **more)


@bp.get("/sessions/<slug>/delegations/<code>/participants")
@signed_in(can_see_people, load=own_delegation)
def people(delegation: Delegation) -> Any:
    """Who attends in a delegation, and its notes verbales."""
    return _page(delegation, PersonForm(formdata=None))


@bp.post("/sessions/<slug>/delegations/<code>/participants")
@signed_in(can_register_people, load=own_delegation)
def add_person(delegation: Delegation) -> Any:
    """Register a person."""
    form = PersonForm()
    if form.validate_on_submit():
        with form.saving():
            person = participants.add_participant(delegation, by=current_user, **form.fields)
            say(_("%(name)s is registered.", name=person.name))
            return _back(delegation, _anchor=f"person-{person.id}")
    return _page(delegation, form)


@bp.post("/sessions/<slug>/delegations/<code>/participants/proposed")
@signed_in(can_register_people, load=own_delegation)
def add_proposed(delegation: Delegation) -> Any:
    """Register again those of the session before who were ticked."""
    chosen = sent(ProposedForm()).people.data
    people = [person for person in participants.proposed(delegation) if person.id in chosen]
    number = participants.register_proposed(delegation, people, by=current_user)
    answer = _back(delegation)
    db.session.commit()
    if number:
        say(ngettext("%(num)d person was registered.", "%(num)d people were registered.", number))
    else:
        say(_("Nobody was ticked, so nobody was registered."))
    return answer


@bp.route("/participants/<int:participant_id>", methods=["GET", "POST"])
@signed_in(can_change_person, load=participant_queries.participant_visible_to)
def edit_person(person: Participant) -> Any:
    """Change what is held of a person."""
    form = PersonForm(obj=person)
    form.offer(person.delegation, participants.notes_of(person.delegation_id))
    if form.validate_on_submit():
        with form.saving(person):
            check_version(person, form.version.data)
            participants.edit_participant(person, by=current_user, **form.fields)
            say(_("%(name)s was saved.", name=person.name))
            return _back(person.delegation, _anchor=f"person-{person.id}")
    return render_template(
        "meetings/person.html",
        person=person,
        delegation=person.delegation,
        meeting=person.delegation.meeting,
        form=form,
    ), form.status


@bp.post("/participants/<int:participant_id>/move")
@signed_in(can_change_person, load=participant_queries.participant_visible_to)
def move_person(person: Participant) -> Any:
    """Put a person one up or down in the delegation, or at a position."""
    form = sent(MoveForm())
    lock(person.delegation)
    order = [row.id for row in participant_queries.people_of(person.delegation_id)]
    check_order(order, form.version.data)
    step = -1 if form.direction.data == "up" else 1
    position = form.position.data or max(1, order.index(person.id) + 1 + step)
    participants.place_participant(person, position=position, by=current_user)
    answer = _back(person.delegation, _anchor=f"person-{person.id}")
    db.session.commit()
    return answer


@bp.post("/sessions/<slug>/delegations/<code>/participants/move")
@signed_in(can_register_people, load=own_delegation)
def drop_person(delegation: Delegation) -> Any:
    """Put the person that was dragged at the place of the drop."""
    form = sent(MoveForm())
    person = participant_queries.participant_visible_to(current_user, form.item.data or 0)
    if person.delegation_id != delegation.id:
        raise NotFound
    lock(delegation)
    check_order((row.id for row in participant_queries.people_of(delegation.id)), form.version.data)
    participants.place_participant(person, position=form.position.data or 1, by=current_user)
    answer = _back(delegation, _anchor=f"person-{person.id}")
    db.session.commit()
    return answer


@bp.post("/participants/<int:participant_id>/remove")
@signed_in(can_change_person, load=participant_queries.participant_visible_to)
def remove_person(person: Participant) -> Any:
    """Take a person off the delegation."""
    sent()
    name, answer = person.name, _back(person.delegation)
    participants.remove_participant(person, by=current_user)
    db.session.commit()
    say(_("%(name)s is no longer registered.", name=name))
    return answer


@bp.post("/sessions/<slug>/delegations/<code>/notes")
@signed_in(can_register_people, load=own_delegation)
def add_note(delegation: Delegation) -> Any:
    """Keep a note verbale."""
    form = NoteForm(prefix="note-")
    if form.validate_on_submit():
        with form.saving():
            participants.add_note(
                delegation,
                number=form.number.data or "",
                dated=form.dated.data,
                upload=form.file.data or None,
                by=current_user,
            )
            say(_("The note verbale was saved."))
            return _back(delegation, _anchor="notes")
    return _page(delegation, PersonForm(formdata=None), form)


@bp.get("/notes-verbales/<int:note_id>")
@signed_in(can_see_note, load=participant_queries.note_visible_to)
def note_file(note: NoteVerbale) -> Response:
    """The file of a note verbale."""
    if note.file is None:
        raise NotFound
    return send(note.file)


@bp.post("/notes-verbales/<int:note_id>/remove")
@signed_in(can_change_note, load=participant_queries.note_visible_to)
def remove_note(note: NoteVerbale) -> Any:
    """Take a note verbale away."""
    sent()
    answer = _back(note.delegation, _anchor="notes")
    participants.remove_note(note, by=current_user)
    db.session.commit()
    say(_("The note verbale was removed. The people whom it named stay registered."))
    return answer
