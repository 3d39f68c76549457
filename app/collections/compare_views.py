"""Comparing: pages whose address says what is compared, and the same as documents. Nothing here writes."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from flask import Response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user

from app.collections import bp, compare_papers, practices_compared, presentations_compared, states_compared
from app.collections.comparing import LEAST, MOST, Comparison, asked
from app.collections.practices_compared import Told
from app.core.errors import Refusal
from app.core.languages import current_language
from app.core.policies import public
from app.core.texts import clean
from app.core.wording import in_reader_language
from app.documents.printing import Printed
from app.library.printed_texts import send_printed
from app.meetings.queries import findable
from app.practices.reading import titles
from app.practices.related import TYPED_LIMIT, like
from app.search.asking import Asked, ask
from app.search.models import PRACTICE_KIND

TOO_FEW = _l("Choose two to five to compare.")
MOST_OFFERED = 10  # practices that have the words looked for


class Offered(NamedTuple):
    """A practice that can be chosen; `about`: State and year."""

    slug: str
    title: str
    language: str
    about: str


def _said(found: int, wanted: Comparison) -> list[str]:
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


def _like(chosen: Sequence[Told], words: str) -> list[Offered]:
    """The practices of the whole library that have the words looked for, then those whose titles are like them; without
    words, those like the last that was chosen."""
    ids = [told.practice.id for told in chosen]
    found: list[Told] = []
    typed, language = words, current_language()
    if words:
        names = _with_words(words, leave_out={told.name for told in chosen})
        found = practices_compared.load(current_user, names)
    elif chosen:
        last = chosen[-1]
        typed, language = str(last.version.content.get("title") or "")[:TYPED_LIMIT], last.version.language
    ids += [told.practice.id for told in found]
    offered = [Offered(told.name, told.title, told.title_lang, f"{told.state}, {told.year}") for told in found]
    return offered + [
        Offered(line.slug, line.title, line.language, f"{in_reader_language(line.short_names)}, {line.year}")
        for line in like(current_user, typed, language, for_party=0, leave_out=ids)
    ]


def _with_words(words: str, *, leave_out: Collection[str]) -> list[str]:
    """The practices that a search for the words finds first; none for words that nothing can be looked for by."""
    wanted = Asked(words, {"kind": (PRACTICE_KIND,)})
    try:
        answer = ask(wanted, findable(current_user), language=current_language())
    except Refusal:
        return []
    return [hit.key for hit in answer.page.items if hit.key not in leave_out][:MOST_OFFERED]


@bp.get("/compare")
@public()
def compare() -> Any:
    """Two to five good practices field by field; with fewer or more, what is chosen and what can be."""
    wanted = asked("practice")
    chosen = practices_compared.load(current_user, wanted.names)
    words = clean(request.args.get("q", ""), lines=False)[:TYPED_LIMIT]
    fits = LEAST <= len(chosen) <= MOST
    found = practices_compared.compare(chosen, titles(), differing=wanted.differing) if fits else None
    shown = wanted.with_only([told.name for told in chosen])
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
        without={told.name: _without(shown, told.name) for told in chosen},
    ), 422 if len(wanted.names) > MOST else 200


def _without(wanted: Comparison, name: str) -> str:
    return wanted.with_only([one for one in wanted.names if one != name]).url(".compare")


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


@bp.get("/compare/presentations")
@public()
def compare_presentations() -> Any:
    """Two to five presentations question by question; with fewer, those of the same sessions to choose from."""
    wanted = asked("presentation")
    chosen = presentations_compared.load(current_user, wanted.names)
    fits = LEAST <= len(chosen) <= MOST
    found = presentations_compared.compare(chosen, differing=wanted.differing) if fits else None
    shown = wanted.with_only([one.name for one in chosen])
    return render_template(
        "collections/compare_presentations.html",
        wanted=shown,
        chosen=chosen,
        found=found,
        said=_said(len(chosen), wanted),
        warn=len(chosen) > MOST or len(chosen) < len(wanted.names),
        offered=presentations_compared.of_sessions(current_user, {one.meeting_id for one in chosen}),
        switch_url=shown.url(".compare_presentations", differences=None if wanted.differing else 1),
    ), 422 if len(wanted.names) > MOST else 200


@bp.get("/compare/presentations.<any(pdf, docx):extension>")
@public()
def compare_presentations_file(extension: str) -> Response:
    """The same as a document."""
    wanted = asked("presentation")
    chosen = presentations_compared.load(current_user, wanted.names)
    if not LEAST <= len(chosen) <= MOST:
        raise Refusal(_said(len(chosen), wanted)[-1])
    found = presentations_compared.compare(chosen, differing=wanted.differing)
    return _made(compare_papers.presentations_paper(found), _("presentations-compared"), extension)


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
    return send_printed(printed, extension, f"{name}-{printed.language}")
