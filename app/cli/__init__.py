"""The `plenaria` command: what an operator does at a terminal.

*Serving* is the web server and the worker together; *init* brings the database to what this version of
Plenaria needs; the *doctor* says what is wrong with an installation and how to mend it.
"""

import click
from flask import Flask
from flask.cli import FlaskGroup


def _create_app() -> Flask:
    from app import create_app

    return create_app()


@click.group(cls=FlaskGroup, create_app=_create_app, add_default_commands=False, add_version_option=False)
def main() -> None:
    """Plenaria: the annual session of an intergovernmental body."""


def init_app(app: Flask) -> None:
    """Nothing to register: the commands belong to `main`."""
