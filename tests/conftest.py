"""Fixtures that every test may use: an application on a fresh, migrated database of either engine."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

ENGINES = ("sqlite", "postgresql")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=[*ENGINES, "both"], default="both", help="databases to test on")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine_name" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--engine")
        names = list(ENGINES) if chosen == "both" else [chosen]
        if metafunc.definition.get_closest_marker("browser"):
            names = names[:1]
        metafunc.parametrize("engine_name", names, scope="session")


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server: TEST_DATABASE_URL, or one that this process starts."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
        return
    from tests.postgresql import running_server

    with running_server(tmp_path_factory.mktemp("postgresql")) as url:
        yield url


def settings_for(database_url: str, folder: Path):  # noqa: ANN201  (config is imported after the environment is set)
    import config

    settings = config.Test()
    settings.INSTANCE_DIR = folder
    settings.DATABASE_URL = database_url
    settings.SQLALCHEMY_ENGINES = {"default": {"url": database_url}}
    settings.SECRET_KEY = "test-key-that-is-long-enough-for-anything"
    settings.BASE_URL = "http://localhost"
    settings.STORAGE_DIR = folder / "files"
    settings.MAIL_DIR = folder / "mail"
    settings.JOBS_FILE = folder / "jobs.sqlite"
    settings.MAIL_TRANSPORT = "folder"
    return settings


@pytest.fixture(scope="session")
def blank_database(engine_name: str, tmp_path_factory: pytest.TempPathFactory, request) -> str:
    """A database migrated to head and holding the reference data; tests copy it and never change it."""
    from app import create_app
    from app.cli.schema import upgrade
    from app.directory.reference import load_reference_data

    folder = tmp_path_factory.mktemp(f"blank-{engine_name}")
    if engine_name == "sqlite":
        url = f"sqlite:///{folder / 'blank.sqlite'}"
    else:
        server = request.getfixturevalue("postgresql_server")
        url = make_postgresql_database(server, f"blank_{uuid.uuid4().hex[:12]}")
    app = create_app(settings_for(url, folder))
    with app.app_context():
        from app.core.db import db

        upgrade()
        load_reference_data()
        db.session.commit()
        db.engine.dispose()
    return url


def make_postgresql_database(server: str, name: str, template: str = "template0") -> str:
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    admin.dispose()
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)


def drop_postgresql_database(server: str, name: str) -> None:
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.dispose()


@pytest.fixture
def database_url(engine_name: str, blank_database: str, tmp_path: Path, request) -> Iterator[str]:
    """A copy of the blank database, for one test."""
    if engine_name == "sqlite":
        source = sa.make_url(blank_database).database
        shutil.copy(source, tmp_path / "test.sqlite")
        yield f"sqlite:///{tmp_path / 'test.sqlite'}"
    else:
        server = request.getfixturevalue("postgresql_server")
        name = f"test_{uuid.uuid4().hex[:12]}"
        yield make_postgresql_database(server, name, sa.make_url(blank_database).database)
        drop_postgresql_database(server, name)


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application, with its context pushed; `db.session` in a test is not the one requests use."""
    from app import create_app
    from app.core.db import db

    app = create_app(settings_for(database_url, tmp_path))
    with app.app_context():
        yield app
        db.session.rollback()
        db.engine.dispose()
