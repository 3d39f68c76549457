"""Pages that change the directory: statements, proposals, the history of a mechanism, the cells of involvement."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.audit.kept_pages import kept_for_visitors
from app.core.actors import Actor
from app.core.errors import Stale
from app.core.forms import sent
from app.core.pages import back_to, say
from app.core.policies import anyone, public, signed_in
from app.core.wording import in_reader_language
from app.directory import history, operations
from app.directory.content import content_of, fingerprint_of, groups_of, key_of
from app.directory.enums import ProposalState, StatementSubject
from app.directory.labels import EXTENTS, PROPOSAL_STATE_KINDS, PROPOSAL_STATES, SUBJECTS
from app.directory.models import Involvement, Mechanism, Proposal, Statement
from app.directory.policies import can_edit_facts, can_propose_facts, can_read_proposal
from app.directory.queries import parties
from app.map import bp
from app.map.editing_forms import (
    CorrectionForm,
    DecisionForm,
    NewStatementForm,
    ProposalFilter,
    SeenForm,
    StatementForm,
)
from app.map.editing_lines import lines, shown, source_of, statement_shown
from app.map.naming import source as source_shown
from app.meetings.queries import represented_by
from app.people.queries import accounts_by_id, secretariat


@dataclass(frozen=True)
class Place:
    """A subject of a mechanism, what sources say of it, and the mechanisms that whoever asks speaks for."""

    mechanism: Mechanism
    subject: StatementSubject
    represented: frozenset[int]
    rows: Sequence[Statement]

    @property
    def named(self) -> Statement | None:
        """The statement that the address names by its source; None where it names none. Raises NotFound."""
        if "source" not in request.args:
            return None
        wanted = (request.args["source"], request.args.get("part", ""))
        for row in self.rows:
            if (row.source.key, row.part) == wanted:
                return row
        raise NotFound


@dataclass(frozen=True)
class Desk:
    """Somebody who looks at proposals: `represented`, the mechanisms they speak for."""

    represented: frozenset[int]


def can_change_fact(actor: Actor, place: Place) -> bool:
    """The secretariat changes, the mechanism's representatives propose."""
    return can_edit_facts(actor) or can_propose_facts(actor, place.mechanism.id, place.represented)


def can_see_proposals(actor: Actor, desk: Desk) -> bool:
    """The secretariat, and whoever speaks for a mechanism."""
    return can_edit_facts(actor) or bool(desk.represented)


def _mechanism(actor: Actor, slug: str) -> Mechanism:
    found = history.mechanism_alone(slug)
    if found is None:
        raise NotFound
    return found


def _place(actor: Actor, slug: str, subject: str) -> Place:
    if subject not in list(StatementSubject):
        raise NotFound
    mechanism, chosen = _mechanism(actor, slug), StatementSubject(subject)
    return Place(mechanism, chosen, represented_by(actor), history.statements_of(mechanism.id, chosen))


def _statement(actor: Actor, statement_id: int) -> Statement:
    found = history.statement_by_id(statement_id)
    if found is None:
        raise NotFound
    return found


def _desk(actor: Actor) -> Desk:
    return Desk(represented_by(actor))


def _proposal(actor: Actor, proposal_id: int) -> Proposal:
    found = history.proposal_by_id(proposal_id)
    if found is None or not can_read_proposal(actor, found, represented_by(actor)):
        raise NotFound
    return found


def _cell(actor: Actor, cell_id: int) -> Involvement:
    found = history.cell_by_id(cell_id)
    if found is None:
        raise NotFound
    return found


def _statement_form(place: Place) -> StatementForm:
    named = place.named
    if named is None or "like" in request.args:
        return NewStatementForm.showing(place.subject, None, like=named)
    return StatementForm.showing(place.subject, named)


def _statement_page(place: Place, form: StatementForm, conflict: Any = None) -> Any:
    current = None if isinstance(form, NewStatementForm) else place.named
    if place.subject is StatementSubject.THEMES:
        form.offer_terms(history.terms(), groups_of(place.mechanism.id), place.named)
    elif place.subject is not StatementSubject.GROUPS:
        form.offer_parties(parties(), place.named)
    if isinstance(form, NewStatementForm):
        form.offer_sources(history.sources())
    page = render_template(
        "map/statement.html",
        mechanism=place.mechanism,
        subject=place.subject,
        subject_label=SUBJECTS[place.subject],
        form=form,
        current=source_of(content_of(current)) if current else None,
        current_id=current.id if current else None,
        address={key: request.args[key] for key in ("source", "part", "like") if key in request.args},
        others=[
            {
                "source": source_shown(row.source),
                "said": statement_shown(row),
                "address": {"source": row.source.key, "part": row.part},
                "part": row.part,
            }
            for row in place.rows
            if row is not current
        ],
        may_edit=can_edit_facts(current_user),
        conflict=conflict,
    )
    return page, form.status


