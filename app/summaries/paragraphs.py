"""What is done with paragraphs: each act is a step that can be undone (steps.py). Nothing here commits."""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal
from app.core.forms import overtaken
from app.core.localized import LANGUAGES, LocalizedText
from app.core.merging import settle
from app.core.rich_text import escaped, joined
from app.core.texts import clean
from app.summaries import ordering, steps
from app.summaries.citing import cite
from app.summaries.enums import Attribution
from app.summaries.models import DEEPEST, Citation, MarginComment, Paragraph, Recommendation, Section
from app.summaries.outline import Place
from app.summaries.passages import passages
from app.summaries.selections import Selection, passage_of, verified
from app.summaries.steps import step

TEXT_LIMIT = 6000
WHOLE = -1  # instead of a sentence to split after: all of a text stays in the first part


def add_paragraph(
    section: Section, *, text: LocalizedText, by: Actor, position: int | None = None, form_key: str | None = None
) -> Paragraph:
    """Add a paragraph to a section, at its end or at a position (from 1); a form (`form_key`) adds one once.

    Raises Refusal for an empty or too long text.
    """
    text = checked(text)
    summary = section.summary
    ordering.hold(summary)
    if made := steps.made_by(form_key, summary.id, Paragraph):
        return made
    places = ordering.places_in(section.id)
    with step(summary.id, "add_paragraph", by=by, form_key=form_key) as touched:
        paragraph = Paragraph(section_id=section.id, text=text, position=len(places) + 1, level=0)
        paragraph.edited_at, paragraph.citations, paragraph.recommendations = stamped(text), [], []
        record("add_paragraph", paragraph, by=by, meeting_id=summary.meeting_id)
        if position is not None:
            its = Place(paragraph.id, section.id, paragraph.position, 0)
            places.insert(max(position, 1) - 1, its)
            ordering.arrange({section.id: places})
        touched.note("paragraphs", paragraph.id, None, steps.whole(paragraph))
    db.session.expire(section, ["paragraphs"])
    return paragraph


def edit_paragraph(paragraph: Paragraph, *, text: LocalizedText, by: Actor) -> None:
    """Change a paragraph's text; saves in quick succession are one step.

    Raises Refusal for an empty or too long text.
    """
    text = checked(text)
    saved, new = steps.every_language(paragraph.text), steps.every_language(text)
    changed = [code for code in LANGUAGES if saved[code] != new[code]]
    if not changed:
        return
    summary_id, stamps = paragraph.section.summary_id, dict(paragraph.edited_at or {})
    last = steps.last_edit(summary_id, paragraph.id, by=by)
    of_step = steps.text_before(last, paragraph.id) if last else {}
    was = {**saved, **of_step}
    begun = {code for code in (*changed, *of_step) if not was[code]}  # a first text is as new as what it translates
    there = [stamps[code] for code in stamps if saved.get(code) and code not in begun]
    at = max(there) if there and begun.issuperset(changed) else now().isoformat()
    new_stamps = dict.fromkeys({*changed, *of_step}, at)  # so is all of one step, however often saved
    paragraph.text, paragraph.edited_at = text, {**stamps, **new_stamps}
    before, after = (
        {"text": {code: words[code] for code in changed}, "stamps": {code: kept.get(code) for code in new_stamps}}
        for words, kept in ((saved, stamps), (new, new_stamps))
    )
    if last:
        steps.add_to(last, paragraph.id, before, after)
        db.session.flush()
        return
    with step(summary_id, "edit_paragraph", by=by) as touched:
        touched.note("paragraphs", paragraph.id, before, after)
        record("edit_paragraph", paragraph, by=by, meeting_id=_meeting_id(paragraph))


def merged_text(paragraph: Paragraph, text: LocalizedText, seen: str | None) -> LocalizedText:
    """Return what is saved with what a person changed of it, language by language.

    `seen`: what their page showed (core/merging.py). Raises Stale where somebody else changed the same language.
    """
    sent, saved = ({f"text-{code}": words for code, words in one.items()} for one in (text, paragraph.text))
    settled = settle(sent, saved, seen)
    if settled.conflicts:
        raise overtaken()
    return LocalizedText({name.removeprefix("text-"): words or "" for name, words in settled.taken.items()})


