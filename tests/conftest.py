"""Fixtures that every test may use: an application on a fresh, migrated database of either engine."""

import gc
import os
import re
import shutil
import tempfile
import uuid
import zlib
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.client import CheckedClient
from tests.personas import Personas, find_personas, make_personas

ENGINES = ("sqlite", "postgresql")
# What the databases may answer differently is tested on both: reading, writing, the rules of the house, people who act
# at one time. What else needs a database (pages, files, mails, forms) takes turns.
ON_BOTH = re.compile(
    r"tests\.((guards|search|live)\.|.*(queries|operations|database|migration|at_once|two_people|two_at_once|concurrency|"
    r"storm|silence|moments|catalogue|outbox|digests)$)"
)
gc.set_threshold(50_000, 20, 100)  # looking for rubbish among the mappers and templates took a tenth of the time


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        choices=[*ENGINES, "turns", "both"],
        default="turns",
        help="databases to test on: turns, but for what is read and written, which is tested on both; all on both; "
        "or one alone",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine_name" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--engine")
        names = [chosen] if chosen in ENGINES else list(ENGINES)
        if one := metafunc.definition.get_closest_marker("one_database"):
            names = [name for name in names if name in one.args] if one.args else names[:1]
        elif chosen == "turns" and not ON_BOTH.match(metafunc.module.__name__):
            turn = zlib.crc32(metafunc.definition.nodeid.encode())
            names = [ENGINES[turn % 3 == 0]]  # a database is copied in a fifth of the time on SQLite
        metafunc.parametrize("engine_name", names, scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each test be counted once, on SQLite: counting takes as long as half the test."""
    for item in items:
        if getattr(item, "callspec", None) and item.callspec.params.get("engine_name") == "postgresql":
            item.add_marker("no_cover")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL server: TEST_DATABASE_URL, or one that all processes of this run share."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
        return
    from tests.postgresql import running_server

    # Not among pytest's own folders, which another run closes to the account that the server runs as.
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid.uuid4().hex)
    with running_server(_place() / f"plenaria-postgresql-{run[:12]}") as url:
        yield url


def _place() -> Path:
    """Where a server may keep what nobody needs later: in memory where there is plenty, else in the temporary folder.

    Each test copies a database of a thousand files, which a worn file system takes half a second for.
    """
    memory = Path("/dev/shm")  # noqa: S108  (the server makes a folder of its own there)
    plenty = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 4 * 2**30
    return memory if plenty else Path(tempfile.gettempdir())


@pytest.fixture(scope="session")
def s3_port() -> Iterator[int]:
    """The port of an S3-compatible server."""
    from tests.s3_server import s3_server

    with s3_server() as port:
        yield port


@pytest.fixture
def bucket(s3_port: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty bucket, as PLENARIA_STORAGE names it; its keys are in the environment."""
    from tests.s3_server import make_bucket

    name = f"files-{uuid.uuid4().hex}"
    make_bucket(s3_port, name)
    for key, value in {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{s3_port}",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
    }.items():
        monkeypatch.setenv(key, value)
    return f"s3://{name}/plenaria"


def settings_for(database_url: str, folder: Path):
    import config

    settings = config.Test()
    settings.INSTANCE_DIR = folder
    settings.DATABASE_URL = database_url
    settings.SQLALCHEMY_ENGINES = config.engines(database_url)
    settings.SECRET_KEY = "test-key-that-is-long-enough-for-anything"
    settings.BASE_URL = "http://localhost"
    settings.STORAGE = str(folder / "files")
    settings.CLAMAV = ""
    settings.MAIL_DIR = folder / "mail"
    settings.JOBS_FILE = folder / "jobs.sqlite"
    settings.JOBS_REDIS_URL = ""
    settings.LIVE_REDIS_URL = ""
    settings.MAIL_TRANSPORT = "folder"
    settings.SEARCH_BY_MEANING = False  # the encoder takes seconds to load
    settings.CACHE_PAGES = False  # tests make rows that no audit event tells of
    return settings


class Copied(NamedTuple):
    """Addresses of the databases that tests copy and never change."""

    blank: str
    peopled: str


@pytest.fixture(scope="session")
def copied_databases(engine_name: str, tmp_path_factory: pytest.TempPathFactory, request) -> Copied:
    """A database migrated to head and holding the reference data, and the same with the personas in it."""
    from app import create_app
    from app.cli.schema import upgrade
    from app.core.db import db
    from app.directory.reference import load_reference_data

    folder = tmp_path_factory.mktemp(f"copied-{engine_name}")
    server = None if engine_name == "sqlite" else request.getfixturevalue("postgresql_server")

    def made(name: str, *templates: str) -> str:
        if server is not None:
            return make_postgresql_database(server, f"{name}_{os.getpid()}", *map(file_of, templates))
        for template in templates:
            shutil.copy(file_of(template), folder / f"{name}.sqlite")
        return f"sqlite:///{folder / name}.sqlite"

    peopled = made("peopled")
    app = create_app(settings_for(peopled, folder))
    with app.app_context():
        upgrade()
        load_reference_data()
        db.session.commit()
        db.session.close()
        db.engine.dispose()
        blank = made("blank", peopled)  # nobody is connected to it
        make_personas()
        db.session.close()
        db.engine.dispose()
    return Copied(blank, peopled)


def file_of(url: str) -> str:
    """The file, or the name on its server, of the database at an address."""
    return str(sa.make_url(url).database)


def make_postgresql_database(server: str, name: str, template: str = "template0") -> str:
    """Make the database anew from the template, whoever still holds the one of that name; return its address."""
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    admin.dispose()
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def fresh_database(engine_name: str, copied_databases: Copied, tmp_path_factory, request) -> Callable[..., str]:
    """A function that copies the blank database, or the peopled one, to the address that all tests of this process
    use in turn."""
    files = [file_of(url) for url in copied_databases]
    if engine_name == "postgresql":
        server, name = request.getfixturevalue("postgresql_server"), f"test_{os.getpid()}"
        return lambda *, peopled=False: make_postgresql_database(server, name, files[peopled])
    path = tmp_path_factory.mktemp("working") / "test.sqlite"

    def copy(*, peopled: bool = False) -> str:
        for old in path.parent.glob(f"{path.name}*"):  # never written into: a process of the last test may hold it
            old.unlink()
        shutil.copy(files[peopled], path)
        return f"sqlite:///{path}"

    return copy


@pytest.fixture
def database_url(fresh_database: Callable[..., str], request: pytest.FixtureRequest) -> str:
    """The address of a database as if new, for one test; the personas are in it if the test asks for them."""
    return fresh_database(peopled="personas" in request.fixturenames)


@pytest.fixture(scope="session")
def running_app(fresh_database: Callable[..., str], tmp_path_factory) -> tuple[Flask, dict[str, Any]]:
    """The application that all tests of this process use in turn, and what its extensions held at the start.

    Composing it takes longer than most tests.
    """
    from app import create_app

    app = create_app(settings_for(fresh_database(), tmp_path_factory.mktemp("app")))
    return app, dict(app.extensions)


@pytest.fixture
def app(running_app: tuple[Flask, dict[str, Any]], database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application as if new, with its context pushed; `db.session` in a test is not the one requests use."""
    from app.core.db import db

    app, extensions = running_app
    config = dict(app.config)
    app.config.from_object(settings_for(database_url, tmp_path))
    with app.app_context():
        yield app
        db.session.rollback()
        db.session.close()
        db.engine.dispose()
    for wake_up in app.extensions.get("wake_ups", {}).values():
        wake_up.huey.storage.close()
    app.extensions.clear()
    app.extensions.update(extensions)
    for kept in ("kept_pages", "kept_pages_of_people", "library_frozen", "library_pace", "summary_texts"):
        app.extensions[kept].clear()
    app.config.clear()
    app.config.update(config)


@pytest.fixture
def client(app: Flask) -> CheckedClient:
    """A browser that nobody has signed in with."""
    app.test_client_class = CheckedClient
    return app.test_client()


@pytest.fixture
def personas(app: Flask) -> Personas:
    """One person of each kind; see tests/personas.py."""
    return find_personas()


@pytest.fixture
def run_jobs(app: Flask) -> Callable[[], None]:
    """A function that commits, then runs every job that is due, as the worker would, until none is."""
    from app.core.db import db
    from app.jobs.queries import due_job_ids
    from app.jobs.worker import run_job

    def run() -> None:
        while True:
            job_ids = due_job_ids()
            db.session.commit()
            if not job_ids:
                return
            for job_id in job_ids:
                with app.app_context():
                    run_job(job_id)

    return run


@pytest.fixture
def sent_mails(app: Flask, run_jobs: Callable[[], None]) -> Callable[[], list[EmailMessage]]:
    """A function that runs the due jobs and returns all mails sent so far, the oldest first."""

    def read() -> list[EmailMessage]:
        run_jobs()
        paths = sorted(app.config["MAIL_DIR"].glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]

    return read


@pytest.fixture
def approved_mails(app: Flask, sent_mails: Callable[[], list[EmailMessage]]) -> Callable[[], list[EmailMessage]]:
    """As `sent_mails`, after the secretariat has approved all that waits in the outbox."""
    from app.core.actors import SYSTEM
    from app.core.db import db
    from app.mail.enums import MailState
    from app.mail.models import Mail
    from app.mail.operations import approve_mails

    def read() -> list[EmailMessage]:
        held = sa.select(Mail.id).where(Mail.state == MailState.HELD)
        approve_mails(db.session.scalars(held).all(), by=SYSTEM)
        return sent_mails()

    return read
