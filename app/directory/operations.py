"""Everything that people change in the directory: facts of mechanisms, proposals, the table of involvement.

A *fact* is what one source says of one subject of one mechanism. Its content is a mapping, which travels as it is
from the form into a proposal and from there into the directory: `source` (the key of a source, or a mapping with
the title, publisher, date, symbol and url of a new one), `part`, `stated`, `count`, and `parties`, a list of
mappings with `code`, `since` and `until`. Nothing here commits.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.audit.operations import changes_of, record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, Stale, WrongState
from app.core.forms import check_version
from app.core.localized import LocalizedText
from app.core.texts import clean, fingerprint
from app.core.wording import in_reader_language
from app.directory import emails
from app.directory.enums import Extent, ProposalState, StatementSubject
from app.directory.history import statement_of
from app.directory.models import Involvement, Mechanism, Membership, Party, Proposal, Source, Statement
from app.mail.operations import Recipient

FACTS = (StatementSubject.MEMBERS, StatementSubject.SECRETARIAT, StatementSubject.PRESIDENCY)
REASON_LIMIT = 4000
COUNT_LIMIT = 100_000
TEXT_LIMITS = {"publisher": 200, "symbol": 80, "url": 400}
TITLE_LIMIT = 400
PART_LIMIT = 80
Content = Mapping[str, Any]
_DAY = re.compile(r"(19|20|21)\d\d(-\d\d(-\d\d)?)?", re.ASCII)


def content_of(statement: Statement) -> dict[str, Any]:
    """Return what a statement says, in the shape that `state_fact` takes."""
    return {
        "source": statement.source.key,
        "part": statement.part,
        "stated": statement.stated,
        "count": statement.count,
        "parties": [
            {"code": row.party.code, "since": row.since, "until": row.until} for row in statement.memberships
        ],
    }


def fingerprint_of(statement: Statement | None) -> str:
    """Return what tells whether a statement has changed since somebody saw it: "" where there is none."""
    return fingerprint(content_of(statement)) if statement else ""


def key_of(source: Any) -> str:
    """Return the key of a source as `content` names it; a new one's follows from what is known of it."""
    return source if isinstance(source, str) else f"added-{fingerprint(source)[:16]}"


def state_fact(
    mechanism: Mechanism,
    *,
    subject: str,
    source: str | Content,
    parties: Sequence[Mapping[str, str]] = (),
    stated: bool = True,
    count: int | None = None,
    part: str = "",
    seen: str,
    by: Actor,
    proposal: Proposal | None = None,
) -> Statement:
    """Create or replace what a source says; what it says already stays as it is, whatever was seen.

    `seen` is the fingerprint of the statement that the person had before them ("" where there was none);
    `proposal`, the one that is accepted by this. Loading the data files leaves the statement alone from now on.
    Raises Refusal for a subject that has no list, for an unknown party or source, for a mechanism in its own
    list, for a day that does not exist, periods that end before they begin or overlap, and for a list beside a
    number or a silence; Stale where the statement is not the one that was seen.
    """
    content = _checked(mechanism, subject, source=source, parties=parties, stated=stated, count=count, part=part)
    chosen = StatementSubject(subject)
    statement = _held(mechanism, chosen, content)
    if statement and _same(statement, content):
        return statement
    _check_seen(statement, seen)
    changes = _changes(chosen, statement, content)
    if proposal:
        changes["proposal_id"] = [None, proposal.id]
    if statement is None:
        statement = Statement(
            mechanism=mechanism, subject=chosen, source=_source(content["source"], by), part=content["part"]
        )
    statement.stated = content["stated"]
    statement.count = content["count"]
    statement.edited = True
    if "parties" in changes:
        known = _parties(content["parties"])
        statement.memberships.clear()
        db.session.flush()  # a party may come back with the same date, which the table holds once only
        statement.memberships.extend(
            Membership(party=known[row["code"]], since=row["since"], until=row["until"]) for row in content["parties"]
        )
    record("state_fact", mechanism, by=by, changes=changes)
    return statement