def move_paragraph(paragraph: Paragraph, *, section: Section, position: int, by: Actor) -> None:
    """Put a paragraph, with its sub-paragraphs, at a position (from 1) of a section of the same summary.

    Past an end means at the end.
    """
    before = paragraph.section
    if section.summary_id != before.summary_id:
        raise Refusal(_l("A paragraph can only move within its own summary."))
    ordering.hold(before.summary)
    places = ordering.places_in(before.id)
    moving = ordering.block(places, paragraph.id)
    left = [place for place in places if place not in moving]
    there = left if section.id == before.id else ordering.places_in(section.id)
    at = min(max(position, 1), len(there) + 1) - 1
    orders = {before.id: left, section.id: [*there[:at], *moving, *there[at:]]}
    changes = {"section_id": [before.id, section.id], "position": [moving[0].position, at + 1]}
    with step(before.summary_id, "move_paragraph", by=by) as touched:
        touched.moved(ordering.arrange(orders), placed=[place.id for place in moving])
        record("move_paragraph", paragraph, by=by, meeting_id=_meeting_id(paragraph), changes=changes)


def step_aside(paragraph: Paragraph, *, up: bool, by: Actor) -> None:
    """Put a paragraph before the one above it on its level, or after the one below it; at an end of its section, into
    the section there, where there is one."""
    section = paragraph.section
    places = ordering.places_in(section.id)
    moving = ordering.block(places, paragraph.id)
    first = next(index for index, place in enumerate(places) if place.id == paragraph.id)
    rest = [place for place in places if place not in moving]
    if up and first > 0:
        above = [index for index, place in enumerate(rest[:first]) if place.level <= moving[0].level]
        return move_paragraph(paragraph, section=section, position=(above[-1] if above else 0) + 1, by=by)
    if not up and first < len(rest):
        below = ordering.block(rest, rest[first].id)
        return move_paragraph(paragraph, section=section, position=first + len(below) + 1, by=by)
    order = ordering.sections_in(section.summary_id)
    index = order.index(section.id) + (-1 if up else 1)
    if 0 <= index < len(order):
        other = db.session.get_one(Section, order[index])
        position = len(ordering.places_in(other.id)) + 1 if up else 1
        move_paragraph(paragraph, section=other, position=position, by=by)
    return None


def set_level(paragraph: Paragraph, *, deeper: bool, by: Actor) -> None:
    """Make a paragraph, with its own sub-paragraphs, a sub-paragraph of the one above it, or one of its own again.

    Raises Refusal where it has nothing above it to belong to, or stands as high or as deep as may be.
    """
    section = paragraph.section
    ordering.hold(section.summary)
    places = ordering.places_in(section.id)
    index = next(index for index, place in enumerate(places) if place.id == paragraph.id)
    level = places[index].level + (1 if deeper else -1)
    if level < 0:
        raise Refusal(_l("This paragraph is not part of another one."))
    if deeper and (index == 0 or level > places[index - 1].level + 1):
        raise Refusal(_l("There is no paragraph above it in its section that it could be part of."))
    if level > DEEPEST:
        raise Refusal(_l("Paragraphs have two levels of sub-paragraphs, (a) and (i)."))
    with step(section.summary_id, "set_level", by=by) as touched:
        levels = ordering.deeper(places, paragraph.id, 1 if deeper else -1)
        touched.moved(ordering.arrange({section.id: places}, levels))
        changes = {"level": [places[index].level, level]}
        record("set_level", paragraph, by=by, meeting_id=_meeting_id(paragraph), changes=changes)


def set_attribution(paragraph: Paragraph, attribution: Attribution, *, by: Actor) -> None:
    """Have a paragraph name those whom it cites, or say how many they are."""
    if paragraph.attribution is attribution:
        return
    summary = paragraph.section.summary
    with step(summary.id, "set_attribution", by=by) as touched:
        sides = ({"attribution": one.value} for one in (paragraph.attribution, attribution))
        touched.note("paragraphs", paragraph.id, *sides)
        paragraph.attribution = attribution
        record("set_attribution", paragraph, by=by, meeting_id=summary.meeting_id)


