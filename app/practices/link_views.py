"""A section in the hands of somebody without an account: the link's page, the section's form, and nothing else."""

from collections.abc import Mapping
from typing import Any

from flask import jsonify, render_template, session
from flask_babel import gettext as _
from flask_login import current_user

from app.core.actors import Actor
from app.core.db import db
from app.core.errors import Refusal, Stale, WrongState
from app.core.forms import sent
from app.core.languages import expect_language
from app.core.pages import back_to, say
from app.core.policies import public
from app.practices import bp, queries
from app.practices.draft_form import GROUPS, LISTS, DraftForm, draft_form, names_of
from app.practices.drafting_models import Handover, HandoverUse
from app.practices.forms import OpenForm
from app.practices.handing_over import (
    LinkUser,
    count_save,
    handover_by_token,
    open_handover,
    token_of,
    why_it_rests,
)
from app.practices.holding import hold_text
from app.practices.reading import titles
from app.practices.sending import sent_template
from app.practices.template import fields, narrowed, sections
from app.practices.writing import answer_autosave, clock_text, keep_sent, keep_the_rest, part_of, saved_texts, told_of


def _load(actor: Actor, token: str) -> Handover:
    handover = handover_by_token(actor, token)
    expect_language(handover.practice.language)
    return handover


handed_on = public(load=_load)


def _part(handover: Handover) -> dict[str, Any]:
    """The template of the section, of no section once the template in force has it no more."""
    return narrowed(handover.practice.call.template, section=handover.section)


def _rests(handover: Handover) -> str:
    """Why the link opens nothing, and whether it will again; "" while it works."""
    gone = _("The form has this section no more. Ask the delegation.")
    return why_it_rests(handover) or ("" if _part(handover)["sections"] else gone)


def _use(handover: Handover) -> HandoverUse | None:
    """The use that this browser has begun."""
    use = db.session.get(HandoverUse, session.get(f"handed-{handover.id}", 0))
    return use if use is not None and use.handover_id == handover.id else None


def _begin(handover: Handover, name: str) -> HandoverUse:
    use = open_handover(handover, name=name, by=current_user)
    session[f"handed-{handover.id}"] = use.id
    return use


def _user(handover: Handover) -> LinkUser:
    """Who saves: a browser whose session ended while they wrote goes by the name that the link was made for.

    Commits, so that the use is known whatever becomes of the text. Raises WrongState, TooMany.
    """
    if why := why_it_rests(handover):
        raise WrongState(why)
    use = _use(handover) or _begin(handover, handover.for_whom)
    count_save(use)
    db.session.commit()
    return LinkUser(use)


def _door(handover: Handover, form: OpenForm) -> Any:
    there, rests = sections(_part(handover)), _rests(handover)
    page = render_template(
        "practices/handed_door.html",
        handover=handover,
        practice=handover.practice,
        meeting=handover.practice.meeting,
        section=there[0] if there else None,
        form=form,
        rests=rests,
    )
    return page, 410 if rests else form.status


def _page(handover: Handover, form: DraftForm, use: HandoverUse, conflicts: Mapping[str, Mapping[str, str]]) -> Any:
    practice, part = handover.practice, _part(handover)
    page = render_template(
        "practices/handed.html",
        handover=handover,
        token=token_of(handover),
        use=use,
        practice=practice,
        meeting=practice.meeting,
        form=form,
        section=sections(part)[0],
        questions=queries.state_questions(practice.meeting_id),
        deadline=practice.call.deadline_for(practice.delegation_id),
        saved_at=clock_text(practice),
        parts=GROUPS,
        lists=LISTS,
        files_at=None,
        suggested={},
        similar_url="",
        conflicts=conflicts,
        **told_of(practice, part, besides=LinkUser(use)),
    )
    return page, form.refused.status if form.refused else 200  # a section may have a field called "status"


def _form(handover: Handover, *, as_sent: bool = True) -> DraftForm:
    practice = handover.practice
    there = [field.content_key for field in fields(_part(handover))]  # a page made before may have had others
    part = narrowed(sent_template(practice), keys=there)
    known = titles(practice.meeting.mechanism_id)
    return draft_form(part, queries.state_questions(practice.meeting_id), known, practice, sent=as_sent)


@bp.get("/handed/<token>")
@handed_on
def handed(handover: Handover) -> Any:
    """For whom the link was made; to who has said their name, the section's form."""
    use = _use(handover)
    if use is None or _rests(handover):
        return _door(handover, OpenForm(formdata=None))
    return _page(handover, _form(handover, as_sent=False), use, {})


@bp.post("/handed/<token>/open")
@handed_on
def open_handed(handover: Handover) -> Any:
    """Note who opens the section, and open it."""
    form = OpenForm()
    if _rests(handover):
        return _door(handover, form)
    with form.saving():
        _begin(handover, sent(form).name.data or "")
        return back_to("practices.handed", token=token_of(handover))
    return _door(handover, form)


@bp.post("/handed/<token>")
@handed_on
def save_handed(handover: Handover) -> Any:
    """Keep the section."""
    by = _user(handover)
    form, practice = _form(handover), handover.practice
    conflicts: dict[str, dict[str, str]] = {}
    with form.saving():
        hold_text(practice)
        part = part_of(sent_template(practice), handover.section)
        questions = queries.state_questions(practice.meeting_id)
        names = [name for field in fields(part) for name in names_of(field, questions)]
        kept = keep_sent(practice, names, section=handover.section, by=by)
        if not kept.conflicts:
            there = bool(_part(handover)["sections"])
            gone = _("The form has this section no more. What you wrote is kept for the delegation, which can use it.")
            say(_("The section was saved.") if there else gone)
            return back_to("practices.handed", token=token_of(handover))
        conflicts = {one["name"]: one for one in saved_texts(practice, kept.conflicts, besides=by)}
    if form.refused and not _part(handover)["sections"]:
        raise form.refused  # no page of ours shows these fields: the refusal's own holds what was sent
    keep_the_rest(practice, form, section=handover.section, by=by)
    if conflicts:
        form.refuse(Stale(_("Somebody saved this in the meantime. Your text is kept below; nothing was overwritten.")))
        form.version.data = _form(handover, as_sent=False).version.data
    return _page(handover, form, by.use, conflicts)


@bp.post("/handed/<token>/autosave")
@handed_on
def autosave_handed(handover: Handover) -> Any:
    """Keep the fields of the section that were touched while they are written."""
    try:
        by = _user(handover)
    except Refusal as refusal:
        return jsonify(message=str(refusal)), refusal.status
    return answer_autosave(handover.practice, section=handover.section, by=by)
