"""What several guards begin with."""

import uuid

import pytest

from app import create_app
from app.core.db import db
from tests.conftest import drop_postgresql_database, make_postgresql_database, settings_for


@pytest.fixture
def empty(engine_name, tmp_path, request):
    """An application on a database without any table."""
    if engine_name == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.sqlite'}"
    else:
        server = request.getfixturevalue("postgresql_server")
        name = f"empty_{uuid.uuid4().hex[:12]}"
        url = make_postgresql_database(server, name)
    app = create_app(settings_for(url, tmp_path))
    with app.app_context():
        yield app
        db.session.rollback()
        db.engine.dispose()
    if engine_name == "postgresql":
        drop_postgresql_database(server, name)