def propose_fact(
    mechanism: Mechanism, *, subject: str, content: Content, seen: str, by: Actor, tell: Iterable[Recipient]
) -> Proposal:
    """Keep a change that a representative proposes, and mail it to those who decide; the same again changes nothing.

    Raises what `state_fact` raises for the content, and Refusal where the directory says it already.
    """
    checked = _checked(mechanism, subject, **content)
    chosen = StatementSubject(subject)
    statement = _held(mechanism, chosen, checked)
    own = sa.select(Proposal).where(
        Proposal.mechanism_id == mechanism.id,
        Proposal.subject == chosen,
        Proposal.state == ProposalState.PROPOSED,
        Proposal.proposed_by_id == by.id,
    )
    if same := next((row for row in db.session.scalars(own) if row.content == checked), None):
        return same
    if statement and _same(statement, checked):
        raise Refusal(_l("This is what the directory says already: there is nothing to propose."))
    _check_seen(statement, seen)
    proposal = Proposal(
        mechanism=mechanism,
        subject=chosen,
        content=checked,
        seen=seen,
        state=ProposalState.PROPOSED,
        proposed_at=now(),
        proposed_by_id=by.id,
    )
    record("propose_fact", proposal, by=by, changes=_changes(chosen, statement, checked))
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
    record("accept_proposal", proposal, by=by)
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
    record("refuse_proposal", proposal, by=by)
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
    db.session.flush()
    db.session.execute(sa.select(Involvement.id).where(Involvement.id == cell.id).with_for_update())
    db.session.refresh(cell)
    if cell.corrected is extent and (extent is None or cell.reason == reason):
        return
    check_version(cell, seen)
    cell.corrected = extent
    cell.reason = reason if extent else ""
    record("correct_involvement", cell, by=by, changes={**changes_of(cell), "reason": [None, reason]})


def _reason(text: str) -> str:
    reason = clean(text)
    if len(reason) > REASON_LIMIT:
        raise Refusal(
            _l("The reason has %(count)d characters; the limit is %(limit)d.", count=len(reason), limit=REASON_LIMIT),
            field="reason",
        )
    return reason


def _decided(proposal: Proposal, state: ProposalState, by: Actor) -> bool:
    """Wait until nobody else decides in this moment; whether the person has decided the same before."""
    db.session.flush()
    db.session.execute(sa.select(Proposal.id).where(Proposal.id == proposal.id).with_for_update())
    db.session.refresh(proposal)
    if proposal.state is ProposalState.PROPOSED:
        return False
    if proposal.state is state and proposal.decided_by_id == by.id:
        return True
    if proposal.state is ProposalState.ACCEPTED:
        raise WrongState(_l("This proposal was accepted already. Your decision was not taken."))
    raise WrongState(_l("This proposal was refused already. Your decision was not taken."))


def _decide(proposal: Proposal, state: ProposalState, reason: str, by: Actor) -> None:
    proposal.reason = reason
    proposal.state = state
    proposal.decided_at = now()
    proposal.decided_by_id = by.id


def _held(mechanism: Mechanism, subject: StatementSubject, content: Content) -> Statement | None:
    """Wait until nobody else changes the mechanism's facts in this moment; return the statement as it then is."""
    db.session.flush()
    table = Mechanism.__table__
    db.session.execute(sa.select(table.c.id).where(table.c.id == mechanism.id).with_for_update())
    return statement_of(mechanism.id, subject, source=key_of(content["source"]), part=content["part"])


def _same(statement: Statement, content: Content) -> bool:
    return content_of(statement) == {**content, "source": key_of(content["source"])}


def _check_seen(statement: Statement | None, seen: str) -> None:
    if fingerprint_of(statement) != seen:
        raise Stale(_l("Somebody changed this in the meantime. What you wrote is kept; nothing was overwritten."))


def _changes(subject: StatementSubject, statement: Statement | None, content: Content) -> dict[str, list[Any]]:
    """What the trail tells: which statement it is about, and what of it differs, from what to what."""
    before = content_of(statement) if statement else {"stated": None, "count": None, "parties": []}
    key = key_of(content["source"])
    differing = {
        name: [before[name], content[name]]
        for name in ("stated", "count", "parties")
        if before[name] != content[name]
    }
    return {
        "subject": [subject.value, subject.value],
        "source": [key if statement else None, key],
        "part": [content["part"], content["part"]],
        **differing,
    }


def _checked(
    mechanism: Mechanism,
    subject: str,
    *,
    source: str | Content,
    parties: Sequence[Mapping[str, str]],
    stated: bool,
    count: int | None,
    part: str,
) -> dict[str, Any]:
    """Return the content in one spelling. Raises Refusal for what `state_fact` refuses."""
    if subject not in FACTS:
        raise Refusal(_l("Lists are kept of members, of the technical secretariat and of the presidency."))
    part = clean(part, lines=False)
    if len(part) > PART_LIMIT:
        raise Refusal(_l("This is longer than %(limit)d characters.", limit=PART_LIMIT), field="part")
    if count is not None and not 0 <= count <= COUNT_LIMIT:
        raise Refusal(_l("Give a number from 0 to %(limit)d.", limit=COUNT_LIMIT), field="count")
    if not stated and (parties or count is not None):
        raise Refusal(_l("Where the source does not say, there is no list and no number."), field="stated")
    if parties and count is not None:
        raise Refusal(_l("Give the number only where the source has no list."), field="count")
    if stated and not parties and count is None:
        raise Refusal(
            _l("Name at least one, give the number, or say that the source does not say."), field="parties"
        )
    return {
        "source": _known_key(source) if isinstance(source, str) else _new_source(source),
        "part": part,
        "stated": stated,
        "count": count,
        "parties": _checked_parties(mechanism, parties),
    }


