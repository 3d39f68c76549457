"""The minutes: worded, sent, corrected, compared, brought back, final."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core.clock import now, standing_at
from app.core.db import db
from app.core.errors import Refusal, Stale, WrongState
from app.floor import asking, speaking
from app.mail.enums import MailReason
from app.mail.models import Mail
from app.meetings.enums import ItemKind, Stage
from app.meetings.models import AgendaItem
from app.meetings.operations import delete_agenda_item
from app.meetings.queries import agenda_of
from app.record import correcting, emails, minutes, noting, pages, queries
from app.record.enums import Kept, MinutesState, Outcome
from app.record.models import MinutesCorrection, MinutesVersion
from tests.factories.summaries import NOON, everywhere, publish_agenda
from tests.record.conftest import ANSWER, GENERAL, speak

POINTS = {"points": GENERAL, "answers.1": ANSWER}
WEEK = timedelta(days=7)


@pytest.fixture
def by(personas):
    return {"by": personas.secretariat}


@pytest.fixture
def noted(said, by):
    """Peru's intervention, with notes."""
    noting.save_note(said, POINTS, **by)
    return said


@pytest.fixture
def sent(noted, meeting, by):
    """The same, once the minutes are with the delegations."""
    minutes.send(meeting, now() + WEEK, **by)
    return noted


def says(entry):
    return queries.texts_of(entry.meeting.id).get(f"intervention-{entry.id}", {})


def test_minutes_say_what_the_notes_say_until_somebody_words_them(noted, meeting, mark, by):
    assert says(noted) == POINTS
    seen = minutes.worded_from(says(noted))
    minutes.word(meeting, {"points": "Peru gives permits in ten days."}, intervention_id=noted.id, seen=seen, **by)
    noting.save_note(noted, {"points": "Something else."}, **by)
    assert says(noted) == {"points": "Peru gives permits in ten days."}
    with pytest.raises(Stale):
        minutes.word(meeting, {"points": "Mine."}, intervention_id=noted.id, seen=seen, **by)
    minutes.word(meeting, {"points": "The session took note."}, mark=mark, **by)
    assert queries.texts_of(meeting.id)[f"item-{mark}"] == {"points": "The session took note."}


def test_delegations_are_sent_the_minutes_and_told(sent, meeting, personas, by):
    found = queries.minutes_of(meeting.id)
    assert (found.state, found.correct_until) == (MinutesState.CORRECTING, NOON + WEEK)
    version = queries.newest_version(found.id, Kept.SENT)
    assert version.texts == {f"intervention-{sent.id}": POINTS}
    told = db.session.scalars(sa.select(Mail).where(Mail.message == "record/minutes_sent")).all()
    assert {mail.to_address for mail in told} == {
        person.email for person in (personas.delegate_a, personas.delegate_b, personas.representative)
    }
    assert "/sessions/cam-2026/minutes" in told[0].body


def test_mails_of_minutes_that_were_overtaken_do_not_leave(sent, meeting, by):
    def held() -> int:
        return len(emails.sent_untold(meeting.id))

    first = held()
    minutes.send(meeting, now() + WEEK + WEEK, **by)
    assert held() == first > 0
    meeting.stage = Stage.CONSOLIDATING
    with standing_at(now() + WEEK * 3):
        minutes.finish(meeting, **by)
    assert held() == 0
    cancelled = sa.select(Mail.reason).where(Mail.message == "record/minutes_sent").order_by(Mail.id)
    assert db.session.scalars(cancelled).all() == [MailReason.REPLACED] * first + [MailReason.DONE] * first


def test_nothing_is_sent_without_a_moment_to_come_or_a_word(said, meeting, by):
    for until in (None, now()):
        with pytest.raises(Refusal, match="future"):
            minutes.send(meeting, until, **by)
    with pytest.raises(Refusal, match="say nothing"):
        minutes.send(meeting, now() + WEEK, **by)


def test_a_delegation_corrects_its_own_intervention(sent, personas, by):
    more = {"reason": "The figure.", "by": personas.delegate_a}
    row = correcting.propose(sent, {**POINTS, "points": "In twelve days."}, received_at=now(), **more)
    again = correcting.propose(sent, {**POINTS, "points": "In 12 days."}, received_at=now(), **more)
    assert again is row, "the newest takes the place of what waits"
    assert correcting.propose(sent, {**POINTS, "points": "In 12 days."}, received_at=now(), **more) is row
    correcting.settle(row, Outcome.ACCEPTED, answer="", **by)
    assert says(sent) == {"points": "In 12 days.", "answers.1": ANSWER}
    mail = db.session.scalars(sa.select(Mail).where(Mail.message == "record/correction_settled")).one()
    assert mail.to_address == personas.delegate_a.email
    assert "Accepted" in mail.subject
    with pytest.raises(WrongState, match="already"):
        correcting.settle(row, Outcome.DECLINED, answer="No.", **by)


