"""`plenaria doctor`."""

import sys

import click
from flask import current_app
from flask.cli import ScriptInfo

import config
from app.cli import plenaria
from app.cli.problems import (
    account_problems,
    address_problems,
    database_problems,
    live_problems,
    mail_problems,
    scanner_problems,
    storage_problems,
    worker_problems,
)
from app.core.db import db


@plenaria.command(with_appcontext=False)
@click.pass_context
def doctor(context: click.Context) -> None:
    """Check configuration, database, mail, storage, virus scanner, worker, live pages; say what is wrong and the mend.

    Ends with status 1 if anything is.
    """
    try:
        app = context.ensure_object(ScriptInfo).load_app()
    except config.ConfigurationError as error:
        click.echo(f"WRONG  configuration: {error}")
        sys.exit(1)
    with app.app_context():
        sys.exit(_report())


def _report() -> int:
    click.echo(f"ok     configuration ({current_app.config['ENV_NAME']})")
    answers, wrong = True, False
    for name, look, needs_schema in (
        ("database and migrations", database_problems, False),
        ("accounts", account_problems, True),
        ("addresses", address_problems, False),
        ("mail", mail_problems, False),
        ("storage", storage_problems, False),
        ("virus scanner", scanner_problems, False),
        ("worker", worker_problems, True),
        ("live pages", live_problems, False),
    ):
        if needs_schema and not answers:
            click.echo(f"?      {name} (not looked at)")
            continue
        problems = list(look())
        db.session.rollback()  # hold nothing while the mail server takes its time
        answers = answers and not (problems and look is database_problems)
        wrong = wrong or bool(problems)
        for problem in problems:
            click.echo(f"WRONG  {name}: {problem.what}\n       The mend: {problem.mend}")
        if not problems:
            click.echo(f"ok     {name}")
    return 1 if wrong else 0
