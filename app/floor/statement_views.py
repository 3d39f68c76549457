"""Pages of statements: all of a session by item, one of them, handing one in, and a delegation's codes."""

from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from app.core.db import db
from app.core.forms import Form, check_version, sent
from app.core.languages import current_language
from app.core.pages import back_to, say
from app.core.policies import is_staff, public, signed_in
from app.core.wording import in_reader_language
from app.directory.models import Party
from app.documents.models import StoredFile
from app.documents.responses import send
from app.floor import bp, statement_codes, statement_pages, statements
from app.floor import statement_queries as queries
from app.floor.asking import noted_for, spoken_for
from app.floor.enums import StatementOutcome
from app.floor.policies import can_ask, can_make_codes, can_revoke_code
from app.floor.statement_forms import ConsentForm, NewCodeForm, OutcomeForm, StatementForm, item_choices
from app.floor.statement_models import FloorStatement, FloorStatementCode
from app.floor.statement_queries import Handed, HandingIn, Statements, TakenBack
from app.meetings.enums import Stage
from app.meetings.models import Delegation
from app.meetings.policies import can_write_for


@bp.get("/sessions/<slug>/statements", endpoint="statements")
@public(load=queries.statements_floor)
def all_statements(floor: Statements) -> Any:
    """The statements of a session by item, as far as the person may read them."""
    return render_template("floor/statements.html", **statement_pages.statements_page(floor))


def _page(handed: Handed, refused: Form | None = None, **sent_forms: Form) -> tuple[str, int]:
    row = handed.statement
    writes = can_write_for(current_user, row.delegation)
    forms = {
        "outcome_form": OutcomeForm(formdata=None, data={"version": row.version, "outcome": row.outcome or ""}),
        "consent_form": ConsentForm(formdata=None, data={"version": row.version, "consent": row.consent}),
    }
    page = render_template(
        "floor/statement.html",
        meeting=handed.meeting,
        item=queries.item_named(handed.meeting, row.mark),
        line=statement_pages.statement_line(row, handed.delivery, handed),
        older=[statement_pages.version_line(one, handed) for one in row.versions[-2::-1]] if handed.whole else [],
        whole=handed.whole,
        code=row.delegation.party.code,
        writes=writes,
        taking=writes and statements.takes_statements(handed.meeting),
        refused=refused,
        **{**forms, **sent_forms},
    )
    return page, refused.status if refused else 200


@bp.get("/statements/<int:statement_id>")
@public(load=queries.statement_or_note)
def statement(found: Handed | TakenBack) -> Any:
    """One statement: its newest version, with the older ones folded under it for those who may read them. For those who
    had it before its consent was narrowed, that they have it no more."""
    if isinstance(found, TakenBack):
        return render_template("floor/statement_taken_back.html", meeting=found.meeting), 410
    return _page(found)


@bp.post("/statements/<int:statement_id>/consent")
@signed_in(can_ask, load=queries.statement_of)
def set_consent(handed: Handed) -> Any:
    """Change who may read a statement of one's delegation."""
    row = handed.statement
    form = ConsentForm(data={"version": row.version, "consent": row.consent})
    if form.validate_on_submit():
        with form.saving(row):
            check_version(row, form.version.data)
            statements.set_consent(row, form.consent.data, by=current_user)
            say(_("The consent was saved."))
            return back_to("floor.statement", statement_id=row.id)
    return _page(handed, form, consent_form=form)


@bp.post("/statements/<int:statement_id>/outcome")
@signed_in(is_staff, load=queries.statement_for_staff)
def set_outcome(handed: Handed) -> Any:
    """Say what became of a statement."""
    row = handed.statement
    form = OutcomeForm(data={"version": row.version, "outcome": row.outcome or ""})
    if form.validate_on_submit():
        with form.saving(row):
            check_version(row, form.version.data)
            statements.set_outcome(row, form.outcome.data, by=current_user)
            say(_("It was noted what became of this statement."))
            return back_to("floor.statement", statement_id=row.id)
    return _page(handed, form, outcome_form=form)


@bp.get("/statements/files/<int:version_id>")
@public(load=queries.file_of)
def statement_file(stored: StoredFile) -> Response:
    """The file of a statement, to download."""
    return send(stored)


def statement_form(delegation: Delegation, **more: Any) -> tuple[StatementForm, dict[str, Party]]:
    """The form by which a statement is handed in, and the mechanisms that it can be on behalf of."""
    form = StatementForm(**more)
    language = more.get("data", {}).get("language") or current_language()
    return form, form.offer(delegation.meeting, [*spoken_for(delegation), *noted_for(delegation)], language)


