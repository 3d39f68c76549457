"""The Chair's screen, the room's screen, and the time of day by which browsers count."""

from typing import Any

from flask import Response, jsonify, render_template
from flask_login import current_user

from app.core.clock import now
from app.core.db import db
from app.core.forms import sent
from app.core.pages import back_to
from app.core.policies import public, signed_in
from app.floor import bp, operations, queries
from app.floor.pages import milliseconds
from app.floor.policies import can_manage, can_watch
from app.floor.queries import Floor, ListedItem


@bp.get("/sessions/<slug>/floor/chair")
@signed_in(can_manage, load=queries.floor_of)
def chair(floor: Floor) -> Any:
    """The Chair's screen."""
    return render_template("floor/chair.html", floor=floor, meeting=floor.meeting)


@bp.get("/sessions/<slug>/floor/room")
@signed_in(can_watch, load=queries.floor_of)
def room(floor: Floor) -> Any:
    """The room's screen, which follows the Chair."""
    return render_template("floor/room.html", floor=floor, meeting=floor.meeting)


@bp.post("/sessions/<slug>/floor/items/<mark>/go")
@signed_in(can_manage, load=queries.item_of)
def go(found: ListedItem) -> Any:
    """Go to an item, on the Chair's screen and the room's."""
    sent()
    answer = back_to("floor.chair", slug=found.meeting.slug)
    operations.go_to(found.meeting, found.item["mark"], by=current_user)
    db.session.commit()
    return answer


@bp.get("/floor/clock")
@public()
def clock() -> Response:
    """The server's time of day, in milliseconds: phones' clocks may be wrong."""
    return jsonify(now=int(milliseconds(now())))
