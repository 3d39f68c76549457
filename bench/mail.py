"""Mail at the size that the targets name, on both engines: 1,000 written into the outbox; 500 delivered by a worker
that is killed."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from app import create_app
from app.cli.schema import upgrade
from app.core.actors import SYSTEM
from app.core.db import db
from app.directory.reference import load_reference_data
from app.mail.operations import approve_mails, queue_mails
from app.meetings.emails import invitation
from app.meetings.enums import DelegationRole
from bench.targets import told
from tests.conftest import ENGINES, make_postgresql_database, settings_for
from tests.factories.summaries import join, make_delegation, make_meeting
from tests.mail.killing import deliver_with_kills
from tests.personas import make_user
from tests.postgresql import running_server
from tests.statements import count_statements

WRITTEN, DELIVERED, KILLS = 1000, 500, 8
SECONDS = 5.0
LANGUAGES = ("en", "es", "fr", "pt")


def _write(engine: str) -> None:
    delegation = make_delegation(make_meeting("bench-mail"), "PE")
    context = invitation(delegation, DelegationRole.HEAD)
    people = [make_user(f"Invited {number}", language=LANGUAGES[number % 4]) for number in range(WRITTEN)]
    join(delegation, *people)
    start = time.perf_counter()
    with count_statements() as counted:
        mails = queue_mails("meetings/added", [(user, context) for user in people], meeting_id=delegation.meeting_id)
        db.session.commit()
    written = time.perf_counter() - start
    ids = [mail.id for mail in mails]
    start = time.perf_counter()
    with count_statements() as approving:
        approve_mails(ids, by=SYSTEM)
        db.session.commit()
    approved = time.perf_counter() - start
    print(
        f"mail, {engine}: {WRITTEN} prepared in {written:.2f} s ({counted.number} statements), "
        f"approved in {approved:.2f} s ({approving.number} statements)",
        flush=True,
    )
    told(f"seconds to prepare {WRITTEN} mails", written, at_most=SECONDS)


@contextmanager
def _database(engine: str, folder: Path) -> Iterator[str]:
    """The address of an empty database of the engine."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'mail.sqlite'}"
        return
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield make_postgresql_database(url, "bench_mail")
        return
    with running_server(folder / "postgresql") as url:
        yield make_postgresql_database(url, "bench_mail")


@contextmanager
def prepared(engine: str) -> Iterator[tuple[str, Path]]:
    """An application with the reference data; yield its database's address and its folder."""
    with TemporaryDirectory() as name, _database(engine, Path(name)) as url:
        folder = Path(name) / "instance"
        folder.mkdir()
        with create_app(settings_for(url, folder)).app_context():
            upgrade()
            load_reference_data()
            db.session.commit()
            yield url, folder
            db.session.close()
            db.engine.dispose()


def main() -> None:
    """On each engine, print a line for writing and approving, and one for delivering."""
    for engine in ENGINES:
        with prepared(engine):
            _write(engine)
        with prepared(engine) as (url, folder):
            outcome = deliver_with_kills(url, folder, mails=DELIVERED, kills=KILLS)
        lost = outcome.written - set(outcome.arrived)
        print(
            f"mail, {engine}: {DELIVERED} over SMTP with {outcome.kills} kill -9 of the worker in "
            f"{outcome.seconds:.0f} s: {len(lost)} lost, {len(outcome.doubled)} arrived twice "
            f"({len(outcome.unlogged)} of them not in the log)",
            flush=True,
        )
        told("kill -9 of the worker", outcome.kills, at_least=KILLS)
        if lost or outcome.unlogged:
            raise SystemExit("a mail was lost, or doubled without the log saying so")


if __name__ == "__main__":
    main()
