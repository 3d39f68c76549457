"""`plenaria files`."""

import sys
from collections.abc import Iterable

import click
from flask.cli import AppGroup

from app.cli import plenaria
from app.core.storage import storage, storage_at
from app.documents import moving


@plenaria.group(cls=AppGroup)
def files() -> None:
    """Look whether all files are there and whole, or copy them to another storage."""


def _end(looked_at: Iterable[tuple[moving.Blob, str | None]], total: int) -> None:
    try:
        with click.progressbar(looked_at, length=total) as steps:
            wrong = [(sha256, fault) for (sha256, _size), fault in steps if fault]
    except OSError as error:
        raise click.ClickException(str(error)) from error
    for sha256, fault in wrong:
        click.echo(f"WRONG  {sha256} ({', '.join(moving.names_of(sha256))}): {fault}")
    click.echo(f"{total - len(wrong)} of {total} files are there and whole.")
    sys.exit(1 if wrong else 0)


@files.command()
@click.option("--remove-unknown", is_flag=True, help="Delete what belongs to no file and is older than an hour.")
def check(remove_unknown: bool) -> None:
    """Read every file and compare its SHA-256; count what is kept and belongs to no file.

    Ends with status 1 if a file is missing or damaged.
    """
    place, known = storage(), moving.blobs_known()
    unknown = len(moving.unknown_to(known, place))
    click.echo(f"{unknown} belong to no file that this database knows.")
    if remove_unknown and unknown:
        click.confirm("Delete them?", abort=True)
        gone, left = moving.remove_unknown(place)
        click.echo(f"Deleted {gone}; {left} are too new to tell.")
    _end(((blob, moving.fault_of(place, blob)) for blob in known), len(known))


@files.command()
@click.argument("address")
def copy(address: str) -> None:
    """Copy all files to ADDRESS (a folder, or s3://bucket/prefix), which PLENARIA_STORAGE may then name.

    Each is read back and its SHA-256 compared. Interrupted, it goes on where it was when it is run again; what came in
    the meantime is copied then too. Nothing is deleted. Ends with status 1 if a file could not be copied.
    """
    known = moving.blobs_known()
    _end(moving.copy(storage(), storage_at(address), known), len(known))
