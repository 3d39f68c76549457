"""`plenaria init`, `plenaria demo` and `plenaria db`."""

import os
import sys
from dataclasses import dataclass

import click
from flask import current_app
from flask.cli import AppGroup

from app.cli import plenaria, schema
from app.cli.problems import database_problems
from app.core.db import db
from app.directory.reference import load_reference_data
from app.people.queries import has_accounts


@dataclass(frozen=True)
class Prepared:
    """The revision that the database is at, and how many rows of reference data had to be changed."""

    revision: str | None
    changed: int


def prepare() -> Prepared:
    """Migrate the database and load the reference data; doing it again changes nothing. Commits."""
    current_app.config["INSTANCE_DIR"].mkdir(parents=True, exist_ok=True)
    schema.upgrade()
    changed = load_reference_data()
    db.session.commit()
    return Prepared(schema.revisions()[0], changed)


def load_demonstration() -> str | None:
    """Load the demonstration unless it is there; return the password if one was made up. Commits."""
    from app.cli.demo import load

    given = os.environ.get("PLENARIA_DEMO_PASSWORD")
    loaded = load(given)
    return None if given else loaded.password


def first_demonstration() -> str | None:
    """Load the demonstration into a database in which nobody has an account yet; return as above."""
    return None if has_accounts() else load_demonstration()


def tell_accounts(password: str | None) -> None:
    """Print the demonstration accounts, and the password if it was just made up."""
    from app.cli.demo_people import ACCOUNTS

    click.echo("Demonstration accounts:")
    for account in ACCOUNTS:
        if account.what:
            click.echo(f"  {account.email:<28} {account.what}")
    if password:
        click.echo(f"Their password, shown this once: {password}")
    else:
        click.echo("Their password is the one given or shown when they were made; a sign-in link by mail works too.")


@plenaria.command()
def init() -> None:
    """Migrate the database and load the reference data; run it again at each upgrade."""
    done = prepare()
    click.echo(f"The database is at revision {done.revision}; {done.changed} rows of reference data changed.")


@plenaria.command()
def demo() -> None:
    """Load the demonstration sessions and their accounts, once.

    PLENARIA_DEMO_PASSWORD is the accounts' password; without it a random one is made and printed.
    """
    if current_app.config["ENV_NAME"] == "production":
        click.echo("plenaria: production takes no demonstration accounts.", err=True)
        sys.exit(1)
    for problem in database_problems():
        click.echo(f"plenaria: {problem.what} {problem.mend}", err=True)
        sys.exit(1)
    tell_accounts(load_demonstration())


@plenaria.group("db", cls=AppGroup)
def migrations() -> None:
    """Migrations, one by one."""


@migrations.command()
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Migrate the database to a revision (the newest, unless another is named)."""
    schema.upgrade(revision)
    click.echo(f"The database is at revision {schema.revisions()[0]}.")


@migrations.command()
@click.argument("revision", default="-1")
def downgrade(revision: str) -> None:
    """Migrate the database back (one step, unless another revision is named)."""
    schema.downgrade(revision)
    click.echo(f"The database is at revision {schema.revisions()[0]}.")


@migrations.command("revision")
@click.argument("message")
def make_revision(message: str) -> None:
    """Write a migration from the difference between the models and the database."""
    schema.make_revision(message)
