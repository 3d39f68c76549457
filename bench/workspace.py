"""A summary of 1,000 paragraphs with 5,000 citations of 300 practices: its workspace opened, and one edit saved.

Prints the statements and the median milliseconds of five openings and of five saves, at the server.
"""

import os
import re
import statistics
import time
from collections.abc import Callable
from html import unescape
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa
from itsdangerous import URLSafeTimedSerializer

from bench.targets import told

PRACTICES, SECTIONS, IN_EACH, CITED = 300, 25, 40, 5
LANGUAGES = ("en", "es", "fr", "pt")
CSRF = "known-to-the-bench"
SENTENCES = 30  # of a practice, some 600 words
STATEMENTS, OPENED, SAVED, RUNS = 10, 300, 50, 5


def _text(number: int) -> str:
    return " ".join(
        f"In case {number} of part {part} local offices gave so many permits and families met sooner than before."
        for part in range(SENTENCES)
    )


def _prepare() -> tuple[Any, int, str]:
    """Make the summary; return the application, a paragraph's id, and the cookie of who writes it."""
    from app import create_app
    from app.cli.schema import upgrade
    from app.core.db import db
    from app.directory.models import State
    from app.directory.reference import load_reference_data
    from app.summaries.models import Citation, Paragraph, Section, Summary
    from bench.staff import make_staff
    from tests.factories.summaries import NOON, everywhere, make_delegation, make_meeting, make_practice

    app = create_app()
    sessions = app.session_interface.get_signing_serializer(app)
    with app.app_context():
        upgrade()
        load_reference_data()
        db.session.commit()
        meeting, staff = make_meeting(), make_staff("bench.workspace@example.org")
        codes = db.session.scalars(sa.select(State.code).order_by(State.code).limit(35)).all()
        delegations = [make_delegation(meeting, code) for code in codes]
        for number in range(PRACTICES):
            content = {"title": f"Practice {number}", "context": _text(number), "results": _text(number)}
            place = number // len(delegations) + 1
            make_practice(delegations[number % len(delegations)], content=content, number=place)
        from app.summaries.sources import texts_of

        sources = texts_of(meeting.id)
        summary = Summary(meeting=meeting, title=everywhere("Summary"), symbol="", sections=[])
        for part in range(SECTIONS):
            section = Section(position=part + 1, title=everywhere(f"Section {part + 1}"), paragraphs=[])
            for place in range(IN_EACH):
                words = everywhere(
                    f"{{delegations}} {{says|say}} in part {part}.{place} that **offices** help. So be it."
                )
                section.paragraphs.append(Paragraph(position=place + 1, text=words, citations=[]))
            summary.sections.append(section)
        db.session.add(summary)
        db.session.flush()
        ids = [paragraph.id for section in summary.sections for paragraph in section.paragraphs]
        length = len(_text(0)) // SENTENCES
        rows = []
        for index, paragraph_id in enumerate(ids):
            for turn in range(CITED):
                source = sources[(index * CITED + turn) % len(sources)]
                start = (index % (SENTENCES - 2)) * length
                quote = source.fields["results"][start : start + length]
                rows.append(
                    {
                        "paragraph_id": paragraph_id,
                        "practice_version_id": source.version_id,
                        "delegation_id": source.delegation_id,
                        "field": "results",
                        "start": start,
                        "end": start + length,
                        "quote": quote,
                        "created_at": NOON,
                    }
                )
        db.session.execute(sa.insert(Citation), rows)
        db.session.commit()
        cookie = sessions.dumps({"_user_id": staff.get_id(), "csrf_token": CSRF, "_permanent": True})
        db.session.close()
    return app, ids[len(ids) // 2], str(cookie)


def _measured(engine: sa.Engine, ask: Callable[[int], Any]) -> tuple[int, float]:
    """The statements of one answer, and the median milliseconds of five after a first one."""
    made: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
            made.append(statement)

    ask(0)
    sa.event.listen(engine, "before_cursor_execute", note)
    times = []
    for run in range(1, RUNS + 1):
        began = time.perf_counter()
        answer = ask(run)
        times.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{answer.status_code}: {answer.text[:400]}")
    sa.event.remove(engine, "before_cursor_execute", note)
    if os.environ.get("SHOW"):
        print("\n".join(" ".join(one.split())[:230] for one in made[: len(made) // RUNS]))
    return len(made) // RUNS, statistics.median(times)


def main() -> None:
    """Print statements and milliseconds of an opening and of a save, beside what is wanted."""
    with TemporaryDirectory() as folder:
        os.environ.update(PLENARIA_ENV="development", PLENARIA_INSTANCE=folder)
        app, paragraph_id, cookie = _prepare()
        from app.core.db import db

        client = app.test_client()
        client.set_cookie(app.config["SESSION_COOKIE_NAME"], cookie)
        token = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token").dumps(CSRF)
        with app.app_context():
            engine = db.engine
        address = f"/sessions/cam-2026/consolidation?place=paragraph-{paragraph_id}"
        opening = _measured(engine, lambda _run: client.get(address))
        seen = {"version": ""}

        def save(run: int) -> Any:
            text = {f"text-{code}": f"{{delegations}} wrote this {run} times." for code in LANGUAGES}
            answer = client.post(
                f"/consolidation/paragraphs/{paragraph_id}/autosave", data={"csrf_token": token, **seen, **text}
            )
            if answer.is_json and "version" in answer.json:
                seen["version"] = answer.json["version"]
            return answer

        page = client.get(f"/consolidation/paragraphs/{paragraph_id}").text
        found = re.search(r'name="version" value="([^"]*)"', page[page.index("data-writing") :])
        seen["version"] = unescape(found[1]) if found else ""
        saving = _measured(engine, save)
    print(f"workspace of {SECTIONS * IN_EACH:,} paragraphs and {SECTIONS * IN_EACH * CITED:,} citations:")
    for what, (statements, milliseconds), most in (("an opening", opening, OPENED), ("a save", saving, SAVED)):
        told(f"statements of {what} of the workspace", statements, at_most=STATEMENTS)
        told(f"milliseconds of {what} of the workspace", milliseconds, at_most=most)


if __name__ == "__main__":
    main()
