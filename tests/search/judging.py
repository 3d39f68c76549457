"""Judging the search by the labelled queries: what each finds in the demonstration library, as their README counts.

`python -m tests.search.figures` prints what it makes of the open cases, or of those held back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import sqlalchemy as sa
import yaml

from app.core.actors import Actor, Anonymous
from app.core.db import db
from app.core.texts import fold
from app.directory.queries import member_mechanism_ids
from app.meetings.models import Meeting
from app.meetings.queries import findable
from app.people.models import User
from app.practices.models import Practice
from app.register.models import Document
from app.search.asking import Answer, Asked, ask
from app.search.models import SearchEntry
from tests.search.cases import DEMO, Case, Kind, Reader, Thing, library

READER = "reader@example.org"  # of a member State, in no delegation


@dataclass(frozen=True)
class Judged:
    """What became of one case: what it found, best first, and each promise that it broke."""

    case: Case
    results: list[Thing]
    broken: list[str]


class Names:
    """What results lead to, by the names of the demonstration's files."""

    def __init__(self) -> None:
        self.sessions = {"finished": "", "open": "", "held": ""}
        titles = {script["title"]["en"]: script["key"] for script in _yaml("sessions")}
        for slug, title in db.session.execute(sa.select(Meeting.slug, Meeting.title)):
            if title["en"] in titles:
                self.sessions[titles[title["en"]]] = slug
        self.keys = {slug: key for key, slug in self.sessions.items()}
        written = {fold(_yaml(f"practices/{path.stem}")["content"]["title"]): path.stem for path in _practices()}
        self.practices = {
            row.slug: written[fold(row.versions[0].content["title"])]
            for row in db.session.scalars(sa.select(Practice).where(Practice.reference.is_not(None)))
            if row.versions and fold(row.versions[0].content["title"]) in written
        }
        papers = {script["title"]["en"]: key for key, script in _yaml("documents").items()}
        self.documents = {
            row.slug: papers[row.title["en"]]
            for row in db.session.scalars(sa.select(Document))
            if row.title.get("en") in papers
        }
        self.paragraphs = {
            entry.key: entry.text
            for entry in db.session.scalars(sa.select(SearchEntry).filter_by(kind="paragraph", language="en"))
        }

    def thing(self, kind: str, key: str) -> Thing | None:
        """What a hit leads to; None for what no case may name."""
        name: str | None
        match kind:
            case "practice":
                name = self.practices.get(key)
            case "presentation":
                name = key.partition(":")[2] if key.startswith(f"{self.sessions['finished']}:") else None
            case "paragraph":
                name = next((each.name for each in _paragraphs() if _same(each.name, self.paragraphs[key])), None)
            case "summary" | "session":
                name = self.keys.get(key.partition(":")[0])
            case _:
                name = self.documents.get(key)
        found = Thing(Kind(kind), name) if name else None
        return found if found in library() else None


def _same(one: str, other: str) -> bool:
    return "".join(filter(str.isalnum, one))[:80] == "".join(filter(str.isalnum, other))[:80]


@cache
def _paragraphs() -> list[Thing]:
    return [thing for thing in library() if thing.kind is Kind.PARAGRAPH]


def _practices() -> list[Any]:
    return sorted((DEMO / "practices").glob("*.yaml"))


@cache
def _yaml(name: str) -> Any:
    return yaml.load((DEMO / f"{name}.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def actor_for(reader: Reader) -> Actor:
    """Return who asks."""
    if reader is Reader.ANONYMOUS:
        return Anonymous()
    user = db.session.scalars(sa.select(User).where(User.email == READER)).one()
    user.remember_membership(partial(member_mechanism_ids, user.party_id))
    return user


def answered(text: str, reader: Reader, language: str) -> tuple[Answer, list[tuple[str, str]]]:
    """Return the first answer and the kind and key of everything found, best first, through all pages."""
    scope = findable(actor_for(reader))
    first = ask(Asked(text), scope, language=language)
    hits = [(hit.kind, hit.key) for hit in first.page.items]
    for number in range(2, first.page.pages + 1):
        hits += [(hit.kind, hit.key) for hit in ask(Asked(text, page=number), scope, language=language).page.items]
    return first, hits


def judge(case: Case, names: Names) -> Judged:
    """Ask a case's query, or what is offered instead of it, and say which of its promises were broken."""
    answer, hits = answered(case.query, case.reader, case.language)
    broken = []
    if case.offers is not None:
        if fold(answer.offered) != fold(case.offers):
            broken.append(f"offered is {answer.offered or 'nothing'}, not {case.offers}")
        _answer, hits = answered(case.offers, case.reader, case.language)
    results = [thing for hit in hits if (thing := names.thing(*hit))]
    return Judged(case, results, broken + case.broken(results))


def judged(cases: Sequence[Case]) -> list[Judged]:
    """Judge cases in the demonstration library of the application's database."""
    names = Names()
    return [judge(case, names) for case in cases]
