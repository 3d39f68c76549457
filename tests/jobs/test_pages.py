"""The page of a job, and the register of all."""

import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import url_for
from flask_babel import LazyString

from app.core.clock import now
from app.core.db import db
from app.jobs import registry
from app.jobs.enums import JobState
from app.jobs.models import Job
from app.jobs.operations import queue_job
from app.jobs.registry import handles
from app.jobs.worker import STOPPED_EVERY_TIME
from tests.client import post_form, sign_in


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    """Two kinds of work, forgotten after the test."""
    for name in ("_handlers", "_failure_handlers", "_titles"):
        monkeypatch.setattr(registry, name, dict(getattr(registry, name)))
    handles("test.work", title="Folding papers")(lambda payload: None)
    handles("test.noted", title="Posting papers", failed=lambda payload, reason: None)(lambda payload: None)


def make_job(key="one", kind="test.work", by=None, **values) -> Job:
    job_id = queue_job(kind=kind, key=key, by=by, page="/sessions")
    job = db.session.get_one(Job, job_id)
    for name, value in values.items():
        setattr(job, name, value)
    db.session.commit()
    return job


def failed_job(key="one", **more) -> Job:
    return make_job(key, state=JobState.FAILED, attempts=6, error="OSError: no paper", finished_at=now(), **more)


def test_the_person_who_asked_follows_the_job(app, client, personas):
    job = make_job(by=personas.delegate_a, state=JobState.RUNNING, progress_done=3, progress_total=8, started_at=now())
    url = f"/jobs/{job.id}"
    sign_in(client, personas.delegate_a)
    page = client.get(url).text
    assert "Folding papers" in page
    assert "37 % done" in page
    assert "You can leave this page" in page
    assert f'hx-get="{url}"' in page
    assert f'<a href="{url}">Load again</a>' in page
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page.partition("</head>")[0]
    assert "Jobs</a>" not in page
    part = client.get(url, headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "37 % done" in part
    job.state, job.finished_at = JobState.DONE, now()
    part = client.get(url, headers={"HX-Request": "true"}).text
    assert "hx-get" not in part
    assert 'http-equiv="refresh"' not in client.get(url).text
    assert 'href="/sessions"' in part


@pytest.mark.parametrize("name", ["delegate_b", "reader", "representative"])
def test_other_people_find_no_such_job(client, personas, name):
    job = make_job(by=personas.delegate_a)
    sign_in(client, getattr(personas, name))
    assert client.get(f"/jobs/{job.id}").status_code == 404
    assert client.post(f"/jobs/{job.id}/retry").status_code in (400, 404)
    assert client.get("/jobs").status_code == 403


def test_a_job_between_two_tries_says_why(client, personas):
    job = make_job(attempts=1, error="OSError: no paper")
    sign_in(client, personas.secretariat)
    page = client.get(f"/jobs/{job.id}").text
    assert "A try failed, and the next one follows by itself." in page
    assert "It ended with an error that Plenaria has no words for." in page
    assert re.search(r"<details[^>]*><summary>In the machine's words</summary><code[^>]*>OSError: no paper<", page)


def test_reasons_are_read_in_the_persons_language_and_times_in_the_secretariats_zone(app, client, personas):
    job = make_job(state=JobState.FAILED, error=STOPPED_EVERY_TIME, created_at=datetime(2026, 5, 14, 3, tzinfo=UTC))
    sign_in(client, personas.secretariat)
    page = client.get("/jobs").text
    assert "The worker stopped during every try." in page
    assert "In the machine" not in page
    assert "13 May 2026, 23:00 (Washington, UTC-4)" in page
    job.error = "SMTPRecipientsRefused: {'x@example.org': (451, b'4.2.1 later')}"
    db.session.commit()
    page = client.get(f"/jobs/{job.id}").text
    assert "The mail server did not take it." in page
    assert "4.2.1 later" in page


def test_no_kind_of_job_is_without_a_title(app, monkeypatch):
    monkeypatch.undo()
    assert {"meetings.forget_participants", "register.render", "documents.remove_bytes"} <= set(registry.kinds())
    assert [kind for kind in registry.kinds() if not isinstance(registry._titles.get(kind), LazyString)] == []


def test_the_register_has_every_state_and_filters(client, personas):
    make_job("queued")
    make_job("running", state=JobState.RUNNING, started_at=now(), progress_done=1, progress_total=2)
    failed_job("failed")
    make_job("done", kind="test.noted", state=JobState.DONE, finished_at=now())
    sign_in(client, personas.secretariat)
    page = client.get("/jobs").text
    assert "4 jobs" in page
    assert "OSError: no paper" in page
    assert "50 %" in page
    assert page.count("Posting papers") == 2  # the row, and the choice in the filter
    assert "1 job<" in client.get("/jobs?state=failed").text
    assert "1 job<" in client.get("/jobs?kind=test.noted").text
    assert "No job matches" in client.get("/jobs?kind=test.noted&state=failed").text
    assert "4 jobs" in client.get("/jobs?state=lost&kind=unheard").text


def test_the_register_comes_in_pages(client, personas):
    for number in range(55):
        make_job(str(number))
    sign_in(client, personas.administrator)
    page = client.get("/jobs?state=queued&page=2").text
    assert page.count('scope="row"') == 5
    assert "/jobs?page=1&amp;state=queued" in page


def test_staff_try_a_failed_job_again_and_a_second_click_does_nothing(app, client, personas, run_jobs):
    job = failed_job(by=personas.delegate_a)
    url = f"/jobs/{job.id}"
    sign_in(client, personas.delegate_a)
    assert "OSError: no paper" in client.get(url).text
    assert "Try again" not in client.get(url).text
    sign_in(client, personas.secretariat)
    answer = post_form(client, url, action=f"{url}/retry")
    assert (answer.status_code, answer.location) == (303, url)
    assert "The job will be tried again." in client.get(url).text
    db.session.expire_all()
    assert (job.state, job.attempts) == (JobState.QUEUED, 0)
    token = client.get("/account").text.split('name="csrf_token" value="')[1].split('"')[0]
    assert client.post(f"{url}/retry", data={"csrf_token": token}).status_code == 303
    assert "nothing was changed" in client.get(url).text
    run_jobs()
    db.session.expire_all()
    assert job.state is JobState.DONE


def test_a_job_whose_feature_offers_the_retry_has_none_here(client, personas):
    job = failed_job(kind="test.noted")
    sign_in(client, personas.secretariat)
    assert "Try again" not in client.get("/jobs").text
    token = client.get("/account").text.split('name="csrf_token" value="')[1].split('"')[0]
    client.post(f"/jobs/{job.id}/retry", data={"csrf_token": token})
    assert db.session.scalar(sa.select(Job.state)) is JobState.FAILED


def test_the_desk_leads_to_the_register(app, client, personas):
    sign_in(client, personas.secretariat)
    with app.test_request_context():
        assert f'href="{url_for("jobs.register")}"' in client.get("/desk").text


def test_what_is_due_later_is_counted_and_says_when(client, personas):
    make_job("now")
    make_job("later", run_after=datetime(2077, 5, 4, 9, tzinfo=UTC))
    page = sign_in(client, personas.secretariat).get("/jobs").text
    assert re.search(r"of those waiting, due later</dt>\s*<dd[^>]*>\s*1\s*<", page)
    assert "4 May 2077" in page
