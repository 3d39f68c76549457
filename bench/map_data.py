"""A directory of the size that the map's targets name: 200 States, 200 mechanisms, 60 of them of one kind."""

import random

import sqlalchemy as sa

from app.core.db import db
from app.core.localized import LocalizedText
from app.directory.enums import MechanismKind, StatementSubject
from app.directory.models import Mechanism, Membership, Source, State, Statement, Tag, VocabularyItem

STATES, MECHANISMS = 200, 200
KIND, OF_KIND = MechanismKind.FORUM, 60
SHARE = 0.3  # of all States that take part in a mechanism, and of all themes that it works on


def make_map_data() -> None:
    """Add States and mechanisms until there are as many as the targets name; commits."""
    chance = random.Random(20260514)
    source = db.session.scalars(sa.select(Source).order_by(Source.id)).first()
    themes = db.session.scalars(sa.select(VocabularyItem).where(VocabularyItem.vocabulary == "themes")).all()
    for number in range(STATES - _count(sa.select(State))):
        name = LocalizedText(en=f"State {number}")
        db.session.add(State(code=f"X{number}", reference_code=f"X{number}", names=name, short_names=name))
    db.session.flush()
    states = db.session.scalars(sa.select(State).order_by(State.id)).all()
    of_kind = OF_KIND - _count(sa.select(Mechanism).where(Mechanism.mechanism_kind == KIND))
    for number in range(MECHANISMS - _count(sa.select(Mechanism))):
        name = LocalizedText(en=f"Mechanism {number}")
        mechanism = Mechanism(
            code=f"BENCH-{number}",
            reference_code=f"BENCH-{number}",
            slug=f"bench-{number}",
            names=name,
            short_names=name,
            about=name,
            source=source,
            mechanism_kind=KIND if number < of_kind else MechanismKind.PROJECT,
        )
        mechanism.statements.append(
            Statement(
                source=source,
                subject=StatementSubject.MEMBERS,
                memberships=[Membership(party=state) for state in states if chance.random() < SHARE],
            )
        )
        mechanism.statements.append(
            Statement(
                source=source,
                subject=StatementSubject.THEMES,
                tags=[Tag(item=theme) for theme in themes if chance.random() < SHARE],
            )
        )
        db.session.add(mechanism)
    db.session.commit()


def _count(rows: sa.Select[tuple[State]] | sa.Select[tuple[Mechanism]]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(rows.subquery())) or 0