def _newer(floor: HandingIn) -> FloorStatement | None:
    """The statement of the delegation of which, by the address, a newer version is handed in."""
    of = request.args.get("of", type=int)
    rows = queries.statements_of(floor.meeting.id) if of else ()
    return next((row for row in rows if row.id == of and row.delegation_id == floor.delegation.id), None)


def _begun(row: FloorStatement, *, is_open: bool) -> dict[str, Any]:
    """What the form of a newer version begins with."""
    return {
        "version": queries.seen_as(row, is_open=is_open),
        "item": row.mark,
        "kind": row.kind,
        "on_behalf": str(row.on_behalf_id or ""),
        "group_name": row.group_name,
        "language": row.latest.language,
        "text": row.latest.text,
        "check_delivery": row.latest.check_delivery,
        "written_only": row.outcome is StatementOutcome.WRITTEN_ONLY,
        "consent": row.consent,
    }


@bp.route("/sessions/<slug>/statements/<code>/new", methods=["GET", "POST"])
@signed_in(can_ask, load=queries.handing_in)
def hand_in(floor: HandingIn) -> Any:
    """Hand in a statement of one's delegation, or a newer version of one."""
    delegation = floor.delegation
    newer = _newer(floor)
    is_open = bool(newer and queries.is_open(newer))
    begun = _begun(newer, is_open=is_open) if newer else {"item": request.args.get("item", "")}
    form, offered = statement_form(delegation, data=begun)
    form.item.choices = item_choices(floor.items)
    if newer:
        form.is_of(newer)
    if form.validate_on_submit():
        with form.saving():
            fields = form.fields(offered)
            seen = form.version.data if newer else None
            version = statements.hand_in(
                delegation, mark=form.item.data, of=newer, seen=seen, by=current_user, **fields
            )
            db.session.flush()
            if queries.is_open(version.statement):
                say(_("The statement was handed in. It is under no embargo any more."))
            else:
                say(_("The statement was handed in. It is under embargo until it is delivered."))
            if version.number > 1 and not newer:
                say(
                    _(
                        "It is a newer version of what was handed in before: who may read it, and whether it is in "
                        "writing only, stay as they were."
                    )
                )
            return back_to("floor.statement", statement_id=version.statement_id)
    page = render_template(
        "floor/hand_in.html",
        meeting=floor.meeting,
        party=delegation.party,
        form=form,
        newer=newer,
        item=next((item for item in floor.items if newer and item["mark"] == newer.mark), None),
        is_open=is_open,
        begun=floor.meeting.stage is not Stage.CALL_OPEN,
        taking=statements.takes_statements(floor.meeting),
    )
    return page, form.status


def _codes_page(floor: HandingIn, form: NewCodeForm) -> tuple[str, int]:
    form.item.choices = item_choices(floor.items)
    titles = {item["mark"]: item for item in floor.items}
    page = render_template(
        "floor/codes.html",
        meeting=floor.meeting,
        party=floor.delegation.party,
        form=form,
        codes=[
            {
                "row": row,
                "text": statement_codes.text_of(row),
                "works": statement_codes.works(row),
                "item": f"{item['number']} {in_reader_language(item['title'])}" if item else "",
            }
            for row in statement_codes.codes_of(floor.delegation)
            for item in [titles.get(row.mark)]
        ],
    )
    return page, form.status


@bp.route("/sessions/<slug>/statements/<code>/codes", methods=["GET", "POST"])
@signed_in(can_make_codes, load=queries.making_codes)
def statement_codes_of(floor: HandingIn) -> Any:
    """The codes of a delegation; a POST makes one."""
    form = NewCodeForm()
    form.item.choices = item_choices(floor.items)
    if form.validate_on_submit():
        with form.saving():
            statement_codes.make_code(floor.delegation, mark=form.item.data, days=form.days.data, by=current_user)
            say(_("The code is below. Give it to whoever hands in the statement."))
            return back_to("floor.statement_codes_of", slug=floor.meeting.slug, code=floor.delegation.party.code)
    return _codes_page(floor, form)


@bp.post("/statements/codes/<int:code_id>/revoke")
@signed_in(can_revoke_code, load=queries.code_of)
def revoke_code(code: FloorStatementCode) -> Any:
    """End a code; a second click finds it ended."""
    sent()
    delegation = code.delegation
    answer = back_to("floor.statement_codes_of", slug=delegation.meeting.slug, code=delegation.party.code)
    statement_codes.revoke_code(code, by=current_user)
    db.session.commit()
    say(_("The code was revoked."))
    return answer
