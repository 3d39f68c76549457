"""What several guards begin with."""

import os

import pytest

from app import create_app
from app.core.db import db
from tests.conftest import make_postgresql_database, settings_for


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
