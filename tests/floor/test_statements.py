"""Statements: versions that fold, what becomes of them, who is told."""

import hashlib
import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.clock import standing_at
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.desk import own_data
from app.floor import asking, speaking, statement_queries, statements
from app.floor.changes import topic_of
from app.floor.enums import SpeakingKind, StatementOutcome
from app.floor.models import SpeakerEntry, Speech
from app.floor.open_statements import open_by_now
from app.floor.statement_codes import make_code, revoke_code
from app.floor.statement_models import FloorInterpreter, FloorStatement, FloorStatementCode, FloorStatementVersion
from app.live.publishing import numbers_of
from app.mail.enums import MailState
from app.mail.models import Mail
from app.mail.operations import approve_mails
from app.meetings import undoing
from app.meetings.enums import Stage
from app.meetings.models import AgendaItem, Delegation
from app.meetings.retention import forget_participants
from app.record.models import MinutesCorrection
from app.reminders.operations import remind_now
from tests.at_once import at_once
from tests.factories.participants import make_person
from tests.factories.summaries import NOON, make_delegation, make_meeting
from tests.floor.conftest import ask, delegation_of
from tests.guards.own_rows import PDF
from tests.personas import make_user, party


def hand_in(meeting, mark, whose="PE", text="We thank the Chair.", *, by=SYSTEM, **more) -> FloorStatementVersion:
    """Hand in a statement of the delegation of a party."""
    values = {
        "kind": SpeakingKind.STATEMENT,
        "language": "en",
        "text": text,
        "upload": None,
        "check_delivery": True,
        "written_only": False,
        "consent": Audience.RESTRICTED,
        "by": by,
        **more,
    }
    version = statements.hand_in(delegation_of(meeting, whose), mark=mark, **values)
    db.session.flush()
    return version


def upload(content: bytes = PDF, name: str = "statement.pdf") -> FileStorage:
    return FileStorage(io.BytesIO(content), filename=name)


def outcome(statement: FloorStatement) -> tuple[StatementOutcome | None, bool]:
    """What became of a statement, by itself and (open_statements.py) among all: the same."""
    found = statement_queries.delivery_of(statement, statement_queries.matched(statement.meeting.id))
    whole = sa.select(FloorStatement.id).join(FloorStatement.delegation).join(Delegation.meeting)
    assert (statement.id in db.session.scalars(whole.where(open_by_now())).all()) is found.is_open
    return found.outcome, found.is_open


def test_a_newer_version_folds_the_older_under_it(meeting, mark):
    first = hand_in(meeting, mark)
    more = {"text": "", "upload": upload(), "check_delivery": False}
    second = hand_in(meeting, mark, of=first.statement, consent=Audience.PUBLIC, **more)
    statement = db.session.scalars(sa.select(FloorStatement)).one()
    db.session.expire_all()
    assert statement.versions == [first, second]
    assert statement.latest is second
    assert first.sha256 == hashlib.sha256(b"We thank the Chair.").hexdigest()
    assert second.sha256 == hashlib.sha256(PDF).hexdigest() == second.file.sha256
    assert (statement.consent, first.check_delivery, second.check_delivery) == (Audience.PUBLIC, True, False)
    assert statement.audience is Audience.PUBLIC
    meeting.distribution = Audience.MEMBER_STATES
    assert statement.audience is Audience.MEMBER_STATES, "the session's own audience holds where it is narrower"


def test_what_is_on_behalf_of_others_is_another_statement(meeting, mark):
    rcm = hand_in(meeting, mark, "RCM")
    own, group = hand_in(meeting, mark), hand_in(meeting, mark, group_name="Andean delegations")
    again = hand_in(meeting, mark, group_name="andean  Delegations")
    assert (group.number, again.number, again.statement_id) == (1, 2, group.statement_id)
    assert len({rcm.statement_id, own.statement_id, group.statement_id}) == 3
    with pytest.raises(Refusal, match="name of a State"):
        hand_in(meeting, mark, group_name="Chile")
    with pytest.raises(Refusal, match="speaks on behalf of mechanisms"):
        hand_in(meeting, mark, on_behalf=party("CL"))


