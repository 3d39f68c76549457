"""Two people at once: acts that begin in the same moment, each with a connection and transaction of its own."""

from collections.abc import Callable, Sequence
from threading import Barrier, Thread

from flask import Flask

from app.core.db import db


def at_once(app: Flask, acts: Sequence[Callable[[], object]]) -> None:
    """Commit what the test has, carry out the acts in as many threads and commit each; raise what one raises."""
    db.session.commit()
    barrier = Barrier(len(acts))
    faults: list[Exception] = []

    def run(act: Callable[[], object]) -> None:
        with app.app_context():
            barrier.wait()
            try:
                act()
                db.session.commit()
            except Exception as fault:
                faults.append(fault)
            finally:
                db.session.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
