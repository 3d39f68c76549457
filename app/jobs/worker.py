"""Running jobs: one job, and the process that runs them all."""

import signal
import threading
import time

from flask import Flask, current_app
from flask_babel import lazy_gettext as _l
from huey.consumer import Consumer, Scheduler

from app.core.db import db
from app.jobs.enums import Lane
from app.jobs.operations import (
    MOST_ATTEMPTS,
    Claim,
    claim_job,
    clean_jobs,
    finish_job,
    in_hand,
    keep_claims,
    put_off_job,
)
from app.jobs.queries import due_job_ids
from app.jobs.queue import UNUSABLE, wake_up_of
from app.jobs.registry import GiveUp, handler_for, note_failure, reason, rounds

SWEEP_SECONDS = 3
STOP_SECONDS = 20
SIGN_SECONDS = 20
CLEAN_SECONDS = 3600
URGENT_AT_ONCE = 10
STOPPED_EVERY_TIME = reason(_l("The worker stopped during every try."))

_claims: dict[int, Claim] = {}  # the jobs that this process has in hand, by id


def run_job(job_id: int) -> bool:
    """Take the job, run it and note the outcome; return whether it was there to be taken. Commits."""
    claim = claim_job(job_id)
    if claim is None:
        return False
    _claims[job_id] = claim
    try:
        if claim.attempt > MOST_ATTEMPTS:
            raise GiveUp(STOPPED_EVERY_TIME)
        with in_hand(claim):
            handler_for(claim.kind)(claim.payload)
    except Exception as error:
        db.session.rollback()
        current_app.logger.exception("job %s (%s), try %s", claim.job_id, claim.kind, claim.attempt)
        why = str(error) if isinstance(error, GiveUp) else f"{type(error).__name__}: {error}"
        if not put_off_job(claim, why, give_up=isinstance(error, GiveUp)):
            note_failure(claim.kind, claim.payload, why)
    else:
        db.session.rollback()  # the handler commits what it wants kept
        finish_job(claim)
    finally:
        _claims.pop(job_id, None)
    return True


def run_in_lane(lane: Lane, job_id: int) -> None:
    """Run the urgent jobs of the lane that are due, wherever in the queue their wake-ups stand; then this one."""
    for urgent in due_job_ids(lane, only_urgent=True, limit=URGENT_AT_ONCE):
        run_job(urgent)
    run_job(job_id)


def sweep(app: Flask) -> int:
    """Send a wake-up for each due job of the lanes where none still waits; return how many were sent.

    Where the queue can't be used the jobs are run here and now instead.
    """
    return sum(_sweep(app, lane) for lane in Lane)


def _sweep(app: Flask, lane: Lane) -> int:
    wake_up = wake_up_of(app, lane)
    try:
        if wake_up.huey.pending_count():
            return 0
    except UNUSABLE as error:
        app.logger.warning("the queue of wake-ups can't be used, the sweep runs the jobs: %s", error)
        start = wake_up.call_local
    else:
        start = wake_up
    with app.app_context():
        job_ids = due_job_ids(lane)
    for job_id in job_ids:
        start(job_id)
    return len(job_ids)


class House:
    """What a worker does now and then beside its jobs; a fault of it stops nothing."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.signed = self.cleaned = time.monotonic()

    def keep(self) -> None:
        """Give a sign of life for the jobs in hand, and clean away old ones, when it is time to."""
        at = time.monotonic()
        try:
            with self.app.app_context():
                if at - self.signed >= SIGN_SECONDS:
                    self.signed = at
                    keep_claims(list(_claims.values()))
                if at - self.cleaned >= CLEAN_SECONDS:
                    self.cleaned = at
                    clean_jobs()
        except Exception:
            self.app.logger.exception("the worker could not keep its house")


def go_rounds(app: Flask, due: dict[str, float]) -> None:
    """Do what is to be done every so many seconds and is due; `due` keeps when each comes next (monotonic)."""
    for name, (seconds, function) in rounds.items():
        if time.monotonic() < due.get(name, 0):
            continue
        due[name] = time.monotonic() + seconds
        with app.app_context():
            try:
                function()
            except Exception:
                app.logger.exception("the round %s failed", name)


def run_worker(app: Flask) -> bool:
    """Run jobs until SIGINT or SIGTERM, then finish those in hand; return False if a thread died."""

    next_rounds: dict[str, float] = {}

    class Sweeper(Scheduler):  # type: ignore[misc]
        """Huey's scheduler thread, doing our sweeps in place of Huey's own schedule."""

        def loop(self, now: object = None) -> None:
            try:
                sweep(app)
            except Exception:
                app.logger.exception("the sweep for due jobs failed")
            go_rounds(app, next_rounds)
            self.stop_flag.wait(SWEEP_SECONDS)

    queues = [wake_up_of(app, lane).huey for lane in Lane]

    class Worker(Consumer):  # type: ignore[misc]
        """Huey's consumer, with a thread for each lane."""

        scheduler_class = Sweeper

        def _create_worker(self) -> object:
            worker = super()._create_worker()
            worker.huey = next(waiting)
            return worker

    waiting = iter(queues)
    consumer = Worker(queues[0], workers=len(queues), periodic=False, max_delay=0.5, shutdown_timeout=STOP_SECONDS)
    stopping = threading.Event()
    consumer.start()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    threads = [consumer.scheduler, *(thread for _, thread in consumer.worker_threads)]
    house = House(app)
    while not stopping.wait(1):
        if not all(thread.is_alive() for thread in threads):
            break
        house.keep()
    consumer.stop(graceful=True)
    return stopping.is_set()
