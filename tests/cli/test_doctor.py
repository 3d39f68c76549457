from datetime import timedelta

import pytest

import config
from app import create_app
from app.cli import plenaria, problems, schema
from app.core.clock import now, standing_at
from app.core.db import db
from app.jobs.operations import queue_job
from tests.conftest import settings_for
from tests.mail.smtp_server import smtp_server
from tests.personas import make_user

RUN = "Run: plenaria init"


@pytest.fixture
def doctor(app):
    """A function that runs the doctor; returns its exit status and what it printed."""

    def run():
        db.session.commit()
        result = app.test_cli_runner().invoke(plenaria, ["doctor"])
        return result.exit_code, result.output

    return run


def only(found):
    [problem] = found
    return problem


def produce(app, **more):
    app.config.update(
        ENV_NAME="production",
        BASE_URL="https://plenaria.example.org",
        TRUSTED_HOSTS=["plenaria.example.org"],
        SESSION_COOKIE_SECURE=True,
        **more,
    )


def test_finds_nothing_wrong_with_a_sound_installation(doctor):
    status, text = doctor()
    assert status == 0, text
    assert "WRONG" not in text
    assert text.count("ok ") == 9


def test_says_what_is_wrong_and_the_mend_and_ends_with_one(app, doctor):
    app.config["BASE_URL"] = "nonsense"
    status, text = doctor()
    assert status == 1
    assert "WRONG  addresses: PLENARIA_BASE_URL is not an address: nonsense" in text
    assert "The mend: Set it like https://" in text


def test_a_wrong_configuration_is_the_first_thing_said(monkeypatch, tmp_path):
    from click.testing import CliRunner

    monkeypatch.setenv("PLENARIA_ENV", "production")
    monkeypatch.delenv("PLENARIA_SECRET_KEY", raising=False)
    result = CliRunner().invoke(plenaria, ["doctor"])
    assert result.exit_code == 1
    assert "WRONG  configuration: Production needs PLENARIA_SECRET_KEY" in result.output


def test_an_empty_database(tmp_path):
    app = create_app(settings_for(f"sqlite:///{tmp_path / 'empty.sqlite'}", tmp_path))
    with app.app_context():
        assert only(problems.database_problems()).mend == RUN
        text = app.test_cli_runner().invoke(plenaria, ["doctor"]).output
        db.engine.dispose()
    assert "?      accounts (not looked at)" in text
    assert "?      worker (not looked at)" in text


def test_an_old_database(app):
    schema.downgrade()
    problem = only(problems.database_problems())
    assert "this version of Plenaria needs" in problem.what
    assert problem.mend == RUN


def test_a_database_that_does_not_answer(tmp_path):
    app = create_app(settings_for("postgresql+psycopg://user:secret@127.0.0.1:1/x", tmp_path))
    with app.app_context():
        problem = only(problems.database_problems())
    assert "does not answer" in problem.what
    assert "secret" not in problem.what


def test_demonstration_accounts_in_production(app):
    make_user("Shown", demonstration=True)
    assert list(problems.account_problems()) == []
    produce(app)
    assert "1 demonstration accounts" in only(problems.account_problems()).what
    db.session.commit()
    assert "demonstration" in only(problems.serving_problems()).what


def test_addresses(app):
    assert list(problems.address_problems()) == []
    produce(app)
    assert list(problems.address_problems()) == []
    app.config["TRUSTED_HOSTS"] = [".example.org"]
    assert list(problems.address_problems()) == []
    app.config["TRUSTED_HOSTS"] = ["example.net"]
    assert "is not in PLENARIA_TRUSTED_HOSTS" in only(problems.address_problems()).what
    produce(app)
    app.config.update(BASE_URL="http://plenaria.example.org", SESSION_COOKIE_SECURE=False)
    address, cookies = problems.address_problems()
    assert "not https" in address.what
    assert "Cookies" in cookies.what


def test_mail_over_smtp(app):
    with smtp_server() as inbox:
        app.config.update(MAIL_TRANSPORT="smtp", SMTP_HOST="127.0.0.1", SMTP_PORT=inbox.port)
        assert list(problems.mail_problems()) == []
    assert "does not take us: ConnectionRefusedError" in only(problems.mail_problems()).what
    app.config.update(SMTP_HOST="mail.example.org", SMTP_USER="plenaria", SMTP_PASSWORD="secret")
    problem = only(problems.mail_problems())
    assert "in the clear" in problem.what
    assert "secret" not in problem.what
    app.config["MAIL_TRANSPORT"] = "pigeon"
    assert "pigeon" in only(problems.mail_problems()).what


def test_folders_that_cannot_be_written(app, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    app.config.update(STORAGE=str(blocked / "files"), MAIL_DIR=blocked / "mail", JOBS_FILE=blocked / "jobs.sqlite")
    assert "PLENARIA_STORAGE" in only(problems.storage_problems()).mend
    assert "PLENARIA_INSTANCE" in only(problems.mail_problems()).mend
    assert "PLENARIA_INSTANCE" in only(problems.worker_problems()).mend


def test_a_bucket(app, bucket):
    app.config["STORAGE"] = bucket
    found = list(problems.storage_problems())
    assert all("PostgreSQL" in problem.mend for problem in found)
    assert len(found) == (db.engine.dialect.name == "sqlite")
    app.config["STORAGE"] = f"{bucket.replace('files-', 'nowhere-')}"
    assert "AWS_" in next(problems.storage_problems()).mend


def test_a_queue_that_is_no_database(app, tmp_path):
    app.config["JOBS_FILE"] = tmp_path
    assert "can't be written" in only(problems.worker_problems()).what


def test_a_full_disk(app, monkeypatch):
    monkeypatch.setattr(problems, "LEAST_SPACE", 1 << 60)
    assert "500 MB" in only(problems.storage_problems()).what


def test_a_job_that_nobody_does(app):
    with standing_at(now() - timedelta(minutes=6)):
        queue_job(kind="test.nothing", key="old")
    problem = only(problems.worker_problems())
    assert "has been waiting since" in problem.what
    assert "plenaria worker" in problem.mend


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("DATABASE_URL", "postgresql://localhost/x", "DATABASE_URL must begin with"),
        ("PLENARIA_SMTP_PORT", "many", "A setting that is a number"),
        ("PLENARIA_ENV", "staging", "it must be one of"),
    ],
)
def test_settings_that_cannot_be_read(monkeypatch, tmp_path, setting, value, said):
    from app.cli import settings_for_commands

    monkeypatch.setenv("PLENARIA_INSTANCE", str(tmp_path))
    monkeypatch.setenv(setting, value)
    with pytest.raises(config.ConfigurationError, match=said):
        settings_for_commands()
