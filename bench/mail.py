"""Mail at the size that the targets name: 1,000 written into the outbox; 500 delivered by a worker that is killed."""

import time
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
from tests.conftest import settings_for
from tests.factories.summaries import make_delegation, make_meeting
from tests.mail.killing import deliver_with_kills
from tests.personas import make_user
from tests.statements import count_statements

WRITTEN, DELIVERED, KILLS = 1000, 500, 8
LANGUAGES = ("en", "es", "fr", "pt")


def _write() -> None:
    delegation = make_delegation(make_meeting("bench-mail"), "PE")
    context = invitation(delegation, DelegationRole.HEAD)
    people = [make_user(f"Invited {number}", language=LANGUAGES[number % 4]) for number in range(WRITTEN)]
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
    print(
        f"mail: {WRITTEN} prepared in {written:.2f} s ({counted.number} statements), "
        f"approved in {time.perf_counter() - start:.2f} s ({approving.number} statements)"
    )


def main() -> None:
    """Print a line for writing and approving, and one for delivering."""
    for job in ("write", "deliver"):
        with TemporaryDirectory() as name:
            folder = Path(name)
            url = f"sqlite:///{folder / 'mail.sqlite'}"
            app = create_app(settings_for(url, folder))
            with app.app_context():
                upgrade()
                load_reference_data()
                db.session.commit()
                if job == "write":
                    _write()
                    continue
                outcome = deliver_with_kills(url, folder, mails=DELIVERED, kills=KILLS)
            lost, unlogged = outcome.written - set(outcome.arrived), outcome.doubled - outcome.interrupted
            print(
                f"mail: {DELIVERED} over SMTP with {outcome.kills} kill -9 of the worker in {outcome.seconds:.0f} s: "
                f"{len(lost)} lost, {len(outcome.doubled)} arrived twice ({len(unlogged)} of them not in the log)"
            )
            if lost or unlogged:
                raise SystemExit("a mail was lost, or doubled without the log saying so")


if __name__ == "__main__":
    main()
