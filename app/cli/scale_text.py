"""What generated practices say: plans of sentences that can be said in any of the four languages.

The phrases are in data/scale. A *plan* holds sentences with the figures of each; saying it in two languages gives a
text and its translation. Words are as unequal as in real libraries: few institutions, services and towns are named
everywhere, most hardly ever (Zipf's law).
"""

import random
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import Any, NamedTuple

from app.core.localized import LANGUAGES
from app.directory.reference import read

TITLE_LIMIT = 120  # characters, as the template has it
TOWNS, NAMES = 20_000, 4_000  # how many invented names there are
ANSWERS = ("1", "2", "3")
# Sentences of a text of middling length, by field; the demonstration's practices have as many words.
USUAL = {
    "summary": 4,
    "context": 5,
    "actions": 8,
    "results": 4,
    "challenges": 4,
    "lessons": 3,
    "rights": 2,
    "sustainability": 1,
}
MOST = {"summary": 5}  # 150 words
BREAK = 4  # sentences of a paragraph
_THOUSANDS = {"en": ",", "es": ".", "fr": "\u202f", "pt": "."}
_BEFORE = {"en": ("of ", "to ", "by ", "in "), "es": ("de ", "a ", "por ", "en "), "fr": ("de ", "à ", "par ", "dans ")}
_JOINED = {
    "es": {"el ": ("del ", "al ", "por el ", "en el ")},
    "fr": {"le ": ("du ", "au ", "par le ", "dans le "), "les ": ("des ", "aux ", "par les ", "dans les ")},
    "pt": {
        "o ": ("do ", "ao ", "pelo ", "no "),
        "a ": ("da ", "à ", "pela ", "na "),
        "os ": ("dos ", "aos ", "pelos ", "nos "),
        "as ": ("das ", "às ", "pelas ", "nas "),
    },
}
Row = Sequence[str]  # one sentence or phrase in each of the four languages


def with_prepositions(phrase: str, language: str) -> tuple[str, str, str, str, str]:
    """Return a phrase that has its article as it is, then with "of", "to", "by" and "in" in its language."""
    for article, joined in _JOINED.get(language, {}).items():
        if phrase.startswith(article):
            of, to, by, where = (start + phrase.removeprefix(article) for start in joined)
            return phrase, of, to, by, where
    of, to, by, where = (start + phrase for start in _BEFORE[language])
    return phrase, of, to, by, where


def _slots(name: str, phrase: str, language: str) -> dict[str, str]:
    places = (name, f"of_{name}", f"to_{name}", f"by_{name}", f"in_{name}")
    return dict(zip(places, with_prepositions(phrase, language), strict=True))


