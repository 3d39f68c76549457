"""From a practice that was read to a draft of one's own delegation, where a call is open. Nothing here writes: the
draft begins on the page of the call (practices/start_views.py)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.collections import bp
from app.collections.practices_compared import Told, load
from app.core.actors import Actor
from app.core.clock import now
from app.core.policies import anyone, signed_in
from app.meetings.models import Delegation
from app.meetings.queries import delegations_of
from app.practices.policies import WRITING_PARTIES, can_start_practice
from app.practices.queries import calls_of


@dataclass(frozen=True)
class Place:
    """A delegation of the person in a session whose call is open for it; `open`: whether they may write there."""

    delegation: Delegation
    deadline: datetime
    open: bool
    url: str


def _read(actor: Actor, slug: str) -> Told:
    found = load(actor, [slug])
    if not found:
        raise NotFound
    return found[0]


def _places(actor: Actor, told: Told) -> list[Place]:
    """Where a person could begin a draft now. Five statements at most."""
    own = [one for one in delegations_of(actor) if one.party.kind in WRITING_PARTIES]
    if not own:
        return []
    calls, at = calls_of({one.meeting_id for one in own}), now()
    return [
        Place(
            one,
            call.deadline_for(one.id),
            can_start_practice(actor, one),
            url_for("practices.new", slug=one.meeting.slug, code=one.party.code, model=told.practice.id),
        )
        for one in own
        if (call := calls.get(one.meeting_id)) and call.is_open_for(one.id, at)
    ]


@bp.get("/practices/<slug>/reuse")
@signed_in(anyone, load=_read)
def reuse(told: Told) -> Any:
    """Where a draft can begin from a practice, and what of it goes along; else what can be done instead."""
    return render_template(
        "collections/reuse.html",
        told=told,
        places=_places(current_user, told),
        closed=_(
            "No call is open in which you write for a delegation. Keep the practice in a collection, and come back to "
            "it when the next call opens."
        ),
    )
