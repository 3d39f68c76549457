from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.audit.models import AuditEvent
from app.core.clock import standing_at
from app.core.db import db
from app.following import operations
from app.following.enums import FollowKind, Rhythm
from app.following.links import stop_link
from app.following.models import DigestSettings, Follow
from app.meetings.enums import Stage
from tests.client import filled, post_form, press_twice, sign_in
from tests.factories.summaries import NOON
from tests.following.published import begin
from tests.personas import make_user

NEW = "/following/new?kind={}&target={}"


def follows() -> list[Follow]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Follow).order_by(Follow.id).execution_options(populate_existing=True)))


def settings() -> DigestSettings:
    return db.session.scalars(sa.select(DigestSettings).execution_options(populate_existing=True)).one()


@pytest.mark.parametrize(
    ("kind", "target", "shown"),
    [
        ("state", "PE", "State: Peru"),
        ("theme", "T1", "Theme: "),
        ("session", "cam-2026", "Session: Annual session (en)"),
        ("mechanism", "rcm", "Mechanism: RCM"),
        ("search", "q=permits%26state%3DPE%26gcm%3D5", "Search: permits · Peru, 5. "),
        ("search", "", "Search: everything published"),
    ],
)
def test_each_kind_of_thing_is_followed_from_its_page(client, personas, meeting, kind, target, shown):
    sign_in(client, personas.reader)
    answer = post_form(client, NEW.format(kind, target), {"rhythm": "daily", "zone": "America/Lima"})
    assert answer.status_code == 303
    page = client.get("/following").text
    assert shown in page
    [row] = follows()
    assert (row.kind.value, row.rhythm, row.user_id) == (kind, Rhythm.DAILY, personas.reader.id)
    assert (settings().zone, settings().hour) == ("America/Lima", 7)
    assert settings().next_at is not None


@pytest.mark.parametrize(
    "query", ["kind=state&target=XX", "kind=state&target=RCM", "kind=nothing&target=PE", "", "kind=session&target=no"]
)
def test_what_is_not_there_cannot_be_followed(client, personas, meeting, query):
    sign_in(client, personas.reader)
    assert client.get(f"/following/new?{query}").status_code == 404


def test_a_session_that_the_person_may_not_see_is_not_there(client, personas, meeting):
    meeting.stage = Stage.PREPARING
    assert sign_in(client, personas.reader).get(NEW.format("session", meeting.slug)).status_code == 404
    assert sign_in(client, personas.secretariat).get(NEW.format("session", meeting.slug)).status_code == 200


@pytest.mark.parametrize("words", ["x" * 300, "-%2Bno", "%22%22", "%2A"])
def test_a_search_that_looks_for_nothing_is_refused_with_a_sentence(client, personas, words):
    answer = sign_in(client, personas.reader).get(NEW.format("search", f"q%3D{words}"))
    assert 400 <= answer.status_code < 500


def test_a_search_with_very_many_filters_is_refused(client, personas):
    target = (
        "%26".join(f"state%3DSTATE{number:03}" for number in range(120))
        + "%26"
        + "%26".join(f"theme%3DTHEME{number:03}" for number in range(60))
    )
    answer = sign_in(client, personas.reader).get(NEW.format("search", target))
    assert 400 <= answer.status_code < 500
    assert "too long" in answer.text


@pytest.mark.parametrize("target", ["\x00", "q=%00permits", "x" * 100_000, "&".join(["state=PE"] * 5000)])
@pytest.mark.parametrize("kind", ["search", "state", "session", "theme", "mechanism"])
def test_whatever_a_form_says_is_answered(client, personas, kind, target):
    sign_in(client, personas.reader)
    _address, data, _multipart = filled(client, NEW.format("state", "PE"))
    answer = client.post("/following/new", data={**data, "kind": kind, "target": target})
    assert answer.status_code < 500


def test_a_search_is_kept_without_its_page_its_order_and_its_moment(client, personas):
    sign_in(client, personas.reader)
    post_form(client, NEW.format("search", "q%3Dpermits%26page%3D7%26sort%3Doldest%26since%3D2026-01-01%26x%3Dy"))
    assert [row.target for row in follows()] == ["q=permits"]


def test_pressed_twice_it_is_followed_once(client, personas, meeting):
    sign_in(client, personas.reader)
    answers = press_twice(client, NEW.format("state", "PE"), {"rhythm": "weekly"})
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(follows()) == 1


