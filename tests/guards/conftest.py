"""What several guards begin with."""

import os

import pytest
from flask import has_request_context
from sqlalchemy import orm

from app import create_app
from app.core.db import db
from tests.conftest import make_postgresql_database, settings_for


@pytest.fixture
def nothing_stays(monkeypatch):
    """What a request would commit is only sent to the database, and taken back when the request ends."""
    commit = orm.Session.commit
    monkeypatch.setattr(orm.Session, "commit", lambda own: own.flush() if has_request_context() else commit(own))


@pytest.fixture
def empty(engine_name, tmp_path, request):
    """An application on a database without any table."""
    if engine_name == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.sqlite'}"
    else:
        url = make_postgresql_database(request.getfixturevalue("postgresql_server"), f"empty_{os.getpid()}")
    app = create_app(settings_for(url, tmp_path))
    with app.app_context():
        yield app
        db.session.rollback()
        db.engine.dispose()
