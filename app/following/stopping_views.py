"""Stopping mails by the link in one of them, without signing in."""

from typing import Any

from flask import render_template
from flask_babel import gettext as _

from app.core.db import db
from app.core.policies import public
from app.following import bp, queries
from app.following.links import Stop, stop_named
from app.following.operations import pause_by_link
from app.following.targets import targets_of
from app.people.queries import reading


def _page(link: Stop, *, done: bool) -> str:
    """What a link stops. Of all that a person follows the number alone is told: mails are forwarded, and who has the
    link has not signed in. The name of one thing stands in the mail, beside its link."""
    rows = [row for row in queries.follows_of(link.user.id) if link.whole or row is link.follow]
    targets = {} if link.whole else targets_of(rows, reading(link.user))
    gone = _("Something that is not there any more")
    return render_template(
        "following/stop.html",
        link=link,
        done=done,
        mailed=sum(row.mailed for row in rows),
        named=[targets[row.id].title if row.id in targets else gone for row in rows if not link.whole],
        followed=bool(rows),
    )


@bp.get("/unsubscribe/<token>")
@public(load=stop_named)
def stop(link: Stop) -> str:
    """Say which mails would stop, with the button that stops them: who scans mails for bad links presses nothing."""
    return _page(link, done=False)


@bp.post("/unsubscribe/<token>")
@public(load=stop_named)
def stop_by_link(link: Stop) -> Any:
    """Stop the mails; mail programs press this for the reader, alone and without a cookie (RFC 8058)."""
    pause_by_link(link.user, None if link.whole else link.follow.id if link.follow else 0)
    db.session.commit()
    return _page(link, done=True)
