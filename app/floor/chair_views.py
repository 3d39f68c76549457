"""What the secretariat and the Chair do: open and close lists, note raised flags, give the floor, keep time."""

from typing import Any

from flask import g, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.core.db import db
from app.core.forms import sent
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.core.texts import fingerprint
from app.floor import asking, bp, operations, placing, queries, speaking
from app.floor.enums import SpeakingKind
from app.floor.forms import CloseForm, RulingForm
from app.floor.labels import speaker_name
from app.floor.policies import can_manage
from app.floor.queries import ListedItem, OpenList, Requested, Speaking
from app.floor.standing import standing_of
from app.floor.views import CHAIR, back_to_list, back_to_screen, flag_form, shown
from app.meetings.arrangement import Direction
from app.meetings.forms import MoveForm
from app.meetings.timing import local_moment

managed_item = signed_in(can_manage, load=queries.item_of)
managed_list = signed_in(can_manage, load=queries.open_list)
managed_entry = signed_in(can_manage, load=queries.entry_of)
managed_speech = signed_in(can_manage, load=queries.speech_of)


def _back(found: ListedItem | OpenList, anchor: str | None = None) -> Any:
    return back_to_screen(found.meeting, found.item["mark"], anchor)


def _again(found: OpenList) -> ListedItem:
    """The item as it is now, for its page after a form was refused."""
    return queries.item_of(current_user, found.meeting.slug, found.item["mark"])


@bp.post("/sessions/<slug>/floor/items/<mark>/open")
@managed_item
def open_list(found: ListedItem) -> Any:
    """Open the list of speakers of an item, or open it again."""
    sent()
    answer = _back(found)
    operations.open_list(found.meeting, found.item["mark"], by=current_user)
    db.session.commit()
    say(_("The list of speakers is open."))
    return answer


@bp.post("/sessions/<slug>/floor/items/<mark>/close")
@managed_list
def close_list(found: OpenList) -> Any:
    """Close the list now, or announce when it closes."""
    form = CloseForm()
    if form.validate_on_submit():
        with form.saving():
            local = form.closes_at.data
            closes_at = local_moment(local, found.meeting.zone, field="closes_at") if local else None
            operations.close_list(found.speakers, closes_at, received_at=g.received_at, by=current_user)
            say(_("The moment is announced on this page.") if closes_at else _("The list is closed."))
            return _back(found)
    return shown(_again(found), form, close_form=form), form.status


@bp.post("/sessions/<slug>/floor/items/<mark>/flag")
@managed_list
def flag(found: OpenList) -> Any:
    """Put a delegation on the list that raised its flag."""
    form, spoken_for, delegations = flag_form(found.meeting)
    if form.validate_on_submit():
        with form.saving():
            delegation, fields = delegations[form.delegation.data], form.fields(spoken_for)
            fields["language"] = fields["language"] or queries.language_of(delegation, found.speakers.mark)
            asking.ask(found.speakers, delegation, received_at=g.received_at, flag=True, by=current_user, **fields)
            say(_("The delegation is on the list."))
            return _back(found, "list")
    return shown(_again(found), form, flag_form=form), form.status


@bp.post("/sessions/<slug>/floor/items/<mark>/undo")
@managed_list
def undo(found: OpenList) -> Any:
    """Take back the last step of the Chair's hand."""
    sent()
    answer = _back(found, "list")
    placing.undo(found.speakers, by=current_user)
    db.session.commit()
    say(_("The last change of the order was undone."))
    return answer


@bp.post("/floor/entries/<int:entry_id>/place")
@managed_entry
def place(found: Requested) -> Any:
    """Put somebody one up or down, or where they were dropped."""
    form = sent(MoveForm())
    answer = back_to_screen(found.meeting, found.entry.speakers.mark, f"e{found.entry.id}")
    order = standing_of(found.entry.speakers).movable
    step = -1 if form.direction.data == Direction.UP else 1
    here = order.index(found.entry.id) + 1 if found.entry.id in order else 0
    placing.place(found.entry, form.position.data or max(1, here + step), seen=form.version.data, by=current_user)
    db.session.commit()
    return answer


@bp.post("/floor/entries/<int:entry_id>/remove")
@managed_entry
def remove(found: Requested) -> Any:
    """Take somebody off the list, also who has the floor."""
    sent()
    answer = back_to_list(found)
    asking.remove(found.entry, by=current_user)
    db.session.commit()
    say(_("The delegation is no longer on the list."))
    return answer


@bp.post("/floor/entries/<int:entry_id>/give")
@managed_entry
def give(found: Requested) -> Any:
    """Give somebody the floor."""
    sent()
    answer = back_to_list(found)
    speaking.give(found.entry, by=current_user)
    db.session.commit()
    return answer


@bp.route("/floor/entries/<int:entry_id>/rule", methods=["GET", "POST"])
@managed_entry
def rule_on(found: Requested) -> Any:
    """Note the ruling on a point of order, or word it anew."""
    entry = found.entry
    if entry.kind is not SpeakingKind.POINT_OF_ORDER:
        raise NotFound
    values = {"version": fingerprint(entry.ruling), "ruling": entry.ruling, "back": request.args.get("back", "")}
    form = RulingForm(data=values)
    if form.validate_on_submit():
        with form.saving():
            speaking.rule_on(entry, form.ruling.data or "", seen=form.version.data, by=current_user)
            say(_("The ruling was noted."))
            return back_to_list(found)
    item = queries.item_of(current_user, found.meeting.slug, entry.speakers.mark).item
    page = render_template(
        "floor/ruling.html",
        meeting=found.meeting,
        item=item,
        entry=entry,
        name=speaker_name(entry),
        form=form,
        on_chair=form.back.data == CHAIR,
    )
    return page, form.status


def _clock(found: Speaking, act: Any) -> Any:
    sent()
    answer = back_to_screen(found.meeting, found.speech.entry.speakers.mark)
    act(found.speech, by=current_user)
    db.session.commit()
    return answer


@bp.post("/floor/speeches/<int:speech_id>/pause")
@managed_speech
def pause(found: Speaking) -> Any:
    """Let the clock stand."""
    return _clock(found, speaking.pause)


@bp.post("/floor/speeches/<int:speech_id>/resume")
@managed_speech
def resume(found: Speaking) -> Any:
    """Let the clock go on."""
    return _clock(found, speaking.resume)


@bp.post("/floor/speeches/<int:speech_id>/end")
@managed_speech
def end(found: Speaking) -> Any:
    """End an intervention; a point of order that was not ruled on yet asks for the ruling."""
    entry, answer = found.speech.entry, _clock(found, speaking.end)
    if not entry.ruling_due:
        return answer
    say(_("The floor is held until the ruling is noted."))
    return back_to("floor.rule_on", entry_id=entry.id, back=request.form.get("back"))


@bp.post("/floor/speeches/<int:speech_id>/undo")
@managed_speech
def take_back(found: Speaking) -> Any:
    """Undo having given the floor to the wrong one."""
    return _clock(found, speaking.take_back)
