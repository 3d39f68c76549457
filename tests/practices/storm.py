"""The hours before a deadline, in short: delegates who write and submit at once, with a real server that may be killed.

Two people write in each draft, in different fields, as the page's script does (static/js/autosave.js): one save at a
time, numbered, and again after a line that broke. Then both submit it. What each client was told is kept in a ledger,
and compared with the database: whenever the server was killed, before it starts again, and at the end.
"""

import http.client
import json
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask
from lxml import html

from app.core.db import db
from app.directory.enums import PartyKind
from app.directory.models import Party
from app.mail.models import Mail
from app.meetings.enums import DelegationRole
from app.practices.models import Practice, PracticeVersion
from tests.factories.practices import make_open_meeting, start
from tests.personas import add_member, make_user
from tests.served import PATIENCE, Served

HANDS = (("title", "context", "rights"), ("summary", "actions", "lessons"))
LEAST = 2  # saves that must be acknowledged before somebody submits, however slow the machine
RETRY = 0.5  # seconds; a browser waits 15
WORDS = "the ministry registered people at the border and gave permits"


@dataclass
class Told:
    """What a client knows of a field: the text that was acknowledged last, and what was sent since, unanswered."""

    acknowledged: str
    unanswered: list[str] = field(default_factory=list)

    def agrees(self, saved: object) -> bool:
        return saved == self.acknowledged or saved in self.unanswered


@dataclass
class Outcome:
    """What a storm came to; `times` are those of acknowledged saves, in seconds; `faults`, sentences."""

    saves: int = 0
    submitted: int = 0
    kills: int = 0
    times: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """The time in seconds under which this share of the saves was acknowledged."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Delegate(threading.Thread):
    """Somebody with a draft open, who writes, then submits."""

    def __init__(self, storm: "Storm", number: int, practice: Practice, names: Sequence[str], session: str) -> None:
        super().__init__(daemon=True)
        self.storm, self.number, self.practice_id = storm, number, practice.id
        self.chance = random.Random(number)
        self.address = f"/practices/drafts/{practice.id}"
        self.told = {name: Told(practice.content.get(name, "")) for name in names}
        self.cookie = session
        self.page = f"{number:024x}"
        self.sequence = 0
        self.writes = True
        self.version = ""
        self.line: http.client.HTTPConnection | None = None
        self.hidden: list[tuple[str, str]] = []
        self.marks: dict[str, str] = {}
        self.times: list[float] = []
        self.faults: list[str] = []
        self.done = False

    def ask(self, method: str, address: str, values: Sequence[tuple[str, object]] = ()) -> tuple[int, str]:
        """Return status and text; raises OSError or HTTPException where the line breaks."""
        headers = {"Cookie": self.cookie, "Accept-Language": "en", "Origin": f"http://127.0.0.1:{self.storm.port}"}
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.line = self.line or http.client.HTTPConnection("127.0.0.1", self.storm.port, timeout=PATIENCE)
        try:
            self.line.request(method, address, urlencode(values) if values else None, headers)
            answer = self.line.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            self.line.close()
            self.line = None
            raise
        if cookie := re.search(r"plenaria=[^;]*", answer.headers.get("Set-Cookie", "")):
            self.cookie = cookie[0]
        if answer.status >= 500:
            self.faults.append(f"{method} {address} answered {answer.status}")
        return answer.status, text

    def again(self, method: str, address: str, values: Sequence[tuple[str, object]] = ()) -> tuple[int, str]:
        """Ask until there is a line."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return self.ask(method, address, values)
            except (OSError, http.client.HTTPException):
                if time.monotonic() > until:
                    raise
                time.sleep(RETRY)

    def open(self) -> None:
        """Read the page, as a browser does, with what its script sends along."""
        status, text = self.again("GET", self.address)
        assert status == 200, (status, text[:500])
        form = next(form for form in html.fromstring(text).forms if form.get("data-autosave-url"))
        inputs = form.xpath(".//input[@type='hidden'][not(ancestor-or-self::*[@data-field])]")
        values = [(one.get("name"), one.get("value")) for one in inputs]
        self.version, _, marks = dict(values)["version"].partition(" ")
        self.marks = json.loads(marks)
        self.hidden = [(name, value) for name, value in values if name != "version"]

    def save(self) -> None:
        """Save some of the fields, each with words that were never in it before."""
        names = self.chance.sample(sorted(self.told), self.chance.randint(1, len(self.told)))
        self.sequence += 1
        texts = dict.fromkeys(names, f"{WORDS} {self.number}-{self.sequence}")
        for name, text in texts.items():
            self.told[name].unanswered.append(text)
        seen = json.dumps({name: self.marks[name] for name in names if name in self.marks})
        values = [*texts.items(), *self.hidden, ("version", f"{self.version} {seen}")]
        values += [("page", self.page), ("sequence", self.sequence)]
        values += [("fields", name) for name in names]
        began = time.perf_counter()
        try:
            status, text = self.ask("POST", f"{self.address}/autosave", values)
        except (OSError, http.client.HTTPException):
            time.sleep(RETRY)  # the next save sends what the fields hold by then
            return
        if status == 200:
            self.times.append(time.perf_counter() - began)
            self.marks |= json.loads(text)["marks"]
            for name, text in texts.items():
                self.told[name] = Told(text)
        elif status == 409 and "conflicts" not in text and self.practice_id in self.storm.submitting:
            self.writes = False  # the other one was quicker
        else:
            self.faults.append(f"a save answered {status}: {text[:200]}")

    def submit(self) -> None:
        """Check the answers and submit; press the button twice; then read the receipt."""
        self.storm.submitting.add(self.practice_id)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            _status, text = self.again("GET", f"{self.address}/check")
            form = next((form for form in html.fromstring(text).forms if form.action.endswith("/check")), None)
            if form is None:
                break
            values = [(name, value) for name, value in form.form_values() if name]
            answers = [self.again("POST", f"{self.address}/check", values)[0] for _click in range(2)]
            if answers[1] == 303:
                break
            if answers[0] != 409:  # the other one wrote on: read it again
                self.faults.append(f"a submission answered {answers}")
                return
        status, text = self.again("GET", f"{self.address}/receipt")
        self.done = status == 200 and "/GP/" in text
        if not self.done:
            self.faults.append(f"no receipt: {status}")

    def run(self) -> None:
        try:
            self.open()
            self.storm.ready.wait(PATIENCE)
            wanted = self.storm.seconds * self.chance.uniform(0.6, 1.0)
            while self.writes and (self.storm.served() < wanted or len(self.times) < LEAST):
                time.sleep(self.storm.pause * self.chance.uniform(0.5, 1.5))
                self.save()
            if self.storm.submits:
                self.submit()
        except Exception as error:
            self.faults.append(repr(error))
        finally:
            if self.line:
                self.line.close()


