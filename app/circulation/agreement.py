"""What silence procedures made of a session's summary, for those who publish it."""

from app.circulation import queries
from app.circulation.enums import CirculationEnd
from app.summaries.agreeing import Adopted, Agreement, agrees


@agrees
def by_silence(meeting_id: int) -> Agreement:
    """Whether a silence procedure is under way, and the versions that were adopted by one."""
    rows = queries.silences_of(meeting_id)
    adopted = [
        Adopted(row.version_of_text, row.ended_at, "circulation.adoption", row.anchor)
        for row in rows
        if row.end is CirculationEnd.ADOPTED and row.ended_at
    ]
    return Agreement(running=any(row.end is None for row in rows), adopted=adopted)
