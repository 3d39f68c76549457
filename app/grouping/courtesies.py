"""Courtesies and forms of address, which say nothing of the matter: they are in no group and in no proposal."""

import re

from app.core.texts import fold

LONGEST = 35  # words: a longer sentence that also thanks says something else as well
# Words that thank, greet or congratulate, and whom a session thanks, by how they begin, without accents.
_THANKS = (
    r"thank\w*|grateful|gratitude|appreciat\w*|congratulat\w*|commend\w*|pleas(?:ed|ure)|honou?r(?:ed)?"
    r"|agradec\w*|gratitud|felicit\w*|salud(?:a|amos|ar|o)|complac\w*|su reconocimiento|honr\w*"
    r"|remerci\w*|merci|felicit\w*|salu(?:e|ons|er|t)|sait gre|savons gre|honneur|plaisir|rend\w* hommage"
    r"|obrigad\w*|agradecemos|gratidao|saud(?:a|amos|ar)|parabeniz\w*|cumpriment\w*|felicita\w*|congratul\w*|prazer"
)
_WHOM = (
    r"chair\w*|presiden\w*|secretari\w*|delegat\w*|delegac\w*|colleagues?|excellenc\w*|session|meeting|committee|discussion"
    r"|opportunity|invitation|paper|invit\w*|coleg\w*|excelenci\w*|sesion|reunion|comite|comision|oportunidad|palabra"
    r"|collegues|seance|reunion|comite|commission|occasion|parole|sessao|reuniao|convite|comissao|ocasiao|palavra|mesa"
)
_COURTESY = re.compile(rf"\b(?:{_THANKS})\b.*\b(?:{_WHOM})\b|\b(?:{_WHOM})\b.*\b(?:{_THANKS})\b")
# What only leads on to what follows, or promises more.
_FORM = re.compile(
    r"^(?:(?:mr|madam|madame|monsieur|senora?|senhora?)\b.{0,60}"
    r"|thank you\b.{0,60}|muchas gracias\b.{0,60}|merci\b.{0,60}|muito obrigad[oa]\b.{0,60})$"
)


def is_courtesy(text: str) -> bool:
    """Whether a passage in one of the four languages only thanks, greets or addresses those present."""
    if len(text.split()) > LONGEST:
        return False
    folded = fold(text).replace("’", "'").strip()
    return bool(_COURTESY.search(folded) or _FORM.match(folded))
