"""What the start page shows, of one body that convenes sessions or of several, made ready for the templates."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import orm
from werkzeug.exceptions import NotFound

from app.circulation.enums import CirculationKind
from app.circulation.models import Addressed, Circulation
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.texts import fold
from app.core.wording import in_reader_language, language_shown, moment_text
from app.directory.models import Mechanism
from app.directory.reference import slug_of
from app.library import practice_queries, queries
from app.library.directory_pages import party_link
from app.library.naming import term_url
from app.library.search_page import address
from app.library.session_pages import calls_open, days_of, line
from app.library.visits import InSession, News, news
from app.meetings.enums import Stage
from app.meetings.models import Delegation, DelegationMember, Meeting
from app.meetings.queries import questions_of
from app.recommendations.queries import publications_seen
from app.search.asking import Asked as SearchAsked
from app.search.models import PRACTICE_KIND, PRESENTATION_KIND, SUMMARY_KIND
from app.summaries.models import Publication

SESSIONS = 5  # listed beside the latest


def home(actor: Actor) -> dict[str, Any]:
    """Return what templates/library/home.html needs: of the one body whose sessions a person may see, or of all, which
    lead to their own pages."""
    sessions = queries.sessions(actor).items
    bodies = _bodies(sessions)
    several = len(bodies) > 1
    return {
        **_shown(actor, sessions, None),
        "body": None if several or not bodies else party_link(bodies[0]),
        "bodies": [_body_line(body, sessions) for body in bodies] if several else [],
    }


def body_named(actor: Actor, slug: str) -> tuple[Mechanism, list[Meeting]]:
    """Load a body with those of its sessions that the person may see; raises NotFound where there are none."""
    body = db.session.scalars(sa.select(Mechanism).where(sa.func.lower(Mechanism.code) == slug.lower())).one_or_none()
    sessions = queries.sessions(actor, mechanism_id=body.id).items if body else []
    if body is None or not sessions:
        raise NotFound
    return body, sessions


def body_home(found: tuple[Mechanism, list[Meeting]], actor: Actor) -> dict[str, Any]:
    """Return the same of one body."""
    body, sessions = found
    return {**_shown(actor, sessions, body), "body": party_link(body), "bodies": []}


def _bodies(sessions: Sequence[Meeting]) -> list[Mechanism]:
    found = {meeting.mechanism_id: meeting.mechanism for meeting in sessions}
    return sorted(found.values(), key=lambda body: fold(in_reader_language(body.names)))


def _body_line(body: Mechanism, sessions: Sequence[Meeting]) -> dict[str, Any]:
    own = [meeting for meeting in sessions if meeting.mechanism_id == body.id]
    return {**party_link(body), "home_url": url_for("library.body", slug=body.slug), "newest": line(own[0])}


def _shown(actor: Actor, sessions: Sequence[Meeting], body: Mechanism | None) -> dict[str, Any]:
    """`body`: to which all of it is narrowed down, None for all that there are."""
    body_id = body.id if body else None
    of_body: dict[str, Any] = {"body": body.code} if body else {}
    published = publications_seen(actor, body_id)
    # Questions lead to answers: those of the session with the latest summary, else of the newest.
    held = [publication.summary.meeting for publication in published]
    asked = next((meeting for meeting in (*held, *sessions) if not meeting.cancelled_at), None)
    return {
        "current": _current(actor, sessions),
        "sessions": [line(meeting) for meeting in sessions[:SESSIONS]],
        "years": [
            {"year": year, "url": url_for("library.practices", year=year, **of_body)}
            for year in sorted({meeting.starts_at.year for meeting in sessions}, reverse=True)
        ],
        "practices_url": url_for("library.practices", **of_body),
        "news": _news(news(actor, body_id), published[0] if published else None, of_body),
        "questions": _questions(asked) if asked else [],
        "question_session": line(asked) if asked else None,
        "themes": [
            {
                "label": in_reader_language(title),
                "lang": language_shown(title),
                "url": url_for("library.practices", theme=code, **of_body) if body else term_url("themes", code),
            }
            for code, title in queries.terms("themes")["themes"].items()
        ],
        "parties": [
            {"label": in_reader_language(row.short_names), "url": url_for("library.state", code=row.code)}
            for row in practice_queries.parties_in_order(actor, body_id=body_id)
        ],
        "latest": published[0] if published else None,
        "mechanisms": _mechanisms_heard(actor, sessions, body_id),
    }


def _news(found: News | None, latest: Publication | None, of_body: dict[str, Any]) -> dict[str, Any] | None:
    """What is new as lines, each with the address of just that. A search knows no bodies: of one body the practices
    lead to their register, and what else there is to where it is listed of each of its sessions."""
    if found is None:
        return None
    lines: list[dict[str, Any]] = []
    for kind, number in found.numbers.items():
        if of_body and kind != PRACTICE_KIND:
            lines += [
                {
                    "text": _new(kind, row.number),
                    "url": _listed_in(row),
                    "about": in_reader_language(row.title),
                    "lang": language_shown(row.title),
                }
                for row in found.sessions
                if row.kind == kind
            ]
        elif number:
            url = address(SearchAsked(filters={"kind": (kind,)}, since=found.since))
            if of_body:
                url = url_for("library.practices", sort="-date", **of_body)
            elif kind == SUMMARY_KIND and latest and number == 1:
                url = url_for("library.summary", slug=latest.summary.meeting.slug)
            lines.append({"text": _new(kind, number), "url": url})
    return {"since": found.since, "lines": lines}


def _new(kind: str, number: int) -> str:
    if kind == SUMMARY_KIND:
        return str(ngettext("%(num)d summary or version of one", "%(num)d summaries or versions of them", number))
    if kind == PRACTICE_KIND:
        return str(ngettext("%(num)d good practice", "%(num)d good practices", number))
    if kind == PRESENTATION_KIND:
        return str(ngettext("%(num)d presentation", "%(num)d presentations", number))
    return str(ngettext("%(num)d document", "%(num)d documents", number))


def _listed_in(row: InSession) -> str:
    if row.kind == SUMMARY_KIND:
        return url_for("library.summary", slug=row.slug)
    if row.kind == PRESENTATION_KIND:
        return url_for("library.presentations", slug=row.slug)
    return url_for("library.documents", slug=row.slug, sort="-date")


def _questions(meeting: Meeting) -> list[dict[str, Any]]:
    return [
        {
            "number": row.number,
            "text": in_reader_language(row.text),
            "lang": language_shown(row.text),
            "url": url_for("library.question", slug=meeting.slug, number=row.number),
        }
        for row in questions_of(meeting.id)
    ]


def _mechanisms_heard(actor: Actor, sessions: Sequence[Meeting], body_id: int | None) -> list[dict[str, str]]:
    """The mechanisms that convene a session or presented at one, in the order of their names."""
    convening = {meeting.mechanism.code: party_link(meeting.mechanism) for meeting in sessions}
    presenting = {
        row.code: {
            "label": in_reader_language(row.short_names),
            "name": in_reader_language(row.names),
            "url": url_for("library.mechanism", slug=slug_of(row.code)),
        }
        for row in queries.presentations_published(actor, body_id=body_id).items
    }
    return sorted((presenting | convening).values(), key=lambda link: fold(link["label"]))


def _current(actor: Actor, sessions: Sequence[Meeting]) -> list[dict[str, Any]]:
    """What is open or coming: sessions with what is open of each (a call, a circulation, the session itself), until
    when, and what a reader can do there."""
    here = [meeting for meeting in sessions if not meeting.cancelled_at and meeting.stage is not Stage.PUBLISHED]
    calls, circulated = calls_open(list(here)), circulations(actor, [meeting.id for meeting in here])
    shown = []
    for meeting in here:
        doing = []
        if meeting.id in calls:
            deadline = moment_text(calls[meeting.id].closes_at, meeting.zone)
            doing.append(
                {
                    "text": _("Good practices are received until %(deadline)s.", deadline=deadline),
                    "url": url_for("library.meeting", slug=meeting.slug),
                    "action": _("Read the call"),
                }
            )
        if meeting.stage is Stage.IN_SESSION:
            doing.append(
                {
                    "text": _("The session is held: %(days)s.", days=days_of(meeting)),
                    "url": url_for("library.meeting", slug=meeting.slug),
                    "action": _("See its order of business"),
                }
            )
        elif meeting.starts_at > now():
            doing.append(
                {
                    "text": _("The session is held on %(days)s.", days=days_of(meeting)),
                    "url": url_for("library.documents", slug=meeting.slug),
                    "action": _("Read its documents"),
                }
            )
        elif meeting.stage is Stage.CONSOLIDATING:
            doing.append(
                {
                    "text": _("The session is over; its summary is being written."),
                    "url": url_for("library.meeting_practices", slug=meeting.slug),
                    "action": _("Read its good practices"),
                }
            )
        doing += circulated.get(meeting.id, ())
        if doing:
            shown.append({**line(meeting), "theme": in_reader_language(meeting.theme), "doing": doing})
    return shown


def circulations(actor: Actor, meeting_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Session id -> what is before delegations at this moment, for the secretariat and for those delegations alone. One
    statement; none for visitors."""
    if actor.id is None or not meeting_ids:
        return {}
    at = now()
    statement = (
        sa.select(Circulation)
        .where(
            Circulation.meeting_id.in_(meeting_ids),
            Circulation.ended_at.is_(None),
            Circulation.begins_at <= at,
            Circulation.ends_at > at,
        )
        .order_by(Circulation.ends_at, Circulation.id)
        .options(orm.joinedload(Circulation.meeting))
    )
    if not actor.is_staff:
        statement = statement.where(
            sa.exists()
            .where(Addressed.circulation_id == Circulation.id, Addressed.delegation_id == Delegation.id)
            .where(DelegationMember.delegation_id == Delegation.id, DelegationMember.user_id == actor.id)
        )
    found: dict[int, list[dict[str, Any]]] = {}
    for row in db.session.scalars(statement):
        found.setdefault(row.meeting_id, []).append(
            {
                "text": _circulated(row.kind, row.ends_at, row.meeting.zone),
                "url": url_for("circulation.circulation", circulation_id=row.id)
                if actor.is_staff
                else url_for("desk.home"),
                "action": _("Go to it"),
            }
        )
    return found


def _circulated(kind: CirculationKind, until: datetime, zone: str) -> str:
    moment = moment_text(until, zone)
    if kind is CirculationKind.SILENCE:
        return str(_("The draft summary is under silence procedure until %(moment)s.", moment=moment))
    return str(_("The draft summary is before delegations for comments until %(moment)s.", moment=moment))
