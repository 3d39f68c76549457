"""The `plenaria` command: what an operator does at a terminal.

*Serving* is the web server and the worker together. *Preparing* brings the database to what this version
needs: migrations, then reference data. The *doctor* says what is wrong with an installation and the mend; a
*problem* is one such thing.
"""

import sys

import click
from flask import Flask
from flask.cli import AppGroup, ScriptInfo

import config

DATABASES = ("sqlite:///", "postgresql+psycopg://")


def settings_for_commands() -> config.Development:
    """Return the settings from the environment; raises ConfigurationError in one sentence for all that is wrong."""
    try:
        settings = config.from_environment()
    except ValueError as error:
        raise config.ConfigurationError(f"A setting that is a number is written wrong: {error}.") from error
    if not settings.DATABASE_URL.startswith(DATABASES):
        raise config.ConfigurationError(f"DATABASE_URL must begin with {' or '.join(DATABASES)}.")
    return settings


def _create_app() -> Flask:
    from app import create_app

    return create_app(settings_for_commands())


@click.group(cls=AppGroup, context_settings={"obj": ScriptInfo(create_app=_create_app)})
def plenaria() -> None:
    """Plenaria: the annual session of an intergovernmental body, from mandate to published summary."""


def main() -> None:
    """Run the command line; a wrong configuration ends it with one sentence and status 2."""
    try:
        plenaria(prog_name="plenaria")
    except config.ConfigurationError as error:
        click.echo(f"plenaria: {error}", err=True)
        sys.exit(2)


def init_app(app: Flask) -> None:
    """Nothing to register: the commands belong to the group above."""


from app.cli import (  # noqa: E402  (each adds its commands to the group)
    accounts,  # noqa: F401
    database,  # noqa: F401
    diagnosis,  # noqa: F401
    files,  # noqa: F401
    moved_addresses,  # noqa: F401
    serving,  # noqa: F401
)