class Storm:
    """So many delegates, each saving every `pause` seconds or so, while the server serves for `seconds`."""

    def __init__(self, app: Flask, *, delegates: int, seconds: float, pause: float, submits: bool = True) -> None:
        self.seconds, self.pause, self.submits = seconds, pause, submits
        self.server = Served(app)
        self.port = self.server.port
        self.began = 0.0
        self.down = 0.0  # seconds
        self.submitting: set[int] = set()
        self.ready = threading.Barrier(delegates + 1, action=self._begin)
        self.outcome = Outcome()
        self.delegates = self._delegates(delegates)

    def _begin(self) -> None:
        self.began = time.monotonic()

    def served(self) -> float:
        """For how many seconds the server has served."""
        return time.monotonic() - self.began - self.down

    def _delegates(self, number: int) -> list[Delegate]:
        meeting = make_open_meeting()
        states = db.session.scalars(sa.select(Party).where(Party.kind == PartyKind.STATE).order_by(Party.code)).all()
        made: list[Delegate] = []
        while len(made) < number:
            state = states[len(made) // 2 % len(states)]
            pair = [make_user(f"Delegate {len(made) + hand}", party_code=state.code) for hand in (0, 1)]
            for user in pair:
                delegation = add_member(meeting, user, DelegationRole.FOCAL_POINT)
            practice = start(delegation, pair[0])
            db.session.flush()
            for user, names in zip(pair, HANDS, strict=True):
                made.append(Delegate(self, len(made), practice, names, self.server.cookie(user)))
        db.session.commit()
        return made

    def compare(self) -> None:
        """Note every field whose saved text is not what its writer knows of."""
        practices = {row.id: row for row in db.session.scalars(sa.select(Practice))}
        for one in self.delegates:
            content = practices[one.practice_id].content
            for name, told in one.told.items():
                if not told.agrees(content.get(name)):
                    lost = f"{name} of {one.practice_id}: saved {content.get(name)!r}, known {told}"
                    self.outcome.lost.append(lost)
        db.session.rollback()
        db.session.expire_all()

    def run(self, *, kills: int = 0) -> Outcome:
        """Serve, let them write and submit, kill the server so many times, and return what came of it."""
        with self.server:
            for one in self.delegates:
                one.start()
            self.ready.wait(PATIENCE)
            for kill in range(kills):
                time.sleep(max(0.0, self.seconds * (kill + 1) / (kills + 1) - self.served()))
                struck = time.monotonic()
                self.server.kill()
                time.sleep(0.5)  # whoever waits for an answer learns that there is none
                self.compare()
                self.server.start()
                self.down += time.monotonic() - struck
                self.outcome.kills += 1
            for one in self.delegates:
                one.join(self.seconds + 2 * PATIENCE)
        self._settle()
        return self.outcome

    def _settle(self) -> None:
        self.compare()
        for one in self.delegates:
            self.outcome.saves += len(one.times)
            self.outcome.times += one.times
            self.outcome.faults += one.faults
            if one.is_alive():
                self.outcome.faults.append(f"delegate {one.number} never ended")
        if not self.submits:
            return
        versions = db.session.execute(sa.select(PracticeVersion.practice_id, PracticeVersion.content)).all()
        self.outcome.submitted = len({practice_id for practice_id, _content in versions})
        for practice_id, times in Counter(practice_id for practice_id, _content in versions).items():
            if times > 1:
                self.outcome.doubled.append(f"practice {practice_id} was submitted {times} times")
        submitted = {row.practice_id: row.content for row in versions}
        for one in self.delegates:
            for name, told in one.told.items():
                if one.practice_id in submitted and not told.agrees(submitted[one.practice_id].get(name)):
                    self.outcome.lost.append(f"{name} of {one.practice_id} was submitted without {told}")
        references = Counter(db.session.scalars(sa.select(Practice.reference).where(Practice.reference.is_not(None))))
        mails = Counter(tuple(row) for row in db.session.execute(sa.select(Mail.user_id, Mail.message, Mail.body)))
        self.outcome.doubled += [str(what) for what, times in (references + mails).items() if times > 1]