def merge_paragraphs(first: Paragraph, second: Paragraph, *, by: Actor) -> Paragraph:
    """Join the second paragraph's text and citations to the first; the second is gone.

    A language that only one of them has keeps that one's text; footnotes of one name get two. Raises Refusal where they
    are not of one summary, are one, or become too long.
    """
    summary = first.section.summary
    if first is second or summary.id != second.section.summary_id:
        raise Refusal(_l("Choose two different paragraphs of this summary."))
    ordering.hold(summary)
    text = checked(
        LocalizedText({code: joined(first.text.get(code, ""), second.text.get(code, "")) for code in LANGUAGES})
    )
    with step(summary.id, "merge_paragraphs", by=by) as touched:
        had = {passage_of(citation) for citation in first.citations}
        new = [citation.id for citation in second.citations if passage_of(citation) not in had]
        was, gone = steps.every_language(first.text), steps.whole(second)
        for model, where in (
            (Citation, Citation.id.in_(new)),
            (MarginComment, MarginComment.paragraph_id == second.id),
            (Recommendation, Recommendation.paragraph_id == second.id),
        ):
            db.session.execute(
                sa.update(model).where(where).values(paragraph_id=first.id).execution_options(**steps.UNSEEN)
            )
        came = {name: _at(gone[name], first.id) for name in ("comments", "recommendations")}
        came["citations"] = _at((one for one in gone["citations"] if one["id"] in new), first.id)
        none: dict[str, list[object]] = {name: [] for name in came}
        stamps = _newest_of(first.edited_at, second.edited_at)
        had_stamps, first.text = dict(first.edited_at or {}), text
        first.edited_at = {**stamped(text), **stamps}
        record("merge_paragraphs", first, by=by, meeting_id=summary.meeting_id)
        before: steps.Values = {"text": was, "stamps": _every_stamp(had_stamps), **none}
        after: steps.Values = {"text": steps.every_language(text), "stamps": _every_stamp(first.edited_at), **came}
        touched.note("paragraphs", first.id, before, after)
        touched.note("paragraphs", second.id, gone, None)
        _take_out(second, touched)
    db.session.expire(first, ["citations", "recommendations"])
    return first


def split_paragraph(
    paragraph: Paragraph,
    *,
    after: Mapping[str, int],
    citations: Iterable[int],
    by: Actor,
    at: Mapping[str, int] | None = None,
) -> Paragraph:
    """Split a paragraph and return the new, second one.

    `after` says for each language after which sentence (from 1) to cut (or that the WHOLE of it stays), `at` before
    which code point; `citations` are the ids of those that go with the second part. Raises Refusal where a part would
    be empty.
    """
    first: dict[str, str] = {}
    second: dict[str, str] = {}
    for code, text in paragraph.text.items():
        if after.get(code) == WHOLE:
            first[code] = text
            continue
        place = at.get(code) if at else None
        if place is None:
            sentences = passages(text)
            cut = after.get(code, 0)
            place = sentences[cut].start if 1 <= cut < len(sentences) else 0
        first[code], second[code] = text[:place].strip(), text[place:].strip()
        if not first[code] or not second[code]:
            raise Refusal(
                _l("Choose in each language a sentence to split after, other than the last."), field=f"after_{code}"
            )
    if not second:
        raise Refusal(_l("Choose in at least one language where to split."), field=f"after_{next(iter(first))}")
    section = paragraph.section
    ordering.hold(section.summary)
    places = ordering.places_in(section.id)
    index = next(index for index, place in enumerate(places) if place.id == paragraph.id)
    with step(section.summary_id, "split_paragraph", by=by) as touched:
        was = steps.every_language(paragraph.text)
        moving = steps.rows_of(Citation, Citation.paragraph_id == paragraph.id, Citation.id.in_(list(citations)))
        stamps = dict(paragraph.edited_at or {})
        paragraph.text, text_of_rest = LocalizedText(first), LocalizedText(second)
        paragraph.edited_at = {**stamped(paragraph.text), **_of(paragraph.text, stamps)}
        record("split_paragraph", paragraph, by=by, meeting_id=_meeting_id(paragraph))
        rest = Paragraph(section_id=section.id, text=text_of_rest, position=len(places) + 1, level=places[index].level)
        rest.edited_at = {**stamped(text_of_rest), **_of(text_of_rest, stamps)}
        rest.attribution, rest.citations, rest.recommendations = paragraph.attribution, [], []
        record("add_paragraph", rest, by=by, meeting_id=_meeting_id(paragraph))
        ids = [one["id"] for one in moving]
        db.session.execute(
            sa.update(Citation)
            .where(Citation.id.in_(ids))
            .values(paragraph_id=rest.id)
            .execution_options(**steps.UNSEEN)
        )
        its = Place(rest.id, section.id, rest.position, rest.level)
        ordering.arrange({section.id: [*places[: index + 1], its, *places[index + 1 :]]})
        before: steps.Values = {"text": was, "stamps": _every_stamp(stamps), "citations": moving}
        text_left = steps.every_language(paragraph.text)
        kept: steps.Values = {"text": text_left, "stamps": _every_stamp(paragraph.edited_at), "citations": []}
        touched.note("paragraphs", paragraph.id, before, kept)
        touched.note("paragraphs", rest.id, None, steps.whole(rest))
    for row in (paragraph, rest):
        db.session.expire(row, ["citations"])
    return rest


