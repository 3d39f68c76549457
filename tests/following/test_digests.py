from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core.audience import Audience
from app.core.clock import standing_at
from app.core.db import db
from app.desk.own_data import of_account, of_own_account
from app.following import digests as made
from app.following import news, operations
from app.following.enums import FollowKind, Rhythm
from app.following.models import Digest, DigestSettings, Follow
from app.following.news import News
from app.mail.enums import MailReason, MailState
from app.mail.models import Mail
from app.meetings.enums import Stage
from app.people.models import User
from app.people.operations import close_account
from app.practices.queries import call_of
from app.search.operations import forget
from tests.client import sign_in
from tests.factories.library import publish_practice
from tests.factories.summaries import NOON, make_meeting
from tests.factories.titled import TITLED, translate
from tests.following.published import PUBLISHED, begin, publish
from tests.personas import make_user


@pytest.fixture(autouse=True)
def at_noon(app):
    with standing_at(NOON):
        yield


@pytest.fixture
def reader(personas):
    return personas.reader


def mails() -> list[Mail]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Mail).where(Mail.message == made.DIGEST).order_by(Mail.id)))


def follow_peru(user, rhythm=Rhythm.DAILY) -> Follow:
    return begin(user, FollowKind.STATE, "PE", rhythm)


def test_a_digest_tells_what_was_published_since_and_leaves_without_approval(meeting, reader, on_day, digests):
    follow_peru(reader)
    publish(meeting, "old", at=NOON - timedelta(minutes=1))
    publish(meeting, "new")
    publish(meeting, "elsewhere", facets={"state": ["CL"]})
    assert on_day(1) == 1
    [mail] = digests(1)
    text = mail.get_content()
    assert mail["To"] == reader.email
    assert mail["Subject"] == "New in what you follow: 1 publication"
    assert "Good practice · Peru: Permits new\nhttp://localhost/practices/new" in text
    assert "Permits old" not in text
    assert "elsewhere" not in text
    assert "{" not in text


def test_nothing_new_no_mail(meeting, reader, on_day):
    follow_peru(reader)
    assert on_day(1) == 0
    assert mails() == []


def test_nothing_is_told_twice_and_what_came_between_two_runs_is_told(meeting, reader, on_day, digests):
    follow_peru(reader)
    publish(meeting, "first")
    assert [on_day(1), on_day(1)] == [1, 0]
    publish(meeting, "second", at=NOON + timedelta(days=1))
    assert on_day(2) == 1
    assert on_day(3) == 0
    first, second = (mail.get_content() for mail in digests(3))
    assert "Permits first" in first
    assert "Permits second" in second
    assert "Permits first" not in second


def test_what_was_seen_late_is_told_all_the_same(meeting, reader, on_day, digests):
    """It was published before the digest was made, in a transaction that ended after."""
    follow_peru(reader)
    publish(meeting, "first")
    on_day(1)
    publish(meeting, "late", at=PUBLISHED + timedelta(hours=1))
    assert on_day(2) == 1
    assert "Permits late" in digests(2)[1].get_content()
    assert "Permits first" not in digests(2)[1].get_content()


def test_a_worker_that_was_down_loses_nothing(meeting, reader, on_day, digests):
    follow_peru(reader)
    for days in range(5):
        publish(meeting, f"day{days}", at=PUBLISHED + timedelta(days=days))
    assert on_day(6) == 1
    [mail] = digests(6)
    assert all(f"Permits day{days}" in mail.get_content() for days in range(5))


def test_one_mail_joins_all_follows_and_names_each_thing_once(meeting, reader, on_day, digests):
    follow_peru(reader)
    begin(reader, FollowKind.THEME, "T1", Rhythm.DAILY)
    begin(reader, FollowKind.SEARCH, "q=permits", Rhythm.DAILY)
    publish(meeting, "one")
    publish(meeting, "two", facets={"theme": ["T1"]})
    assert on_day(1) == 1
    [mail] = digests(1)
    text = mail.get_content()
    assert text.count("/practices/one") == text.count("/practices/two") == 1
    assert text.index("State: Peru") < text.index("Permits one") < text.index("Theme:") < text.index("Permits two")


