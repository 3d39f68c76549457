"""Generated practices, written many at once into the same columns as the operations write one."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from app.cli.scale_text import ANSWERS, Phrases, Story
from app.core.audience import Audience
from app.core.db import Base, db
from app.core.localized import LANGUAGES
from app.core.texts import fingerprint
from app.directory.reference import read
from app.meetings.indexing import facets_of
from app.meetings.models import Delegation, Meeting
from app.practices.enums import PracticeState, TranslationStatus
from app.practices.indexing import told
from app.practices.models import Call, Practice, PracticeVersion
from app.practices.term_models import PracticeTerm, terms_of
from app.practices.translation_models import PracticeLanguage, PracticeTranslation
from app.search.operations import index_entries, joined

AT_ONCE = 250
CITED = 60  # of a session, whose words its summary may cite
# What is spoken where it is not Spanish.
SPOKEN = {
    "pt": ["BR"],
    "fr": ["HT"],
    "en": ["AG", "BS", "BB", "BZ", "CA", "DM", "GD", "GY", "JM", "KN", "VC", "LC", "SR", "TT", "US"],
}
TEXTS = ("summary", "context", "actions", "results", "challenges", "lessons", "rights", "sustainability")
STATUSES = ("planned", "under_way", "under_way", "under_way", "completed", "completed")
LEVELS = ("national", "subnational", "local", "cross_border")


@dataclass(frozen=True)
class Cited:
    """A practice whose words can be cited, with what a citation needs of it."""

    practice_id: int
    version_id: int
    delegation_id: int
    reference: str
    language: str
    audience: Audience
    results: str


def reserve(model: type[Base], count: int) -> range | list[int]:
    """Take so many ids of a table, which nobody else gets."""
    if db.engine.dialect.name == "sqlite":  # nobody else writes until the transaction ends
        first = (db.session.scalar(sa.select(sa.func.max(model.id))) or 0) + 1
        return range(first, first + count)
    sequence = sa.func.pg_get_serial_sequence(model.__tablename__, "id")
    return list(db.session.scalars(sa.select(sa.func.nextval(sequence)).select_from(sa.func.generate_series(1, count))))


def add_practices(meeting: Meeting, year: int, count: int, phrases: Phrases, chance: random.Random) -> list[Cited]:
    """Add so many published practices to a session that has a call; return some of them."""
    call = db.session.scalars(sa.select(Call).where(Call.meeting_id == meeting.id)).one()
    delegations = [row for row in _delegations(meeting) if row.party.kind == "state"]
    chance.shuffle(delegations)
    unequal = [1 / (place + 3) for place in range(len(delegations))]  # some States send far more than others
    given: Counter[int] = Counter()
    cited: list[Cited] = []
    for start in range(0, count, AT_ONCE):
        size = min(AT_ONCE, count - start)
        places = zip(reserve(Practice, size), reserve(PracticeVersion, size), strict=True)
        chosen = chance.choices(delegations, weights=unequal, k=size)
        batch = _Batch(meeting, call, year)
        for (practice_id, version_id), delegation in zip(places, chosen, strict=True):
            given[delegation.id] += 1
            batch.add(Story(phrases, chance, year), delegation, given[delegation.id], practice_id, version_id, chance)
        batch.write()
        cited += batch.cited[: max(0, CITED - len(cited))]
    return cited


def _delegations(meeting: Meeting) -> Sequence[Delegation]:
    return db.session.scalars(
        sa.select(Delegation).where(Delegation.meeting_id == meeting.id).order_by(Delegation.id)
    ).all()


class _Batch:
    """Rows of some hundred practices, before they are written."""

    def __init__(self, meeting: Meeting, call: Call, year: int) -> None:
        self.meeting, self.call, self.year = meeting, call, year
        self.practices: list[dict[str, Any]] = []
        self.versions: list[dict[str, Any]] = []
        self.translations: list[dict[str, Any]] = []
        self.languages: list[dict[str, Any]] = []
        self.terms: list[dict[str, Any]] = []
        self.entries: list[dict[str, Any]] = []
        self.cited: list[Cited] = []

    def add(
        self,
        story: Story,
        delegation: Delegation,
        number: int,
        practice_id: int,
        version_id: int,
        chance: random.Random,
    ) -> None:
        party, meeting = delegation.party, self.meeting
        language = _language(party.code, chance)
        consent = Audience.PUBLIC if chance.random() < 0.8 else Audience.MEMBER_STATES
        content = content_of(story, language, consent, chance)
        reference = f"{meeting.mechanism.code}/{meeting.code}/GP/{party.reference_code}/{number:02d}"
        sent = self.call.opens_at + timedelta(minutes=int(chance.random() * 60 * 24 * 55))
        published = meeting.ends_at + timedelta(days=30, minutes=int(chance.random() * 60 * 24 * 5))
        self.practices.append(
            {
                "id": practice_id,
                "version": 1,
                "call_id": self.call.id,
                "meeting_id": meeting.id,
                "delegation_id": delegation.id,
                "state": PracticeState.PUBLISHED,
                "reference": reference,
                "language": language,
                "consent": consent,
                "content": content,
                "set_aside": [],
                "public_sources": [],
                "created_at": sent,
                "saved_at": sent,
                "published_at": published,
            }
        )
        self.versions.append(
            {
                "id": version_id,
                "practice_id": practice_id,
                "number": 1,
                "language": language,
                "content": content,
                "template_number": 1,
                "late": False,
                "submitted_at": sent,
                "sha256": fingerprint(content),
                "note": "",
            }
        )
        self.terms += [{"practice_id": practice_id, "field": field, "code": code} for field, code in terms_of(content)]
        common = {
            "kind": "practice",
            "key": reference.replace("/", "-"),
            "audience": consent,
            "meeting_id": meeting.id,
            "context": told(party, meeting, reference),
            "mark": reference,
            "published_at": published,
            "facets": facets_in(facets_of(meeting, [party]), content),
        }
        path = f"/practices/{common['key']}"
        others = _translated(language, chance)
        own_path = f"{path}?text=original" if others else path
        named = "\n".join(row["name"] for row in content["actors"])
        self.entries.append({**common, **_entry(content, language, after=named), "path": own_path})
        for other in others:
            read_as = self._translate(story, practice_id, content, language, other, published)
            names = [row["name"] for row in read_as["actors"]]  # translations of names are found too
            self.entries.append({**common, **_entry(read_as, other, names), "path": f"{path}?text={other}"})
        narrower = consent.narrower(meeting.distribution)
        self.cited.append(
            Cited(practice_id, version_id, delegation.id, reference, language, narrower, content["results"])
        )

    def _translate(
        self, story: Story, practice_id: int, content: dict[str, Any], language: str, other: str, at: Any
    ) -> dict[str, Any]:
        """Note the translation of all texts of a practice; return its content in the other language."""
        read_as = {**content, **texts_of(story, other)}
        pairs = {code: (content[code], read_as[code]) for code in ("title", *TEXTS)}
        pairs |= {f"answers.{key}": (content["answers"][key], read_as["answers"][key]) for key in ANSWERS}
        for place, (row, row_as) in enumerate(zip(content["actors"], read_as["actors"], strict=True), 1):
            pairs[f"actors.{place}.name"] = (row["name"], row_as["name"])
        for code, (original, text) in pairs.items():
            self.translations.append(
                {
                    "version": 1,
                    "practice_id": practice_id,
                    "language": other,
                    "field": code,
                    "text": text,
                    "source_sha256": fingerprint(original),
                    "status": TranslationStatus.UNOFFICIAL,
                    "translator_name": "",
                    "by_delegation": False,
                    "checked_by_delegation": False,
                    "saved_at": at,
                }
            )
        self.languages.append(
            {
                "version": 1,
                "practice_id": practice_id,
                "language": other,
                "wanted": len(pairs),
                "done": len(pairs),
                "stale": 0,
                "saved_at": at,
            }
        )
        return read_as

    def write(self) -> None:
        """Write them, the index last: a few statements for all."""
        for model, rows in (
            (Practice, self.practices),
            (PracticeVersion, self.versions),
            (PracticeTranslation, self.translations),
            (PracticeLanguage, self.languages),
            (PracticeTerm, self.terms),
        ):
            if rows:
                db.session.execute(sa.insert(Base.metadata.tables[model.__tablename__]), rows)
        index_entries(self.entries)


def _language(code: str, chance: random.Random) -> str:
    """The language that a delegation writes in: mostly its own, else any of the four."""
    if chance.random() < 0.3:
        return chance.choice(LANGUAGES)
    return next((language for language, codes in SPOKEN.items() if code in codes), "es")


def _translated(language: str, chance: random.Random) -> list[str]:
    others = [code for code in LANGUAGES if code != language]
    drawn = chance.random()
    return others if drawn < 0.02 else [chance.choice(others)] if drawn < 0.1 else []


def texts_of(story: Story, language: str) -> dict[str, Any]:
    """What of a practice's content is in a language."""
    slots = story.slots(language)
    return {
        "title": story.say_title(language),
        **{field: story.say(field, language) for field in TEXTS},
        "answers": {number: story.say(f"answers.{number}", language) for number in ANSWERS},
        "actors": [
            {"role": role, "name": slots[name][0].upper() + slots[name][1:]}
            for role, name in (("lead", "institution"), ("partner", "partner"))
        ],
    }