def test_following_again_goes_on_with_the_new_rhythm(client, personas):
    row = begin(personas.reader, FollowKind.STATE, "PE", Rhythm.WEEKLY)
    operations.pause(row, by=personas.reader)
    sign_in(client, personas.reader)
    assert "You follow this already" in client.get(NEW.format("state", "PE")).text
    post_form(client, NEW.format("state", "PE"), {"rhythm": "never"})
    [row] = follows()
    assert (row.rhythm, row.paused_at) == (Rhythm.NEVER, None)


def test_without_a_choice_the_form_says_so(client, personas):
    sign_in(client, personas.reader)
    address, data, _multipart = filled(client, NEW.format("state", "PE"))
    answer = client.post(address, data={**data, "rhythm": "hourly"})
    assert answer.status_code == 422
    assert follows() == []


def test_nobody_follows_without_end(client, personas, monkeypatch):
    monkeypatch.setattr(operations, "MOST_FOLLOWS", 1)
    begin(personas.reader, FollowKind.STATE, "PE", Rhythm.WEEKLY)
    answer = post_form(sign_in(client, personas.reader), NEW.format("state", "CL"), {"rhythm": "daily"})
    assert answer.status_code >= 400
    assert "which is the most" in answer.text
    assert len(follows()) == 1


def test_rhythm_pause_going_on_and_stopping(client, personas):
    row = begin(personas.reader, FollowKind.STATE, "PE", Rhythm.WEEKLY)
    at = f"/following/{row.id}"
    sign_in(client, personas.reader)
    post_form(client, "/following", {"rhythm": "daily"}, action=f"{at}/rhythm")
    assert follows()[0].rhythm is Rhythm.DAILY
    for answer in press_twice(client, "/following", action=f"{at}/pause"):
        assert answer.status_code == 303
    assert follows()[0].paused_at is not None
    assert settings().next_at is None
    assert "Paused" in client.get("/following").text
    post_form(client, "/following", action=f"{at}/go-on")
    assert follows()[0].paused_at is None
    assert settings().next_at is not None
    post_form(client, "/following", action=f"{at}/stop")
    assert follows() == []
    acts = db.session.scalars(sa.select(AuditEvent.action).where(AuditEvent.actor_id == personas.reader.id)).all()
    assert acts == ["follow", "change_follow", "pause_follow", "go_on_following", "unfollow"]


def test_of_two_windows_the_second_is_told(client, personas):
    row = begin(personas.reader, FollowKind.STATE, "PE", Rhythm.WEEKLY)
    sign_in(client, personas.reader)
    address, data, _multipart = filled(client, "/following", {"rhythm": "never"}, action=f"/following/{row.id}/rhythm")
    post_form(client, "/following", {"rhythm": "daily"}, action=f"/following/{row.id}/rhythm")
    assert client.post(address, data=data).status_code == 409
    assert follows()[0].rhythm is Rhythm.DAILY


def test_a_digest_does_not_make_the_page_look_old(client, personas, meeting, on_day):
    with standing_at(NOON):
        row = begin(personas.reader, FollowKind.STATE, "PE", Rhythm.DAILY)
    sign_in(client, personas.reader)
    address, data, _multipart = filled(client, "/following", {"rhythm": "never"}, action=f"/following/{row.id}/rhythm")
    on_day(1)
    assert client.post(address, data=data).status_code == 303


def test_nobody_touches_what_somebody_else_follows(client, personas):
    row = begin(personas.reader, FollowKind.STATE, "PE", Rhythm.WEEKLY)
    begin(personas.delegate_a, FollowKind.STATE, "PE", Rhythm.WEEKLY)
    sign_in(client, personas.delegate_a)
    _address, data, _multipart = filled(client, "/following")
    for act in ("rhythm", "pause", "go-on", "stop"):
        assert client.post(f"/following/{row.id}/{act}", data=data).status_code == 404
    assert len(follows()) == 2


def test_when_mails_come_is_chosen_in_one_s_own_zone(client, personas):
    begin(personas.reader, FollowKind.STATE, "PE", Rhythm.DAILY)
    sign_in(client, personas.reader)
    values = {"hour": "18", "weekday": "4", "zone": "America/Lima"}
    assert post_form(client, "/following", values, action="/following/when").status_code == 303
    row = settings()
    assert (row.hour, row.weekday, row.zone) == (18, 4, "America/Lima")
    assert row.next_at.hour == 23
    assert "18:00 (Lima, UTC-5)" in client.get("/following").text