def test_what_was_noted_for_a_raised_flag_is_handed_in_too(speakers, meeting, mark):
    with pytest.raises(Refusal, match="names parties"):
        hand_in(meeting, mark, group_name="Chile and Brazil")
    ask(speakers, "PE", group_name="Chile and Brazil", flag=True)
    assert hand_in(meeting, mark, group_name="Chile and Brazil").number == 1
    with pytest.raises(Refusal, match="names parties"):
        hand_in(meeting, mark, "CL", group_name="Chile and Brazil")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"text": " \n"}, "Choose a file, or write the text"),
        ({"text": "x" * (statements.TEXT_LIMIT + 1)}, "the limit is 50000"),
        ({"language": "de"}, "working languages"),
        ({"kind": SpeakingKind.POINT_OF_ORDER}, "read out from a text"),
        ({"mark": "gone"}, "Choose an item"),
        ({"upload": upload(b"MZ\x90", "virus.pdf")}, "not a file of a kind taken here"),
        ({"upload": upload(b"", "empty.pdf")}, "is empty"),
        ({"group_name": "g" * 121}, "the limit is 120"),
    ],
)
def test_what_is_refused_leaves_nothing(meeting, mark, wrong, says):
    with pytest.raises(Refusal, match=says):
        hand_in(meeting, **{"mark": mark, **wrong})
    assert db.session.scalar(sa.select(sa.func.count(FloorStatement.id))) == 0


@pytest.mark.parametrize("stage", [Stage.PREPARING, Stage.PUBLISHED])
def test_a_session_takes_them_from_the_call_until_the_summary(meeting, mark, stage):
    meeting.stage = stage
    with pytest.raises(WrongState, match="Statements are taken from the call"):
        hand_in(meeting, mark)
    meeting.stage = Stage.CONSOLIDATING
    assert hand_in(meeting, mark).number == 1, "also after it was said"
    undoing.cancel_meeting(meeting, by=SYSTEM)
    with pytest.raises(WrongState, match="cancelled"):
        hand_in(meeting, mark)


def test_it_is_delivered_once_the_intervention_was_made(meeting, mark, speakers):
    statement = hand_in(meeting, mark).statement
    other = hand_in(meeting, mark, kind=SpeakingKind.EXPLANATION).statement
    entry = ask(speakers, "PE")
    assert outcome(statement) == (None, False)
    speech = speaking.give(entry, by=SYSTEM)
    assert outcome(statement) == (None, False), "not while it is made"
    speaking.end(speech, by=SYSTEM)
    assert outcome(statement) == (StatementOutcome.DELIVERED, True)
    assert outcome(other) == (None, False), "an explanation of position is another intervention"
    statements.set_outcome(statement, StatementOutcome.NOT_DELIVERED, by=SYSTEM)
    assert outcome(statement) == (StatementOutcome.NOT_DELIVERED, False)
    statements.set_outcome(statement, None, by=SYSTEM)
    assert outcome(statement) == (StatementOutcome.DELIVERED, True)


def speak(speakers, code: str = "PE", **more) -> Speech:
    """Have a delegation ask for the floor and speak to the end."""
    speech = speaking.give(ask(speakers, code, **more), by=SYSTEM)
    speaking.end(speech, by=SYSTEM)
    return speech


def test_each_intervention_has_a_statement_of_its_own(meeting, mark, speakers):
    first = hand_in(meeting, mark, text="What was said first.").statement
    speech = speaking.give(ask(speakers, "PE"), by=SYSTEM)
    second = hand_in(meeting, mark, text="What comes next.").statement
    assert second is not first, "what is being said is not what comes next"
    speaking.end(speech, by=SYSTEM)
    assert [outcome(row) for row in (first, second)] == [(StatementOutcome.DELIVERED, True), (None, False)]
    assert hand_in(meeting, mark, text="What comes next, worded anew.").statement is second
    assert hand_in(meeting, mark, text="As it was said.", of=first).statement is first
    assert outcome(second) == (None, False)
    assert first.latest.text == "As it was said."
    speak(speakers)
    assert outcome(second) == (StatementOutcome.DELIVERED, True)
    third = hand_in(meeting, mark).statement
    assert (outcome(third), third.turn) == ((None, False), 3)


