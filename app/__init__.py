"""Plenaria: the annual session of an intergovernmental body, from mandate to published summary."""

from pathlib import Path

from apiflask import APIFlask
from werkzeug.middleware.proxy_fix import ProxyFix

import config
from app import navigation
from app.core import compressing, controls, db, languages, logs, pages, policies, validating, wording
from app.core.addresses import Application

ROOT = Path(config.ROOT)


def create_app(settings: config.Development | None = None) -> APIFlask:
    """Compose the application from its features. Raises ConfigurationError, UndeclaredRoute."""
    settings = settings or config.from_environment()
    app = Application(
        __name__,
        static_folder=str(ROOT / "static"),
        template_folder=str(ROOT / "templates"),
        instance_path=str(settings.INSTANCE_DIR.absolute()),
        json_errors=False,
        docs_path=None,
        spec_path=None,
    )
    app.config.from_object(settings)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 365 * 24 * 3600  # static addresses carry a fingerprint
    if app.config["PROXY_COUNT"]:
        count = app.config["PROXY_COUNT"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    compressing.init_app(app)  # the first to be named here looks at an answer last
    validating.init_app(app)
    logs.init_app(app)
    db.init_app(app)
    pages.init_app(app)
    languages.init_app(app)
    wording.init_app(app)
    controls.init_app(app)

    from app import (
        api,
        audit,
        circulation,
        cli,
        collections,
        coordination,
        desk,
        directory,
        documents,
        floor,
        following,
        grouping,
        jobs,
        library,
        live,
        mail,
        meetings,
        open_data,
        people,
        practices,
        presentations,
        recommendations,
        record,
        register,
        reminders,
        search,
        statistics,
        summaries,
    )
    from app import map as the_map

    for feature in (
        audit,
        live,
        jobs,
        mail,
        search,
        directory,
        people,
        documents,
        meetings,
        reminders,
        register,
        presentations,
        practices,
        floor,
        record,
        summaries,
        grouping,
        circulation,
        recommendations,
        coordination,
        the_map,
        library,
        collections,
        following,
        statistics,
        open_data,
        desk,
        api,
        cli,
    ):
        feature.init_app(app)
    navigation.init_app(app)
    policies.require_declared(app)
    return app
