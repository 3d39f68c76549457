"""Pages on which delegations follow the floor, ask for it, take it back and swap places."""

from typing import Any

from flask import g, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.core.db import db
from app.core.forms import Form, sent
from app.core.languages import current_language
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.directory.enums import PartyKind
from app.directory.models import Party
from app.directory.queries import parties
from app.floor import asking, bp, pages, placing, queries, totals
from app.floor.asking import spoken_for
from app.floor.forms import AskForm, CloseForm, FlagForm
from app.floor.models import SwapOffer
from app.floor.policies import can_accept, can_ask, can_decline, can_watch
from app.floor.queries import AskingFor, Floor, ListedItem, Requested
from app.floor.standing import standing_of
from app.meetings.models import Delegation, Meeting
from app.meetings.participant_queries import delegations_in_order
from app.meetings.policies import can_write_for

CHAIR = "chair"  # where the Chair's screen has its buttons come back to
watcher = signed_in(can_watch, load=queries.floor_of)


def ask_form(meeting: Meeting, delegation: Delegation, **more: Any) -> tuple[AskForm, dict[str, Party]]:
    """The form by which a delegation asks, and the mechanisms that it can speak for, by the form's values."""
    form = AskForm(prefix=f"d{delegation.id}-", **more)
    return form, form.offer(meeting, spoken_for(delegation), current_language())


def flag_form(meeting: Meeting, **more: Any) -> tuple[FlagForm, dict[str, Party], dict[int, Delegation]]:
    """The form by which who manages the floor asks for a delegation, the parties it can offer, and the delegations."""
    delegations = delegations_in_order(meeting)
    form = FlagForm(prefix="flag-", **more)
    others = parties(PartyKind.STATE, PartyKind.TERRITORY, PartyKind.MECHANISM)
    offered = form.offer(meeting, others, current_language())
    form.offer_delegations(delegations)
    return form, offered, {row.id: row for row in delegations}


def shown(found: ListedItem, refused: Form | None = None, **sent_forms: Any) -> Any:
    """Render the page of an item's list; `refused`: the form that was sent and not taken, which `sent_forms` has."""
    writing = [row for row in found.own if can_write_for(current_user, row)]
    asks = {row.party.code: ask_form(found.meeting, row, formdata=None)[0] for row in writing}
    manages = found.manages
    forms = {
        "flag_form": flag_form(found.meeting, formdata=None)[0] if manages else None,
        "close_form": CloseForm(formdata=None),
        **sent_forms,
        "asks": asks | sent_forms.get("asks", {}),
        "waits": queries.waits_on(found.speakers.id, writing) if found.speakers and writing else False,
        "refused": refused,
    }
    return render_template("floor/list.html", **pages.list_page(found, **forms))


@bp.get("/sessions/<slug>/floor")
@watcher
def index(floor: Floor) -> Any:
    """The floor item by item: who speaks, who is next, where the person's delegation stands."""
    return render_template("floor/index.html", floor=floor, meeting=floor.meeting)


@bp.get("/sessions/<slug>/floor/times")
@watcher
def times(floor: Floor) -> Any:
    """How long delegations, groups and languages have had the floor."""
    return render_template("floor/times.html", floor=floor, meeting=floor.meeting, **totals.totals(floor.meeting))


@bp.get("/sessions/<slug>/floor/items/<mark>")
@signed_in(can_watch, load=queries.item_of)
def item(found: ListedItem) -> Any:
    """The list of speakers of an item."""
    return shown(found)


@bp.post("/sessions/<slug>/floor/items/<mark>/ask/<code>")
@signed_in(can_ask, load=queries.asking_for)
def ask(found: AskingFor) -> Any:
    """Ask for the floor for one's delegation."""
    form, offered = ask_form(found.meeting, found.delegation)
    slug, mark = found.meeting.slug, found.item["mark"]
    if form.validate_on_submit():
        with form.saving():
            asking.ask(
                found.speakers,
                found.delegation,
                received_at=g.received_at,
                by=current_user,
                **form.fields(offered),
            )
            say(_("The request was received. Your place is below."))
            return back_to("floor.item", slug=slug, mark=mark, _anchor="mine")
    again = queries.item_of(current_user, slug, mark)
    return shown(again, form, asks={found.delegation.party.code: form}), form.status


@bp.post("/floor/entries/<int:entry_id>/withdraw")
@signed_in(can_ask, load=queries.entry_of)
def withdraw(found: Requested) -> Any:
    """Take back a request of one's delegation."""
    sent()
    answer = back_to_list(found)
    asking.withdraw(found.entry, by=current_user)
    db.session.commit()
    say(_("The request was withdrawn."))
    return answer


def back_to_list(found: Requested) -> Any:
    """The way back to the list that an entry is on, or to the Chair's screen where that was pressed."""
    return back_to_screen(found.meeting, found.entry.speakers.mark)


def back_to_screen(meeting: Meeting, mark: str, anchor: str | None = None) -> Any:
    """The way back to the screen that a button was pressed on: the Chair's, or an item's list."""
    if request.form.get("back") == CHAIR:
        return back_to("floor.chair", slug=meeting.slug)
    return back_to("floor.item", slug=meeting.slug, mark=mark, _anchor=anchor)


@bp.post("/floor/entries/<int:entry_id>/swap")
@signed_in(can_ask, load=queries.entry_of)
def offer_swap(found: Requested) -> Any:
    """Offer the place of one's delegation for that of another."""
    order = standing_of(found.entry.speakers).order
    form = pages.swap_form(found.entry, order)
    if form is None:
        raise NotFound
    sent(form)
    answer = back_to_list(found)
    wanted = next(row for row in order if row.id == form.wanted.data)
    placing.offer_swap(found.entry, wanted, by=current_user)
    db.session.commit()
    say(_("The offer was made. The places change once the other delegation accepts it."))
    return answer


def _answer(offer: SwapOffer, *, accept: bool) -> Any:
    sent()
    answer = back_to("floor.item", slug=offer.meeting.slug, mark=offer.offered.speakers.mark)
    placing.answer_swap(offer, accept=accept, by=current_user)
    db.session.commit()
    say(_("The places were swapped.") if accept else _("The offer no longer stands."))
    return answer


@bp.post("/floor/swaps/<int:offer_id>/accept")
@signed_in(can_accept, load=queries.offer_of)
def accept_swap(offer: SwapOffer) -> Any:
    """Accept an offer to swap that was made to one's delegation."""
    return _answer(offer, accept=True)


@bp.post("/floor/swaps/<int:offer_id>/decline")
@signed_in(can_decline, load=queries.offer_of)
def decline_swap(offer: SwapOffer) -> Any:
    """Refuse an offer to swap, or take back one's own."""
    return _answer(offer, accept=False)