def test_daily_and_weekly_come_in_one_mail_on_the_day_of_the_week(meeting, reader, on_day, digests):
    # NOON is a Thursday; the weekly one comes on Mondays.
    follow_peru(reader, Rhythm.WEEKLY)
    begin(reader, FollowKind.THEME, "T2", Rhythm.DAILY)
    publish(meeting, "weekly")
    publish(meeting, "daily", facets={"theme": ["T2"]})
    assert on_day(1) == 1
    publish(meeting, "later", facets={"theme": ["T2"]}, at=NOON + timedelta(days=3))
    assert on_day(4) == 1
    friday, monday = (mail.get_content() for mail in digests(4))
    assert "Permits daily" in friday
    assert "Permits weekly" not in friday
    assert "Permits weekly" in monday
    assert "Permits later" in monday
    assert "Permits daily" not in monday


def test_a_thing_of_both_is_not_told_again_by_the_weekly_one(meeting, reader, on_day):
    follow_peru(reader, Rhythm.WEEKLY)
    begin(reader, FollowKind.THEME, "T1", Rhythm.DAILY)
    publish(meeting, "both")
    assert [on_day(1), on_day(4)] == [1, 0]


def test_each_follow_finds_its_own(meeting, reader, on_day, digests):
    other = make_meeting("2027")
    begin(reader, FollowKind.SESSION, meeting.slug, Rhythm.DAILY)
    begin(reader, FollowKind.MECHANISM, "rcm", Rhythm.DAILY)
    publish(meeting, "here", facets={})
    publish(other, "mechanism")
    publish(other, "neither", facets={})
    publish(meeting, "2026:3", kind="paragraph", title="Paragraph")
    assert on_day(1) == 1
    text = digests(1)[0].get_content()
    assert "Permits here" in text
    assert "Permits mechanism" in text
    assert "Permits neither" not in text
    assert "Paragraph" not in text


def test_it_is_in_the_language_of_the_person(meeting, reader, on_day, digests):
    reader.language = "es"
    follow_peru(reader)
    publish(meeting, "one")
    publish(meeting, "one", language="es", title="Permisos")
    on_day(1)
    [mail] = digests(1)
    assert mail["Content-Language"] == "es"
    assert "Perú: Permisos\nhttp://localhost/practices/one" in mail.get_content()


def test_a_practice_is_named_as_its_page_names_it_to_the_person(meeting, personas, reader, on_day, digests):
    reader.language = "es"
    follow_peru(reader)
    call_of(meeting.id).template = TITLED
    practice = publish_practice(meeting, "PE", language="pt", title="Zona de acolhida")
    practice.published_at = PUBLISHED
    translate(practice, personas.secretariat, "es", title="Zona de acogida")
    db.session.commit()
    on_day(1)
    [mail] = digests(1)
    told = f"Perú · Annual session (es), 2026 · {practice.reference}: Zona de acogida"
    assert f"{told}\nhttp://localhost/practices/{practice.slug}?text=es" in mail.get_content()


@pytest.mark.parametrize("audience", [Audience.MEMBER_STATES, Audience.RESTRICTED])
def test_only_what_the_person_may_read_is_told(meeting, personas, on_day, digests, audience):
    personas.join(meeting)
    for user in (personas.reader, personas.delegate_a, personas.secretariat):
        follow_peru(user)
    publish(meeting, "narrow", audience=audience)
    on_day(1)
    reached = {mail["To"] for mail in digests(1)}
    expected = {personas.delegate_a.email, personas.secretariat.email}
    assert reached == (expected if audience is Audience.RESTRICTED else {*expected, personas.reader.email})


def test_what_is_withdrawn_before_the_mail_leaves_is_not_told(meeting, reader, on_day, digests):
    follow_peru(reader)
    publish(meeting, "stays")
    publish(meeting, "goes")
    on_day(1)
    forget("practice", "goes")
    [mail] = digests(1)
    assert mail["Subject"] == "New in what you follow: 1 publication"
    assert "Permits stays" in mail.get_content()
    assert "Permits goes" not in mail.get_content()


def test_a_mail_with_nothing_left_to_tell_does_not_leave(meeting, reader, on_day, digests):
    follow_peru(reader)
    publish(meeting, "hidden")
    on_day(1)
    meeting.stage = Stage.PREPARING
    assert digests(1) == []
    assert [(mail.state, mail.reason) for mail in mails()] == [(MailState.CANCELLED, MailReason.DONE)]


