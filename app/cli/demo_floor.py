"""The floor of the demonstration sessions: what was asked for before, and who spoke how long where one was held."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from app.core.actors import Actor
from app.core.audience import Audience
from app.core.clock import now
from app.directory.models import Party
from app.directory.queries import party_by_code
from app.directory.reference import read
from app.floor import asking, operations, placing, speaking, statements
from app.floor.enums import FloorPart, SpeakingKind, SpeakingOrder
from app.floor.models import SpeakerEntry, SpeakersList, Speech
from app.floor.standing import standing_of
from app.meetings.enums import DelegationRole
from app.meetings.models import Delegation, DelegationMember, Meeting
from app.meetings.queries import delegations_of_meeting, latest_agenda

At = Callable[[datetime], AbstractContextManager[None]]
DAY = timedelta(hours=7)  # of a session
BETWEEN = timedelta(seconds=25)  # from one speaker to the next
PARTS = {"chair": FloorPart.CHAIR, "rapporteur": FloorPart.RAPPORTEUR}


def held_since(loaded_at: datetime) -> datetime:
    """Since when a session is being held at a local moment: an hour, or by night since the day before."""
    hour = loaded_at.replace(minute=0, second=0, microsecond=0)
    return hour - timedelta(hours=1) if 9 <= hour.hour < 17 else hour.replace(hour=10) - timedelta(days=1)


class Floor:
    """The floor of one session; `writers`: who asks for which party, "delegations" for the others."""

    def __init__(self, meeting: Meeting, key: str, *, staff: Actor, writers: Mapping[str, Actor], at: At) -> None:
        self.meeting, self.staff, self.writers, self.at = meeting, staff, writers, at
        self.script: dict[str, Any] = read("demo/floor.yaml")[key]
        self.delegations = {row.party.code: row for row in delegations_of_meeting(meeting.id)}
        version = latest_agenda(meeting.id)
        items = version.content["items"] if version else []
        self.item = next(item for item in items if item["number"] == str(self.script["item"]))

    def register(self, opens: datetime) -> SpeakersList:
        """Open the list and have those on it who ask before the session."""
        with self.at(opens):
            speakers = operations.open_list(self.meeting, self.item["mark"], by=self.staff)
            operations.set_rules(
                speakers,
                order=SpeakingOrder(self.script["order"]),
                order_language=speakers.order_language,
                seconds=speakers.seconds,
                quotas=speakers.quotas,
                by=self.staff,
            )
        early = [line for line in self.script["lines"] if not line.get("flag")]
        entries = {
            line["party"]: self._ask(speakers, line, opens + timedelta(hours=3 * place))
            for place, line in enumerate(early)
        }
        if swap := self.script.get("swap"):
            offered, wanted = (entries[code] for code in swap)
            with self.at(opens + timedelta(days=1)):
                placing.offer_swap(offered, wanted, by=self._writer(offered.delegation))
        return speakers

    def _writer(self, delegation: Delegation) -> Actor:
        return self.writers.get(delegation.party.code) or self.writers["delegations"]

    def _ask(self, speakers: SpeakersList, line: Mapping[str, Any], moment: datetime) -> SpeakerEntry:
        delegation, flag = self.delegations[line["party"]], bool(line.get("flag"))
        behalf: Party | None = party_by_code(line["behalf"]) if "behalf" in line else None
        with self.at(moment):
            return asking.ask(
                speakers,
                delegation,
                kind=SpeakingKind(line.get("kind", SpeakingKind.STATEMENT)),
                language=line["language"],
                on_behalf=behalf,
                group_name=line.get("group", ""),
                subject=line.get("subject", ""),
                received_at=now(),
                flag=flag,
                by=self.staff if flag else self._writer(delegation),
            )

    def give_parts(self, begins: datetime) -> None:
        """Say who chairs and who keeps the record, as members of delegations."""
        for part, code in self.script["parts"].items():
            delegation = self.delegations[code]
            member = DelegationMember(user=self.writers[part], role=DelegationRole.FOCAL_POINT, added_at=begins)
            delegation.members.append(member)
            with self.at(begins):
                operations.give_part(member, PARTS[part], by=self.staff)

    def speak(self, speakers: SpeakersList) -> None:
        """Have those who spoke speak in the order of the script, from the item's hour on, and the others wait."""
        clock = datetime.fromisoformat(self.item["starts_at"])
        entries = {row.delegation.party.code: row for row in standing_of(speakers).order}
        cut, lines = self.script.get("cut", {}), self.script["lines"]
        for number, line in enumerate(lines, start=1):
            entry = self._ask(speakers, line, clock) if line.get("flag") else entries[line["party"]]
            spoken = line.get("seconds") or line.get("stands")
            if not spoken:
                continue
            with self.at(clock):
                speech = speaking.give(entry, by=self.staff)
            ends = clock + timedelta(seconds=spoken)
            if number == self.script["point_of_order"]["during"]:
                ends += self._interrupt(speakers, speech, clock)
            with self.at(ends):
                if "stands" in line:
                    speaking.pause(speech, by=self.staff)
                    continue
                speaking.end(speech, by=self.staff)
                if number == cut.get("after"):
                    operations.cut_times(speakers, cut["percent"], by=self.staff)
            clock = ends + BETWEEN
        if all("seconds" in line for line in lines):
            with self.at(clock):
                operations.close_list(speakers, None, received_at=now(), by=self.staff)

    def hand_in(self, begins: datetime) -> None:
        """Hand in the statements on the item, an hour after one another."""
        for number, line in enumerate(self.script["statements"]):
            delegation = self.delegations[line["party"]]
            for version, text in enumerate(line["texts"]):
                with self.at(begins + timedelta(hours=number, minutes=10 * version)):
                    statements.hand_in(
                        delegation,
                        mark=self.item["mark"],
                        kind=SpeakingKind.STATEMENT,
                        language=line["language"],
                        text=text,
                        upload=None,
                        check_delivery=not line.get("written", False),
                        written_only=line.get("written", False),
                        consent=Audience(line["consent"]),
                        on_behalf=party_by_code(line["behalf"]) if "behalf" in line else None,
                        by=self._writer(delegation),
                    )

    def _interrupt(self, speakers: SpeakersList, speech: Speech, began: datetime) -> timedelta:
        """Have somebody rise to a point of order; return how long the clock of who spoke stood."""
        line = self.script["point_of_order"] | {"kind": SpeakingKind.POINT_OF_ORDER, "flag": True}
        rises = began + timedelta(seconds=line["after"])
        entry = self._ask(speakers, line, rises)
        with self.at(rises):
            point = speaking.give(entry, by=self.staff)
        stood = timedelta(seconds=line["seconds"])
        with self.at(rises + stood):
            speaking.rule_on(entry, line["ruling"], by=self.staff)
            speaking.end(point, by=self.staff)
            speaking.resume(speech, by=self.staff)
        return stood
