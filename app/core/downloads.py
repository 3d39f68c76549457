"""How a file is named that a browser saves."""

import unicodedata
from urllib.parse import quote

from werkzeug.wrappers import Response

PLAIN = "!#$&+-.^_`|~"  # what RFC 5987 leaves as it is, besides letters and digits


def name_file(response: Response, name: str, *, how: str = "attachment") -> None:
    """Say what a file is called; a name that is not ASCII in both ways of RFC 6266, since header lines are ASCII."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    names = {"filename": plain}
    if plain != name:
        names["filename*"] = f"UTF-8''{quote(name, safe=PLAIN)}"
    response.headers.set("Content-Disposition", how, **names)
