"""The demonstration: a session that is finished, one with its call open and one being held, told in their own time.

Everything goes through the operations that people use, with the clock standing at the moment each thing
is said to have happened. The texts are in data/demo/, each with the public sources it was written from.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.cli import demo_attendance as attendance
from app.cli import demo_reminders as reminders
from app.cli.demo_agenda import add_order_of_business, publish_order_of_business, revise_order_of_business
from app.cli.demo_circulation import Agreement
from app.cli.demo_clearance import record_by_mail, send_to_capital
from app.cli.demo_documents import (
    register_documents,
    register_list_of_participants,
    replace_translation,
    set_up_register,
)
from app.cli.demo_finding import DemonstrationError, delegation_of, mechanism_of, party_of
from app.cli.demo_floor import DAY, Floor, held_since
from app.cli.demo_following import follow_along
from app.cli.demo_hands import write_together
from app.cli.demo_mails import note_as_sent
from app.cli.demo_people import make_accounts
from app.cli.demo_presentations import present
from app.cli.demo_recommendations import carry, recommend, report
from app.cli.demo_record import Record
from app.cli.demo_review import correct, read_closely
from app.cli.demo_summary import Came, consolidate, coordinate, report_coordination
from app.cli.demo_translations import translate
from app.core.audience import Audience
from app.core.clock import now, standing_at
from app.core.db import db
from app.core.localized import LocalizedText
from app.directory.reference import DATA, read
from app.floor.statements import add_interpreter
from app.grouping.operations import queue_groups
from app.mail.messages import described
from app.mail.models import Mail
from app.mail.operations import approve_mails, save_text
from app.meetings import operations as meetings
from app.meetings.enums import DelegationRole, Mode, QuestionAudience, Stage
from app.meetings.models import Delegation, DelegationMember, Meeting
from app.meetings.questions import add_question
from app.people.models import User
from app.practices import calls
from app.practices import operations as practices
from app.practices.models import Call, Practice
from app.summaries import operations as summaries
from app.summaries import queries as summary_queries
from app.summaries.issuing import publish_summary


@dataclass(frozen=True)
class Loaded:
    """What `load` gave: whether it loaded now, and the accounts' password if it was made up."""

    new: bool
    password: str | None


def is_loaded() -> bool:
    """Whether the demonstration is in the database."""
    return bool(db.session.scalar(sa.select(sa.exists().where(User.demonstration))))


def load(password: str | None = None) -> Loaded:
    """Load the demonstration once; commits. Without a password a random one is made and returned."""
    if is_loaded():
        return Loaded(new=False, password=None)
    chosen = password or secrets.token_urlsafe(12)
    finished, open_call, held = read("demo/sessions.yaml")
    with standing_at(datetime(2026, 1, 12, 15, 0, tzinfo=UTC)):
        people = make_accounts(chosen)
    _Session(finished, people, "finished").play_finished()
    _Session(open_call, people, "open").play_open()
    _Session(held, people, "held").play_held()
    note_as_sent()
    db.session.commit()
    return Loaded(new=True, password=chosen)


