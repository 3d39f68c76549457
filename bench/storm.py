"""The hours before a deadline, on both engines: 200 delegates write and submit for a minute, to the server as it runs.

Once as it is, once with kill -9 of the whole server: what was acknowledged must be there, once, and nobody may be
answered with a fault.
"""

from flask import current_app

from bench.mail import prepared
from bench.targets import told
from tests.conftest import ENGINES
from tests.practices.storm import Storm

DELEGATES, SECONDS, PAUSE, KILLS = 200, 60.0, 2.0, 3  # a page saves two seconds after it was touched


def main() -> None:
    """Print a line for each storm; stops where anything was lost or doubled, or a fault was answered."""
    for engine in ENGINES:
        for kills in (0, KILLS):
            with prepared(engine):
                app = current_app._get_current_object()
                outcome = Storm(app, delegates=DELEGATES, seconds=SECONDS, pause=PAUSE).run(kills=kills)
            median, slow = (outcome.percentile(share) * 1000 for share in (0.5, 0.99))
            print(
                f"deadline, {engine}, {DELEGATES} delegates for {SECONDS:.0f} s, {outcome.kills} kill -9: "
                f"{outcome.saves:,} saves acknowledged; {outcome.submitted} practices submitted by two each; "
                f"saves median {median:.0f} ms, p99 {slow:.0f} ms",
                flush=True,
            )
            told("kill -9 of the server", outcome.kills, at_least=kills)
            told("practices submitted", outcome.submitted, at_least=DELEGATES / 2)
            told("saves lost", len(outcome.lost), at_most=0)
            told("submitted twice", len(outcome.doubled), at_most=0)
            told("faults answered", len(outcome.faults), at_most=0)
            if wrong := [*outcome.lost, *outcome.doubled, *outcome.faults]:
                raise SystemExit("\n".join(wrong[:20]))


if __name__ == "__main__":
    main()
