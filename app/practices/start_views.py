"""Starting a draft: empty, as the update of an earlier practice or from a like one; which practices are like it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup, escape
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.clock import now
from app.core.errors import Forbidden, Refusal
from app.core.forms import choices
from app.core.languages import current_language
from app.core.localized import LANGUAGES
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.core.texts import clean
from app.meetings.models import Delegation
from app.meetings.policies import can_write_for
from app.meetings.queries import delegations_of
from app.practices import bp, operations, queries, related
from app.practices.beginning import Beginning, about, as_update
from app.practices.content import terms_for
from app.practices.enums import PracticeState
from app.practices.forms import StartForm
from app.practices.holding import hold_call
from app.practices.labels import STATE_KINDS, STATES
from app.practices.likeness import nearly_same
from app.practices.models import Call, Practice
from app.practices.policies import WRITING_PARTIES, can_edit_practice, can_see_delegation, can_start_practice
from app.practices.reading import read_content, titles
from app.practices.related import Line
from app.practices.template import sections

UPDATE, MODEL = "update", "model"


def _writing_delegation(actor: Actor, slug: str) -> Delegation:
    """The person's delegation of a State to the session (of several, the one that `code` names)."""
    code = request.args.get("code", "").lower()
    own = [
        delegation
        for delegation in delegations_of(actor)
        if delegation.meeting.slug == slug
        and delegation.party.kind in WRITING_PARTIES
        and code in ("", delegation.party.code.lower())
    ]
    if not own:
        raise NotFound
    return next((delegation for delegation in own if can_write_for(actor, delegation)), own[0])


def _call(delegation: Delegation) -> Call:
    call = queries.call_of(delegation.meeting_id)
    if call is None:
        raise NotFound
    return call


@bp.route("/sessions/<slug>/practices/new", methods=["GET", "POST"])
@signed_in(can_see_delegation, load=_writing_delegation)
def new(delegation: Delegation) -> Any:
    """What the call asks, what the delegation has, and what to begin a draft with."""
    call = _call(delegation)
    form = StartForm(data={"language": current_language()})
    own = queries.practices_of_delegations([delegation.id])
    may_start = can_start_practice(current_user, delegation)
    if form.is_submitted() and not may_start:
        raise Forbidden
    typed, alone = _typed(form.title.data or ""), "HX-Request" in request.headers
    earlier = related.earlier_practices(delegation) if may_start and not alone else []
    nearly = Nearly((), ())
    if not alone and request.form.get("action") != "look" and form.validate_on_submit():
        with form.saving():
            hold_call(call, delegation)
            begun = queries.practices_of_delegations([delegation.id])
            practice = _begun_already(form, begun)
            if not practice and _wanted(form)[0] != UPDATE:
                nearly = _nearly_same(typed, begun, earlier)
            if not any(nearly) or form.told.data == typed:
                practice = practice or _begin(form, call, delegation)
                return back_to("practices.edit", practice_id=practice.id)
            form.told.data = typed
    at, deadline = now(), call.deadline_for(delegation.id)
    written = form.language.data if form.language.data in LANGUAGES else current_language()
    similar = related.like(current_user, typed, written, for_party=delegation.party_id) if may_start else []
    if alone:
        return render_template("practices/_similar.html", similar=similar, own_party=delegation.party_id)
    own_ids = {line.id for line in earlier}
    read = _model_read() if may_start else None
    models = {line.id: line for line in (read, *similar) if line and line.id not in own_ids}
    form.begin_with.choices = choices(
        [
            ("", _("An empty form")),
            *((f"{UPDATE}:{line.id}", _update_label(line)) for line in earlier),
            *((f"{MODEL}:{line.id}", _model_label(line)) for line in models.values()),
        ]
    )
    if read and not form.is_submitted():
        form.begin_with.data = f"{UPDATE if read.id in own_ids else MODEL}:{read.id}"
    return render_template(
        "practices/new.html",
        delegation=delegation,
        meeting=delegation.meeting,
        call=call,
        form=form,
        own=own,
        states=STATES,
        kinds=STATE_KINDS,
        deadline=deadline,
        open_now=call.is_open_for(delegation.id, at),
        opened=call.opens_at <= at,
        may_start=may_start,
        earlier=earlier,
        typed=typed,
        similar=similar,
        own_party=delegation.party_id,
        nearly=nearly,
        sections=sections(call.template),
        questions=queries.state_questions(delegation.meeting_id),
    ), form.status


def _model_read() -> Line | None:
    """The practice that the person was reading when they chose to begin one of their own."""
    number = request.args.get("model", 0, int)
    return related.published_line(current_user, number) if 0 < number < 2**31 else None


class Nearly(NamedTuple):
    """What a delegation has under nearly the title that was typed: begun for this session, and from earlier ones."""

    begun: Sequence[Practice]
    earlier: Sequence[Line]


def _nearly_same(typed: str, begun: Sequence[Practice], earlier: Sequence[Line]) -> Nearly:
    standing = [item for item in begun if item.state is not PracticeState.WITHDRAWN]
    same = [item for item in standing if nearly_same(typed, item.content.get("title", ""), item.language)]
    return Nearly(same, [line for line in earlier if line.is_nearly(typed)])