def delete_paragraph(paragraph: Paragraph, *, by: Actor) -> None:
    """Take a paragraph out; the passages it cited are open again."""
    section = paragraph.section
    ordering.hold(section.summary)
    with step(section.summary_id, "delete_paragraph", by=by) as touched:
        touched.note("paragraphs", paragraph.id, steps.whole(paragraph), None)
        changes = {"text": [dict(paragraph.text), None]}
        record("delete_paragraph", paragraph, by=by, meeting_id=section.summary.meeting_id, changes=changes)
        _take_out(paragraph, touched)


def cite_in_new_paragraph(
    section: Section, selection: Selection, *, form_key: str | None = None, by: Actor
) -> Paragraph:
    """Begin a paragraph from a passage: its own words, in its language (else the session's first), to be rewritten.

    A form (`form_key`) begins one once.
    """
    passage, languages = verified(selection), section.summary.meeting.languages
    language = passage.source.language if passage.source.language in languages else languages[0]
    paragraph = add_paragraph(section, text=LocalizedText({language: escaped(passage.quote)}), by=by, form_key=form_key)
    cite(paragraph, selection, by=by)
    return paragraph


def _take_out(paragraph: Paragraph, touched: steps.Touched) -> None:
    """Delete a paragraph with what hangs on it, as many rows as that is."""
    paragraph_id, section_id = paragraph.id, paragraph.section_id
    for model in (Citation, Recommendation, MarginComment):
        db.session.execute(sa.delete(model).where(model.paragraph_id == paragraph_id).execution_options(**steps.UNSEEN))
    db.session.expire(paragraph)
    db.session.delete(paragraph)
    db.session.flush()
    touched.moved(ordering.arrange({section_id: ordering.places_in(section_id)}))


def _at(rows: Iterable[steps.Values], paragraph_id: int) -> list[steps.Values]:
    return [{**row, "paragraph_id": paragraph_id} for row in rows]


def stamped(text: LocalizedText) -> dict[str, str]:
    """When each language of a text was written: now."""
    return dict.fromkeys(text, now().isoformat())


def _of(text: LocalizedText, stamps: Mapping[str, str]) -> dict[str, str]:
    return {code: at for code, at in stamps.items() if code in text}


def _newest_of(*sides: Mapping[str, str] | None) -> dict[str, str]:
    """For each language the later of two moments."""
    found: dict[str, str] = {}
    for code, at in (item for side in sides for item in (side or {}).items()):
        found[code] = max(at, found.get(code, at))
    return found


def _every_stamp(stamps: Mapping[str, str]) -> dict[str, str | None]:
    """When each language was changed, as a step keeps it."""
    return {code: stamps.get(code) for code in LANGUAGES}


def checked(text: LocalizedText) -> LocalizedText:
    """Return the text of a paragraph cleaned. Raises Refusal for an empty or too long one."""
    cleaned = LocalizedText({code: clean(words) for code, words in text.items()})
    if not cleaned:
        raise Refusal(_l("Write this text in at least one language."), field="text")
    if any(len(words) > TEXT_LIMIT for words in cleaned.values()):
        raise Refusal(
            _l("A paragraph may have at most %(limit)d characters in a language.", limit=TEXT_LIMIT), field="text"
        )
    return cleaned


def _meeting_id(paragraph: Paragraph) -> int:
    return paragraph.section.summary.meeting_id