class _Session:
    """One session of the demonstration, played from its file."""

    def __init__(self, script: dict[str, Any], people: dict[str, User], key: str) -> None:
        self.script = script
        self.people = people
        self.key = key
        self.staff = people["secretariat"]
        self.zone = ZoneInfo(script["zone"])
        self.loaded_at = now()
        self.practices: dict[str, Practice] = {}
        self.translations: dict[str, Any] = read("demo/translations.yaml")

    def local(self, value: str) -> datetime:
        return datetime.fromisoformat(value).replace(tzinfo=self.zone)

    def days_on(self, days: int, hour: int) -> datetime:
        """A working day so many days from loading, at an hour of the session's zone."""
        day: date = (self.loaded_at + timedelta(days=days)).astimezone(self.zone).date()
        while day.weekday() > 4:
            day += timedelta(days=1)
        return datetime.combine(day, time(hour), tzinfo=self.zone)

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        with standing_at(min(moment, self.loaded_at)):
            yield

    def play_finished(self) -> None:
        """Prepare, receive, meet, consolidate and publish."""
        call_script = self.script["call"]
        opens, closes = self.local(call_script["opens"]), self.local(call_script["closes"])
        starts, ends = self.local(self.script["starts"]), self.local(self.script["ends"])
        with self.at(opens - timedelta(days=14)):
            meeting = self.prepare("2026", starts, ends)
            set_up_register(meeting, by=self.staff)
            call = self.make_call(meeting, opens, closes)
            meetings.plan_stages(
                meeting,
                call_planned_on=opens.date(),
                publication_planned_on=date.fromisoformat(self.script["publication_planned"]),
                by=self.staff,
            )
        with self.at(opens):
            meetings.move_to_stage(meeting, Stage.CALL_OPEN, by=self.staff)
        with self.at(opens + timedelta(days=20)):
            attendance.invite(meeting, by=self.staff)
        with self.at(opens + timedelta(days=22)):
            attendance.accept(meeting, by=self.people["RCM"])
            register_documents(meeting, by=self.staff)
        self.receive(meeting, call, opens, closes)
        with self.at(closes + timedelta(days=3)):
            self.approve_mails(meeting)
        with self.at(starts - timedelta(days=7)):
            presentations = present(meeting, people=self.people, by=self.staff)
        with self.at(starts - timedelta(days=9)):
            revise_order_of_business(meeting, self.script["revised_minutes"], by=self.staff)
        with self.at(starts - timedelta(days=8)):
            attendance.register_people(meeting, "finished", by=self.staff)
            register_list_of_participants(meeting, by=self.staff)
            replace_translation(meeting, by=self.staff)
        floor = self.floor(meeting)
        speakers = floor.register(starts - timedelta(days=5))
        self.list_interpreter(meeting, starts - timedelta(days=4))
        floor.hand_in(starts - timedelta(days=3))
        with self.at(starts):
            meetings.move_to_stage(meeting, Stage.IN_SESSION, by=self.staff)
        floor.speak(speakers)
        record = self.record(meeting)
        with self.at(ends):
            record.set_quorum()
            record.take(self.staff)
        with self.at(ends + timedelta(hours=2)):
            attendance.deliver(meeting, by=self.staff)
            meetings.move_to_stage(meeting, Stage.CONSOLIDATING, by=self.staff)
        db.session.flush()
        record.finish(ends)
        with self.at(ends + timedelta(days=11)):
            self.approve_mails(meeting)
        with self.at(ends + timedelta(days=14)):
            came = Came(self.practices, presentations)
            consolidate(meeting, came, symbol=self.script["summary_symbol"], by=self.staff)
            coordinate(meeting, came, by=self.staff)
            db.session.flush()
            summary = summary_queries.summary_of(meeting.id)
            if summary is None:
                raise DemonstrationError("the summary was not kept")
            recommend(summary, by=self.staff)
        Agreement(meeting, staff=self.staff, writers=self.people, at=self.at).play()
        with self.at(self.local("2026-06-12T12:00")):
            self.approve_mails(meeting)
            publish_summary(summary, by=self.staff)
            meetings.move_to_stage(meeting, Stage.PUBLISHED, by=self.staff)
        follow_along(meeting, self.people["reader"])
        with self.at(self.local("2026-07-03T10:00")):
            correct(self.practices, by=self.people["delegations"])

    def play_open(self) -> None:
        """Prepare, open the call and receive the first texts."""
        call_script = self.script["call"]
        opens = self.days_on(call_script["opens_days"], 9)
        closes = self.days_on(call_script["closes_days"], 18)
        starts = self.days_on(self.script["starts_days"], 10)
        ends = starts.replace(hour=17) + timedelta(days=self.script["ends_days"] - self.script["starts_days"])
        with self.at(opens - timedelta(days=5)):
            meeting = self.prepare(str(starts.year), starts, ends, self.regular_sessions())
            call = self.make_call(meeting, opens, closes)
            meetings.plan_stages(
                meeting,
                call_planned_on=opens.date(),
                publication_planned_on=self.days_on(self.script["publication_days"], 10).date(),
                by=self.staff,
            )
        with self.at(opens):
            meetings.move_to_stage(meeting, Stage.CALL_OPEN, by=self.staff)
            register_documents(meeting, by=self.staff)
        reminders.send_first(meeting, call, at=self.at, by=self.staff)
        self.receive(meeting, call, opens, self.loaded_at)
        with self.at(opens + timedelta(days=2)):
            attendance.register_people(meeting, "open", by=self.staff)
            register_list_of_participants(meeting, by=self.staff)
            attendance.invite(meeting, by=self.staff)
        with self.at(opens + timedelta(days=1)):
            report_coordination(meeting, by=self.staff)
            carry(meeting, by=self.staff)
        with self.at(opens + timedelta(days=2)):
            report(meeting, writers=self.people, by=self.staff)
        floor = self.floor(meeting)
        floor.register(opens + timedelta(days=3))
        self.list_interpreter(meeting, opens + timedelta(days=4))
        floor.hand_in(opens + timedelta(days=5))
        with self.at(self.loaded_at):
            reminders.press(meeting, by=self.staff)
            self.begin_summary(meeting)
        self.write_texts(meeting)

    def begin_summary(self, meeting: Meeting) -> None:
        """Have what came so far grouped, by the worker, and a summary begun for what is proposed of it."""
        summaries.start_summary(meeting, title=LocalizedText(read("demo/summary.yaml")["begun"]), by=self.staff)
        page = f"/sessions/{meeting.slug}/consolidation/groups"
        queue_groups(meeting, anew=False, key="demonstration", by=self.staff, page=page)

    def play_held(self) -> None:
        """Have a session under way: some have spoken, one has the floor, others wait."""
        starts = held_since(self.loaded_at.astimezone(self.zone))
        opens, closes = starts - timedelta(days=40), starts - timedelta(days=5)
        with self.at(opens):
            meeting = self.prepare(f"{starts.year}-S", starts, starts + DAY)
            self.make_call(meeting, opens, closes)
            meetings.move_to_stage(meeting, Stage.CALL_OPEN, by=self.staff)
        floor = self.floor(meeting)
        speakers = floor.register(closes)
        self.list_interpreter(meeting, closes)
        floor.hand_in(closes + timedelta(days=1))
        floor.give_parts(closes + timedelta(days=2))
        with self.at(starts):
            meetings.move_to_stage(meeting, Stage.IN_SESSION, by=self.staff)
        floor.speak(speakers)
        with self.at(self.loaded_at):
            self.record(meeting).take(self.people["rapporteur"])
        db.session.flush()
        drafting = Agreement(meeting, staff=self.staff, writers=self.people, at=self.at)
        drafting.begin_draft(self.loaded_at - timedelta(hours=1))

    def floor(self, meeting: Meeting) -> Floor:
        """The session's floor, played from its file."""
        return Floor(meeting, self.key, staff=self.staff, writers=self.people, at=self.at)

    def record(self, meeting: Meeting) -> Record:
        """The session's record, played from its file."""
        return Record(meeting, self.key, staff=self.staff, writers=self.people, at=self.at)

    def list_interpreter(self, meeting: Meeting, moment: datetime) -> None:
        """Put the interpreter on the session's list."""
        user = self.people["interpreter"]
        with self.at(moment):
            add_interpreter(meeting, email=user.email, name=user.name, language=user.language, by=self.staff)

    def approve_mails(self, meeting: Meeting) -> None:
        """Let what this session wrote to people go; what the open session writes waits in the outbox."""
        approve_mails(db.session.scalars(sa.select(Mail.id).where(Mail.meeting_id == meeting.id)).all(), by=self.staff)

    def write_texts(self, meeting: Meeting) -> None:
        """Give the body texts of its own where its file has them."""
        for name, text in read("demo/mail_texts.yaml").items():
            message = described(name)
            if message is None:
                raise DemonstrationError(f"no message {name!r}")
            save_text(
                meeting.mechanism_id,
                message,
                subject=LocalizedText(text["subject"]),
                body=LocalizedText(text["body"]),
                by=self.staff,
            )

    def regular_sessions(self) -> Meeting:
        """The body's regular sessions of two years, within which its annual session is held."""
        script = self.script
        starts, ends = (self.days_on(script["within"][name], 10) for name in ("starts_days", "ends_days"))
        code = f"{starts.year}-{starts.year + 1}"
        title = {language: text % {"code": code} for language, text in script["within"]["title"].items()}
        return self._session(code, starts, ends, title=LocalizedText(title))

    def _session(
        self,
        code: str,
        starts: datetime,
        ends: datetime,
        *,
        title: LocalizedText,
        theme: LocalizedText | None = None,
        parent: Meeting | None = None,
    ) -> Meeting:
        script = self.script
        return meetings.create_meeting(
            mechanism_of(self.script["mechanism"]),
            by=self.staff,
            code=code,
            title=title,
            theme=theme or LocalizedText(),
            mandate_resolution=script["mandate"]["resolution"],
            mandate_paragraph=str(script["mandate"]["paragraph"]),
            mandate_text=LocalizedText(script["mandate"]["text"]),
            starts_at=starts.astimezone(UTC),
            ends_at=ends.astimezone(UTC),
            zone=script["zone"],
            country=script["country"],
            place=LocalizedText(script["place"]),
            mode=Mode(script["mode"]),
            languages=script["languages"],
            chair=LocalizedText(script["chair"]),
            distribution=Audience(script["distribution"]),
            note=LocalizedText(script["invented"]),
            parent=parent,
        )

    def prepare(self, code: str, starts: datetime, ends: datetime, parent: Meeting | None = None) -> Meeting:
        script = self.script
        title, theme = LocalizedText(script["title"]), LocalizedText(script["theme"])
        meeting = self._session(code, starts, ends, title=title, theme=theme, parent=parent)
        for code_ in script["delegations"]:
            delegation = meetings.add_delegation(meeting, party_of(code_), by=self.staff)
            self._join(delegation, self.people.get(code_))
        items = add_order_of_business(meeting, script["order_of_business"], by=self.staff)
        for question in script["questions"]:
            add_question(
                meeting,
                text=LocalizedText(question["text"]),
                audience=QuestionAudience(question["audience"]),
                item=items.get(question.get("item")),
                by=self.staff,
            )
        db.session.flush()
        publish_order_of_business(meeting, by=self.staff)
        return meeting

    def _join(self, delegation: Delegation, user: User | None) -> None:
        if user is not None and not delegation.has(user.id):
            delegation.members.append(DelegationMember(user=user, role=DelegationRole.FOCAL_POINT, added_at=now()))
            db.session.flush()

    def make_call(self, meeting: Meeting, opens: datetime, closes: datetime) -> Call:
        script = self.script["call"]
        return calls.create_call(
            meeting,
            title=LocalizedText(script["title"]),
            text=LocalizedText(script["text"]),
            opens_at=opens.astimezone(UTC),
            closes_at=closes.astimezone(UTC),
            by=self.staff,
        )

    def receive(self, meeting: Meeting, call: Call, opens: datetime, until: datetime) -> None:
        """Play each practice: drafted, submitted, reviewed, spread over the time of the call."""
        files = [
            (path.stem, read(f"demo/practices/{path.name}"))
            for path in sorted((DATA / "demo" / "practices").glob("*.yaml"))
        ]
        mine = [(stem, script) for stem, script in files if script["session"] == self.key]
        step = (until - opens) / (len(mine) + 2)
        for place, (stem, script) in enumerate(mine, start=1):
            self._practice(meeting, call, stem, script, opens + place * step)

    def _practice(self, meeting: Meeting, call: Call, stem: str, script: dict[str, Any], moment: datetime) -> None:
        delegation = delegation_of(meeting, script["state"])
        author = self.people.get(script["state"]) or self.people["delegations"]
        self._join(delegation, author)
        translation = self.translations.get(stem, {})
        sources = [{name: str(value) for name, value in source.items() if value} for source in script["sources"]]
        if script["status"] == "recorded":
            with self.at(moment):
                received_at = moment - timedelta(hours=5)
                intake = record_by_mail(call, delegation, script, received_at=received_at, by=self.staff)
            intake.practice.public_sources = sources
            self.practices[stem] = intake.practice
            return
        with self.at(moment - timedelta(hours=30)):
            practice = practices.start_practice(call, delegation, language=script["language"], by=author)
            practice.public_sources = sources
            if script["status"] == "draft":
                write_together(practice, script["content"], state=script["state"], by=author)
            else:
                content = {**script["content"], **translation.get("earlier", {})}
                practices.save_draft(practice, content=content, by=author)
        self.practices[stem] = practice
        if script["status"] == "draft":
            return
        if script["status"] == "with_capital":
            with self.at(moment):
                send_to_capital(practice, by=author)
            return
        with self.at(moment):
            practices.submit_practice(practice, received_at=now(), by=author)
        if translation:
            with self.at(moment + timedelta(hours=20)):
                translate(practice, translation, delegation=author, staff=self.staff)
        with self.at(moment + timedelta(days=1)):
            read_closely(practice, stem, by=self.staff)
        if "earlier" in translation:
            with self.at(moment + timedelta(days=1)):
                practices.return_practice(practice, comment=translation["comment"], by=self.staff)
                practices.save_draft(practice, content=script["content"], by=author)
                practices.submit_practice(practice, received_at=now(), by=author)
        with self.at(moment + timedelta(days=2)):
            if script["status"] == "returned":
                practices.return_practice(practice, comment=script["return_comment"], by=self.staff)
            elif script["status"] == "accepted":
                practices.accept_practice(practice, by=self.staff)