def test_a_correction_is_settled_and_written_from_what_was_seen(sent, meeting, personas, by):
    more = {"reason": "", "received_at": now(), "by": personas.delegate_a}
    found = queries.minutes_of(meeting.id)

    def begins():
        return correcting.beginning(queries.open_correction(sent.id), correcting.standing(sent, found))

    seen = begins()[2]
    row = correcting.propose(sent, {"points": "In 12 days."}, seen=seen, **more)
    assert correcting.propose(sent, {"points": "In 12 days."}, seen=seen, **more) is row, "sent twice, it is there once"
    with pytest.raises(Stale):
        correcting.propose(sent, {"points": "In 13 days."}, seen=seen, **more)
    side_by_side = correcting.settled_from(row, says(sent))
    minutes.word(meeting, {"points": "In ten days at most."}, intervention_id=sent.id, **by)
    for outcome in Outcome:
        with pytest.raises(Stale):
            correcting.settle(row, outcome, answer="So.", seen=side_by_side, **by)
    side_by_side = correcting.settled_from(row, says(sent))
    correcting.propose(sent, {"points": "In 14 days."}, seen=begins()[2], **more)
    with pytest.raises(Stale):
        correcting.settle(row, Outcome.ACCEPTED, answer="", seen=side_by_side, **by)
    correcting.settle(row, Outcome.ACCEPTED, answer="", seen=correcting.settled_from(row, says(sent)), **by)
    assert begins()[0] == {"points": "In 14 days."}, "a second correction begins with the first"
    with pytest.raises(Refusal, match="say already"):
        correcting.propose(sent, {"points": "In 14 days."}, seen=begins()[2], **more)
    with pytest.raises(Stale):
        correcting.propose(sent, POINTS, seen=seen, **more)


def test_what_is_not_accepted_is_answered(sent, personas, by):
    row = correcting.propose(sent, {"points": "Never said."}, reason="", received_at=now(), by=personas.delegate_a)
    for outcome in (Outcome.DECLINED, Outcome.IN_PART):
        with pytest.raises(Refusal, match="Write why"):
            correcting.settle(row, outcome, answer=" ", **by)
    correcting.settle(row, Outcome.DECLINED, answer="The recording has it.", **by)
    assert says(sent) == POINTS
    correcting.propose(sent, {"points": "Once more."}, reason="", received_at=now(), by=personas.delegate_a)
    assert db.session.scalar(sa.select(sa.func.count(MinutesCorrection.id))) == 2


def test_what_is_accepted_in_part_changes_the_minutes(sent, meeting, personas, by):
    row = correcting.propose(sent, {"points": "A. B."}, reason="", received_at=now(), by=personas.delegate_a)
    part = {"answer": "Only A was said.", **by}
    for unchanged in (None, POINTS, {}):
        with pytest.raises(Refusal, match="must say part") as refused:
            correcting.settle(row, Outcome.IN_PART, points=unchanged, **part)
        assert refused.value.field == "points"
    with pytest.raises(Refusal, match="choose “Accepted”"):
        correcting.settle(row, Outcome.IN_PART, points={"points": "A. B."}, **part)
    for outcome in (Outcome.ACCEPTED, Outcome.DECLINED):
        with pytest.raises(Refusal, match="changed the text"):
            correcting.settle(row, outcome, points={"points": "A."}, **part)
    assert (row.outcome, says(sent)) == (None, POINTS)
    correcting.settle(row, Outcome.IN_PART, points={"points": "A."}, **part)
    assert says(sent) == {"points": "A."} == row.taken
    found = queries.minutes_of(meeting.id)
    assert correcting.standing(sent, found) == {"points": "A."}
    minutes.word(meeting, {"points": "Something else."}, intervention_id=sent.id, **by)
    assert correcting.standing(sent, found) == {"points": "A."}, "what was worded later, nobody was told"


def test_what_was_worded_first_is_a_part(sent, meeting, personas, by):
    row = correcting.propose(sent, {"points": "A. B."}, reason="", received_at=now(), by=personas.delegate_a)
    minutes.word(meeting, {"points": "A."}, intervention_id=sent.id, **by)
    correcting.settle(row, Outcome.IN_PART, answer="Only A.", **by)
    assert row.taken == {"points": "A."}


