"""Pages of the outbox: what waits for approval, what became of every mail, and deciding about them."""

import re
from collections import Counter
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.core.db import db
from app.core.errors import Refusal
from app.core.forms import check_version, choices, sent
from app.core.localized import LANGUAGE_NAMES
from app.core.pages import back_to, say
from app.core.policies import is_staff, signed_in
from app.core.texts import clean, fold
from app.core.wording import in_reader_language
from app.desk import bp, mailing
from app.desk.forms import MailFilterForm, MailForm
from app.desk.mailing import ACTS, Filter
from app.directory.models import Mechanism
from app.mail import operations
from app.mail.enums import MailState
from app.mail.labels import OUTCOMES, STATES
from app.mail.messages import messages
from app.mail.models import Mail
from app.mail.renewing import outdated
from app.meetings.models import Meeting

SHOWN = 30  # names on the page that asks before several mails are decided


def _register(template: str, endpoint: str, *, log: bool) -> Any:
    form = MailFilterForm(request.args)
    form.validate()
    meetings = mailing.sessions()
    form.session.choices = choices([("", _("All")), *((row.slug, in_reader_language(row.title)) for row in meetings)])
    shown = [(item.name, str(item.title)) for item in messages() if not item.private]
    titles = sorted(shown, key=lambda item: fold(item[1]))
    form.message.choices = choices([("", _("All")), *titles])
    state = form.state.data if log and not form.state.errors else ""
    asked: dict[str, Any] = {name: form[name].data or "" for name in ("session", "message", "person")}
    values = {name: value for name, value in {**asked, "state": state}.items() if value}
    states = (MailState(state),) if state else tuple(MailState) if log else (MailState.HELD,)
    chosen = Filter(states=states, **asked)
    page = mailing.mails(chosen, page=request.args.get("page", 1, int))
    meeting = next((row for row in meetings if row.slug == form.session.data), None)
    current = state if state == MailState.FAILED else "log" if log else "outbox"
    meeting_id = meeting.id if meeting else None
    sending = {
        "counts": [(key, STATES[key], number) for key, number in mailing.counts(meeting_id=meeting_id).items()],
        "leaving": mailing.leaving(meeting_id=meeting_id),
        "own_url": url_for(endpoint, **values, page=page.page),
        "session": meeting.slug if meeting else None,
    }
    if request.headers.get("HX-Request"):
        return render_template("desk/_sending.html", **sending, asked=True)
    return render_template(
        template,
        form=form,
        log=log,
        values=values,
        page=page,
        lines=_lines(page.items, meetings),
        register_url=url_for(endpoint),
        page_url=lambda number: url_for(endpoint, **values, page=number),
        meeting=meeting,
        links=_links(current, meeting, {row.mechanism for row in meetings}),
        last_id=mailing.last_id(),
        **sending,
    )


def _links(current: str, meeting: Meeting | None, bodies: set[Mechanism]) -> list[dict[str, Any]]:
    session = meeting.slug if meeting else None
    failed = MailState.FAILED.value
    links = [
        {"key": "outbox", "label": _("Outbox"), "url": url_for("desk.outbox", session=session)},
        {"key": "log", "label": _("Log"), "url": url_for("desk.mail_log", session=session)},
        {"key": failed, "label": _("Not delivered"), "url": url_for("desk.mail_log", session=session, state=failed)},
    ]
    if meeting:
        links.append({"label": _("Write to delegations"), "url": url_for("desk.letter", slug=meeting.slug)})
        links.append({"label": _("Reminders"), "url": url_for("reminders.session", slug=meeting.slug)})
    for body in sorted(bodies, key=lambda row: row.slug):
        label = _("Texts of %(body)s", body=in_reader_language(body.label))
        links.append({"label": label, "url": url_for("desk.mail_texts", slug=body.slug)})
    return [{**link, "current": link.get("key") == current} for link in links]


def _lines(mails: list[Mail], meetings: Any) -> list[dict[str, Any]]:
    names, known, waiting = mailing.names_of(mails), {row.id: row for row in meetings}, mailing.put_off(mails)
    return [mailing.line(mail, names, known, waiting) for mail in mails]


@bp.get("/mail")
@signed_in(is_staff)
def outbox() -> Any:
    """The mails that wait for approval."""
    return _register("desk/outbox.html", "desk.outbox", log=False)


@bp.get("/mail/log")
@signed_in(is_staff)
def mail_log() -> Any:
    """All mails with what became of them."""
    return _register("desk/mail_log.html", "desk.mail_log", log=True)


def _chosen(act: str) -> Filter:
    """The mails that a person ticked, or all that their filter shows; raises Refusal for none."""
    given = request.values
    states = (ACTS[act],)
    if given.get("all"):
        return Filter(
            states=states,
            session=given.get("session", ""),
            message=given.get("message", ""),
            person=clean(given.get("person"), lines=False),
            up_to=min(given.get("up_to", 1, int), 2**31 - 1),
        )
    ids = [int(value[:9]) for value in given.getlist("mail") if value.isascii() and value.isdigit()]
    if not ids:
        raise Refusal(_("Choose at least one mail first."))
    return Filter(states=states, ids=ids)