@pytest.mark.parametrize("known", [StatementOutcome.DELIVERED, StatementOutcome.NOT_DELIVERED])
def test_what_somebody_said_became_of_it_is_of_that_statement_alone(meeting, mark, speakers, known):
    first = hand_in(meeting, mark, consent=Audience.PUBLIC).statement
    statements.set_outcome(first, known, by=SYSTEM)
    second = hand_in(meeting, mark).statement
    assert (second is first, outcome(second)) == (False, (None, False))
    speak(speakers)
    assert (outcome(first)[0], outcome(second)) == (known, (StatementOutcome.DELIVERED, True))


def test_a_text_of_what_was_said_already_is_open_and_nothing_else_is(meeting, mark, speakers):
    with pytest.raises(Refusal, match="has not had the floor"):
        hand_in(meeting, mark, said=True)
    speech = speaking.give(ask(speakers, "PE"), by=SYSTEM)
    late = hand_in(meeting, mark, said=True).statement
    assert outcome(late) == (None, False), "it is being said"
    speaking.end(speech, by=SYSTEM)
    assert outcome(late) == (StatementOutcome.DELIVERED, True)
    coming = hand_in(meeting, mark, text="What comes next.").statement
    speak(speakers)
    speak(speakers)
    last = hand_in(meeting, mark, text="Of the third time.", said=True).statement
    assert [outcome(row)[0] for row in (late, coming, last)] == [StatementOutcome.DELIVERED] * 3
    assert last.turn == 3
    assert hand_in(meeting, mark, text="Of the third time, corrected.", said=True).statement is last
    code = make_code(delegation_of(meeting, "PE"), mark=mark, days=7, by=SYSTEM)
    assert outcome(hand_in(meeting, mark, said=True, code=code).statement) == (None, False), "no code lifts an embargo"


def test_having_the_floor_taken_back_or_being_removed_delivers_nothing(meeting, mark, speakers):
    first = hand_in(meeting, mark).statement
    entry = ask(speakers, "PE")
    speech = speaking.give(entry, by=SYSTEM)
    second = hand_in(meeting, mark, text="Handed in meanwhile.").statement
    speaking.take_back(speech, by=SYSTEM)
    assert hand_in(meeting, mark, text="What will be said.").statement is second
    speaking.give(entry, by=SYSTEM)
    asking.remove(entry, by=SYSTEM)
    assert outcome(second) == (None, False)
    speak(speakers)
    assert [outcome(row) for row in (first, second)] == [(None, False), (StatementOutcome.DELIVERED, True)]


def test_who_was_removed_while_speaking_has_not_delivered_it(meeting, mark, speakers):
    statement = hand_in(meeting, mark).statement
    entry = ask(speakers, "PE")
    speaking.give(entry, by=SYSTEM)
    asking.remove(entry, by=SYSTEM)
    assert outcome(statement) == (None, False)
    meeting.stage = Stage.CONSOLIDATING
    assert outcome(statement) == (StatementOutcome.NOT_DELIVERED, False), "the session is over: the embargo stays"
    statements.set_outcome(statement, StatementOutcome.DELIVERED, by=SYSTEM)
    assert outcome(statement) == (StatementOutcome.DELIVERED, True)


def test_one_in_writing_only_is_open_from_the_beginning_on(meeting, mark):
    with standing_at(NOON - timedelta(days=1)):
        statement = hand_in(meeting, mark).statement
        hand_in(meeting, mark, of=statement, written_only=True, consent=Audience.PUBLIC)
        assert hand_in(meeting, mark).statement is statement
        assert statement.consent is Audience.PUBLIC, "who hands in what folds under it has not seen this"
        assert outcome(statement) == (StatementOutcome.WRITTEN_ONLY, False)
    assert outcome(statement) == (StatementOutcome.WRITTEN_ONLY, True)
    meeting.stage = Stage.CALL_OPEN
    assert outcome(statement) == (StatementOutcome.WRITTEN_ONLY, False), "the hour has come, the session has not begun"
    meeting.stage = Stage.IN_SESSION
    other = hand_in(meeting, mark, written_only=False).statement
    assert outcome(statement) == (StatementOutcome.WRITTEN_ONLY, True), "what others read is not taken from them"
    assert outcome(other) == (None, False)
    undoing.cancel_meeting(meeting, by=SYSTEM)
    assert outcome(statement) == (StatementOutcome.WRITTEN_ONLY, False)


