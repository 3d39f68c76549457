"""What the pages of the record show, made ready for the templates."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from app.core.actors import Actor
from app.core.clock import now
from app.core.word_differences import compare_words
from app.core.wording import hour_text, in_reader_language, show_day, with_colon
from app.floor.enums import EntryState, SpeakingKind
from app.floor.labels import KINDS, speaker_name
from app.floor.models import SpeakerEntry
from app.floor.pages import clock_text
from app.floor.queries import Item, items_of
from app.meetings.enums import OVER
from app.meetings.models import Delegation, GuidingQuestion, Meeting
from app.meetings.participant_queries import delegations_in_order
from app.meetings.policies import can_write_for
from app.meetings.queries import questions_of
from app.meetings.timing import date_of, day_count
from app.record import attending, queries
from app.record.correcting import takes_corrections
from app.record.emails import sent_untold
from app.record.enums import Half, MinutesState, Outcome
from app.record.labels import HALVES, OUTCOME_KINDS, OUTCOMES, STATE_KINDS, STATES
from app.record.models import MinutesCorrection, Points
from app.record.queries import Intervention, Record
from app.record.texts import GENERAL, answer_key, key_of, key_of_item, parts_of

Line = dict[str, Any]


def heard_line(entry: SpeakerEntry, zone: str) -> Line:
    """An intervention: who, and `about` it: what for, when, for how long, and whether it was cut short."""
    speech = entry.speech
    hour = hour_text(speech.begun_at, zone) if speech else ""
    day = show_day(speech.begun_at, zone) if speech else ""
    about = [f"{with_colon(KINDS[entry.kind])} {entry.subject}" if entry.subject else str(KINDS[entry.kind])]
    if speech is None:
        about.append(_("Has not had the floor"))
    else:
        about += [f"{day}, {hour}", _("%(time)s minutes", time=clock_text(speech.spent()))]
        if entry.state is EntryState.REMOVED:
            about.append(_("Removed while speaking"))
    return {
        "id": entry.id,
        "key": key_of(entry.id),
        "name": speaker_name(entry),
        "kind": KINDS[entry.kind],
        "about": " · ".join(about),
        "ruling": entry.ruling if entry.kind is SpeakingKind.POINT_OF_ORDER else "",
        "hour": hour,
        "day": day,
        "heard": speech is not None,
        "speaking": speech is not None and speech.ended_at is None,
    }


def points_lines(points: Mapping[str, str], questions: Sequence[GuidingQuestion]) -> list[Line]:
    """Points with what they are on: in general without a label, then by question."""
    labels = {answer_key(row.key): _("On question %(number)d", number=row.number) for row in questions}
    return [{"label": "" if key == GENERAL else labels.get(key, key), "text": text} for key, text in points.items()]


def by_item(
    meeting: Meeting, heard: Sequence[SpeakerEntry], texts: Iterable[str] = ()
) -> list[tuple[Item, list[SpeakerEntry]]]:
    """The items of the order of business with what was heard on each; also those that it no longer has, where
    something was heard on them, or is said of them (`texts`: what the minutes say something of)."""
    of: dict[str, list[SpeakerEntry]] = {what: [] for kind, what in map(parts_of, texts) if kind == "item"}
    for entry in heard:
        of.setdefault(entry.speakers.mark, []).append(entry)
    return [(item, of.get(item["mark"], [])) for item in items_of(meeting, of)]


def overview(found: Record) -> dict[str, Any]:
    """Return what templates/record/index.html needs: what was heard, and what of it is noted."""
    meeting = found.meeting
    heard = [*queries.interventions(meeting.id), *queries.not_heard(meeting.id)]
    notes, followed = queries.notes_of(meeting.id), queries.follow_ups_of(meeting.id)
    lines = {
        entry.id: heard_line(entry, meeting.zone)
        | {"notes": sum(bool(note.points) for note in notes.get(entry.id, ())), "followed": followed.get(entry.id)}
        for entry in heard
    }
    return {
        "record": found,
        "meeting": meeting,
        "items": [
            {"item": item, "heard": [lines[entry.id] for entry in entries]}
            for item, entries in by_item(meeting, heard)
            if entries
        ],
    }


def neighbours(entry: SpeakerEntry) -> tuple[int | None, int | None]:
    """The interventions heard before and after one, by their ids."""
    order = [row.id for row in queries.interventions(entry.meeting.id)]
    place = order.index(entry.id) if entry.id in order else len(order)
    before = order[place - 1] if place else None
    return before, order[place + 1] if place + 1 < len(order) else None


def minutes_page(found: Record, actor: Actor) -> dict[str, Any]:
    """Return what templates/record/minutes.html needs.

    Who keeps the record sees the minutes as they are now; others what was sent to them and what was taken of their
    corrections since (`taken`: whether anything was), and the final ones.
    """
    meeting = found.meeting
    minutes = queries.minutes_of(meeting.id)
    version = queries.given_out(minutes)
    final = minutes is not None and minutes.state is MinutesState.FINAL
    shown = found.keeps or version is not None
    heard = queries.interventions(meeting.id) if shown else []
    corrections = queries.corrections_of(meeting.id) if shown else {}
    told = queries.told_since(version, corrections) if version else {}
    texts = queries.texts_of(meeting.id) if found.keeps and not final else told
    questions = questions_of(meeting.id)
    open_now = takes_corrections(minutes, now())
    return {
        "record": found,
        "meeting": meeting,
        "minutes": minutes,
        "state": STATES[minutes.state if minutes else MinutesState.WRITING],
        "state_kind": STATE_KINDS[minutes.state if minutes else MinutesState.WRITING],
        "version": version,
        "final": final,
        "taken": version is not None and told != {key: points for key, points in version.texts.items() if points},
        "over": meeting.stage in OVER,
        "untold": len(sent_untold(meeting.id)) if actor.is_staff and version and not final else 0,
        "language": minutes.language if minutes else meeting.languages[0],
        "gone": gone_lines(meeting, corrections, texts, questions) if found.keeps and not final else [],
        "sittings": attended(meeting) if shown else [],
        "items": [
            {
                "item": item,
                "points": points_lines(texts.get(key_of_item(item["mark"]), {}), questions),
                "heard": [
                    heard_line(entry, meeting.zone)
                    | {
                        "points": points_lines(texts.get(key_of(entry.id), {}), questions),
                        "corrections": [
                            correction_line(row, meeting, questions)
                            for row in corrections.get(entry.id, ())
                            if found.keeps or entry.delegation in found.own
                        ],
                        "corrects": open_now and can_write_for(actor, entry.delegation),
                    }
                    for entry in entries
                ],
            }
            for item, entries in by_item(meeting, heard, texts)
            if shown
        ],
    }


def gone_lines(
    meeting: Meeting,
    corrections: Mapping[int, Sequence[MinutesCorrection]],
    texts: Mapping[str, Points],
    questions: Sequence[GuidingQuestion],
) -> list[Line]:
    """Those of a session's corrections that were accepted, as they are or in part, and of which texts of the minutes
    say something else."""
    gone = queries.accepted_but_gone(corrections, texts)
    return [
        heard_line(entry, meeting.zone)
        | {
            "correction": gone[entry.id].id,
            "points": points_lines(gone[entry.id].taken, questions),
            "at": gone[entry.id].settled_at,
        }
        for entry in queries.entries(list(gone))
    ]


def correction_line(row: MinutesCorrection, meeting: Meeting, questions: Sequence[GuidingQuestion]) -> Line:
    """A correction as its delegation and the note-takers see it."""
    return {
        "id": row.id,
        "points": points_lines(row.points, questions),
        "reason": row.reason,
        "at": row.proposed_at,
        "label": OUTCOMES[row.outcome] if row.outcome else _("Proposed"),
        "kind": OUTCOME_KINDS[row.outcome] if row.outcome else "action",
        "open": row.outcome is None,
        "answer": row.answer,
        "taken": points_lines(row.taken, questions) if row.outcome is Outcome.IN_PART else [],
    }


def attended(meeting: Meeting) -> list[Line]:
    """The sittings of which something was noted, with the delegations that were present."""
    delegations = delegations_in_order(meeting)
    sittings = queries.sittings_of(meeting.id)
    quorum = attending.quorum_of(meeting, delegations) if sittings else None
    lines = []
    for sitting in sittings:
        ids = {row.delegation_id for row in sitting.present}
        present = [row for row in delegations if row.id in ids]
        lines.append(
            half_day_line(meeting, sitting.day, sitting.half)
            | {
                "noted": True,
                "number": len(present),
                "names": [in_reader_language(row.party.label) for row in present],
                "quorum": _quorum_text(quorum, present),
                "reached": quorum is None or quorum.reached(present),
            }
        )
    return lines


def half_day_line(meeting: Meeting, day: int, half: Half) -> Line:
    """Half a day of a session, by its name."""
    return {
        "day": day,
        "half": half.value,
        "label": _("%(half)s of %(date)s", half=HALVES[half], date=show_day(date_of(meeting, day))),
        "noted": False,
    }


def _quorum_text(quorum: attending.Quorum | None, present: Sequence[Delegation]) -> str:
    if quorum is None:
        return ""
    return str(
        _(
            "%(count)d of %(all)d member States; %(needed)d are needed",
            count=quorum.counted(present),
            all=len(quorum.states),
            needed=quorum.needed,
        )
    )


def attendance_page(found: Record) -> dict[str, Any]:
    """Return what templates/record/attendance.html needs: each half of each day, noted or not."""
    meeting = found.meeting
    noted = {(line["day"], line["half"]): line for line in attended(meeting)}
    days = range(1, day_count(meeting) + 1)
    return {
        "record": found,
        "meeting": meeting,
        "lines": [noted.get((day, half.value)) or half_day_line(meeting, day, half) for day in days for half in Half],
    }


def attendance_rows(meeting: Meeting) -> list[list[str]]:
    """The attendance as the rows of a sheet: a delegation each, a column for each sitting that was noted."""
    sittings = queries.sittings_of(meeting.id)
    head = [half_day_line(meeting, row.day, row.half)["label"] for row in sittings]
    present = [{one.delegation_id for one in row.present} for row in sittings]
    rows = [
        [in_reader_language(row.party.label), *(_("present") if row.id in ids else "" for ids in present)]
        for row in delegations_in_order(meeting)
    ]
    return [[_("Delegation"), *head], *rows]


def names_of(meeting: Meeting, texts: Collection[str]) -> dict[str, str]:
    """How interventions and items are called in the minutes, in their order, by key: all of the session's, and those
    of `texts` from whom the floor was taken back."""
    heard = queries.interventions(meeting.id)
    known = {entry.id for entry in heard}
    asked = {int(what) for kind, what in map(parts_of, texts) if kind == "intervention"}
    names: dict[str, str] = {}
    for item, entries in by_item(meeting, [*heard, *queries.entries(asked - known)], texts):
        title = f"{item['number']} {in_reader_language(item['title'])}"
        names[key_of_item(item["mark"])] = title
        for entry in entries:
            line = heard_line(entry, meeting.zone)
            when = f"{line['day']}, {line['hour']}" if line["heard"] else _("the floor was taken back")
            names[key_of(entry.id)] = f"{line['name']}, {when}"
    return names | {key: key for key in texts if key not in names}


def differences(meeting: Meeting, before: Mapping[str, Points], after: Mapping[str, Points]) -> list[Line]:
    """What two states of the minutes say otherwise, in their order, word by word."""
    questions = questions_of(meeting.id)
    names = names_of(meeting, {**before, **after})
    return [
        {"label": names[key], "on": label, "pieces": compare_words(old, new)}
        for key in names
        for label, old, new in _compared(before.get(key, {}), after.get(key, {}), questions)
        if old != new
    ]


def _compared(before: Points, after: Points, questions: Sequence[GuidingQuestion]) -> list[tuple[str, str, str]]:
    labels = {line["label"]: key for key in {**before, **after} for line in points_lines({key: ""}, questions)}
    return [(label, before.get(key, ""), after.get(key, "")) for label, key in labels.items()]


def heading(found: Intervention) -> dict[str, Any]:
    """What the pages about one intervention have in common."""
    meeting, minutes = found.meeting, queries.minutes_of(found.meeting.id)
    return {
        "record": found,
        "meeting": meeting,
        "minutes": minutes,
        "final": minutes is not None and minutes.state is MinutesState.FINAL,
        "line": heard_line(found.entry, meeting.zone),
        "language": minutes.language if minutes else meeting.languages[0],
    }