class Unequal:
    """Draws from 0 to `size` - 1, each half as often as one of half its number (Zipf's law)."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._weights = list(accumulate(1 / rank for rank in range(1, size + 1)))

    def draw(self, chance: random.Random) -> int:
        return chance.choices(range(self.size), cum_weights=self._weights)[0]


class Figures(NamedTuple):
    """The figures of one sentence."""

    number: int
    percent: int
    several: int
    months: int
    law: int
    year: int
    year2: int

    def slots(self, language: str) -> dict[str, Any]:
        thousands, rest = divmod(self.number, 1000)
        return {
            "number": f"{thousands}{_THOUSANDS[language]}{rest:03d}",
            "percent": self.percent,
            "count": self.several,
            "months": self.months,
            "law": self.law,
            "year": self.year,
            "year2": self.year2,
        }


class Phrases:
    """The phrases of data/scale, ready to be drawn and said."""

    # Where the phrases of a sentence's places come from.
    SOURCES: Mapping[str, str] = {
        "institution": "institutions",
        "partner": "institutions",
        "sector": "sectors",
        "service": "services",
        "service2": "services",
    }

    def __init__(self) -> None:
        words, themes = read("scale/words.yaml"), read("scale/themes.yaml")
        self.sentences: dict[str, list[Row]] = read("scale/sentences.yaml")
        self.titles: list[Row] = themes.pop("titles")
        self.themes: dict[str, dict[str, Any]] = themes
        self.shares = list(accumulate(theme["share"] for theme in themes.values()))
        self.projects: list[str] = words["projects"]
        self.tools: list[Row] = words["tools"]
        self.instruments: list[dict[str, Row]] = words["instruments"]
        self.town_parts: dict[str, list[str]] = words["towns"]
        self.populations = {
            language: {code: _slots("population", row[place], language) for code, row in words["populations"].items()}
            for place, language in enumerate(LANGUAGES)
        }
        self.slots = {
            language: {
                name: [_slots(name, row[place], language) for row in words[source]]
                for name, source in self.SOURCES.items()
            }
            for place, language in enumerate(LANGUAGES)
        }
        self.sizes = {name: Unequal(len(words[source])) for name, source in self.SOURCES.items()}
        self.instrument_ranks, self.tool_ranks = Unequal(len(self.instruments)), Unequal(len(self.tools))
        self.project_ranks = Unequal(len(self.projects))

    def draw_theme(self, chance: random.Random) -> str:
        return chance.choices(list(self.themes), cum_weights=self.shares)[0]

    def town(self, chance: random.Random) -> str:
        """An invented town: as many are named once as a few are named all the time."""
        return self._name(int(TOWNS ** chance.random()))

    def project(self, chance: random.Random) -> str:
        word = self.projects[self.project_ranks.draw(chance)]
        return f"{word} {self._name(TOWNS + int(NAMES ** chance.random()), before=False)}"

    @lru_cache(maxsize=TOWNS + NAMES)  # noqa: B019  (there is one for as long as a library is made)
    def _name(self, rank: int, *, before: bool = True) -> str:
        mixed = rank * 2_654_435_761 % 2**32  # the same for ever, unlike hash()
        parts = self.town_parts
        name, mixed = "", mixed >> 3
        for _syllable in range(1 + (rank > 60) + (rank > 3000)):
            mixed, place = divmod(mixed, len(parts["syllables"]))
            name += parts["syllables"][place]
        name += parts["endings"][mixed % len(parts["endings"])]
        start = parts["before"][rank % len(parts["before"])] if before else ""
        return start + name.capitalize()


class Story:
    """One text: what it is about, and its plan. `say` gives a field in a language; the same whenever it is asked."""

    def __init__(self, phrases: Phrases, chance: random.Random, year: int) -> None:
        self.phrases, self.chance, self.year = phrases, chance, year
        self.theme = phrases.draw_theme(chance)
        about = phrases.themes[self.theme]
        self.population: str = chance.choice(about["populations"])
        shift = int(self.theme[1:])  # each theme has other institutions, sectors and services at the head
        self.places = {name: (unequal.draw(chance) + shift) % unequal.size for name, unequal in phrases.sizes.items()}
        for twin, first in (("partner", "institution"), ("service2", "service")):
            if self.places[twin] == self.places[first]:
                self.places[twin] = (self.places[twin] + 1) % phrases.sizes[twin].size
        self.instrument = (phrases.instrument_ranks.draw(chance) + 2 * shift) % len(phrases.instruments)
        self.tool = (phrases.tool_ranks.draw(chance) + shift) % len(phrases.tools)
        self.town, self.town2, self.project = phrases.town(chance), phrases.town(chance), phrases.project(chance)
        self._slots: dict[str, dict[str, Any]] = {}
        self.title = (chance.choice(phrases.titles), self._figures())

    @cached_property
    def plan(self) -> dict[str, list[tuple[Row, Figures]]]:
        """The sentences of each field. Drawn when it is asked for: most texts need a sentence or two."""
        chance, phrases = self.chance, self.phrases
        length = min(1.5, max(0.4, chance.lognormvariate(0, 0.3)))
        plan = {field: self._plan(field, max(1, round(usual * length))) for field, usual in USUAL.items()}
        answers = chance.sample(phrases.sentences["answers"], len(phrases.sentences["answers"]))
        for place, number in enumerate(ANSWERS):
            plan[f"answers.{number}"] = [(row, self._figures()) for row in answers[place :: len(ANSWERS)]]
        return plan

    def _figures(self) -> Figures:
        chance = self.chance.random
        return Figures(
            number=1000 + int(60 ** (1 + chance())) * 13,
            percent=4 + int(chance() * 80),
            several=2 + int(chance() * 95),
            months=2 + int(chance() * 34),
            law=100 + int(chance() * 9800),
            year=self.year - 1 - int(chance() * 8),
            year2=self.year - int(chance() * 2),
        )

    def _plan(self, field: str, count: int) -> list[tuple[Row, Figures]]:
        own: list[Row] = self.phrases.themes[self.theme].get(field, [])
        common = self.phrases.sentences[field]
        more = max(0, min(MOST.get(field, 99), count) - len(own))
        rows = [*own, *self.chance.sample(common, min(more, len(common)))]
        return [(row, self._figures()) for row in rows]

    def slots(self, language: str) -> dict[str, Any]:
        """What stands in the places of sentences, in a language."""
        if language not in self._slots:
            at, phrases = LANGUAGES.index(language), self.phrases
            instrument = phrases.instruments[self.instrument]
            found: dict[str, Any] = {
                "town": self.town,
                "town2": self.town2,
                "project": self.project,
                "tool": phrases.tools[self.tool][at],
                "a_instrument": instrument["a"][at],
                "the_instrument": instrument["the"][at],
                **phrases.populations[language][self.population],
            }
            for name, place in self.places.items():
                found |= phrases.slots[language][name][place]
            self._slots[language] = found
        return self._slots[language]

    def sentence(self, row: Row, figures: Figures, language: str) -> str:
        """Say one sentence."""
        slots = self.slots(language)
        slots.update(figures.slots(language))
        text = row[LANGUAGES.index(language)].format_map(slots)
        return text[0].upper() + text[1:]

    def say(self, field: str, language: str) -> str:
        """Say a field ("context", "answers.1"), in paragraphs."""
        said = [self.sentence(row, figures, language) for row, figures in self.plan[field]]
        return "\n\n".join(" ".join(said[start : start + BREAK]) for start in range(0, len(said), BREAK))

    def say_title(self, language: str) -> str:
        text = self.sentence(*self.title, language)
        return text if len(text) <= TITLE_LIMIT else f"{self.project}: {self.town}, {self.town2}"