def test_accepted_corrections_that_a_version_does_not_have_are_named(sent, meeting, personas, by):
    first = minutes.keep(meeting, **by)

    def gone(texts) -> list:
        return [line["id"] for line in pages.gone_lines(meeting, queries.corrections_of(meeting.id), texts, [])]

    for text in ("In 12 days.", "In 14 days."):
        row = correcting.propose(sent, {"points": text}, reason="", received_at=now(), by=personas.delegate_a)
        correcting.settle(row, Outcome.ACCEPTED, answer="", **by)
    assert gone(queries.texts_of(meeting.id)) == []
    assert gone(first.texts) == [sent.id]
    seen = minutes.restored_from(queries.texts_of(meeting.id))
    minutes.restore(first, seen=seen, **by)
    assert gone(queries.texts_of(meeting.id)) == [sent.id], "and stay listed"
    with pytest.raises(Stale):
        minutes.restore(first, seen=seen, **by)
    minutes.word(meeting, {"points": "In 14 days."}, intervention_id=sent.id, **by)
    assert gone(queries.texts_of(meeting.id)) == []


def test_corrections_have_their_time(sent, meeting, personas, by):
    more = {"reason": "", "by": personas.delegate_a}
    with pytest.raises(WrongState, match="time for corrections"):
        correcting.propose(sent, {"points": "Late."}, received_at=now() + WEEK, **more)
    with pytest.raises(Refusal, match="say already"):
        correcting.propose(sent, POINTS, received_at=now(), **more)
    with pytest.raises(Refusal, match="Write what"):
        correcting.propose(sent, {"points": ""}, received_at=now(), **more)
    correcting.propose(
        sent, {"points": "In the last second."}, received_at=now() + WEEK - timedelta(milliseconds=1), **more
    )


def test_nobody_corrects_what_was_not_sent(noted, personas):
    with pytest.raises(WrongState, match="time for corrections"):
        correcting.propose(noted, {"points": "Early."}, reason="", received_at=now(), by=personas.delegate_a)


def test_minutes_become_final_once_all_is_answered(sent, meeting, personas, by):
    row = correcting.propose(sent, {"points": "Other."}, reason="", received_at=now(), by=personas.delegate_a)
    meeting.stage = Stage.CONSOLIDATING
    with standing_at(NOON + WEEK):
        with pytest.raises(WrongState, match="waits for an answer"):
            minutes.finish(meeting, **by)
        correcting.settle(row, Outcome.ACCEPTED, answer="", **by)
        version = minutes.finish(meeting, **by)
    assert (version.number, version.why, version.texts) == (
        2,
        Kept.FINAL,
        {f"intervention-{sent.id}": {"points": "Other."}},
    )
    for act in (
        lambda: minutes.finish(meeting, **by),
        lambda: minutes.word(meeting, {"points": "x"}, intervention_id=sent.id, **by),
        lambda: noting.save_note(sent, {"points": "x"}, **by),
        lambda: minutes.restore(version, **by),
        lambda: minutes.keep(meeting, **by),
    ):
        with pytest.raises(WrongState, match="final"):
            act()


def test_minutes_are_final_as_the_delegations_have_them(sent, meeting, personas, mark, by):
    meeting.stage = Stage.CONSOLIDATING
    acts = (
        lambda: noting.save_note(sent, {"points": "Noted later."}, **by),
        lambda: minutes.word(meeting, {"points": "Worded later."}, intervention_id=sent.id, **by),
        lambda: minutes.word(meeting, {"points": "The session took note."}, mark=mark, **by),
    )
    for week, act in enumerate(acts, 1):
        with standing_at(NOON + week * WEEK):
            act()
            with pytest.raises(WrongState, match="Send them again"):
                minutes.finish(meeting, **by)
            minutes.send(meeting, now() + WEEK, **by)
    with standing_at(NOON + 3 * WEEK + timedelta(hours=1)):
        more = {"reason": "", "received_at": now(), "by": personas.delegate_a}
        row = correcting.propose(sent, {"points": "All of it."}, **more)
        correcting.settle(row, Outcome.IN_PART, answer="Half of it.", points={"points": "Half of it."}, **by)
    with standing_at(NOON + 4 * WEEK):
        said = minutes.finish(meeting, **by).texts
    assert said == {
        f"intervention-{sent.id}": {"points": "Half of it."},
        f"item-{mark}": {"points": "The session took note."},
    }


def test_minutes_are_final_once_the_session_is_over(sent, speakers, meeting, by):
    with standing_at(NOON + WEEK):
        with pytest.raises(WrongState, match="once it is over"):
            minutes.finish(meeting, **by)
        speak(speakers, "CL", after=300, ends=False)
        meeting.stage = Stage.CONSOLIDATING
        with pytest.raises(WrongState, match="once it is over"):
            minutes.finish(meeting, **by)


