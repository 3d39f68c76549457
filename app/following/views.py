"""What a person follows: beginning, changing, pausing and stopping it, when digests come, and the own feed."""

from typing import Any

from flask import render_template, request, session
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.core.db import db
from app.core.forms import check_version, sent
from app.core.pages import back_to, say
from app.core.policies import anyone, signed_in
from app.following import bp, operations, queries
from app.following.enums import kind_named
from app.following.forms import DigestForm, FollowForm, RhythmForm
from app.following.models import DigestSettings, Follow
from app.following.targets import Target, target_named, targets_of
from app.mail.operations import whole_url
from app.people.models import User

FEED_ADDRESS = "following_feed"


def _me() -> User:
    return current_user._get_current_object()  # type: ignore[no-any-return]


def _page(form: DigestForm | None = None, *, changed: tuple[int, RhythmForm] | None = None) -> Any:
    when = queries.settings_of(current_user.id)
    follows = queries.follows_of(current_user.id)
    targets = targets_of(follows, current_user)
    rows = [
        {
            "row": row,
            "target": targets.get(row.id),
            "form": changed[1] if changed and changed[0] == row.id else RhythmForm(formdata=None, obj=row),
        }
        for row in follows
    ]
    shown = form or DigestForm.of(when or DigestSettings.usual(), formdata=None)
    status = form.status if form else changed[1].status if changed else 200
    page = render_template(
        "following/index.html",
        rows=rows,
        form=shown,
        when=when,
        has_feed=bool(when and when.feed_hash),
        feed_address=session.pop(FEED_ADDRESS, ""),
        error_form=form or (changed[1] if changed else shown),
    )
    return page, status


@bp.get("/following")
@signed_in(anyone)
def index() -> Any:
    """All that the person follows, when digests come, and the address of the own feed."""
    return _page()


def _wanted(values: Any) -> Target:
    kind = kind_named(values.get("kind", ""))
    found = target_named(kind, values.get("target", ""), current_user) if kind else None
    if found is None:
        raise NotFound
    return found


def _begin_page(form: FollowForm, target: Target) -> Any:
    already = queries.follow_named(current_user.id, target.kind, target.target)
    page = render_template(
        "following/begin.html",
        form=form,
        target=target,
        already=already,
        when=queries.settings_of(current_user.id),
    )
    return page, form.status


@bp.get("/following/new")
@signed_in(anyone)
def begin() -> Any:
    """Ask how often to tell of what the page was about that the person came from."""
    form = FollowForm(formdata=None, kind=request.args.get("kind"), target=request.args.get("target"))
    return _begin_page(form, _wanted(request.args))


@bp.post("/following/new")
@signed_in(anyone)
def follow() -> Any:
    """Follow it; pressed twice, or by who follows it already, it is followed once."""
    form = FollowForm()
    target = _wanted(request.form)
    if form.validate_on_submit():
        with form.saving():
            operations.follow(_me(), target, rhythm=form.rhythm.data, zone=request.form.get("zone", "UTC"), by=_me())
            say(_("You follow “%(title)s” now.", title=target.title))
            return back_to("following.index")
    return _begin_page(form, target)


own_follow = signed_in(anyone, load=queries.follow_of)


@bp.post("/following/<int:follow_id>/rhythm")
@own_follow
def change(row: Follow) -> Any:
    """Change how often a mail tells of it."""
    form = RhythmForm(obj=row)
    if form.validate_on_submit():
        with form.saving(row):
            check_version(row, form.version.data)
            operations.change_rhythm(row, form.rhythm.data, by=_me())
            say(_("How often you are told was changed."))
            return back_to("following.index")
    return _page(changed=(row.id, form))


@bp.post("/following/<int:follow_id>/pause")
@own_follow
def pause(row: Follow) -> Response:
    """Tell nothing of it until the person goes on; pressed twice, it stays paused."""
    sent()
    operations.pause(row, by=_me())
    db.session.commit()
    say(_("You are told nothing about this until you go on."))
    return back_to("following.index")


@bp.post("/following/<int:follow_id>/go-on")
@own_follow
def go_on(row: Follow) -> Response:
    """Tell of what is published from now on."""
    sent()
    operations.go_on(row, by=_me())
    db.session.commit()
    say(_("You are told again, of what is published from now on."))
    return back_to("following.index")


@bp.post("/following/<int:follow_id>/stop")
@own_follow
def unfollow(row: Follow) -> Response:
    """Follow it no longer."""
    sent()
    operations.unfollow(row, by=_me())
    db.session.commit()
    say(_("You no longer follow it. To follow it again, press “Follow” on its page."))
    return back_to("following.index")


@bp.post("/following/when")
@signed_in(anyone)
def set_digest() -> Any:
    """Say when digests come."""
    row = queries.settings_of(current_user.id)
    form = DigestForm.of(row or DigestSettings.usual())
    if form.validate_on_submit():
        with form.saving(row):
            if row is not None:
                check_version(row, form.version.data)
            operations.set_digest(_me(), hour=form.hour.data, weekday=form.weekday.data, zone=form.zone.data, by=_me())
            say(_("When your mails come was changed."))
            return back_to("following.index")
    return _page(form)


@bp.post("/following/feed")
@signed_in(anyone)
def make_feed() -> Response:
    """Make a secret address for the own feed, in place of the one there was; it is shown once."""
    sent()
    token = operations.make_feed(_me(), by=_me())
    db.session.commit()
    session[FEED_ADDRESS] = whole_url("following.own_feed", token=token)
    return back_to("following.index", _anchor="feed")


@bp.post("/following/feed/revoke")
@signed_in(anyone)
def revoke_feed() -> Response:
    """Take the secret address of the own feed back."""
    sent()
    operations.revoke_feed(_me(), by=_me())
    db.session.commit()
    say(_("The address of your feed no longer works."))
    return back_to("following.index", _anchor="feed")