def test_one_form_that_is_sent_twice_at_once_hands_in_once(app, meeting, mark):
    delegation_id = delegation_of(meeting, "PE").id
    db.session.commit()

    def send() -> None:
        statements.hand_in(
            db.session.get_one(Delegation, delegation_id), mark=mark, kind=SpeakingKind.STATEMENT, language="en",
            text="Once.", upload=None, check_delivery=True, written_only=False, consent=Audience.RESTRICTED,
            form_key="one form", by=SYSTEM,
        )  # fmt: skip

    at_once(app, [send] * 3)
    assert db.session.scalar(sa.select(sa.func.count(FloorStatementVersion.id))) == 1


def test_two_of_a_delegation_at_once_leave_two_versions_of_one_statement(app, meeting, mark):
    delegation_id = delegation_of(meeting, "PE").id
    db.session.commit()

    def sender(text: str):
        def send() -> None:
            statements.hand_in(
                db.session.get_one(Delegation, delegation_id), mark=mark, kind=SpeakingKind.STATEMENT, language="en",
                text=text, upload=None, check_delivery=True, written_only=False, consent=Audience.RESTRICTED,
                by=SYSTEM,
            )  # fmt: skip

        return send

    at_once(app, [sender("One."), sender("Two.")])
    statement = db.session.scalars(sa.select(FloorStatement)).one()
    assert {row.text for row in statement.versions} == {"One.", "Two."}
    assert [row.number for row in statement.versions] == [1, 2]


def held(message: str) -> list[Mail]:
    return list(db.session.scalars(sa.select(Mail).where(Mail.message == message).order_by(Mail.id)))


def test_interpreters_are_told_once_while_the_mail_waits(meeting, mark):
    invited = statements.add_interpreter(meeting, email="booth@example.org", name="Booth", language="es", by=SYSTEM)
    again = statements.add_interpreter(meeting, email="Booth@example.org", name="Other", language="fr", by=SYSTEM)
    assert again.id == invited.id
    assert invited.user.set_up_at is None, "who has no account is invited to one"
    hand_in(meeting, mark)
    hand_in(meeting, mark, "CL")
    (mail,) = held("floor/statements_in")
    assert (mail.user_id, mail.language, mail.state) == (invited.user_id, "es", MailState.HELD)
    assert "/sessions/cam-2026/statements" in mail.body
    assert "We thank the Chair" not in mail.body
    assert approve_mails([mail.id], by=SYSTEM) == [mail.id], "though they are in no delegation"
    hand_in(meeting, mark, text="A newer one.")
    second = held("floor/statements_in")[1]
    statements.remove_interpreter(invited, by=SYSTEM)
    db.session.flush()
    assert approve_mails([second.id], by=SYSTEM) == []
    assert second.state is MailState.CANCELLED


def test_who_waits_to_speak_is_reminded_of_the_text_until_it_is_there(meeting, mark, speakers, personas):
    from app.floor.statement_mails import HAND_IN

    with standing_at(NOON - timedelta(days=3)):
        ask(speakers, "PE")
        question = ask(speakers, "CL", SpeakingKind.QUESTION)
        ids = [delegation_of(meeting, code).id for code in ("PE", "CL")]
        assert {id_: owed.parts for id_, owed in HAND_IN.owed(meeting).items()} == {ids[0]: (mark,)}
        assert remind_now(meeting, HAND_IN, ids, by=SYSTEM) == 1
        (mail,) = held("floor/statement_missing")
        assert mail.user_id == personas.delegate_a.id
        assert "before the session begins on 14 May 2026" in mail.body
        hand_in(meeting, mark)
        assert HAND_IN.owed(meeting) == {}
        assert mail.state is MailState.CANCELLED
    speaking.end(speaking.give(db.session.scalars(sa.select(SpeakerEntry)).first(), by=SYSTEM), by=SYSTEM)
    ask(speakers, "PE", SpeakingKind.EXPLANATION)
    assert [*HAND_IN.owed(meeting)] == ids[:1], "an explanation of position is read out too"
    hand_in(meeting, mark, kind=SpeakingKind.EXPLANATION)
    assert HAND_IN.owed(meeting) == {}
    asking.withdraw(question, by=SYSTEM)
    ask(speakers, "CL")
    assert remind_now(meeting, HAND_IN, ids, by=SYSTEM) == 1
    mail = held("floor/statement_missing")[-1]
    assert "before your delegation has the floor" in mail.body, "the session has begun"
    meeting.stage = Stage.CONSOLIDATING
    assert HAND_IN.owed(meeting) == {}, "nobody will have the floor"