def _typed(title: str) -> str:
    """A title as it is looked for, as far as titles go."""
    return clean(title, lines=False)[: related.TYPED_LIMIT]


def _update_label(line: Line) -> Markup:
    return escape(_("Your practice of %(year)d, to update it: %(title)s")) % {"year": line.year, "title": _title(line)}


def _model_label(line: Line) -> Markup:
    words = _("What the practice of %(party)s of %(year)d is about, without its text: %(title)s")
    party = line.short_names.in_language(current_language())
    return escape(words) % {"party": party, "year": line.year, "title": _title(line)}


def _title(line: Line) -> Markup:
    return Markup('<span lang="{}">{}</span>').format(line.language, line.title)


def _wanted(form: StartForm) -> tuple[str, int]:
    kind, _colon, number = (form.begin_with.data or "").partition(":")
    return kind, int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else 0


def _begun_already(form: StartForm, own: Sequence[Practice]) -> Practice | None:
    """The update that the delegation has begun; else what a first click began and nobody has written in yet."""
    kind, wanted = _wanted(form)
    if kind == UPDATE:
        return next(
            (item for item in own if item.updates_id == wanted and item.state is not PracticeState.WITHDRAWN), None
        )
    for item in own:
        fresh = item.state is PracticeState.DRAFT and item.saved_at == item.created_at
        same = (item.created_by_id, item.language) == (current_user.id, form.language.data)
        titled = item.content.get("title", "") == (form.title.data or "")
        if fresh and same and titled and item.updates_id is None and (item.model_id or 0) == wanted:
            return item
    return None


def _begin(form: StartForm, call: Call, delegation: Delegation) -> Practice:
    kind, wanted = _wanted(form)
    content = {"title": form.title.data} if form.title.data else {}
    if not kind:
        return operations.start_practice(
            call, delegation, language=form.language.data, by=current_user, content=content
        )
    terms = terms_for(call.template, queries.state_questions(delegation.meeting_id))
    if kind == UPDATE and (earlier := related.earlier_practice(delegation, wanted)):
        say(_("The draft begins with your earlier text. Bring it up to date, and give your consent anew."))
        return operations.start_practice(
            call,
            delegation,
            language=earlier.versions[-1].language,
            by=current_user,
            content=_update_of(earlier, call).content,
            updates_id=earlier.id,
        )
    if kind == MODEL and (model := related.published_practice(current_user, wanted)):
        return operations.start_practice(
            call,
            delegation,
            language=form.language.data,
            by=current_user,
            content=content | about(model.versions[-1].content, call.template, terms),
            model_id=model.id,
        )
    raise Refusal(_l("Choose one of the practices listed."), field="begin_with")


def _update_of(earlier: Practice, call: Call) -> Beginning:
    return as_update(
        earlier.versions[-1].content,
        earlier.versions[-1].template,
        queries.state_questions(earlier.meeting_id),
        template=call.template,
        terms=terms_for(call.template, queries.state_questions(call.meeting_id)),
    )


@bp.get("/practices/drafts/<int:practice_id>/begun-from")
@signed_in(can_edit_practice, load=queries.practice_by_id)
def begun_from(practice: Practice) -> Any:
    """What a draft was begun from; of an earlier practice also what had no place in the form."""
    if not (practice.updates_id or practice.model_id):
        raise NotFound
    earlier = related.earlier_practice(practice.delegation, practice.updates_id) if practice.updates_id else None
    left_out = (
        read_content(
            earlier.versions[-1].template,
            _update_of(earlier, practice.call).left_out,
            questions=queries.state_questions(earlier.meeting_id),
            known=titles(),
            contact=True,
        )
        if earlier
        else []
    )
    return render_template(
        "practices/begun_from.html",
        practice=practice,
        meeting=practice.meeting,
        earlier=earlier.versions[-1] if earlier else None,
        relatives=related.relatives(current_user, practice),
        left_out=left_out,
    )


@bp.get("/practices/drafts/<int:practice_id>/similar")
@signed_in(can_edit_practice, load=queries.practice_by_id)
def similar(practice: Practice) -> Any:
    """Practices in the library that are like a draft's title."""
    typed = _typed(str(practice.content.get("title") or ""))
    return render_template(
        "practices/similar.html",
        practice=practice,
        meeting=practice.meeting,
        typed=typed,
        **_like(practice, typed, practice.language),
    )


@bp.post("/practices/drafts/<int:practice_id>/similar")
@signed_in(can_edit_practice, load=queries.practice_by_id)
def similar_to(practice: Practice) -> Any:
    """The same as a list, of a title that is being typed: a draft's words stand in no address, which others log."""
    language = request.form.get("language", "")
    language = language if language in LANGUAGES else practice.language
    typed = _typed(request.form.get("title", ""))
    return render_template("practices/_similar.html", **_like(practice, typed, language))


def _like(practice: Practice, typed: str, language: str) -> dict[str, Any]:
    """What practices/_similar.html shows of a draft, of whose beginning the person knows."""
    party, known = practice.delegation.party_id, (practice.id, practice.updates_id)
    lines = related.like(current_user, typed, language, for_party=party, leave_out=known)
    return {"similar": lines, "own_party": party}