def content_of(story: Story, language: str, consent: Audience, chance: random.Random) -> dict[str, Any]:
    """The content of a practice, as the template of calls has it."""
    about = story.phrases.themes[story.theme]
    began = story.year - 1 - int(chance.random() * 6)
    status = chance.choice(STATUSES)
    others = [theme for theme in story.phrases.themes if theme != story.theme]
    return {
        **texts_of(story, language),
        "levels": sorted(chance.sample(LEVELS, 1 + (chance.random() < 0.4)), key=LEVELS.index),
        "period": {
            "from": f"{began}-{1 + int(chance.random() * 12):02d}",
            "to": f"{story.year}-01" if status == "completed" else None,
        },
        "status": status,
        "themes": [story.theme, *chance.sample(others, int(chance.random() * 2.2))],
        "gcm_main": chance.choice(about["gcm"][:2]),
        "gcm_other": about["gcm"][2:][: int(chance.random() * 4)],
        "sdg_targets": chance.sample(about["sdg"], 1 + int(chance.random() * len(about["sdg"]))),
        "mechanisms": [],
        "population": [story.population],
        "indicators": [],
        "cost": None,
        "links": [],
        "contact": {"name": "Focal point", "institution": "Institute", "email": "focal@example.org"},
        "consent": consent.value,
    }


def _entry(content: dict[str, Any], language: str, names: Sequence[str] = (), *, after: str = "") -> dict[str, Any]:
    """`names`: of who took part, where they stand among the translated texts; `after`: as they stand after those of
    the original."""
    parts = [*((f"field-{field}", content[field]) for field in TEXTS[:3]), *(("field-actors", name) for name in names)]
    parts += [(f"field-answers.{number}", content["answers"][number]) for number in ANSWERS]
    parts += [(f"field-{field}", content[field]) for field in TEXTS[3:]]
    parts += [("field-actors", after)] if after else []
    text, places = joined(parts)
    return {"language": language, "title": content["title"], "text": text, "places": places}


def facets_in(found: Mapping[str, Sequence[str]], content: dict[str, Any]) -> dict[str, Sequence[str]]:
    """What the index tells a practice apart by, as practices/indexing.py reads it from the usual template."""
    return {
        **found,
        "theme": content["themes"],
        "gcm": [content["gcm_main"], *content["gcm_other"]],
        "sdg": content["sdg_targets"],
        "population": content["population"],
        "status": [content["status"]],
    }


@cache
def template() -> dict[str, Any]:
    """The usual template of calls."""
    found: dict[str, Any] = read("call_template.yaml")
    return found