def test_set_up_goes_with_a_session_that_was_begun_by_mistake(personas):
    meeting = make_meeting("2031", Stage.PREPARING)
    make_delegation(meeting, "PE")
    db.session.add(FloorInterpreter(meeting=meeting, user=make_user("Booth"), added_at=NOON))
    mark = db.session.scalars(sa.select(AgendaItem.mark).filter_by(meeting_id=meeting.id)).one()
    make_code(delegation_of(meeting, "PE"), mark=mark, days=7, by=SYSTEM)
    db.session.flush()
    undoing.delete_meeting(meeting, by=SYSTEM)
    for model in (FloorInterpreter, FloorStatementCode):
        assert db.session.scalar(sa.select(sa.func.count(model.id))) == 0


def test_names_of_participants_are_forgotten_in_statements_too(meeting, mark):
    make_person(delegation_of(meeting, "PE"), "Ana Lucía Pérez Gómez")
    first = hand_in(meeting, mark, text="Ana Lucia Perez Gomez, Minister, thanks the Chair.")
    alone = hand_in(meeting, mark, text="Ana Lucía Pérez Gómez")
    file = hand_in(meeting, mark, "CL", text="", upload=upload())
    file.file_text, kept = "Said by Ana Lucía Pérez Gómez.", file.sha256
    forget_participants(meeting, by=SYSTEM)
    assert [first.text, alone.text, file.file_text] == ["Minister, thanks the Chair.", "–", "Said by ."]
    assert (first.sha256, file.sha256) == (hashlib.sha256(first.text.encode()).hexdigest(), kept)


def test_what_a_person_handed_in_asked_for_and_corrected_is_told_of_them(meeting, mark, speakers, personas):
    me = personas.delegate_a
    hand_in(meeting, mark, text="Words of theirs.", by=me)
    hand_in(meeting, mark, text="", upload=upload(name="theirs.pdf"), by=me)
    entry = ask(speakers, "PE", SpeakingKind.QUESTION, subject="Subject of theirs", by=me)
    db.session.add(
        MinutesCorrection(
            intervention=entry, points={"points": "Correction of theirs"}, proposed_at=NOON, proposed_by_id=me.id
        )
    )
    db.session.commit()
    words = ("Words of theirs.", "Subject of theirs", "Correction of theirs", "theirs.pdf")
    for copy in (own_data.of_own_account(me), own_data.of_account(me)):
        assert [one for one in words if one not in str(copy)] == []
    for other in (personas.delegate_b, personas.secretariat):
        assert not any(one in str(own_data.of_own_account(other)) for one in words)
    assert [file.name for file in own_data.files_given(me.id)] == ["theirs.pdf"]


def test_nothing_tells_those_who_watch_the_floor_that_a_statement_came_in(meeting, mark, speakers):
    topic = topic_of(meeting)
    ask(speakers, "PE")
    db.session.commit()
    before = numbers_of([topic])
    statement = hand_in(meeting, mark).statement
    statements.set_consent(statement, Audience.PUBLIC, by=SYSTEM)
    statements.set_outcome(statement, StatementOutcome.NOT_DELIVERED, by=SYSTEM)
    revoke_code(make_code(delegation_of(meeting, "PE"), mark=mark, days=7, by=SYSTEM), by=SYSTEM)
    db.session.commit()
    assert (numbers_of([topic]), before[topic] > 0) == (before, True)
