"""Everything that people change in the directory: facts of mechanisms, proposals, the table of involvement.

A *fact* is what one source says of one subject of one mechanism; `content` tells its shape. Nothing here commits.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.audit.operations import changes_of, record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db, lock
from app.core.errors import Refusal, Stale, WrongState
from app.core.forms import check_version
from app.core.localized import LocalizedText
from app.core.texts import check_length, clean
from app.directory import emails
from app.directory.content import (
    LISTS,
    Content,
    checked,
    content_of,
    fingerprint_of,
    groups_of,
    key_of,
    parties_named,
    says,
    terms_named,
)
from app.directory.enums import Extent, GroupKind, ProposalState, StatementSubject
from app.directory.history import statement_of
from app.directory.models import (
    Involvement,
    Mechanism,
    Membership,
    Proposal,
    Source,
    Statement,
    Tag,
    WorkingGroup,
)
from app.mail.operations import Recipient
from app.search.operations import queue_reindex

REASON_LIMIT = 4000


def state_fact(
    mechanism: Mechanism,
    *,
    subject: str,
    seen: str,
    by: Actor,
    proposal: Proposal | None = None,
    **content: Any,
) -> Statement:
    """Create or replace what a source says; what it says already stays as it is, whatever was seen.

    The content is given by its names; what may be left out, `content.checked` tells.
    `seen` is the fingerprint of the statement that the person had before them ("" where there was none);
    `proposal`, the one that is accepted by this. Loading the data files leaves the statement alone from now on.
    Raises Refusal for an unknown party, term, group or source, for a mechanism in its own list, for a day that
    does not exist, periods that end before they begin or overlap, what is listed twice, a group that goes while
    terms are said of it, and for a list beside a number or a silence; Stale where the statement is not the one
    that was seen.
    """
    content = checked(mechanism, subject, **content)
    chosen = StatementSubject(subject)
    statement = _held(mechanism, chosen, content)
    if statement and says(statement, content):
        return statement
    _check_seen(statement, seen)
    changes = _changes(chosen, statement, content)
    if proposal:
        changes["proposal_id"] = [None, proposal.id]
    if chosen is StatementSubject.GROUPS and statement:
        _check_terms(statement, kept={row["number"] for row in content["groups"]})
    if statement is None:
        statement = Statement(
            mechanism=mechanism,
            subject=chosen,
            source=_source(content["source"], by),
            part=content["part"],
            memberships=[],
            groups=[],
            tags=[],
        )
        db.session.add(statement)
    statement.stated = content["stated"]
    statement.count = content["count"]
    statement.label = LocalizedText(content["label"])
    statement.edited = True
    if LISTS[chosen] in changes:
        _WRITE[LISTS[chosen]](statement, content[LISTS[chosen]])
    if "tags" in changes:
        queue_reindex(party_ids=[mechanism.id])
    record("state_fact", mechanism, by=by, changes=changes)
    return statement


def delete_fact(statement: Statement, *, seen: str, by: Actor) -> None:
    """Delete what a source says; loading the data files does not bring it back, stating it again does.

    Raises Stale where the statement is not the one that was seen, Refusal where terms are said of its groups.
    """
    mechanism, chosen, before = statement.mechanism, statement.subject, content_of(statement)
    held = _held(mechanism, chosen, before)
    if held is None:
        return
    _check_seen(held, seen)
    if chosen is StatementSubject.GROUPS:
        _check_terms(held, kept=set())
    said = {name: [value, None] for name, value in before.items() if name not in ("source", "part") and value}
    record("delete_fact", mechanism, by=by, changes={**_about(chosen, before), **said})
    mechanism.statements.remove(held)
    db.session.flush()
    if said.get("tags"):
        queue_reindex(party_ids=[mechanism.id])


def _write_parties(statement: Statement, rows: Sequence[Content]) -> None:
    known = parties_named(rows)
    statement.memberships.clear()
    db.session.flush()  # a party may come back with the same date, which the table holds once only
    statement.memberships.extend(
        Membership(party=known[row["code"]], since=row["since"], until=row["until"]) for row in rows
    )


def _write_groups(statement: Statement, rows: Sequence[Content]) -> None:
    """A group stays the same by its number, so that what is said of it stays too."""
    known = parties_named({"code": code} for row in rows for code in row["chairs"])
    held = {group.number: group for group in statement.groups}
    for number in held.keys() - {row["number"] for row in rows}:
        statement.groups.remove(held[number])
    for row in rows:
        group = held.get(row["number"])
        if group is None:
            group = WorkingGroup(number=row["number"])
            statement.groups.append(group)
        group.group_kind = GroupKind(row["kind"])
        group.names = LocalizedText(row["names"])
        group.pillar = LocalizedText(row["pillar"])
        group.chairs = [known[code] for code in row["chairs"]]


def _write_tags(statement: Statement, rows: Sequence[Content]) -> None:
    terms, groups = terms_named(rows), groups_of(statement.mechanism.id)
    statement.tags = [Tag(item=terms[row["term"]], working_group=groups.get(row["group"])) for row in rows]


_WRITE = {"parties": _write_parties, "groups": _write_groups, "tags": _write_tags}


def _check_terms(statement: Statement, *, kept: set[int]) -> None:
    """Refuse that a group goes of which somebody says what it works on."""
    going = [group.id for group in statement.groups if group.number not in kept]
    tagged = sa.select(Tag.working_group_id).where(Tag.working_group_id.in_(going))
    number = db.session.scalar(sa.select(sa.func.min(WorkingGroup.number)).where(WorkingGroup.id.in_(tagged)))
    if number is not None:
        raise Refusal(
            _l(
                "Group %(number)d cannot go: terms are said of it. Take them away first, under what it works on.",
                number=number,
            ),
            field="groups",
        )


def propose_fact(
    mechanism: Mechanism, *, subject: str, content: Content, seen: str, by: Actor, tell: Iterable[Recipient]
) -> Proposal:
    """Keep a change that a representative proposes, and mail it to those who decide; the same again changes nothing.

    Raises what `state_fact` raises for the content, and Refusal where the directory says it already.
    """
    wanted = checked(mechanism, subject, **content)
    chosen = StatementSubject(subject)
    statement = _held(mechanism, chosen, wanted)
    own = sa.select(Proposal).where(
        Proposal.mechanism_id == mechanism.id,
        Proposal.subject == chosen,
        Proposal.state == ProposalState.PROPOSED,
        Proposal.proposed_by_id == by.id,
    )
    if same := next((row for row in db.session.scalars(own) if row.content == wanted), None):
        return same
    if statement and says(statement, wanted):
        raise Refusal(_l("This is what the directory says already: there is nothing to propose."))
    _check_seen(statement, seen)
    proposal = Proposal(
        mechanism=mechanism,
        subject=chosen,
        content=wanted,
        seen=seen,
        state=ProposalState.PROPOSED,
        proposed_at=now(),
        proposed_by_id=by.id,
    )
    record("propose_fact", proposal, by=by, changes=_changes(chosen, statement, wanted))
    emails.tell_proposed(proposal, tell)
    return proposal


def accept_proposal(
    proposal: Proposal, *, reason: str = "", seen: str | None = None, by: Actor, tell: Iterable[Recipient]
) -> Statement | None:
    """State what was proposed, and mail the decision; accepted by the same person before, it stays so (None).

    `seen`: the fingerprint of the statement that the person had before them; without it, the proposer's. Raises
    WrongState where somebody has decided, and what `state_fact` raises: Stale where the statement is another.
    """
    reason = _reason(reason)
    if _decided(proposal, ProposalState.ACCEPTED, by):
        return None
    statement = state_fact(
        proposal.mechanism,
        subject=proposal.subject,
        **proposal.content,
        seen=proposal.seen if seen is None else seen,
        by=by,
        proposal=proposal,
    )
    _decide(proposal, ProposalState.ACCEPTED, reason, by)
    record(
        "accept_proposal",
        proposal,
        by=by,
        changes={**_about(proposal.subject, proposal.content), **changes_of(proposal)},
    )
    emails.tell_decided(proposal, tell)
    return statement


def refuse_proposal(proposal: Proposal, *, reason: str, by: Actor, tell: Iterable[Recipient]) -> None:
    """Refuse what was proposed, and mail why; refused by the same person before, it stays so.

    Raises Refusal without a reason, WrongState where somebody has decided.
    """
    reason = _reason(reason)
    if _decided(proposal, ProposalState.REFUSED, by):
        return
    if not reason:
        raise Refusal(_l("Say why: whoever proposed it gets your words."), field="reason")
    _decide(proposal, ProposalState.REFUSED, reason, by)
    record(
        "refuse_proposal",
        proposal,
        by=by,
        changes={**_about(proposal.subject, proposal.content), **changes_of(proposal)},
    )
    emails.tell_decided(proposal, tell)


def correct_involvement(
    cell: Involvement, *, extent: Extent | None, reason: str, seen: str | int | None, by: Actor
) -> None:
    """Record the value that holds beside the printed one, or (None) take a correction back; the same changes nothing.

    `seen`: the version of the cell that the person had before them. Raises Refusal without a reason, Stale where
    somebody saved the cell in between.
    """
    reason = _reason(reason)
    if not reason:
        raise Refusal(_l("Say why: the reason is shown beside the value."), field="reason")
    lock(cell)
    db.session.refresh(cell)
    if cell.corrected is extent and (extent is None or cell.reason == reason):
        return
    check_version(cell, seen)
    changes = {"corrected": [cell.corrected, extent], "reason": [cell.reason, reason]}
    cell.corrected = extent
    cell.reason = reason if extent else ""
    record("correct_involvement", cell, by=by, changes=changes)


def _reason(text: str) -> str:
    return check_length(clean(text), REASON_LIMIT, field="reason")


def _decided(proposal: Proposal, state: ProposalState, by: Actor) -> bool:
    """Wait until nobody else decides in this moment; whether the person has decided the same before."""
    lock(proposal)
    db.session.refresh(proposal)
    if proposal.state is ProposalState.PROPOSED:
        return False
    if proposal.state is state and proposal.decided_by_id == by.id:
        return True
    if proposal.state is ProposalState.ACCEPTED:
        raise WrongState(_l("This proposal was accepted already. Your decision was not taken."))
    raise WrongState(_l("This proposal was refused already. Your decision was not taken."))


def _decide(proposal: Proposal, state: ProposalState, reason: str, by: Actor) -> None:
    proposal.decided_by_id = by.id
    proposal.reason = reason
    proposal.state = state
    proposal.decided_at = now()


def _decision(proposal: Proposal) -> dict[str, list[Any]]:
    return {**_about(proposal.subject, proposal.content), **changes_of(proposal)}


def _about(subject: StatementSubject, content: Content) -> dict[str, list[Any]]:
    """What the trail tells of which statement an event is about."""
    about = {"subject": subject.value, "source": key_of(content["source"]), "part": content["part"]}
    return {name: [value, value] for name, value in about.items()}


def _held(mechanism: Mechanism, subject: StatementSubject, content: dict[str, Any]) -> Statement | None:
    """Wait until nobody else changes the mechanism's facts in this moment; return the statement as it then is.

    Where the content has no label it gets the statement's.
    """
    lock(mechanism)
    statement = statement_of(mechanism.id, subject, source=key_of(content["source"]), part=content["part"])
    if content["label"] is None:
        content["label"] = dict(statement.label) if statement else {}
    return statement


def _check_seen(statement: Statement | None, seen: str) -> None:
    if fingerprint_of(statement) != seen:
        raise Stale(_l("Somebody changed this in the meantime. What you wrote is kept; nothing was overwritten."))


def _changes(subject: StatementSubject, statement: Statement | None, content: Content) -> dict[str, list[Any]]:
    """What the trail tells: which statement it is about, and what of it differs, from what to what."""
    before = content_of(statement) if statement else {"stated": None, "count": None, "label": {}, LISTS[subject]: []}
    differing = {
        name: [before[name], content[name]]
        for name in ("stated", "count", "label", LISTS[subject])
        if before[name] != content[name]
    }
    about = _about(subject, content)
    return {**about, "source": [about["source"][1] if statement else None, about["source"][1]], **differing}


def _source(source: Any, by: Actor) -> Source:
    """The source of a content; a new one is added, unless somebody has described the very same before."""
    key = key_of(source)
    row = db.session.scalars(sa.select(Source).where(Source.key == key)).one_or_none()
    if row is None:
        row = Source(
            key=key,
            title=LocalizedText(source["title"]),
            publisher=source["publisher"],
            date=source["date"],
            symbol=source["symbol"] or None,
            url=source["url"] or None,
        )
        record("add_source", row, by=by)
    return row