@pytest.mark.parametrize(
    "values", [{"hour": "24"}, {"weekday": "7"}, {"zone": "Mars/Base"}, {"hour": "x"}, {"zone": ""}]
)
def test_hours_days_and_zones_that_do_not_exist_are_refused(client, personas, values):
    begin(personas.reader, FollowKind.STATE, "PE", Rhythm.DAILY)
    sign_in(client, personas.reader)
    address, data, _multipart = filled(client, "/following", action="/following/when")
    assert client.post(address, data={**data, **values}).status_code == 422
    assert settings().hour == 7


def test_who_follows_nothing_is_told_how(client, personas):
    page = sign_in(client, personas.reader).get("/following").text
    assert "You follow nothing yet" in page


def test_what_is_not_there_any_more_can_be_stopped(client, personas, meeting):
    row = begin(personas.secretariat, FollowKind.SESSION, meeting.slug, Rhythm.WEEKLY)
    row.user_id = personas.reader.id
    meeting.stage = Stage.PREPARING
    db.session.commit()
    page = sign_in(client, personas.reader).get("/following").text
    assert "Something that is not there any more" in page
    assert meeting.title["en"] not in page


# The links in mails


def path(link: str) -> str:
    return link.removeprefix("http://localhost")


def test_a_link_says_what_it_stops_and_the_button_stops_it(client, personas):
    peru = begin(personas.reader, FollowKind.STATE, "PE", Rhythm.DAILY)
    begin(personas.reader, FollowKind.STATE, "CL", Rhythm.DAILY)
    link = path(stop_link(personas.reader, peru))
    page = client.get(link).text
    assert "State: Peru" in page
    assert "Chile" not in page
    assert [row.mailed for row in follows()] == [True, True], "looking stops nothing"
    answer = post_form(client, link)
    assert answer.status_code == 200
    assert "These mails have stopped" in answer.text
    assert [row.mailed for row in follows()] == [False, True]
    assert "These mails have stopped" in client.get(link).text


def test_the_link_for_all_stops_all_and_only_of_its_person(client, personas):
    for user in (personas.reader, personas.delegate_a):
        begin(user, FollowKind.STATE, "PE", Rhythm.DAILY)
        begin(user, FollowKind.STATE, "CL", Rhythm.NEVER)
    assert post_form(client, path(stop_link(personas.reader))).status_code == 200
    theirs = {(row.user_id == personas.reader.id, row.rhythm): row.mailed for row in follows()}
    assert theirs[True, Rhythm.DAILY] is False
    assert "These mails have stopped" in client.get(path(stop_link(personas.reader))).text
    assert theirs[False, Rhythm.DAILY] is True


def test_the_link_for_all_tells_nobody_what_is_followed(client, personas):
    for code in ("PE", "CL"):
        begin(personas.reader, FollowKind.STATE, code, Rhythm.DAILY)
    link = path(stop_link(personas.reader))
    told = [client.get(link).text, post_form(client, link).text, client.get(link).text]
    assert "any of the 2 things" in told[0]
    assert not [name for page in told for name in ("Peru", "Chile", "State:") if name in page]


def test_it_works_in_the_language_of_the_mail_and_whoever_is_signed_in(client, personas):
    personas.reader.language = "es"
    begin(personas.reader, FollowKind.STATE, "PE", Rhythm.DAILY)
    link = path(stop_link(personas.reader))
    assert '<html lang="es">' in client.get(link).text
    sign_in(client, personas.delegate_a)
    assert client.post(link).status_code == 200
    assert not follows()[0].mailed


def test_a_link_of_what_was_stopped_does_nothing_more(client, personas):
    row = begin(personas.reader, FollowKind.STATE, "PE", Rhythm.DAILY)
    link = path(stop_link(personas.reader, row))
    operations.unfollow(row, by=personas.reader)
    with standing_at(NOON + timedelta(days=400)):
        begin(personas.reader, FollowKind.STATE, "CL", Rhythm.DAILY)  # SQLite may give it the same number
    assert client.get(link).status_code == 200
    assert client.post(link).status_code == 200
    assert [row.mailed for row in follows()] == [True]


@pytest.mark.parametrize("token", ["x", "WzFd.abc", "a.b.c", "%00", "é"])
def test_a_link_that_we_did_not_sign_is_not_there(client, personas, token):
    begin(personas.reader, FollowKind.STATE, "PE", Rhythm.DAILY)
    for method in (client.get, client.post):
        assert method(f"/unsubscribe/{token}").status_code in (400, 404)
    assert follows()[0].mailed


def test_a_link_is_of_its_account_alone(client, personas):
    user = make_user("Gone")
    link = path(stop_link(user))
    db.session.delete(user)
    assert client.get(link).status_code == 404
