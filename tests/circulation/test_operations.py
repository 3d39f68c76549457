"""Beginning a circulation, letting it end later, ending it early."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from app.circulation import operations, queries
from app.circulation.enums import CirculationEnd, CirculationKind
from app.circulation.models import Circulation
from app.core.actors import SYSTEM
from app.core.clock import standing_at
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.localized import LocalizedText
from app.core.wording import moment_text
from app.mail.enums import MailState
from app.mail.models import Mail
from app.meetings.enums import Stage
from app.summaries import operations as summaries
from app.summaries import version_queries
from app.summaries.models import SummaryRules
from tests.at_once import at_once
from tests.circulation.conftest import BEGUN, ENDS, circulate


def mails(name):
    return db.session.scalars(sa.select(Mail).where(Mail.message == f"circulation/{name}").order_by(Mail.id)).all()


def begin(summary, kind=CirculationKind.SILENCE, **more):
    with standing_at(BEGUN):
        return operations.begin(summary, kind=kind, **{"ends_at": ENDS, **more, "by": SYSTEM})


def test_a_text_is_frozen_and_all_delegations_are_told(summary, people):
    row = circulate(summary, CirculationKind.COMMENTS, message=LocalizedText(en="Paragraph 2 is new."))
    assert row.version_of_text.number == 0
    assert [one.delegation.party.code for one in row.addressed] == ["PE", "CL", "RCM"]
    told = mails("begun")
    assert {mail.user_id for mail in told} == {people.head.id, people.drafter.id, people.observer.id, people.chile.id}
    assert all(mail.state is MailState.HELD for mail in told)
    assert "Paragraph 2 is new." in told[0].body
    assert row.version_of_text.sha256 in told[0].body
    assert f"/circulations/{row.id}/PE" in told[0].body
    assert moment_text(ENDS, "America/New_York") in told[0].body


def test_only_those_chosen_are_addressed(summary, meeting):
    chile = next(row for row in operations.delegations_of_meeting(meeting.id) if row.party.code == "CL")
    row = circulate(summary, CirculationKind.COMMENTS, delegations=[chile.id])
    assert [one.delegation_id for one in row.addressed] == [chile.id]
    assert [mail.user_id for mail in mails("begun")] == [chile.members[0].user_id]
    for wrong in ([], [chile.id, 10_000]):
        with pytest.raises(Refusal):
            begin(summary, CirculationKind.COMMENTS, delegations=wrong)


def test_the_body_says_how_long_a_silence_lasts_and_who_reads_comments(summary, meeting):
    with pytest.raises(Refusal, match="72 hours"):
        begin(summary, ends_at=ENDS - timedelta(minutes=1))
    rules = SummaryRules(mechanism_id=meeting.mechanism_id, scale=[], silence_hours=24, comments_seen_by_all=True)
    db.session.add(rules)
    row = begin(summary, ends_at=BEGUN + timedelta(hours=24))
    rules.comments_seen_by_all = False
    db.session.commit()
    assert row.seen_by_all


def test_comments_need_a_moment_to_come(summary):
    with pytest.raises(Refusal, match="still to come"):
        begin(summary, CirculationKind.COMMENTS, ends_at=BEGUN)


@pytest.mark.parametrize("stage", [Stage.PREPARING, Stage.CALL_OPEN])
def test_not_before_the_session(summary, meeting, stage):
    meeting.stage = stage
    with pytest.raises(WrongState, match="held, consolidated"):
        begin(summary)


def test_not_of_a_cancelled_session(summary, meeting):
    meeting.cancelled_at = BEGUN
    with pytest.raises(WrongState, match="cancelled"):
        begin(summary)


def test_what_is_adopted_exists_in_each_language(summary):
    first = summary.sections[0].paragraphs[1]
    summaries.edit_paragraph(first, text=LocalizedText({**first.text, "fr": ""}), by=SYSTEM)
    db.session.commit()
    with pytest.raises(Refusal, match="Français: paragraphs 2"):
        begin(summary)
    assert begin(summary, CirculationKind.COMMENTS).kind is CirculationKind.COMMENTS


def test_one_silence_at_a_time(app, summary):
    summary_id, refused = summary.id, []

    def start():
        row = db.session.get_one(type(summary), summary_id)
        try:
            with standing_at(BEGUN):
                operations.begin(row, kind=CirculationKind.SILENCE, ends_at=ENDS, by=SYSTEM)
        except WrongState as why:
            refused.append(why)

    at_once(app, [start, start])
    assert len(queries.under_way(summary.meeting_id, CirculationKind.SILENCE)) == len(refused) == 1


def test_the_same_text_is_circulated_again_without_another_version(summary, for_comments):
    row = begin(summary)
    assert row.version_of_text_id == for_comments.version_of_text_id
    assert len(version_queries.versions_of(summary.meeting_id)) == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE circulations SET version_of_text_id = version_of_text_id + 1",
        "UPDATE circulations SET kind = 'for_comments'",
        "DELETE FROM circulations",
    ],
)
def test_what_was_circulated_cannot_be_changed(silence, change):
    with pytest.raises(DBAPIError, match="cannot be changed"):
        db.session.execute(sa.text(change))
    db.session.rollback()


def test_how_it_ended_cannot_be_changed(silence):
    with standing_at(BEGUN):
        operations.end_early(silence, "A new version follows.", by=SYSTEM)
    db.session.commit()
    with pytest.raises(DBAPIError, match="cannot be changed"):
        db.session.execute(sa.text('UPDATE circulations SET ended_at = NULL, "end" = NULL'))
    db.session.rollback()


def test_it_can_end_later_and_waiting_mails_say_so(silence):
    later = ENDS + timedelta(days=1)
    with standing_at(BEGUN):
        with pytest.raises(Refusal, match="later"):
            operations.extend(silence, ENDS, by=SYSTEM)
        operations.extend(silence, later, by=SYSTEM)
    db.session.commit()
    assert silence.ends_at == later
    assert mails("extended") == []
    assert {"28" in mail.body and "27" not in mail.subject for mail in mails("begun")} == {True}
    with standing_at(later), pytest.raises(WrongState):
        operations.extend(silence, later + timedelta(days=1), by=SYSTEM)


def test_nobody_is_told_twice_that_it_ends_later(silence):
    """Who still waits for the mail of the beginning reads the new moment there."""
    for day in (1, 2):
        with standing_at(BEGUN):
            operations.extend(silence, ENDS + timedelta(days=day), by=SYSTEM)
        db.session.commit()
    assert len(mails("begun")) == 4
    assert mails("extended") == []
    for mail in mails("begun"):
        mail.state, mail.decided_at = MailState.SENT, BEGUN
    for day in (3, 4):
        with standing_at(BEGUN):
            operations.extend(silence, ENDS + timedelta(days=day), by=SYSTEM)
        db.session.commit()
    told = mails("extended")
    assert len(told) == 4
    assert {"31 May" in mail.body and "30 May" not in mail.body for mail in told} == {True}


def test_it_can_be_ended_early_with_a_reason(silence):
    with standing_at(BEGUN + timedelta(hours=1)):
        with pytest.raises(Refusal, match="Write why"):
            operations.end_early(silence, " ", by=SYSTEM)
        operations.end_early(silence, "A new version follows.", by=SYSTEM)
        db.session.commit()
        with pytest.raises(WrongState, match="ended this circulation early"):
            operations.end_early(silence, "Again", by=SYSTEM)
    assert (silence.end, silence.ending) == (CirculationEnd.ENDED_EARLY, "A new version follows.")
    assert {mail.state for mail in mails("begun")} == {MailState.CANCELLED}
    assert "A new version follows." in mails("ended_early")[0].body
    with standing_at(ENDS + timedelta(days=1)):
        assert operations.end_due() == 0


def test_time_for_comments_runs_out(for_comments):
    with standing_at(ENDS + operations.GRACE):
        assert operations.end_due() == 1
        assert operations.end_due() == 0
    db.session.expire_all()
    row = db.session.get_one(Circulation, for_comments.id)
    assert (row.end, row.ended_at) == (CirculationEnd.CLOSED, ENDS)
