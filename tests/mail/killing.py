"""Sending mails with a worker that is killed again and again, to a real SMTP server. `make bench` does it with 500."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
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
from tests.factories.summaries import join, make_delegation, make_meeting
from tests.mail.smtp_server import smtp_server
from tests.personas import make_user
from tests.processes import plain_environment

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 600


@dataclass(frozen=True)
class Outcome:
    """How often each mail arrived; how many tries of each the log calls interrupted; how often kill -9 struck."""

    written: set[str]
    arrived: Counter[str]
    interrupted: Counter[str]
    kills: int
    seconds: float

    @property
    def doubled(self) -> set[str]:
        return {message_id for message_id, times in self.arrived.items() if times > 1}

    @property
    def unlogged(self) -> set[str]:
        """Those that arrived more often than once and once more for each interrupted try."""
        return {name for name, times in self.arrived.items() if times > 1 + self.interrupted[name]}


@contextmanager
def worker(database_url: str, folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A worker in a process of its own; it is killed afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.mail.worker_process", database_url, str(folder), str(port)],
        cwd=ROOT,
        env=plain_environment(),
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def write_mails(number: int) -> list[int]:
    """Put so many mails into the outbox and approve them; commits."""
    delegation = make_delegation(make_meeting("kill"), "PE")
    people = [make_user(f"Person {place}") for place in range(number)]
    context = invitation(delegation, DelegationRole.HEAD)
    join(delegation, *people)
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
    db.session.execute(
        sa.update(Job).where(Job.state == JobState.RUNNING).values(started_at=now() - LEASE, seen_at=None)
    )
    db.session.commit()


def deliver_with_kills(database_url: str, folder: Path, *, mails: int, kills: int, seed: int = 1) -> Outcome:
    """Send mails; kill -9 the worker so many times: in turn just as the server took a mail, and a moment later."""
    chance, began, done = random.Random(seed), time.monotonic(), 0
    write_mails(mails)
    with smtp_server() as server:
        while _left():
            with worker(database_url, folder, server.port) as process:
                wanted = len(server.envelopes) + chance.randint(1, max(1, mails // (2 * kills)))
                later = chance.random() / 20 if done % 2 else 0

                def kill(number: int, wanted: int = wanted, pid: int = process.pid, later: float = later) -> None:
                    if number == wanted and later:
                        threading.Timer(later, os.kill, (pid, signal.SIGKILL)).start()
                    elif number == wanted:
                        os.kill(pid, signal.SIGKILL)

                server.on_data = kill if done < kills else None
                while process.poll() is None and _left():
                    assert time.monotonic() - began < SECONDS
                    time.sleep(0.05)
                done += process.poll() == -signal.SIGKILL
            _forget_leases()
        arrived = Counter(str(message_from_bytes(envelope.content)["Message-ID"]) for envelope, _ in server.envelopes)
    interrupted = sa.select(Mail.message_id).join(MailTry, MailTry.mail_id == Mail.id)
    return Outcome(
        written=set(db.session.scalars(sa.select(Mail.message_id))),
        arrived=arrived,
        interrupted=Counter(db.session.scalars(interrupted.where(MailTry.outcome == TryOutcome.INTERRUPTED))),
        kills=done,
        seconds=time.monotonic() - began,
    )