def test_what_is_stopped_or_paused_before_the_mail_leaves_is_not_told(meeting, reader, on_day, digests):
    peru = follow_peru(reader)
    begin(reader, FollowKind.THEME, "T2", Rhythm.DAILY)
    publish(meeting, "of-peru")
    publish(meeting, "of-theme", facets={"theme": ["T2"]})
    on_day(1)
    operations.pause(peru, by=reader)
    [mail] = digests(1)
    assert "Permits of-peru" not in mail.get_content()
    assert "Permits of-theme" in mail.get_content()


def test_what_was_published_during_a_pause_is_not_told(meeting, reader, on_day):
    row = follow_peru(reader)
    operations.pause(row, by=reader)
    db.session.commit()
    publish(meeting, "meanwhile")
    assert on_day(1) == 0
    with standing_at(NOON + timedelta(days=1)):
        operations.go_on(row, by=reader)
        db.session.commit()
    assert on_day(2) == 0
    publish(meeting, "after", at=NOON + timedelta(days=2))
    assert on_day(3) == 1


def test_a_closed_account_gets_nothing_and_the_mail_under_way_stays(meeting, reader, on_day, digests):
    follow_peru(reader)
    publish(meeting, "one")
    on_day(1)
    close_account(reader, by=reader)
    assert digests(1) == []
    publish(meeting, "two", at=NOON + timedelta(days=1))
    assert on_day(2) == 0


def test_a_fault_in_the_middle_leaves_nothing_behind_and_the_next_round_does_it_all(
    meeting, reader, on_day, monkeypatch, caplog
):
    follow_peru(reader)
    publish(meeting, "one")
    with monkeypatch.context() as patched:
        patched.setattr(made, "plan_digests", lambda *_asked, **_more: 1 / 0)
        assert on_day(1) == 0
    assert "digest" in caplog.text
    assert mails() == []
    assert db.session.scalars(sa.select(Follow.told_until)).all() == [NOON]
    assert on_day(1) == 1
    assert len(mails()) == 1


def test_the_fault_of_one_keeps_nobody_else_s_mail(meeting, personas, on_day, monkeypatch):
    for user in (personas.reader, personas.delegate_a):
        follow_peru(user)
    publish(meeting, "one")
    right = made._things

    def breaks(user, when, at):
        if user.id == personas.reader.id:
            raise ValueError("broken")
        return right(user, when, at)

    monkeypatch.setattr(made, "_things", breaks)
    assert on_day(1) == 1
    assert [mail.user_id for mail in mails()] == [personas.delegate_a.id]


def test_of_two_workers_one_writes(meeting, reader):
    follow_peru(reader)
    publish(meeting, "one")
    settings_id, moment = db.session.execute(sa.select(DigestSettings.id, DigestSettings.next_at)).one()
    at = moment + timedelta(minutes=1)
    assert made.write_digest(settings_id, moment, at)
    db.session.commit()
    assert not made.write_digest(settings_id, moment, at)


def test_a_search_that_was_cut_is_told_with_the_next_digest(meeting, reader, on_day, monkeypatch):
    begin(reader, FollowKind.SEARCH, "q=permits", Rhythm.DAILY)
    publish(meeting, "one")
    with monkeypatch.context() as patched:
        patched.setattr(made, "news_of", lambda *_asked, **_more: News([], 0, cut=True))
        assert on_day(1) == 0
        assert db.session.scalars(sa.select(DigestSettings.next_at)).one() > NOON + timedelta(days=1)
    assert on_day(2) == 1


def test_what_a_mail_never_brought_comes_with_the_next_digest(meeting, reader, on_day, digests):
    follow_peru(reader)
    publish(meeting, "one")
    on_day(1)
    [mail] = mails()
    mail.state, mail.reason = MailState.FAILED, MailReason.EXHAUSTED
    db.session.commit()
    assert on_day(2) == 1
    assert "Permits one" in digests(2)[0].get_content()
    assert on_day(3) == 0


def test_of_very_much_the_rest_is_counted(meeting, reader, on_day, digests):
    follow_peru(reader)
    for number in range(23):
        publish(meeting, f"n{number:02}", at=PUBLISHED + timedelta(minutes=number))
    on_day(1)
    text = digests(1)[0].get_content()
    assert text.count("http://localhost/practices/") == made.SHOWN
    assert "And 3 more things:\nhttp://localhost/states/PE" in text


