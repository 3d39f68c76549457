"""Digests: what is new for one person since their last one, written once, and asked again when it leaves.

A digest, the moments that it moves on and its mail are one transaction: whatever stops the worker, the next round does
the same again, and nothing twice. Something is published at a moment and seen a little later, when its transaction
ends; so each digest looks back by LATE, and leaves out what an earlier one has told.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.clock import now
from app.core.db import db
from app.core.localized import LocalizedText
from app.core.wording import in_reader_language
from app.following import queries
from app.following.links import stop_link
from app.following.models import Digest, DigestSettings, Follow
from app.following.news import Found, Key, news_of, readable_now
from app.following.operations import plan_digests
from app.following.schedule import last_moment
from app.following.targets import targets_of
from app.library.labels import HIT_KINDS
from app.mail.enums import MailReason, MailState
from app.mail.models import Mail
from app.mail.operations import queue_mail, withdraw_mails
from app.people.models import User
from app.people.queries import reading

DIGEST = "following/digest"
LATE = timedelta(days=1)  # no transaction that publishes takes as long
SHOWN = 20  # of what is new in one follow; of the rest the number is told
KEPT = timedelta(days=60)


def write_digests() -> int:
    """Round: write the digests that are due; return how many mails were written. Commits, person by person."""
    at, written = now(), 0
    due = queries.people_due(at)
    db.session.rollback()
    for settings_id, moment in due:
        try:
            written += write_digest(settings_id, moment, at)
            db.session.commit()
        except Exception:  # one person's fault keeps nobody else's mail; it is tried again in the next round
            db.session.rollback()
            current_app.logger.exception("the digest of settings %s failed", settings_id)
    return written


def write_digest(settings_id: int, moment: datetime, at: datetime) -> bool:
    """Write the digest of one person that was due at a moment, unless somebody else has; tell whether it has news."""
    taken = (
        sa.update(DigestSettings)
        .where(DigestSettings.id == settings_id, DigestSettings.next_at == moment)
        .values(next_at=None)
        .returning(DigestSettings.user_id)
        .execution_options(synchronize_session=False)
    )
    user_id = db.session.scalar(taken)
    if user_id is None:
        return False
    user = reading(db.session.get_one(User, user_id))
    things = _things(user, db.session.get_one(DigestSettings, settings_id), at)
    plan_digests(user_id, handled=at)
    if not things:
        return False
    mail = queue_mail(DIGEST, user)
    db.session.flush()
    db.session.add(Digest(user_id=user_id, mail_id=mail.id, made_at=at, things=things))
    return True


def _things(user: User, when: DigestSettings, at: datetime) -> list[dict[str, Any]]:
    """What is new in those of a person's follows that are due, each once; moves their moments on."""
    follows = [row for row in queries.follows_of(user.id) if row.mailed]
    due = [row for row in follows if (last := last_moment(row.rhythm, when, at)) and last > row.told_until]
    if not due:
        return []
    told = _told(user.id, min(row.told_until for row in follows) - LATE)
    things = _never_left(user.id, {row.id for row in follows})
    told |= {(one["kind"], one["key"], one["at"]) for one in things}
    targets = targets_of(due, user)
    for row in due:
        if row.id in targets:
            since = max(row.since, row.told_until - LATE)
            found = news_of(targets[row.id], user, since=since, language=user.language)
            if found.cut:  # not all of it was looked through in time: the next digest does
                continue
            fresh = [thing for thing in found.things if _mark(thing) not in told]
            named = [
                {"follow": row.id, "kind": thing.kind, "key": thing.key, "at": _mark(thing)[2]}
                | ({"changed": True} if thing.published_at <= since or _mark(thing, first=True) in told else {})
                for thing in fresh
            ]
            told.update(_mark(thing) for thing in fresh)
            if found.more and named and found.things[-1].changed_at > row.told_until:  # else they were told before
                named[-1]["more"] = found.more
            things += named
        _move_on(row, at)
    _forget(user.id, min(at, *(row.told_until for row in follows)) - KEPT)
    return things


def _mark(thing: Found, *, first: bool = False) -> tuple[str, str, str]:
    """What tells apart what was told of a thing: that it was published (`first`), or changed last."""
    return thing.kind, thing.key, (thing.published_at if first else thing.changed_at).isoformat()


def _move_on(row: Follow, at: datetime) -> None:
    # Not by the row: what the person has on their screen must not look old for it.
    move = sa.update(Follow).where(Follow.id == row.id).values(told_until=at)
    db.session.execute(move.execution_options(synchronize_session=False))