@bp.route("/mechanisms/<slug>/facts/<subject>", methods=["GET", "POST"])
@signed_in(can_change_fact, load=_place)
def statement(place: Place) -> Any:
    """What a source says of one subject: the secretariat changes it, a representative proposes a change."""
    form = _statement_form(place)
    if not form.is_submitted():
        return _statement_page(place, form)
    if "add_row" in request.form or "remove_row" in request.form:
        return _statement_page(place, form.with_rows())
    if not form.validate():
        return _statement_page(place, form)
    content = form.content(place.named)
    with form.saving():
        more = {"subject": place.subject, "seen": form.seen.data or "", "by": current_user}
        if can_edit_facts(current_user):
            operations.state_fact(place.mechanism, **content, **more)
            say(_("The directory was changed."))
            return back_to("library.mechanism", slug=place.mechanism.slug)
        proposal = operations.propose_fact(place.mechanism, content=content, tell=secretariat(), **more)
        say(_("Your proposal went to the secretariat, which decides on it; you get the decision by mail."))
        return back_to("map.proposal", proposal_id=proposal.id)
    place = _place(current_user, place.mechanism.slug, place.subject)  # of its rows, some may be gone
    return _conflict(place, form, content) if isinstance(form.refused, Stale) else _statement_page(place, form)


def _delete_page(row: Statement, form: SeenForm) -> Any:
    form.seen.data = fingerprint_of(row)
    page = render_template(
        "map/statement_delete.html",
        mechanism=row.mechanism,
        statement=row,
        subject_label=SUBJECTS[row.subject],
        form=form,
        source=source_of(content_of(row)),
        said=statement_shown(row),
        others=len(history.statements_of(row.mechanism_id, row.subject)) - 1,
    )
    return page, form.status


@bp.get("/map/statements/<int:statement_id>/delete")
@signed_in(can_edit_facts, load=_statement)
def delete(row: Statement) -> Any:
    """What deleting what a source says would do, before it is done."""
    return _delete_page(row, SeenForm(formdata=None))


@bp.post("/map/statements/<int:statement_id>/delete")
@signed_in(can_edit_facts, load=_statement)
def delete_now(row: Statement) -> Any:
    """Delete what a source says of one subject."""
    form, statement_id, answer = SeenForm(), row.id, back_to("library.mechanism", slug=row.mechanism.slug)
    with form.saving():
        operations.delete_fact(row, seen=form.seen.data or "", by=current_user)
        say(_("What the source says was deleted. The history keeps what it was."))
        return answer
    return _delete_page(_statement(current_user, statement_id), form)


def _conflict(place: Place, form: StatementForm, content: dict[str, Any]) -> Any:
    """Show both texts; sent again, the form has seen the one that is there now."""
    there = history.statement_of(
        place.mechanism.id, place.subject, source=key_of(content["source"]), part=content["part"] or ""
    )
    form.seen.data = fingerprint_of(there)
    conflict = {
        "theirs": statement_shown(there, beside=content),
        "mine": shown(content, beside=content_of(there) if there else None),
    }
    return _statement_page(place, form, conflict)


@bp.get("/map/proposals")
@signed_in(can_see_proposals, load=_desk)
def proposals(desk: Desk) -> Any:
    """What representatives propose: all of it for the secretariat, their mechanisms' for representatives."""
    staff = can_edit_facts(current_user)
    form = ProposalFilter(request.args)
    page = history.proposals(
        mechanisms=None if staff else desk.represented,
        state=form.wanted,
        page=request.args.get("page", 1, type=int),
    )
    asked: dict[str, Any] = {"state": form.wanted.value} if form.wanted else {}
    return render_template(
        "map/proposals.html",
        form=form,
        page=page,
        names=accounts_by_id({row.proposed_by_id for row in page.items}) if staff else None,
        subjects=SUBJECTS,
        states=PROPOSAL_STATES,
        kinds=PROPOSAL_STATE_KINDS,
        applied=bool(asked),
        page_url=lambda number: url_for("map.proposals", page=number, **asked),
    )


