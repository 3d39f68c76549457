"""How long the coverage of a large session takes: 700 practices of 600 words, 5,000 citations, 200 set-asides.

`python -m bench.coverage` prints, of each page, the milliseconds of the processor of the first request of a process and
of those after it (median of five), with the statements of one; and the same of the coverage alone.
"""

import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from bench.targets import told

SUBMISSIONS, WORDS, CITATIONS, ASIDES, PARAGRAPHS, STATES = 700, 600, 5000, 200, 1000, 35
RUNS = 5
COVERAGE_MS, PAGE_MS, STATEMENTS = 200, 400, 24
BASE = "/sessions/cam-bench/consolidation"
PAGES = {
    "who answered what": f"{BASE}/matrix",
    "themes by contributor": f"{BASE}/matrix?by=themes",
    "mechanisms by theme": f"{BASE}/matrix?by=mechanisms",
    "coverage": f"{BASE}/coverage",
    "open passages of a question": f"{BASE}/passages?question=2&state=open",
    "all passages, page 400": f"{BASE}/passages?page=400",
    "what was set aside": f"{BASE}/coverage/set-aside",
    "to be mended": f"{BASE}/coverage/changed",
    "balance": f"{BASE}/balance",
}


def make_session() -> int:
    """Add the session with its practices and its summary; commits; return the session's id."""
    from app.core.db import db
    from app.directory.models import State
    from app.meetings.enums import Stage
    from app.meetings.models import Delegation, GuidingQuestion
    from app.practices.enums import PracticeState
    from app.practices.models import Call, Practice, PracticeVersion
    from app.summaries.models import Section
    from bench import data

    meeting = data.make_bench_data()
    meeting.stage = Stage.CONSOLIDATING
    chance = random.Random(7)
    call = db.session.scalars(sa.select(Call).where(Call.meeting_id == meeting.id)).one()
    states = db.session.scalars(sa.select(State.id).order_by(State.code).limit(STATES)).all()
    rows = db.session.scalars(sa.select(Delegation).where(Delegation.meeting_id == meeting.id)).all()
    delegations = [row for row in rows if row.party_id in set(states)]
    questions = db.session.scalars(sa.select(GuidingQuestion.number).filter_by(meeting_id=meeting.id)).all()
    for section in db.session.scalars(sa.select(Section)):
        db.session.delete(section)
    for practice in db.session.scalars(sa.select(Practice).where(Practice.meeting_id == meeting.id)):
        practice.state = PracticeState.WITHDRAWN
    db.session.flush()
    for place in range(SUBMISSIONS):
        content = _content(chance, questions)
        delegation = delegations[place % len(delegations)]
        practice = Practice(
            call=call,
            meeting=meeting,
            delegation=delegation,
            state=PracticeState.ACCEPTED,
            language="en",
            content=content,
            created_at=data.now(),
            saved_at=data.now(),
            reference=f"CAM/bench/GP/{delegation.party.reference_code}/C{place}",
        )
        version = PracticeVersion(
            practice=practice,
            number=1,
            language="en",
            content=content,
            submitted_at=data.now(),
            sha256=data.fingerprint(content),
        )
        db.session.add_all([practice, version])
    db.session.flush()
    _summarise(chance, meeting)
    db.session.commit()
    return meeting.id


def _content(chance: random.Random, questions: Any) -> dict[str, Any]:
    """A practice of about 600 words, of 14 words a sentence."""
    from bench.data import _text

    sentences = WORDS // 14
    parts = ["context", "actions", "results", "challenges", "lessons"]
    each = sentences // (len(parts) + len(questions))
    return {
        "title": _text(chance, 1)[:100],
        **{part: _text(chance, each + (part == "results") * (sentences % each)) for part in parts},
        "answers": {str(number): _text(chance, each) for number in questions},
        "themes": chance.sample([f"T{number}" for number in range(1, 11)], 2),
        "mechanisms": chance.sample(["CAM", "RCM", "SACM", "RIAM", "MIRPS"], 1),
    }