def _told(user_id: int, since: datetime) -> set[tuple[str, str, str]]:
    return {(one["kind"], one["key"], one["at"]) for row in queries.digests_since(user_id, since) for one in row.things}


def _never_left(user_id: int, follow_ids: Collection[int]) -> list[dict[str, Any]]:
    """What digests would have told whose mail no server took in all its tries; those digests are given up."""
    rows = db.session.scalars(
        sa.select(Digest)
        .join(Digest.mail)
        .where(Digest.user_id == user_id, Mail.state == MailState.FAILED, Mail.reason == MailReason.EXHAUSTED)
        .order_by(Digest.id)
    ).all()
    for row in rows:
        db.session.delete(row)
    return [one for row in rows for one in row.things if one["follow"] in follow_ids]


def _forget(user_id: int, before: datetime) -> None:
    old = sa.delete(Digest).where(Digest.user_id == user_id, Digest.made_at < before)
    db.session.execute(old.execution_options(synchronize_session=False))


class Section(NamedTuple):
    """What is told of one follow, how many `more` there are than a digest names, and which of the things were there
    before and are `changed`."""

    row: Follow
    things: list[Found]
    more: int
    changed: frozenset[Key]


def _sections(digest: Digest) -> list[Section]:
    """What a digest tells as things are now: of what its reader follows still, and may read. Four statements."""
    user = reading(db.session.get_one(User, digest.user_id))
    follows = {row.id: row for row in queries.follows_of(user.id) if row.mailed}
    wanted: dict[int, list[Key]] = {}
    more: dict[int, int] = {}
    changed = frozenset((one["kind"], one["key"]) for one in digest.things if one.get("changed"))
    for one in digest.things:
        if (row_id := one["follow"]) in follows:
            wanted.setdefault(row_id, []).append((one["kind"], one["key"]))
            more[row_id] = more.get(row_id, 0) + one.get("more", 0)
    there = readable_now([key for keys in wanted.values() for key in keys], user, language=user.language)
    found = [
        Section(follows[row_id], [there[key] for key in keys if key in there], more[row_id], changed)
        for row_id, keys in wanted.items()
    ]
    return [section for section in found if section.things]


def untrue(mail_ids: Collection[int]) -> set[int]:
    """Cancel those of the mails that are digests with nothing left to tell; return their ids."""
    rows = queries.digests_of_mails(list(mail_ids))
    nothing = {row.mail_id for row in rows if not _sections(row)}
    withdraw_mails(nothing, MailReason.DONE)
    return nothing


def says(mail_id: int) -> Mapping[str, str]:
    """What a digest says when it leaves, in the language in force."""
    digest = next(iter(queries.digests_of_mails([mail_id])))
    sections = _sections(digest)
    user = db.session.get_one(User, digest.user_id)
    targets = targets_of([section.row for section in sections], user)
    count = sum(len(section.things) + section.more for section in sections)
    return {
        "count": ngettext("%(num)d publication", "%(num)d publications", count),
        "news": "\n\n".join(_section(section, targets.get(section.row.id)) for section in sections),
        "stop": stop_link(user),
    }


def _section(section: Section, target: Any) -> str:
    row, things = section.row, section.things
    lines = [target.title if target else ""]
    lines += [f"{_line(thing, section.changed)}\n{thing.whole_url}" for thing in things[:SHOWN]]
    if (more := len(things[SHOWN:]) + section.more) and target:
        text = ngettext("And %(num)d more thing:", "And %(num)d more things:", more)
        lines.append(f"{text}\n{target.whole_url}")
    lines.append(_("Stop mails about this:") + f"\n{stop_link(row.user, row)}")
    return "\n\n".join(line for line in lines if line)


def _line(thing: Found, changed: Collection[Key]) -> str:
    line = _named(thing)
    return str(_("Corrected or added to: %(thing)s", thing=line)) if (thing.kind, thing.key) in changed else line


def _named(thing: Found) -> str:
    kind = str(HIT_KINDS.get(thing.kind, thing.kind))
    context = in_reader_language(LocalizedText(thing.context))
    if context:
        return str(_("%(kind)s · %(context)s: %(title)s", kind=kind, context=context, title=thing.title))
    return str(_("%(kind)s: %(title)s", kind=kind, title=thing.title))


def headers_of(mail_id: int) -> Mapping[str, str]:
    """By what mail programs offer to stop these mails, with one press (RFC 2369, RFC 8058)."""
    digest = next(iter(queries.digests_of_mails([mail_id])))
    link = stop_link(db.session.get_one(User, digest.user_id))
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
