"""How the finished session of the demonstration agreed on its summary: comments, then silence."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from app.circulation import commenting, disposing, objecting, operations, queries
from app.circulation.enums import CirculationEnd, CirculationKind, Disposition
from app.circulation.models import Circulation
from app.circulation.queries import Asked
from app.cli.demo_finding import DemonstrationError
from app.cli.demo_floor import At
from app.core.actors import Actor
from app.core.clock import now
from app.core.localized import LocalizedText
from app.directory.reference import read
from app.meetings.models import Meeting
from app.summaries import operations as summaries
from app.summaries import queries as summary_queries
from app.summaries.models import Paragraph, Summary
from app.summaries.selections import Selection
from app.summaries.sources import SourceText, interventions_of
from app.summaries.version_comparing import paragraphs_in
from app.summaries.versions import freeze_version


class Agreement:
    """The circulation of one session's summary, played from its file; `writers`: who writes for which party."""

    def __init__(self, meeting: Meeting, *, staff: Actor, writers: Mapping[str, Actor], at: At) -> None:
        self.meeting, self.staff, self.writers, self.at = meeting, staff, writers, at
        self.script: dict[str, Any] = read("demo/circulation.yaml")

    def play(self) -> None:
        """Circulate a draft for comments, answer them, and have the text adopted by silence."""
        summary = self._summary()
        paragraphs = [row for section in summary.sections for row in section.paragraphs]
        final = {line["paragraph"]: dict(paragraphs[line["paragraph"] - 1].text) for line in self.script["earlier"]}
        comments, silence = self.script["comments"], self.script["silence"]
        with self._on(comments["begins"]):
            for line in self.script["earlier"]:
                self._word(paragraphs[line["paragraph"] - 1], line["text"])
            row = self._begin(summary, CirculationKind.COMMENTS, comments)
        for line in comments["filed"]:
            with self._on(line["at"]):
                self._comment(row, line, final)
        with self._on(comments["settled"]):
            operations.end_due()
            self._answer(row, comments["filed"])
            for number, text in final.items():
                self._word(paragraphs[number - 1], text)
            freeze_version(self._summary(), note=silence["note"], by=self.staff)
        with self._on(silence["begins"]):
            row = self._begin(summary, CirculationKind.SILENCE, silence)
        with self._on(silence["settled"]):
            operations.end_due()
            if row.end is not CirculationEnd.ADOPTED:
                raise DemonstrationError("the summary was not adopted")
        for line in silence["positions"]:
            with self._on(line["at"]):
                found = self._asked(row, line["party"])
                objecting.save_position(
                    found, line["text"], language=line["language"], file=True, by=self.writers[line["party"]]
                )

    def begin_draft(self, moment: datetime) -> None:
        """Circulate a first draft of what was noted on the floor; delegations have begun to comment on it."""
        script = self.script["running"]
        with self.at(moment):
            summary = summaries.start_summary(self.meeting, title=LocalizedText(script["title"]), by=self.staff)
            section = summaries.add_section(summary, title=LocalizedText(script["section"]), by=self.staff)
            said = interventions_of(self.meeting.id)
            for line in script["paragraphs"]:
                paragraph = summaries.add_paragraph(section, text=LocalizedText(line["text"]), by=self.staff)
                for passage in line["citations"]:
                    summaries.cite(paragraph, _said(passage["party"], passage["quote"], said), by=self.staff)
            row = operations.begin(
                self._summary(),
                kind=CirculationKind.COMMENTS,
                ends_at=moment + timedelta(days=script["days"]),
                message=LocalizedText(script["message"]),
                by=self.staff,
            )
        keys = [one.key for one in paragraphs_in(row.version_of_text.content)]
        for minutes, line in enumerate(script["filed"], start=1):
            with self.at(moment + timedelta(minutes=20 * minutes)):
                commenting.file_comment(
                    self._asked(row, line["party"]),
                    keys[line["paragraph"] - 1],
                    text=line["text"],
                    proposed=line.get("proposed", ""),
                    language=line["language"],
                    received_at=now(),
                    by=self.writers[line["party"]],
                )

    def _on(self, local: str) -> AbstractContextManager[None]:
        return self.at(self._moment(local))

    def _moment(self, local: str) -> datetime:
        return datetime.fromisoformat(local).replace(tzinfo=self.meeting.tz)

    def _summary(self) -> Summary:
        summary = summary_queries.summary_of(self.meeting.id)
        if summary is None:
            raise DemonstrationError("the summary was not kept")
        return summary

    def _begin(self, summary: Summary, kind: CirculationKind, script: Mapping[str, Any]) -> Circulation:
        return operations.begin(
            summary,
            kind=kind,
            ends_at=self._moment(script["ends"]),
            message=LocalizedText(script["message"]),
            by=self.staff,
        )

    def _word(self, paragraph: Paragraph, text: Mapping[str, str]) -> None:
        summaries.edit_paragraph(paragraph, text=LocalizedText({**paragraph.text, **text}), by=self.staff)

    def _asked(self, row: Circulation, code: str) -> Asked:
        return next(Asked(row, one.delegation) for one in row.addressed if one.delegation.party.code == code)

    def _comment(self, row: Circulation, line: Mapping[str, Any], final: Mapping[int, Mapping[str, str]]) -> None:
        key = paragraphs_in(row.version_of_text.content)[line["paragraph"] - 1].key
        proposed = final[line["paragraph"]][line["language"]] if line.get("proposes") else ""
        commenting.file_comment(
            self._asked(row, line["party"]),
            key,
            text=line["text"],
            proposed=proposed,
            language=line["language"],
            received_at=self._moment(line["at"]),
            by=self.writers[line["party"]],
        )

    def _answer(self, row: Circulation, script: list[dict[str, Any]]) -> None:
        answers = {line["party"]: line for line in script}
        for comment in queries.filed_comments(row.id):
            line = answers[comment.delegation.party.code]
            disposing.dispose(
                comment, Disposition(line["disposition"]), LocalizedText(line.get("reply")), by=self.staff
            )


def _said(code: str, quote: str, said: Sequence[SourceText]) -> Selection:
    """A passage of what a party said."""
    for source in said:
        for name, text in source.fields.items():
            if source.party.code == code and quote in text:
                start = text.index(quote)
                return Selection(source, name, start, start + len(quote), quote)
    raise DemonstrationError(f"nobody of {code} said: {quote}")