def _summarise(chance: random.Random, meeting: Any) -> None:
    """Paragraphs that cite 5,000 sentences; 200 other sentences are set aside."""
    from app.core.clock import now
    from app.core.db import db
    from app.summaries.models import Citation, Paragraph, Section, SetAside, Summary
    from app.summaries.passages import passages
    from app.summaries.sources import sources_of
    from bench.data import _everywhere, _text

    summary = db.session.scalars(sa.select(Summary).where(Summary.meeting_id == meeting.id)).one()
    paragraphs = []
    for place in range(1, 11):
        section = Section(summary=summary, position=place, title=_everywhere(f"Part {place}"))
        for position in range(1, PARAGRAPHS // 10 + 1):
            paragraph = Paragraph(section=section, position=position, text=_everywhere(_text(chance, 3)))
            paragraphs.append(paragraph)
        db.session.add(section)
    db.session.flush()
    every = [
        {
            "practice_version_id": source.version_id,
            "delegation_id": source.delegation_id,
            "field": name,
            "start": passage.start,
            "end": passage.end,
            "quote": passage.text,
        }
        for source in sources_of(meeting.id)
        for name, text in source.fields.items()
        for passage in passages(text)
    ]
    chosen = chance.sample(every, CITATIONS + ASIDES)
    for place, passage in enumerate(chosen[:CITATIONS]):
        more = {"paragraph_id": paragraphs[place % len(paragraphs)].id, "created_at": now()}
        db.session.add(Citation(**passage, **more))
    for passage in chosen[CITATIONS:]:
        db.session.add(SetAside(**passage, summary_id=summary.id, reason="Said elsewhere.", at=now()))


def _timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Return the milliseconds of the processor of the first run, and the median of those after it."""
    taken = []
    for _ in range(RUNS + 1):
        start = time.process_time()
        work()
        taken.append((time.process_time() - start) * 1000)
    return taken[0], statistics.median(taken[1:])


def main() -> None:
    """Print one line for the coverage alone, and one for each page."""
    with tempfile.TemporaryDirectory() as name:
        os.environ |= {
            "PLENARIA_ENV": "development",
            "PLENARIA_INSTANCE": name,
            "PLENARIA_TRUSTED_HOSTS": "127.0.0.1,localhost",
        }
        from app import create_app
        from app.cli.schema import upgrade
        from app.core.db import db
        from app.directory.reference import load_reference_data
        from app.summaries.passages import passages
        from app.summaries.queries import coverage_of_meeting
        from bench.staff import make_staff
        from tests.statements import count_statements

        app = create_app()
        with app.app_context():
            upgrade()
            load_reference_data()
            db.session.commit()
            meeting_id = make_session()
            staff = make_staff("coverage@example.org")
            db.session.commit()
            account = staff.get_id()
        app.extensions["summary_texts"].clear()
        passages.cache_clear()
        print(f"{SUBMISSIONS} practices of {WORDS} words, {CITATIONS} citations, {ASIDES} set aside", flush=True)

        def compute() -> None:
            with app.app_context():
                coverage = coverage_of_meeting(meeting_id)
                compute.total = coverage.total.total  # type: ignore[attr-defined]

        first, then = _timed(compute)
        with app.app_context(), count_statements() as counted:
            coverage_of_meeting(meeting_id)
        total = compute.total  # type: ignore[attr-defined]
        print(f"coverage of {total} passages: first {first:.0f} ms, then {then:.0f} ms, {counted.number} statements")
        told("milliseconds for the coverage of 700 submissions", then, at_most=COVERAGE_MS)
        client = app.test_client()
        with client.session_transaction() as session:
            session.update({"_user_id": account, "_fresh": False})
        app.config["CACHE_PAGES"] = False  # pages are made anew; texts stay in memory
        for page, path in PAGES.items():
            _page(app, client, page, path, count_statements)


def _page(app: Any, client: Any, page: str, path: str, count_statements: Any) -> None:
    first, then = _timed(lambda: client.get(path))
    with app.app_context(), count_statements() as counted:
        answer = client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}")
    size = len(answer.data) // 1024
    print(f"{page}: first {first:.0f} ms, then {then:.0f} ms, {counted.number} statements, {size} KB", flush=True)
    told(f"milliseconds of {page}", then, at_most=PAGE_MS)
    told(f"statements of {page}", counted.number, at_most=STATEMENTS)


if __name__ == "__main__":
    main()
