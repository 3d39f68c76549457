"""`plenaria init`, `plenaria demo` and `plenaria db`."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup

import config
from app.cli import plenaria, schema
from app.cli.problems import database_problems
from app.core.db import db
from app.core.texts import fingerprint
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


def _stamp(settings: config.Development) -> tuple[Path, str]:
    """Return the file that says what the database was prepared for, and what it must say."""
    files = [*(config.ROOT / "migrations").rglob("*.py"), *(config.ROOT / "data").rglob("*.yaml")]
    seen = sorted((str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files)
    return settings.INSTANCE_DIR / "prepared", fingerprint([settings.DATABASE_URL, seen])


def is_prepared(settings: config.Development) -> bool:
    """Whether the database was prepared and no migration or data file has changed since.

    Looks at files alone, so that starting again is quick; what happened to the database otherwise is not seen.
    """
    path, wanted = _stamp(settings)
    database = sa.make_url(settings.DATABASE_URL)
    if database.get_backend_name() == "sqlite" and not Path(database.database or "").exists():
        return False
    return path.exists() and path.read_text() == wanted


def prepare_once(settings: config.Development) -> str | None:
    """Prepare, and load the demonstration into a database in which nobody has an account yet.

    Return the demonstration accounts' password if one was made up. Production gets no demonstration.
    """
    prepare()
    wanted = settings.ENV_NAME != "production" and not has_accounts()
    password = load_demonstration() if wanted else None
    db.session.close()
    path, content = _stamp(settings)
    path.write_text(content)
    return password


def load_demonstration() -> str | None:
    """Load the demonstration unless it is there; return the password if one was made up. Commits."""
    from app.cli.demo import load

    given = os.environ.get("PLENARIA_DEMO_PASSWORD")
    loaded = load(given)
    return None if given else loaded.password


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
@click.option(
    "--scale",
    is_flag=False,
    flag_value=100_000,
    type=click.IntRange(1, 1_000_000),
    help="Add a generated library of so many practices too, to measure speed with; 100,000 where no number is given.",
)
def demo(scale: int | None) -> None:
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
    if scale:
        _generate(scale)


def _generate(count: int) -> None:
    from app.cli.scale import Wanted, make_library

    def told(session: Wanted, made: int) -> None:
        click.echo(f"  {session.body} {session.year}: {made:,} of {count:,} practices")

    click.echo("Generating a library; what is there already is left as it is, and a run that is broken off goes on.")
    made = make_library(count, told)
    click.echo(f"{made:,} generated practices were added; every session of theirs says that it is invented.")


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
