"""Handing statements in, and what became of them; the interpreters' list. Nothing here commits."""

import hashlib

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage

from app.audit.operations import record
from app.core.actors import Actor
from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db, lock
from app.core.errors import Refusal, WrongState
from app.core.forms import overtaken
from app.core.merging import version_in
from app.core.texts import check_length, clean
from app.directory.models import Party
from app.documents.operations import keep_upload
from app.documents.sniffing import sniff
from app.documents.word_reading import read_word
from app.documents.word_text import plain
from app.floor import statement_queries as queries
from app.floor.asking import acting_key, check_behalf, was_noted
from app.floor.enums import EntryState, SpeakingKind, StatementOutcome
from app.floor.models import GROUP_LIMIT
from app.floor.statement_codes import use, works
from app.floor.statement_mails import settle_missing, tell_interpreters
from app.floor.statement_models import FloorInterpreter, FloorStatement, FloorStatementCode, FloorStatementVersion
from app.floor.statement_queries import ENDED, TEXTS, Key, delivery_of, matched, statement_field
from app.meetings.enums import Stage
from app.meetings.holding import HELD, check_held
from app.meetings.models import Delegation, Meeting
from app.meetings.paper_reading import read_paper
from app.meetings.withdrawal import tell_withdrawn
from app.people.enums import Standing
from app.people.operations import invite_account

HANDING = (Stage.CALL_OPEN, Stage.IN_SESSION, Stage.CONSOLIDATING)
FILES = frozenset({"pdf", "docx"})
TEXT_LIMIT = 50_000


def takes_statements(meeting: Meeting) -> bool:
    """Whether statements can be handed in: before the session, in it, and until its summary is published."""
    return meeting.stage in HANDING and not meeting.cancelled_at


def check_handing(meeting: Meeting) -> None:
    """Raise WrongState, with the reason, where a session takes no statements."""
    check_held(meeting)
    if meeting.stage not in HANDING:
        raise WrongState(_l("Statements are taken from the call for good practices until the summary is published."))


def hand_in(
    delegation: Delegation,
    *,
    mark: str,
    kind: SpeakingKind,
    language: str,
    text: str,
    upload: FileStorage | None,
    check_delivery: bool,
    written_only: bool,
    consent: Audience,
    on_behalf: Party | None = None,
    group_name: str = "",
    said: bool = False,
    of: FloorStatement | None = None,
    seen: str | None = None,
    form_key: str | None = None,
    code: FloorStatementCode | None = None,
    by: Actor,
) -> FloorStatementVersion:
    """Hand in a statement of a delegation, or a newer version of it; a form (`form_key`) does so once.

    It is of what the delegation says when it has the floor next, and under embargo until then; if it was `said`, of
    what it has the floor for now or had it for last; or it is a newer version `of` a statement, whose page showed it as
    `seen`. `code`: what lets somebody without an account hand in what will be said, once. What folds under a statement
    that it is not handed in as a version `of` leaves who may read it, and whether it is in writing only, as they are.
    Raises Refusal, Stale, TooLarge, WrongState.
    """
    unread = clean(text) or (code is not None and not works(code))
    file_text = "" if unread else words_of(upload)  # takes a while, in which nothing is locked
    lock(delegation.meeting, *HELD, shared=True)
    lock(delegation)
    known = sa.select(FloorStatementVersion).join(FloorStatementVersion.statement)
    known = known.where(FloorStatement.delegation_id == delegation.id, FloorStatementVersion.form_key == form_key)
    if form_key and (found := db.session.scalars(known).one_or_none()):
        return found
    meeting = delegation.meeting
    check_handing(meeting)
    if code is not None:
        use(code, mark)
    if mark not in {item["mark"] for item in queries.items_of(meeting)}:
        raise Refusal(_l("Choose an item of the order of business."), field="item")
    if kind not in TEXTS:
        raise Refusal(_l("Choose what is read out from a text."), field="kind")
    if language not in meeting.languages:
        raise Refusal(_l("Choose one of the working languages."), field="language")
    text = check_length(clean(text), TEXT_LIMIT, field="text")
    group_name = check_length(clean(group_name, lines=False), GROUP_LIMIT, field="group_name")
    on_behalf = None if on_behalf is delegation.party else on_behalf
    key = Key(delegation.id, mark, kind, acting_key(on_behalf, group_name))
    check_behalf(delegation, on_behalf, group_name, flag=was_noted(delegation, key.acts_for))
    as_begun = of is not None
    if of is not None:
        db.session.expire(of)
        if seen is not None and version_in(seen) != queries.seen_as(of, is_open=queries.is_open(of)):
            raise overtaken()
    else:
        of, before = _said(key, meeting) if said and code is None else _to_be_said(key, meeting)
    has_file = upload is not None and bool(upload.filename)
    if not text and not has_file:
        raise Refusal(_l("Choose a file, or write the text."), field="file")
    file = keep_upload(upload, allowed=FILES, by=by) if has_file else None
    db.session.flush()
    statement = of or _new(delegation, key, before, on_behalf=on_behalf, group_name=group_name, consent=consent)
    if of is None or as_begun:
        _consent(statement, consent)
        if written_only is not (statement.outcome is StatementOutcome.WRITTEN_ONLY):
            _set(statement, StatementOutcome.WRITTEN_ONLY if written_only else None)
    version = FloorStatementVersion(
        statement=statement,
        number=len(statement.versions) + 1,
        language=language,
        text=text,
        file_id=file.id if file else None,
        file_text=file_text,
        sha256=file.sha256 if file else hashlib.sha256(text.encode()).hexdigest(),
        check_delivery=check_delivery,
        handed_in_at=now(),
        handed_in_by_id=by.id,
        code_id=code.id if code else None,
        form_key=form_key,
    )
    db.session.add(version)
    changes = {"version_number": [version.number - 1, version.number], "sha256": [None, version.sha256]}
    record("hand_in_statement", statement, by=by, meeting_id=meeting.id, changes=changes)
    settle_missing(delegation)
    tell_interpreters(meeting)
    return version


