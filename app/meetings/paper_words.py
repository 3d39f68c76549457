"""The words and shapes by which concept papers in English, Spanish, French and Portuguese are read.

Patterns are for folded text (no capitals, no accents); those of references are for text as it is printed.
"""

import re

from app.core.texts import fold


def _words(*words: str) -> re.Pattern[str]:
    """Any of the words, whole."""
    return re.compile(rf"\b(?:{'|'.join(words)})\b")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


STOPWORDS = {
    "en": _set("the of and to in for on with by is are that which be this as at from"),
    "es": _set("el la los las de del y en que por para con una un se al es su o como lo"),
    "fr": _set("le la les de des du et en que par pour avec une un au aux est l d qui dans sur"),
    "pt": _set("o a os as de do da dos das e em que por para com uma um no na se ao é sua ou como"),
}
# Words that names are compared without.
FILLERS = frozenset().union(*STOPWORDS.values()) | {"sobre", "entre", "s", "ante"}
MONTHS = {
    fold(name): number
    for names in (
        "january february march april may june july august september october november december",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    )
    for number, name in enumerate(names.split(), start=1)
} | {"setiembre": 9}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_DAY = r"\d{1,2}(?:er|st|nd|rd|th|o|º|ª)?"
_JOINT = (
    r"(?:\s*[-–—]\s*|\s*,\s*"
    r"|\s+(?:to|and|through|until|al|a|y|e|et|au|ao|hasta|ate)\s+(?:the\s+|el\s+|le\s+|o\s+)?)"
)
# 30 September to 2 October 2026; 3, 4 y 5 de agosto de 2026; du 28 au 30 octobre 2026
DAYS_FIRST = re.compile(
    rf"\b(?:(?P<first>{_DAY})(?:\s+(?:de\s+|of\s+)?(?P<first_month>{_MONTH}))?"
    rf"(?:,?\s+(?:de\s+)?(?P<first_year>\d{{4}}))?{_JOINT}(?:[a-z]+(?:-feira)?,?\s+)?)?"
    rf"(?:{_DAY}{_JOINT})*(?P<last>{_DAY})\s+(?:de\s+|of\s+)?(?P<month>{_MONTH}),?\s+(?:de\s+|del\s+)?(?P<year>\d{{4}})"
)
# April 22 and 23, 2027; September 30 to October 2, 2026; May 9, 2023
MONTH_FIRST = re.compile(
    rf"\b(?P<first_month>{_MONTH})\s+(?P<first>{_DAY})"
    rf"(?:(?:{_JOINT}{_DAY})*?{_JOINT}(?:(?P<month>{_MONTH})\s+)?(?P<last>{_DAY}))?,?\s+(?P<year>\d{{4}})"
)
RESOLUTION = re.compile(
    r"\b(?:(?:AG|CP|CIDI|CPR|REMJA|CEPCIDI)/RES\.?\s*\d+\s*(?:\([^()]{3,30}\))?(?:\s*rev\.\s*\d+)?"
    r"|(?:[A-Z]{1,8}/)+RES/\d+(?:/\d+)*"
    r"|[A-Z]{2,10}/(?:Res|RES|DEC|Dec)\.?\s*\d+\s*(?:\([^()]{3,30}\))?)"
)
PARAGRAPH = re.compile(
    r"(?:\b(?:(?:paragraph|para\.?|párrafo|párr\.?|paragraphe|parágrafo|alinéa|alínea|numeral|inciso"
    r"|punto(?=\s+\w+tivo)|point(?=\s+\d+\s+du\s+dispositif))(?:s|es)?\s+"
    r"(?:(?:dispositivo|resolutivo|operativo|d[eu]l? dispositif)s?\s+)?(?:n[.º°o]*\s*)?)|§+\s*)"
    r"(?P<number>\d{1,3}(?:\s*\([a-z]+\))?)",
    re.IGNORECASE,
)
PAPER_WORDS = _words(
    "concept (?:paper|note)",
    "(?:nota|documento) (?:conceptual|conceitual|de concepto|de base|de orientacion)",
    "note (?:conceptuelle|de cadrage|de concept)",
    "document (?:de reflexion|conceptuel|de cadrage)",
    "termo de referencia",
)
# "Concept paper for the ", "Nota conceptual: ", "Note conceptuelle de la "
PAPER_OPENING = re.compile(
    rf"{PAPER_WORDS.pattern}(?:\s*[:–—-]\s*"
    r"|\s+(?:for|of|on|sobre|para|de|del|da|do|du|pour)\s+(?:the\s+|an?\s+|l[ae]s?\s+|l['’]|el\s+|o\s+)?)"
)
# What is no title, nor tells of the session's days: who wrote the paper, and when things are due.
PREPARED = re.compile(
    r"\b(?:deadline|(?:fecha|date|data) limite|plazo|prazo"
    r"|prepar|circulat|distribut|elaborad|presentad|apresentad|etabli|redige|diffuse|document by|transmi)"
)
SESSION_WORDS = _words(
    "sessions?", "meeting", "dialogue", "dialogo", "sesion", "reunion", "reuniao", "sessao", "encuentro", "encontro",
    "rencontre", "forum", "foro", "conference", "conferencia", "seminar", "seminario", "seminaire", "colloque",
    "coloquio", "mesa", "table ronde", "jornadas?", "journees?", "workshop", "taller", "oficina", "atelier",
    "consultation", "consulta",
)  # fmt: skip
_OF_THE_SESSION = r"(?:\s+(?:of|de|del|da|do|du)\s+[\w' ’]{1,20}?)?"
_LABELS = {
    "title": rf"(?:title|titulo|titre|intitule|name|nombre|nome|nom|subject|asunto|assunto|objet){_OF_THE_SESSION}",
    "place": rf"(?:place|venue|location|where|lugar|sede|donde|lieu|ou|local|onde){_OF_THE_SESSION}",
    "when": r"(?:dates?|fechas?|datas?|when|cuando|quand|quando)(?:\s+(?:and|y|et|e)\s+\w+)?",
    "other": r"(?:mandat[eo]?|participant(?:e?s)?|time|hours?|hora|horario|heure|languages?|idiomas?)",
}
# Lines of a head, or cells of its table, that say what they are: "Place: Lima", "Fecha y lugar: ..."
LABELS = {name: re.compile(rf"\s*(?:{words})\s*(?::|$)") for name, words in _LABELS.items()}
YEARLY = _words(
    "annual", "anual", "annuelle?", "regular", "ordinari[ao]", "ordinaire", "[ivx]+", "first", "second", "third",
    "primer[ao]?", "segund[ao]", "tercer[ao]?", "premiere?", "deuxieme", "troisieme", "primeir[ao]", "terceir[ao]",
)  # fmt: skip
QUESTION_WORDS = _words("questions?", "preguntas?", "perguntas?", "questoes", "interrogantes?", "interrogations?")
# A line that only numbers the question below it.
NUMBER_OF_QUESTION = re.compile(r"(?:question|pregunta|pergunta)\s*(?:n[.o°]*\s*)?\d{1,2}\s*[.:]?")
ENDED = re.compile(r"[.;]['\"”»)]*(?:\s+(?:and|or|y|e|o|u|et|ou))?$")
GOES_ON = re.compile(r"[:;,](?:\s+(?:and|or|y|e|o|u|et|ou))?$")
# What a line of the head names beside the city: rooms, days of the week, how people take part.
ROOMS = _words(
    "room", "hall", "salon", "sala", "salle", r"auditori\w*", "building", "edificio", "batiment", "palais", "palacio",
    "online", "on-line", "en linea", r"virtual\w*", r"hibrid\w*", r"hybrid\w*", "visioconference", r"modalidad\w*",
    "presencial", "headquarters", "sede", "siege", "feira", "sesion", "session", "sessao", "monday", "tuesday",
    "wednesday", "thursday", "friday", "lunes", "martes", "miercoles", "jueves", "viernes", "lundi", "mardi",
    "mercredi", "jeudi", "vendredi", "secretariat", "secretaria", "chair", r"ministr\w+", "centro", "center", "centre",
    "hotel", "date", "fecha", "data", "lugar", "lieu", "place", "venue", "local", "hours?", "horas", "heures",
)  # fmt: skip
REMOTE = _words(
    "hybrid", r"hibrid\w+", "hybride", "visioconference", r"videoconferenc\w+", "online", "on-line", "en linea",
    "en ligne", "em linha", "a distancia", "a distance", "remotely", r"virtual\w*", r"virtuelle\w*",
)  # fmt: skip
HELD = _words(
    "will (?:be held|take place|meet)",
    "(?:se )?(?:celebrara|realizara|llevara a cabo|tendra lugar|reunira)",
    "aura lieu",
    "se tiendra",
    r"sera realizad\w+",
    "realizar-se-a",
    "tera lugar",
    "ocorrera",
)
TRAILING = re.compile(
    r"\s+(?:et|and|y|e|ou|with|con|com|avec|par|por)\s+(?:par\s+|por\s+|en\s+|em\s+)?\S*$", re.IGNORECASE
)
