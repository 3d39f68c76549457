"""Comparing: pages whose address says what is compared, and the same as documents. Nothing here writes."""

from collections.abc import Sequence
from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user

from app.collections import bp, compare_papers, practices_compared, states_compared
from app.collections.asked import LEAST, MOST, Asked, asked
from app.collections.practices_compared import Told
from app.core.db import db
from app.core.errors import Refusal
from app.core.languages import current_language
from app.core.policies import public
from app.core.texts import clean
from app.documents.printing import PRINTERS, Printed
from app.documents.responses import send_made
from app.practices.reading import titles
from app.practices.related import TYPED_LIMIT, Line, like

TOO_FEW = _l("Choose two to five to compare.")


def _said(found: int, wanted: Asked) -> list[str]:
    """What has to be said of how many were named and are there."""
    said = []
    missing = len(wanted.names) - found
    if missing > 0:
        said.append(
            ngettext(
                "%(num)d of what the address names is not published, or not for you to read.",
                "%(num)d of those that the address names are not published, or not for you to read.",
                missing,
            )
        )
    if found > MOST:
        said.append(
            _("Five is the most that stand side by side, and %(count)d are chosen. Take some away.", count=found)
        )
    elif found < LEAST:
        said.append(str(TOO_FEW))
    return said


def _like(chosen: Sequence[Told], words: str) -> list[Line]:
    """The practices that are like the words looked for, else like the last that was chosen."""
    ids = [told.practice.id for told in chosen]
    if words:
        return like(current_user, words, current_language(), for_party=0, leave_out=ids)
    if not chosen:
        return []
    last = chosen[-1]
    typed = str(last.version.content.get("title") or "")[:TYPED_LIMIT]
    return like(current_user, typed, last.version.language, for_party=0, leave_out=ids)


@bp.get("/compare")
@public()
def compare() -> Any:
    """Two to five good practices field by field; with fewer or more, what is chosen and what can be."""
    wanted = asked("practice")
    chosen = practices_compared.load(current_user, wanted.names)
    words = clean(request.args.get("q", ""), lines=False)[:TYPED_LIMIT]
    fits = LEAST <= len(chosen) <= MOST
    found = practices_compared.compare(chosen, titles(), differing=wanted.differing) if fits else None
    shown = wanted.with_only([told.practice.slug for told in chosen])
    return render_template(
        "collections/compare.html",
        wanted=shown,
        chosen=chosen,
        found=found,
        said=_said(len(chosen), wanted),
        warn=len(chosen) > MOST or len(chosen) < len(wanted.names),
        words=words,
        similar=_like(chosen, words) if len(chosen) < MOST else [],
        most=MOST,
        switch_url=shown.url(".compare", differences=None if wanted.differing else 1),
        without=[(told, _without(shown, told.practice.slug, ".compare")) for told in chosen],
    ), 422 if len(wanted.names) > MOST else 200


def _without(wanted: Asked, name: str, endpoint: str) -> str:
    return wanted.with_only([one for one in wanted.names if one != name]).url(endpoint)


@bp.get("/compare.<any(pdf, docx):extension>")
@public()
def compare_file(extension: str) -> Response:
    """The same as a document."""
    wanted = asked("practice")
    chosen = practices_compared.load(current_user, wanted.names)
    if not LEAST <= len(chosen) <= MOST:
        raise Refusal(_said(len(chosen), wanted)[-1])
    found = practices_compared.compare(chosen, titles(), differing=wanted.differing)
    return _made(compare_papers.practices_paper(found), _("practices-compared"), extension)


@bp.get("/compare/states")
@public()
def compare_states() -> Any:
    """Two to five States: years, themes, objectives, mechanisms."""
    wanted = asked("state")
    parties = states_compared.load(wanted.names)
    fits = LEAST <= len(parties) <= MOST
    found = states_compared.compare(current_user, parties, differing=wanted.differing) if fits else None
    shown = wanted.with_only([party.code for party in parties])
    offered = states_compared.with_practices(current_user)
    offered += [party for party in parties if party not in offered]
    return render_template(
        "collections/compare_states.html",
        wanted=shown,
        parties=parties,
        found=found,
        said=_said(len(parties), wanted),
        warn=len(parties) > MOST or len(parties) < len(wanted.names),
        offered=offered,
        switch_url=shown.url(".compare_states", differences=None if wanted.differing else 1),
    ), 422 if len(wanted.names) > MOST else 200


@bp.get("/compare/states.<any(pdf, docx):extension>")
@public()
def compare_states_file(extension: str) -> Response:
    """The same as a document."""
    wanted = asked("state")
    parties = states_compared.load(wanted.names)
    if not LEAST <= len(parties) <= MOST:
        raise Refusal(_said(len(parties), wanted)[-1])
    found = states_compared.compare(current_user, parties, differing=wanted.differing)
    return _made(compare_papers.states_paper(found), _("states-compared"), extension)


def _made(printed: Printed, name: str, extension: str) -> Response:
    db.session.rollback()  # printing takes a second: nothing is held meanwhile
    return send_made(PRINTERS[extension](printed), f"{name}-{printed.language}.{extension}")
