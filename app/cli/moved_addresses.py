"""`plenaria moved`: for what had another address, in an earlier system or before a thing was named anew."""

import sys

import click

from app.cli import plenaria
from app.core.db import db
from app.core.moving import PATH_LIMIT, note_move
from app.core.pages import our_page


@plenaria.command()
@click.argument("old")
@click.argument("new")
def moved(old: str, new: str) -> None:
    """Have the path OLD, and all below it, lead for ever to NEW ("/sessions/cam-26" to "/sessions/cam-2026").

    An address that has a page is never led away; whoever may not see what is at NEW gets no answer at OLD either.
    """
    for path in (old, new):
        if our_page(path) is None or path.count("/") < 2 or path.endswith("/") or "?" in path or len(path) > PATH_LIMIT:
            click.echo(f"plenaria: {path} is not the path of a thing on this site.", err=True)
            sys.exit(1)
    note_move(old, new)
    db.session.commit()
    click.echo(f"{old} leads to {new}.")
