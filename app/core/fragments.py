"""Fragments of addresses that lead to words: browsers that know them go there and mark them; all others go to the
anchor before them."""

from urllib.parse import quote

WORDS_AT_EACH_END = 6


def words_fragment(text: str) -> str:
    """Return what leads to a text on a page, to be written after "#" and an anchor; of a long one its ends."""
    words = text.split()
    ends = [" ".join(words)]
    if len(words) > 2 * WORDS_AT_EACH_END:
        ends = [" ".join(words[:WORDS_AT_EACH_END]), " ".join(words[-WORDS_AT_EACH_END:])]
    return ":~:text=" + ",".join(quote(end, safe="").replace("-", "%2D") for end in ends)