def _act() -> str:
    act = request.values.get("act", "")
    if act not in ACTS:
        raise Refusal(_("Part of what your browser sent is missing or wrong."))
    return act


@bp.get("/mail/decide")
@signed_in(is_staff)
def confirm_decision() -> Any:
    """Say what approving, cancelling or trying again will do, and to whom the mails go."""
    act = _act()
    chosen = _chosen(act)
    page = mailing.mails(chosen)
    shown = mailing.versions(chosen)
    languages = Counter(row.language for row in shown)
    seen = " ".join(f"{row.id}.{row.version}" for row in shown)
    return render_template(
        "desk/decide_mails.html",
        act=act,
        total=page.total,
        lines=_lines(page.items[:SHOWN], ()),
        written_in=[(LANGUAGE_NAMES[code], number) for code, number in sorted(languages.items())],
        hidden={"act": act, "session": request.args.get("session", ""), "seen": seen},
        hidden_yet=mailing.hidden(chosen) if act == "approve" else 0,
        back=_register_of(act),
    )


def _seen() -> operations.Seen:
    """The mails that the page asked about, with the version of each that it showed."""
    pairs = re.findall(r"(?<!\S)([0-9]{1,9})\.([0-9]{1,9})(?!\S)", request.form.get("seen", ""), re.ASCII)
    if not pairs:
        raise Refusal(_("Part of what your browser sent is missing or wrong."))
    return {int(mail_id): int(version) for mail_id, version in pairs}


def _register_of(act: str) -> str:
    session = request.values.get("session") or None
    if act == "retry":
        return url_for("desk.mail_log", state=MailState.FAILED.value, session=session)
    return url_for("desk.outbox", session=session)


@bp.post("/mail/decide")
@signed_in(is_staff)
def decide() -> Any:
    """Approve, cancel or try again what the page before showed, except what somebody else decided or changed since."""
    sent()
    act, seen = _act(), _seen()
    if act == "approve":
        done = operations.approve_mails(seen, by=current_user, seen=seen)
        told = ngettext(
            "%(num)d mail was approved; it leaves in a moment.",
            "%(num)d mails were approved; they leave in a moment.",
            len(done),
        )
    elif act == "cancel":
        done = operations.cancel_mails(seen, by=current_user, seen=seen)
        told = ngettext("%(num)d mail was cancelled.", "%(num)d mails were cancelled.", len(done))
    else:
        done = operations.retry_mails(seen, by=current_user, seen=seen)
        told = ngettext("%(num)d mail is tried again.", "%(num)d mails are tried again.", len(done))
    left = mailing.versions(Filter(states=(ACTS[act],), ids=seen))
    changed = len(left) if act == "approve" else sum(row.version != seen[row.id] for row in left)
    db.session.commit()
    if not done and not changed:
        told = _("Nothing was left to decide: somebody else, or you a moment ago, decided it already.")
    elif len(seen) > len(done) + changed:
        told += " " + _("The others had been decided in the meantime, or what they remind of is done.")
    if changed:
        told += " " + ngettext(
            "%(num)d mail still waits: it was changed after you looked, or is no longer true. Look again.",
            "%(num)d mails still wait: they were changed after you looked, or are no longer true. Look again.",
            changed,
        )
    say(told)
    if act == "retry":
        return back_to("desk.mail_log", session=request.form.get("session") or None)
    return back_to("desk.outbox", session=request.form.get("session") or None)


def _page(mail: Mail, form: MailForm) -> tuple[str, int]:
    meeting = db.session.get(Meeting, mail.meeting_id) if mail.meeting_id else None
    names = mailing.names_of([mail])
    return render_template(
        "desk/mail.html",
        form=form,
        line=mailing.line(mail, names, {meeting.id: meeting} if meeting else {}, mailing.put_off([mail])),
        mail=mail,
        meeting=meeting,
        language=LANGUAGE_NAMES[mail.language],
        tries=mailing.tries_of(mail.id),
        outcomes=OUTCOMES,
        filled_later=mailing.filled_later(mail),
        outdated=outdated(mail),
    ), form.status


def _form(row: Mail) -> MailForm:
    return MailForm(data={"subject": row.subject, "body": row.body.rstrip("\n"), "version": row.version})


@bp.get("/mail/<int:mail_id>")
@signed_in(is_staff, load=mailing.mail_for_staff)
def mail(row: Mail) -> Any:
    """One mail as its recipient gets it; while it waits, it can be changed."""
    return _page(row, _form(row))


@bp.post("/mail/<int:mail_id>")
@signed_in(is_staff, load=mailing.mail_for_staff)
def edit_mail(row: Mail) -> Any:
    """Change the text of a mail that waits."""
    form = _form(row)
    with form.saving(row):
        sent(form)
        if row.state is MailState.HELD:
            check_version(row, form.version.data)
        operations.edit_mail(row, subject=form.subject.data or "", body=form.body.data or "", by=current_user)
        say(_("The mail was saved. It goes out as it is now once it is approved."))
        return back_to("desk.mail", mail_id=row.id)
    return _page(row, form)