def words_of(upload: FileStorage | None) -> str:
    """Return the words of a file, as far as they can be read; "" for pictures of pages, and for whatever is refused."""
    if upload is None or not upload.filename:
        return ""
    try:
        kind = sniff(upload.stream)  # type: ignore[arg-type]
        if kind and kind.extension == "docx":
            return clean(plain(read_word(upload.stream.read()).blocks))
        return "\n\n".join(block.text for block in read_paper(upload)) if kind and kind.extension == "pdf" else ""
    except Refusal:
        return ""


Found = tuple[FloorStatement | None, int]  # the statement that folds under a newer version, and of which request one is


def _newest(key: Key) -> FloorStatement | None:
    table = FloorStatement
    statement = sa.select(table).filter_by(**key._asdict()).order_by(table.requests_before.desc(), table.turn.desc())
    return db.session.scalars(statement.limit(1), execution_options={"populate_existing": True}).one_or_none()


def _to_be_said(key: Key, meeting: Meeting) -> Found:
    """What is to be said next: nothing that is open, is being said, or of which somebody said what became of it."""
    made, found = matched(meeting.id, key.delegation_id), _newest(key)
    before = sum(state is not EntryState.WAITING for state in made.requests.get(key, ()))
    if found is None or made.said(found.id) or found.outcome in ENDED or delivery_of(found, made).is_open:
        return None, before
    found.requests_before = min(before, found.requests_before)  # the floor may have been taken back from them
    return found, before


def _said(key: Key, meeting: Meeting) -> Found:
    """What was said last, or is at this moment. Raises Refusal where nothing was."""
    made = matched(meeting.id, key.delegation_id)
    states = dict(enumerate(made.requests.get(key, ())))
    spoken = [place for place, state in states.items() if state in (EntryState.SPEAKING, EntryState.SPOKEN)]
    if not spoken:
        raise Refusal(_l("Your delegation has not had the floor for this on this item."), field="said")
    place = spoken[-1]
    known = made.texts.get((key, place))
    if known is None or made.delivered.get(known, (place,))[0] != place:
        return None, place
    return db.session.get(FloorStatement, known, populate_existing=True), place


def _new(
    delegation: Delegation, key: Key, before: int, *, on_behalf: Party | None, group_name: str, consent: Audience
) -> FloorStatement:
    turns = sa.select(sa.func.max(FloorStatement.turn)).filter_by(**key._asdict())
    made = FloorStatement(
        delegation=delegation,
        mark=key.mark,
        kind=key.kind,
        on_behalf=on_behalf,
        group_name=group_name,
        acts_for=key.acts_for,
        turn=(db.session.scalar(turns) or 0) + 1,
        requests_before=before,
        consent=consent,
    )
    db.session.add(made)
    return made


def _set(statement: FloorStatement, outcome: StatementOutcome | None) -> None:
    statement.outcome, statement.outcome_at = outcome, now() if outcome else None


def set_outcome(statement: FloorStatement, outcome: StatementOutcome | None, *, by: Actor) -> None:
    """Say what became of a statement; None: what the floor and the session say."""
    if statement.outcome is not outcome:
        _set(statement, outcome)
        record("set_statement_outcome", statement, by=by, meeting_id=statement.meeting.id)


def set_consent(statement: FloorStatement, consent: Audience, *, by: Actor) -> None:
    """Change who may read a statement once it is delivered; whoever may no longer has it no more at once, nor what is
    quoted of it (by those who registered in `meetings.withdrawal`)."""
    if statement.consent is not consent:
        _consent(statement, consent)
        record("set_statement_consent", statement, by=by, meeting_id=statement.meeting.id)


def _consent(statement: FloorStatement, consent: Audience) -> None:
    before, statement.consent = statement.consent, consent
    if before is consent or not queries.is_open(statement):
        return
    if before.rank < consent.rank:
        statement.was_for = min(before, statement.was_for or before, key=lambda audience: audience.rank)
    tell_withdrawn(statement.meeting, statement_field(statement.id))


def add_interpreter(meeting: Meeting, *, email: str, name: str, language: str, by: Actor) -> FloorInterpreter:
    """Put somebody on the interpreters' list; who has no account is invited to one. The same again is there once.

    Raises Refusal as `invite_account`, WrongState once nobody reads statements early any more.
    """
    lock(meeting)
    check_held(meeting)
    if queries.is_over(meeting):
        raise WrongState(_l("The session is over: nobody reads statements early any more."))
    user = invite_account(email=email, name=name, standing=Standing.MEMBER, party=None, language=language, by=by)
    known = sa.select(FloorInterpreter).filter_by(meeting_id=meeting.id, user_id=user.id)
    if found := db.session.scalars(known).one_or_none():
        return found
    interpreter = FloorInterpreter(meeting=meeting, user=user, added_at=now())
    record("add_interpreter", interpreter, by=by, meeting_id=meeting.id, changes={"user_id": [None, user.id]})
    return interpreter


def remove_interpreter(interpreter: FloorInterpreter, *, by: Actor) -> None:
    """Take somebody off the interpreters' list."""
    changes = {"user_id": [interpreter.user_id, None]}
    record("remove_interpreter", interpreter, by=by, meeting_id=interpreter.meeting_id, changes=changes)
    db.session.delete(interpreter)