def _checked_parties(mechanism: Mechanism, rows: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    known = {code.lower(): party for code, party in _parties(rows).items()}
    checked: list[dict[str, str]] = []
    periods: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        code, since, until = (clean(row.get(name), lines=False) for name in ("code", "since", "until"))
        if not code:
            raise Refusal(_l("Say who it is in each row that has dates."), field="parties")
        party = known.get(code.lower())
        if party is None:
            raise Refusal(
                _l("No State, organization or mechanism is known as “%(code)s”.", code=code), field="parties"
            )
        name = in_reader_language(party.label)
        if party.id == mechanism.id:
            raise Refusal(_l("A mechanism cannot stand in its own list: %(party)s.", party=name), field="parties")
        for day in (since, until):
            _check_day(day, name)
        if since and until and since[: len(until)] > until:
            raise Refusal(
                _l(
                    "%(party)s: %(until)s, when it ends, is before %(since)s, when it begins.",
                    party=name,
                    since=since,
                    until=until,
                ),
                field="parties",
            )
        if any(_overlap((since, until), other) for other in periods.setdefault(party.code, [])):
            raise Refusal(
                _l("%(party)s is in the list twice for the same time. Give dates that do not overlap.", party=name),
                field="parties",
            )
        periods[party.code].append((since, until))
        checked.append({"code": party.code, "since": since, "until": until})
    return checked


def _overlap(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two periods surely share a day; a party may go and come back within one year or month."""
    (first_since, first_until), (second_since, second_until) = sorted((one, other))
    if first_since == second_since or not first_until:
        return True
    known = min(len(first_until), len(second_since))
    if first_until[:known] == second_since[:known]:
        return known == len("2014-10-03")
    return first_until[:known] > second_since[:known]


def _check_day(day: str, party: str) -> None:
    if day and not _is_day(day):
        raise Refusal(
            _l(
                "%(party)s: “%(day)s” is not a date. Write a year (2014), a month (2014-10) or a day (2014-10-03).",
                party=party,
                day=day,
            ),
            field="parties",
        )


def _is_day(text: str) -> bool:
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return False
    return True


def _parties(rows: Sequence[Mapping[str, str]]) -> dict[str, Party]:
    """Code -> party, for the codes of the rows in whatever case they are written."""
    codes = {clean(row.get("code"), lines=False).lower() for row in rows}
    found = db.session.scalars(sa.select(Party).where(sa.func.lower(Party.code).in_(codes)))
    return {party.code: party for party in found}


def _known_key(key: str) -> str:
    if not key or db.session.scalar(sa.select(Source.id).where(Source.key == key)) is None:
        raise Refusal(_l("Choose the source that says this, or describe a new one."), field="source")
    return key


def _new_source(told: Content) -> dict[str, Any]:
    """Return a new source's facts in one spelling. Raises Refusal where one is missing or wrong."""
    titles = {code: clean(text, lines=False) for code, text in (told.get("title") or {}).items()}
    texts = {name: clean(told.get(name), lines=False) for name in ("publisher", "date", *TEXT_LIMITS)}
    if not any(titles.values()):
        raise Refusal(_l("Write the title of the new source in at least one language."), field="title")
    if any(len(text) > TITLE_LIMIT for text in titles.values()):
        raise Refusal(_l("This is longer than %(limit)d characters.", limit=TITLE_LIMIT), field="title")
    if not texts["publisher"]:
        raise Refusal(_l("Say who published the new source."), field="publisher")
    for name, limit in TEXT_LIMITS.items():
        if len(texts[name]) > limit:
            raise Refusal(_l("This is longer than %(limit)d characters.", limit=limit), field=name)
    if not _is_day(texts["date"]):
        raise Refusal(
            _l("Date the new source: write a year (2014), a month (2014-10) or a day (2014-10-03)."), field="date"
        )
    if texts["url"] and not _is_web_address(texts["url"]):
        raise Refusal(_l("Write the whole address: it begins with https://."), field="url")
    return {"title": dict(LocalizedText(titles)), **texts}


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and " " not in text


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
