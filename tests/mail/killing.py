"""Sending mails with a worker that is killed again and again, to a real SMTP server. `make bench` does it with 500."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path

import sqlalchemy as sa

from app.core.actors import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.jobs.enums import JobState
from app.jobs.models import Job
from app.jobs.operations import LEASE
from app.mail.enums import MailState, TryOutcome
from app.mail.models import Mail, MailTry
from app.mail.operations import approve_mails, queue_mails
from app.meetings.emails import invitation
from app.meetings.enums import DelegationRole
from tests.factories.summaries import make_delegation, make_meeting
from tests.mail.smtp_server import smtp_server
from tests.personas import make_user

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 600


@dataclass(frozen=True)
class Outcome:
    """How often each mail arrived; which the log says may have; how often the worker was killed with one accepted."""

    written: set[str]
    arrived: Counter[str]
    interrupted: set[str]
    kills: int
    seconds: float

    @property
    def doubled(self) -> set[str]:
        return {message_id for message_id, times in self.arrived.items() if times > 1}


def write_mails(number: int) -> list[int]:
    """Put so many mails into the outbox and approve them; commits."""
    delegation = make_delegation(make_meeting("kill"), "PE")
    people = [make_user(f"Person {place}") for place in range(number)]
    context = invitation(delegation, DelegationRole.HEAD)
    mails = queue_mails("meetings/added", [(user, context) for user in people], meeting_id=delegation.meeting_id)
    db.session.flush()
    ids = approve_mails([mail.id for mail in mails], by=SYSTEM)
    db.session.commit()
    return ids


def _left() -> int:
    left = db.session.scalar(sa.select(sa.func.count()).where(Mail.state.in_((MailState.APPROVED, MailState.SENDING))))
    db.session.commit()
    return left or 0


def _forget_leases() -> None:
    """As if the lease of what a killed worker held had run out."""
    db.session.execute(sa.update(Job).where(Job.state == JobState.RUNNING).values(started_at=now() - LEASE))
    db.session.commit()


def deliver_with_kills(database_url: str, folder: Path, *, mails: int, kills: int, seed: int = 1) -> Outcome:
    """Send mails; kill -9 the worker so many times: in turn just as the server took a mail, and at any moment."""
    chance, began, done = random.Random(seed), time.monotonic(), 0
    write_mails(mails)
    with smtp_server() as server:
        while _left():
            assert time.monotonic() - began < SECONDS
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.mail.worker_process", database_url, str(folder), str(server.port)],
                cwd=ROOT,
            )
            taken = len(server.envelopes)
            wanted = taken + chance.randint(1, max(1, mails // (kills + 1)))

            def kill(number: int, wanted: int = wanted, pid: int = process.pid) -> None:
                if number == wanted:
                    os.kill(pid, signal.SIGKILL)

            if done < kills and done % 2 == 0:
                server.on_data = kill
            else:
                server.on_data = None
            try:
                while process.poll() is None and _left():
                    time.sleep(0.05)
                    if done < kills and done % 2 and len(server.envelopes) >= wanted:
                        time.sleep(chance.random() / 20)
                        process.send_signal(signal.SIGKILL)
            finally:
                done += process.poll() == -signal.SIGKILL or not _left()
                process.kill()
                process.wait()
                _forget_leases()
        arrived = Counter(str(message_from_bytes(envelope.content)["Message-ID"]) for envelope, _ in server.envelopes)
    interrupted = sa.select(Mail.message_id).join(MailTry, MailTry.mail_id == Mail.id)
    return Outcome(
        written=set(db.session.scalars(sa.select(Mail.message_id))),
        arrived=arrived,
        interrupted=set(db.session.scalars(interrupted.where(MailTry.outcome == TryOutcome.INTERRUPTED))),
        kills=min(done, kills),
        seconds=time.monotonic() - began,
    )