def test_final_minutes_are_opened_again_with_a_reason(sent, meeting, by):
    with pytest.raises(WrongState, match="not final"):
        minutes.reopen(meeting, "A day is missing.", **by)
    meeting.stage = Stage.CONSOLIDATING
    with pytest.raises(WrongState, match="may still"):
        minutes.finish(meeting, **by)
    with standing_at(NOON + WEEK):
        minutes.finish(meeting, **by)
        with pytest.raises(Refusal, match="Write why"):
            minutes.reopen(meeting, " ", **by)
        for _twice in range(2):
            minutes.reopen(meeting, "A day is missing.", **by)
        found = queries.minutes_of(meeting.id)
        assert (found.state, found.reopened_at) == (MinutesState.WRITING, NOON + WEEK)
        assert noting.save_note(sent, {"points": "Of the second day."}, **by)
        with pytest.raises(WrongState, match="first"):
            minutes.finish(meeting, **by)
        minutes.send(meeting, now() + WEEK, **by)


def test_minutes_that_nobody_could_correct_do_not_become_final(noted, meeting, by):
    meeting.stage = Stage.CONSOLIDATING
    with pytest.raises(WrongState, match="first"):
        minutes.finish(meeting, **by)


def test_who_is_removed_while_speaking_stays_in_the_record(speaks, meeting, by):
    noting.save_note(speaks, POINTS, **by)
    first = minutes.keep(meeting, **by)
    asking.remove(speaks, **by)
    noting.save_note(speaks, {"points": "The last typed words."}, **by)
    assert says(speaks) == {"points": "The last typed words."}
    assert speaks in queries.interventions(meeting.id)
    (found,) = {one["label"] for one in pages.differences(meeting, first.texts, queries.texts_of(meeting.id))}
    assert found.startswith("Chile, ")


def test_the_minutes_say_nothing_of_whom_the_floor_was_taken_back_from(speakers, meeting, by):
    entry = speak(speakers, "CL", after=0, ends=False)
    noting.save_note(entry, POINTS, **by)
    first = minutes.keep(meeting, **by)
    speaking.take_back(entry.speech, **by)
    assert says(entry) == {}
    with pytest.raises(Refusal, match="say nothing"):
        minutes.send(meeting, now() + WEEK, **by)
    found = {one["label"] for one in pages.differences(meeting, first.texts, {})}
    assert found == {"Chile, the floor was taken back"}
    speaking.give(entry, **by)
    assert says(entry) == POINTS, "the notes are there once it has the floor"


def test_an_item_that_is_dropped_keeps_what_the_minutes_say_of_it(meeting, mark, by):
    minutes.word(meeting, {"points": "The session took note."}, mark=mark, **by)
    (opening,) = agenda_of(meeting.id)
    db.session.add(AgendaItem(meeting=meeting, position=2, minutes=30, kind=ItemKind.PANEL, title=everywhere("Panel")))
    delete_agenda_item(opening, **by)
    publish_agenda(meeting)
    assert [one["label"] for one in pages.differences(meeting, {}, queries.texts_of(meeting.id))] == ["1 Opening (en)"]


def test_versions_are_compared_and_brought_back(noted, meeting, mark, by):
    first = minutes.keep(meeting, **by)
    assert minutes.keep(meeting, **by) is first, "what is kept already is kept once"
    minutes.word(meeting, {**POINTS, "points": "Permits are given in twelve days."}, intervention_id=noted.id, **by)
    minutes.word(meeting, {"points": "The session took note."}, mark=mark, **by)
    found = pages.differences(meeting, first.texts, queries.texts_of(meeting.id))
    assert [(one["label"], one["on"]) for one in found] == [("1 Opening (en)", ""), (found[1]["label"], "")]
    assert found[1]["label"].startswith("Peru, ")
    assert next(piece.text for piece in found[1]["pieces"] if piece.kind == "added").startswith("twelve")
    minutes.restore(first, **by)
    assert queries.texts_of(meeting.id) == first.texts
    kept = db.session.scalars(sa.select(MinutesVersion).order_by(MinutesVersion.number)).all()
    assert [row.why for row in kept] == [Kept.BY_HAND, Kept.BEFORE_RESTORING]
    assert kept[1].texts[f"item-{mark}"] == {"points": "The session took note."}
    minutes.restore(kept[1], **by)
    assert queries.texts_of(meeting.id) == kept[1].texts