def test_what_was_not_looked_at_is_counted_and_not_told_again(meeting, reader, on_day, digests, monkeypatch):
    monkeypatch.setattr(news, "MOST_PAGES", 1)
    follow_peru(reader)
    for number in range(45):
        publish(meeting, f"n{number:02}", at=PUBLISHED + timedelta(minutes=number))
    on_day(1)
    publish(meeting, "later", at=NOON + timedelta(days=1))
    on_day(2)
    first, second = digests(2)
    assert first["Subject"] == "New in what you follow: 45 publications"
    assert "And 25 more things:\nhttp://localhost/states/PE" in first.get_content()
    assert second["Subject"] == "New in what you follow: 1 publication"
    assert "more thing" not in second.get_content()


def test_its_head_lets_mail_programs_stop_it_with_one_press(app, meeting, reader, on_day, digests, client):
    follow_peru(reader)
    publish(meeting, "one")
    on_day(1)
    [mail] = digests(1)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = mail["List-Unsubscribe"].strip("<>")
    assert link.startswith("http://localhost/unsubscribe/")
    [file] = app.config["MAIL_DIR"].glob("*.eml")
    assert f"\nList-Unsubscribe: <{link}>\n".encode() in file.read_bytes()
    assert link in mail.get_content()
    answer = client.post(link, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert [row.mailed for row in db.session.scalars(sa.select(Follow))] == [False]


def test_a_long_address_of_the_site_does_not_break_the_head(app, meeting, reader, on_day, digests):
    app.config["BASE_URL"] = "https://" + "plenaria-of-a-body-with-a-long-name." * 3 + "example.org"
    follow_peru(reader)
    publish(meeting, "one")
    on_day(1)
    assert len(digests(1)) == 1
    [file] = app.config["MAIL_DIR"].glob("*.eml")
    assert b"\nList-Unsubscribe: <https://plenaria" in file.read_bytes()


def test_the_secretariat_sees_nothing_of_it(meeting, reader, personas, on_day, client):
    follow_peru(reader)
    publish(meeting, "one")
    on_day(1)
    answer = sign_in(client, personas.secretariat).get("/desk/mail")
    assert answer.status_code == 200
    assert reader.email not in answer.text
    assert "New in what you follow" not in answer.text


def test_old_digests_are_forgotten(meeting, reader, on_day):
    follow_peru(reader)
    publish(meeting, "one")
    on_day(1)
    publish(meeting, "two", at=NOON + timedelta(days=99))
    on_day(100)
    publish(meeting, "three", at=NOON + timedelta(days=199))
    on_day(200)
    days = [(row.made_at - NOON).days for row in db.session.scalars(sa.select(Digest).order_by(Digest.id))]
    assert 0 not in days


def test_it_belongs_to_the_person_s_own_data_and_goes_with_the_account(meeting, personas, on_day):
    user = make_user("Somebody", party_code="CR")
    follow_peru(user)
    publish(meeting, "one")
    on_day(1)
    held = of_own_account(user)
    assert [row["target"] for row in held["followed"]] == ["PE"]
    assert held["digests"][0]["things"][0]["key"] == "one"
    assert held["when_digests_come"][0]["zone"] == "UTC"
    assert "feed_hash" not in held["when_digests_come"][0]
    told = of_account(user)
    assert not {"followed", "digests", "when_digests_come"} & set(told)
    assert told["mails"] == []
    assert all("follow" not in act["action"] for act in told["done_by_the_person"])


def test_it_goes_with_the_account(meeting, personas):
    user = make_user("Somebody", party_code="CR")
    at = {"begun_at": NOON, "since": NOON, "told_until": NOON, "rhythm": Rhythm.DAILY}
    mail = Mail(message=made.DIGEST, user_id=None, to_address="a@example.org", language="en", created_at=NOON)
    mail.subject = mail.body = "News"
    db.session.add(mail)
    db.session.add(Follow(user_id=user.id, kind=FollowKind.SESSION, target="1", meeting_id=meeting.id, **at))
    db.session.add(DigestSettings(user_id=user.id, hour=7, weekday=0, zone="UTC"))
    db.session.flush()
    db.session.add(Digest(user_id=user.id, mail_id=mail.id, made_at=NOON, things=[]))
    db.session.commit()
    db.session.execute(sa.delete(User).where(User.id == user.id))
    db.session.commit()
    for model in (Follow, DigestSettings, Digest):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(model)) == 0
