"""Who works on a draft: sections handed over by link, and what the delegation says among itself."""

from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.forms import sent
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.core.wording import in_reader_language
from app.practices import bp, commenting, handing_over, queries
from app.practices.draft_views import standing_draft, standing_practice
from app.practices.drafting_models import DelegationComment, Handover
from app.practices.forms import CommentForm, HandOverForm
from app.practices.models import Practice
from app.practices.policies import can_edit_practice, can_read_own_practice
from app.practices.template import sections


def _titles(practice: Practice) -> dict[str, str]:
    return {one.key: in_reader_language(dict(one.title)) for one in sections(practice.call.template)}


def _hands_page(practice: Practice, form: HandOverForm) -> Any:
    known = _titles(practice)
    form.offer((one.key, known[one.key]) for one in handing_over.written_sections(practice))
    at = now()
    links = [
        {
            "row": one,
            "section": known.get(one.section, one.section),
            "works": one.works_at(at) and practice.state.editable,
            "rests": one.works_at(at) and not practice.state.editable,
            "address": url_for("practices.handed", token=handing_over.token_of(one), _external=True),
        }
        for one in handing_over.handovers_of(practice.id)
    ]
    return render_template(
        "practices/hands.html", practice=practice, meeting=practice.meeting, form=form, links=links
    ), form.status


@bp.get("/practices/drafts/<int:practice_id>/hands")
@standing_draft
def hands(practice: Practice) -> Any:
    """The links to sections of a draft, who used them, and a new one."""
    return _hands_page(practice, HandOverForm(formdata=None))


@bp.post("/practices/drafts/<int:practice_id>/hands")
@standing_draft
def hand_over(practice: Practice) -> Any:
    """Make a link; a second click finds the first."""
    form = HandOverForm()
    with form.saving():
        sent(form)
        handing_over.hand_over(
            practice,
            section=form.section.data or "",
            for_whom=form.for_whom.data or "",
            days=form.days.data or 0,
            by=current_user,
        )
        say(_("The link was made. Send it yourselves to whom it is for."))
        return back_to("practices.hands", practice_id=practice.id)
    return _hands_page(practice, form)


def _handover(actor: Actor, practice_id: int, handover_id: int) -> Handover:
    practice = queries.own_practice_by_id(actor, practice_id)
    handover = db.session.get(Handover, handover_id)
    if handover is None or handover.practice_id != practice.id:
        raise NotFound
    return handover


def can_revoke(actor: Actor, handover: Handover) -> bool:
    """Those who write for the delegation end its links."""
    return can_edit_practice(actor, handover.practice)


@bp.post("/practices/drafts/<int:practice_id>/hands/<int:handover_id>/revoke")
@signed_in(can_revoke, load=_handover)
def revoke(handover: Handover) -> Any:
    """End a link; a second click finds it ended."""
    sent()
    practice_id = handover.practice_id
    handing_over.revoke_handover(handover, by=current_user)
    say(_("The link was revoked."))
    db.session.commit()
    return back_to("practices.hands", practice_id=practice_id)


def _comments_page(practice: Practice, form: CommentForm) -> Any:
    known = _titles(practice)
    form.offer(known.items())
    return render_template(
        "practices/comments.html",
        practice=practice,
        meeting=practice.meeting,
        form=form,
        titles=known,
        comments=commenting.comments_of(practice.id),
        may_edit=can_edit_practice(current_user, practice) and practice.state.editable,
    ), form.status


@bp.get("/practices/drafts/<int:practice_id>/comments")
@standing_practice
def comments(practice: Practice) -> Any:
    """What the delegation says among itself about a draft."""
    return _comments_page(practice, CommentForm(formdata=None))


@bp.post("/practices/drafts/<int:practice_id>/comments")
@standing_practice
def comment(practice: Practice) -> Any:
    """Say something; a second click says it once."""
    form = CommentForm()
    with form.saving():
        sent(form)
        made = commenting.add_comment(
            practice, section=form.section.data or "", text=form.text.data or "", by=current_user
        )
        db.session.flush()
        return back_to("practices.comments", practice_id=practice.id, _anchor=f"comment-{made.id}")
    return _comments_page(practice, form)


def _comment(actor: Actor, practice_id: int, comment_id: int) -> tuple[Practice, DelegationComment]:
    practice = queries.own_practice_by_id(actor, practice_id)
    found = db.session.get(DelegationComment, comment_id)
    if found is None or found.practice_id != practice.id:
        raise NotFound
    return practice, found


def can_comment(actor: Actor, thing: tuple[Practice, DelegationComment]) -> bool:
    """Everybody in the delegation, observers too."""
    return can_read_own_practice(actor, thing[0])


@bp.post("/practices/drafts/<int:practice_id>/comments/<int:comment_id>/remove")
@signed_in(can_comment, load=_comment)
def remove_comment(thing: tuple[Practice, DelegationComment]) -> Any:
    """Take one's own comment away."""
    sent()
    practice_id = thing[0].id
    commenting.remove_comment(thing[1], by=current_user)
    db.session.commit()
    return back_to("practices.comments", practice_id=practice_id)
