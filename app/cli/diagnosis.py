"""`plenaria doctor`."""

import sys

import click
from flask import current_app
from flask.cli import ScriptInfo

import config
from app.cli import plenaria
from app.cli.problems import (
    Problem,
    account_problems,
    address_problems,
    database_problems,
    mail_problems,
    storage_problems,
    worker_problems,
)


@plenaria.command(with_appcontext=False)
@click.pass_context
def doctor(context: click.Context) -> None:
    """Check configuration, database, mail, storage and worker; say what is wrong, and the mend.

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
    database = list(database_problems())
    answers = not database
    found: list[tuple[str, list[Problem]]] = [
        ("database and migrations", database),
        ("accounts", list(account_problems()) if answers else []),
        ("addresses", list(address_problems())),
        ("mail", list(mail_problems())),
        ("storage", list(storage_problems())),
        ("worker", list(worker_problems()) if answers else []),
    ]
    for name, problems in found:
        for problem in problems:
            click.echo(f"WRONG  {name}: {problem.what}\n       The mend: {problem.mend}")
        if not problems:
            unknown = not answers and name in ("accounts", "worker")
            click.echo(f"{'?    ' if unknown else 'ok   '}  {name}{' (not looked at)' if unknown else ''}")
    return 1 if any(problems for _, problems in found) else 0
