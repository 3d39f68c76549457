"""The record of the demonstration sessions: notes, attendance, and in the finished one minutes that are final."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from app.cli.demo_floor import At
from app.core.actors import Actor
from app.directory.reference import read
from app.floor.operations import set_rules
from app.floor.queries import rules_of
from app.meetings.models import Meeting
from app.meetings.participant_queries import delegations_in_order
from app.meetings.timing import day_count
from app.record import attending, correcting, minutes, noting, queries
from app.record.enums import Half, Outcome
from app.record.texts import GENERAL

DAYTIME = (Half.MORNING, Half.AFTERNOON)


class Record:
    """The record of one session, played from its file; `writers`: who corrects for which party."""

    def __init__(self, meeting: Meeting, key: str, *, staff: Actor, writers: Mapping[str, Actor], at: At) -> None:
        self.meeting, self.staff, self.writers, self.at = meeting, staff, writers, at
        self.script: dict[str, Any] = read("demo/record.yaml")[key]

    def take(self, note_taker: Actor) -> None:
        """Note what was said and who was there, as it happened."""
        noting.set_language(self.meeting, self.script["language"], by=self.staff)
        rest = dict(self.script["notes"])
        for entry in queries.interventions(self.meeting.id):
            if entry.speech and (points := rest.pop(entry.delegation.party.code, None)):
                with self._later(entry.speech.begun_at, minutes=3):
                    noting.save_note(entry, _points(points), by=note_taker)
        delegations = delegations_in_order(self.meeting)
        halves = ((day, half) for day in range(1, day_count(self.meeting) + 1) for half in DAYTIME)
        for (day, half), absent in zip(halves, self.script["absent"], strict=False):
            present = [row for row in delegations if row.party.code not in absent]
            attending.note_presence(self.meeting, day, half, present, by=self.staff)

    def set_quorum(self) -> None:
        """Say when the body has a quorum; its other rules are the usual ones."""
        rules = rules_of(self.meeting.mechanism_id)
        kept = {name: getattr(rules, name) for name in ("order", "order_language", "seconds", "quotas")}
        set_rules(rules, **kept, quorum=self.script["quorum"], by=self.staff)

    def finish(self, ended: datetime) -> None:
        """Send the minutes to the delegations, take a correction, and make them final."""
        correction = self.script["correction"]
        heard = queries.interventions(self.meeting.id)
        entry = next(row for row in heard if row.delegation.party.code == correction["party"])
        with self._later(ended, days=2):
            minutes.word(self.meeting, _points([self.script["item"]]), mark=entry.speakers.mark, by=self.staff)
            minutes.send(self.meeting, ended + timedelta(days=9), by=self.staff)
        with self._later(ended, days=4):
            row = correcting.propose(
                entry,
                _points(correction["text"]),
                reason=correction["reason"],
                received_at=ended + timedelta(days=4),
                by=self.writers[correction["party"]],
            )
        with self._later(ended, days=5):
            correcting.settle(row, Outcome.ACCEPTED, answer="", by=self.staff)
        with self._later(ended, days=10):
            minutes.finish(self.meeting, by=self.staff)

    def _later(self, moment: datetime, **after: float) -> AbstractContextManager[None]:
        return self.at(moment + timedelta(**after))


def _points(lines: Sequence[str]) -> dict[str, str]:
    return {GENERAL: "\n".join(lines)}
