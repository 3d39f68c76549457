import shutil
import sys

import pytest
import sqlalchemy as sa

import config
from app import cli
from app.cli import database, plenaria, schema
from app.core.db import db
from app.directory.models import Party
from app.mail.models import Mail
from app.meetings.models import Meeting
from app.people.enums import Standing
from app.people.models import User
from app.people.passwords import matches
from app.practices.models import Practice
from tests.personas import make_user, party


@pytest.fixture
def command(app):
    """A function that runs a command; returns its exit status and all it printed."""

    def run(*arguments):
        db.session.commit()
        result = app.test_cli_runner().invoke(plenaria, arguments)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return run


def test_init_can_be_run_again(app, command):
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Party))
    status, text = command("init")
    assert status == 0
    assert "0 rows of reference data changed" in text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Party)) == before


def test_init_migrates_and_mends_the_reference_data(app, command):
    schema.downgrade()
    peru = party("PE")
    peru.short_names = {"en": "Somewhere"}
    status, text = command("init")
    assert status == 0
    assert f"revision {schema.revisions()[1]}; 1 rows" in text
    db.session.expire_all()
    assert party("PE").short_names["en"] == "Peru"


def test_migrations_one_by_one(app, command):
    newest = schema.revisions()[1]
    status, text = command("db", "downgrade")
    assert (status, text) == (0, f"The database is at revision {schema.revisions()[0]}.\n")
    assert schema.revisions()[0] != newest
    assert command("db", "upgrade") == (0, f"The database is at revision {newest}.\n")


def test_writes_a_migration(app, command, monkeypatch, tmp_path):
    shutil.copytree(schema.MIGRATIONS, tmp_path / "migrations")
    monkeypatch.setattr(schema, "MIGRATIONS", tmp_path / "migrations")
    assert command("db", "revision", "nothing new")[0] == 0
    [written] = (tmp_path / "migrations" / "versions").glob("*nothing_new.py")
    assert "def upgrade()" in written.read_text()


def test_invites(app, command):
    status, text = command("user", "invite", "Boss@Example.org", "--standing", "administrator", "--language", "fr")
    assert status == 0
    assert "boss@example.org" in text
    user = db.session.scalars(sa.select(User)).one()
    assert (user.standing, user.language, user.party_id) == (Standing.ADMINISTRATOR, "fr", None)
    assert db.session.scalars(sa.select(Mail)).one().to_address == "boss@example.org"


def test_invites_a_reader_of_a_state(app, command):
    assert command("user", "invite", "r@example.org", "--state", "pe", "--name", "Reader")[0] == 0
    user = db.session.scalars(sa.select(User)).one()
    assert (user.party_id, user.name, user.standing) == (party("PE").id, "Reader", Standing.MEMBER)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("r@example.org", "--state", "XX"), "no State with the code XX"),
        (("r@example.org", "--state", "RCM"), "no State with the code RCM"),
        (("nobody",), "not an e-mail address"),
        (("two@@example.org",), "not an e-mail address"),
        ((f"{'x' * 400}@example.org",), "not an e-mail address"),
        (("gone@example.org",), "was closed"),
    ],
)
def test_refuses_a_wrong_invitation(app, command, arguments, said):
    make_user("Gone", email="gone@example.org", closed_at=sa.func.now())
    status, text = command("user", "invite", *arguments)
    assert status == 1
    assert said in text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 1


def test_says_that_an_account_is_there(app, command):
    make_user("Here", email="here@example.org")
    status, text = command("user", "invite", "here@example.org")
    assert status == 0
    assert "nothing was mailed" in text
    assert not db.session.scalars(sa.select(Mail)).all()


@pytest.mark.parametrize("more", [(), ("--scale", "20")])
def test_production_takes_no_demonstration(app, command, more):
    app.config["ENV_NAME"] = "production"
    status, text = command("demo", *more)
    assert status == 1
    assert "no demonstration" in text
    assert not db.session.scalars(sa.select(Meeting)).all()


def test_a_generated_library_is_added_beside_the_demonstration(app, command, monkeypatch):
    monkeypatch.setattr(database, "load_demonstration", lambda: None)
    status, text = command("demo", "--scale", "20")
    assert status == 0
    assert "20 generated practices were added" in text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Practice)) == 20
    status, text = command("demo", "--scale", "0")
    assert status == 2, "a number of practices is from 1"


def test_the_demonstration_needs_the_schema(app, command):
    schema.downgrade()
    status, text = command("demo")
    assert status == 1
    assert "plenaria init" in text


@pytest.mark.slow
def test_the_demonstration_prints_a_password_that_was_made_up_once(app, command, monkeypatch):
    monkeypatch.delenv("PLENARIA_DEMO_PASSWORD", raising=False)
    status, text = command("demo")
    assert status == 0, text
    password = text.split("shown this once: ")[1].strip()
    user = db.session.scalars(sa.select(User).where(User.email == "secretariat@example.org")).one()
    assert matches(password, user.password_hash)
    status, text = command("demo")
    assert status == 0
    assert "shown this once" not in text
    assert "secretariat@example.org" in text


def test_a_given_password_is_not_printed(app, command, monkeypatch):
    monkeypatch.setenv("PLENARIA_DEMO_PASSWORD", "given by the operator")
    monkeypatch.setattr("app.cli.demo.load", lambda password: type("Loaded", (), {"password": password}))
    status, text = command("demo")
    assert status == 0
    assert "given by the operator" not in text


def test_preparing_once_leaves_a_stamp_that_files_undo(app, tmp_path, monkeypatch):
    loaded = []
    monkeypatch.setattr(database, "load_demonstration", lambda: loaded.append(1))
    settings = settings_of(app)
    assert not database.is_prepared(settings)
    db.session.commit()
    database.prepare_once(settings)
    assert database.is_prepared(settings)
    assert loaded == [1]
    settings.DATABASE_URL = f"sqlite:///{tmp_path / 'another.sqlite'}"
    assert not database.is_prepared(settings)


def test_the_demonstration_goes_only_where_nobody_has_an_account(app, monkeypatch):
    monkeypatch.setattr(database, "load_demonstration", lambda: pytest.fail("must not be loaded"))
    settings = settings_of(app)
    settings.ENV_NAME = "production"
    database.prepare_once(settings)
    settings.ENV_NAME = "test"
    make_user("Somebody")
    db.session.commit()
    database.prepare_once(settings)


def settings_of(app) -> config.Test:
    settings = config.Test()
    settings.INSTANCE_DIR = app.config["INSTANCE_DIR"]
    settings.DATABASE_URL = app.config["DATABASE_URL"]
    return settings


def test_the_entry_point_says_a_wrong_configuration_in_one_line(monkeypatch, capsys):
    monkeypatch.setenv("PLENARIA_ENV", "nowhere")
    monkeypatch.setattr(sys, "argv", ["plenaria", "init"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("plenaria: PLENARIA_ENV is 'nowhere'")


def test_the_help_names_every_command(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["plenaria", "--help"])
    with pytest.raises(SystemExit):
        cli.main()
    text = capsys.readouterr().out
    for name in ("serve", "worker", "init", "demo", "db", "user", "doctor"):
        assert f"  {name} " in text
