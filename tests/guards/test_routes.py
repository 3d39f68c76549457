"""A route without a declared policy keeps the application from starting."""

import pytest
from flask import Blueprint

from app import create_app, library
from app.core.policies import UndeclaredRoute, public
from tests.conftest import settings_for


def with_route(monkeypatch, view):
    """Make the library register one more route."""
    blueprint = Blueprint("extra", __name__)
    blueprint.get("/extra")(view)
    register = library.init_app

    def init_app(app):
        register(app)
        app.register_blueprint(blueprint)

    monkeypatch.setattr(library, "init_app", init_app)


def bare() -> str:
    return ""


def test_a_bare_route_is_refused_by_name(monkeypatch, tmp_path):
    with_route(monkeypatch, bare)
    with pytest.raises(UndeclaredRoute, match=r"extra\.bare"):
        create_app(settings_for(f"sqlite:///{tmp_path / 'none.sqlite'}", tmp_path))


def test_a_declared_route_is_taken(monkeypatch, tmp_path):
    with_route(monkeypatch, public()(bare))
    app = create_app(settings_for(f"sqlite:///{tmp_path / 'none.sqlite'}", tmp_path))
    assert app.view_functions["extra.bare"].policy == "public"


def test_a_policy_declared_outside_the_route_does_not_count(monkeypatch, tmp_path):
    """The route must hold the guarded view: a decorator on the wrong side leaves the bare one registered."""
    blueprint = Blueprint("extra", __name__)
    public()(blueprint.get("/extra")(bare))
    register = library.init_app
    monkeypatch.setattr(library, "init_app", lambda app: (register(app), app.register_blueprint(blueprint)))
    with pytest.raises(UndeclaredRoute):
        create_app(settings_for(f"sqlite:///{tmp_path / 'none.sqlite'}", tmp_path))