def _proposal_page(proposal: Proposal, form: DecisionForm) -> Any:
    content = proposal.content
    there = history.statement_of(
        proposal.mechanism_id, proposal.subject, source=key_of(content["source"]), part=content["part"]
    )
    form.seen.data = fingerprint_of(there)
    staff = can_edit_facts(current_user)
    people = accounts_by_id({proposal.proposed_by_id, proposal.decided_by_id}) if staff else {}
    is_open = proposal.state is ProposalState.PROPOSED
    page = render_template(
        "map/proposal.html",
        proposal=proposal,
        mechanism=proposal.mechanism,
        subject_label=SUBJECTS[proposal.subject],
        source=source_of(content),
        theirs=statement_shown(there, beside=content),
        mine=shown(content, beside=content_of(there) if there else None),
        changed=is_open and fingerprint_of(there) != proposal.seen,
        form=form,
        proposer=people.get(proposal.proposed_by_id),
        decider=people.get(proposal.decided_by_id),
        state=PROPOSAL_STATES[proposal.state],
        kind=PROPOSAL_STATE_KINDS[proposal.state],
        is_open=is_open,
        beside=history.proposals_beside(proposal) if is_open else [],
        may_decide=staff and is_open,
    )
    return page, form.status


@bp.get("/map/proposals/<int:proposal_id>")
@signed_in(anyone, load=_proposal)
def proposal(proposal: Proposal) -> Any:
    """What would change, side by side, and what was decided."""
    return _proposal_page(proposal, DecisionForm(formdata=None))


@bp.post("/map/proposals/<int:proposal_id>")
@signed_in(can_edit_facts, load=_proposal)
def decide(proposal: Proposal) -> Any:
    """Accept what is proposed, or refuse it with a reason; a second click finds the decision."""
    form = DecisionForm()
    proposer = [row for row in accounts_by_id({proposal.proposed_by_id}).values() if row.closed_at is None]
    more = {"reason": form.reason.data or "", "by": current_user, "tell": proposer}
    with form.saving():
        sent(form)
        if request.form.get("action") == "accept":
            operations.accept_proposal(proposal, seen=form.seen.data, **more)
            say(_("The proposal was accepted, and the directory says so from now on."))
        else:
            operations.refuse_proposal(proposal, **more)
            say(_("The proposal was refused; whoever made it gets your reason by mail."))
        return back_to("map.proposal", proposal_id=proposal.id)
    return _proposal_page(proposal, form)


@bp.get("/mechanisms/<slug>/history", endpoint="history")
@kept_for_visitors
@public(load=_mechanism)
def mechanism_history(mechanism: Mechanism) -> Any:
    """Every change of what the directory says of a mechanism, in words."""
    insider = can_edit_facts(current_user) or mechanism.id in represented_by(current_user)
    page = history.changes_of_mechanism(mechanism.id, undecided=insider, page=request.args.get("page", 1, type=int))
    function = _("A representative of %(mechanism)s", mechanism=in_reader_language(mechanism.label))
    return render_template(
        "map/history.html",
        mechanism=mechanism,
        page=page,
        lines=lines(page.items, current_user, representative=function),
        insider=insider,
        page_url=lambda number: url_for("map.history", slug=mechanism.slug, page=number),
    )


def _cell_page(cell: Involvement, form: CorrectionForm) -> Any:
    page = render_template(
        "map/cell.html",
        cell=cell,
        form=form,
        extents=EXTENTS,
        source=source_shown(cell.source),
        lines=lines(history.changes_of_row(cell), current_user, representative=""),
        may_edit=can_edit_facts(current_user),
    )
    return page, form.status


def _correction(cell: Involvement) -> dict[str, Any]:
    return {"extent": cell.extent.value, "reason": cell.reason, "version": cell.version}


@bp.get("/map/involvement/<int:cell_id>")
@kept_for_visitors
@public(load=_cell)
def cell(cell: Involvement) -> Any:
    """One cell of the table of involvement: as printed, its doubt, the corrected value, and how it came about."""
    return _cell_page(cell, CorrectionForm(formdata=None, data=_correction(cell)))


@bp.post("/map/involvement/<int:cell_id>")
@signed_in(can_edit_facts, load=_cell)
def correct(cell: Involvement) -> Any:
    """Record a corrected value with its reason, or take the correction back."""
    form = CorrectionForm(data=_correction(cell))
    if form.validate():
        with form.saving(cell):
            operations.correct_involvement(
                cell, extent=form.wanted, reason=form.reason.data or "", seen=form.version.data, by=current_user
            )
            say(_("The value was saved."))
            return back_to("map.cell", cell_id=cell.id)
    return _cell_page(cell, form)
